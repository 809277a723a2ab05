//! True-peak limiter: nothing passes the ceiling, not even between the samples, and below it not a bit changes.
//!
//! The gain that each true peak needs is held, comes back at the release, and is smoothed by two moving averages that
//! reach over what is left of the look-ahead: so it has arrived when the peak comes out. Gains are whole numbers of 2⁻²¹
//! (−126 dB): sums of them are exact, so that unity stays unity for ever.

mod ceilings;
mod gains;
mod kernel;
mod window;

use crate::dispatch::Level;
use crate::effect::{Effect, EffectSpec, Format};
use crate::lanes::{LANES, LaneBlock, Lanes};
use crate::param::{ParamId, ParamSpec, Taper, Unit};
use crate::smooth::{GLIDE_CELLS, Glide};
use crate::units::{db_to_gain, gain_to_db};
use gains::{SOON, UNITY};
use kernel::Core;

/// What no true peak passes, in dB of full scale.
pub const CEILING: ParamId = ParamId(0);
/// How quickly the gain comes back once it was held: the time for 63 % of the way, in ms.
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
        max: 1_000.0,
        default: 100.0,
        taper: Taper::Logarithmic,
    },
    ParamSpec::switch("link", true),
];

/// The line of the registry.
pub const SPEC: EffectSpec =
    EffectSpec { id: "limiter", params: &PARAMS, pairs: false, build_at: |level| Box::new(Limiter::new(level)) };

/// By how many frames the sound comes out later: 1.5 ms at 48 kHz.
pub const LOOK_AHEAD: usize = 72;

/// How long a gain is held before it comes back, in ms: half a period of 50 Hz, so that the gain rests under a steady bass
/// note instead of following its shape.
pub const HOLD_MS: f32 = 10.0;

/// A look-ahead limiter for true peaks; a pure delay while everything is below the ceiling.
#[derive(Debug)]
pub struct Limiter {
    level: Level,
    rate: f32,
    ceiling: Glide,
    release_ms: [f32; LANES],
    linked: Lanes,
    pace: Pace,
    /// Whether something was set since the last grid frame.
    turned: bool,
    core: Box<Core>,
}

/// How gains move: read at each grid frame.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Pace {
    /// The share of the way back to unity that is gone in one frame.
    release: Lanes,
    /// Frames that a gain is held.
    hold: f32,
    /// 1 where the lane is linked with its neighbour.
    linked: Lanes,
}

impl Limiter {
    /// At rest on all lanes, for 48 kHz until it is prepared.
    #[must_use]
    pub fn new(level: Level) -> Self {
        let pace = Pace { release: Lanes::SILENCE, hold: 0.0, linked: Lanes::splat(1.0) };
        let ceiling = Glide::new(db_to_gain(PARAMS[0].default), GLIDE_CELLS);
        let (release_ms, linked) = ([PARAMS[1].default; LANES], pace.linked);
        let mut limiter = Self {
            level,
            rate: 48_000.0,
            ceiling,
            release_ms,
            linked,
            pace,
            turned: true,
            core: Box::new(Core::new()),
        };
        limiter.reset();
        limiter
    }

    fn pace(&self, lane: usize) -> f32 {
        // By the backward difference: always between 0 and 1.
        1.0 / (1.0 + self.release_ms[lane] * 0.001 * self.rate)
    }

    fn enter_cell(&mut self) {
        self.turned = false;
        self.pace.linked = self.linked;
        for lane in 0..LANES {
            let release = self.pace(lane);
            if release != self.pace.release.0[lane] {
                // A faster way back than the one for which a peak was waved through begins when that peak has passed.
                self.core.hold(lane);
                self.pace.release.0[lane] = release;
            }
        }
    }
}

impl Effect for Limiter {
    fn prepare(&mut self, format: Format) {
        self.rate = format.rate;
        self.reset();
    }

    fn reset_lane(&mut self, lane: usize) {
        self.ceiling.settle_lane(lane);
        self.pace.release.0[lane] = self.pace(lane);
        self.pace.hold = (HOLD_MS * 0.001 * self.rate).floor().max(SOON);
        (self.pace.linked.0[lane], self.pace.linked.0[lane ^ 1]) = (self.linked.0[lane], self.linked.0[lane]);
        self.core.reset_lane(lane, self.ceiling.target(lane));
    }

    fn set(&mut self, lane: usize, param: ParamId, value: f32) {
        self.turned = true;
        match param {
            CEILING => self.ceiling.set(lane, db_to_gain(PARAMS[0].clamp(value))),
            RELEASE => self.release_ms[lane] = PARAMS[1].clamp(value),
            LINK => {
                let linked = if PARAMS[2].clamp(value) >= 0.5 { 1.0 } else { 0.0 };
                (self.linked.0[lane], self.linked.0[lane ^ 1]) = (linked, linked);
            }
            _ => {}
        }
    }

    fn process(&mut self, block: &mut LaneBlock<'_>, _keys: &LaneBlock<'_>) {
        if self.turned && block.phase() == 0 {
            self.enter_cell();
        }
        let phase = block.phase();
        let ceiling = self.ceiling.ramp(block);
        kernel::run(self.level, block.frames_mut(), phase, ceiling, &self.pace, &mut self.core);
    }

    fn latency_frames(&self) -> usize {
        LOOK_AHEAD
    }

    fn take_reduction_db(&mut self, lane: usize) -> f32 {
        let deepest = self.core.take_deepest(lane);
        // Not a negation: 0 dB of reduction is +0.
        0.0 - gain_to_db(deepest.max(1.0) / UNITY)
    }
}
