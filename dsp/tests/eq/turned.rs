//! The analog filters turned while they sound, and what is heard beside a tone.

use std::f64::consts::TAU;

use realfft::RealFftPlanner;

use super::RATE;

/// The analog filter itself, as two integrators whose speed, damping and weights are turned while it sounds.
#[derive(Default)]
pub(crate) struct Analog {
    band: f64,
    low: f64,
}

impl Analog {
    /// How quickly both integrators go, and what comes out, while `input` goes in.
    fn flow(shape: usize, [octave, gain, q]: [f64; 3], input: f64, band: f64, low: f64) -> [f64; 3] {
        let a = 10.0_f64.powf(gain / 40.0);
        let speed = TAU * octave.exp2();
        let (speed, damping, weights) = match shape {
            0 => (speed, 1.0 / (a * q), [1.0, (a - 1.0 / a) / q, 0.0]),
            1 => (speed / a.sqrt(), 1.0 / q, [1.0, (a - 1.0) / q, a * a - 1.0]),
            2 => (speed * a.sqrt(), 1.0 / q, [a * a, (a - a * a) / q, 1.0 - a * a]),
            _ => (speed, 1.0 / q, [1.0, -1.0 / q, 0.0]),
        };
        let high = input - damping * band - low;
        [speed * high, speed * band, weights[0] * input + weights[1] * band + weights[2] * low]
    }

    /// One frame by the rule of Runge and Kutta in eight steps; what comes out at its beginning.
    pub(crate) fn frame(&mut self, shape: usize, knobs: impl Fn(f64) -> [f64; 3], input: impl Fn(f64) -> f64) -> f64 {
        const STEPS: usize = 8;
        let out = Self::flow(shape, knobs(0.0), input(0.0), self.band, self.low)[2];
        let length = 1.0 / STEPS as f64;
        for step in 0..STEPS {
            let at = step as f64 * length;
            let slope = |way: f64, from: [f64; 3]| {
                let (band, low) = (self.band + way * length * from[0] / RATE, self.low + way * length * from[1] / RATE);
                Self::flow(shape, knobs(at + way * length), input(at + way * length), band, low)
            };
            let first = slope(0.0, [0.0; 3]);
            let second = slope(0.5, first);
            let third = slope(0.5, second);
            let fourth = slope(1.0, third);
            let mean = |part: usize| (first[part] + 2.0 * (second[part] + third[part]) + fourth[part]) / 6.0;
            let (band, low) = (mean(0) * length / RATE, mean(1) * length / RATE);
            (self.band, self.low) = (self.band + band, self.low + low);
        }
        out
    }
}

/// The energy of 100 ms outside 500 Hz–2 kHz, in dB of a full-scale sine, through a window of Blackman and Harris.
pub(crate) fn outside(stretch: &[f64]) -> f64 {
    let turn = TAU / stretch.len() as f64;
    let window = |n: usize| {
        let angle = turn * n as f64;
        0.358_75 - 0.488_29 * angle.cos() + 0.141_28 * (2.0 * angle).cos() - 0.011_68 * (3.0 * angle).cos()
    };
    let mut shaded: Vec<f64> = stretch.iter().enumerate().map(|(n, sample)| sample * window(n)).collect();
    let whole: f64 = (0..stretch.len()).map(|n| window(n) * window(n)).sum();
    let plan = RealFftPlanner::<f64>::new().plan_fft_forward(stretch.len());
    let mut spectrum = plan.make_output_vec();
    plan.process(&mut shaded, &mut spectrum).expect("the lengths fit");
    // Bins of 10 Hz.
    let energy: f64 =
        spectrum.iter().enumerate().filter(|(bin, _)| !(50..=200).contains(bin)).map(|(_, v)| v.norm_sqr()).sum();
    // Half the spectrum is seen; a full-scale sine has the mean square ½.
    10.0 * (2.0 * energy / stretch.len() as f64 / whole / 0.5).max(1e-30).log10()
}
