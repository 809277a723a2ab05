//! Interrupted takes are mended when the show begins, on a thread of their own: a long take is read from end to end,
//! slowly while something is recorded.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use korero_sentences::key;

use crate::fault::Fault;
use crate::limits::MEND_READ_RECORDING;
use crate::record::disk::{Access, DiskFile};
use crate::record::{Disk, LocalDisk};
use crate::session::event::Event;
use crate::takes::repair::{self, Repaired};

/// Mending that runs; what it found comes one by one.
pub(super) struct Mending {
    told: Receiver<Fault>,
    pace: Pace,
}

impl Mending {
    /// Begins with the takes in these folders. A system that gives no thread mends nothing now; what is not mended
    /// can be played all the same, and is mended the next time.
    pub(super) fn start(folders: Vec<PathBuf>) -> Self {
        let (tell, told) = mpsc::channel();
        let pace = Pace::default();
        let disk = PacedDisk(pace.clone());
        let run = move || {
            for folder in folders.iter().filter(|folder| !folder.as_os_str().is_empty()) {
                // A show that ended meanwhile needs no word.
                faults(&disk, folder).into_iter().for_each(|fault| drop(tell.send(fault)));
            }
        };
        let _ = thread::Builder::new().name("korero-mending".to_owned()).spawn(run);
        Self { told, pace }
    }

    /// Whether something is recorded, and the disks belong to the recorder.
    pub(super) fn records(&self, is: bool) {
        self.pace.set(is);
    }

    /// What was found since the last look.
    pub(super) fn look(&self) -> Vec<Event> {
        self.told.try_iter().map(Event::Trouble).collect()
    }
}

/// Mends what is in a folder for recordings and tells it.
fn faults(disk: &dyn Disk, folder: &Path) -> Vec<Fault> {
    match repair::repair_all(disk, folder) {
        Err(fault) => vec![fault],
        Ok((repaired, faults)) => repaired.iter().flat_map(|repaired| told(disk, repaired)).chain(faults).collect(),
    }
}

/// What there is to tell of a take: that it was recovered, and each file that could not be.
fn told(disk: &dyn Disk, repaired: &Repaired) -> Vec<Fault> {
    let recovered = repaired.mended.then(|| {
        let seconds = (repaired.take.lost().unwrap_or_default().as_secs_f64() * 10.0).ceil() / 10.0;
        let take = repaired.take.folder.display().to_string();
        Fault::new(key::FAULT_TAKES_RECOVERED).with("take", take).with("seconds", seconds)
    });
    let left_alone = repaired.left_alone.iter().map(|file| {
        let code = if disk.exists(file) { key::FAULT_TAKES_FOREIGN } else { key::FAULT_TAKES_MISSING };
        Fault::new(code).with("file", file.display().to_string())
    });
    recovered.into_iter().chain(left_alone).collect()
}

/// Whether reading has to be slow.
#[derive(Clone, Default)]
struct Pace(Arc<(Mutex<bool>, Condvar)>);

impl Pace {
    fn set(&self, slow: bool) {
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
struct PacedDisk(Pace);

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
    fn set_length(&mut self, length: u64) -> io::Result<()> {
        self.0.set_length(length)
    }
    fn sync(&mut self) -> io::Result<()> {
        self.0.sync()
    }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn what_was_recovered_and_what_is_not_there_are_told_once_each_in_its_own_sentence() {
        let home = tempfile::tempdir().unwrap();
        let take = home.path().join("take");
        std::fs::create_dir(&take).unwrap();
        let epoch = r#""epoch":{"id":"00000000-0000-0000-0000-000000000007","utc_ns_at_frame_0":1}"#;
        let show = r#""show":{"title":"","artist":"","set_list":[]}"#;
        let file = |name: &str, part: &str| {
            format!(r#"{{"line":"file","part":"{part}","name":"{name}","channels":2,"first_frame":0}}"#)
        };
        let lines = [
            format!(r#"{{"line":"take","format":1,{epoch},{show}}}"#),
            file("mix.wav", "mix"),
            file("groups.wav", "groups"),
            file("cue 1.wav", "cue 1"),
        ];
        std::fs::write(take.join("take.jsonl"), lines.join("\n") + "\n").unwrap();
        std::fs::write(take.join("mix.wav"), b"").unwrap();
        std::fs::write(take.join("cue 1.wav"), b"another file").unwrap();
        let codes = || faults(&LocalDisk, home.path()).into_iter().map(|fault| fault.code).collect::<Vec<_>>();
        assert_eq!(codes(), [key::FAULT_TAKES_RECOVERED, key::FAULT_TAKES_MISSING, key::FAULT_TAKES_FOREIGN]);
        assert_eq!(codes(), []);
    }
}
