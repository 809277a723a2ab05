//! How much of one core the lanes need: the bank of four times eight strips, and the limiter of a mix.
//!
//! `cargo run --release -p korero-dsp --example speed`

#![expect(clippy::print_stdout, reason = "prints its figures")]

use std::hint::black_box;
use std::time::Instant;

use korero_dsp::bank::{Bank, Stage};
use korero_dsp::effect::{Effect, Format};
use korero_dsp::effects::{eq, highpass, limiter, lowpass};
use korero_dsp::param::ParamId;
use korero_dsp::{GRID, LANES, LaneBlock, Lanes, dispatch::Level};

const FORMAT: Format = Format { rate: 48_000.0 };
const SECONDS: usize = 2;
/// The best of so many is taken, since others use the machine too.
const TIMES: usize = 60;

/// Runs `work` for every grid cell of [`SECONDS`] of noise; returns the least share of one core.
fn share(mut work: impl FnMut(u64, &mut [Lanes; GRID])) -> f64 {
    (0..TIMES).map(|_| share_once(&mut work)).fold(f64::INFINITY, f64::min)
}

fn share_once(mut work: impl FnMut(u64, &mut [Lanes; GRID])) -> f64 {
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

fn main() {
    let idle = share(|_, _| ());
    for lanes in [8, 32] {
        let mut banks: Vec<_> = (0..lanes / LANES).map(|_| Bank::new(FORMAT)).collect();
        for bank in &mut banks {
            (0..LANES).for_each(|lane| bank.set(lane, Stage::Highpass, highpass::ON, 1.0));
        }
        let used = share(|start, frames| {
            for bank in &mut banks {
                let mut copy = *frames;
                let (mut keys, mut cue) = ([Lanes::SILENCE; GRID], [Lanes::SILENCE; GRID]);
                let mut block = LaneBlock::new(start, &mut copy);
                black_box(bank.trim(&mut block));
                bank.process(&mut block, &LaneBlock::new(start, &mut keys), &mut cue);
                black_box(&cue);
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
        equaliser(level, idle);
        let mut filter = lowpass::Lowpass::new(level);
        set_all(&mut filter, lowpass::ON, 1.0);
        set_all(&mut filter, lowpass::SLOPE, 1.0);
        println!(
            "low-pass of 24 dB, {level:?}: {:.2} ns a frame of eight lanes",
            frame_time(&mut filter, |_, _| (), idle)
        );
    }
}

/// The equaliser off, at rest, and with all bands of all lanes swept without end.
fn equaliser(level: Level, idle: f64) {
    let mut eq = eq::Eq::new(level);
    eq.prepare(FORMAT);
    println!("equaliser off, {level:?}: {:.2} ns a frame of eight lanes", frame_time(&mut eq, |_, _| (), idle));
    set_all(&mut eq, eq::ON, 1.0);
    for bands in 1..=eq::BANDS {
        set_all(&mut eq, eq::param(bands - 1, eq::Knob::Gain), 6.0);
        let time = frame_time(&mut eq, |_, _| (), idle);
        println!("equaliser of {bands} bands, {level:?}: {time:.2} ns a frame of eight lanes");
    }
    let sweep = |eq: &mut eq::Eq, start: u64| {
        for band in 0..eq::BANDS {
            set_all(eq, eq::param(band, eq::Knob::Freq), 200.0 + (start % 10_000) as f32);
        }
    };
    println!("equaliser swept, {level:?}: {:.2} ns a frame of eight lanes", frame_time(&mut eq, sweep, idle));
}

fn set_all(effect: &mut impl Effect, param: ParamId, value: f32) {
    (0..LANES).for_each(|lane| effect.set(lane, param, value));
}

/// Nanoseconds for one frame of eight lanes.
fn frame_time<E: Effect>(effect: &mut E, mut before: impl FnMut(&mut E, u64), idle: f64) -> f64 {
    let used = share(|start, frames| {
        before(effect, start);
        let mut keys = [Lanes::SILENCE; GRID];
        effect.process(&mut LaneBlock::new(start, frames), &LaneBlock::new(start, &mut keys));
    }) - idle;
    used * 1e9 / 48_000.0
}
