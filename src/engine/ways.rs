//! The ways out of a lane: to the groups, the sends, the cues and the mix. Each is one gain; what all lanes of all banks give
//! to a bus is added up when the bus is due.

use std::iter;

use korero_dsp::smooth::{GLIDE_CELLS, Glide, Ramp};
use korero_dsp::{LANES, LaneBlock};

use crate::limits::{CUES, GROUPS, SENDS};

/// Eight ways beside each other: the sides of four stereo buses.
pub(super) const FOUR_BUSES: usize = 8;

const _: () = assert!(2 * GROUPS == FOUR_BUSES && 2 * SENDS == FOUR_BUSES && 2 * CUES == FOUR_BUSES);
const _: () = assert!(FOUR_BUSES == LANES && WAYS <= u32::BITS as usize);

/// The first way to the groups; left and right of one group are neighbours.
pub(super) const TO_GROUPS: usize = 0;
/// The first way to the sends.
pub(super) const TO_SENDS: usize = FOUR_BUSES;
/// The first way to the cues.
pub(super) const TO_CUES: usize = 2 * FOUR_BUSES;
/// The ways to the mix, left and right.
pub(super) const TO_MIX: usize = 3 * FOUR_BUSES;
/// All ways out of a lane.
pub(super) const WAYS: usize = TO_MIX + 2;

/// The gains of eight lanes on all ways.
pub(super) struct Ways {
    gains: [Glide; WAYS],
    /// Ways on which some lane is heard, or is about to be: a bit for each.
    open: u32,
    /// Of them, those on which some lane is heard in this block.
    heard: u32,
}

impl Ways {
    pub(super) fn new() -> Self {
        Self { gains: std::array::from_fn(|_| Glide::new(0.0, GLIDE_CELLS)), open: 0, heard: 0 }
    }

    pub(super) fn set(&mut self, lane: usize, way: usize, gain: f32) {
        self.gains[way].set(lane, gain);
        self.open |= 1 << way;
    }

    /// Lets a lane glide to silence on every way.
    pub(super) fn close(&mut self, lane: usize) {
        self.gains.iter_mut().for_each(|glide| glide.set(lane, 0.0));
    }

    /// Lets a lane arrive where it goes.
    pub(super) fn settle_lane(&mut self, lane: usize) {
        self.gains.iter_mut().for_each(|glide| glide.settle_lane(lane));
    }

    pub(super) fn settle(&mut self) {
        self.gains.iter_mut().for_each(Glide::settle);
    }

    /// Whether nothing of a lane is heard anywhere.
    pub(super) fn are_closed(&self, lane: usize) -> bool {
        ways_in(self.open).all(|way| self.gains[way].rests_at(lane, 0.0))
    }

    /// Whether no gain moves or is about to move.
    pub(super) fn are_still(&self) -> bool {
        ways_in(self.open).all(|way| self.gains[way].is_still())
    }

    /// Lets all gains go on by a block.
    pub(super) fn enter(&mut self, block: &LaneBlock<'_>) {
        self.heard = 0;
        for way in ways_in(self.open) {
            let glide = &mut self.gains[way];
            if !glide.ramp(block).rests_at(0.0) {
                self.heard |= 1 << way;
            } else if glide.is_still() {
                self.open &= !(1 << way);
            }
        }
    }

    /// Nothing is heard of this block.
    pub(super) fn hush(&mut self) {
        self.heard = 0;
    }

    /// The ways on which something is heard of this block: a bit for each.
    pub(super) fn heard(&self) -> u32 {
        self.heard
    }

    /// The gains to both sides of the bus whose left way that is; `None` when it hears nothing of this block.
    pub(super) fn to_bus(&self, left: usize) -> Option<[&Ramp; 2]> {
        let gain = |way: usize| if self.heard & (1 << way) == 0 { &Ramp::SILENT } else { self.gains[way].now() };
        (self.heard & (0b11 << left) != 0).then(|| [gain(left), gain(left + 1)])
    }
}

/// The ways whose bits are set, in order.
fn ways_in(bits: u32) -> impl Iterator<Item = usize> {
    let rest = |bits: &u32| Some(bits & bits.wrapping_sub(1));
    iter::successors(Some(bits), rest).take_while(|bits| *bits != 0).map(|bits| bits.trailing_zeros() as usize)
}
