//! What compressor, gate and de-esser are made of.
//!
//! The design is the feed-forward one of D. Giannoulis, M. Massberg, J. D. Reiss, *Digital Dynamic Range Compressor
//! Design – A Tutorial and Analysis*, JAES 60(6), 2012: the level is read, the gain computer's curve with its quadratic knee
//! is applied to the logarithm, and only then the reduction is smoothed, by a branching follower. The smoothing stands
//! behind the curve, so attack and release are what the knobs say; the level in front of it must then be free of
//! ripple, and is: see [`envelope`].
//!
//! Levels and reductions are counted in octaves inside (factors of two of amplitude, 6.02 dB each): the logarithm and
//! the power that cost least.
//!
//! All this happens at every second frame, 24,000 times in a second: at the frames of even index, called ticks. No sample is
//! missed, for a tick hears the frame before it too. What a tick finds holds for its own frame, half way from the tick
//! before, and wholly for the next one: a gain is a straight line from tick to tick, as late as the attack of a gain that is
//! found at every frame would be.

pub(super) mod curve;
pub(super) mod ear;
pub(super) mod envelope;
pub(super) mod filter;
pub(super) mod follower;

use crate::dispatch::frame_by_frame;
use crate::lanes::{GRID, LANES, Lanes};
use crate::mask::Mask;
use crate::presence::Heard;
use crate::units::DB_PER_OCTAVE;
use envelope::Envelope;
use follower::Follower;

/// The ticks of one block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticks {
    /// Where the first one is: 0, or 1 when the block begins between two.
    pub(super) first: usize,
    /// How many.
    pub(super) count: usize,
}

/// The most ticks of a block.
pub(super) const MOST_TICKS: usize = GRID / 2;

impl Ticks {
    /// Of a block of `frames` whose first has the place `phase` in its cell.
    pub(super) fn new(phase: usize, frames: usize) -> Self {
        let first = phase % 2;
        Self { first, count: (frames + 1 - first) / 2 }
    }

    /// The frame of the block at which a tick is.
    #[inline(always)]
    pub(super) fn frame(&self, tick: usize) -> usize {
        self.first + 2 * tick
    }
}

/// What is remembered of the sound: how loud it is, and what has come of it.
#[derive(Clone, Debug)]
pub(super) struct Memory {
    asleep: bool,
    pub(super) envelope: Envelope,
    pub(super) follower: Follower,
    /// The gain of the last tick.
    pub(super) gain: Lanes,
    meter: Lanes,
}

impl Memory {
    pub(super) fn new() -> Self {
        Self {
            asleep: true,
            envelope: Envelope::default(),
            follower: Follower::default(),
            gain: Lanes::splat(1.0),
            meter: Lanes::SILENCE,
        }
    }

    /// Nobody hears anything of the effect. Says whether it has just become so, and everything is to be forgotten.
    pub(super) fn falls_asleep(&mut self) -> bool {
        !std::mem::replace(&mut self.asleep, true)
    }

    /// Begins a block.
    pub(super) fn begin(&mut self, phase: usize, linked: &Mask) {
        self.asleep = false;
        if phase == 0 && linked.any() {
            self.follower.join(linked);
        }
    }

    /// Ends a block: those that are `on` raise the meter, and lanes begin anew of which neither they nor a partner is. Gives
    /// all lanes of which something is still needed.
    #[inline(always)]
    pub(super) fn end(&mut self, on: &Mask, linked: &Mask) -> Mask {
        self.follower.end(on, &mut self.meter);
        if on.all() {
            return Mask::ALL;
        }
        let kept = on.with_partners(linked);
        self.envelope.keep(&kept);
        self.follower.keep(&kept);
        for lane in 0..LANES {
            self.gain.0[lane] = kept.pick(lane, self.gain.0[lane], 1.0);
        }
        kept
    }

    pub(super) fn reset_lane(&mut self, lane: usize) {
        self.envelope.reset_lane(lane);
        self.follower.reset_lane(lane);
        (self.gain.0[lane], self.meter.0[lane]) = (1.0, 0.0);
    }

    /// Takes the deepest reduction of a lane, in dB ≥ 0.
    pub(super) fn take_db(&mut self, lane: usize) -> f32 {
        std::mem::take(&mut self.meter.0[lane]) * DB_PER_OCTAVE
    }
}

/// Lets both lanes of a pair in `linked` hear the louder of the two.
#[inline(always)]
fn link(frame: &Lanes, linked: &Mask) -> Lanes {
    let (others, mut louder) = (frame.of_partners(), *frame);
    for lane in 0..LANES {
        let (mine, other) = (frame.0[lane], others.0[lane]);
        louder.0[lane] = linked.pick(lane, if other > mine { other } else { mine }, mine);
    }
    louder
}

/// What happens to a frame with its gain. A trait and no closure, for this must never become a call.
pub(super) trait Turn {
    /// `at` is the place of the frame in its block.
    fn turn(&self, at: usize, frame: &mut Lanes, gain: &Lanes);
}

/// Gives each frame of a block its gain: half way between two ticks on the frame of a tick, that of the tick on the next one.
/// `before` is the gain of the last tick before the block, and becomes that of the last one in it.
#[inline(always)]
pub(super) fn each_frame(frames: &mut [Lanes], ticks: &Ticks, before: &mut Lanes, gains: &[Lanes], what: &impl Turn) {
    let (mut last, mut at) = (*before, ticks.first);
    let (head, rest) = frames.split_at_mut(ticks.first);
    if let [frame] = head {
        what.turn(0, frame, &last);
    }
    let (pairs, tail) = rest.as_chunks_mut::<2>();
    for ([even, odd], gain) in pairs.iter_mut().zip(gains) {
        frame_by_frame();
        what.turn(at, even, &half_way(&last, gain));
        what.turn(at + 1, odd, gain);
        (last, at) = (*gain, at + 2);
    }
    if let ([frame], Some(gain)) = (tail, gains.get(pairs.len())) {
        what.turn(at, frame, &half_way(&last, gain));
        last = *gain;
    }
    *before = last;
}

#[inline(always)]
fn half_way(from: &Lanes, to: &Lanes) -> Lanes {
    let mut between = *from;
    for lane in 0..LANES {
        between.0[lane] = 0.5 * (from.0[lane] + to.0[lane]);
    }
    between
}

impl Heard<'_> {
    /// Applies the gains of ticks, see [`each_frame`]. A lane that is off stays as it is to the bit, be it sound or not.
    #[inline(always)]
    pub(super) fn apply(&self, frames: &mut [Lanes], ticks: &Ticks, before: &mut Lanes, gains: &[Lanes]) {
        match (self.whole, self.all) {
            (true, true) => each_frame(frames, ticks, before, gains, &Everywhere),
            (true, false) => each_frame(frames, ticks, before, gains, &Whole(*self.on)),
            (false, _) => each_frame(frames, ticks, before, gains, &Fading(*self)),
        }
    }
}

/// Every lane hears all of the effect: the same bits as [`Whole`], without a choice.
struct Everywhere;

impl Turn for Everywhere {
    #[inline(always)]
    fn turn(&self, _at: usize, frame: &mut Lanes, gain: &Lanes) {
        *frame = product(&frame.clean(), gain);
    }
}

/// Every lane hears all of the effect or nothing of it: the same bits as [`Fading`], and the usual case.
struct Whole(Mask);

impl Turn for Whole {
    #[inline(always)]
    fn turn(&self, _at: usize, frame: &mut Lanes, gain: &Lanes) {
        *frame = self.0.choose(&product(&frame.clean(), gain), frame);
    }
}

/// Some lanes hear a part of it.
struct Fading<'a>(Heard<'a>);

impl Turn for Fading<'_> {
    #[inline(always)]
    fn turn(&self, at: usize, frame: &mut Lanes, gain: &Lanes) {
        let (share, mut faded) = (self.0.share.at(at), *gain);
        for lane in 0..LANES {
            faded.0[lane] = (1.0 - share.0[lane]) + gain.0[lane] * share.0[lane];
        }
        *frame = self.0.on.choose(&product(&frame.clean(), &faded), frame);
    }
}

#[inline(always)]
fn product(sound: &Lanes, gain: &Lanes) -> Lanes {
    let mut product = *sound;
    for lane in 0..LANES {
        product.0[lane] *= gain.0[lane];
    }
    product
}
