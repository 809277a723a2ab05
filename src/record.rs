//! The recorder: from the engine's taps to 24-bit files on the artist's own disk, whatever the network does.
//!
//! One thread named `korero-record` reads the taps and writes. Every [`RECORD_SYNC`](crate::limits::RECORD_SYNC) sound and header are safe on disk,
//! so a crash or a power cut costs at most the last second. A gap becomes exactly that much silence and a line in the
//! take's journal. A disk that refuses is asked again until the recording is stopped.

pub mod disk;
pub mod journal;
pub mod plan;
mod track;
pub mod wav;
mod worker;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use korero_sentences::key;

pub use disk::{Disk, LocalDisk};
pub use plan::{Part, RecordPlan};

use crate::fault::Fault;
use crate::limits::{RECORD_POLL, RECORD_STOP};
use crate::timeline::{FrameIndex, Gap};
use worker::{Told, Worker};

/// How a recording goes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RecordStatus {
    /// From the first frame to the last, gaps included; the longest part.
    pub length: Duration,
    /// The files that were begun.
    pub files: Vec<PathBuf>,
    /// How long the disk lasts at this rate; `None` while unknown.
    pub disk_left: Option<Duration>,
    /// Frames that are silence because they were lost; the part that lost most.
    pub frames_lost: u64,
    /// Of them, those that the disk was too slow for; what the interface lost is not among them.
    pub frames_dropped: u64,
    /// The disk refuses now, or the recorder ended badly: sound that was played is not on the disk.
    pub in_trouble: bool,
}

/// What happened to a recording.
#[derive(Clone, PartialEq, Debug)]
pub enum RecordEvent {
    /// Sound is missing in a file; silence stands in its place.
    Gap {
        /// In which.
        file: PathBuf,
        /// What is missing.
        gap: Gap,
    },
    /// Something is wrong with the disk; told once. What was written stays valid.
    Trouble(Fault),
    /// The trouble is over; everything is written again.
    Resumed,
}

/// One file as it lies on the disk.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct RecordedFile {
    /// Where.
    pub path: PathBuf,
    /// Its frames, gaps included.
    pub frames: u64,
    /// The index of its first frame.
    pub first_frame: FrameIndex,
    /// What is silence because it was lost, at most [`crate::limits::MAX_GAPS_KEPT`]; the journal has all.
    pub gaps: Vec<Gap>,
}

/// A recording in progress. Dropping it ends the files too, without waiting.
pub struct Recorder {
    folder: PathBuf,
    told: Arc<Mutex<Told>>,
    /// Dropped to ask for the end.
    asks: Option<Sender<()>>,
    ended: Receiver<Vec<RecordedFile>>,
    /// When the end was asked for.
    ending: Option<Instant>,
}

/// Begins to record: the files are made when the first sound comes.
///
/// # Errors
/// `fault-record-nothing` when the plan has neither part; a sentence about the disk when the folder cannot be written;
/// `fault-record-thread` when the system gives no thread.
pub fn start(plan: RecordPlan, disk: Arc<dyn Disk>) -> Result<Recorder, Fault> {
    if plan.mix.is_none() && plan.inputs.is_none() {
        return Err(Fault::new(key::FAULT_RECORD_NOTHING));
    }
    disk.open_folder(&plan.folder).map_err(|error| disk_fault(&error, &plan.folder))?;
    let told = Arc::new(Mutex::new(Told::default()));
    let (asks, asked) = mpsc::channel();
    let (tell_end, ended) = mpsc::channel();
    let folder = plan.folder.clone();
    let mut worker = Worker::new(plan, disk, Arc::clone(&told));
    let run = move || {
        let begin = Instant::now();
        while let Err(RecvTimeoutError::Timeout) = asked.recv_timeout(RECORD_POLL) {
            worker.step(begin.elapsed());
        }
        // Nobody listens when the recorder was dropped; the files are ended all the same.
        let _ = tell_end.send(worker.finish());
    };
    let thread = thread::Builder::new().name("korero-record".to_owned()).spawn(run);
    thread.map_err(|_| Fault::new(key::FAULT_RECORD_THREAD))?;
    Ok(Recorder { folder, told, asks: Some(asks), ended, ending: None })
}

impl Recorder {
    /// How it goes. Never waits for the disk.
    #[must_use]
    pub fn status(&self) -> RecordStatus {
        self.told().status.clone()
    }

    /// What happened since the last call; at most [`crate::limits::MAX_RECORD_EVENTS`], older ones make room.
    pub fn take_events(&mut self) -> Vec<RecordEvent> {
        self.told().events.drain(..).collect()
    }

    /// Asks for the end: what is left is written and the files are ended. Does not wait; [`Self::ended`] tells.
    pub fn end(&mut self) {
        self.asks = None;
        self.ending.get_or_insert_with(Instant::now);
    }

    /// What the files became, once they are ended. A disk that does not answer for [`RECORD_STOP`] after [`Self::end`]
    /// is left alone, and a recorder that died is told at once: what was safe then is told, and the fault is the last
    /// event. Does not wait.
    pub fn ended(&mut self) -> Option<Vec<RecordedFile>> {
        self.ended_within(Duration::ZERO)
    }

    /// [`Self::end`], and waits for it, at most [`RECORD_STOP`].
    #[must_use]
    pub fn stop(&mut self) -> Vec<RecordedFile> {
        self.end();
        self.ended_within(RECORD_STOP).unwrap_or_default()
    }

    fn ended_within(&mut self, patience: Duration) -> Option<Vec<RecordedFile>> {
        let code = match self.ended.recv_timeout(patience) {
            Ok(files) => return Some(files),
            Err(RecvTimeoutError::Disconnected) => key::FAULT_RECORD_DIED,
            Err(RecvTimeoutError::Timeout) if self.ending.is_some_and(|asked| asked.elapsed() >= RECORD_STOP) => {
                key::FAULT_RECORD_STUCK
            }
            Err(RecvTimeoutError::Timeout) => return None,
        };
        let fault = Fault::new(code).with("folder", self.folder.display().to_string());
        let mut told = self.told();
        told.status.in_trouble = true;
        told.event(RecordEvent::Trouble(fault));
        Some(told.files.clone())
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The sentence for what a disk said.
pub(crate) fn disk_fault(error: &io::Error, folder: &Path) -> Fault {
    use io::ErrorKind;
    let code = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::WriteZero => key::FAULT_RECORD_FULL,
        ErrorKind::FileTooLarge => key::FAULT_RECORD_LARGE,
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => key::FAULT_RECORD_DENIED,
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::AlreadyExists => key::FAULT_RECORD_FOLDER,
        _ => {
            let number = error.raw_os_error().map_or_else(|| "?".to_owned(), |number| number.to_string());
            return Fault::new(key::FAULT_RECORD_DISK)
                .with("folder", folder.display().to_string())
                .with("number", number);
        }
    };
    Fault::new(code).with("folder", folder.display().to_string())
}

#[cfg(test)]
mod tests;
