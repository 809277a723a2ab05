//! How a file that is kept for the next evening comes to its place, and how one that cannot be used leaves it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Puts `text` in the place of what stands at `path`, by an atomic rename: after a power cut either the old text stands
/// there or the new one. Errors: the folder cannot be written.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    let mut file = File::create(&beside)?;
    file.write_all(text.as_bytes())?;
    // A rename may reach the disk before the text does, and would leave an empty file.
    file.sync_all()?;
    drop(file);
    fs::rename(&beside, path)
}

/// Gives a file that cannot be used a name of its own beside its place, `desk.damaged-1.toml` and so on, so that nothing is
/// ever written over it; gives that name. Errors: the folder cannot be written.
pub fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let aside = (1_u32..).map(|n| path.with_extension(format!("damaged-{n}.toml"))).find(|path| !path.exists());
    let aside = aside.ok_or(io::ErrorKind::AlreadyExists)?;
    fs::rename(path, &aside).map(|()| aside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_aside_takes_no_other_files_name_and_what_is_put_in_place_leaves_nothing_beside() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("desk.toml");
        for (n, text) in [(1, "first"), (2, "second")] {
            replace(&path, text).expect("written");
            let aside = set_aside(&path).expect("renamed");
            assert_eq!(aside, folder.path().join(format!("desk.damaged-{n}.toml")));
            assert_eq!(fs::read_to_string(aside).expect("there"), text);
        }
        assert_eq!(fs::read_dir(folder.path()).expect("there").count(), 2);
    }
}
