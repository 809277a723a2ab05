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
        loop {
            self.outbox.filled().await;
            let mut dropped = self.outbox.take_overflowed();
            while let Some(packet) = self.outbox.take(now(), |frame, frames| {
                dropped += frames;
                self.board.dropped(frame, frames);
            }) {
                let rtp_time = rtp_time(self.offset, packet.frame);
                let bytes = packet.payload.len();
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
            if dropped > 0 {
                let milliseconds = dropped * 1_000 / u64::from(SAMPLE_RATE);
                let fault = Fault::new(key::FAULT_PUBLISH_NETWORK_FULL).with("milliseconds", milliseconds);
                self.board.trouble(fault);
            }
        }
    }
}
