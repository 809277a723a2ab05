//! Decibels, pans and the few functions behind them.
//!
//! Nothing here calls the system's mathematics library, whose last bits differ between machines: the same
//! input gives the same bits on every x86 level. Errors are bounded by the tests against `f64`.

use std::f32::consts::LN_2;
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4};

/// Decibels in a factor of two of amplitude: 20 · log₁₀ 2.
pub const DB_PER_OCTAVE: f32 = 6.020_6;
/// Factors of two of amplitude in a decibel.
pub const OCTAVES_PER_DB: f32 = 0.166_096_4;
/// Binary logarithm of e, twice: the factor of the series in [`log2`].
const TWO_OVER_LN_2: f32 = 2.885_39;

/// The binary logarithm, to within 4·10⁻⁷ absolute near 1 and one part in 10⁶ elsewhere; exactly 0 for 1.
/// Zero, denormal and negative numbers give −∞; NaN stays NaN.
#[must_use]
#[inline(always)]
pub fn log2(x: f32) -> f32 {
    let value = if x < f32::MIN_POSITIVE { f32::NEG_INFINITY } else { log2_normal(x) };
    if x < f32::INFINITY || x.is_nan() { if x.is_nan() { x } else { value } } else { f32::INFINITY }
}

/// [`log2`] for normal positive numbers, a third cheaper; anything else gives some number of no meaning.
#[must_use]
#[inline(always)]
pub fn log2_normal(x: f32) -> f32 {
    // Split into 2^e · m with m in [√½, √2), where artanh is nearly straight.
    const SQRT_HALF_BITS: i32 = 0x3f35_04f3;
    let bits = x.to_bits() as i32;
    let exponent = bits.wrapping_sub(SQRT_HALF_BITS) >> 23;
    let m = f32::from_bits(bits.wrapping_sub(exponent << 23) as u32);
    let s = (m - 1.0) / (m + 1.0);
    let q = s * s;
    // artanh(s) / s, by a polynomial that is never more than one part in 10⁹ off there.
    let series = 1.0 + q * (0.333_333_88 + q * (0.199_887_63 + q * 0.149_360_8));
    exponent as f32 + TWO_OVER_LN_2 * s * series
}

/// Adding and subtracting this rounds to the nearest whole number (|x| < 2²²).
const ROUND: f32 = 12_582_912.0;

/// Two to the power of `x`, to within one part in 10⁶; exact for whole numbers. Below −126 it is 0, from 128 on +∞.
#[must_use]
#[inline(always)]
pub fn exp2(x: f32) -> f32 {
    let bounded = x.clamp(-126.0, 127.999_99);
    let whole = (bounded + ROUND) - ROUND;
    let p = exp2_of_part(bounded - whole);
    // Half the power twice: 2^128 itself is no f32.
    let half = whole as i32 >> 1;
    let rest = whole as i32 - half;
    let value = p * f32::from_bits(((half + 127) << 23) as u32) * f32::from_bits(((rest + 127) << 23) as u32);
    let value = if x < -126.0 { 0.0 } else { value };
    if x >= 128.0 { f32::INFINITY } else { value }
}

/// [`exp2`] for |x| ≤ 126, at half the cost; anything else gives some number of no meaning.
#[must_use]
#[inline(always)]
pub fn exp2_normal(x: f32) -> f32 {
    // The exponent's bias comes with the rounding.
    const ROUND_AND_BIAS: f32 = ROUND + 127.0;
    let rounded = x + ROUND_AND_BIAS;
    let p = exp2_of_part(x - (rounded - ROUND_AND_BIAS));
    // The whole number stands in the lowest bits of `rounded`; the shift drops all others.
    p * f32::from_bits(rounded.to_bits() << 23)
}

/// 2^f for |f| ≤ ½, exactly 1 for 0: a polynomial of fifth degree fitted for the least relative error, below 2·10⁻⁷.
#[inline(always)]
fn exp2_of_part(f: f32) -> f32 {
    1.0 + f * (LN_2 + f * (0.240_222_42 + f * (0.055_507_34 + f * (0.009_671_51 + f * 0.001_326_47))))
}

/// The factor of amplitude for a level in dB: exactly 1 at 0 dB, exactly 0 at −∞.
#[must_use]
#[inline(always)]
pub fn db_to_gain(db: f32) -> f32 {
    exp2(db * OCTAVES_PER_DB)
}

/// The level in dB of a factor of amplitude ≥ 0: exactly 0 dB at 1, −∞ at 0.
#[must_use]
#[inline(always)]
pub fn gain_to_db(gain: f32) -> f32 {
    log2(gain) * DB_PER_OCTAVE
}

/// The level in dB of a mean square ≥ 0: exactly 0 dB at 1, −∞ at 0.
#[must_use]
#[inline(always)]
pub fn power_to_db(mean_square: f32) -> f32 {
    log2(mean_square) * (0.5 * DB_PER_OCTAVE)
}

/// The sine of an angle in radians, to within 10⁻¹³ for |x| < 1,000. Not per sample: for coefficients.
#[must_use]
pub fn sin(x: f64) -> f64 {
    sin_cos(x).0
}

/// The cosine of an angle in radians, to within 10⁻¹³ for |x| < 1,000.
#[must_use]
pub fn cos(x: f64) -> f64 {
    sin_cos(x).1
}

/// The tangent of an angle in radians; one part in 10¹² away from the poles.
#[must_use]
pub fn tan(x: f64) -> f64 {
    let (sine, cosine) = sin_cos(x);
    sine / cosine
}

/// Taylor series within ±π/4, the quarter turns taken off before.
fn sin_cos(x: f64) -> (f64, f64) {
    let quarters = (x / FRAC_PI_2 + 0.5).floor();
    let r = x - quarters * FRAC_PI_2;
    let q = r * r;
    let (mut sine, mut cosine) = (1.0, 1.0);
    // Horner's scheme from the smallest term: 1 − q/(k(k+1)) · (…).
    for k in [16.0, 14.0, 12.0, 10.0, 8.0, 6.0, 4.0, 2.0] {
        sine = 1.0 - q / (k * (k + 1.0)) * sine;
        cosine = 1.0 - q / (k * (k - 1.0)) * cosine;
    }
    sine *= r;
    match (quarters as i64).rem_euclid(4) {
        0 => (sine, cosine),
        1 => (cosine, -sine),
        2 => (-sine, -cosine),
        _ => (-cosine, sine),
    }
}

/// Left and right gain of a mono strip, `pan` from −1 (left) to 1 (right): constant power, −3 dB and exactly
/// the same gain in the centre, exactly 1 and 0 at the ends.
#[must_use]
pub fn pan_mono(pan: f32) -> [f32; 2] {
    let pan = if pan.is_nan() { 0.0 } else { f64::from(pan.clamp(-1.0, 1.0)) };
    let toward = |side: f64| sin((side + 1.0) * FRAC_PI_4) as f32;
    [toward(-pan), toward(pan)]
}

/// How much quieter the centre is on each side than a mono strip at one end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PanLaw {
    /// −3 dB: the same power everywhere.
    Power,
    /// −4.5 dB: the middle way.
    Middle,
    /// −6 dB: the same sum everywhere, for listeners in mono.
    Sum,
}

/// Left and right gain of a mono strip by a law; [`PanLaw::Power`] is [`pan_mono`].
#[must_use]
pub fn pan_by_law(pan: f32, law: PanLaw) -> [f32; 2] {
    let bent = |gain: f32| match law {
        PanLaw::Power => gain,
        PanLaw::Middle => gain * gain.sqrt(),
        PanLaw::Sum => gain * gain,
    };
    pan_mono(pan).map(bent)
}

/// Left and right gain of a stereo strip, `balance` from −1 (left) to 1 (right): exactly 1 and 1 in the centre;
/// the far side fades out along a quarter cosine while the near side stays as it is.
#[must_use]
pub fn balance_stereo(balance: f32) -> [f32; 2] {
    let balance = if balance.is_nan() { 0.0 } else { f64::from(balance.clamp(-1.0, 1.0)) };
    let away = |distance: f64| cos(distance.max(0.0) * FRAC_PI_2).max(0.0) as f32;
    [away(balance), away(-balance)]
}
