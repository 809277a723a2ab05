//! The black box: one timeline of a night, network, device, engine and recorder beside each other, with levels. It is kept
//! in memory for the window, in a file for each night, and beside each take; a support bundle is made of it.

mod bundle;
mod keeper;
mod trouble;
mod words;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::check::verdict::Verdict;
use crate::destination::DestinationId;
use crate::limits::{NETWORK_LOOK, NIGHT_MOMENTS};
use crate::session::ear::EarState;
use crate::session::event::{AirNews, Event, PathKind};
use crate::session::snapshot::{AirFigures, DeviceState};
use crate::timeline::{FrameIndex, Gap, GapCause};

pub use bundle::{Bundle, Sources, make};
pub use keeper::{Keeper, TAKE_FILE, latest, read};
pub use trouble::Filling;
use trouble::of_trouble;

/// Something that happened, and when.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Moment {
    /// UTC in milliseconds since 1970.
    pub utc_ms: u64,
    /// Where the engine was.
    pub frame: FrameIndex,
    /// How loud the mix was; `None` before it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub levels: Option<Loud>,
    /// What it was.
    #[serde(flatten)]
    pub what: What,
}

/// How loud the mix was.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Loud {
    /// Of the last 400 ms, LUFS; `None` when it was silent.
    pub momentary: Option<f32>,
    /// The highest true peak of both channels since the last look, dBTP; `None` when it was silent.
    pub peak: Option<f32>,
}

/// What can happen in a night. A line of the file has its name under `what`; names are never changed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// The program began.
    Began {
        /// Its version.
        version: String,
        /// The system that it runs on.
        system: String,
    },
    /// Sound comes from an interface.
    Device {
        /// Its name for people.
        name: String,
        /// Inputs that it gives.
        inputs: u8,
        /// Its rate, Hz.
        rate: u32,
        /// Frames in one callback.
        frames: u32,
        /// Whether its thread has realtime priority.
        realtime: bool,
    },
    /// The interface is away.
    DeviceAway,
    /// There is no interface any more.
    DeviceNone,
    /// Sound is missing.
    Gap {
        /// What is missing.
        gap: Gap,
    },
    /// A recording began.
    Recording,
    /// A recording ended; its files may still be finished.
    Recorded,
    /// The far side confirmed media.
    OnAir {
        /// What the destination is called.
        to: String,
    },
    /// It was on air and is being brought back.
    Reconnecting {
        /// What the destination is called.
        to: String,
    },
    /// The far side refused the key or the address.
    Refused {
        /// What the destination is called.
        to: String,
    },
    /// Off air there.
    OffAir {
        /// What the destination is called.
        to: String,
    },
    /// Sound goes by another kind of way.
    Path {
        /// What the destination is called.
        to: String,
        /// `udp`, `tcp` or `relay`.
        path: String,
    },
    /// The encoder is set to something else, since the path carries less or more.
    Rate {
        /// What the destination is called.
        to: String,
        /// Bit rate, bit/s.
        bitrate: u32,
        /// Sound in one packet, ms.
        packet_ms: u32,
    },
    /// Our own ear says something else.
    Ear {
        /// What the destination is called.
        to: String,
        /// The name of the word.
        word: String,
    },
    /// How the network to a destination is, while on air; at most one of these every [`NETWORK_LOOK`].
    Network {
        /// What the destination is called.
        to: String,
        /// Payload sent, bit/s.
        bitrate: u32,
        /// Round trip, ms.
        #[serde(default)]
        rtt_ms: Option<u32>,
        /// Share of packets that the far side missed lately, 0 to 1.
        #[serde(default)]
        lost: Option<f32>,
        /// How many listen, when the server says.
        #[serde(default)]
        listeners: Option<u32>,
    },
    /// The network was checked before the show.
    Checked {
        /// What the destination is called.
        to: String,
        /// What was found.
        verdict: Verdict,
    },
    /// Something went wrong.
    Trouble {
        /// The code of the sentence.
        code: String,
        /// What fills the places of the sentence, by their names; `None` in files of before that was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        values: Option<BTreeMap<String, Filling>>,
        /// What the destination is called, for one of several.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<String>,
        /// The whole in English, for who reads the file as it is and for programs that do not know the sentence.
        line: String,
    },
    /// The program ended in order.
    Ended,
}

/// When something happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct At {
    /// UTC in milliseconds since 1970.
    pub utc_ms: u64,
    /// Monotonic, since the show began.
    pub since_start: Duration,
    /// Where the engine is.
    pub frame: FrameIndex,
}

/// What of all events is worth keeping, and the latest of it. Decisions only: time is an argument.
#[derive(Debug, Default)]
pub struct Night {
    moments: VecDeque<Moment>,
    levels: Option<Loud>,
    device: Option<What>,
    airs: BTreeMap<DestinationId, Air>,
}

/// What is known of one destination.
#[derive(Debug, Default)]
struct Air {
    /// What people call it, also when it is gone.
    name: String,
    last: Option<What>,
    /// What our own ear said last.
    ear: Option<&'static str>,
    /// What the encoder was set to last, and the milliseconds of a packet.
    rate: Option<(u32, u32)>,
    listeners: Option<u32>,
    /// When the network was told last.
    told: Option<Duration>,
}

impl Night {
    /// The first moment.
    pub fn begin(&mut self, at: At) -> Moment {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
        self.keep(What::Began { version, system }, at)
    }

    /// The last moment.
    pub fn end(&mut self, at: At) -> Moment {
        self.keep(What::Ended, at)
    }

    /// Sound that is missing.
    pub fn gap(&mut self, gap: Gap, at: At) -> Moment {
        self.keep(What::Gap { gap }, at)
    }

    /// A check of the network that ended.
    pub fn checked(&mut self, to: String, verdict: Verdict, at: At) -> Moment {
        self.keep(What::Checked { to, verdict }, at)
    }

    /// Takes in an event; gives the moment, when it is one. `name_of` is what people call a destination.
    pub fn note(&mut self, event: &Event, name_of: impl Fn(DestinationId) -> Option<String>, at: At) -> Option<Moment> {
        let what = match event {
            Event::Loudness(loudness) => {
                let audible = |level: f32| level.is_finite().then_some(level);
                let peak = loudness.true_peak.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                self.levels = Some(Loud { momentary: audible(loudness.momentary), peak: audible(peak) });
                None
            }
            Event::Device(state) => {
                of_device(state).filter(|what| self.device.replace(what.clone()).as_ref() != Some(what))
            }
            Event::RecordingStarted(_) => Some(What::Recording),
            Event::RecordingEnded | Event::TakeFinished => Some(What::Recorded),
            Event::Air(id, news) => {
                let air = self.airs.entry(*id).or_default();
                if let Some(name) = name_of(*id) {
                    air.name = name;
                }
                air.note(news, at.since_start)
            }
            Event::Trouble(fault) | Event::GearLost(_, fault) => Some(of_trouble(fault)),
            _ => None,
        };
        what.map(|what| self.keep(what, at))
    }

    /// The latest moments, oldest first, at most [`NIGHT_MOMENTS`].
    #[must_use]
    pub fn latest(&self) -> Vec<Moment> {
        self.moments.iter().cloned().collect()
    }

    fn keep(&mut self, what: What, at: At) -> Moment {
        let moment = Moment { utc_ms: at.utc_ms, frame: at.frame, levels: self.levels, what };
        if self.moments.len() >= NIGHT_MOMENTS {
            self.moments.pop_front();
        }
        self.moments.push_back(moment.clone());
        moment
    }
}

impl Air {
    fn note(&mut self, news: &AirNews, now: Duration) -> Option<What> {
        let to = || self.name.clone();
        let what = match news {
            AirNews::Figures(figures) => return self.figures(figures, now),
            AirNews::Listeners(listeners) => {
                self.listeners = *listeners;
                return None;
            }
            AirNews::ListenUrl(_) => return None,
            AirNews::Path(path) => return Some(What::Path { to: to(), path: way(*path).to_owned() }),
            AirNews::Ear(ear) => return self.ear(ear),
            AirNews::Trouble(fault) => return Some(of_trouble(fault)),
            AirNews::OnAir => What::OnAir { to: to() },
            // What was never on air has not left it.
            AirNews::Reconnecting | AirNews::Ended if self.last.is_none() => return None,
            AirNews::Reconnecting => What::Reconnecting { to: to() },
            AirNews::Refused => What::Refused { to: to() },
            AirNews::Ended => What::OffAir { to: to() },
        };
        let is_news = self.last.replace(what.clone()).as_ref() != Some(&what);
        if is_news {
            // What is measured now is of the time before.
            self.told = Some(now);
        }
        is_news.then_some(what)
    }

    fn ear(&mut self, ear: &EarState) -> Option<What> {
        let word = ear.word().name();
        (self.ear.replace(word) != Some(word)).then(|| What::Ear { to: self.name.clone(), word: word.to_owned() })
    }

    /// A change of the encoder is told at once, the rest now and then.
    fn figures(&mut self, figures: &AirFigures, now: Duration) -> Option<What> {
        let (bitrate, packet_ms) = (figures.encoder, figures.packet_ms);
        let first = self.rate.is_none();
        if bitrate > 0 && self.rate.replace((bitrate, packet_ms)) != Some((bitrate, packet_ms)) && !first {
            return Some(What::Rate { to: self.name.clone(), bitrate, packet_ms });
        }
        self.network(figures, now)
    }

    fn network(&mut self, figures: &AirFigures, now: Duration) -> Option<What> {
        if self.told.is_some_and(|told| now < told + NETWORK_LOOK) {
            return None;
        }
        self.told = Some(now);
        let rtt_ms = figures.rtt.and_then(|rtt| u32::try_from(rtt.as_millis()).ok());
        let (bitrate, lost, listeners) = (figures.bitrate, figures.far_lost, self.listeners);
        Some(What::Network { to: self.name.clone(), bitrate, rtt_ms, lost, listeners })
    }
}

fn of_device(state: &DeviceState) -> Option<What> {
    match state {
        DeviceState::Running { name, inputs, rate, frames, realtime, .. } => Some(What::Device {
            name: name.clone(),
            inputs: *inputs,
            rate: *rate,
            frames: *frames,
            realtime: *realtime,
        }),
        DeviceState::Away { .. } => Some(What::DeviceAway),
        DeviceState::None => Some(What::DeviceNone),
        DeviceState::Opening { .. } => None,
    }
}

/// The word of the file for a kind of way.
fn way(path: PathKind) -> &'static str {
    match path {
        PathKind::Direct => "udp",
        PathKind::Tcp => "tcp",
        PathKind::Relayed => "relay",
    }
}

/// The word of the journal for the cause of a gap.
fn cause(cause: GapCause) -> &'static str {
    match cause {
        GapCause::Device => "device",
        GapCause::Away => "away",
        GapCause::Tap => "tap",
    }
}

#[cfg(test)]
#[path = "night/night_tests.rs"]
mod tests;
