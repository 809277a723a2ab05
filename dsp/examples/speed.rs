//! How much of one core the lanes need: the bank of four times eight strips, and the limiter of a mix.
//!
//! `cargo run --release -p korero-dsp --example speed`

#![expect(clippy::print_stdout, reason = "prints its figures")]

use std::hint::black_box;
use std::time::Instant;

use korero_dsp::bank::{Bank, Stage};
use korero_dsp::effect::{Effect, Format};
use korero_dsp::effects::{self, denoise, highpass, limiter};
use korero_dsp::generator::{Generator, Sound};
use korero_dsp::param::ParamId;
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
    for level in [Level::BASELINE, Level::best()] {
        let mut limiter = limiter::Limiter::new(level);
        limiter.prepare(FORMAT);
        let used = share(|start, frames| {
            let mut keys = [Lanes::SILENCE; GRID];
            limiter.process(&mut LaneBlock::new(start, frames), &LaneBlock::new(start, &mut keys));
        }) - idle;
        println!("limiter, {level:?}: {:.3} % of a core", used * 100.0);
    }
    spaces(idle);
}

/// Denoise, width, reverbs, echo and generators: `lanes` of each in use.
fn spaces(idle: f64) {
    denoise::warm_up();
    for (id, lanes) in [
        ("delay", 8),
        ("denoise", 8),
        ("denoise", 1),
        ("width", 8),
        ("room", 2),
        ("plate", 2),
        ("hall", 2),
        ("echo", 2),
    ] {
        for on in [0.0, 1.0] {
            let Some(spec) = effects::find(id) else { continue };
            let mut effect = spec.build();
            effect.prepare(FORMAT);
            for lane in 0..lanes {
                // The first parameter is the switch, the time of the delay, or how wide.
                effect.set(lane, ParamId(0), if on == 1.0 { on } else { spec.params[0].default });
            }
            let used = share(|start, frames| {
                let mut keys = [Lanes::SILENCE; GRID];
                frames.iter_mut().for_each(|frame| frame.0[lanes..].fill(0.0));
                effect.process(&mut LaneBlock::new(start, frames), &LaneBlock::new(start, &mut keys));
            }) - idle;
            let nanoseconds = used * 1e9 / 48_000.0 / lanes as f64;
            println!(
                "{id}, {lanes} lanes, {on}: {:.3} % of a core, {nanoseconds:.2} ns a lane and frame",
                used * 100.0
            );
        }
    }
    for sound in [Sound::Sine, Sound::Pink] {
        let mut generator = Generator::new(FORMAT.rate);
        generator.set_sound(sound);
        let used = share(|start, frames| generator.process(&mut LaneBlock::new(start, frames))) - idle;
        println!("{sound:?}: {:.3} % of a core", used * 100.0);
    }
}
