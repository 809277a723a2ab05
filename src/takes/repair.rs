//! Mends what a crash or a power cut left. Sizes in headers are written, lines added to journals, and a pre-roll is copied
//! that still lies in the ring: sound that was recorded is never touched, and what lies behind it stays where it is.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use korero_sentences::key;

use super::verify::sum_of;
use super::{FileEnd, PreRoll, Take, TakeFile, folders, read, torn};
use crate::fault::Fault;
use crate::limits::{PRE_ROLL_SLICE, RECORD_LEAST, RECORD_LOW, RECORD_SILENT, RING_READS, SAMPLE_RATE};
use crate::record::claim::Claim;
use crate::record::disk::{Access, Disk, DiskFile, read_most_at, write_all_at};
use crate::record::journal::{Journal, Line, Sums};
use crate::record::names::TakeFolder;
use crate::record::track::cues;
use crate::record::wav::{HEADER, Head, WavLabel};
use crate::record::{disk_fault, is_gone, read_at_last};
use crate::recording::Marker;
use crate::timeline::{Gap, GapCause};

/// A take that was mended.
#[derive(Clone, PartialEq, Debug)]
pub struct Repaired {
    /// The take as it is now.
    pub take: Take,
    /// Whether any file was mended now.
    pub mended: bool,
    /// Files that are not there or no recordings of ours, and were left alone; told once.
    pub left_alone: Vec<PathBuf>,
}

/// Mends every interrupted take in a folder for recordings. One that is still being recorded is left alone; what cannot
/// be mended is told beside the others.
///
/// # Errors
/// The folder cannot be read.
pub fn repair_all(disk: &dyn Disk, recordings: &Path) -> Result<(Vec<Repaired>, Vec<Fault>), Fault> {
    let (mut repaired, mut faults) = (Vec::new(), Vec::new());
    for folder in folders(disk, recordings)? {
        match repair(disk, &folder) {
            Ok(Some(take)) => repaired.push(take),
            Ok(None) => {}
            Err(fault) if fault.code == key::FAULT_TAKES_BUSY => {}
            Err(fault) if fault.code == key::FAULT_RECORD_JOURNAL => {
                faults.extend(torn::tell_once(disk, &folder, fault));
            }
            Err(fault) => faults.push(fault),
        }
    }
    Ok((repaired, faults))
}

/// Mends one take by its folder; `None` when nothing was interrupted.
///
/// # Errors
/// `fault-record-journal`, `fault-takes-busy` while it is recorded, or what the disk says.
pub fn repair(disk: &dyn Disk, folder: &Path) -> Result<Option<Repaired>, Fault> {
    let waits = |file: &TakeFile| match file.end {
        FileEnd::Open => true,
        // Somebody may have put it back.
        FileEnd::LeftAlone => disk.exists(&file.path),
        FileEnd::Whole { .. } | FileEnd::Recovered { .. } => false,
    };
    if !read(disk, folder)?.files.iter().any(waits) {
        return Ok(None);
    }
    let wrong = |error: io::Error| match error.kind() {
        io::ErrorKind::ResourceBusy => Fault::new(key::FAULT_TAKES_BUSY).with("folder", folder.display().to_string()),
        _ => disk_fault(&error, folder),
    };
    // Claimed before anything is written: a recorder that is alive holds it.
    let claim = Claim::take_over(disk, folder, RECORD_SILENT).map_err(wrong)?;
    // It may have been ended in order since it was read.
    let take = read(disk, folder)?;
    let repaired = mend_all(disk, take, waits).map_err(wrong);
    claim.end(disk);
    repaired
}

fn mend_all(disk: &dyn Disk, mut take: Take, waits: impl Fn(&TakeFile) -> bool) -> io::Result<Option<Repaired>> {
    let path = TakeFolder(take.folder.clone()).journal();
    let mut journal = disk.open(&path, Access::Write).and_then(Journal::go_on)?;
    let (mut mended, mut left_alone, mut outcome) = (false, Vec::new(), Ok(()));
    for file in take.files.iter_mut().filter(|file| waits(file)) {
        let (part, track) = (file.part, file.track);
        let done = match mend(disk, file, &take.markers) {
            Ok(done) => done,
            // One file in trouble must not hold up the others.
            Err(error) => {
                outcome = outcome.and(Err(error));
                continue;
            }
        };
        match done {
            Some(Mended { frames, lost_frames, sums, gaps }) => {
                mended = true;
                if file.pre_roll.take().is_some() {
                    journal.push(&Line::Filled { part, track });
                }
                for gap in gaps {
                    journal.push(&Line::Gap { part, gap });
                    file.gaps.insert(file.gaps.partition_point(|before| before.start <= gap.start), gap);
                }
                file.end = FileEnd::Recovered { frames, lost_frames, sums };
                journal.push(&Line::Recovered { part, track, frames, lost_frames, sums });
            }
            None if file.end == FileEnd::LeftAlone => {}
            None => {
                left_alone.push(file.path.clone());
                file.end = FileEnd::LeftAlone;
                journal.push(&Line::LeftAlone { part, track });
            }
        }
    }
    if !mended && left_alone.is_empty() {
        return outcome.map(|()| None);
    }
    journal.make_safe().and(outcome)?;
    Ok(Some(Repaired { take, mended, left_alone }))
}

/// One file that was mended.
struct Mended {
    frames: u64,
    /// Frames behind them that cannot be trusted.
    lost_frames: u64,
    sums: Sums,
    /// What is missing of its pre-roll.
    gaps: Vec<Gap>,
}

/// Mends one file; `None` when it is not there or no recording of ours.
fn mend(disk: &dyn Disk, told: &TakeFile, markers: &[Marker]) -> io::Result<Option<Mended>> {
    let mut file = match disk.open(&told.path, Access::Write) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = vec![0; HEADER as usize];
    let read = read_most_at(&mut *file, 0, &mut bytes)?;
    bytes.truncate(read);
    let unborn = Head::is_unborn(&bytes);
    let whole = Head::of(bytes);
    let is_new = whole.is_none();
    let mut head = match whole {
        Some(head) => head,
        // Nothing behind a header that never was safe was told to be safe.
        None if unborn => Head::new(&WavLabel { channels: told.channels, form: told.form, ..WavLabel::default() }),
        None => return Ok(None),
    };
    let frame = head.frame_bytes();
    let (rolled, gaps) = match &told.pre_roll {
        Some(pre_roll) => fill(disk, &mut *file, told, pre_roll, frame)?,
        None => (0, Vec::new()),
    };
    let there = file.length()?.saturating_sub(HEADER);
    let there = there - there % frame;
    let safe = head.told().min(there).max(rolled);
    head.tell(safe);
    if is_new {
        write_all_at(&mut *file, 0, head.bytes())?;
    } else {
        for (at, piece) in head.moving() {
            write_all_at(&mut *file, at, piece)?;
        }
    }
    file.sync()?;
    let cues = cues(markers, told.first_frame, told.first_frame.plus(safe / frame));
    if !cues.is_empty() {
        head.put_cues(&cues);
        head.write_cues(&mut *file)?;
    }
    let sums = Sums { head: head.sum(), sound: sum_of(&mut *file, HEADER, safe)? };
    Ok(Some(Mended { frames: safe / frame, lost_frames: (there - safe) / frame, sums, gaps }))
}

/// Copies the pre-roll of a file from the ring, as its recorder was about to; what lies there already is written again. Gives
/// its bytes, and what the ring does not have any more, or does not give: a take that waited for ever could not be used.
///
/// # Errors
/// What the disk says; it is all done again the next time.
fn fill(
    disk: &dyn Disk,
    file: &mut dyn DiskFile,
    told: &TakeFile,
    pre_roll: &PreRoll,
    frame: u64,
) -> io::Result<(u64, Vec<Gap>)> {
    let takes = told.path.parent().and_then(Path::parent).unwrap_or(Path::new(""));
    let (bytes, mut gaps, mut tries) = (pre_roll.frames * frame, Vec::new(), RING_READS);
    if file.length()? < HEADER + bytes {
        file.set_length(HEADER + bytes)?;
    }
    for piece in &pre_roll.pieces {
        let (size, mut done) = (piece.frames.min(pre_roll.frames.saturating_sub(piece.at)) * frame, 0);
        while done < size {
            leaves_room(disk, takes, (bytes.saturating_sub(piece.at * frame + done), frame))?;
            let mut slice = vec![0; (size - done).min(PRE_ROLL_SLICE / frame * frame) as usize];
            let lost = match read_at_last(disk, takes, piece, piece.from * frame + done, &mut slice, &mut tries) {
                Ok(true) => 0,
                Ok(false) => slice.len() as u64,
                Err(error) if is_gone(disk, takes, piece, &told.path, &error) => size - done,
                Err(error) => return Err(error),
            };
            if lost == 0 {
                write_all_at(file, HEADER + piece.at * frame + done, &slice)?;
                done += slice.len() as u64;
            } else {
                let start = told.first_frame.plus(piece.at + done / frame);
                lose(&mut gaps, Gap { start, frames: lost / frame, cause: GapCause::Tap, exact: true });
                done += lost;
            }
        }
    }
    Ok((bytes, gaps))
}

/// A hole costs nothing until it is filled: what is played next must not miss the room. The recorder copies by the same rule.
///
/// # Errors
/// `StorageFull`: with so many bytes still to copy, in frames of so many, too little would be left.
fn leaves_room(disk: &dyn Disk, takes: &Path, (missing, frame): (u64, u64)) -> io::Result<()> {
    let lasts = |time: Duration| frame * u64::from(SAMPLE_RATE) * time.as_secs();
    let enough = (missing + lasts(RECORD_LEAST)).min(lasts(RECORD_LOW)) + PRE_ROLL_SLICE;
    if disk.free(takes).is_some_and(|free| free < enough) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
}

/// One gap that follows another is the same.
fn lose(gaps: &mut Vec<Gap>, gap: Gap) {
    match gaps.last_mut().filter(|before| before.end() == gap.start) {
        Some(before) => before.frames += gap.frames,
        None => gaps.push(gap),
    }
}
