//! What a bus is made of, for the eye: levels in twelfths of an octave. For the meter thread, not for the callback.

use std::ops::Range;

use crate::lines::{self, LINES, Lines};
use crate::units::{exp2, power_to_db};

/// Frames of one look: 85 ms at 48 kHz, 11.7 Hz from line to line.
pub const WINDOW: usize = lines::WINDOW;
/// Frames from look to look: half a window, since a Hann window and its neighbour add up evenly.
pub const HOP: usize = WINDOW / 2;
/// Bands, from 20 Hz to 20 kHz.
pub const BANDS: usize = 120;
/// Bands of a spectrum that is drawn small: each the loudest of three.
pub const SMALL_BANDS: usize = BANDS / 3;
/// What an empty band shows, in dB.
pub const SILENT: f32 = -144.0;

const RATE: f32 = 48_000.0;
const BANDS_PER_OCTAVE: f32 = 12.0;
const LOWEST: f32 = 20.0;
/// How quickly a band falls: slow enough to be read, quick enough to follow a song.
const FALL_DB_PER_SECOND: f32 = 24.0;
/// A pure tone lies on three lines of a Hann window, so each band takes the lines that are so near to its edge.
const SKIRT_LINES: f32 = 1.5;

/// The spectrum of one bus at 48 kHz.
pub struct Spectrum {
    lines: Lines,
    channels: usize,
    /// How far a band falls from look to look, dB.
    fall: f32,
    bands: [Range<usize>; BANDS],
    levels: [f32; BANDS],
}

/// The middle of a band, in Hz.
#[must_use]
pub fn band_freq(band: usize) -> f32 {
    LOWEST * exp2(band as f32 / BANDS_PER_OCTAVE)
}

impl Spectrum {
    /// Makes one for interleaved sound of `channels` (at least one). Allocates; nothing else here does.
    #[must_use]
    pub fn new(channels: usize) -> Self {
        Self::every(HOP, channels)
    }

    /// Makes one that looks only once a window, for half the work: for what is drawn small. Allocates; nothing else here does.
    #[must_use]
    pub fn seldom(channels: usize) -> Self {
        Self::every(WINDOW, channels)
    }

    fn every(hop: usize, channels: usize) -> Self {
        let lines = Lines::new(channels, hop);
        let fall = FALL_DB_PER_SECOND * hop as f32 / RATE;
        Self { lines, channels, fall, bands: std::array::from_fn(lines_of), levels: [SILENT; BANDS] }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        self.lines.reset();
        self.levels = [SILENT; BANDS];
    }

    /// Takes interleaved samples, any number. What is no number counts as silence.
    pub fn feed(&mut self, sound: &[f32]) {
        let (bands, levels, fall) = (&self.bands, &mut self.levels, self.fall);
        self.lines.feed(sound, |powers| {
            for (level, lines) in levels.iter_mut().zip(bands) {
                let power: f32 = powers[lines.clone()].iter().sum();
                *level = power_to_db(power).max(*level - fall).max(SILENT);
            }
        });
    }

    /// The level of each band in dB of a full-scale sine, the channels' mean; rises at once and falls slowly.
    #[must_use]
    pub fn levels(&self) -> &[f32; BANDS] {
        &self.levels
    }

    /// The same in a third of the bands, the loudest of each three; the middle one names their frequency.
    #[must_use]
    pub fn small(&self) -> [f32; SMALL_BANDS] {
        std::array::from_fn(|at| {
            self.levels[3 * at..3 * at + 3].iter().fold(SILENT, |loudest, level| loudest.max(*level))
        })
    }
}

/// The lines of a band and its skirts.
fn lines_of(band: usize) -> Range<usize> {
    let (middle, half) = (band_freq(band), exp2(0.5 / BANDS_PER_OCTAVE));
    let line = |freq: f32| freq * WINDOW as f32 / RATE;
    let first = (line(middle / half) - SKIRT_LINES).ceil().max(1.0) as usize;
    let last = (line(middle * half) + SKIRT_LINES).floor() as usize;
    first..(last + 1).min(LINES)
}

impl std::fmt::Debug for Spectrum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spectrum")
            .field("channels", &self.channels)
            .field("levels", &self.levels)
            .finish_non_exhaustive()
    }
}
