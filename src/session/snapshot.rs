//! The whole state of the show at one moment, as the window draws it and `--stats` writes it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use korero_dsp::loudness::Loudness;

use super::ear::EarState;
use super::event::PathKind;
use super::guide::Step;
use super::shelf::Shelf;
use super::surfaces::SurfacesNow;
use crate::assistant::Setup;
use crate::check::Progress;
use crate::check::verdict::Verdict;
use crate::desk::Desk;
use crate::desk::address::{ChannelName, SlotName};
use crate::desk::history::{Edit, Trail};
use crate::desk::preset::Preset;
use crate::desk::scene::{SceneId, Scenes};
use crate::destination::{Destination, DestinationId};
use crate::fault::Fault;
use crate::looks::Looks;
use crate::night::Moment;
use crate::recording::{Recording, Rolling};
use crate::show::Show;
use crate::timeline::FrameIndex;

/// One moment of the show.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Snapshot {
    /// What was found at the last look.
    pub devices: Vec<DeviceChoice>,
    /// The interface in use.
    pub device: DeviceState,
    /// Where the headphones are, by the device's stable id.
    pub monitor: Option<String>,
    /// What the mixer is set to.
    pub desk: Arc<Desk>,
    /// The channels of which setting B is lit; of all others it is A.
    pub on_b: Arc<BTreeSet<ChannelName>>,
    /// The edit of the desk that would be taken back.
    pub undo: Option<Edit>,
    /// The edit of the desk that would be done again.
    pub redo: Option<Edit>,
    /// What was done to the desk lately, and taken back.
    pub trail: Arc<Trail>,
    /// The slot of which the headphones play what it takes away, and nothing else of the channels.
    pub removed: Option<SlotName>,
    /// The name of the strip that was copied.
    pub copied: Option<String>,
    /// The scenes of the desk.
    pub scenes: Arc<Scenes>,
    /// The scene that was recalled or kept last.
    pub scene: Option<SceneId>,
    /// How long the fade to a scene still takes; `None` while none runs.
    pub fade_left: Option<Duration>,
    /// The presets at hand: a person's own, then the house's.
    pub presets: Arc<Vec<Preset>>,
    /// The control surfaces.
    pub surfaces: SurfacesNow,
    /// What the set-up assistant does.
    pub set_up: SetUp,
    /// The step of the guide through the first minute; `None` while nobody is led.
    pub guide: Option<Step>,
    /// Whether and what is recorded.
    pub recording: RecordingState,
    /// Moments that were marked in this recording.
    pub marked: usize,
    /// How many songs of the set list have begun.
    pub song: usize,
    /// The takes.
    pub shelf: Shelf,
    /// Whether the show is on air: it is, as soon as one of its destinations has confirmed that.
    pub air: AirState,
    /// How many listen at the first destination that says so; `None` while none does.
    pub listeners: Option<u32>,
    /// What our own ear says of the show, at the destination where that matters most.
    pub ear: EarState,
    /// Whether the ear is wanted.
    pub ear_on: bool,
    /// The link for listeners of the first destination that has told one.
    pub listen_url: Option<String>,
    /// Where the air goes, at most [`crate::limits::MAX_DESTINATIONS`], and how it is there.
    pub destinations: Vec<DestinationNow>,
    /// The check of the network that runs, or what the last one found.
    pub check: Option<CheckNow>,
    /// Where recordings go.
    pub record_folder: PathBuf,
    /// What is recorded and how.
    pub record: Recording,
    /// What rolls while nothing is recorded.
    pub rolling: Rolling,
    /// How far back a recording can begin now.
    pub rolled: Duration,
    /// The files of a recording that was stopped are still being finished.
    pub finishing: bool,
    /// The language (BCP 47) that was chosen this evening; `None` while nobody chose.
    pub language: Option<String>,
    /// How the window looks.
    pub looks: Arc<Looks>,
    /// The window is locked for the stage.
    pub locked: bool,
    /// The evening's names.
    pub show: Show,
    /// What went wrong and was not put away, newest first, at most [`crate::limits::MAX_FAULTS`].
    pub faults: Vec<ShownFault>,
    /// What happened this night, oldest first.
    pub night: Arc<Vec<Moment>>,
    /// The engine's position.
    pub position: FrameIndex,
    /// Frames missing so far, all causes.
    pub frames_lost: u64,
    /// By how many frames the mix is later than its inputs.
    pub latency_frames: u64,
    /// How loud the mix is, integrated since it went on air; `None` before the first sound.
    pub loudness: Option<Loudness>,
    /// A script without repetition played to its end.
    pub sound_ended: bool,
    /// The session ended; the window may close.
    pub ended: bool,
}

/// One interface that may be chosen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceChoice {
    /// Stable id, as `korero devices` prints it.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Inputs it has; 0 for one that only plays.
    pub inputs: u8,
    /// Outputs it has; 0 for one that only captures.
    pub outputs: u8,
}

/// The interface in use.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum DeviceState {
    /// None was chosen.
    #[default]
    None,
    /// Chosen and being opened.
    Opening {
        /// Stable id.
        id: String,
    },
    /// Sound arrives.
    Running {
        /// Stable id.
        id: String,
        /// Its name for people.
        name: String,
        /// Inputs it gives.
        inputs: u8,
        /// The rate it runs at, Hz; other than 48,000 is resampled.
        rate: u32,
        /// Frames in one callback.
        frames: u32,
        /// Whether its thread has realtime priority.
        realtime: bool,
    },
    /// It went away or does not answer; it is looked for and taken again by itself.
    Away {
        /// Stable id.
        id: String,
    },
}

/// The set-up assistant.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SetUp {
    /// It listens.
    pub listening: bool,
    /// What it found by now, or by the time that it was stopped.
    pub heard: Option<Arc<Setup>>,
}

/// Whether and what is recorded.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum RecordingState {
    /// Not recording.
    #[default]
    Off,
    /// Recording.
    On {
        /// How long.
        length: Duration,
        /// The files.
        files: Vec<PathBuf>,
        /// How long the disk lasts at this rate; `None` while unknown.
        disk_left: Option<Duration>,
    },
}

/// Whether the show is on air. *On air* is only said when the far side has confirmed media.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum AirState {
    /// Off air.
    #[default]
    Off,
    /// Asked for; not confirmed yet.
    Connecting,
    /// Media arrives at the far side.
    On {
        /// Since when.
        length: Duration,
        /// Payload sent during the last seconds, bit/s.
        bitrate: u32,
    },
    /// It was on air and is being brought back by itself.
    Reconnecting,
    /// The far side refused the key or the address; asked again slowly, since a person must change something.
    Refused,
}

/// One destination, and how the show is there.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct DestinationNow {
    /// What is chosen.
    pub what: Destination,
    /// Whether a key for it is at hand.
    pub has_key: bool,
    /// How the show is there.
    pub air: AirState,
    /// What is measured on the way there, while it is on air.
    pub figures: AirFigures,
    /// By which kind of way, once it was on air.
    pub path: Option<PathKind>,
    /// How many listen there; `None` while it does not say.
    pub listeners: Option<u32>,
    /// The link for listeners, once it has told one.
    pub listen_url: Option<String>,
    /// What our own ear says of the show there.
    pub ear: EarState,
}

/// The check of the network.
#[derive(Clone, PartialEq, Debug)]
pub struct CheckNow {
    /// Of the way to this destination.
    pub id: DestinationId,
    /// How far it is.
    pub state: CheckState,
}

/// How far a check of the network is.
#[derive(Clone, PartialEq, Debug)]
pub enum CheckState {
    /// It runs.
    Running(Progress),
    /// What it found.
    Done(Verdict),
}

/// What is measured on the way to one destination.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct AirFigures {
    /// Payload sent during the last seconds, bit/s.
    pub bitrate: u32,
    /// Frames that did not go out while there was a connection.
    pub frames_lost: u64,
    /// Round trip to the far side; `None` while unknown.
    pub rtt: Option<Duration>,
    /// Fraction of packets that the far side missed between its last two reports, 0 to 1; `None` while it does not say.
    pub far_lost: Option<f32>,
    /// What the encoder is set to, bit/s; 0 where it follows no path.
    pub encoder: u32,
    /// How much sound is in one packet, ms; 0 where it follows no path.
    pub packet_ms: u32,
    /// What the path carries with every header, bit/s, while that is less than what was chosen; `None` otherwise.
    pub path: Option<u32>,
    /// Fraction of packets that were lost on the way lately, before they were sent again, 0 to 1; `None` where nobody says.
    pub lost_on_the_way: Option<f32>,
}

/// A fault as the window shows it.
#[derive(Clone, PartialEq, Debug)]
pub struct ShownFault {
    /// Names this card.
    pub id: u64,
    /// What happened.
    pub fault: Fault,
    /// How often, for one that came again.
    pub times: u32,
}
