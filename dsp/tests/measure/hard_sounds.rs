//! Sounds that are hard for a limiter, for the tests and for `cargo xtask plots`. Full scale is 1.

use std::f64::consts::{PI, TAU};

const RATE: f64 = 48_000.0;

/// The worst there are, by name.
pub(crate) fn hardest(frames: usize) -> [(&'static str, Vec<f64>); 19] {
    [
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
    ]
}

/// Noise that is the same each time, −1 to 1: xorshift (G. Marsaglia, 2003).
pub(crate) struct Noise(pub(crate) u32);

impl Noise {
    pub(crate) fn next(&mut self) -> f64 {
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

pub(crate) fn driven(sound: &[f64], db: f64) -> Vec<f32> {
    sound.iter().map(|sample| (sample * 10_f64.powf(db / 20.0)) as f32).collect()
}
