//! De-esser: softens the hiss of s and sh, and leaves everything else as it is.
//!
//! It listens above its frequency only. Split, it turns down what is above: the sound is taken apart into three parts that add up
//! to it, and of the middle part half as many decibels are taken off as of the high one. That is a shelf whose gain moves, flat at
//! rest by subtraction: nothing shifts in phase, nothing changes by a bit while nothing hisses, and unlike two crossed-over bands
//! it has no bump at the frequency while it works. Wide, the whole sound is turned down. The follower is that of
//! [`super::dynamics`].

use crate::dispatch::{Level, dispatched};
use crate::effect::{Effect, EffectSpec, Format};
use crate::effects::dynamics::envelope::Envelope;
use crate::effects::dynamics::filter::{Filter, tuning, weights};
use crate::effects::dynamics::{
    Bend, Follower, Heard, LOUDEST, Mask, Pace, Switches, frame_share, level, sound, take_db,
};
use crate::lanes::{GRID, LANES, LaneBlock, Lanes};
use crate::param::{ParamId, ParamSpec, Taper, Unit};
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
    share: Glide,
    /// 1 wide, 0 split: the one cross-fades to the other.
    width: Glide,
    linked: Switches,
    state: State,
}

/// What is remembered of the sound.
#[derive(Clone, Debug)]
struct State {
    asleep: bool,
    filter: Filter,
    envelope: Envelope,
    follower: Follower,
    meter: Lanes,
}

/// How one block is worked on.
#[derive(Debug)]
struct Task {
    phase: usize,
    heard: Heard,
    tuning: Ramp,
    threshold: Ramp,
    range: Ramp,
    width: Ramp,
    pace: Pace,
    linked: Mask,
}

/// The parts of a block that may be turned down, and what is known of the high one.
struct Block<'a> {
    middle: &'a mut [Lanes],
    high: &'a mut [Lanes],
    goals: &'a mut [Lanes],
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
            share: Glide::new(0.0, GLIDE_CELLS),
            width: Glide::new(0.0, GLIDE_CELLS),
            linked: Switches::default(),
            state: State {
                asleep: true,
                filter: Filter::default(),
                envelope: Envelope::default(),
                follower: Follower::default(),
                meter: Lanes::SILENCE,
            },
        }
    }

    fn glides(&mut self) -> [&mut Glide; 5] {
        [&mut self.tuning, &mut self.threshold, &mut self.range, &mut self.share, &mut self.width]
    }
}

impl Effect for Deesser {
    fn prepare(&mut self, format: Format) {
        self.rate = format.rate;
        for lane in 0..LANES {
            self.tuning.set(lane, tuning(self.freq[lane], self.rate));
        }
        self.reset();
    }

    fn reset_lane(&mut self, lane: usize) {
        self.glides().into_iter().for_each(|glide| glide.settle_lane(lane));
        self.linked.settle_lane(lane);
        self.state.filter.reset_lane(lane);
        self.state.envelope.reset_lane(lane);
        self.state.follower.reset_lane(lane);
        self.state.meter.0[lane] = 0.0;
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
        let [tuning, threshold, range, share, width] = self.glides().map(|glide| glide.ramp(block));
        let linked = self.linked.at_block(phase);
        let Some(heard) = Heard::of(share) else {
            return self.state.sleep();
        };
        let [more, less] = [ATTACK_MS, RELEASE_MS].map(|ms| Lanes::splat(frame_share(ms, self.rate)));
        let task = Task { phase, heard, tuning, threshold, range, width, pace: Pace { more, less }, linked };
        run(self.level, block.frames_mut(), &task, &mut self.state);
    }

    fn take_reduction_db(&mut self, lane: usize) -> f32 {
        take_db(&mut self.state.meter, lane)
    }
}

impl State {
    /// Begins from silence when a lane is switched on again.
    fn sleep(&mut self) {
        if !self.asleep {
            self.forget(&Mask::default(), &Mask::default());
            self.asleep = true;
        }
    }

    #[inline(always)]
    fn forget(&mut self, on: &Mask, linked: &Mask) {
        let kept = on.with_partners(linked);
        self.filter.keep(&kept);
        self.envelope.keep(&kept);
        self.follower.end(&kept, on, &mut self.meter);
    }
}

dispatched! { fn run(frames: &mut [Lanes], task: &Task, state: &mut State) = run_kernel; }

#[inline(always)]
fn run_kernel(frames: &mut [Lanes], task: &Task, state: &mut State) {
    let mut parts = [[Lanes::SILENCE; GRID]; 3];
    let [middle, high, goals] = parts.each_mut().map(|part| &mut part[..frames.len()]);
    let mut block = Block { middle, high, goals };
    state.asleep = false;
    if task.phase == 0 {
        state.follower.join(&task.linked);
    }
    take_apart(frames, task, &mut state.filter, &mut block);
    block.goals.copy_from_slice(block.high);
    state.envelope.read(task.phase, block.goals, &Mask::default(), &task.linked);
    bend(block.goals, task);
    turn_down(frames, &block, task, &mut state.follower);
    state.forget(&task.heard.on, &task.linked);
}

#[inline(always)]
fn take_apart(frames: &[Lanes], task: &Task, filter: &mut Filter, block: &mut Block<'_>) {
    let still = task.tuning.rests();
    let mut now = *filter;
    let mut weighed = weights(&task.tuning.at(0));
    for (at, frame) in frames.iter().enumerate() {
        if !still {
            weighed = weights(&task.tuning.at(at));
        }
        let mut clean = *frame;
        clean.0.iter_mut().for_each(|sample| *sample = sound(*sample, LOUDEST));
        let parts = now.step(&clean, &weighed);
        (block.middle[at], block.high[at]) = (parts.middle, parts.high);
    }
    *filter = now;
}

/// Turns the squares of amplitudes into reductions.
#[inline(always)]
fn bend(levels: &mut [Lanes], task: &Task) {
    let (slope, knee) = (Lanes::splat(SLOPE), Lanes::splat(KNEE));
    for (at, frame) in levels.iter_mut().enumerate() {
        let (bend, range) = (Bend::new(&task.threshold.at(at), &slope, &knee), task.range.at(at));
        for lane in 0..LANES {
            let wanted = bend.reduction(lane, level(frame.0[lane]));
            frame.0[lane] = if wanted < range.0[lane] { wanted } else { range.0[lane] };
        }
    }
}

/// Follows the reductions in time and takes away what is too much. With the gain g the shelf is low + √g · middle + g · high, whose
/// response is (1 + g² ω⁴) / (1 + ω⁴) in power: no bump anywhere.
#[inline(always)]
fn turn_down(frames: &mut [Lanes], block: &Block<'_>, task: &Task, follower: &mut Follower) {
    // A copy: chosen from registers, not fetched lane by lane.
    let (mut now, pace) = (*follower, task.pace);
    for (at, frame) in frames.iter_mut().enumerate() {
        let reduction = now.step(&block.goals[at], &pace);
        let (share, width) = (task.heard.share.at(at), task.width.at(at));
        for lane in 0..LANES {
            let input = sound(frame.0[lane], LOUDEST);
            let root = exp2_normal(-0.5 * reduction.0[lane]);
            let lost = 1.0 - root * root;
            let shelf = (1.0 - root) * block.middle[at].0[lane] + lost * block.high[at].0[lane];
            let wide = lost * input;
            let output = input - share.0[lane] * (shelf + (wide - shelf) * width.0[lane]);
            frame.0[lane] = task.heard.on.pick(lane, output, frame.0[lane]);
        }
    }
    *follower = now;
}
