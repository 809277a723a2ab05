//! What is recorded, and to where.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::disk::Disk;
use crate::engine::tap::{TapEnd, TapReader};
use crate::limits::{CUES, SAMPLE_RATE};
use crate::recording::{Layout, SampleForm};
use crate::show::Show;
use crate::timeline::Epoch;

/// One recording that is to be made.
pub struct RecordPlan {
    /// What it is.
    pub take: Naming,
    /// Where it is written.
    pub first: Place,
    /// Where it is written too, or goes on.
    pub second: Option<(Role, Place)>,
}

/// What is to roll while nothing is recorded.
pub struct RollPlan {
    /// What its segments are.
    pub naming: Naming,
    /// The place of takes; the ring is in a folder of it.
    pub place: Place,
    /// How much the ring holds at most; from [`ROLLING`](crate::limits::ROLLING), whole seconds.
    pub hold: Duration,
}

/// What a take is, wherever it is written.
#[derive(Clone, Debug)]
pub struct Naming {
    /// Names the take, in each of its places.
    pub id: Uuid,
    /// What it is called.
    pub show: Show,
    /// What its frame indices mean.
    pub epoch: Epoch,
    /// The form of one sample.
    pub form: SampleForm,
    /// How channels lie in files.
    pub layout: Layout,
}

/// One place that a take is written to.
pub struct Place {
    /// Takes get folders of their own there; made when it is not there.
    pub folder: PathBuf,
    /// The disk that it is on.
    pub disk: Arc<dyn Disk>,
    /// What is recorded; each place has taps of its own, so that none waits for another.
    pub sources: Vec<Source>,
}

/// One part and the tap that feeds it.
pub struct Source {
    /// Which.
    pub part: Part,
    /// What its channels are called, or its stereo pairs; those beyond it have no name.
    pub names: Vec<String>,
    /// Its sound. The ring holds [`RECORD_TAP`](crate::limits::RECORD_TAP), all memory of it touched beforehand.
    pub tap: TapReader,
}

/// What a second place is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// It writes once the first place is in trouble.
    StandsBy,
    /// It writes all the time.
    Mirrors,
}

impl Place {
    /// Ends its taps from another thread.
    pub(super) fn tap_ends(&self) -> Vec<TapEnd> {
        self.sources.iter().map(|source| source.tap.end()).collect()
    }

    /// Bytes of one second of all parts.
    pub(super) fn bytes_per_second(&self, form: SampleForm) -> u64 {
        let channels: usize = self.sources.iter().map(|source| source.tap.channels()).sum();
        channels as u64 * form.bytes() * u64::from(SAMPLE_RATE)
    }
}

/// Which of its parts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Part {
    /// The stereo mix.
    Mix,
    /// Every input, dry.
    Inputs,
    /// The stereo groups.
    Groups,
    /// A headphone mix, from 0.
    Cue(u8),
}

impl Part {
    /// The word in the file's name and in the journal; a name for machines, the same in every language.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::Mix => "mix".to_owned(),
            Self::Inputs => "inputs".to_owned(),
            Self::Groups => "groups".to_owned(),
            Self::Cue(nth) => format!("cue {}", nth + 1),
        }
    }

    /// Channels of one track.
    pub(crate) fn track_channels(self) -> usize {
        if self == Self::Inputs { 1 } else { 2 }
    }
}

impl From<Part> for String {
    fn from(part: Part) -> Self {
        part.word()
    }
}

impl TryFrom<String> for Part {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        let cues = (0..CUES as u8).map(Self::Cue);
        let found = [Self::Mix, Self::Inputs, Self::Groups].into_iter().chain(cues).find(|part| part.word() == word);
        found.ok_or(word)
    }
}
