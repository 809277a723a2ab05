//! Callbacks at the pace of a device, each timed.

use std::fmt;
use std::thread;
use std::time::{Duration, Instant};

use korero::desk::Desk;
use korero::limits::SAMPLE_RATE;
use korero::priority;

use crate::{CALLBACK, warm};

/// Longest callback that is told apart from longer ones, µs.
const LONGEST_US: usize = 50_000;

/// How long callbacks took.
pub(crate) struct Taken {
    /// How many callbacks took so many µs.
    of_us: Vec<u32>,
    most_us: f64,
}

/// Plays the sound over and over for `seconds`, a callback whenever a device would ask for it.
#[expect(clippy::disallowed_methods, reason = "this is the device that one waits for")]
pub(crate) fn play(desk: &Desk, samples: &[f32], seconds: u64) -> Taken {
    let channels = desk.strips.len();
    let (mut engine, _handle, mut tap) = warm(desk, samples);
    let mut taken = Taken { of_us: vec![0; LONGEST_US + 1], most_us: 0.0 };
    let mut block = Vec::new();
    let period = Duration::from_secs_f64(CALLBACK as f64 / f64::from(SAMPLE_RATE));
    let callbacks = seconds * u64::from(SAMPLE_RATE) / CALLBACK as u64;
    // Refused to most programs; the figures tell.
    let _ = priority::promote();
    let mut due = Instant::now();
    for callback in samples.chunks_exact(CALLBACK * channels).cycle().take(callbacks as usize) {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let begun = Instant::now();
        engine.process(callback, channels);
        taken.add(begun.elapsed());
        while tap.read(&mut block).is_some() {}
        due += period;
    }
    taken
}

impl Taken {
    fn add(&mut self, time: Duration) {
        let us = time.as_secs_f64() * 1e6;
        self.of_us[(us as usize).min(LONGEST_US)] += 1;
        self.most_us = self.most_us.max(us);
    }

    /// The time, µs, that this share of the callbacks did not exceed.
    fn quantile(&self, share: f64) -> usize {
        let all: u64 = self.of_us.iter().copied().map(u64::from).sum();
        let within = (all as f64 * share).ceil() as u64;
        let mut seen = 0;
        let reached = self.of_us.iter().position(|count| {
            seen += u64::from(*count);
            seen >= within
        });
        reached.map_or(LONGEST_US, |us| us + 1)
    }
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (p50, p99, p999) = (self.quantile(0.5), self.quantile(0.99), self.quantile(0.999));
        write!(f, "p50 {p50} p99 {p99} p999 {p999} most {:.0}", self.most_us)
    }
}
