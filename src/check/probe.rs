//! What a check sends, and what it learns from what became of it: more and more, until the way plainly carries no more;
//! then a pause in which its queue drains, and a while of what a show would send. No clock: time is an argument.

use std::time::{Duration, Instant};

use crate::codec::PacketLength;
use crate::limits::{CHECK_PROOF, CHECK_SENDS, CHECK_STEP, CHECK_TOP};
use crate::publish::Setting;
use crate::rtc::Fate;

use super::flow::Flow;
use super::measures::Carried;
use super::verdict::fitting;

/// What is tried, bit/s.
const STEPS: [u32; 4] = [64_000, 128_000, 256_000, 510_000];
/// A queue from here on is one that grows, s.
const QUEUE: f64 = 0.100;
/// So much more than three times the loss at first: something throws away what is too much for it.
const TOO_MUCH: f64 = 0.2;
/// The same while nothing is known of a way that has room.
const FAR_TOO_MUCH: f64 = 0.3;
/// Fewer packets say nothing about loss.
const LOSS_LEAST: u32 = 100;
/// Loss is judged by the packets of so long.
const JUDGED: Duration = Duration::from_millis(1_500);
/// A full way is measured for so long.
const FULL: Duration = Duration::from_millis(1_300);
/// Nothing at all was heard for so long: the way is closed.
const CLOSED: Duration = Duration::from_secs(5);

/// What to send now.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Order {
    /// Packets like those of a show.
    Send(Setting),
    /// Nothing: a queue drains.
    Quiet,
    /// It is over.
    Over,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Doing {
    /// One step, and since when it was too much.
    Step {
        index: usize,
        since: Instant,
        full: Option<Instant>,
    },
    Draining {
        until: Instant,
    },
    /// What a show would send.
    Proof {
        setting: Setting,
        since: Instant,
        full: Option<Instant>,
    },
    Over,
}

/// One check of one way.
pub(super) struct Probe {
    began: Instant,
    doing: Doing,
    flow: Flow,
    limit: Option<f64>,
    tried: f64,
    queue: f64,
    heard: Instant,
    ipv6: bool,
    /// When there was room for what was sent.
    clean: Vec<(Instant, Instant)>,
}

impl Probe {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            began: now,
            doing: Doing::Step { index: 0, since: now, full: None },
            flow: Flow::new(now),
            limit: None,
            tried: 0.0,
            queue: 0.0,
            heard: now,
            ipv6: false,
            clean: Vec::new(),
        }
    }

    /// Whether the way is one of IPv6, whose headers are longer.
    pub(super) fn by_ipv6(&mut self, ipv6: bool) {
        self.ipv6 = ipv6;
        self.flow.ipv6 = ipv6;
    }

    /// Takes what became of packets.
    pub(super) fn hear(&mut self, now: Instant, fates: &[Fate]) {
        if !fates.is_empty() {
            self.heard = now;
            self.flow.hear(fates);
        }
    }

    /// Whether there is room for what is sent, so that a round trip now is that of the way alone.
    pub(super) fn has_room(&self) -> bool {
        matches!(self.doing, Doing::Step { full: None, .. } | Doing::Proof { full: None, .. })
            && self.flow.queue_now().is_none_or(|queue| queue < QUEUE / 2.0)
    }

    /// What to send at `now`.
    pub(super) fn look(&mut self, now: Instant) -> Order {
        if now.saturating_duration_since(self.began) >= CHECK_SENDS
            || now.saturating_duration_since(self.heard) >= CLOSED
        {
            self.end(now);
        }
        match self.doing {
            Doing::Step { index, since, full } => self.step(now, index, since, full),
            Doing::Draining { until } if now >= until => self.prove(now),
            Doing::Draining { .. } | Doing::Over => {}
            Doing::Proof { setting, since, full } => self.proof(now, setting, since, full),
        }
        match self.doing {
            Doing::Step { index, .. } => Order::Send(short(STEPS[index])),
            Doing::Draining { .. } => Order::Quiet,
            Doing::Proof { setting, .. } => Order::Send(setting),
            Doing::Over => Order::Over,
        }
    }

    fn step(&mut self, now: Instant, index: usize, since: Instant, full: Option<Instant>) {
        let lasted = now.saturating_duration_since(since);
        if full.is_some() || self.is_full(now, since) {
            let full = full.unwrap_or(now);
            self.doing = Doing::Step { index, since, full: Some(full) };
            self.measure(now, since, full);
        } else if index + 1 == STEPS.len() && lasted >= CHECK_TOP {
            self.tried = self.tried.max(short(STEPS[index]).on_the_wire(self.ipv6));
            self.clean.push((since, now));
            self.prove(now);
        } else if index + 1 < STEPS.len() && lasted >= CHECK_STEP {
            self.clean.push((since, now));
            self.doing = Doing::Step { index: index + 1, since: now, full: None };
        }
    }

    fn proof(&mut self, now: Instant, setting: Setting, since: Instant, full: Option<Instant>) {
        if full.is_some() || self.is_full(now, since) {
            let full = full.unwrap_or(now);
            self.doing = Doing::Proof { setting, since, full: Some(full) };
            self.measure(now, since, full);
        } else if now.saturating_duration_since(since) >= CHECK_PROOF {
            self.end(now);
        }
    }

    /// Whether what is sent `since` then is plainly more than there is room for.
    fn is_full(&self, now: Instant, since: Instant) -> bool {
        if self.flow.queue_now().is_some_and(|queue| queue > QUEUE) {
            return true;
        }
        let judged = now.checked_sub(JUDGED).map_or(since, |from| from.max(since));
        let loss = |from, to| self.flow.loss(&[(from, to)]).filter(|loss| loss.packets >= LOSS_LEAST);
        let before = self.clean.first().and_then(|(from, to)| loss(*from, *to));
        let most = before.map_or(FAR_TOO_MUCH, |before| 3.0 * before.share + TOO_MUCH);
        loss(judged, now).is_some_and(|loss| loss.share > most)
    }

    /// Of a way that is full: what comes out of it is what it carries.
    fn measure(&mut self, now: Instant, since: Instant, full: Instant) {
        if now.saturating_duration_since(full) < FULL {
            return;
        }
        if let Some(rate) = self.flow.rate() {
            self.limit = Some(self.limit.map_or(rate, |limit| limit.min(rate)));
        }
        self.queue = self.queue.max(self.flow.queue_between(since, now).unwrap_or_default());
        let queue = Duration::from_secs_f64(self.flow.queue_now().unwrap_or_default().clamp(0.0, 1.0));
        self.doing = Doing::Draining { until: now + queue + Duration::from_millis(300) };
    }

    /// Goes on with what a show would send there.
    fn prove(&mut self, now: Instant) {
        self.flow.drained();
        self.doing = match fitting(&self.so_far()) {
            Some(setting) => Doing::Proof { setting, since: now, full: None },
            // The least sound shows best what a way that is too narrow is like otherwise.
            None => Doing::Proof { setting: LEAST, since: now, full: None },
        };
    }

    fn end(&mut self, now: Instant) {
        match self.doing {
            Doing::Step { since, full: None, .. } | Doing::Proof { since, full: None, .. } => {
                self.clean.push((since, now));
            }
            _ => {}
        }
        self.doing = Doing::Over;
    }

    fn so_far(&self) -> Carried {
        let loss = self.flow.loss(&self.clean).unwrap_or_default();
        Carried {
            limit: self.limit,
            tried: self.tried,
            loss: loss.share,
            burst: loss.burst,
            lost: loss.lost,
            jitter_ms: 1e3 * self.flow.jitter(&self.clean),
            queue_ms: 1e3 * self.queue,
            ipv6: self.ipv6,
            packets: loss.packets,
        }
    }

    /// What was learnt; `None` when nothing was heard of any packet.
    pub(super) fn carried(&self) -> Option<Carried> {
        Some(self.so_far()).filter(|_| self.flow.has_any())
    }
}

/// What a way that carries nothing more is proved with.
const LEAST: Setting = Setting { bitrate: crate::limits::RATE_FLOOR, length: PacketLength::Long };

fn short(bitrate: u32) -> Setting {
    Setting { bitrate, length: PacketLength::Short }
}

#[cfg(test)]
#[path = "probe_tests.rs"]
mod tests;
