//! Checks of simulated ways, in virtual time: one queue with a rate and an end, delay, jitter, loss one by one or in a row.

use proptest::prelude::*;

use super::super::measures::{Measures, Way};
use super::super::verdict::{Class, Verdict};
use super::*;
use crate::session::event::PathKind;

/// What the RTP packet has beside its payload.
const RTP_HEADER: u32 = 20;

/// A way as it stays.
#[derive(Clone, Copy, Debug)]
struct Link {
    /// Bit/s on the wire.
    rate: f64,
    /// What the queue holds, s.
    queue: f64,
    /// One way, s.
    delay: f64,
    /// Evenly spread from 0 to this, s; packets overtake each other.
    jitter: f64,
    loss: f64,
    /// How many are lost at once.
    burst: u32,
}

const CLEAN: Link = Link { rate: 1e9, queue: 0.5, delay: 0.02, jitter: 0.0, loss: 0.0, burst: 1 };

/// The far side, and the way to it.
struct World {
    link: Link,
    random: u64,
    busy_until: f64,
    burst_left: u32,
    told: Vec<(f64, Fate)>,
}

impl World {
    fn chance(&mut self) -> f64 {
        // Xorshift (Marsaglia 2003).
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn is_lost(&mut self) -> bool {
        if self.burst_left == 0 && self.chance() < self.link.loss / f64::from(self.link.burst) {
            self.burst_left = self.link.burst;
        }
        let lost = self.burst_left > 0;
        self.burst_left = self.burst_left.saturating_sub(1);
        lost
    }

    fn send(&mut self, began: Instant, at: f64, setting: Setting) {
        let bytes = (f64::from(setting.bitrate) / setting.length.per_second() / 8.0) as u32 + RTP_HEADER;
        let wire = f64::from(8 * (bytes + crate::publish::around_rtp(false)));
        let queue = (self.busy_until - at).max(0.0);
        let lost = self.is_lost() || queue > self.link.queue;
        if !lost {
            self.busy_until = at + queue + wire / self.link.rate;
        }
        let sent = began + Duration::from_secs_f64(at);
        let back = self.link.delay;
        if lost {
            self.told.push((at + queue + 0.25 + 2.0 * back, Fate { sent, arrived: None, bytes }));
        } else {
            let arrives = self.busy_until + self.link.delay + self.link.jitter * self.chance();
            let arrived = Some(Duration::from_secs_f64(1_000.0 + arrives));
            self.told.push((arrives + back, Fate { sent, arrived, bytes }));
        }
    }
}

/// A whole check, and how long it sent, s.
fn check(link: Link, seed: u64) -> (Option<Carried>, f64) {
    let began = Instant::now();
    let mut world = World { link, random: seed | 1, busy_until: 0.0, burst_left: 0, told: Vec::new() };
    let mut probe = Probe::new(began);
    let (mut now, mut next) = (0.0, 0.0);
    for look in 0..2_000 {
        now = 0.01 * f64::from(look);
        let at = began + Duration::from_secs_f64(now);
        // Feedback comes every 50 ms.
        if look % 5 == 0 {
            let (due, later): (Vec<_>, Vec<_>) = world.told.drain(..).partition(|(told, _)| *told <= now);
            world.told = later;
            let mut fates: Vec<Fate> = due.into_iter().map(|(_, fate)| fate).collect();
            fates.sort_by_key(|fate| fate.sent);
            probe.hear(at, &fates);
        }
        match probe.look(at) {
            Order::Over => break,
            Order::Quiet => next = now,
            Order::Send(setting) => {
                while next <= now {
                    world.send(began, next, setting);
                    next += 1.0 / setting.length.per_second();
                }
            }
        }
    }
    (probe.carried(), now)
}

fn verdict(link: Link, seed: u64) -> Verdict {
    let (carried, _) = check(link, seed);
    let way = Way { path: PathKind::Direct, connected_ms: Some(50.0), rtt_ms: Some(40.0) };
    Verdict::of(&Measures { ways: vec![way], carried })
}

#[test]
fn twelve_given_links_are_classified_as_stated() {
    let narrow = |rate| Link { rate, ..CLEAN };
    let links = [
        ("a clean cable", CLEAN, Class::Good, 510),
        ("2 Mb/s", narrow(2e6), Class::Good, 510),
        ("400 kb/s", narrow(400e3), Class::Good, 320),
        ("250 kb/s", narrow(250e3), Class::Narrow, 160),
        ("150 kb/s", narrow(150e3), Class::Safest, 96),
        ("100 kb/s", narrow(100e3), Class::Safest, 64),
        ("80 kb/s", narrow(80e3), Class::Thin, 64),
        ("50 kb/s", narrow(50e3), Class::TooNarrow, 0),
        ("1 % lost", Link { loss: 0.01, ..CLEAN }, Class::Good, 510),
        ("5 % lost", Link { loss: 0.06, ..CLEAN }, Class::Lossy, 510),
        ("5 % in a row", Link { loss: 0.05, burst: 4, ..CLEAN }, Class::Bursts, 510),
        ("jitter", Link { jitter: 0.08, ..CLEAN }, Class::Uneven, 510),
    ];
    for (name, link, class, kbps) in links {
        for seed in 1..20 {
            let verdict = verdict(link, seed);
            assert_eq!(
                (verdict.class, verdict.bitrate.unwrap_or(0) / 1_000),
                (class, kbps),
                "{name}, {seed}: {verdict:?}"
            );
        }
    }
}

/// How far the width that is found is off, as a share of what it is.
fn off(link: Link, seed: u64) -> f64 {
    check(link, seed).0.unwrap().limit.unwrap() / link.rate - 1.0
}

#[test]
fn jitter_makes_a_way_neither_wider_nor_narrower() {
    let given = Link { rate: 216_120.677, queue: 0.714, delay: 0.001, jitter: 0.0595, loss: 0.0232, burst: 1 };
    let one = off(given, 5_539_925_400_531_264_332);
    assert!(one.abs() < 0.05, "{one}");
    for rate in [72e3, 150e3, 216e3, 330e3, 470e3] {
        let all: Vec<f64> = (1..=200).map(|seed| off(Link { rate, ..given }, seed)).collect();
        let mean = all.iter().sum::<f64>() / all.len() as f64;
        let most = all.iter().fold(0.0, |most: f64, off| most.max(off.abs()));
        assert!(mean.abs() < 0.005 && most < 0.04, "{rate}: {mean} on average, {most} at the most");
    }
}

#[test]
fn a_way_that_answers_nothing_is_given_up_soon() {
    let (carried, took) = check(Link { delay: 30.0, ..CLEAN }, 3);
    assert_eq!(carried, None);
    assert!(took < 6.0, "{took}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever else it does, what a narrow way carries is found to a twentieth, and what is advised fits.
    #[test]
    fn the_width_is_found_whatever_the_way_does_otherwise(
        rate in 70e3..480e3_f64, queue in 0.15..0.8_f64, delay in 0.001..0.15_f64, jitter in 0.0..0.06_f64, loss in 0.0..0.05_f64, seed: u64,
    ) {
        let link = Link { rate, queue, delay, jitter, loss, burst: 1 };
        let (carried, took) = check(link, seed);
        let carried = carried.unwrap();
        let limit = carried.limit.unwrap();
        prop_assert!((limit / rate - 1.0).abs() < 0.05, "{link:?}: {limit}");
        prop_assert!(took <= 14.5, "{took}");
        if let Some(setting) = fitting(&carried) {
            prop_assert!(setting.on_the_wire(false) <= rate, "{link:?}: {setting:?}");
        }
    }

    /// A way with room for everything is never called narrow, and its loss is found.
    #[test]
    fn a_wide_way_is_wide_and_its_loss_is_known(
        delay in 0.001..0.15_f64, jitter in 0.0..0.12_f64, loss in 0.0..0.1_f64, burst in 1..4_u32, seed: u64,
    ) {
        let link = Link { rate: 2e6, queue: 0.5, delay, jitter, loss, burst };
        let carried = check(link, seed).0.unwrap();
        prop_assert_eq!(carried.limit, None);
        let off = 5.0 * (loss * (1.0 - loss) * f64::from(burst) / f64::from(carried.packets)).sqrt() + 0.005;
        prop_assert!((carried.loss - loss).abs() < off, "{link:?}: {carried:?}");
    }
}
