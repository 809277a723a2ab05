//! The lossless master for the archive: the mix as FLAC, beside its WAV file.

use std::ops::ControlFlow;
use std::path::PathBuf;

use korero_sentences::key;

use super::super::sound::unreadable;
use super::super::verify::{open as opened, sum_of};
use super::super::{Take, TakeFile};
use super::draft::name;
use super::flac::{self, Held, MOST_CHANNELS};
use super::{Cut, ExportPlan, Format, Halt, Progress, Step, job};
use crate::fault::Fault;
use crate::record::disk::Disk;
use crate::recording::SampleForm;

/// What goes to the archive.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Lossless {
    /// A FLAC file that holds the very samples of the recording; it lies beside it and is kept.
    Flac(PathBuf),
    /// The recording itself: FLAC holds neither floats nor more than eight channels.
    Recording(PathBuf),
    /// It was asked to stop.
    Stopped,
}

/// The lossless master of one file of a take. A FLAC file that is there and decodes to what was recorded is not made
/// again; a new one is decoded too before it gets its name.
///
/// # Errors
/// The file is not what the journal says, or the disk has no room or refuses.
pub fn lossless(
    disk: &dyn Disk,
    take: &Take,
    file: &TakeFile,
    tell: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Lossless, Fault> {
    if file.form != SampleForm::Pcm24 || file.channels > MOST_CHANNELS {
        return Ok(Lossless::Recording(file.path.clone()));
    }
    match make(disk, take, file, tell) {
        Ok(path) => Ok(Lossless::Flac(path)),
        Err(Halt::Stopped) => Ok(Lossless::Stopped),
        Err(Halt::Fault(fault)) => Err(fault),
    }
}

fn make(
    disk: &dyn Disk,
    take: &Take,
    file: &TakeFile,
    tell: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<PathBuf, Halt> {
    let recorded = recorded(disk, file)?;
    if let Some(path) = there(disk, file, recorded, tell)? {
        return Ok(path);
    }
    let plan = ExportPlan {
        part: file.part,
        track: file.track,
        cut: Cut::Whole,
        formats: vec![Format::Flac],
        ..ExportPlan::default()
    };
    let mut done = Vec::new();
    job::run(disk, take, &plan, tell, &mut done)?;
    done.pop().map(|made| made.path).ok_or(Halt::Stopped)
}

/// What the file holds, once it is sure that this is what was recorded.
fn recorded(disk: &dyn Disk, file: &TakeFile) -> Result<Held, Fault> {
    let (mut open, shape) = opened(disk, file)?;
    let sum = sum_of(&mut *open, shape.sound_at, shape.sound_bytes).map_err(|error| unreadable(&file.path, &error))?;
    if file.end.sums().is_some_and(|sums| sums.sound != sum) {
        return Err(Fault::new(key::FAULT_TAKES_SOUND).with("file", file.path.display().to_string()));
    }
    let frames = shape.sound_bytes / u64::from(shape.frame_bytes);
    Ok(Held { channels: usize::from(shape.channels), frames, sum })
}

/// The first of the names that [`Draft`](super::draft::Draft) gives where that sound lies already.
fn there(
    disk: &dyn Disk,
    file: &TakeFile,
    recorded: Held,
    tell: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Option<PathBuf>, Halt> {
    let stem = file.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    for number in 1.. {
        let path = name(&file.path.with_file_name(""), &stem, Format::Flac.ending(), number);
        if !disk.exists(&path) {
            break;
        }
        let mut share = |frames: u64| {
            let share = (frames as f64 / recorded.frames as f64).min(1.0) as f32;
            tell(Progress { name: stem.clone(), nth: 1, of: 1, step: Step::Checking, share })
        };
        match flac::held(disk, &path, &mut share) {
            Ok(Some(held)) if held == recorded => return Ok(Some(path)),
            // Another sound, or a file that is broken: it is left alone, and the master gets the next name.
            Ok(Some(_)) | Err(_) => {}
            Ok(None) => return Err(Halt::Stopped),
        }
    }
    Ok(None)
}
