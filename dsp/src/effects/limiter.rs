//! Safety limiter: no sample passes the ceiling, and below it not a bit changes.
//!
//! The gain that each sample needs is held over the look-ahead by a sliding minimum, comes back at the release, and is
//! smoothed by two moving averages whose lengths together are the look-ahead: so it has arrived exactly when the sample
//! comes out. Gains are whole numbers of 2⁻²¹ (−126 dB): sums of them are exact, so that unity stays unity for ever.

use crate::dispatch::{Level, dispatched};
use crate::effect::{Effect, EffectSpec, Format};
use crate::lanes::{LANES, LaneBlock, Lanes};
use crate::param::{ParamId, ParamSpec, Taper, Unit};
use crate::smooth::{GLIDE_CELLS, Glide, Ramp};
use crate::units::{db_to_gain, gain_to_db};

/// What no sample passes, in dB of full scale.
pub const CEILING: ParamId = ParamId(0);
/// How quickly the gain comes back: the time for 63 % of the way, in ms.
pub const RELEASE: ParamId = ParamId(1);
/// Whether the lanes of a pair (0 and 1, 2 and 3, …) always have the same gain.
pub const LINK: ParamId = ParamId(2);

/// What can be set.
pub const PARAMS: [ParamSpec; 3] = [
    ParamSpec { id: "ceiling", unit: Unit::Decibels, min: -12.0, max: 0.0, default: -1.0, taper: Taper::Linear },
    ParamSpec {
        id: "release",
        unit: Unit::Milliseconds,
        min: 10.0,
        max: 1_000.0,
        default: 100.0,
        taper: Taper::Logarithmic,
    },
    ParamSpec { id: "link", unit: Unit::Switch, min: 0.0, max: 1.0, default: 1.0, taper: Taper::Linear },
];

/// The line of the registry.
pub const SPEC: EffectSpec =
    EffectSpec { id: "limiter", params: &PARAMS, pairs: false, build_at: |level| Box::new(Limiter::new(level)) };

/// By how many frames the sound comes out later: 1.0 ms at 48 kHz.
pub const LOOK_AHEAD: usize = 48;

/// Frames of each of the two averages; both together reach over the look-ahead.
const AVERAGE: usize = LOOK_AHEAD / 2 + 1;
/// A gain of exactly 1.
const UNITY: i32 = 1 << 21;
/// What two averages of unity add up to; below 2³¹.
const FULL: i32 = (AVERAGE * AVERAGE) as i32 * UNITY;
/// Frames that a ring remembers.
const RING: usize = 64;

const _: () = assert!(2 * AVERAGE - 1 == LOOK_AHEAD + 1 && LOOK_AHEAD < RING && RING.is_power_of_two());

/// Whole numbers for eight lanes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C, align(32))]
struct Whole([i32; LANES]);

/// A look-ahead limiter for sample peaks; a pure delay while everything is below the ceiling.
#[derive(Debug)]
pub struct Limiter {
    level: Level,
    rate: f32,
    ceiling: Glide,
    wanted: Pace,
    pace: Pace,
    core: Box<Core>,
}

/// How gains move: read at each grid frame.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Pace {
    /// The share of the way back to unity that is gone in one frame.
    release: Lanes,
    linked: [bool; LANES / 2],
}

/// All that the kernel remembers.
#[derive(Clone, Debug)]
struct Core {
    head: usize,
    sound: [Lanes; RING],
    ceilings: [Lanes; RING],
    /// Minima over 1, 2, 4, 8, 16 and 32 frames.
    minima: [[Whole; RING]; 6],
    /// Gains after the release, and their first average (times its length).
    gains: [Whole; RING],
    averages: [Whole; RING],
    average: Whole,
    smoothed: Whole,
    deepest: Whole,
}

impl Limiter {
    /// At rest on all lanes, for 48 kHz until it is prepared.
    #[must_use]
    pub fn new(level: Level) -> Self {
        let rate = 48_000.0;
        let release = Lanes::splat(release_share(PARAMS[1].default, rate));
        let pace = Pace { release, linked: [true; LANES / 2] };
        let ceiling = Glide::new(db_to_gain(PARAMS[0].default), GLIDE_CELLS);
        let mut limiter = Self { level, rate, ceiling, wanted: pace, pace, core: Box::new(Core::new()) };
        limiter.reset();
        limiter
    }
}

/// One frame's share of an exponential way of `ms`, by the backward difference: always between 0 and 1.
fn release_share(ms: f32, rate: f32) -> f32 {
    1.0 / (1.0 + ms * 0.001 * rate)
}

impl Effect for Limiter {
    fn prepare(&mut self, format: Format) {
        let scale = self.rate / format.rate;
        for share in &mut self.wanted.release.0 {
            let frames = (1.0 / *share - 1.0) / scale;
            *share = 1.0 / (1.0 + frames);
        }
        self.rate = format.rate;
        self.reset();
    }

    fn reset_lane(&mut self, lane: usize) {
        self.ceiling.settle_lane(lane);
        self.pace.release.0[lane] = self.wanted.release.0[lane];
        self.pace.linked[lane / 2] = self.wanted.linked[lane / 2];
        self.core.reset_lane(lane, self.ceiling.target(lane));
    }

    fn set(&mut self, lane: usize, param: ParamId, value: f32) {
        match param {
            CEILING => self.ceiling.set(lane, db_to_gain(PARAMS[0].clamp(value))),
            RELEASE => self.wanted.release.0[lane] = release_share(PARAMS[1].clamp(value), self.rate),
            LINK => self.wanted.linked[lane / 2] = PARAMS[2].clamp(value) >= 0.5,
            _ => {}
        }
    }

    fn process(&mut self, block: &mut LaneBlock<'_>, _keys: &LaneBlock<'_>) {
        let ceiling = self.ceiling.ramp(block);
        if block.phase() == 0 {
            self.pace = self.wanted;
        }
        run(self.level, block.frames_mut(), &ceiling, &self.pace, &mut self.core);
    }

    fn latency_frames(&self) -> usize {
        LOOK_AHEAD
    }

    fn take_reduction_db(&mut self, lane: usize) -> f32 {
        let deepest = std::mem::replace(&mut self.core.deepest.0[lane], FULL);
        // Not a negation: 0 dB of reduction is +0.
        0.0 - gain_to_db(deepest.max(1) as f32 / FULL as f32)
    }
}

impl Core {
    fn new() -> Self {
        let (unity, silence) = (Whole([UNITY; LANES]), [Lanes::SILENCE; RING]);
        let average = Whole([AVERAGE as i32 * UNITY; LANES]);
        let full = Whole([FULL; LANES]);
        Self {
            head: 0,
            sound: silence,
            ceilings: silence,
            minima: [[unity; RING]; 6],
            gains: [unity; RING],
            averages: [average; RING],
            average,
            smoothed: full,
            deepest: full,
        }
    }

    fn reset_lane(&mut self, lane: usize, ceiling: f32) {
        for at in 0..RING {
            self.sound[at].0[lane] = 0.0;
            self.ceilings[at].0[lane] = ceiling;
            self.minima.iter_mut().for_each(|ring| ring[at].0[lane] = UNITY);
            self.gains[at].0[lane] = UNITY;
            self.averages[at].0[lane] = AVERAGE as i32 * UNITY;
        }
        self.average.0[lane] = AVERAGE as i32 * UNITY;
        (self.smoothed.0[lane], self.deepest.0[lane]) = (FULL, FULL);
    }
}

dispatched! { fn run(frames: &mut [Lanes], ceiling: &Ramp, pace: &Pace, core: &mut Core) = run_kernel; }

#[inline(always)]
fn run_kernel(frames: &mut [Lanes], ceiling: &Ramp, pace: &Pace, core: &mut Core) {
    for (at, frame) in frames.iter_mut().enumerate() {
        let ceiling = ceiling.at(at);
        core.head = (core.head + 1) % RING;
        let needed = needed_gain(frame, &ceiling, &pace.linked);
        core.sound[core.head] = *frame;
        core.ceilings[core.head] = ceiling;
        let held = core.hold(needed);
        let released = core.release(held, pace);
        core.smooth(released);
        core.apply(frame);
    }
}

/// The gain that brings each lane to the ceiling, at most unity, rounded down. What is no number becomes silence here:
/// it must not go on air, and no gain could hold it.
#[inline(always)]
fn needed_gain(frame: &mut Lanes, ceiling: &Lanes, linked: &[bool; LANES / 2]) -> Whole {
    let mut needed = Whole([UNITY; LANES]);
    for lane in 0..LANES {
        let magnitude = frame.0[lane].abs();
        let sound = magnitude <= f32::MAX;
        frame.0[lane] = if sound { frame.0[lane] } else { 0.0 };
        let over = sound && magnitude > ceiling.0[lane];
        // At most 1 when over, so the conversion cannot overflow; it rounds towards zero.
        let ratio = if over { ceiling.0[lane] / magnitude } else { 1.0 };
        needed.0[lane] = (ratio * UNITY as f32) as i32;
    }
    link(needed, linked)
}

#[inline(always)]
fn link(mut gains: Whole, linked: &[bool; LANES / 2]) -> Whole {
    for (pair, linked) in linked.iter().enumerate() {
        let (left, right) = (gains.0[2 * pair], gains.0[2 * pair + 1]);
        let both = left.min(right);
        gains.0[2 * pair] = if *linked { both } else { left };
        gains.0[2 * pair + 1] = if *linked { both } else { right };
    }
    gains
}

impl Core {
    /// The least gain of the last [`LOOK_AHEAD`] + 1 frames, by doubling: two minima over n frames make one over 2n.
    #[inline(always)]
    fn hold(&mut self, needed: Whole) -> Whole {
        let mut least = needed;
        for (doubling, ring) in self.minima.iter_mut().enumerate() {
            ring[self.head] = least;
            let frames = 1_usize << doubling;
            // The last step reaches only as far back as the window does.
            let back = if frames == 32 { LOOK_AHEAD + 1 - 32 } else { frames };
            least = lower(least, ring[(self.head + RING - back) % RING]);
        }
        least
    }

    /// Down at once, up at the release; at least one step, so that unity is reached.
    #[inline(always)]
    fn release(&mut self, held: Whole, pace: &Pace) -> Whole {
        let before = self.gains[(self.head + RING - 1) % RING];
        let mut risen = before;
        for lane in 0..LANES {
            let way = (UNITY - before.0[lane]) as f32 * pace.release.0[lane];
            risen.0[lane] = before.0[lane] + (way as i32).max(1);
        }
        let gains = link(lower(held, risen), &pace.linked);
        self.gains[self.head] = gains;
        gains
    }

    /// Two moving averages, kept as sums.
    #[inline(always)]
    fn smooth(&mut self, gains: Whole) {
        let leaving = (self.head + RING - AVERAGE) % RING;
        for lane in 0..LANES {
            self.average.0[lane] += gains.0[lane] - self.gains[leaving].0[lane];
        }
        self.averages[self.head] = self.average;
        for lane in 0..LANES {
            self.smoothed.0[lane] += self.average.0[lane] - self.averages[leaving].0[lane];
        }
        self.deepest = lower(self.deepest, self.smoothed);
    }

    /// The sound of a look-ahead ago at the gain that it needs.
    #[inline(always)]
    fn apply(&self, frame: &mut Lanes) {
        let then = (self.head + RING - LOOK_AHEAD) % RING;
        for lane in 0..LANES {
            let gain = self.smoothed.0[lane] as f32 / FULL as f32;
            let ceiling = self.ceilings[then].0[lane];
            let sample = self.sound[then].0[lane] * gain;
            // Takes off what the last rounding may have added; nothing else is ever beyond the ceiling here.
            let above = if sample > ceiling { ceiling } else { sample };
            frame.0[lane] = if above < -ceiling { -ceiling } else { above };
        }
    }
}

#[inline(always)]
fn lower(a: Whole, b: Whole) -> Whole {
    let mut least = a;
    for lane in 0..LANES {
        least.0[lane] = a.0[lane].min(b.0[lane]);
    }
    least
}
