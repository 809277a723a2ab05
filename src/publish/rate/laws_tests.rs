use proptest::prelude::*;

use crate::codec::PacketLength;

use super::simulated::{Loop, Moment, Stretch};
use super::*;

/// How often the setting changed.
fn changes(moments: &[Moment]) -> usize {
    moments.windows(2).filter(|pair| pair[0].rate.setting != pair[1].rate.setting).count()
}

/// The queue below which it was for that part (0 to 1) of the time, ms.
fn queue_ms(moments: &[Moment], part: f64) -> f64 {
    let mut queues: Vec<f64> = moments.iter().map(|moment| 1e3 * moment.queue).collect();
    queues.sort_by(f64::total_cmp);
    queues[((queues.len() - 1) as f64 * part) as usize]
}

fn mean_bitrate(moments: &[Moment]) -> f64 {
    moments.iter().map(|moment| f64::from(moment.rate.setting.bitrate)).sum::<f64>() / moments.len() as f64
}

/// Prints what happened, for a law that is broken.
fn story(moments: &[Moment]) -> String {
    let mut told = String::new();
    let mut last = None;
    for moment in moments {
        let setting = moment.rate.setting;
        if last.replace(setting) != Some(setting) {
            let (kbps, ms) = (setting.bitrate / 1_000, setting.length.milliseconds());
            told += &format!("{:.2} s: {kbps} kb/s in {ms} ms, queue {:.0} ms\n", moment.at, 1e3 * moment.queue);
        }
    }
    told
}

#[test]
fn steps_of_the_path_from_two_megabits_to_a_tenth_and_back_settle_within_five_seconds() {
    for seed in 1..20 {
        let mut path = Loop::new(256_000, seed);
        for rate in [2e6, 256e3, 96e3] {
            let from = path.now();
            path.run(Stretch::of(rate), 30.0);
            let settled = path.between(from + 5.0, path.now());
            let told = story(path.between(from, path.now()));
            assert!(queue_ms(settled, 0.99) <= 100.0, "{rate}: {told}");
            assert!(queue_ms(settled, 1.0) <= 200.0, "{rate}: {told}");
            assert!(changes(settled) <= 6, "{rate}: {told}");
            let least = if rate > 1e6 {
                256e3
            } else if rate > 2e5 {
                150e3
            } else {
                60e3
            };
            assert!(mean_bitrate(settled) >= least, "{rate}: {told}");
        }
        assert_eq!(path.moments.last().unwrap().rate.setting.length, PacketLength::Long);
        let widened = path.now();
        path.run(Stretch::of(2e6), 60.0);
        let last = path.moments.last().unwrap().rate;
        assert_eq!(last.setting, Setting { bitrate: 256_000, length: PacketLength::Short });
        assert_eq!(last.path, None);
        let told = story(path.between(widened, path.now()));
        assert!(queue_ms(path.between(widened + 5.0, path.now()), 1.0) <= 5.0, "{told}");
    }
}

#[test]
fn a_queue_that_hardly_anything_fills_does_not_creep_up_unseen() {
    // 256 kb/s in packets of 10 ms take 307.2 kb/s of the way.
    for kbps in [307.0, 307.1] {
        let mut path = Loop::new(256_000, 7);
        path.run(Stretch { delay_ms: 2.3, ..Stretch::of(kbps * 1e3) }, 600.0);
        assert!(queue_ms(path.between(8.0, 600.0), 1.0) <= 100.0, "{kbps}: {}", story(&path.moments));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn on_any_constant_path_nothing_wobbles_and_no_queue_stands(
        seed: u64, kbps in 80.0..600.0f64, delay_ms in 2.0..150.0f64, ceiling in prop::sample::select(vec![96_000, 256_000, 510_000]),
    ) {
        let mut path = Loop::new(ceiling, seed);
        path.run(Stretch { delay_ms, ..Stretch::of(kbps * 1e3) }, 180.0);
        let told = story(&path.moments);
        prop_assert!(queue_ms(path.between(8.0, 180.0), 0.97) <= 100.0, "{told}");
        prop_assert!(queue_ms(path.between(20.0, 180.0), 1.0) <= 250.0, "{told}");
        for minute in [60.0, 90.0, 120.0] {
            let changed = changes(path.between(minute, minute + 60.0));
            prop_assert!(changed <= 8, "{changed} changes\n{told}");
        }
        // What is used of the path, when it is not the ceiling that ends it.
        let used = mean_bitrate(path.between(60.0, 180.0));
        let possible = 0.5 * (kbps * 1e3 - 51_200.0).min(f64::from(ceiling));
        prop_assert!(used >= possible, "{used} of {possible}\n{told}");
    }

    #[test]
    fn a_loss_that_does_not_depend_on_what_is_sent_does_not_lower_it(
        seed: u64, loss in 0.0..0.1f64, burst in 1..5_u32, jitter_ms in 0.0..80.0f64, delay_ms in 5.0..80.0f64,
    ) {
        let mut path = Loop::new(256_000, seed);
        path.run(Stretch { delay_ms, ..Stretch::of(2e6) }, 5.0);
        path.run(Stretch { loss, burst, jitter_ms, delay_ms, ..Stretch::of(2e6) }, 60.0);
        let told = story(&path.moments);
        prop_assert!(mean_bitrate(path.between(5.0, 65.0)) >= 0.9 * 256e3, "{told}");
    }

    #[test]
    fn packets_change_their_length_once_in_ten_seconds_at_most_and_never_against_the_choice(
        seed: u64, rates in prop::collection::vec((40.0..700.0f64, 1.0..15.0f64), 2..12),
    ) {
        let mut path = Loop::new(320_000, seed);
        for (kbps, seconds) in rates {
            path.run(Stretch::of(kbps * 1e3), seconds);
        }
        let changed = path.moments.windows(2)
            .filter(|pair| pair[0].rate.setting.length != pair[1].rate.setting.length)
            .map(|pair| pair[1].at);
        let changed: Vec<f64> = changed.collect();
        prop_assert!(changed.windows(2).all(|pair| pair[1] - pair[0] >= 9.9), "{:?}", changed);
        let within = |moment: &Moment| (32_000..=320_000).contains(&moment.rate.setting.bitrate);
        prop_assert!(path.moments.iter().all(within));
    }

    #[test]
    fn a_path_that_narrows_at_any_moment_is_followed_down_within_two_seconds_and_up_within_a_minute(
        seed: u64, wide in 600.0..3_000.0f64, narrow in 80.0..250.0f64, delay_ms in 5.0..100.0f64,
    ) {
        let mut path = Loop::new(256_000, seed);
        path.run(Stretch { delay_ms, ..Stretch::of(wide * 1e3) }, 10.0);
        prop_assert_eq!(path.moments.last().unwrap().rate.setting.bitrate, 256_000);
        path.run(Stretch { delay_ms, ..Stretch::of(narrow * 1e3) }, 20.0);
        let told = story(&path.moments);
        let after = path.between(12.0, 12.1)[0].rate.setting;
        prop_assert!(after.on_the_wire(false) <= narrow * 1e3, "{told}");
        path.run(Stretch { delay_ms, ..Stretch::of(wide * 1e3) }, 60.0);
        prop_assert_eq!(path.moments.last().unwrap().rate.setting.bitrate, 256_000, "{}", story(&path.moments));
    }

    #[test]
    fn a_path_that_narrows_twice_settles_within_five_seconds_whatever_was_tried_meanwhile(
        seed: u64, first in 1.0..45.0f64, delay_ms in 5.0..100.0f64,
    ) {
        let mut path = Loop::new(256_000, seed);
        path.run(Stretch { delay_ms, ..Stretch::of(2e6) }, 10.0);
        path.run(Stretch { delay_ms, ..Stretch::of(256e3) }, first);
        let from = path.now();
        path.run(Stretch { delay_ms, ..Stretch::of(96e3) }, 40.0);
        let told = story(path.between(from - 2.0, path.now()));
        let settled = path.between(from + 5.0, path.now());
        prop_assert!(queue_ms(settled, 0.97) <= 100.0, "{told}");
        prop_assert!(queue_ms(settled, 1.0) <= 250.0, "{told}");
    }

    #[test]
    fn reports_alone_are_enough_though_slower(seed: u64, every in 1.0..5.0f64, kbps in 90.0..250.0f64) {
        let mut path = Loop::new(256_000, seed).with_reports_only(every);
        path.run(Stretch::of(2e6), 20.0);
        prop_assert_eq!(path.moments.last().unwrap().rate.setting.bitrate, 256_000);
        path.run(Stretch::of(kbps * 1e3), 60.0);
        let told = story(&path.moments);
        prop_assert!(queue_ms(path.between(40.0, 80.0), 0.9) <= 200.0, "{told}");
        path.run(Stretch::of(2e6), 120.0);
        prop_assert_eq!(path.moments.last().unwrap().rate.setting.bitrate, 256_000, "{}", story(&path.moments));
    }
}

#[test]
fn a_queue_that_is_not_ours_is_borne_and_a_way_that_became_longer_too() {
    let mut path = Loop::new(256_000, 3);
    path.run(Stretch::of(2e6), 20.0);
    path.run(Stretch { delay_ms: 120.0, ..Stretch::of(2e6) }, 20.0);
    let told = story(&path.moments);
    assert_eq!(path.moments.last().unwrap().rate.setting.bitrate, 256_000, "{told}");
    assert!(changes(&path.moments) <= 3, "{told}");
}

#[test]
fn a_path_that_was_away_for_two_seconds_is_used_as_before() {
    let mut path = Loop::new(256_000, 3);
    path.run(Stretch::of(2e6), 20.0);
    path.run(Stretch { loss: 1.0, ..Stretch::of(2e6) }, 2.0);
    path.run(Stretch::of(2e6), 10.0);
    assert_eq!(changes(&path.moments), 0, "{}", story(&path.moments));
}

#[test]
fn the_encoder_is_told_only_of_loss_that_was_measured() {
    let mut path = Loop::new(256_000, 5);
    path.run(Stretch::of(2e6), 20.0);
    assert!(path.moments.iter().all(|moment| moment.rate.loss_hint == 0));
    path.run(Stretch { loss: 0.05, ..Stretch::of(2e6) }, 20.0);
    let last = path.moments.last().unwrap().rate;
    assert!((5..=12).contains(&last.loss_hint), "{last:?}");
    path.run(Stretch::of(2e6), 20.0);
    assert_eq!(path.moments.last().unwrap().rate.loss_hint, 0);
}

#[test]
fn who_wants_it_safest_gets_long_packets_on_any_path() {
    let now = Instant::now();
    let mut follow = Follow::new(510_000, true, now);
    let rate = follow.look(now, 0.5);
    assert_eq!(rate.setting, Setting { bitrate: 510_000, length: PacketLength::Long });
}
