//! What is asked of a place before anything is recorded there. Each place's own thread asks it, for every answer may
//! wait for the disk.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender};

use korero_sentences::key;

use super::disk_fault;
use super::plan::{Naming, Place};
use crate::fault::Fault;
use crate::limits::{RECORD_LEAST, RECORD_STALL};

/// How a second place learns where the first one really is.
pub(super) enum Other {
    /// The first tells the second, if there is one.
    Tells(Sender<PathBuf>),
    /// The second hears it.
    Hears(Receiver<PathBuf>),
}

/// Whether a place can be used.
///
/// # Errors
/// That it cannot be written to, has not room for [`RECORD_LEAST`], or is the first place once more.
pub(super) fn ask(place: &Place, take: &Naming, other: Other) -> Result<(), Fault> {
    let Place { folder, disk, .. } = place;
    let real = disk.open_folder(folder).and_then(|()| disk.real(folder)).map_err(|error| disk_fault(&error, folder))?;
    let needed = place.bytes_per_second(take.form) * RECORD_LEAST.as_secs();
    if let Some(free) = disk.free(folder).filter(|free| *free < needed) {
        let mebibytes = |bytes: u64| (bytes >> 20) as f64;
        return Err(Fault::new(key::FAULT_RECORD_NO_ROOM)
            .with("folder", folder.display().to_string())
            .with("free", mebibytes(free))
            .with("needed", mebibytes(needed) + 1.0));
    }
    match other {
        Other::Tells(tell) => {
            // Alone it tells nobody.
            let _ = tell.send(real);
            Ok(())
        }
        // A first place that was refused or does not answer is not this one, which can be used and does.
        Other::Hears(hears) => match hears.recv_timeout(RECORD_STALL) {
            Ok(first) if first == real => {
                Err(Fault::new(key::FAULT_RECORD_SAME).with("folder", folder.display().to_string()))
            }
            _ => Ok(()),
        },
    }
}
