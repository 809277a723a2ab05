//! Gliding from value to value without a click, the same bits for every size of callback.
//!
//! A target that is set anywhere between two multiples of [`GRID`] starts to be approached at the next one. The
//! way is a straight line over a whole number of grid cells, and a value within a cell is computed from the cell's
//! first value and the frame's place in the cell, never from the frame before.

use crate::lanes::{GRID, LANES, LaneBlock, Lanes};
use crate::mask::Mask;

/// The usual length of a glide in grid cells: 512 frames, 10.7 ms at 48 kHz.
pub const GLIDE_CELLS: u32 = 16;

/// A cross-fade without corners: 0 and 1 stay exactly what they are, and slope and curvature are 0 there. A straight
/// fade of 20 ms puts −63 dB of a tone beside it; this one below −100 dB, an octave away from 1 kHz.
#[must_use]
#[inline(always)]
pub fn eased(way: f32) -> f32 {
    way * way * way * (10.0 + way * (6.0 * way - 15.0))
}

/// One gliding value for each of the eight lanes.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Glide {
    now: Ramp,
    cells: u32,
    /// Whether the way bends at each cell's edge as [`eased`] does, instead of going straight.
    bends: bool,
    target: Lanes,
    origin: Lanes,
    goal: Lanes,
    done: [u32; LANES],
}

impl Glide {
    /// All lanes rest at `value`; a change takes `cells` (≥ 1) grid cells.
    #[must_use]
    pub fn new(value: f32, cells: u32) -> Self {
        let cells = cells.max(1);
        let lanes = Lanes::splat(value);
        Self {
            cells,
            bends: false,
            target: lanes,
            origin: lanes,
            goal: lanes,
            done: [cells; LANES],
            now: Ramp { base: lanes, ..Ramp::SILENT },
        }
    }

    /// The same for what fades in and out while it is heard: it sets off and arrives gently, straight only within each cell,
    /// so that a frame costs no more. Over 20 ms a tone that comes beside an equal one leaves −82 dB an octave away and
    /// farther; going straight it would be −68 dB.
    #[must_use]
    pub fn eased(value: f32, cells: u32) -> Self {
        Self { bends: true, ..Self::new(value, cells) }
    }

    /// Where `lane` shall go from the next grid frame on.
    pub fn set(&mut self, lane: usize, target: f32) {
        self.target.0[lane] = target;
        self.now.turned = true;
    }

    /// Where `lane` is going.
    #[must_use]
    pub fn target(&self, lane: usize) -> f32 {
        self.target.0[lane]
    }

    /// Lets all lanes arrive at once.
    pub fn settle(&mut self) {
        for lane in 0..LANES {
            self.settle_lane(lane);
        }
        self.now.turned = false;
    }

    /// Lets one lane arrive at once.
    pub fn settle_lane(&mut self, lane: usize) {
        let target = self.target.0[lane];
        (self.origin.0[lane], self.goal.0[lane], self.now.base.0[lane]) = (target, target, target);
        self.now.step.0[lane] = 0.0;
        self.now.moves = !self.now.step.all(0.0);
        self.done[lane] = self.cells;
    }

    /// Whether `lane` has arrived where it is going.
    #[must_use]
    pub fn is_at_rest(&self, lane: usize) -> bool {
        self.done[lane] == self.cells && self.goal.0[lane] == self.target.0[lane]
    }

    /// Whether `lane` has arrived, or will have with the grid cell that is about to begin: a target that is set now is
    /// approached from a standstill.
    #[must_use]
    pub fn can_turn(&self, lane: usize) -> bool {
        self.done[lane] + 1 >= self.cells && self.goal.0[lane] == self.target.0[lane]
    }

    /// Whether no lane moves or is about to move.
    #[must_use]
    pub fn is_still(&self) -> bool {
        !self.now.turned
    }

    /// Whether `lane` rests at `value` and nothing else is wanted of it.
    #[must_use]
    pub fn rests_at(&self, lane: usize, value: f32) -> bool {
        self.target.0[lane] == value && self.now.lane_rests_at(lane, value)
    }

    /// The values over `block`. To be called exactly once for each block, in order. Audio thread.
    ///
    /// Kernels read them where they lie: a copy made just before would hold them up, for a processor cannot hand a wide
    /// load what narrower stores have only just written.
    #[inline]
    pub fn ramp(&mut self, block: &LaneBlock<'_>) -> &Ramp {
        if self.now.turned && block.phase() == 0 {
            self.enter_cell();
        }
        self.now.phase = block.phase() as i32;
        &self.now
    }

    /// What [`Glide::ramp`] gave last.
    #[must_use]
    pub fn now(&self) -> &Ramp {
        &self.now
    }

    fn enter_cell(&mut self) {
        self.now.turned = false;
        for lane in 0..LANES {
            let before = self.done[lane].min(self.cells);
            let mut done = before + u32::from(before < self.cells);
            let here = if done == self.cells { self.goal.0[lane] } else { self.base_after(lane, done) };
            if self.goal.0[lane] != self.target.0[lane] {
                (self.origin.0[lane], self.goal.0[lane]) = (here, self.target.0[lane]);
                done = 0;
            }
            self.done[lane] = done;
            self.now.base.0[lane] = here;
            self.now.step.0[lane] = 0.0;
            if done < self.cells {
                self.now.step.0[lane] = if self.bends {
                    (self.base_after(lane, done + 1) - here) / GRID as f32
                } else {
                    (self.goal.0[lane] - self.origin.0[lane]) / (self.cells * GRID as u32) as f32
                };
                self.now.turned = true;
            }
        }
        self.now.moves = !self.now.step.all(0.0);
    }

    fn base_after(&self, lane: usize, cells: u32) -> f32 {
        let way = cells as f32 / self.cells as f32;
        let way = if self.bends { eased(way) } else { way };
        self.origin.0[lane] + (self.goal.0[lane] - self.origin.0[lane]) * way
    }
}

/// A straight line through one block, for each lane.
///
/// In memory what rests stands first, in one line of the cache: most ramps rest, and there are hundreds.
#[derive(Clone, Copy, PartialEq, Debug)]
#[repr(C, align(64))]
pub struct Ramp {
    base: Lanes,
    phase: i32,
    /// Whether any lane has a step.
    moves: bool,
    /// Whether any lane moves, or is about to.
    turned: bool,
    step: Lanes,
}

impl Ramp {
    /// 0 on all lanes.
    pub const SILENT: Self = Self { base: Lanes::SILENCE, step: Lanes::SILENCE, phase: 0, moves: false, turned: false };

    /// The values at the `frame`-th frame of the block. A resting lane gives exactly its target.
    #[must_use]
    #[inline(always)]
    pub fn at(&self, frame: usize) -> Lanes {
        // From 32 bits: a place is small, and processors have no quick way for 64.
        let place = (self.phase + frame as i32) as f32;
        let mut values = self.base;
        for lane in 0..LANES {
            values.0[lane] += self.step.0[lane] * place;
        }
        values
    }

    /// The value of one lane at the `frame`-th frame of the block: that of [`Ramp::at`], to the bit.
    #[must_use]
    #[inline(always)]
    pub fn lane_at(&self, lane: usize, frame: usize) -> f32 {
        self.base.0[lane] + self.step.0[lane] * (self.phase + frame as i32) as f32
    }

    /// The values at the first frame of the next grid cell, if nothing is turned.
    #[must_use]
    pub fn end(&self) -> Lanes {
        let whole_cell = Self { phase: 0, ..*self };
        whole_cell.at(GRID)
    }

    /// Whether all lanes rest at `value` in this block.
    #[must_use]
    pub fn rests_at(&self, value: f32) -> bool {
        self.rests() && self.base.all(value)
    }

    /// Whether no lane moves in this block.
    #[must_use]
    #[inline]
    pub fn rests(&self) -> bool {
        !self.moves
    }

    /// The lanes that rest at 1 in this block, when all others rest at 0.
    #[inline(always)]
    pub(crate) fn whole(&self) -> Option<Mask> {
        let (mut ones, mut ends) = (Mask::default(), self.rests());
        for lane in 0..LANES {
            let (one, none) = (self.base.0[lane] == 1.0, self.base.0[lane] == 0.0);
            ones.set(lane, one);
            ends &= one | none;
        }
        ends.then_some(ones)
    }

    /// Whether one lane rests at `value` in this block.
    #[must_use]
    pub fn lane_rests_at(&self, lane: usize, value: f32) -> bool {
        self.step.0[lane] == 0.0 && self.base.0[lane] == value
    }
}
