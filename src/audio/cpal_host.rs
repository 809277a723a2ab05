//! Real interfaces, through cpal: ALSA (and JACK, PulseAudio, PipeWire as features), CoreAudio, WASAPI.

mod config;
mod stream;

use std::collections::HashMap;
use std::str::FromStr;
use std::time::Instant;

use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{Device, DeviceId, ErrorKind, Host, HostId};
use korero_sentences::key;

use self::config::{Offer, choose};
use self::stream::{capture, monitor};
use super::{AudioHost, AudioStream, CaptureSink, DeviceInfo, MonitorSource, Wanted, no_such_device, too_few};
use crate::fault::Fault;

/// Names of ALSA's ways around the hardware; each interface would be listed ten times with them. They can still be
/// opened by their id.
const ALSA_DETOURS: [&str; 12] = [
    "sysdefault:",
    "front:",
    "rear:",
    "center_lfe:",
    "side:",
    "surround",
    "iec958:",
    "hdmi:",
    "dmix:",
    "dsnoop:",
    "usbstream:",
    "null",
];

/// All of the system's sound.
pub(super) struct CpalHost {
    /// Where the clock that all streams share begins.
    origin: Instant,
    /// What each device was when it could be asked: one in use often cannot be.
    seen: HashMap<String, DeviceInfo>,
}

impl CpalHost {
    pub(super) fn new() -> Self {
        Self { origin: Instant::now(), seen: HashMap::new() }
    }

    /// The device of this id, from a fresh look.
    fn find(&mut self, wanted: &Wanted) -> Result<(Device, String), Fault> {
        let found = DeviceId::from_str(&wanted.id).ok().and_then(|id| {
            let host = cpal::host_from_id(id.host()).ok()?;
            host.device_by_id(&id)
        });
        match found {
            Some(device) => {
                let name = name_of(&device, &wanted.id);
                Ok((device, name))
            }
            None => Err(no_such_device(&wanted.id, &self.devices().unwrap_or_default())),
        }
    }

    fn ask(&mut self, device: &Device, host: HostId) -> Option<DeviceInfo> {
        let id = device.id().ok()?.to_string();
        if is_detour(&id) {
            return None;
        }
        let inputs = Offer::of_inputs(device).unwrap_or_default();
        let outputs = Offer::of_outputs(device).unwrap_or_default();
        if inputs.is_empty() && outputs.is_empty() {
            // In use, even by ourselves, and not to be asked now.
            return self.seen.get(&id).cloned();
        }
        let rates = if inputs.is_empty() { outputs.rates() } else { inputs.rates() };
        let info = DeviceInfo {
            name: name_of(device, &id),
            inputs: count(inputs.channels()),
            outputs: count(outputs.channels()),
            default_rate: config::nearest_rate(&rates),
            rates,
            host: host.to_string().to_lowercase(),
            id,
        };
        self.seen.insert(info.id.clone(), info.clone());
        Some(info)
    }
}

impl AudioHost for CpalHost {
    fn devices(&mut self) -> Result<Vec<DeviceInfo>, Fault> {
        let mut found = Vec::new();
        let mut wrong = None;
        for id in cpal::available_hosts() {
            // A new host each time: those of JACK and PipeWire keep the list they were made with.
            match cpal::host_from_id(id).and_then(|host| list(&host)) {
                Ok(devices) => found.extend(devices.iter().filter_map(|device| self.ask(device, id))),
                Err(error) => wrong = Some(error),
            }
        }
        match wrong {
            Some(error) if found.is_empty() => Err(Fault::new(key::FAULT_AUDIO_LIST).with("detail", error.to_string())),
            _ => Ok(found),
        }
    }

    fn present(&mut self, id: &str) -> bool {
        // PulseAudio and PipeWire move a stream to another device without a word. The others tell of a lost device,
        // and asking them during a show would open devices for nothing.
        if !(id.starts_with("pulseaudio:") || id.starts_with("pipewire:")) {
            return true;
        }
        let Ok(wanted) = DeviceId::from_str(id) else { return false };
        cpal::host_from_id(wanted.host()).is_ok_and(|host| host.device_by_id(&wanted).is_some())
    }

    fn open_capture(&mut self, wanted: &Wanted, sink: CaptureSink) -> Result<Box<dyn AudioStream>, Fault> {
        let (device, name) = self.find(wanted)?;
        let offer = Offer::of_inputs(&device).map_err(|error| refusal(&error, &name))?;
        too_few(wanted, &name, offer.channels(), true)?;
        let chosen = choose(&offer, wanted, &name)?;
        capture(&device, chosen, name, sink, self.origin)
    }

    fn open_monitor(&mut self, wanted: &Wanted, source: MonitorSource) -> Result<Box<dyn AudioStream>, Fault> {
        let (device, name) = self.find(wanted)?;
        let offer = Offer::of_outputs(&device).map_err(|error| refusal(&error, &name))?;
        too_few(wanted, &name, offer.channels(), false)?;
        let chosen = choose(&offer, wanted, &name)?;
        monitor(&device, chosen, name, source, self.origin)
    }
}

fn list(host: &Host) -> Result<Vec<Device>, cpal::Error> {
    Ok(host.devices()?.collect())
}

fn name_of(device: &Device, id: &str) -> String {
    device.description().map_or_else(|_| id.to_owned(), |description| description.name().to_owned())
}

fn is_detour(id: &str) -> bool {
    let Some(pcm) = id.strip_prefix("alsa:") else { return false };
    // A card by its number is the same as by its name, but another card tomorrow.
    let numbered = pcm.split_once("CARD=").is_some_and(|(_, card)| card.starts_with(|c: char| c.is_ascii_digit()));
    numbered || ALSA_DETOURS.iter().any(|detour| pcm.starts_with(detour))
}

fn count(channels: u16) -> u8 {
    u8::try_from(channels).unwrap_or(u8::MAX)
}

/// What cpal refuses, in our words.
fn refusal(error: &cpal::Error, name: &str) -> Fault {
    let fault = |code| Fault::new(code).with("device", name);
    match error.kind() {
        ErrorKind::DeviceBusy => fault(key::FAULT_AUDIO_BUSY),
        ErrorKind::PermissionDenied => fault(key::FAULT_AUDIO_DENIED),
        ErrorKind::UnsupportedConfig => fault(key::FAULT_AUDIO_CONFIG).with("detail", error.to_string()),
        _ => fault(key::FAULT_AUDIO_OPEN).with("detail", error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_card_is_listed_once_and_by_its_name() {
        assert!(!is_detour("alsa:hw:CARD=USB,DEV=0"));
        assert!(!is_detour("alsa:plughw:CARD=USB,DEV=0"));
        assert!(!is_detour("alsa:scarlett18i20"));
        assert!(!is_detour("coreaudio:BuiltInMic"));
        for detour in ["alsa:hw:CARD=0,DEV=0", "alsa:sysdefault:CARD=USB", "alsa:surround51:CARD=USB", "alsa:null"] {
            assert!(is_detour(detour), "{detour}");
        }
    }
}
