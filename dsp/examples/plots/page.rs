//! The page of the measurements: its words are written by hand, its tables stand between markers and are replaced.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Outcome;

/// The page as it will be.
pub(crate) struct Page {
    path: PathBuf,
    text: String,
}

impl Page {
    /// Reads the page at `path`. Errors: it cannot be read.
    pub(crate) fn open(path: &Path) -> Outcome<Self> {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self { path: path.to_owned(), text })
    }

    /// Puts a table between `<!-- NAME -->` and the next `<!-- end -->`. Errors: the page has no such place.
    pub(crate) fn table(&mut self, name: &str, heads: &[&str], rows: &[Vec<String>]) -> Outcome {
        let rule: Vec<String> =
            heads.iter().enumerate().map(|(at, _)| if at == 0 { "---" } else { "---:" }.into()).collect();
        let heads: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
        let lines: String =
            [&heads, &rule].into_iter().chain(rows).map(|cells| format!("| {} |\n", cells.join(" | "))).collect();
        self.text(name, &lines)
    }

    /// Puts text between `<!-- NAME -->` and the next `<!-- end -->`. Errors: the page has no such place.
    pub(crate) fn text(&mut self, name: &str, text: &str) -> Outcome {
        let mark = format!("<!-- {name} -->\n");
        let from = self.text.find(&mark).ok_or_else(|| format!("no place for “{name}”"))? + mark.len();
        let to = from + self.text[from..].find("<!-- end -->").ok_or_else(|| format!("“{name}” has no end"))?;
        self.text.replace_range(from..to, &format!("{}\n", text.trim_end()));
        Ok(())
    }

    /// Writes the page. Errors: it cannot be written.
    pub(crate) fn save(&self) -> Outcome {
        Ok(fs::write(&self.path, &self.text)?)
    }
}

/// A number with a true minus sign, and with a plus where `signed`; exactly nothing is a plain 0.
pub(crate) fn number(value: f64, digits: usize, signed: bool) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let text = format!("{:.digits$}", value.abs());
    let zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    match (zero, value < 0.0, signed) {
        (false, true, _) => format!("−{text}"),
        (false, false, true) => format!("+{text}"),
        _ => text,
    }
}
