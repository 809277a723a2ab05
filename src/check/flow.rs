//! Packets that left, and what is known of each: loss, queue, jitter and the rate at which they came out.

use std::time::Instant;

use crate::limits::CHECK_PACKETS;
use crate::publish::around_rtp;
use crate::rtc::Fate;

/// Packets by which the queue of this moment is told.
const JUST_NOW: usize = 30;
/// The rate is that of so long, s.
const RATE_WINDOW: f64 = 1.0;
/// Fewer packets say nothing about a rate.
const RATE_LEAST: usize = 8;
/// Packets that are compared with each other for jitter.
const TOGETHER: usize = 10;

#[derive(Clone, Copy, Debug)]
struct Seen {
    sent: Instant,
    /// On the far side's clock, s; `None` when it was lost.
    arrived: Option<f64>,
    /// Arrival minus departure, s; only differences mean anything.
    delay: f64,
    bytes: u32,
}

/// What was lost of some packets.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Loss {
    pub(super) packets: u32,
    pub(super) lost: u32,
    /// 0 to 1.
    pub(super) share: f64,
    /// How many in a row, on average; 0 when none was.
    pub(super) burst: f64,
}

/// Times from and to which packets left.
type Spans<'a> = &'a [(Instant, Instant)];

pub(super) struct Flow {
    began: Instant,
    seen: Vec<Seen>,
    /// The shortest delay, s.
    least: f64,
    /// Where those begin that may tell of the queue of this moment.
    fresh: usize,
    pub(super) ipv6: bool,
}

impl Flow {
    pub(super) fn new(began: Instant) -> Self {
        Self { began, seen: Vec::new(), least: f64::INFINITY, fresh: 0, ipv6: false }
    }

    pub(super) fn hear(&mut self, fates: &[Fate]) {
        for fate in fates {
            if self.seen.len() == CHECK_PACKETS {
                return;
            }
            let left = fate.sent.saturating_duration_since(self.began).as_secs_f64();
            let arrived = fate.arrived.map(|at| at.as_secs_f64());
            let delay = arrived.map_or(0.0, |at| at - left);
            if arrived.is_some() {
                self.least = self.least.min(delay);
            }
            self.seen.push(Seen { sent: fate.sent, arrived, delay, bytes: fate.bytes });
        }
    }

    /// Whether anything has arrived.
    pub(super) fn has_any(&self) -> bool {
        self.least.is_finite()
    }

    /// The queue was given time to drain: what is known until now tells nothing of the next moment.
    pub(super) fn drained(&mut self) {
        self.fresh = self.seen.len();
    }

    /// How much longer than at best the last packets were on their way, s. Those that were soonest of them tell of the
    /// queue; the others may be late for other reasons.
    pub(super) fn queue_now(&self) -> Option<f64> {
        let last = self.seen[self.fresh..].iter().rev().filter(|seen| seen.arrived.is_some()).take(JUST_NOW);
        let delays: Vec<f64> = last.map(|seen| seen.delay).collect();
        (delays.len() == JUST_NOW).then(|| part(delays, 0.1) - self.least)
    }

    /// The queue at its longest, s.
    pub(super) fn queue_between(&self, from: Instant, to: Instant) -> Option<f64> {
        let delays: Vec<f64> =
            self.within(&[(from, to)]).filter(|seen| seen.arrived.is_some()).map(|s| s.delay).collect();
        (!delays.is_empty()).then(|| part(delays, 0.9) - self.least)
    }

    /// What was lost of the packets that left then; `None` without any.
    pub(super) fn loss(&self, spans: Spans<'_>) -> Option<Loss> {
        let mut all: Vec<&Seen> = self.within(spans).collect();
        all.sort_by_key(|seen| seen.sent);
        let lost = all.iter().filter(|seen| seen.arrived.is_none()).count();
        let mut before = false;
        let mut rows = 0;
        for seen in &all {
            let now = seen.arrived.is_none();
            rows += usize::from(now && !before);
            before = now;
        }
        let share = lost as f64 / all.len().max(1) as f64;
        let burst = if rows == 0 { 0.0 } else { lost as f64 / rows as f64 };
        (!all.is_empty()).then_some(Loss { packets: all.len() as u32, lost: lost as u32, share, burst })
    }

    /// Between the soonest and the latest of [`TOGETHER`] packets that left then, in the middle of all such groups, s.
    pub(super) fn jitter(&self, spans: Spans<'_>) -> f64 {
        let delays: Vec<f64> = self.within(spans).filter(|seen| seen.arrived.is_some()).map(|s| s.delay).collect();
        let width = |some: &[f64]| {
            let ends = |(low, high): (f64, f64), delay: &f64| (low.min(*delay), high.max(*delay));
            let (low, high) = some.iter().fold((f64::INFINITY, f64::NEG_INFINITY), ends);
            high - low
        };
        let widths: Vec<f64> = delays.chunks_exact(TOGETHER).map(width).collect();
        if widths.is_empty() { 0.0 } else { part(widths, 0.5) }
    }

    /// What came out lately, bit/s with every header: how all that arrived by then grew over the time. Jitter moves single
    /// arrivals, and the first and the last of them tell little about the rest.
    pub(super) fn rate(&self) -> Option<f64> {
        let mut arrivals: Vec<(f64, u32)> =
            self.seen[self.fresh..].iter().filter_map(|s| Some((s.arrived?, s.bytes))).collect();
        arrivals.sort_by(|a, b| a.0.total_cmp(&b.0));
        let last = arrivals.last()?.0;
        let from = arrivals.partition_point(|(at, _)| *at < last - RATE_WINDOW);
        let first = arrivals.get(from)?.0;
        let mut bits = 0.0;
        let grown = arrivals[from..].iter().map(|(at, bytes)| {
            bits += f64::from(8 * (bytes + around_rtp(self.ipv6)));
            (bits, at - first)
        });
        let grown: Vec<(f64, f64)> = grown.collect();
        (grown.len() > RATE_LEAST && last - first > RATE_WINDOW / 2.0).then(|| slope(&grown))
    }

    fn within<'a>(&'a self, spans: Spans<'a>) -> impl Iterator<Item = &'a Seen> {
        self.seen.iter().filter(move |seen| spans.iter().any(|(from, to)| (*from..*to).contains(&seen.sent)))
    }
}

/// Bits per second by least squares. What is not exact is the time.
fn slope(grown: &[(f64, f64)]) -> f64 {
    let mean = |of: fn(&(f64, f64)) -> f64| grown.iter().map(of).sum::<f64>() / grown.len() as f64;
    let (mean_bits, mean_time) = (mean(|(bits, _)| *bits), mean(|(_, time)| *time));
    let off = |(bits, time): &(f64, f64)| (bits - mean_bits, time - mean_time);
    let squares: f64 = grown.iter().map(off).map(|(bits, _)| bits * bits).sum();
    let together: f64 = grown.iter().map(off).map(|(bits, time)| bits * time).sum();
    squares / together
}

/// The value below which that part (0 to 1) of them is.
fn part(mut values: Vec<f64>, part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * part).round() as usize]
}
