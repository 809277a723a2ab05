//! What the edges tell the session.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use korero_dsp::loudness::Loudness;

use super::ear::EarState;
use super::shelf::ShelfNews;
use super::snapshot::{AirFigures, DeviceChoice, DeviceState};
use super::surfaces::SurfaceNews;
use crate::assistant::Setup;
use crate::check::Progress;
use crate::check::verdict::Verdict;
use crate::destination::DestinationId;
use crate::fault::Fault;
use crate::secret::StreamKey;
use crate::timeline::FrameIndex;

/// Something that happened.
#[derive(Clone, PartialEq, Debug)]
pub enum Event {
    /// The interfaces that were found.
    Devices(Vec<DeviceChoice>),
    /// The chosen interface is in another state.
    Device(DeviceState),
    /// The recorder runs and writes these files.
    RecordingStarted(Vec<PathBuf>),
    /// How far the recording is.
    RecordingProgress {
        /// Sound recorded.
        length: Duration,
        /// How long the disk lasts.
        disk_left: Option<Duration>,
    },
    /// How far back a recording can begin now.
    Rolled(Duration),
    /// Whether the files of a recording that was stopped are still being finished.
    Finishing(bool),
    /// The recording ended although nobody wanted that, or could not begin; what was written is finished.
    RecordingEnded,
    /// The files of a recording that was stopped are finished; another one may run by now.
    TakeFinished,
    /// How the air is at one destination.
    Air(DestinationId, AirNews),
    /// What the system's key store holds for the address of a destination.
    Key {
        /// The destination that it was looked up for.
        id: DestinationId,
        /// The address that the key opens.
        url: String,
        /// The key, if there is one.
        key: Option<StreamKey>,
    },
    /// What came of a wish about the takes.
    Shelf(ShelfNews),
    /// The engine's position and the frames lost so far.
    Progress {
        /// Where the engine is.
        position: FrameIndex,
        /// Frames missing so far, all causes.
        frames_lost: u64,
    },
    /// By how many frames the mix is later than its inputs.
    Latency(u64),
    /// What the set-up assistant found by now.
    Heard(Arc<Setup>),
    /// How loud the mix is; told when it changed.
    Loudness(Loudness),
    /// A script without repetition is at its end.
    SoundEnded,
    /// The check of the network went on or ended.
    Check(CheckNews),
    /// What the control surfaces say.
    Surface(SurfaceNews),
    /// They gave up, or could not be taken.
    GearLost(Gear, Fault),
    /// They run, whatever was told of them before.
    GearRuns(Gear),
    /// Something went wrong.
    Trouble(Fault),
}

/// Where sound comes in and goes out beside the show.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Gear {
    /// The interface with its inputs.
    Interface,
    /// The headphones of whoever mixes.
    Headphones,
}

/// How the air is at one destination.
#[derive(Clone, PartialEq, Debug)]
pub enum AirNews {
    /// The far side confirmed media.
    OnAir,
    /// It was on air or was to be, and is being brought back by itself.
    Reconnecting,
    /// The far side refused the key or the address.
    Refused,
    /// The publisher ended.
    Ended,
    /// What is measured on the way there.
    Figures(AirFigures),
    /// How many listen; `None` while the server does not say.
    Listeners(Option<u32>),
    /// The link for listeners.
    ListenUrl(String),
    /// Sound goes by another kind of way than before.
    Path(PathKind),
    /// What our own ear says.
    Ear(EarState),
    /// Something went wrong there.
    Trouble(Fault),
}

/// By which kind of way sound reaches the far side.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PathKind {
    /// Each packet by itself, straight there (UDP).
    #[default]
    Direct,
    /// In a TCP connection: the network carries no UDP.
    Tcp,
    /// Over a TURN server.
    Relayed,
}

/// What the check of the network says.
#[derive(Clone, PartialEq, Debug)]
pub enum CheckNews {
    /// How far it is.
    Progress(Progress),
    /// What it found.
    Done(Verdict),
    /// It could not be done.
    Failed(Fault),
}
