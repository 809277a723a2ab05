//! True-peak limiter: nothing passes the ceiling, not even between the samples, and below it not a bit changes.
//!
//! The gain that each true peak needs is held, comes back at the release, and is smoothed by two moving averages that
//! reach over what is left of the look-ahead: so it has arrived when the peak comes out. Gains are whole numbers of 2⁻²¹
//! (−126 dB): sums of them are exact, so that unity stays unity for ever.

mod window;

use crate::dispatch::{Level, dispatched, frame_by_frame};
use crate::effect::{Effect, EffectSpec, Format};
use crate::lanes::{GRID, LANES, LaneBlock, Lanes};
use crate::param::{ParamId, ParamSpec, Taper, Unit};
use crate::smooth::{GLIDE_CELLS, Glide, Ramp};
use crate::true_peak::{self, Peaks, TruePeak};
use crate::units::{db_to_gain, gain_to_db};
use crate::wide::Wide;
use window::Window;

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
/// Gains at unity for so many frames: all that is remembered of them is unity.
const CALM: usize = 4 * AVERAGE;
const _: () = assert!(true_peak::DELAY + 2 * AVERAGE - 1 == LOOK_AHEAD && true_peak::DELAY <= LOOK_AHEAD);

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
    sound: Window<Lanes>,
    ceilings: Window<Lanes>,
    /// Frames for which each gain must not rise yet.
    held: Lanes,
    /// The gain after the release.
    gain: Lanes,
    /// The gains before it, and their first average (times its length).
    gains: Window<Whole>,
    averages: Window<Whole>,
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
        if block.phase() == 0 {
            self.enter_cell();
        }
        let ceiling = self.ceiling.ramp(block);
        run(self.level, block.frames_mut(), ceiling, &self.pace, &mut self.core);
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
        let average = Whole([AVERAGE as i32 * WHOLE; LANES]);
        Self {
            true_peak: TruePeak::new(),
            sound: Window::new(LOOK_AHEAD, Lanes::SILENCE),
            ceilings: Window::new(LOOK_AHEAD, Lanes::SILENCE),
            held: Lanes::SILENCE,
            gain: Lanes::splat(UNITY),
            gains: Window::new(AVERAGE, Whole([WHOLE; LANES])),
            averages: Window::new(AVERAGE, average),
            average,
            smoothed: Whole([FULL; LANES]),
            deepest: Lanes::splat(UNITY),
            calm: 0,
        }
    }

    fn reset_lane(&mut self, lane: usize, ceiling: f32) {
        self.true_peak.reset_lane(lane);
        self.sound.past().iter_mut().for_each(|frame| frame.0[lane] = 0.0);
        self.ceilings.past().iter_mut().for_each(|frame| frame.0[lane] = ceiling);
        self.gains.past().iter_mut().for_each(|frame| frame.0[lane] = WHOLE);
        self.averages.past().iter_mut().for_each(|frame| frame.0[lane] = AVERAGE as i32 * WHOLE);
        (self.held.0[lane], self.gain.0[lane]) = (0.0, UNITY);
        self.average.0[lane] = AVERAGE as i32 * WHOLE;
        (self.smoothed.0[lane], self.deepest.0[lane]) = (FULL, UNITY);
    }
}

dispatched! { wide fn run(frames: &mut [Lanes], ceiling: &Ramp, pace: &Pace, core: &mut Core) = run_kernel; }

#[inline(always)]
fn run_kernel<W: Wide>(frames: &mut [Lanes], ceiling: &Ramp, pace: &Pace, core: &mut Core) {
    /// The lowest ceiling that can be set, −12 dB: what is below it needs no reading.
    const FLOOR: f32 = 0.251;
    let count = frames.len();
    core.hear(frames, ceiling);
    let mut peaks = Peaks::NONE;
    core.true_peak.read(frames, FLOOR, &mut peaks);
    let mut needs = [Lanes::splat(UNITY); GRID];
    let needs = &mut needs[..count];
    let any = find_needs::<W>(&peaks, &core.ceilings.with_block(count)[LOOK_AHEAD - true_peak::DELAY..], pace, needs);
    // With all gains at unity for longer than they are remembered there is nothing to move.
    if any || core.calm < CALM {
        let lowest = core.release::<W>(needs, pace);
        core.calm = if lowest.all(UNITY) { core.calm + count } else { 0 };
    } else {
        core.gains.with_block(count)[AVERAGE..].fill(Whole([WHOLE; LANES]));
    }
    core.smooth(frames);
    core.sound.advance(count);
    core.ceilings.advance(count);
    core.gains.advance(count);
    core.averages.advance(count);
}

/// Writes what each frame needs; says whether any needs anything but unity, which is what stands there.
#[inline(always)]
fn find_needs<W: Wide>(peaks: &Peaks, ceilings: &[Lanes], pace: &Pace, needs: &mut [Lanes]) -> bool {
    let (none, mut excess) = (W::splat(0.0), W::splat(0.0));
    for (found, ceiling) in peaks.found.iter().zip(ceilings).take(needs.len()) {
        // What is no number exceeds nothing.
        excess = W::load(found).sub(W::load(ceiling)).max(excess);
    }
    if excess.at_most(none).all() {
        return false;
    }
    let linked = none.below(W::load(&pace.linked));
    let read = peaks.found.iter().zip(&peaks.feared).zip(ceilings);
    for (need, ((found, feared), ceiling)) in needs.iter_mut().zip(read) {
        let needed = needed(W::load(found), W::load(feared), W::load(ceiling));
        *need = link(needed, linked).lanes();
    }
    true
}

/// What is no number becomes silence: it must not go on air, and no gain could hold it.
#[inline(always)]
fn finite(frame: &Lanes) -> Lanes {
    let mut finite = *frame;
    for lane in 0..LANES {
        finite.0[lane] = if frame.0[lane].abs() <= f32::MAX { frame.0[lane] } else { 0.0 };
    }
    finite
}

/// The gain that brings each peak that passes the ceiling to it or just below, whatever it is feared to become; at most
/// unity, rounded down.
#[inline(always)]
fn needed<W: Wide>(found: W, feared: W, ceiling: W) -> W {
    let far = W::splat(AIM).mul(ceiling).div(feared);
    let near = W::splat(1.0 + ONSET).mul(ceiling.div(found)).sub(W::splat(ONSET));
    let gain = ceiling.below(found).choose(far.max(near), W::splat(1.0));
    gain.mul(W::splat(UNITY)).whole()
}

/// The lower gain of both for the lanes that are `linked`.
#[inline(always)]
fn link<W: Wide>(gains: W, linked: W) -> W {
    linked.choose(gains.of_partners().min(gains), gains)
}

impl Core {
    /// Remembers the sound, silence in the place of what is no number, and the ceilings.
    #[inline(always)]
    fn hear(&mut self, frames: &mut [Lanes], ceiling: &Ramp) {
        let sound = &mut self.sound.with_block(frames.len())[LOOK_AHEAD..];
        let ceilings = &mut self.ceilings.with_block(frames.len())[LOOK_AHEAD..];
        for (at, (frame, (sound, limit))) in frames.iter_mut().zip(sound.iter_mut().zip(ceilings)).enumerate() {
            frame_by_frame();
            *sound = finite(frame);
            *frame = *sound;
            *limit = ceiling.at(at);
        }
    }

    /// Down at once; then held; then up at the release, at least one step, so that unity is reached. No gain rises over
    /// what was needed in the last [`WINDOW`] frames: a need that the gain could rise over in that time holds it too. Gives
    /// the lowest gains.
    #[inline(always)]
    fn release<W: Wide>(&mut self, needs: &[Lanes], pace: &Pace) -> Lanes {
        let (none, unity) = (W::splat(0.0), W::splat(UNITY));
        let (linked, share) = (none.below(W::load(&pace.linked)), W::load(&pace.release));
        let (mut gain, mut held, mut lowest) = (W::load(&self.gain), W::load(&self.held), unity);
        let gains = &mut self.gains.with_block(needs.len())[AVERAGE..];
        for (kept, needed) in gains.iter_mut().zip(needs) {
            let needed = W::load(needed);
            let rests = W::splat(1.0).below(held).or(unity.at_most(gain.min(needed)));
            // Nothing is needed, and every gain is held or at unity: the usual case, in which no frame waits for the one
            // before.
            if unity.at_most(needed).all() && rests.all() {
                held = passing(held);
            } else {
                (gain, held) = follow(gain, held, needed, (share, W::splat(pace.hold)));
                gain = link(gain, linked);
            }
            *kept = whole(&gain.lanes());
            lowest = gain.min(lowest);
        }
        (self.gain, self.held) = (gain.lanes(), held.lanes());
        // Held for longer than it is smoothed, so the smoothed gain goes as deep.
        self.deepest = lowest.min(W::load(&self.deepest)).lanes();
        lowest.lanes()
    }

    /// Two moving averages of the gains, kept as sums, and the sound of a look-ahead ago at the gain that it needs.
    #[inline(always)]
    fn smooth(&mut self, frames: &mut [Lanes]) {
        // As a factor it is exactly 1 for gains at unity.
        const PART: f32 = 1.0 / FULL as f32;
        let count = frames.len();
        let (gains, averages) = (self.gains.with_block(count), self.averages.with_block(count));
        let (sound, ceilings) = (&*self.sound.with_block(count), &*self.ceilings.with_block(count));
        let (mut average, mut smoothed) = (self.average, self.smoothed);
        for (n, frame) in frames.iter_mut().enumerate() {
            frame_by_frame();
            let (comes, goes) = (gains[n + AVERAGE], gains[n]);
            let leaving = averages[n];
            for lane in 0..LANES {
                average.0[lane] += comes.0[lane] - goes.0[lane];
                smoothed.0[lane] += average.0[lane] - leaving.0[lane];
            }
            averages[n + AVERAGE] = average;
            *frame = held_below(&sound[n], &smoothed, PART, &ceilings[n]);
        }
        (self.average, self.smoothed) = (average, smoothed);
    }
}

/// The gain of one frame after the one before it, and for how many frames it must not rise.
#[inline(always)]
fn follow<W: Wide>(gain: W, held: W, needed: W, (share, longest): (W, W)) -> (W, W) {
    let (none, one, window) = (W::splat(0.0), W::splat(1.0), W::splat(WINDOW));
    let way = W::splat(UNITY).sub(gain).mul(share);
    // No later step is longer than this one.
    let soon = gain.add(way.add(one).mul(window)).min(W::splat(UNITY - 1.0));
    let left = needed.at_most(soon).choose(held.max(window), passing(held));
    let left = needed.at_most(gain).choose(longest, left);
    let risen = none.below(left).choose(gain, gain.add(way.whole().max(one)));
    (needed.min(risen), left)
}

/// One frame less to be held.
#[inline(always)]
fn passing<W: Wide>(held: W) -> W {
    held.sub(W::splat(1.0)).max(W::splat(0.0))
}

/// Gains are whole numbers already.
#[inline(always)]
fn whole(gains: &Lanes) -> Whole {
    let mut all = Whole([0; LANES]);
    for lane in 0..LANES {
        debug_assert!((0.0..=UNITY).contains(&gains.0[lane]));
        // SAFETY: a number between 0 and 2²¹. An ordinary conversion looks at each lane whether it fits.
        all.0[lane] = unsafe { gains.0[lane].to_int_unchecked() };
    }
    all
}

/// A falling ceiling and the last rounding may leave a trace above it; nothing else is ever beyond it here.
#[inline(always)]
fn held_below(sound: &Lanes, smoothed: &Whole, part: f32, ceiling: &Lanes) -> Lanes {
    let mut out = *sound;
    for lane in 0..LANES {
        let sample = sound.0[lane] * (smoothed.0[lane] as f32 * part);
        let ceiling = ceiling.0[lane];
        let above = if sample > ceiling { ceiling } else { sample };
        out.0[lane] = if above < -ceiling { -ceiling } else { above };
    }
    out
}
