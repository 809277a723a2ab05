//! What stands beside the sound: which take it is, where it begins, and what is missing. One JSON object a line,
//! appended and never changed, so that every line written before a crash is worth reading after it.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::disk::{Access, Disk, DiskFile, read_most_at, write_all_at};
use super::plan::Part;
use crate::limits::MAX_JOURNAL_BYTES;
use crate::recording::{Marker, SampleForm};
use crate::show::Show;
use crate::timeline::{Epoch, FrameIndex, Gap};

/// The format of the journals that are written now.
pub const FORMAT: u32 = 1;

/// The check sums of a file, so that damage is found years later: CRC-32 (ISO-HDLC).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Sums {
    /// Of its first [`HEADER`](super::wav::HEADER) bytes.
    pub head: u32,
    /// Of its sound.
    pub sound: u32,
}

/// Neighbouring frames of a pre-roll in a segment of the ring.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Piece {
    /// The segment's folder, in the folder of the ring.
    pub segment: String,
    /// The name of the file in it.
    pub name: String,
    /// Frames of that file before these.
    pub from: u64,
    /// How many.
    pub frames: u64,
    /// Frames of the take's file before these.
    pub at: u64,
}

/// One line of a journal.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub enum Line {
    /// The first line: what is recorded.
    Take {
        /// [`FORMAT`].
        format: u32,
        /// Names the take, in each of its places; nil in journals that were written before takes had names.
        #[serde(default)]
        id: Uuid,
        /// What the frame indices mean.
        epoch: Epoch,
        /// The evening's names.
        show: Show,
    },
    /// The second line of a segment of the ring that always rolls: we may delete it, and nothing else.
    Rolling,
    /// Whatever stood before this line was lost in a power cut, and that was told.
    Torn,
    /// A file was begun.
    File {
        /// Which.
        part: Part,
        /// The number of its track, from 1; `None` when all tracks of the part lie in it.
        #[serde(default)]
        track: Option<u8>,
        /// Its name, in the folder of the journal.
        name: String,
        /// Channels of a frame.
        channels: u16,
        /// The form of one sample.
        #[serde(default)]
        form: SampleForm,
        /// The index of its first frame.
        first_frame: FrameIndex,
    },
    /// The first frames of a file rolled before Record was pressed. They lie in the ring until they are copied.
    PreRoll {
        /// Which.
        part: Part,
        /// The number of its track.
        #[serde(default)]
        track: Option<u8>,
        /// How many.
        frames: u64,
        /// Where they lie; what no piece brings was lost.
        pieces: Vec<Piece>,
    },
    /// The pre-roll of a file is copied and safe.
    Filled {
        /// Which.
        part: Part,
        /// The number of its track.
        #[serde(default)]
        track: Option<u8>,
    },
    /// It was on air, as this performance.
    Performance {
        /// What our server calls it.
        id: Uuid,
    },
    /// Frames that are silence in every file of a part because they were lost.
    Gap {
        /// In which part.
        part: Part,
        /// What is missing.
        gap: Gap,
    },
    /// A moment that was marked.
    Marker(Marker),
    /// A file was ended in order.
    End {
        /// Which.
        part: Part,
        /// The number of its track.
        #[serde(default)]
        track: Option<u8>,
        /// All its frames, gaps included.
        frames: u64,
        /// Its check sums; `None` in journals that were written before there were any.
        #[serde(default)]
        sums: Option<Sums>,
    },
    /// A file whose end was never written was mended.
    Recovered {
        /// Which.
        part: Part,
        /// The number of its track.
        track: Option<u8>,
        /// The frames that it has.
        frames: u64,
        /// Frames that were on their way to the disk and cannot be trusted; they still lie behind the sound.
        lost_frames: u64,
        /// Its check sums.
        sums: Sums,
    },
    /// The take was given other names; the last such line counts.
    Renamed {
        /// Who plays.
        artist: String,
        /// The title of the evening.
        title: String,
    },
    /// A file whose end was never written was not there to be mended, or was no recording of ours.
    LeftAlone {
        /// Which.
        part: Part,
        /// The number of its track.
        track: Option<u8>,
    },
    /// Something was wrong with the disk while this was recorded.
    Trouble {
        /// UTC in nanoseconds since 1970, as far as the sound was then.
        utc_ns: u64,
        /// The code of the sentence.
        code: String,
    },
}

/// All of a journal, at most [`MAX_JOURNAL_BYTES`].
pub(crate) fn contents(disk: &dyn Disk, path: &Path) -> io::Result<Vec<u8>> {
    let mut file = disk.open(path, Access::Read)?;
    let mut bytes = vec![0; file.length()?.min(MAX_JOURNAL_BYTES) as usize];
    let read = read_most_at(&mut *file, 0, &mut bytes)?;
    bytes.truncate(read);
    Ok(bytes)
}

/// The lines of a journal; what a crash tore is passed over.
pub(crate) fn lines(bytes: &[u8]) -> impl Iterator<Item = Line> {
    bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok())
}

/// The writer of one journal; lines stay in memory until they are safe.
pub(crate) struct Journal {
    file: Box<dyn DiskFile>,
    /// Bytes of the file that are safe.
    safe: u64,
    /// What comes behind them.
    waiting: Vec<u8>,
    /// How much of that was written.
    written: usize,
}

impl Journal {
    /// A new journal.
    pub(super) fn new(file: Box<dyn DiskFile>) -> Self {
        Self { file, safe: 0, waiting: Vec::new(), written: 0 }
    }

    /// A journal that a crash left: what is pushed stands behind everything that is there, a torn line included.
    ///
    /// # Errors
    /// What the disk says.
    pub(crate) fn go_on(file: Box<dyn DiskFile>) -> io::Result<Self> {
        Ok(Self { safe: file.length()?, file, waiting: vec![b'\n'], written: 0 })
    }

    pub(crate) fn push(&mut self, line: &Line) {
        // Writing plain data into memory cannot fail; a line that did would be left out whole.
        if let Ok(text) = serde_json::to_vec(line) {
            self.waiting.extend_from_slice(&text);
            self.waiting.push(b'\n');
        }
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        if self.written < self.waiting.len() {
            write_all_at(&mut *self.file, self.safe + self.written as u64, &self.waiting[self.written..])?;
            self.written = self.waiting.len();
        }
        Ok(())
    }

    pub(crate) fn make_safe(&mut self) -> io::Result<()> {
        self.flush()?;
        if self.waiting.is_empty() {
            return Ok(());
        }
        // What a disk could not make safe it may have dropped: see `WavWriter::sync_sound`.
        self.file.sync().inspect_err(|_| self.written = 0)?;
        self.safe += self.waiting.len() as u64;
        self.waiting.clear();
        self.written = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::record::disk::Disk;
    use crate::record::tests::disk::TestDisk;

    #[test]
    fn lines_that_a_disk_lost_when_it_could_not_make_them_safe_are_written_again() {
        let disk = TestDisk::default();
        disk.set(|platters| platters.forgetful = true);
        let mut journal = Journal::new(disk.create(Path::new("take.jsonl")).unwrap());
        let line = |utc_ns| Line::Trouble { utc_ns, code: "x".to_owned() };
        journal.push(&line(1));
        journal.make_safe().unwrap();
        journal.push(&line(2));
        journal.flush().unwrap();
        disk.set(|platters| platters.refusals = vec![5]);
        assert!(journal.make_safe().is_err());
        journal.push(&line(3));
        journal.make_safe().unwrap();
        assert_eq!(disk.journal(), [line(1), line(2), line(3)]);
    }
}
