//! A disk in memory that refuses, bites, fills up and stalls on command, and logs what it was told.

use std::collections::BTreeMap;
use std::io::{self, Cursor};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};

use crate::record::disk::{Access, Disk, DiskFile};
use crate::record::journal::Line;
use crate::record::wav::HEADER;

/// One call that changed something, in the order of the calls.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Create(PathBuf),
    Write { path: PathBuf, at: u64, bytes: Vec<u8> },
    SetLength { path: PathBuf, length: u64 },
    Sync(PathBuf),
    Remove(PathBuf),
}

impl Op {
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Create(path)
            | Self::Write { path, .. }
            | Self::SetLength { path, .. }
            | Self::Sync(path)
            | Self::Remove(path) => path,
        }
    }
}

/// What a [`TestDisk`] has and how it behaves.
#[derive(Default)]
pub(crate) struct Platters {
    pub(crate) files: BTreeMap<PathBuf, Vec<u8>>,
    pub(crate) log: Vec<Op>,
    /// Error numbers that the next calls answer with; 0 lets one pass.
    pub(crate) refusals: Vec<i32>,
    /// The error number that every call answers with.
    pub(crate) broken: Option<i32>,
    /// The file whose writes are all refused, by the end of its name.
    pub(crate) bad: Option<&'static str>,
    /// What has this in its path is not opened and not read, with this error number.
    pub(crate) unread: Option<(&'static str, i32)>,
    /// A piece of a path, the bytes of those files that cannot be read although they are opened, and how often.
    pub(crate) bad_sector: Option<(&'static str, Range<u64>, usize)>,
    /// What lies in this folder is not deleted.
    pub(crate) stuck: Option<PathBuf>,
    /// The files that were looked for.
    pub(crate) opened: Vec<PathBuf>,
    /// The files whose lock was shared.
    pub(crate) shared: Vec<PathBuf>,
    /// The drive is away: nothing is found on it.
    pub(crate) away: bool,
    /// Whose lock somebody else has, by a piece of its path.
    pub(crate) held: Option<String>,
    /// The most that one write takes.
    pub(crate) bite: Option<usize>,
    /// Bytes of all files together before the disk is full.
    pub(crate) room: Option<usize>,
    /// No call is answered.
    pub(crate) stalled: bool,
    /// The next thing that is looked for comes only after the look.
    pub(crate) blind: bool,
    /// It does not tell what a folder is really called.
    pub(crate) nameless: bool,
    /// It knows no locks.
    pub(crate) lockless: bool,
    /// A sync that is refused spoils what was written since the last one, and the next one succeeds.
    pub(crate) forgetful: bool,
    /// What was written since the last sync.
    pub(crate) dirty: Vec<(PathBuf, Range<usize>)>,
}

impl Platters {
    fn answer(&mut self) -> io::Result<()> {
        match self.broken.or_else(|| self.refusals.pop()) {
            None | Some(0) => Ok(()),
            Some(number) => Err(io::Error::from_raw_os_error(number)),
        }
    }

    /// Whether a file can be read now.
    fn reads(&self, path: &Path) -> io::Result<()> {
        match self.unread {
            Some((piece, number)) if path.to_string_lossy().contains(piece) => {
                Err(io::Error::from_raw_os_error(number))
            }
            _ => Ok(()),
        }
    }

    /// Whether these bytes of a file can be read now.
    fn reads_bytes(&mut self, path: &Path, at: u64, length: usize) -> io::Result<()> {
        self.reads(path)?;
        match &mut self.bad_sector {
            Some((piece, bad, times))
                if *times > 0
                    && path.to_string_lossy().contains(*piece)
                    && bad.start < at + length as u64
                    && at < bad.end =>
            {
                *times -= 1;
                Err(io::Error::from_raw_os_error(5))
            }
            _ => Ok(()),
        }
    }

    fn used(&self) -> usize {
        self.files.values().map(Vec::len).sum()
    }
}

#[derive(Clone, Default)]
pub(crate) struct TestDisk(Arc<(Mutex<Platters>, Condvar)>);

impl TestDisk {
    pub(crate) fn holding(files: BTreeMap<PathBuf, Vec<u8>>) -> Self {
        let disk = Self::default();
        disk.set(|platters| platters.files = files);
        disk
    }

    pub(crate) fn set<T>(&self, change: impl FnOnce(&mut Platters) -> T) -> T {
        let done = change(&mut self.0.0.lock().unwrap());
        self.0.1.notify_all();
        done
    }

    /// One call of the recorder, which waits while the disk stalls.
    fn call<T>(&self, work: impl FnOnce(&mut Platters) -> io::Result<T>) -> io::Result<T> {
        let platters = self.0.0.lock().unwrap();
        let mut platters = self.0.1.wait_while(platters, |platters| platters.stalled).unwrap();
        platters.answer()?;
        work(&mut platters)
    }

    pub(crate) fn file(&self, ending: &str) -> Option<Vec<u8>> {
        self.set(|platters| {
            let ends = |path: &&PathBuf| path.to_string_lossy().ends_with(ending);
            platters.files.keys().find(ends).cloned().map(|path| platters.files[&path].clone())
        })
    }

    /// The samples of a file, by its header.
    pub(crate) fn samples(&self, ending: &str) -> Vec<i32> {
        let bytes = self.file(ending).expect("the file is there");
        hound::WavReader::new(Cursor::new(bytes)).unwrap().into_samples().map(|sample| sample.unwrap()).collect()
    }

    pub(crate) fn journal(&self) -> Vec<Line> {
        let text = String::from_utf8(self.file("take.jsonl").unwrap()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Disk for TestDisk {
    fn open_folder(&self, _folder: &Path) -> io::Result<()> {
        self.call(|_| Ok(()))
    }

    fn exists(&self, path: &Path) -> bool {
        let blind = self.set(|platters| std::mem::take(&mut platters.blind));
        !blind && self.set(|platters| !platters.away && platters.files.keys().any(|file| file.starts_with(path)))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.call(|platters| {
            if platters.files.contains_key(path) {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            platters.files.insert(path.to_owned(), Vec::new());
            platters.log.push(Op::Create(path.to_owned()));
            Ok(Box::new(TestFile { disk: self.clone(), path: path.to_owned() }) as Box<dyn DiskFile>)
        })
    }

    fn open(&self, path: &Path, _to: Access) -> io::Result<Box<dyn DiskFile>> {
        self.set(|platters| platters.opened.push(path.to_owned()));
        self.set(|platters| platters.reads(path))?;
        if self.set(|platters| !platters.away && platters.files.contains_key(path)) {
            return Ok(Box::new(TestFile { disk: self.clone(), path: path.to_owned() }));
        }
        Err(io::ErrorKind::NotFound.into())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        if !self.exists(folder) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let child = |path: &PathBuf| Some(folder.join(path.strip_prefix(folder).ok()?.components().next()?));
        let mut found: Vec<_> = self.set(|platters| platters.files.keys().filter_map(child).collect());
        found.dedup();
        Ok(found)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.call(|platters| {
            if platters.stuck.as_ref().is_some_and(|stuck| path.starts_with(stuck)) {
                return Err(io::Error::from_raw_os_error(5));
            }
            if platters.files.remove(path).is_none() {
                let full = platters.files.keys().any(|file| file.starts_with(path));
                return if full { Err(io::ErrorKind::DirectoryNotEmpty.into()) } else { Ok(()) };
            }
            platters.log.push(Op::Remove(path.to_owned()));
            Ok(())
        })
    }

    /// What lies in another disk is another folder.
    fn real(&self, folder: &Path) -> io::Result<PathBuf> {
        if self.set(|platters| platters.nameless) {
            return Err(io::ErrorKind::Unsupported.into());
        }
        Ok(PathBuf::from(format!("{:p}", Arc::as_ptr(&self.0))).join(folder))
    }

    fn free(&self, _folder: &Path) -> Option<u64> {
        self.set(|platters| platters.room.map(|room| room.saturating_sub(platters.used()) as u64))
    }
}

struct TestFile {
    disk: TestDisk,
    path: PathBuf,
}

impl DiskFile for TestFile {
    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<usize> {
        self.disk.call(|platters| {
            if platters.bad.is_some_and(|ending| self.path.to_string_lossy().ends_with(ending)) {
                return Err(io::Error::from_raw_os_error(5));
            }
            let mut taken = platters.bite.unwrap_or(usize::MAX).min(bytes.len());
            let room = platters.room.map(|room| room.saturating_sub(platters.used()));
            let file = platters.files.get_mut(&self.path).unwrap();
            let longer = (at as usize + taken).saturating_sub(file.len());
            if let Some(room) = room.filter(|room| longer > *room) {
                taken = taken.saturating_sub(longer - room);
                if taken == 0 {
                    return Err(io::ErrorKind::StorageFull.into());
                }
            }
            put(file, at, &bytes[..taken]);
            platters.dirty.push((self.path.clone(), at as usize..at as usize + taken));
            platters.log.push(Op::Write { path: self.path.clone(), at, bytes: bytes[..taken].to_vec() });
            Ok(taken)
        })
    }

    fn read_at(&mut self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        self.disk.set(|platters| {
            platters.reads_bytes(&self.path, at, into.len())?;
            let file = &platters.files[&self.path];
            let from = file.get(at as usize..).unwrap_or_default();
            let read = from.len().min(into.len());
            into[..read].copy_from_slice(&from[..read]);
            Ok(read)
        })
    }

    fn claim(&mut self) -> io::Result<()> {
        let held = |held: &String| self.path.to_string_lossy().contains(held);
        if self.disk.set(|platters| platters.held.as_ref().is_some_and(held)) {
            return Err(io::ErrorKind::ResourceBusy.into());
        }
        let lockless = self.disk.set(|platters| platters.lockless);
        if lockless { Err(io::ErrorKind::Unsupported.into()) } else { Ok(()) }
    }

    fn share(&mut self) -> io::Result<()> {
        self.disk.set(|platters| platters.shared.push(self.path.clone()));
        Err(io::ErrorKind::Unsupported.into())
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.disk.set(|platters| platters.files[&self.path].len() as u64))
    }

    fn set_length(&mut self, length: u64) -> io::Result<()> {
        self.disk.call(|platters| {
            platters.files.get_mut(&self.path).unwrap().resize(length as usize, 0);
            platters.log.push(Op::SetLength { path: self.path.clone(), length });
            Ok(())
        })
    }

    fn sync(&mut self) -> io::Result<()> {
        let synced = self.disk.call(|platters| {
            platters.log.push(Op::Sync(self.path.clone()));
            Ok(())
        });
        self.disk.set(|platters| {
            let (ours, others) = platters.dirty.drain(..).partition(|(path, _)| *path == self.path);
            platters.dirty = others;
            let ours: Vec<(PathBuf, Range<usize>)> = ours;
            for (path, range) in ours.into_iter().filter(|_| synced.is_err() && platters.forgetful) {
                let file = platters.files.get_mut(&path).unwrap();
                let end = range.end.min(file.len());
                file[range.start.min(end)..end].fill(0xEE);
            }
        });
        synced
    }
}

/// Writes into a file that grows as far as it must.
pub(crate) fn put(file: &mut Vec<u8>, at: u64, bytes: &[u8]) {
    let end = at as usize + bytes.len();
    file.resize(file.len().max(end), 0);
    file[at as usize..end].copy_from_slice(bytes);
}

/// What a disk may hold after a power cut behind the first `cut` calls: what was synced, and of the rest whichever pieces
/// of 512 bytes `keeps` says, in their order. `durable` is what the calls before `from` left that is safe.
pub(crate) fn after_power_cut(log: &[Op], keeps: &mut dyn FnMut() -> bool) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut synced: BTreeMap<&Path, usize> = BTreeMap::new();
    for (nth, op) in log.iter().enumerate() {
        if let Op::Sync(path) = op {
            synced.insert(path, nth);
        }
    }
    let mut files: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
    for (nth, op) in log.iter().enumerate() {
        let file = files.entry(op.path().to_owned()).or_default();
        let safe = synced.get(op.path()).is_some_and(|sync| nth < *sync);
        match op {
            Op::Write { at, bytes, .. } if safe => put(file, *at, bytes),
            Op::Write { at, bytes, .. } => put_some(file, *at, bytes, keeps),
            Op::SetLength { length, .. } if safe || keeps() => file.resize(*length as usize, 0),
            Op::SetLength { .. } | Op::Create(_) | Op::Sync(_) => {}
            Op::Remove(_) => drop(files.remove(op.path())),
        }
    }
    files
}

/// Writes some of the sectors; the file may have grown although they were lost.
fn put_some(file: &mut Vec<u8>, at: u64, bytes: &[u8], keeps: &mut dyn FnMut() -> bool) {
    let end = at as usize + bytes.len();
    if end > file.len() && keeps() {
        file.resize(end, 0);
    }
    let mut from = at;
    while from < end as u64 {
        let until = (from / 512 * 512 + 512).min(end as u64);
        if keeps() {
            put(file, from, &bytes[(from - at) as usize..(until - at) as usize]);
        }
        from = until;
    }
}

/// What each header told of when it was written, beside the bytes that were synced then.
pub(crate) fn promises(log: &[Op]) -> Vec<(u64, u64)> {
    let (mut lengths, mut durable) = (BTreeMap::<&Path, u64>::new(), BTreeMap::<&Path, u64>::new());
    let mut found = Vec::new();
    for op in log {
        let length = lengths.entry(op.path()).or_default();
        match op {
            Op::Write { at, bytes, path } => {
                *length = (*length).max(at + bytes.len() as u64);
                if at + bytes.len() as u64 == HEADER {
                    let told = u32::from_le_bytes(bytes[bytes.len() - 4..].try_into().unwrap());
                    let safe = durable.get(&**path).copied().unwrap_or_default();
                    found.push((u64::from(told), safe.saturating_sub(HEADER)));
                }
            }
            Op::SetLength { length: new, .. } => *length = *new,
            Op::Sync(path) => drop(durable.insert(path, lengths[&**path])),
            Op::Create(_) | Op::Remove(_) => {}
        }
    }
    found
}
