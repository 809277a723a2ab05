//! What the far side's feedback says of the path: how long its queue is, what it carries, what it loses.
//!
//! With transport feedback each packet's own fate is known; delays are compared with the shortest of the last minute, since
//! the two clocks are not one. Without it, receiver reports and round trips say the same more slowly.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::limits::RATE_MEMORY;
use crate::rtc::Fate;

use super::base::Least;
use super::reports::Reported;
use super::wire::{AROUND_RTP, IPV6_MORE};

/// Packets over which loss is judged, by the time they were sent.
const LOSS_WINDOW: Duration = Duration::from_secs(2);
/// Fewer packets say nothing about loss.
const LOSS_LEAST: usize = 25;
/// Nothing at all for so long is a hole.
const HOLE: Duration = Duration::from_millis(300);
/// Packets over which the delivered rate is measured, by the time of their arrival.
const RATE_WINDOW: f64 = 0.5;
/// Fewer packets say nothing about a rate.
const RATE_LEAST: usize = 5;
/// Packets after which the jitter is known.
const JITTER_KNOWN: u32 = 16;
/// Transport feedback that is older is not expected any more, and reports are read instead.
const FEEDBACK_GONE: Duration = Duration::from_secs(2);
/// A delay that jumps by so much is another clock.
const OTHER_CLOCK: f64 = 60.0;

/// One packet, as far as it is known.
#[derive(Clone, Copy, Debug)]
struct Seen {
    sent: Instant,
    /// On the far side's clock, s; `None` when it was lost.
    arrived: Option<f64>,
    /// Arrival minus departure, s; only differences mean anything.
    delay: f64,
    bytes: u32,
}

/// How the path is at one moment.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct View {
    /// How much longer than at best sound is on its way, s: the path's queue. `None` while nothing is known.
    pub(super) queue: Option<f64>,
    /// The same by the last few packets alone: sooner, and less sure.
    pub(super) queue_just_now: Option<f64>,
    /// How much delays differ from packet to packet, s: the width of the jitter.
    pub(super) jitter: f64,
    /// The fraction of packets that were lost, 0 to 1.
    pub(super) loss: f64,
    /// What arrived lately while there was a queue, or else at all, bit/s on the wire: with a queue, that is what the path
    /// carries.
    pub(super) carried: Option<f64>,
    /// When the newest packet that is known to have arrived was sent; by reports, when the last one came.
    pub(super) known_to: Option<Instant>,
    /// How often the far side has said something.
    pub(super) news: u64,
    /// Whether each packet's fate is known; otherwise there are only reports.
    pub(super) by_packet: bool,
}

/// The path, as it was heard of.
pub(super) struct Path {
    seen: VecDeque<Seen>,
    origin: Option<Instant>,
    least: Least,
    jitter: f64,
    counted: u32,
    news: u64,
    heard: Option<Instant>,
    reported: Reported,
    pub(super) ipv6: bool,
}

impl Path {
    pub(super) fn new() -> Self {
        Self {
            seen: VecDeque::new(),
            origin: None,
            least: Least::default(),
            jitter: 0.0,
            counted: 0,
            news: 0,
            heard: None,
            reported: Reported::default(),
            ipv6: false,
        }
    }

    /// Takes what became of packets.
    pub(super) fn hear(&mut self, now: Instant, fates: &[Fate]) {
        if fates.is_empty() {
            return;
        }
        (self.news, self.heard) = (self.news + 1, Some(now));
        for fate in fates {
            self.packet(fate);
        }
        let keep = |seen: &Seen| now.saturating_duration_since(seen.sent) < RATE_MEMORY;
        while self.seen.front().is_some_and(|seen| !keep(seen)) {
            self.seen.pop_front();
        }
    }

    fn packet(&mut self, fate: &Fate) {
        let origin = *self.origin.get_or_insert(fate.sent);
        let left = since(fate.sent, origin);
        let arrived = fate.arrived.map(|at| at.as_secs_f64());
        let delay = arrived.map_or(0.0, |at| at - left);
        if arrived.is_some() {
            if self.least.now().is_some_and(|least| (delay - least).abs() > OTHER_CLOCK) {
                self.forget();
                self.origin = Some(origin);
            }
            self.least.hear(left, delay);
        }
        let seen = Seen { sent: fate.sent, arrived, delay, bytes: fate.bytes };
        // What arrives out of order, or is given up late, stands where it was sent.
        let behind = self.seen.iter().rev().take_while(|other| other.sent > seen.sent).count();
        let at = self.seen.len() - behind;
        self.seen.insert(at, seen);
        if arrived.is_some() {
            self.unevenness();
        }
    }

    /// A delay that lies on the line between its neighbours is a queue that grows or shrinks; what is off it is jitter.
    fn unevenness(&mut self) {
        let mut last = self.seen.iter().rev().filter(|seen| seen.arrived.is_some()).map(|seen| seen.delay);
        if let (Some(c), Some(b), Some(a)) = (last.next(), last.next(), last.next()) {
            self.counted += 1;
            // Of evenly spread delays the middle of three is off that line by 0.29 of their whole width on average.
            let width = (b - (a + c) / 2.0).abs() / 0.29;
            self.jitter += (width - self.jitter) / f64::from(self.counted.min(2 * JITTER_KNOWN));
        }
    }

    /// Takes a receiver report (RFC 3550 §6.4.1): the fraction lost since the one before, and how many packets of
    /// `packet_bits` each arrived in all.
    pub(super) fn report(&mut self, now: Instant, lost: f32, received: Option<u32>, packet_bits: f64) {
        self.reported.report(now, lost, received, packet_bits);
        self.news += u64::from(!self.by_packet(now));
    }

    /// Takes a round trip, from a report or from a check of consent.
    pub(super) fn round_trip(&mut self, now: Instant, rtt: Duration) {
        let origin = *self.origin.get_or_insert(now);
        self.reported.round_trip(since(now, origin), rtt);
    }

    /// Forgets everything: another connection.
    pub(super) fn forget(&mut self) {
        *self = Self { news: self.news, ipv6: self.ipv6, ..Self::new() };
    }

    /// Takes the queue that there is for the shortest way: it is not ours, or the way has become longer.
    pub(super) fn accept(&mut self, queue: f64) {
        self.least.raise(queue);
        self.reported.accept(queue);
    }

    fn by_packet(&self, now: Instant) -> bool {
        self.heard.is_some_and(|at| now.saturating_duration_since(at) < FEEDBACK_GONE)
    }

    /// How the path is.
    pub(super) fn view(&self, now: Instant) -> View {
        if !self.by_packet(now) {
            return View { news: self.news, ..self.reported.view() };
        }
        View {
            queue: self.queue(8),
            queue_just_now: self.queue(4),
            jitter: self.jitter,
            loss: self.loss(now),
            carried: self.carried(0.02 + 0.6 * self.jitter).or_else(|| self.carried(0.0)),
            known_to: self.seen.iter().rfind(|seen| seen.arrived.is_some()).map(|seen| seen.sent),
            news: self.news,
            by_packet: true,
        }
    }

    /// The shortest queue that the last `packets` which arrived have met.
    fn queue(&self, packets: usize) -> Option<f64> {
        if self.counted < JITTER_KNOWN {
            return None;
        }
        let least = self.least.now()?;
        let last = self.seen.iter().rev().filter(|seen| seen.arrived.is_some()).take(packets);
        last.map(|seen| (seen.delay - least).max(0.0)).reduce(f64::min)
    }

    fn loss(&self, now: Instant) -> f64 {
        lost(self.seen.iter(), |seen| now.saturating_duration_since(seen.sent) < LOSS_WINDOW)
    }

    /// The fraction lost over all that is remembered, for the encoder's hint.
    pub(super) fn loss_over_time(&self, now: Instant) -> f64 {
        if self.by_packet(now) { lost(self.seen.iter(), |_| true) } else { self.reported.view().loss }
    }

    /// What arrived within [`RATE_WINDOW`] before the newest arrival and had met at least that queue (s), bit/s on the
    /// wire.
    fn carried(&self, queue: f64) -> Option<f64> {
        let least = self.least.now()?;
        let arrived = || {
            let last = self.seen.iter().rev().take(256).filter(|seen| seen.delay - least >= queue);
            last.filter_map(|seen| Some((seen.arrived?, seen.bytes)))
        };
        let newest = arrived().map(|(at, _)| at).reduce(f64::max)?;
        let within = || arrived().filter(|(at, _)| newest - at <= RATE_WINDOW);
        let first = within().map(|(at, _)| at).reduce(f64::min)?;
        let around = AROUND_RTP + if self.ipv6 { IPV6_MORE } else { 0 };
        let bytes: u32 = within().map(|(_, bytes)| bytes + around).sum();
        let count = within().count();
        // The first one's bytes came before the time that is measured.
        let bits = 8.0 * f64::from(bytes) * (count as f64 - 1.0) / count as f64;
        (count >= RATE_LEAST && newest > first).then(|| bits / (newest - first))
    }
}

/// The fraction lost of the packets that `count`, one by one or in bursts. A hole of everything is no loss of this kind: the
/// path was not there, and that says nothing about what it carries when it is.
fn lost<'a>(packets: impl Iterator<Item = &'a Seen>, count: impl Fn(&Seen) -> bool) -> f64 {
    let (mut all, mut lost, mut run) = (0, 0, 0);
    let mut run_began = None;
    for packet in packets {
        if packet.arrived.is_none() {
            run_began.get_or_insert(packet.sent);
            run += usize::from(count(packet));
            continue;
        }
        let hole = run_began.take().is_some_and(|began| packet.sent.saturating_duration_since(began) > HOLE);
        let lost_now = if hole { 0 } else { run };
        (all, lost, run) = (all + lost_now + usize::from(count(packet)), lost + lost_now, 0);
    }
    if all < LOSS_LEAST { 0.0 } else { lost as f64 / all as f64 }
}

/// Seconds from `origin` to `moment`, negative before it.
fn since(moment: Instant, origin: Instant) -> f64 {
    match moment.checked_duration_since(origin) {
        Some(after) => after.as_secs_f64(),
        None => -origin.duration_since(moment).as_secs_f64(),
    }
}
