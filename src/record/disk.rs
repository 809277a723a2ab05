//! The little that the recorder asks of a disk, so that tests can let it fill up, stall and lie.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// A place for recordings. Shared by the recorder's thread and whoever starts it.
pub trait Disk: Send + Sync {
    /// Makes the folder with its parents and proves that a file can be written there.
    ///
    /// # Errors
    /// What the operating system says against it.
    fn open_folder(&self, folder: &Path) -> io::Result<()>;

    /// Whether something of that name is there.
    fn exists(&self, path: &Path) -> bool;

    /// Makes a new, empty file; never opens one that is there.
    ///
    /// # Errors
    /// `AlreadyExists`, or what the operating system says.
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;

    /// Gives a file that was a draft until now, `….part`, its name; never in the place of another file.
    ///
    /// # Errors
    /// `AlreadyExists`, `Unsupported` on a disk that holds no drafts, or what the operating system says.
    fn complete(&self, _draft: &Path, _name: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Opens a file that is there, to read it and to mend it.
    ///
    /// # Errors
    /// What the operating system says.
    fn open(&self, path: &Path, to: Access) -> io::Result<Box<dyn DiskFile>>;

    /// What lies in a folder, in the order of its names.
    ///
    /// # Errors
    /// What the operating system says.
    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>>;

    /// Removes a file of ours, or a folder that is empty, for good. Of sound only the ring that always rolls does so, and only
    /// with its own segments.
    ///
    /// # Errors
    /// What the operating system says.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// The one name of a folder that every way to it leads to.
    ///
    /// # Errors
    /// What the operating system says.
    fn real(&self, folder: &Path) -> io::Result<PathBuf>;

    /// Bytes that may still be written into the folder; `None` when the system does not say.
    fn free(&self, folder: &Path) -> Option<u64>;

    /// Gives a folder another name beside the old one; never in the place of a file, or of a folder that holds anything.
    ///
    /// # Errors
    /// `Unsupported` on a disk that keeps names as they are, or what the operating system says.
    fn rename(&self, _folder: &Path, _to: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// What an open file is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// To be read; a write is refused.
    Read,
    /// To be read and written.
    Write,
}

/// One file. While it is recorded it is used by the recorder's thread only; every call may wait for the disk.
pub trait DiskFile: Send {
    /// Writes at an offset and says how much of `bytes` was taken, like `pwrite`.
    ///
    /// # Errors
    /// What the operating system says; nothing is known of the bytes then, they are written again.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<usize>;

    /// Reads at an offset and says how much came, like `pread`; nothing at the end.
    ///
    /// # Errors
    /// What the operating system says.
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> io::Result<usize>;

    /// Keeps everybody else away who asks for the same, in this process and in others, until the file is closed.
    ///
    /// # Errors
    /// `ResourceBusy`: somebody else has it. `Unsupported`: this disk cannot tell, as some network disks.
    fn claim(&mut self) -> io::Result<()>;

    /// Keeps everybody away who would [`claim`](Self::claim) it, and nobody else, until the file is closed.
    ///
    /// # Errors
    /// `ResourceBusy`: somebody has claimed it. `Unsupported`: this disk cannot tell.
    fn share(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Bytes in the file.
    ///
    /// # Errors
    /// What the operating system says.
    fn length(&self) -> io::Result<u64>;

    /// When the file was changed last, in nanoseconds since 1970; 0 on a disk that does not know.
    ///
    /// # Errors
    /// What the operating system says.
    fn changed_ns(&self) -> io::Result<u64> {
        Ok(0)
    }

    /// Makes the file exactly `length` bytes long; what is new reads as zeros.
    ///
    /// # Errors
    /// What the operating system says.
    fn set_length(&mut self, length: u64) -> io::Result<()>;

    /// Returns once everything written would survive a power cut.
    ///
    /// # Errors
    /// What the operating system says. What was written since the last success may be lost then, and a later success
    /// says nothing of it: it is written again.
    fn sync(&mut self) -> io::Result<()>;
}

/// Writes all of `bytes`, in as many pieces as the disk wants them.
///
/// # Errors
/// The first error of the disk; a disk that takes nothing without an error counts as full.
pub fn write_all_at(file: &mut dyn DiskFile, offset: u64, bytes: &[u8]) -> io::Result<()> {
    write_most_at(file, offset, bytes).1
}

/// Writes as much of `bytes` as the disk takes, and says how much that was beside what stopped it, if anything did; a
/// disk that takes nothing without an error counts as full.
pub fn write_most_at(file: &mut dyn DiskFile, offset: u64, bytes: &[u8]) -> (usize, io::Result<()>) {
    let mut written = 0;
    while written < bytes.len() {
        match file.write_at(offset + written as u64, &bytes[written..]) {
            Ok(0) => return (written, Err(io::ErrorKind::WriteZero.into())),
            Ok(taken) => written = (written + taken).min(bytes.len()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (written, Err(error)),
        }
    }
    (written, Ok(()))
}

/// Reads from an offset until `into` is full or the file ends, and says how much came.
///
/// # Errors
/// The first error of the disk.
pub fn read_most_at(file: &mut dyn DiskFile, offset: u64, into: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while read < into.len() {
        match file.read_at(offset + read as u64, &mut into[read..]) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}

/// The disks of this computer.
#[derive(Clone, Copy, Default, Debug)]
pub struct LocalDisk;

impl Disk for LocalDisk {
    fn open_folder(&self, folder: &Path) -> io::Result<()> {
        make_folder(folder)?;
        // Permission bits do not tell of read-only mounts and quotas; a file does.
        let probe = folder.join(format!(".korero-{}", uuid::Uuid::new_v4().simple()));
        drop(OpenOptions::new().write(true).create_new(true).open(&probe)?);
        fs::remove_file(&probe)
    }

    fn exists(&self, path: &Path) -> bool {
        path.symlink_metadata().is_ok()
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(path)?;
        sync_name(path);
        Ok(Box::new(LocalFile(file)))
    }

    fn complete(&self, draft: &Path, name: &Path) -> io::Result<()> {
        // A second name is refused when it is taken; a rename would replace what stands there.
        match fs::hard_link(draft, name) {
            Ok(()) => fs::remove_file(draft)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            // exFAT and some network disks give no file a second name.
            Err(_) if name.symlink_metadata().is_ok() => return Err(io::ErrorKind::AlreadyExists.into()),
            Err(_) => fs::rename(draft, name)?,
        }
        sync_name(name);
        Ok(())
    }

    fn open(&self, path: &Path, to: Access) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(LocalFile(OpenOptions::new().read(true).write(to == Access::Write).open(path)?)))
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let mut found: Vec<_> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
        found.sort();
        Ok(found)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        if path.symlink_metadata()?.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) }
    }

    fn real(&self, folder: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(folder)
    }

    fn free(&self, folder: &Path) -> Option<u64> {
        fs4::available_space(folder).ok()
    }

    fn rename(&self, folder: &Path, to: &Path) -> io::Result<()> {
        fs::rename(folder, to)?;
        sync_name(to);
        Ok(())
    }
}

/// Makes a folder whose name, and those of the folders above that are made with it, survive a power cut too.
fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent().filter(|above| !above.as_os_str().is_empty()) {
        make_folder(above)?;
    }
    fs::create_dir(folder).or_else(|error| if folder.is_dir() { Ok(()) } else { Err(error) })?;
    sync_name(folder);
    Ok(())
}

/// Makes the file's name survive a power cut too. Not every file system can; the data is synced anyway.
fn sync_name(path: &Path) {
    if let Some(folder) = path.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
}

struct LocalFile(File);

impl DiskFile for LocalFile {
    #[cfg(unix)]
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<usize> {
        std::os::unix::fs::FileExt::write_at(&self.0, bytes, offset)
    }

    #[cfg(windows)]
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_write(&self.0, bytes, offset)
    }

    #[cfg(unix)]
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.0, into, offset)
    }

    #[cfg(windows)]
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(&self.0, into, offset)
    }

    fn claim(&mut self) -> io::Result<()> {
        told(&self.0.try_lock())
    }

    fn share(&mut self) -> io::Result<()> {
        told(&self.0.try_lock_shared())
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn changed_ns(&self) -> io::Result<u64> {
        let since = self.0.metadata()?.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
    }

    fn set_length(&mut self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }
}

/// Whether a lock was given, as a [`DiskFile`] says it.
fn told(locked: &Result<(), TryLockError>) -> io::Result<()> {
    match locked {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(io::ErrorKind::ResourceBusy.into()),
        Err(TryLockError::Error(_)) => Err(io::ErrorKind::Unsupported.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_made_with_its_parents_and_nothing_is_left_in_it() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("a/b");
        LocalDisk.open_folder(&folder).unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    }

    #[test]
    fn a_file_that_is_there_is_never_opened_again() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("take.wav");
        fs::write(&path, b"kept").unwrap();
        let refused = LocalDisk.create(&path).err().expect("an error");
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"kept");
    }

    #[test]
    fn a_draft_that_is_complete_takes_no_other_files_name() {
        let home = tempfile::tempdir().unwrap();
        let [draft, name] = [".a.part", "song.wav"].map(|name| home.path().join(name));
        fs::write(&draft, b"new").unwrap();
        fs::write(&name, b"kept").unwrap();
        assert_eq!(LocalDisk.complete(&draft, &name).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&name).unwrap(), b"kept");
        LocalDisk.complete(&draft, &home.path().join("song (2).wav")).unwrap();
        assert!(!draft.exists());
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 2);
    }

    #[test]
    fn the_free_space_is_told() {
        let home = tempfile::tempdir().unwrap();
        assert!(LocalDisk.free(home.path()).is_some_and(|bytes| bytes > 0));
        assert_eq!(LocalDisk.free(&home.path().join("nowhere")), None);
    }
}
