//! What resampling does to sound, whatever the sizes of the pieces.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::f64::consts::TAU;

use korero_dsp::resample::{InputResampler, OutputResampler};
use proptest::collection::vec;
use proptest::prelude::*;

fn tone(frames: usize, cycles_per_frame: f64) -> Vec<f32> {
    (0..frames).map(|n| (0.5 * (TAU * cycles_per_frame * n as f64).sin()) as f32).collect()
}

/// How far everything but the tone lies below it, in dB: least squares against sine and cosine.
fn clean(sound: &[f32], cycles_per_frame: f64) -> f64 {
    let (mut ss, mut cc, mut sc, mut xs, mut xc, mut xx) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for (n, sample) in sound.iter().enumerate() {
        let (s, c) = (TAU * cycles_per_frame * n as f64).sin_cos();
        let x = f64::from(*sample);
        (ss, cc, sc, xs, xc, xx) = (ss + s * s, cc + c * c, sc + s * c, xs + x * s, xc + x * c, xx + x * x);
    }
    let det = ss * cc - sc * sc;
    let (a, b) = ((xs * cc - xc * sc) / det, (xc * ss - xs * sc) / det);
    let explained = a * xs + b * xc;
    10.0 * ((explained / xx).max(1e-30) / ((xx - explained) / xx).max(1e-30)).log10()
}

fn pushed(from: f64, to: f64, input: &[f32], pieces: &[usize]) -> Vec<f32> {
    let mut resampler = InputResampler::new(from, to, 1).unwrap();
    let (mut at, mut out) = (0, Vec::new());
    for size in pieces.iter().cycle() {
        let end = (at + size).min(input.len());
        resampler.push(&input[at..end], |made| out.extend_from_slice(made));
        at = end;
        if at == input.len() {
            return out;
        }
    }
    out
}

fn pulled(from: f64, to: f64, frames: usize, pieces: &[usize], cycles_per_frame: f64) -> Vec<f32> {
    let mut resampler = OutputResampler::new(from, to, 1).unwrap();
    let (mut out, mut position) = (vec![0.0; frames], 0_usize);
    let mut at = 0;
    for size in pieces.iter().cycle() {
        let end = (at + size).min(frames);
        let missing = resampler.pull(&mut out[at..end], |room| {
            for sample in room.iter_mut() {
                *sample = (0.5 * (TAU * cycles_per_frame * position as f64).sin()) as f32;
                position += 1;
            }
            room.len()
        });
        assert_eq!(missing, 0);
        at = end;
        if at == frames {
            return out;
        }
    }
    out
}

#[test]
fn tones_from_every_usual_rate_stay_clean() {
    for from in [44_100.0, 48_000.0, 88_200.0, 96_000.0, 176_400.0, 192_000.0] {
        for freq in [997.0, 10_007.0, 18_011.0] {
            let out = pushed(from, 48_000.0, &tone(from as usize, freq / from), &[256]);
            assert!((out.len() as i64 - 48_000).abs() < 300, "{from} Hz made {} frames", out.len());
            let left = clean(&out[4_000..40_000], freq / 48_000.0);
            assert!(left > 110.0, "{freq} Hz from {from} Hz: {left} dB");
        }
    }
}

#[test]
fn what_cannot_be_kept_does_not_fold_back() {
    for freq in [26_000.0, 30_000.0, 40_000.0] {
        let out = pushed(96_000.0, 48_000.0, &tone(96_000, freq / 96_000.0), &[256]);
        let loudest = out[4_000..].iter().fold(0.0_f32, |peak, s| peak.max(s.abs()));
        assert!(loudest < 0.5e-5, "{freq} Hz comes back at {loudest}");
    }
}

#[test]
fn the_latency_is_what_it_says() {
    for (from, to) in [(48_000.0, 48_000.0), (44_100.0, 48_000.0), (96_000.0, 48_000.0)] {
        let resampler = InputResampler::new(from, to, 1).unwrap();
        let mut click = vec![0.0; 6_000];
        click[1_000] = 1.0;
        let out = pushed(from, to, &click, &[100]);
        let loudest = (0..out.len()).max_by(|a, b| out[*a].abs().total_cmp(&out[*b].abs())).unwrap();
        let wanted = 1_000.0 * to / from + resampler.latency_frames() as f64;
        assert!((loudest as f64 - wanted).abs() <= 2.0, "{from} to {to}: {loudest}, not {wanted}");
    }
}

#[test]
fn missing_input_is_silence_and_counted() {
    let mut resampler = OutputResampler::new(48_000.0, 48_000.0, 2).unwrap();
    let mut out = vec![1.0; 2 * 2_000];
    let missing = resampler.pull(&mut out, |_| 0);
    assert!((1_900..=2_100).contains(&missing));
    assert!(out.iter().all(|sample| *sample == 0.0));
}

#[test]
fn senseless_rates_and_channels_are_refused() {
    assert!(InputResampler::new(0.0, 48_000.0, 1).is_err());
    assert!(InputResampler::new(f64::NAN, 48_000.0, 1).is_err());
    assert!(OutputResampler::new(48_000.0, 1.0, 1).is_err());
    assert!(OutputResampler::new(48_000.0, 48_000.0, 0).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn pieces_of_any_size_make_the_same_sound(
        pieces in vec(1_usize..3_000, 1..6), from in prop::sample::select(vec![44_100.0, 48_000.0, 96_000.0]),
    ) {
        let input = tone(6_000, 0.02);
        let (cut, whole) = (pushed(from, 48_000.0, &input, &pieces), pushed(from, 48_000.0, &input, &[512]));
        prop_assert!((cut.len() as i64 - whole.len() as i64).abs() <= 1);
        prop_assert!(cut.iter().zip(&whole).all(|(a, b)| (a - b).abs() < 1e-6));
        let (cut, whole) = (pulled(from, 48_000.0, 6_000, &pieces, 0.02), pulled(from, 48_000.0, 6_000, &[512], 0.02));
        prop_assert!(cut.iter().zip(&whole).all(|(a, b)| (a - b).abs() < 1e-6));
    }
}
