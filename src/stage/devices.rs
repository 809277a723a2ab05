//! The interface on the stage: chosen, listened to, and told of.

use std::time::Duration;

use korero_sentences::key;

use super::Stage;
use crate::audio::{AudioEvent, Wanted};
use crate::engine::TapSource;
use crate::fault::Fault;
use crate::limits::CUE_TAP;
use crate::session::event::{Event, Gear};
use crate::session::snapshot::{DeviceChoice, DeviceState};

impl Stage {
    /// Shows another state of the device. A desk that names more inputs than it has would be silent there.
    pub(super) fn look_at_device(&mut self, now: Duration) {
        let (device, before) = (self.interface.state(), self.session.device());
        if device == *before {
            return;
        }
        let begins = !matches!(before, DeviceState::Running { .. });
        self.tell(Event::Device(device.clone()), now);
        let needed = self.session.desk().inputs_needed();
        if let DeviceState::Running { name, inputs, .. } = device
            && begins
            && inputs < needed
        {
            let fault = Fault::new(key::FAULT_STAGE_DESK_INPUTS).with("needed", needed);
            self.tell(Event::Trouble(fault.with("device", name).with("inputs", inputs)), now);
        }
    }

    pub(super) fn heard_from_interface(&mut self, event: AudioEvent, now: Duration) {
        match event {
            AudioEvent::Lost(fault) => self.tell(Event::GearLost(Gear::Interface, fault), now),
            AudioEvent::MonitorLost(fault) => self.tell(Event::GearLost(Gear::Headphones, fault), now),
            AudioEvent::NoNumbers(fault) | AudioEvent::RealtimeRefused(fault) => self.tell(Event::Trouble(fault), now),
            AudioEvent::Finished => self.tell(Event::SoundEnded, now),
            // The state that follows tells the rest.
            AudioEvent::Running { .. } | AudioEvent::Returned => self.tell(Event::GearRuns(Gear::Interface), now),
            AudioEvent::MonitorReturned => self.tell(Event::GearRuns(Gear::Headphones), now),
        }
    }

    pub(super) fn list_devices(&mut self, now: Duration) -> Result<(), Fault> {
        let found = self.interface.devices()?;
        let choices = found
            .into_iter()
            .map(|d| DeviceChoice { id: d.id, name: d.name, inputs: d.inputs, outputs: d.outputs })
            .collect();
        self.tell(Event::Devices(choices), now);
        Ok(())
    }

    pub(super) fn use_device(&mut self, id: &str, now: Duration) {
        // What the interface before gathered and did not tell yet ends with it.
        if let Some(fault) = self.interface.untold() {
            self.tell(Event::Trouble(fault), now);
        }
        let needed = if self.strict { self.session.desk().inputs_needed().max(1) } else { 1 };
        let wanted = Wanted::new(id).with_channels(needed).with_frames(self.frames);
        if let Err(fault) = self.interface.choose(wanted) {
            self.session.event(Event::Device(DeviceState::None), now);
            self.tell(Event::GearLost(Gear::Interface, fault), now);
        }
    }

    pub(super) fn use_monitor(&mut self, id: Option<String>, now: Duration) {
        if let Err(fault) = self.listen_on(id) {
            self.tell(Event::GearLost(Gear::Headphones, fault), now);
        }
    }

    fn listen_on(&mut self, id: Option<String>) -> Result<(), Fault> {
        let Some(id) = id else { return self.interface.choose_monitor(None, None) };
        let cue = self.engine.open_tap(TapSource::Cue(0), CUE_TAP)?;
        let wanted = Wanted::new(id).with_channels(2).with_frames(self.frames);
        self.interface.choose_monitor(Some(wanted), Some(cue))
    }

    /// Inputs that the interface gives, once it runs.
    pub(super) fn inputs(&self) -> Option<u8> {
        match self.session.device() {
            DeviceState::Running { inputs, .. } => Some(*inputs),
            _ => None,
        }
    }
}
