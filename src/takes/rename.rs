//! Gives a take other names: its folder by the rule of all takes, and a line in its journal. The sound and what stands
//! in its files stay as they were recorded.

use std::io;
use std::path::{Path, PathBuf};

use korero_sentences::key;

use super::{Take, hold, read};
use crate::fault::Fault;
use crate::limits::RECORD_SILENT;
use crate::record::claim::Claim;
use crate::record::disk::{Access, Disk};
use crate::record::disk_fault;
use crate::record::journal::{Journal, Line};
use crate::record::names::{TakeFolder, WallTime, moment, stem};
use crate::show::Show;

/// Names a take anew and says where it lies then; a name that is not given stays. Its date stays; a folder's name that is
/// taken gets a number.
///
/// # Errors
/// `fault-record-journal`, `fault-takes-busy` while it is recorded, `fault-takes-held` while one of its files is read or
/// uploaded, or what the disk says: then nothing was changed.
pub fn rename(disk: &dyn Disk, folder: &Path, artist: Option<&str>, title: Option<&str>) -> Result<PathBuf, Fault> {
    let take = read(disk, folder)?;
    let wrong = |error: io::Error| match error.kind() {
        io::ErrorKind::ResourceBusy => Fault::new(key::FAULT_TAKES_BUSY).with("folder", folder.display().to_string()),
        _ => disk_fault(&error, folder),
    };
    // Held only for the look: Windows moves no folder with an open file in it.
    Claim::take_over(disk, folder, RECORD_SILENT).map_err(wrong)?.end(disk);
    let _held = hold(disk, folder)?;
    let named = |new: Option<&str>, old: &str| new.unwrap_or(old).trim().to_owned();
    let (artist, title) = (named(artist, &take.show.artist), named(title, &take.show.title));
    let show = Show { artist, title, ..Show::default() };
    let there = place(disk, &take, &show);
    if there != folder {
        disk.rename(folder, &there).map_err(wrong)?;
    }
    if let Err(error) = note(disk, &there, &Line::Renamed { artist: show.artist, title: show.title }) {
        if there != folder {
            // A name without its note would be found again under the old one: better all as before.
            disk.rename(&there, folder).map_err(wrong)?;
        }
        return Err(wrong(error));
    }
    Ok(there)
}

/// Adds a line to the journal of a take.
fn note(disk: &dyn Disk, folder: &Path, line: &Line) -> io::Result<()> {
    let claim = Claim::take_over(disk, folder, RECORD_SILENT)?;
    let journal = disk.open(&TakeFolder(folder.to_owned()).journal(), Access::Write).and_then(Journal::go_on);
    let noted = journal.and_then(|mut journal| {
        journal.push(line);
        journal.make_safe()
    });
    claim.end(disk);
    noted
}

/// Where a take of these names lies: where it is when the name stays the same, or its number alone would change.
fn place(disk: &dyn Disk, take: &Take, show: &Show) -> PathBuf {
    let now = take.folder.file_name().unwrap_or_default().to_string_lossy();
    let at = moment(&now).unwrap_or_else(|| WallTime::local(take.epoch.utc_ns(take.first_frame())));
    let wanted = stem(at, show);
    let number = now.strip_prefix(&wanted).and_then(|rest| rest.strip_prefix(" (")?.strip_suffix(')'));
    if now == wanted || number.is_some_and(|number| number.parse::<u64>().is_ok()) {
        return take.folder.clone();
    }
    TakeFolder::free(disk, take.folder.parent().unwrap_or(Path::new("")), &wanted).0
}

#[cfg(test)]
#[path = "rename_tests.rs"]
mod tests;
