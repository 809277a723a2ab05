//! Compressor: makes what is loud less loud, exactly by its curve and exactly in its times.
//!
//! The design and its source stand in [`super::dynamics`]. The same box serves a strip, and linked a group or the mix.

use crate::align::FADE_CELLS;
use crate::dispatch::{Level, dispatched, frame_by_frame};
use crate::effect::{Effect, EffectSpec, Format};
use crate::effects::dynamics::curve::{Bend, level_of_square};
use crate::effects::dynamics::ear::{Ear, Hearing};
use crate::effects::dynamics::follower::{Pace, Paces};
use crate::effects::dynamics::{MOST_TICKS, Memory, Ticks};
use crate::lanes::{LANES, LaneBlock, Lanes};
use crate::mask::{Mask, Switches};
use crate::param::{ParamId, ParamSpec, Taper, Unit};
use crate::presence::{Heard, Presence};
use crate::smooth::{GLIDE_CELLS, Glide, Ramp};
use crate::units::{OCTAVES_PER_DB, exp2_normal, gain_to_db};

/// Whether it works.
pub const ON: ParamId = ParamId(0);
/// Above which level it works, in dB of a full-scale sine.
pub const THRESHOLD: ParamId = ParamId(1);
/// How many decibels more at the input make one more at the output; [`LIMIT`] makes none.
pub const RATIO: ParamId = ParamId(2);
/// Over how many decibels around the threshold the ratio is reached.
pub const KNEE: ParamId = ParamId(3);
/// The time in which 63.2 % of a growing reduction is done, in ms.
pub const ATTACK: ParamId = ParamId(4);
/// The time in which 63.2 % of a shrinking reduction is done, in ms.
pub const RELEASE: ParamId = ParamId(5);
/// Gain after it, in dB.
pub const MAKEUP: ParamId = ParamId(6);
/// Whether half of what a full-scale sine loses is added to [`MAKEUP`].
pub const AUTO: ParamId = ParamId(7);
/// How much of the compressed sound is heard, against the sound as it was.
pub const MIX: ParamId = ParamId(8);
/// What it listens to: amplitudes, or a mean of 10 ms, with which attack and release begin later.
pub const DETECTOR: ParamId = ParamId(9);
/// Below which frequency it does not listen, in Hz; at the lowest value it listens to everything.
pub const HP: ParamId = ParamId(10);
/// Whether it listens to the key instead of its own sound.
pub const KEY: ParamId = ParamId(11);
/// Whether both lanes of a pair (0 and 1, 2 and 3, …) hear the louder of the two, and so have the same gain.
pub const LINK: ParamId = ParamId(12);

/// The [`RATIO`] at which it limits: the level of the output stays at the threshold.
pub const LIMIT: f32 = 20.0;

/// What can be set.
pub const PARAMS: [ParamSpec; 13] = [
    ParamSpec::switch("on", false),
    ParamSpec { id: "threshold", unit: Unit::Decibels, min: -60.0, max: 0.0, default: -20.0, taper: Taper::Linear },
    ParamSpec { id: "ratio", unit: Unit::Ratio, min: 1.0, max: LIMIT, default: 4.0, taper: Taper::Logarithmic },
    ParamSpec { id: "knee", unit: Unit::Decibels, min: 0.0, max: 24.0, default: 6.0, taper: Taper::Linear },
    ParamSpec {
        id: "attack",
        unit: Unit::Milliseconds,
        min: 0.1,
        max: 200.0,
        default: 10.0,
        taper: Taper::Logarithmic,
    },
    ParamSpec {
        id: "release",
        unit: Unit::Milliseconds,
        min: 10.0,
        max: 2_000.0,
        default: 120.0,
        taper: Taper::Logarithmic,
    },
    ParamSpec { id: "makeup", unit: Unit::Decibels, min: -12.0, max: 24.0, default: 0.0, taper: Taper::Linear },
    ParamSpec::switch("auto", false),
    ParamSpec { id: "mix", unit: Unit::Percent, min: 0.0, max: 100.0, default: 100.0, taper: Taper::Linear },
    ParamSpec::choice("detector", &["peak", "rms"], 0),
    ParamSpec { id: "hp", unit: Unit::Hertz, min: 20.0, max: 500.0, default: 20.0, taper: Taper::Logarithmic },
    ParamSpec::switch("key", false),
    ParamSpec::switch("link", false),
];

/// The line of the registry.
pub const SPEC: EffectSpec =
    EffectSpec { id: "compressor", params: &PARAMS, pairs: false, build_at: |level| Box::new(Compressor::new(level)) };

/// The values of all parameters of a lane, in the order of [`PARAMS`].
type Values = [f32; PARAMS.len()];

/// What comes out, in dB, when a sine of `input_db` has been there for a while: what the window draws. `value` gives the
/// values of the parameters.
#[must_use]
pub fn output_db(input_db: f32, value: impl Fn(ParamId) -> f32) -> f32 {
    let values: Values = std::array::from_fn(|at| PARAMS[at].clamp(value(ParamId(at as u8))));
    let goals = Goals::of(&values);
    let reduction = goals.reduction(input_db * OCTAVES_PER_DB);
    let gain = exp2_normal(goals.makeup - reduction);
    input_db + gain_to_db((1.0 - goals.share) + gain * goals.share)
}

/// Where the glides of a lane shall go, in octaves where the parameters are in dB.
struct Goals {
    threshold: f32,
    slope: f32,
    knee: f32,
    makeup: f32,
    share: f32,
}

impl Goals {
    fn of(values: &Values) -> Self {
        let [on, threshold, ratio, knee, _, _, makeup, auto, mix, ..] = *values;
        let mut goals = Self {
            threshold: threshold * OCTAVES_PER_DB,
            slope: if ratio >= LIMIT { 1.0 } else { 1.0 - 1.0 / ratio },
            knee: knee * OCTAVES_PER_DB,
            makeup: makeup * OCTAVES_PER_DB,
            share: if on >= 0.5 { mix * 0.01 } else { 0.0 },
        };
        if auto >= 0.5 {
            goals.makeup += 0.5 * goals.reduction(0.0);
        }
        goals
    }

    fn reduction(&self, level: f32) -> f32 {
        let [threshold, slope, knee] = [self.threshold, self.slope, self.knee].map(Lanes::splat);
        Bend::new(&threshold, &slope, &knee).reduction(0, level)
    }
}

/// A feed-forward compressor.
#[derive(Debug)]
pub struct Compressor {
    level: Level,
    rate: f32,
    values: [Values; LANES],
    threshold: Glide,
    slope: Glide,
    knee: Glide,
    makeup: Glide,
    share: Presence,
    paces: Paces,
    averaged: Switches,
    linked: Switches,
    ear: Ear,
    state: State,
}

/// What is remembered of the sound.
#[derive(Clone, Debug)]
struct State {
    hearing: Hearing,
    memory: Memory,
}

/// How one block is worked on.
#[derive(Debug)]
struct Task<'a> {
    phase: usize,
    heard: Heard<'a>,
    ear: &'a Ear,
    threshold: &'a Ramp,
    slope: &'a Ramp,
    knee: &'a Ramp,
    makeup: &'a Ramp,
    pace: &'a Pace,
    averaged: &'a Mask,
    linked: &'a Mask,
}

impl Compressor {
    /// Off on all lanes, for 48 kHz until it is prepared.
    #[must_use]
    pub fn new(level: Level) -> Self {
        let values: Values = std::array::from_fn(|at| PARAMS[at].default);
        let goals = Goals::of(&values);
        let glide = |value| Glide::new(value, GLIDE_CELLS);
        let mut compressor = Self {
            level,
            rate: 48_000.0,
            values: [values; LANES],
            threshold: glide(goals.threshold),
            slope: glide(goals.slope),
            knee: glide(goals.knee),
            makeup: glide(goals.makeup),
            share: Presence::new(Glide::eased(goals.share, FADE_CELLS)),
            paces: Paces::new(),
            averaged: Switches::default(),
            linked: Switches::default(),
            ear: Ear::new(),
            state: State { hearing: Hearing::new(), memory: Memory::new() },
        };
        compressor.prepare(Format { rate: 48_000.0 });
        compressor
    }

    /// Everything that follows from the values of a lane.
    fn turn(&mut self, lane: usize) {
        let values = &self.values[lane];
        let goals = Goals::of(values);
        self.threshold.set(lane, goals.threshold);
        self.slope.set(lane, goals.slope);
        self.knee.set(lane, goals.knee);
        self.makeup.set(lane, goals.makeup);
        self.share.set(lane, goals.share);
        let value = |param: ParamId| values[usize::from(param.0)];
        self.paces.set(lane, value(ATTACK), value(RELEASE), self.rate);
        self.averaged.set(lane, value(DETECTOR) >= 0.5);
        let hp = value(HP);
        self.ear.set_high_pass(lane, (hp > PARAMS[10].min).then_some(hp), self.rate);
        self.ear.set_keyed(lane, value(KEY) >= 0.5);
    }
}

impl Effect for Compressor {
    fn prepare(&mut self, format: Format) {
        self.rate = format.rate;
        (0..LANES).for_each(|lane| self.turn(lane));
        self.reset();
    }

    fn reset_lane(&mut self, lane: usize) {
        for glide in [&mut self.threshold, &mut self.slope, &mut self.knee, &mut self.makeup] {
            glide.settle_lane(lane);
        }
        self.share.settle_lane(lane);
        self.paces.settle_lane(lane);
        self.averaged.settle_lane(lane);
        self.linked.settle_lane(lane);
        self.ear.settle_lane(lane);
        self.state.hearing.reset_lane(lane);
        self.state.memory.reset_lane(lane);
    }

    fn set(&mut self, lane: usize, param: ParamId, value: f32) {
        let Some(spec) = PARAMS.get(usize::from(param.0)) else { return };
        let value = spec.clamp(value);
        self.values[lane][usize::from(param.0)] = value;
        if param == LINK {
            self.linked.set_pair(lane, value >= 0.5);
        }
        self.turn(lane);
    }

    fn process(&mut self, block: &mut LaneBlock<'_>, keys: &LaneBlock<'_>) {
        let phase = block.phase();
        let (threshold, slope, knee) = (self.threshold.ramp(block), self.slope.ramp(block), self.knee.ramp(block));
        let (makeup, pace) = (self.makeup.ramp(block), self.paces.at_block(phase));
        let (averaged, linked) = (self.averaged.at_block(phase), self.linked.at_block(phase));
        let ear = self.ear.enter(block);
        let Some(heard) = self.share.enter(block) else {
            return self.state.sleep();
        };
        let task = Task { phase, heard, ear, threshold, slope, knee, makeup, pace, averaged, linked };
        run(self.level, block.frames_mut(), keys.frames(), &task, &mut self.state);
    }

    fn rests(&self) -> bool {
        let glides = [&self.threshold, &self.slope, &self.knee, &self.makeup];
        self.share.is_absent() && self.ear.is_still() && glides.iter().all(|glide| glide.is_still())
    }

    fn take_reduction_db(&mut self, lane: usize) -> f32 {
        self.state.memory.take_db(lane)
    }
}

impl State {
    /// Begins from silence when a lane is switched on again.
    fn sleep(&mut self) {
        if self.memory.falls_asleep() {
            self.forget(&Mask::default(), &Mask::default());
        }
    }

    #[inline(always)]
    fn forget(&mut self, on: &Mask, linked: &Mask) {
        let kept = self.memory.end(on, linked);
        self.hearing.keep(&kept);
    }
}

dispatched! { fn run(frames: &mut [Lanes], keys: &[Lanes], task: &Task, state: &mut State) = run_kernel; }

#[inline(always)]
fn run_kernel(frames: &mut [Lanes], keys: &[Lanes], task: &Task, state: &mut State) {
    let ticks = Ticks::new(task.phase, frames.len());
    let mut values = [Lanes::SILENCE; MOST_TICKS];
    let values = &mut values[..ticks.count];
    let State { hearing, memory } = state;
    memory.begin(task.phase, task.linked);
    // Each stage runs over the whole block before the next: the processor then works on many ticks at once.
    let heard = hearing.listen(frames, keys, task.ear);
    memory.envelope.read(&ticks, heard, task.averaged, task.linked, values);
    bend(values, task, &ticks);
    follow(values, task, &ticks, memory);
    task.heard.apply(frames, &ticks, &mut memory.gain, values);
    state.forget(task.heard.on, task.linked);
}

/// Turns the squares of amplitudes into the reductions that the curve asks for.
#[inline(always)]
fn bend(values: &mut [Lanes], task: &Task, ticks: &Ticks) {
    let still = task.threshold.rests() && task.slope.rests() && task.knee.rests();
    let mut bend = bend_at(task, 0);
    for (tick, value) in values.iter_mut().enumerate() {
        frame_by_frame();
        if !still {
            bend = bend_at(task, ticks.frame(tick));
        }
        for lane in 0..LANES {
            value.0[lane] = bend.reduction(lane, level_of_square(value.0[lane]));
        }
    }
}

#[inline(always)]
fn bend_at(task: &Task, at: usize) -> Bend {
    Bend::of_squares(&task.threshold.at(at), &task.slope.at(at), &task.knee.at(at))
}

/// Follows the reductions in time and turns them into gains.
#[inline(always)]
fn follow(values: &mut [Lanes], task: &Task, ticks: &Ticks, memory: &mut Memory) {
    let (still, mut makeup) = (task.makeup.rests(), task.makeup.at(0));
    // A copy: kept in registers, not fetched lane by lane.
    let (mut now, pace) = (memory.follower, *task.pace);
    for (tick, value) in values.iter_mut().enumerate() {
        frame_by_frame();
        if !still {
            makeup = task.makeup.at(ticks.frame(tick));
        }
        let reduction = now.step(value, &pace);
        for lane in 0..LANES {
            value.0[lane] = exp2_normal(makeup.0[lane] - reduction.0[lane]);
        }
    }
    memory.follower = now;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drawn_curve_is_the_formula() {
        let value = |param: ParamId| match param {
            ON => 1.0,
            RATIO => 4.0,
            other => PARAMS[usize::from(other.0)].default,
        };
        assert!((output_db(-40.0, value) + 40.0).abs() < 1e-4);
        assert!((output_db(-10.0, value) + 17.5).abs() < 1e-4);
        // In the middle of the knee: 6 dB wide, so (1 − 1/4) · 3² / 12 dB are taken off.
        assert!((output_db(-20.0, value) + 20.5625).abs() < 1e-4);
        assert_eq!(output_db(-20.0, |_| 0.0), -20.0, "off");
    }
}
