//! The audio thread's half.

use std::sync::Arc;

use rtrb::{Consumer, Producer};

use super::levels::Levels;
use super::mail::{Clock, Command, Returned};
use crate::timeline::{FrameIndex, Gap, GapCause};

/// The mixer in sound. Everything but [`Engine::new`] and dropping it may run on the audio thread: it never allocates, frees, locks,
/// waits, logs or panics.
pub struct Engine {
    clock: Arc<Clock>,
    levels: Arc<Levels>,
    mail: Consumer<Command>,
    returns: Producer<Returned>,
    gaps: Producer<Gap>,
    position: FrameIndex,
}

impl Engine {
    pub(super) fn new(
        clock: Arc<Clock>,
        levels: Arc<Levels>,
        mail: Consumer<Command>,
        returns: Producer<Returned>,
        gaps: Producer<Gap>,
    ) -> Self {
        Self { clock, levels, mail, returns, gaps, position: FrameIndex(0) }
    }

    /// Dates frame 0: once, before the first frame. `utc_ns` is UTC in nanoseconds since 1970.
    pub fn begin(&mut self, utc_ns: u64) {
        self.clock.begin(utc_ns);
    }

    /// Plays interleaved 48 kHz samples of `channels` inputs (1 to [`crate::limits::MAX_INPUTS`]), any number of frames.
    pub fn process(&mut self, samples: &[f32], channels: usize) {
        let frames = samples.len() / channels.max(1);
        self.position = self.position.plus(frames as u64);
        self.clock.set_position(self.position);
    }

    /// The device lost `frames` frames: the index jumps over them.
    pub fn skip(&mut self, frames: u64, cause: GapCause) {
        let _ = self.gaps.push(Gap { start: self.position, frames, cause, exact: false });
        self.position = self.position.plus(frames);
        self.clock.add_skipped(frames);
    }

    /// The frame that is computed next.
    #[must_use]
    pub fn position(&self) -> FrameIndex {
        self.position
    }
}
