//! Levels, and the bend in their curve.

use crate::lanes::{LANES, Lanes};

/// A bend in the curve of levels of each lane: nothing below the threshold, `slope` units for each unit above it, and within
/// half the knee on both sides a parabola that joins them (equation 4 of the source). Any unit will do, as long as it
/// is the same throughout.
#[derive(Clone, Copy, Debug)]
pub(in crate::effects) struct Bend {
    begin: Lanes,
    knee: Lanes,
    scale: Lanes,
    slope: Lanes,
}

impl Bend {
    #[inline(always)]
    pub(in crate::effects) fn new(threshold: &Lanes, slope: &Lanes, knee: &Lanes) -> Self {
        let (mut begin, mut scale) = (Lanes::SILENCE, Lanes::SILENCE);
        for lane in 0..LANES {
            let width = knee.0[lane];
            begin.0[lane] = threshold.0[lane] - 0.5 * width;
            // Without a knee the part of the parabola is always zero.
            scale.0[lane] = if width > 0.0 { 0.5 / width } else { 0.0 };
        }
        Self { begin, knee: *knee, scale, slope: *slope }
    }

    /// The same in octaves, for levels that are those of [`level_of_square`].
    #[inline(always)]
    pub(in crate::effects) fn of_squares(threshold: &Lanes, slope: &Lanes, knee: &Lanes) -> Self {
        let (mut threshold, mut slope, mut knee) = (*threshold, *slope, *knee);
        for lane in 0..LANES {
            threshold.0[lane] *= 2.0;
            slope.0[lane] *= 0.5;
            knee.0[lane] *= 2.0;
        }
        Self::new(&threshold, &slope, &knee)
    }

    /// By how much a level of a lane is bent down, ≥ 0.
    #[inline(always)]
    pub(in crate::effects) fn reduction(&self, lane: usize, level: f32) -> f32 {
        let inside = level - self.begin.0[lane];
        let inside = if inside > 0.0 { inside } else { 0.0 };
        let knee = self.knee.0[lane];
        let parabola = if inside < knee { inside } else { knee };
        // At the end of the knee the parabola has come to half of it; from there a straight line goes on.
        self.slope.0[lane] * (parabola * parabola * self.scale.0[lane] + (inside - parabola))
    }
}

/// Twice the level in octaves of an amplitude whose square this is, to within 2·10⁻⁵ (5·10⁻⁵ dB); −127 for nothing at all.
#[inline(always)]
pub(in crate::effects) fn level_of_square(square: f32) -> f32 {
    // Split into 2^e · (1 + t) with 1 + t in [√½, √2); the polynomial is fitted for the least error there, 0 at 0.
    const SQRT_HALF_BITS: i32 = 0x3f35_04f3;
    let bits = square.to_bits() as i32;
    let exponent = bits.wrapping_sub(SQRT_HALF_BITS) >> 23;
    let t = f32::from_bits(bits.wrapping_sub(exponent << 23) as u32) - 1.0;
    let series = 1.442_578 + t * (-0.720_241_8 + t * (0.486_686_18 + t * (-0.394_575_35 + t * 0.252_660_1)));
    exponent as f32 + t * series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_of_squares_are_within_their_bound() {
        for n in -4_000..4_000 {
            let square = (f64::from(n) / 100.0).exp2();
            let error = f64::from(level_of_square(square as f32)) - f64::from(square as f32).log2();
            assert!(error.abs() < 2e-5, "{square}: {error}");
        }
        assert_eq!(level_of_square(1.0), 0.0);
        assert_eq!(level_of_square(0.0), -127.0);
    }
}
