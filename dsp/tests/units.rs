//! Decibels, pans and angles against `f64`.

use korero_dsp::units::{
    balance_stereo, cos, db_to_gain, exp2, exp2_normal, gain_to_db, log2, log2_normal, pan_mono, power_to_db, sin, tan,
};
use proptest::prelude::*;

#[test]
fn nought_decibels_is_exactly_one_and_minus_infinity_is_silence() {
    assert_eq!(db_to_gain(0.0), 1.0);
    assert_eq!(db_to_gain(f32::NEG_INFINITY), 0.0);
    assert_eq!(gain_to_db(1.0), 0.0);
    assert_eq!(gain_to_db(0.0), f32::NEG_INFINITY);
    assert_eq!(power_to_db(1.0), 0.0);
    assert_eq!(power_to_db(0.0), f32::NEG_INFINITY);
    assert_eq!(log2(f32::INFINITY), f32::INFINITY);
    assert!(log2(f32::NAN).is_nan() && exp2(f32::NAN).is_nan());
    assert_eq!((exp2(128.0), exp2(-200.0)), (f32::INFINITY, 0.0));
}

#[test]
fn whole_powers_of_two_are_exact() {
    for power in -126..=127 {
        assert_eq!(exp2(power as f32), 2.0_f32.powi(power));
        assert_eq!(log2(2.0_f32.powi(power)), power as f32);
    }
}

#[test]
fn the_centre_is_the_same_on_both_sides() {
    let [left, right] = pan_mono(0.0);
    assert_eq!(left, right);
    assert!((gain_to_db(left) + 3.0103).abs() < 1e-4);
    assert_eq!(pan_mono(-1.0), [1.0, 0.0]);
    assert_eq!(pan_mono(1.0), [0.0, 1.0]);
    assert_eq!(pan_mono(f32::NAN), pan_mono(0.0));
    assert_eq!(balance_stereo(0.0), [1.0, 1.0]);
    assert_eq!(balance_stereo(-1.0)[0], 1.0);
    assert!(balance_stereo(-1.0)[1] < 1e-9);
}

proptest! {
    #[test]
    fn logarithms_are_close_to_the_true_ones(x in f32::MIN_POSITIVE..f32::MAX) {
        let (mine, true_one) = (f64::from(log2(x)), f64::from(x).log2());
        prop_assert!((mine - true_one).abs() <= 4e-7 + 1e-6 * true_one.abs());
    }

    #[test]
    fn logarithms_near_one_are_close_to_the_true_ones(x in 0.5_f32..2.0) {
        prop_assert!((f64::from(log2(x)) - f64::from(x).log2()).abs() <= 4e-7);
    }

    #[test]
    fn powers_are_close_to_the_true_ones(x in -125.9_f32..127.9) {
        let true_one = f64::from(x).exp2();
        prop_assert!((f64::from(exp2(x)) - true_one).abs() <= 1e-6 * true_one);
    }

    #[test]
    fn the_cheap_forms_are_the_same_where_they_may_be_used(x in -126.0_f32..=126.0) {
        prop_assert_eq!(exp2_normal(x), exp2(x));
        prop_assert_eq!(log2_normal(exp2(x)), log2(exp2(x)));
    }

    #[test]
    fn decibels_there_and_back_are_the_same_level(db in -140.0_f32..40.0) {
        prop_assert!((gain_to_db(db_to_gain(db)) - db).abs() < 3e-5);
        let true_one = 10.0_f64.powf(f64::from(db) / 20.0);
        prop_assert!((f64::from(db_to_gain(db)) / true_one - 1.0).abs() < 3e-6);
    }

    #[test]
    fn angles_are_close_to_the_true_ones(x in -1_000.0_f64..1_000.0) {
        prop_assert!((sin(x) - x.sin()).abs() < 1e-13 && (cos(x) - x.cos()).abs() < 1e-13);
        if x.cos().abs() > 0.01 {
            prop_assert!((tan(x) - x.tan()).abs() < 1e-10 * x.tan().abs().max(1.0));
        }
    }

    #[test]
    fn a_pan_keeps_the_power_and_mirrors(pan in -1.0_f32..=1.0) {
        let [left, right] = pan_mono(pan);
        prop_assert!((left * left + right * right - 1.0).abs() < 1e-6);
        prop_assert_eq!(pan_mono(-pan), [right, left]);
        let [near, far] = balance_stereo(pan.abs());
        prop_assert_eq!((balance_stereo(-pan.abs()), far), ([far, near], 1.0));
    }
}
