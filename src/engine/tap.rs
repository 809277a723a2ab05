//! Sound out of the engine to other threads: one ring for each reader, which drops when the reader is slow
//! and says so.
//!
//! Two rings lie beside each other: the samples, and the *runs*. A run begins wherever the frame index does not
//! simply go on (at the first block, after a drop, after a device's loss), so a steady tap costs nothing but the copy.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rtrb::{Consumer, Producer, RingBuffer};

use crate::limits::{GRID_FRAMES, SAMPLE_RATE, TAP_BLOCK_FRAMES, TAP_RUNS};
use crate::timeline::{FrameIndex, Gap, GapCause};

/// What a tap gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TapSource {
    /// The mix after its limiter, 2 channels, dated by the input that is heard in it: the limiter's latency is
    /// already taken off, so that mix and inputs line up.
    Mix,
    /// A headphone mix, from 0; 2 channels.
    Cue(u8),
    /// Eight lanes of strips, groups or returns after their chains, before their faders: for meters that look closer.
    Rack(u8),
    /// The first inputs of the interface, dry and before everything. Inputs that the interface does not have are silent.
    Inputs {
        /// How many, 1 to [`crate::limits::MAX_INPUTS`].
        channels: usize,
    },
}

impl TapSource {
    /// Channels of a block.
    #[must_use]
    pub fn channels(self) -> usize {
        match self {
            Self::Mix | Self::Cue(_) => 2,
            Self::Rack(_) => korero_dsp::LANES,
            Self::Inputs { channels } => channels,
        }
    }
}

/// One block as it was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TapBlock {
    /// The index of its first frame.
    pub start: FrameIndex,
    /// How many frames, 1 to [`TAP_BLOCK_FRAMES`].
    pub frames: usize,
    /// What is missing just before this block. Each loss is told exactly once.
    pub gap: Option<Gap>,
}

/// Where the frame index begins anew.
#[derive(Clone, Copy)]
struct Run {
    /// Frames that went through the ring before.
    at: u64,
    start: FrameIndex,
    gap: Option<Gap>,
}

/// Makes a tap of `channels` channels that holds at least `holds` of sound and whose first frame is expected to be
/// `start`. Allocates; not for the audio thread.
///
/// # Panics
/// When `channels` is 0: a mistake of the caller.
#[must_use]
pub fn tap(channels: usize, holds: Duration, start: FrameIndex) -> (TapWriter, TapReader) {
    assert!(channels > 0, "a tap has channels");
    let frames = (holds.as_secs_f64() * f64::from(SAMPLE_RATE)).ceil() as usize;
    let frames = frames.max(2 * GRID_FRAMES).next_multiple_of(GRID_FRAMES);
    let (samples_in, samples) = touched(frames * channels);
    let (runs_in, runs) = RingBuffer::new(TAP_RUNS);
    let (lost, end) = (Arc::new(AtomicU64::new(0)), TapEnd::default());
    let writer = TapWriter {
        channels,
        samples: samples_in,
        runs: runs_in,
        lost: Arc::clone(&lost),
        end: end.clone(),
        written: 0,
        next: start,
        begun: false,
        device: None,
    };
    (writer, TapReader { channels, samples, runs, lost, taken: 0, next: start, end })
}

/// A ring whose memory was touched, so that the audio thread meets no page that the system has yet to give.
fn touched(slots: usize) -> (Producer<f32>, Consumer<f32>) {
    let (mut samples_in, mut samples) = RingBuffer::new(slots);
    // Both chunks are the whole ring, which is empty again afterwards.
    if let Ok(chunk) = samples_in.write_chunk_uninit(slots) {
        chunk.fill_from_iter(std::iter::repeat(0.0));
    }
    if let Ok(chunk) = samples.read_chunk(slots) {
        chunk.commit_all();
    }
    (samples_in, samples)
}

/// Ends a tap from any thread: nothing comes in any more, and its reader still gives what is in it.
#[derive(Clone, Default, Debug)]
pub struct TapEnd(Arc<AtomicBool>);

impl TapEnd {
    /// From now on nothing comes in, but for a block that is just being written.
    pub fn close(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was closed, or its reader is gone.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The engine's end of a tap. Audio thread: never allocates, frees, locks or waits (dropping it frees).
pub struct TapWriter {
    channels: usize,
    samples: Producer<f32>,
    runs: Producer<Run>,
    lost: Arc<AtomicU64>,
    end: TapEnd,
    written: u64,
    next: FrameIndex,
    begun: bool,
    device: Option<GapCause>,
}

impl TapWriter {
    /// Channels of a block.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Whether nobody wants more of it.
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        self.end.is_closed()
    }

    /// Moves the expected first frame, before anything was written.
    pub fn open_at(&mut self, start: FrameIndex) {
        if !self.begun {
            self.next = start;
        }
    }

    /// The device lost frames here: what is missing before the next block is the device's loss.
    pub fn device_lost(&mut self, cause: GapCause) {
        self.device = Some(cause);
    }

    /// Copies one interleaved block whose first frame is `start`, or drops it whole when it does not fit.
    pub fn write(&mut self, start: FrameIndex, samples: &[f32]) {
        let frames = (samples.len() / self.channels) as u64;
        if frames == 0 || self.end.is_closed() {
            return;
        }
        let fits = self.samples.slots() >= samples.len();
        if !fits || !self.keep_dates(start) || self.samples.push_entire_slice(samples).is_err() {
            self.lost.fetch_add(frames, Ordering::Relaxed);
            return;
        }
        self.written += frames;
        self.next = start.plus(frames);
    }

    /// Begins a run where the index does not go on; `false` when there is no room to say so.
    fn keep_dates(&mut self, start: FrameIndex) -> bool {
        let missing = start.since(self.next);
        if self.begun && missing == 0 {
            return true;
        }
        let gap = (missing > 0).then(|| Gap {
            start: self.next,
            frames: missing,
            cause: self.device.unwrap_or(GapCause::Tap),
            exact: self.device.is_none(),
        });
        if self.runs.push(Run { at: self.written, start, gap }).is_err() {
            return false;
        }
        self.begun = true;
        self.device = None;
        true
    }
}

/// A reader's end of a tap. Dropping it closes the tap.
pub struct TapReader {
    channels: usize,
    samples: Consumer<f32>,
    runs: Consumer<Run>,
    lost: Arc<AtomicU64>,
    taken: u64,
    next: FrameIndex,
    end: TapEnd,
}

impl Drop for TapReader {
    fn drop(&mut self) {
        self.end.close();
    }
}

impl TapReader {
    /// Ends it before this reader is dropped.
    #[must_use]
    pub fn end(&self) -> TapEnd {
        self.end.clone()
    }

    /// Channels of a block.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The next sound, up to [`TAP_BLOCK_FRAMES`] frames without a discontinuity inside, interleaved: `into` is cleared
    /// and filled. `None` when there is nothing yet.
    pub fn read(&mut self, into: &mut Vec<f32>) -> Option<TapBlock> {
        into.clear();
        // The samples are counted before the runs are looked at: a run is written before its samples, so
        // every run among the counted samples is seen.
        let waiting = self.frames_waiting().min(TAP_BLOCK_FRAMES);
        if waiting == 0 {
            return None;
        }
        let gap = self.begin_run();
        let until_next = self.runs.peek().map_or(u64::MAX, |run| run.at - self.taken);
        let frames = waiting.min(usize::try_from(until_next).unwrap_or(usize::MAX));
        let chunk = self.samples.read_chunk(frames * self.channels).ok()?;
        let (first, second) = chunk.as_slices();
        into.extend_from_slice(first);
        into.extend_from_slice(second);
        chunk.commit_all();
        let start = self.next;
        self.taken += frames as u64;
        self.next = start.plus(frames as u64);
        Some(TapBlock { start, frames, gap })
    }

    fn begin_run(&mut self) -> Option<Gap> {
        if self.runs.peek().is_ok_and(|run| run.at == self.taken)
            && let Ok(run) = self.runs.pop()
        {
            self.next = run.start;
            return run.gap;
        }
        None
    }

    /// Frames that can be read now.
    #[must_use]
    pub fn frames_waiting(&self) -> usize {
        self.samples.slots() / self.channels
    }

    /// Frames that this tap dropped since it was opened, because they were not read in time. A loss at the very
    /// end is counted here before its gap is told by the next block.
    #[must_use]
    pub fn lost_frames(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Whether nothing more comes, and everything was read.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.samples.is_abandoned() && self.samples.is_empty()
    }
}
