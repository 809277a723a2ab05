//! Trim: how loud a microphone enters the desk, and which way round its cable is.

use crate::dispatch::{Level, dispatched, frame_by_frame};
use crate::effect::{Effect, EffectSpec, Format};
use crate::lanes::{LANES, LaneBlock, Lanes};
use crate::param::{ParamId, ParamSpec, Taper, Unit};
use crate::smooth::{GLIDE_CELLS, Glide, Ramp};
use crate::units::db_to_gain;

/// Gain before everything, in dB.
pub const GAIN: ParamId = ParamId(0);
/// Whether the polarity is turned round.
pub const INVERT: ParamId = ParamId(1);

/// What can be set.
pub const PARAMS: [ParamSpec; 2] = [
    ParamSpec { id: "gain", unit: Unit::Decibels, min: -24.0, max: 24.0, default: 0.0, taper: Taper::Linear },
    ParamSpec { id: "invert", unit: Unit::Switch, min: 0.0, max: 1.0, default: 0.0, taper: Taper::Linear },
];

/// The line of the registry.
pub const SPEC: EffectSpec =
    EffectSpec { id: "trim", params: &PARAMS, pairs: false, build_at: |level| Box::new(Trim::new(level)) };

/// Gain and polarity; bit-transparent at 0 dB.
#[derive(Debug)]
pub struct Trim {
    level: Level,
    decibels: [f32; LANES],
    inverted: [bool; LANES],
    // Gain and polarity are one signed factor, so that turning the polarity round glides through silence.
    factor: Glide,
}

impl Trim {
    /// At rest on all lanes.
    #[must_use]
    pub fn new(level: Level) -> Self {
        Self { level, decibels: [0.0; LANES], inverted: [false; LANES], factor: Glide::new(1.0, GLIDE_CELLS) }
    }
}

impl Effect for Trim {
    fn prepare(&mut self, _format: Format) {
        self.reset();
    }

    fn reset_lane(&mut self, lane: usize) {
        self.factor.settle_lane(lane);
    }

    fn set(&mut self, lane: usize, param: ParamId, value: f32) {
        match param {
            GAIN => self.decibels[lane] = PARAMS[0].clamp(value),
            INVERT => self.inverted[lane] = PARAMS[1].clamp(value) >= 0.5,
            _ => return,
        }
        let gain = db_to_gain(self.decibels[lane]);
        self.factor.set(lane, if self.inverted[lane] { -gain } else { gain });
    }

    fn process(&mut self, block: &mut LaneBlock<'_>, _keys: &LaneBlock<'_>) {
        let factor = self.factor.ramp(block);
        if !factor.rests_at(1.0) {
            scale(self.level, block.frames_mut(), factor);
        }
    }

    fn rests(&self) -> bool {
        self.factor.is_still() && self.factor.now().rests_at(1.0)
    }
}

dispatched! { fn scale(frames: &mut [Lanes], factor: &Ramp) = scale_kernel; }

#[inline(always)]
fn scale_kernel(frames: &mut [Lanes], factor: &Ramp) {
    // A resting factor is read once: the usual case, and worth its own loop.
    if factor.rests() {
        let factor = factor.at(0);
        for frame in frames {
            frame_by_frame();
            multiply(frame, &factor);
        }
    } else {
        for (at, frame) in frames.iter_mut().enumerate() {
            frame_by_frame();
            multiply(frame, &factor.at(at));
        }
    }
}

#[inline(always)]
fn multiply(frame: &mut Lanes, factor: &Lanes) {
    for lane in 0..LANES {
        frame.0[lane] *= factor.0[lane];
    }
}
