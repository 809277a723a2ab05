//! What was before a block and the block itself, in one stretch of memory.

use crate::lanes::GRID;

/// Frames by which a window moves on until it moves back: seldom, for what has just been written is slow to be copied.
const ROOM: usize = 2 * GRID;

/// A block of up to [`GRID`] frames and what was before it.
#[derive(Clone, Debug)]
pub(super) struct Window<T> {
    past: usize,
    begin: usize,
    all: Box<[T]>,
}

impl<T: Copy> Window<T> {
    /// Remembers `past` frames, all of them `value` at first. Allocates.
    pub(super) fn new(past: usize, value: T) -> Self {
        Self { past, begin: 0, all: vec![value; past + GRID + ROOM].into() }
    }

    /// The past.
    pub(super) fn past(&mut self) -> &mut [T] {
        &mut self.all[self.begin..][..self.past]
    }

    /// The past, and behind it a block of `frames`.
    #[inline(always)]
    pub(super) fn with_block(&mut self, frames: usize) -> &mut [T] {
        &mut self.all[self.begin..][..self.past + frames]
    }

    /// The block of `frames` is past now.
    #[inline(always)]
    pub(super) fn advance(&mut self, frames: usize) {
        self.begin += frames;
        if self.begin > ROOM {
            self.all.copy_within(self.begin..self.begin + self.past, 0);
            self.begin = 0;
        }
    }
}
