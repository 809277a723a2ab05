//! A recall that takes its time: controls on their way from where they were to where the scene wants them.

use std::time::Duration;

use korero_dsp::param::{ParamSpec, Taper, Unit};

use super::Scene;
use crate::desk::Desk;
use crate::desk::address::{Address, ChannelName};
use crate::desk::patch::Patch;

/// A fader that comes from or goes to −∞ moves from or to here; below is silence for every ear, dB.
const FLOOR_DB: f32 = -90.0;

/// One control on its way.
#[derive(Clone, PartialEq, Debug)]
struct Move {
    address: Address,
    from: f32,
    to: f32,
    begun: Duration,
    length: Duration,
}

/// Everything that is on its way; at rest when empty.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Fade {
    moves: Vec<Move>,
}

impl Fade {
    /// Begins to fade `desk` to `scene` at `now` (monotonic) and gives the desk to begin with: switches, choices and
    /// effects in slots are there at once, all else still stands where it stood. What another fade was moving in the scope of
    /// this scene follows this one now.
    pub fn begin(&mut self, scene: &Scene, desk: &Desk, now: Duration) -> Desk {
        self.moves.retain(|on_its_way| !scene.touches(&on_its_way.address));
        let mut goal = scene.recalled(desk);
        if scene.fade.is_zero() {
            return goal;
        }
        let strips = desk.strips.iter().map(|strip| ChannelName::Strip(strip.id.clone()));
        for channel in strips.chain(ChannelName::fixed()) {
            let (Some(was), Some(will)) = (channel.of(desk), channel.of(&goal)) else { continue };
            let differs = |control| was.get(control).zip(will.get(control)).filter(|(from, to)| from != to);
            let moves: Vec<_> = will.controls().filter_map(|control| Some((control, differs(control)?))).collect();
            for (control, (from, to)) in moves {
                let address = Address { channel: channel.clone(), control };
                if glides(&address.spec()) && address.set(&mut goal, from) {
                    self.moves.push(Move { address, from, to, begun: now, length: scene.fade });
                }
            }
        }
        goal
    }

    /// Moves what is on its way to where it is at `now`; `false` when nothing is.
    pub fn tick(&mut self, desk: &mut Desk, now: Duration) -> bool {
        let moving = !self.moves.is_empty();
        // What is not on the desk any more is let go of.
        self.moves.retain(|step| step.address.set(desk, step.at(now)) && now < step.begun + step.length);
        moving
    }

    /// What `desk` is once everything on its way has arrived.
    #[must_use]
    pub fn arrived(&self, desk: &Desk) -> Desk {
        let mut goal = desk.clone();
        for step in &self.moves {
            // What is not on the desk any more goes nowhere.
            step.address.set(&mut goal, step.to);
        }
        goal
    }

    /// Lets go of what a person touched.
    pub fn let_go(&mut self, touched: &Address) {
        self.moves.retain(|step| step.address != *touched);
    }

    /// Lets go of everything that `patch` set.
    pub fn let_go_of(&mut self, patch: &Patch) {
        self.moves.retain(|step| !patch.sets(&step.address));
    }

    /// How long the last of it still takes at `now`; `None` when nothing is on its way.
    #[must_use]
    pub fn left(&self, now: Duration) -> Option<Duration> {
        self.moves.iter().map(|step| (step.begun + step.length).saturating_sub(now)).max()
    }
}

impl Move {
    fn at(&self, now: Duration) -> f32 {
        let way = now.saturating_sub(self.begun).as_secs_f32() / self.length.as_secs_f32();
        if way >= 1.0 { self.to } else { between(&self.address.spec(), self.from, self.to, way) }
    }
}

/// Whether a value has others between itself and the next.
fn glides(spec: &ParamSpec) -> bool {
    !matches!(spec.unit, Unit::Switch | Unit::Choice(_))
}

/// The value on the way from `from` (0) to `to` (1): even steps of dB, even ratios of Hz and ms.
fn between(spec: &ParamSpec, from: f32, to: f32, way: f32) -> f32 {
    let even = |from: f32, to: f32| from + (to - from) * way;
    match spec.taper {
        Taper::Logarithmic if from > 0.0 && to > 0.0 => from * (to / from).powf(way),
        Taper::Fader => even(opened(from, to), opened(to, from)),
        _ => even(from, to),
    }
}

/// The end of a fader's way, for one that is closed there.
fn opened(db: f32, other: f32) -> f32 {
    if db.is_finite() { db } else { other.min(FLOOR_DB) }
}
