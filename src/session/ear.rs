//! What our own ear says of the show on air.

use std::time::Duration;

use korero_sentences::{Key, key};

use crate::fault::Fault;

/// What comes back from the far side, beside what was sent.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Verdict {
    /// Not known yet, or any more: it takes two seconds of sound.
    #[default]
    Listening,
    /// Our own sound, in stereo and in time.
    Heard,
    /// We play, and nothing comes back.
    Silent,
    /// We play in stereo, and both sides come back the same or one of them not at all.
    Mono,
    /// Left and right are exchanged.
    Swapped,
    /// Our own sound, from more than [`crate::limits::EAR_LATE`] ago.
    Late,
    /// Somebody else's sound.
    NotUs,
}

impl Verdict {
    /// Whether what listeners hear is not what is played.
    #[must_use]
    pub fn is_alarm(self) -> bool {
        !matches!(self, Self::Listening | Self::Heard)
    }
}

/// The ear at one moment.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum EarState {
    /// It does not listen: off air, or switched off.
    #[default]
    Off,
    /// Nobody knows where to listen: a foreign server whose listeners' address was not given.
    Nowhere,
    /// It cannot hear, and tries again by itself.
    Deaf(Fault),
    /// It listens.
    Listens {
        /// What it hears.
        verdict: Verdict,
        /// From the interface to the ear; `None` while the sound is not recognised.
        delay: Option<Duration>,
        /// Packets that never came; their sound was concealed.
        lost: u64,
    },
}

impl EarState {
    /// Of several ears the first one that hears something wrong, else the first one that listens or would, else the first
    /// that cannot know where.
    #[must_use]
    pub fn foremost<'a>(all: impl Iterator<Item = &'a Self>) -> Self {
        let rank = |ear: &&Self| match ear {
            Self::Listens { verdict, .. } if verdict.is_alarm() => 0,
            Self::Listens { .. } | Self::Deaf(_) => 1,
            Self::Nowhere => 2,
            Self::Off => 3,
        };
        all.min_by_key(rank).cloned().unwrap_or_default()
    }

    /// The word for it.
    #[must_use]
    pub fn word(&self) -> Key {
        match self {
            Self::Off => key::EAR_OFF,
            Self::Nowhere => key::EAR_NOWHERE,
            Self::Deaf(_) => key::EAR_DEAF,
            Self::Listens { verdict, .. } => match verdict {
                Verdict::Listening => key::EAR_LISTENING,
                Verdict::Heard => key::EAR_HEARD,
                Verdict::Silent => key::EAR_SILENT,
                Verdict::Mono => key::EAR_MONO,
                Verdict::Swapped => key::EAR_SWAPPED,
                Verdict::Late => key::EAR_LATE,
                Verdict::NotUs => key::EAR_NOT_US,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hears(verdict: Verdict) -> EarState {
        EarState::Listens { verdict, delay: None, lost: 0 }
    }

    #[test]
    fn of_several_ears_an_alarm_is_shown_before_all_is_well_and_that_before_what_cannot_be_known() {
        let (well, wrong) = (hears(Verdict::Heard), hears(Verdict::Mono));
        let foremost = |all: &[EarState]| EarState::foremost(all.iter());
        assert_eq!(foremost(&[]), EarState::Off);
        assert_eq!(foremost(&[EarState::Off, EarState::Nowhere]), EarState::Nowhere);
        assert_eq!(foremost(&[EarState::Nowhere, well.clone(), hears(Verdict::Listening)]), well);
        assert_eq!(foremost(&[well, wrong.clone(), hears(Verdict::Late)]), wrong);
    }
}
