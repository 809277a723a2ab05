//! Every control tells the truth: what the window shows is what the session has, what the desk's file keeps and what the
//! engine, which plays meanwhile, really does.
//!
//! The engine is asked by its sound. One that plays is turned by the control in the window; another one begins with what was
//! read back from the file. Once what glides has arrived both are heard the same, and other than before.

use std::collections::BTreeMap;

use egui_kittest::Node;
use egui_kittest::kittest::by;
use korero::desk::address::{ChannelName, kind};
use korero::desk::channel::{Insert, Place, Role, Section};
use korero::desk::file;
use korero::desk::taper::{from_way, to_way};
use korero::session::{Deed, Session};
use korero_dsp::bank::Stage;
use korero_dsp::effects::EFFECTS;
use korero_dsp::param::{ParamId, Taper, Unit};
use korero_sentences::{Key, say};

use super::channel_panel::{channels, expected, is_shown, tells};
use super::*;
use crate::engine_sound::{Heard, Live, apart, sound};

/// Two engines that hold the same are heard the same within this, full scale being 1 (−120 dB).
const RESIDUAL: f32 = 1e-6;
/// A control whose turn is heard at least as much is one of which the sound can tell.
const HEARD: f32 = 1e-5;
/// Of ten controls so many are heard at least: a filter beyond what its detector hears, or a denoiser that meets music, need
/// not be.
const HEARD_OF_TEN: usize = 8;
/// Callbacks until what glides has arrived, a gate with a long release last of all, and callbacks of sound.
const GLIDE: usize = 400;
const SOUND: usize = 60;

fn at_full_length() -> bool {
    std::env::var_os("KORERO_PROVE").is_some()
}

/// Everything on a channel is in circuit, so that it can be heard; nothing of it stands in the middle.
fn open(desk: &mut Desk, name: &ChannelName, nth: u8) {
    let channel = name.of_mut(desk).expect("it is there");
    let role = channel.role();
    if let ChannelName::Return(at) = name {
        channel.set(Control::SOURCE, f32::from(*at));
    }
    let nth = f32::from(nth);
    for control in channel.controls().collect::<Vec<_>>() {
        let id = role.spec(control).expect("it has it").id;
        let value = match (control.section, id) {
            (Section::Stage(_) | Section::Slot(..) | Section::Talkback, "on") => 1.0,
            (Section::Talkback, "input") => 4.0,
            (Section::Stage(Stage::Trim), "gain") => 6.0 - nth,
            (Section::Slot(..), "time") => 60.0,
            (Section::Send(at), "level") => -6.0 - 3.0 * f32::from(at),
            (Section::Cue(at), "level") => -4.0 - f32::from(at),
            (Section::Fader, "level") if role != Role::Cue => -3.0,
            (Section::Fader, "pan") => 0.2,
            (_, "threshold") => -35.0,
            (_, "width") => 140.0,
            (_, "monobelow") => 150.0,
            (_, "band1.gain" | "band3.gain") => 6.0,
            (_, "band2.gain" | "band4.gain") => -5.0,
            _ => continue,
        };
        channel.set(control, value);
    }
}

/// A mono strip and a stereo one in its group, with everything open up to the mix.
fn everything_open() -> Desk {
    let mut desk = (*show().desk).clone();
    let ids: Vec<_> = desk.strips.iter().map(|strip| strip.id.clone()).collect();
    for (strip, other) in desk.strips.iter_mut().zip(ids.iter().rev()) {
        strip.key = Some(other.clone());
    }
    let strips = ids.iter().map(|id| ChannelName::Strip(id.clone()));
    for (nth, name) in (0..).zip(strips.chain(ChannelName::fixed())) {
        open(&mut desk, &name, nth % 8);
    }
    desk.strips[1].channel.set(Control::GROUP, 4.0);
    desk
}

/// Only an effect in a slot of the stereo strip is in circuit.
fn only(effect: usize) -> Desk {
    let mut desk = (*show().desk).clone();
    let name = ChannelName::Strip(desk.strips[1].id.clone());
    let (place, kind) = (Place::ALL[effect % Place::ALL.len()], kind(EFFECTS[effect].id));
    desk.strips[1].key = Some(desk.strips[0].id.clone());
    desk.strips[1].channel.put(place, kind.map(Insert::new));
    open(&mut desk, &name, 0);
    for stage in Stage::ALL.into_iter().filter(|stage| stage.params()[0].id == "on") {
        desk.strips[1].channel.set(Control::new(Section::Stage(stage), ParamId(0)), 0.0);
    }
    desk
}

/// What else must stand so that a control can be heard at all.
fn needs(desk: &Desk, address: &Address) -> Vec<(Address, f32)> {
    let beside = |id: &str, value: f32| {
        let params = address.channel.role().params(address.control.section);
        let at = params.iter().position(|spec| spec.id == id)?;
        let control = Control::new(address.control.section, ParamId(at as u8));
        Some((Address { channel: address.channel.clone(), control }, value))
    };
    let found = match (address.control.section, address.spec().id) {
        (Section::Solo, _) => vec![Some((Address::strip(&desk.strips[0].id, Control::SOLO), 1.0))],
        (Section::Oscillator, "on") => Vec::new(),
        (Section::Oscillator, _) => vec![beside("on", 1.0)],
        (_, "ratio") => vec![beside("mode", 1.0)],
        (_, "tempo" | "note") => vec![beside("sync", 1.0)],
        _ => Vec::new(),
    };
    found.into_iter().flatten().collect()
}

/// Another value, far from the one that stands there.
fn another(address: &Address, value: f32) -> f32 {
    let spec = address.spec();
    match spec.unit {
        Unit::Switch => 1.0 - value,
        Unit::Choice(words) => (value + 1.0) % words.len() as f32,
        unit => {
            let way = if to_way(&spec, value) > 0.5 { 0.35 } else { 0.65 };
            let value = from_way(&spec, way);
            if unit == Unit::Number && spec.taper == Taper::Linear { value.round() } else { value }
        }
    }
}

/// What is at rest on a strip with one side, whatever it is set to: it works between the two sides of a pair.
fn needs_a_pair(desk: &Desk, address: &Address) -> bool {
    let mono =
        matches!(&address.channel, ChannelName::Strip(id) if desk.strip(id).is_some_and(|s| s.input.lanes() == 1));
    mono && (address.spec().id == "link" || address.control.section == Section::Stage(Stage::Width))
}

/// The level of each side in dB and how often it crosses zero, of a thousand frames: a generator begins anew whenever it is
/// turned on, so that two of them agree in nothing else.
fn tones(heard: &Heard) -> Vec<(f32, f32)> {
    let sides = heard.iter().flat_map(|tap| (0..2).map(move |side| tap.iter().skip(side).step_by(2)));
    let tone = |side: Vec<f32>| {
        let energy: f32 = side.iter().map(|sample| sample * sample).sum();
        let crossed = side.windows(2).filter(|pair| (pair[0] < 0.0) != (pair[1] < 0.0)).count();
        (10.0 * (energy / side.len() as f32 + 1e-12).log10(), crossed as f32 * 1_000.0 / side.len() as f32)
    };
    sides.map(|side| tone(side.copied().collect())).collect()
}

/// How far apart, 1 being as far as two engines that hold the same may be; what was turned is ten times as far.
fn far(address: &Address, a: &Heard, b: &Heard) -> f32 {
    if address.control.section != Section::Oscillator {
        return apart(a, b) / RESIDUAL;
    }
    let both = tones(a).into_iter().zip(tones(b));
    both.map(|(a, b)| ((a.0 - b.0).abs() / 0.5).max((a.1 - b.1).abs() / 2.5)).fold(0.0, f32::max)
}

/// What a choice is called, in small letters.
fn choice(id: &str) -> String {
    let key = Key::named(&format!("choice-{}", id.replace(['.', '/'], "-")));
    key.map_or_else(|| id.to_owned(), |key| say(Language::English, key, &[])).to_lowercase()
}

/// A show with a window, whose session is obeyed at once.
struct Room {
    bench: Bench,
    session: Session,
    /// The desk that the engine was given last.
    given: Option<Arc<Desk>>,
}

impl Room {
    /// The panel of that channel is open.
    fn new(desk: &Desk, name: &ChannelName) -> (Self, String) {
        let start = Snapshot { desk: Arc::new(desk.clone()), ..show() };
        let (_, shown, opens) = channels(desk, Language::English)
            .into_iter()
            .find(|(channel, ..)| channel == name)
            .expect("it has a panel");
        let mut bench = Bench::new(start.clone());
        bench.window.get_by_label(&opens).click();
        bench.window.run_steps(3);
        (Self { bench, session: Session::new(start, BTreeMap::new()), given: None }, shown)
    }

    fn obey(&mut self, wishes: Vec<Command>) {
        for deed in wishes.into_iter().flat_map(|wish| self.session.command(wish)) {
            if let Deed::ApplyDesk(desk) = deed {
                self.given = Some(desk);
            }
        }
        self.bench.snapshot.store(Arc::new(self.session.snapshot(Duration::ZERO)));
        self.bench.window.run_steps(2);
    }

    /// Turns a control by what a screen reader does.
    fn turn(&mut self, label: &str, address: &Address, value: f32) {
        let is_it = |node: &Node<'_>| node.accesskit_node().label().is_some_and(|told| tells(&told, label));
        let control = self.bench.window.query_all(by().recursive(true)).find(is_it);
        let control = control.unwrap_or_else(|| panic!("{label} is not shown"));
        match address.spec().unit {
            Unit::Switch => control.click_accesskit(),
            Unit::Choice(words) => {
                control.click_accesskit();
                self.bench.window.run_steps(3);
                let choice = choice(words[value as usize]);
                let is_it = |node: &Node<'_>| node.accesskit_node().label().is_some_and(|l| l.to_lowercase() == choice);
                // The list that is open lies above everything else. Of its entries one is chosen, of keys none; a box has
                // another role.
                let is_it = |node: &Node<'_>| {
                    let entry = node.accesskit_node();
                    is_it(node) && entry.toggled().is_some() && entry.role() == egui::accesskit::Role::Button
                };
                let entry = self.bench.window.query_all(by().recursive(true)).rfind(is_it);
                entry.unwrap_or_else(|| panic!("{label}: no {choice}")).click_accesskit();
            }
            _ => control.set_value_accesskit(f64::from(value)),
        }
        let wishes = self.bench.wishes();
        self.obey(wishes);
    }

    /// What is told of the control.
    fn shows(&self, label: &str, address: &Address, value: f32) -> bool {
        let nodes = self.bench.window.query_all(by().recursive(true));
        let mut controls = nodes.filter_map(|node| Some((node.accesskit_node().label()?, node)));
        let Some((told, control)) = controls.find(|(told, _)| tells(told, label)) else { return false };
        let control = control.accesskit_node();
        match address.spec().unit {
            Unit::Switch => (control.toggled() == Some(egui::accesskit::Toggled::True)) == (value >= 0.5),
            Unit::Choice(words) => told.to_lowercase().ends_with(&format!(": {}", choice(words[value as usize]))),
            _ => control.numeric_value() == Some(f64::from(value).max(-120.0)),
        }
    }
}

/// What was found on a walk.
#[derive(Default)]
struct Walk {
    walked: usize,
    /// What does not agree.
    wrong: Vec<String>,
    /// What could not be heard to be turned: of that the engine's sound says nothing.
    unheard: Vec<String>,
}

/// Turns one control and compares everything that knows of it.
fn look_at(walk: &mut Walk, room: &mut Room, shown: &str, (desk, address): (&Desk, &Address)) {
    let mut before = desk.clone();
    for (other, value) in needs(desk, address) {
        assert!(other.set(&mut before, value));
    }
    room.obey(vec![Command::ReplaceDesk(Box::new(before.clone()))]);
    let mut live = Live::playing(&before);
    live.rest(1);
    let value = another(address, address.get(&before).expect("a value"));
    let label = expected(Language::English, shown, address);
    room.turn(&label, address, value);
    let given = room.given.clone().unwrap_or_else(|| Arc::clone(room.session.desk()));
    live.turned_to(&given);
    let kept = file::parse(&file::render("", &given, "desk.toml").expect("text"), "desk.toml").expect("a desk");
    let (mut fresh, mut still) = (Live::playing(&kept), Live::playing(&before));
    live.rest(GLIDE);
    for engine in [&mut fresh, &mut still] {
        engine.rest(1 + GLIDE);
    }
    // What generates its own sound is heard without any other, and for longer: noise has a level only in the long run.
    let generates = address.control.section == Section::Oscillator;
    let played = if generates { vec![0.0; sound(SOUND).len() * 8] } else { sound(SOUND) };
    let [live, fresh, still] = [live, fresh, still].map(|mut engine| engine.hear(&played));
    let (apart, moved) = (far(address, &live, &fresh), far(address, &still, &fresh));
    let wrong = [
        (address.get(room.session.desk()) != Some(value), "the session has another value".to_owned()),
        (!room.shows(&label, address, value), "the window shows another value".to_owned()),
        (kept != *given, "the file keeps another desk".to_owned()),
        (apart > 1.0, format!("the engine is {apart} apart from what the file says")),
    ];
    walk.walked += 1;
    walk.wrong.extend(wrong.into_iter().filter(|(is, _)| *is).map(|(_, what)| format!("{address}: {what}")));
    if moved < HEARD / RESIDUAL {
        walk.unheard.push(address.to_string());
    }
}

/// Walks over what can be turned on a channel: all of it at full length, else a part.
fn walk(walk: &mut Walk, desk: &Desk, name: &ChannelName, controls: &[Control]) {
    let (mut room, shown) = Room::new(desk, name);
    let every = if at_full_length() { 1 } else { 9 };
    let addresses = controls.iter().map(|control| Address { channel: name.clone(), control: *control });
    let heard = |address: &Address| is_shown(desk, name, address.control) && !needs_a_pair(desk, address);
    for address in addresses.filter(heard).step_by(every) {
        look_at(walk, &mut room, &shown, (desk, &address));
    }
}

#[expect(clippy::print_stdout, reason = "figures for the proof")]
fn tells_the_truth(what: &str, found: &Walk) {
    let Walk { walked, wrong, unheard } = found;
    println!(
        "figure {what}: parameters that are the same in window, session, file and engine = {}",
        walked - wrong.len()
    );
    println!("figure {what}: of them heard to be turned = {}", walked - unheard.len());
    if !unheard.is_empty() {
        println!("figure {what}: not heard = {}", unheard.join(" "));
    }
    assert!(wrong.is_empty(), "of {walked}:\n{}", wrong.join("\n"));
    assert!((walked - unheard.len()) * 10 >= walked * HEARD_OF_TEN, "too little is heard: {unheard:?}");
}

fn channels_tell_the_truth(what: &str, of: impl Fn(&ChannelName) -> bool) {
    let desk = everything_open();
    let names = channels(&desk, Language::English).into_iter().map(|(name, ..)| name).filter(of);
    let mut found = Walk::default();
    for name in names {
        let controls: Vec<_> = name.of(&desk).expect("it is there").controls().collect();
        walk(&mut found, &desk, &name, &controls);
    }
    tells_the_truth(what, &found);
}

#[test]
fn every_control_of_a_strip_is_the_same_everywhere() {
    channels_tell_the_truth("strips", |name| matches!(name, ChannelName::Strip(_)));
}

#[test]
fn every_control_of_a_group_and_of_a_return_is_the_same_everywhere() {
    channels_tell_the_truth("groups and returns", |name| {
        matches!(name, ChannelName::Group(_) | ChannelName::Return(_))
    });
}

#[test]
fn every_control_of_the_mix_a_headphone_mix_and_the_desk_is_the_same_everywhere() {
    let of = |name: &ChannelName| matches!(name, ChannelName::Mix | ChannelName::Cue(_) | ChannelName::Desk);
    channels_tell_the_truth("mix, headphones and desk", of);
}

#[test]
fn every_control_of_every_effect_in_a_slot_is_the_same_everywhere() {
    let mut found = Walk::default();
    for effect in 0..EFFECTS.len() {
        let desk = only(effect);
        let name = ChannelName::Strip(desk.strips[1].id.clone());
        let controls = name.of(&desk).expect("it is there").controls();
        let slots: Vec<_> = controls.filter(|control| matches!(control.section, Section::Slot(..))).collect();
        walk(&mut found, &desk, &name, &slots);
    }
    tells_the_truth("effects in slots", &found);
}
