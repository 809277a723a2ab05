//! What a limiter does in one block.

use super::ceilings::{Below, Ceilings};
use super::gains::{Gains, UNITY, link};
use super::window::Window;
use super::{LOOK_AHEAD, Pace};
use crate::dispatch::{dispatched, frame_by_frame};
use crate::lanes::{GRID, LANES, Lanes};
use crate::smooth::Ramp;
use crate::true_peak::{self, Peaks, TruePeak};
use crate::wide::Wide;

/// How far below the ceiling a limited peak comes out at most, as a factor: 0.08 dB. A peak between two of the eight places
/// is read up to 0.14 dB too low at 0.45 of the rate, and what moves the gain adds a little of its own.
const AIM: f32 = 0.990_832;
/// A small excess is aimed below the ceiling by this share of itself only, so that the gain has no step where limiting begins.
const ONSET: f32 = 0.5;
/// The lowest ceiling that can be set, −12 dB: what is below it never needs a gain.
const LOWEST: f32 = 0.251;

/// All that the kernel remembers.
#[derive(Clone, Debug)]
pub(super) struct Core {
    true_peak: TruePeak,
    sound: Window<Lanes>,
    ceilings: Ceilings,
    gains: Gains,
}

impl Core {
    pub(super) fn new() -> Self {
        let sound = Window::new(LOOK_AHEAD, Lanes::SILENCE);
        Self { true_peak: TruePeak::new(), sound, ceilings: Ceilings::new(), gains: Gains::new() }
    }

    pub(super) fn reset_lane(&mut self, lane: usize, ceiling: f32) {
        self.true_peak.reset_lane(lane);
        self.sound.past().iter_mut().for_each(|frame| frame.0[lane] = 0.0);
        self.ceilings.reset_lane(lane, ceiling);
        self.gains.reset_lane(lane);
    }

    /// See [`Gains::hold`].
    pub(super) fn hold(&mut self, lane: usize) {
        self.gains.hold(lane);
    }

    /// See [`Gains::take_deepest`].
    pub(super) fn take_deepest(&mut self, lane: usize) -> f32 {
        self.gains.take_deepest(lane)
    }
}

dispatched! {
    /// Limits a block whose first frame has the place `phase` in its cell.
    wide pub(super) fn run(frames: &mut [Lanes], phase: usize, ceiling: &Ramp, pace: &Pace, core: &mut Core) = run_kernel;
}

#[inline(always)]
fn run_kernel<W: Wide>(frames: &mut [Lanes], phase: usize, ceiling: &Ramp, pace: &Pace, core: &mut Core) {
    let count = frames.len();
    let Core { true_peak, sound, ceilings, gains } = core;
    let sound_now = sound.with_block(count);
    for (kept, frame) in sound_now[LOOK_AHEAD..].iter_mut().zip(&*frames) {
        *kept = finite(frame);
    }
    ceilings.hear(ceiling, count);
    let mut peaks = Peaks::NONE;
    let heard = true_peak.read(&sound_now[LOOK_AHEAD..], ceilings.floor(LOWEST), &mut peaks);
    let mut needs = [Lanes::splat(UNITY); GRID];
    let needs = &mut needs[..count];
    let any = heard && find_needs::<W>(&peaks, ceilings.since(true_peak::DELAY, count), pace, needs);
    gains.follow::<W>(any.then_some(&*needs), count, phase, pace);
    gains.smooth::<W>(&sound_now[..count], frames);
    stay_below::<W>(frames, ceilings.since(LOOK_AHEAD, count));
    sound.advance(count);
    ceilings.advance(count);
}

/// A falling ceiling and the last rounding may leave a trace above it; nothing else is ever beyond it here.
#[inline(always)]
fn stay_below<W: Wide>(frames: &mut [Lanes], ceilings: Below<'_>) {
    for (n, frame) in frames.iter_mut().enumerate() {
        let ceiling = W::load(ceilings.at(n));
        *frame = W::load(frame).min(ceiling).max(W::splat(0.0).sub(ceiling)).lanes();
    }
}

/// Writes what each frame needs; says whether any needs anything but unity, which is what stands there.
#[inline(always)]
fn find_needs<W: Wide>(peaks: &Peaks, ceilings: Below<'_>, pace: &Pace, needs: &mut [Lanes]) -> bool {
    let (none, mut excess) = (W::splat(0.0), W::splat(0.0));
    for (n, found) in peaks.found[..needs.len()].iter().enumerate() {
        // What is no number exceeds nothing.
        excess = W::load(found).sub(W::load(ceilings.at(n))).max(excess);
    }
    if excess.at_most(none).all() {
        return false;
    }
    let linked = none.below(W::load(&pace.linked));
    for (n, (need, (found, feared))) in needs.iter_mut().zip(peaks.found.iter().zip(&peaks.feared)).enumerate() {
        let needed = needed(W::load(found), W::load(feared), W::load(ceilings.at(n)));
        *need = link(needed, linked).lanes();
    }
    true
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

/// What is no number becomes silence: it must not go on air, and no gain could hold it.
#[inline(always)]
fn finite(frame: &Lanes) -> Lanes {
    frame_by_frame();
    let mut finite = *frame;
    for lane in 0..LANES {
        finite.0[lane] = if frame.0[lane].abs() <= f32::MAX { frame.0[lane] } else { 0.0 };
    }
    finite
}
