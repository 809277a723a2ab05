//! What every effect costs: nanoseconds for one frame of eight lanes, off and at work, on both levels. And what a whole bank
//! of strips costs, with high-pass, gate, equaliser and compressor at work.
//!
//! `cargo run --release -p korero-dsp --example speed [EFFECT… | bank]`

#![expect(clippy::print_stdout, reason = "prints its figures")]

use std::hint::black_box;
use std::time::Instant;

use korero_dsp::bank::{Bank, Stage};
use korero_dsp::denormals::FlushToZero;
use korero_dsp::dispatch::Level;
use korero_dsp::effect::{Effect, EffectSpec, Format};
use korero_dsp::effects::EFFECTS;
use korero_dsp::param::ParamId;
use korero_dsp::{GRID, LANES, LaneBlock, Lanes};

const FORMAT: Format = Format { rate: 48_000.0 };
/// Frames of one measurement; the best of [`ROUNDS`] counts, since a busy machine only makes it longer.
const FRAMES: usize = 9_600;
const ROUNDS: usize = 20;

/// What makes an effect work as an engineer would use it, beside its switch.
const AT_WORK: &[(&str, f32)] = &[
    ("band1.gain", 3.0),
    ("band2.gain", -3.0),
    ("band3.gain", 3.0),
    ("band4.gain", 2.0),
    ("gain", 3.0),
    ("time", 5.0),
    ("width", 120.0),
    ("monobelow", 120.0),
];

/// Noise that steps over thresholds in the middle of the scale.
fn noise(cell: u64, frames: &mut [Lanes; GRID]) {
    for (n, frame) in frames.iter_mut().enumerate() {
        for lane in 0..LANES {
            let dice = ((cell as u32) << 8 | (n * LANES + lane) as u32).wrapping_mul(2_654_435_761);
            frame.0[lane] = dice as i32 as f32 / i32::MAX as f32 * 0.3;
        }
    }
}

/// Nanoseconds for one frame of eight lanes.
fn cost(mut effect: Option<&mut dyn Effect>) -> f64 {
    let mut least = f64::INFINITY;
    let mut cell = 0;
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        for _ in 0..FRAMES / GRID {
            let (mut frames, mut keys) = ([Lanes::SILENCE; GRID], [Lanes::SILENCE; GRID]);
            noise(cell, black_box(&mut frames));
            if let Some(effect) = effect.as_mut() {
                let start = cell * GRID as u64;
                effect.process(&mut LaneBlock::new(start, &mut frames), &LaneBlock::new(start, &mut keys));
            }
            black_box(&frames);
            cell += 1;
        }
        least = least.min(begun.elapsed().as_secs_f64());
    }
    least * 1e9 / FRAMES as f64
}

/// Nanoseconds for one frame of eight strips.
fn cost_of_a_bank() -> f64 {
    let mut bank = Bank::new(FORMAT);
    for stage in [Stage::Highpass, Stage::Gate, Stage::Eq, Stage::Compressor] {
        for (id, value) in [("on", 1.0)].iter().chain(AT_WORK) {
            if let Some(param) = stage.spec().param(id) {
                (0..LANES).for_each(|lane| bank.set(lane, stage, param, *value));
            }
        }
    }
    bank.settle();
    let mut strips = Strips { bank };
    cost(Some(&mut strips))
}

/// A bank with the face of an effect, to be measured as one.
struct Strips {
    bank: Bank,
}

impl Effect for Strips {
    fn prepare(&mut self, _format: Format) {}

    fn reset_lane(&mut self, _lane: usize) {}

    fn set(&mut self, _lane: usize, _param: ParamId, _value: f32) {}

    fn process(&mut self, block: &mut LaneBlock<'_>, keys: &LaneBlock<'_>) {
        let mut cue = [Lanes::SILENCE; GRID];
        black_box(self.bank.trim(block));
        self.bank.process(block, keys, &mut cue[..block.len()]);
        black_box(&cue);
    }
}

fn set_all(effect: &mut dyn Effect, spec: &EffectSpec, param: &str, value: f32) {
    if let Some(at) = spec.params.iter().position(|known| known.id == param) {
        (0..LANES).for_each(|lane| effect.set(lane, ParamId(at as u8), value));
    }
}

fn main() {
    let _flush = FlushToZero::new();
    korero_dsp::warm_up();
    let idle = cost(None);
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if wanted.is_empty() || wanted.iter().any(|id| id == "bank") {
        println!("bank         {:?}: at work {:.1} ns a frame of eight strips", Level::best(), cost_of_a_bank() - idle);
    }
    for spec in EFFECTS.iter().filter(|spec| wanted.is_empty() || wanted.iter().any(|id| id == spec.id)) {
        for level in [Level::BASELINE, Level::best()] {
            let mut effect = (spec.build_at)(level);
            effect.prepare(FORMAT);
            let off = cost(Some(effect.as_mut())) - idle;
            set_all(effect.as_mut(), spec, "on", 1.0);
            AT_WORK.iter().for_each(|(param, value)| set_all(effect.as_mut(), spec, param, *value));
            let on = cost(Some(effect.as_mut())) - idle;
            println!("{:<12} {level:?}: at rest {off:.1} ns, at work {on:.1} ns a frame of eight lanes", spec.id);
        }
    }
}
