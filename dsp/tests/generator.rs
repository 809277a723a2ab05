//! What the generators give.

use std::f64::consts::TAU;

use korero_dsp::generator::{Generator, Sound};
use korero_dsp::{GRID, LaneBlock, Lanes};
use realfft::RealFftPlanner;

const RATE: f32 = 48_000.0;

/// What `generator` says from frame `start` on, cut into blocks of at most `size` frames.
fn play(generator: &mut Generator, start: u64, frames: usize, size: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(frames);
    while out.len() < frames {
        let at = start + out.len() as u64;
        let count = size.min(GRID - (at % GRID as u64) as usize).min(frames - out.len());
        let mut block = [Lanes::SILENCE; GRID];
        generator.process(&mut LaneBlock::new(at, &mut block[..count]));
        out.extend(block[..count].iter().map(|frame| frame.0[3]));
    }
    out
}

fn of(sound: Sound) -> Generator {
    let mut generator = Generator::new(RATE);
    generator.set_sound(sound);
    generator
}

#[test]
fn pink_noise_falls_by_three_decibels_an_octave() {
    const SIZE: usize = 1 << 14;
    let blocks = if std::env::var_os("KORERO_PROVE").is_some() { 2_000 } else { 400 };
    let plan = RealFftPlanner::<f32>::new().plan_fft_forward(SIZE);
    let mut generator = of(Sound::Pink);
    play(&mut generator, 0, SIZE, GRID);
    let mut power = vec![0.0_f64; SIZE / 2 + 1];
    for block in 0..blocks {
        let mut sound = play(&mut generator, ((block + 1) * SIZE) as u64, SIZE, GRID);
        for (n, sample) in sound.iter_mut().enumerate() {
            *sample *= (0.5 - 0.5 * (TAU * n as f64 / SIZE as f64).cos()) as f32;
        }
        let mut spectrum = plan.make_output_vec();
        plan.process(&mut sound, &mut spectrum).unwrap();
        power.iter_mut().zip(&spectrum).for_each(|(sum, bin)| *sum += f64::from(bin.norm_sqr()));
    }
    // In bands of a third of an octave, times their frequency: all alike.
    let mut levels = Vec::new();
    let mut low = 30.0_f64;
    while low < 18_000.0 {
        let high = (low * 2.0_f64.powf(1.0 / 3.0)).min(18_000.0);
        let bin = |hertz: f64| (hertz * SIZE as f64 / f64::from(RATE)).ceil() as usize;
        let weighted: f64 = (bin(low)..bin(high)).map(|n| power[n] * n as f64).sum();
        levels.push(10.0 * (weighted / (bin(high) - bin(low)) as f64).log10());
        low = high;
    }
    let mean = levels.iter().sum::<f64>() / levels.len() as f64;
    let worst = levels.iter().map(|level| (level - mean).abs()).fold(0.0, f64::max);
    assert!(worst < 0.5, "{worst} dB off the line: {levels:?}");
}

#[test]
fn sine_and_noise_have_the_energy_of_their_level() {
    for sound in [Sound::Sine, Sound::Pink] {
        let mut generator = of(sound);
        play(&mut generator, 0, 4_800, GRID);
        let heard = play(&mut generator, 4_800, 480_000, GRID);
        let mean = heard.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / heard.len() as f64;
        let level = 10.0 * (2.0 * mean).log10();
        assert!((level + 20.0).abs() < if sound == Sound::Sine { 0.001 } else { 0.3 }, "{sound:?}: {level} dB");
    }
}

#[test]
fn callbacks_of_any_size_give_the_same_bits_and_turning_never_clicks() {
    let turned = |size: usize| {
        let mut generator = of(Sound::Sine);
        let mut out = play(&mut generator, 5, 3_000, size);
        generator.set_frequency(440.0);
        generator.set_level(0.0);
        out.extend(play(&mut generator, 3_005, 3_000, size));
        generator.set_sound(Sound::Pink);
        out.extend(play(&mut generator, 6_005, 1_000, size));
        generator.set_sound(Sound::Off);
        out.extend(play(&mut generator, 7_005, 2_000, size));
        out
    };
    let (whole, cut) = (turned(GRID), turned(7));
    assert!(whole.iter().zip(&cut).all(|(a, b)| a.to_bits() == b.to_bits()));
    assert_eq!(whole.last(), Some(&0.0));
    // No step is steeper than the steepest tone at full level.
    let steepest = whole[..6_000].windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    assert!(steepest <= 1.1 * (TAU * 440.0 / f64::from(RATE)) as f32, "{steepest}");
}
