//! All parts of one take in one place, and what became of them; driven in steps by the place's thread, or by a test.

mod ending;
mod room;
mod turning;

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use korero_sentences::{Key, key};
use uuid::Uuid;

use super::claim::Claim;
use super::disk::Disk;
use super::journal::{FORMAT, Journal, Line};
use super::names::{TakeFolder, WallTime, stem};
use super::plan::{Naming, Place};
use super::pulse::{Pulse, Watch};
use super::ring::Ring;
use super::track::{Shared, Track};
use super::wav::WavLabel;
use super::{RecordEvent, RecordStatus, RecordedFile};
pub(super) use turning::Becoming;

use crate::fault::Fault;
use crate::limits::{FILL_PAUSE, FILL_TRIES, MAX_RECORD_EVENTS, RECORD_BEHIND, RECORD_STALL, RECORD_SYNC, SAMPLE_RATE};
use crate::recording::Marker;
use crate::timeline::{FrameIndex, GapCause};

/// What the thread tells and the control thread reads.
#[derive(Default)]
pub(super) struct Told {
    pub(super) status: RecordStatus,
    pub(super) events: VecDeque<RecordEvent>,
    pub(super) files: Vec<RecordedFile>,
}

impl Told {
    pub(super) fn event(&mut self, event: RecordEvent) {
        if self.events.len() == MAX_RECORD_EVENTS {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }
}

/// What a place's thread shares with the others.
#[derive(Clone)]
pub(super) struct Board {
    pub(super) told: Arc<Mutex<Told>>,
    pub(super) pulse: Arc<Pulse>,
}

impl Board {
    pub(super) fn new(parts: usize) -> Self {
        Self { told: Arc::default(), pulse: Arc::new(Pulse::new(parts)) }
    }

    pub(super) fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether no file was begun in this place.
    pub(super) fn is_idle(&self) -> bool {
        self.told().status.files.is_empty()
    }

    /// Nothing is recorded in this place, and why.
    pub(super) fn refuse(&self, fault: Fault) {
        self.pulse.set_trouble(true);
        let mut told = self.told();
        told.status.in_trouble = true;
        told.event(RecordEvent::Trouble(fault));
    }
}

/// The take on disk, from the first sound on.
struct Take {
    shared: Shared,
    journal: Journal,
}

/// Another place, while this one only watches it.
struct Lead {
    board: Board,
    watch: Watch,
}

pub(super) struct Worker {
    folder: PathBuf,
    naming: Naming,
    disk: Arc<dyn Disk>,
    bytes_per_second: u64,
    tracks: Vec<Track>,
    /// Chosen before the journal, which may be refused for a while.
    take_folder: Option<TakeFolder>,
    claim: Option<Claim>,
    take: Option<Take>,
    board: Board,
    lead: Option<Lead>,
    /// What was lost before this place went on.
    lost_before: (u64, u64),
    markers: Vec<Marker>,
    last_safe: Duration,
    /// When the end was asked for, or when it went on last.
    ending: Option<Duration>,
    /// A part of the pre-roll was refused: nothing is copied before this.
    fill_again: Option<Duration>,
    /// The trouble that was told and is not over.
    trouble: Option<Key>,
    warned_low: bool,
    /// For the next slice of the pre-roll, when that was asked last.
    has_room: bool,
    /// What rolled beside a take; it gives its room.
    ring: Option<Ring>,
    performances: Vec<Uuid>,
    /// It writes segments of the ring.
    rolls: bool,
}

impl Worker {
    pub(super) fn new(naming: Naming, place: Place, board: Board) -> Self {
        let bytes_per_second = place.bytes_per_second(naming.form);
        Self {
            folder: place.folder,
            naming,
            disk: place.disk,
            bytes_per_second,
            tracks: place.sources.into_iter().map(Track::new).collect(),
            take_folder: None,
            claim: None,
            take: None,
            board,
            lead: None,
            lost_before: (0, 0),
            markers: Vec::new(),
            last_safe: Duration::ZERO,
            ending: None,
            fill_again: None,
            trouble: None,
            warned_low: false,
            has_room: true,
            ring: None,
            performances: Vec::new(),
            rolls: false,
        }
    }

    /// Writes nothing until the place of `lead`, with the same parts, is in trouble.
    pub(super) fn stand_by(mut self, lead: Board) -> Self {
        self.lead = Some(Lead { board: lead, watch: Watch::default() });
        self
    }

    /// Moves what came in since the last step; every [`RECORD_SYNC`] it is made safe. `now` is any clock that only
    /// goes forward.
    pub(super) fn step(&mut self, now: Duration) {
        if self.stands_by(now) {
            return;
        }
        let mut outcome = self.open().and(self.carry());
        let is_behind = self.tracks.iter().any(Track::is_behind);
        if outcome.is_ok() && !is_behind && self.tries_to_fill(now) && self.may_fill() {
            outcome = self.fill();
            self.look_at_filling(now, outcome.is_err());
        }
        if now >= self.last_safe + RECORD_SYNC {
            self.last_safe = now;
            // What was carried before a failure is made safe all the same.
            outcome = outcome.and(self.make_safe());
            if outcome.is_ok() {
                self.let_the_ring_go();
            }
            self.look_at_space(now);
            self.tell_files();
            if outcome.is_ok() && self.fill_again.is_none() {
                self.resumed();
            }
        }
        if let Err(error) = outcome
            && !self.makes_room(&error, now)
        {
            self.tell_trouble(&error);
        }
        self.tell_status();
    }

    /// Marks a moment.
    pub(super) fn mark(&mut self, marker: Marker) {
        if let Some(take) = &mut self.take {
            take.journal.push(&Line::Marker(marker.clone()));
        }
        self.markers.push(marker);
    }

    /// Tells which performance is on air.
    pub(super) fn performs(&mut self, id: Uuid) {
        if !self.performances.contains(&id) {
            self.performances.push(id);
            if let Some(take) = &mut self.take {
                take.journal.push(&Line::Performance { id });
            }
        }
    }

    /// Whether there is work for which the disk is well enough.
    pub(super) fn is_busy(&self) -> bool {
        self.fills() && self.fill_again.is_none() && self.has_room && self.trouble.is_none()
    }

    fn fills(&self) -> bool {
        self.tracks.iter().any(Track::fills)
    }

    /// Whether it is time to copy. Each try may take a failing drive half a minute, in which nothing that is played is carried:
    /// what was refused waits longer each time, and after [`FILL_TRIES`] for the end of the take.
    fn tries_to_fill(&mut self, now: Duration) -> bool {
        let refused = self.tracks.iter().filter_map(Track::refused).min();
        self.fill_again = self.fill_again.filter(|again| now < *again);
        refused.is_some_and(|refused| refused < FILL_TRIES) && self.fill_again.is_none()
    }

    fn look_at_filling(&mut self, now: Duration, was_refused: bool) {
        let refused = self.tracks.iter().filter_map(Track::refused).min().unwrap_or(0);
        if was_refused && refused > 0 {
            self.fill_again = Some(now + FILL_PAUSE * 2_u32.saturating_pow(refused.min(FILL_TRIES)));
        }
    }

    /// Copies a slice of the pre-roll: one file that cannot be copied must not hold up the others.
    fn fill(&mut self) -> io::Result<()> {
        let (Some(take), disk, takes) = (&mut self.take, &*self.disk, &self.folder) else { return Ok(()) };
        let next = self.tracks.iter_mut().filter(|track| track.fills()).min_by_key(|track| track.refused());
        let Some(track) = next else { return Ok(()) };
        self.board.pulse.beat();
        track.fill(disk, takes, &mut take.journal)
    }

    /// Ends the files with what was carried by now. What still waits in the taps stays there.
    pub(super) fn end_files(&mut self) -> io::Result<()> {
        let Some(take) = &mut self.take else { return Ok(()) };
        let (mut outcome, pulse) = (Ok(()), &self.board.pulse);
        for track in &mut self.tracks {
            track.mark(&self.markers);
            outcome = outcome.and(track.finish(&mut take.journal, &|| pulse.beat()));
        }
        outcome.and(take.journal.make_safe())
    }

    /// While the other place is well, what is safe there is let go here.
    fn stands_by(&mut self, now: Duration) -> bool {
        let Some(lead) = &mut self.lead else { return false };
        let pulse = &lead.board.pulse;
        let is_silent = lead.watch.silent_for(pulse, now) >= RECORD_STALL;
        for (nth, track) in self.tracks.iter_mut().enumerate() {
            if let Some(until) = pulse.safe(nth) {
                track.pass_over(until);
            }
        }
        // What is not safe there waits here: the ring tells how far a disk that answers is behind.
        let is_slow = self.tracks.iter().any(|track| track.waits() >= FRAMES_BEHIND);
        if !pulse.is_all_safe() && (pulse.is_in_trouble() || is_silent || is_slow) {
            self.go_on();
            return false;
        }
        self.board.pulse.beat();
        true
    }

    /// From now on this place writes, beginning where the other one is no longer safe.
    fn go_on(&mut self) {
        let Some(lead) = self.lead.take() else { return };
        for (nth, track) in self.tracks.iter_mut().enumerate() {
            if let Some(safe) = lead.board.pulse.safe(nth) {
                track.go_on_at(safe);
            }
        }
        let before = lead.board.told().status.clone();
        self.lost_before = (before.frames_lost, before.frames_dropped);
        let fault = Fault::new(key::FAULT_RECORD_SECOND).with("folder", self.folder.display().to_string());
        self.board.told().event(RecordEvent::Trouble(fault));
    }

    /// Nobody need keep away from the take any more.
    fn let_go(&mut self) {
        if let Some(claim) = self.claim.take() {
            claim.end(&*self.disk);
        }
    }

    /// Opens what can be opened: the take at the first sound of any part, each file at its own first sound.
    fn open(&mut self) -> io::Result<()> {
        if self.tracks.iter().all(Track::is_open) {
            return Ok(());
        }
        let Some(first) = self.tracks.iter_mut().filter_map(Track::begins).min() else { return Ok(()) };
        if self.take.is_none() {
            self.take = Some(self.begin(first)?);
        }
        let Some(Take { shared, journal }) = &mut self.take else { return Ok(()) };
        // One part in trouble must not hold up the other, here and below.
        let mut outcome = Ok(());
        for track in self.tracks.iter_mut().filter(|track| !track.is_open()) {
            outcome = outcome.and(track.open(&*self.disk, shared, journal));
            self.board.pulse.beat();
        }
        outcome
    }

    /// Chooses the folder of the take and begins its journal.
    fn begin(&mut self, first: FrameIndex) -> io::Result<Take> {
        let at = WallTime::local(self.naming.epoch.utc_ns(first));
        let (folder, mut journal) = self.reserve(&stem(at, &self.naming.show))?;
        let Naming { id, show, epoch, form, layout } = &self.naming;
        journal.push(&Line::Take { format: FORMAT, id: *id, epoch: *epoch, show: show.clone() });
        if self.rolls {
            journal.push(&Line::Rolling);
        }
        self.performances.iter().for_each(|id| journal.push(&Line::Performance { id: *id }));
        self.markers.iter().cloned().for_each(|marker| journal.push(&Line::Marker(marker)));
        let names = [show.artist.as_str(), show.title.as_str()];
        let label = WavLabel {
            form: *form,
            description: names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" – "),
            reference: epoch.id.simple().to_string(),
            date: format!("{:04}-{:02}-{:02}", at.year, at.month, at.day),
            time: format!("{:02}:{:02}:{:02}", at.hour, at.minute, at.second),
            ..WavLabel::default()
        };
        let frame_0 = WallTime::frames_of_day(epoch.utc_ns_at_frame_0);
        Ok(Take { shared: Shared { folder, label, layout: *layout, frame_0 }, journal })
    }

    /// Makes a folder that is ours alone, with an empty journal. A name that somebody else took meanwhile is left to them.
    fn reserve(&mut self, stem: &str) -> io::Result<(TakeFolder, Journal)> {
        let Self { disk, folder, take_folder, claim, .. } = self;
        let mut reserved =
            reserve(&**disk, take_folder.get_or_insert_with(|| TakeFolder::free(&**disk, folder, stem)), claim);
        if reserved.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::AlreadyExists) {
            if let Some(claim) = claim.take() {
                claim.end(&**disk);
            }
            reserved = reserve(&**disk, take_folder.insert(TakeFolder::free(&**disk, folder, stem)), claim);
        }
        reserved
    }

    fn carry(&mut self) -> io::Result<()> {
        let Some(take) = &mut self.take else { return Ok(()) };
        let board = &self.board;
        let mut gap_told = |file: &Path, gap: crate::timeline::Gap| {
            let mut told = board.told();
            told.event(RecordEvent::Gap { file: file.to_owned(), gap });
            if gap.cause == GapCause::Tap {
                told.event(RecordEvent::Trouble(too_slow(file, gap.frames)));
            }
        };
        let mut outcome = Ok(());
        for track in &mut self.tracks {
            outcome = outcome.and(track.carry(&mut take.journal, &mut gap_told, &|| board.pulse.beat()));
        }
        board.pulse.beat();
        outcome.and(take.journal.flush())
    }

    fn make_safe(&mut self) -> io::Result<()> {
        let Some(take) = &mut self.take else { return Ok(()) };
        let pulse = &self.board.pulse;
        let mut outcome = Ok(());
        for (nth, track) in self.tracks.iter_mut().enumerate() {
            outcome = outcome.and(track.make_safe(&|| pulse.beat()));
            if let Some(until) = track.safe() {
                pulse.set_safe(nth, until);
            }
        }
        let alive = self.claim.as_mut().map_or(Ok(()), Claim::beat);
        outcome.and(take.journal.make_safe()).and(alive)
    }

    /// Tells of a trouble once, until it is over or becomes another.
    pub(super) fn tell_trouble(&mut self, error: &io::Error) {
        self.board.pulse.set_trouble(true);
        let fault = super::disk_fault(error, &self.folder);
        if self.trouble.replace(fault.code) != Some(fault.code) {
            tracing::warn!(%error, folder = %self.folder.display(), "the recorder's disk");
            if let Some(take) = &mut self.take {
                let frame = self.tracks.iter().filter_map(Track::next).max().unwrap_or_default();
                let (utc_ns, code) = (self.naming.epoch.utc_ns(frame), fault.code.name().to_owned());
                take.journal.push(&Line::Trouble { utc_ns, code });
            }
            self.board.told().event(RecordEvent::Trouble(fault));
        }
    }

    fn resumed(&mut self) {
        self.board.pulse.set_trouble(false);
        if self.trouble.take().is_some() {
            self.board.told().event(RecordEvent::Resumed);
        }
    }

    fn tell_status(&mut self) {
        let most = |count: fn(&Track) -> u64| self.tracks.iter().map(count).max().unwrap_or(0);
        let mut told = self.board.told();
        told.status.length =
            Duration::from_micros(most(Track::frames).saturating_mul(1_000_000) / u64::from(SAMPLE_RATE));
        told.status.files = self.tracks.iter().flat_map(Track::paths).cloned().collect();
        told.status.frames_lost = self.lost_before.0 + most(Track::frames_lost);
        told.status.frames_dropped = self.lost_before.1 + most(Track::frames_dropped);
        told.status.in_trouble = self.trouble.is_some();
    }

    /// For a stop that cannot wait for the disk.
    fn tell_files(&mut self) {
        let files = self.files();
        self.board.told().files = files;
    }
}

/// How far a disk may be behind before the other place helps out, in frames.
const FRAMES_BEHIND: usize = RECORD_BEHIND.as_secs() as usize * SAMPLE_RATE as usize;

fn reserve(disk: &dyn Disk, folder: &TakeFolder, claim: &mut Option<Claim>) -> io::Result<(TakeFolder, Journal)> {
    disk.open_folder(&folder.0)?;
    if claim.is_none() {
        *claim = Some(Claim::new(disk, &folder.0)?);
    }
    Ok((folder.clone(), Journal::new(disk.create(&folder.journal())?)))
}

/// The fault of a disk that took `frames` too late.
fn too_slow(file: &Path, frames: u64) -> Fault {
    let milliseconds = (frames * 1_000).div_ceil(u64::from(SAMPLE_RATE));
    Fault::new(key::FAULT_RECORD_SLOW).with("file", file.display().to_string()).with("milliseconds", milliseconds)
}
