//! Our reports to the far side, and its reports to us. `webrtc` keeps receiver reports to itself and dates its sender
//! reports by the moment a packet was sent; this interceptor takes the place of its own one.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use rtc::interceptor::{AttributedPacket, Packet, TaggedPacket};
use rtc::rtcp;
use rtc::rtcp::receiver_report::ReceiverReport;
use rtc::rtcp::reception_report::ReceptionReport;
use rtc::rtcp::sender_report::SenderReport;
use rtc::rtcp::transport_feedbacks::transport_layer_cc::TransportLayerCc;
use rtc::rtcp::transport_feedbacks::transport_layer_nack::TransportLayerNack;
use rtc::shared::TransportContext;

use crate::limits::FATES_WAITING;

use super::clock::{SenderClock, ntp, utc_ns};
use super::fates::Fate;
use super::onlooker::Look;
use super::reference_time;

/// How often a sender report goes out (RFC 3550 allows less; listeners that join want one soon).
const REPORT_EVERY: Duration = Duration::from_secs(1);

/// What the far side said of our stream. Any thread.
#[derive(Default)]
pub struct FarSide {
    now: Mutex<FarSideNow>,
    worked: Mutex<Option<Instant>>,
    fates: Mutex<VecDeque<Fate>>,
}

/// The last word of the far side.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct FarSideNow {
    /// When it last told anything about our stream: a receiver report, transport feedback or a NACK, each of which
    /// it can only give for packets that it received. `None`: never yet.
    pub heard: Option<Instant>,
    /// Round trip by its last receiver report (RFC 3550 §6.4.1).
    pub rtt: Option<Duration>,
    /// The fraction of packets lost between its last two receiver reports, 0 to 1.
    pub lost: Option<f32>,
    /// How many receiver reports there were.
    pub reports: u64,
    /// How many packets have arrived by the last one, which wraps: those that were expected less those that were lost,
    /// and so from an unknown number on.
    pub received: Option<u32>,
    /// Whether it answers by IPv6.
    pub ipv6: bool,
}

impl FarSide {
    /// The last word.
    #[must_use]
    pub fn now(&self) -> FarSideNow {
        *self.lock()
    }

    /// When our own end of the connection last did its work, which it does each second from the first packet on. A stranger
    /// whose bytes broke it off would otherwise leave a connection that looks well for ever.
    #[must_use]
    pub fn worked(&self) -> Option<Instant> {
        *self.worked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Our own end does its work at `now`.
    pub fn works(&self, now: Instant) {
        *self.worked.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }

    /// What became of packets since the last call, in the order that it became known.
    #[must_use]
    pub fn take_fates(&self) -> Vec<Fate> {
        self.fates_known().drain(..).collect()
    }

    pub(super) fn fates(&self, known: Vec<Fate>) {
        let mut fates = self.fates_known();
        fates.extend(known);
        let too_many = fates.len().saturating_sub(FATES_WAITING);
        fates.drain(..too_many);
    }

    pub(super) fn came_by_ipv6(&self, ipv6: bool) {
        self.lock().ipv6 = ipv6;
    }

    fn fates_known(&self) -> MutexGuard<'_, VecDeque<Fate>> {
        self.fates.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, FarSideNow> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one RTCP packet about the stream `ssrc` that arrived at `now`, which is `utc_ns` in the world (ns since 1970).
    pub fn take(&self, ssrc: u32, packet: &dyn rtcp::Packet, now: Instant, utc_ns: u64) {
        let any = packet.as_any();
        let blocks: &[ReceptionReport] = if let Some(report) = any.downcast_ref::<ReceiverReport>() {
            &report.reports
        } else if let Some(report) = any.downcast_ref::<SenderReport>() {
            &report.reports
        } else {
            &[]
        };
        let feedback = any.downcast_ref::<TransportLayerCc>().is_some_and(|cc| cc.media_ssrc == ssrc)
            || any.downcast_ref::<TransportLayerNack>().is_some_and(|nack| nack.media_ssrc == ssrc);
        let block = blocks.iter().find(|block| block.ssrc == ssrc);
        if block.is_none() && !feedback {
            return;
        }
        let mut known = self.lock();
        known.heard = Some(now);
        if let Some(block) = block {
            known.lost = Some(f32::from(block.fraction_lost) / 256.0);
            known.rtt = round_trip(block, utc_ns).or(known.rtt);
            known.reports += 1;
            known.received = Some(block.last_sequence_number.wrapping_sub(block.total_lost));
        }
    }
}

/// A − LSR − DLSR in units of 1/65,536 s (RFC 3550 §6.4.1). `None` when the far side has seen no sender report yet, or
/// when a clock that was set meanwhile makes it negative.
fn round_trip(block: &ReceptionReport, utc_ns: u64) -> Option<Duration> {
    if block.last_sender_report == 0 {
        return None;
    }
    let arrived = (ntp(utc_ns) >> 16) as u32;
    let units = arrived.wrapping_sub(block.last_sender_report).wrapping_sub(block.delay);
    (units < u32::MAX / 2).then(|| Duration::from_nanos(u64::from(units) * 1_000_000_000 / 65_536))
}

/// Sends our sender reports and reads what the far side reports.
pub(super) struct Reports {
    ssrc: u32,
    clock: Arc<SenderClock>,
    far_side: Arc<FarSide>,
    packets: u32,
    octets: u32,
    next: Option<Instant>,
}

impl Reports {
    pub(super) fn new(ssrc: u32, clock: Arc<SenderClock>, far_side: Arc<FarSide>) -> Self {
        Self { ssrc, clock, far_side, packets: 0, octets: 0, next: None }
    }

    fn sender_report(&self, utc_ns: u64) -> Option<SenderReport> {
        let (ntp_time, rtp_time) = self.clock.report(utc_ns)?;
        let (packet_count, octet_count) = (self.packets, self.octets);
        Some(SenderReport { ssrc: self.ssrc, ntp_time, rtp_time, packet_count, octet_count, ..Default::default() })
    }
}

impl Look for Reports {
    fn comes(&mut self, message: &TaggedPacket) -> Vec<TaggedPacket> {
        let Packet::Rtcp(packets) = &message.message.packet else { return Vec::new() };
        let utc_ns = utc_ns(SystemTime::now());
        for packet in packets {
            self.far_side.take(self.ssrc, packet.as_ref(), message.now, utc_ns);
        }
        let answer = reference_time::answer(self.ssrc, packets);
        answer.map(|answer| rtcp_at(message.now, Box::new(answer))).into_iter().collect()
    }

    fn leaves(&mut self, message: &TaggedPacket) -> Vec<TaggedPacket> {
        if let Packet::Rtp(packet) = &message.message.packet {
            self.packets = self.packets.wrapping_add(1);
            self.octets = self.octets.wrapping_add(packet.payload.len() as u32);
            // The first report follows the first packet at once: a listener can date the sound from the start.
            self.next.get_or_insert(message.now);
        }
        Vec::new()
    }

    fn turn(&mut self, now: Instant) -> Vec<TaggedPacket> {
        self.far_side.works(now);
        if self.next.is_none_or(|next| now < next) {
            return Vec::new();
        }
        self.next = Some(now + REPORT_EVERY);
        let report = self.sender_report(utc_ns(SystemTime::now()));
        report.map(|report| rtcp_at(now, Box::new(report))).into_iter().collect()
    }

    fn due(&self) -> Option<Instant> {
        self.next
    }
}

/// A packet of RTCP on its way.
fn rtcp_at(now: Instant, packet: Box<dyn rtcp::Packet>) -> TaggedPacket {
    let message = AttributedPacket::new(Packet::Rtcp(vec![packet]));
    TaggedPacket { now, transport: TransportContext::default(), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UTC: u64 = 1_795_000_000_000_000_000;

    fn receiver_report(block: ReceptionReport) -> ReceiverReport {
        ReceiverReport { reports: vec![block], ..Default::default() }
    }

    #[test]
    fn only_a_report_about_our_own_stream_confirms_media() {
        let (far, now) = (FarSide::default(), Instant::now());
        far.take(5, &receiver_report(ReceptionReport { ssrc: 6, ..Default::default() }), now, UTC);
        far.take(5, &ReceiverReport::default(), now, UTC);
        assert_eq!(far.now().heard, None);
        far.take(5, &receiver_report(ReceptionReport { ssrc: 5, fraction_lost: 64, ..Default::default() }), now, UTC);
        let expected = FarSideNow { heard: Some(now), lost: Some(0.25), reports: 1, received: Some(0), ..far.now() };
        assert_eq!((far.now(), far.now().rtt), (expected, None));
    }

    #[test]
    fn the_round_trip_is_what_remains_after_the_far_side_held_the_report() {
        let (far, now) = (FarSide::default(), Instant::now());
        let last_sender_report = (ntp(UTC - 1_040_000_000) >> 16) as u32;
        let block = ReceptionReport { ssrc: 5, last_sender_report, delay: 65_536, ..Default::default() };
        far.take(5, &receiver_report(block), now, UTC);
        let rtt = far.now().rtt.unwrap();
        assert!((39..=41).contains(&rtt.as_millis()), "{rtt:?}");
    }

    #[test]
    fn a_clock_that_was_set_back_gives_no_round_trip() {
        let last_sender_report = (ntp(UTC + 5_000_000_000) >> 16) as u32;
        let block = ReceptionReport { ssrc: 5, last_sender_report, ..Default::default() };
        assert_eq!(round_trip(&block, UTC), None);
    }
}
