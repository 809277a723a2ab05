//! How much of an effect is heard on each lane, and what follows from it for whole blocks.
//!
//! Effects rest or work wholly for hours, so what a kernel must know of that is found once, when something changes, and then
//! read where it lies.

use crate::lanes::{LANES, LaneBlock};
use crate::mask::Mask;
use crate::smooth::{Glide, Ramp};

/// The share of an effect on each lane: 0 off, 1 wholly.
#[derive(Clone, Debug)]
pub(crate) struct Presence {
    share: Glide,
    on: Mask,
    all: bool,
    whole: bool,
    /// Whether the rest is to be found anew.
    stale: bool,
}

/// What is heard of an effect in one block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heard<'a> {
    pub(crate) share: &'a Ramp,
    /// The lanes that are not off throughout.
    pub(crate) on: &'a Mask,
    /// Whether these are all lanes.
    pub(crate) all: bool,
    /// Whether each lane hears all of it or nothing, throughout.
    pub(crate) whole: bool,
}

impl Presence {
    /// All lanes rest where `share` does.
    pub(crate) fn new(share: Glide) -> Self {
        Self { share, on: Mask::default(), all: false, whole: false, stale: true }
    }

    pub(crate) fn set(&mut self, lane: usize, share: f32) {
        self.share.set(lane, share);
    }

    pub(crate) fn settle_lane(&mut self, lane: usize) {
        self.share.settle_lane(lane);
        self.stale = true;
    }

    /// Whether no lane moves or is about to move.
    pub(crate) fn is_still(&self) -> bool {
        !self.stale && self.share.is_still()
    }

    /// Whether nobody hears anything, and nobody will until something is set.
    pub(crate) fn is_absent(&self) -> bool {
        self.is_still() && !self.on.any()
    }

    /// To be called exactly once for each block, in order; `None` when nobody hears anything.
    pub(crate) fn enter(&mut self, block: &LaneBlock<'_>) -> Option<Heard<'_>> {
        let stale = self.stale || !self.share.is_still();
        let share = self.share.ramp(block);
        if stale {
            (0..LANES).for_each(|lane| self.on.set(lane, !share.lane_rests_at(lane, 0.0)));
            let ends = |lane| share.lane_rests_at(lane, 0.0) || share.lane_rests_at(lane, 1.0);
            (self.all, self.whole, self.stale) = (self.on.all(), (0..LANES).all(ends), false);
        }
        let Self { on, all, whole, .. } = self;
        (*all || on.any()).then_some(Heard { share, on, all: *all, whole: *whole })
    }
}
