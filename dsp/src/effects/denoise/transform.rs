//! The spectrum of two hops and back. The tables are there once for all, for every lane reads them again each 10 ms.
//!
//! `rustfft` chooses its instructions by itself, whatever the level of the kernels: the last bits of a denoised sound are those
//! of one kind of processor, not of all. How the sound is cut into callbacks changes none of them.

use std::sync::{Arc, LazyLock};

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use super::HOP;

/// Frames of a window.
pub(super) const WINDOW: usize = 2 * HOP;
/// Lines of its spectrum: 50 Hz from one to the next.
pub(super) const LINES: usize = HOP + 1;

type Plans = (Arc<dyn RealToComplex<f32>>, Arc<dyn ComplexToReal<f32>>);

static PLANS: LazyLock<Plans> = LazyLock::new(|| {
    let mut planner = RealFftPlanner::new();
    (planner.plan_fft_forward(WINDOW), planner.plan_fft_inverse(WINDOW))
});

/// A transform with its room to work in; not scaled in either direction.
pub(super) struct Transform {
    forward: Arc<dyn RealToComplex<f32>>,
    back: Arc<dyn ComplexToReal<f32>>,
    scratch: Box<[Complex<f32>]>,
}

impl Transform {
    /// Allocates; nothing else here does.
    pub(super) fn new() -> Self {
        let (forward, back) = PLANS.clone();
        let longest = forward.get_scratch_len().max(back.get_scratch_len());
        Self { forward, back, scratch: vec![Complex::default(); longest].into() }
    }

    /// Uses up what is in `sound`.
    pub(super) fn forward(&mut self, sound: &mut [f32; WINDOW], spectrum: &mut [Complex<f32>; LINES]) {
        // The lengths are the transform's own: there is nothing to report.
        let _ = self.forward.process_with_scratch(sound, spectrum, &mut self.scratch);
    }

    /// Uses up what is in `spectrum`.
    pub(super) fn back(&mut self, spectrum: &mut [Complex<f32>; LINES], sound: &mut [f32; WINDOW]) {
        // The outermost lines of a real sound have no imaginary part; only with one would there be something to report.
        let _ = self.back.process_with_scratch(spectrum, sound, &mut self.scratch);
    }
}
