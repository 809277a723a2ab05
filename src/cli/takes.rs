//! `korero takes`: what was recorded, whether it still is what was recorded, and mending it.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use korero_dsp::loudness::CHANNELS;
use korero_sentences::{Value, key};

use super::Voice;
use super::args::{Names, Takes};
use crate::fault::Fault;
use crate::record::names::{TakeFolder, WallTime};
use crate::record::{Disk as _, LocalDisk};
use crate::settings::{self, Settings};
use crate::takes::list::State;
use crate::takes::overview::{self, Overview};
use crate::takes::{self, TakeFile, repair, verify};

/// Does what is wanted.
///
/// # Errors
/// `fault-takes-none` when nothing is there, `fault-takes-damaged` after the findings were told, or what a folder that
/// cannot be read says.
pub(super) fn takes(wish: Takes, voice: Voice) -> Result<(), Fault> {
    match wish {
        Takes::List(folder) => list(&folder.unwrap_or_else(recordings), voice),
        Takes::Show(folder) => show(&folder, voice),
        Takes::Verify(folder) => verify_all(&these(folder)?, voice),
        Takes::Repair(folder) => repair_all(&these(folder)?, voice),
        Takes::Rename(names) => rename(&names, voice),
        Takes::Bin(folder) => bin(&folder, voice),
    }
}

/// Where recordings go.
fn recordings() -> PathBuf {
    Settings::load(&settings::folder()).0.record_folder
}

/// The one take that a folder is, or all takes in it.
fn these(folder: Option<PathBuf>) -> Result<Vec<PathBuf>, Fault> {
    let folder = folder.unwrap_or_else(recordings);
    if LocalDisk.exists(&TakeFolder(folder.clone()).journal()) {
        return Ok(vec![folder]);
    }
    let found = takes::folders(&LocalDisk, &folder)?;
    if found.is_empty() {
        return Err(Fault::new(key::FAULT_TAKES_NONE).with("folder", folder.display().to_string()));
    }
    Ok(found)
}

fn list(folder: &Path, voice: Voice) -> Result<(), Fault> {
    let rows = takes::list::list(&LocalDisk, folder)?;
    if rows.is_empty() {
        voice.say(key::CLI_TAKES_NONE, &[("folder", folder.display().to_string().into())]);
    }
    for row in rows {
        match row.take {
            Ok(take) => line(&row.folder, take.length, take.state, voice),
            Err(fault) => voice.complain(&fault),
        }
    }
    Ok(())
}

fn line(folder: &Path, length: Duration, state: State, voice: Voice) {
    let (word, lost) = match state {
        State::Busy => ("busy", Duration::ZERO),
        State::Interrupted => ("open", Duration::ZERO),
        State::Recovered { lost } => ("recovered", lost),
        State::Whole => ("whole", Duration::ZERO),
    };
    let args =
        [("take", name(folder)), ("length", clock(length).into()), ("state", word.into()), ("lost", tenths(lost))];
    voice.say(key::CLI_TAKE, &args);
}

fn show(folder: &Path, voice: Voice) -> Result<(), Fault> {
    let take = takes::read(&LocalDisk, folder)?;
    line(&take.folder, take.length(), takes::list::state(&LocalDisk, &take), voice);
    voice.say(key::CLI_TAKE_PLACES, &[("id", take.id.to_string().into())]);
    for file in &take.files {
        let frames = file.end.frames().map_or(-1.0, |frames| frames as f64);
        let args = [
            ("file", name(&file.path)),
            ("part", file.part.word().into()),
            ("channels", file.channels.into()),
            ("frames", frames.into()),
            ("gaps", file.gaps.len().into()),
        ];
        voice.say(key::CLI_TAKE_FILE, &args);
    }
    // Files of many channels are no programme, and one that is not ended is not measured yet.
    let measured = |file: &&TakeFile| usize::from(file.channels) <= CHANNELS && file.end.frames().is_some();
    for file in take.files.iter().filter(measured) {
        loudness(file, voice);
    }
    for moment in take.history() {
        let WallTime { hour, minute, second, .. } = WallTime::local(moment.utc_ns);
        let at = takes::seconds(moment.frame.since(take.first_frame()));
        let args = [
            ("at", clock(at).into()),
            ("clock", format!("{hour:02}:{minute:02}:{second:02}").into()),
            ("what", moment.sentence(voice.language).into()),
        ];
        voice.say(key::CLI_TAKE_MOMENT, &args);
    }
    for id in &take.performances {
        voice.say(key::CLI_TAKE_PERFORMANCE, &[("id", id.to_string().into())]);
    }
    Ok(())
}

/// Tells how loud a file is. One that cannot be read is told of, and the rest of the take all the same.
fn loudness(file: &TakeFile, voice: Voice) {
    if overview::cached(&LocalDisk, file).is_none() {
        voice.say(key::CLI_TAKE_READING, &[("file", name(&file.path))]);
    }
    let tenth = |level: f32| (f64::from(level) * 10.0).round() / 10.0;
    match overview::overview(&LocalDisk, file, &mut |_| ControlFlow::Continue(())) {
        Ok(Some(Overview { loudness_lufs: Some(lufs), true_peak_db: Some(peak), .. })) => {
            let args = [("file", name(&file.path)), ("lufs", tenth(lufs).into()), ("peak", tenth(peak).into())];
            voice.say(key::CLI_TAKE_LOUDNESS, &args);
        }
        Ok(_) => voice.say(key::CLI_TAKE_QUIET, &[("file", name(&file.path))]),
        Err(fault) => voice.complain(&fault),
    }
}

fn rename(names: &Names, voice: Voice) -> Result<(), Fault> {
    let (artist, title) = (names.artist.as_deref(), names.title.as_deref());
    let folder = takes::rename::rename(&LocalDisk, &names.folder, artist, title)?;
    voice.say(key::CLI_TAKE_RENAMED, &[("folder", folder.display().to_string().into())]);
    Ok(())
}

fn bin(folder: &Path, voice: Voice) -> Result<(), Fault> {
    takes::desktop::bin(&LocalDisk, folder)?;
    voice.say(key::CLI_TAKE_BINNED, &[("take", name(folder))]);
    Ok(())
}

fn verify_all(folders: &[PathBuf], voice: Voice) -> Result<(), Fault> {
    let mut damaged = 0;
    for folder in folders {
        match verify::verify(&LocalDisk, folder) {
            Ok((_, findings)) if findings.is_empty() => voice.say(key::CLI_TAKE_GOOD, &[("take", name(folder))]),
            Ok((_, findings)) => {
                damaged += findings.len();
                findings.iter().for_each(|finding| voice.complain(&finding.fault));
            }
            Err(fault) => {
                damaged += 1;
                voice.complain(&fault);
            }
        }
    }
    if damaged == 0 { Ok(()) } else { Err(Fault::new(key::FAULT_TAKES_DAMAGED).with("files", damaged)) }
}

fn repair_all(folders: &[PathBuf], voice: Voice) -> Result<(), Fault> {
    let (mut mended, mut last) = (0, Ok(()));
    for folder in folders {
        match repair::repair(&LocalDisk, folder) {
            Ok(None) => {}
            Ok(Some(repaired)) => {
                mended += 1;
                if repaired.mended {
                    let lost = tenths(repaired.take.lost().unwrap_or_default());
                    voice.say(key::CLI_TAKE_RECOVERED, &[("take", name(folder)), ("lost", lost)]);
                }
                for file in &repaired.left_alone {
                    voice.say(key::CLI_TAKE_LEFT_ALONE, &[("file", file.display().to_string().into())]);
                }
            }
            // One that cannot be mended must not keep the others from it.
            Err(fault) => {
                if let Err(before) = std::mem::replace(&mut last, Err(fault)) {
                    voice.complain(&before);
                }
            }
        }
    }
    if mended == 0 && last.is_ok() {
        voice.say(key::CLI_TAKES_NOTHING_TO_MEND, &[]);
    }
    last
}

/// The name of a file or folder, without the way to it.
fn name(path: &Path) -> Value {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned().into()
}

/// Hours, minutes and seconds.
fn clock(length: Duration) -> String {
    let seconds = length.as_secs();
    format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// Seconds, rounded up to tenths.
fn tenths(time: Duration) -> Value {
    ((time.as_secs_f64() * 10.0).ceil() / 10.0).into()
}
