//! The high-pass before RNNoise: two zeros at 0 Hz, two poles near 30 Hz.
//!
//! It is computed in steps of four samples. One at a time, each would wait for the one before it, and that was as dear as a
//! transform. In 64 bits, for the poles lie so near to the circle that the noise of 32 bits would be heard by the network.

use super::super::HOP;

/// (1 − 2 z⁻¹ + z⁻²) / (1 + a₁ z⁻¹ + a₂ z⁻²), as RNNoise was trained with it: the nearest numbers of 32 bits to −1.99599 and
/// 0.996. What they add up to with 1 is so little that their last bits are heard.
const POLES: [f64; 2] = [-1.995_990_037_918_090_8, 0.995_999_991_893_768_3];
const ZEROS: [f64; 2] = [-2.0, 1.0];
/// Samples of a step.
const STEP: usize = 4;

/// What a state alone, or one sample to a filter at rest, gives within a step: the outputs, then the state after it.
type Answer = ([f64; STEP], [f64; 2]);

/// By the state's two numbers, and by each sample of the step.
const OF_STATE: [Answer; 2] = [answer([1.0, 0.0], STEP), answer([0.0, 1.0], STEP)];
const OF_SAMPLE: [Answer; STEP] = [answer([0.0; 2], 0), answer([0.0; 2], 1), answer([0.0; 2], 2), answer([0.0; 2], 3)];

const fn next(state: [f64; 2], x: f64) -> (f64, [f64; 2]) {
    let y = x + state[0];
    (y, [state[1] + ZEROS[0] * x - POLES[0] * y, ZEROS[1] * x - POLES[1] * y])
}

/// To this state, and to a 1 at this place.
const fn answer(mut state: [f64; 2], place: usize) -> Answer {
    let (mut out, mut n) = ([0.0; STEP], 0);
    while n < STEP {
        (out[n], state) = next(state, if n == place { 1.0 } else { 0.0 });
        n += 1;
    }
    (out, state)
}

/// The filter's state.
pub(super) struct HighPass([f64; 2]);

impl HighPass {
    pub(super) const STILL: Self = Self([0.0; 2]);

    #[inline(always)]
    pub(super) fn process(&mut self, hop: &[f32; HOP], out: &mut [f32; HOP]) {
        let mut state = self.0;
        for (out, hop) in out.as_chunks_mut::<STEP>().0.iter_mut().zip(hop.as_chunks::<STEP>().0) {
            let (mut sums, mut after) = ([0.0; STEP], [0.0; 2]);
            for (answer, sample) in OF_SAMPLE.iter().zip(hop) {
                add(&mut sums, &answer.0, f64::from(*sample));
                add(&mut after, &answer.1, f64::from(*sample));
            }
            for (answer, part) in OF_STATE.iter().zip(state) {
                add(&mut sums, &answer.0, part);
                add(&mut after, &answer.1, part);
            }
            state = after;
            *out = sums.map(|sum| sum as f32);
        }
        self.0 = state;
    }
}

#[inline(always)]
fn add<const N: usize>(sums: &mut [f64; N], answer: &[f64; N], part: f64) {
    for (sum, answer) in sums.iter_mut().zip(answer) {
        *sum += answer * part;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_at_a_time_are_as_one_after_another() {
        let hop: [f32; HOP] = std::array::from_fn(|n| (n * n % 97) as f32 * 300.0 - 9_000.0);
        let (mut filter, mut state) = (HighPass::STILL, [0.0; 2]);
        for _ in 0..20 {
            let mut out = [0.0; HOP];
            filter.process(&hop, &mut out);
            for (x, y) in hop.iter().zip(out) {
                let (expected, after) = next(state, f64::from(*x));
                assert!((expected - f64::from(y)).abs() < 0.01, "{expected} {y}");
                state = after;
            }
        }
    }
}
