//! How much of one core the lanes need: the bank of four times eight strips, and the limiter of a mix.
//!
//! `cargo run --release -p korero-dsp --example speed`

#![expect(clippy::print_stdout, reason = "prints its figures")]

use std::hint::black_box;
use std::time::Instant;

use korero_dsp::bank::{Bank, Stage};
use korero_dsp::denormals::FlushToZero;
use korero_dsp::effect::{Effect, Format};
use korero_dsp::effects::{self, highpass, limiter};
use korero_dsp::{GRID, LANES, LaneBlock, Lanes, dispatch::Level};

const FORMAT: Format = Format { rate: 48_000.0 };
const SECONDS: usize = 20;

/// Runs `work` for every grid cell of [`SECONDS`] of noise; returns the share of one core.
fn share(mut work: impl FnMut(u64, &mut [Lanes; GRID])) -> f64 {
    let cells = SECONDS * 48_000 / GRID;
    let begun = Instant::now();
    for cell in 0..cells {
        let mut frames = [Lanes::splat(0.25); GRID];
        for (n, frame) in frames.iter_mut().enumerate() {
            frame.0[n % LANES] = ((cell * GRID + n) % 97) as f32 / 97.0;
        }
        work((cell * GRID) as u64, black_box(&mut frames));
        black_box(&frames);
    }
    begun.elapsed().as_secs_f64() / SECONDS as f64
}

/// Effects of the dynamics, and what is turned beside `on`.
const DYNAMICS: &[(&str, &[(&str, f32)])] = &[
    ("compressor", &[]),
    ("compressor", &[("hp", 100.0), ("link", 1.0)]),
    ("compressor", &[("detector", 1.0)]),
    ("gate", &[]),
    ("gate", &[("hp", 100.0), ("lp", 8_000.0)]),
    ("gate", &[("mode", 1.0)]),
    ("gateahead", &[]),
    ("deesser", &[]),
];

/// Prints what a frame of eight lanes costs.
fn dynamics(level: Level, id: &str, extras: &[(&str, f32)]) {
    let Some(spec) = effects::find(id) else { return };
    let mut effect = (spec.build_at)(level);
    effect.prepare(FORMAT);
    let off = measured(effect.as_mut());
    for (param, value) in [("on", 1.0)].iter().chain(extras) {
        let Some(param) = spec.param(param) else { continue };
        (0..LANES).for_each(|lane| effect.set(lane, param, *value));
    }
    let used = measured(effect.as_mut());
    println!("{id} {extras:?}, {level:?}: {used:.2} ns for a frame of eight lanes, {off:.2} ns off");
}

/// Nanoseconds for a frame of eight lanes: of many short stretches the quickest, as other work on the machine only
/// ever adds.
fn measured(effect: &mut dyn Effect) -> f64 {
    let mut start = 0;
    let mut stretch = || {
        let mut noise = [Lanes::SILENCE; GRID];
        let mut keys = noise;
        for (n, frame) in noise.iter_mut().enumerate() {
            *frame = Lanes::splat((n * 37 % 97) as f32 / 97.0 - 0.5);
        }
        let begun = Instant::now();
        for _ in 0..100 {
            let mut frames = black_box(noise);
            effect.process(&mut LaneBlock::new(start, &mut frames), &LaneBlock::new(start, &mut keys));
            black_box(&frames);
            start += GRID as u64;
        }
        begun.elapsed().as_secs_f64() * 1e9 / (100 * GRID) as f64
    };
    (0..2_000).map(|_| stretch()).fold(f64::INFINITY, f64::min)
}

fn main() {
    // As on every audio thread.
    let _flush = FlushToZero::new();
    let idle = share(|_, _| ());
    for lanes in [8, 32] {
        let mut banks: Vec<_> = (0..lanes / LANES).map(|_| Bank::new(FORMAT)).collect();
        for bank in &mut banks {
            (0..LANES).for_each(|lane| bank.set(lane, Stage::Highpass, highpass::ON, 1.0));
        }
        let used = share(|start, frames| {
            for bank in &mut banks {
                let mut copy = *frames;
                black_box(bank.process(&mut LaneBlock::new(start, &mut copy)));
                black_box(&copy);
            }
        }) - idle;
        let nanoseconds = used * 1e9 / 48_000.0 / lanes as f64;
        println!("{lanes} lanes, trim and high-pass and meters: {:.3} % of a core, {nanoseconds:.2} ns", used * 100.0);
    }
    for level in [Level::BASELINE, Level::best()] {
        let mut limiter = limiter::Limiter::new(level);
        limiter.prepare(FORMAT);
        let used = share(|start, frames| {
            let mut keys = [Lanes::SILENCE; GRID];
            limiter.process(&mut LaneBlock::new(start, frames), &LaneBlock::new(start, &mut keys));
        }) - idle;
        println!("limiter, {level:?}: {:.3} % of a core", used * 100.0);
    }
    for level in [Level::BASELINE, Level::best()] {
        for (id, extras) in DYNAMICS {
            dynamics(level, id, extras);
        }
    }
}
