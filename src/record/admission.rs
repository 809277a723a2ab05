//! What is asked of a place before anything is recorded there. Each place's own thread asks it, for every answer may
//! wait for the disk.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};
use std::time::Duration;

use korero_sentences::key;

use super::disk_fault;
use super::plan::{Naming, Place};
use super::ring::{Need, Ring};
use crate::fault::Fault;
use crate::limits::{RECORD_LEAST, RECORD_STALL};

/// How a second place learns where the first one really is.
pub(super) enum Other {
    /// The first tells the second, if there is one.
    Tells(Sender<PathBuf>),
    /// The second hears it.
    Hears(Receiver<PathBuf>),
}

/// Whether a place can be used: the ring beside its takes, which gave its room as far as that was needed. `beat` is called while
/// it does.
///
/// # Errors
/// That it cannot be written to, has not room for [`RECORD_LEAST`], or is the first place once more.
pub(super) fn ask(place: &Place, take: &Naming, other: Other, beat: &dyn Fn()) -> Result<Ring, Fault> {
    let Place { folder, disk, .. } = place;
    disk.open_folder(folder).map_err(|error| disk_fault(&error, folder))?;
    // Some disks of Windows that can be written to do not tell.
    let real = disk.real(folder).unwrap_or_else(|_| folder.clone());
    // Before anything goes from its ring: what the take in the first place begins with may lie there.
    match other {
        Other::Tells(tell) => {
            // Alone it tells nobody.
            let _ = tell.send(real);
        }
        // A first place that was refused or does not answer is not this one, which can be used and does.
        Other::Hears(hears) => {
            if hears.recv_timeout(RECORD_STALL).is_ok_and(|first| first == real) {
                return Err(Fault::new(key::FAULT_RECORD_SAME).with("folder", folder.display().to_string()));
            }
        }
    }
    make_room(place, take, beat)
}

/// Whether there is room for [`RECORD_LEAST`].
fn make_room(place: &Place, take: &Naming, beat: &dyn Fn()) -> Result<Ring, Fault> {
    let Place { folder, disk, .. } = place;
    let needed = place.bytes_per_second(take.form) * RECORD_LEAST.as_secs();
    let mut ring = Ring::new(Arc::clone(disk), folder);
    while ring.has_less_than(needed) && ring.remove_oldest(Duration::ZERO, Need::Night, beat).unwrap_or(false) {}
    if let Some(free) = disk.free(folder).filter(|free| *free < needed) {
        let mebibytes = |bytes: u64| (bytes >> 20) as f64;
        return Err(Fault::new(key::FAULT_RECORD_NO_ROOM)
            .with("folder", folder.display().to_string())
            .with("free", mebibytes(free))
            .with("needed", mebibytes(needed) + 1.0));
    }
    Ok(ring)
}
