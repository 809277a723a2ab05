//! The loudness meter on the cases of EBU Tech 3341 (2023) and Tech 3342 (2023), made from their definitions.
//!
//! Left out: 3341-6 is five-channel, and a bus has two at most; 3341-7 and -8 and 3342-5 and -6 are pieces of programmes,
//! which are files and no definitions.

use std::f64::consts::{PI, TAU};

use korero_dsp::loudness::{Loudness, LoudnessMeter};

const RATE: f64 = 48_000.0;

/// A stretch of a 1 kHz tone: its peak in dB of full scale on each channel, and its seconds. −∞ is silence.
type Stretch = (f64, f64);
const SILENCE: f64 = f64::NEG_INFINITY;

fn tones(stretches: &[Stretch]) -> Vec<f32> {
    let mut sound = Vec::new();
    for (level, seconds) in stretches {
        let amplitude = 10_f64.powf(level / 20.0);
        // 48 frames are one period at 48 kHz.
        let sample = |n: u32| (amplitude * (TAU / 48.0 * f64::from(n)).sin()) as f32;
        let period: Vec<f32> = (0..48).flat_map(|n| [sample(n); 2]).collect();
        sound.extend(period.iter().cycle().take(2 * (seconds * RATE).round() as usize));
    }
    sound
}

fn repeated(stretches: &[Stretch], times: usize) -> Vec<f32> {
    tones(&stretches.repeat(times))
}

fn meter() -> LoudnessMeter {
    LoudnessMeter::new(2).expect("a stereo bus")
}

/// Feeds in pieces as a tap brings them.
fn measure(meter: &mut LoudnessMeter, sound: &[f32]) -> Loudness {
    sound.chunks(2 * 1_024).for_each(|piece| meter.feed(piece));
    meter.look()
}

fn measured(sound: &[f32]) -> Loudness {
    measure(&mut meter(), sound)
}

type Read = fn(&Loudness) -> f32;
const INTEGRATED: Read = |loudness| loudness.integrated;
const RANGE: Read = |loudness| loudness.range;
const MOMENTARY: Read = |loudness| loudness.momentary;
const SHORT_TERM: Read = |loudness| loudness.short_term;
const TRUE_PEAK: Read = |loudness| loudness.true_peak_max[1];

#[test]
fn every_case_that_is_one_sound_reads_as_the_standard_says() {
    /// Name, sound, what is read, what it must be, and by how much it may be lower and higher.
    type Case = (&'static str, Vec<f32>, &'static [Read], f32, f32, f32);
    let steady = [(-23.0, 20.0)];
    let soft = [(-33.0, 20.0)];
    let nested = [(-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)];
    let stairs = [(-50.0, 20.0), (-35.0, 20.0), (-20.0, 20.0), (-35.0, 20.0), (-50.0, 20.0)];
    let three = [(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)];
    let five = [(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)];
    let cases: [Case; 18] = [
        ("3341-1", tones(&steady), &[MOMENTARY, SHORT_TERM, INTEGRATED], -23.0, 0.1, 0.1),
        ("3341-2", tones(&soft), &[MOMENTARY, SHORT_TERM, INTEGRATED], -33.0, 0.1, 0.1),
        ("3341-3 I", tones(&three), &[INTEGRATED], -23.0, 0.1, 0.1),
        ("3341-4 I", tones(&nested), &[INTEGRATED], -23.0, 0.1, 0.1),
        ("3341-5 I", tones(&five), &[INTEGRATED], -23.0, 0.1, 0.1),
        ("3341-15 fs/4, 0°", steady_tone(4.0, 0.0, 0.5), &[TRUE_PEAK], -6.0, 0.4, 0.2),
        ("3341-16 fs/4, 45°", steady_tone(4.0, 45.0, 0.5), &[TRUE_PEAK], -6.0, 0.4, 0.2),
        ("3341-17 fs/6, 60°", steady_tone(6.0, 60.0, 0.5), &[TRUE_PEAK], -6.0, 0.4, 0.2),
        ("3341-18 fs/8, 67.5°", steady_tone(8.0, 67.5, 0.5), &[TRUE_PEAK], -6.0, 0.4, 0.2),
        ("3341-19 fs/4, 45°, 1.41", steady_tone(4.0, 45.0, 1.41), &[TRUE_PEAK], 3.0, 0.4, 0.2),
        ("3341-20 offset 0", offset_peak(0), &[TRUE_PEAK], 0.0, 0.4, 0.2),
        ("3341-21 offset 1/4", offset_peak(1), &[TRUE_PEAK], 0.0, 0.4, 0.2),
        ("3341-22 offset 1/2", offset_peak(2), &[TRUE_PEAK], 0.0, 0.4, 0.2),
        ("3341-23 offset 3/4", offset_peak(3), &[TRUE_PEAK], 0.0, 0.4, 0.2),
        ("3342-1", tones(&[(-20.0, 20.0), (-30.0, 20.0)]), &[RANGE], 10.0, 1.0, 1.0),
        ("3342-2", tones(&[(-20.0, 20.0), (-15.0, 20.0)]), &[RANGE], 5.0, 1.0, 1.0),
        ("3342-3", tones(&[(-40.0, 20.0), (-20.0, 20.0)]), &[RANGE], 20.0, 1.0, 1.0),
        ("3342-4", tones(&stairs), &[RANGE], 15.0, 1.0, 1.0),
    ];
    for (name, sound, reads, wanted, below, above) in cases {
        let loudness = measured(&sound);
        for got in reads.iter().map(|read| read(&loudness)) {
            assert!((wanted - below..=wanted + above).contains(&got), "{name}: {got}, not {wanted}");
        }
    }
}

/// A tone of the `part`-th of the rate, faded in and out.
fn steady_tone(part: f64, degrees: f64, amplitude: f64) -> Vec<f32> {
    const FRAMES: usize = 48_000;
    let sample = |n: usize| {
        let fade = (n.min(FRAMES - n) as f64 / 4_800.0).min(1.0);
        (fade * amplitude * (TAU / part * n as f64 + degrees * PI / 180.0).sin()) as f32
    };
    (0..FRAMES).flat_map(|n| [sample(n); 2]).collect()
}

/// A tone of half of full scale at a sixth of the rate with a single period of a quarter of the rate at full scale within,
/// made at four times the rate and brought down at the `offset`-th of its frames. Its peak at the high rate is full scale.
fn offset_peak(offset: usize) -> Vec<f32> {
    const FRAMES: usize = 4 * 2_400;
    let (begin, end) = (FRAMES / 2, FRAMES / 2 + 16);
    let sample = |n: usize| {
        let fade = (n.min(FRAMES - n) as f64 / 960.0).min(1.0);
        // 24 frames to a period of the sixth and 16 to one of the quarter at this rate: all begin and end at zero.
        match n {
            n if n < begin => fade * 0.5 * (TAU * (n as f64 - begin as f64) / 24.0).sin(),
            n if n < end => (TAU * (n - begin) as f64 / 16.0).sin(),
            n => fade * 0.5 * (TAU * (n - end) as f64 / 24.0).sin(),
        }
    };
    let high: Vec<f64> = (0..FRAMES).map(sample).collect();
    // Below 22 kHz: a sinc of 255 taps in a Hann window.
    let tap = |n: i32| {
        let at = f64::from(n);
        let sinc = if n == 0 { 2.0 * 22.0 / 192.0 } else { (TAU * 22.0 / 192.0 * at).sin() / (PI * at) };
        sinc * (0.5 + 0.5 * (PI * at / 128.0).cos())
    };
    let taps: Vec<f64> = (-127..128).map(tap).collect();
    let mut low: Vec<f64> =
        high.windows(255).map(|window| window.iter().zip(&taps).map(|(sample, tap)| sample * tap).sum()).collect();
    let peak = low.iter().fold(0.0_f64, |peak, sample| peak.max(sample.abs()));
    low.iter_mut().for_each(|sample| *sample /= peak);
    low.iter().skip(offset).step_by(4).flat_map(|sample| [*sample as f32; 2]).collect()
}

#[test]
fn repeated_bursts_read_steadily() {
    // 3341-9 after 3 s and 3341-12 after 1 s, at every look from then on.
    let cases: [(&str, Vec<f32>, usize, Read); 2] = [
        ("3341-9", repeated(&[(-20.0, 1.34), (-30.0, 1.66)], 5), 3, SHORT_TERM),
        ("3341-12", repeated(&[(-20.0, 0.18), (-30.0, 0.22)], 25), 1, MOMENTARY),
    ];
    for (name, sound, seconds, read) in cases {
        let mut meter = meter();
        for (piece, frames) in sound.chunks(2 * 480).enumerate() {
            meter.feed(frames);
            let got = read(&meter.look());
            assert!(piece < seconds * 100 || (got + 23.0).abs() <= 0.1, "{name} at piece {piece}: {got}");
        }
    }
}

#[test]
fn single_bursts_reach_their_level_wherever_they_begin() {
    for i in 0..20 {
        let place = f64::from(i);
        // 3341-10 and -13: files that begin with a silence of another length each.
        let short_term = measured(&tones(&[(SILENCE, place * 0.15), (-23.0, 3.0), (SILENCE, 1.0)])).short_term_max;
        assert!((short_term + 23.0).abs() <= 0.1, "3341-10, {i}: {short_term}");
        let momentary = measured(&tones(&[(SILENCE, place * 0.02), (-23.0, 0.4), (SILENCE, 1.0)])).momentary_max;
        assert!((momentary + 23.0).abs() <= 0.1, "3341-13, {i}: {momentary}");
    }
    // 3341-11 and -14: one live signal that grows from burst to burst.
    let (mut slow, mut quick) = (meter(), meter());
    for i in 0..20 {
        let (place, level) = (f64::from(i), f64::from(i) - 38.0);
        let sound = tones(&[(SILENCE, place * 0.15), (level, 3.0), (SILENCE, 3.0 - place * 0.15)]);
        let short_term = f64::from(measure(&mut slow, &sound).short_term_max);
        assert!((short_term - level).abs() <= 0.1, "3341-11, {i}: {short_term}, not {level}");
        let sound = tones(&[(SILENCE, place * 0.02), (level, 0.4), (SILENCE, 0.4 - place * 0.02)]);
        let momentary = f64::from(measure(&mut quick, &sound).momentary_max);
        assert!((momentary - level).abs() <= 0.1, "3341-14, {i}: {momentary}, not {level}");
    }
}

#[test]
fn the_sliding_loudness_is_that_of_the_reference() {
    use ebur128::{EbuR128, Mode};
    let mut noise = 1_u32;
    let sound: Vec<f32> = (0..2 * 48_000 * 5)
        .map(|_| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            noise as i32 as f32 / i32::MAX as f32 * 0.2
        })
        .collect();
    let mut reference = EbuR128::new(2, 48_000, Mode::S).expect("two channels");
    let mut meter = meter();
    for piece in sound.chunks(2 * 4_800) {
        meter.feed(piece);
        reference.add_frames_f32(piece).expect("whole frames");
        let ours = meter.look();
        for (ours, theirs) in [
            (ours.momentary, reference.loudness_momentary().expect("its mode")),
            (ours.short_term, reference.loudness_shortterm().expect("its mode")),
        ] {
            assert!((f64::from(ours) - theirs).abs() < 0.01, "{ours}, not {theirs}");
        }
    }
}

#[test]
fn peaks_are_taken_once_a_broken_sample_does_not_stick_and_a_reset_is_as_new() {
    let mut meter = meter();
    meter.feed(&[f32::NAN, f32::INFINITY, -0.0, 1e-40]);
    let loud = measure(&mut meter, &steady_tone(6.0, 0.0, 0.5));
    assert!((loud.true_peak[0] + 6.0).abs() < 0.4 && loud.integrated.is_finite());
    let then = measure(&mut meter, &vec![0.0; 2 * 48_000]);
    assert!(then.true_peak[0] < -60.0, "taken once");
    assert_eq!(then.true_peak_max, loud.true_peak_max);
    meter.reset();
    let empty = meter.look();
    assert_eq!(empty, LoudnessMeter::new(2).expect("a stereo bus").look());
    assert_eq!((empty.integrated, empty.momentary, empty.range), (f32::NEG_INFINITY, f32::NEG_INFINITY, 0.0));
    assert!(LoudnessMeter::new(0).is_err() && LoudnessMeter::new(3).is_err());
}

#[test]
fn a_mono_bus_is_three_decibels_quieter_than_the_same_on_two_sides() {
    let stereo = tones(&[(-20.0, 5.0)]);
    let mono: Vec<f32> = stereo.iter().step_by(2).copied().collect();
    let mut meter = LoudnessMeter::new(1).expect("a mono bus");
    let (one, two) = (measure(&mut meter, &mono), measured(&stereo));
    // The histogram counts in tenths of a LU.
    assert!((two.integrated - one.integrated - 3.01).abs() < 0.1);
    assert!((two.momentary - one.momentary - 3.01).abs() < 0.02);
    assert_eq!(one.true_peak[1], f32::NEG_INFINITY);
}
