//! A tone through one effect.

use std::f64::consts::TAU;

use korero_dsp::effect::{Effect, Format};
use korero_dsp::{GRID, LaneBlock, Lanes};

#[path = "level.rs"]
mod level;

pub(crate) use level::{RATE, level_of};

pub(crate) fn prepared<E: Effect>(mut effect: E) -> E {
    effect.prepare(Format { rate: RATE as f32 });
    effect
}

/// Processes whole grid cells; `before` may turn something at each.
pub(crate) fn run<E: Effect + ?Sized>(effect: &mut E, sound: &mut [Lanes], mut before: impl FnMut(&mut E, usize)) {
    let mut silence = [Lanes::SILENCE; GRID];
    for (cell, frames) in sound.chunks_mut(GRID).enumerate() {
        before(effect, cell);
        let (start, len) = ((cell * GRID) as u64, frames.len());
        effect.process(&mut LaneBlock::new(start, frames), &LaneBlock::new(start, &mut silence[..len]));
    }
}

/// A sine on all lanes; full scale is 1.
pub(crate) fn tone(freq: f64, level: f32, frames: usize) -> Vec<Lanes> {
    (0..frames).map(|n| Lanes::splat(level * (TAU * freq * n as f64 / RATE).sin() as f32)).collect()
}
