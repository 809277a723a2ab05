//! Takes a vowel's colour off a voice, so that its period stands out: a prediction from four samples, which is too short to
//! know of the period, is taken off at half the rate.

use super::pitch::{HALF, HEARD};

/// Silence around the sound at half the rate, for filters that look beyond its ends.
const MARGIN: usize = 8;
/// Order of the prediction that takes the vowel's colour off, how much of each further coefficient, and its zero.
const ORDER: usize = 4;
const BROADER: f32 = 0.9;
const ZERO: f32 = 0.8;

/// Half the rate, with a soft low-pass, between margins of silence.
#[inline(always)]
fn at_half(heard: &[f32; HEARD]) -> [f32; HALF + 2 * MARGIN] {
    let mut half = [0.0; HALF + 2 * MARGIN];
    half[MARGIN] = 0.5 * (0.5 * heard[1] + heard[0]);
    for (out, frames) in half[MARGIN + 1..].iter_mut().zip(heard[1..].windows(3).step_by(2)) {
        *out = 0.5 * (0.5 * (frames[0] + frames[2]) + frames[1]);
    }
    half
}

/// The sound at half the rate, less what a short prediction finds.
#[inline(always)]
pub(super) fn without_colour(heard: &[f32; HEARD]) -> [f32; HALF] {
    let half = at_half(heard);
    let mut likeness: [f32; ORDER + 1] = std::array::from_fn(|lag| dot::<HALF>(&half[MARGIN..], &half[MARGIN + lag..]));
    // A floor 40 dB below, and a window over the lags.
    likeness[0] *= 1.0001;
    for (lag, value) in likeness.iter_mut().enumerate() {
        let part = 0.008 * lag as f32;
        *value -= *value * part * part;
    }
    let mut filter = prediction(&likeness);
    let mut part = 1.0;
    for value in &mut filter {
        part *= BROADER;
        *value *= part;
    }
    let before = |n: usize| if n == 0 { 1.0 } else { filter[n - 1] };
    let taps: [f32; ORDER + 1] = std::array::from_fn(|n| filter.get(n).unwrap_or(&0.0) + ZERO * before(n));
    let mut out = [0.0; HALF];
    for (n, out) in out.iter_mut().enumerate() {
        let past = &half[MARGIN + n - ORDER - 1..][..ORDER + 2];
        *out =
            past[5] + taps[0] * past[4] + taps[1] * past[3] + taps[2] * past[2] + taps[3] * past[1] + taps[4] * past[0];
    }
    out
}

/// The filter that leaves least of a sound with this autocorrelation, by N. Levinson's recursion; stops 30 dB down.
#[inline(always)]
fn prediction(likeness: &[f32; ORDER + 1]) -> [f32; ORDER] {
    let mut filter = [0.0; ORDER];
    let mut left = likeness[0];
    for order in 0..ORDER {
        if left < 0.001 * likeness[0] || left == 0.0 {
            break;
        }
        let known = (0..order).map(|n| filter[n] * likeness[order - n]).sum::<f32>();
        let reflection = -(known + likeness[order + 1]) / left;
        let before = filter;
        for n in 0..order {
            filter[n] += reflection * before[order - 1 - n];
        }
        filter[order] = reflection;
        left -= reflection * reflection * left;
    }
    filter
}

/// The sum of the products of N samples, in 16 parts so that none waits for another.
#[inline(always)]
pub(super) fn dot<const N: usize>(a: &[f32], b: &[f32]) -> f32 {
    const { assert!(N.is_multiple_of(16)) };
    let mut sums = [0.0; 16];
    for (a, b) in a[..N].as_chunks::<16>().0.iter().zip(b[..N].as_chunks::<16>().0) {
        for n in 0..16 {
            sums[n] += a[n] * b[n];
        }
    }
    let eight: [f32; 8] = std::array::from_fn(|n| sums[n] + sums[n + 8]);
    let four: [f32; 4] = std::array::from_fn(|n| eight[n] + eight[n + 4]);
    (four[0] + four[2]) + (four[1] + four[3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_taken_off_and_a_click_stays() {
        // One click in a throat that rings at 3 kHz.
        let mut heard = [0.0_f32; HEARD];
        for n in 600..HEARD {
            let click = if n == 600 { 8_000.0 } else { 0.0 };
            heard[n] = click + 1.8 * heard[n - 1] - 0.95 * heard[n - 2];
        }
        let energy = |sound: &[f32]| sound.iter().map(|sample| sample * sample).sum::<f32>();
        let rings = |sound: &[f32]| energy(&sound[320..400]) / energy(&sound[298..]);
        let [before, after] = [rings(&at_half(&heard)[MARGIN..]), rings(&without_colour(&heard))];
        assert!(before > 0.1 && after < before / 3.0, "{before} {after}");
    }

    #[test]
    fn a_sum_of_products_is_that() {
        let numbers: [f32; 40] = std::array::from_fn(|n| n as f32);
        assert_eq!(dot::<32>(&numbers, &numbers[1..]), (0..32).map(|n| (n * (n + 1)) as f32).sum::<f32>());
    }
}
