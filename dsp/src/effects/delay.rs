//! Input delay: brings a near microphone to the time of a far one. It is meant to be heard, so nothing compensates it.
//!
//! A new time is reached by one cross-fade of 20 ms between two places of the line ([`Align`]), so the pitch never glides.

use crate::align::Align;
use crate::dispatch::Level;
use crate::effect::{Effect, EffectSpec, Format};
use crate::lanes::{LANES, LaneBlock};
use crate::param::{ParamId, ParamSpec, Taper, Unit};

/// How late the sound comes, in ms.
pub const TIME: ParamId = ParamId(0);

/// What can be set. Sound takes 2.9 ms for a metre: 50 ms are 17 m.
pub const PARAMS: [ParamSpec; 1] =
    [ParamSpec { id: "time", unit: Unit::Milliseconds, min: 0.0, max: 50.0, default: 0.0, taper: Taper::Linear }];

/// The line of the registry.
pub const SPEC: EffectSpec =
    EffectSpec { id: "delay", params: &PARAMS, pairs: false, build_at: |level| Box::new(Delay::new(level)) };

/// A delay of whole frames; bit-transparent at 0 ms.
#[derive(Debug)]
pub struct Delay {
    rate: f32,
    milliseconds: [f32; LANES],
    line: Align,
}

impl Delay {
    /// No delay on all lanes, for 48 kHz until it is prepared. It moves sound and computes nothing, so it is the same on
    /// all levels.
    #[must_use]
    pub fn new(_level: Level) -> Self {
        let rate = 48_000.0;
        Self { rate, milliseconds: [PARAMS[0].default; LANES], line: Align::new(frames(PARAMS[0].max, rate)) }
    }
}

/// The nearest whole number of frames.
fn frames(ms: f32, rate: f32) -> usize {
    (ms * 0.001 * rate + 0.5) as usize
}

impl Effect for Delay {
    fn prepare(&mut self, format: Format) {
        self.rate = format.rate;
        self.line = Align::new(frames(PARAMS[0].max, self.rate));
        for lane in 0..LANES {
            self.line.set(lane, frames(self.milliseconds[lane], self.rate));
        }
        self.reset();
    }

    fn reset_lane(&mut self, lane: usize) {
        self.line.reset_lane(lane);
    }

    fn set(&mut self, lane: usize, param: ParamId, value: f32) {
        if param == TIME {
            self.milliseconds[lane] = PARAMS[0].clamp(value);
            self.line.set(lane, frames(self.milliseconds[lane], self.rate));
        }
    }

    fn process(&mut self, block: &mut LaneBlock<'_>, _keys: &LaneBlock<'_>) {
        self.line.process(block);
    }

    fn rests(&self) -> bool {
        self.line.is_idle()
    }
}
