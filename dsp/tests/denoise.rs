//! What the denoiser takes away, what it leaves alone, and when it computes.

#![expect(clippy::print_stdout, reason = "figures for the proof, and what is skipped is said aloud")]

mod demo;
#[path = "denoise/speech.rs"]
mod speech;

use std::f32::consts::TAU;

use korero_dsp::dispatch::Level;
use korero_dsp::effect::{Effect, Format};
use korero_dsp::effects::denoise::{Denoise, GUARD, HOP, LATENCY, LIMIT, ON, phase};
use korero_dsp::generator::{Generator, Sound};
use korero_dsp::param::ParamId;
use korero_dsp::{GRID, LANES, LaneBlock, Lanes};

const RATE: usize = 48_000;

fn fresh(turns: &[(ParamId, f32)]) -> Denoise {
    let mut effect = Denoise::new(Level::best());
    effect.prepare(Format { rate: RATE as f32 });
    turns.iter().for_each(|(param, value)| effect.set(0, *param, *value));
    effect
}

/// What lane 0 makes of `sound`, brought back by the latency.
fn denoise(effect: &mut Denoise, sound: &[f32]) -> Vec<f32> {
    let mut out = Vec::with_capacity(sound.len());
    let padded = sound.iter().copied().chain(std::iter::repeat_n(0.0, LATENCY + GRID)).collect::<Vec<_>>();
    for (cell, samples) in padded.chunks_exact(GRID).enumerate() {
        let mut block = [Lanes::SILENCE; GRID];
        let mut keys = [Lanes::SILENCE; GRID];
        block.iter_mut().zip(samples).for_each(|(frame, sample)| frame.0[0] = *sample);
        let start = (cell * GRID) as u64;
        effect.process(&mut LaneBlock::new(start, &mut block), &LaneBlock::new(start, &mut keys));
        out.extend(block.iter().map(|frame| frame.0[0]));
    }
    out[LATENCY..].iter().copied().take(sound.len()).collect()
}

fn pink(seconds: usize, db: f32) -> Vec<f32> {
    let mut generator = Generator::new(RATE as f32);
    generator.set_sound(Sound::Pink);
    generator.set_level(db);
    let mut out = Vec::new();
    for cell in 0..seconds * RATE / GRID {
        let mut block = [Lanes::SILENCE; GRID];
        generator.process(&mut LaneBlock::new((cell * GRID) as u64, &mut block));
        out.extend(block.iter().map(|frame| frame.0[0]));
    }
    out
}

fn energy(sound: &[f32]) -> f64 {
    sound.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() + 1e-12
}

fn change_db(before: &[f32], after: &[f32]) -> f64 {
    10.0 * (energy(after) / energy(before)).log10()
}

/// Decaying partials: a plucked or struck string at each of `notes` (Hz), one after another every `step` seconds.
fn strings(notes: &[f32], step: f32, decay: f32, partials: usize, seconds: usize) -> Vec<f32> {
    let mut out = vec![0.0; seconds * RATE];
    let every = (step * RATE as f32) as usize;
    for (number, begin) in (0..out.len()).step_by(every).enumerate() {
        let note = notes[number % notes.len()];
        for partial in (1..=partials).filter(|partial| note * (*partial as f32) < 16_000.0) {
            let turn = TAU * note * partial as f32 * (1.0 + 0.0002 * (partial * partial) as f32) / RATE as f32;
            let fall = -(partial as f32).sqrt() / (decay * RATE as f32);
            let level = 0.2 / partial as f32;
            for (n, sample) in out[begin..].iter_mut().enumerate().take(3 * RATE) {
                let rise = (n as f32 / 96.0).min(1.0);
                *sample += level * rise * (fall * n as f32).exp() * (turn * n as f32).sin();
            }
        }
    }
    out
}

fn synthetic_music(seconds: usize) -> Vec<(String, Vec<f32>)> {
    let guitar = strings(&[196.0, 246.9, 293.7, 392.0, 293.7, 246.9], 0.25, 0.6, 14, seconds);
    let bass = strings(&[41.2, 55.0, 61.7, 49.0], 0.6, 1.2, 8, seconds);
    let piano = strings(&[261.6, 329.6, 392.0, 523.3, 130.8], 0.4, 0.9, 10, seconds);
    let mut drums = pink(seconds, -12.0);
    for (n, sample) in drums.iter_mut().enumerate() {
        *sample *= (-((n % (RATE / 2)) as f32) / 2_400.0).exp();
    }
    let band = (0..guitar.len()).map(|n| 0.5 * (guitar[n] + bass[n] + piano[n] + drums[n])).collect();
    [("guitar", guitar), ("bass", bass), ("piano", piano), ("band", band)]
        .map(|(name, sound)| (format!("synthetic {name}"), sound))
        .into()
}

fn recorded_music(seconds: usize) -> Vec<(String, Vec<f32>)> {
    let names = ["01 guitar.flac", "03 double bass.flac", "06 piano.flac", "04 brushes.flac", "08 lead voice.flac"];
    let mut all: Vec<_> =
        names.iter().filter_map(|name| Some(((*name).to_owned(), demo::flac(name, seconds)?))).collect();
    let frames = all.iter().map(|(_, sound)| sound.len()).min().unwrap_or(0);
    let band = (0..frames).map(|n| 0.5 * all.iter().map(|(_, sound)| sound[n]).sum::<f32>()).collect();
    all.push(("full band".into(), band));
    all
}

#[test]
fn a_lane_that_passes_everything_is_aligned_with_the_dry_sound() {
    // Speech-like bursts, which the network hardly touches. Differences are compared: below 200 Hz the network's own
    // high-pass shifts the phase.
    let sound = strings(&[140.0, 180.0, 120.0], 0.3, 0.4, 20, 4);
    let out = denoise(&mut fresh(&[(ON, 1.0), (GUARD, 0.0), (LIMIT, 60.0)]), &sound);
    let steps = |sound: &[f32]| sound.windows(2).map(|pair| f64::from(pair[1] - pair[0])).collect::<Vec<_>>();
    let (sound, out) = (steps(&steps_again(&sound)), steps(&steps_again(&out)));
    let middle = RATE..3 * RATE;
    let match_at = |shift: isize| -> f64 { middle.clone().map(|n| sound[n] * out[n.wrapping_add_signed(shift)]).sum() };
    let best = (-600..=600).max_by(|a, b| match_at(*a).total_cmp(&match_at(*b)));
    assert_eq!(best, Some(0));
}

fn steps_again(sound: &[f32]) -> Vec<f32> {
    sound.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[test]
fn off_is_a_pure_delay_and_an_impulse_comes_out_after_the_latency() {
    let mut sound = vec![0.0; 4_000];
    sound[700] = 1.0;
    assert_eq!(denoise(&mut fresh(&[]), &sound), sound);
    assert_eq!(fresh(&[]).latency_frames(), 960);
}

#[test]
fn steady_noise_falls_by_the_limit_and_no_more() {
    let noise = pink(8, -40.0);
    let bare = denoise(&mut fresh(&[(ON, 1.0), (GUARD, 0.0), (LIMIT, 60.0)]), &noise);
    let bare = change_db(&noise[6 * RATE..], &bare[6 * RATE..]);
    println!("figure denoise_pink_bare_db = {bare:.1}");
    for limit in [6.0_f32, 18.0] {
        let out = denoise(&mut fresh(&[(ON, 1.0), (LIMIT, limit)]), &noise);
        let change = change_db(&noise[6 * RATE..], &out[6 * RATE..]);
        println!("figure denoise_pink_limit_{limit}_db = {change:.1}");
        let most = -f64::from(limit);
        assert!(change > most - 0.3 && change < 0.55 * bare.max(most), "{change} of {bare}");
    }
}

#[test]
fn music_keeps_its_level() {
    let long = std::env::var_os("KORERO_PROVE").is_some();
    let recorded = recorded_music(if long { 84 } else { 12 });
    let synthetic = synthetic_music(if long { 30 } else { 8 });
    for (name, sound) in recorded.into_iter().chain(synthetic) {
        if energy(&sound) < 1e-6 {
            println!("{name} is silent here: skipped");
            continue;
        }
        let out = denoise(&mut fresh(&[(ON, 1.0)]), &sound);
        let change = change_db(&sound, &out);
        println!("figure denoise_level_{}_db = {change:.2}", name.replace([' ', '.'], "_"));
        assert!(change > -0.5, "{name} is {change} dB down");
        // Nor does any loud half second fall.
        let half = RATE / 2;
        let loudest = sound.chunks_exact(half).map(energy).fold(0.0, f64::max);
        let loud = sound.chunks_exact(half).zip(out.chunks_exact(half)).filter(|(dry, _)| energy(dry) > 0.03 * loudest);
        let worst = loud.map(|(dry, wet)| change_db(dry, wet)).fold(0.0, f64::min);
        assert!(worst > -1.0, "half a second of {name} is {worst} dB down");
        println!("figure denoise_worst_half_second_{}_db = {worst:.2}", name.replace([' ', '.'], "_"));
    }
}

/// Runs `strips` denoised lanes over whole banks; returns the most that computed in one callback.
fn most_at_once(strips: usize, callback: usize, frames: usize) -> u32 {
    let mut banks: Vec<_> = (0..strips.div_ceil(LANES)).map(|_| fresh(&[])).collect();
    for strip in 0..strips {
        let bank = &mut banks[strip / LANES];
        bank.set_phase(strip % LANES, phase(strip, strips));
        bank.reset_lane(strip % LANES);
        bank.set(strip % LANES, ON, 1.0);
    }
    let (mut at, mut most) = (7, 0);
    while at < frames {
        let end = at + callback;
        while at < end {
            let count = (GRID - at % GRID).min(end - at);
            for bank in &mut banks {
                let mut block = [Lanes::SILENCE; GRID];
                let mut keys = [Lanes::SILENCE; GRID];
                let (block, keys) = (&mut block[..count], &mut keys[..count]);
                bank.process(&mut LaneBlock::new(at as u64, block), &LaneBlock::new(at as u64, keys));
            }
            at += count;
        }
        most = most.max(banks.iter_mut().map(Denoise::take_steps).sum());
    }
    most
}

#[test]
fn no_callback_computes_more_lanes_than_its_share() {
    let long = std::env::var_os("KORERO_PROVE").is_some();
    let callbacks: Vec<usize> = if long {
        (32..=512).step_by(16).chain([33, 100, 441, 511]).collect()
    } else {
        vec![32, 64, 100, 128, 256, 512]
    };
    for strips in 1..=32 {
        for callback in &callbacks {
            let most = most_at_once(strips, *callback, if long { 10 * HOP } else { 4 * HOP });
            let bound = (strips * callback).div_ceil(HOP) as u32;
            assert!(most <= bound, "{strips} strips, {callback} frames: {most} > {bound}");
        }
    }
}

#[test]
fn a_lane_is_spread_anew_without_a_click() {
    let turn = TAU * 200.0 / RATE as f32;
    let sound: Vec<f32> = (0..2 * RATE).map(|n| 0.3 * (n as f32 * turn).sin()).collect();
    let mut effect = fresh(&[(ON, 1.0), (GUARD, 0.0), (LIMIT, 6.0)]);
    let before = denoise(&mut effect, &sound);
    effect.set_phase(0, 123);
    let after = denoise(&mut effect, &sound);
    let steepest = |sound: &[f32]| sound.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    assert!(steepest(&after) < 1.2 * steepest(&before).max(0.3 * turn));
}

#[test]
fn callbacks_of_any_size_give_the_same_bits_over_many_hops() {
    let sound = synthetic_music(2).remove(3).1;
    let run = |size: usize| {
        let mut effect = fresh(&[(ON, 1.0), (GUARD, 0.0)]);
        effect.set(5, ON, 1.0);
        let (mut at, mut out) = (11_usize, Vec::new());
        while out.len() < sound.len() {
            let count = size.min(GRID - at % GRID).min(sound.len() - out.len());
            let mut block: Vec<_> = sound[out.len()..out.len() + count].iter().map(|s| Lanes::splat(*s)).collect();
            let mut keys = [Lanes::SILENCE; GRID];
            effect.process(&mut LaneBlock::new(at as u64, &mut block), &LaneBlock::new(at as u64, &mut keys[..count]));
            out.extend(block.iter().map(|frame| frame.0[5].to_bits()));
            at += count;
        }
        out
    };
    assert!(run(GRID) == run(7));
}

#[test]
fn broken_input_leaves_nothing_behind() {
    let mut effect = fresh(&[(ON, 1.0), (GUARD, 0.0)]);
    let mut sound = pink(2, -30.0);
    for (n, wild) in
        [f32::NAN, f32::INFINITY, -1e30, 1e30, f32::MIN_POSITIVE / 2.0].into_iter().cycle().enumerate().take(5_000)
    {
        sound[20_000 + n] = wild;
    }
    let out = denoise(&mut effect, &sound);
    assert!(out.iter().all(|sample| sample.is_finite()));
    assert!(out[40_000..].iter().all(|sample| sample.abs() < 1.0), "quiet again as soon as the input is");
}
