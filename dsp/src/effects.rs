//! The registry: one line for each effect, each in its own file.

use crate::effect::EffectSpec;

pub mod compressor;
pub mod deesser;
mod dynamics;
pub mod gate;
pub mod highpass;
pub mod limiter;
pub mod trim;

/// All effects, in the order in which a person meets them.
pub static EFFECTS: &[EffectSpec] =
    &[trim::SPEC, highpass::SPEC, gate::SPEC, gate::AHEAD, compressor::SPEC, deesser::SPEC, limiter::SPEC];

/// The effect with that `id`.
#[must_use]
pub fn find(id: &str) -> Option<&'static EffectSpec> {
    EFFECTS.iter().find(|spec| spec.id == id)
}
