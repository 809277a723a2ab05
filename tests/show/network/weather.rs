//! What a path does to the datagrams on it: loss alone or in bursts, delay, jitter, a rate with a queue, darkness. All of
//! it comes from one seed.

use std::time::{Duration, Instant};

/// A queue longer than this is full and drops what comes last, as a router would.
const QUEUE: Duration = Duration::from_millis(500);
/// Bytes of IP and UDP before each datagram (RFC 791, RFC 768).
const HEADERS: usize = 28;

/// What a path is like.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Weather {
    /// The share of datagrams that is lost, 0 to 1.
    pub(crate) loss: f64,
    /// How many are lost in a row, in the middle; 1 is loss at random.
    pub(crate) burst: f64,
    pub(crate) delay: Duration,
    /// Each datagram is up to this much sooner or later than `delay`, so they overtake each other.
    pub(crate) jitter: Duration,
    /// Bits per second with all headers; `None` is a path without a limit.
    pub(crate) rate: Option<f64>,
    pub(crate) dark: bool,
}

impl Weather {
    /// Nothing happens to anything.
    pub(crate) const FAIR: Self =
        Self { loss: 0.0, burst: 1.0, delay: Duration::ZERO, jitter: Duration::ZERO, rate: None, dark: false };
}

/// What became of a datagram.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fate {
    /// It leaves after so long.
    Passes(Duration),
    Lost,
    /// The queue was full.
    Dropped,
}

/// One direction of one path.
pub(crate) struct Lane {
    pub(crate) weather: Weather,
    chance: Chance,
    /// The Gilbert chain: whether the datagram before was lost.
    bad: bool,
    free_at: Option<Instant>,
}

impl Lane {
    pub(crate) fn new(seed: u64) -> Self {
        Self { weather: Weather::FAIR, chance: Chance(seed), bad: false, free_at: None }
    }

    /// Decides on a datagram of `bytes` that arrives at `now`.
    pub(crate) fn fate(&mut self, bytes: usize, now: Instant) -> Fate {
        let Weather { delay, jitter, dark, .. } = self.weather;
        // The chain goes on in the dark too: one seed is one weather.
        if self.loses() || dark {
            return Fate::Lost;
        }
        let Some(queued) = self.queue(bytes, now) else { return Fate::Dropped };
        let swing = jitter.mul_f64(2.0 * self.chance.next());
        Fate::Passes((queued + delay + swing).saturating_sub(jitter))
    }

    /// A Gilbert chain whose mean loss is `loss` and whose mean burst is `burst`; a burst of 1 is loss at random.
    fn loses(&mut self) -> bool {
        let Weather { loss, burst, .. } = self.weather;
        let next = self.chance.next();
        if burst <= 1.0 {
            return next < loss;
        }
        let leave = burst.recip();
        let enter = loss * leave / (1.0 - loss);
        self.bad = if self.bad { next >= leave } else { next < enter };
        self.bad
    }

    /// Time in the queue and on the line of a slow path; `None` when the queue is full.
    fn queue(&mut self, bytes: usize, now: Instant) -> Option<Duration> {
        let Some(rate) = self.weather.rate else {
            self.free_at = None;
            return Some(Duration::ZERO);
        };
        let begins = self.free_at.map_or(now, |free| free.max(now));
        if begins.duration_since(now) > QUEUE {
            return None;
        }
        let ends = begins + Duration::from_secs_f64((bytes + HEADERS) as f64 * 8.0 / rate);
        self.free_at = Some(ends);
        Some(ends.duration_since(now))
    }
}

/// Numbers from 0 to just below 1, the same for the same seed (SplitMix64; Steele, Lea and Flood 2014).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[test]
fn what_is_lost_is_as_much_and_in_bursts_as_long_as_was_asked() {
    for (loss, burst) in [(0.0, 1.0), (0.05, 1.0), (0.1, 3.0), (0.01, 3.0)] {
        let mut lane = Lane::new(7);
        lane.weather = Weather { loss, burst, ..Weather::FAIR };
        let now = Instant::now();
        let lost: Vec<bool> = (0..200_000).map(|_| lane.fate(300, now) == Fate::Lost).collect();
        let share = lost.iter().filter(|lost| **lost).count() as f64 / lost.len() as f64;
        assert!((share - loss).abs() <= loss * 0.1, "{share} of {loss}");
        let begun = lost.windows(2).filter(|pair| !pair[0] && pair[1]).count().max(1);
        let mean = share * lost.len() as f64 / begun as f64;
        let asked = if burst > 1.0 { burst } else { (1.0 - loss).recip() };
        assert!(loss == 0.0 || (mean - asked).abs() <= asked * 0.1, "bursts of {mean}, not {asked}");
    }
}

#[test]
fn a_slow_path_passes_its_rate_and_holds_half_a_second() {
    let mut lane = Lane::new(1);
    lane.weather = Weather { rate: Some(96_000.0), ..Weather::FAIR };
    let begun = Instant::now();
    let offered = (0..1_000_u64).map(|n| lane.fate(330, begun + Duration::from_millis(10 * n)));
    let waits: Vec<Duration> = offered
        .filter_map(|fate| match fate {
            Fate::Passes(wait) => Some(wait),
            Fate::Lost | Fate::Dropped => None,
        })
        .collect();
    let passed = waits.len() as f64 * (330.0 + 28.0) * 8.0;
    assert!((passed / 96_000.0 - 10.0).abs() < 0.7, "{passed} bits in 10 s");
    assert!(waits.iter().max().is_some_and(|longest| *longest > QUEUE && *longest < QUEUE + Duration::from_millis(40)));
}

#[test]
fn one_seed_is_one_weather_and_jitter_lets_datagrams_overtake() {
    let weather =
        Weather { loss: 0.1, delay: Duration::from_millis(40), jitter: Duration::from_millis(30), ..Weather::FAIR };
    let now = Instant::now();
    let all = |seed| {
        let mut lane = Lane::new(seed);
        lane.weather = weather;
        (0..500).map(|_| lane.fate(300, now)).collect::<Vec<_>>()
    };
    assert_eq!(all(3), all(3));
    assert_ne!(all(3), all(4));
    let waits = all(3).into_iter().filter_map(|fate| if let Fate::Passes(wait) = fate { Some(wait) } else { None });
    assert!(waits.into_iter().all(|wait| (10..=70).contains(&wait.as_millis())));
}
