//! What the desktop of the system does with a take: its bin, and its file manager.

use std::path::{Path, PathBuf};

use korero_sentences::key;

use super::hold;
use crate::fault::Fault;
use crate::limits::RECORD_SILENT;
use crate::record::claim::Claim;
use crate::record::disk::Disk;
use crate::record::names::TakeFolder;

/// Moves a take into the system's bin, from where its desktop brings it back. Nothing is ever deleted by us: where there
/// is no bin, the take stays. May take as long as the system needs; not for the thread of a window.
///
/// # Errors
/// `fault-takes-none` when there is no such take, `fault-takes-busy` while it is recorded or mended, `fault-takes-held`
/// while one of its files is uploaded or read, `fault-takes-no-bin` when the system did not take it.
pub fn bin(disk: &dyn Disk, folder: &Path) -> Result<(), Fault> {
    let named = |code| Fault::new(code).with("folder", folder.display().to_string());
    // A folder without a journal is none of ours, however it was named.
    if !disk.exists(&TakeFolder(folder.to_owned()).journal()) {
        return Err(named(key::FAULT_TAKES_NONE));
    }
    if Claim::is_held(disk, folder, RECORD_SILENT) {
        return Err(named(key::FAULT_TAKES_BUSY));
    }
    let _held = hold(disk, folder)?;
    trash::delete(folder).map_err(|error| {
        tracing::warn!(%error, folder = %folder.display(), "the system's bin");
        named(key::FAULT_TAKES_NO_BIN)
    })
}

/// Shows a file or a folder in the file manager. Asks the desktop and may wait for it; not for the thread of a window.
///
/// # Errors
/// `fault-takes-no-desktop`: it is not there, or there is no desktop that could show it.
pub fn reveal(path: &Path) -> Result<(), Fault> {
    let unseen = || Fault::new(key::FAULT_TAKES_NO_DESKTOP).with("path", path.display().to_string());
    let whole: PathBuf = path.canonicalize().map_err(|_| unseen())?;
    if !has_desktop() {
        return Err(unseen());
    }
    opener::reveal(whole).map_err(|error| {
        tracing::warn!(%error, path = %path.display(), "the file manager");
        unseen()
    })
}

/// Whether a window could open: without a display the programs that should show something end without a word.
fn has_desktop() -> bool {
    let display = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || display("WAYLAND_DISPLAY") || display("DISPLAY")
}
