//! A disk in memory, quick enough for thousands of takes in a second.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use korero::record::disk::{Access, Disk, DiskFile};

/// Files by their paths.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<BTreeMap<PathBuf, Vec<u8>>>>);

impl Memory {
    pub(crate) fn put(&self, path: &Path, bytes: Vec<u8>) {
        self.0.lock().unwrap().insert(path.to_owned(), bytes);
    }

    pub(crate) fn get(&self, path: &Path) -> Option<Vec<u8>> {
        self.0.lock().unwrap().get(path).cloned()
    }
}

impl Disk for Memory {
    fn open_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }
    fn exists(&self, path: &Path) -> bool {
        self.0.lock().unwrap().keys().any(|file| file.starts_with(path))
    }
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.put(path, Vec::new());
        self.open(path, Access::Write)
    }
    fn open(&self, path: &Path, _: Access) -> io::Result<Box<dyn DiskFile>> {
        let there = self.0.lock().unwrap().contains_key(path);
        if there { Ok(Box::new(File(self.clone(), path.to_owned()))) } else { Err(io::ErrorKind::NotFound.into()) }
    }
    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let files = self.0.lock().unwrap();
        let child = |path: &PathBuf| Some(folder.join(path.strip_prefix(folder).ok()?.components().next()?));
        let mut found: Vec<_> = files.keys().filter_map(child).collect();
        found.dedup();
        Ok(found)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.0.lock().unwrap().remove(path).map(drop).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
    fn real(&self, folder: &Path) -> io::Result<PathBuf> {
        Ok(folder.to_owned())
    }
    fn free(&self, _: &Path) -> Option<u64> {
        None
    }
}

struct File(Memory, PathBuf);

impl File {
    fn with<T>(&self, work: impl FnOnce(&mut Vec<u8>) -> T) -> io::Result<T> {
        self.0.0.lock().unwrap().get_mut(&self.1).map(work).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// Nothing that is fuzzed may make a file of more than this.
const MOST: u64 = 1 << 24;

impl DiskFile for File {
    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<usize> {
        let end = at + bytes.len() as u64;
        assert!(end <= MOST, "a write at {at}");
        self.with(|file| {
            file.resize(file.len().max(end as usize), 0);
            file[at as usize..end as usize].copy_from_slice(bytes);
            bytes.len()
        })
    }
    fn read_at(&mut self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        self.with(|file| {
            let from = usize::try_from(at).ok().and_then(|at| file.get(at..)).unwrap_or_default();
            let read = from.len().min(into.len());
            into[..read].copy_from_slice(&from[..read]);
            read
        })
    }
    fn claim(&mut self) -> io::Result<()> {
        Ok(())
    }
    fn length(&self) -> io::Result<u64> {
        self.with(|file| file.len() as u64)
    }
    fn set_length(&mut self, length: u64) -> io::Result<()> {
        assert!(length <= MOST, "a file of {length}");
        self.with(|file| file.resize(length as usize, 0))
    }
    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}
