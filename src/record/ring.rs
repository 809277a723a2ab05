//! The segments of the ring that always rolls, as they lie on the disk: counted, and the oldest of them deleted.
//!
//! Each is an ordinary take with a journal. Nothing is deleted but the files that a journal names which says of itself that
//! it is a segment: not by the folder that it lies in, and nothing that somebody else put there.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::claim::Claim;
use super::disk::{Access, Disk};
use super::journal::{Line, contents, lines};
use super::names::TakeFolder;
use super::past::Span;
use super::wav::HEADER;
use crate::limits::RECORD_SILENT;
use crate::timeline::FrameIndex;

/// The folder of the ring, beside the takes.
pub const ROLLING: &str = "Rolling";

/// One segment that is ended.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) folder: PathBuf,
    /// Of its longest part.
    pub(super) frames: u64,
    /// What each part left in it; nothing is known of what another life of the app left.
    pub(super) spans: Vec<Span>,
}

/// All segments that are ended, the oldest first.
pub(super) struct Ring {
    disk: Arc<dyn Disk>,
    pub(super) folder: PathBuf,
    segments: VecDeque<Segment>,
    /// Segments that a take still needs.
    pinned: Vec<PathBuf>,
}

impl Ring {
    /// What other lives of the app left beside these takes counts too.
    pub(super) fn open(disk: Arc<dyn Disk>, takes: &Path) -> Self {
        let folder = takes.join(ROLLING);
        let pinned = needed(&*disk, takes, &folder);
        let found = if disk.exists(&folder) { disk.list(&folder).unwrap_or_default() } else { Vec::new() };
        let segments = found.into_iter().filter_map(|folder| {
            let frames = files(&*disk, &folder).ok()?.into_iter().map(|(_, frames)| frames).max().unwrap_or(0);
            Some(Segment { folder, frames, spans: Vec::new() })
        });
        let segments = segments.collect();
        Self { disk, folder, segments, pinned }
    }

    pub(super) fn frames(&self) -> u64 {
        self.segments.iter().map(|segment| segment.frames).sum()
    }

    /// Where the takes beside it really are; `None` while the disk does not say.
    pub(super) fn place(&self) -> Option<PathBuf> {
        self.disk.real(self.folder.parent()?).ok()
    }

    /// Whether its disk has not so many bytes free any more; one that does not tell has.
    pub(super) fn has_less_than(&self, bytes: u64) -> bool {
        let takes = self.folder.parent().unwrap_or(&self.folder);
        self.disk.free(takes).is_some_and(|free| free < bytes)
    }

    pub(super) fn push(&mut self, segment: Segment) {
        self.segments.push_back(segment);
    }

    /// Deletes the oldest segment that no take needs; `false` when there is none.
    ///
    /// # Errors
    /// What the disk says, or that another life of the app writes it; it still counts.
    pub(super) fn remove_oldest(&mut self) -> io::Result<bool> {
        let free = |segment: &Segment| !self.pinned.contains(&segment.folder);
        let Some(nth) = self.segments.iter().position(free) else { return Ok(false) };
        remove(&*self.disk, &self.segments[nth].folder)?;
        self.segments.remove(nth);
        Ok(true)
    }

    /// The spans of a part that lead to `end` without a break, the oldest first.
    pub(super) fn leading_to(&self, part: usize, end: FrameIndex) -> Vec<&Span> {
        let (mut found, mut end) = (VecDeque::new(), end);
        for segment in self.segments.iter().rev() {
            match segment.spans.get(part) {
                Some(span) if span.end == end => {
                    end = span.first;
                    if !span.files.is_empty() {
                        found.push_front(span);
                    }
                }
                _ => break,
            }
        }
        found.into()
    }
}

/// The segments that hold a pre-roll which a crash kept from being copied: the repair needs them.
fn needed(disk: &dyn Disk, takes: &Path, ring: &Path) -> Vec<PathBuf> {
    let mut needed = Vec::new();
    for take in disk.list(takes).unwrap_or_default() {
        let Ok(bytes) = contents(disk, &TakeFolder(take).journal()) else { continue };
        let mut open = Vec::new();
        for line in lines(&bytes) {
            match line {
                Line::PreRoll { part, track, pieces, .. } => open.push((part, track, pieces)),
                Line::Filled { part, track } => open.retain(|one| (one.0, one.1) != (part, track)),
                _ => {}
            }
        }
        let pieces = open.into_iter().flat_map(|(_, _, pieces)| pieces);
        needed.extend(pieces.map(|piece| ring.join(piece.segment)));
    }
    needed
}

/// The sound files of a segment and their frames, by the journal and the disk.
///
/// # Errors
/// There is no journal that says that this is a segment.
fn files(disk: &dyn Disk, folder: &Path) -> io::Result<Vec<(PathBuf, u64)>> {
    let bytes = contents(disk, &TakeFolder(folder.to_owned()).journal())?;
    let mut lines = lines(&bytes);
    let (Some(Line::Take { .. }), Some(Line::Rolling)) = (lines.next(), lines.next()) else {
        return Err(io::ErrorKind::InvalidData.into());
    };
    let named = lines.filter_map(|line| match line {
        Line::File { name, channels, form, .. } => {
            let name = Path::new(&name).file_name().map(OsStr::to_owned)?;
            Some((folder.join(name), u64::from(channels) * form.bytes()))
        }
        _ => None,
    });
    let frames = |path: &Path, frame: u64| {
        let length = disk.open(path, Access::Read).and_then(|file| file.length()).unwrap_or(0);
        length.saturating_sub(HEADER).checked_div(frame).unwrap_or(0)
    };
    Ok(named.map(|(path, frame)| (path.clone(), frames(&path, frame))).collect())
}

/// Deletes a segment: its sound, then its journal, which tells what is left if this is broken off, then its folder, unless
/// somebody put something there.
fn remove(disk: &dyn Disk, folder: &Path) -> io::Result<()> {
    let journal = TakeFolder(folder.to_owned()).journal();
    let sound = files(disk, folder)?;
    let claim = Claim::take_over(disk, folder, RECORD_SILENT)?;
    for path in sound.into_iter().map(|(path, _)| path).chain([journal]) {
        match disk.remove(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    claim.end(disk);
    // Something else may lie in it.
    let _ = disk.remove(folder);
    Ok(())
}
