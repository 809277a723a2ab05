//! The registry: one line for each effect, each in its own file.

use crate::effect::EffectSpec;

pub mod delay;
pub mod denoise;
pub mod echo;
pub mod highpass;
pub mod limiter;
pub mod reverb;
pub mod trim;
pub mod width;

/// All effects, in the order in which a person meets them.
pub static EFFECTS: &[EffectSpec] = &[
    trim::SPEC,
    delay::SPEC,
    highpass::SPEC,
    denoise::SPEC,
    width::SPEC,
    reverb::ROOM,
    reverb::PLATE,
    reverb::HALL,
    echo::SPEC,
    limiter::SPEC,
];

/// The effect with that `id`.
#[must_use]
pub fn find(id: &str) -> Option<&'static EffectSpec> {
    EFFECTS.iter().find(|spec| spec.id == id)
}
