//! What a surface tells of the show beside the desk: lamps and the name of the scene.

use crate::session::snapshot::{AirState, RecordingState, Snapshot};

/// One such thing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Fact {
    /// Whether a recording runs.
    Recording,
    /// Whether the show is on air: 0 off, 1 on its way or being brought back, 2 on air, 3 refused.
    Air,
    /// The name of the scene that was recalled or kept last.
    Scene,
}

/// How a fact stands.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum State {
    /// A number.
    Number(f32),
    /// A text.
    Text(String),
}

impl Fact {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Recording, Self::Air, Self::Scene];

    /// Its name for machines.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Recording => "recording",
            Self::Air => "air",
            Self::Scene => "scene",
        }
    }

    /// How it stands.
    pub(super) fn of(self, now: &Snapshot) -> State {
        match self {
            Self::Recording => State::Number(if now.recording == RecordingState::Off { 0.0 } else { 1.0 }),
            Self::Air => State::Number(match now.air {
                AirState::Off => 0.0,
                AirState::Connecting | AirState::Reconnecting => 1.0,
                AirState::On { .. } => 2.0,
                AirState::Refused => 3.0,
            }),
            Self::Scene => {
                let scene = now.scene.as_ref().and_then(|id| now.scenes.get(id));
                State::Text(scene.map_or_else(String::new, |scene| scene.name.clone()))
            }
        }
    }
}
