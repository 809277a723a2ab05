//! Takes: what lies on the disk after a recording, read from its journal.

pub mod export;
pub mod repair;
pub mod verify;

use std::path::{Path, PathBuf};
use std::time::Duration;

use korero_sentences::key;
use uuid::Uuid;

use crate::fault::Fault;
use crate::limits::{MAX_JOURNAL_BYTES, MAX_MARKERS, SAMPLE_RATE};
use crate::record::disk::{Access, Disk, read_most_at};
use crate::record::journal::{FORMAT, Line, Sums};
use crate::record::names::TakeFolder;
use crate::record::{Part, disk_fault};
use crate::recording::{Marker, SampleForm};
use crate::show::Show;
use crate::timeline::{Epoch, FrameIndex, Gap};

/// One take as its journal tells it; also of a take that a crash ended.
#[derive(Clone, PartialEq, Debug)]
pub struct Take {
    /// Where it lies.
    pub folder: PathBuf,
    /// Names the take, in each of its places.
    pub id: Uuid,
    /// What its frame indices mean.
    pub epoch: Epoch,
    /// The evening's names.
    pub show: Show,
    /// Its files.
    pub files: Vec<TakeFile>,
    /// What was marked.
    pub markers: Vec<Marker>,
    /// Codes of what was wrong with the disk meanwhile.
    pub troubles: Vec<String>,
}

/// One file of a take.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TakeFile {
    /// Which part.
    pub part: Part,
    /// The number of its track; `None` when all tracks of the part lie in it.
    pub track: Option<u8>,
    /// Where it lies.
    pub path: PathBuf,
    /// Channels of a frame.
    pub channels: u16,
    /// The form of one sample.
    pub form: SampleForm,
    /// The index of its first frame.
    pub first_frame: FrameIndex,
    /// What is silence because it was lost.
    pub gaps: Vec<Gap>,
    /// How it ended.
    pub end: FileEnd,
}

/// How a file ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileEnd {
    /// Its end was never written: it is being recorded, or a crash ended it.
    Open,
    /// In order.
    Whole {
        /// All its frames, gaps included.
        frames: u64,
        /// Its check sums, when they are known.
        sums: Option<Sums>,
    },
    /// It was mended after a crash.
    Recovered {
        /// The frames that it has.
        frames: u64,
        /// Frames that were on their way to the disk and were lost.
        lost_frames: u64,
        /// Its check sums.
        sums: Sums,
    },
    /// A crash ended it, and it was not there to be mended or no recording of ours.
    LeftAlone,
}

impl FileEnd {
    /// The frames of the file, once it is ended.
    #[must_use]
    pub fn frames(self) -> Option<u64> {
        match self {
            Self::Open | Self::LeftAlone => None,
            Self::Whole { frames, .. } | Self::Recovered { frames, .. } => Some(frames),
        }
    }

    /// The check sums of the file, once it is ended and when they are known.
    #[must_use]
    pub fn sums(self) -> Option<Sums> {
        match self {
            Self::Open | Self::LeftAlone => None,
            Self::Whole { sums, .. } => sums,
            Self::Recovered { sums, .. } => Some(sums),
        }
    }
}

/// Reads a take by its folder. What a crash tore in its journal is passed over.
///
/// # Errors
/// `fault-record-journal` when the journal cannot be read, or is of a format that is not known.
pub fn read(disk: &dyn Disk, folder: &Path) -> Result<Take, Fault> {
    let journal = TakeFolder(folder.to_owned()).journal();
    let refused = || Fault::new(key::FAULT_RECORD_JOURNAL).with("file", journal.display().to_string());
    let bytes = contents(disk, &journal).map_err(|_| refused())?;
    let mut lines = bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
    let Some(Line::Take { format: FORMAT, id, epoch, show }) = lines.next() else { return Err(refused()) };
    let (files, markers, troubles) = (Vec::new(), Vec::new(), Vec::new());
    let mut take = Take { folder: folder.to_owned(), id, epoch, show, files, markers, troubles };
    lines.for_each(|line| take.hear(line));
    Ok(take)
}

/// All of a journal, at most [`MAX_JOURNAL_BYTES`].
fn contents(disk: &dyn Disk, path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file = disk.open(path, Access::Read)?;
    let mut bytes = vec![0; file.length()?.min(MAX_JOURNAL_BYTES) as usize];
    let read = read_most_at(&mut *file, 0, &mut bytes)?;
    bytes.truncate(read);
    Ok(bytes)
}

/// The folders of takes in a folder for recordings, in the order of their names. None when it is not there yet.
///
/// # Errors
/// The folder cannot be read.
pub fn folders(disk: &dyn Disk, recordings: &Path) -> Result<Vec<PathBuf>, Fault> {
    if !disk.exists(recordings) {
        return Ok(Vec::new());
    }
    let found = disk.list(recordings).map_err(|error| disk_fault(&error, recordings))?;
    Ok(found.into_iter().filter(|folder| disk.exists(&TakeFolder(folder.clone()).journal())).collect())
}

impl Take {
    /// The longest of its files, as far as they are ended.
    #[must_use]
    pub fn length(&self) -> Duration {
        seconds(self.files.iter().filter_map(|file| file.end.frames()).max().unwrap_or(0))
    }

    /// Whether a file was never ended: a crash did it, or the take is being recorded.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.files.iter().any(|file| file.end == FileEnd::Open)
    }

    /// What was lost at its end, for a take that was mended; of the file that lost most.
    #[must_use]
    pub fn lost(&self) -> Option<Duration> {
        let lost = self.files.iter().filter_map(|file| match file.end {
            FileEnd::Recovered { lost_frames, .. } => Some(lost_frames),
            _ => None,
        });
        lost.max().map(seconds)
    }

    fn hear(&mut self, line: Line) {
        match line {
            Line::Marker(marker) if self.markers.len() < MAX_MARKERS => self.markers.push(marker),
            Line::Take { .. } | Line::Marker(_) => {}
            Line::File { part, track, name, channels, form, first_frame } => {
                // Only a name: a journal from elsewhere must not point out of its folder.
                let Some(name) = Path::new(&name).file_name() else { return };
                let path = self.folder.join(name);
                let (gaps, end) = (Vec::new(), FileEnd::Open);
                self.files.push(TakeFile { part, track, path, channels, form, first_frame, gaps, end });
            }
            Line::Gap { part, gap } => {
                self.files.iter_mut().filter(|file| file.part == part).for_each(|file| file.gaps.push(gap));
            }
            Line::End { part, track, frames, sums } => {
                self.end(part, track, FileEnd::Whole { frames, sums });
            }
            Line::Recovered { part, track, frames, lost_frames, sums } => {
                self.end(part, track, FileEnd::Recovered { frames, lost_frames, sums });
            }
            Line::LeftAlone { part, track } => self.end(part, track, FileEnd::LeftAlone),
            Line::Trouble { code, .. } => self.troubles.push(code),
        }
    }

    fn end(&mut self, part: Part, track: Option<u8>, end: FileEnd) {
        let this = |file: &&mut TakeFile| file.part == part && file.track == track;
        if let Some(file) = self.files.iter_mut().find(this) {
            file.end = end;
        }
    }
}

/// Frames as time.
#[must_use]
pub fn seconds(frames: u64) -> Duration {
    Duration::from_micros(frames.saturating_mul(1_000_000) / u64::from(SAMPLE_RATE))
}

#[cfg(test)]
#[path = "takes/takes_tests.rs"]
mod tests;
