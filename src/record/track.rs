//! One tap on its way into one file: every frame at its place, what is missing as silence.

use std::io;
use std::path::PathBuf;

use super::RecordedFile;
use super::disk::Disk;
use super::journal::{Journal, Line};
use super::plan::{Part, TakeFiles};
use super::wav::{WavLabel, WavWriter};
use crate::engine::tap::{TapBlock, TapReader};
use crate::limits::MAX_GAPS_KEPT;
use crate::timeline::{FrameIndex, Gap, GapCause};

/// One part of the take.
pub(super) struct Track {
    part: Part,
    tap: TapReader,
    samples: Vec<f32>,
    /// A block that was read and is not in the writer yet.
    held: Option<TapBlock>,
    file: Option<Open>,
}

/// What there is from the first sound on.
struct Open {
    path: PathBuf,
    writer: WavWriter,
    first: FrameIndex,
    next: FrameIndex,
    gaps: Vec<Gap>,
    frames_lost: u64,
    frames_dropped: u64,
}

impl Track {
    pub(super) fn new(part: Part, tap: TapReader) -> Self {
        Self { part, tap, samples: Vec::new(), held: None, file: None }
    }

    /// Where the first sound begins, its own gap included; `None` before there is any.
    pub(super) fn begins(&mut self) -> Option<FrameIndex> {
        if let Some(open) = &self.file {
            return Some(open.first);
        }
        if self.held.is_none() {
            self.held = self.tap.read(&mut self.samples);
        }
        self.held.map(|block| block.gap.map_or(block.start, |gap| gap.start))
    }

    pub(super) fn is_open(&self) -> bool {
        self.file.is_some()
    }

    /// Begins the file, once [`begins`](Self::begins) is known.
    pub(super) fn open(
        &mut self,
        disk: &dyn Disk,
        files: &TakeFiles,
        label: &WavLabel,
        journal: &mut Journal,
    ) -> io::Result<()> {
        let Some(first) = self.begins() else { return Ok(()) };
        let path = files.sound(self.part);
        let channels = self.tap.channels() as u16;
        let label = WavLabel { channels, first_frame: first, ..label.clone() };
        let writer = WavWriter::new(disk.create(&path)?, label);
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        journal.push(&Line::File { part: self.part, name, channels, first_frame: first });
        let (gaps, frames_lost, frames_dropped) = (Vec::new(), 0, 0);
        self.file = Some(Open { path, writer, first, next: first, gaps, frames_lost, frames_dropped });
        Ok(())
    }

    /// Moves what waits in the tap to the disk, and tells of each gap in it. What the disk refuses waits here, then in
    /// the tap, and is dropped there, counted, when that is full: a slow disk is a gap like any other.
    pub(super) fn carry(&mut self, journal: &mut Journal, gap_told: &mut dyn FnMut(&PathBuf, Gap)) -> io::Result<()> {
        let Some(open) = &mut self.file else { return Ok(()) };
        // What comes in meanwhile is for the next time, so that this ends.
        let mut waiting = self.tap.frames_waiting();
        loop {
            if open.writer.is_full() {
                open.writer.flush()?;
            }
            let block = match self.held.take() {
                Some(block) => block,
                None if waiting == 0 => break,
                None => match self.tap.read(&mut self.samples) {
                    Some(block) => {
                        waiting = waiting.saturating_sub(block.frames);
                        block
                    }
                    None => break,
                },
            };
            if let Some(gap) = open.place(block, &self.samples) {
                journal.push(&Line::Gap { part: self.part, gap });
                gap_told(&open.path, gap);
            }
        }
        open.writer.flush()
    }

    /// Makes what was carried safe on disk.
    pub(super) fn make_safe(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), |open| open.writer.make_safe())
    }

    /// Ends the file and says what it became; `None` when there was no sound.
    pub(super) fn finish(&mut self, journal: &mut Journal) -> (Option<RecordedFile>, io::Result<()>) {
        let Some(open) = &mut self.file else { return (None, Ok(())) };
        let done = open.writer.finish();
        journal.push(&Line::End { part: self.part, frames: open.writer.safe_frames() });
        (self.told(), done)
    }

    /// What the file is now, as far as it is safe.
    pub(super) fn told(&self) -> Option<RecordedFile> {
        self.file.as_ref().map(|open| RecordedFile {
            path: open.path.clone(),
            frames: open.writer.safe_frames(),
            first_frame: open.first,
            gaps: open.gaps.clone(),
        })
    }

    pub(super) fn path(&self) -> Option<&PathBuf> {
        self.file.as_ref().map(|open| &open.path)
    }

    /// Frames from the first to the last, gaps included.
    pub(super) fn frames(&self) -> u64 {
        self.file.as_ref().map_or(0, |open| open.next.since(open.first))
    }

    pub(super) fn frames_lost(&self) -> u64 {
        self.file.as_ref().map_or(0, |open| open.frames_lost)
    }

    /// Of [`frames_lost`](Self::frames_lost), those that the tap dropped because the disk was too slow.
    pub(super) fn frames_dropped(&self) -> u64 {
        self.file.as_ref().map_or(0, |open| open.frames_dropped)
    }

    pub(super) fn bytes_per_second(&self) -> u64 {
        self.file.as_ref().map_or(0, |open| open.writer.bytes_per_second())
    }
}

impl Open {
    /// Puts a block where its index says. Silence fills what is missing before it, told by the tap or not.
    fn place(&mut self, block: TapBlock, samples: &[f32]) -> Option<Gap> {
        let missing = block.start.since(self.next);
        let overlap = self.next.since(block.start).min(block.frames as u64);
        let channels = samples.len() / block.frames.max(1);
        let gap = (missing > 0).then(|| Gap {
            start: self.next,
            frames: missing,
            cause: block.gap.map_or(GapCause::Tap, |gap| gap.cause),
            exact: block.gap.is_none_or(|gap| gap.exact),
        });
        if let Some(gap) = gap {
            self.writer.push_silence(missing);
            self.frames_lost += missing;
            if gap.cause == GapCause::Tap {
                self.frames_dropped += missing;
            }
            if self.gaps.len() < MAX_GAPS_KEPT {
                self.gaps.push(gap);
            }
        }
        self.writer.push(&samples[overlap as usize * channels..]);
        self.next = self.next.max(block.start.plus(block.frames as u64));
        gap
    }
}
