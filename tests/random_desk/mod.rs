//! Desks at random, for laws: effects put in slots and controls turned, wherever there are any.
//!
//! Unit tests and tests of the whole app share this one file; in its own tests the library knows itself as `korero`.

use korero::desk::Desk;
use korero::desk::address::ChannelName;
use korero::desk::channel::{Insert, Section};
use korero_dsp::bank::{Place, Stage};
use korero_dsp::effects::EFFECTS;
use korero_dsp::slot::Kind;
use proptest::collection::vec;
use proptest::prelude::*;

/// One control turned: of which channel, which of its controls, how far between its ends. Numbers past the last begin anew.
pub(crate) type Turn = (usize, usize, f32);
/// One effect put in a slot: of which channel, at which place, which effect.
pub(crate) type Fit = (usize, usize, usize);

/// Where a control without a lowest value (a fader) begins to be turned, dB; below it, it is closed.
const LOWEST_DB: f32 = -60.0;

/// Fewer than `count` turns of anything.
pub(crate) fn turns(count: usize) -> impl Strategy<Value = Vec<Turn>> {
    vec((0..99_usize, 0..999_usize, 0.0_f32..=1.0), 0..count)
}

/// Fewer than `count` effects anywhere.
pub(crate) fn fits(count: usize) -> impl Strategy<Value = Vec<Fit>> {
    vec((0..99_usize, 0..3_usize, 0..99_usize), 0..count)
}

/// All channels of a desk.
pub(crate) fn names(desk: &Desk) -> Vec<ChannelName> {
    let strips = desk.strips.iter().map(|strip| ChannelName::Strip(strip.id.clone()));
    strips.chain(ChannelName::fixed()).collect()
}

/// The desk with these effects in the slots of these channels, then with everything on them turned.
pub(crate) fn turned(mut desk: Desk, names: &[ChannelName], fits: &[Fit], turns: &[Turn]) -> Desk {
    for (channel, place, kind) in fits {
        let channel = names[channel % names.len()].of_mut(&mut desk).expect("it is there");
        // Headphone mixes and the desk itself have no chain.
        if !channel.section(Section::Stage(Stage::Trim)).is_empty() {
            channel.put(Place::ALL[place % 3], Some(Insert::new(Kind((kind % EFFECTS.len()) as u8))));
        }
    }
    for turn in turns {
        turn_one(&mut desk, names, *turn);
    }
    desk
}

/// Turns one control.
pub(crate) fn turn_one(desk: &mut Desk, names: &[ChannelName], (channel, control, way): Turn) {
    let channel = names[channel % names.len()].of_mut(desk).expect("it is there");
    let controls: Vec<_> = channel.controls().collect();
    let control = controls[control % controls.len()];
    let spec = channel.role().spec(control).expect("it has it");
    let lowest = if spec.min.is_finite() { spec.min } else { LOWEST_DB };
    channel.set(control, if way == 0.0 { spec.min } else { lowest + (spec.max - lowest) * way });
}
