//! What stands beside the sound: which take it is, where it begins, and what is missing. One JSON object a line,
//! appended and never changed, so that every line written before a crash is worth reading after it.

use std::io;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::disk::{DiskFile, write_all_at};
use super::plan::Part;
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
