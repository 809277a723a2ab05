//! What stands beside the sound: which take it is, where it begins, and what is missing. One JSON object a line,
//! appended and never changed, so that every line written before a crash is worth reading after it.

use std::io;

use serde::{Deserialize, Serialize};

use super::disk::{DiskFile, write_all_at};
use super::plan::Part;
use crate::show::Show;
use crate::timeline::{Epoch, FrameIndex, Gap};

/// The format of the journals that are written now.
pub const FORMAT: u32 = 1;

/// One line of a journal.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub enum Line {
    /// The first line: what is recorded.
    Take {
        /// [`FORMAT`].
        format: u32,
        /// What the frame indices mean.
        epoch: Epoch,
        /// The evening's names.
        show: Show,
    },
    /// A file was begun.
    File {
        /// Which.
        part: Part,
        /// Its name, in the folder of the journal.
        name: String,
        /// Channels of a frame.
        channels: u16,
        /// The index of its first frame.
        first_frame: FrameIndex,
    },
    /// Frames that are silence in a file because they were lost.
    Gap {
        /// In which file.
        part: Part,
        /// What is missing.
        gap: Gap,
    },
    /// A file was ended in order.
    End {
        /// Which.
        part: Part,
        /// All its frames, gaps included.
        frames: u64,
    },
}

/// The writer of one journal; lines wait in memory while the disk refuses them.
pub(super) struct Journal {
    file: Box<dyn DiskFile>,
    waiting: Vec<u8>,
    written: u64,
    safe: u64,
}

impl Journal {
    pub(super) fn new(file: Box<dyn DiskFile>) -> Self {
        Self { file, waiting: Vec::new(), written: 0, safe: 0 }
    }

    pub(super) fn push(&mut self, line: &Line) {
        // Writing plain data into memory cannot fail; a line that did would be left out whole.
        if let Ok(text) = serde_json::to_vec(line) {
            self.waiting.extend_from_slice(&text);
            self.waiting.push(b'\n');
        }
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        if !self.waiting.is_empty() {
            write_all_at(&mut *self.file, self.written, &self.waiting)?;
            self.written += self.waiting.len() as u64;
            self.waiting.clear();
        }
        Ok(())
    }

    pub(super) fn make_safe(&mut self) -> io::Result<()> {
        self.flush()?;
        if self.safe != self.written {
            self.file.sync()?;
            self.safe = self.written;
        }
        Ok(())
    }
}
