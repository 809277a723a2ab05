//! What a bus is made of, for the eye: levels in twelfths of an octave. For the meter thread, not for the callback.

use std::f64::consts::TAU;
use std::ops::Range;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

use crate::units::{cos, exp2, power_to_db};

/// Frames of one look: 85 ms at 48 kHz, 11.7 Hz from line to line.
pub const WINDOW: usize = 4_096;
/// Frames from look to look: half a window, since a Hann window and its neighbour add up evenly.
pub const HOP: usize = WINDOW / 2;
/// Bands, from 20 Hz to 20 kHz.
pub const BANDS: usize = 120;
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
    transform: Arc<dyn RealToComplex<f32>>,
    channels: usize,
    window: Box<[f32]>,
    /// The last frames of each channel, oldest first.
    sound: Vec<Box<[f32]>>,
    filled: usize,
    channel: usize,
    input: Box<[f32]>,
    lines: Box<[Complex<f32>]>,
    scratch: Box<[Complex<f32>]>,
    powers: Box<[f32]>,
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
        let channels = channels.max(1);
        let transform = RealFftPlanner::<f32>::new().plan_fft_forward(WINDOW);
        let hann = |n: usize| (0.5 - 0.5 * cos(TAU * n as f64 / WINDOW as f64)) as f32;
        Self {
            channels,
            window: (0..WINDOW).map(hann).collect(),
            sound: vec![vec![0.0; WINDOW].into(); channels],
            filled: WINDOW - HOP,
            channel: 0,
            input: transform.make_input_vec().into(),
            lines: transform.make_output_vec().into(),
            scratch: transform.make_scratch_vec().into(),
            powers: vec![0.0; WINDOW / 2 + 1].into(),
            bands: std::array::from_fn(lines_of),
            levels: [SILENT; BANDS],
            transform,
        }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        self.sound.iter_mut().for_each(|sound| sound.fill(0.0));
        (self.filled, self.channel) = (WINDOW - HOP, 0);
        self.levels = [SILENT; BANDS];
    }

    /// Takes interleaved samples, any number. What is no number counts as silence.
    pub fn feed(&mut self, sound: &[f32]) {
        for sample in sound {
            self.sound[self.channel][self.filled] = if sample.is_finite() { *sample } else { 0.0 };
            self.channel = (self.channel + 1) % self.channels;
            self.filled += usize::from(self.channel == 0);
            if self.filled == WINDOW {
                self.analyse();
                self.sound.iter_mut().for_each(|sound| sound.copy_within(HOP.., 0));
                self.filled = WINDOW - HOP;
            }
        }
    }

    /// The level of each band in dB of a full-scale sine, the channels' mean; rises at once and falls slowly.
    #[must_use]
    pub fn levels(&self) -> &[f32; BANDS] {
        &self.levels
    }

    fn analyse(&mut self) {
        self.powers.fill(0.0);
        for sound in &self.sound {
            for ((input, sample), weight) in self.input.iter_mut().zip(sound).zip(&self.window) {
                *input = sample * weight;
            }
            // The lengths are the transform's own: there is nothing to report.
            let _ = self.transform.process_with_scratch(&mut self.input, &mut self.lines, &mut self.scratch);
            for (power, line) in self.powers.iter_mut().zip(&self.lines) {
                *power += line.norm_sqr();
            }
        }
        // The three lines of a full-scale sine hold (N/4)² · 3/2 together.
        let full = (WINDOW * WINDOW) as f32 / 16.0 * 1.5 * self.channels as f32;
        let fall = FALL_DB_PER_SECOND * HOP as f32 / RATE;
        for (level, lines) in self.levels.iter_mut().zip(&self.bands) {
            let power: f32 = self.powers[lines.clone()].iter().sum();
            *level = power_to_db(power / full).max(*level - fall).max(SILENT);
        }
    }
}

/// The lines of a band and its skirts.
fn lines_of(band: usize) -> Range<usize> {
    let (middle, half) = (band_freq(band), exp2(0.5 / BANDS_PER_OCTAVE));
    let line = |freq: f32| freq * WINDOW as f32 / RATE;
    let first = (line(middle / half) - SKIRT_LINES).ceil().max(1.0) as usize;
    let last = (line(middle * half) + SKIRT_LINES).floor() as usize;
    first..(last + 1).min(WINDOW / 2 + 1)
}

impl std::fmt::Debug for Spectrum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spectrum")
            .field("channels", &self.channels)
            .field("levels", &self.levels)
            .finish_non_exhaustive()
    }
}
