//! Sound in from an interface and out to headphones, behind one small trait.
//!
//! The only module that names cpal. [`Interface`] is what the control thread holds: it opens the chosen device, watches
//! it, and takes *the same* device again when it comes back. [`host`] gives it real hardware (`cpal`) or a script
//! (`scripted:FILE`); both hand their callbacks to a [`CaptureSink`], which keeps the engine's time honest.

mod capture;
mod clock;
mod cpal_host;
mod health;
mod interface;
mod monitor;
mod no_numbers;
mod rate;
mod scripted_host;
mod slot;

use std::path::Path;

use korero_sentences::key;
use serde::Serialize;

use crate::fault::Fault;
use crate::limits::{DEVICE_FRAMES, DEVICE_FRAMES_DEFAULT};

pub use capture::{CaptureSink, Downstream, Samples, Stamp};
pub use health::{Health, Loss};
pub use interface::{AudioEvent, Interface};
pub use monitor::MonitorSource;
pub use no_numbers::Silenced;
pub use scripted_host::{
    Pace, Pump, Script, ScriptedFault, ScriptedFormat, ScriptedHost, ScriptedKind, ScriptedSource, signal,
};

/// Where interfaces come from: the system's sound, or a script.
pub trait AudioHost: Send {
    /// Everything that is there now; asked afresh each time.
    ///
    /// # Errors
    /// When the system's sound cannot be asked at all.
    fn devices(&mut self) -> Result<Vec<DeviceInfo>, Fault>;

    /// Whether this device is still there. Hosts that tell of a lost device by themselves just say yes.
    fn present(&mut self, id: &str) -> bool;

    /// Opens and starts capture. `sink` is called from the device's own thread from then on, until the stream is
    /// dropped.
    ///
    /// # Errors
    /// When the device is not there, is taken, or cannot do what is wanted. Never another device instead.
    fn open_capture(&mut self, wanted: &Wanted, sink: CaptureSink) -> Result<Box<dyn AudioStream>, Fault>;

    /// Opens and starts playback of a stereo cue.
    ///
    /// # Errors
    /// As [`AudioHost::open_capture`].
    fn open_monitor(&mut self, wanted: &Wanted, source: MonitorSource) -> Result<Box<dyn AudioStream>, Fault>;
}

/// A running stream; dropping it stops it. Dropping one of a dead device may take long, so that is done on a thread of
/// its own.
pub trait AudioStream: Send {
    /// What it came to be.
    fn info(&self) -> &StreamInfo;
}

/// What an opened stream came to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StreamInfo {
    /// Name for people.
    pub name: String,
    /// Channels that it carries.
    pub channels: u8,
    /// The rate it runs at, Hz.
    pub rate: u32,
    /// Frames in one callback as the host promised them; 0 when it promises nothing.
    pub frames: u32,
}

/// A device as `korero devices` prints it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DeviceInfo {
    /// Stable id; the same device has it again tomorrow.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Inputs; 0 for one that only plays. May be more than are used ([`crate::limits::MAX_INPUTS`]).
    pub inputs: u8,
    /// Outputs; 0 for one that only captures.
    pub outputs: u8,
    /// Rates it can run at, Hz, ascending.
    pub rates: Vec<u32>,
    /// The rate it would be opened with, Hz.
    pub default_rate: u32,
    /// The part of the system's sound that it belongs to, as `alsa`, `coreaudio`, `scripted`.
    pub host: String,
}

/// Which device is wanted, and what it must have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// Its stable id.
    pub id: String,
    /// Channels it must have; a device with fewer is refused with both numbers.
    pub channels: u8,
    /// Frames in one callback that are asked for; the device may give others.
    pub frames: u32,
}

impl Wanted {
    /// This device with whatever it has, and callbacks of [`DEVICE_FRAMES_DEFAULT`] frames.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), channels: 1, frames: DEVICE_FRAMES_DEFAULT }
    }

    /// The same with at least `channels` channels.
    #[must_use]
    pub fn with_channels(self, channels: u8) -> Self {
        Self { channels, ..self }
    }

    /// The same with callbacks of `frames` frames, clamped to [`DEVICE_FRAMES`].
    #[must_use]
    pub fn with_frames(self, frames: u32) -> Self {
        Self { frames: frames.clamp(*DEVICE_FRAMES.start(), *DEVICE_FRAMES.end()), ..self }
    }
}

/// Opens a host by its written form: `cpal`, `cpal:ID` or `scripted:FILE`. Also says which device the form names.
///
/// `FILE` is a script in TOML (see [`Script`]), one `.wav` or `.flac`, or a folder of them, played in the order of
/// their names as inputs 1 to n.
///
/// # Errors
/// When the form is none of these, or the file cannot be read.
pub fn host(spec: &str) -> Result<(Box<dyn AudioHost>, Option<String>), Fault> {
    match spec.split_once(':') {
        None if spec == "cpal" => Ok((Box::new(cpal_host::CpalHost::new()), None)),
        Some(("cpal", id)) if !id.is_empty() => Ok((Box::new(cpal_host::CpalHost::new()), Some(id.to_owned()))),
        Some(("scripted", file)) if !file.is_empty() => {
            let host = ScriptedHost::realtime(Script::open(Path::new(file))?);
            let id = host.id().to_owned();
            Ok((Box::new(host), Some(id)))
        }
        _ => Err(Fault::new(key::FAULT_AUDIO_HOST).with("spec", spec)),
    }
}

/// The fault of a device that is not there: names it and lists what is.
fn no_such_device(wanted: &str, there: &[DeviceInfo]) -> Fault {
    if there.is_empty() {
        return Fault::new(key::FAULT_AUDIO_NO_DEVICES).with("wanted", wanted);
    }
    let list = there.iter().map(|d| format!("{} ({})", d.id, d.name)).collect::<Vec<_>>().join(", ");
    Fault::new(key::FAULT_AUDIO_NO_SUCH_DEVICE).with("wanted", wanted).with("list", list)
}

/// The fault of a device with fewer channels than are named, if that is so.
fn too_few(wanted: &Wanted, name: &str, has: u16, capture: bool) -> Result<(), Fault> {
    if has >= u16::from(wanted.channels.max(1)) {
        return Ok(());
    }
    let code = if capture { key::FAULT_AUDIO_TOO_FEW_INPUTS } else { key::FAULT_AUDIO_TOO_FEW_OUTPUTS };
    Err(Fault::new(code).with("device", name).with("has", has).with("needs", wanted.channels.max(1)))
}
