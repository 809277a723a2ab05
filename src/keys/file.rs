//! The file of keys: addresses and their keys, closed to everybody but its owner.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use korero_sentences::key;

use crate::fault::Fault;
use crate::secret;

/// All keys of the file by their addresses; none when there is no file.
pub(super) fn read(path: &Path) -> Result<BTreeMap<String, String>, Fault> {
    match fs::exists(path) {
        Ok(false) => return Ok(BTreeMap::new()),
        Ok(true) => secret::refuse_open_file(path)?,
        Err(error) => return Err(wrong(path, &error.to_string())),
    }
    let text = fs::read_to_string(path).map_err(|error| wrong(path, &error.to_string()))?;
    // The reason would quote the line, and the key in it.
    toml::from_str(&text).map_err(|_| wrong(path, "TOML"))
}

/// Changes the keys; the file is written anew, by an atomic rename, when `change` says that there is something to write.
pub(super) fn change(path: &Path, change: impl FnOnce(&mut BTreeMap<String, String>) -> bool) -> Result<(), Fault> {
    let mut keys = read(path)?;
    if !change(&mut keys) {
        return Ok(());
    }
    let text = toml::to_string(&keys).map_err(|_| wrong(path, "TOML"))?;
    write(path, &text).map_err(|error| wrong(path, &error.to_string()))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let draft = path.with_extension("toml.new");
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&draft, path)
}

fn wrong(path: &Path, why: &str) -> Fault {
    Fault::new(key::FAULT_KEYS_FILE).with("file", path.display().to_string()).with("why", why)
}
