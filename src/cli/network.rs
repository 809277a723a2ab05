//! `korero check`: what the network would do to a show.

use std::path::PathBuf;
use std::process::ExitCode;

use korero_sentences::{Key, Value, key};
use serde::Serialize;

use super::{Voice, headless, plan};
use crate::check::measures::Way;
use crate::check::verdict::Grade;
use crate::check::{self, Progress, Report};
use crate::fault::Fault;
use crate::session::event::PathKind;

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Check {
    /// The WHIP address of the show.
    pub to: String,
    /// A file with the stream key.
    pub key_file: Option<PathBuf>,
    /// Tell it as JSON.
    pub json: bool,
}

/// The report as JSON, with its words.
#[derive(Serialize)]
struct Told {
    grade: Grade,
    sentence: String,
    remedy: String,
    #[serde(flatten)]
    report: Report,
}

/// Checks, and tells what it does and what it found. The exit code is 0 when a show is as good as it can be, 1 when it has
/// limits, 2 when there is no way.
///
/// # Errors
/// See [`check::run`].
pub(super) fn check(asked: &Check, voice: Voice) -> Result<ExitCode, Fault> {
    let key = plan::stream_key(asked.key_file.as_deref())?;
    let stop = headless::catch_signals()?;
    let mut said = None;
    let mut tell = |progress: Progress| {
        if !asked.json && said.replace(progress.doing) != Some(progress.doing) {
            voice.line(&progress.doing.sentence(voice.language));
        }
    };
    let report = check::run(&check::Asked { to: asked.to.clone(), key }, &stop, &mut tell)?;
    let Some(report) = report else {
        voice.say(key::CLI_CHECK_STOPPED, &[]);
        return Ok(ExitCode::from(2));
    };
    let grade = report.verdict.grade();
    if asked.json {
        let (sentence, remedy) = (report.verdict.sentence(voice.language), report.verdict.remedy(voice.language));
        let told = Told { grade, sentence, remedy, report };
        // Plain data always turns into JSON.
        voice.line(&serde_json::to_string_pretty(&told).unwrap_or_default());
    } else {
        tell_all(&report, voice);
    }
    Ok(ExitCode::from(match grade {
        Grade::Good => 0,
        Grade::Limited => 1,
        Grade::None => 2,
    }))
}

fn tell_all(report: &Report, voice: Voice) {
    for way in &report.measures.ways {
        tell_way(way, voice);
    }
    if let Some(carried) = report.measures.carried {
        let kbps = (carried.limit.unwrap_or(carried.tried) / 1e3).round();
        let numbers = [
            ("kbps", Value::from(kbps)),
            ("loss", report.verdict.loss.into()),
            ("jitter", report.verdict.jitter.into()),
            ("queue", carried.queue_ms.round().into()),
        ];
        let key = if carried.limit.is_some() { key::CHECK_CARRIES } else { key::CHECK_CARRIES_ALL };
        voice.say(key, &numbers);
    }
    voice.line(&report.verdict.sentence(voice.language));
    let remedy = report.verdict.remedy(voice.language);
    if !remedy.is_empty() {
        voice.line(&remedy);
    }
}

fn tell_way(way: &Way, voice: Voice) {
    let (up, closed): (Key, Key) = match way.path {
        PathKind::Direct => (key::CHECK_WAY_DIRECT, key::CHECK_CLOSED_DIRECT),
        PathKind::Tcp => (key::CHECK_WAY_TCP, key::CHECK_CLOSED_TCP),
        PathKind::Relayed => (key::CHECK_WAY_RELAY, key::CHECK_CLOSED_RELAY),
    };
    match way.connected_ms {
        None => voice.say(closed, &[]),
        Some(connected) => {
            let rtt = way.rtt_ms.unwrap_or_default().round();
            voice.say(up, &[("connected", connected.round().into()), ("rtt", rtt.into())]);
        }
    }
}
