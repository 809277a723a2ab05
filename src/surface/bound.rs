//! Controls of MIDI devices that were bound to something: read absolutely with soft take-over, or as steps; keys and foot
//! switches; and where they can show it, told how it stands.

use std::collections::HashMap;
use std::time::Duration;

use korero_dsp::param::{ParamSpec, Unit};

use super::facts::{Fact, State};
use super::hold::Holds;
use super::midi::Midi;
use super::sent::Sent;
use super::wishes::Wishes;
use crate::desk::Desk;
use crate::desk::taper::{from_way, moved, to_way};
use crate::limits::{SURFACE_ECHO, SURFACE_KEY_ECHO, SURFACE_REST};
use crate::session::act::Act;
use crate::session::snapshot::Snapshot;
use crate::session::surfaces::{Binding, MidiControl, Reads, Source, Target};

/// One step of a control of seven bits.
const STEP: f32 = 1.0 / 127.0;

/// What is remembered of the controls that are bound.
#[derive(Debug, Default)]
pub(super) struct Bound {
    knobs: HashMap<Source, Knob>,
    holds: Holds<Source>,
}

/// What is remembered of one of them.
#[derive(Debug, Default)]
struct Knob {
    /// Where it stood last, 0 to 1.
    stood: Option<f32>,
    /// The way that it set; `None` until it is where the desk is.
    set: Option<f32>,
    down: bool,
    moved: Option<Duration>,
    told: Option<[u8; 3]>,
    sent: Sent,
}

impl Knob {
    /// The control moved to `way` while the desk stands at `stands`. Whether it turns the desk now: only once it was where the
    /// desk is, so that nothing ever jumps.
    fn catches(&mut self, way: f32, stands: f32) -> bool {
        let from = self.stood.replace(way);
        let followed = self.set.is_some_and(|set| (set - stands).abs() <= STEP / 2.0);
        let near = (way - stands).abs() <= STEP;
        let passes = from.is_some_and(|from| (from.min(way)..=from.max(way)).contains(&stands));
        if !(followed || near || passes) {
            self.set = None;
        }
        followed || near || passes
    }

    /// What the control makes of a value that stands at `stands`; `None` when it leaves it.
    fn value(
        &mut self,
        binding: &Binding,
        midi: Midi,
        spec: &ParamSpec,
        (stands, pressed): (f32, bool),
    ) -> Option<f32> {
        if let Some(steps) = steps(binding.reads, midi) {
            return Some(stepped(spec, stands, steps));
        }
        if spec.unit == Unit::Switch {
            return pressed.then_some(1.0 - stands);
        }
        if let Midi::Note { .. } = midi {
            return pressed.then(|| next(spec, stands)).flatten();
        }
        let value = from_way(spec, midi.way());
        let catches = self.catches(midi.way(), to_way(spec, stands));
        self.set = catches.then(|| to_way(spec, value));
        catches.then_some(value)
    }
}

/// Whether it is pressed and not turned.
fn is_key(binding: &Binding) -> bool {
    let has_states = match &binding.target {
        Target::Act(_) => true,
        Target::Turn(address) => address.spec().unit == Unit::Switch,
    };
    binding.reads == Reads::Absolute && (has_states || matches!(binding.source.control, MidiControl::Note(..)))
}

impl Bound {
    /// A bound control was moved at `now`. `false` when it asks for too much.
    pub(super) fn hear(
        &mut self,
        binding: &Binding,
        midi: Midi,
        now: Duration,
        desk: &Desk,
        wishes: &mut Wishes,
    ) -> bool {
        let knob = self.knobs.entry(binding.source.clone()).or_default();
        let down = match midi {
            Midi::Note { velocity, .. } => velocity > 0,
            _ => midi.way() >= 0.5,
        };
        let (is_key, was_down) = (is_key(binding), knob.down);
        let within = if is_key { SURFACE_KEY_ECHO } else { SURFACE_ECHO };
        // A key that is let go is never an echo: it may show by now that it is off.
        let echo = binding.reads == Reads::Absolute && knob.sent.echoes(midi.way(), 0.0, (now, within));
        if (echo && (down || !is_key)) || (is_key && down == was_down) {
            // A hand may have brought it there as well: where it stands is not known now.
            knob.stood = knob.stood.filter(|_| !echo);
            if let Target::Act(act) = &binding.target
                && act.needs_hold()
                && down
                && !echo
            {
                self.holds.key(binding.source.clone(), *act, down, now);
            }
            return true;
        }
        knob.down = down;
        // What it shows by itself now is not what it was told.
        (knob.moved, knob.told, knob.sent) = (Some(now), None, Sent::default());
        match &binding.target {
            Target::Act(act) => !self.holds.key(binding.source.clone(), *act, down, now) || wishes.act(act.command()),
            Target::Turn(address) => {
                let Some(stands) = wishes.value(address, desk) else { return true };
                let value = knob.value(binding, midi, &address.spec(), (stands, down && !was_down));
                value.is_none_or(|value| value == stands || wishes.turn(address.clone(), value))
            }
        }
    }

    /// What controls of a device are to show at `now` and do not show yet, at most `most` messages.
    pub(super) fn tell(
        &mut self,
        bound: &[Binding],
        port: &str,
        (now, most): (Duration, usize),
        show: &Snapshot,
    ) -> Vec<[u8; 3]> {
        self.holds.forget_lost(now);
        let mut told = Vec::new();
        for binding in bound.iter().filter(|one| one.source.port == port && one.reads == Reads::Absolute) {
            let Some(way) = shown(&binding.target, show) else { continue };
            let knob = self.knobs.entry(binding.source.clone()).or_default();
            // Under a hand nothing moves; the lamp of a key is no hand's business.
            let held = !is_key(binding) && knob.moved.is_some_and(|moved| now.saturating_sub(moved) < SURFACE_REST);
            let midi = Midi::at(binding.source.control, way);
            if held || knob.told == Some(midi.bytes()) {
                continue;
            }
            if told.len() >= most {
                break;
            }
            knob.told = Some(midi.bytes());
            knob.sent.send(midi.way(), now);
            told.push(midi.bytes());
        }
        told
    }

    /// Other bindings are in force; what is remembered of controls whose own is the same stays true.
    pub(super) fn rebind(&mut self, before: &[Binding], now: &[Binding]) {
        let of = |bound: &[Binding], source: &Source| bound.iter().find(|one| one.source == *source).cloned();
        let other = |source: &Source| of(now, source).is_none_or(|one| Some(one) != of(before, source));
        self.knobs.retain(|source, _| !other(source));
        self.holds.forget(other);
    }

    /// A device is there again: it shows nothing yet, and where its controls stand is not known.
    pub(super) fn forget(&mut self, port: &str) {
        self.knobs.retain(|source, _| source.port != port);
        self.holds.forget(|source| source.port == port);
    }

    /// Controls were moved without being heard here: where they stand, and which are down, is not known.
    pub(super) fn let_go(&mut self) {
        self.knobs.clear();
        self.holds.forget(|_| true);
    }
}

/// How far a control that sends steps was moved; `None` for one that does not.
fn steps(reads: Reads, midi: Midi) -> Option<i32> {
    let Midi::Cc { value, .. } = midi else { return None };
    let value = i32::from(value);
    match reads {
        Reads::Absolute => None,
        Reads::TwosComplement => Some(if value < 64 { value } else { value - 128 }),
        Reads::SignBit => Some(if value < 64 { value } else { 64 - value }),
        Reads::Offset => Some(value - 64),
    }
}

/// The value so many steps away: a choice by choices, a switch to its end, everything else by its way.
fn stepped(spec: &ParamSpec, stands: f32, steps: i32) -> f32 {
    match spec.unit {
        Unit::Switch | Unit::Choice(_) => spec.clamp(stands + steps as f32),
        _ => moved(spec, stands, steps as f32 * STEP),
    }
}

/// What a key makes of a choice: the next one, and after the last the first. `None` for what has no choices.
fn next(spec: &ParamSpec, stands: f32) -> Option<f32> {
    match spec.unit {
        Unit::Choice(_) => Some(if stands + 1.0 > spec.max { spec.min } else { stands + 1.0 }),
        _ => None,
    }
}

/// Where a control stands that shows what it is bound to, 0 to 1; `None` for what has nothing to show.
fn shown(target: &Target, show: &Snapshot) -> Option<f32> {
    let lit = |fact: Fact| matches!(fact.of(show), State::Number(number) if number > 0.0);
    match target {
        Target::Turn(address) => Some(to_way(&address.spec(), address.get(&show.desk)?)),
        Target::Act(Act::Record | Act::StopRecording) => Some(if lit(Fact::Recording) { 1.0 } else { 0.0 }),
        Target::Act(Act::GoLive | Act::LeaveAir) => Some(if lit(Fact::Air) { 1.0 } else { 0.0 }),
        Target::Act(_) => None,
    }
}
