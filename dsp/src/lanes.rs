//! Planar lane blocks: how sound lies in memory.

/// Mono channels beside each other in one block.
pub const LANES: usize = 8;

/// Control-rate work (glides, coefficients) happens when the frame index is a multiple of this, so that the
/// result does not depend on the sizes of the device's callbacks. No block crosses such a frame.
pub const GRID: usize = 32;

/// Louder than this (+120 dB of full scale), or no number, is no sound: filters and detectors hear it as silence, so that
/// it does not stay in them, and every lane is well again as soon as its input is.
pub const LOUDEST: f32 = 1e6;

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

    /// Silence on the lanes whose sample is no sound, see [`LOUDEST`].
    #[must_use]
    #[inline(always)]
    pub(crate) fn clean(&self) -> Self {
        let mut clean = *self;
        for lane in 0..LANES {
            clean.0[lane] = if self.0[lane].abs() <= LOUDEST { self.0[lane] } else { 0.0 };
        }
        clean
    }

    /// What stands on the other lane of each pair (0 and 1, 2 and 3, …).
    #[must_use]
    #[inline(always)]
    pub(crate) fn of_partners(&self) -> Self {
        let v = &self.0;
        Self([v[1], v[0], v[3], v[2], v[5], v[4], v[7], v[6]])
    }

    /// Whether all lanes have that value. All are looked at at once, not one after the other.
    #[must_use]
    #[inline(always)]
    pub fn all(&self, value: f32) -> bool {
        self.0.iter().fold(true, |all, lane| all & (*lane == value))
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
