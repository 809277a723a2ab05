//! `korero report`: what happened in a night, in words and as one zip for whoever helps.

use std::path::{Path, PathBuf};

use korero_sentences::key;

use super::Voice;
use crate::fault::Fault;
use crate::night::{self, Sources};
use crate::record::names::{TakeFolder, WallTime};
use crate::settings::{self, Settings};

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Report {
    /// The night of this take; the latest night when `None`.
    pub take: Option<PathBuf>,
    /// The zip to be written.
    pub out: Option<PathBuf>,
}

/// Tells the night moment by moment, and writes the zip.
///
/// # Errors
/// There is no night to report on, or the zip cannot be written.
pub(super) fn report(asked: &Report, voice: Voice) -> Result<(), Fault> {
    let config = settings::folder();
    let mut texts = vec![config.join(Settings::FILE), config.join(Settings::DESK_FILE)];
    let timeline = match &asked.take {
        Some(take) => {
            texts.push(TakeFolder(take.clone()).journal());
            take.join(night::TAKE_FILE)
        }
        None => latest(&config.join(Settings::NIGHTS))?,
    };
    let secrets = std::env::var("KORERO_KEY").into_iter().collect();
    let sources = Sources { timeline, texts, secrets, home: dirs::home_dir(), language: voice.language };
    let out = asked.out.clone().unwrap_or_else(|| PathBuf::from(name()));
    let bundle = night::make(&sources, &out)?;
    bundle.lines.iter().for_each(|line| voice.line(line));
    voice.say(key::CLI_REPORT, &[("file", bundle.path.display().to_string().into())]);
    Ok(())
}

fn latest(nights: &Path) -> Result<PathBuf, Fault> {
    let none = || Fault::new(key::FAULT_NIGHT_NONE).with("folder", nights.display().to_string());
    night::latest(nights).ok_or_else(none)
}

/// A name that no report before has.
fn name() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let now = WallTime::utc(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX));
    let WallTime { year, month, day, hour, minute, second } = now;
    format!("korero-report-{year}{month:02}{day:02}-{hour:02}{minute:02}{second:02}.zip")
}
