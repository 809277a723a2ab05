//! The scale of a meter: −60 to 0 dBFS with more room above −20, in the manner of IEC 60268-18.

/// The lowest level that is shown, dBFS.
pub(crate) const FLOOR_DB: f32 = -60.0;
/// Where marks stand, dBFS.
pub(crate) const MARKS: [f32; 8] = [-48.0, -36.0, -24.0, -18.0, -12.0, -6.0, -3.0, 0.0];
/// Up to here all is well, dBFS.
pub(crate) const GOOD_DB: f32 = -18.0;
/// From here care is needed, dBFS.
pub(crate) const CAUTION_DB: f32 = -6.0;
/// From here it is too much, dBFS.
pub(crate) const OVER_DB: f32 = -1.0;

/// Level and height.
const SCALE: [(f32, f32); 6] =
    [(FLOOR_DB, 0.0), (-50.0, 0.06), (-40.0, 0.15), (-30.0, 0.30), (-20.0, 0.50), (0.0, 1.0)];

/// The height of a level, 0 at the bottom to 1 at the top.
pub(crate) fn height(db: f32) -> f32 {
    if db.is_nan() || db <= FLOOR_DB {
        return 0.0;
    }
    SCALE
        .windows(2)
        .find(|pair| db <= pair[1].0)
        .map_or(1.0, |pair| pair[0].1 + (pair[1].1 - pair[0].1) * (db - pair[0].0) / (pair[1].0 - pair[0].0))
}

/// An amplitude (1 = full scale) in dBFS; zero is −∞.
pub(crate) fn decibels(amplitude: f32) -> f32 {
    if amplitude > 0.0 { 20.0 * amplitude.log10() } else { f32::NEG_INFINITY }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_upper_half_belongs_to_the_loudest_twenty_decibels() {
        assert_eq!(height(0.0), 1.0);
        assert_eq!(height(-20.0), 0.5);
        assert_eq!(height(-60.0), 0.0);
        assert_eq!(height(f32::NEG_INFINITY), 0.0);
        assert_eq!(height(f32::NAN), 0.0);
        assert_eq!(height(6.0), 1.0);
    }

    #[test]
    fn marks_rise() {
        assert!(MARKS.windows(2).all(|w| height(w[0]) < height(w[1])));
    }

    #[test]
    fn half_of_full_scale_is_six_decibels_down() {
        assert!((decibels(0.5) + 6.0206).abs() < 1e-3);
        assert_eq!(decibels(0.0), f32::NEG_INFINITY);
    }

    proptest! {
        #[test]
        fn louder_is_higher(a in -80.0f32..6.0, b in -80.0f32..6.0) {
            prop_assert!(a > b || height(a) <= height(b));
        }
    }
}
