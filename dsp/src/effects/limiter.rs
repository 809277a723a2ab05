//! Limiter (in work).

use crate::dispatch::Level;
use crate::effect::{Effect, EffectSpec, Format};
use crate::lanes::LaneBlock;
use crate::param::{ParamId, ParamSpec, Taper, Unit};

/// What no sample passes, in dB of full scale.
pub const CEILING: ParamId = ParamId(0);
/// How quickly the gain comes back, in ms.
pub const RELEASE: ParamId = ParamId(1);
/// Whether the lanes of a pair (0 and 1, 2 and 3, …) always have the same gain.
pub const LINK: ParamId = ParamId(2);

/// What can be set.
pub const PARAMS: [ParamSpec; 3] = [
    ParamSpec { id: "ceiling", unit: Unit::Decibels, min: -12.0, max: 0.0, default: -1.0, taper: Taper::Linear },
    ParamSpec {
        id: "release",
        unit: Unit::Milliseconds,
        min: 10.0,
        max: 1000.0,
        default: 100.0,
        taper: Taper::Logarithmic,
    },
    ParamSpec { id: "link", unit: Unit::Switch, min: 0.0, max: 1.0, default: 1.0, taper: Taper::Linear },
];

/// By how many frames the sound comes out later: 1.0 ms at 48 kHz.
pub const LOOK_AHEAD: usize = 48;

/// The line of the registry.
pub const SPEC: EffectSpec =
    EffectSpec { id: "limiter", params: &PARAMS, build_at: |level| Box::new(Limiter::new(level)) };

/// In work.
#[derive(Debug)]
pub struct Limiter {
    level: Level,
}

impl Limiter {
    /// At rest on all lanes.
    #[must_use]
    pub fn new(level: Level) -> Self {
        Self { level }
    }
}

impl Effect for Limiter {
    fn prepare(&mut self, _format: Format) {}

    fn reset_lane(&mut self, _lane: usize) {}

    fn set(&mut self, _lane: usize, _param: ParamId, _value: f32) {}

    fn process(&mut self, _block: &mut LaneBlock<'_>, _keys: &LaneBlock<'_>) {
        let _ = self.level;
    }
}
