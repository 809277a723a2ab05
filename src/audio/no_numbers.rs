//! Samples that are no numbers: NaN, the infinities, and what is beyond all sound ([`LOUDEST`]), which only a device with
//! floating point can give. One of them would stay in every filter or close the limiter for a while, so silence takes its
//! place at the edge; it is counted and told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use korero_dsp::LOUDEST;
use korero_sentences::key;
use serde::Serialize;

use crate::fault::Fault;
use crate::limits::{MAX_INPUTS, NO_NUMBERS_AGAIN, NO_NUMBERS_GATHER};

/// How many samples of one input were no numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Silenced {
    /// The input, from 1.
    pub input: u8,
    /// Its samples that silence stands for.
    pub samples: u64,
}

/// Counts for each input of one device, across its streams. The callback adds, the control thread reads.
#[derive(Debug, Default)]
pub(super) struct NoNumbers([AtomicU64; MAX_INPUTS]);

impl NoNumbers {
    /// Makes what is no number silence in interleaved frames of `inputs` inputs, and counts it. Audio thread.
    pub(super) fn silence(&self, block: &mut [f32], inputs: usize) {
        // Without the sign the bits order like the numbers, and NaN is above them all. A comparison of integers is what the
        // compiler makes wide.
        let worst = block.iter().fold(0, |worst, sample| worst.max(sample.abs().to_bits()));
        if worst <= LOUDEST.to_bits() {
            return;
        }
        for (input, count) in self.0.iter().enumerate().take(inputs) {
            let mut samples = 0;
            for sample in
                block[input..].iter_mut().step_by(inputs).filter(|sample| sample.abs().to_bits() > LOUDEST.to_bits())
            {
                *sample = 0.0;
                samples += 1;
            }
            if samples > 0 {
                count.fetch_add(samples, Ordering::Relaxed);
            }
        }
    }

    /// The inputs that gave any so far, in order.
    pub(super) fn so_far(&self) -> Vec<Silenced> {
        let counts =
            (1..).zip(&self.0).map(|(input, count)| Silenced { input, samples: count.load(Ordering::Relaxed) });
        counts.filter(|silenced| silenced.samples > 0).collect()
    }
}

/// Tells of the counts of one device: first when a burst had time to end, then seldom.
#[derive(Debug, Default)]
pub(super) struct Telling {
    counts: Arc<NoNumbers>,
    device: String,
    told: u64,
    due: Option<Duration>,
}

impl Telling {
    /// Where the device's streams count.
    pub(super) fn counts(&self) -> Arc<NoNumbers> {
        Arc::clone(&self.counts)
    }

    /// What the device is called.
    pub(super) fn name(&mut self, device: &str) {
        device.clone_into(&mut self.device);
    }

    /// What is to be told now (monotonic), with all samples so far.
    pub(super) fn look(&mut self, now: Duration) -> Option<Fault> {
        let fault = self.untold()?;
        if now < *self.due.get_or_insert(now + NO_NUMBERS_GATHER) {
            return None;
        }
        (self.told, self.due) = (self.samples(), Some(now + NO_NUMBERS_AGAIN));
        Some(fault)
    }

    /// What was not told yet, however long it gathered.
    pub(super) fn untold(&self) -> Option<Fault> {
        let samples = self.samples();
        if samples == self.told {
            return None;
        }
        let inputs: Vec<_> = self.counts.so_far().iter().map(|one| one.input.to_string()).collect();
        let fault = Fault::new(key::FAULT_AUDIO_NO_NUMBERS).with("device", self.device.as_str());
        Some(fault.with("samples", samples).with("inputs", inputs.join(", ")))
    }

    fn samples(&self) -> u64 {
        self.counts.so_far().iter().map(|one| one.samples).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_or_beyond_all_sound_is_silenced_and_counted_for_its_own_input_alone() {
        let counts = NoNumbers::default();
        let mut block = [0.5, f32::NAN, -0.5, f32::INFINITY, -f32::NAN, LOUDEST, 1.0, -1e20, -0.0];
        counts.silence(&mut block, 3);
        assert_eq!(block, [0.5, 0.0, -0.5, 0.0, 0.0, LOUDEST, 1.0, 0.0, 0.0]);
        assert_eq!(counts.so_far(), [Silenced { input: 1, samples: 1 }, Silenced { input: 2, samples: 3 }]);
    }

    #[test]
    fn a_storm_is_told_after_it_gathered_and_then_seldom() {
        let mut telling = Telling::default();
        telling.name("Scarlett");
        assert_eq!(telling.look(Duration::ZERO), None);
        let mut told = Vec::new();
        for at in 0..3_000_u64 {
            telling.counts().silence(&mut [0.0, f32::NAN], 2);
            told.extend(telling.look(Duration::from_millis(at * 10)).map(|fault| fault.to_string()));
        }
        assert_eq!(told.len(), 3, "after 1, 11 and 21 s of 30: {told:?}");
        assert!(told[0].contains("Scarlett gave 101 samples") && told[0].contains("inputs: 2"), "{}", told[0]);
        assert!(telling.untold().is_some_and(|fault| fault.to_string().contains("3000 samples")));
    }
}
