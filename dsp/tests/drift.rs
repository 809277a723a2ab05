//! Two clocks that do not agree, in virtual time: what the drift loop and the resampler make of them.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "figures for the proof; a test fails by panicking")]

use std::f64::consts::TAU;

use korero_dsp::drift::{ClockFace, DriftLoop};
use korero_dsp::resample::OutputResampler;

const RATE: f64 = 48_000.0;

/// What a pair of devices does.
#[derive(Clone, Copy, Debug)]
struct Devices {
    writer: usize,
    reader: usize,
    /// The writer's clock against the reader's.
    ppm: f64,
    /// Callbacks come late by anything between nothing and this.
    jitter_seconds: f64,
    seed: u64,
}

/// One look of the reader at the ring.
#[derive(Clone, Copy, Debug)]
struct Look {
    seconds: f64,
    ratio: f64,
    resync: i64,
    /// Frames that lie in the ring, written and not yet read.
    waiting: i64,
}

/// Numbers between 0 and 1 that are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Plays `seconds` of two running devices. At each callback of the reader, `read` is told the look and says how many
/// input frames it took.
fn play(devices: Devices, seconds: f64, mut read: impl FnMut(Look) -> usize) {
    let Devices { writer, reader, ppm, jitter_seconds, seed } = devices;
    let mut dice = Dice(seed);
    let mut drift = DriftLoop::new(RATE, writer, reader);
    let face = ClockFace::new(RATE);
    let (mut written, mut position, mut next_write) = (0_u64, 0_i64, 0.0);
    for callback in 1.. {
        let punctual = (callback * reader) as f64 / RATE;
        let now = punctual + dice.roll() * jitter_seconds;
        if punctual > seconds {
            return;
        }
        while next_write <= now {
            if next_write > 0.0 {
                written += writer as u64;
                face.tell(written, (next_write * 1e9) as u64);
            }
            let punctual = (written + writer as u64) as f64 / (RATE * (1.0 + ppm * 1e-6));
            next_write = punctual + dice.roll() * jitter_seconds;
        }
        let Some(there) = face.frames_at((now * 1e9) as u64) else { continue };
        let steering = drift.update(there - position as f64, reader);
        position += steering.resync;
        let waiting = written as i64 - position;
        position += read(Look { seconds: now, ratio: steering.ratio, resync: steering.resync, waiting }) as i64;
    }
}

/// Plays without sound: the reader takes what its resampler would take. Returns the worst error of the ratio after
/// `settled` seconds in ppm, and how often frames were missing or thrown away.
fn simulate(devices: Devices, seconds: f64, settled: f64) -> (f64, usize) {
    let (mut position, mut worst, mut broken, mut begun) = (0.0_f64, 0.0_f64, 0, false);
    let wanted = 1.0 / (1.0 + devices.ppm * 1e-6);
    play(devices, seconds, |look| {
        let before = position.floor();
        position += devices.reader as f64 / look.ratio;
        let frames = (position.floor() - before) as usize;
        // The first look brings the fill to its target.
        broken += usize::from(look.waiting < frames as i64 || (begun && look.resync != 0));
        begun = true;
        if look.seconds >= settled {
            worst = worst.max((look.ratio / wanted - 1.0).abs() * 1e6);
        }
        frames
    });
    (worst, broken)
}

fn pairs() -> impl Iterator<Item = Devices> {
    let sizes = [(64, 64), (256, 256), (64, 480), (1_024, 128), (441, 512)];
    let drifts = [-300.0, -20.0, 0.0, 80.0, 300.0];
    sizes.into_iter().enumerate().flat_map(move |(n, (writer, reader))| {
        drifts.map(|ppm| Devices { writer, reader, ppm, jitter_seconds: 0.001, seed: 17 + n as u64 })
    })
}

#[test]
fn the_ratio_settles_within_5_ppm_in_30_seconds() {
    let mut furthest = 0.0_f64;
    for devices in pairs() {
        let (worst, broken) = simulate(devices, 120.0, 30.0);
        furthest = furthest.max(worst);
        assert!(worst <= 5.0, "{devices:?}: {worst} ppm off");
        assert_eq!(broken, 0, "{devices:?}");
    }
    println!("figure: after 30 s the ratio is never more than {furthest:.2} ppm off (±300 ppm, jitter 1 ms)");
}

#[test]
fn an_hour_passes_without_a_drop_out() {
    for (writer, reader) in [(64, 64), (256, 480)] {
        for ppm in [-300.0, 300.0] {
            let devices = Devices { writer, reader, ppm, jitter_seconds: 0.001, seed: 5 };
            let (worst, broken) = simulate(devices, 3_600.0, 30.0);
            println!("figure: one hour at {ppm} ppm: {broken} drop-outs, ratio within {worst:.2} ppm");
            assert_eq!(broken, 0, "{devices:?}");
            assert!(worst <= 5.0, "{devices:?}: {worst} ppm off");
        }
    }
}

#[test]
fn a_fill_far_from_its_target_is_put_right_at_once() {
    let mut drift = DriftLoop::new(RATE, 256, 256);
    let target = drift.target_fill();
    assert_eq!(drift.update(0.0, 256).resync, -target as i64, "the first look waits for the target");
    for _ in 0..1_000 {
        assert_eq!(drift.update(target, 256).resync, 0);
    }
    // The reader was held up for a tenth of a second.
    let resync: i64 = (0..200).map(|_| drift.update(target + 4_800.0, 256).resync).find(|frames| *frames != 0).unwrap();
    assert_eq!(resync, 4_800);
    assert_eq!(drift.update(target, 256).resync, 0);
    assert!(drift.drift_ppm().abs() <= 500.0);
}

#[test]
fn the_ratio_never_leaves_500_ppm() {
    let mut drift = DriftLoop::new(RATE, 64, 64);
    let mut dice = Dice(1);
    for _ in 0..10_000 {
        let ratio = drift.update(drift.target_fill() + (dice.roll() - 0.5) * 2_000.0, 64).ratio;
        assert!((1.0 / ratio - 1.0).abs() <= 500.001e-6);
    }
    assert!(drift.update(f64::NAN, 64).ratio.is_finite());
}

/// THD+N in dB: what a notch of AES17's kind (two poles, Q = 2) at the tone leaves over, against the whole.
fn distortion_and_noise(sound: &[f32], cycles_per_frame: f64) -> f64 {
    let turn = TAU * cycles_per_frame;
    let alpha = turn.sin() / (2.0 * 2.0);
    let (b1, a0, a2) = (-2.0 * turn.cos(), 1.0 + alpha, 1.0 - alpha);
    let (mut x1, mut x2, mut y1, mut y2) = (0.0, 0.0, 0.0, 0.0);
    let (mut left, mut whole) = (0.0, 0.0);
    for (n, sample) in sound.iter().enumerate() {
        let x = f64::from(*sample);
        let y = (x + b1 * x1 + x2 - b1 * y1 - a2 * y2) / a0;
        (x2, x1, y2, y1) = (x1, x, y1, y);
        if n >= 4_800 {
            left += y * y;
            whole += x * x;
        }
    }
    10.0 * (left / whole).log10()
}

/// The mean frequency of a tone near `guess`, in cycles a frame, by the phases of its first and last tenth.
fn frequency(sound: &[f32], guess: f64) -> f64 {
    let tenth = sound.len() / 10;
    let phase = |from: usize| {
        let (mut real, mut imaginary) = (0.0, 0.0);
        for (n, sample) in sound[from..from + tenth].iter().enumerate() {
            let window = 0.5 - 0.5 * (TAU * n as f64 / tenth as f64).cos();
            let angle = TAU * guess * (from + n) as f64;
            real += window * f64::from(*sample) * angle.cos();
            imaginary -= window * f64::from(*sample) * angle.sin();
        }
        imaginary.atan2(real)
    };
    let gone = sound.len() - tenth;
    let turned = (phase(gone) - phase(0) + TAU / 2.0).rem_euclid(TAU) - TAU / 2.0;
    guess + turned / TAU / gone as f64
}

/// Plays a tone of 10 kHz for 45 s and reads the last 10 s.
fn tone_through_drift(devices: Devices) -> f64 {
    let freq = 10_000.0 / RATE;
    let mut resampler = OutputResampler::new(RATE, RATE, 1).unwrap();
    let mut output = vec![0.0; devices.reader];
    let mut heard = Vec::new();
    let mut position = 0_u64;
    play(devices, 45.0, |look| {
        let before = position;
        resampler.steer(look.ratio);
        resampler.pull(&mut output, |room| {
            for sample in room.iter_mut() {
                *sample = (0.5 * (TAU * (position as f64 * freq).fract()).sin()) as f32;
                position += 1;
            }
            room.len()
        });
        if look.seconds >= 35.0 {
            heard.extend_from_slice(&output);
        }
        (position - before) as usize
    });
    let guess = freq * (1.0 + devices.ppm * 1e-6);
    distortion_and_noise(&heard, frequency(&heard, guess))
}

#[test]
fn a_tone_through_drift_keeps_100_db() {
    for (writer, reader, ppm) in [(64, 64, 300.0), (256, 256, -300.0), (256, 480, 80.0)] {
        let devices = Devices { writer, reader, ppm, jitter_seconds: 0.001, seed: 3 };
        let left = tone_through_drift(devices);
        println!("figure: 10 kHz through {ppm} ppm, {writer} and {reader} frames: THD+N {left:.1} dB");
        assert!(left <= -100.0, "{devices:?}: THD+N {left} dB");
    }
}
