//! Planar lane blocks: how sound lies in memory.

/// Mono channels beside each other in one block.
pub const LANES: usize = 8;

/// Control-rate work (glides, coefficients) happens when the frame index is a multiple of this, so that the
/// result does not depend on the sizes of the device's callbacks. No block crosses such a frame.
pub const GRID: usize = 32;

/// One frame of eight lanes. Aligned so that a whole frame is one AVX register.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[repr(C, align(32))]
pub struct Lanes(pub [f32; LANES]);

impl Lanes {
    /// Silence on all lanes.
    pub const SILENCE: Self = Self([0.0; LANES]);

    /// The same value on all lanes.
    #[must_use]
    pub const fn splat(value: f32) -> Self {
        Self([value; LANES])
    }
}

/// A stretch of sound on eight lanes: 1 to [`GRID`] frames that do not cross a multiple of [`GRID`].
#[derive(Debug)]
pub struct LaneBlock<'a> {
    start: u64,
    frames: &'a mut [Lanes],
}

impl<'a> LaneBlock<'a> {
    /// A block whose first frame has the index `start`.
    ///
    /// # Panics
    /// In debug builds, when the block is empty or crosses the grid: that is a mistake of the engine.
    #[must_use]
    pub fn new(start: u64, frames: &'a mut [Lanes]) -> Self {
        debug_assert!(!frames.is_empty() && (start % GRID as u64) as usize + frames.len() <= GRID);
        Self { start, frames }
    }

    /// The index of the first frame.
    #[must_use]
    pub fn start(&self) -> u64 {
        self.start
    }

    /// Where the block begins within its stretch of the grid, 0 to [`GRID`] − 1; 0 is where control-rate work is done.
    #[must_use]
    pub fn phase(&self) -> usize {
        (self.start % GRID as u64) as usize
    }

    /// How many frames, 1 to [`GRID`].
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a block is never empty")]
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// The frames.
    #[must_use]
    pub fn frames(&self) -> &[Lanes] {
        self.frames
    }

    /// The frames, to be changed.
    pub fn frames_mut(&mut self) -> &mut [Lanes] {
        self.frames
    }
}
