//! When each packet was captured, encoded and sent: for the proof of latency (`--stats`), not for the show.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::Serialize;

use crate::limits::PACKET_LOG;
use crate::timeline::FrameIndex;

/// The moments of one packet. Monotonic times count from the log's own beginning; [`PacketTimes::utc_ns`] ties them to
/// the world's clock: the UTC of any other moment is `utc_ns − (sent_ns − moment)`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct PacketTimes {
    /// The first frame of the packet.
    pub frame: FrameIndex,
    /// When its last frame was found in the tap (within the publisher's poll of half a millisecond), ns.
    pub captured_ns: u64,
    /// When the encoder had finished, ns.
    pub encoded_ns: u64,
    /// When it was handed to the peer connection, ns.
    pub sent_ns: u64,
    /// UTC of `sent_ns`, ns since 1970.
    pub utc_ns: u64,
    /// The RTP time that it carries.
    pub rtp_time: u32,
}

/// Not zeros, which the system would give without giving memory.
const BLANK: PacketTimes =
    PacketTimes { frame: FrameIndex(u64::MAX), captured_ns: 1, encoded_ns: 1, sent_ns: 1, utc_ns: 1, rtp_time: 1 };

/// The last [`PACKET_LOG`] packets. Written by the publisher, read by the prover; the lock is held for a few
/// nanoseconds and never on an audio thread.
pub struct PacketLog {
    began: Instant,
    packets: Mutex<VecDeque<PacketTimes>>,
}

impl PacketLog {
    /// An empty log whose monotonic times begin at `now`. It has all of its memory from here on: room alone would only
    /// become memory page by page, and a show would seem to grow for ten minutes.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        let mut packets = VecDeque::from(vec![BLANK; PACKET_LOG]);
        packets.clear();
        Self { began: now, packets: Mutex::new(packets) }
    }

    /// Nanoseconds from the log's beginning to `moment`; 0 for an earlier one.
    #[must_use]
    pub fn ns(&self, moment: Instant) -> u64 {
        nanoseconds(moment.saturating_duration_since(self.began))
    }

    /// Notes a packet; the oldest makes room.
    pub(crate) fn note(&self, sent: &Sent) {
        let mut packets = self.lock();
        if packets.len() == PACKET_LOG {
            packets.pop_front();
        }
        packets.push_back(PacketTimes {
            frame: sent.frame,
            captured_ns: self.ns(sent.captured),
            encoded_ns: self.ns(sent.encoded),
            sent_ns: self.ns(sent.at),
            utc_ns: nanoseconds(sent.utc.duration_since(UNIX_EPOCH).unwrap_or_default()),
            rtp_time: sent.rtp_time,
        });
    }

    /// Takes everything that was noted, oldest first.
    #[must_use]
    pub fn take(&self) -> Vec<PacketTimes> {
        self.lock().drain(..).collect()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<PacketTimes>> {
        self.packets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One packet that went out.
pub(crate) struct Sent {
    pub(crate) frame: FrameIndex,
    pub(crate) captured: Instant,
    pub(crate) encoded: Instant,
    pub(crate) at: Instant,
    pub(crate) utc: SystemTime,
    pub(crate) rtp_time: u32,
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Resident memory of this process, KiB.
    #[cfg(target_os = "linux")]
    fn resident_kib() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_log_that_fills_takes_no_more_memory_than_an_empty_one() {
        let now = Instant::now();
        let log = PacketLog::new(now);
        let sent = Sent { frame: FrameIndex(0), captured: now, encoded: now, at: now, utc: UNIX_EPOCH, rtp_time: 0 };
        log.note(&sent);
        let empty = resident_kib();
        (1..2 * PACKET_LOG).for_each(|_| log.note(&sent));
        let full = resident_kib();
        // A whole log has 2.7 MiB; what the system counts late is far less than half of one.
        assert!(full < empty + 1_024, "{empty} KiB, then {full} KiB");
    }

    #[test]
    fn the_log_keeps_the_newest_packets_and_their_order() {
        let began = Instant::now();
        let log = PacketLog::new(began);
        for number in 0..PACKET_LOG as u64 + 5 {
            let at = began + Duration::from_millis(10 * number);
            let frame = FrameIndex(480 * number);
            log.note(&Sent { frame, captured: at, encoded: at, at, utc: UNIX_EPOCH, rtp_time: 0 });
        }
        let packets = log.take();
        assert_eq!(packets.len(), PACKET_LOG);
        assert_eq!(packets[0].frame, FrameIndex(480 * 5));
        assert!(packets.windows(2).all(|pair| pair[1].sent_ns == pair[0].sent_ns + 10_000_000));
        assert!(log.take().is_empty());
    }
}
