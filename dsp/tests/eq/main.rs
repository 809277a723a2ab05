//! The filters of a strip against their analog prototypes, and while they are turned.
//!
//! With `KORERO_PROVE` set the whole grid is gone through.

use std::f64::consts::TAU;

use korero_dsp::dispatch::Level;
use korero_dsp::effect::{Effect, Format};
use korero_dsp::effects::eq::{self, Eq, Knob, PARAMS, param};
use korero_dsp::effects::{highpass, lowpass};
use korero_dsp::param::ParamId;
use korero_dsp::smooth::Glide;
use korero_dsp::units::log2;
use korero_dsp::{GRID, LANES, LaneBlock, Lanes};
use proptest::prelude::*;

#[path = "../measure/analog.rs"]
mod at_rest;
#[path = "../measure/through.rs"]
mod through;
mod turned;

use at_rest::{analog, decibels};
use through::{RATE, level_of, prepared, run, tone};
use turned::{Analog, outside};

fn at_full_length() -> bool {
    std::env::var_os("KORERO_PROVE").is_some()
}

#[expect(clippy::print_stdout, reason = "the prover reads it")]
fn figure(name: &str, value: f64) {
    println!("figure {name} = {value:.3}");
}

/// From `low` to `high` in `steps` equal ratios.
fn ratios(low: f64, high: f64, steps: usize) -> impl Iterator<Item = f64> {
    (0..=steps).map(move |step| low * (high / low).powf(step as f64 / steps as f64))
}

/// Values of which only the first band does anything.
fn first_band(shape: usize, freq: f64, gain: f64, q: f64) -> [f32; PARAMS.len()] {
    let mut values = PARAMS.map(|param| param.default);
    for (knob, value) in [(Knob::Shape, shape as f64), (Knob::Freq, freq), (Knob::Gain, gain), (Knob::Q, q)] {
        values[usize::from(param(0, knob).0)] = value as f32;
    }
    values[0] = 1.0;
    values
}

#[derive(Default)]
struct Worst {
    boost: f64,
    cut: f64,
    low: f64,
}

/// Goes through frequencies, Qs and gains for one shape.
fn worst_of(shape: usize, full: bool) -> Worst {
    let (freqs, qs, gains, points) = if full { (80, 24, 24, 400) } else { (14, 6, 4, 60) };
    let mut worst = Worst::default();
    for freq in ratios(20.0, 16_000.0, freqs) {
        for q in ratios(0.3, 10.0, qs) {
            for gain in (0..=gains).map(|step| -12.0 + 24.0 * f64::from(step) / f64::from(gains)) {
                let values = first_band(shape, freq, gain, q);
                let sections = eq::sections_of(&values, 0, RATE as f32);
                // The low end would only show what the low end of other frequencies shows.
                for at in ratios(20.0, 20_000.0, points).chain(ratios(5_000.0, 20_000.0, points / 2)) {
                    let got: f64 = sections.iter().map(|section| section.power(at, RATE)).product();
                    let error = (10.0 * got.log10() - decibels(analog(shape, gain, q, at / freq))).abs();
                    let side = if gain < 0.0 { &mut worst.cut } else { &mut worst.boost };
                    *side = side.max(error);
                    if at < 5_000.0 && freq <= 2_000.0 {
                        worst.low = worst.low.max(error);
                    }
                }
            }
        }
    }
    worst
}

#[test]
fn bells_and_shelves_follow_the_analog_filters_to_the_top() {
    for (shape, name) in ["bell", "low shelf", "high shelf"].into_iter().enumerate() {
        let worst = worst_of(shape, at_full_length());
        figure(&format!("EQ {name}: worst boost error, dB"), worst.boost);
        figure(&format!("EQ {name}: worst cut error, dB"), worst.cut);
        figure(&format!("EQ {name}: worst error below 5 kHz for f0 up to 2 kHz, dB"), worst.low);
        assert!(worst.boost <= 0.6 && worst.cut <= 0.6 && worst.low <= 0.1, "{name}");
    }
}

fn set_all<E: Effect>(effect: &mut E, param: ParamId, value: f32) {
    (0..LANES).for_each(|lane| effect.set(lane, param, value));
}

fn set_values(effect: &mut Eq, lane: usize, values: &[f32; PARAMS.len()]) {
    for (at, value) in values.iter().enumerate() {
        effect.set(lane, ParamId(at as u8), *value);
    }
}

#[test]
fn what_the_window_draws_is_what_is_heard() {
    let mut values = PARAMS.map(|param| param.default);
    values[0] = 1.0;
    for (band, [shape, freq, gain, q]) in
        [[2.0, 9_000.0, 7.0, 6.0], [0.0, 60.0, -9.0, 2.0], [3.0, 3_000.0, 0.0, 1.0], [1.0, 12_000.0, -6.0, 3.0]]
            .into_iter()
            .enumerate()
    {
        for (knob, value) in [(Knob::Shape, shape), (Knob::Freq, freq), (Knob::Gain, gain), (Knob::Q, q)] {
            values[usize::from(param(band, knob).0)] = value;
        }
    }
    for freq in [20.0, 50.0, 100.0, 1_000.0, 2_500.0, 9_000.0, 15_000.0, 20_000.0] {
        let mut effect = prepared(Eq::new(Level::best()));
        set_values(&mut effect, 3, &values);
        effect.reset();
        let mut sound = tone(freq, 0.25, 96_000);
        run(&mut effect, &mut sound, |_, _| ());
        let (got, drawn) =
            (level_of(&sound[48_000..], 3, freq) + 12.041_2, eq::response_db(&values, 48_000.0, freq as f32));
        assert!((got - f64::from(drawn)).abs() < 0.01, "{freq} Hz: {got} dB, drawn {drawn} dB");
    }
    let notch = eq::band_db(&values, 2, 48_000.0, 3_000.0);
    assert!(notch < -90.0, "a notch takes its frequency out: {notch} dB");
}

#[test]
fn on_alone_changes_nothing() {
    let mut effect = prepared(Eq::new(Level::best()));
    set_all(&mut effect, eq::ON, 1.0);
    let input = tone(997.0, 0.9, 4_800);
    let mut sound = input.clone();
    run(&mut effect, &mut sound, |_, _| ());
    assert_eq!(sound, input);
}

/// Follows the knobs of a band as they glide.
struct Followed {
    glides: [Glide; 3],
}

impl Followed {
    fn new(values: &[f32; PARAMS.len()]) -> Self {
        let value = |knob| values[usize::from(param(0, knob).0)];
        let glide = |value| Glide::new(value, eq::TURN_CELLS);
        Self { glides: [glide(log2(value(Knob::Freq))), glide(value(Knob::Gain)), glide(log2(value(Knob::Q)))] }
    }

    fn set(&mut self, knob: Knob, value: f32) {
        match knob {
            Knob::Freq => self.glides[0].set(0, log2(value)),
            Knob::Gain => self.glides[1].set(0, value),
            _ => self.glides[2].set(0, log2(value)),
        }
    }
}

/// What is left outside 500 Hz–2 kHz of a full-scale sine of 1 kHz, in dB of that sine, in the worst window of 100 ms,
/// after the ideal time-varying response is taken off: that of the analog filter turned in the same way.
fn residue(shape: usize, knob: Knob, values: &[f32; PARAMS.len()], travel: impl Fn(f64) -> f32) -> f64 {
    let mut effect = prepared(Eq::new(Level::best()));
    set_values(&mut effect, 0, values);
    effect.set(0, param(0, knob), travel(0.0));
    effect.reset();
    let mut followed = Followed::new(values);
    followed.set(knob, travel(0.0));
    followed.glides.iter_mut().for_each(Glide::settle);
    let frames = if at_full_length() { 96_000 } else { 48_000 };
    let cells = frames / GRID;
    let mut sound = tone(1_000.0, 1.0, frames);
    let mut ideal = Vec::with_capacity(frames);
    let mut analog = Analog::default();
    run(&mut effect, &mut sound, |effect, cell| {
        let value = travel(cell as f64 / cells as f64);
        effect.set(0, param(0, knob), value);
        followed.set(knob, value);
        let mut nothing = [Lanes::SILENCE; GRID];
        let block = LaneBlock::new((cell * GRID) as u64, &mut nothing);
        let ends = followed.glides.each_mut().map(|glide| {
            let ramp = glide.ramp(&block);
            [ramp.at(0), ramp.end()].map(|lanes| f64::from(lanes.0[0]))
        });
        for at in 0..GRID {
            let knobs = |way: f64| {
                let [octave, gain, narrow] =
                    ends.map(|[from, to]| from + (to - from) * (at as f64 + way) / GRID as f64);
                [octave, gain, narrow.exp2()]
            };
            let input = |way: f64| (TAU * 1_000.0 * ((cell * GRID + at) as f64 + way) / RATE).sin();
            ideal.push(analog.frame(shape, knobs, input));
        }
    });
    let left: Vec<f64> = sound.iter().zip(&ideal).map(|(frame, ideal)| f64::from(frame.0[0]) - ideal).collect();
    left[4_800..].chunks_exact(4_800).map(outside).fold(f64::NEG_INFINITY, f64::max)
}

/// Where a knob is, over shares of the whole time.
type Travel = Box<dyn Fn(f64) -> f32>;

#[test]
fn nothing_is_heard_beside_a_tone_while_a_knob_is_swept() {
    let mut worst = f64::NEG_INFINITY;
    for shape in 0..4 {
        for q in if at_full_length() { vec![0.3, 0.7, 1.0, 3.0, 10.0] } else { vec![10.0] } {
            let there_and_back = |share: f64| (1.0 - (TAU * share).cos()) / 2.0;
            let sweep = |low: f64, high: f64| move |share: f64| (low * (high / low).powf(there_and_back(share))) as f32;
            let cases: [(Knob, Travel); 3] = [
                (Knob::Freq, Box::new(sweep(20.0, 20_000.0))),
                (Knob::Gain, Box::new(move |share| (-12.0 + 24.0 * there_and_back(share)) as f32)),
                (Knob::Q, Box::new(sweep(0.3, 10.0))),
            ];
            for (knob, travel) in cases {
                for gain in if at_full_length() { vec![12.0, -12.0] } else { vec![12.0] } {
                    let got = residue(shape, knob, &first_band(shape, 1_300.0, gain, q), &travel);
                    worst = worst.max(got);
                }
            }
        }
    }
    figure("EQ swept: worst residue beside the tone, dB", worst);
    assert!(worst <= -80.0, "{worst} dB");
}

#[test]
fn the_cutting_filters_have_the_butterworth_response() {
    for (slope, order) in [(0.0, 2), (1.0, 4)] {
        for (corner, freq) in [(80.0, 40.0), (80.0, 80.0), (80.0, 1_000.0), (400.0, 200.0), (20.0, 20.0)] {
            let mut effect = prepared(highpass::Highpass::new(Level::best()));
            for (param, value) in [(highpass::ON, 1.0), (highpass::FREQ, corner as f32), (highpass::SLOPE, slope)] {
                set_all(&mut effect, param, value);
            }
            effect.reset();
            let mut sound = tone(freq, 1.0, 96_000);
            run(&mut effect, &mut sound, |_, _| ());
            let wanted = -10.0 * (1.0 + (corner / freq).powi(2 * order)).log10();
            let got = level_of(&sound[48_000..], 3, freq);
            assert!((got - wanted).abs() < 0.02, "{freq} Hz through {corner} Hz: {got} dB, not {wanted} dB");
        }
    }
}

#[test]
fn the_low_pass_has_the_butterworth_response_to_the_top() {
    for (slope, order, allowed) in [(0.0, 2, 0.7), (1.0, 4, 1.4)] {
        let (mut worst, mut passing) = (0.0_f64, 0.0_f64);
        for corner in [1_000.0, 2_000.0, 5_000.0, 8_000.0, 12_000.0, 16_000.0, 20_000.0] {
            for freq in [500.0, 1_000.0, 3_000.0, 5_000.0, 8_000.0, 10_000.0, 12_000.0, 16_000.0, 18_000.0, 20_000.0] {
                let mut effect = prepared(lowpass::Lowpass::new(Level::best()));
                for (param, value) in [(lowpass::ON, 1.0), (lowpass::FREQ, corner as f32), (lowpass::SLOPE, slope)] {
                    set_all(&mut effect, param, value);
                }
                effect.reset();
                let mut sound = tone(freq, 1.0, 9_600);
                run(&mut effect, &mut sound, |_, _| ());
                let wanted = -10.0 * (1.0_f64 + (freq / corner).powi(2 * order)).log10();
                let error = (level_of(&sound[4_800..], 3, freq) - wanted).abs();
                worst = worst.max(error);
                passing = if freq <= corner { passing.max(error) } else { passing };
            }
        }
        figure(&format!("low-pass of order {order}: worst error up to 20 kHz, dB"), worst);
        figure(&format!("low-pass of order {order}: worst error up to its corner, dB"), passing);
        assert!(worst <= allowed && passing <= 0.31, "{worst} dB, {passing} dB");
    }
}

/// How far what runs in `f32` is from the same filter in `f64`, in dB of the input.
fn noise_floor(freq: f64, gain: f64, q: f64) -> f64 {
    let values = first_band(0, freq, gain, q);
    let mut effect = prepared(Eq::new(Level::best()));
    set_values(&mut effect, 0, &values);
    effect.reset();
    let mut sound = tone(440.0, 0.5, 96_000);
    let section = eq::sections_of(&values, 0, RATE as f32)[0];
    let [g, k, input, band, low] = [section.g, section.k, section.input, section.band, section.low].map(f64::from);
    let (mut first, mut second) = (0.0, 0.0);
    let exact: Vec<f64> = sound
        .iter()
        .map(|frame| {
            let x = f64::from(frame.0[0]);
            let v1 = (first + g * (x - second)) / (1.0 + g * (g + k));
            let v2 = second + g * v1;
            (first, second) = (2.0 * v1 - first, 2.0 * v2 - second);
            input * x + band * v1 + low * v2
        })
        .collect();
    run(&mut effect, &mut sound, |_, _| ());
    let noise: f64 = sound.iter().zip(&exact).map(|(frame, exact)| (f64::from(frame.0[0]) - exact).powi(2)).sum();
    10.0 * (noise / sound.len() as f64 / 0.125).log10()
}

#[test]
fn a_band_at_the_lowest_note_adds_no_noise() {
    let (wide, narrow) = (noise_floor(20.0, 12.0, 0.7), noise_floor(20.0, 12.0, 10.0));
    figure("EQ noise of a 20 Hz bell of Q 0.7 under a tone, dB", wide);
    figure("EQ noise of a 20 Hz bell of Q 10 under a tone, dB", narrow);
    assert!(wide < -120.0 && narrow < -110.0, "{wide} dB, {narrow} dB");
}

fn wild() -> impl Strategy<Value = f32> {
    prop_oneof![3 => -1.0_f32..1.0, 1 => any::<f32>(), 1 => Just(f32::NAN), 1 => Just(1e30), 1 => Just(f32::INFINITY)]
}

/// Whether a lane gives only numbers under any input, and the same as a new one long after.
fn withstands(build: impl Fn() -> Box<dyn Effect>, wild: &[f32]) {
    let [spoilt, clean] = [wild, &[0.0]].map(|start| {
        let mut effect = build();
        let mut sound = vec![Lanes::SILENCE; 48_000];
        start.iter().zip(&mut sound).for_each(|(sample, frame)| *frame = Lanes::splat(*sample));
        tone(500.0, 0.5, 960).iter().zip(&mut sound[47_040..]).for_each(|(tone, frame)| *frame = *tone);
        let mut silence = [Lanes::SILENCE; GRID];
        for (cell, frames) in sound.chunks_mut(GRID).enumerate() {
            let start = (cell * GRID) as u64;
            effect.process(&mut LaneBlock::new(start, frames), &LaneBlock::new(start, &mut silence));
        }
        sound
    });
    for (spoilt, clean) in spoilt[47_040..].iter().zip(&clean[47_040..]) {
        assert!((spoilt.0[0] - clean.0[0]).abs() < 1e-5);
    }
    assert!(spoilt.iter().all(|frame| frame.0.iter().all(|sample| sample.is_finite())));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn no_input_breaks_a_filter_or_stays_in_it(wild in prop::collection::vec(wild(), 1..200), shape in 0_usize..4, freq in 200.0..20_000.0_f64) {
        withstands(|| {
            let mut effect = Box::new(prepared(Eq::new(Level::best())));
            (0..LANES).for_each(|lane| set_values(&mut effect, lane, &first_band(shape, freq, 18.0, 3.0)));
            effect.reset();
            effect
        }, &wild);
        type Build = fn() -> Box<dyn Effect>;
        let cutting: [(Build, f32); 2] = [
            (|| Box::new(prepared(highpass::Highpass::new(Level::best()))), 80.0),
            (|| Box::new(prepared(lowpass::Lowpass::new(Level::best()))), 8_000.0),
        ];
        for (build, freq) in cutting {
            withstands(|| {
                let mut effect = build();
                for (at, value) in [1.0, freq, 1.0].into_iter().enumerate() {
                    (0..LANES).for_each(|lane| effect.set(lane, ParamId(at as u8), value));
                }
                effect.reset();
                effect
            }, &wild);
        }
    }
}

#[test]
fn a_cut_undoes_its_boost() {
    for (shape, freq, q) in [(0, 9_000.0, 1.0), (1, 14_000.0, 8.0), (2, 12_000.0, 10.0), (2, 50.0, 0.5)] {
        let mut effect = prepared(Eq::new(Level::best()));
        set_all(&mut effect, eq::ON, 1.0);
        for (band, gain) in [(0, 11.0), (1, -11.0)] {
            for (knob, value) in [(Knob::Shape, shape as f32), (Knob::Freq, freq), (Knob::Gain, gain), (Knob::Q, q)] {
                set_all(&mut effect, param(band, knob), value);
            }
        }
        effect.reset();
        let input: Vec<Lanes> = (0..9_600_u32)
            .map(|n| Lanes::splat(n.wrapping_mul(2_654_435_761) as i32 as f32 / i32::MAX as f32))
            .collect();
        let mut sound = input.clone();
        run(&mut effect, &mut sound, |_, _| ());
        let off = sound.iter().zip(&input).map(|(a, b)| (a.0[0] - b.0[0]).abs()).fold(0.0, f32::max);
        assert!(off < 1e-4, "shape {shape} at {freq} Hz: {off}");
    }
}

#[test]
fn a_change_of_shape_and_a_switch_are_heard_as_a_fade() {
    let mut effect = prepared(Eq::new(Level::best()));
    set_values(&mut effect, 0, &first_band(1, 300.0, 12.0, 1.0));
    effect.reset();
    let mut sound = tone(100.0, 0.25, 48_000);
    run(&mut effect, &mut sound, |effect, cell| match cell % 400 {
        100 => effect.set(0, param(0, Knob::Shape), (cell / 400 % 4) as f32),
        200 => effect.set(0, param(0, Knob::On), 0.0),
        250 => effect.set(0, param(0, Knob::On), 1.0),
        300 => effect.set(0, eq::ON, 0.0),
        350 => effect.set(0, eq::ON, 1.0),
        _ => {}
    });
    assert!(clicks(&sound[2_000..]) < -70.0, "{} dB", clicks(&sound[2_000..]));
}

#[test]
fn a_change_of_slope_is_heard_as_a_fade() {
    let cutting: [(Box<dyn Effect>, f32); 2] = [
        (Box::new(highpass::Highpass::new(Level::best())), 80.0),
        (Box::new(lowpass::Lowpass::new(Level::best())), 1_000.0),
    ];
    for (mut effect, freq) in cutting {
        effect.prepare(Format { rate: RATE as f32 });
        (0..3).zip([1.0, freq, 0.0]).for_each(|(at, value)| effect.set(0, ParamId(at), value));
        effect.reset();
        let mut sound = tone(100.0, 0.25, 48_000);
        let mut silence = [Lanes::SILENCE; GRID];
        for (cell, frames) in sound.chunks_mut(GRID).enumerate() {
            if cell % 200 == 100 {
                effect.set(0, ParamId(2), (cell / 200 % 2) as f32);
            }
            let start = (cell * GRID) as u64;
            effect.process(&mut LaneBlock::new(start, frames), &LaneBlock::new(start, &mut silence));
        }
        assert!(clicks(&sound[2_000..]) < -70.0, "{} dB", clicks(&sound[2_000..]));
    }
}

/// The loudest thing far above a low tone, in dB of full scale: a click would stand out.
fn clicks(sound: &[Lanes]) -> f64 {
    // Fourth difference: rises 24 dB an octave and leaves a low tone far behind.
    let mut signal: Vec<f64> = sound.iter().map(|frame| f64::from(frame.0[0])).collect();
    for _ in 0..4 {
        signal = signal.windows(2).map(|pair| (pair[1] - pair[0]) / 2.0).collect();
    }
    20.0 * signal.iter().fold(1e-12_f64, |peak, s| peak.max(s.abs())).log10()
}
