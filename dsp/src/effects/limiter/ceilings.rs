//! The ceilings of the last frames. They rest nearly always, and then one is enough.

use super::LOOK_AHEAD;
use super::window::Window;
use crate::lanes::{GRID, Lanes};
use crate::smooth::Ramp;

/// After so many frames at rest all that is remembered is the same.
const STILL: usize = LOOK_AHEAD + 2 * GRID;

#[derive(Clone, Debug)]
pub(super) struct Ceilings {
    /// Of meaning while they moved within the last [`STILL`] frames.
    all: Window<Lanes>,
    now: Lanes,
    still: usize,
}

/// The ceilings from some frame on.
#[derive(Clone, Copy)]
pub(super) struct Below<'a> {
    moving: Option<&'a [Lanes]>,
    now: &'a Lanes,
}

impl Ceilings {
    pub(super) fn new() -> Self {
        Self { all: Window::new(LOOK_AHEAD, Lanes::SILENCE), now: Lanes::SILENCE, still: 0 }
    }

    /// Lets a lane have had that ceiling for ever.
    pub(super) fn reset_lane(&mut self, lane: usize, ceiling: f32) {
        if self.still >= STILL {
            self.all.past().fill(self.now);
        }
        self.still = 0;
        self.all.past().iter_mut().for_each(|frame| frame.0[lane] = ceiling);
    }

    /// Hears the ceilings of a block.
    #[inline(always)]
    pub(super) fn hear(&mut self, ceiling: &Ramp, frames: usize) {
        if !ceiling.rests() {
            if self.still >= STILL {
                self.all.past().fill(self.now);
            }
            self.still = 0;
        }
        if self.still < STILL {
            let block = &mut self.all.with_block(frames)[LOOK_AHEAD..];
            block.iter_mut().enumerate().for_each(|(at, frame)| *frame = ceiling.at(at));
            self.now = ceiling.at(frames - 1);
        }
    }

    /// The ceilings from `back` frames before a block on, to its end.
    #[inline(always)]
    pub(super) fn since(&mut self, back: usize, frames: usize) -> Below<'_> {
        let moving = self.still < STILL;
        let all = &self.all.with_block(frames)[LOOK_AHEAD - back..];
        Below { moving: moving.then_some(all), now: &self.now }
    }

    /// A level below which no sound of now needs a gain: `lowest` while ceilings move.
    #[inline(always)]
    pub(super) fn floor(&self, lowest: f32) -> f32 {
        let now = self.now.0.iter().fold(f32::MAX, |floor, ceiling| if *ceiling < floor { *ceiling } else { floor });
        if self.still < STILL { lowest } else { now }
    }

    #[inline(always)]
    pub(super) fn advance(&mut self, frames: usize) {
        if self.still < STILL {
            self.all.advance(frames);
            self.still += frames;
        }
    }
}

impl Below<'_> {
    #[inline(always)]
    pub(super) fn at(&self, frame: usize) -> &Lanes {
        self.moving.map_or(self.now, |all| &all[frame])
    }
}
