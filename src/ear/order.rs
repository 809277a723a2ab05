//! Packets back in their order. Pure: arrival times come in as frames of the engine.

use std::collections::BTreeMap;

use crate::limits::{EAR_PACKETS, EAR_PATIENCE, SAMPLE_RATE};

/// One packet as it arrived.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Arrived {
    pub(super) sequence: u16,
    pub(super) rtp_time: u32,
    pub(super) payload: Vec<u8>,
    /// When it arrived, as the engine's frame at that moment.
    pub(super) at: u64,
}

/// Waits a little for packets that are missing: they may be late, or be sent again.
#[derive(Default)]
pub(super) struct Order {
    /// The number that is next, with how often the count went around.
    next: Option<u64>,
    waiting: BTreeMap<u64, Arrived>,
    /// Packets that never came.
    lost: u64,
}

impl Order {
    /// Takes a packet; one that came already, or too late, is passed over.
    pub(super) fn push(&mut self, packet: Arrived) {
        let next = *self.next.get_or_insert(u64::from(packet.sequence) + u64::from(u16::MAX) + 1);
        let ahead = i64::from(packet.sequence.wrapping_sub(next as u16) as i16);
        let number = next.saturating_add_signed(ahead);
        if ahead >= 0 {
            self.waiting.insert(number, packet);
        } else if ahead < -(EAR_PACKETS as i64) {
            // Nothing is so late: another count has begun.
            self.waiting.clear();
            self.next = None;
            self.push(packet);
        }
    }

    /// The next packet, or the one after a hole that was waited for long enough.
    pub(super) fn pop(&mut self, now: u64) -> Option<Arrived> {
        let next = self.next?;
        let (number, first) = self.waiting.first_key_value()?;
        let patience = EAR_PATIENCE.as_millis() as u64 * u64::from(SAMPLE_RATE) / 1_000;
        if *number != next && self.waiting.len() < EAR_PACKETS && now < first.at + patience {
            return None;
        }
        let (number, packet) = self.waiting.pop_first()?;
        self.lost += number - next;
        self.next = Some(number + 1);
        Some(packet)
    }

    /// Packets that never came.
    pub(super) fn lost(&self) -> u64 {
        self.lost
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn packet(number: u64, at: u64) -> Arrived {
        Arrived { sequence: number as u16, rtp_time: (number * 480) as u32, payload: vec![], at }
    }

    proptest! {
        #[test]
        fn whatever_comes_late_or_twice_or_not_leaves_in_order_and_is_counted(
            first: u16, fates in prop::collection::vec((0..6u64, 0..20u8), 1..300),
        ) {
            let first = u64::from(first);
            // Each packet is late by some packets, comes twice, or does not come.
            let mut arrivals: Vec<(u64, u64)> = Vec::new();
            for (i, (late, fate)) in fates.iter().enumerate() {
                let times = match fate { 0 if i > 0 => 0, 1 => 2, _ => 1 };
                let late = if i == 0 { 0 } else { *late };
                arrivals.extend((0..times).map(|again| (i as u64 + late + again, first + i as u64)));
            }
            arrivals.sort();
            let came = |number| arrivals.iter().any(|(_, n)| *n == number);
            let (mut order, mut out) = (Order::default(), Vec::new());
            for (at, number) in &arrivals {
                order.push(packet(*number, at * 480));
                while let Some(packet) = order.pop(at * 480) {
                    out.push(packet.sequence);
                }
            }
            while let Some(packet) = order.pop(u64::MAX) {
                out.push(packet.sequence);
            }
            let expected: Vec<u16> =
                (first..first + fates.len() as u64).filter(|n| came(*n)).map(|n| n as u16).collect();
            prop_assert_eq!(&out, &expected);
            let last = arrivals.iter().map(|(_, n)| *n).max().unwrap();
            prop_assert_eq!(order.lost(), last + 1 - first - out.len() as u64);
        }
    }

    #[test]
    fn a_hole_is_waited_for_and_then_passed_over() {
        let mut order = Order::default();
        order.push(packet(1, 0));
        assert!(order.pop(0).is_some());
        order.push(packet(3, 960));
        assert_eq!(order.pop(960), None);
        assert_eq!(order.pop(960 + 4_800).map(|p| p.sequence), Some(3));
        assert_eq!(order.lost(), 1);
        order.push(packet(2, 5_800));
        assert_eq!(order.pop(u64::MAX), None);
    }

    #[test]
    fn another_count_begins_anew() {
        let mut order = Order::default();
        order.push(packet(30_000, 0));
        assert!(order.pop(0).is_some());
        order.push(packet(5, 480));
        assert_eq!(order.pop(480).map(|p| p.sequence), Some(5));
        assert_eq!(order.lost(), 0);
    }
}
