//! The ways out of a lane: to the groups, the sends, the cues and the mix. Each is one gain; what lanes add up to is kept
//! lane by lane and folded once for all banks.

use std::iter;

use korero_dsp::dispatch::Level;
use korero_dsp::smooth::{GLIDE_CELLS, Glide, Ramp};
use korero_dsp::{GRID, LANES, LaneBlock, Lanes, sum};

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

/// One grid cell of what all lanes add up to on each way.
pub(super) struct Buses {
    sums: Box<[[Lanes; GRID]; WAYS]>,
    /// Ways that something was added to: a bit for each.
    used: u32,
    level: Level,
}

impl Buses {
    pub(super) fn new() -> Self {
        Self { sums: Box::new([[Lanes::SILENCE; GRID]; WAYS]), used: 0, level: Level::best() }
    }

    pub(super) fn clear(&mut self) {
        self.used = 0;
    }

    /// Adds `sound` times a gain to a way.
    fn add(&mut self, way: usize, sound: &[Lanes], gain: &Ramp) {
        let fresh = self.used & (1 << way) == 0;
        self.used |= 1 << way;
        sum::send(self.level, sound, gain, &mut self.sums[way][..sound.len()], fresh);
    }

    /// The sums of eight neighbouring ways as the lanes of a block; then they begin anew. Always added in one order. Says
    /// whether anything was added to them: else the block is silent.
    pub(super) fn fold(&mut self, first: usize, into: &mut [Lanes]) -> bool {
        into.fill(Lanes::SILENCE);
        let folded = self.used & (0xff << first);
        for way in ways_in(folded) {
            sum::fold(self.level, &self.sums[way][..into.len()], into, way - first);
        }
        self.used &= !folded;
        folded != 0
    }
}

/// The gains of eight lanes on all ways.
pub(super) struct Ways {
    gains: [Glide; WAYS],
    /// Ways on which some lane is heard, or is about to be: a bit for each.
    open: u32,
}

impl Ways {
    pub(super) fn new() -> Self {
        Self { gains: std::array::from_fn(|_| Glide::new(0.0, GLIDE_CELLS)), open: 0 }
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

    /// Sends a block out: `cue` to the cues, `sound` to everything else.
    pub(super) fn send(&mut self, block: &LaneBlock<'_>, cue: &[Lanes], buses: &mut Buses) {
        for way in ways_in(self.open) {
            let glide = &mut self.gains[way];
            let ramp = glide.ramp(block);
            let sound = if (TO_CUES..TO_MIX).contains(&way) { cue } else { block.frames() };
            if !ramp.rests_at(0.0) {
                buses.add(way, sound, &ramp);
            } else if glide.is_still() {
                self.open &= !(1 << way);
            }
        }
    }
}

/// The ways whose bits are set, in order.
fn ways_in(bits: u32) -> impl Iterator<Item = usize> {
    let rest = |bits: &u32| Some(bits & bits.wrapping_sub(1));
    iter::successors(Some(bits), rest).take_while(|bits| *bits != 0).map(|bits| bits.trailing_zeros() as usize)
}
