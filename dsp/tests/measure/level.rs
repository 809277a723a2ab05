//! How loud a tone is.

use std::f64::consts::TAU;

use korero_dsp::Lanes;

/// Frames in a second.
pub(crate) const RATE: f64 = 48_000.0;

/// The level of `freq` on a lane, in dB of a full-scale sine, over whole periods.
pub(crate) fn level_of(sound: &[Lanes], lane: usize, freq: f64) -> f64 {
    let (mut real, mut imaginary) = (0.0, 0.0);
    for (n, frame) in sound.iter().enumerate() {
        let angle = TAU * freq * n as f64 / RATE;
        real += f64::from(frame.0[lane]) * angle.cos();
        imaginary += f64::from(frame.0[lane]) * angle.sin();
    }
    20.0 * (2.0 * real.hypot(imaginary) / sound.len() as f64).log10()
}
