//! Where stream keys are kept from one evening to the next: the system's key store, else a file that only its owner can
//! read. A key is kept for one address and given out for no other.
//!
//! Every call may wait for a person who unlocks the store: never call it on the control thread.

mod file;

use std::path::{Path, PathBuf};

use keyring::Entry;
use korero_sentences::key;

use crate::fault::Fault;
use crate::secret::StreamKey;

/// The name of the app in the system's key store.
const SERVICE: &str = "korero";

/// The place for keys.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum KeyStore {
    /// Nothing is kept, nothing is known.
    #[default]
    None,
    /// The system's key store; where there is none, this file.
    System(PathBuf),
    /// This file.
    File(PathBuf),
}

/// Where a key was put.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kept {
    /// Nowhere.
    Nowhere,
    /// In the system's key store.
    System,
    /// In the file, for want of a key store.
    File,
}

impl KeyStore {
    /// The file of keys in the folder of the settings.
    pub const FILE: &str = "keys.toml";

    /// The system's key store, with a file in `folder` for want of one. A folder that was named for a purpose
    /// (`KORERO_CONFIG`) has everything in it, the keys too.
    #[must_use]
    pub fn usual(folder: &Path) -> Self {
        let file = folder.join(Self::FILE);
        if std::env::var_os("KORERO_CONFIG").is_some() { Self::File(file) } else { Self::System(file) }
    }

    /// Where the file is, if keys may be in one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::None => None,
            Self::System(file) | Self::File(file) => Some(file),
        }
    }

    /// The key of an address; `None` when none is kept.
    ///
    /// # Errors
    /// The file cannot be read, or others can read it too. A system without a key store is no error.
    pub fn find(&self, url: &str) -> Result<Option<StreamKey>, Fault> {
        if let Self::System(_) = self
            && let Ok(text) = entry(url).and_then(|entry| entry.get_password())
        {
            return Ok(StreamKey::parse(&text));
        }
        self.file().map_or(Ok(None), |path| Ok(file::read(path)?.remove(url).and_then(|text| StreamKey::parse(&text))))
    }

    /// Keeps the key of an address in the place of the one before.
    ///
    /// # Errors
    /// There is no key store, and the file cannot be written.
    pub fn keep(&self, url: &str, key: &StreamKey) -> Result<Kept, Fault> {
        if let Self::System(path) = self
            && entry(url).and_then(|entry| entry.set_password(key.reveal())).is_ok()
        {
            // Once it is in the store, it is nowhere else.
            file::change(path, |keys| keys.remove(url).is_some())?;
            return Ok(Kept::System);
        }
        let Some(path) = self.file() else { return Ok(Kept::Nowhere) };
        file::change(path, |keys| {
            keys.insert(url.to_owned(), key.reveal().to_owned()).as_deref() != Some(key.reveal())
        })?;
        Ok(Kept::File)
    }

    /// Forgets the key of an address.
    ///
    /// # Errors
    /// The key store does not let go of it, or the file cannot be written.
    pub fn forget(&self, url: &str) -> Result<(), Fault> {
        if let Self::System(_) = self {
            match entry(url).and_then(|entry| entry.delete_credential()) {
                // What is not there is forgotten, and so it is in a store that is not there.
                Ok(())
                | Err(keyring::Error::NoEntry | keyring::Error::NoDefaultStore | keyring::Error::PlatformFailure(_)) => {
                }
                Err(wrong) => return Err(Fault::new(key::FAULT_KEYS_STORE).with("why", wrong.to_string())),
            }
        }
        self.file().map_or(Ok(()), |path| file::change(path, |keys| keys.remove(url).is_some()))
    }
}

fn entry(url: &str) -> keyring::Result<Entry> {
    Entry::new(SERVICE, url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> StreamKey {
        StreamKey::parse(text).unwrap()
    }

    #[test]
    fn a_key_is_kept_for_its_address_alone_and_can_be_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let store = KeyStore::File(folder.path().join("new/keys.toml"));
        assert_eq!(store.find("https://a/whip/x"), Ok(None));
        assert_eq!(store.keep("https://a/whip/x", &key("one")), Ok(Kept::File));
        store.keep("https://a/whip/y", &key("two")).unwrap();
        assert_eq!(store.find("https://a/whip/x"), Ok(Some(key("one"))));
        for other in ["https://b/whip/x", "http://a/whip/x", "https://a/whip/x/", "https://a"] {
            assert_eq!(store.find(other), Ok(None), "{other}");
        }
        store.forget("https://a/whip/x").unwrap();
        assert_eq!((store.find("https://a/whip/x"), store.find("https://a/whip/y")), (Ok(None), Ok(Some(key("two")))));
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_closed_to_others_and_one_that_is_open_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(KeyStore::FILE);
        let store = KeyStore::File(path.clone());
        store.keep("https://a/whip/x", &key("one")).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(store.find("https://a/whip/x").unwrap_err().code, key::FAULT_PUBLISH_KEY_MODE);
        assert!(store.keep("https://a/whip/x", &key("two")).is_err());
    }

    #[test]
    fn a_damaged_file_is_told_without_what_is_in_it_and_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(KeyStore::FILE);
        let store = KeyStore::File(path.clone());
        store.keep("https://a/whip/x", &key("one")).unwrap();
        std::fs::write(&path, "\"https://a/whip/x\" = se-cret\n").unwrap();
        let fault = store.keep("https://a/whip/x", &key("two")).unwrap_err();
        assert_eq!(fault.code, key::FAULT_KEYS_FILE);
        assert!(!format!("{fault} {fault:?}").contains("se-cret"), "{fault:?}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "\"https://a/whip/x\" = se-cret\n");
    }

    #[test]
    fn without_a_place_nothing_is_kept() {
        assert_eq!(KeyStore::None.keep("https://a", &key("one")), Ok(Kept::Nowhere));
        assert_eq!((KeyStore::None.find("https://a"), KeyStore::None.forget("https://a")), (Ok(None), Ok(())));
    }
}
