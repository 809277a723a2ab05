//! Takes: what lies on the disk after a recording, read from its journal.

use std::fs;
use std::path::{Path, PathBuf};

use korero_sentences::key;

use crate::fault::Fault;
use crate::record::Part;
use crate::record::journal::{FORMAT, Line};
use crate::show::Show;
use crate::timeline::{Epoch, FrameIndex, Gap};

/// One take as its journal tells it; also of a take that a crash ended.
#[derive(Clone, PartialEq, Debug)]
pub struct Take {
    /// What its frame indices mean.
    pub epoch: Epoch,
    /// The evening's names.
    pub show: Show,
    /// Its files.
    pub files: Vec<TakeFile>,
}

/// One file of a take.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TakeFile {
    /// Which part.
    pub part: Part,
    /// Where it lies.
    pub path: PathBuf,
    /// Channels of a frame.
    pub channels: u16,
    /// The index of its first frame.
    pub first_frame: FrameIndex,
    /// What is silence because it was lost.
    pub gaps: Vec<Gap>,
    /// All its frames; `None` when it was not ended in order.
    pub frames: Option<u64>,
}

/// Reads a journal (`….take.jsonl`). A torn last line, as a crash leaves it, is passed over.
///
/// # Errors
/// `fault-record-journal` when the file cannot be read, or is of a format that is not known.
pub fn read(journal: &Path) -> Result<Take, Fault> {
    let refused = || Fault::new(key::FAULT_RECORD_JOURNAL).with("file", journal.display().to_string());
    let bytes = fs::read(journal).map_err(|_| refused())?;
    let folder = journal.parent().unwrap_or(Path::new(""));
    let mut lines = bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
    let Some(Line::Take { format: FORMAT, epoch, show }) = lines.next() else { return Err(refused()) };
    let mut take = Take { epoch, show, files: Vec::new() };
    lines.for_each(|line| take.hear(line, folder));
    Ok(take)
}

impl Take {
    fn hear(&mut self, line: Line, folder: &Path) {
        match line {
            Line::Take { .. } => {}
            Line::File { part, name, channels, first_frame } => {
                // Only a name: a journal from elsewhere must not point out of its folder.
                let Some(name) = Path::new(&name).file_name() else { return };
                let path = folder.join(name);
                self.files.push(TakeFile { part, path, channels, first_frame, gaps: Vec::new(), frames: None });
            }
            Line::Gap { part, gap } => {
                if let Some(file) = self.file_mut(part) {
                    file.gaps.push(gap);
                }
            }
            Line::End { part, frames } => {
                if let Some(file) = self.file_mut(part) {
                    file.frames = Some(frames);
                }
            }
        }
    }

    fn file_mut(&mut self, part: Part) -> Option<&mut TakeFile> {
        self.files.iter_mut().find(|file| file.part == part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::GapCause;

    #[test]
    fn a_journal_that_a_crash_tore_tells_everything_before_the_tear() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("x.take.jsonl");
        let epoch = Epoch { id: uuid::Uuid::from_u128(7), utc_ns_at_frame_0: 1 };
        let gap = Gap { start: FrameIndex(480), frames: 32, cause: GapCause::Device, exact: false };
        let lines = [
            Line::Take { format: FORMAT, epoch, show: Show::default() },
            Line::File { part: Part::Mix, name: "x mix.wav".to_owned(), channels: 2, first_frame: FrameIndex(3) },
            Line::Gap { part: Part::Mix, gap },
        ];
        let mut text: String = lines.iter().map(|line| serde_json::to_string(line).unwrap() + "\n").collect();
        text.push_str("{\"line\":\"gap\",\"pa");
        fs::write(&path, text).unwrap();
        let take = read(&path).unwrap();
        let mix = &take.files[0];
        assert_eq!((take.epoch, mix.first_frame, mix.frames), (epoch, FrameIndex(3), None));
        assert_eq!(mix.gaps, [gap]);
        assert_eq!(mix.path, home.path().join("x mix.wav"));
    }

    #[test]
    fn what_is_no_journal_is_refused_with_its_name() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("x.take.jsonl");
        assert!(read(&path).is_err());
        fs::write(&path, "{\"line\":\"take\",\"format\":2}\n").unwrap();
        let fault = read(&path).unwrap_err();
        assert_eq!(fault.code, key::FAULT_RECORD_JOURNAL);
    }
}
