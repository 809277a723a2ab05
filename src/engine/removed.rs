//! What the effect in a slot takes away, in the first headphone mix instead of what is heard there: somebody wants to know
//! what a denoiser does to the music.
//!
//! The mix, the recording and the air never hear it. What comes into that mix beside the channels (talkback, the tone, a
//! take that is listened to) is heard all the same. It comes and goes by a cross-fade.

use korero_dsp::bank::Place;
use korero_dsp::dispatch::Level;
use korero_dsp::smooth::{GLIDE_CELLS, Glide};
use korero_dsp::sum::{self, Part};
use korero_dsp::{LaneBlock, Lanes};

use super::folded::Sum;
use crate::limits::GRID_FRAMES;

/// The lanes of one channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Whose {
    /// One lane, heard in the middle.
    One(u8),
    /// This lane on the left, and its neighbour on the right.
    Pair(u8),
    /// The mix bus.
    Mix,
}

/// A slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Source {
    pub(super) whose: Whose,
    pub(super) place: Place,
}

/// What is listened to.
pub(super) struct Removed {
    source: Option<Source>,
    /// How much of the channels is heard in the first headphone mix.
    others: Glide,
    sound: [Lanes; GRID_FRAMES],
}

impl Removed {
    pub(super) fn new() -> Self {
        Self { source: None, others: Glide::new(1.0, GLIDE_CELLS), sound: [Lanes::SILENCE; GRID_FRAMES] }
    }

    /// Takes what is listened to from now on, and gives what was before. Both glide at their slots, from this cell on.
    pub(super) fn turn(&mut self, source: Option<Source>) -> Option<Source> {
        self.others.set(0, if source.is_some() { 0.0 } else { 1.0 });
        std::mem::replace(&mut self.source, source)
    }

    /// Everything arrives at once, as before the first frame.
    pub(super) fn settle(&mut self) {
        self.others.settle();
    }

    /// Turns the channels down in the first headphone mix, over one cell from the index `start`.
    pub(super) fn hush(&mut self, start: u64, frames: usize, cues: &mut Sum) {
        let others = self.others.ramp(&LaneBlock::new(start, &mut self.sound[..frames]));
        if others.rests_at(1.0) || cues.heard(frames).is_none() {
            return;
        }
        for (at, cue) in cues.frames(frames).iter_mut().enumerate() {
            let share = others.at(at).0[0];
            cue.0[..2].iter_mut().for_each(|side| *side *= share);
        }
    }

    /// Adds what is taken away to the first headphone mix, after [`Self::hush`].
    pub(super) fn play<'a>(&mut self, frames: usize, parts: impl Iterator<Item = Part<'a>>, cues: &mut Sum) {
        if self.others.now().rests_at(1.0) || !sum::fold(Level::best(), parts, &mut self.sound[..frames], 0) {
            return;
        }
        for (cue, removed) in cues.frames(frames).iter_mut().zip(&self.sound) {
            (0..2).for_each(|side| cue.0[side] += removed.0[side]);
        }
    }
}
