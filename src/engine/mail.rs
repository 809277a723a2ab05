//! What the two halves of the engine send each other.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use korero_dsp::bank::Stage;
use korero_dsp::param::ParamId;
use uuid::Uuid;

use super::tap::{TapSource, TapWriter};
use crate::timeline::{Epoch, FrameIndex};

/// What a lane's sound is multiplied by on its ways out. Linear.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Gains {
    /// Fader and mute.
    pub(super) fade: f32,
    /// Pan or balance to the mix, left and right; after `fade`.
    pub(super) pan: [f32; 2],
    /// To the cue, left and right; before `fade`.
    pub(super) cue: [f32; 2],
}

/// To the audio thread.
pub(super) enum Command {
    /// Feed a lane from an input (from 0), beginning at silence.
    Assign { lane: u8, input: u8 },
    /// Glide a lane to silence and then give it back; each is answered by one [`Returned::Lane`].
    Release { lane: u8 },
    /// Turn a parameter of a lane.
    Turn { lane: u8, stage: Stage, param: ParamId, value: f32 },
    /// Let a lane's gains glide to these.
    Route { lane: u8, gains: Gains },
    /// Levels of mix and cue. Linear.
    Levels { mix: f32, cue: f32 },
    /// Ceiling of the limiter, dBFS.
    Ceiling(f32),
    /// Begin to fill a tap.
    OpenTap(Box<Tap>),
}

/// An open tap.
pub(super) struct Tap {
    pub(super) source: TapSource,
    pub(super) writer: TapWriter,
}

/// From the audio thread.
pub(super) enum Returned {
    /// Its reader is gone; to be freed.
    Tap(Box<Tap>),
    /// One [`Command::Release`] is done: the lane is silent, or was given to another strip meanwhile.
    Lane(u8),
}

/// Where the engine is, for everyone to read.
#[derive(Default)]
pub(super) struct Clock {
    id: Uuid,
    begun: AtomicBool,
    utc_ns: AtomicU64,
    position: AtomicU64,
    skipped: AtomicU64,
}

impl Clock {
    pub(super) fn new(id: Uuid) -> Self {
        Self { id, ..Self::default() }
    }

    /// Dates frame 0; a second date changes nothing. Only the audio thread calls it.
    pub(super) fn begin(&self, utc_ns: u64) {
        if self.begun.load(Ordering::Relaxed) {
            return;
        }
        self.utc_ns.store(utc_ns, Ordering::Relaxed);
        self.begun.store(true, Ordering::Release);
    }

    pub(super) fn epoch(&self) -> Option<Epoch> {
        let begun = self.begun.load(Ordering::Acquire);
        begun.then(|| Epoch { id: self.id, utc_ns_at_frame_0: self.utc_ns.load(Ordering::Relaxed) })
    }

    pub(super) fn set_position(&self, position: FrameIndex) {
        self.position.store(position.0, Ordering::Release);
    }

    pub(super) fn position(&self) -> FrameIndex {
        FrameIndex(self.position.load(Ordering::Acquire))
    }

    pub(super) fn add_skipped(&self, frames: u64) {
        self.skipped.fetch_add(frames, Ordering::Relaxed);
    }

    pub(super) fn skipped(&self) -> u64 {
        self.skipped.load(Ordering::Relaxed)
    }
}
