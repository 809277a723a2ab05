//! What became of each packet that left: transport feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01) joined with
//! what was sent. It stands nearest to the wire, so packets that are sent again are seen as what they are: more packets.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rtc::interceptor::{Attribute, Packet, StreamInfo, TaggedPacket, convert_twcc};
use rtc::rtcp::transport_feedbacks::transport_layer_cc::TransportLayerCc;
use rtc::rtp::extension::transport_cc_extension::TransportCcExtension;
use rtc::shared::marshal::{MarshalSize, Unmarshal};

use crate::limits::{FATE_LOST, FATES_OPEN};

use super::onlooker::Look;
use super::reports::FarSide;

/// The header extension that numbers packets.
const TRANSPORT_CC: &str = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

/// What became of one packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fate {
    /// When it left.
    pub sent: Instant,
    /// When it arrived, on the far side's clock, of which only differences mean anything; `None` when it was lost.
    pub arrived: Option<Duration>,
    /// The RTP packet in bytes with its header, without what SRTP, UDP and IP add.
    pub bytes: u32,
}

/// A packet whose fate is not known yet.
struct Open {
    number: u16,
    sent: Instant,
    bytes: u32,
    /// Whether it was sent before.
    again: bool,
}

/// Packets on their way.
#[derive(Default)]
struct OnTheWay {
    /// In the order of their numbers, which is that of their departure.
    open: VecDeque<Open>,
    /// The number of the last feedback.
    feedback: Option<u8>,
}

impl OnTheWay {
    fn leaves(&mut self, open: Open) {
        if self.open.len() == FATES_OPEN {
            self.open.pop_front();
        }
        self.open.push_back(open);
    }

    /// Feedback that was lost itself says nothing about the packets that it was of.
    fn notice_a_lost_word(&mut self, feedback: &TransportLayerCc) {
        let count = feedback.fb_pkt_count;
        let follows = self.feedback.replace(count).is_none_or(|last| last.wrapping_add(1) == count);
        if !follows {
            let base = feedback.base_sequence_number;
            let before = self.open.iter().position(|open| open.number == base).unwrap_or(0);
            self.open.drain(..before);
        }
    }

    /// What is known after `feedback`, in the order of departure.
    fn arrive(&mut self, feedback: &TransportLayerCc) -> Vec<Fate> {
        self.notice_a_lost_word(feedback);
        let mut fates = Vec::new();
        for word in convert_twcc(feedback).into_iter().filter(|word| word.arrived) {
            let Some(at) = self.open.iter().rposition(|open| open.number == word.sequence_number) else { continue };
            let (Some(arrived), Some(open)) = (word.arrival, self.open.remove(at)) else { continue };
            fates.push(Fate { sent: open.sent, arrived: Some(arrived), bytes: open.bytes });
        }
        let Some(newest) = fates.iter().map(|fate| fate.sent).max() else { return fates };
        // One that is on another way may still come; after this it has not. Of a repair that is not spoken of nothing is
        // known: a far side that has the packet already throws it away, and some do not count it then.
        while let Some(open) = self.open.pop_front_if(|open| newest.saturating_duration_since(open.sent) > FATE_LOST) {
            if open.again {
                continue;
            }
            fates.push(Fate { sent: open.sent, arrived: None, bytes: open.bytes });
        }
        fates.sort_by_key(|fate| fate.sent);
        fates
    }
}

/// Notes what leaves and what is said of it.
pub(super) struct Fates {
    ssrc: u32,
    extension: Option<u8>,
    on_the_way: OnTheWay,
    far_side: Arc<FarSide>,
}

impl Fates {
    pub(super) fn new(ssrc: u32, far_side: Arc<FarSide>) -> Self {
        Self { ssrc, extension: None, on_the_way: OnTheWay::default(), far_side }
    }
}

impl Look for Fates {
    fn begins(&mut self, stream: &StreamInfo) {
        if stream.ssrc == self.ssrc {
            let numbered = stream.rtp_header_extensions.iter().find(|extension| extension.uri == TRANSPORT_CC);
            self.extension = numbered.and_then(|extension| u8::try_from(extension.id).ok());
        }
    }

    fn comes(&mut self, message: &TaggedPacket) -> Vec<TaggedPacket> {
        if let Packet::Rtcp(packets) = &message.message.packet {
            for feedback in packets.iter().filter_map(|packet| packet.as_any().downcast_ref::<TransportLayerCc>()) {
                self.far_side.fates(self.on_the_way.arrive(feedback));
            }
            self.far_side.came_by_ipv6(message.transport.peer_addr.is_ipv6());
        }
        Vec::new()
    }

    fn leaves(&mut self, message: &TaggedPacket) -> Vec<TaggedPacket> {
        if let Packet::Rtp(packet) = &message.message.packet {
            let number = self.extension.and_then(|id| packet.header.get_extension(id));
            let number = number.and_then(|mut bytes| TransportCcExtension::unmarshal(&mut bytes).ok());
            if let Some(number) = number.filter(|_| packet.header.ssrc == self.ssrc) {
                let (number, sent, bytes) = (number.transport_sequence, message.now, packet.marshal_size() as u32);
                let again = message.message.has(&Attribute::Retransmission);
                self.on_the_way.leaves(Open { number, sent, bytes, again });
            }
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use rtc::rtcp::transport_feedbacks::transport_layer_cc::{
        PacketStatusChunk, RecvDelta, StatusVectorChunk, SymbolTypeTcc,
    };

    use super::*;

    /// Feedback number `count`, from `base` on: each packet's arrival in µs after the one before, or that it is missing.
    fn feedback(count: u8, base: u16, packets: &[Option<i64>]) -> TransportLayerCc {
        let symbol = |packet: &Option<i64>| match packet {
            Some(_) => SymbolTypeTcc::PacketReceivedLargeDelta,
            None => SymbolTypeTcc::PacketNotReceived,
        };
        let symbol_list = packets.iter().map(symbol).collect();
        let chunk = PacketStatusChunk::StatusVectorChunk(StatusVectorChunk { symbol_list, ..Default::default() });
        let recv_deltas = packets.iter().flatten().map(|delta| RecvDelta { delta: *delta, ..Default::default() });
        let recv_deltas = recv_deltas.collect();
        TransportLayerCc {
            base_sequence_number: base,
            fb_pkt_count: count,
            packet_status_count: packets.len() as u16,
            packet_chunks: vec![chunk],
            recv_deltas,
            ..Default::default()
        }
    }

    fn open(number: u16, sent: Instant) -> Open {
        Open { number, sent, bytes: 300, again: false }
    }

    #[test]
    fn a_packet_is_lost_only_when_much_later_ones_have_arrived_and_one_that_comes_late_is_not() {
        let (mut way, began) = (OnTheWay::default(), Instant::now());
        for number in 0..60_u16 {
            let at = began + Duration::from_millis(10 * u64::from(number));
            way.leaves(open(number.wrapping_add(u16::MAX - 5), at));
        }
        let base = u16::MAX - 5;
        let fates = way.arrive(&feedback(255, base, &[Some(1_000), None, None, Some(30_000)]));
        assert_eq!(fates.len(), 2, "{fates:?}");
        assert_eq!(fates[1].arrived, Some(Duration::from_micros(31_000)));
        let fates = way.arrive(&feedback(0, base.wrapping_add(1), &[Some(50_000)]));
        assert_eq!((fates.len(), fates[0].sent), (1, began + Duration::from_millis(10)));
        let fates = way.arrive(&feedback(1, base.wrapping_add(30), &[Some(400_000)]));
        let lost: Vec<_> = fates.iter().filter(|fate| fate.arrived.is_none()).map(|fate| fate.sent).collect();
        assert_eq!(lost.first(), Some(&(began + Duration::from_millis(20))));
        assert_eq!(lost.last(), Some(&(began + Duration::from_millis(40))), "{lost:?}");
    }

    #[test]
    fn a_repair_that_nobody_speaks_of_is_not_called_lost() {
        let (mut way, began) = (OnTheWay::default(), Instant::now());
        for number in 0..60_u16 {
            let sent = began + Duration::from_millis(10 * u64::from(number));
            way.leaves(Open { again: number == 1, ..open(number, sent) });
        }
        let fates = way.arrive(&feedback(0, 0, &[Some(0), None, None, Some(30_000)]));
        assert_eq!(fates.len(), 2, "{fates:?}");
        let fates = way.arrive(&feedback(1, 30, &[Some(300_000)]));
        let lost: Vec<_> = fates.iter().filter(|fate| fate.arrived.is_none()).map(|fate| fate.sent).collect();
        assert_eq!(lost, [began + Duration::from_millis(20), began + Duration::from_millis(40)]);
    }

    #[test]
    fn feedback_of_packets_that_nobody_sent_says_nothing() {
        let mut way = OnTheWay::default();
        assert!(way.arrive(&feedback(0, 7, &[Some(1), None, Some(5)])).is_empty());
        way.leaves(open(7, Instant::now()));
        assert_eq!(way.arrive(&feedback(1, 7, &[Some(1)])).len(), 1);
        assert!(way.arrive(&feedback(2, 7, &[Some(1)])).is_empty(), "what is known is told once");
    }

    #[test]
    fn packets_whose_feedback_was_lost_are_not_called_lost() {
        let (mut way, began) = (OnTheWay::default(), Instant::now());
        (0..100_u16).for_each(|n| way.leaves(open(n, began + Duration::from_millis(10 * u64::from(n)))));
        assert_eq!(way.arrive(&feedback(4, 0, &[Some(1); 5])).len(), 5);
        let fates = way.arrive(&feedback(6, 60, &[Some(1); 7]));
        assert!(fates.iter().all(|fate| fate.arrived.is_some()), "{fates:?}");
        assert_eq!(fates.len(), 7);
    }

    #[test]
    fn however_much_is_never_answered_only_so_much_is_remembered() {
        let mut way = OnTheWay::default();
        (0..10_000_u16).for_each(|number| way.leaves(open(number, Instant::now())));
        assert_eq!(way.open.len(), FATES_OPEN);
    }
}
