//! Highpass (in work).

use crate::dispatch::Level;
use crate::effect::{Effect, EffectSpec, Format};
use crate::lanes::LaneBlock;
use crate::param::{ParamId, ParamSpec, Taper, Unit};

/// Whether it works.
pub const ON: ParamId = ParamId(0);
/// Where the sound is 3 dB down, in Hz.
pub const FREQ: ParamId = ParamId(1);

/// What can be set.
pub const PARAMS: [ParamSpec; 2] = [
    ParamSpec { id: "on", unit: Unit::Switch, min: 0.0, max: 1.0, default: 0.0, taper: Taper::Linear },
    ParamSpec { id: "freq", unit: Unit::Hertz, min: 20.0, max: 400.0, default: 80.0, taper: Taper::Logarithmic },
];

/// The line of the registry.
pub const SPEC: EffectSpec =
    EffectSpec { id: "highpass", params: &PARAMS, build_at: |level| Box::new(Highpass::new(level)) };

/// In work.
#[derive(Debug)]
pub struct Highpass {
    level: Level,
}

impl Highpass {
    /// At rest on all lanes.
    #[must_use]
    pub fn new(level: Level) -> Self {
        Self { level }
    }
}

impl Effect for Highpass {
    fn prepare(&mut self, _format: Format) {}

    fn reset_lane(&mut self, _lane: usize) {}

    fn set(&mut self, _lane: usize, _param: ParamId, _value: f32) {}

    fn process(&mut self, _block: &mut LaneBlock<'_>, _keys: &LaneBlock<'_>) {
        let _ = self.level;
    }
}
