//! The support bundle: one zip of texts about a night, without keys and without sound.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use korero_sentences::{Language, key};
use zip::write::{SimpleFileOptions, ZipWriter};

use super::{Moment, keeper};
use crate::fault::Fault;
use crate::limits::{MAX_BUNDLE_FILE, MAX_NIGHT_BYTES};

/// What stands in the place of a secret.
const HIDDEN: &str = "‹hidden›";
/// Where the person's home folder is named: their name is none of ours.
const HOME: &str = "~";
/// Settings, in whose values nothing may follow `?` or stand before `@`.
const ADDRESS_STARTS: [&str; 4] = ["https://", "http://", "icecast://", "icecasts://"];

/// Where everything comes from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The timeline of the night, or of a take.
    pub timeline: PathBuf,
    /// Texts that come along, when they are there: settings, desk, the journal of a take.
    pub texts: Vec<PathBuf>,
    /// What must not come along, wherever it stands: every key that is known here.
    pub secrets: Vec<String>,
    /// The person's home folder.
    pub home: Option<PathBuf>,
    /// The language of the words.
    pub language: Language,
}

/// What was made.
#[derive(Clone, PartialEq, Debug)]
pub struct Bundle {
    /// The zip.
    pub path: PathBuf,
    /// The night in words, one line a moment, with nothing hidden left in it.
    pub lines: Vec<String>,
}

/// Writes the bundle to `out`, which must not exist. `now_ms` is UTC in milliseconds.
///
/// # Errors
/// `fault-night-read` when there is no timeline, `fault-night-bundle` when the zip cannot be written.
pub fn make(sources: &Sources, out: &Path) -> Result<Bundle, Fault> {
    let moments = keeper::read(&sources.timeline)?;
    let scrub = Scrub::new(sources);
    let lines: Vec<_> = moments.iter().map(|moment| scrub.clean(&line(moment, sources.language))).collect();
    let written = write(sources, &scrub, &lines, out);
    written.map_err(|error| {
        Fault::new(key::FAULT_NIGHT_BUNDLE).with("file", out.display().to_string()).with("why", error.to_string())
    })?;
    Ok(Bundle { path: out.to_owned(), lines })
}

/// One moment on a line: UTC, the engine's frame, what happened, how loud it was.
fn line(moment: &Moment, language: Language) -> String {
    let time = time(moment.utc_ms);
    let (what, level) = (moment.sentence(language), moment.level());
    format!("{time}  {:>12}  {what}  {level}", moment.frame.0).trim_end().to_owned()
}

/// The time of day in UTC, with milliseconds.
fn time(utc_ms: u64) -> String {
    let of_day = utc_ms % 86_400_000;
    let (hours, minutes) = (of_day / 3_600_000, of_day / 60_000 % 60);
    format!("{hours:02}:{minutes:02}:{:02}.{:03}Z", of_day / 1_000 % 60, of_day % 1_000)
}

fn write(sources: &Sources, scrub: &Scrub, lines: &[String], out: &Path) -> io::Result<()> {
    let file = File::create_new(out)?;
    let mut zip = ZipWriter::new(file);
    let mut put = |name: &str, text: &str| {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(text.as_bytes())
    };
    put("night.txt", &format!("{}\n", lines.join("\n")))?;
    put("night.jsonl", &scrub.clean(&text(&sources.timeline, MAX_NIGHT_BYTES)?))?;
    put("about.txt", &about())?;
    for path in sources.texts.iter().filter(|path| path.is_file()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        put(&name, &scrub.clean(&text(path, MAX_BUNDLE_FILE)?))?;
    }
    zip.finish()?.sync_all()
}

fn about() -> String {
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    format!("korero {}\n{os} {arch}\n{cores} processors\n", env!("CARGO_PKG_VERSION"))
}

fn text(path: &Path, most: u64) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Takes out of a text what is nobody else's business.
struct Scrub {
    /// What is looked for and what is put there, longest first, so that no part of one is left by another.
    words: Vec<(String, &'static str)>,
}

impl Scrub {
    fn new(sources: &Sources) -> Self {
        let mut words: Vec<_> = sources.secrets.iter().map(|secret| (secret.clone(), HIDDEN)).collect();
        words.extend(sources.home.iter().map(|home| (home.display().to_string(), HOME)));
        words.retain(|(word, _)| word.len() > 1);
        words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        Self { words }
    }

    fn clean(&self, text: &str) -> String {
        let known = self.words.iter().fold(text.to_owned(), |text, (word, place)| text.replace(word, place));
        addresses(&known)
    }
}

/// Hides what stands before the `@` of an address and behind its `?`: people put keys there.
fn addresses(text: &str) -> String {
    let mut left = text;
    let mut clean = String::with_capacity(text.len());
    while let Some((at, start)) = ADDRESS_STARTS.iter().filter_map(|s| left.find(s).map(|at| (at, *s))).min() {
        let (before, rest) = left.split_at(at + start.len());
        clean.push_str(before);
        let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '\\' | '`');
        let (address, after) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
        clean.push_str(&without_secrets(address));
        left = after;
    }
    clean.push_str(left);
    clean
}

/// Host, path and what follows of an address, without who and what is asked.
fn without_secrets(address: &str) -> String {
    let host_ends = address.find(['/', '?', '#']).unwrap_or(address.len());
    let from = address[..host_ends].rfind('@');
    let who = from.map_or("", |_| HIDDEN);
    let rest = &address[from.unwrap_or(0)..];
    match rest.split_once(['?', '#']) {
        Some((path, _)) => format!("{who}{path}?{HIDDEN}"),
        None => format!("{who}{rest}"),
    }
}

#[cfg(test)]
#[path = "bundle_tests.rs"]
mod tests;
