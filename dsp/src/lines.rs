//! The lines of a sliding spectrum, for whatever looks at one: a Hann window that moves on by a hop.

use std::f64::consts::TAU;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

use crate::units::cos;

/// Frames of one look: 85 ms at 48 kHz, 11.7 Hz from line to line.
pub(crate) const WINDOW: usize = 4_096;
/// Lines, from 0 Hz to half the rate.
pub(crate) const LINES: usize = WINDOW / 2 + 1;

/// Gathers interleaved sound and gives the power of each line, the channels' mean.
pub(crate) struct Lines {
    transform: Arc<dyn RealToComplex<f32>>,
    channels: usize,
    hop: usize,
    window: Box<[f32]>,
    /// The last frames of each channel, oldest first.
    sound: Vec<Box<[f32]>>,
    filled: usize,
    channel: usize,
    input: Box<[f32]>,
    lines: Box<[Complex<f32>]>,
    scratch: Box<[Complex<f32>]>,
    powers: Box<[f32]>,
}

impl Lines {
    /// For sound of `channels` (at least one), looked at every `hop` frames. Allocates; nothing else here does.
    pub(crate) fn new(channels: usize, hop: usize) -> Self {
        let channels = channels.max(1);
        let transform = RealFftPlanner::<f32>::new().plan_fft_forward(WINDOW);
        let hann = |n: usize| (0.5 - 0.5 * cos(TAU * n as f64 / WINDOW as f64)) as f32;
        Self {
            channels,
            hop,
            window: (0..WINDOW).map(hann).collect(),
            sound: vec![vec![0.0; WINDOW].into(); channels],
            filled: WINDOW - hop,
            channel: 0,
            input: transform.make_input_vec().into(),
            lines: transform.make_output_vec().into(),
            scratch: transform.make_scratch_vec().into(),
            powers: vec![0.0; LINES].into(),
            transform,
        }
    }

    /// Forgets everything.
    pub(crate) fn reset(&mut self) {
        self.sound.iter_mut().for_each(|sound| sound.fill(0.0));
        (self.filled, self.channel) = (WINDOW - self.hop, 0);
    }

    /// Takes interleaved samples, any number, and hands each finished look on: the powers of the lines, of which the three
    /// under a full-scale sine on every channel hold 1 together. What is no number counts as silence.
    pub(crate) fn feed(&mut self, sound: &[f32], mut look: impl FnMut(&[f32])) {
        for sample in sound {
            self.sound[self.channel][self.filled] = if sample.is_finite() { *sample } else { 0.0 };
            self.channel = (self.channel + 1) % self.channels;
            self.filled += usize::from(self.channel == 0);
            if self.filled == WINDOW {
                self.analyse();
                look(&self.powers);
                let hop = self.hop;
                self.sound.iter_mut().for_each(|sound| sound.copy_within(hop.., 0));
                self.filled = WINDOW - hop;
            }
        }
    }

    fn analyse(&mut self) {
        self.powers.fill(0.0);
        // The three lines of a full-scale sine hold (N/4)² · 3/2 together.
        let part = 1.0 / ((WINDOW * WINDOW) as f32 / 16.0 * 1.5 * self.channels as f32);
        for sound in &self.sound {
            for ((input, sample), weight) in self.input.iter_mut().zip(sound).zip(&self.window) {
                *input = sample * weight;
            }
            // The lengths are the transform's own: there is nothing to report.
            let _ = self.transform.process_with_scratch(&mut self.input, &mut self.lines, &mut self.scratch);
            for (power, line) in self.powers.iter_mut().zip(&self.lines) {
                *power += line.norm_sqr() * part;
            }
        }
    }
}
