//! How a take is made: what is recorded, in which form, and where a second copy goes. Plain data that the session,
//! the settings and the recorder share.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::limits::{PRE_ROLL_DEFAULT, ROLLING, ROLLING_DEFAULT};
use crate::timeline::FrameIndex;

/// What is recorded and how. The folder that takes go into is chosen apart from it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Recording {
    /// The mix master.
    pub mix: bool,
    /// Every input before everything.
    pub inputs: bool,
    /// The groups, after their chains and before their faders.
    pub groups: bool,
    /// The headphone mixes.
    pub cues: bool,
    /// The form of one sample.
    pub form: SampleForm,
    /// How channels lie in files.
    pub layout: Layout,
    /// What a second place is for.
    pub second: Second,
}

impl Recording {
    /// Only the mix master: what is recorded unless something else is chosen.
    #[must_use]
    pub fn master() -> Self {
        Self { mix: true, ..Self::default() }
    }

    /// What was asked for now, over what was chosen before.
    #[must_use]
    pub fn over(self, before: Self) -> Self {
        let (form, layout, second) = (SampleForm::default(), Layout::default(), Second::None);
        Self {
            mix: self.mix || before.mix,
            inputs: self.inputs || before.inputs,
            groups: self.groups || before.groups,
            cues: self.cues || before.cues,
            form: if self.form == form { before.form } else { self.form },
            layout: if self.layout == layout { before.layout } else { self.layout },
            second: if self.second == second { before.second } else { self.second },
        }
    }

    /// Whether anything is chosen.
    #[must_use]
    pub fn has_any(&self) -> bool {
        self.mix || self.inputs || self.groups || self.cues
    }
}

/// What always rolls while nothing is recorded, so that Record may be pressed late.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Rolling {
    /// How much is kept, in seconds, within [`ROLLING`]; 0 keeps nothing.
    pub hold_seconds: u32,
    /// How long before Record was pressed a recording begins unless asked otherwise, in seconds.
    pub pre_roll_seconds: u32,
}

impl Rolling {
    /// What rolls unless something else is chosen.
    #[must_use]
    pub fn always() -> Self {
        Self::of(ROLLING_DEFAULT, PRE_ROLL_DEFAULT)
    }

    /// As much as is allowed of it; a part of a second is left out.
    #[must_use]
    pub fn of(hold: Duration, pre_roll: Duration) -> Self {
        let hold = if hold.is_zero() { hold } else { hold.clamp(*ROLLING.start(), *ROLLING.end()) };
        let seconds = |time: Duration| u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
        Self { hold_seconds: seconds(hold), pre_roll_seconds: seconds(pre_roll.min(*ROLLING.end())) }
    }

    /// The same within the bounds, as a file may say anything.
    #[must_use]
    pub fn bounded(self) -> Self {
        Self::of(self.hold(), self.pre_roll())
    }

    /// How much is kept.
    #[must_use]
    pub fn hold(self) -> Duration {
        Duration::from_secs(self.hold_seconds.into())
    }

    /// How long before Record was pressed a recording begins.
    #[must_use]
    pub fn pre_roll(self) -> Duration {
        Duration::from_secs(self.pre_roll_seconds.into())
    }
}

/// A moment that a person marked, such as the beginning of a song.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Marker {
    /// When.
    pub at: FrameIndex,
    /// What it is called.
    pub label: String,
}

/// The form of one sample in a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SampleForm {
    /// 24-bit whole numbers.
    #[default]
    Pcm24,
    /// 32-bit floats: what is louder than full scale stays whole.
    Float32,
}

impl SampleForm {
    /// Bytes of one sample.
    #[must_use]
    pub fn bytes(self) -> u64 {
        match self {
            Self::Pcm24 => 3,
            Self::Float32 => 4,
        }
    }
}

/// How channels lie in files.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// One file for each part, its channels interleaved.
    #[default]
    Polywav,
    /// One file for each input and each stereo bus.
    FilePerTrack,
}

/// What a second place is for.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(tag = "use", content = "folder", rename_all = "kebab-case")]
pub enum Second {
    /// There is none.
    #[default]
    None,
    /// The recording goes on there when the first place refuses, is full or does not answer.
    FailOver(PathBuf),
    /// Everything is written there too.
    Mirror(PathBuf),
}

impl Second {
    /// The folder of the second place.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::None => None,
            Self::FailOver(folder) | Self::Mirror(folder) => Some(folder),
        }
    }
}
