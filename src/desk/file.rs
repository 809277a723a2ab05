//! Desk files: TOML that a person may write, read back with errors that name file, line and field.
//!
//! A value outside its range is an error here, not clamped: a typing mistake in a file should be seen before the
//! show. Saving keeps the comments of the file that was read.

pub mod place;
pub(super) mod read;
pub(super) mod write;

use std::path::Path;

use korero_sentences::key;

use super::Desk;
use crate::fault::Fault;
use read::Reader;

/// The format that this version writes. Older ones would be migrated when read; newer ones are refused.
pub const FORMAT: i64 = 1;

/// The desk that `korero desk new` prints: every key once, with what it means.
pub const COMMENTED: &str = include_str!("new.toml");

/// Reads the desk file at `path`. Errors: it cannot be read, or [`parse`] refuses it.
pub fn load(path: &Path) -> Result<Desk, Fault> {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|e| Fault::new(key::FAULT_DESK_READ).with("file", &*file).with("why", e.to_string()))?;
    parse(&text, &file)
}

/// Reads a desk from `text`; `file` is only for the errors.
///
/// Errors name file, line and field: not TOML, an unknown key, a value of the wrong kind or out of range, a strip
/// without inputs, two strips of one id, too many strips, or a newer format.
pub fn parse(text: &str, file: &str) -> Result<Desk, Fault> {
    let mut reader = Reader::new(text, file);
    let document = reader.document()?;
    match reader.format(document.as_table())? {
        Some(newer) => Err(newer),
        None => reader.desk(document.as_table()),
    }
}

/// Writes `desk` into the text that it was read from, so that comments stay; an empty text makes a plain file.
/// Errors: the old text is not a desk file, or a newer version wrote it.
pub fn render(old: &str, desk: &Desk, file: &str) -> Result<String, Fault> {
    let mut document = write::begin(old, file)?;
    write::render_desk(document.as_table_mut(), desk);
    Ok(document.to_string())
}

/// Saves by an atomic rename, keeping the comments of the file that stands there. Errors: the folder cannot be
/// written, or what stands there is not a desk file or a newer one.
pub fn save(path: &Path, desk: &Desk) -> Result<(), Fault> {
    let old = std::fs::read_to_string(path).unwrap_or_default();
    write::replace(path, &render(&old, desk, &path.display().to_string())?)
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
