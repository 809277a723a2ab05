//! How a room sounds and how long it rings, for the tests and for `cargo xtask plots`.

use korero_dsp::effect::{Effect, EffectSpec, Format};
use korero_dsp::effects;
use korero_dsp::{GRID, LANES, LaneBlock, Lanes};

pub(crate) const RATE: usize = 48_000;

pub(crate) fn fresh(id: &str, turns: &[(&str, f32)]) -> (&'static EffectSpec, Box<dyn Effect>) {
    let spec = effects::find(id).expect("it is in the registry");
    let mut effect = spec.build();
    effect.prepare(Format { rate: RATE as f32 });
    for (param, value) in turns {
        (0..LANES).for_each(|lane| effect.set(lane, spec.param(param).expect("it has that"), *value));
    }
    effect.reset();
    (spec, effect)
}

/// Lets `effect` hear what `sound` gives for each frame from `start` on.
pub(crate) fn play(effect: &mut dyn Effect, start: usize, frames: usize, sound: impl Fn(usize) -> Lanes) -> Vec<Lanes> {
    let mut out: Vec<Lanes> = (start..start + frames).map(sound).collect();
    for (cell, block) in out.chunks_mut(GRID).enumerate() {
        let mut keys = [Lanes::SILENCE; GRID];
        let at = (start + cell * GRID) as u64;
        let keys = LaneBlock::new(at, &mut keys[..block.len()]);
        effect.process(&mut LaneBlock::new(at, block), &keys);
    }
    out
}

pub(crate) fn impulse(n: usize) -> Lanes {
    Lanes::splat(if n == 0 { 1.0 } else { 0.0 })
}

/// The energy of lane 0 that is still to come, from each frame on (backward integration: Schroeder, JASA 37, 1965).
pub(crate) fn left_to_come(tail: &[Lanes]) -> Vec<f64> {
    let mut left: Vec<f64> = tail
        .iter()
        .rev()
        .scan(0.0, |sum, frame| {
            *sum += f64::from(frame.0[0]).powi(2);
            Some(*sum)
        })
        .collect();
    left.reverse();
    left
}

/// Seconds to −60 dB, from the slope between −5 and −35 dB of the energy that is still to come.
pub(crate) fn decay_seconds(tail: &[Lanes]) -> f64 {
    let left = left_to_come(tail);
    let at = |db: f64| left.iter().position(|sum| *sum < left[0] * 10.0_f64.powf(db / 10.0)).unwrap_or(left.len());
    2.0 * (at(-35.0) - at(-5.0)) as f64 / RATE as f64
}
