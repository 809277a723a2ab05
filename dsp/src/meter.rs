//! What meters are made of: peak and energy of a block, lane by lane.

use crate::dispatch::{Level, dispatched};
use crate::lanes::{LANES, LaneBlock, Lanes};
use crate::wide::Wide;

/// Peak and energy of a stretch of sound.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Reading {
    /// The largest magnitude of each lane.
    pub peak: Lanes,
    /// The sum of the squares of each lane; divided by [`Reading::frames`] it is the mean square.
    pub energy: Lanes,
    /// Frames read.
    pub frames: u32,
}

impl Reading {
    /// Reads a block. NaN counts as silence, so that one bad sample cannot stick in a meter. Audio thread.
    #[must_use]
    pub fn of(block: &LaneBlock<'_>) -> Self {
        let (peak, energy) = read(Level::best(), block.frames());
        Self { peak, energy, frames: block.len() as u32 }
    }

    /// Adds a later reading to this one.
    pub fn add(&mut self, later: &Self) {
        for lane in 0..LANES {
            self.peak.0[lane] = self.peak.0[lane].max(later.peak.0[lane]);
            self.energy.0[lane] += later.energy.0[lane];
        }
        self.frames += later.frames;
    }

    /// The mean square of a lane; 0 when nothing was read.
    #[must_use]
    pub fn mean_square(&self, lane: usize) -> f32 {
        if self.frames == 0 { 0.0 } else { self.energy.0[lane] / self.frames as f32 }
    }
}

/// The highest magnitudes that came into something and that left it.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Through {
    came: Lanes,
    left: Lanes,
}

impl Through {
    /// Sees sound before it is worked on. Audio thread.
    pub fn enter(&mut self, block: &LaneBlock<'_>) {
        raise(&mut self.came, &Reading::of(block).peak);
    }

    /// Sees it after that. Audio thread.
    pub fn leave(&mut self, block: &LaneBlock<'_>) {
        raise(&mut self.left, &Reading::of(block).peak);
    }

    /// What came into a lane and what left it since the last call, linear. Audio thread.
    pub fn take(&mut self, lane: usize) -> [f32; 2] {
        [&mut self.came, &mut self.left].map(|peaks| std::mem::take(&mut peaks.0[lane]))
    }
}

fn raise(peaks: &mut Lanes, later: &Lanes) {
    peaks.0.iter_mut().zip(later.0).for_each(|(peak, later)| *peak = peak.max(later));
}

dispatched! { wide fn read(frames: &[Lanes]) -> (Lanes, Lanes) = read_kernel; }

#[inline(always)]
fn read_kernel<W: Wide>(frames: &[Lanes]) -> (Lanes, Lanes) {
    let (none, loudest) = (W::splat(0.0), W::splat(f32::MAX));
    let (mut peak, mut energy) = (none, none);
    for frame in frames {
        let sound = W::load(frame);
        // What is no number passes both; so does what is too loud for its square.
        peak = sound.magnitude().max(peak);
        let square = sound.mul(sound);
        energy = energy.add(square.at_most(loudest).and(square));
    }
    (peak.lanes(), energy.lanes())
}
