//! What always rolls while nothing is recorded: the parts that a take would have, in segments that are ordinary takes, the
//! oldest of them deleted. When Record is pressed the same taps go on into the take, which begins earlier than that.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use korero_sentences::key;

use super::RecordEvent;
use super::past::{Past, Span};
use super::plan::RollPlan;
use super::ring::{Need, Ring, Segment};
use super::track::{Bounds, HeldBack};
use super::worker::{Becoming, Board, Worker};
use crate::fault::Fault;
use crate::limits::{RECORD_LOW, RECORD_SYNC, ROLL_SEGMENTS, SAMPLE_RATE};
use crate::timeline::FrameIndex;

/// How far back one can go, told to other threads. Each is a plain value: a moment's mixture of old and new is harmless.
#[derive(Default, Debug)]
pub(super) struct Reach {
    first: AtomicU64,
    end: AtomicU64,
}

impl Reach {
    pub(super) fn length(&self) -> Duration {
        let frames = self.end.load(Ordering::Relaxed).saturating_sub(self.first.load(Ordering::Relaxed));
        Duration::from_micros(frames.saturating_mul(1_000_000) / u64::from(SAMPLE_RATE))
    }

    fn is(&self, first: u64, end: u64) {
        self.first.store(first, Ordering::Relaxed);
        self.end.store(end, Ordering::Relaxed);
    }
}

/// The ring and the one that writes it, driven in steps.
pub(super) struct Roll {
    worker: Worker,
    ring: Ring,
    board: Board,
    reach: Arc<Reach>,
    /// Frames of the whole ring at most.
    hold: u64,
    /// Of everything that rolls.
    bytes_per_second: u64,
    paused: bool,
    looked: Duration,
}

impl Roll {
    pub(super) fn open(plan: RollPlan, board: Board, reach: Arc<Reach>) -> Self {
        let RollPlan { naming, mut place, hold } = plan;
        let ring = Ring::open(Arc::clone(&place.disk), &place.folder);
        place.folder.clone_from(&ring.folder);
        let bytes_per_second = place.bytes_per_second(naming.form);
        let worker = Worker::new(naming, place, board.clone()).rolling();
        let hold = hold.as_secs() * u64::from(SAMPLE_RATE);
        Self { worker, ring, board, reach, hold, bytes_per_second, paused: false, looked: Duration::ZERO }
    }

    /// Moves what came in since the last step; the ring never holds more than it may, not even for a moment. `now` is any
    /// clock that only goes forward.
    pub(super) fn step(&mut self, now: Duration) {
        if now >= self.looked + RECORD_SYNC {
            self.looked = now;
            self.look_at_room(now);
        }
        if self.paused {
            self.worker.pass_over();
        } else {
            self.carry(now);
        }
        self.tell_reach();
    }

    fn carry(&mut self, now: Duration) {
        loop {
            let frames = self.hold.saturating_sub(self.ring.frames());
            self.worker.keep_within(Bounds { frames, gap: self.hold / ROLL_SEGMENTS });
            self.worker.step(now);
            let goes_on = match self.worker.held_back() {
                None => break,
                Some(HeldBack::Gap) => self.turn_over(),
                Some(HeldBack::Frames) => self.make_room(now),
            };
            if !goes_on {
                return;
            }
        }
        if self.worker.frames() >= self.hold / ROLL_SEGMENTS {
            self.turn_over();
        }
    }

    /// Deletes the oldest segment; when none may go, the one that is written becomes the oldest.
    fn make_room(&mut self, now: Duration) -> bool {
        match self.ring.remove_oldest(now, Need::Room, &|| self.board.pulse.beat()) {
            Ok(true) => true,
            // What is played waits in the taps until the next step.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => false,
            Ok(false) if self.worker.frames() > 0 => self.turn_over(),
            Ok(false) => {
                self.worker.tell_trouble(&io::ErrorKind::ResourceBusy.into());
                false
            }
            Err(error) => {
                self.worker.tell_trouble(&error);
                false
            }
        }
    }

    /// Ends the segment; the next one goes on at the very next frame. `false` while the disk refuses: the segment grows.
    pub(super) fn turn_over(&mut self) -> bool {
        match self.worker.end_files() {
            Ok(()) => {
                self.let_go();
                true
            }
            Err(error) => {
                self.worker.tell_trouble(&error);
                false
            }
        }
    }

    fn let_go(&mut self) {
        if let Some((folder, spans)) = self.worker.turn_over() {
            let frames = spans.iter().map(|span| span.end.since(span.first)).max().unwrap_or(0);
            let bytes = frames * self.bytes_per_second / u64::from(SAMPLE_RATE);
            self.ring.push(Segment::new(folder, frames, bytes, spans));
        }
    }

    /// Never takes the last room of a disk: what takes need goes before what rolled.
    fn look_at_room(&mut self, now: Duration) {
        let leave = self.bytes_per_second * RECORD_LOW.as_secs();
        let enough = if self.paused { leave + leave / 8 } else { leave };
        let mut short = self.ring.has_less_than(enough);
        let beat = || self.board.pulse.beat();
        while short && !self.paused {
            match self.ring.remove_oldest(now, Need::Room, &beat) {
                Ok(true) => short = self.ring.has_less_than(enough),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Ok(false) | Err(_) => break,
            }
        }
        if short && !self.paused {
            self.turn_over();
            let minutes = RECORD_LOW.as_secs() / 60;
            let fault = Fault::new(key::FAULT_ROLL_PAUSED).with("minutes", minutes);
            self.board.told().event(RecordEvent::Trouble(fault));
        }
        self.paused = short;
    }

    /// The spans of a part that lead without a break to where it goes on.
    fn leading(&self, part: usize, goes_on: Option<FrameIndex>) -> Vec<&Span> {
        goes_on.map(|end| self.ring.leading_to(part, end)).unwrap_or_default()
    }

    fn tell_reach(&self) {
        let (mut first, mut end) = (0, u64::MAX);
        for (part, told) in self.worker.begins_and_ends().into_iter().enumerate() {
            let Some((begins, ends)) = told else { continue };
            let begins = self.leading(part, Some(begins)).first().map_or(begins, |span| span.first);
            (first, end) = (first.max(begins.0), end.min(ends.0));
        }
        self.reach.is(first, if end == u64::MAX { first } else { end });
        self.board.pulse.beat();
    }

    /// Where the takes beside the ring really are; `None` while its disk does not say.
    pub(super) fn place(&self) -> Option<PathBuf> {
        self.ring.place()
    }

    /// The last step of what rolls: it goes on as a take, with as much of what rolled as was asked for. What the disk does
    /// not take now is missing between the two.
    pub(super) fn become_a_take(mut self, take: Becoming) -> Worker {
        self.let_go();
        let pasts = self.worker.goes_on().into_iter().enumerate().map(|(part, end)| {
            let spans = self.leading(part, end);
            let first = spans.first()?.first.max(take.from);
            Past::cut(&spans, first, end?)
        });
        let pasts: Vec<_> = pasts.collect();
        self.ring.keep(pasts.iter().flatten().flat_map(Past::segments));
        self.worker.becomes_a_take(take, pasts);
        self.worker.beside(self.ring)
    }
}
