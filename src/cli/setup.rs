//! Listens to the inputs of an interface and tells what the assistant found.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use korero_sentences::{self as sentences, Value, key};

use super::args::SetUp;
use super::{Voice, headless, plan};
use crate::assistant::{Assistant, Finding, Kind, Setup};
use crate::audio::{self, AudioEvent, Interface, Wanted};
use crate::desk::file;
use crate::engine::{self, EngineHandle, TapReader, TapSource};
use crate::fault::Fault;
use crate::limits::{MAX_INPUTS, SAMPLE_RATE, SETUP_PATIENCE, SETUP_POLL, SETUP_TAP};
use crate::session::snapshot::DeviceState;

/// Listens, prints, and writes the desk where it was asked for.
///
/// # Errors
/// No interface, nobody played, the desk cannot be written.
pub(super) fn set_up(job: &SetUp, voice: Voice) -> Result<(), Fault> {
    let setup = listen(job, voice)?;
    if setup.findings.iter().all(|finding| matches!(finding.kind, Kind::Silent | Kind::Loopback)) {
        return Err(Fault::new(key::FAULT_CLI_NOTHING_HEARD));
    }
    if job.json {
        // Plain data always turns into JSON.
        voice.line(&serde_json::to_string_pretty(&setup).unwrap_or_default());
    } else {
        tell(&setup, voice);
    }
    let Some(path) = &job.desk else { return Ok(()) };
    file::save(path, &setup.desk(|first, last| name(first, last, voice)))?;
    if !job.json {
        voice.say(key::CLI_SETUP_DESK, &[("file", path.display().to_string().into())]);
    }
    Ok(())
}

/// “Input 3” or “Inputs 3-4”.
fn name(first: u8, last: u8, voice: Voice) -> String {
    let (first, last): (Value, Value) = (first.to_string().into(), last.to_string().into());
    if first == last {
        return sentences::say(voice.language, key::CLI_SETUP_INPUT, &[("input", first)]);
    }
    sentences::say(voice.language, key::CLI_SETUP_INPUTS, &[("first", first), ("last", last)])
}

/// Hears `job.length` of sound, or less when it ends or somebody presses Ctrl-C.
fn listen(job: &SetUp, voice: Voice) -> Result<Setup, Fault> {
    let stop = headless::catch_signals()?;
    let (host, device) = audio::host(job.host.as_deref().unwrap_or("cpal"))?;
    let device = match device {
        Some(device) => device,
        None => plan::only_interface(&mut *audio::host("cpal")?.0)?,
    };
    let (engine, mut handle) = engine::new(uuid::Uuid::now_v7());
    let mut interface = Interface::new(host, engine);
    interface.choose(Wanted::new(device))?;
    let frames = (job.length.as_secs_f64() * f64::from(SAMPLE_RATE)) as u64;
    let (begun, mut ear, mut sound) = (Instant::now(), None::<Ear>, Vec::new());
    loop {
        let events = interface.tick(begun.elapsed());
        handle.collect();
        if ear.is_none() {
            ear = Ear::open(&interface.state(), &mut handle, job, voice)?;
        }
        while let Some(ear) = &mut ear
            && ear.tap.read(&mut sound).is_some()
        {
            ear.assistant.feed(&sound);
        }
        let heard = ear.as_ref().is_some_and(|ear| ear.assistant.frames() >= frames);
        let over = events.iter().any(|event| matches!(event, AudioEvent::Finished)) || stop.load(Ordering::Relaxed);
        // A device that gives no sound does not keep anybody waiting.
        if heard || over || begun.elapsed() > job.length + SETUP_PATIENCE {
            break;
        }
        std::thread::park_timeout(SETUP_POLL);
    }
    interface.close();
    ear.map(|ear| ear.assistant.setup()).ok_or_else(|| Fault::new(key::FAULT_CLI_NOTHING_HEARD))
}

/// The assistant and what it hears.
struct Ear {
    assistant: Assistant,
    tap: TapReader,
}

impl Ear {
    /// Once the interface runs.
    fn open(state: &DeviceState, handle: &mut EngineHandle, job: &SetUp, voice: Voice) -> Result<Option<Self>, Fault> {
        let DeviceState::Running { name, inputs, .. } = state else { return Ok(None) };
        let channels = usize::from(*inputs).min(MAX_INPUTS);
        let tap = handle.open_tap(TapSource::Inputs { channels }, SETUP_TAP)?;
        if !job.json {
            let args = [
                ("name", Value::from(name.as_str())),
                ("inputs", channels.into()),
                ("seconds", seconds(job.length).into()),
            ];
            voice.say(key::CLI_SETUP_LISTENING, &args);
        }
        Ok(Some(Self { assistant: Assistant::new(channels, name), tap }))
    }
}

fn seconds(length: Duration) -> String {
    format!("{:.0}", length.as_secs_f64())
}

fn tell(setup: &Setup, voice: Voice) {
    for finding in &setup.findings {
        tell_one(finding, setup, voice);
    }
    let of = |kind: Kind| {
        let inputs = setup.findings.iter().filter(|finding| finding.kind == kind);
        inputs.map(|finding| finding.input.to_string()).collect::<Vec<_>>().join(", ")
    };
    for (kind, key) in [(Kind::Silent, key::CLI_SETUP_SILENT), (Kind::Loopback, key::CLI_SETUP_LOOPBACK)] {
        let inputs = of(kind);
        if !inputs.is_empty() {
            voice.say(key, &[("inputs", inputs.into())]);
        }
    }
    if setup.sum_peak_db > 0.0 {
        let over = setup.sum_peak_db.ceil();
        voice.say(key::CLI_SETUP_SUM, &[("over", format!("{over:.0}").into())]);
    }
}

/// Tells of an instrument: by its left side when it has two.
fn tell_one(finding: &Finding, setup: &Setup, voice: Voice) {
    let (last, key) = match finding.kind {
        Kind::Silent | Kind::Loopback => return,
        Kind::Mono => (finding.input, key::CLI_SETUP_MONO),
        Kind::Side(pair) if pair.left != finding.input => return,
        Kind::Side(pair) if pair.inverted => (pair.left + 1, key::CLI_SETUP_INVERTED),
        Kind::Side(pair) => (pair.left + 1, key::CLI_SETUP_PAIR),
    };
    let sides = setup.findings.iter().filter(|side| (finding.input..=last).contains(&side.input));
    let loudest = |of: fn(&Finding) -> f32| sides.clone().map(of).fold(f32::NEG_INFINITY, f32::max);
    let args = [
        ("name", name(finding.input, last, voice).into()),
        ("average", format!("{:.0}", loudest(|side| side.average_db)).into()),
        ("peak", format!("{:.0}", loudest(|side| side.peak_db)).into()),
        ("trim", format!("{:+.1}", finding.trim_db).into()),
    ];
    voice.say(key, &args);
}
