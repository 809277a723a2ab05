//! The file that is uploaded, and the small note beside it by which an upload goes on in another life of the app.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use korero_sentences::key;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::paced::Pace;
use crate::desk::file::place;
use crate::fault::Fault;
use crate::limits::UPLOAD_READ_ON_AIR;

/// The number after `"format"`: another one is not read, and the file is then announced anew.
const FORMAT: u32 = 1;
/// Bytes that are hashed at once.
const BLOCK: usize = 1 << 20;

/// The file that is uploaded.
pub(super) struct Master {
    path: PathBuf,
    file: File,
    pub(super) bytes: u64,
    /// Time of its last change, ns since 1970: with the length it tells whether it is still the file that was hashed.
    changed_ns: u64,
}

impl Master {
    pub(super) fn open(path: &Path) -> Result<Self, Fault> {
        let (file, about) = File::open(path)
            .and_then(|file| file.metadata().map(|about| (file, about)))
            .and_then(|found| if found.1.is_file() { Ok(found) } else { Err(io::ErrorKind::InvalidInput.into()) })
            .map_err(|error| unreadable(path, &error))?;
        // Kept until it is done, so that nobody moves the take away meanwhile. Some network disks know no locks; and when
        // somebody writes to it, the hash will tell.
        let _ = file.try_lock_shared();
        let changed = about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        let changed_ns = u64::try_from(changed.as_nanos()).unwrap_or_default();
        Ok(Self { path: path.to_owned(), file, bytes: about.len(), changed_ns })
    }

    /// The name that listeners of the archive see.
    pub(super) fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// By the name's ending; the archive takes WAV (also RF64 and BW64) and FLAC.
    pub(super) fn media_type(&self) -> &'static str {
        let flac = self.path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("flac"));
        if flac { "audio/flac" } else { "audio/wav" }
    }

    /// The SHA-256 of the whole, in hexadecimal digits. On air it is read slowly: the disk belongs to the recorder.
    pub(super) async fn hash(&mut self, pace: &Pace) -> Result<String, Fault> {
        let mut hash = Sha256::new();
        let mut block = vec![0; BLOCK];
        self.file.rewind().map_err(|error| unreadable(&self.path, &error))?;
        loop {
            let read = self.file.read(&mut block).map_err(|error| unreadable(&self.path, &error))?;
            if read == 0 {
                return Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect());
            }
            hash.update(&block[..read]);
            let rest = if pace.is_slow() { read as f64 / UPLOAD_READ_ON_AIR as f64 } else { 0.0 };
            // Also without a rest others get their turn: the one who waits for a word to stop.
            tokio::task::yield_now().await;
            tokio::time::sleep(Duration::from_secs_f64(rest)).await;
        }
    }

    /// Some of its bytes.
    pub(super) fn chunk(&mut self, offset: u64, bytes: u64) -> Result<Bytes, Fault> {
        let mut chunk = vec![0; usize::try_from(bytes).unwrap_or_default()];
        self.file
            .seek(SeekFrom::Start(offset))
            .and_then(|_| self.file.read_exact(&mut chunk))
            .map_err(|error| unreadable(&self.path, &error))?;
        Ok(chunk.into())
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Fault {
    Fault::new(key::FAULT_UPLOAD_FILE).with("file", path.display().to_string()).with("why", error.to_string())
}

/// Whether an address is one of that server: the same scheme, host and port.
pub(super) fn is_at(url: &str, server: &str) -> bool {
    let origin = |url: &str| Url::parse(url).ok().map(|url| url.origin());
    origin(url).is_some_and(|origin_of_url| origin(server) == Some(origin_of_url))
}

/// What is remembered of an upload.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Note {
    format: u32,
    bytes: u64,
    changed_ns: u64,
    /// Of the whole file, in hexadecimal digits.
    pub(super) sha256: String,
    /// What stands before `/api/v1` of the server.
    pub(super) server: String,
    pub(super) performance: Option<Uuid>,
    /// Where the upload is.
    pub(super) url: Option<String>,
    /// How many bytes the server has said to be safe. What it says next goes before this.
    pub(super) offset: u64,
}

impl Note {
    pub(super) fn new(of: &Master, sha256: String, server: &str, performance: Option<Uuid>) -> Self {
        Self {
            format: FORMAT,
            bytes: of.bytes,
            changed_ns: of.changed_ns,
            sha256,
            server: server.to_owned(),
            performance,
            url: None,
            offset: 0,
        }
    }

    /// The note beside a file, if it is about this very file. What cannot be read is as good as none.
    pub(super) fn beside(master: &Master) -> Option<Self> {
        let text = fs::read_to_string(place_of(&master.path)).ok()?;
        let note: Self = serde_json::from_str(&text).ok()?;
        let same = note.format == FORMAT && note.bytes == master.bytes && note.changed_ns == master.changed_ns;
        same.then_some(note)
    }

    /// The same file on its way to another place: only its hash is still good.
    pub(super) fn to(self, server: &str, performance: Option<Uuid>) -> Self {
        // A note may have come with somebody else's take: the key goes to no address but the server's own.
        let foreign = self.url.as_deref().is_some_and(|url| !is_at(url, server));
        let elsewhere = foreign || self.server != server || performance.is_some_and(|id| self.performance != Some(id));
        if elsewhere { Self { server: server.to_owned(), performance, url: None, offset: 0, ..self } } else { self }
    }

    /// Takes it away, so that the file is hashed anew.
    pub(super) fn forget(master: &Master) {
        // One that stays costs a hash at most: it tells of this very file or is not read.
        let _ = fs::remove_file(place_of(&master.path));
    }

    /// Writes it beside the file.
    pub(super) fn keep(&self, master: &Master) -> Result<(), Fault> {
        let place = place_of(&master.path);
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        place::replace(&place, &text).map_err(|error| {
            Fault::new(key::FAULT_UPLOAD_NOTE).with("file", place.display().to_string()).with("why", error.to_string())
        })
    }
}

fn place_of(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".upload.json");
    file.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn master(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Pō mārie mix.FLAC");
        fs::write(&path, bytes).unwrap();
        (folder, path)
    }

    #[tokio::test]
    async fn a_file_is_hashed_read_in_chunks_and_named() {
        let (_folder, path) = master(b"abcdefgh");
        let mut master = Master::open(&path).unwrap();
        let hash = master.hash(&Pace::default()).await.unwrap();
        assert_eq!(hash, "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab");
        assert_eq!(master.chunk(2, 3).unwrap(), "cde");
        assert_eq!((master.name().as_str(), master.media_type()), ("Pō mārie mix.FLAC", "audio/flac"));
        assert_eq!(master.chunk(6, 3).unwrap_err().code, key::FAULT_UPLOAD_FILE);
    }

    #[tokio::test]
    async fn on_air_a_file_is_read_slowly() {
        let (_folder, path) = master(&vec![7; 3 * BLOCK]);
        let (pace, begun) = (Pace::default(), Instant::now());
        pace.set(Some(1));
        Master::open(&path).unwrap().hash(&pace).await.unwrap();
        assert!(begun.elapsed().as_secs_f64() >= 3.0 * BLOCK as f64 / UPLOAD_READ_ON_AIR as f64);
    }

    #[test]
    fn a_note_is_found_again_until_the_file_changes() {
        let (_folder, path) = master(b"abc");
        let open = Master::open(&path).unwrap();
        assert_eq!(Note::beside(&open), None);
        let note =
            Note { url: Some("http://x/u".into()), offset: 2, ..Note::new(&open, "00".into(), "http://x", None) };
        note.keep(&open).unwrap();
        assert_eq!(Note::beside(&Master::open(&path).unwrap()), Some(note));
        fs::write(&path, b"abcd").unwrap();
        assert_eq!(Note::beside(&Master::open(&path).unwrap()), None);
        fs::write(place_of(&path), "{").unwrap();
        assert_eq!(Note::beside(&Master::open(&path).unwrap()), None);
    }

    #[test]
    fn on_its_way_to_another_place_only_the_hash_of_a_note_is_good() {
        let (_folder, path) = master(b"abc");
        let performance = Some(Uuid::from_u128(1));
        let note = Note {
            url: Some("http://x/u".into()),
            offset: 2,
            ..Note::new(&Master::open(&path).unwrap(), "00".into(), "http://x", performance)
        };
        assert_eq!(note.clone().to("http://x", performance), note);
        assert_eq!(note.clone().to("http://x", None), note);
        let strange = Note { url: Some("http://y/u/1".to_owned()), ..note.clone() };
        assert_eq!(strange.to("http://x", performance).url, None, "the key is not for y");
        for other in [note.clone().to("http://y", performance), note.clone().to("http://x", Some(Uuid::from_u128(2)))] {
            assert_eq!((other.url, other.offset, other.sha256.as_str()), (None, 0, "00"));
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path().to_owned(), folder.path().join("nowhere.wav")] {
            assert_eq!(Master::open(&path).err().map(|fault| fault.code), Some(key::FAULT_UPLOAD_FILE));
        }
    }
}
