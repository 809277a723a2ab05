//! From a device's interleaved samples to lanes.

use crate::dispatch::{Level, dispatched, frame_by_frame};
use crate::lanes::{LANES, LOUDEST, Lanes};

/// Fills each lane with the input (from 0) that it plays; lanes without one, or with one that `samples` of `channels` inputs
/// do not have, are silent, and so is whatever is no sound (see [`LOUDEST`]): one NaN would stay in every filter for good. As many frames as
/// both slices hold. Audio thread.
pub fn gather(level: Level, samples: &[f32], channels: usize, inputs: &[Option<u16>; LANES], lanes: &mut [Lanes]) {
    if channels == 0 {
        lanes.fill(Lanes::SILENCE);
        return;
    }
    run_gather(level, samples, channels, inputs, lanes);
}

/// Raises `peaks` to the largest magnitude of each input; NaN is passed over. Audio thread.
pub fn raise_inputs(level: Level, samples: &[f32], channels: usize, peaks: &mut [f32]) {
    if channels > 0 {
        run_raise(level, samples, channels, peaks);
    }
}

dispatched! { fn run_gather(samples: &[f32], channels: usize, inputs: &[Option<u16>; LANES], lanes: &mut [Lanes]) = gather_kernel; }
dispatched! { fn run_raise(samples: &[f32], channels: usize, peaks: &mut [f32]) = raise_kernel; }

#[inline(always)]
fn gather_kernel(samples: &[f32], channels: usize, inputs: &[Option<u16>; LANES], lanes: &mut [Lanes]) {
    let places = inputs.map(|input| input.map(usize::from).filter(|input| *input < channels));
    match places {
        // The usual desk: eight inputs as they stand beside each other.
        [Some(first), ..] if places.iter().enumerate().all(|(lane, place)| *place == Some(first + lane)) => {
            let frames = samples.chunks_exact(channels).map(|frame| frame[first..].first_chunk::<LANES>());
            lanes.iter_mut().zip(frames.flatten()).for_each(|(frame, samples)| frame.0 = *samples);
        }
        _ => {
            lanes.fill(Lanes::SILENCE);
            for (lane, place) in places.iter().enumerate() {
                let Some(place) = place else { continue };
                let played = samples[(*place).min(samples.len())..].iter().step_by(channels);
                lanes.iter_mut().zip(played).for_each(|(frame, sample)| frame.0[lane] = *sample);
            }
        }
    }
    for frame in lanes {
        frame_by_frame();
        for sample in &mut frame.0 {
            // Without the sign the bits order like the numbers, and NaN is above them all.
            let sound = sample.to_bits() & (u32::MAX >> 1) <= LOUDEST.to_bits();
            *sample = if sound { *sample } else { 0.0 };
        }
    }
}

#[inline(always)]
fn raise_kernel(samples: &[f32], channels: usize, peaks: &mut [f32]) {
    for frame in samples.chunks_exact(channels) {
        let (eights, rest) = frame.as_chunks::<LANES>();
        let (peak_eights, peak_rest) = peaks.split_at_mut((eights.len() * LANES).min(peaks.len()));
        for (peaks, samples) in peak_eights.as_chunks_mut::<LANES>().0.iter_mut().zip(eights) {
            (0..LANES).for_each(|at| peaks[at] = higher(peaks[at], samples[at]));
        }
        peak_rest.iter_mut().zip(rest).for_each(|(peak, sample)| *peak = higher(*peak, *sample));
    }
}

#[inline(always)]
fn higher(peak: f32, sample: f32) -> f32 {
    let magnitude = sample.abs();
    // A comparison with NaN is false.
    if magnitude > peak { magnitude } else { peak }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn levels() -> [Level; 2] {
        [Level::BASELINE, Level::best()]
    }

    fn sample() -> impl Strategy<Value = f32> {
        prop_oneof![8 => -1.0_f32..1.0, 1 => Just(f32::NAN), 1 => Just(f32::NEG_INFINITY), 1 => Just(-1e20), 1 => Just(LOUDEST)]
    }

    proptest! {
        #[test]
        fn every_lane_plays_its_input_and_what_is_no_sound_is_silent(
            channels in 1_usize..33,
            sound in prop::collection::vec(sample(), 32 * 5),
            inputs in prop::array::uniform8(prop::option::of(0_u16..34)),
            beside in prop::option::of(0_u16..30),
        ) {
            let inputs = beside.map_or(inputs, |first| std::array::from_fn(|lane| Some(first + lane as u16)));
            let sound = &sound[..sound.len() / channels * channels];
            for level in levels() {
                let mut lanes = vec![Lanes::splat(9.0); sound.len() / channels];
                gather(level, sound, channels, &inputs, &mut lanes);
                for (frame, samples) in lanes.iter().zip(sound.chunks_exact(channels)) {
                    for (sample, input) in frame.0.iter().zip(inputs) {
                        let played = input.and_then(|input| samples.get(usize::from(input)));
                        let expected = played.copied().filter(|sample| sample.abs() <= LOUDEST).unwrap_or(0.0);
                        prop_assert_eq!(sample.to_bits(), expected.to_bits());
                    }
                }
            }
        }

        #[test]
        fn the_peak_of_every_input_is_its_largest_magnitude(
            channels in 1_usize..40,
            sound in prop::collection::vec(-1.0_f32..1.0, 40 * 5),
        ) {
            let sound = &sound[..sound.len() / channels * channels];
            for level in levels() {
                let mut peaks = [0.0; 32];
                raise_inputs(level, sound, channels, &mut peaks);
                for (input, peak) in peaks.iter().enumerate() {
                    let own = sound.chunks_exact(channels).filter_map(|frame| frame.get(input));
                    prop_assert_eq!(*peak, own.fold(0.0_f32, |peak, sample| peak.max(sample.abs())));
                }
            }
        }
    }
}
