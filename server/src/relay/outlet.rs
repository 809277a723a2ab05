//! How the packets of a room are numbered for one listener.

use std::time::{Duration, Instant};

use super::peer::Packet;
use crate::limits::{MAX_RESENDS, MOST_RESENT, RESEND_PAUSE, RESEND_RING};

/// RTP clock of Opus, in Hz (RFC 7587 §4.1).
const CLOCK: u64 = 48_000;
/// How far a new publication may be from where its time is expected before it is moved, in RTP ticks.
const SEAM: u32 = 24_000;

/// One listener's view of a room: its own sequence numbers, without a seam when the publisher reconnects.
///
/// SRTP starts with roll-over count 0, so the first number is below 65,536 whatever the publisher's is
/// (RFC 3711 §3.3.1).
#[derive(Debug)]
pub(crate) struct Outlet {
    next: u64,
    publication: Option<Publication>,
    resent: [Resent; RESEND_RING],
}

#[derive(Clone, Copy, Debug)]
struct Publication {
    number: u64,
    first_in: u64,
    first_out: u64,
    shift: u32,
    last_time: u32,
    last_at: Instant,
}

#[derive(Clone, Copy, Debug, Default)]
struct Resent {
    seq: u64,
    count: u8,
    at: Option<Instant>,
}

/// A packet that a listener misses: its number in the publication and its number for the listener.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Again {
    pub(crate) publication: u64,
    pub(crate) seq_in: u64,
    pub(crate) seq_out: u64,
    pub(crate) shift: u32,
}

impl Outlet {
    /// An outlet whose first packet gets the number `first`.
    pub(crate) fn new(first: u16) -> Self {
        Self { next: u64::from(first), publication: None, resent: [Resent::default(); RESEND_RING] }
    }

    /// Number and RTP time of a packet for this listener; `None` for one from before the listener joined.
    pub(crate) fn place(&mut self, publication: u64, packet: &Packet, now: Instant) -> Option<(u64, u32)> {
        if self.publication.is_none_or(|p| p.number != publication) {
            self.begin(publication, packet, now);
        }
        let current = self.publication.as_mut()?;
        let seq = packet.seq.checked_sub(current.first_in)? + current.first_out;
        let time = packet.time.wrapping_add(current.shift);
        if seq >= self.next {
            self.next = seq + 1;
            (current.last_time, current.last_at) = (time, now);
        }
        Some((seq, time))
    }

    /// The times of the first publication are the publisher's own; a later one is moved to where the old one
    /// would be now, unless it is there already, since players treat a leap as a fault.
    fn begin(&mut self, number: u64, packet: &Packet, now: Instant) {
        let shift = self.publication.map_or(0, |old| {
            let ticks = now.saturating_duration_since(old.last_at).as_micros() as u64 * CLOCK / 1_000_000;
            let expected = old.last_time.wrapping_add(ticks as u32);
            let got = packet.time.wrapping_add(old.shift);
            let off = expected.wrapping_sub(got);
            if off.min(off.wrapping_neg()) <= SEAM { old.shift } else { expected.wrapping_sub(packet.time) }
        });
        self.publication = Some(Publication {
            number,
            first_in: packet.seq,
            first_out: self.next,
            shift,
            last_time: packet.time.wrapping_add(shift),
            last_at: now,
        });
    }

    /// Which of the packets that the listener misses may be sent again now. One report may name thousands of numbers, all
    /// alike if it likes: each of the ring is looked at once.
    pub(crate) fn again(&mut self, missing: &[u16], now: Instant) -> Vec<Again> {
        let mut wanted = [None; RESEND_RING];
        for seq_out in missing.iter().filter_map(|seq| self.recent(*seq)) {
            wanted[seq_out as usize % RESEND_RING] = Some(seq_out);
        }
        wanted.into_iter().flatten().filter_map(|seq_out| self.once_more(seq_out, now)).collect()
    }

    /// The whole number of one of the last packets. Only they can be sent again: an older number must not reset what is
    /// counted of a newer one.
    fn recent(&self, missing: u16) -> Option<u64> {
        let last = self.next.checked_sub(1)?;
        let near = (last & !0xffff) | u64::from(missing);
        let seq_out = if near > last { near.checked_sub(0x1_0000)? } else { near };
        Some(seq_out).filter(|seq_out| last - seq_out < RESEND_RING as u64)
    }

    /// Counts one more time that a packet is sent, if it may be.
    fn once_more(&mut self, seq_out: u64, now: Instant) -> Option<Again> {
        let current = self.publication?;
        let seq_in = seq_out.checked_sub(current.first_out)? + current.first_in;
        let place = seq_out as usize % RESEND_RING;
        let before = self.resent[place];
        let count = if before.seq == seq_out { before.count } else { 0 };
        let too_soon = count > 0 && before.at.is_some_and(|at| now.saturating_duration_since(at) < RESEND_PAUSE);
        if count >= MAX_RESENDS || too_soon {
            return None;
        }
        let young = |slot: &&Resent| slot.at.is_some() && slot.seq + (RESEND_RING as u64) >= self.next;
        if count == 0 && self.resent.iter().filter(young).count() >= MOST_RESENT {
            return None;
        }
        self.resent[place] = Resent { seq: seq_out, count: count + 1, at: Some(now) };
        Some(Again { publication: current.number, seq_in, seq_out, shift: current.shift })
    }
}

/// The packets of a publication that can still be sent again.
#[derive(Debug)]
pub(crate) struct Ring {
    packets: Vec<Option<Packet>>,
}

impl Ring {
    pub(crate) fn new() -> Self {
        Self { packets: vec![None; RESEND_RING] }
    }

    /// Keeps a packet, in place of the one [`RESEND_RING`] before it.
    pub(crate) fn keep(&mut self, packet: Packet) {
        let slot = packet.seq as usize % RESEND_RING;
        self.packets[slot] = Some(packet);
    }

    /// The packet of that number, if it is still here.
    pub(crate) fn find(&self, seq: u64) -> Option<&Packet> {
        self.packets[seq as usize % RESEND_RING].as_ref().filter(|packet| packet.seq == seq)
    }

    /// Forgets everything: another publication begins.
    pub(crate) fn clear(&mut self) {
        self.packets.fill(None);
    }
}

/// When a packet was captured, on this machine's monotonic clock.
///
/// The publisher's sender report says which UTC an RTP time was (RFC 3550 §6.4.1). It is believed when the packet
/// is then between 0 and [`crate::limits::BELIEVED_AGE`] old; otherwise the two clocks disagree and the arrival
/// is the best that is known.
pub(crate) fn captured(arrival: Instant, age: Option<Duration>) -> Instant {
    age.filter(|age| *age <= crate::limits::BELIEVED_AGE).and_then(|age| arrival.checked_sub(age)).unwrap_or(arrival)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn packet(seq: u64, time: u32, now: Instant) -> Packet {
        Packet { stream: 1, seq, time, marker: false, captured: now, payload: [0_u8; 3].into() }
    }

    proptest! {
        #[test]
        fn numbers_begin_below_65536_and_step_as_the_publishers_do(
            first in 0..u16::MAX, start in 0_u64..1 << 40, steps in prop::collection::vec(0_u64..70, 1..200),
        ) {
            let now = Instant::now();
            let mut outlet = Outlet::new(first);
            let (mut seq, mut expected) = (start, u64::from(first));
            for step in steps {
                let placed = outlet.place(0, &packet(seq, seq as u32, now), now).unwrap();
                prop_assert_eq!(placed, (expected, seq as u32));
                seq += step;
                expected += step;
            }
        }

        #[test]
        fn a_missing_packet_is_found_by_its_last_16_bits(
            first in 0..u16::MAX, sent in 64_u64..200_000, back in 0_u64..64,
        ) {
            let now = Instant::now();
            let mut outlet = Outlet::new(first);
            outlet.place(3, &packet(1_000, 0, now), now);
            outlet.place(3, &packet(1_000 + sent, 0, now), now);
            let wanted = u64::from(first) + sent - back;
            let again = outlet.again(&[wanted as u16], now)[0];
            prop_assert_eq!((again.seq_in, again.seq_out, again.publication), (1_000 + sent - back, wanted, 3));
        }

        #[test]
        fn a_new_publication_goes_on_without_a_seam(
            old in any::<u32>(), new in any::<u32>(), pause_ms in 0_u64..100_000,
        ) {
            let now = Instant::now();
            let mut outlet = Outlet::new(5);
            outlet.place(0, &packet(900, old, now), now);
            let later = now + Duration::from_millis(pause_ms);
            let (seq, time) = outlet.place(1, &packet(77, new, later), later).unwrap();
            let off = time.wrapping_sub(old.wrapping_add((pause_ms * 48) as u32));
            prop_assert_eq!(seq, 6);
            prop_assert!(off.min(off.wrapping_neg()) <= SEAM);
        }
    }

    #[test]
    fn a_packet_from_before_the_listener_joined_is_not_sent() {
        let now = Instant::now();
        let mut outlet = Outlet::new(0);
        outlet.place(0, &packet(10, 0, now), now);
        assert_eq!(outlet.place(0, &packet(9, 0, now), now), None);
    }

    #[test]
    fn a_packet_is_sent_again_at_most_three_times_and_not_at_once() {
        let start = Instant::now();
        let mut outlet = Outlet::new(0);
        outlet.place(0, &packet(10, 0, start), start);
        let asked = |outlet: &mut Outlet, ms| !outlet.again(&[0], start + Duration::from_millis(ms)).is_empty();
        assert!(asked(&mut outlet, 0));
        assert!(!asked(&mut outlet, 9));
        assert!(asked(&mut outlet, 10));
        assert!(asked(&mut outlet, 20));
        assert!(!asked(&mut outlet, 1_000));
    }

    #[test]
    fn asking_for_old_packets_between_brings_no_more_resends() {
        let start = Instant::now();
        let mut outlet = Outlet::new(0);
        outlet.place(0, &packet(0, 0, start), start);
        outlet.place(0, &packet(199, 0, start), start);
        let asked = |ms: u64| {
            let now = start + Duration::from_millis(ms);
            assert_eq!(outlet.again(&[199 - RESEND_RING as u16], now), []);
            !outlet.again(&[199], now).is_empty()
        };
        assert_eq!((0..100).map(asked).filter(|again| *again).count(), usize::from(MAX_RESENDS));
    }

    #[test]
    fn where_everything_is_asked_for_a_third_is_sent_again() {
        let start = Instant::now();
        let mut outlet = Outlet::new(0);
        let again = (0..6_400_u64).filter(|seq| {
            outlet.place(0, &packet(*seq, 0, start), start);
            !outlet.again(&[*seq as u16], start).is_empty()
        });
        let share = again.count() as f64 / 6_400.0;
        assert!((0.30..0.34).contains(&share), "{share}");
    }

    /// Of 2,000 bytes, the largest datagram that is read.
    #[test]
    fn thousands_of_numbers_that_are_all_alike_cost_no_more_than_thousands_that_are_too_old() {
        let start = Instant::now();
        let mut outlet = Outlet::new(0);
        outlet.place(0, &packet(0, 0, start), start);
        outlet.place(0, &packet(999, 0, start), start);
        let most: Vec<u16> = (999 - MOST_RESENT as u16..999).collect();
        assert_eq!(outlet.again(&most, start).len(), MOST_RESENT);
        let mut cost = |number| {
            let turns = (0..20).map(|_| {
                let began = Instant::now();
                assert_eq!(outlet.again(&[number; 490 * 17], start), []);
                began.elapsed()
            });
            turns.min().unwrap()
        };
        let (old, alike) = (cost(0), cost(999));
        assert!(alike < 8 * old, "{alike:?} and {old:?}");
    }

    #[test]
    fn only_the_last_packets_are_kept() {
        let now = Instant::now();
        let mut ring = Ring::new();
        (0..100).for_each(|seq| ring.keep(packet(seq, 0, now)));
        assert!(ring.find(35).is_none() && ring.find(100).is_none());
        assert!((36..100).all(|seq| ring.find(seq).is_some_and(|p| p.seq == seq)));
        ring.clear();
        assert!(ring.find(99).is_none());
    }

    #[test]
    fn a_clock_that_cannot_be_right_is_not_believed() {
        let now = Instant::now();
        assert_eq!(captured(now, Some(Duration::from_millis(20))), now - Duration::from_millis(20));
        assert_eq!(captured(now, Some(Duration::from_secs(3_600))), now);
        assert_eq!(captured(now, None), now);
    }
}
