//! Disks that belong to the recorder while there is one: whatever else reads them takes its time then.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::limits::MEND_READ_RECORDING;
use crate::record::disk::{Access, DiskFile};
use crate::record::{Disk, LocalDisk};

/// Whether reading has to be slow.
#[derive(Clone, Default)]
pub(super) struct Pace(Arc<(Mutex<bool>, Condvar)>);

impl Pace {
    /// Whether something is recorded, and the disks belong to the recorder.
    pub(super) fn set(&self, slow: bool) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = slow;
        self.0.1.notify_all();
    }

    /// Waits for as long as so many bytes may take; not at all, or no longer, when nothing is recorded.
    fn rest(&self, bytes: usize) {
        let length = Duration::from_secs_f64(bytes as f64 / MEND_READ_RECORDING as f64);
        let slow = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.0.1.wait_timeout_while(slow, length, |slow| *slow));
    }
}

/// The disks of this computer, read slowly while something is recorded.
#[derive(Clone)]
pub(super) struct PacedDisk(pub(super) Pace);

struct PacedFile(Box<dyn DiskFile>, Pace);

impl Disk for PacedDisk {
    fn open_folder(&self, folder: &Path) -> io::Result<()> {
        LocalDisk.open_folder(folder)
    }
    fn exists(&self, path: &Path) -> bool {
        LocalDisk.exists(path)
    }
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        LocalDisk.create(path)
    }
    fn open(&self, path: &Path, to: Access) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(PacedFile(LocalDisk.open(path, to)?, self.0.clone())))
    }
    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        LocalDisk.list(folder)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        LocalDisk.remove(path)
    }
    fn real(&self, folder: &Path) -> io::Result<PathBuf> {
        LocalDisk.real(folder)
    }
    fn free(&self, folder: &Path) -> Option<u64> {
        LocalDisk.free(folder)
    }
    fn complete(&self, draft: &Path, name: &Path) -> io::Result<()> {
        LocalDisk.complete(draft, name)
    }
    fn rename(&self, folder: &Path, to: &Path) -> io::Result<()> {
        LocalDisk.rename(folder, to)
    }
}

impl DiskFile for PacedFile {
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_at(offset, bytes)
    }
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read_at(offset, into)?;
        self.1.rest(read);
        Ok(read)
    }
    fn claim(&mut self) -> io::Result<()> {
        self.0.claim()
    }
    fn length(&self) -> io::Result<u64> {
        self.0.length()
    }
    fn changed_ns(&self) -> io::Result<u64> {
        self.0.changed_ns()
    }
    fn set_length(&mut self, length: u64) -> io::Result<()> {
        self.0.set_length(length)
    }
    fn sync(&mut self) -> io::Result<()> {
        self.0.sync()
    }
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Instant;

    use super::*;
    use crate::record::disk::read_most_at;

    /// Reads a file of so many bytes, and says how long that took.
    fn read(pace: &Pace, bytes: usize) -> Duration {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("mix.wav");
        std::fs::write(&path, vec![7; bytes]).unwrap();
        let mut file = PacedDisk(pace.clone()).open(&path, Access::Read).unwrap();
        let (begun, mut read) = (Instant::now(), vec![0; bytes]);
        assert_eq!(read_most_at(&mut *file, 0, &mut read).unwrap(), bytes);
        assert!(read.iter().all(|byte| *byte == 7));
        begun.elapsed()
    }

    #[test]
    fn a_take_is_read_slowly_while_something_is_recorded_and_no_longer() {
        let pace = Pace::default();
        pace.set(true);
        assert!(read(&pace, MEND_READ_RECORDING as usize / 4) >= Duration::from_millis(250));
        let ends = pace.clone();
        let reading = thread::spawn(move || read(&ends, 100 * MEND_READ_RECORDING as usize / 10));
        pace.set(false);
        assert!(reading.join().unwrap() < Duration::from_secs(9));
    }
}
