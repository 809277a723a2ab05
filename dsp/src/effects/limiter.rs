//! True-peak limiter: nothing passes the ceiling, not even between the samples, and below it not a bit changes.
//!
//! The gain that each true peak needs is held, comes back at the release, and is smoothed by two moving averages that
//! reach over what is left of the look-ahead: so it has arrived when the peak comes out. Gains are whole numbers of 2⁻²¹
//! (−126 dB): sums of them are exact, so that unity stays unity for ever.

use crate::dispatch::{Level, dispatched};
use crate::effect::{Effect, EffectSpec, Format};
use crate::lanes::{LANES, LaneBlock, Lanes};
use crate::param::{ParamId, ParamSpec, Taper, Unit};
use crate::smooth::{GLIDE_CELLS, Glide, Ramp};
use crate::true_peak::{self, Peaks, TruePeak};
use crate::units::{db_to_gain, gain_to_db};

/// What no true peak passes, in dB of full scale.
pub const CEILING: ParamId = ParamId(0);
/// How quickly the gain comes back once it was held: the time for 63 % of the way, in ms.
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
    ParamSpec::switch("link", true),
];

/// The line of the registry.
pub const SPEC: EffectSpec =
    EffectSpec { id: "limiter", params: &PARAMS, pairs: false, build_at: |level| Box::new(Limiter::new(level)) };

/// By how many frames the sound comes out later: 1.5 ms at 48 kHz.
pub const LOOK_AHEAD: usize = 72;

/// How long a gain is held before it comes back, in ms: half a period of 50 Hz, so that the gain rests under a steady bass
/// note instead of following its shape.
pub const HOLD_MS: f32 = 10.0;

/// How far below the ceiling a limited peak comes out at most, as a factor: 0.08 dB. A peak between two of the eight places
/// is read up to 0.14 dB too low at 0.45 of the rate, and what moves the gain adds a little of its own.
const AIM: f32 = 0.990_832;
/// A small excess is aimed below the ceiling by this share of itself only, so that the gain has no step where limiting begins.
const ONSET: f32 = 0.5;

/// Frames of each of the two averages. Together they take what the true-peak reading leaves of the look-ahead, and one frame.
const AVERAGE: usize = 14;
/// A gain must not rise within so many frames: it is needed from one frame before the peak's to two after.
const WINDOW: f32 = (LOOK_AHEAD - true_peak::DELAY + 3) as f32;
/// A gain of exactly 1. Until they are summed up, gains are whole numbers in `f32`, which every level compares at once.
const UNITY: f32 = WHOLE as f32;
const WHOLE: i32 = 1 << 21;
/// What two averages of unity add up to; below 2³¹.
const FULL: i32 = (AVERAGE * AVERAGE) as i32 * WHOLE;
/// Frames of sound that a ring remembers, and of gains.
const RING: usize = 128;
const GAINS: usize = 32;

const _: () = assert!(true_peak::DELAY + 2 * AVERAGE - 1 == LOOK_AHEAD && LOOK_AHEAD < RING && AVERAGE < GAINS);

/// Whole numbers for eight lanes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C, align(32))]
struct Whole([i32; LANES]);

/// A look-ahead limiter for true peaks; a pure delay while everything is below the ceiling.
#[derive(Debug)]
pub struct Limiter {
    level: Level,
    rate: f32,
    ceiling: Glide,
    release_ms: [f32; LANES],
    linked: Lanes,
    pace: Pace,
    core: Box<Core>,
}

/// How gains move: read at each grid frame.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Pace {
    /// The share of the way back to unity that is gone in one frame.
    release: Lanes,
    /// Frames that a gain is held.
    hold: f32,
    /// 1 where the lane is linked with its neighbour.
    linked: Lanes,
}

/// All that the kernel remembers.
#[derive(Clone, Debug)]
struct Core {
    true_peak: TruePeak,
    head: usize,
    sound: [Lanes; RING],
    ceilings: [Lanes; RING],
    /// Frames for which each gain must not rise yet.
    held: Lanes,
    /// The gain after the release.
    gain: Lanes,
    /// The gains before it, and their first average (times its length).
    gains: [Whole; GAINS],
    averages: [Whole; GAINS],
    average: Whole,
    smoothed: Whole,
    deepest: Lanes,
    /// Frames since the last gain that was not unity on all lanes.
    calm: usize,
}

impl Limiter {
    /// At rest on all lanes, for 48 kHz until it is prepared.
    #[must_use]
    pub fn new(level: Level) -> Self {
        let pace = Pace { release: Lanes::SILENCE, hold: 0.0, linked: Lanes::splat(1.0) };
        let ceiling = Glide::new(db_to_gain(PARAMS[0].default), GLIDE_CELLS);
        let (release_ms, linked) = ([PARAMS[1].default; LANES], pace.linked);
        let mut limiter =
            Self { level, rate: 48_000.0, ceiling, release_ms, linked, pace, core: Box::new(Core::new()) };
        limiter.reset();
        limiter
    }

    fn pace(&self, lane: usize) -> f32 {
        // By the backward difference: always between 0 and 1.
        1.0 / (1.0 + self.release_ms[lane] * 0.001 * self.rate)
    }

    fn enter_cell(&mut self) {
        self.pace.linked = self.linked;
        for lane in 0..LANES {
            let release = self.pace(lane);
            if release != self.pace.release.0[lane] {
                // A faster way back than the one for which a peak was waved through begins when that peak has passed.
                self.core.held.0[lane] = self.core.held.0[lane].max(WINDOW);
                self.pace.release.0[lane] = release;
            }
        }
    }
}

impl Effect for Limiter {
    fn prepare(&mut self, format: Format) {
        self.rate = format.rate;
        self.reset();
    }

    fn reset_lane(&mut self, lane: usize) {
        self.ceiling.settle_lane(lane);
        self.pace.release.0[lane] = self.pace(lane);
        self.pace.hold = (HOLD_MS * 0.001 * self.rate).floor().max(WINDOW);
        (self.pace.linked.0[lane], self.pace.linked.0[lane ^ 1]) = (self.linked.0[lane], self.linked.0[lane]);
        self.core.reset_lane(lane, self.ceiling.target(lane));
    }

    fn set(&mut self, lane: usize, param: ParamId, value: f32) {
        match param {
            CEILING => self.ceiling.set(lane, db_to_gain(PARAMS[0].clamp(value))),
            RELEASE => self.release_ms[lane] = PARAMS[1].clamp(value),
            LINK => {
                let linked = if PARAMS[2].clamp(value) >= 0.5 { 1.0 } else { 0.0 };
                (self.linked.0[lane], self.linked.0[lane ^ 1]) = (linked, linked);
            }
            _ => {}
        }
    }

    fn process(&mut self, block: &mut LaneBlock<'_>, _keys: &LaneBlock<'_>) {
        let ceiling = self.ceiling.ramp(block);
        if block.phase() == 0 {
            self.enter_cell();
        }
        run(self.level, block.frames_mut(), &ceiling, &self.pace, &mut self.core);
    }

    fn latency_frames(&self) -> usize {
        LOOK_AHEAD
    }

    fn take_reduction_db(&mut self, lane: usize) -> f32 {
        let deepest = std::mem::replace(&mut self.core.deepest.0[lane], UNITY);
        // Not a negation: 0 dB of reduction is +0.
        0.0 - gain_to_db(deepest.max(1.0) / UNITY)
    }
}

impl Core {
    fn new() -> Self {
        let (unity, silence) = (Whole([WHOLE; LANES]), [Lanes::SILENCE; RING]);
        let average = Whole([AVERAGE as i32 * WHOLE; LANES]);
        let full = Whole([FULL; LANES]);
        Self {
            true_peak: TruePeak::new(),
            head: 0,
            sound: silence,
            ceilings: silence,
            held: Lanes::SILENCE,
            gain: Lanes::splat(UNITY),
            gains: [unity; GAINS],
            averages: [average; GAINS],
            average,
            smoothed: full,
            deepest: Lanes::splat(UNITY),
            calm: 0,
        }
    }

    fn reset_lane(&mut self, lane: usize, ceiling: f32) {
        self.true_peak.reset_lane(lane);
        for at in 0..RING {
            self.sound[at].0[lane] = 0.0;
            self.ceilings[at].0[lane] = ceiling;
        }
        for at in 0..GAINS {
            self.gains[at].0[lane] = WHOLE;
            self.averages[at].0[lane] = AVERAGE as i32 * WHOLE;
        }
        (self.held.0[lane], self.gain.0[lane]) = (0.0, UNITY);
        self.average.0[lane] = AVERAGE as i32 * WHOLE;
        (self.smoothed.0[lane], self.deepest.0[lane]) = (FULL, UNITY);
    }
}

dispatched! { fn run(frames: &mut [Lanes], ceiling: &Ramp, pace: &Pace, core: &mut Core) = run_kernel; }

#[inline(always)]
fn run_kernel(frames: &mut [Lanes], ceiling: &Ramp, pace: &Pace, core: &mut Core) {
    /// The lowest ceiling that can be set, −12 dB: what is below it needs no reading.
    const FLOOR: f32 = 0.251;
    for frame in &mut *frames {
        keep_finite(frame);
    }
    let mut peaks = Peaks::NONE;
    core.true_peak.read(frames, FLOOR, &mut peaks);
    for (at, (frame, (found, feared))) in frames.iter_mut().zip(peaks.found.iter().zip(&peaks.feared)).enumerate() {
        core.head = (core.head + 1) % RING;
        core.sound[core.head] = *frame;
        core.ceilings[core.head] = ceiling.at(at);
        let then = (core.head + RING - true_peak::DELAY) % RING;
        let needed = needed(found, feared, &core.ceilings[then], &pace.linked);
        // With all gains at unity for longer than they are remembered there is nothing to move.
        if core.calm < 2 * GAINS || needed != Lanes::splat(UNITY) {
            core.release(&needed, pace);
            core.smooth();
            core.calm = if core.gain == Lanes::splat(UNITY) { core.calm + 1 } else { 0 };
        }
        core.apply(frame);
    }
}

/// What is no number becomes silence: it must not go on air, and no gain could hold it.
#[inline(always)]
fn keep_finite(frame: &mut Lanes) {
    for lane in 0..LANES {
        let sample = frame.0[lane];
        frame.0[lane] = if sample.abs() <= f32::MAX { sample } else { 0.0 };
    }
}

/// The gain that brings each peak that passes the ceiling to it or just below, whatever it is feared to become; at most
/// unity, rounded down.
#[inline(always)]
fn needed(found: &Lanes, feared: &Lanes, ceiling: &Lanes, linked: &Lanes) -> Lanes {
    let mut needed = Lanes::SILENCE;
    for lane in 0..LANES {
        let (found, ceiling) = (found.0[lane], ceiling.0[lane]);
        let far = AIM * ceiling / feared.0[lane];
        let near = (1.0 + ONSET) * (ceiling / found) - ONSET;
        let gain = if far > near { far } else { near };
        let gain = if found > ceiling { gain } else { 1.0 };
        needed.0[lane] = whole(gain * UNITY) as f32;
    }
    link(&needed, linked)
}

/// Towards zero, in one instruction for all lanes: an ordinary conversion looks at each lane whether it fits.
#[inline(always)]
fn whole(value: f32) -> i32 {
    debug_assert!((0.0..=UNITY).contains(&value));
    // SAFETY: gains, and shares of gains, times unity are numbers between 0 and 2²¹.
    unsafe { value.to_int_unchecked() }
}

#[inline(always)]
fn link(gains: &Lanes, linked: &Lanes) -> Lanes {
    let mut both = *gains;
    for lane in 0..LANES {
        let (own, other) = (gains.0[lane], gains.0[lane ^ 1]);
        let lower = if other < own { other } else { own };
        both.0[lane] = if linked.0[lane] > 0.0 { lower } else { own };
    }
    both
}

impl Core {
    /// Down at once; then held; then up at the release, at least one step, so that unity is reached. No gain rises over
    /// what was needed in the last [`WINDOW`] frames: a need that the gain could rise over in that time holds it too.
    #[inline(always)]
    fn release(&mut self, needed: &Lanes, pace: &Pace) {
        let mut gains = self.gain;
        for lane in 0..LANES {
            let (gain, needed, held) = (gains.0[lane], needed.0[lane], self.held.0[lane]);
            let way = (UNITY - gain) * pace.release.0[lane];
            let step = whole(way) as f32;
            let step = if step < 1.0 { 1.0 } else { step };
            // No later step is longer than this one.
            let soon = gain + (way + 1.0) * WINDOW;
            let soon = if soon > UNITY - 1.0 { UNITY - 1.0 } else { soon };
            let passing = if held > 1.0 { held - 1.0 } else { 0.0 };
            let holding = if held > WINDOW { held } else { WINDOW };
            let left = if needed <= soon { holding } else { passing };
            let left = if needed <= gain { pace.hold } else { left };
            let risen = if left > 0.0 { gain } else { gain + step };
            gains.0[lane] = if needed < risen { needed } else { risen };
            self.held.0[lane] = left;
        }
        self.gain = link(&gains, &pace.linked);
        // Held for longer than it is smoothed, so the smoothed gain goes as deep.
        for lane in 0..LANES {
            let (gain, deepest) = (self.gain.0[lane], self.deepest.0[lane]);
            self.deepest.0[lane] = if gain < deepest { gain } else { deepest };
        }
    }

    /// Two moving averages, kept as sums.
    #[inline(always)]
    fn smooth(&mut self) {
        let (here, leaving) = (self.head % GAINS, (self.head + GAINS - AVERAGE) % GAINS);
        for lane in 0..LANES {
            self.gains[here].0[lane] = whole(self.gain.0[lane]);
        }
        for lane in 0..LANES {
            self.average.0[lane] += self.gains[here].0[lane] - self.gains[leaving].0[lane];
        }
        self.averages[here] = self.average;
        for lane in 0..LANES {
            self.smoothed.0[lane] += self.average.0[lane] - self.averages[leaving].0[lane];
        }
    }

    /// The sound of a look-ahead ago at the gain that it needs.
    #[inline(always)]
    fn apply(&self, frame: &mut Lanes) {
        let then = (self.head + RING - LOOK_AHEAD) % RING;
        for lane in 0..LANES {
            let gain = self.smoothed.0[lane] as f32 / FULL as f32;
            let ceiling = self.ceilings[then].0[lane];
            let sample = self.sound[then].0[lane] * gain;
            // A falling ceiling and the last rounding may leave a trace above it; nothing else is ever beyond it here.
            let above = if sample > ceiling { ceiling } else { sample };
            frame.0[lane] = if above < -ceiling { -ceiling } else { above };
        }
    }
}
