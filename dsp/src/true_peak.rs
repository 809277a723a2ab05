//! True peaks: how high the sound goes between its samples, lane by lane, at eight places in each frame.
//!
//! ITU-R BS.1770-5, annex 2, asks for at least four places; there a tone of 0.45 of the rate is still read 0.55 dB too low,
//! with eight it is 0.14 dB. Three steps double the places each: only the first must be steep, since what the later ones
//! interpolate has an octave and two octaves of room above it. Meters in use read with as few as 12 taps for each of four
//! places, and next to half the rate more than there is: what such a meter would say is read too, and the higher of both is
//! told. A lane that is quiet for sure costs nothing.

mod line;

use crate::lanes::{GRID, LANES, Lanes};
use line::{HISTORY, Line};

/// The peak that is told with a frame belongs to the frame so many before it.
pub const DELAY: usize = line::AHEAD + 1;

/// No place is more than so many times the largest sample that it is made from: the largest sum of the magnitudes of what
/// all steps together make of one sample, 3.54, and some room for rounding.
const MOST: f32 = 3.6;
/// After so many silent frames all of them are, those that lie unused behind a short block too.
const ALL: usize = HISTORY + 3 * GRID;

/// The true peaks of eight lanes.
#[derive(Clone, Debug)]
pub struct TruePeak {
    lines: [Lane; LANES],
}

/// The true peaks of a block.
#[derive(Clone, Debug)]
pub(crate) struct Peaks {
    /// The highest magnitude from an eighth of a frame before the frame [`DELAY`] before the n-th to three quarters behind it.
    pub found: [Lanes; GRID],
    /// How high it may come out once a gain moves on the way and the sound goes on behind what is known yet.
    pub feared: [Lanes; GRID],
}

impl Peaks {
    pub(crate) const NONE: Self = Self { found: [Lanes::SILENCE; GRID], feared: [Lanes::SILENCE; GRID] };
}

/// One lane, and whether it must be read.
#[derive(Clone, Debug)]
struct Lane {
    line: Line,
    /// For so many frames more something loud is remembered.
    loud: usize,
    /// For so many frames there was nothing at all.
    silent: usize,
}

impl Default for TruePeak {
    fn default() -> Self {
        Self::new()
    }
}

impl TruePeak {
    /// Silence behind all lanes.
    #[must_use]
    pub fn new() -> Self {
        Self { lines: std::array::from_fn(|_| Lane { line: Line::new(), loud: 0, silent: 0 }) }
    }

    /// Forgets one lane. Audio thread.
    pub fn reset_lane(&mut self, lane: usize) {
        let lane = &mut self.lines[lane];
        lane.line.reset();
        (lane.loud, lane.silent) = (0, 0);
    }

    /// Reads up to [`GRID`] finite frames. Where a lane is below `floor` for sure, its `peaks`, silent before, stay so.
    /// Says whether any is not. Audio thread.
    #[inline(always)]
    pub(crate) fn read(&mut self, frames: &[Lanes], floor: f32, peaks: &mut Peaks) -> bool {
        let mut highest = Lanes::SILENCE;
        for frame in frames {
            for lane in 0..LANES {
                let magnitude = frame.0[lane].abs();
                highest.0[lane] = if magnitude > highest.0[lane] { magnitude } else { highest.0[lane] };
            }
        }
        // All lanes hear before any is read: what was only just written would hold up who reads it at once.
        for (lane, Lane { line, loud, silent }) in self.lines.iter_mut().enumerate() {
            *silent = if highest.0[lane] == 0.0 { *silent + frames.len() } else { 0 };
            if *silent > ALL {
                // Nothing is remembered but silence, and nothing comes.
                *silent = ALL + 1;
                continue;
            }
            line.hear(frames, lane);
            if highest.0[lane] * MOST > floor {
                *loud = HISTORY + GRID;
            }
        }
        let mut any = false;
        for (lane, Lane { line, loud, silent }) in self.lines.iter_mut().enumerate() {
            if *silent > ALL {
                continue;
            }
            if *loud > 0 {
                line.read(frames.len(), lane, peaks);
                any = true;
            }
            line.pass(frames.len(), *loud > 0);
            *loud = loud.saturating_sub(frames.len());
        }
        any
    }
}
