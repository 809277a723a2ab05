//! Parts that roll: one take after the other without a frame between them, and the last of them for a person.

use std::path::PathBuf;
use std::time::Duration;

use uuid::Uuid;

use super::{Board, Worker};
use crate::record::past::{Past, Span};
use crate::record::plan::Naming;
use crate::record::track::{Bounds, HeldBack, Track};
use crate::timeline::FrameIndex;

/// The take that something that rolled becomes.
pub(in crate::record) struct Becoming {
    pub(in crate::record) folder: PathBuf,
    pub(in crate::record) naming: Naming,
    /// The names of each part's channels.
    pub(in crate::record) names: Vec<Vec<String>>,
    /// Where it begins, as far back as there is sound.
    pub(in crate::record) from: FrameIndex,
    pub(in crate::record) board: Board,
}

impl Worker {
    /// Writes segments of the ring until it [becomes a take](Self::becomes_a_take). That the disk is nearly full is the ring's
    /// own business.
    pub(in crate::record) fn rolling(mut self) -> Self {
        (self.rolls, self.warned_low) = (true, true);
        self
    }

    /// From now on no part takes more than this.
    pub(in crate::record) fn keep_within(&mut self, bounds: Bounds) {
        self.tracks.iter_mut().for_each(|track| track.keep_within(bounds));
    }

    /// Why some part waits; a gap goes before.
    pub(in crate::record) fn held_back(&self) -> Option<HeldBack> {
        let why = |why| self.tracks.iter().any(|track| track.held_back() == Some(why)).then_some(why);
        why(HeldBack::Gap).or_else(|| why(HeldBack::Frames))
    }

    /// Frames of the longest file.
    pub(in crate::record) fn frames(&self) -> u64 {
        self.tracks.iter().map(Track::frames).max().unwrap_or(0)
    }

    /// Lets go of the take, whatever of it is safe, and is ready for the next one, which goes on at the very next frame:
    /// the folder that was written, and what each part left in it.
    pub(in crate::record) fn turn_over(&mut self) -> Option<(PathBuf, Vec<Span>)> {
        let folder = self.take.take()?.shared.folder.0;
        self.take_folder = None;
        self.let_go();
        self.naming.id = Uuid::now_v7();
        let spans = self.tracks.iter_mut().map(|track| {
            let at = track.goes_on().unwrap_or_default();
            track.turn_over().unwrap_or(Span { first: at, end: at, files: Vec::new() })
        });
        Some((folder, spans.collect()))
    }

    /// Where each part goes on; `None` for one that had no sound.
    pub(in crate::record) fn goes_on(&self) -> Vec<Option<FrameIndex>> {
        self.tracks.iter().map(Track::goes_on).collect()
    }

    /// Where the files of each part begin and go on; `None` for one that had no sound.
    pub(in crate::record) fn begins_and_ends(&self) -> Vec<Option<(FrameIndex, FrameIndex)>> {
        self.tracks.iter().map(Track::begins_and_ends).collect()
    }

    /// Lets go of everything that waits.
    pub(in crate::record) fn pass_over(&mut self) {
        for track in &mut self.tracks {
            track.pass_over(FrameIndex(u64::MAX));
            track.begin_anew();
        }
        self.board.pulse.beat();
    }

    /// What rolled goes on as this take.
    pub(in crate::record) fn becomes_a_take(&mut self, take: Becoming, pasts: Vec<Option<Past>>) {
        let Becoming { folder, naming, names, from, board } = take;
        // A segment that the disk refused to begin is none of it.
        self.take_folder = None;
        self.let_go();
        (self.folder, self.naming, self.board) = (folder, naming, board);
        (self.rolls, self.warned_low, self.trouble) = (false, false, None);
        (self.last_safe, self.lost_before) = (Duration::ZERO, (0, 0));
        let names = names.into_iter().map(Some).chain(std::iter::repeat_with(|| None));
        for ((track, past), names) in self.tracks.iter_mut().zip(pasts).zip(names) {
            track.becomes_a_take(names.unwrap_or_default(), past, from);
        }
    }
}
