//! All parts of one take and what became of them; driven in steps by the recorder's thread, or by a test.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use korero_sentences::{Key, key};

use super::disk::Disk;
use super::journal::{FORMAT, Journal, Line};
use super::plan::{Part, RecordPlan, TakeFiles, WallTime, stem};
use super::track::Track;
use super::wav::WavLabel;
use super::{RecordEvent, RecordStatus, RecordedFile};
use crate::fault::Fault;
use crate::limits::{MAX_RECORD_EVENTS, RECORD_LOW, RECORD_SYNC, SAMPLE_RATE};
use crate::show::Show;
use crate::timeline::{Epoch, FrameIndex, GapCause};

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

/// The take on disk, from the first sound on.
struct Take {
    files: TakeFiles,
    label: WavLabel,
    journal: Journal,
}

pub(super) struct Worker {
    folder: PathBuf,
    show: Show,
    epoch: Epoch,
    disk: Arc<dyn Disk>,
    tracks: Vec<Track>,
    take: Option<Take>,
    told: Arc<Mutex<Told>>,
    last_safe: Duration,
    /// The trouble that was told and is not over.
    trouble: Option<Key>,
    warned_low: bool,
}

impl Worker {
    pub(super) fn new(plan: RecordPlan, disk: Arc<dyn Disk>, told: Arc<Mutex<Told>>) -> Self {
        let parts = [(Part::Mix, plan.mix), (Part::Inputs, plan.inputs)];
        let tracks = parts.into_iter().filter_map(|(part, tap)| tap.map(|tap| Track::new(part, tap))).collect();
        Self {
            folder: plan.folder,
            show: plan.show,
            epoch: plan.epoch,
            disk,
            tracks,
            take: None,
            told,
            last_safe: Duration::ZERO,
            trouble: None,
            warned_low: false,
        }
    }

    /// Moves what came in since the last step; every [`RECORD_SYNC`] it is made safe. `now` is any clock that only
    /// goes forward.
    pub(super) fn step(&mut self, now: Duration) {
        let opened = self.open();
        let mut outcome = opened.and(self.carry());
        if now >= self.last_safe + RECORD_SYNC {
            self.last_safe = now;
            // What was carried before a failure is made safe all the same.
            outcome = outcome.and(self.make_safe());
            self.look_at_space();
            self.tell_files();
            if outcome.is_ok() {
                self.resumed();
            }
        }
        if let Err(error) = outcome {
            self.tell_trouble(&error);
        }
        self.tell_status();
    }

    /// Takes what is left in the taps and ends the files.
    pub(super) fn finish(&mut self) -> Vec<RecordedFile> {
        let opened = self.open();
        let mut outcome = opened.and(self.carry());
        let mut files = Vec::new();
        if let Some(take) = &mut self.take {
            for track in &mut self.tracks {
                let (file, done) = track.finish(&mut take.journal);
                files.extend(file);
                outcome = outcome.and(done);
            }
            outcome = outcome.and(take.journal.make_safe());
        }
        match outcome {
            Ok(()) => self.resumed(),
            Err(error) => self.tell_trouble(&error),
        }
        self.tell_status();
        files
    }

    /// Opens what can be opened: the take at the first sound of any part, each file at its own first sound.
    fn open(&mut self) -> io::Result<()> {
        if self.tracks.iter().all(Track::is_open) {
            return Ok(());
        }
        let Some(first) = self.tracks.iter_mut().filter_map(Track::begins).min() else { return Ok(()) };
        let take = match &mut self.take {
            Some(take) => take,
            None => {
                let take = begin(&*self.disk, &self.folder, &self.show, self.epoch, first)?;
                self.take.insert(take)
            }
        };
        let Take { files, label, journal } = take;
        // One part in trouble must not hold up the other, here and below.
        let mut outcome = Ok(());
        for track in self.tracks.iter_mut().filter(|track| !track.is_open()) {
            outcome = outcome.and(track.open(&*self.disk, files, label, journal));
        }
        outcome
    }

    fn carry(&mut self) -> io::Result<()> {
        let Some(take) = &mut self.take else { return Ok(()) };
        let told = &self.told;
        let mut gap_told = |file: &PathBuf, gap| {
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            told.event(RecordEvent::Gap { file: file.clone(), gap });
            if gap.cause == GapCause::Tap {
                told.event(RecordEvent::Trouble(too_slow(file, gap.frames)));
            }
        };
        let mut outcome = Ok(());
        for track in &mut self.tracks {
            outcome = outcome.and(track.carry(&mut take.journal, &mut gap_told));
        }
        outcome.and(take.journal.flush())
    }

    fn make_safe(&mut self) -> io::Result<()> {
        let Some(take) = &mut self.take else { return Ok(()) };
        let mut outcome = Ok(());
        for track in &mut self.tracks {
            outcome = outcome.and(track.make_safe());
        }
        outcome.and(take.journal.make_safe())
    }

    fn look_at_space(&mut self) {
        let rate: u64 = self.tracks.iter().map(Track::bytes_per_second).sum();
        let left = self.disk.free(&self.folder).and_then(|bytes| bytes.checked_div(rate)).map(Duration::from_secs);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.status.disk_left = left;
        if let Some(left) = left.filter(|left| *left < RECORD_LOW && !self.warned_low) {
            self.warned_low = true;
            let fault = Fault::new(key::FAULT_RECORD_LOW).with("minutes", left.as_secs() / 60);
            told.event(RecordEvent::Trouble(fault));
        }
    }

    /// Tells of a trouble once, until it is over or becomes another.
    fn tell_trouble(&mut self, error: &io::Error) {
        let fault = super::disk_fault(error, &self.folder);
        if self.trouble.replace(fault.code) != Some(fault.code) {
            tracing::warn!(%error, folder = %self.folder.display(), "the recorder's disk");
            self.told.lock().unwrap_or_else(PoisonError::into_inner).event(RecordEvent::Trouble(fault));
        }
    }

    fn resumed(&mut self) {
        if self.trouble.take().is_some() {
            self.told.lock().unwrap_or_else(PoisonError::into_inner).event(RecordEvent::Resumed);
        }
    }

    fn tell_status(&mut self) {
        let frames = self.tracks.iter().map(Track::frames).max().unwrap_or(0);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.status.length = Duration::from_micros(frames.saturating_mul(1_000_000) / u64::from(SAMPLE_RATE));
        told.status.files = self.tracks.iter().filter_map(|track| track.path().cloned()).collect();
        told.status.frames_lost = self.tracks.iter().map(Track::frames_lost).max().unwrap_or(0);
        told.status.in_trouble = self.trouble.is_some();
        told.status.frames_dropped = self.tracks.iter().map(Track::frames_dropped).max().unwrap_or(0);
    }

    /// For a stop that cannot wait for the disk.
    fn tell_files(&mut self) {
        let files = self.tracks.iter().filter_map(Track::told).collect();
        self.told.lock().unwrap_or_else(PoisonError::into_inner).files = files;
    }
}

/// The fault of a disk that took `frames` too late.
fn too_slow(file: &Path, frames: u64) -> Fault {
    let milliseconds = (frames * 1_000).div_ceil(u64::from(SAMPLE_RATE));
    Fault::new(key::FAULT_RECORD_SLOW).with("file", file.display().to_string()).with("milliseconds", milliseconds)
}

/// Chooses the names of a take and begins its journal.
fn begin(disk: &dyn Disk, folder: &Path, show: &Show, epoch: Epoch, first: FrameIndex) -> io::Result<Take> {
    let at = WallTime::local(epoch.utc_ns(first));
    let files = TakeFiles::free(disk, folder, &stem(at, show));
    let mut journal = Journal::new(disk.create(&files.journal())?);
    journal.push(&Line::Take { format: FORMAT, epoch, show: show.clone() });
    let names = [show.artist.as_str(), show.title.as_str()];
    let label = WavLabel {
        description: names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" – "),
        reference: epoch.id.simple().to_string(),
        date: format!("{:04}-{:02}-{:02}", at.year, at.month, at.day),
        time: format!("{:02}:{:02}:{:02}", at.hour, at.minute, at.second),
        ..WavLabel::default()
    };
    Ok(Take { files, label, journal })
}
