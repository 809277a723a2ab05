//! Control surfaces: which are chosen, what their controls are bound to, and how they are now.

mod decide;

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use korero_dsp::param::Unit;
use serde::{Deserialize, Serialize};

use super::act::Act;
use crate::desk::address::Address;
use crate::limits::{MIDI_BOUND, MIDI_PORTS, OSC_PORT, OSC_PORTS};

/// What is chosen, for this evening and the next.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Surfaces {
    /// Whether and where OSC is heard.
    pub osc: Osc,
    /// The MIDI devices that are used, at most [`MIDI_PORTS`].
    pub midi: Vec<MidiDevice>,
    /// What controls of them are bound to, at most [`MIDI_BOUND`].
    pub bound: Vec<Binding>,
    /// While the window is locked they work as ever; otherwise only the next song and a mark are heard of them.
    pub while_locked: bool,
}

impl Surfaces {
    /// The same within the bounds, as a file may say anything.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        self.osc = self.osc.bounded();
        self.midi.truncate(MIDI_PORTS);
        self.bound.truncate(MIDI_BOUND);
        self
    }

    /// What a device is used as; `None` for one that is not used.
    #[must_use]
    pub fn kind_of(&self, port: &str) -> Option<MidiKind> {
        self.midi.iter().find(|device| device.name == port).map(|device| device.kind)
    }

    /// Whether anything is heard at all.
    #[must_use]
    pub fn has_any(&self) -> bool {
        self.osc.on || !self.midi.is_empty()
    }
}

/// Whether and where OSC is heard. Off and on this computer alone unless a person chose otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Osc {
    /// It is heard.
    pub on: bool,
    /// From the whole network instead of from this computer alone.
    pub open: bool,
    /// The UDP port, within [`OSC_PORTS`]; 0 is whichever is free.
    pub port: u16,
}

impl Default for Osc {
    fn default() -> Self {
        Self { on: false, open: false, port: OSC_PORT }
    }
}

impl Osc {
    fn bounded(self) -> Self {
        let port = if self.port == 0 { 0 } else { self.port.clamp(*OSC_PORTS.start(), *OSC_PORTS.end()) };
        Self { port, ..self }
    }
}

/// A MIDI device that is used.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MidiDevice {
    /// Its name, as the system lists it.
    pub name: String,
    /// As what.
    pub kind: MidiKind,
}

/// As what a MIDI device is used.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MidiKind {
    /// Its controls do what they were bound to.
    Controls,
    /// It speaks Mackie Control.
    Mackie,
}

impl MidiKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Controls, Self::Mackie];
}

/// One control of a MIDI device. Channels are counted from 1, as on the devices.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MidiControl {
    /// A controller: a knob, a fader, a pedal.
    Cc(u8, u8),
    /// A key.
    Note(u8, u8),
    /// A pitch wheel, or a fader that speaks like one.
    Bend(u8),
}

/// A control and the device that it is on.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Source {
    /// The name of the device.
    pub port: String,
    /// Which of its controls.
    pub control: MidiControl,
}

/// How what a controller sends is read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reads {
    /// Where it stands, 0 to 127.
    #[default]
    Absolute,
    /// Steps: 1 up is 1, 1 down is 127.
    TwosComplement,
    /// Steps: 1 up is 1, 1 down is 65.
    SignBit,
    /// Steps: 1 up is 65, 1 down is 63.
    Offset,
}

impl Reads {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Absolute, Self::TwosComplement, Self::SignBit, Self::Offset];

    /// Its name for machines.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Absolute => "absolute",
            Self::TwosComplement => "twos-complement",
            Self::SignBit => "sign-bit",
            Self::Offset => "offset",
        }
    }
}

/// What a control is bound to.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Target {
    /// It turns something on the desk.
    Turn(Address),
    /// It asks for something.
    Act(Act),
}

impl Target {
    /// Whether a control can do it: a key cannot say how far something is turned.
    fn suits(&self, control: MidiControl) -> bool {
        match (self, control) {
            (Self::Turn(address), MidiControl::Note(..)) => {
                matches!(address.spec().unit, Unit::Switch | Unit::Choice(_))
            }
            _ => true,
        }
    }
}

/// Before the id of an action.
const ACTION: &str = "action.";

impl From<Target> for String {
    fn from(target: Target) -> Self {
        match target {
            Target::Turn(address) => address.to_string(),
            Target::Act(act) => format!("{ACTION}{}", act.id()),
        }
    }
}

impl TryFrom<String> for Target {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let act = text.strip_prefix(ACTION).map(|id| Act::from_str(id).map(Self::Act).map_err(|e| e.to_string()));
        act.unwrap_or_else(|| Address::from_str(&text).map(Self::Turn).map_err(|e| e.to_string()))
    }
}

/// A control and what it does.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Binding {
    /// Which.
    pub source: Source,
    /// How it is read.
    pub reads: Reads,
    /// What it does.
    pub target: Target,
}

/// What a person may ask of the surfaces.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SurfaceWish {
    /// Look which MIDI devices there are.
    Look,
    /// Hear OSC so.
    Osc(Osc),
    /// Use a MIDI device as this, or no more.
    Midi(String, Option<MidiKind>),
    /// Hear all of them while the window is locked, or not.
    WhileLocked(bool),
    /// Bind the next control that is moved to the next thing that is turned, or give up.
    Learn(bool),
    /// Bind it to this.
    Aim(Target),
    /// Read a bound control so.
    Read(Source, Reads),
    /// Unbind a control.
    Unbind(Source),
}

/// A binding that is being learned: whichever of the two comes first waits for the other.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Learning {
    /// What it shall do.
    pub target: Option<Target>,
    /// The control.
    pub source: Option<Source>,
    /// Until when (monotonic): meanwhile controls do nothing, which must not be forgotten.
    pub until: Duration,
}

/// What the edge is to do.
#[derive(Clone, PartialEq, Debug)]
pub enum SurfaceOrder {
    /// Use these.
    Use(Arc<Surfaces>),
    /// Tell which control is moved instead of doing what it is bound to, or no more.
    Learn(bool),
    /// Look which MIDI devices there are.
    Look,
}

/// What the edge says.
#[derive(Clone, PartialEq, Debug)]
pub enum SurfaceNews {
    /// How it is now.
    State(Arc<SurfaceState>),
    /// While a binding is learned: this control was moved.
    Moved(Source),
}

/// How the surfaces are.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SurfaceState {
    /// OSC.
    pub osc: OscState,
    /// How many are told by OSC of what changes.
    pub subscribers: usize,
    /// The MIDI devices that there are, by name; `None` before anybody looked.
    pub midi: Option<Vec<String>>,
    /// The system has no MIDI.
    pub no_midi: bool,
    /// Those of the chosen ones that are open.
    pub open: Vec<String>,
    /// Messages that were taken, and that were refused: unknown, malformed, or too many.
    pub osc_counts: Counts,
    /// The same of MIDI.
    pub midi_counts: Counts,
}

/// What came.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Messages that were understood.
    pub taken: u64,
    /// Messages that were not, or were one too many.
    pub refused: u64,
}

/// Whether OSC is heard.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum OscState {
    /// Not wanted.
    #[default]
    Off,
    /// At this address and port.
    At(String),
    /// The system does not give the port.
    Failed,
    /// Wanted, and not heard: the thread that hears it broke down.
    Gone,
}

/// The surfaces as the window shows them.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SurfacesNow {
    /// What is chosen.
    pub chosen: Arc<Surfaces>,
    /// A binding that is being learned.
    pub learning: Option<Learning>,
    /// How they are.
    pub state: Arc<SurfaceState>,
}
