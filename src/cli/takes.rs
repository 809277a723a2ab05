//! `korero takes`: what was recorded, whether it still is what was recorded, and mending it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use korero_sentences::{Value, key};

use super::Voice;
use super::args::Takes;
use crate::fault::Fault;
use crate::record::names::TakeFolder;
use crate::record::{Disk as _, LocalDisk};
use crate::settings::{self, Settings};
use crate::takes::{self, Take, repair, verify};

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
    let found = takes::folders(&LocalDisk, folder)?;
    if found.is_empty() {
        voice.say(key::CLI_TAKES_NONE, &[("folder", folder.display().to_string().into())]);
    }
    for folder in found {
        match takes::read(&LocalDisk, &folder) {
            Ok(take) => line(&take, voice),
            Err(fault) => voice.complain(&fault),
        }
    }
    Ok(())
}

fn line(take: &Take, voice: Voice) {
    let state = match take.lost() {
        _ if take.is_open() => "open",
        Some(_) => "recovered",
        None => "whole",
    };
    let args = [
        ("take", name(&take.folder)),
        ("length", clock(take.length()).into()),
        ("state", state.into()),
        ("lost", tenths(take.lost().unwrap_or_default())),
    ];
    voice.say(key::CLI_TAKE, &args);
}

fn show(folder: &Path, voice: Voice) -> Result<(), Fault> {
    let take = takes::read(&LocalDisk, folder)?;
    line(&take, voice);
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
        for gap in &file.gaps {
            // The words of the journal: names for machines.
            let cause = serde_json::to_string(&gap.cause).unwrap_or_default();
            let start = gap.start.since(file.first_frame) as f64;
            let frames = ("frames", (gap.frames as f64).into());
            let cause = ("cause", cause.trim_matches('"').into());
            voice.say(key::CLI_TAKE_GAP, &[("start", start.into()), frames, cause]);
        }
    }
    for marker in &take.markers {
        let first = take.files.iter().map(|file| file.first_frame).min().unwrap_or_default();
        let at = takes::seconds(marker.at.since(first));
        voice.say(key::CLI_TAKE_MARKER, &[("at", clock(at).into()), ("label", marker.label.as_str().into())]);
    }
    for code in &take.troubles {
        voice.say(key::CLI_TAKE_TROUBLE, &[("code", code.as_str().into())]);
    }
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
