//! How much of one core the lanes need: the bank of four times eight strips, the limiter of a mix, and the meters.
//!
//! `cargo run --release -p korero-dsp --example speed`

#![expect(clippy::print_stdout, reason = "prints its figures")]

use std::hint::black_box;
use std::time::Instant;

use korero_dsp::bank::{Bank, Stage};
use korero_dsp::effect::{Effect, Format};
use korero_dsp::effects::{highpass, limiter};
use korero_dsp::loudness::LoudnessMeter;
use korero_dsp::meter::Reading;
use korero_dsp::spectrum::Spectrum;
use korero_dsp::{GRID, LANES, LaneBlock, Lanes, dispatch::Level};

const FORMAT: Format = Format { rate: 48_000.0 };
const SECONDS: usize = 2;
/// How often; the quickest counts, since whatever else the machine does only ever adds.
const ROUNDS: usize = 10;

/// Runs `work` for every grid cell of [`SECONDS`] of noise; returns the share of one core.
fn share(mut work: impl FnMut(u64, &mut [Lanes; GRID])) -> f64 {
    let cells = SECONDS * 48_000 / GRID;
    let round = |_| {
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
    };
    (0..ROUNDS).map(round).fold(f64::INFINITY, f64::min)
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
                black_box(bank.process(&mut LaneBlock::new(start, &mut copy)));
                black_box(&copy);
            }
        }) - idle;
        let nanoseconds = used * 1e9 / 48_000.0 / lanes as f64;
        println!("{lanes} lanes, trim and high-pass and meters: {:.3} % of a core, {nanoseconds:.2} ns", used * 100.0);
    }
    for (level, lanes, gain) in [
        (Level::BASELINE, LANES, 1.0),
        (Level::best(), LANES, 1.0),
        (Level::BASELINE, 2, 1.0),
        (Level::best(), 2, 1.0),
        (Level::best(), 2, 0.5),
        (Level::best(), 0, 1.0),
    ] {
        let mut limiter = limiter::Limiter::new(level);
        limiter.prepare(FORMAT);
        let used = share(|start, frames| {
            let mut keys = [Lanes::SILENCE; GRID];
            for frame in &mut *frames {
                (0..LANES).for_each(|lane| frame.0[lane] *= if lane < lanes { gain } else { 0.0 });
            }
            limiter.process(&mut LaneBlock::new(start, frames), &LaneBlock::new(start, &mut keys));
        }) - idle;
        let nanoseconds = used * 1e9 / 48_000.0;
        println!(
            "limiter, {lanes} lanes at {gain}, {level:?}: {:.3} % of a core, {nanoseconds:.1} ns a frame",
            used * 100.0
        );
    }
    let used = share(|start, frames| {
        black_box(Reading::of(&LaneBlock::new(start, frames)));
    }) - idle;
    println!("meters of 8 lanes: {:.3} % of a core", used * 100.0);
    let (mut loudness, mut spectrum) = (LoudnessMeter::new(2).ok(), Spectrum::new(2));
    let mut sound = [0.0; 2 * GRID];
    let mut interleave = |frames: &[Lanes; GRID]| {
        for (pair, frame) in sound.chunks_exact_mut(2).zip(frames) {
            pair.copy_from_slice(&frame.0[..2]);
        }
        sound
    };
    let used = share(|_, frames| loudness.iter_mut().for_each(|meter| meter.feed(&interleave(frames)))) - idle;
    println!("loudness of a stereo bus: {:.3} % of a core", used * 100.0);
    let used = share(|_, frames| spectrum.feed(&interleave(frames))) - idle;
    println!("spectrum of a stereo bus: {:.3} % of a core", used * 100.0);
}
