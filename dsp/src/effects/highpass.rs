//! High-pass: takes rumble, wind and footsteps away, 12 dB for each octave below its frequency.
//!
//! A state-variable filter in topology-preserving form, which may be swept while it sounds: V. Zavalishin, *The Art of
//! VA Filter Design*, chapter 4; A. Simper (Cytomic), *Linear trapezoidal integrated SVF*. Damping √2: Butterworth.

use std::f32::consts::SQRT_2;
use std::f64::consts::PI;

use crate::dispatch::{Level, dispatched};
use crate::effect::{Effect, EffectSpec, Format};
use crate::lanes::{LANES, LaneBlock, Lanes};
use crate::param::{ParamId, ParamSpec, Taper, Unit};
use crate::smooth::{GLIDE_CELLS, Glide, Ramp};
use crate::units::tan;

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
    EffectSpec { id: "highpass", params: &PARAMS, pairs: false, build_at: |level| Box::new(Highpass::new(level)) };

/// A sweep takes this many grid cells: 43 ms at 48 kHz.
const SWEEP_CELLS: u32 = 4 * GLIDE_CELLS;

/// A Butterworth high-pass of second order; bit-transparent when off.
#[derive(Debug)]
pub struct Highpass {
    level: Level,
    rate: f32,
    freq: [f32; LANES],
    /// The integrators' gain, tan(π f / rate), which glides instead of the frequency.
    tuning: Glide,
    /// How much of the filtered sound is heard: 0 off, 1 on.
    mix: Glide,
    state: State,
}

/// The two integrators of each lane.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
struct State {
    first: Lanes,
    second: Lanes,
}

impl Highpass {
    /// Off on all lanes, for 48 kHz until it is prepared.
    #[must_use]
    pub fn new(level: Level) -> Self {
        let (rate, freq) = (48_000.0, PARAMS[1].default);
        Self {
            level,
            rate,
            freq: [freq; LANES],
            tuning: Glide::new(tuning(freq, rate), SWEEP_CELLS),
            mix: Glide::new(0.0, GLIDE_CELLS),
            state: State::default(),
        }
    }
}

fn tuning(freq: f32, rate: f32) -> f32 {
    // Never at or above half the rate, where the tangent has its pole.
    let turn = (f64::from(freq) / f64::from(rate)).clamp(0.0, 0.49);
    tan(PI * turn) as f32
}

impl Effect for Highpass {
    fn prepare(&mut self, format: Format) {
        self.rate = format.rate;
        for lane in 0..LANES {
            self.tuning.set(lane, tuning(self.freq[lane], self.rate));
        }
        self.reset();
    }

    fn reset_lane(&mut self, lane: usize) {
        self.tuning.settle_lane(lane);
        self.mix.settle_lane(lane);
        (self.state.first.0[lane], self.state.second.0[lane]) = (0.0, 0.0);
    }

    fn set(&mut self, lane: usize, param: ParamId, value: f32) {
        match param {
            ON => self.mix.set(lane, if PARAMS[0].clamp(value) >= 0.5 { 1.0 } else { 0.0 }),
            FREQ => {
                self.freq[lane] = PARAMS[1].clamp(value);
                self.tuning.set(lane, tuning(self.freq[lane], self.rate));
            }
            _ => {}
        }
    }

    fn process(&mut self, block: &mut LaneBlock<'_>, _keys: &LaneBlock<'_>) {
        let (tuning, mix) = (self.tuning.ramp(block), self.mix.ramp(block));
        if mix.rests_at(0.0) {
            self.state = State::default();
            return;
        }
        run(self.level, block.frames_mut(), &tuning, &mix, &mut self.state);
        // A lane that is off begins from silence when it is switched on, whatever the others do.
        for lane in (0..LANES).filter(|lane| mix.lane_rests_at(*lane, 0.0)) {
            (self.state.first.0[lane], self.state.second.0[lane]) = (0.0, 0.0);
        }
    }
}

dispatched! { fn run(frames: &mut [Lanes], tuning: &Ramp, mix: &Ramp, state: &mut State) = run_kernel; }

#[inline(always)]
fn run_kernel(frames: &mut [Lanes], tuning: &Ramp, mix: &Ramp, state: &mut State) {
    let mut now = *state;
    if tuning.rests() {
        let coefficients = coefficients(&tuning.at(0));
        for (at, frame) in frames.iter_mut().enumerate() {
            step(frame, &coefficients, &mix.at(at), &mut now);
        }
    } else {
        for (at, frame) in frames.iter_mut().enumerate() {
            step(frame, &coefficients(&tuning.at(at)), &mix.at(at), &mut now);
        }
    }
    *state = now;
}

/// The three weights of Simper's form for each lane.
#[inline(always)]
fn coefficients(tuning: &Lanes) -> [Lanes; 3] {
    let mut weights = [Lanes::SILENCE; 3];
    for lane in 0..LANES {
        let g = tuning.0[lane];
        let first = 1.0 / (1.0 + g * (g + SQRT_2));
        weights[0].0[lane] = first;
        weights[1].0[lane] = g * first;
        weights[2].0[lane] = g * (g * first);
    }
    weights
}

#[inline(always)]
fn step(frame: &mut Lanes, weights: &[Lanes; 3], mix: &Lanes, state: &mut State) {
    for lane in 0..LANES {
        let input = frame.0[lane];
        let (first, second) = (state.first.0[lane], state.second.0[lane]);
        let rest = input - second;
        let band = weights[0].0[lane] * first + weights[1].0[lane] * rest;
        let low = second + weights[1].0[lane] * first + weights[2].0[lane] * rest;
        state.first.0[lane] = 2.0 * band - first;
        state.second.0[lane] = 2.0 * low - second;
        let high = input - SQRT_2 * band - low;
        let share = mix.0[lane];
        let faded = input + (high - input) * share;
        // Chosen, not computed, at the ends, so that off is bit-transparent.
        frame.0[lane] = if share == 0.0 {
            input
        } else if share == 1.0 {
            high
        } else {
            faded
        };
    }
}
