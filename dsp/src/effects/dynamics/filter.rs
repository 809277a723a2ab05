//! A filter of second order whose low, middle and high part add up to the input: the same form as the high-pass of a strip
//! (topology-preserving, after Zavalishin and Simper), with Butterworth damping.

use std::f32::consts::{FRAC_1_SQRT_2, SQRT_2};
use std::f64::consts::PI;

use crate::lanes::{LANES, Lanes};
use crate::mask::Mask;
use crate::units::tan;

/// The integrators' gain, tan(π f / rate).
pub(in crate::effects) fn tuning(freq: f32, rate: f32) -> f32 {
    // Never at or above half the rate, where the tangent has its pole.
    let turn = (f64::from(freq) / f64::from(rate)).clamp(0.0, 0.49);
    tan(PI * turn) as f32
}

/// Simper's form, solved for what the integrators hold in the next frame, with x = input − second: what stays of the first
/// one; what of x goes to the first one, and as much of that to the second; and what of x goes to the second.
#[inline(always)]
pub(in crate::effects) fn weights(tuning: &Lanes) -> [Lanes; 3] {
    let mut weights = [Lanes::SILENCE; 3];
    for lane in 0..LANES {
        let g = tuning.0[lane];
        let twice = 2.0 / (1.0 + g * (g + SQRT_2));
        weights[0].0[lane] = twice - 1.0;
        weights[1].0[lane] = g * twice;
        weights[2].0[lane] = g * (g * twice);
    }
    weights
}

/// The two integrators of each lane.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::effects) struct Filter {
    first: Lanes,
    second: Lanes,
}

/// The parts of one frame. `low + middle + high` is the input, but for rounding.
#[derive(Clone, Copy, Debug)]
pub(in crate::effects) struct Parts {
    pub(in crate::effects) low: Lanes,
    pub(in crate::effects) middle: Lanes,
    pub(in crate::effects) high: Lanes,
}

impl Filter {
    #[inline(always)]
    pub(in crate::effects) fn step(&mut self, input: &Lanes, weights: &[Lanes; 3]) -> Parts {
        let mut parts = Parts { low: Lanes::SILENCE, middle: Lanes::SILENCE, high: Lanes::SILENCE };
        for lane in 0..LANES {
            let (first, second) = (self.first.0[lane], self.second.0[lane]);
            let x = input.0[lane] - second;
            let next = weights[0].0[lane] * first + weights[1].0[lane] * x;
            let after = (second + weights[1].0[lane] * first) + weights[2].0[lane] * x;
            (self.first.0[lane], self.second.0[lane]) = (next, after);
            // The trapezoidal rule: what a part is lies half way between what its integrator held and holds.
            let (middle, low) = (FRAC_1_SQRT_2 * (first + next), 0.5 * (second + after));
            parts.low.0[lane] = low;
            parts.middle.0[lane] = middle;
            parts.high.0[lane] = input.0[lane] - middle - low;
        }
        parts
    }

    /// Forgets what the lanes heard that are not `on`.
    #[inline(always)]
    pub(in crate::effects) fn keep(&mut self, on: &Mask) {
        on.keep(&mut self.first);
        on.keep(&mut self.second);
    }

    pub(in crate::effects) fn reset_lane(&mut self, lane: usize) {
        (self.first.0[lane], self.second.0[lane]) = (0.0, 0.0);
    }
}
