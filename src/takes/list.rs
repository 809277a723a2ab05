//! The takes in a folder for recordings, as a list shows them: newest first, and a damaged one is a row like the others.

use std::cmp::Reverse;
use std::path::{Path, PathBuf};
use std::time::Duration;

use uuid::Uuid;

use super::{FileEnd, Take, folders, read};
use crate::fault::Fault;
use crate::limits::CLAIM_LOOK;
use crate::record::Part;
use crate::record::claim::Claim;
use crate::record::disk::{Access, Disk};
use crate::record::names::{WallTime, moment};

/// One folder that has a journal.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// Where it lies.
    pub folder: PathBuf,
    /// Bytes of all files in it.
    pub bytes: u64,
    /// What the journal tells, or why it tells nothing.
    pub take: Result<Summary, Fault>,
}

/// A take in short. [`read`] tells all of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Summary {
    /// Names the take, in each of its places.
    pub id: Uuid,
    /// Who plays; may be empty.
    pub artist: String,
    /// The title of the evening; may be empty.
    pub title: String,
    /// When its first frame sounded, as the clock on the wall showed it.
    pub began: WallTime,
    /// The longest of its files, gaps included; zero while none is ended.
    pub length: Duration,
    /// What was recorded.
    pub parts: Vec<Part>,
    /// How it stands.
    pub state: State,
    /// How many moments were marked.
    pub markers: usize,
    /// How many gaps it has; one in several parts counts once.
    pub gaps: usize,
    /// How often something was wrong with the disk.
    pub troubles: usize,
}

/// How a take stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// It is being recorded, or mended, just now.
    Busy,
    /// A crash ended it, and it was not mended yet, or a file of it was not there to be mended.
    Interrupted,
    /// It was mended after a crash.
    Recovered {
        /// What was lost at its end.
        lost: Duration,
    },
    /// In order.
    Whole,
}

/// Lists the takes in a folder, newest first. None when it is not there yet.
///
/// # Errors
/// The folder cannot be read. A take that cannot be read is a row with its fault.
pub fn list(disk: &dyn Disk, recordings: &Path) -> Result<Vec<Row>, Fault> {
    let row = |folder: PathBuf| {
        let take = read(disk, &folder).map(|take| summary(disk, &take));
        Row { bytes: bytes_in(disk, &folder, DEEPEST), take, folder }
    };
    let mut rows: Vec<Row> = folders(disk, recordings)?.into_iter().map(row).collect();
    // Folders come in the order of their names, which begin with the time: of one moment the later name is the newer.
    rows.reverse();
    rows.sort_by_key(|row| Reverse(row.began()));
    Ok(rows)
}

impl Row {
    /// When it began, by its journal or else by its name.
    #[must_use]
    pub fn began(&self) -> Option<WallTime> {
        let name = || moment(&self.folder.file_name()?.to_string_lossy());
        self.take.as_ref().map_or_else(|_| name(), |take| Some(take.began))
    }
}

fn summary(disk: &dyn Disk, take: &Take) -> Summary {
    let mut parts: Vec<Part> = Vec::new();
    for file in &take.files {
        if !parts.contains(&file.part) {
            parts.push(file.part);
        }
    }
    Summary {
        id: take.id,
        artist: take.show.artist.clone(),
        title: take.show.title.clone(),
        began: WallTime::local(take.epoch.utc_ns(take.first_frame())),
        length: take.length(),
        parts,
        state: state(disk, take),
        markers: take.markers.len(),
        gaps: take.gaps().len(),
        troubles: take.troubles.len(),
    }
}

/// How a take stands.
#[must_use]
pub fn state(disk: &dyn Disk, take: &Take) -> State {
    // The recorder names its files some time after it has begun the journal.
    if take.is_open() || take.files.is_empty() {
        let busy = Claim::is_held(disk, &take.folder, CLAIM_LOOK);
        return if busy { State::Busy } else { State::Interrupted };
    }
    if take.files.iter().any(|file| file.end == FileEnd::LeftAlone) {
        return State::Interrupted;
    }
    take.lost().map_or(State::Whole, |lost| State::Recovered { lost })
}

/// Folders within folders that are looked into: exports may lie in one.
const DEEPEST: usize = 2;

/// Bytes of the files in a folder; what cannot be read counts as nothing.
fn bytes_in(disk: &dyn Disk, folder: &Path, deeper: usize) -> u64 {
    let bytes = |path: PathBuf| match disk.open(&path, Access::Read).and_then(|file| file.length()) {
        _ if deeper > 0 && disk.list(&path).is_ok_and(|inside| !inside.is_empty()) => bytes_in(disk, &path, deeper - 1),
        length => length.unwrap_or(0),
    };
    disk.list(folder).unwrap_or_default().into_iter().map(bytes).fold(0, u64::saturating_add)
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
