//! `korero takes export`: songs and whole takes as files for others.

use std::io::{IsTerminal as _, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;

use korero_sentences::{self as sentences, key};
use lexopt::Arg::{Long, Value};
use lexopt::Parser;

use super::args::{impossible, missing, number, path, text, wrong};
use super::{Voice, headless};
use crate::fault::Fault;
use crate::limits::{BITRATES, EXPORT_CEILINGS, EXPORT_EDGE, EXPORT_LOUDNESSES};
use crate::record::{LocalDisk, Part};
use crate::takes;
use crate::takes::export::{Cut, ExportPlan, Exported, Format, Match, Progress, Step};

/// What is asked for.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Export {
    /// The folder of the take.
    pub take: PathBuf,
    /// What of it.
    pub plan: ExportPlan,
}

/// Reads the words behind `takes export`.
///
/// # Errors
/// No take, a word that means nothing, a value out of its range.
pub(super) fn asked(parser: &mut Parser) -> Result<Export, Fault> {
    let (mut take, mut plan) = (None, ExportPlan::default());
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Value(word) if take.is_none() => take = Some(word.into()),
            Long("songs") => plan.cut = Cut::Songs,
            Long("whole") => plan.cut = Cut::Whole,
            Long("as") => plan.formats = formats(&text(parser, "--as")?)?,
            Long("fade-in") => plan.fade_in = edge(parser, "--fade-in")?,
            Long("fade-out") => plan.fade_out = edge(parser, "--fade-out")?,
            Long("head") => plan.head = edge(parser, "--head")?,
            Long("tail") => plan.tail = edge(parser, "--tail")?,
            Long("matched") => drop(plan.matched.get_or_insert_default()),
            Long("loudness") => {
                let lufs = number(parser, "--loudness", |lufs| EXPORT_LOUDNESSES.contains(lufs))?;
                plan.matched = Some(Match { lufs, ..plan.matched.unwrap_or_default() });
            }
            Long("ceiling") => {
                let ceiling_db = number(parser, "--ceiling", |db| EXPORT_CEILINGS.contains(db))?;
                plan.matched = Some(Match { ceiling_db, ..plan.matched.unwrap_or_default() });
            }
            Long("bitrate") => plan.bitrate = number(parser, "--bitrate", |rate| BITRATES.contains(rate))?,
            Long("into") => plan.into = Some(path(parser)?),
            Long("file") => (plan.part, plan.track) = part(&text(parser, "--file")?)?,
            other => return Err(wrong(other.unexpected())),
        }
    }
    Ok(Export { take: take.ok_or_else(|| missing("TAKE"))?, plan })
}

fn formats(words: &str) -> Result<Vec<Format>, Fault> {
    let mut formats = Vec::new();
    for word in words.split(',') {
        let known = [Format::Wav, Format::Flac, Format::Opus];
        let format = known.into_iter().find(|format| format.ending() == word);
        let format = format.ok_or_else(|| impossible("--as", words))?;
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    Ok(formats)
}

fn edge(parser: &mut Parser, flag: &'static str) -> Result<Duration, Fault> {
    let most = EXPORT_EDGE.as_secs_f64();
    number::<f64>(parser, flag, |seconds| (0.0..=most).contains(seconds)).map(Duration::from_secs_f64)
}

/// `mix`, `cue 1`, or with the number of a track behind it: `inputs 3`.
fn part(words: &str) -> Result<(Part, Option<u8>), Fault> {
    if let Ok(part) = Part::try_from(words.to_owned()) {
        return Ok((part, None));
    }
    let both = words.rsplit_once(' ').and_then(|(part, track)| {
        Some((Part::try_from(part.to_owned()).ok()?, track.parse().ok().filter(|track| *track > 0)?))
    });
    both.map(|(part, track)| (part, Some(track))).ok_or_else(|| impossible("--file", words))
}

/// Exports, and tells how far it is to somebody who watches.
///
/// # Errors
/// The take, the part or the disk is not what it must be.
pub(super) fn export(asked: &Export, voice: Voice) -> Result<(), Fault> {
    let take = takes::read(&LocalDisk, &asked.take)?;
    let stop = headless::catch_signals()?;
    let mut watched = Watched::new(voice);
    let mut tell = |progress: Progress| {
        watched.tell(&progress);
        if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let exported = takes::export::export(&LocalDisk, &take, &asked.plan, &mut tell);
    watched.clear();
    for file in exported? {
        say(&file, voice);
    }
    if stop.load(Ordering::Relaxed) {
        voice.say(key::CLI_EXPORT_STOPPED, &[]);
    }
    Ok(())
}

fn say(file: &Exported, voice: Voice) {
    let path = ("file", file.path.display().to_string().into());
    let tenths = |value: f32| (f64::from((value * 10.0).round()) / 10.0).into();
    match file.reading.filter(|reading| reading.lufs.is_finite() && reading.true_peak_db.is_finite()) {
        Some(reading) => {
            let (lufs, peak) = (tenths(reading.lufs), tenths(reading.true_peak_db));
            voice.say(key::CLI_EXPORTED_LEVELS, &[path, ("lufs", lufs), ("peak", peak)]);
        }
        None => voice.say(key::CLI_EXPORTED, &[path]),
    }
    file.told.iter().for_each(|fault| voice.complain(fault));
}

/// One line that is written over again and again, on a terminal only.
pub(super) struct Watched {
    voice: Voice,
    is_terminal: bool,
    last: Option<(usize, Step, u32)>,
}

impl Watched {
    pub(super) fn new(voice: Voice) -> Self {
        Self { voice, is_terminal: std::io::stderr().is_terminal(), last: None }
    }

    pub(super) fn tell(&mut self, progress: &Progress) {
        let percent = (progress.share * 100.0) as u32;
        let now = (progress.nth, progress.step, percent);
        if !self.is_terminal || self.last.replace(now) == Some(now) {
            return;
        }
        let step = match progress.step {
            Step::Measuring => "measuring",
            Step::Writing => "writing",
            Step::Checking => "checking",
        };
        let args = [
            ("nth", progress.nth.into()),
            ("of", progress.of.into()),
            ("name", progress.name.as_str().into()),
            ("step", step.into()),
            ("percent", percent.into()),
        ];
        let line = sentences::say(self.voice.language, key::CLI_EXPORT_PROGRESS, &args);
        // Back to the beginning of the line, and what was longer before is wiped (ECMA-48: CR, EL).
        let _ = write!(std::io::stderr().lock(), "\r{line}\x1b[K");
    }

    /// Takes the line away.
    pub(super) fn clear(&self) {
        if self.last.is_some() && self.is_terminal {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K");
        }
    }
}

/// The file of a take that goes to the archive: its mix as FLAC, made once and kept beside it; `None` when somebody asked
/// to stop.
///
/// # Errors
/// The file is not what was recorded, or the disk has no room.
pub(super) fn lossless(
    take: &takes::Take,
    mix: &takes::TakeFile,
    stop: &std::sync::atomic::AtomicBool,
    voice: Voice,
) -> Result<Option<PathBuf>, Fault> {
    let name = |path: &Path| path.display().to_string();
    voice.say(key::CLI_UPLOAD_LOSSLESS, &[("file", name(&mix.path).into())]);
    let mut watched = Watched::new(voice);
    let mut tell = |progress: Progress| {
        watched.tell(&progress);
        if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let made = takes::export::lossless(&LocalDisk, take, mix, &mut tell);
    watched.clear();
    Ok(match made? {
        takes::export::Lossless::Flac(path) => Some(path),
        takes::export::Lossless::Recording(path) => {
            voice.say(key::CLI_UPLOAD_RECORDING, &[("file", name(&path).into())]);
            Some(path)
        }
        takes::export::Lossless::Stopped => None,
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    fn read(line: &str) -> Result<Export, Fault> {
        asked(&mut Parser::from_args(line.split(' ').map(|word| OsString::from(word.replace('_', " ")))))
    }

    #[test]
    fn an_export_needs_a_take_and_is_of_songs_as_wav_unless_told() {
        assert_eq!(read("--songs").map_err(|f| f.code), Err(key::FAULT_CLI_MISSING));
        let asked = read("a").unwrap();
        assert_eq!((asked.take, asked.plan), (PathBuf::from("a"), ExportPlan::default()));
    }

    #[test]
    fn all_that_can_be_said_of_an_export_is_read() {
        let line = "a --whole --as wav,flac,opus,wav --fade-in 0.5 --fade-out 2 --head 1 --tail 3 --ceiling -2 \
                    --loudness -18.5 --bitrate 96000 --into b --file inputs_3";
        let plan = read(line).unwrap().plan;
        assert_eq!((plan.cut, plan.formats), (Cut::Whole, vec![Format::Wav, Format::Flac, Format::Opus]));
        let edges = [plan.fade_in, plan.fade_out, plan.head, plan.tail].map(|edge| edge.as_millis());
        assert_eq!(edges, [500, 2_000, 1_000, 3_000]);
        assert_eq!(plan.matched, Some(Match { lufs: -18.5, ceiling_db: -2.0 }));
        assert_eq!((plan.bitrate, plan.into), (96_000, Some("b".into())));
        assert_eq!((plan.part, plan.track), (Part::Inputs, Some(3)));
        assert_eq!(read("a --matched").unwrap().plan.matched, Some(Match::default()));
        assert_eq!(read("a --file cue_1").unwrap().plan.part, Part::Cue(0));
    }

    #[test]
    fn what_an_export_cannot_be_is_named() {
        for line in
            ["--as mp3", "--as wav,", "--fade-in -1", "--loudness 0", "--ceiling 1", "--file drums", "--bitrate 1"]
        {
            assert_eq!(read(&format!("a {line}")).map_err(|f| f.code), Err(key::FAULT_CLI_VALUE), "{line}");
        }
    }
}
