//! What all banks add up to in one cell, folded.

use std::ops::Range;

use korero_dsp::dispatch::Level;
use korero_dsp::smooth::Glide;
use korero_dsp::{LaneBlock, Lanes, sum};

use super::rack::Rack;
use crate::limits::{GRID_FRAMES, RETURNS, SENDS};

/// One cell of what comes together.
pub(super) struct Sum {
    frames: [Lanes; GRID_FRAMES],
    /// Whether all of it is silence: then nobody need look at it.
    silent: bool,
}

/// What buses add up to in one cell.
#[derive(Default)]
pub(super) struct Folded {
    /// What strips send straight to the mix.
    pub(super) direct: Sum,
    /// What groups and returns send there.
    pub(super) buses: Sum,
    pub(super) cues: Sum,
    pub(super) groups: Sum,
    pub(super) sends: Sum,
    /// What the returns are fed with.
    pub(super) returned: Sum,
    /// The oscillator.
    pub(super) tone: Sum,
}

impl Default for Sum {
    fn default() -> Self {
        Self { frames: [Lanes::SILENCE; GRID_FRAMES], silent: true }
    }
}

impl Sum {
    /// The frames of the cell; `None` when they are silent.
    pub(super) fn heard(&self, frames: usize) -> Option<&[Lanes]> {
        (!self.silent).then(|| &self.frames[..frames])
    }

    /// The frames of the cell, to be changed.
    pub(super) fn frames(&mut self, frames: usize) -> &mut [Lanes] {
        self.silent = false;
        &mut self.frames[..frames]
    }

    /// Silence, to begin with.
    fn clear(&mut self) {
        if !self.silent {
            (self.frames, self.silent) = ([Lanes::SILENCE; GRID_FRAMES], true);
        }
    }

    /// Begins with what racks give to the buses of these ways, a bus on two lanes.
    pub(super) fn fold(&mut self, racks: &[Rack], ways: Range<usize>, frames: usize) {
        self.clear();
        let heard = racks.iter().fold(0, |heard, rack| heard | rack.heard());
        for left in ways.clone().step_by(2).filter(|left| heard & (0b11 << left) != 0) {
            let parts = racks.iter().filter_map(|rack| rack.to_bus(left));
            let given = sum::fold(Level::best(), parts, &mut self.frames[..frames], left - ways.start);
            self.silent &= !given;
        }
    }

    /// Begins with what the sends say: each side of a return hears the same side of the sends that feed it.
    pub(super) fn feed(&mut self, start: u64, feeds: &mut [Glide; SENDS], sends: &mut Sum, frames: usize) {
        self.clear();
        for (send, feed) in feeds.iter_mut().enumerate() {
            let ramp = feed.ramp(&LaneBlock::new(start, &mut sends.frames[..frames]));
            if sends.silent || ramp.rests_at(0.0) {
                continue;
            }
            for (at, (into, from)) in self.frames(frames).iter_mut().zip(&sends.frames).enumerate() {
                let gain = ramp.at(at);
                (0..2 * RETURNS).for_each(|lane| into.0[lane] += from.0[2 * send + lane % 2] * gain.0[lane]);
            }
        }
    }
}
