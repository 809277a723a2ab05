//! What compressors and gates do to levels and how quickly, for the tests and for `cargo xtask plots`.

use std::f64::consts::TAU;

use korero_dsp::denormals::FlushToZero;
use korero_dsp::effect::{Effect, EffectSpec, Format};
use korero_dsp::effects::find;
use korero_dsp::{GRID, LANES, LaneBlock, Lanes};

#[path = "level.rs"]
mod level;

pub(crate) use level::{RATE, level_of};

/// Own sound whose output is the gain itself, when the effect listens to a key.
pub(crate) const STEADY: f32 = 0.25;

/// An effect that is on, with these values on all lanes.
pub(crate) fn with(id: &str, values: &[(&str, f32)]) -> Box<dyn Effect> {
    let spec = find(id).expect("it is in the registry");
    let mut effect = spec.build();
    effect.prepare(Format { rate: RATE as f32 });
    turn(effect.as_mut(), spec, &[("on", 1.0)]);
    turn(effect.as_mut(), spec, values);
    effect.reset();
    effect
}

pub(crate) fn turn(effect: &mut dyn Effect, spec: &EffectSpec, values: &[(&str, f32)]) {
    for (id, value) in values {
        (0..LANES).for_each(|lane| effect.set(lane, spec.param(id).expect("it has that"), *value));
    }
}

/// Processes in place from frame 0 on; `before` may turn something at each grid cell.
pub(crate) fn run(
    effect: &mut dyn Effect,
    sound: &mut [Lanes],
    keys: &[Lanes],
    mut before: impl FnMut(&mut dyn Effect, usize),
) {
    // As on every audio thread.
    let _flush = FlushToZero::new();
    let mut keys = keys.to_vec();
    keys.resize(sound.len(), Lanes::SILENCE);
    for (cell, (frames, keys)) in sound.chunks_mut(GRID).zip(keys.chunks_mut(GRID)).enumerate() {
        before(effect, cell);
        let start = (cell * GRID) as u64;
        effect.process(&mut LaneBlock::new(start, frames), &LaneBlock::new(start, keys));
    }
}

/// The gains of lane 0, in dB, that a key causes.
pub(crate) fn gains(effect: &mut dyn Effect, keys: &[Lanes]) -> Vec<f64> {
    let mut sound = vec![Lanes::splat(STEADY); keys.len()];
    run(effect, &mut sound, keys, |_, _| ());
    sound.iter().map(|frame| 20.0 * f64::from(frame.0[0] / STEADY).log10()).collect()
}

/// A tone whose level in dB is a function of the frame; the phase begins at 0.
pub(crate) fn tone(freq: f64, frames: usize, db: impl Fn(usize) -> f64) -> Vec<Lanes> {
    (0..frames).map(|n| Lanes::splat(amplitude(db(n)) * (TAU * freq * n as f64 / RATE).sin() as f32)).collect()
}

fn amplitude(db: f64) -> f32 {
    10.0_f64.powf(db / 20.0) as f32
}

/// What a sine of each level, from −60 to 0 dBFS, comes out at once the gain has settled.
pub(crate) fn settled(id: &str, values: &[(&str, f32)], freq: f64) -> Vec<(f64, f64)> {
    let mut levels_out = Vec::new();
    for first in (-60..=0).step_by(LANES) {
        let mut effect = with(id, values);
        let levels: [f64; LANES] = std::array::from_fn(|lane| f64::from((first + lane as i32).min(0)));
        let mut sound: Vec<_> = (0..38_400)
            .map(|n| {
                let sine = (TAU * freq * f64::from(n) / RATE).sin() as f32;
                Lanes(levels.map(|db| amplitude(db) * sine))
            })
            .collect();
        run(effect.as_mut(), &mut sound, &[], |_, _| ());
        levels_out.extend((0..LANES).map(|lane| (levels[lane], level_of(&sound[28_800..], lane, freq))));
    }
    levels_out.dedup_by_key(|(db, _)| *db);
    levels_out
}

/// The formula of the source, written down once more.
pub(crate) fn compressed(db: f64, threshold: f64, slope: f64, knee: f64) -> f64 {
    let over = db - threshold;
    let bent =
        if 2.0 * over.abs() <= knee && knee > 0.0 { (over + knee / 2.0).powi(2) / (2.0 * knee) } else { over.max(0.0) };
    db - slope * bent
}

/// Where 63.2 % of the way between two gains is done, in frames after `from`.
pub(crate) fn time_of(gains: &[f64], from: usize, before: f64, after: f64) -> f64 {
    let share = 1.0 - (-1.0_f64).exp();
    let done = |n: usize| (gains[n] - before) / (after - before);
    let at = (from..gains.len()).find(|n| done(*n) >= share).expect("it comes so far");
    // The gain before frame n is that of frame n − 1.
    let last = if at == from { 0.0 } else { done(at - 1) };
    (at - from) as f64 + (share - last) / (done(at) - last)
}

/// 5 kHz at −30, −10 and −30 dBFS again.
pub(crate) fn step(frames: usize, up: usize, down: usize) -> Vec<Lanes> {
    tone(5_000.0, frames, |n| if n >= up && n < down { -10.0 } else { -30.0 })
}
