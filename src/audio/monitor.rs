//! From the cue's tap to headphones, on a device whose clock is its own.

use std::sync::Arc;

use korero_dsp::denormals::FlushToZero;
use korero_dsp::drift::{ClockFace, DriftLoop};
use korero_dsp::resample::OutputResampler;

use super::health::Health;
use super::slot::Slot;
use crate::engine::TapReader;
use crate::limits::{CONVERT_FRAMES, GRID_FRAMES, SAMPLE_RATE, TAP_BLOCK_FRAMES};
use crate::priority;

/// Channels of a cue.
const STEREO: usize = 2;

/// What lies in the slot: the tap and how far it was read.
///
/// The reader's position goes on with every frame that is played, whether its sound was there or not: sound that comes
/// too late is passed over, so that a late callback never makes the headphones later for good.
pub(super) struct Cue {
    tap: TapReader,
    face: Arc<ClockFace>,
    block: Vec<f32>,
    /// Frames of `block` that were read or passed over.
    read: usize,
    /// Index of the next frame of `block`.
    next: i64,
    /// Index of the next frame to be played; before frame 0 while the first sound gathers.
    position: i64,
    begun: bool,
}

impl Cue {
    pub(super) fn new(tap: TapReader, face: Arc<ClockFace>) -> Self {
        let block = Vec::with_capacity(TAP_BLOCK_FRAMES * STEREO);
        Self { tap, face, block, read: 0, next: 0, position: 0, begun: false }
    }

    /// Copies the frames from the position on into `room`, silence for what the device lost; returns how many there
    /// were. Audio thread.
    fn fill(&mut self, room: &mut [f32]) -> usize {
        let wanted = room.len() / STEREO;
        let mut done = 0;
        while done < wanted && self.has_block() {
            let room = &mut room[done * STEREO..];
            let count = match self.next - self.position {
                ..0 => {
                    self.pass();
                    0
                }
                0 => self.copy(room),
                lost => {
                    let count = usize::try_from(lost).unwrap_or(usize::MAX).min(wanted - done);
                    room[..count * STEREO].fill(0.0);
                    count
                }
            };
            self.position += count as i64;
            done += count;
        }
        self.position += (wanted - done) as i64;
        done
    }

    /// Whether a frame of sound is at hand.
    fn has_block(&mut self) -> bool {
        if self.read * STEREO < self.block.len() {
            return true;
        }
        self.read = 0;
        let Some(block) = self.tap.read(&mut self.block) else { return false };
        self.next = block.start.0.cast_signed();
        if !std::mem::replace(&mut self.begun, true) {
            self.position = self.next;
        }
        true
    }

    /// Passes over what is too late.
    fn pass(&mut self) {
        let late = usize::try_from(self.position - self.next).unwrap_or(0);
        self.advance(late.min(self.block.len() / STEREO - self.read));
    }

    fn copy(&mut self, room: &mut [f32]) -> usize {
        let samples = &self.block[self.read * STEREO..];
        let count = samples.len().min(room.len()) / STEREO;
        room[..count * STEREO].copy_from_slice(&samples[..count * STEREO]);
        self.advance(count);
        count
    }

    fn advance(&mut self, frames: usize) {
        self.read += frames;
        self.next += frames as i64;
    }

    /// Frames between the capture's clock and the position; `None` before both are known.
    fn waiting(&mut self, now_ns: u64) -> Option<f64> {
        let at = self.face.frames_at(now_ns)?;
        (self.begun || self.has_block()).then_some(at - self.position as f64)
    }
}

/// What a host asks for sound: moved into the output callback, one for each stream.
pub struct MonitorSource {
    slot: Arc<Slot<Cue>>,
    generation: u64,
    health: Arc<Health>,
    one_clock: bool,
    writer: usize,
    channels: usize,
    stereo: Vec<f32>,
    path: Option<Path>,
    first: bool,
}

/// What depends on the device's rate.
struct Path {
    resampler: OutputResampler,
    drift: DriftLoop,
    /// Engine frames for each device frame.
    ratio: f64,
}

impl MonitorSource {
    /// `one_clock`: the same device captures; `writer`: engine frames in one of the interface's callbacks.
    pub(super) fn new(slot: &Arc<Slot<Cue>>, health: Arc<Health>, one_clock: bool, writer: usize) -> Self {
        Self {
            slot: Arc::clone(slot),
            generation: slot.next_generation(),
            health,
            one_clock,
            writer: writer.max(GRID_FRAMES),
            channels: STEREO,
            stereo: vec![0.0; CONVERT_FRAMES * STEREO],
            path: None,
            first: true,
        }
    }

    /// The stream's state, for its error callback.
    #[must_use]
    pub fn health(&self) -> Arc<Health> {
        Arc::clone(&self.health)
    }

    /// Makes ready for a device of this rate and so many channels, that asks for about `frames` at once. Allocates;
    /// before the first callback.
    pub fn prepare(&mut self, rate: u32, channels: u16, frames: u32) {
        self.channels = usize::from(channels.max(1));
        let ratio = f64::from(SAMPLE_RATE) / f64::from(rate);
        let reader = (f64::from(frames) * ratio).ceil() as usize;
        self.path = OutputResampler::new(f64::from(SAMPLE_RATE), f64::from(rate), STEREO).ok().map(|resampler| Path {
            resampler,
            drift: DriftLoop::new(f64::from(SAMPLE_RATE), self.writer, reader),
            ratio,
        });
    }

    /// Fills one callback: interleaved frames of the device's channels, the cue on the first two. What is missing is
    /// silence, and counted. `now_ns` is the clock that all streams share. Audio thread: neither waits nor allocates.
    pub fn read(&mut self, out: &mut [f32], now_ns: u64) {
        let _flush = FlushToZero::new();
        if std::mem::take(&mut self.first) {
            self.health.scheduled(priority::promote());
        }
        out.fill(0.0);
        let frames = out.len() / self.channels;
        if self.slot.is_current(self.generation)
            && let Some(mut cue) = self.slot.take()
        {
            self.play(&mut cue, out, frames, now_ns);
            self.slot.put(cue);
        }
        self.health.beat(frames);
    }

    fn play(&mut self, cue: &mut Cue, out: &mut [f32], frames: usize, now_ns: u64) {
        let Some(path) = &mut self.path else { return };
        path.steer(cue, frames, now_ns, self.one_clock);
        let mut missing = 0;
        for piece in out.chunks_mut(CONVERT_FRAMES * self.channels) {
            let stereo = &mut self.stereo[..piece.len() / self.channels * STEREO];
            missing += path.resampler.pull(stereo, |room| cue.fill(room));
            spread(stereo, piece, self.channels);
        }
        if missing > 0 && cue.begun {
            self.health.xrun();
        }
        if !self.one_clock {
            self.health.drifts(path.drift.drift_ppm() as f32);
        }
    }
}

impl Path {
    fn steer(&mut self, cue: &mut Cue, frames: usize, now_ns: u64, one_clock: bool) {
        let Some(waiting) = cue.waiting(now_ns) else { return };
        let elapsed = (frames as f64 * self.ratio).round() as usize;
        let steering = self.drift.update(waiting, elapsed);
        cue.position += steering.resync;
        self.resampler.steer(if one_clock { 1.0 } else { steering.ratio });
    }
}

/// Stereo onto the device's channels: the first two, or the middle of both for a device with one.
fn spread(stereo: &[f32], out: &mut [f32], channels: usize) {
    for (pair, frame) in stereo.chunks_exact(STEREO).zip(out.chunks_exact_mut(channels)) {
        match frame {
            [one] => *one = 0.5 * (pair[0] + pair[1]),
            [left, right, ..] => (*left, *right) = (pair[0], pair[1]),
            [] => {}
        }
    }
}

#[cfg(test)]
#[path = "monitor_tests.rs"]
mod tests;
