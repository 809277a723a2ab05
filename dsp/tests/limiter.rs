//! The limiter against two true-peak meters, on the sounds that are hardest for it.

#![expect(clippy::print_stdout, reason = "the prover reads the figures")]

use std::f64::consts::{PI, TAU};

use ebur128::{EbuR128, Mode};
use korero_dsp::dispatch::Level;
use korero_dsp::effect::{Effect, Format};
use korero_dsp::effects::limiter::{CEILING, LOOK_AHEAD, Limiter};
use korero_dsp::{GRID, LaneBlock, Lanes};

const RATE: f64 = 48_000.0;
const CEILING_DB: f64 = -1.0;

fn figure(name: &str, value: impl std::fmt::Display) {
    println!("figure {name} = {value}");
}

fn decibels(amplitude: f64) -> f64 {
    20.0 * amplitude.max(1e-12).log10()
}

/// Limits a mono sound and the silence after it at the ceiling, on lanes 0 and 1.
fn limited(sound: &[f32]) -> Vec<f32> {
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
fn by_ebur128(sound: &[f32]) -> f64 {
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
fn by_kaiser(sound: &[f32]) -> f64 {
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

/// Noise that is the same each time, −1 to 1: xorshift (G. Marsaglia, 2003).
struct Noise(u32);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        f64::from(self.0 as i32) / f64::from(i32::MAX)
    }
}

/// A tone of `freq` (of the rate) in bursts of `on` frames, as many silent ones between.
fn bursts(freq: f64, phase: f64, on: usize, frames: usize) -> Vec<f64> {
    let sample = |n: usize| if (n / on).is_multiple_of(2) { (TAU * freq * n as f64 + phase).sin() } else { 0.0 };
    (0..frames).map(sample).collect()
}

/// Noise between two frequencies in Hz, as high as 1.
fn band_noise(low: f64, high: f64, seed: u32, frames: usize) -> Vec<f64> {
    let mut noise = Noise(seed);
    let raw: Vec<f64> = (0..frames + 255).map(|_| noise.next()).collect();
    let tap = |n: u32| {
        let (at, window) = (f64::from(n) - 127.5, 0.5 - 0.5 * (TAU * (f64::from(n) + 0.5) / 256.0).cos());
        let below = |freq: f64| (TAU * freq / RATE * at).sin() / (PI * at);
        window * (below(high) - below(low))
    };
    let taps: Vec<f64> = (0..256).map(tap).collect();
    let heard = |window: &[f64]| window.iter().zip(&taps).map(|(sample, tap)| sample * tap).sum();
    let mut band: Vec<f64> = raw.windows(256).map(heard).collect();
    normalise(&mut band);
    band
}

/// Noise from 6 to 20 kHz in bursts of 25 ms; `hard` clips it four times over.
fn noise_bursts(hard: bool, frames: usize) -> Vec<f64> {
    let gain = if hard { 4.0 } else { 1.0 };
    let burst =
        |(n, sample): (usize, f64)| if (n / 1_200).is_multiple_of(4) { (gain * sample).clamp(-1.0, 1.0) } else { 0.0 };
    band_noise(6_000.0, 20_000.0, 1, frames).into_iter().enumerate().map(burst).collect()
}

fn normalise(sound: &mut [f64]) {
    let peak = sound.iter().fold(0.0_f64, |peak, sample| peak.max(sample.abs()));
    sound.iter_mut().for_each(|sample| *sample /= peak);
}

/// Noise of all frequencies alike; `hard` leaves nothing of it but its signs.
fn white(seed: u32, hard: bool, frames: usize) -> Vec<f64> {
    let mut noise = Noise(seed);
    (0..frames).map(|_| noise.next()).map(|sample| if hard { sample.signum() } else { sample }).collect()
}

/// +1 −1 +1 …, turned round after every run of so many frames.
fn flips(runs: std::ops::RangeInclusive<u32>, frames: usize) -> Vec<f64> {
    let (mut noise, mut sign, mut left) = (Noise(7), 1.0, 0);
    let choice = f64::from(runs.end() - runs.start() + 1);
    let sample = |n: usize| {
        if left == 0 {
            left = runs.start() + ((noise.next() + 1.0) * 0.499 * choice) as u32;
            sign = -sign;
        }
        left -= 1;
        if n.is_multiple_of(2) { sign } else { -sign }
    };
    (0..frames).map(sample).collect()
}

/// A band at full tilt: chords of bright saw tones up to 18 kHz, bass, kick, snare and hats, 120 beats a minute.
fn music(frames: usize) -> Vec<f64> {
    const CHORDS: [[f64; 4]; 4] = [
        [110.0, 220.0, 277.18, 329.63],
        [92.5, 220.0, 277.18, 369.99],
        [73.42, 220.0, 293.66, 369.99],
        [82.41, 207.65, 246.94, 329.63],
    ];
    let (cymbal, skin) = (band_noise(5_000.0, 20_000.0, 99, frames), band_noise(150.0, 9_000.0, 98, frames));
    let mut sound: Vec<f64> = (0..frames)
        .map(|n| {
            let seconds = n as f64 / RATE;
            let beat = seconds % 0.5;
            let mut sum = 0.0;
            for (voice, freq) in CHORDS[(seconds / 0.5) as usize % 4].iter().enumerate() {
                let partials = (18_000.0 / freq) as u32;
                let fade = (-beat * (2.0 + voice as f64)).exp();
                let bright = (1..=partials.min(60))
                    .map(|k| (TAU * freq * f64::from(k) * seconds + voice as f64 * f64::from(k)).sin() / f64::from(k));
                sum += 0.25 * fade * bright.sum::<f64>();
            }
            sum += 0.9 * (TAU * 8.0 * (1.0 - (-beat * 30.0).exp()) + TAU * 50.0 * beat).sin() * (-beat * 12.0).exp();
            // A millisecond's attack, as a stick has.
            let hit = |since: f64, fall: f64| (1.0 - (-since * 3_000.0).exp()) * (-since * fall).exp();
            let hat = 0.5 * hit(seconds % 0.125, 60.0) * cymbal[n];
            let snare = hit((seconds + 0.5) % 1.0, 20.0) * skin[n];
            sum + hat + snare
        })
        .collect();
    normalise(&mut sound);
    sound
}

fn driven(sound: &[f64], db: f64) -> Vec<f32> {
    sound.iter().map(|sample| (sample * 10_f64.powf(db / 20.0)) as f32).collect()
}

#[test]
fn no_true_peak_passes_the_ceiling() {
    let frames = if std::env::var_os("KORERO_PROVE").is_some() { 480_000 } else { 24_000 };
    let sets: [(&str, Vec<f64>); 19] = [
        ("fs/4 at 45°", bursts(0.25, PI / 4.0, 2_400, frames)),
        ("fs/6 at 60°", bursts(1.0 / 6.0, PI / 3.0, 2_400, frames)),
        ("fs/8 at 67.5°", bursts(0.125, 3.0 * PI / 8.0, 2_400, frames)),
        ("0.23 fs", bursts(0.23, 0.0, 2_400, frames)),
        ("0.4 fs bursts", bursts(0.4, 0.3, 480, frames)),
        ("short 0.4 fs bursts", bursts(0.4, 0.3, 100, frames)),
        ("6-20 kHz noise bursts", noise_bursts(false, frames)),
        ("flips every 2 frames", flips(2..=2, frames)),
        ("flips every 3 frames", flips(3..=3, frames)),
        ("flips every 4 frames", flips(4..=4, frames)),
        ("flips every 5 frames", flips(5..=5, frames)),
        ("flips every 8 frames", flips(8..=8, frames)),
        ("music", music(frames)),
        // Sounds that no converter lets through, since they are full up to half the rate: what stays there adds up over
        // hundreds of frames.
        ("white noise", white(3, false, frames)),
        ("noise of ±1", white(5, true, frames)),
        ("hard-clipped noise bursts", noise_bursts(true, frames)),
        ("flips of 1 to 8 frames at random", flips(1..=8, frames)),
        ("flips of 1 to 64 frames at random", flips(1..=64, frames)),
        ("flips of 1 to 1,000 frames at random", flips(1..=1_000, frames)),
    ];
    let mut missed = Vec::new();
    for (name, sound) in sets {
        let input = driven(&sound, 12.0);
        let out = limited(&input);
        let (four, sixteen) = (by_ebur128(&out) - CEILING_DB, by_kaiser(&out) - CEILING_DB);
        figure(&format!("limiter over the ceiling on {name}, ebur128, dB"), format_args!("{four:+.3}"));
        figure(&format!("limiter over the ceiling on {name}, 16x Kaiser, dB"), format_args!("{sixteen:+.3}"));
        figure(&format!("true peak of {name} going in, 16x Kaiser, dBTP"), format_args!("{:+.2}", by_kaiser(&input)));
        if four > 0.1 || sixteen > 0.1 {
            missed.push((name, four, sixteen));
        }
        // Neither does it take away more than it must.
        assert!(sixteen > -1.0, "{name} comes out {sixteen} dB too low");
    }
    assert!(missed.is_empty(), "over the ceiling: {missed:?}");
    figure("limiter latency, ms", LOOK_AHEAD as f64 / RATE * 1_000.0);
    const { assert!(LOOK_AHEAD <= 72) };
}

#[test]
fn below_the_ceiling_not_a_bit_changes_and_above_it_all_is_limited() {
    for freq in [50.0, 997.0, 6_000.0, 11_025.0, 12_000.0, 15_000.0, 18_000.0, 20_000.0] {
        for phase in [0.0, 0.3, PI / 4.0, 1.1, PI / 3.0] {
            // Faded in and out, so that the tone is all there is.
            let fade = |n: usize| (n.min(14_400 - n) as f64 / 4_800.0).min(1.0);
            let sample = |n: usize| fade(n) * (TAU * freq / RATE * n as f64 + phase).sin();
            let tone: Vec<f64> = (0..14_400).map(sample).collect();
            let below = driven(&tone, CEILING_DB - 0.05);
            let out = limited(&below);
            let same = out[LOOK_AHEAD..].iter().zip(&below).all(|(out, input)| out.to_bits() == input.to_bits());
            assert!(same, "{freq} Hz at {phase} changes below the ceiling");
            let over = by_kaiser(&limited(&driven(&tone, CEILING_DB + 0.5))) - CEILING_DB;
            assert!(over < 0.05, "{freq} Hz at {phase} is {over} dB over");
        }
    }
}

#[test]
fn unity_comes_back_for_ever() {
    let mut noise = Noise(3);
    let mut sound: Vec<f64> = (0..48_000).map(|_| 8.0 * noise.next()).collect();
    sound.extend((0..240_000).map(|_| 0.1 * noise.next()));
    let input = driven(&sound, 0.0);
    let out = limited(&input);
    let last = input.len() - 4_800..input.len() - LOOK_AHEAD;
    assert!(last.clone().all(|n| out[n + LOOK_AHEAD].to_bits() == input[n].to_bits()));
}

#[test]
fn a_steady_bass_note_is_not_distorted() {
    for freq in [50.0, 60.0, 100.0, 440.0] {
        let tone: Vec<f64> = (0..96_000).map(|n| (TAU * freq / RATE * f64::from(n)).sin()).collect();
        // 6 dB over the ceiling.
        let out = limited(&driven(&tone, 5.0));
        let settled = &out[48_000..96_000];
        let level = |freq: f64| {
            let (mut real, mut imaginary) = (0.0, 0.0);
            for (n, sample) in settled.iter().enumerate() {
                let angle = TAU * freq * n as f64 / RATE;
                real += f64::from(*sample) * angle.cos();
                imaginary += f64::from(*sample) * angle.sin();
            }
            2.0 * real.hypot(imaginary) / settled.len() as f64
        };
        let harmonics: f64 = (2..=20).map(|k| level(freq * f64::from(k)).powi(2)).sum();
        let distortion = decibels(harmonics.sqrt() / level(freq));
        figure(&format!("limiter THD of {freq} Hz, 6 dB over the ceiling, dB"), format_args!("{distortion:.1}"));
        assert!(distortion < -80.0, "{freq} Hz: {distortion} dB");
    }
}

#[test]
fn what_is_left_out_for_quiet_lanes_is_never_missed() {
    // Silence, whispers and shouts in turn, cut into blocks of every kind: the shouts begin where the reading rested.
    let mut noise = Noise(5);
    let level = |n: usize| [0.0, 0.001, 3.0, 0.0, 0.0, 2.0, 0.03, 0.0, 4.0, 0.1][n / 331 % 10];
    let sound: Vec<f32> = (0..10_000).map(|n| (level(n) * noise.next()) as f32).collect();
    let cut = |size: usize| {
        let mut limiter = Limiter::new(Level::best());
        limiter.prepare(Format { rate: RATE as f32 });
        let (mut at, mut out) = (0, Vec::new());
        while at < sound.len() {
            let len = size.min(GRID - at % GRID).min(sound.len() - at);
            let mut frames: Vec<_> =
                sound[at..at + len].iter().map(|s| Lanes([*s, 0.0, *s, 0.0, 0.0, *s, 0.0, 0.0])).collect();
            let mut silence = vec![Lanes::SILENCE; len];
            limiter.process(&mut LaneBlock::new(at as u64, &mut frames), &LaneBlock::new(at as u64, &mut silence));
            out.extend(frames.iter().map(|frame| [0, 2, 5].map(|lane| frame.0[lane].to_bits())));
            at += len;
        }
        out
    };
    let whole = cut(GRID);
    assert!(whole.iter().all(|lanes| lanes[0] == lanes[1] && lanes[1] == lanes[2]));
    for size in [1, 5, 16, 17, 31] {
        assert!(cut(size) == whole, "blocks of {size} frames differ");
    }
}
