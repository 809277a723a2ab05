//! The pre-roll of a take: what rolled before Record was pressed. Its place in the take's file is left free, what is played
//! now is written behind it at once, and it is copied from the ring slice by slice while the disk has time.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use super::RecordedFile;
use super::disk::{Access, Disk, read_most_at};
use super::journal::Piece;
use super::ring::ROLLING;
use super::wav::{HEADER, WavWriter};
use crate::limits::{PRE_ROLL_SLICE, RECORD_POLL};
use crate::timeline::{FrameIndex, Gap, GapCause};

/// What one part left in one segment of the ring.
#[derive(Clone, Debug)]
pub(super) struct Span {
    pub(super) first: FrameIndex,
    /// The frame after the last that went into it.
    pub(super) end: FrameIndex,
    /// Its files, as far as they are safe.
    pub(super) files: Vec<RecordedFile>,
}

/// What rolled of one part, from the frame that its take begins with to the one that goes straight into the take.
#[derive(Debug)]
pub(super) struct Past {
    pub(super) first: FrameIndex,
    pub(super) end: FrameIndex,
    /// Of each file of the part.
    pub(super) pieces: Vec<Vec<Piece>>,
    pub(super) gaps: Vec<Gap>,
}

impl Past {
    /// The names of the segments that it lies in.
    pub(super) fn segments(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().flatten().map(|piece| piece.segment.as_str())
    }

    /// Cuts a past out of spans that follow each other. `None` when nothing lies between the two frames.
    pub(super) fn cut(spans: &[&Span], first: FrameIndex, end: FrameIndex) -> Option<Self> {
        if first >= end {
            return None;
        }
        let files = spans.iter().map(|span| span.files.len()).min().unwrap_or(0);
        let (mut pieces, mut gaps, mut next) = (vec![Vec::new(); files], Vec::new(), first);
        for span in spans {
            let safe = span.files.iter().map(|file| file.frames).min().unwrap_or(0);
            let (from, until) = (span.first.max(next), span.first.plus(safe).min(end));
            if from >= until {
                continue;
            }
            gaps.extend(missing(next, from));
            let told = span.files.iter().take(1).flat_map(|file| &file.gaps);
            gaps.extend(told.filter_map(|gap| within(*gap, from, until)));
            for (pieces, file) in pieces.iter_mut().zip(&span.files) {
                let Some((segment, name)) = names(&file.path) else { continue };
                let (from, at, frames) = (from.since(span.first), from.since(first), until.since(from));
                pieces.push(Piece { segment, name, from, frames, at });
            }
            next = until;
        }
        gaps.extend(missing(next, end));
        Some(Self { first, end, pieces, gaps })
    }
}

/// What never became safe before it was to be cut.
fn missing(from: FrameIndex, until: FrameIndex) -> Option<Gap> {
    let frames = until.since(from);
    (frames > 0).then_some(Gap { start: from, frames, cause: GapCause::Tap, exact: true })
}

fn within(gap: Gap, from: FrameIndex, until: FrameIndex) -> Option<Gap> {
    let (start, end) = (gap.start.max(from), gap.end().min(until));
    (start < end).then_some(Gap { start, frames: end.since(start), ..gap })
}

/// The names of a segment and of a file in it.
fn names(path: &Path) -> Option<(String, String)> {
    let text = |name: &std::ffi::OsStr| name.to_str().map(str::to_owned);
    Some((path.parent()?.file_name().and_then(text)?, path.file_name().and_then(text)?))
}

/// Where a piece lies, seen from the folder of takes. Only names count: a journal from elsewhere must not point out of it.
fn place(takes: &Path, piece: &Piece) -> Option<PathBuf> {
    let (segment, name) = (Path::new(&piece.segment).file_name()?, Path::new(&piece.name).file_name()?);
    Some(takes.join(ROLLING).join(segment).join(name))
}

/// Reads bytes of a piece from `done` on, all that are asked for.
///
/// # Errors
/// The segment is gone, or what the disk says.
pub(crate) fn read(disk: &dyn Disk, takes: &Path, piece: &Piece, start: u64, into: &mut [u8]) -> io::Result<()> {
    let path = place(takes, piece).ok_or(io::ErrorKind::NotFound)?;
    let mut file = disk.open(&path, Access::Read)?;
    let read = read_most_at(&mut *file, HEADER + start, into)?;
    if read == into.len() { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// Whether a piece that could not be read is gone for good. Any other trouble may pass, as that of a drive that is away for a
/// moment does: then the file that is to be `filled` is not found either.
pub(crate) fn is_gone(disk: &dyn Disk, takes: &Path, piece: &Piece, filled: &Path, error: &io::Error) -> bool {
    let is_there = |folder: &Path| match disk.list(folder) {
        Ok(_) => true,
        // Somebody may have deleted all of it.
        Err(error) => error.kind() == io::ErrorKind::NotFound && !disk.exists(folder) && disk.exists(filled),
    };
    // It may have come back since: only what is not found on a drive that is there is gone.
    let is_missing =
        || read(disk, takes, piece, 0, &mut []).is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
    match error.kind() {
        io::ErrorKind::UnexpectedEof => true,
        io::ErrorKind::NotFound => is_there(&takes.join(ROLLING)) && is_missing(),
        _ => false,
    }
}

/// Reads bytes of a piece for the last time, again as long as there are `tries`; `false` when its file is opened and does not
/// give them: they are on no disk any more.
///
/// # Errors
/// As [`read`]: also what may pass, as that a file cannot be opened.
pub(crate) fn read_at_last(
    disk: &dyn Disk,
    takes: &Path,
    piece: &Piece,
    start: u64,
    into: &mut [u8],
    tries: &mut u32,
) -> io::Result<bool> {
    loop {
        match read(disk, takes, piece, start, into) {
            Ok(()) => return Ok(true),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Err(error),
            Err(error) => read(disk, takes, piece, 0, &mut []).map_err(|_| error)?,
        }
        if *tries == 0 {
            return Ok(false);
        }
        *tries -= 1;
        thread::park_timeout(RECORD_POLL);
    }
}

/// The copying of one file's pre-roll.
#[derive(Debug)]
pub(super) struct Fill {
    pieces: VecDeque<Piece>,
    /// Bytes of the first of them that are copied.
    done: u64,
    first: FrameIndex,
    /// How often its disk refused.
    refused: u32,
}

impl Fill {
    pub(super) fn new(pieces: Vec<Piece>, first: FrameIndex) -> Self {
        Self { pieces: pieces.into(), done: 0, first, refused: 0 }
    }

    /// How often its disk refused: one that was refused less often goes before.
    pub(super) fn refused(&self) -> u32 {
        self.refused
    }

    /// Copies a slice, at most [`PRE_ROLL_SLICE`] bytes, into the file at `filled`. What is gone stays silent and is told as
    /// a gap.
    ///
    /// # Errors
    /// What the disk says against reading or writing; the slice is copied again.
    pub(super) fn step(
        &mut self,
        disk: &dyn Disk,
        takes: &Path,
        filled: &Path,
        writer: &mut WavWriter,
    ) -> io::Result<Option<Gap>> {
        let done = self.copy(disk, takes, filled, writer);
        self.refused += u32::from(done.is_err());
        done
    }

    fn copy(
        &mut self,
        disk: &dyn Disk,
        takes: &Path,
        filled: &Path,
        writer: &mut WavWriter,
    ) -> io::Result<Option<Gap>> {
        let Some(piece) = self.pieces.front() else {
            writer.leave_silent(writer.room());
            return Ok(None);
        };
        let frame = writer.frame_bytes();
        let (bytes, at) = (piece.frames * frame, piece.at * frame);
        writer.leave_silent(at);
        let most = (bytes - self.done).min(PRE_ROLL_SLICE) as usize;
        let mut slice = vec![0; most];
        let lost = match read(disk, takes, piece, piece.from * frame + self.done, &mut slice) {
            Ok(()) => {
                writer.fill(&slice)?;
                self.done += most as u64;
                None
            }
            Err(error) if !is_gone(disk, takes, piece, filled, &error) => return Err(error),
            Err(error) => {
                tracing::warn!(%error, ?piece, "a pre-roll");
                let start = self.first.plus(piece.at + self.done / frame);
                let gap = Gap { start, frames: piece.frames - self.done / frame, cause: GapCause::Tap, exact: true };
                writer.leave_silent(at + bytes);
                self.done = bytes;
                Some(gap)
            }
        };
        if self.done == bytes {
            self.pieces.pop_front();
            self.done = 0;
        }
        Ok(lost)
    }
}
