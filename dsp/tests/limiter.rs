//! The limiter against two true-peak meters, on the sounds that are hardest for it.

#![expect(clippy::print_stdout, reason = "the prover reads the figures")]

#[path = "measure/hard_sounds.rs"]
mod hard_sounds;
#[path = "measure/true_peak.rs"]
mod true_peak;

use std::f64::consts::{PI, TAU};

use hard_sounds::{Noise, driven, hardest};
use korero_dsp::dispatch::Level;
use korero_dsp::effect::{Effect, Format};
use korero_dsp::effects::limiter::{LINK, LOOK_AHEAD, Limiter};
use korero_dsp::{GRID, LaneBlock, Lanes};
use true_peak::{CEILING_DB, RATE, by_ebur128, by_kaiser, decibels, limited};

fn figure(name: &str, value: impl std::fmt::Display) {
    println!("figure {name} = {value}");
}

#[test]
fn no_true_peak_passes_the_ceiling() {
    let frames = if std::env::var_os("KORERO_PROVE").is_some() { 480_000 } else { 24_000 };
    let mut missed = Vec::new();
    for (name, sound) in hardest(frames) {
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

/// Both lanes of a quiet pair of which one is hit once; plays blocks of `size` frames, and turns the link on at `turn`.
fn linked_at(turn: usize, size: usize, mut heard: impl FnMut(usize, &mut Limiter)) -> Vec<u32> {
    let mut limiter = Limiter::new(Level::best());
    limiter.prepare(Format { rate: RATE as f32 });
    (0..2).for_each(|lane| limiter.set(lane, LINK, 0.0));
    limiter.reset();
    let hit = |n: usize| Lanes(std::array::from_fn(|lane| if n == 101 && lane == 0 { 5.0 } else { 0.1 }));
    let mut sound: Vec<Lanes> = (0..3_200).map(hit).collect();
    let mut keys = [Lanes::SILENCE; GRID];
    let mut at = 0;
    while at < sound.len() {
        if at == turn {
            (0..2).for_each(|lane| limiter.set(lane, LINK, 1.0));
        }
        let end = sound.len().min(at + size).min((at / GRID + 1) * GRID);
        let count = end - at;
        limiter.process(
            &mut LaneBlock::new(at as u64, &mut sound[at..end]),
            &LaneBlock::new(at as u64, &mut keys[..count]),
        );
        heard(end, &mut limiter);
        at = end;
    }
    sound.iter().flat_map(|frame| frame.0.map(f32::to_bits)).collect()
}

#[test]
fn a_link_that_is_turned_on_has_the_same_bits_for_every_cut() {
    for turn in (96..800).step_by(GRID) {
        let whole = linked_at(turn, GRID, |_, _| ());
        for size in [1, 7, 24] {
            assert!(linked_at(turn, size, |_, _| ()) == whole, "link at {turn}, blocks of {size}");
        }
    }
}

#[test]
fn the_meter_shows_what_is_held_at_every_look() {
    let mut seen = Vec::new();
    linked_at(usize::MAX, GRID, |at, limiter| {
        if at % 128 == 0 {
            seen.push(limiter.take_reduction_db(0));
        }
    });
    // Hit at 101, it is held for 480 frames and comes back slowly.
    assert!(seen[1..=4].iter().all(|db| *db > 13.0), "{seen:?}");
}
