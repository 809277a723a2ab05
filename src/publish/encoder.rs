//! The publisher's thread: tap → packets → Opus → outbox, every half millisecond, at realtime priority.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use korero_sentences::key;

use crate::codec::{Encoder, PacketLength};
use crate::engine::tap::TapReader;
use crate::fault::Fault;
use crate::limits::{PACKET_FRAMES, PUBLISH_POLL, SAMPLE_RATE};
use crate::priority;
use crate::rtc::SenderClock;
use crate::timeline::FrameIndex;

use super::board::Board;
use super::order::Order;
use super::outbox::{Encoded, Outbox};
use super::packets::{Packetiser, SoundPacket, stale_frames};
use super::pairs::Pairs;
use super::rate::Setting;

/// What the thread works with.
pub(super) struct EncoderJob {
    pub(super) tap: TapReader,
    pub(super) encoder: Encoder,
    pub(super) order: Arc<Order>,
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
    pairs: Pairs,
    /// What the encoder is set to, and what it was told of loss.
    set: (Setting, u8),
    sound: Vec<f32>,
    last_look: Instant,
    was_open: bool,
}

impl Line {
    fn new(job: EncoderJob) -> Self {
        Self {
            set: job.order.now(),
            job,
            packetiser: Packetiser::default(),
            pairs: Pairs::default(),
            sound: Vec::new(),
            last_look: Instant::now(),
            was_open: false,
        }
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
            self.pairs.forget();
        }
        self.was_open = open;
        self.follow_orders();
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

    /// Sets the encoder to what is wanted from the next packet on.
    fn follow_orders(&mut self) {
        let wanted = self.job.order.now();
        if wanted != self.set {
            self.set = wanted;
            let (setting, loss) = wanted;
            // Neither can fail: both are within Opus's own ranges.
            let _ = self.job.encoder.set_bitrate(setting.bitrate);
            let _ = self.job.encoder.expect_loss(loss);
        }
    }

    /// Too old: the packets up to there are left out, so that the listeners' delay does not grow. Says how many frames.
    fn give_up(&mut self, start: FrameIndex, frames: u64) -> u64 {
        let packet = PACKET_FRAMES as u64;
        if self.was_open {
            let Self { job, pairs, .. } = self;
            pairs.flush(|packet| encode(job, &packet, Instant::now()));
        }
        let from = FrameIndex(start.0.max(self.packetiser.position().0) / packet * packet);
        let missing = self.packetiser.drop_before(start.plus(frames)).since(from);
        if self.was_open {
            self.job.board.dropped(from, missing);
        }
        missing
    }

    fn packets(&mut self, start: FrameIndex, captured: Instant, open: bool) {
        let Self { job, packetiser, pairs, set, sound, .. } = self;
        let length: PacketLength = set.0.length;
        packetiser.push(start, sound, |cell| {
            if open {
                pairs.push(&cell, length, |packet| encode(job, &packet, captured));
            }
        });
    }
}

fn encode(job: &mut EncoderJob, packet: &SoundPacket<'_>, captured: Instant) {
    // Encoding cannot fail with fixed sizes; a packet that did would be a gap like any other.
    let (frame, frames) = (packet.start, packet.samples.len() as u64 / 2);
    let dropped = match job.encoder.encode(packet.samples) {
        Ok(payload) => {
            let payload = payload.to_vec();
            job.outbox.push(Encoded { frame, frames, payload, captured, encoded: Instant::now() })
        }
        Err(_) => Some((frame, frames)),
    };
    if let Some((start, frames)) = dropped {
        job.board.dropped(start, frames);
    }
}
