//! From a device's interleaved samples to lanes.

use crate::dispatch::{Level, dispatched};
use crate::lanes::{LANES, LOUDEST, Lanes};
use crate::mask::Mask;
use crate::wide::Wide;

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

dispatched! { wide fn run_gather(samples: &[f32], channels: usize, inputs: &[Option<u16>; LANES], lanes: &mut [Lanes]) = gather_kernel; }
dispatched! { wide fn run_raise(samples: &[f32], channels: usize, peaks: &mut [f32]) = raise_kernel; }

#[inline(always)]
fn gather_kernel<W: Wide>(samples: &[f32], channels: usize, inputs: &[Option<u16>; LANES], lanes: &mut [Lanes]) {
    let (mut places, mut played) = ([0; LANES], Mask::default());
    for (lane, input) in inputs.iter().enumerate() {
        if let Some(input) = input.map(usize::from).filter(|input| *input < channels) {
            places[lane] = input;
            played.set(lane, true);
        }
    }
    let side_by_side = (0..LANES).all(|lane| !played.has(lane) || places[lane] == places[0] + lane);
    let (none, played) = (W::splat(0.0), played.wide::<W>());
    let frames = lanes.iter_mut().zip(samples.chunks_exact(channels)).enumerate();
    for (at, (lanes, frame)) in frames {
        let begin = at * channels + places[0];
        // The usual desk: inputs as they stand beside each other. What stands behind them is not played.
        let sound = match samples[begin.min(samples.len())..].first_chunk::<LANES>() {
            Some(sound) if side_by_side => W::load_from(sound),
            _ => W::load_from(&pick(frame, &places)),
        };
        // What is no number is not at most anything.
        let heard = sound.magnitude().at_most(W::splat(LOUDEST)).and(played);
        *lanes = heard.choose(sound, none).lanes();
    }
}

#[inline(always)]
fn pick(frame: &[f32], places: &[usize; LANES]) -> [f32; LANES] {
    let mut sound = [0.0; LANES];
    for (sample, place) in sound.iter_mut().zip(places) {
        *sample = frame.get(*place).copied().unwrap_or(0.0);
    }
    sound
}

#[inline(always)]
fn raise_kernel<W: Wide>(samples: &[f32], channels: usize, peaks: &mut [f32]) {
    let inputs = channels.min(peaks.len());
    let mut first = 0;
    while first < inputs {
        // Eight side by side; the last eight may begin among those before.
        let begin = if channels < LANES { first } else { first.min(channels - LANES) };
        let (mut highest, mut places) = (W::splat(0.0), [0; LANES]);
        places.iter_mut().enumerate().for_each(|(lane, place)| *place = begin + lane);
        for frame in samples.chunks_exact(channels) {
            let sound = match frame[begin..].first_chunk::<LANES>() {
                Some(sound) => W::load_from(sound),
                None => W::load_from(&pick(frame, &places)),
            };
            // What is no number is passed over.
            highest = sound.magnitude().max(highest);
        }
        for (peak, highest) in peaks[begin..inputs].iter_mut().zip(highest.lanes().0) {
            *peak = peak.max(highest);
        }
        first = begin + LANES;
    }
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
