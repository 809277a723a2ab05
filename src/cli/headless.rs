//! A show without a window: starts, says what changes, ends on Ctrl-C, at its time, or when it cannot go on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use korero_sentences::{Key, Value, key};

use super::Voice;
use super::args::{Play, To};
use super::plan::{self, Begin};
use crate::destination::DestinationId;
use crate::fault::Fault;
use crate::limits::{HEADLESS_TICK, RECORD_TAP, SAMPLE_RATE};
use crate::secret;
use crate::session::command::Command;
use crate::session::ear::EarState;
use crate::session::event::PathKind;
use crate::session::snapshot::{AirState, DeviceState, RecordingState, ShownFault, Snapshot};
use crate::stage;
use crate::stage::report::Report;

/// Plays a show and tells how it went.
///
/// # Errors
/// The fault that kept it from beginning or going on; a show that never was on air, or a recording that is not whole,
/// although it should have been.
pub(super) fn play(play: &Play, on_air: bool, voice: Voice) -> Result<(), Fault> {
    let stop = catch_signals()?;
    let Begin { plan, commands, .. } = plan::headless(play, on_air)?;
    let show = stage::start(plan)?;
    let mut commands = commands.into_iter();
    // The interface first; what follows only makes sense once sound comes.
    for command in commands.by_ref().take(1) {
        // The stage was started just now and listens.
        let _ = show.commands.send(command);
    }
    let mut told = plan::waits(play, on_air).then(told_to_record);
    let (begun, mut before) = (Instant::now(), Duration::ZERO);
    let mut said = Said { records: plan::records(play, on_air), ..Said::default() };
    let why = loop {
        thread::park_timeout(HEADLESS_TICK);
        let now = show.snapshot.load_full();
        if matches!(now.device, DeviceState::Running { .. }) {
            commands.by_ref().for_each(|command| drop(show.commands.send(command)));
        }
        if told.as_ref().is_some_and(|told| told.try_recv().is_ok()) {
            (told, before) = (None, captured(&now));
            // A show that has ended is noticed below.
            let _ = show.commands.send(Command::StartRecording);
        }
        if show.has_died() {
            break Err(Fault::new(key::FAULT_STAGE_DIED));
        }
        if let Some(fault) = said.hopeless(&now) {
            break Err(fault);
        }
        said.changes(&now, voice);
        let over = |length| told.is_none() && is_over(&now, begun.elapsed(), length, before);
        if stop.load(Ordering::Relaxed) || play.length.is_some_and(over) {
            break Ok(());
        }
        if now.sound_ended {
            break Ok(());
        }
    };
    voice.say(key::CLI_ENDING, &[]);
    let report = show.end();
    let ended = finish(play, on_air, &report, voice);
    why.and(ended)
}

/// Hears of it when somebody presses Enter: then what rolls is to become a recording.
fn told_to_record() -> Receiver<()> {
    let (tell, told) = mpsc::channel();
    // A system that gives no thread lets nobody tell.
    let _ = thread::Builder::new().name("korero-enter".to_owned()).spawn(move || {
        let mut line = String::new();
        if std::io::stdin().read_line(&mut line).is_ok_and(|bytes| bytes > 0) {
            // A show that has ended does not listen.
            let _ = tell.send(());
        }
    });
    told
}

fn captured(now: &Snapshot) -> Duration {
    Duration::from_micros(now.position.0.saturating_mul(1_000_000) / u64::from(SAMPLE_RATE))
}

/// `--for` counts sound, so that a device that opens slowly shortens nothing. A show without sound ends all the same,
/// and so does one whose recording does not grow any more: then what was captured counts, some seconds later;
/// `before` was captured before there was a wish to record.
fn is_over(now: &Snapshot, elapsed: Duration, length: Duration, before: Duration) -> bool {
    match (&now.recording, &now.device) {
        (RecordingState::On { length: recorded, .. }, DeviceState::Running { .. }) if !recorded.is_zero() => {
            *recorded >= length || captured(now) >= before + length + RECORD_TAP
        }
        _ => elapsed >= length,
    }
}

fn finish(play: &Play, on_air: bool, report: &Report, voice: Voice) -> Result<(), Fault> {
    for recorded in &report.recorded {
        voice.say(key::CLI_RECORDED, &[("files", recorded.path.display().to_string().into())]);
    }
    plan::write_stats(play, report)?;
    if plan::records(play, on_air) && report.recorded.iter().all(|file| file.frames == 0) {
        return Err(Fault::new(key::FAULT_CLI_NOTHING_RECORDED));
    }
    if report.recording_short {
        return Err(Fault::new(key::FAULT_CLI_RECORDING_SHORT));
    }
    let never = |(_, id): &(&To, u32)| !report.air.get(&DestinationId(*id)).is_some_and(|air| air.was_on_air);
    match play.to.iter().zip(1..).find(never).filter(|_| on_air) {
        Some((to, _)) => Err(Fault::new(key::FAULT_CLI_NEVER_ON_AIR).with("url", address(to))),
        None => Ok(()),
    }
}

/// An address as it may be shown.
fn address(to: &To) -> String {
    secret::split_address(to.url.as_deref().unwrap_or_default()).0
}

/// Set by Ctrl-C and by the system's wish to end.
pub(super) fn catch_signals() -> Result<Arc<AtomicBool>, Fault> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop))
            .map_err(|e| Fault::new(key::FAULT_CLI_SIGNAL).with("why", e.to_string()))?;
    }
    Ok(stop)
}

/// What was said already, so that only changes are told.
#[derive(Default)]
struct Said {
    running: bool,
    ever_ran: bool,
    /// A recording was asked for.
    records: bool,
    recording: bool,
    air: BTreeMap<DestinationId, AirState>,
    paths: BTreeMap<DestinationId, PathKind>,
    ever_on_air: bool,
    listen: bool,
    ear: EarState,
    faults: u64,
}

impl Said {
    fn changes(&mut self, now: &Snapshot, voice: Voice) {
        self.device(&now.device, voice);
        if let RecordingState::On { files, .. } = &now.recording
            && !files.is_empty()
            && !std::mem::replace(&mut self.recording, true)
        {
            let names: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
            voice.say(key::CLI_RECORDING, &[("files", names.join(", ").into())]);
        }
        self.air(now, voice);
        self.paths(now, voice);
        self.ear(&now.ear, voice);
        if let Some(url) = &now.listen_url
            && !std::mem::replace(&mut self.listen, true)
        {
            voice.say(key::CLI_LISTEN, &[("url", url.as_str().into())]);
        }
        for shown in now.faults.iter().rev().filter(|shown| shown.id > self.faults) {
            voice.complain(&shown.fault);
        }
        self.faults = now.faults.iter().map(|shown| shown.id).max().unwrap_or(0).max(self.faults);
    }

    /// What our own ear says, when that is something else than before; its delay changes all the time.
    fn ear(&mut self, ear: &EarState, voice: Voice) {
        let verdict = |ear: &EarState| match ear {
            EarState::Listens { verdict, .. } => Some(*verdict),
            _ => None,
        };
        let same = std::mem::discriminant(ear) == std::mem::discriminant(&self.ear);
        if same && verdict(ear) == verdict(&self.ear) {
            return;
        }
        self.ear = ear.clone();
        if *ear == EarState::Off {
            return;
        }
        let word = korero_sentences::say(voice.language, ear.word(), &[]);
        match ear {
            EarState::Listens { delay: Some(delay), .. } => {
                let args = [("verdict", word.into()), ("milliseconds", (delay.as_millis() as u64).into())];
                voice.say(key::CLI_EAR_DELAY, &args);
            }
            _ => voice.say(key::CLI_EAR, &[("verdict", word.into())]),
        }
        if let EarState::Deaf(fault) = ear {
            voice.complain(fault);
        }
    }

    fn device(&mut self, device: &DeviceState, voice: Voice) {
        match device {
            DeviceState::Running { name, inputs, rate, frames, .. } if !self.running => {
                (self.running, self.ever_ran) = (true, true);
                let args = [
                    ("name", Value::from(name.as_str())),
                    ("inputs", (*inputs).into()),
                    ("rate", rate.to_string().into()),
                    ("frames", frames.to_string().into()),
                ];
                voice.say(key::CLI_RUNNING, &args);
            }
            DeviceState::Away { .. } if self.running => {
                self.running = false;
                voice.say(key::CLI_AWAY, &[]);
            }
            _ => {}
        }
    }

    /// Tells of each destination, by its name where there are several.
    fn air(&mut self, now: &Snapshot, voice: Voice) {
        let several = now.destinations.len() > 1;
        for one in &now.destinations {
            let before = self.air.insert(one.what.id, one.air.clone()).unwrap_or_default();
            self.ever_on_air |= matches!(one.air, AirState::On { .. });
            if std::mem::discriminant(&one.air) == std::mem::discriminant(&before) {
                continue;
            }
            let (word, args) = match one.air {
                AirState::On { .. } => (key::CLI_ON_AIR, None),
                AirState::Connecting => (key::CLI_CONNECTING, Some(("url", Value::from(one.what.url.as_str())))),
                AirState::Reconnecting => (key::CLI_RECONNECTING, None),
                AirState::Off | AirState::Refused => continue,
            };
            voice.say_about(several.then(|| one.what.title()), word, args.as_slice());
        }
    }

    /// Says by which kind of way sound goes to each destination when that is not the straight one, or is again.
    fn paths(&mut self, now: &Snapshot, voice: Voice) {
        let several = now.destinations.len() > 1;
        for one in &now.destinations {
            let Some(path) = one.path else { continue };
            if self.paths.insert(one.what.id, path).unwrap_or_default() != path {
                voice.say_about(several.then(|| one.what.title()), path_words(path), &[]);
            }
        }
    }

    /// Nobody is there to mend it: no sound ever came, the recording could not begin, or the key was refused before
    /// the first note was heard. Later the show goes on and tries again.
    fn hopeless(&self, now: &Snapshot) -> Option<Fault> {
        let told = |area: &str| {
            // A take of another evening is no reason to end this one.
            let about = |shown: &&ShownFault| {
                let code = shown.fault.code.name();
                code.starts_with(area) && !code.starts_with("fault-takes")
            };
            now.faults.iter().find(about).map(|shown| shown.fault.clone())
        };
        if !self.ever_ran && now.device == DeviceState::None {
            return told("fault-");
        }
        if self.records && !self.recording && now.recording == RecordingState::Off && told("fault-record").is_some() {
            return told("fault-record");
        }
        if !self.ever_on_air && now.air == AirState::Refused { told("fault-publish") } else { None }
    }
}

fn path_words(path: PathKind) -> Key {
    match path {
        PathKind::Direct => key::PATH_DIRECT,
        PathKind::Tcp => key::PATH_TCP,
        PathKind::Relayed => key::PATH_RELAYED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::FrameIndex;

    const LENGTH: Duration = Duration::from_secs(60);

    fn running() -> DeviceState {
        DeviceState::Running {
            id: "a".into(),
            name: "A".into(),
            inputs: 1,
            rate: SAMPLE_RATE,
            frames: 64,
            realtime: true,
        }
    }

    fn show(device: DeviceState, recorded: u64, captured: u64) -> Snapshot {
        let length = Duration::from_secs(recorded);
        let recording = RecordingState::On { length, files: Vec::new(), disk_left: None };
        Snapshot { device, recording, position: FrameIndex(captured * 48_000), ..Snapshot::default() }
    }

    #[test]
    fn the_length_of_a_show_is_what_was_recorded_however_slowly_the_device_opened() {
        assert!(!is_over(&show(running(), 59, 61), LENGTH * 2, LENGTH, Duration::ZERO));
        assert!(is_over(&show(running(), 60, 61), LENGTH, LENGTH, Duration::ZERO));
    }

    #[test]
    fn a_show_whose_recording_stands_still_or_whose_device_stays_away_ends_all_the_same() {
        let patience = RECORD_TAP.as_secs();
        assert!(!is_over(&show(running(), 30, 60 + patience - 1), LENGTH, LENGTH, Duration::ZERO));
        assert!(is_over(&show(running(), 30, 60 + patience), LENGTH, LENGTH, Duration::ZERO));
        let away = || DeviceState::Away { id: "a".into() };
        assert!(!is_over(&show(away(), 30, 30), LENGTH / 2, LENGTH, Duration::ZERO));
        assert!(is_over(&show(away(), 30, 30), LENGTH, LENGTH, Duration::ZERO));
    }
}
