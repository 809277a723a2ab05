//! What is rendered beside the mix: the desk on which each stem is all that is heard.

use crate::desk::channel::{Channel, Control, LEVEL, Role};
use crate::desk::{Bus, Desk, Strip};

/// The name of each stem's file and its desk: the strips from left to right, then the groups and returns that hear anything.
pub(super) fn of(desk: &Desk) -> Vec<(String, Desk)> {
    let strips = desk.strips.iter().enumerate().map(|(at, strip)| {
        let name = file_name(&format!("{:02}", at + 1), &strip.name);
        (name, strip_alone(desk, strip))
    });
    let groups = (0..desk.groups.len()).filter(|at| desk.strips.iter().any(|strip| group_of(strip) == at + 1));
    let groups = groups.map(|at| (bus_name("group", at, &desk.groups[at]), group_alone(desk, at)));
    let returns = (0..desk.returns.len()).filter(|at| is_fed(desk, *at));
    let returns = returns.map(|at| (bus_name("return", at, &desk.returns[at]), return_alone(desk, at)));
    strips.chain(groups).chain(returns).collect()
}

fn bus_name(word: &str, at: usize, bus: &Bus) -> String {
    file_name(&format!("{word}{}", at + 1), &bus.name)
}

/// `01 Voice.wav`; what a file name may not hold on some system becomes `_`.
fn file_name(number: &str, name: &str) -> String {
    let fits = |c: char| if c.is_alphanumeric() || " -_".contains(c) { c } else { '_' };
    let name: String = name.chars().take(60).map(fits).collect();
    format!("{number} {}", name.trim()).trim_end().to_owned() + ".wav"
}

/// The group that a strip goes to, from 1; 0 is the mix.
fn group_of(strip: &Strip) -> usize {
    strip.channel.value(Control::GROUP) as usize
}

/// Whether a strip sends anything to a return.
fn is_fed(desk: &Desk, at: usize) -> bool {
    let send = Control::send(desk.returns[at].channel.value(Control::SOURCE) as u8);
    desk.strips.iter().any(|strip| strip.channel.value(send) > LEVEL.min)
}

/// The mix adds nothing of its own and is limited only at full scale; nor do the desk's own switches.
fn without_mix(desk: &Desk) -> Desk {
    let mix = Channel::new(Role::Mix).with(Control::CEILING, 0.0);
    Desk { mix, own: Channel::new(Role::Desk), ..desk.clone() }
}

/// The strip before any group, and what its side-chain listens to; its sends are heard in the stems of the returns.
fn strip_alone(desk: &Desk, strip: &Strip) -> Desk {
    let mut alone = without_mix(&Desk::default());
    let key = strip.key.as_ref().filter(|id| **id != strip.id).and_then(|id| desk.strip(id));
    alone.strips = [strip].into_iter().chain(key).cloned().collect();
    alone.strips[1..].iter_mut().for_each(|strip| silence(&mut strip.channel));
    alone.returns.iter_mut().for_each(|bus| silence(&mut bus.channel));
    alone
}

/// A group with the strips that go there. Those that do not stay as keys.
fn group_alone(desk: &Desk, at: usize) -> Desk {
    let mut alone = without_mix(desk);
    let others = alone.strips.iter_mut().filter(|strip| group_of(strip) != at + 1);
    others.for_each(|strip| silence(&mut strip.channel));
    alone.returns.iter_mut().for_each(|bus| silence(&mut bus.channel));
    alone
}

/// A return with all that is sent to it: the strips go nowhere else but into a silent group.
fn return_alone(desk: &Desk, at: usize) -> Desk {
    let mut alone = without_mix(desk);
    for strip in &mut alone.strips {
        strip.channel.set(Control::GROUP, 1.0);
    }
    alone.groups.iter_mut().for_each(|bus| silence(&mut bus.channel));
    let others = alone.returns.iter_mut().enumerate().filter(|(other, _)| *other != at);
    others.for_each(|(_, bus)| silence(&mut bus.channel));
    alone
}

fn silence(channel: &mut Channel) {
    channel.set(Control::MUTE, 1.0);
}
