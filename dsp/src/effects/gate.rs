//! Gate and expander: makes what is quiet quieter, so that a microphone is only there while someone plays into it.
//!
//! The design and its source stand in [`super::dynamics`]. A gate opens when the level comes up to the threshold, and closes
//! when it has been below the threshold less the hysteresis for as long as the hold. An expander goes down by its ratio.
//!
//! `gateahead` is the same with a look-ahead: it is open before the first wave of a drum comes out of it.

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
use crate::units::{OCTAVES_PER_DB, exp2_normal};

mod delay;

use delay::Delay;
pub use delay::LOOK_AHEAD;

/// Whether it works.
pub const ON: ParamId = ParamId(0);
/// At which level it opens, in dB of a full-scale sine.
pub const THRESHOLD: ParamId = ParamId(1);
/// How many decibels lower the gate closes; an expander has none.
pub const HYSTERESIS: ParamId = ParamId(2);
/// How many decibels it takes off at most.
pub const RANGE: ParamId = ParamId(3);
/// Gate or expander.
pub const MODE: ParamId = ParamId(4);
/// How many decibels an expander makes of one below the threshold.
pub const RATIO: ParamId = ParamId(5);
/// The time in which 63.2 % of opening is done, in ms, counted in dB.
pub const ATTACK: ParamId = ParamId(6);
/// How long it stays open after the sound, in ms.
pub const HOLD: ParamId = ParamId(7);
/// The time in which 63.2 % of closing is done, in ms, counted in dB.
pub const RELEASE: ParamId = ParamId(8);
/// Below which frequency it does not listen, in Hz; at the lowest value it listens to everything.
pub const HP: ParamId = ParamId(9);
/// Above which frequency it does not listen, in Hz; at the highest value it listens to everything.
pub const LP: ParamId = ParamId(10);
/// Whether it listens to the key instead of its own sound.
pub const KEY: ParamId = ParamId(11);
/// Whether both lanes of a pair (0 and 1, 2 and 3, …) hear the louder of the two, and so have the same gain.
pub const LINK: ParamId = ParamId(12);

/// What can be set.
pub const PARAMS: [ParamSpec; 13] = [
    ParamSpec::switch("on", false),
    ParamSpec { id: "threshold", unit: Unit::Decibels, min: -80.0, max: 0.0, default: -50.0, taper: Taper::Linear },
    ParamSpec { id: "hysteresis", unit: Unit::Decibels, min: 0.0, max: 12.0, default: 4.0, taper: Taper::Linear },
    ParamSpec { id: "range", unit: Unit::Decibels, min: 0.0, max: 80.0, default: 60.0, taper: Taper::Linear },
    ParamSpec::choice("mode", &["gate", "expander"], 0),
    ParamSpec { id: "ratio", unit: Unit::Ratio, min: 1.0, max: 20.0, default: 2.0, taper: Taper::Logarithmic },
    ParamSpec { id: "attack", unit: Unit::Milliseconds, min: 0.05, max: 50.0, default: 0.5, taper: Taper::Logarithmic },
    ParamSpec { id: "hold", unit: Unit::Milliseconds, min: 0.0, max: 500.0, default: 50.0, taper: Taper::Linear },
    ParamSpec {
        id: "release",
        unit: Unit::Milliseconds,
        min: 10.0,
        max: 2_000.0,
        default: 150.0,
        taper: Taper::Logarithmic,
    },
    ParamSpec { id: "hp", unit: Unit::Hertz, min: 20.0, max: 4_000.0, default: 20.0, taper: Taper::Logarithmic },
    ParamSpec { id: "lp", unit: Unit::Hertz, min: 200.0, max: 20_000.0, default: 20_000.0, taper: Taper::Logarithmic },
    ParamSpec::switch("key", false),
    ParamSpec::switch("link", false),
];

/// The line of the registry.
pub const SPEC: EffectSpec =
    EffectSpec { id: "gate", params: &PARAMS, pairs: false, build_at: |level| Box::new(Gate::new(level)) };

/// The line of the registry for the gate that looks ahead.
pub const AHEAD: EffectSpec =
    EffectSpec { id: "gateahead", params: &PARAMS, pairs: false, build_at: |level| Box::new(Gate::ahead(level)) };

/// The values of all parameters of a lane, in the order of [`PARAMS`].
type Values = [f32; PARAMS.len()];

/// What comes out, in dB, when a sine of `input_db` has been there for a while: what the window draws. `value` gives the
/// values of the parameters. A gate has two answers within its hysteresis; this is the one for a sound that came up.
#[must_use]
pub fn output_db(input_db: f32, value: impl Fn(ParamId) -> f32) -> f32 {
    let values: Values = std::array::from_fn(|at| PARAMS[at].clamp(value(ParamId(at as u8))));
    let [on, threshold, _, range, mode, ratio, ..] = values;
    let below = Bend::new(&Lanes::splat(-threshold), &Lanes::splat(ratio - 1.0), &Lanes::SILENCE);
    let open = on < 0.5 || input_db >= threshold;
    let depth = if mode >= 0.5 { range.min(below.reduction(0, -input_db)) } else { range };
    if open { input_db } else { input_db - depth }
}

/// A gate for eight lanes.
#[derive(Debug)]
pub struct Gate {
    level: Level,
    rate: f32,
    values: [Values; LANES],
    share: Presence,
    /// In octaves, like all that follows it here.
    threshold: Glide,
    range: Glide,
    /// What an expander takes off for each octave below the threshold.
    slope: Glide,
    wanted: Bars,
    bars: Bars,
    turned: bool,
    paces: Paces,
    expanding: Switches,
    linked: Switches,
    delay: Option<Box<Delay>>,
    ear: Ear,
    state: State,
}

/// When a gate opens and closes. Nothing jumps when these do: gains follow at attack and release.
#[derive(Clone, Copy, Debug)]
struct Bars {
    /// Squares of amplitudes.
    open: Lanes,
    close: Lanes,
    /// One more than the frames of the hold.
    hold: Lanes,
}

/// What is remembered of the sound.
#[derive(Clone, Debug)]
struct State {
    hearing: Hearing,
    memory: Memory,
    /// Frames until a gate closes if nothing more comes; 0 or less is closed.
    left: Lanes,
}

/// How one block is worked on.
#[derive(Debug)]
struct Task<'a> {
    phase: usize,
    heard: Heard<'a>,
    ear: &'a Ear,
    threshold: &'a Ramp,
    range: &'a Ramp,
    slope: &'a Ramp,
    bars: &'a Bars,
    pace: &'a Pace,
    expanding: &'a Mask,
    linked: &'a Mask,
}

impl Gate {
    /// Off on all lanes, for 48 kHz until it is prepared; without look-ahead.
    #[must_use]
    pub fn new(level: Level) -> Self {
        let glide = || Glide::new(0.0, GLIDE_CELLS);
        let bars = Bars { open: Lanes::SILENCE, close: Lanes::SILENCE, hold: Lanes::SILENCE };
        let mut gate = Self {
            level,
            rate: 48_000.0,
            values: [std::array::from_fn(|at| PARAMS[at].default); LANES],
            share: Presence::new(Glide::eased(0.0, FADE_CELLS)),
            threshold: glide(),
            range: glide(),
            slope: glide(),
            wanted: bars,
            bars,
            turned: false,
            paces: Paces::new(),
            expanding: Switches::default(),
            linked: Switches::default(),
            delay: None,
            ear: Ear::new(),
            state: State { hearing: Hearing::new(), memory: Memory::new(), left: Lanes::SILENCE },
        };
        gate.prepare(Format { rate: 48_000.0 });
        gate
    }

    /// The same with [`LOOK_AHEAD`].
    #[must_use]
    pub fn ahead(level: Level) -> Self {
        Self { delay: Some(Box::default()), ..Self::new(level) }
    }

    /// Everything that follows from the values of a lane.
    fn turn(&mut self, lane: usize) {
        let values = &self.values[lane];
        let [on, threshold, hysteresis, range, mode, ratio, attack, hold, release, hp, lp, key, _] = *values;
        let expands = mode >= 0.5;
        let hysteresis = if expands { 0.0 } else { hysteresis };
        self.share.set(lane, if on >= 0.5 { 1.0 } else { 0.0 });
        self.threshold.set(lane, threshold * OCTAVES_PER_DB);
        self.range.set(lane, range * OCTAVES_PER_DB);
        self.slope.set(lane, ratio - 1.0);
        let square = |db: f32| exp2_normal(2.0 * OCTAVES_PER_DB * db);
        self.wanted.open.0[lane] = square(threshold);
        self.wanted.close.0[lane] = square(threshold - hysteresis);
        self.wanted.hold.0[lane] = 1.0 + (hold * 0.001 * self.rate + 0.5).floor();
        self.turned = true;
        self.paces.set(lane, release, attack, self.rate);
        self.expanding.set(lane, expands);
        self.ear.set_high_pass(lane, (hp > PARAMS[9].min).then_some(hp), self.rate);
        self.ear.set_low_pass(lane, (lp < PARAMS[10].max).then_some(lp), self.rate);
        self.ear.set_keyed(lane, key >= 0.5);
    }
}

impl Effect for Gate {
    fn prepare(&mut self, format: Format) {
        self.rate = format.rate;
        (0..LANES).for_each(|lane| self.turn(lane));
        self.reset();
    }

    fn reset_lane(&mut self, lane: usize) {
        for glide in [&mut self.threshold, &mut self.range, &mut self.slope] {
            glide.settle_lane(lane);
        }
        self.share.settle_lane(lane);
        self.bars.open.0[lane] = self.wanted.open.0[lane];
        self.bars.close.0[lane] = self.wanted.close.0[lane];
        self.bars.hold.0[lane] = self.wanted.hold.0[lane];
        self.paces.settle_lane(lane);
        self.expanding.settle_lane(lane);
        self.linked.settle_lane(lane);
        if let Some(delay) = &mut self.delay {
            delay.reset_lane(lane);
        }
        self.ear.settle_lane(lane);
        self.state.hearing.reset_lane(lane);
        self.state.memory.reset_lane(lane);
        self.state.left.0[lane] = 0.0;
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
        if self.turned && phase == 0 {
            (self.bars, self.turned) = (self.wanted, false);
        }
        let (threshold, range, slope) = (self.threshold.ramp(block), self.range.ramp(block), self.slope.ramp(block));
        let (pace, expanding) = (self.paces.at_block(phase), self.expanding.at_block(phase));
        let (linked, ear) = (self.linked.at_block(phase), self.ear.enter(block));
        let Some(heard) = self.share.enter(block) else {
            if let Some(delay) = &mut self.delay {
                delay.process(block.frames_mut());
            }
            return self.state.sleep();
        };
        let bars = &self.bars;
        let task = Task { phase, heard, ear, threshold, range, slope, bars, pace, expanding, linked };
        let ticks = Ticks::new(phase, block.len());
        let mut values = [Lanes::SILENCE; MOST_TICKS];
        let values = &mut values[..ticks.count];
        listen(self.level, block.frames(), keys.frames(), &task, &ticks, &mut self.state, values);
        if let Some(delay) = &mut self.delay {
            delay.process(block.frames_mut());
        }
        turn_down(self.level, block.frames_mut(), values, &task, &ticks, &mut self.state);
    }

    fn rests(&self) -> bool {
        let still = self.threshold.is_still() && self.range.is_still() && self.slope.is_still();
        // With a look-ahead the sound always passes through the delay.
        self.delay.is_none() && self.share.is_absent() && still && self.ear.is_still()
    }

    fn latency_frames(&self) -> usize {
        if self.delay.is_some() { LOOK_AHEAD } else { 0 }
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
        kept.keep(&mut self.left);
    }
}

dispatched! {
    /// Writes the squares of the amplitudes that are heard.
    fn listen(own: &[Lanes], keys: &[Lanes], task: &Task, ticks: &Ticks, state: &mut State, squares: &mut [Lanes])
        = listen_kernel;
}

#[inline(always)]
fn listen_kernel(own: &[Lanes], keys: &[Lanes], task: &Task, ticks: &Ticks, state: &mut State, squares: &mut [Lanes]) {
    state.memory.begin(task.phase, task.linked);
    let heard = state.hearing.listen(own, keys, task.ear);
    state.memory.envelope.read(ticks, heard, &Mask::default(), task.linked, squares);
}

dispatched! {
    /// Opens and closes, and applies what follows from it.
    fn turn_down(frames: &mut [Lanes], squares: &mut [Lanes], task: &Task, ticks: &Ticks, state: &mut State)
        = turn_down_kernel;
}

#[inline(always)]
fn turn_down_kernel(frames: &mut [Lanes], squares: &mut [Lanes], task: &Task, ticks: &Ticks, state: &mut State) {
    let mut depths = [task.range.at(0); MOST_TICKS];
    let depths = &mut depths[..ticks.count];
    if !task.range.rests() {
        for (tick, depth) in depths.iter_mut().enumerate() {
            frame_by_frame();
            *depth = task.range.at(ticks.frame(tick));
        }
    }
    if task.expanding.any() {
        expand(squares, task, ticks, depths);
    }
    follow(squares, depths, task, state);
    task.heard.apply(frames, ticks, &mut state.memory.gain, squares);
    state.forget(task.heard.on, task.linked);
}

/// How deep the lanes of expanders go when they are not open: their ratio is a bend of the level turned round.
#[inline(always)]
fn expand(squares: &[Lanes], task: &Task, ticks: &Ticks, depths: &mut [Lanes]) {
    for (tick, (squares, depth)) in squares.iter().zip(depths).enumerate() {
        let at = ticks.frame(tick);
        let mut begin = task.threshold.at(at);
        for lane in 0..LANES {
            begin.0[lane] = -begin.0[lane];
        }
        let bend = Bend::of_squares(&begin, &task.slope.at(at), &Lanes::SILENCE);
        for lane in 0..LANES {
            let wanted = bend.reduction(lane, -level_of_square(squares.0[lane]));
            let range = depth.0[lane];
            depth.0[lane] = task.expanding.pick(lane, if wanted < range { wanted } else { range }, range);
        }
    }
}

/// Opens and closes, follows the reductions in time and turns them into gains.
#[inline(always)]
fn follow(values: &mut [Lanes], depths: &[Lanes], task: &Task, state: &mut State) {
    // Copies: chosen from registers, not fetched lane by lane.
    let (mut left, mut now, bars, pace) = (state.left, state.memory.follower, *task.bars, *task.pace);
    for (value, depth) in values.iter_mut().zip(depths) {
        frame_by_frame();
        let mut goal = *depth;
        for lane in 0..LANES {
            let (before, square) = (left.0[lane], value.0[lane]);
            let (opens, stays) = (square >= bars.open.0[lane], square >= bars.close.0[lane]);
            let again = opens | (stays & (before > 0.0));
            // A tick is two frames.
            left.0[lane] = if again { bars.hold.0[lane] } else { before - 2.0 };
            goal.0[lane] = if left.0[lane] > 0.0 { 0.0 } else { goal.0[lane] };
        }
        let reduction = now.step(&goal, &pace);
        for lane in 0..LANES {
            value.0[lane] = exp2_normal(-reduction.0[lane]);
        }
    }
    (state.left, state.memory.follower) = (left, now);
}
