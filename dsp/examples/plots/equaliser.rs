//! How far the equaliser is from the analog filter that it stands for.

use std::f64::consts::{PI, TAU};

use korero_dsp::dispatch::Level;
use korero_dsp::effect::{Effect, Format};
use korero_dsp::effects::eq::{self, Eq, Knob, param};
use korero_dsp::{GRID, LaneBlock, Lanes};

use crate::Outcome;
use crate::axis::{hertz, steps};
use crate::chart::{Curve, Form, Look};
use crate::measure::analog::{analog, decibels};
use crate::page::{Page, number};

const RATE: f64 = 48_000.0;
/// Long enough for the lowest and narrowest of the bands below to ring out.
const FRAMES: usize = 1 << 15;

/// One band: what it is called, its shape (0 bell, 1 low shelf, 2 high shelf), Hz, Q, dB.
struct Band(&'static str, usize, f64, f64, f64);

const BANDS: [Band; 8] = [
    Band("bell 1 kHz, Q 1, +12 dB", 0, 1_000.0, 1.0, 12.0),
    Band("bell 5 kHz, Q 0.7, +6 dB", 0, 5_000.0, 0.7, 6.0),
    Band("bell 10 kHz, Q 1, +12 dB", 0, 10_000.0, 1.0, 12.0),
    Band("bell 10 kHz, Q 0.7, −12 dB", 0, 10_000.0, 0.7, -12.0),
    Band("bell 12 kHz, Q 2, −12 dB", 0, 12_000.0, 2.0, -12.0),
    Band("bell 16 kHz, Q 1, +6 dB", 0, 16_000.0, 1.0, 6.0),
    Band("low shelf 100 Hz, Q 0.7, +6 dB", 1, 100.0, 0.7, 6.0),
    Band("high shelf 10 kHz, Q 0.7, +6 dB", 2, 10_000.0, 0.7, 6.0),
];
/// Those that are drawn, and in which colour.
const DRAWN: [(usize, &str); 3] = [(2, "hue0"), (3, "hue8"), (5, "hue4")];

pub(crate) fn draw(look: &Look, page: &mut Page) -> Outcome {
    let freqs: Vec<f64> = (0..=240).map(|at| 20.0 * 1_000.0_f64.powf(f64::from(at) / 240.0)).collect();
    let ours: Vec<Vec<f64>> = BANDS.iter().map(|band| errors(&heard(band), band, &freqs)).collect();
    let usual: Vec<Vec<f64>> = BANDS.iter().map(|band| bilinear_errors(band, &freqs)).collect();
    let worst = |errors: &[f64]| errors.iter().fold(0.0_f64, |worst, error| worst.max(error.abs()));
    let rows: Vec<Vec<String>> = BANDS
        .iter()
        .zip(ours.iter().zip(&usual))
        .map(|(band, (ours, usual))| {
            vec![band.0.to_owned(), number(worst(ours), 2, false), number(worst(usual), 2, false)]
        })
        .collect();
    page.table("equaliser", &["band", "ours, dB", "bilinear, dB"], &rows)?;
    let curve = |errors: &[f64], name: String, colour, form| {
        let points = freqs.iter().copied().zip(errors.iter().copied()).collect();
        Curve { name, colour, points, form }
    };
    let mut curves = Vec::new();
    for (at, colour) in DRAWN {
        curves.push(curve(&ours[at], BANDS[at].0.to_owned(), colour, Form::Line));
        curves.push(curve(&usual[at], String::new(), colour, Form::Dashes));
    }
    curves.push(Curve::name_of(Form::Dashes, "the same, bilinear"));
    look.curves("equaliser.svg", &hertz("frequency, Hz"), &steps("error, dB", -5.0, 5.0, 1.0), &curves)
}

/// What comes out of the effect itself after one full sample.
fn heard(&Band(_, shape, freq, q, gain): &Band) -> Vec<f64> {
    let mut effect = Eq::new(Level::best());
    effect.prepare(Format { rate: RATE as f32 });
    effect.set(0, eq::ON, 1.0);
    for (knob, value) in [(Knob::Shape, shape as f64), (Knob::Freq, freq), (Knob::Gain, gain), (Knob::Q, q)] {
        effect.set(0, param(0, knob), value as f32);
    }
    effect.reset();
    let mut sound = vec![Lanes::SILENCE; FRAMES];
    sound[0] = Lanes::splat(1.0);
    let mut silence = [Lanes::SILENCE; GRID];
    for (cell, frames) in sound.chunks_mut(GRID).enumerate() {
        let start = (cell * GRID) as u64;
        effect.process(&mut LaneBlock::new(start, frames), &LaneBlock::new(start, &mut silence));
    }
    sound.iter().map(|frame| f64::from(frame.0[0])).collect()
}

/// The spectrum of `sound` against the analog filter, dB.
fn errors(sound: &[f64], &Band(_, shape, freq, q, gain): &Band, freqs: &[f64]) -> Vec<f64> {
    let level = |at: f64| {
        let (mut real, mut imaginary) = (0.0, 0.0);
        for (n, sample) in sound.iter().enumerate() {
            let (sine, cosine) = (TAU * at * n as f64 / RATE).sin_cos();
            real += sample * cosine;
            imaginary -= sample * sine;
        }
        decibels((real, imaginary))
    };
    freqs.iter().map(|at| level(*at) - decibels(analog(shape, gain, q, at / freq))).collect()
}

/// The usual digital filter has the analog one's response at bent frequencies (R. Bristow-Johnson's Audio EQ Cookbook).
fn bilinear_errors(&Band(_, shape, freq, q, gain): &Band, freqs: &[f64]) -> Vec<f64> {
    let bent = |at: f64| (PI * at / RATE).tan();
    let error = |at: &f64| {
        decibels(analog(shape, gain, q, bent(*at) / bent(freq))) - decibels(analog(shape, gain, q, at / freq))
    };
    freqs.iter().map(error).collect()
}
