//! Packets between the encoder's thread and the network: a short queue that never makes either of them wait, and drops
//! its oldest packet rather than send sound late.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::limits::{PUBLISH_QUEUE, PUBLISH_TOO_OLD};
use crate::timeline::FrameIndex;

/// One packet, encoded.
pub(super) struct Encoded {
    pub(super) frame: FrameIndex,
    pub(super) payload: Vec<u8>,
    pub(super) captured: Instant,
    pub(super) encoded: Instant,
}

/// The queue. Both ends may call it at any time.
pub(super) struct Outbox {
    inner: Mutex<Inner>,
    wake: Notify,
    /// Packets that may wait, and for how long they are worth sending.
    most: usize,
    oldest: Duration,
}

/// For listeners who talk back.
impl Default for Outbox {
    fn default() -> Self {
        Self::holding(PUBLISH_QUEUE, PUBLISH_TOO_OLD)
    }
}

#[derive(Default)]
struct Inner {
    open: bool,
    /// Packets that had to make room since the network's side last asked.
    overflowed: u64,
    packets: VecDeque<Encoded>,
}

impl Outbox {
    /// A queue of at most so many packets, none older than that.
    pub(super) fn holding(most: usize, oldest: Duration) -> Self {
        Self { inner: Mutex::default(), wake: Notify::default(), most, oldest }
    }

    /// Begins or ends taking packets; what waits is forgotten either way.
    pub(super) fn set_open(&self, open: bool) {
        let mut inner = self.lock();
        inner.open = open;
        inner.packets.clear();
    }

    /// Whether there is a network to send to.
    pub(super) fn is_open(&self) -> bool {
        self.lock().open
    }

    /// Puts a packet in; says which one had to make room.
    pub(super) fn push(&self, packet: Encoded) -> Option<FrameIndex> {
        let dropped = {
            let mut inner = self.lock();
            if !inner.open {
                return None;
            }
            let full = inner.packets.len() >= self.most;
            let dropped = if full { inner.packets.pop_front() } else { None };
            inner.overflowed += u64::from(full);
            inner.packets.push_back(packet);
            dropped
        };
        self.wake.notify_one();
        dropped.map(|packet| packet.frame)
    }

    /// The next packet that is still worth sending at `now`; older ones go to `stale`.
    pub(super) fn take(&self, now: Instant, mut stale: impl FnMut(FrameIndex)) -> Option<Encoded> {
        let mut inner = self.lock();
        while let Some(packet) = inner.packets.pop_front() {
            if now.saturating_duration_since(packet.captured) <= self.oldest {
                return Some(packet);
            }
            stale(packet.frame);
        }
        None
    }

    /// How many packets had to make room since the last call.
    pub(super) fn take_overflowed(&self) -> u64 {
        std::mem::take(&mut self.lock().overflowed)
    }

    /// Returns once something may have been put in.
    pub(super) async fn filled(&self) {
        self.wake.notified().await;
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(number: u64, at: Instant) -> Encoded {
        Encoded { frame: FrameIndex(480 * number), payload: vec![], captured: at, encoded: at }
    }

    #[test]
    fn a_full_queue_gives_up_its_oldest_packet_and_names_it() {
        let (outbox, now) = (Outbox::default(), Instant::now());
        outbox.set_open(true);
        let dropped: Vec<_> = (0..PUBLISH_QUEUE as u64 + 3).filter_map(|n| outbox.push(packet(n, now))).collect();
        assert_eq!(dropped, [FrameIndex(0), FrameIndex(480), FrameIndex(960)]);
        assert_eq!(outbox.take(now, |_| {}).unwrap().frame, FrameIndex(1_440));
        assert_eq!((outbox.take_overflowed(), outbox.take_overflowed()), (3, 0));
    }

    #[test]
    fn nothing_older_than_a_tenth_of_a_second_is_sent() {
        let (outbox, began) = (Outbox::default(), Instant::now());
        outbox.set_open(true);
        for number in 0..10 {
            outbox.push(packet(number, began + Duration::from_millis(10 * number)));
        }
        let mut stale = Vec::new();
        let next = outbox.take(began + Duration::from_millis(145), |frame| stale.push(frame.0 / 480)).unwrap();
        assert_eq!((stale, next.frame), (vec![0, 1, 2, 3, 4], FrameIndex(480 * 5)));
    }

    #[test]
    fn without_a_network_nothing_waits() {
        let (outbox, now) = (Outbox::default(), Instant::now());
        assert_eq!(outbox.push(packet(1, now)), None);
        outbox.set_open(true);
        outbox.push(packet(2, now));
        outbox.set_open(false);
        outbox.set_open(true);
        assert!(outbox.take(now, |_| {}).is_none());
    }
}
