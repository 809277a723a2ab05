//! A file that has no name yet: it gets one when it is complete, and is gone when it never is.

use std::io;
use std::path::{Path, PathBuf};

use korero_sentences::key;

use crate::fault::Fault;
use crate::record::disk::{Disk, DiskFile};

/// A file on its way.
pub(super) struct Draft<'d> {
    disk: &'d dyn Disk,
    path: PathBuf,
    complete: bool,
}

impl<'d> Draft<'d> {
    /// Begins one in a folder.
    ///
    /// # Errors
    /// `fault-export-write`.
    pub(super) fn begin(disk: &'d dyn Disk, folder: &Path) -> Result<(Self, Box<dyn DiskFile>), Fault> {
        let path = folder.join(format!(".korero-{}.part", uuid::Uuid::new_v4().simple()));
        let file = disk.create(&path).map_err(|error| unwritable(folder, &error))?;
        Ok((Self { disk, path, complete: false }, file))
    }

    /// Where it lies until it is complete.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it the first of these names that is free: `stem.ending`, `stem (2).ending` …
    ///
    /// # Errors
    /// `fault-export-write`.
    pub(super) fn complete(mut self, folder: &Path, stem: &str, ending: &str) -> Result<PathBuf, Fault> {
        let mut number = 1u32;
        loop {
            let name = name(folder, stem, ending, number);
            match self.disk.complete(&self.path, &name) {
                Ok(()) => {
                    self.complete = true;
                    return Ok(name);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(unwritable(&name, &error)),
            }
        }
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        if !self.complete {
            // A disk that refuses this too was unplugged, and what it holds says by its name that it is no recording.
            let _ = self.disk.remove(&self.path);
        }
    }
}

/// The n-th name of a file, from 1.
pub(super) fn name(folder: &Path, stem: &str, ending: &str, number: u32) -> PathBuf {
    let number = if number > 1 { format!(" ({number})") } else { String::new() };
    folder.join(format!("{stem}{number}.{ending}"))
}

/// A file that cannot be written.
pub(super) fn unwritable(path: &Path, error: &io::Error) -> Fault {
    Fault::new(key::FAULT_EXPORT_WRITE).with("file", path.display().to_string()).with("why", error.to_string())
}
