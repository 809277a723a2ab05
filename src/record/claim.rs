//! Marks a take as being recorded or mended, so that nobody else touches it meanwhile.
//!
//! Two witnesses stand in a file beside the journal. A lock of the system ends with its process, whatever ends that. For
//! disks that know no locks there is a count, which goes on for as long as its owner lives. It is a file of its own
//! because a lock of Windows keeps readers away too, and a journal may be read at any time.

use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::disk::{Access, Disk, DiskFile, read_most_at, write_all_at};
use crate::limits::RECORD_POLL;

/// The name of the file. It is there while the take is recorded or mended, and after a crash.
pub(crate) const NAME: &str = "recording.lock";
/// Bytes of the count, in decimal.
const COUNT: usize = 20;
/// The count as it stands in the file.
pub(super) type Count = [u8; COUNT];

/// A take that is ours. Dropping it lets it go, as a crash does.
pub(crate) struct Claim {
    path: PathBuf,
    file: Box<dyn DiskFile>,
    count: u64,
}

impl Claim {
    /// Claims a folder that never was claimed.
    ///
    /// # Errors
    /// `AlreadyExists`: it was. Or what the disk says.
    pub(crate) fn new(disk: &dyn Disk, folder: &Path) -> io::Result<Self> {
        let path = folder.join(NAME);
        let mut claim = Self { file: disk.create(&path)?, path, count: 0 };
        match claim.file.claim() {
            // The count alone stands for it.
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
            locked => locked?,
        }
        claim.beat()?;
        Ok(claim)
    }

    /// Claims a take that a crash left. Where the disk knows no locks, its count is watched for `patience` first.
    ///
    /// # Errors
    /// `ResourceBusy`: somebody records or mends it. Or what the disk says.
    pub(crate) fn take_over(disk: &dyn Disk, folder: &Path, patience: Duration) -> io::Result<Self> {
        let path = folder.join(NAME);
        let mut file = match disk.open(&path, Access::Write) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Self::new(disk, folder).map_err(|error| match error.kind() {
                    // Somebody was quicker.
                    io::ErrorKind::AlreadyExists => io::ErrorKind::ResourceBusy.into(),
                    _ => error,
                });
            }
            opened => opened?,
        };
        match file.claim() {
            Err(error) if error.kind() == io::ErrorKind::Unsupported => is_silent(&mut *file, patience)?,
            locked => locked?,
        }
        let mut claim = Self { path, file, count: 0 };
        claim.beat()?;
        Ok(claim)
    }

    /// The count of a claim that somebody may hold, for whoever watches it himself. `None` when a lock says that nobody does, or
    /// there is no claim.
    ///
    /// # Errors
    /// `ResourceBusy`: a lock says that somebody does. Or what the disk says.
    pub(super) fn count(disk: &dyn Disk, folder: &Path) -> io::Result<Option<Count>> {
        let mut file = match disk.open(&folder.join(NAME), Access::Write) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        match file.claim() {
            Err(error) if error.kind() == io::ErrorKind::Unsupported => read_count(&mut *file).map(Some),
            locked => locked.map(|()| None),
        }
    }

    /// Whether somebody records or mends a take just now. Changes nothing; where the disk knows no locks, the count is watched
    /// for `patience`.
    pub(crate) fn is_held(disk: &dyn Disk, folder: &Path, patience: Duration) -> bool {
        let Ok(mut file) = disk.open(&folder.join(NAME), Access::Read) else { return false };
        let found = match file.claim() {
            Err(error) if error.kind() == io::ErrorKind::Unsupported => is_silent(&mut *file, patience),
            locked => locked,
        };
        found.is_err_and(|error| error.kind() == io::ErrorKind::ResourceBusy)
    }

    /// Shows that we live; some times in a second.
    ///
    /// # Errors
    /// What the disk says.
    pub(crate) fn beat(&mut self) -> io::Result<()> {
        self.count += 1;
        write_all_at(&mut *self.file, 0, format!("{:0COUNT$}", self.count).as_bytes())
    }

    /// Lets the take go for good.
    pub(crate) fn end(self, disk: &dyn Disk) {
        let Self { path, file, .. } = self;
        // Windows removes no file that is open.
        drop(file);
        // One that stays marks nothing: it is locked no more, and its count stands still.
        let _ = disk.remove(&path);
    }
}

fn read_count(file: &mut dyn DiskFile) -> io::Result<Count> {
    let mut text = [0; COUNT];
    read_most_at(file, 0, &mut text).map(|_| text)
}

/// Watches a count that may go on.
///
/// # Errors
/// `ResourceBusy`: it does. Or what the disk says.
fn is_silent(file: &mut dyn DiskFile, patience: Duration) -> io::Result<()> {
    let (before, begun) = (read_count(file)?, Instant::now());
    while begun.elapsed() < patience {
        // Only time tells: whoever lives may be on another computer.
        thread::park_timeout(RECORD_POLL);
        if read_count(file)? != before {
            return Err(io::ErrorKind::ResourceBusy.into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::LocalDisk;
    use crate::record::tests::disk::TestDisk;

    const PATIENCE: Duration = Duration::from_millis(300);

    fn busy(claim: io::Result<Claim>) -> bool {
        claim.err().is_some_and(|error| error.kind() == io::ErrorKind::ResourceBusy)
    }

    #[test]
    fn what_is_claimed_is_busy_until_its_owner_is_gone_and_an_end_in_order_leaves_nothing() {
        let home = tempfile::tempdir().unwrap();
        let claim = Claim::new(&LocalDisk, home.path()).unwrap();
        assert!(busy(Claim::take_over(&LocalDisk, home.path(), PATIENCE)));
        assert!(Claim::is_held(&LocalDisk, home.path(), PATIENCE));
        drop(claim);
        assert!(!Claim::is_held(&LocalDisk, home.path(), PATIENCE));
        let begun = Instant::now();
        let claim = Claim::take_over(&LocalDisk, home.path(), 100 * PATIENCE).unwrap();
        assert!(begun.elapsed() < 100 * PATIENCE, "a lock that is free needs no watch");
        assert!(busy(Claim::take_over(&LocalDisk, home.path(), PATIENCE)));
        claim.end(&LocalDisk);
        assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
    }

    #[test]
    fn without_locks_a_count_that_goes_on_is_busy_and_one_that_stands_still_is_not() {
        let disk = TestDisk::default();
        disk.set(|platters| platters.lockless = true);
        let mut claim = Claim::new(&disk, Path::new("take")).unwrap();
        let looker = disk.clone();
        let looks = thread::spawn(move || Claim::take_over(&looker, Path::new("take"), 100 * PATIENCE).is_ok());
        while !looks.is_finished() {
            claim.beat().unwrap();
            thread::park_timeout(RECORD_POLL / 5);
        }
        assert!(!looks.join().unwrap(), "it lives");
        assert!(Claim::take_over(&disk, Path::new("take"), PATIENCE).is_ok(), "nobody counts");
    }
}
