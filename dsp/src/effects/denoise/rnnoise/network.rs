//! The recurrent network of RNNoise: three gated layers of 24, 48 and 96 neurons that hear 42 features and say how much of
//! each band is speech. Its weights lie in `dsp/rnnoise`, with their licence and what the bytes mean.
//!
//! A layer is computed 48 neurons at a time, whose sums stay in registers while its inputs pass by. The bytes of the weights
//! are made numbers once, in the order in which they are read: making them so at each use cost more than the sums.

use std::f32::consts::LOG2_E;

use super::bands::BANDS;
use super::features::FEATURES;
use crate::units::exp2_normal;

/// Neurons that are computed at once. Widths that are no multiple have neurons without weights at their end.
const WIDE: usize = 48;
/// Neurons of the layers.
const FIRST: usize = 24;
const SPEECH: usize = 24;
const NOISE: usize = 48;
const GAINS: usize = 96;

/// The weights as they are kept.
const BYTES: &[u8; 87_521] = include_bytes!("../../../../rnnoise/weights.rnn");
/// What a step of a kept weight is worth.
const STEP: f32 = 1.0 / 256.0;
/// Bytes before each layer that say its size and kind.
const HEAD: usize = 3;

/// What one input adds to so many neurons; whole lines of the cache.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Row([f32; WIDE]);

/// Sums of weighted inputs.
struct Layer {
    inputs: usize,
    bias: Box<[Row]>,
    /// A row for each input; all those of the first [`WIDE`] neurons before those of the next.
    rows: Box<[Row]>,
}

/// A layer with a memory (gated recurrent unit).
struct Gated {
    /// How much of the state stays, and how much of it the candidate hears.
    gates: Layer,
    candidate: Layer,
}

/// All weights; the same for every lane.
pub(super) struct Network {
    first: Layer,
    speech: Gated,
    noise: Gated,
    gains: Gated,
    last: Layer,
}

/// What the network of one lane remembers.
pub(super) struct Memory {
    speech: [f32; SPEECH],
    noise: [f32; NOISE],
    gains: [f32; GAINS],
}

impl Memory {
    pub(super) const EMPTY: Self = Self { speech: [0.0; SPEECH], noise: [0.0; NOISE], gains: [0.0; GAINS] };
}

impl Network {
    /// Allocates.
    pub(super) fn new() -> Self {
        let mut rest = &BYTES[..];
        Self {
            first: Layer::read(&mut rest, FEATURES, FIRST),
            speech: Gated::read(&mut rest, FIRST, SPEECH),
            noise: Gated::read(&mut rest, FIRST + SPEECH + FEATURES, NOISE),
            gains: Gated::read(&mut rest, SPEECH + NOISE + FEATURES, GAINS),
            last: Layer::read(&mut rest, GAINS, BANDS),
        }
    }

    /// How much of each band shall stay, 0 to 1, when these are the features of a hop.
    #[inline(always)]
    pub(super) fn hear(&self, memory: &mut Memory, features: &[f32; FEATURES]) -> [f32; BANDS] {
        let mut sums = [0.0; WIDE];
        self.first.sum(features, &mut sums);
        sums.iter_mut().for_each(|sum| *sum = tanh(*sum));
        let first = &sums[..FIRST];
        self.speech.step(&mut memory.speech, &[first]);
        self.noise.step(&mut memory.noise, &[first, &memory.speech, features]);
        self.gains.step(&mut memory.gains, &[&memory.speech, &memory.noise, features]);
        self.last.sum(&memory.gains, &mut sums);
        let mut gains = [0.0; BANDS];
        for (gain, sum) in gains.iter_mut().zip(sums) {
            *gain = sigmoid(sum);
        }
        gains
    }
}

impl Gated {
    fn read(rest: &mut &'static [u8], inputs: usize, neurons: usize) -> Self {
        let width = 3 * neurons;
        take(rest, HEAD);
        let [heard, state] = [inputs, neurons].map(|rows| take(rest, rows * width));
        let bias = take(rest, width);
        let rows = || heard.chunks_exact(width).chain(state.chunks_exact(width));
        let [gates, candidate] = [0..2 * neurons, 2 * neurons..width].map(|columns| {
            Layer::of(&bias[columns.clone()], &rows().map(|row| &row[columns.clone()]).collect::<Vec<_>>())
        });
        Self { gates, candidate }
    }

    /// Hears these one after another, and its state after them.
    #[inline(always)]
    fn step<const N: usize>(&self, state: &mut [f32; N], parts: &[&[f32]]) {
        let mut heard = [0.0; SPEECH + NOISE + FEATURES + GAINS];
        let mut inputs = 0;
        for part in parts {
            heard[inputs..inputs + part.len()].copy_from_slice(part);
            inputs += part.len();
        }
        let (mut gates, mut candidate) = ([0.0; 2 * GAINS], [0.0; GAINS]);
        heard[inputs..inputs + N].copy_from_slice(state);
        self.gates.sum(&heard[..inputs + N], &mut gates);
        for gate in &mut gates[..2 * N] {
            *gate = sigmoid(*gate);
        }
        let (stays, passes) = gates.split_at(N);
        for ((heard, state), passes) in heard[inputs..inputs + N].iter_mut().zip(&*state).zip(passes) {
            *heard = state * passes;
        }
        self.candidate.sum(&heard[..inputs + N], &mut candidate);
        for ((state, stays), candidate) in state.iter_mut().zip(stays).zip(&candidate) {
            *state = stays * *state + (1.0 - stays) * candidate.max(0.0);
        }
    }
}

impl Layer {
    fn read(rest: &mut &'static [u8], inputs: usize, neurons: usize) -> Self {
        take(rest, HEAD);
        let rows = take(rest, inputs * neurons);
        Self::of(take(rest, neurons), &rows.chunks_exact(neurons).collect::<Vec<_>>())
    }

    /// From the bytes of the bias, and those of each input.
    fn of(bias: &[u8], rows: &[&[u8]]) -> Self {
        let row = |bytes: &[u8], from: usize| {
            Row(std::array::from_fn(|n| bytes.get(from + n).map_or(0.0, |byte| f32::from(*byte as i8) * STEP)))
        };
        let starts = || (0..bias.len()).step_by(WIDE);
        Self {
            inputs: rows.len(),
            bias: starts().map(|from| row(bias, from)).collect(),
            rows: starts().flat_map(|from| rows.iter().map(move |bytes| row(bytes, from))).collect(),
        }
    }

    #[inline(always)]
    fn sum(&self, heard: &[f32], sums: &mut [f32]) {
        let (sums, _) = sums.as_chunks_mut::<WIDE>();
        for ((sums, bias), rows) in sums.iter_mut().zip(&self.bias).zip(self.rows.chunks_exact(self.inputs)) {
            let mut sum = bias.0;
            for (row, heard) in rows.iter().zip(heard) {
                for (sum, weight) in sum.iter_mut().zip(&row.0) {
                    *sum += weight * heard;
                }
            }
            *sums = sum;
        }
    }
}

/// The next bytes of what is left.
fn take<'a>(rest: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (taken, left) = rest.split_at(count);
    *rest = left;
    taken
}

/// 1 / (1 + e⁻ˣ). Bounded where it is 0 or 1 anyway, so that no power is infinite.
#[inline(always)]
fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp2_normal(x.clamp(-40.0, 40.0) * -LOG2_E))
}

/// 2 / (1 + e⁻²ˣ) − 1.
#[inline(always)]
fn tanh(x: f32) -> f32 {
    2.0 * sigmoid(2.0 * x) - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kept_weights_are_of_the_layers_that_are_read() {
        let mut rest = &BYTES[..];
        let mut layer = |head: [u8; HEAD], gated: usize| {
            assert_eq!(take(&mut rest, HEAD), head);
            let [inputs, neurons, _] = head.map(usize::from);
            let columns = neurons * if gated > 0 { 3 } else { 1 };
            take(&mut rest, (inputs + gated * neurons + 1) * columns);
        };
        layer([42, 24, 0], 0);
        layer([24, 24, 2], 1);
        layer([90, 48, 2], 1);
        layer([114, 96, 2], 1);
        layer([96, 22, 1], 0);
        // Whether somebody speaks, which is not asked.
        layer([24, 1, 1], 0);
        assert!(rest.is_empty());
    }

    #[test]
    fn bent_curves_are_within_a_millionth() {
        for n in -2_000..=2_000 {
            let x = n as f32 * 0.02;
            let exact = f64::from(x);
            assert!((f64::from(sigmoid(x)) - 1.0 / (1.0 + (-exact).exp())).abs() < 1e-6, "{x}");
            assert!((f64::from(tanh(x)) - exact.tanh()).abs() < 1e-6, "{x}");
        }
    }
}
