//! The verbs of the command line. Each one says what happens in the person's language, and a failure is one sentence
//! with its remedy and an exit code other than 0.

mod args;
mod export;
mod headless;
mod network;
mod offline;
mod plan;
mod report;
mod setup;
mod takes;
mod upload;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

use korero_sentences::{self as sentences, Args, Key, Language, key};

use crate::desk::file;
use crate::fault::Fault;
use crate::limits::HEADLESS_TICK;
use crate::session::command::Command;
use crate::{audio, settings, stage, ui};
use args::{Play, Verb};

/// Does what the words after the program's name ask for.
pub fn run(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let voice = Voice { language: Language::from_environment() };
    match args::parse(words).and_then(|verb| act(verb, voice)) {
        Ok(code) => code,
        Err(fault) => {
            voice.complain(&fault);
            ExitCode::from(2)
        }
    }
}

/// Speaks to the person at the terminal.
#[derive(Clone, Copy)]
struct Voice {
    language: Language,
}

impl Voice {
    /// Says a sentence on standard output.
    fn say(self, key: Key, args: &Args) {
        self.line(&sentences::say(self.language, key, args));
    }

    /// Says a sentence about one of several destinations, or about the only one.
    fn say_about(self, destination: Option<&str>, key: Key, args: &Args) {
        let sentence = sentences::say(self.language, key, args);
        match destination {
            Some(name) => self.say(key::ABOUT, &[("name", name.into()), ("sentence", sentence.into())]),
            None => self.line(&sentence),
        }
    }

    /// Prints a text; a reader who went away is no fault of ours.
    fn line(self, text: &str) {
        let _ = writeln!(std::io::stdout().lock(), "{text}");
    }

    /// Says a fault with its remedy on standard error.
    fn complain(self, fault: &Fault) {
        let _ = writeln!(std::io::stderr().lock(), "{}", fault.line(self.language));
    }
}

fn act(verb: Verb, voice: Voice) -> Result<ExitCode, Fault> {
    let done = match verb {
        Verb::Check(asked) => return network::check(&asked, voice),
        Verb::Window(play) => window(&play, voice),
        Verb::Air(play) => headless::play(&play, true, voice),
        Verb::Record(play) => headless::play(&play, false, voice),
        Verb::Devices { json, host } => devices(json, &host, voice),
        Verb::Render(job) => offline::mix_down(&job, voice),
        Verb::SetUp(job) => setup::set_up(&job, voice),
        Verb::Takes(wish) => takes::takes(wish, voice),
        Verb::Export(asked) => export::export(&asked, voice),
        Verb::Report(asked) => report::report(&asked, voice),
        Verb::Upload(asked) => upload::upload(&asked, voice),
        Verb::DeskNew => {
            voice.line(file::COMMENTED.trim_end());
            Ok(())
        }
        Verb::DeskCheck(path) => check(&path, voice),
        Verb::DeskPresets => {
            list_presets(voice);
            Ok(())
        }
        Verb::Help => {
            voice.say(key::CLI_HELP, &[]);
            Ok(())
        }
        Verb::Version => {
            voice.say(key::CLI_VERSION, &[("version", env!("CARGO_PKG_VERSION").into())]);
            Ok(())
        }
    };
    done.map(|()| ExitCode::SUCCESS)
}

fn window(play: &Play, voice: Voice) -> Result<(), Fault> {
    let begin = plan::for_window(play)?;
    let language = begin.language.unwrap_or(voice.language);
    let stop = headless::catch_signals()?;
    let show = stage::start(begin.plan)?;
    for command in begin.commands {
        // The stage was started just now and listens.
        let _ = show.commands.send(command);
    }
    let link = ui::Link {
        snapshot: show.snapshot.clone(),
        commands: show.commands.clone(),
        levels: show.levels.clone(),
        readings: show.readings.clone(),
        language,
    };
    end_when_told(stop, show.commands.clone())?;
    let closed = ui::open(&link);
    let report = show.end();
    for recorded in &report.recorded {
        voice.say(key::CLI_RECORDED, &[("files", recorded.path.display().to_string().into())]);
    }
    plan::write_stats(play, &report)?;
    closed
}

/// A window that the system or its terminal ends leaves the show in order, like one that is closed.
fn end_when_told(stop: Arc<AtomicBool>, commands: Sender<Command>) -> Result<(), Fault> {
    let watch = move || {
        while !stop.load(Ordering::Relaxed) {
            std::thread::park_timeout(HEADLESS_TICK);
        }
        // A show that has ended already needs no word.
        let _ = commands.send(Command::Quit);
    };
    std::thread::Builder::new()
        .name("korero-signals".to_owned())
        .spawn(watch)
        .map(drop)
        .map_err(|e| Fault::new(key::FAULT_STAGE_THREAD).with("why", e.to_string()))
}

fn devices(json: bool, host: &str, voice: Voice) -> Result<(), Fault> {
    let found = audio::host(host)?.0.devices()?;
    if json {
        // Plain data always turns into JSON.
        voice.line(&serde_json::to_string_pretty(&found).unwrap_or_default());
        return Ok(());
    }
    if found.is_empty() {
        voice.say(key::CLI_NO_DEVICES, &[]);
    }
    for device in found {
        let args = [
            ("id", device.id.into()),
            ("name", device.name.into()),
            ("inputs", device.inputs.into()),
            ("outputs", device.outputs.into()),
        ];
        voice.say(key::CLI_DEVICE, &args);
    }
    Ok(())
}

/// A preset that is refused is told, and the others are listed all the same.
fn list_presets(voice: Voice) {
    let (presets, faults) = plan::presets(&settings::folder());
    for preset in presets {
        voice.say(key::CLI_PRESET, &[("id", preset.id.as_str().into()), ("name", preset.name(voice.language).into())]);
    }
    faults.iter().for_each(|fault| voice.complain(fault));
}

fn check(path: &Path, voice: Voice) -> Result<(), Fault> {
    let desk = file::load(path)?;
    voice.say(key::CLI_DESK_GOOD, &[("file", path.display().to_string().into()), ("strips", desk.strips.len().into())]);
    Ok(())
}
