//! What the words of the command line mean.

use std::ffi::OsString;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use korero_sentences::key;
use lexopt::Arg::{Long, Short, Value};
use lexopt::{Parser, ValueExt};

use super::export::{self, Export};
use super::network::Check;
use super::report::Report;
use super::upload::Upload;
use crate::fault::Fault;
use crate::limits::{BITRATES, DEVICE_FRAMES, MAX_DESTINATIONS, MAX_NAME, ROLLING, SETUP_LENGTH};
use crate::recording::{Layout, Recording, SampleForm, Second};

/// What is to be done.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Verb {
    /// Open the window.
    Window(Play),
    /// Go on air without a window.
    Air(Play),
    /// Record without network and window.
    Record(Play),
    /// List the interfaces.
    Devices {
        /// As JSON.
        json: bool,
        /// The host to ask.
        host: String,
    },
    /// Mix a multitrack file offline.
    Render(Render),
    /// Listen to the inputs and tell what they are.
    SetUp(SetUp),
    /// Send a master to the archive.
    Upload(Upload),
    /// Tell what happened in a night.
    Report(Report),
    /// Write songs or a whole take as files for others.
    Export(Export),
    /// Look at takes, or mend them.
    Takes(Takes),
    /// Print a commented desk file.
    DeskNew,
    /// Read a desk file and say whether it is good.
    DeskCheck(PathBuf),
    /// List the presets for strips.
    DeskPresets,
    /// Find out what the network would do to a show.
    Check(Check),
    /// Tell how the program is used.
    Help,
    /// Tell the version.
    Version,
}

/// How a show is played.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Play {
    /// Where sound comes from: `cpal`, `cpal:ID` or `scripted:FILE`.
    pub host: Option<String>,
    /// The desk file.
    pub desk: Option<PathBuf>,
    /// Where it goes.
    pub to: Vec<To>,
    /// Where recordings go.
    pub record: Option<PathBuf>,
    /// What is recorded, and how.
    pub recording: Recording,
    /// How much rolls while nothing is recorded.
    pub rolling: Option<Duration>,
    /// Our own ear does not listen.
    pub no_ear: bool,
    /// How long before it was asked for a recording begins.
    pub pre_roll: Option<Duration>,
    /// End after this time.
    pub length: Option<Duration>,
    /// Write statistics here at the end.
    pub stats: Option<PathBuf>,
    /// Frames in one callback of the device.
    pub frames: Option<u32>,
    /// Title of the show.
    pub title: Option<String>,
    /// Who plays.
    pub artist: Option<String>,
    /// Where the headphones are.
    pub monitor: Option<String>,
    /// The window goes on air at once.
    pub on_air: bool,
}

/// One destination, as far as the words say.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct To {
    /// The address; `None` while only the words beside it came: then they are about the first one.
    pub url: Option<String>,
    /// A file with the stream key.
    pub key_file: Option<PathBuf>,
    /// Bit rate, bit/s.
    pub bitrate: Option<u32>,
    /// Only packets of 20 ms.
    pub safest: bool,
    /// Where our own ear listens: a WHEP address.
    pub ear: Option<String>,
}

/// An offline mix.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Render {
    /// The desk file.
    pub desk: PathBuf,
    /// The multitrack: one file, or several whose channels stand beside each other.
    pub inputs: Vec<PathBuf>,
    /// The mix to be written.
    pub out: PathBuf,
    /// A folder for one file of each strip, group and return.
    pub stems: Option<PathBuf>,
    /// A folder for the headphone mixes.
    pub cues: Option<PathBuf>,
    /// The id or the name of a scene to be recalled first.
    pub scene: Option<String>,
    /// The file of the scenes; without it those that the window keeps.
    pub scenes: Option<PathBuf>,
    /// Strips, by their ids, and the presets that are put on them.
    pub presets: Vec<(String, String)>,
}

/// What the assistant is asked.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct SetUp {
    /// Where sound comes from: `cpal`, `cpal:ID` or `scripted:FILE`.
    pub host: Option<String>,
    /// How long to listen.
    pub length: Duration,
    /// Tell it as JSON.
    pub json: bool,
    /// The desk to be written.
    pub desk: Option<PathBuf>,
}

/// What is wanted of takes. A folder that is not named is the one that recordings go into.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Takes {
    /// List those in a folder for recordings.
    List(Option<PathBuf>),
    /// Tell all about one.
    Show(PathBuf),
    /// Check one against its journal, or all in a folder for recordings.
    Verify(Option<PathBuf>),
    /// Mend one, or all in a folder for recordings.
    Repair(Option<PathBuf>),
    /// Name one anew.
    Rename(Names),
    /// Put one into the system's bin.
    Bin(PathBuf),
}

/// How a take is to be called; what is not said stays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Names {
    /// The take.
    pub folder: PathBuf,
    /// Who plays.
    pub artist: Option<String>,
    /// The title of the evening.
    pub title: Option<String>,
}

/// Reads the words after the program's name. Errors: a word that means nothing, a missing or impossible value.
pub(super) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Verb, Fault> {
    let mut parser = Parser::from_args(words);
    let first = parser.next().map_err(wrong)?;
    match first {
        None => Ok(Verb::Window(Play::default())),
        Some(Short('h') | Long("help")) => Ok(Verb::Help),
        Some(Short('V') | Long("version")) => Ok(Verb::Version),
        Some(Value(word)) => match word.to_string_lossy().as_ref() {
            "window" => play(&mut parser).map(Verb::Window),
            "air" => play(&mut parser).and_then(air),
            "check" => check(&mut parser),
            "record" => play(&mut parser).and_then(record),
            "devices" => devices(&mut parser),
            "render" => render(&mut parser),
            "setup" => set_up(&mut parser),
            "desk" => desk(&mut parser),
            "takes" => takes(&mut parser),
            "report" => report(&mut parser),
            "help" => Ok(Verb::Help),
            other => Err(unknown(other)),
        },
        Some(other) => Err(wrong(other.unexpected())),
    }
}

fn play(parser: &mut Parser) -> Result<Play, Fault> {
    let mut play = Play::default();
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Long("host") => play.host = Some(text(parser, "--host")?),
            Long("desk") => play.desk = Some(path(parser)?),
            Long("to") => play.goes_to(text(parser, "--to")?)?,
            Long("key-file") => play.last().key_file = Some(path(parser)?),
            Long("record" | "into") => play.record = Some(path(parser)?),
            Long(word) if record_word(word, &mut play.recording) => {}
            Long("mirror") => play.recording.second = Second::Mirror(path(parser)?),
            Long("fail-over") => play.recording.second = Second::FailOver(path(parser)?),
            Long("rolling") => play.rolling = Some(seconds(parser, "--rolling", 0.0..=ROLLING.end().as_secs_f64())?),
            Long("pre-roll") => play.pre_roll = Some(seconds(parser, "--pre-roll", 0.0..=ROLLING.end().as_secs_f64())?),
            Long("ear") => play.last().ear = Some(text(parser, "--ear")?),
            Long("no-ear") => play.no_ear = true,
            Long("for") => {
                let seconds = number::<f64>(parser, "--for", |s| s.is_finite() && *s > 0.0 && *s < 1e7)?;
                play.length = Some(Duration::from_secs_f64(seconds));
            }
            Long("stats") => play.stats = Some(path(parser)?),
            Long("bitrate") => play.last().bitrate = Some(number(parser, "--bitrate", |b| BITRATES.contains(b))?),
            Long("safest") => play.last().safest = true,
            Long("frames") => play.frames = Some(number(parser, "--frames", |f| DEVICE_FRAMES.contains(f))?),
            Long("title") => play.title = Some(text(parser, "--title")?),
            Long("artist") => play.artist = Some(text(parser, "--artist")?),
            Long("monitor") => play.monitor = Some(text(parser, "--monitor")?),
            Long("on-air") => play.on_air = true,
            other => return Err(wrong(other.unexpected())),
        }
    }
    Ok(play)
}

/// Takes a word that says what is recorded and needs no value.
fn record_word(word: &str, recording: &mut Recording) -> bool {
    match word {
        "mix" => recording.mix = true,
        "inputs" => recording.inputs = true,
        "groups" => recording.groups = true,
        "cues" => recording.cues = true,
        "float" => recording.form = SampleForm::Float32,
        "file-per-track" => recording.layout = Layout::FilePerTrack,
        _ => return false,
    }
    true
}

fn air(play: Play) -> Result<Verb, Fault> {
    if play.url().is_none() {
        return Err(missing("--to"));
    }
    Ok(Verb::Air(play))
}

/// Without a word about what is recorded, the mix is.
fn record(mut play: Play) -> Result<Verb, Fault> {
    play.recording.mix |= !play.recording.has_any();
    Ok(Verb::Record(play))
}

fn check(parser: &mut Parser) -> Result<Verb, Fault> {
    let (mut to, mut key_file, mut json) = (None, None, false);
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Long("to") => to = Some(text(parser, "--to")?),
            Long("key-file") => key_file = Some(path(parser)?),
            Long("json") => json = true,
            other => return Err(wrong(other.unexpected())),
        }
    }
    let to = to.ok_or_else(|| missing("--to"))?;
    Ok(Verb::Check(Check { to, key_file, json }))
}

fn devices(parser: &mut Parser) -> Result<Verb, Fault> {
    let (mut json, mut host) = (false, "cpal".to_owned());
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Long("json") => json = true,
            Long("host") => host = text(parser, "--host")?,
            other => return Err(wrong(other.unexpected())),
        }
    }
    Ok(Verb::Devices { json, host })
}

fn render(parser: &mut Parser) -> Result<Verb, Fault> {
    let (mut desk, mut out) = (None, None);
    let mut job = Render {
        desk: PathBuf::new(),
        inputs: Vec::new(),
        out: PathBuf::new(),
        stems: None,
        cues: None,
        scene: None,
        scenes: None,
        presets: Vec::new(),
    };
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Long("desk") => desk = Some(path(parser)?),
            Long("in") => job.inputs.push(path(parser)?),
            // As a shell writes out `--in *.flac`.
            Value(more) if !job.inputs.is_empty() => job.inputs.push(more.into()),
            Long("out") => out = Some(path(parser)?),
            Long("stems") => job.stems = Some(path(parser)?),
            Long("cues") => job.cues = Some(path(parser)?),
            Long("scene") => job.scene = Some(text(parser, "--scene")?),
            Long("scenes") => job.scenes = Some(path(parser)?),
            Long("preset") => {
                let word = text(parser, "--preset")?;
                let (strip, preset) = word.split_once('=').ok_or_else(|| impossible("--preset", &word))?;
                job.presets.push((strip.to_owned(), preset.to_owned()));
            }
            other => return Err(wrong(other.unexpected())),
        }
    }
    job.desk = desk.ok_or_else(|| missing("--desk"))?;
    job.out = out.ok_or_else(|| missing("--out"))?;
    if job.inputs.is_empty() { Err(missing("--in")) } else { Ok(Verb::Render(job)) }
}

fn set_up(parser: &mut Parser) -> Result<Verb, Fault> {
    let mut job = SetUp { host: None, length: SETUP_LENGTH, json: false, desk: None };
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Long("host") => job.host = Some(text(parser, "--host")?),
            Long("seconds") => {
                job.length = seconds(parser, "--seconds", 1.0..=3_600.0)?;
            }
            Long("json") => job.json = true,
            Long("desk") => job.desk = Some(path(parser)?),
            other => return Err(wrong(other.unexpected())),
        }
    }
    Ok(Verb::SetUp(job))
}

fn upload(parser: &mut Parser) -> Result<Verb, Fault> {
    let (mut what, mut to, mut key_file, mut performance) = (None, None, None, None);
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Value(word) if what.is_none() => what = Some(word.into()),
            Long("to") => to = Some(text(parser, "--to")?),
            Long("key-file") => key_file = Some(path(parser)?),
            Long("performance") => performance = Some(number(parser, "--performance", |_| true)?),
            other => return Err(wrong(other.unexpected())),
        }
    }
    let what = what.ok_or_else(|| missing("TAKE"))?;
    let to = to.ok_or_else(|| missing("--to"))?;
    Ok(Verb::Upload(Upload { what, to, key_file, performance }))
}

fn report(parser: &mut Parser) -> Result<Verb, Fault> {
    let mut report = Report::default();
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Long("take") => report.take = Some(path(parser)?),
            Long("out") => report.out = Some(path(parser)?),
            other => return Err(wrong(other.unexpected())),
        }
    }
    Ok(Verb::Report(report))
}

fn desk(parser: &mut Parser) -> Result<Verb, Fault> {
    match parser.next().map_err(wrong)? {
        Some(Value(word)) if word == "new" => Ok(Verb::DeskNew),
        Some(Value(word)) if word == "check" => path(parser).map(Verb::DeskCheck),
        Some(Value(word)) if word == "presets" => Ok(Verb::DeskPresets),
        Some(other) => Err(wrong(other.unexpected())),
        None => Err(missing("new")),
    }
}

fn takes(parser: &mut Parser) -> Result<Verb, Fault> {
    let word = match parser.next().map_err(wrong)? {
        Some(Value(word)) if word == "upload" => return upload(parser),
        Some(Value(word)) if word == "export" => return export::asked(parser).map(Verb::Export),
        Some(Value(word)) if word == "rename" => return rename(parser),
        Some(Value(word)) => word,
        Some(other) => return Err(wrong(other.unexpected())),
        None => return Err(missing("list")),
    };
    let folder = match parser.next().map_err(wrong)? {
        Some(Value(folder)) => Some(PathBuf::from(folder)),
        Some(other) => return Err(wrong(other.unexpected())),
        None => None,
    };
    let wish = match (word.to_string_lossy().as_ref(), folder) {
        ("list", folder) => Takes::List(folder),
        ("show", Some(folder)) => Takes::Show(folder),
        ("bin", Some(folder)) => Takes::Bin(folder),
        ("show" | "bin", None) => return Err(missing("DIR")),
        ("verify", folder) => Takes::Verify(folder),
        ("repair", folder) => Takes::Repair(folder),
        (other, _) => return Err(unknown(other)),
    };
    Ok(Verb::Takes(wish))
}

fn rename(parser: &mut Parser) -> Result<Verb, Fault> {
    let (mut folder, mut artist, mut title) = (None, None, None);
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Value(word) if folder.is_none() => folder = Some(word.into()),
            Long("artist") => artist = Some(text(parser, "--artist")?),
            Long("title") => title = Some(text(parser, "--title")?),
            other => return Err(wrong(other.unexpected())),
        }
    }
    let folder = folder.ok_or_else(|| missing("DIR"))?;
    if artist.is_none() && title.is_none() {
        return Err(missing("--title"));
    }
    Ok(Verb::Takes(Takes::Rename(Names { folder, artist, title })))
}

pub(super) fn path(parser: &mut Parser) -> Result<PathBuf, Fault> {
    parser.value().map(PathBuf::from).map_err(wrong)
}

pub(super) fn text(parser: &mut Parser, flag: &'static str) -> Result<String, Fault> {
    let text = parser.value().and_then(ValueExt::string).map_err(wrong)?;
    if text.is_empty() || (flag != "--to" && flag != "--host" && text.chars().count() > MAX_NAME) {
        return Err(impossible(flag, &text));
    }
    Ok(text)
}

pub(super) fn number<T: std::str::FromStr>(
    parser: &mut Parser,
    flag: &'static str,
    fits: impl Fn(&T) -> bool,
) -> Result<T, Fault> {
    let word = parser.value().map_err(wrong)?;
    let word = word.to_string_lossy();
    word.parse().ok().filter(|number| fits(number)).ok_or_else(|| impossible(flag, &word))
}

/// A time within bounds, in seconds.
fn seconds(parser: &mut Parser, flag: &'static str, fits: RangeInclusive<f64>) -> Result<Duration, Fault> {
    number::<f64>(parser, flag, |seconds| fits.contains(seconds)).map(Duration::from_secs_f64)
}

fn unknown(word: &str) -> Fault {
    Fault::new(key::FAULT_CLI_UNKNOWN).with("word", word)
}

pub(super) fn missing(flag: &'static str) -> Fault {
    Fault::new(key::FAULT_CLI_MISSING).with("flag", flag)
}

pub(super) fn impossible(flag: &'static str, value: &str) -> Fault {
    Fault::new(key::FAULT_CLI_VALUE).with("flag", flag).with("value", value)
}

/// Says in our words what the reader of words found.
pub(super) fn wrong(error: lexopt::Error) -> Fault {
    match error {
        lexopt::Error::MissingValue { option } => {
            Fault::new(key::FAULT_CLI_NO_VALUE).with("flag", option.unwrap_or_default())
        }
        lexopt::Error::UnexpectedOption(word) => unknown(&word),
        lexopt::Error::UnexpectedArgument(word) => unknown(&word.to_string_lossy()),
        other => unknown(&other.to_string()),
    }
}

impl Play {
    /// Takes an address; what came before the first one was about it.
    fn goes_to(&mut self, url: String) -> Result<(), Fault> {
        let full = self.to.len() >= MAX_DESTINATIONS;
        match self.to.last_mut() {
            Some(last) if last.url.is_none() => last.url = Some(url),
            _ if full => return Err(Fault::new(key::FAULT_SESSION_DESTINATIONS).with("most", MAX_DESTINATIONS)),
            _ => self.to.push(To { url: Some(url), ..To::default() }),
        }
        Ok(())
    }

    /// The destination that the next words are about.
    fn last(&mut self) -> &mut To {
        if self.to.is_empty() {
            self.to.push(To::default());
        }
        let last = self.to.len() - 1;
        &mut self.to[last]
    }

    /// The first address.
    pub(super) fn url(&self) -> Option<&str> {
        self.to.first()?.url.as_deref()
    }
}

#[cfg(test)]
#[path = "args_tests.rs"]
mod tests;
