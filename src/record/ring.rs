//! The segments of the ring that always rolls, as they lie on the disk: counted, and the oldest of them deleted.
//!
//! Each is an ordinary take with a journal. Nothing is deleted but the files that a journal names which says of itself that
//! it is a segment: not by the folder that it lies in, and nothing that somebody else put there.

mod needed;

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::claim::{self, Claim, Count};
use super::disk::{Access, Disk};
use super::journal::{Line, contents, lines};
use super::names::TakeFolder;
use super::past::Span;
use super::plan::Part;
use super::wav::HEADER;
use crate::limits::{RECORD_SILENT, RING_JOURNALS, RING_LOOK};
use crate::timeline::FrameIndex;
pub(super) use needed::Need;
use needed::{Journals, Needed};

/// The folder of the ring, beside the takes.
pub const ROLLING: &str = "Rolling";

/// One segment that is ended.
#[derive(Debug)]
pub(super) struct Segment {
    folder: PathBuf,
    /// Of its longest part.
    frames: u64,
    /// Of all its sound.
    bytes: u64,
    /// What each part left in it; nothing is known of what another life of the app left.
    spans: Vec<Span>,
    /// The count of its claim on a disk without locks, and since when it stands still.
    watched: Option<(Count, Duration)>,
}

impl Segment {
    pub(super) fn new(folder: PathBuf, frames: u64, bytes: u64, spans: Vec<Span>) -> Self {
        Self { folder, frames, bytes, spans, watched: None }
    }

    fn is_ours(&self) -> bool {
        !self.spans.is_empty()
    }

    /// Makes sure that no other life of the app writes it. Where the disk knows no locks its count is looked at again and
    /// again: nobody waits for it here.
    ///
    /// # Errors
    /// `ResourceBusy`: one does, or may. Or what the disk says.
    fn look(&mut self, disk: &dyn Disk, now: Duration) -> io::Result<()> {
        let Some(count) = Claim::count(disk, &self.folder)? else { return Ok(()) };
        let since = self.watched.filter(|(before, _)| *before == count).map_or(now, |(_, since)| since);
        self.watched = Some((count, since));
        if now >= since + RECORD_SILENT { Ok(()) } else { Err(io::ErrorKind::ResourceBusy.into()) }
    }
}

/// All segments that are ended, the oldest first: those of other lives of the app, then ours.
pub(super) struct Ring {
    disk: Arc<dyn Disk>,
    pub(super) folder: PathBuf,
    segments: VecDeque<Segment>,
    /// What lies there was looked at.
    is_read: bool,
    /// What takes need of it, by their journals, and when that was read.
    needed: Needed,
    journals: Journals,
    read_at: Option<Duration>,
    /// Nothing of other lives could go: not looked at again before this, unless there is more need.
    again: (Duration, Need),
    /// What the take beside it that is recorded now needs, whatever stands in its journal yet.
    kept: Vec<PathBuf>,
}

impl Ring {
    /// The one beside these takes. What other lives of the app left there is looked at when the first of it is to go.
    pub(super) fn new(disk: Arc<dyn Disk>, takes: &Path) -> Self {
        let (needed, journals, again) = (Needed::default(), Journals::default(), (Duration::ZERO, Need::Room));
        let (folder, segments) = (takes.join(ROLLING), VecDeque::new());
        Self { disk, folder, segments, is_read: false, needed, journals, read_at: None, again, kept: Vec::new() }
    }

    /// What other lives of the app left beside these takes counts from the beginning.
    pub(super) fn open(disk: Arc<dyn Disk>, takes: &Path) -> Self {
        let mut ring = Self::new(disk, takes);
        ring.read(&|| {});
        ring
    }

    fn read(&mut self, beat: &dyn Fn()) {
        if std::mem::replace(&mut self.is_read, true) {
            return;
        }
        let (disk, folder) = (&*self.disk, &self.folder);
        let found = if disk.exists(folder) { disk.list(folder).unwrap_or_default() } else { Vec::new() };
        let segments = found.into_iter().filter_map(|folder| {
            beat();
            let files = files(disk, &folder).ok()?;
            let frames = files.iter().map(|file| file.frames).max().unwrap_or(0);
            let bytes = files.iter().map(|file| file.frames * file.frame).sum();
            Some(Segment::new(folder, frames, bytes, Vec::new()))
        });
        self.segments = segments.collect();
    }

    pub(super) fn frames(&self) -> u64 {
        self.segments.iter().map(|segment| segment.frames).sum()
    }

    /// Where the takes beside it really are; `None` while the disk does not say.
    pub(super) fn place(&self) -> Option<PathBuf> {
        self.disk.real(self.takes()).ok()
    }

    /// Whether its disk has not so many bytes free any more; one that does not tell has.
    pub(super) fn has_less_than(&self, bytes: u64) -> bool {
        self.disk.free(self.takes()).is_some_and(|free| free < bytes)
    }

    /// Bytes that takes may have of it, as far as is known.
    pub(super) fn gives(&self) -> u64 {
        self.segments.iter().filter(|segment| self.may_go(segment, Need::Room)).map(|segment| segment.bytes).sum()
    }

    pub(super) fn push(&mut self, segment: Segment) {
        self.segments.push_back(segment);
    }

    /// From now on a take is recorded beside it that needs these segments until [`Self::keep_nothing`]. The clock of the take
    /// is another one.
    pub(super) fn keep<'a>(&mut self, segments: impl Iterator<Item = &'a str>) {
        self.kept = segments.map(|segment| self.folder.join(segment)).collect();
        (self.read_at, self.again) = (None, (Duration::ZERO, Need::Room));
        self.segments.iter_mut().for_each(|segment| segment.watched = None);
    }

    /// The take needs nothing of it any more, and its journal says so.
    pub(super) fn keep_nothing(&mut self) {
        self.kept.clear();
    }

    /// Deletes the oldest segment that no take needs and nobody writes; `false` when there is none. Other lives may need what
    /// they left, so their segments go only by what journals say at `now`, any clock that only goes forward. One that cannot
    /// be deleted is passed over. `beat` is called whenever the disk has answered.
    ///
    /// # Errors
    /// What the disk says when it deletes none of them; they still count. `WouldBlock`: not every journal was looked at yet, so
    /// that segments of other lives may go at the next call.
    pub(super) fn remove_oldest(&mut self, now: Duration, need: Need, beat: &dyn Fn()) -> io::Result<bool> {
        self.read(beat);
        let anothers = self.remove_anothers(now, need, beat);
        if matches!(anothers, Ok(true)) {
            return anothers;
        }
        if self.journals.waits && !self.segments.iter().all(Segment::is_ours) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(self.remove_first(now, need, Segment::is_ours, beat)? || anothers?)
    }

    fn remove_anothers(&mut self, now: Duration, need: Need, beat: &dyn Fn()) -> io::Result<bool> {
        let (again, before) = self.again;
        if (now < again && need <= before) || self.segments.iter().all(Segment::is_ours) {
            return Ok(false);
        }
        if self.read_at != Some(now) {
            let takes = self.folder.parent().unwrap_or(&self.folder);
            // What is played waits in the taps meanwhile, unless its disk is full anyway.
            let most = if need == Need::Night { usize::MAX } else { RING_JOURNALS };
            self.needed = self.journals.needed(&*self.disk, takes, &self.folder, most, beat);
            self.read_at = (!self.journals.waits).then_some(now);
        }
        let removed = self.remove_first(now, need, |segment| !segment.is_ours(), beat);
        if !matches!(removed, Ok(true)) && !self.journals.waits {
            self.again = (now + RING_LOOK, need);
        }
        removed
    }

    /// Deletes the first segment of these that may go and that the disk deletes.
    fn remove_first(
        &mut self,
        now: Duration,
        need: Need,
        which: fn(&Segment) -> bool,
        beat: &dyn Fn(),
    ) -> io::Result<bool> {
        let mut none = Ok(false);
        for nth in 0..self.segments.len() {
            if !which(&self.segments[nth]) || !self.may_go(&self.segments[nth], need) {
                continue;
            }
            match self.remove(nth, now, beat) {
                Ok(()) => {
                    self.segments.remove(nth);
                    return Ok(true);
                }
                Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {}
                Err(error) => none = none.and(Err(error)),
            }
        }
        none
    }

    fn remove(&mut self, nth: usize, now: Duration, beat: &dyn Fn()) -> io::Result<()> {
        let segment = &mut self.segments[nth];
        if !segment.is_ours() {
            segment.look(&*self.disk, now)?;
        }
        match remove(&*self.disk, &segment.folder, beat) {
            // Somebody else did it, unless it is the drive that is not there.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let there = self.disk.list(&self.folder)?;
                if there.contains(&segment.folder) && self.disk.exists(&TakeFolder(segment.folder.clone()).journal()) {
                    return Err(error);
                }
                Ok(())
            }
            removed => removed,
        }
    }

    fn may_go(&self, segment: &Segment, need: Need) -> bool {
        let told = match &self.needed {
            Needed::Unknown => true,
            Needed::All => false,
            Needed::AtLeast(needed) => need == Need::Night && !needed.contains(&segment.folder),
            Needed::These(needed) => !needed.contains(&segment.folder),
        };
        (told || segment.is_ours()) && !self.kept.contains(&segment.folder)
    }

    fn takes(&self) -> &Path {
        self.folder.parent().unwrap_or(&self.folder)
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

/// A sound file of a segment.
struct SoundFile {
    path: PathBuf,
    frames: u64,
    /// Bytes of one frame.
    frame: u64,
}

/// The sound files of a segment and their frames, by the journal, and by the disk for those whose end was never written.
///
/// # Errors
/// There is no journal that says that this is a segment.
fn files(disk: &dyn Disk, folder: &Path) -> io::Result<Vec<SoundFile>> {
    let bytes = contents(disk, &TakeFolder(folder.to_owned()).journal())?;
    let mut lines = lines(&bytes);
    let (Some(Line::Take { .. }), Some(Line::Rolling)) = (lines.next(), lines.next()) else {
        return Err(io::ErrorKind::InvalidData.into());
    };
    let (mut named, mut ended) = (Vec::new(), Vec::new());
    for line in lines {
        match line {
            Line::File { part, track, name, channels, form, .. } => {
                let Some(name) = Path::new(&name).file_name().map(OsStr::to_owned) else { continue };
                named.push(((part, track), folder.join(name), u64::from(channels) * form.bytes()));
            }
            Line::End { part, track, frames, .. } => ended.push(((part, track), frames)),
            _ => {}
        }
    }
    let on_disk = |path: &Path, frame: u64| {
        let length = disk.open(path, Access::Read).and_then(|file| file.length()).unwrap_or(0);
        length.saturating_sub(HEADER).checked_div(frame).unwrap_or(0)
    };
    let file = |(which, path, frame): ((Part, Option<u8>), PathBuf, u64)| {
        let told = ended.iter().find(|(one, _)| *one == which).map(|(_, frames)| *frames);
        SoundFile { frames: told.unwrap_or_else(|| on_disk(&path, frame)), path, frame }
    };
    Ok(named.into_iter().map(file).collect())
}

/// Deletes a segment that nobody writes: its sound, then its journal, which tells what is left if this is broken off, then its
/// folder, unless somebody put something there.
fn remove(disk: &dyn Disk, folder: &Path, beat: &dyn Fn()) -> io::Result<()> {
    let journal = TakeFolder(folder.to_owned()).journal();
    let sound = files(disk, folder)?;
    // What nobody marked is nobody's, and on a disk that is full there is no room for a mark of ours.
    let is_marked = disk.exists(&folder.join(claim::NAME));
    let claim = is_marked.then(|| Claim::take_over(disk, folder, Duration::ZERO)).transpose()?;
    for path in sound.into_iter().map(|file| file.path).chain([journal]) {
        match disk.remove(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => beat(),
        }
    }
    if let Some(claim) = claim {
        claim.end(disk);
    }
    // Something else may lie in it.
    let _ = disk.remove(folder);
    Ok(())
}
