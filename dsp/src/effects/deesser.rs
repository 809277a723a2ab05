//! De-esser: softens the hiss of s and sh, and leaves everything else as it is.
//!
//! It listens above its frequency only. Split, it turns down what is above: the sound is taken apart into three parts that add up
//! to it, and of the middle part half as many decibels are taken off as of the high one. That is a shelf whose gain moves, flat at
//! rest by subtraction: nothing shifts in phase, nothing changes by a bit while nothing hisses, and unlike two crossed-over bands
//! it has no bump at the frequency while it works. Wide, the whole sound is turned down. The follower is that of
//! [`super::dynamics`].

use crate::align::FADE_CELLS;
use crate::dispatch::{Level, dispatched, frame_by_frame};
use crate::effect::{Effect, EffectSpec, Format};
use crate::effects::dynamics::curve::{Bend, level_of_square};
use crate::effects::dynamics::filter::{Filter, tuning, weights};
use crate::effects::dynamics::follower::Pace;
use crate::effects::dynamics::{MOST_TICKS, Memory, Ticks, Turn, each_frame};
use crate::lanes::{GRID, LANES, LaneBlock, Lanes};
use crate::mask::{Mask, Switches};
use crate::param::{ParamId, ParamSpec, Taper, Unit};
use crate::presence::{Heard, Presence};
use crate::smooth::{GLIDE_CELLS, Glide, Ramp};
use crate::units::{OCTAVES_PER_DB, exp2_normal};

/// Whether it works.
pub const ON: ParamId = ParamId(0);
/// Above which frequency it listens, in Hz.
pub const FREQ: ParamId = ParamId(1);
/// Above which level there it works, in dB of a full-scale sine.
pub const THRESHOLD: ParamId = ParamId(2);
/// How many decibels it takes off at most.
pub const RANGE: ParamId = ParamId(3);
/// Whether it turns down what is above its frequency, or the whole sound.
pub const MODE: ParamId = ParamId(4);
/// Whether both lanes of a pair (0 and 1, 2 and 3, …) hear the louder of the two, and so have the same gain.
pub const LINK: ParamId = ParamId(5);

/// What can be set.
pub const PARAMS: [ParamSpec; 6] = [
    ParamSpec::switch("on", false),
    ParamSpec {
        id: "freq",
        unit: Unit::Hertz,
        min: 2_000.0,
        max: 12_000.0,
        default: 6_500.0,
        taper: Taper::Logarithmic,
    },
    ParamSpec { id: "threshold", unit: Unit::Decibels, min: -60.0, max: 0.0, default: -30.0, taper: Taper::Linear },
    ParamSpec { id: "range", unit: Unit::Decibels, min: 0.0, max: 24.0, default: 8.0, taper: Taper::Linear },
    ParamSpec::choice("mode", &["split", "wide"], 0),
    ParamSpec::switch("link", false),
];

/// The line of the registry.
pub const SPEC: EffectSpec =
    EffectSpec { id: "deesser", params: &PARAMS, pairs: false, build_at: |level| Box::new(Deesser::new(level)) };

/// Four decibels more of hiss make one more at the output, until the range is reached.
const SLOPE: f32 = 0.75;
/// 6 dB, in octaves.
const KNEE: f32 = 1.0;
/// An s begins within a few milliseconds and ends within a few tens.
const ATTACK_MS: f32 = 0.5;
const RELEASE_MS: f32 = 40.0;
/// A sweep takes this many grid cells: 43 ms at 48 kHz.
const SWEEP_CELLS: u32 = 4 * GLIDE_CELLS;

/// A de-esser for eight lanes.
#[derive(Debug)]
pub struct Deesser {
    level: Level,
    rate: f32,
    freq: [f32; LANES],
    tuning: Glide,
    threshold: Glide,
    range: Glide,
    share: Presence,
    /// 1 wide, 0 split: the one cross-fades to the other.
    width: Glide,
    linked: Switches,
    pace: Pace,
    state: State,
}

/// What is remembered of the sound.
#[derive(Clone, Debug)]
struct State {
    filter: Filter,
    /// Its gain is that of the middle part: half of the reduction, in dB.
    memory: Memory,
    middle: [Lanes; GRID],
    high: [Lanes; GRID],
}

/// How one block is worked on.
#[derive(Debug)]
struct Task<'a> {
    phase: usize,
    heard: Heard<'a>,
    tuning: &'a Ramp,
    threshold: &'a Ramp,
    range: &'a Ramp,
    width: &'a Ramp,
    pace: &'a Pace,
    linked: &'a Mask,
}

impl Deesser {
    /// Off on all lanes, for 48 kHz until it is prepared.
    #[must_use]
    pub fn new(level: Level) -> Self {
        let rate = 48_000.0;
        Self {
            level,
            rate,
            freq: [PARAMS[1].default; LANES],
            tuning: Glide::new(tuning(PARAMS[1].default, rate), SWEEP_CELLS),
            threshold: Glide::new(PARAMS[2].default * OCTAVES_PER_DB, GLIDE_CELLS),
            range: Glide::new(PARAMS[3].default * OCTAVES_PER_DB, GLIDE_CELLS),
            share: Presence::new(Glide::eased(0.0, FADE_CELLS)),
            width: Glide::new(0.0, GLIDE_CELLS),
            linked: Switches::default(),
            pace: Pace::of_all(ATTACK_MS, RELEASE_MS, rate),
            state: State {
                filter: Filter::default(),
                memory: Memory::new(),
                middle: [Lanes::SILENCE; GRID],
                high: [Lanes::SILENCE; GRID],
            },
        }
    }

    fn glides(&mut self) -> [&mut Glide; 4] {
        [&mut self.tuning, &mut self.threshold, &mut self.range, &mut self.width]
    }
}

impl Effect for Deesser {
    fn prepare(&mut self, format: Format) {
        self.rate = format.rate;
        self.pace = Pace::of_all(ATTACK_MS, RELEASE_MS, self.rate);
        for lane in 0..LANES {
            self.tuning.set(lane, tuning(self.freq[lane], self.rate));
        }
        self.reset();
    }

    fn reset_lane(&mut self, lane: usize) {
        self.glides().into_iter().for_each(|glide| glide.settle_lane(lane));
        self.share.settle_lane(lane);
        self.linked.settle_lane(lane);
        self.state.filter.reset_lane(lane);
        self.state.memory.reset_lane(lane);
    }

    fn set(&mut self, lane: usize, param: ParamId, value: f32) {
        let Some(spec) = PARAMS.get(usize::from(param.0)) else { return };
        let value = spec.clamp(value);
        match param {
            ON => self.share.set(lane, if value >= 0.5 { 1.0 } else { 0.0 }),
            FREQ => {
                self.freq[lane] = value;
                self.tuning.set(lane, tuning(value, self.rate));
            }
            THRESHOLD => self.threshold.set(lane, value * OCTAVES_PER_DB),
            RANGE => self.range.set(lane, value * OCTAVES_PER_DB),
            MODE => self.width.set(lane, value),
            _ => self.linked.set_pair(lane, value >= 0.5),
        }
    }

    fn process(&mut self, block: &mut LaneBlock<'_>, _keys: &LaneBlock<'_>) {
        let phase = block.phase();
        let (tuning, width) = (self.tuning.ramp(block), self.width.ramp(block));
        let (threshold, range) = (self.threshold.ramp(block), self.range.ramp(block));
        let linked = self.linked.at_block(phase);
        let Some(heard) = self.share.enter(block) else {
            return self.state.sleep();
        };
        let task = Task { phase, heard, tuning, threshold, range, width, pace: &self.pace, linked };
        run(self.level, block.frames_mut(), &task, &mut self.state);
    }

    fn rests(&self) -> bool {
        let glides = [&self.tuning, &self.threshold, &self.range, &self.width];
        self.share.is_absent() && glides.iter().all(|glide| glide.is_still())
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
        self.filter.keep(&kept);
    }
}

dispatched! { fn run(frames: &mut [Lanes], task: &Task, state: &mut State) = run_kernel; }

#[inline(always)]
fn run_kernel(frames: &mut [Lanes], task: &Task, state: &mut State) {
    let ticks = Ticks::new(task.phase, frames.len());
    let mut values = [Lanes::SILENCE; MOST_TICKS];
    let values = &mut values[..ticks.count];
    state.memory.begin(task.phase, task.linked);
    take_apart(frames, task, state);
    let heard = &state.high[..frames.len()];
    state.memory.envelope.read(&ticks, heard, &Mask::default(), task.linked, values);
    bend(values, task, &ticks);
    follow(values, task, &mut state.memory);
    if task.width.rests_at(0.0) {
        turn_down::<false>(frames, values, task, &ticks, state);
    } else {
        turn_down::<true>(frames, values, task, &ticks, state);
    }
    state.forget(task.heard.on, task.linked);
}

#[inline(always)]
fn take_apart(frames: &[Lanes], task: &Task, state: &mut State) {
    let still = task.tuning.rests();
    let mut now = state.filter;
    let mut weighed = weights(&task.tuning.at(0));
    let parts = state.middle.iter_mut().zip(&mut state.high);
    for (at, (frame, (middle, high))) in frames.iter().zip(parts).enumerate() {
        frame_by_frame();
        if !still {
            weighed = weights(&task.tuning.at(at));
        }
        let parts = now.step(&frame.clean(), &weighed);
        (*middle, *high) = (parts.middle, parts.high);
    }
    state.filter = now;
}

/// Turns the squares of amplitudes into reductions.
#[inline(always)]
fn bend(values: &mut [Lanes], task: &Task, ticks: &Ticks) {
    let (slope, knee) = (Lanes::splat(SLOPE), Lanes::splat(KNEE));
    let still = task.threshold.rests() && task.range.rests();
    let (mut bend, mut range) = (Bend::of_squares(&task.threshold.at(0), &slope, &knee), task.range.at(0));
    for (tick, value) in values.iter_mut().enumerate() {
        frame_by_frame();
        if !still {
            let at = ticks.frame(tick);
            (bend, range) = (Bend::of_squares(&task.threshold.at(at), &slope, &knee), task.range.at(at));
        }
        for lane in 0..LANES {
            let wanted = bend.reduction(lane, level_of_square(value.0[lane]));
            value.0[lane] = if wanted < range.0[lane] { wanted } else { range.0[lane] };
        }
    }
}

/// Follows the reductions in time and turns them into the gains of the middle part.
#[inline(always)]
fn follow(values: &mut [Lanes], task: &Task, memory: &mut Memory) {
    // A copy: kept in registers, not fetched lane by lane.
    let (mut now, pace) = (memory.follower, *task.pace);
    for value in values {
        frame_by_frame();
        let reduction = now.step(value, &pace);
        for lane in 0..LANES {
            value.0[lane] = exp2_normal(-0.5 * reduction.0[lane]);
        }
    }
    memory.follower = now;
}

#[inline(always)]
fn turn_down<const WIDE: bool>(frames: &mut [Lanes], roots: &[Lanes], task: &Task, ticks: &Ticks, state: &mut State) {
    let still = task.heard.share.rests() && task.width.rests();
    let now = (task.heard.share.at(0), task.width.at(0));
    let State { memory, middle, high, .. } = state;
    each_frame(frames, ticks, &mut memory.gain, roots, &TakeAway::<WIDE> { task, still, now, middle, high });
}

/// Takes away what is too much. With the gain g the shelf is low + √g · middle + g · high, whose response is
/// (1 + g² ω⁴) / (1 + ω⁴) in power: no bump anywhere.
struct TakeAway<'a, const WIDE: bool> {
    task: &'a Task<'a>,
    /// Whether nothing moves, and the share and the width at the first frame.
    still: bool,
    now: (Lanes, Lanes),
    middle: &'a [Lanes; GRID],
    high: &'a [Lanes; GRID],
}

impl<const WIDE: bool> Turn for TakeAway<'_, WIDE> {
    #[inline(always)]
    fn turn(&self, at: usize, frame: &mut Lanes, root: &Lanes) {
        let Self { task, middle, high, .. } = self;
        let (share, width) = if self.still { self.now } else { (task.heard.share.at(at), task.width.at(at)) };
        let (middle, high, mut output) = (&middle[at % GRID], &high[at % GRID], frame.clean());
        for lane in 0..LANES {
            let (input, root) = (output.0[lane], root.0[lane]);
            let lost = 1.0 - root * root;
            let shelf = (1.0 - root) * middle.0[lane] + lost * high.0[lane];
            let less = if WIDE { shelf + (lost * input - shelf) * width.0[lane] } else { shelf };
            // Plus nought makes +0 of −0, so that what other lanes do never shows in a bit of this one.
            output.0[lane] = input - share.0[lane] * (less + 0.0);
        }
        *frame = task.heard.on.choose(&output, frame);
    }
}
