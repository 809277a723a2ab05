//! Checks a take: whether every file is there, is what its journal says, and has the sound that was written.
//!
//! The files are read as any other program would read them, chunk by chunk, so that what is told here is what an
//! editor would meet.

use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use korero_sentences::{Key, key};

use super::{Take, TakeFile, read};
use crate::fault::Fault;
use crate::limits::{MAX_CHUNKS, SAMPLE_RATE, VERIFY_BYTES};
use crate::record::disk::{Access, Disk, DiskFile, read_most_at};
use crate::record::disk_fault;
use crate::record::sum::Sum;
use crate::recording::SampleForm;

/// What a WAV file says of itself, and where its sound lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shape {
    /// Channels of a frame.
    pub channels: u16,
    /// Frames in a second.
    pub rate: u32,
    /// The form of one sample; `None` for one that we do not write.
    pub form: Option<SampleForm>,
    /// Bytes of one frame.
    pub frame_bytes: u16,
    /// Where the sound begins.
    pub sound_at: u64,
    /// Bytes of sound that the header tells of.
    pub sound_bytes: u64,
    /// Bytes of the whole file that the header tells of.
    pub told_bytes: u64,
}

/// What is wrong with a WAV file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Malformed {
    /// It begins like another kind of file.
    #[error("no RIFF, RF64 or BW64 header")]
    NoWave,
    /// A chunk that every such file has is missing or too short.
    #[error("the chunk “{0}” is missing or too short")]
    NoChunk(&'static str),
    /// The format makes no sense: no channels, or frames of no size.
    #[error("the format makes no sense")]
    Format,
}

/// Reads the chunks of a WAV file of any maker up to its sound.
///
/// # Errors
/// What the disk says; what is wrong with the file.
pub fn shape(file: &mut dyn DiskFile) -> io::Result<Result<Shape, Malformed>> {
    let mut head = [0; 12];
    let read = read_most_at(file, 0, &mut head)?;
    let large = head.starts_with(b"RF64") || head.starts_with(b"BW64");
    if read < 12 || !(large || head.starts_with(b"RIFF")) || !head.ends_with(b"WAVE") {
        return Ok(Err(Malformed::NoWave));
    }
    let mut told_bytes = 8 + u64::from(u32_at(&head, 4));
    let (mut at, mut format, mut sizes) = (12u64, None, None);
    for _ in 0..MAX_CHUNKS {
        let mut chunk = [0; 8];
        if read_most_at(file, at, &mut chunk)? < 8 {
            break;
        }
        let (size, content) = (u32_at(&chunk, 4), at + 8);
        match &chunk[..4] {
            b"ds64" if large => {
                let mut bytes = [0; 16];
                if read_most_at(file, content, &mut bytes)? < 16 {
                    return Ok(Err(Malformed::NoChunk("ds64")));
                }
                told_bytes = u64_at(&bytes, 0).saturating_add(8);
                sizes = Some(u64_at(&bytes, 8));
            }
            b"fmt " => match format_at(file, content, size)? {
                Ok(found) => format = Some(found),
                Err(wrong) => return Ok(Err(wrong)),
            },
            b"data" => {
                let Some((channels, rate, form, frame_bytes)) = format else {
                    return Ok(Err(Malformed::NoChunk("fmt ")));
                };
                let sound_bytes = match (size, sizes) {
                    (u32::MAX, Some(long)) => long,
                    (u32::MAX, None) if large => return Ok(Err(Malformed::NoChunk("ds64"))),
                    _ => u64::from(size),
                };
                let sound_at = content;
                return Ok(Ok(Shape { channels, rate, form, frame_bytes, sound_at, sound_bytes, told_bytes }));
            }
            _ => {}
        }
        at = content.saturating_add(u64::from(size)).saturating_add(u64::from(size & 1));
    }
    Ok(Err(Malformed::NoChunk(if format.is_some() { "data" } else { "fmt " })))
}

type Format = (u16, u32, Option<SampleForm>, u16);

fn format_at(file: &mut dyn DiskFile, at: u64, size: u32) -> io::Result<Result<Format, Malformed>> {
    let mut bytes = [0; 26];
    let wanted = if size >= 26 { 26 } else { 16 };
    if size < 16 || read_most_at(file, at, &mut bytes[..wanted])? < wanted {
        return Ok(Err(Malformed::NoChunk("fmt ")));
    }
    let short = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    // WAVE_FORMAT_EXTENSIBLE keeps the real tag at the beginning of its subtype.
    let tag = if short(0) == 0xFFFE && wanted == 26 { short(24) } else { short(0) };
    let (channels, frame_bytes) = (short(2), short(12));
    let form = match (tag, short(14)) {
        (1, 24) => Some(SampleForm::Pcm24),
        (3, 32) => Some(SampleForm::Float32),
        _ => None,
    };
    let fits = form.is_none_or(|form| u64::from(channels) * form.bytes() == u64::from(frame_bytes));
    if channels == 0 || frame_bytes == 0 || !fits {
        return Ok(Err(Malformed::Format));
    }
    Ok(Ok((channels, u32_at(&bytes, 4), form, frame_bytes)))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4].try_into().map_or(0, u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes[at..at + 8].try_into().map_or(0, u64::from_le_bytes)
}

/// Something that is wrong with a take.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it, and what to do.
    pub fault: Fault,
}

/// Checks a take by its folder; everything that is wrong is told, nothing is changed.
///
/// # Errors
/// `fault-record-journal`: without a journal there is nothing to check against.
pub fn verify(disk: &dyn Disk, folder: &Path) -> Result<(Take, Vec<Finding>), Fault> {
    verify_telling(disk, folder, &mut |_| ControlFlow::Continue(()))
}

/// Checks a take and tells how much of its sound was read, 0 to 1. When `tell` breaks, what was found until then is given.
///
/// # Errors
/// As [`verify`].
pub fn verify_telling(
    disk: &dyn Disk,
    folder: &Path,
    tell: &mut dyn FnMut(f32) -> ControlFlow<()>,
) -> Result<(Take, Vec<Finding>), Fault> {
    let take = read(disk, folder)?;
    if take.files.is_empty() {
        let fault = Fault::new(key::FAULT_TAKES_NO_SOUND).with("folder", folder.display().to_string());
        let finding = Finding { path: folder.to_owned(), fault };
        return Ok((take, vec![finding]));
    }
    let bytes = |file: &TakeFile| file.end.frames().unwrap_or(0) * u64::from(file.channels) * file.form.bytes();
    let all = take.files.iter().map(bytes).fold(1, u64::saturating_add);
    let (mut findings, mut done, mut flow) = (Vec::new(), 0u64, ControlFlow::Continue(()));
    for file in &take.files {
        let checked = check(disk, file, &mut |read| {
            done = done.saturating_add(read);
            flow = tell((done as f64 / all as f64).min(1.0) as f32);
            flow
        });
        if let Err(fault) = checked {
            findings.push(Finding { path: file.path.clone(), fault });
        }
        if flow.is_break() {
            break;
        }
    }
    Ok((take, findings))
}

/// The sentence for what a disk said of a file of a take.
pub(super) fn broken(told: &TakeFile, error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::NotFound => named(key::FAULT_TAKES_MISSING, told),
        _ => disk_fault(error, told.path.parent().unwrap_or(&told.path)),
    }
}

fn named(code: Key, told: &TakeFile) -> Fault {
    Fault::new(code).with("file", told.path.display().to_string())
}

/// Opens a file of a take to read its sound: it is ended, has the channels, the form and the frames that its journal tells,
/// and all of its sound is there. While it is open nobody moves the take, where the disk knows locks.
///
/// # Errors
/// `fault-takes-missing`, `fault-takes-header`, `fault-takes-format`, `fault-takes-short`, `fault-takes-open`,
/// `fault-takes-length`, `fault-takes-held` when it is moved just now, or what the disk says.
pub fn open(disk: &dyn Disk, told: &TakeFile) -> Result<(Box<dyn DiskFile>, Shape), Fault> {
    let named = |code| named(code, told);
    let broken = |error: io::Error| broken(told, &error);
    let mut file = disk.open(&told.path, Access::Read).map_err(broken)?;
    // A recorder may still write one that is not ended, and some systems let nobody write what is locked.
    let is_ended = told.end.frames().is_some();
    if is_ended && file.share().is_err_and(|error| error.kind() == io::ErrorKind::ResourceBusy) {
        return Err(named(key::FAULT_TAKES_HELD));
    }
    let shape = shape(&mut *file)
        .map_err(broken)?
        .map_err(|wrong| named(key::FAULT_TAKES_HEADER).with("what", wrong.to_string()))?;
    if (shape.channels, shape.rate, shape.form) != (told.channels, SAMPLE_RATE, Some(told.form)) {
        return Err(named(key::FAULT_TAKES_FORMAT)
            .with("channels", shape.channels)
            .with("rate", f64::from(shape.rate))
            .with("wanted", told.channels));
    }
    let length = file.length().map_err(broken)?;
    let missing = (shape.sound_at.saturating_add(shape.sound_bytes)).saturating_sub(length);
    if missing > 0 {
        return Err(named(key::FAULT_TAKES_SHORT).with("bytes", missing as f64));
    }
    let frames = shape.sound_bytes / u64::from(shape.frame_bytes);
    let wanted = told.end.frames().ok_or_else(|| named(key::FAULT_TAKES_OPEN))?;
    if frames != wanted || !shape.sound_bytes.is_multiple_of(u64::from(shape.frame_bytes)) {
        return Err(named(key::FAULT_TAKES_LENGTH).with("frames", frames as f64).with("wanted", wanted as f64));
    }
    Ok((file, shape))
}

/// Errors: the first thing that is wrong with a file. `read` is told of bytes that were read, and may break it off.
fn check(disk: &dyn Disk, told: &TakeFile, read: &mut dyn FnMut(u64) -> ControlFlow<()>) -> Result<(), Fault> {
    let named = |code| named(code, told);
    let broken = |error: io::Error| broken(told, &error);
    let (mut file, shape) = open(disk, told)?;
    let sums = told.end.sums();
    let head = sum_of(&mut *file, 0, shape.sound_at).map_err(broken)?;
    let told_end = shape.sound_at + shape.sound_bytes + (shape.sound_bytes & 1);
    if shape.told_bytes != told_end || sums.is_some_and(|sums| sums.head != head) {
        return Err(named(key::FAULT_TAKES_HEADER).with("what", "CRC-32"));
    }
    let sound = sum_telling(&mut *file, shape.sound_at, shape.sound_bytes, read).map_err(broken)?;
    if sound.zip(sums).is_some_and(|(sound, sums)| sums.sound != sound) {
        return Err(named(key::FAULT_TAKES_SOUND));
    }
    Ok(())
}

/// The check sum of `bytes` bytes that begin at `at`.
pub(super) fn sum_of(file: &mut dyn DiskFile, at: u64, bytes: u64) -> io::Result<u32> {
    let sum = sum_telling(file, at, bytes, &mut |_| ControlFlow::Continue(()))?;
    Ok(sum.unwrap_or_default())
}

/// The check sum too; `each` is told of each piece that was read, and may break off: then there is none.
fn sum_telling(
    file: &mut dyn DiskFile,
    at: u64,
    bytes: u64,
    each: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> io::Result<Option<u32>> {
    let (mut sum, mut done) = (Sum::default(), 0);
    let mut piece = vec![0; VERIFY_BYTES];
    while done < bytes {
        let most = usize::try_from(bytes - done).unwrap_or(VERIFY_BYTES).min(VERIFY_BYTES);
        let read = read_most_at(file, at + done, &mut piece[..most])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        sum.take(&piece[..read]);
        done += read as u64;
        if each(read as u64).is_break() {
            return Ok(None);
        }
    }
    Ok(Some(sum.value()))
}

#[cfg(test)]
#[path = "verify_tests.rs"]
mod tests;
