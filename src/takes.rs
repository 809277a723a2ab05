//! Takes: what lies on the disk after a recording, read from its journal.

pub mod desktop;
pub mod export;
pub mod history;
pub mod list;
pub mod overview;
pub mod rename;
pub mod repair;
pub(crate) mod sound;
mod torn;
pub mod verify;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use korero_sentences::key;
use uuid::Uuid;

use crate::fault::Fault;
use crate::limits::{MAX_MARKERS, ROLLING, SAMPLE_RATE};
use crate::record::disk::{Access, Disk, DiskFile};
use crate::record::journal::{self, FORMAT, Line, Piece, Sums};
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
    /// What was wrong with the disk meanwhile.
    pub troubles: Vec<Trouble>,
    /// What our server calls it, for each time that it was on air.
    pub performances: Vec<Uuid>,
}

/// Something that was wrong with the disk while a take was recorded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trouble {
    /// UTC in nanoseconds since 1970, as far as the sound was then.
    pub utc_ns: u64,
    /// The code of the sentence.
    pub code: String,
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
    /// What of it rolled before Record was pressed and is not known to be copied.
    pub pre_roll: Option<PreRoll>,
    /// How it ended.
    pub end: FileEnd,
}

/// The beginning of a file that still lies in the ring.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PreRoll {
    /// Its frames.
    pub frames: u64,
    /// Where they lie.
    pub pieces: Vec<Piece>,
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
    let bytes = journal::contents(disk, &journal).map_err(|_| refused())?;
    let mut lines = journal::lines(&bytes);
    let Some(Line::Take { format: FORMAT, id, epoch, show }) = lines.next() else { return Err(refused()) };
    let (files, markers, troubles, performances) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let folder = folder.to_owned();
    let mut take = Take { folder, id, epoch, show, files, markers, troubles, performances };
    lines.for_each(|line| take.hear(line));
    Ok(take)
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
    /// Its first frame, of whichever file.
    #[must_use]
    pub fn first_frame(&self) -> FrameIndex {
        self.files.iter().map(|file| file.first_frame).min().unwrap_or_default()
    }

    /// The mix, which is the master of the night.
    #[must_use]
    pub fn mix(&self) -> Option<&TakeFile> {
        self.files.iter().find(|file| file.part == Part::Mix)
    }

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
            Line::Take { .. } | Line::Rolling | Line::Torn | Line::Marker(_) => {}
            Line::File { part, track, name, channels, form, first_frame } => {
                // A file is named once: the end of a second one would never be found.
                if self.files.iter().any(|file| file.part == part && file.track == track) {
                    return;
                }
                // Only a name: a journal from elsewhere must not point out of its folder.
                let Some(name) = Path::new(&name).file_name() else { return };
                let path = self.folder.join(name);
                let (gaps, pre_roll, end) = (Vec::new(), None, FileEnd::Open);
                self.files.push(TakeFile { part, track, path, channels, form, first_frame, gaps, pre_roll, end });
            }
            Line::Gap { part, gap } => {
                for file in self.files.iter_mut().filter(|file| file.part == part) {
                    // What is missing of a pre-roll is told late.
                    let at = file.gaps.partition_point(|before| before.start <= gap.start);
                    file.gaps.insert(at, gap);
                }
            }
            Line::End { part, track, frames, sums } => {
                self.end(part, track, FileEnd::Whole { frames, sums });
            }
            Line::Recovered { part, track, frames, lost_frames, sums } => {
                self.end(part, track, FileEnd::Recovered { frames, lost_frames, sums });
            }
            Line::Renamed { artist, title } => (self.show.artist, self.show.title) = (artist, title),
            Line::Trouble { utc_ns, code } => self.troubles.push(Trouble { utc_ns, code }),
            Line::PreRoll { part, track, frames, pieces } => {
                let sane = |piece: &Piece| [piece.from, piece.frames, piece.at].iter().all(|count| *count <= MOST);
                if frames <= MOST
                    && pieces.iter().all(sane)
                    && let Some(file) = self.file(part, track)
                {
                    file.pre_roll = Some(PreRoll { frames, pieces });
                }
            }
            Line::Filled { part, track } => {
                if let Some(file) = self.file(part, track) {
                    file.pre_roll = None;
                }
            }
            Line::Performance { id } => self.performances.push(id),
            Line::LeftAlone { part, track } => self.end(part, track, FileEnd::LeftAlone),
        }
    }

    fn end(&mut self, part: Part, track: Option<u8>, end: FileEnd) {
        if let Some(file) = self.file(part, track) {
            file.end = end;
        }
    }

    fn file(&mut self, part: Part, track: Option<u8>) -> Option<&mut TakeFile> {
        self.files.iter_mut().find(|file| file.part == part && file.track == track)
    }
}

/// Keeps everybody away from the files of a take that is to be moved, for as long as what comes back is kept; where the
/// disk knows no locks, from none of them.
///
/// # Errors
/// `fault-takes-held`: somebody reads or uploads one of them.
fn hold(disk: &dyn Disk, folder: &Path) -> Result<Vec<Box<dyn DiskFile>>, Fault> {
    let mut held = Vec::new();
    for path in disk.list(folder).unwrap_or_default() {
        let claimed = disk.open(&path, Access::Read).and_then(|mut file| file.claim().map(|()| file));
        match claimed {
            Ok(file) => held.push(file),
            Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {
                return Err(Fault::new(key::FAULT_TAKES_HELD).with("file", path.display().to_string()));
            }
            Err(_) => {}
        }
    }
    if cfg!(windows) {
        // It moves no folder with an open file in it: they were held for the look alone.
        held.clear();
    }
    Ok(held)
}

/// Frames that a ring, and so a pre-roll, can have; what tells of more is damaged.
const MOST: u64 = 2 * ROLLING.end().as_secs() * SAMPLE_RATE as u64;

/// Frames as time.
#[must_use]
pub fn seconds(frames: u64) -> Duration {
    Duration::from_micros(frames.saturating_mul(1_000_000) / u64::from(SAMPLE_RATE))
}

#[cfg(test)]
#[path = "takes/takes_tests.rs"]
mod tests;
