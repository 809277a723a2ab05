use proptest::prelude::*;

use super::*;

/// One device whose crystal errs, read by a thread that is sometimes late. All of it in virtual time.
struct Device {
    rate: f64,
    period: u64,
    now_frames: u64,
}

impl Device {
    fn new(ppm: f64, period: u64) -> Self {
        Self { rate: 48_000.0 * (1.0 + ppm * 1e-6), period, now_frames: 0 }
    }

    /// When the next callback's first frame was captured, read `late_ns` too late.
    fn capture(&mut self, late_ns: u64) -> u64 {
        let at = 1_000_000 + (self.now_frames as f64 * NS / self.rate) as u64 + late_ns;
        self.now_frames += self.period;
        at
    }

    fn lose(&mut self, frames: u64) {
        self.now_frames += frames;
    }
}

/// Reading is late by microseconds mostly, by up to 60 ms sometimes.
fn lateness() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(prop_oneof![20 => 0..80_000_u64, 1 => 0..60_000_000_u64], 400..900)
}

fn periods() -> impl Strategy<Value = u64> {
    prop::sample::select(vec![16, 64, 100, 128, 256, 441, 512, 1_024, 4_096, 8_192])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn late_callbacks_without_loss_are_no_gap(ppm in -300.0..300.0, period in periods(), late in lateness()) {
        let (mut device, mut clock) = (Device::new(ppm, period), CaptureClock::new(48_000));
        for late in late {
            prop_assert_eq!(clock.observe(device.capture(late), period, false), 0);
        }
    }

    #[test]
    fn a_reported_loss_is_measured_within_a_period_and_2_ms(
        ppm in -300.0..300.0, period in periods(), late in lateness(), lost in 0_u64..200_000, after in 5_usize..300,
    ) {
        let (mut device, mut clock) = (Device::new(ppm, period), CaptureClock::new(48_000));
        // Recovery drops the ring of two periods at the least.
        let lost = lost + 2 * period;
        let mut told = 0;
        for (index, late) in late.into_iter().enumerate() {
            let hit = index == after;
            if hit {
                device.lose(lost);
            }
            // What reads the time in the very callback after the loss is awake: it has just recovered.
            told += clock.observe(device.capture(if hit { late.min(80_000) } else { late }), period, hit);
        }
        let bound = period + 96;
        prop_assert!(told.abs_diff(lost) <= bound, "told {told} of {lost}, bound {bound}");
    }

    #[test]
    fn a_loss_without_a_report_is_believed_within_two_windows(
        ppm in -300.0..300.0, period in prop::sample::select(vec![64_u64, 256, 1_024]), extra in 2_000_u64..100_000,
    ) {
        let (mut device, mut clock) = (Device::new(ppm, period), CaptureClock::new(48_000));
        let lost = 2 * period + extra;
        let callbacks = |seconds: u64| seconds * 48_000 / period;
        for index in 0..callbacks(4) {
            prop_assert_eq!(clock.observe(device.capture(index % 7 * 9_000), period, false), 0);
        }
        device.lose(lost);
        let told: u64 = (0..callbacks(2)).map(|i| clock.observe(device.capture(i % 5 * 9_000), period, false)).sum();
        prop_assert!(told.abs_diff(lost) <= period + 96, "told {told} of {lost}");
    }
}

#[test]
fn a_device_at_quarter_speed_is_no_endless_gap() {
    let (mut device, mut clock) = (Device::new(-750_000.0, 4_096), CaptureClock::new(48_000));
    for _ in 0..2_000 {
        assert_eq!(clock.observe(device.capture(0), 4_096, false), 0);
    }
}

#[test]
fn an_error_of_one_estimate_is_not_added_to_the_next() {
    let (mut device, mut clock) = (Device::new(40.0, 256), CaptureClock::new(48_000));
    let (mut lost, mut told) = (0, 0);
    for index in 0..40_000_u64 {
        let hit = index % 500 == 499;
        if hit {
            device.lose(700 + index % 90);
            lost += 700 + index % 90;
        }
        // Each callback after a loss is read 1.5 ms late, which looks like 72 more lost frames.
        told += clock.observe(device.capture(if hit { 1_500_000 } else { 0 }), 256, hit);
    }
    assert!(told.abs_diff(lost) < 256, "told {told} of {lost}");
}

#[test]
fn the_end_is_known_in_spite_of_a_late_last_callback() {
    let (mut device, mut clock) = (Device::new(0.0, 256), CaptureClock::new(48_000));
    for index in 0..1_000 {
        clock.observe(device.capture(if index == 999 { 30_000_000 } else { 0 }), 256, false);
    }
    let due = 1_000_000 + 256_000 * 1_000_000 / 48;
    assert!(clock.end_ns().abs_diff(due) < 2_000, "{} not {due}", clock.end_ns());
}
