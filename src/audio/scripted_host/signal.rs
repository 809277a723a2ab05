//! Test sounds as functions of the frame number, exact in 24 bits, so that any loss, repeat, swap or scaling shows.

use std::f64::consts::TAU;

/// Full scale of 24 bits.
const FULL_SCALE: f32 = 8_388_608.0;
/// Length of a click, s.
const CLICK: f64 = 0.001;
/// Pitch of a click, Hz: well inside what Opus carries.
const CLICK_HZ: f64 = 3_000.0;

/// The frame number itself in 24 bits, two's complement; it repeats after 2²⁴ frames (5.8 minutes).
#[must_use]
pub fn counter(frame: u64) -> f32 {
    signed_24(frame as u32)
}

/// White noise that is the same every time and different on each channel.
#[must_use]
pub fn noise(frame: u64, channel: u64) -> f32 {
    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014), over a word that is different for each frame and channel.
    let mut x = frame.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ channel.wrapping_add(1).wrapping_mul(0xD1B5_4A32_D192_ED03);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    signed_24((x ^ (x >> 31)) as u32)
}

/// A sine of `hz`, in phase 0 at frame 0; `gain` 1 is full scale.
#[must_use]
pub fn tone(frame: u64, rate: u32, hz: f64, gain: f32) -> f32 {
    let turns = (frame as f64 * hz / f64::from(rate)).fract();
    (turns * TAU).sin() as f32 * gain
}

/// A short decaying burst at every multiple of `every` frames; it begins at full `gain` on its first frame.
#[must_use]
pub fn click(frame: u64, rate: u32, every: u64, gain: f32) -> f32 {
    let t = (frame % every.max(1)) as f64 / f64::from(rate);
    if t >= CLICK {
        return 0.0;
    }
    ((t * CLICK_HZ * TAU).cos() * (1.0 - t / CLICK)) as f32 * gain
}

fn signed_24(bits: u32) -> f32 {
    // Shifting up and back down again keeps the lower three bytes and spreads their sign.
    ((bits << 8).cast_signed() >> 8) as f32 / FULL_SCALE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counter_tells_every_frame_apart_and_is_exact() {
        for frame in [0_u64, 1, 8_388_607, 8_388_608, 16_777_215, 16_777_216] {
            let back = (counter(frame) * FULL_SCALE) as i32;
            assert_eq!(back & 0xFF_FFFF, (frame & 0xFF_FFFF) as i32);
        }
    }

    #[test]
    fn noise_differs_between_neighbours() {
        assert!((0..1_000).all(|f| noise(f, 0) != noise(f + 1, 0) && noise(f, 0) != noise(f, 1)));
    }

    #[test]
    fn a_click_begins_on_its_frame() {
        assert!((click(48_000, 48_000, 48_000, 0.5) - 0.5).abs() < 1e-6);
        assert!(click(47_999, 48_000, 48_000, 0.5).abs() < 1e-6);
    }
}
