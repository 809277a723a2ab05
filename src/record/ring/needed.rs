//! Which segments of the ring hold a pre-roll that is not copied yet, by the journals of the takes beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use crate::record::disk::Disk;
use crate::record::journal::{Line, Piece, contents, lines};
use crate::record::names::{TakeFolder, moment};
use crate::record::plan::Part;

/// Why a segment is to go.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Debug)]
pub(in crate::record) enum Need {
    /// There should be more room.
    Room,
    /// A take is refused or its disk is full: what is played is worth more than what an unread journal may need.
    Night,
}

/// What takes need of the ring, as far as it was asked for.
#[derive(Default, Debug)]
pub(super) enum Needed {
    #[default]
    Unknown,
    /// Nothing could be read: it may be anything.
    All,
    /// A journal could not be read: it may need anything beside these.
    AtLeast(BTreeSet<PathBuf>),
    These(BTreeSet<PathBuf>),
}

/// Reads the journals of takes; those that can need nothing any more are read once.
#[derive(Default, Debug)]
pub(super) struct Journals {
    settled: BTreeSet<PathBuf>,
    /// Those that were looked at, settled or not, and what they named when they could be read last.
    named: BTreeMap<PathBuf, Vec<PathBuf>>,
    /// Some were not looked at yet.
    pub(super) waits: bool,
}

impl Journals {
    /// Looks at no more new ones than `most`; while there are others they may need anything. `beat` is called for each.
    pub(super) fn needed(
        &mut self,
        disk: &dyn Disk,
        takes: &Path,
        ring: &Path,
        mut most: usize,
        beat: &dyn Fn(),
    ) -> Needed {
        self.waits = false;
        let Ok(found) = disk.list(takes) else { return Needed::All };
        self.settled.retain(|take| found.binary_search(take).is_ok());
        self.named.retain(|take, _| found.binary_search(take).is_ok());
        let mut all_read = true;
        for take in found.into_iter().filter(|take| take != ring) {
            if self.settled.contains(&take) {
                continue;
            }
            if !self.named.contains_key(&take) {
                if most == 0 {
                    self.waits = true;
                    return Needed::All;
                }
                most -= 1;
            }
            let named = self.named.entry(take.clone()).or_default();
            beat();
            match contents(disk, &TakeFolder(take.clone()).journal()) {
                Ok(bytes) => {
                    let told = Told::of(&bytes);
                    *named = told.segments().map(|segment| ring.join(segment)).collect();
                    if told.is_settled() {
                        self.settled.insert(take);
                    }
                }
                Err(error) if is_no_take(&take, &error) => named.clear(),
                Err(_) => all_read = false,
            }
        }
        let needed = self.named.values().flatten().cloned().collect();
        if all_read { Needed::These(needed) } else { Needed::AtLeast(needed) }
    }
}

/// Whether there is no journal, or no take: what systems keep on their drives for themselves may not be looked into.
fn is_no_take(folder: &Path, error: &io::Error) -> bool {
    let named = || folder.file_name().is_some_and(|name| moment(&name.to_string_lossy()).is_some());
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory => true,
        io::ErrorKind::PermissionDenied => !named(),
        _ => false,
    }
}

/// A file of a take, and what it still needs.
struct Told {
    files: Vec<File>,
}

struct File {
    part: Part,
    track: Option<u8>,
    pieces: Vec<Piece>,
    ended: bool,
}

impl Told {
    fn of(journal: &[u8]) -> Self {
        let mut told = Self { files: Vec::new() };
        for line in lines(journal) {
            match line {
                Line::File { part, track, .. } => drop(told.file(part, track)),
                Line::PreRoll { part, track, pieces, .. } => told.file(part, track).pieces = pieces,
                Line::Filled { part, track } => told.file(part, track).pieces.clear(),
                Line::End { part, track, .. }
                | Line::Recovered { part, track, .. }
                | Line::LeftAlone { part, track } => {
                    let file = told.file(part, track);
                    file.pieces.clear();
                    file.ended = true;
                }
                _ => {}
            }
        }
        told
    }

    fn file(&mut self, part: Part, track: Option<u8>) -> &mut File {
        let at = self.files.iter().position(|file| (file.part, file.track) == (part, track));
        let at = at.unwrap_or_else(|| {
            self.files.push(File { part, track, pieces: Vec::new(), ended: false });
            self.files.len() - 1
        });
        &mut self.files[at]
    }

    fn segments(&self) -> impl Iterator<Item = &str> {
        self.files.iter().flat_map(|file| &file.pieces).map(|piece| piece.segment.as_str())
    }

    fn is_settled(&self) -> bool {
        !self.files.is_empty() && self.files.iter().all(|file| file.ended)
    }
}
