//! The publisher's thread: tap → packets → Opus → outbox, every half millisecond, at realtime priority.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use korero_sentences::key;

use crate::codec::Encoder;
use crate::engine::tap::TapReader;
use crate::fault::Fault;
use crate::limits::{PACKET_FRAMES, PUBLISH_POLL, SAMPLE_RATE};
use crate::priority;
use crate::rtc::SenderClock;
use crate::timeline::FrameIndex;

use super::board::Board;
use super::outbox::{Encoded, Outbox};
use super::packets::{Packetiser, SoundPacket, stale_frames};

/// What the thread works with.
pub(super) struct EncoderJob {
    pub(super) tap: TapReader,
    pub(super) encoder: Encoder,
    pub(super) clock: Arc<SenderClock>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) board: Arc<Board>,
    pub(super) stop: Arc<AtomicBool>,
}

/// Starts the thread. It ends soon after `stop` is set or the engine is gone.
pub(super) fn spawn(job: EncoderJob) -> std::io::Result<JoinHandle<()>> {
    thread::Builder::new().name("korero-publish".into()).spawn(move || Line::new(job).run())
}

/// The line from the tap to the outbox.
struct Line {
    job: EncoderJob,
    packetiser: Packetiser,
    sound: Vec<f32>,
    last_look: Instant,
    was_open: bool,
}

impl Line {
    fn new(job: EncoderJob) -> Self {
        Self { job, packetiser: Packetiser::default(), sound: Vec::new(), last_look: Instant::now(), was_open: false }
    }

    #[expect(clippy::disallowed_methods, reason = "the engine cannot wake anyone: its reader looks, at this pace")]
    fn run(mut self) {
        self.job.board.scheduling(priority::promote());
        // Whatever waited while the thread was started belongs to the time before the air.
        while self.job.tap.read(&mut self.sound).is_some() {}
        self.last_look = Instant::now();
        while !self.job.stop.load(Ordering::Relaxed) && !self.job.tap.is_closed() {
            self.look(Instant::now());
            thread::sleep(PUBLISH_POLL);
        }
    }

    /// Takes everything that the tap holds.
    fn look(&mut self, now: Instant) {
        let open = self.job.outbox.is_open();
        if open && !self.was_open {
            // Sound from before the pause must not ring into the first packet after it.
            let _ = self.job.encoder.reset();
        }
        self.was_open = open;
        let away = now.saturating_duration_since(self.last_look);
        self.last_look = now;
        let mut stale = stale_frames(away, self.job.tap.frames_waiting());
        let mut given_up = 0;
        while let Some(block) = self.job.tap.read(&mut self.sound) {
            self.job.clock.heard(block.start.plus(block.frames as u64).0);
            if let Some(gap) = block.gap.filter(|_| open) {
                self.job.board.gap(gap);
            }
            let old = stale.min(block.frames);
            if old > 0 {
                stale -= old;
                given_up += self.give_up(block.start, old as u64);
            }
            self.packets(block.start, now, open);
        }
        if open && given_up > 0 {
            let milliseconds = given_up * 1_000 / u64::from(SAMPLE_RATE);
            self.job.board.trouble(Fault::new(key::FAULT_PUBLISH_LATE).with("milliseconds", milliseconds));
        }
    }

    /// Too old: the packets up to there are left out, so that the listeners' delay does not grow. Says how many frames.
    fn give_up(&mut self, start: FrameIndex, frames: u64) -> u64 {
        let packet = PACKET_FRAMES as u64;
        let from = FrameIndex(start.0.max(self.packetiser.position().0) / packet * packet);
        let missing = self.packetiser.drop_before(start.plus(frames)).since(from);
        if self.was_open {
            self.job.board.dropped(from, missing);
        }
        missing
    }

    fn packets(&mut self, start: FrameIndex, captured: Instant, open: bool) {
        let Self { job, packetiser, sound, .. } = self;
        packetiser.push(start, sound, |packet| {
            if open {
                encode(job, &packet, captured);
            }
        });
    }
}

fn encode(job: &mut EncoderJob, packet: &SoundPacket<'_>, captured: Instant) {
    // Encoding cannot fail with fixed sizes; a packet that did would be a gap like any other.
    let dropped = match job.encoder.encode(packet.samples) {
        Ok(payload) => {
            let payload = payload.to_vec();
            job.outbox.push(Encoded { frame: packet.start, payload, captured, encoded: Instant::now() })
        }
        Err(_) => Some(packet.start),
    };
    if let Some(start) = dropped {
        job.board.dropped(start, PACKET_FRAMES as u64);
    }
}
