//! Takes whose journal a power cut kept from reaching the disk: told once. What has no sound is cleared away; where there is
//! sound the journal says that it was told, and nothing else is touched.

use std::io;
use std::path::Path;

use korero_sentences::key;

use crate::fault::Fault;
use crate::limits::RECORD_SILENT;
use crate::record::claim::{self, Claim};
use crate::record::disk::{Access, Disk};
use crate::record::journal::{Journal, Line, contents, lines};
use crate::record::names::TakeFolder;

/// What there is to tell of a take whose journal was `refused`; nothing when it was told before.
pub(super) fn tell_once(disk: &dyn Disk, folder: &Path, refused: Fault) -> Option<Fault> {
    let journal = TakeFolder(folder.to_owned()).journal();
    // Told again and again is what cannot be read, or is of another format.
    let Ok(bytes) = contents(disk, &journal) else { return Some(refused) };
    if lines(&bytes).any(|line| line == Line::Torn) {
        return None;
    }
    if bytes.split(|byte| *byte == b'\n').any(is_whole) {
        return Some(refused);
    }
    match settle(disk, folder, &journal, &bytes) {
        Ok(true) => Some(Fault::new(key::FAULT_TAKES_EMPTY).with("take", folder.display().to_string())),
        // Just begun.
        Err(error) if error.kind() == io::ErrorKind::ResourceBusy => None,
        Ok(false) | Err(_) => Some(refused),
    }
}

/// Whether a line came from somebody who could write one, of whatever format.
fn is_whole(line: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(line).is_ok()
}

/// Clears away a take that is nothing but a journal with nothing in it, and says that it did; else notes that it was told.
fn settle(disk: &dyn Disk, folder: &Path, journal: &Path, bytes: &[u8]) -> io::Result<bool> {
    let claim = Claim::take_over(disk, folder, RECORD_SILENT)?;
    let ours = [journal.to_owned(), folder.join(claim::NAME)];
    let is_empty = bytes.iter().all(|byte| *byte == 0 || byte.is_ascii_whitespace())
        && disk.list(folder).is_ok_and(|found| found.iter().all(|path| ours.contains(path)));
    let done = if is_empty {
        disk.remove(journal)
    } else {
        disk.open(journal, Access::Write).and_then(Journal::go_on).and_then(|mut journal| {
            journal.push(&Line::Torn);
            journal.make_safe()
        })
    };
    claim.end(disk);
    if done.is_ok() && is_empty {
        // It is empty now, unless somebody put something there this very moment: then it stays.
        let _ = disk.remove(folder);
    }
    done.map(|()| is_empty)
}
