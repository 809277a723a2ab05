//! The meters of one bus.

use korero_dsp::loudness::{LoudnessMeter, NoSuchBus};
use korero_dsp::ring::{Ring, RingDetector};
use korero_dsp::spectrum::Spectrum;

use super::Reading;
use crate::limits::SAMPLE_RATE;

/// The time over which the correlation is taken, s: long enough to be read.
const CORRELATION_SECONDS: f32 = 0.4;
/// Softer sound has no correlation, mean square of full scale: −80 dBFS.
const SILENT: f32 = 1e-8;

/// Measures one bus of one or two channels. Allocates only when it is made.
pub struct BusMeter {
    channels: usize,
    loudness: LoudnessMeter,
    spectrum: Spectrum,
    ring: RingDetector,
    /// Mean squares of left and right, and the mean of their product.
    means: [f32; 3],
}

impl BusMeter {
    /// For interleaved sound of one or two channels.
    ///
    /// # Errors
    /// Another number of channels.
    pub fn new(channels: usize) -> Result<Self, NoSuchBus> {
        Ok(Self {
            channels,
            loudness: LoudnessMeter::new(channels)?,
            spectrum: Spectrum::new(channels),
            ring: RingDetector::new(channels),
            means: [0.0; 3],
        })
    }

    /// Channels that it measures.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Takes whole interleaved frames; gives a ring that begins to be heard.
    pub fn feed(&mut self, sound: &[f32]) -> Option<Ring> {
        self.loudness.feed(sound);
        self.spectrum.feed(sound);
        if self.channels == 2 {
            self.correlate(sound);
        }
        self.ring.feed(sound)
    }

    fn correlate(&mut self, sound: &[f32]) {
        let part = 1.0 / (CORRELATION_SECONDS * SAMPLE_RATE as f32);
        for frame in sound.chunks_exact(2) {
            let [left, right] = [frame[0], frame[1]].map(|s| if s.is_finite() { s } else { 0.0 });
            let now = [left * left, right * right, left * right];
            self.means.iter_mut().zip(now).for_each(|(mean, now)| *mean += part * (now - *mean));
        }
    }

    /// Begins anew with what is measured since a beginning.
    pub fn reset(&mut self) {
        self.loudness.reset();
    }

    /// Hears rings anew: what rose until now is no ring, and one that goes on is given again.
    pub fn forget_rings(&mut self) {
        self.ring.reset();
    }

    /// What is known now.
    pub fn look(&mut self) -> Reading {
        let [left, right, both] = self.means;
        let correlation = match self.channels {
            1 => 1.0,
            _ if left < SILENT || right < SILENT => 0.0,
            _ => (both / (left * right).sqrt()).clamp(-1.0, 1.0),
        };
        Reading { loudness: self.loudness.look(), correlation, spectrum: *self.spectrum.levels() }
    }
}
