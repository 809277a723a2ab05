//! Sound from the tap into packets of 10 ms on the absolute grid of the frame index. Pure: no clocks, no sockets.
//!
//! Packet `k` always holds the frames `480 k` to `480 k + 479`, whatever the sizes of callbacks and wherever sound is
//! missing, so two packets are always a whole number of packets apart.

use std::time::Duration;

use crate::codec::PACKET_SAMPLES;
use crate::limits::{FADE_FRAMES, PACKET_FRAMES, PUBLISH_TOO_OLD, SAMPLE_RATE};
use crate::timeline::FrameIndex;

/// The RTP time of a frame (RFC 3550 §5.1): the stream's random offset plus the frame index, which wraps after 24.8 h.
#[must_use]
pub fn rtp_time(offset: u32, frame: FrameIndex) -> u32 {
    offset.wrapping_add(frame.0 as u32)
}

/// How many of the `waiting` frames are not worth sending any more after the publisher itself was kept from looking
/// for `away`. Sound that came at once in one long callback is fresh; only our own absence makes it old.
#[must_use]
pub fn stale_frames(away: Duration, waiting: usize) -> usize {
    let keep = PUBLISH_TOO_OLD.as_millis() as usize * SAMPLE_RATE as usize / 1_000;
    if away > PUBLISH_TOO_OLD { waiting.saturating_sub(keep) } else { 0 }
}

/// Ten milliseconds or twice as much, ready to be encoded.
pub struct SoundPacket<'a> {
    /// Its first frame; a multiple of 480.
    pub start: FrameIndex,
    /// Interleaved stereo.
    pub samples: &'a [f32],
    /// Frames that were missing and are silence now.
    pub missing: usize,
}

/// Cuts sound into packets. What is missing of a packet becomes silence that fades from the sound before and into the
/// sound after it, and every frame that is there stays as it was; a packet of which everything is missing is not made.
pub struct Packetiser {
    packet: [f32; PACKET_SAMPLES],
    /// The number of the packet that is being filled.
    number: u64,
    /// How much of it is decided.
    filled: usize,
    /// How much of that is real sound.
    present: usize,
    /// The frame before the next one, to fade from.
    last: [f32; 2],
    begun: bool,
}

impl Default for Packetiser {
    fn default() -> Self {
        Self { packet: [0.0; PACKET_SAMPLES], number: 0, filled: 0, present: 0, last: [0.0; 2], begun: false }
    }
}

impl Packetiser {
    /// The next frame that is expected; 0 before the first.
    #[must_use]
    pub fn position(&self) -> FrameIndex {
        FrameIndex(self.number * PACKET_FRAMES as u64 + self.filled as u64)
    }

    /// Takes interleaved stereo whose first frame is `start`, and hands out each packet that became complete.
    /// Frames before [`Self::position`] were decided already and are passed over.
    pub fn push(&mut self, start: FrameIndex, samples: &[f32], mut ready: impl FnMut(SoundPacket<'_>)) {
        let seen = if self.begun { self.position().since(start) } else { 0 };
        let skip = 2 * usize::try_from(seen).unwrap_or(usize::MAX).min(samples.len() / 2);
        let (start, mut rest) = (start.plus(skip as u64 / 2), &samples[skip..]);
        if rest.len() < 2 {
            return;
        }
        self.bridge(start, [rest[0], rest[1]], &mut ready);
        while rest.len() >= 2 {
            let frames = (PACKET_FRAMES - self.filled).min(rest.len() / 2);
            let (now, later) = rest.split_at(2 * frames);
            self.packet[2 * self.filled..][..now.len()].copy_from_slice(now);
            self.last = [now[now.len() - 2], now[now.len() - 1]];
            self.filled += frames;
            self.present += frames;
            rest = later;
            if self.filled == PACKET_FRAMES {
                self.finish(&mut ready);
            }
        }
    }

    /// Gives up everything before `frame` (rounded up to the grid), even a packet that has begun. Says where sending
    /// goes on.
    pub fn drop_before(&mut self, frame: FrameIndex) -> FrameIndex {
        let number = frame.0.div_ceil(PACKET_FRAMES as u64);
        if !self.begun || number > self.number {
            self.begin(number);
        }
        self.position()
    }

    fn begin(&mut self, number: u64) {
        (self.number, self.filled, self.present, self.last, self.begun) = (number, 0, 0, [0.0; 2], true);
    }

    /// Comes from the frame before to `start`, whose first value is `next`.
    fn bridge(&mut self, start: FrameIndex, next: [f32; 2], ready: &mut impl FnMut(SoundPacket<'_>)) {
        let number = start.0 / PACKET_FRAMES as u64;
        if !self.begun || number > self.number {
            if self.present > 0 {
                self.fill(PACKET_FRAMES, [0.0; 2]);
                self.finish(ready);
            }
            self.begin(number);
        }
        self.fill((start.0 % PACKET_FRAMES as u64) as usize, next);
    }

    /// Silence from where the packet is filled to `end`, between the value before and the value `next` after it.
    fn fill(&mut self, end: usize, next: [f32; 2]) {
        let hole = &mut self.packet[2 * self.filled..2 * end.max(self.filled)];
        let frames = hole.len() / 2;
        hole.fill(0.0);
        let fade = FADE_FRAMES.min(frames / 2);
        for step in 0..fade {
            let gain = 1.0 - (step + 1) as f32 / (fade + 1) as f32;
            let back = frames - 1 - step;
            for side in 0..2 {
                hole[2 * step + side] = self.last[side] * gain;
                hole[2 * back + side] = next[side] * gain;
            }
        }
        self.filled += frames;
    }

    fn finish(&mut self, ready: &mut impl FnMut(SoundPacket<'_>)) {
        ready(SoundPacket {
            start: FrameIndex(self.number * PACKET_FRAMES as u64),
            samples: &self.packet,
            missing: PACKET_FRAMES - self.present,
        });
        (self.number, self.filled, self.present) = (self.number + 1, 0, 0);
    }
}

#[cfg(test)]
#[path = "packets_tests.rs"]
mod tests;
