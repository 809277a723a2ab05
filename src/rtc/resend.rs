//! Answers to who missed a packet (RFC 4585 §6.2.1): it is sent again on the same stream, while somebody may still wait for
//! it, and within a share of what is sent, so that repairs never fill a narrow path.
//!
//! Where little is lost a repair has a twin a moment later: a repair that is lost too would be asked for again only after a
//! round trip and the far side's pause between two requests, which is later than a listener's buffer waits.

use std::collections::VecDeque;
use std::time::Instant;

use rtc::interceptor::{Attribute, AttributedPacket, Packet, TaggedPacket};
use rtc::rtcp::transport_feedbacks::transport_layer_nack::TransportLayerNack;
use rtc::rtp;
use rtc::shared::TransportContext;
use rtc::shared::marshal::MarshalSize;

use crate::limits::{
    MAX_PACKET_BYTES, RESEND_AGAIN, RESEND_PACKETS, RESEND_SAVED, RESEND_SHARE, RESEND_TIMES, RESEND_TOO_OLD,
    RESEND_TWIN,
};

use super::onlooker::Look;

/// A packet that went out.
struct Kept {
    packet: rtp::Packet,
    /// When it first did, and when it last did because it was asked for.
    first: Instant,
    last: Instant,
    times: u8,
}

/// The last packets, and what may be spent on them.
#[derive(Default)]
struct Shelf {
    kept: VecDeque<Kept>,
    /// Repairs that may have a twin.
    twins: Vec<u16>,
    /// Bytes.
    budget: usize,
}

impl Shelf {
    fn keep(&mut self, packet: rtp::Packet, now: Instant) {
        let bytes = packet.marshal_size();
        let most = RESEND_SAVED * bytes.min(MAX_PACKET_BYTES);
        self.budget = (self.budget + bytes / RESEND_SHARE).min(most);
        if self.kept.len() == RESEND_PACKETS {
            self.kept.pop_front();
        }
        self.kept.push_back(Kept { packet, first: now, last: now, times: 0 });
    }

    /// The packet of that number, when it may be sent again at `now`.
    fn again(&mut self, number: u16, now: Instant) -> Option<rtp::Packet> {
        let kept = self.kept.iter_mut().rev().find(|kept| kept.packet.header.sequence_number == number)?;
        let (age, since) = (now.saturating_duration_since(kept.first), now.saturating_duration_since(kept.last));
        let bytes = kept.packet.marshal_size();
        let too_soon = kept.times > 0 && since < RESEND_AGAIN;
        if age > RESEND_TOO_OLD || too_soon || kept.times >= RESEND_TIMES || bytes > self.budget {
            return None;
        }
        self.budget -= bytes;
        (kept.last, kept.times) = (now, kept.times + 1);
        if kept.times == 1 {
            self.twins.push(number);
        }
        Some(kept.packet.clone())
    }

    /// The twins of repairs that are due at `now`; none where so much is asked for that the budget is half spent.
    fn twins(&mut self, now: Instant) -> Vec<rtp::Packet> {
        let (mut due, mut later) = (Vec::new(), Vec::new());
        for number in std::mem::take(&mut self.twins) {
            let Some(kept) = self.kept.iter_mut().rev().find(|kept| kept.packet.header.sequence_number == number)
            else {
                continue;
            };
            let bytes = kept.packet.marshal_size();
            if now.saturating_duration_since(kept.last) < RESEND_TWIN {
                later.push(number);
            } else if self.budget >= bytes + RESEND_SAVED * bytes.min(MAX_PACKET_BYTES) / 2 {
                self.budget -= bytes;
                kept.times += 1;
                due.push(kept.packet.clone());
            }
        }
        self.twins = later;
        due
    }
}

/// Every number that a NACK names: the one it starts with and those of its bit mask.
fn missing(nack: &TransportLayerNack) -> impl Iterator<Item = u16> {
    nack.nacks.iter().flat_map(|pair| {
        let masked = (0..16_u16).filter(|bit| pair.lost_packets >> bit & 1 == 1).map(|bit| bit + 1);
        std::iter::once(0).chain(masked).map(|after| pair.packet_id.wrapping_add(after))
    })
}

/// A packet on its way once more.
fn repair(packet: rtp::Packet, now: Instant) -> TaggedPacket {
    let message = AttributedPacket::new(Packet::Rtp(packet)).with(Attribute::Retransmission);
    TaggedPacket { now, transport: TransportContext::default(), message }
}

/// Keeps what leaves, and sends it again when asked.
pub(super) struct Resend {
    ssrc: u32,
    shelf: Shelf,
}

impl Resend {
    pub(super) fn new(ssrc: u32) -> Self {
        Self { ssrc, shelf: Shelf::default() }
    }
}

impl Look for Resend {
    fn comes(&mut self, message: &TaggedPacket) -> Vec<TaggedPacket> {
        let Packet::Rtcp(packets) = &message.message.packet else { return Vec::new() };
        let nacks = packets.iter().filter_map(|packet| packet.as_any().downcast_ref::<TransportLayerNack>());
        let asked = nacks.filter(|nack| nack.media_ssrc == self.ssrc).flat_map(missing);
        asked
            .filter_map(|number| self.shelf.again(number, message.now))
            .map(|again| repair(again, message.now))
            .collect()
    }

    fn leaves(&mut self, message: &TaggedPacket) -> Vec<TaggedPacket> {
        match &message.message.packet {
            Packet::Rtp(packet) if packet.header.ssrc == self.ssrc => {
                self.shelf.keep(packet.clone(), message.now);
                self.shelf.twins(message.now).into_iter().map(|twin| repair(twin, message.now)).collect()
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;
    use rtc::rtcp::transport_feedbacks::transport_layer_nack::NackPair;

    use super::*;

    fn packet(sequence_number: u16, bytes: usize) -> rtp::Packet {
        let header = rtp::Header { version: 2, sequence_number, ..rtp::Header::default() };
        rtp::Packet { header, payload: vec![0; bytes].into() }
    }

    /// A shelf with a hundred packets of 320 bytes, 10 ms apart from `began` on.
    fn shelf(began: Instant) -> Shelf {
        let mut shelf = Shelf::default();
        (0..100).for_each(|n| shelf.keep(packet(n, 320), began + Duration::from_millis(10 * u64::from(n))));
        shelf
    }

    #[test]
    fn a_packet_is_sent_again_thrice_at_most_and_not_before_the_answer_could_be_there() {
        let began = Instant::now();
        let (mut shelf, now) = (shelf(began), began + Duration::from_millis(1_000));
        assert_eq!(shelf.again(95, now).unwrap().header.sequence_number, 95);
        assert!(shelf.again(95, now + Duration::from_millis(10)).is_none());
        assert!(shelf.again(95, now + Duration::from_millis(40)).is_some());
        assert!(shelf.again(95, now + Duration::from_millis(80)).is_some());
        assert!(shelf.again(95, now + Duration::from_millis(120)).is_none());
        assert!(shelf.again(500, now).is_none(), "nobody sent it");
    }

    #[test]
    fn a_repair_has_one_twin_a_moment_later() {
        let began = Instant::now();
        let (mut shelf, now) = (shelf(began), began + Duration::from_millis(1_000));
        let numbers = |twins: Vec<rtp::Packet>| twins.iter().map(|p| p.header.sequence_number).collect::<Vec<_>>();
        shelf.again(95, now).unwrap();
        assert!(shelf.twins(now + Duration::from_millis(2)).is_empty(), "what loses the one would lose the other");
        assert_eq!(numbers(shelf.twins(now + Duration::from_millis(10))), [95]);
        assert!(shelf.twins(now + Duration::from_millis(20)).is_empty());
    }

    #[test]
    fn where_much_is_lost_repairs_have_no_twins() {
        let began = Instant::now();
        let (mut shelf, now) = (shelf(began), began + Duration::from_millis(1_000));
        (88..96).for_each(|number| assert!(shelf.again(number, now).is_some()));
        assert!(shelf.twins(now + Duration::from_millis(10)).is_empty());
    }

    proptest! {
        #[test]
        fn nothing_older_than_useful_is_sent_again(number in 0..100_u16, ms in 990..2_000_u64) {
            let began = Instant::now();
            let sent = shelf(began).again(number, began + Duration::from_millis(ms)).is_some();
            let age = ms - 10 * u64::from(number);
            prop_assert!(!sent || age <= RESEND_TOO_OLD.as_millis() as u64);
            prop_assert_eq!(sent, age <= RESEND_TOO_OLD.as_millis() as u64 && number >= 36);
        }

        #[test]
        fn however_much_is_asked_for_repairs_are_a_quarter_of_what_is_sent(
            asked in prop::collection::vec(prop::collection::vec(0..40_u16, 0..30), 400),
        ) {
            let (mut shelf, began) = (Shelf::default(), Instant::now());
            let (mut sent, mut again) = (0, 0);
            for (number, back) in asked.iter().enumerate() {
                let now = began + Duration::from_millis(10 * number as u64);
                shelf.keep(packet(number as u16, 320), now);
                sent += 332;
                again += shelf.twins(now).iter().map(MarshalSize::marshal_size).sum::<usize>();
                for back in back {
                    again += shelf.again((number as u16).wrapping_sub(*back), now).map_or(0, |p| p.marshal_size());
                }
            }
            prop_assert!(4 * again <= sent, "{} of {}", again, sent);
        }
    }

    #[test]
    fn a_nack_names_its_first_packet_and_those_of_its_mask() {
        let nacks = vec![NackPair { packet_id: 65_535, lost_packets: 0b1000_0000_0000_0001 }];
        let nack = TransportLayerNack { nacks, ..Default::default() };
        assert_eq!(missing(&nack).collect::<Vec<_>>(), [65_535, 0, 15]);
    }
}
