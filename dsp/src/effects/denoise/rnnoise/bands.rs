//! Twenty-two bands that overlap as triangles do: 200 Hz from middle to middle up to 1.6 kHz, then as the ear hears, up to
//! 20 kHz, as RNNoise was trained with them.

use std::f64::consts::PI;

use realfft::num_complex::Complex;

use crate::units::cos;

/// Bands of RNNoise.
pub(super) const BANDS: usize = 22;
/// Lines of the spectrum, 50 Hz from one to the next, below 20 kHz; nothing above stays.
pub(super) const LINES: usize = 400;
/// Lines that are taken at once. All middles are multiples.
const STEP: usize = 4;
/// The bands' middles in steps of 200 Hz.
const MIDDLES: [usize; BANDS] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 34, 40, 48, 60, 78, 100];
/// A band's values padded to whole registers.
const PADDED: usize = 24;

/// How much of a line belongs to the upper of its two bands.
const UPPER: [f32; LINES] = {
    let mut upper = [0.0; LINES];
    let mut band = 0;
    while band + 1 < BANDS {
        let (from, to) = (MIDDLES[band] * STEP, MIDDLES[band + 1] * STEP);
        let mut line = from;
        while line < to {
            upper[line] = (line - from) as f32 / (to - from) as f32;
            line += 1;
        }
        band += 1;
    }
    upper
};

const _: () = assert!(MIDDLES[BANDS - 1] * STEP == LINES);

/// A line of the spectrum.
pub(super) type Line = Complex<f32>;

/// What two spectra have in common in each band; a spectrum with itself: its energy.
#[inline(always)]
pub(super) fn alike(a: &[Line; LINES], b: &[Line; LINES]) -> [f32; BANDS] {
    let mut products = [0.0; LINES];
    for ((product, a), b) in products.iter_mut().zip(a).zip(b) {
        *product = a.re * b.re + a.im * b.im;
    }
    let (products, uppers) = (products.as_chunks::<STEP>().0, UPPER.as_chunks::<STEP>().0);
    let mut bands = [0.0; BANDS];
    for band in 0..BANDS - 1 {
        let (mut low, mut high) = ([0.0; STEP], [0.0; STEP]);
        for step in MIDDLES[band]..MIDDLES[band + 1] {
            for n in 0..STEP {
                low[n] += (1.0 - uppers[step][n]) * products[step][n];
                high[n] += uppers[step][n] * products[step][n];
            }
        }
        bands[band] += (low[0] + low[1]) + (low[2] + low[3]);
        bands[band + 1] += (high[0] + high[1]) + (high[2] + high[3]);
    }
    // The outermost have one side only.
    bands[0] *= 2.0;
    bands[BANDS - 1] *= 2.0;
    bands
}

/// The values of the lines that lie on straight ways between those of the bands.
#[inline(always)]
pub(super) fn spread(bands: &[f32; BANDS]) -> [f32; LINES] {
    let mut lines = [0.0; LINES];
    let (steps, uppers) = (lines.as_chunks_mut::<STEP>().0, UPPER.as_chunks::<STEP>().0);
    for band in 0..BANDS - 1 {
        for step in MIDDLES[band]..MIDDLES[band + 1] {
            for n in 0..STEP {
                steps[step][n] = (1.0 - uppers[step][n]) * bands[band] + uppers[step][n] * bands[band + 1];
            }
        }
    }
    lines
}

/// The cosine transform of the bands' values, orthonormal.
pub(super) struct Cosines(Box<[[f32; PADDED]; BANDS]>);

impl Cosines {
    /// Allocates.
    pub(super) fn new() -> Self {
        let of = |band: usize, n: usize| {
            let first = if n == 0 { 0.5_f64.sqrt() } else { 1.0 };
            first * (2.0 / BANDS as f64).sqrt() * cos((band as f64 + 0.5) * n as f64 * PI / BANDS as f64)
        };
        let row = |band| std::array::from_fn(|n| if n < BANDS { of(band, n) as f32 } else { 0.0 });
        Self(Box::new(std::array::from_fn(row)))
    }

    #[inline(always)]
    pub(super) fn of(&self, bands: &[f32; BANDS]) -> [f32; BANDS] {
        let mut sums = [0.0; PADDED];
        for (row, value) in self.0.iter().zip(bands) {
            for (sum, cosine) in sums.iter_mut().zip(row) {
                *sum += cosine * value;
            }
        }
        std::array::from_fn(|n| sums[n])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_belongs_to_its_two_bands_and_to_no_other() {
        let mut spectrum = [Line::default(); LINES];
        // 9 kHz lies between the middles of 8 and 9.6 kHz, five eighths of the way up.
        spectrum[180] = Line::new(3.0, 4.0);
        let bands = alike(&spectrum, &spectrum);
        for (band, energy) in bands.into_iter().enumerate() {
            let expected = [(17, 25.0 * 0.375), (18, 25.0 * 0.625)].into_iter().find(|(at, _)| *at == band);
            assert_eq!(energy, expected.map_or(0.0, |(_, energy)| energy), "band {band}");
        }
    }

    #[test]
    fn spread_values_meet_the_bands_at_their_middles() {
        let bands = std::array::from_fn(|band| band as f32);
        let lines = spread(&bands);
        for band in 0..BANDS - 1 {
            assert_eq!(lines[MIDDLES[band] * STEP], bands[band]);
        }
        assert_eq!(lines[180], 17.625);
    }

    #[test]
    fn the_cosine_transform_keeps_the_energy() {
        let cosines = Cosines::new();
        let bands: [f32; BANDS] = std::array::from_fn(|band| (band * band % 7) as f32 - 3.0);
        let energy = |values: &[f32]| values.iter().map(|value| value * value).sum::<f32>();
        assert!((energy(&cosines.of(&bands)) / energy(&bands) - 1.0).abs() < 1e-6);
        assert!((cosines.of(&[1.0; BANDS])[0] - (BANDS as f32).sqrt()).abs() < 1e-6);
    }
}
