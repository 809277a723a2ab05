//! One export from its plan to its files.

use std::ops::{ControlFlow, Range};
use std::path::{Path, PathBuf};

use korero_sentences::key;

use super::super::sound::Sound;
use super::super::{Take, TakeFile};
use super::draft::unwritable;
use super::piece::{self, Piece};
use super::sound::{Passage, Treatment};
use super::written::Output;
use super::{Cut, ExportPlan, Exported, Format, Halt, Progress, Step};
use crate::fault::Fault;
use crate::limits::{EXPORT_FRAMES, EXPORT_LOOK, SAMPLE_RATE};
use crate::record::disk::Disk;

type Tell<'t> = &'t mut dyn FnMut(Progress) -> ControlFlow<()>;

/// Does all that the plan wants; what is complete stands in `done`, also when the rest fails.
pub(super) fn run(
    disk: &dyn Disk,
    take: &Take,
    plan: &ExportPlan,
    tell: Tell<'_>,
    done: &mut Vec<Exported>,
) -> Result<(), Halt> {
    let mut work = Vec::new();
    for (file, channels) in piece::chosen(take, plan)? {
        if plan.matched.is_some() && channels.len() > 2 {
            return Err(Fault::new(key::FAULT_EXPORT_MATCH).with("file", file.path.display().to_string()).into());
        }
        let mut from = Origin { file, master: Sound::open(disk, file)?, base_db: 0.0 };
        let mut pieces = piece::pieces(take, file, &channels, plan);
        // Before the first song there is often nothing but a silent stage.
        if let Some(Piece { song: Some(song), passage, .. }) = pieces.first()
            && song.number == 0
            && is_silent(&mut from.master, passage)?
        {
            pieces.remove(0);
        }
        work.push((from, pieces));
    }
    let of = work.iter().map(|(_, pieces)| pieces.len()).sum();
    if of == 0 || plan.formats.is_empty() {
        return Err(Fault::new(key::FAULT_EXPORT_NOTHING).with("take", take.folder.display().to_string()).into());
    }
    let folder = plan.into.clone().unwrap_or_else(|| match plan.cut {
        Cut::Songs => take.folder.join("Songs"),
        Cut::Whole => take.folder.clone(),
    });
    let needed = |(from, pieces): &(Origin<'_>, Vec<Piece>)| -> u64 {
        pieces.iter().map(|piece| bytes(from.file, piece, plan)).sum()
    };
    has_room(disk, &folder, work.iter().map(needed).sum())?;
    disk.open_folder(&folder).map_err(|error| unwritable(&folder, &error))?;
    let mut job = Job { disk, take, plan, folder, tell, done, name: String::new(), nth: 1, of, unseen: 0 };
    for (mut from, pieces) in work {
        if let Some(first) = pieces.first() {
            job.name.clone_from(&first.stem);
        }
        from.base_db = job.turned_down(&mut from.master, &pieces)?;
        for piece in &pieces {
            job.name.clone_from(&piece.stem);
            job.piece(&mut from, piece)?;
            job.nth += 1;
        }
    }
    Ok(())
}

/// The most bytes that a piece becomes.
fn bytes(file: &TakeFile, piece: &Piece, plan: &ExportPlan) -> u64 {
    let copies = if plan.matched.is_some() { 2 } else { 1 };
    let one = |format: &Format| {
        let bundles = piece::bundles(*format, file.part, &piece.passage.channels);
        let of = |channels: Range<u16>| Passage { channels, ..piece.passage.clone() };
        bundles.into_iter().map(|(channels, _)| piece::bytes(*format, &of(channels), plan.bitrate)).sum::<u64>()
    };
    plan.formats.iter().map(one).sum::<u64>().saturating_mul(copies)
}

/// Errors: `fault-export-room`.
fn has_room(disk: &dyn Disk, folder: &Path, needed: u64) -> Result<(), Fault> {
    // A folder that is not there yet lies on the disk of the one above it.
    let here = |above: &Path| disk.free(if above.as_os_str().is_empty() { Path::new(".") } else { above });
    let Some(free) = folder.ancestors().find_map(here) else { return Ok(()) };
    if free >= needed {
        return Ok(());
    }
    Err(Fault::new(key::FAULT_EXPORT_ROOM)
        .with("folder", folder.display().to_string())
        .with("needed", needed.div_ceil(1 << 20))
        .with("free", free >> 20))
}

fn is_silent(master: &mut Sound, passage: &Passage) -> Result<bool, Fault> {
    let (mut done, mut block) = (0, Vec::new());
    while done < passage.frames {
        let frames = usize::try_from(passage.frames - done).unwrap_or(EXPORT_FRAMES).min(EXPORT_FRAMES);
        master.read(passage.first + done, frames, &passage.channels, &mut block)?;
        if block.iter().any(|sample| *sample != 0.0) {
            return Ok(false);
        }
        done += frames as u64;
    }
    Ok(true)
}

/// What pieces are cut from.
pub(super) struct Origin<'t> {
    pub(super) file: &'t TakeFile,
    pub(super) master: Sound,
    /// What all of it is turned down by, in dB ≤ 0.
    pub(super) base_db: f32,
}

/// What is going on.
pub(super) struct Job<'j> {
    pub(super) disk: &'j dyn Disk,
    pub(super) take: &'j Take,
    pub(super) plan: &'j ExportPlan,
    pub(super) folder: PathBuf,
    tell: Tell<'j>,
    pub(super) done: &'j mut Vec<Exported>,
    name: String,
    nth: usize,
    of: usize,
    /// Bytes that were written since the last look at the room that is left.
    unseen: usize,
}

impl Job<'_> {
    /// That so much more was written. What a recording needs of the disk counts as room that is not there.
    ///
    /// Errors: `fault-export-stopped` once no room is left.
    pub(super) fn wrote(&mut self, bytes: usize) -> Result<(), Halt> {
        self.unseen += bytes;
        if self.unseen < EXPORT_LOOK {
            return Ok(());
        }
        self.unseen = 0;
        if self.disk.free(&self.folder) != Some(0) {
            return Ok(());
        }
        Err(Fault::new(key::FAULT_EXPORT_STOPPED).with("folder", self.folder.display().to_string()).into())
    }

    pub(super) fn tell(&mut self, step: Step, share: f32) -> Result<(), Halt> {
        let progress = Progress { name: self.name.clone(), nth: self.nth, of: self.of, step, share };
        if (self.tell)(progress).is_break() { Err(Halt::Stopped) } else { Ok(()) }
    }

    /// All files of one piece.
    fn piece(&mut self, from: &mut Origin<'_>, piece: &Piece) -> Result<(), Halt> {
        let treatment = Treatment { gain_db: from.base_db, ceiling_db: None };
        let untouched = self.done.len();
        for format in &self.plan.formats {
            for (channels, suffix) in piece::bundles(*format, from.file.part, &piece.passage.channels) {
                let passage = Passage { channels, ..piece.passage.clone() };
                let stem = format!("{}{suffix}", piece.stem);
                self.write(from, piece, &Output { passage, format: *format, treatment, stem, reading: None })?;
            }
        }
        let told = self.told(from, piece);
        self.done[untouched].told = told;
        match self.plan.matched {
            Some(wish) => self.match_loudness(from, piece, wish, untouched),
            None => Ok(()),
        }
    }

    /// What a person should know of a piece.
    fn told(&self, from: &Origin<'_>, piece: &Piece) -> Vec<Fault> {
        let mut told = Vec::new();
        let named = |code| Fault::new(code).with("name", piece.stem.as_str());
        let gaps = piece::gaps(from.file, &piece.passage);
        if !gaps.is_empty() {
            let frames: u64 = gaps.iter().map(|gap| gap.frames).sum();
            let ms = frames.saturating_mul(1_000).div_ceil(u64::from(SAMPLE_RATE));
            told.push(named(key::FAULT_EXPORT_GAPS).with("ms", ms).with("gaps", gaps.len()));
        }
        if from.base_db != 0.0 {
            let tenths = f64::from((-from.base_db * 10.0).round());
            told.push(named(key::FAULT_EXPORT_TURNED_DOWN).with("db", tenths / 10.0));
        }
        for format in &self.plan.formats {
            let files = piece::bundles(*format, from.file.part, &piece.passage.channels).len();
            if files > 1 {
                let format = format.ending().to_uppercase();
                let channels = piece.passage.width();
                told.push(
                    named(key::FAULT_EXPORT_TRACKS)
                        .with("format", format)
                        .with("channels", channels)
                        .with("files", files),
                );
            }
        }
        told
    }
}
