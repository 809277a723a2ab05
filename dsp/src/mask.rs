//! Which lanes: switches, and choices between two values of a lane without a branch.

use crate::lanes::{LANES, Lanes};
use crate::wide::Wide;

/// Yes or no for each lane, as all bits or none, so that choosing is plain logic on all lanes at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[repr(C, align(32))]
pub(crate) struct Mask([u32; LANES]);

impl Mask {
    pub(crate) const ALL: Self = Self([u32::MAX; LANES]);

    pub(crate) fn set(&mut self, lane: usize, yes: bool) {
        self.0[lane] = if yes { u32::MAX } else { 0 };
    }

    pub(crate) fn has(&self, lane: usize) -> bool {
        self.0[lane] != 0
    }

    /// These lanes and, where `linked`, the other ones of their pairs: what those hear is needed too.
    pub(crate) fn with_partners(&self, linked: &Self) -> Self {
        let (m, mut both) = (&self.0, *self);
        let others = [m[1], m[0], m[3], m[2], m[5], m[4], m[7], m[6]];
        for (both, (other, linked)) in both.0.iter_mut().zip(others.iter().zip(&linked.0)) {
            *both |= other & linked;
        }
        both
    }

    pub(crate) fn any(&self) -> bool {
        self.0.iter().fold(0, |any, mask| any | mask) != 0
    }

    pub(crate) fn all(&self) -> bool {
        self.0.iter().fold(u32::MAX, |all, mask| all & mask) == u32::MAX
    }

    /// `yes` where set, else `no`, to the bit.
    #[inline(always)]
    pub(crate) fn pick(&self, lane: usize, yes: f32, no: f32) -> f32 {
        let mask = self.0[lane];
        f32::from_bits((yes.to_bits() & mask) | (no.to_bits() & !mask))
    }

    /// `yes` on the lanes that are set, `no` on the others, to the bit.
    #[inline(always)]
    pub(crate) fn choose(&self, yes: &Lanes, no: &Lanes) -> Lanes {
        let mut chosen = *no;
        for lane in 0..LANES {
            chosen.0[lane] = self.pick(lane, yes.0[lane], no.0[lane]);
        }
        chosen
    }

    /// The lanes that are set here or there.
    #[inline(always)]
    pub(crate) fn or(&self, other: &Self) -> Self {
        let mut either = *self;
        for lane in 0..LANES {
            either.0[lane] |= other.0[lane];
        }
        either
    }

    /// The same in registers.
    #[inline(always)]
    pub(crate) fn wide<W: Wide>(&self) -> W {
        W::load_from(&self.0.map(f32::from_bits))
    }

    /// Forgets what stands on the other lanes.
    #[inline(always)]
    pub(crate) fn keep(&self, values: &mut Lanes) {
        for lane in 0..LANES {
            values.0[lane] = f32::from_bits(values.0[lane].to_bits() & self.0[lane]);
        }
    }
}

/// Switches of the lanes, which take effect at a grid frame.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Switches {
    wanted: Mask,
    now: Mask,
    turned: bool,
}

impl Switches {
    pub(crate) fn set(&mut self, lane: usize, on: bool) {
        self.wanted.set(lane, on);
        self.turned = true;
    }

    /// Both lanes of the pair in which `lane` stands.
    pub(crate) fn set_pair(&mut self, lane: usize, on: bool) {
        self.set(lane & !1, on);
        self.set(lane | 1, on);
    }

    pub(crate) fn settle_lane(&mut self, lane: usize) {
        self.now.set(lane, self.wanted.has(lane));
    }

    pub(crate) fn at_block(&mut self, phase: usize) -> &Mask {
        if self.turned && phase == 0 {
            (self.now, self.turned) = (self.wanted, false);
        }
        &self.now
    }

    pub(crate) fn now(&self) -> &Mask {
        &self.now
    }
}
