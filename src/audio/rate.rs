//! Devices that do not run at 48 kHz: resampled at the edge, with frames that still count time exactly.

use korero_dsp::resample::InputResampler;

use super::capture::{Downstream, skip};
use crate::limits::SAMPLE_RATE;
use crate::timeline::GapCause;

/// From a device's rate to the engine's. The engine's frame `n` is the sound of the device's frame `n · rate / 48,000`.
#[derive(Debug)]
pub(super) struct OtherRate {
    resampler: InputResampler,
    rate: u64,
    /// Device frames so far, lost ones included.
    taken: u64,
    /// Engine frames so far, lost ones included.
    given: u64,
    /// The filter's delay that is still to be cut off, so that sound is not dated late.
    cut: usize,
}

impl OtherRate {
    /// `None` for a device that needs none of this. Allocates.
    pub(super) fn new(rate: u32, channels: usize) -> Option<Self> {
        if rate == SAMPLE_RATE {
            return None;
        }
        // Rates within `DEVICE_RATES` and at least one channel are always usable.
        let resampler = InputResampler::new(f64::from(rate), f64::from(SAMPLE_RATE), channels).ok()?;
        let cut = resampler.latency_frames();
        Some(Self { resampler, rate: u64::from(rate), taken: 0, given: 0, cut })
    }

    /// Takes a block of the device's frames. Audio thread.
    pub(super) fn deliver(&mut self, downstream: &mut dyn Downstream, block: &[f32], channels: usize) {
        self.taken += (block.len() / channels) as u64;
        let (cut, given) = (&mut self.cut, &mut self.given);
        self.resampler.push(block, |out| {
            let drop = (*cut).min(out.len() / channels);
            *cut -= drop;
            let out = &out[drop * channels..];
            if !out.is_empty() {
                *given += (out.len() / channels) as u64;
                downstream.process(out, channels);
            }
        });
    }

    /// The device lost frames: begins anew behind them, so that nothing before shifts what comes after. Audio thread.
    pub(super) fn skip(&mut self, downstream: &mut dyn Downstream, lost: u64) {
        self.taken += lost;
        let due = self.taken * u64::from(SAMPLE_RATE) / self.rate;
        let missing = due.saturating_sub(self.given);
        self.resampler.reset();
        self.cut = self.resampler.latency_frames();
        self.given += missing;
        skip(downstream, missing, GapCause::Device);
    }
}
