//! Packets from the outbox to the peer connection, on the media thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::SystemTime;

use korero_sentences::key;

use crate::fault::Fault;
use crate::limits::SAMPLE_RATE;

use super::Peer;
use super::board::Board;
use super::log::{PacketLog, Sent};
use super::outbox::Outbox;
use super::packets::rtp_time;
use super::session::now;

/// Sends until the connection is closed.
pub(super) struct Pump {
    pub(super) peer: Arc<Peer>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) board: Arc<Board>,
    pub(super) log: Option<Arc<PacketLog>>,
    pub(super) sequence: Arc<AtomicU16>,
    pub(super) offset: u32,
}

impl Pump {
    pub(super) async fn run(self) {
        // Sound that was left out and is not told yet, and how much of it one packet holds.
        let (mut dropped, mut frames_each) = (0, 0);
        loop {
            self.outbox.filled().await;
            // A datagram is a packet, but for a report each second.
            let unsent = self.peer.take_unsent() * frames_each;
            dropped += self.outbox.take_overflowed() + unsent;
            while let Some(packet) = self.outbox.take(now(), |frame, frames| {
                dropped += frames;
                self.board.dropped(frame, frames);
            }) {
                let rtp_time = rtp_time(self.offset, packet.frame);
                let bytes = packet.payload.len();
                frames_each = packet.frames;
                let sequence = self.sequence.fetch_add(1, Ordering::Relaxed);
                if self.peer.send(sequence, rtp_time, packet.payload).await.is_err() {
                    // Closed: whoever watches the connection ends this task.
                    return;
                }
                let at = now();
                self.board.sent(at, packet.frame, packet.frames, bytes);
                if let Some(log) = &self.log {
                    let (frame, captured, encoded) = (packet.frame, packet.captured, packet.encoded);
                    log.note(&Sent { frame, captured, encoded, at, utc: SystemTime::now(), rtp_time });
                }
            }
            // A network that takes nothing is told of once, when it takes sound again.
            if dropped > 0 && unsent == 0 {
                let milliseconds = std::mem::take(&mut dropped) * 1_000 / u64::from(SAMPLE_RATE);
                let fault = Fault::new(key::FAULT_PUBLISH_NETWORK_FULL).with("milliseconds", milliseconds);
                self.board.trouble(fault);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::PublishEvent;
    use super::super::outbox::Encoded;
    use super::super::scripted_tests::{begin, world};
    use super::*;
    use crate::rtc::{Names, PeerSettings, SenderClock};
    use crate::timeline::FrameIndex;

    #[test]
    fn a_network_that_takes_nothing_for_a_while_is_told_of_once_with_what_was_left_out() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            begin(1);
            let settings = PeerSettings {
                bitrate: 256_000,
                ssrc: 7,
                bind: vec![],
                ice_servers: vec![],
                only: None,
                repairs: true,
                names: Names::default(),
            };
            let peer = Arc::new(Peer::new(&settings, Arc::new(SenderClock::new(0, None))).await.unwrap());
            let (outbox, board) = (Arc::new(Outbox::default()), Arc::new(Board::default()));
            outbox.set_open(true);
            let (sequence, log) = (Arc::default(), None);
            let (to, from, shown) = (Arc::clone(&peer), Arc::clone(&outbox), Arc::clone(&board));
            let pump = Pump { peer: to, outbox: from, board: shown, log, sequence, offset: 0 };
            let running = tokio::spawn(pump.run());
            for number in 0..8_u64 {
                let (frame, payload, at) = (FrameIndex(480 * number), (480 * number).to_le_bytes().to_vec(), now());
                outbox.push(Encoded { frame, frames: 480, payload, captured: at, encoded: at });
                tokio::time::sleep(Duration::from_millis(10)).await;
                world(|world| world.unsent += u64::from((2..5).contains(&number)));
            }
            running.abort();
            peer.close().await;
            let told = Fault::new(key::FAULT_PUBLISH_NETWORK_FULL).with("milliseconds", 30_u64);
            assert_eq!(board.take_events(), [PublishEvent::Trouble(told)]);
        });
    }
}
