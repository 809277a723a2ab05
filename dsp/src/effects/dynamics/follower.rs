//! Reductions that follow their goals in time: at one pace up and at another one down.

use crate::lanes::{LANES, Lanes};
use crate::mask::Mask;

/// The share of the way that an exponential approach does in one tick, that is two frames, when 63.2 % of it shall be done
/// in `ms`: 1 − (1 − s)², where s = 1 − e^(−x) with x = 1 / frames is that of one frame, to within 4·10⁻⁵ for a time of two
/// frames or more.
fn tick_share(ms: f32, rate: f32) -> f32 {
    let x = 1_000.0 / (ms * rate).max(2_000.0);
    let share = x / (1.0 + x * (0.5 + x * (1.0 / 12.0)));
    share * (2.0 - share)
}

/// How quickly reductions of each lane grow and shrink.
#[derive(Clone, Copy, Debug)]
pub(in crate::effects) struct Pace {
    /// The share of a shrinking reduction that is done in a tick.
    less: Lanes,
    /// By how much the share of a growing one is larger; may be negative.
    extra: Lanes,
}

impl Pace {
    /// At once.
    fn new() -> Self {
        Self { less: Lanes::splat(1.0), extra: Lanes::SILENCE }
    }

    fn set(&mut self, lane: usize, more_ms: f32, less_ms: f32, rate: f32) {
        let less = tick_share(less_ms, rate);
        (self.less.0[lane], self.extra.0[lane]) = (less, tick_share(more_ms, rate) - less);
    }

    /// The same for all lanes: the times, in ms, in which reductions grow and shrink.
    pub(in crate::effects) fn of_all(more_ms: f32, less_ms: f32, rate: f32) -> Self {
        let mut pace = Self::new();
        (0..LANES).for_each(|lane| pace.set(lane, more_ms, less_ms, rate));
        pace
    }
}

/// Paces that take effect at a grid frame.
#[derive(Clone, Copy, Debug)]
pub(in crate::effects) struct Paces {
    wanted: Pace,
    now: Pace,
    turned: bool,
}

impl Paces {
    pub(in crate::effects) fn new() -> Self {
        Self { wanted: Pace::new(), now: Pace::new(), turned: false }
    }

    /// The times, in ms, in which the reduction of a lane grows and shrinks.
    pub(in crate::effects) fn set(&mut self, lane: usize, more_ms: f32, less_ms: f32, rate: f32) {
        self.wanted.set(lane, more_ms, less_ms, rate);
        self.turned = true;
    }

    pub(in crate::effects) fn settle_lane(&mut self, lane: usize) {
        (self.now.less.0[lane], self.now.extra.0[lane]) = (self.wanted.less.0[lane], self.wanted.extra.0[lane]);
    }

    pub(in crate::effects) fn at_block(&mut self, phase: usize) -> &Pace {
        if self.turned && phase == 0 {
            (self.now, self.turned) = (self.wanted, false);
        }
        &self.now
    }
}

/// Reductions of a linked pair that differ by less, in octaves (0.006 dB).
const AS_GOOD_AS_EQUAL: f32 = 0.001;

/// The reduction of each lane, in octaves.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::effects) struct Follower {
    now: Lanes,
    /// What the last addition rounded off. A release of two seconds adds so little in one tick that it would stand
    /// still before its goal without it.
    lost: Lanes,
    /// The deepest since the last [`Follower::end`].
    deepest: Lanes,
}

impl Follower {
    /// Linked lanes have the same goal; once they are as good as equal they become so to the bit, without a jump that could
    /// be heard, and stay so. To be called at grid frames.
    pub(super) fn join(&mut self, linked: &Mask) {
        for left in (0..LANES).step_by(2).filter(|lane| linked.has(*lane)) {
            let [a, b] = [self.now.0[left], self.now.0[left + 1]];
            if (a - b).abs() < AS_GOOD_AS_EQUAL {
                (self.now.0[left + 1], self.lost.0[left + 1]) = (a, self.lost.0[left]);
            }
        }
    }

    /// One tick towards `goal`.
    #[inline(always)]
    pub(in crate::effects) fn step(&mut self, goal: &Lanes, pace: &Pace) -> Lanes {
        let mut next = Lanes::SILENCE;
        for lane in 0..LANES {
            let (before, lost) = (self.now.0[lane], self.lost.0[lane]);
            let way = goal.0[lane] - before;
            // No choice between two paces: tick waits for tick here, and nowhere else, and a choice takes longer.
            let growth = if way > 0.0 { way } else { 0.0 };
            let step = (pace.less.0[lane] * way + lost) + pace.extra.0[lane] * growth;
            next.0[lane] = before + step;
            self.lost.0[lane] = step - (next.0[lane] - before);
        }
        for lane in 0..LANES {
            let deepest = self.deepest.0[lane];
            self.deepest.0[lane] = if next.0[lane] > deepest { next.0[lane] } else { deepest };
        }
        self.now = next;
        next
    }

    /// Forgets what stands on lanes that are not `kept`.
    #[inline(always)]
    pub(super) fn keep(&mut self, kept: &Mask) {
        kept.keep(&mut self.now);
        kept.keep(&mut self.lost);
    }

    /// Ends a block: lanes that are `on` raise the meter.
    #[inline(always)]
    pub(super) fn end(&mut self, on: &Mask, meter: &mut Lanes) {
        on.keep(&mut self.deepest);
        for lane in 0..LANES {
            let deepest = self.deepest.0[lane];
            meter.0[lane] = if deepest > meter.0[lane] { deepest } else { meter.0[lane] };
        }
        self.deepest = Lanes::SILENCE;
    }

    pub(super) fn reset_lane(&mut self, lane: usize) {
        (self.now.0[lane], self.lost.0[lane]) = (0.0, 0.0);
    }
}
