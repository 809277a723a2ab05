//! Disks that belong to the recorder while there is one: whatever else reads them takes its time then.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::limits::{MEND_READ_RECORDING, RECORD_LOW, SAMPLE_RATE};
use crate::record::disk::{Access, DiskFile};
use crate::record::{Disk, LocalDisk};
use crate::takes;

/// Whether reading has to be slow and writing has to leave room: the folders of the take that is recorded just now, if any is.
#[derive(Clone, Default)]
pub(super) struct Pace(Arc<(Mutex<Option<Vec<PathBuf>>>, Condvar)>);

impl Pace {
    /// Whether something is recorded, and the disks belong to the recorder; and the folders of that take, once they are known.
    pub(super) fn set(&self, recorded: Option<Vec<PathBuf>>) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = recorded;
        self.0.1.notify_all();
    }

    /// Waits for as long as so many bytes may take; not at all, or no longer, when nothing is recorded.
    fn rest(&self, bytes: usize) {
        let length = Duration::from_secs_f64(bytes as f64 / MEND_READ_RECORDING as f64);
        let recorded = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.0.1.wait_timeout_while(recorded, length, |recorded| recorded.is_some()));
    }

    /// Bytes on the disk of a folder that belong to what is recorded: as many as it grows by in [`RECORD_LOW`].
    fn reserved(&self, folder: &Path) -> u64 {
        let recorded = self.0.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let here = recorded.into_iter().flatten().filter(|take| share_a_disk(take, folder));
        let takes = here.filter_map(|take| takes::read(&LocalDisk, &take).ok());
        let frame_bytes: u64 =
            takes.flat_map(|take| take.files).map(|file| u64::from(file.channels) * file.form.bytes()).sum();
        frame_bytes.saturating_mul(u64::from(SAMPLE_RATE) * RECORD_LOW.as_secs())
    }
}

/// Whether two folders lie on one disk; a system that does not say is not trusted.
fn share_a_disk(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let disk = |folder: &Path| folder.metadata().ok().map(|about| about.dev());
        disk(one).zip(disk(other)).is_none_or(|(one, other)| one == other)
    }
    #[cfg(not(unix))]
    {
        let _ = (one, other);
        true
    }
}

/// The disks of this computer, read slowly while something is recorded, and never filled with what the recorder needs.
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
        LocalDisk.free(folder).map(|free| free.saturating_sub(self.0.reserved(folder)))
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
    fn share(&mut self) -> io::Result<()> {
        self.0.share()
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

/// The notes of a take that is being recorded, with a mix of so many channels.
#[cfg(test)]
pub(super) fn recorded(take: &Path, channels: u16) {
    use crate::record::Part;
    use crate::record::journal::{FORMAT, Line};
    use crate::record::names::TakeFolder;
    use crate::recording::SampleForm;
    use crate::show::Show;
    use crate::timeline::{Epoch, FrameIndex};
    let (id, part, track, form, first_frame) = (uuid::Uuid::nil(), Part::Mix, None, SampleForm::Pcm24, FrameIndex(0));
    let lines = [
        Line::Take { format: FORMAT, id, epoch: Epoch { id, utc_ns_at_frame_0: 1 }, show: Show::default() },
        Line::File { part, track, name: "mix.wav".to_owned(), channels, form, first_frame },
    ];
    let text: String =
        lines.iter().filter_map(|line| serde_json::to_string(line).ok()).map(|line| line + "\n").collect();
    let _ = std::fs::create_dir_all(take);
    let _ = std::fs::write(TakeFolder(take.to_owned()).journal(), text);
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
        pace.set(Some(Vec::new()));
        assert!(read(&pace, MEND_READ_RECORDING as usize / 4) >= Duration::from_millis(250));
        let ends = pace.clone();
        let reading = thread::spawn(move || read(&ends, 100 * MEND_READ_RECORDING as usize / 10));
        pace.set(None);
        assert!(reading.join().unwrap() < Duration::from_secs(9));
    }

    #[test]
    fn what_a_recording_needs_of_its_disk_for_half_an_hour_is_no_room_for_anything_else() {
        let home = tempfile::tempdir().unwrap();
        let (disk, take) = (PacedDisk(Pace::default()), home.path().join("take"));
        let free = |channels: u16| {
            recorded(&take, channels);
            disk.0.set(Some(vec![take.clone()]));
            disk.free(home.path()).unwrap()
        };
        free(2);
        assert_eq!(disk.0.reserved(home.path()), 2 * 3 * 48_000 * 1_800);
        assert_eq!(disk.0.reserved(Path::new("/proc")), if cfg!(target_os = "linux") { 0 } else { 518_400_000 });
        assert_eq!(free(u16::MAX), 0, "more than there is");
        disk.0.set(None);
        assert!(disk.free(home.path()).unwrap() > 0);
    }
}
