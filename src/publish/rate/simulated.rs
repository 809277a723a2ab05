//! A path and a sender in virtual time: one queue with a rate and an end, a way that takes time, jitter, loss one by one or
//! in bursts; packets that are asked for again; feedback every 50 ms, or reports alone.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::rtc::Fate;

use super::wire::AROUND_RTP;
use super::{Follow, Rate, Word};

/// What the RTP packet has beside its payload.
const RTP_HEADER: u32 = 20;

/// The path, for one stretch of time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    /// Bit/s on the wire.
    pub(super) rate: f64,
    /// What the queue holds, ms at that rate.
    pub(super) queue_ms: f64,
    /// One way, ms.
    pub(super) delay_ms: f64,
    /// Evenly spread from 0 to this, ms; packets overtake each other.
    pub(super) jitter_ms: f64,
    /// The fraction lost, and how many at once.
    pub(super) loss: f64,
    pub(super) burst: u32,
}

impl Stretch {
    pub(super) fn of(rate: f64) -> Self {
        Self { rate, queue_ms: 500.0, delay_ms: 20.0, jitter_ms: 0.0, loss: 0.0, burst: 1 }
    }
}

/// What happened at one moment, s.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) at: f64,
    pub(super) rate: Rate,
    /// How long the queue was, s.
    pub(super) queue: f64,
}

/// The whole loop.
pub(super) struct Loop {
    pub(super) follow: Follow,
    began: Instant,
    now: f64,
    random: u64,
    /// When the queue's end will have left, s.
    busy_until: f64,
    burst_left: u32,
    next_packet: f64,
    /// Packets that are on their way to being told of: when that is, and what.
    told: VecDeque<(f64, Fate)>,
    again: Vec<(f64, u32)>,
    reports_only: Option<f64>,
    pub(super) moments: Vec<Moment>,
    sent: u32,
    received: u32,
    last_report: (f64, u32, u32),
    rtt: f64,
}

impl Loop {
    pub(super) fn new(ceiling: u32, seed: u64) -> Self {
        let began = Instant::now();
        Self {
            follow: Follow::new(ceiling, false, began),
            began,
            now: 0.0,
            random: seed | 1,
            busy_until: 0.0,
            burst_left: 0,
            next_packet: 0.0,
            told: VecDeque::new(),
            again: Vec::new(),
            reports_only: None,
            moments: Vec::new(),
            sent: 0,
            received: 0,
            last_report: (0.0, 0, 0),
            rtt: 0.04,
        }
    }

    /// No transport feedback: a report every `seconds`, and a check of consent each second.
    pub(super) fn with_reports_only(mut self, seconds: f64) -> Self {
        self.reports_only = Some(seconds);
        self
    }

    fn chance(&mut self) -> f64 {
        // Xorshift (Marsaglia 2003).
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn at(&self, seconds: f64) -> Instant {
        self.began + Duration::from_secs_f64(seconds.max(0.0))
    }

    /// Lets that much time pass on such a path.
    pub(super) fn run(&mut self, stretch: Stretch, seconds: f64) {
        let end = self.now + seconds;
        let chance = self.chance();
        let mut rate = self.follow.look(self.at(self.now), chance);
        let mut tick = (self.now * 20.0).round() as u64;
        while self.now < end {
            while self.next_packet <= self.now {
                let per_second = rate.setting.length.per_second();
                let payload = (f64::from(rate.setting.bitrate) / per_second / 8.0) as u32;
                self.send(stretch, payload + RTP_HEADER, self.next_packet);
                self.next_packet += 1.0 / per_second;
            }
            let due: Vec<u32> = self.again.iter().filter(|(at, _)| *at <= self.now).map(|(_, bytes)| *bytes).collect();
            self.again.retain(|(at, _)| *at > self.now);
            due.into_iter().for_each(|bytes| self.send(stretch, bytes, self.now));
            if (self.now * 20.0) as u64 > tick {
                tick += 1;
                self.hear(tick);
                let chance = self.chance();
                rate = self.follow.look(self.at(self.now), chance);
                let queue = (self.busy_until - self.now).max(0.0);
                self.moments.push(Moment { at: self.now, rate, queue });
            }
            self.now += 0.005;
        }
    }

    fn send(&mut self, stretch: Stretch, bytes: u32, at: f64) {
        let wire = f64::from(8 * (bytes + AROUND_RTP));
        let queue = (self.busy_until - at).max(0.0);
        let lost = self.is_lost(stretch) || queue > stretch.queue_ms / 1e3;
        self.sent += 1;
        if !lost {
            self.busy_until = at + queue + wire / stretch.rate;
            self.received += 1;
        }
        let jitter = stretch.jitter_ms / 1e3 * self.chance();
        let arrives = self.busy_until + stretch.delay_ms / 1e3 + jitter;
        self.rtt = arrives - at + stretch.delay_ms / 1e3;
        let sent = self.at(at);
        let back = stretch.delay_ms / 1e3;
        if lost {
            self.told.push_back((at + queue + 0.25 + 2.0 * back, Fate { sent, arrived: None, bytes }));
            // Asked for at the next look of the far side, once, while that is useful.
            if self.again.len() < 12 && queue + 2.0 * back < 0.15 && self.chance() < 0.8 {
                self.again.push((at + queue + 2.0 * back + 0.033, bytes));
            }
        } else {
            let arrived = Some(Duration::from_secs_f64(1_000.0 + arrives));
            self.told.push_back((arrives + back, Fate { sent, arrived, bytes }));
        }
    }

    fn is_lost(&mut self, stretch: Stretch) -> bool {
        if self.burst_left == 0 && self.chance() < stretch.loss / f64::from(stretch.burst) {
            self.burst_left = stretch.burst;
        }
        let lost = self.burst_left > 0;
        self.burst_left = self.burst_left.saturating_sub(1);
        lost
    }

    fn hear(&mut self, tick: u64) {
        let now = self.at(self.now);
        let (due, later): (Vec<_>, Vec<_>) = self.told.drain(..).partition(|(at, _)| *at <= self.now);
        self.told = later.into();
        let Some(every) = self.reports_only else {
            let fates: Vec<Fate> = due.into_iter().map(|(_, fate)| fate).collect();
            return self.follow.hear(now, &fates);
        };
        if tick.is_multiple_of(20) {
            let rtt = Some(Duration::from_secs_f64(self.rtt.clamp(0.0, 5.0)));
            self.follow.told(now, Word { rtt, report: None });
        }
        let (at, sent, received) = self.last_report;
        if self.now - at >= every {
            let lost = 1.0 - f64::from(self.received - received) / f64::from((self.sent - sent).max(1));
            self.follow.told(now, Word { rtt: None, report: Some((lost as f32, Some(self.received))) });
            self.last_report = (self.now, self.sent, self.received);
        }
    }

    /// What happened from `from` to `to`, s.
    pub(super) fn between(&self, from: f64, to: f64) -> &[Moment] {
        let first = self.moments.partition_point(|moment| moment.at < from);
        let last = self.moments.partition_point(|moment| moment.at < to);
        &self.moments[first..last]
    }

    pub(super) fn now(&self) -> f64 {
        self.now
    }
}
