//! The limiter at work, and two meters of true peaks, for the tests and for `cargo xtask plots`.

use std::f64::consts::PI;

use ebur128::{EbuR128, Mode};
use korero_dsp::dispatch::Level;
use korero_dsp::effect::{Effect, Format};
use korero_dsp::effects::limiter::{CEILING, LOOK_AHEAD, Limiter};
use korero_dsp::{GRID, LaneBlock, Lanes};

pub(crate) const RATE: f64 = 48_000.0;
pub(crate) const CEILING_DB: f64 = -1.0;

pub(crate) fn decibels(amplitude: f64) -> f64 {
    20.0 * amplitude.max(1e-12).log10()
}

/// Limits a mono sound and the silence after it at the ceiling, on lanes 0 and 1.
pub(crate) fn limited(sound: &[f32]) -> Vec<f32> {
    let sound = [sound, &[0.0; 2 * LOOK_AHEAD]].concat();
    let mut limiter = Limiter::new(Level::best());
    limiter.prepare(Format { rate: RATE as f32 });
    (0..2).for_each(|lane| limiter.set(lane, CEILING, CEILING_DB as f32));
    limiter.reset();
    let (mut out, mut silence) = (Vec::with_capacity(sound.len()), [Lanes::SILENCE; GRID]);
    for (cell, samples) in sound.chunks(GRID).enumerate() {
        let mut frames = [Lanes::SILENCE; GRID];
        for (frame, sample) in frames.iter_mut().zip(samples) {
            (frame.0[0], frame.0[1]) = (*sample, *sample);
        }
        let (start, len) = ((cell * GRID) as u64, samples.len());
        limiter.process(&mut LaneBlock::new(start, &mut frames[..len]), &LaneBlock::new(start, &mut silence[..len]));
        out.extend(frames[..len].iter().map(|frame| frame.0[0]));
    }
    out
}

/// The true peak by the `ebur128` crate: four places, 12 taps each, Hann.
pub(crate) fn by_ebur128(sound: &[f32]) -> f64 {
    let mut meter = EbuR128::new(1, RATE as u32, Mode::TRUE_PEAK).expect("one channel");
    meter.add_frames_f32(sound).expect("whole frames");
    meter.add_frames_f32(&[0.0; 64]).expect("whole frames");
    decibels(meter.true_peak(0).expect("its mode"))
}

/// Taps of each of the [`PLACES`] of the exact meter, and the shape of its Kaiser window: 100 dB.
const TAPS: usize = 256;
const PLACES: usize = 16;
const BETA: f64 = 10.0;

/// The modified Bessel function of order 0, by its series.
fn bessel(x: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for k in 1..60 {
        term *= (x / 2.0 / f64::from(k)).powi(2);
        sum += term;
    }
    sum
}

/// The true peak at sixteen places by 256 taps each of a sinc in a Kaiser window.
pub(crate) fn by_kaiser(sound: &[f32]) -> f64 {
    let half = (TAPS * PLACES / 2) as f64;
    let taps: Vec<[f64; PLACES]> = (0..TAPS)
        .map(|tap| {
            std::array::from_fn(|place| {
                let at = (tap * PLACES + place) as f64 - half;
                let turn = PI * at / PLACES as f64;
                let sinc = if at == 0.0 { 1.0 } else { turn.sin() / turn };
                sinc * bessel(BETA * (1.0 - (at / half).powi(2)).max(0.0).sqrt()) / bessel(BETA)
            })
        })
        .collect();
    let mut padded = vec![0.0; TAPS];
    padded.extend(sound.iter().map(|sample| f64::from(*sample)));
    padded.extend([0.0; TAPS]);
    let mut peak = 0.0_f64;
    for window in padded.windows(TAPS) {
        let mut sums = [0.0; PLACES];
        for (sample, taps) in window.iter().rev().zip(&taps) {
            for place in 0..PLACES {
                sums[place] += sample * taps[place];
            }
        }
        peak = sums.iter().fold(peak, |peak, sum| peak.max(sum.abs()));
    }
    decibels(peak)
}
