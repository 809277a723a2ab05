//! How gains follow what is needed: down at once; then held; then up at the release, and smoothed.

use super::Pace;
use super::window::Window;
use crate::lanes::{GRID, LANES, Lanes};
use crate::true_peak;
use crate::wide::Wide;

/// Frames of each of the two averages. Together they take what the true-peak reading leaves of the look-ahead, and one frame.
pub(super) const AVERAGE: usize = 14;
/// A gain must not rise within so many frames: it is needed from one frame before the peak's to two after.
pub(super) const SOON: f32 = (super::LOOK_AHEAD - true_peak::DELAY + 3) as f32;
/// A gain of exactly 1. Until they are summed up, gains are whole numbers in `f32`, which every level compares at once.
pub(super) const UNITY: f32 = WHOLE as f32;
const WHOLE: i32 = 1 << 21;
/// What two averages of unity add up to; below 2³¹.
const FULL: i32 = (AVERAGE * AVERAGE) as i32 * WHOLE;
/// Frames, counted from each grid frame, in which a gain rises by equal steps.
const STRIDE: usize = 8;
/// After so many frames in which no gain moved all that is remembered is the same, and was so when their last block began.
const STILL: usize = 2 * AVERAGE + GRID;

const _: () = assert!(true_peak::DELAY + 2 * AVERAGE - 1 == super::LOOK_AHEAD && true_peak::DELAY <= super::LOOK_AHEAD);

/// Whole numbers for eight lanes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C, align(32))]
pub(super) struct Whole([i32; LANES]);

/// The gains of eight lanes.
#[derive(Clone, Debug)]
pub(super) struct Gains {
    /// After the release.
    gain: Lanes,
    /// By how much it rises in a frame of this stride.
    step: Lanes,
    /// Frames for which it must not rise yet.
    held: Lanes,
    deepest: Lanes,
    /// The gains before it, and their first average (times its length), of meaning while they moved within the last [`STILL`]
    /// frames.
    all: Window<Whole>,
    averages: Window<Whole>,
    average: Whole,
    smoothed: Whole,
    /// Frames since a gain moved.
    still: usize,
}

impl Gains {
    pub(super) fn new() -> Self {
        let average = Whole([AVERAGE as i32 * WHOLE; LANES]);
        Self {
            gain: Lanes::splat(UNITY),
            step: Lanes::splat(1.0),
            held: Lanes::SILENCE,
            deepest: Lanes::splat(UNITY),
            all: Window::new(AVERAGE, Whole([WHOLE; LANES])),
            averages: Window::new(AVERAGE, average),
            average,
            smoothed: Whole([FULL; LANES]),
            still: 0,
        }
    }

    /// Lets a lane have been at unity for ever.
    pub(super) fn reset_lane(&mut self, lane: usize) {
        if self.still >= STILL {
            self.remember();
        }
        self.still = 0;
        self.all.past().iter_mut().for_each(|frame| frame.0[lane] = WHOLE);
        self.averages.past().iter_mut().for_each(|frame| frame.0[lane] = AVERAGE as i32 * WHOLE);
        (self.held.0[lane], self.gain.0[lane], self.step.0[lane]) = (0.0, UNITY, 1.0);
        self.average.0[lane] = AVERAGE as i32 * WHOLE;
        (self.smoothed.0[lane], self.deepest.0[lane]) = (FULL, UNITY);
    }

    /// What a lane needs now is held for as long as any peak may still need it.
    pub(super) fn hold(&mut self, lane: usize) {
        self.held.0[lane] = self.held.0[lane].max(SOON);
    }

    /// The lowest gain of a lane since the last call.
    pub(super) fn take_deepest(&mut self, lane: usize) -> f32 {
        std::mem::replace(&mut self.deepest.0[lane], UNITY)
    }

    /// Writes down what was left out while nothing moved.
    fn remember(&mut self) {
        self.all.past().fill(to_whole(&self.gain));
        self.averages.past().fill(self.average);
    }

    /// Follows what a block of `frames` needs; `None` needs nothing.
    #[inline(always)]
    pub(super) fn follow<W: Wide>(&mut self, needs: Option<&[Lanes]>, frames: usize, phase: usize, pace: &Pace) {
        if needs.is_none() && self.still >= STILL && self.rests::<W>(frames, pace) {
            self.deepest = W::load(&self.gain).min(W::load(&self.deepest)).lanes();
            self.held = Lanes(self.held.0.map(|held| (held - frames as f32).max(0.0)));
            return;
        }
        if self.still >= STILL {
            self.remember();
            self.find_step::<W>(pace);
            self.still = 0;
        }
        let (mut at, mut lowest, before) = (0, W::splat(UNITY), W::load(&self.gain));
        let mut moved = false;
        while at < frames {
            let place = (phase + at) % STRIDE;
            if place == 0 {
                self.find_step::<W>(pace);
            }
            let end = frames.min(at + STRIDE - place);
            let gains = &mut self.all.with_block(frames)[AVERAGE..][at..end];
            let mut state =
                State::<W> { gain: W::load(&self.gain), held: W::load(&self.held), step: W::load(&self.step) };
            match needs {
                None if state.goes_straight(gains.len(), pace) => state.go_straight(gains),
                None => state.each(gains, &[Lanes::splat(UNITY); STRIDE], pace, &mut lowest),
                Some(needs) => state.each(gains, &needs[at..end], pace, &mut lowest),
            }
            moved |= !state.gain.is(before).all();
            (self.gain, self.held) = (state.gain.lanes(), state.held.lanes());
            at = end;
        }
        let lowest = lowest.min(before).min(W::load(&self.gain));
        moved |= !lowest.is(before).all();
        // Held for longer than it is smoothed, so the smoothed gain goes as deep.
        self.deepest = lowest.min(W::load(&self.deepest)).lanes();
        self.still = if moved { 0 } else { self.still + frames };
    }

    /// Whether no gain rises in the next `frames` if nothing is needed.
    #[inline(always)]
    fn rests<W: Wide>(&self, frames: usize, pace: &Pace) -> bool {
        let gain = W::load(&self.gain);
        let at_unity = W::splat(UNITY).at_most(gain);
        let together = gain.of_partners().is(gain).or(W::load(&pace.linked).at_most(W::splat(0.0)));
        W::splat(frames as f32).below(W::load(&self.held)).or(at_unity).and(together).all()
    }

    /// The share of the way back, at least one, so that unity is reached.
    #[inline(always)]
    fn find_step<W: Wide>(&mut self, pace: &Pace) {
        let way = W::splat(UNITY).sub(W::load(&self.gain)).mul(W::load(&pace.release));
        self.step = way.whole().max(W::splat(1.0)).lanes();
    }

    /// Two moving averages of the gains, kept as sums; writes each frame of `sound` at its gain.
    #[inline(always)]
    pub(super) fn smooth<W: Wide>(&mut self, sound: &[Lanes], out: &mut [Lanes]) {
        // As a factor it is exactly 1 for gains at unity.
        const PART: f32 = 1.0 / FULL as f32;
        let count = sound.len();
        if self.still >= STILL {
            let gain = W::load(&to_gain(&self.smoothed, PART));
            for (out, sound) in out.iter_mut().zip(sound) {
                *out = W::load(sound).mul(gain).lanes();
            }
            return;
        }
        let (all, averages) = (self.all.with_block(count), self.averages.with_block(count));
        let (mut average, mut smoothed) = (self.average, self.smoothed);
        for (n, (out, sound)) in out.iter_mut().zip(sound).enumerate() {
            let (comes, goes, leaving) = (all[n + AVERAGE], all[n], averages[n]);
            for lane in 0..LANES {
                average.0[lane] += comes.0[lane] - goes.0[lane];
                smoothed.0[lane] += average.0[lane] - leaving.0[lane];
            }
            averages[n + AVERAGE] = average;
            *out = W::load(sound).mul(W::load(&to_gain(&smoothed, PART))).lanes();
        }
        (self.average, self.smoothed) = (average, smoothed);
        self.all.advance(count);
        self.averages.advance(count);
    }
}

/// What moves from frame to frame.
struct State<W> {
    gain: W,
    held: W,
    step: W,
}

impl<W: Wide> State<W> {
    /// Whether, without a need, every gain is held, or rises, all the way through `frames`, linked pairs together. Then
    /// no frame waits for the one before: the usual case.
    #[inline(always)]
    fn goes_straight(&self, frames: usize, pace: &Pace) -> bool {
        let (none, unity) = (W::splat(0.0), W::splat(UNITY));
        let held = W::splat(frames as f32).below(self.held);
        let straight = held.or(self.held.at_most(W::splat(1.0))).or(unity.at_most(self.gain));
        let rate = held.choose(none, self.step);
        let together = self.gain.of_partners().is(self.gain).and(rate.of_partners().is(rate));
        straight.and(together.or(W::load(&pace.linked).at_most(none))).all()
    }

    #[inline(always)]
    fn go_straight(&mut self, gains: &mut [Whole]) {
        let frames = W::splat(gains.len() as f32);
        let rate = frames.below(self.held).choose(W::splat(0.0), self.step);
        let from = self.gain;
        for (n, kept) in gains.iter_mut().enumerate() {
            self.gain = from.add(rate.mul(W::splat((n + 1) as i32 as f32))).min(W::splat(UNITY));
            *kept = to_whole(&self.gain.lanes());
        }
        self.held = self.held.sub(frames).max(W::splat(0.0));
    }

    /// Frame by frame.
    #[inline(always)]
    fn each(&mut self, gains: &mut [Whole], needs: &[Lanes], pace: &Pace, lowest: &mut W) {
        let linked = W::splat(0.0).below(W::load(&pace.linked));
        for (kept, needed) in gains.iter_mut().zip(needs) {
            self.follow(W::load(needed), W::splat(pace.hold));
            self.gain = link(self.gain, linked);
            *kept = to_whole(&self.gain.lanes());
            *lowest = self.gain.min(*lowest);
        }
    }

    /// No gain rises over what was needed in the last [`SOON`] frames: a need that the gain could rise over in that time holds
    /// it too.
    #[inline(always)]
    fn follow(&mut self, needed: W, longest: W) {
        let (gain, one, window) = (self.gain, W::splat(1.0), W::splat(SOON));
        let passing = self.held.sub(one).max(W::splat(0.0));
        // No later step is longer than this one.
        let soon = gain.add(self.step.add(one).mul(window)).min(W::splat(UNITY - 1.0));
        let left = needed.at_most(soon).choose(self.held.max(window), passing);
        self.held = needed.at_most(gain).and(needed.below(W::splat(UNITY))).choose(longest, left);
        let risen = W::splat(0.0).below(self.held).choose(gain, gain.add(self.step));
        self.gain = needed.min(risen);
    }
}

/// The lower gain of both for the lanes that are `linked`.
#[inline(always)]
pub(super) fn link<W: Wide>(gains: W, linked: W) -> W {
    linked.choose(gains.of_partners().min(gains), gains)
}

/// Gains are whole numbers already.
#[inline(always)]
fn to_whole(gains: &Lanes) -> Whole {
    let mut all = Whole([0; LANES]);
    for lane in 0..LANES {
        debug_assert!((0.0..=UNITY).contains(&gains.0[lane]));
        // SAFETY: a number between 0 and 2²¹. An ordinary conversion looks at each lane whether it fits.
        all.0[lane] = unsafe { gains.0[lane].to_int_unchecked() };
    }
    all
}

#[inline(always)]
fn to_gain(smoothed: &Whole, part: f32) -> Lanes {
    let mut gain = Lanes::SILENCE;
    for lane in 0..LANES {
        gain.0[lane] = smoothed.0[lane] as f32 * part;
    }
    gain
}
