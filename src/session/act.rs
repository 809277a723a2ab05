//! What a control surface may ask of the show beside turning the desk: a key, a foot switch, an OSC message.

use std::str::FromStr;

use super::command::{Command, SceneWish, SongWish};

/// One such thing. Its id is part of OSC addresses and of settings, so it is never renamed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Act {
    /// Start recording.
    Record,
    /// Stop recording.
    StopRecording,
    /// Mark this moment of the recording.
    Mark,
    /// Go on air.
    GoLive,
    /// Leave the air.
    LeaveAir,
    /// The next song of the set list begins.
    NextSong,
    /// Recall the next scene.
    NextScene,
    /// Take the last edit of the desk back.
    Undo,
    /// Do the edit again that was taken back last.
    Redo,
    /// Ask the far side again at once.
    Retry,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Record,
        Self::StopRecording,
        Self::Mark,
        Self::GoLive,
        Self::LeaveAir,
        Self::NextSong,
        Self::NextScene,
        Self::Undo,
        Self::Redo,
        Self::Retry,
    ];

    /// Its name for machines: lower-case words with a hyphen between them.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::StopRecording => "stop-recording",
            Self::Mark => "mark",
            Self::GoLive => "go-live",
            Self::LeaveAir => "leave-air",
            Self::NextSong => "next-song",
            Self::NextScene => "next-scene",
            Self::Undo => "undo",
            Self::Redo => "redo",
            Self::Retry => "retry",
        }
    }

    /// Whether one touch is not enough: as in the window, what begins or ends a show takes a key that is held and let go.
    #[must_use]
    pub fn needs_hold(self) -> bool {
        matches!(self, Self::StopRecording | Self::GoLive | Self::LeaveAir)
    }

    /// The wish.
    #[must_use]
    pub fn command(self) -> Command {
        match self {
            Self::Record => Command::StartRecording,
            Self::StopRecording => Command::StopRecording,
            Self::Mark => Command::Mark(None),
            Self::GoLive => Command::GoOnAir,
            Self::LeaveAir => Command::LeaveAir,
            Self::NextSong => Command::Song(SongWish::Next),
            Self::NextScene => Command::Scene(SceneWish::Next),
            Self::Undo => Command::Undo,
            Self::Redo => Command::Redo,
            Self::Retry => Command::Retry,
        }
    }
}

/// The text is the id of no action.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no such action")]
pub struct NoSuchAct;

impl FromStr for Act {
    type Err = NoSuchAct;

    fn from_str(text: &str) -> Result<Self, NoSuchAct> {
        Self::ALL.into_iter().find(|act| act.id() == text).ok_or(NoSuchAct)
    }
}
