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

pub(super) mod ear;
pub(super) mod envelope;
pub(super) mod filter;

use crate::lanes::{LANES, Lanes};
use crate::smooth::Ramp;
use crate::units::{DB_PER_OCTAVE, log2_normal};

/// +120 dB of full scale. What is louder, or no number, is no sound: it is heard as silence, so that it neither goes on
/// air nor stays in a filter, and every lane is well again as soon as its input is.
pub(super) const LOUDEST: f32 = 1_048_576.0;

/// The sample, or silence when its magnitude is above `bound` or no number.
#[inline(always)]
pub(super) fn sound(sample: f32, bound: f32) -> f32 {
    if sample.abs() <= bound { sample } else { 0.0 }
}

/// Yes (1) or no (0) for each lane, as numbers, so that choosing is a comparison of all lanes at once.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Mask(Lanes);

impl Mask {
    pub(super) const ALL: Self = Self(Lanes::splat(1.0));

    pub(super) fn set(&mut self, lane: usize, yes: bool) {
        self.0.0[lane] = if yes { 1.0 } else { 0.0 };
    }

    pub(super) fn has(&self, lane: usize) -> bool {
        self.0.0[lane] > 0.0
    }

    /// These lanes and, where `linked`, the other ones of their pairs: what those hear is needed too.
    pub(super) fn with_partners(&self, linked: &Self) -> Self {
        let mut both = *self;
        for lane in 0..LANES {
            both.set(lane, self.has(lane) || (linked.has(lane) && self.has(lane ^ 1)));
        }
        both
    }

    pub(super) fn any(&self) -> bool {
        *self != Self::default()
    }

    /// `yes` where set, else `no`.
    #[inline(always)]
    pub(super) fn pick(&self, lane: usize, yes: f32, no: f32) -> f32 {
        if self.0.0[lane] > 0.0 { yes } else { no }
    }

    /// Forgets what stands on the other lanes.
    #[inline(always)]
    pub(super) fn keep(&self, values: &mut Lanes) {
        for lane in 0..LANES {
            values.0[lane] = self.pick(lane, values.0[lane], 0.0);
        }
    }
}

/// Switches of the lanes, which take effect at a grid frame.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Switches {
    wanted: Mask,
    now: Mask,
}

impl Switches {
    pub(super) fn set(&mut self, lane: usize, on: bool) {
        self.wanted.set(lane, on);
    }

    /// Both lanes of the pair in which `lane` stands.
    pub(super) fn set_pair(&mut self, lane: usize, on: bool) {
        self.wanted.set(lane & !1, on);
        self.wanted.set(lane | 1, on);
    }

    pub(super) fn settle_lane(&mut self, lane: usize) {
        self.now.set(lane, self.wanted.has(lane));
    }

    pub(super) fn at_block(&mut self, phase: usize) -> Mask {
        if phase == 0 {
            self.now = self.wanted;
        }
        self.now
    }
}

/// The share of the way that an exponential approach does in one frame, when 63.2 % of it shall be done in `ms`:
/// 1 − e^(−x) with x = 1 / frames, to within 4·10⁻⁵ for a time of two frames or more.
pub(super) fn frame_share(ms: f32, rate: f32) -> f32 {
    let x = 1_000.0 / (ms * rate).max(2_000.0);
    x / (1.0 + x * (0.5 + x * (1.0 / 12.0)))
}

/// How quickly reductions of each lane grow and shrink: shares per frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// How quickly the reduction grows.
    pub(super) more: Lanes,
    /// How quickly it shrinks.
    pub(super) less: Lanes,
}

/// Paces that take effect at a grid frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paces {
    wanted: Pace,
    now: Pace,
}

impl Paces {
    pub(super) fn new() -> Self {
        let pace = Pace { more: Lanes::splat(1.0), less: Lanes::splat(1.0) };
        Self { wanted: pace, now: pace }
    }

    pub(super) fn set(&mut self, lane: usize, more: f32, less: f32) {
        (self.wanted.more.0[lane], self.wanted.less.0[lane]) = (more, less);
    }

    pub(super) fn settle_lane(&mut self, lane: usize) {
        (self.now.more.0[lane], self.now.less.0[lane]) = (self.wanted.more.0[lane], self.wanted.less.0[lane]);
    }

    pub(super) fn at_block(&mut self, phase: usize) -> Pace {
        if phase == 0 {
            self.now = self.wanted;
        }
        self.now
    }
}

/// Reductions of a linked pair that differ by less, in octaves (0.006 dB).
const AS_GOOD_AS_EQUAL: f32 = 0.001;

/// The reduction of each lane, in octaves: follows its goal at one pace up and another one down.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Follower {
    now: Lanes,
    /// What the last addition rounded off. A release of two seconds adds so little in one frame that it would stand
    /// still 0.3 dB before its goal without it.
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

    /// One frame towards `goal`.
    #[inline(always)]
    pub(super) fn step(&mut self, goal: &Lanes, pace: &Pace) -> Lanes {
        let mut next = Lanes::SILENCE;
        for lane in 0..LANES {
            let (before, lost) = (self.now.0[lane], self.lost.0[lane]);
            let way = goal.0[lane] - before;
            // Both ways are worked out while the comparison is made: frame waits for frame here, and nowhere else.
            let (more, less) = (pace.more.0[lane] * way + lost, pace.less.0[lane] * way + lost);
            let (grown, shrunk) = (before + more, before + less);
            let grows = goal.0[lane] > before;
            next.0[lane] = if grows { grown } else { shrunk };
            let step = if grows { more } else { less };
            self.lost.0[lane] = step - (next.0[lane] - before);
        }
        for lane in 0..LANES {
            let deepest = self.deepest.0[lane];
            self.deepest.0[lane] = if next.0[lane] > deepest { next.0[lane] } else { deepest };
        }
        self.now = next;
        next
    }

    /// Ends a block: lanes that are not `kept` begin anew; those that are `on` raise the meter.
    #[inline(always)]
    pub(super) fn end(&mut self, kept: &Mask, on: &Mask, meter: &mut Lanes) {
        kept.keep(&mut self.now);
        kept.keep(&mut self.lost);
        on.keep(&mut self.deepest);
        for lane in 0..LANES {
            meter.0[lane] = meter.0[lane].max(self.deepest.0[lane]);
        }
        self.deepest = Lanes::SILENCE;
    }

    pub(super) fn reset_lane(&mut self, lane: usize) {
        (self.now.0[lane], self.lost.0[lane]) = (0.0, 0.0);
    }
}

/// Lets both lanes of a pair in `linked` hear the louder of the two.
#[inline(always)]
fn link(frame: &Lanes, linked: &Mask) -> Lanes {
    let (others, mut louder) = (others(frame), *frame);
    for lane in 0..LANES {
        let (mine, other) = (frame.0[lane], others.0[lane]);
        louder.0[lane] = linked.pick(lane, if other > mine { other } else { mine }, mine);
    }
    louder
}

/// What stands on the other lane of each pair.
#[inline(always)]
fn others(values: &Lanes) -> Lanes {
    let v = &values.0;
    Lanes([v[1], v[0], v[3], v[2], v[5], v[4], v[7], v[6]])
}

/// Takes the deepest reduction of a lane, in dB ≥ 0.
pub(super) fn take_db(meter: &mut Lanes, lane: usize) -> f32 {
    std::mem::take(&mut meter.0[lane]) * DB_PER_OCTAVE
}

/// A bend in the curve of levels of each lane, in octaves: nothing below the threshold, `slope` octaves for each octave above
/// it, and within half the knee on both sides a parabola that joins them (equation 4 of the source).
#[derive(Clone, Copy, Debug)]
pub(super) struct Bend {
    begin: Lanes,
    knee: Lanes,
    scale: Lanes,
    slope: Lanes,
}

impl Bend {
    #[inline(always)]
    pub(super) fn new(threshold: &Lanes, slope: &Lanes, knee: &Lanes) -> Self {
        let (mut begin, mut scale) = (Lanes::SILENCE, Lanes::SILENCE);
        for lane in 0..LANES {
            let width = knee.0[lane];
            begin.0[lane] = threshold.0[lane] - 0.5 * width;
            // Without a knee the part of the parabola is always zero.
            scale.0[lane] = if width > 0.0 { 0.5 / width } else { 0.0 };
        }
        Self { begin, knee: *knee, scale, slope: *slope }
    }

    /// By how much a level of a lane is bent down, ≥ 0.
    #[inline(always)]
    pub(super) fn reduction(&self, lane: usize, level: f32) -> f32 {
        let inside = level - self.begin.0[lane];
        let inside = if inside > 0.0 { inside } else { 0.0 };
        let knee = self.knee.0[lane];
        let parabola = if inside < knee { inside } else { knee };
        // At the end of the knee the parabola has come to half of it; from there a straight line goes on.
        self.slope.0[lane] * (parabola * parabola * self.scale.0[lane] + (inside - parabola))
    }
}

/// Below this square of an amplitude (−160 dB) everything is as quiet as this.
const QUIETEST: f32 = 1e-16;

/// The level in octaves of the square of an amplitude.
#[inline(always)]
pub(super) fn level(square: f32) -> f32 {
    0.5 * log2_normal(if square > QUIETEST { square } else { QUIETEST })
}

/// How much of an effect is heard on each lane in one block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    /// 0 off, 1 wholly.
    pub(super) share: Ramp,
    /// The lanes that are not off throughout.
    pub(super) on: Mask,
}

impl Heard {
    /// To be made once for each block; `None` when no lane hears anything of the effect.
    pub(super) fn of(share: Ramp) -> Option<Self> {
        if share.rests_at(0.0) {
            return None;
        }
        let mut heard = Self { share, on: Mask::default() };
        for lane in 0..LANES {
            if !share.lane_rests_at(lane, 0.0) {
                heard.on.set(lane, true);
            }
        }
        Some(heard)
    }

    /// Applies one frame of gains. A lane that is off stays as it is to the bit, be it sound or not.
    #[inline(always)]
    pub(super) fn apply(&self, frame: &mut Lanes, gain: &Lanes, share: &Lanes) {
        for lane in 0..LANES {
            let (input, wet) = (frame.0[lane], share.0[lane]);
            let output = sound(input, LOUDEST) * ((1.0 - wet) + gain.0[lane] * wet);
            frame.0[lane] = self.on.pick(lane, output, input);
        }
    }
}
