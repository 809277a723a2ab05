//! Edits of the desk: every one can be taken back, and none of them can silence a show by solo.

use std::sync::Arc;

use korero_sentences::key;

use super::{Deed, Session};
use crate::desk::address::Address;
use crate::desk::channel::Control;
use crate::desk::preset::{Preset, PresetId, Title};
use crate::desk::{Desk, StripId};
use crate::fault::Fault;
use crate::limits::{MAX_NAME, MAX_PRESETS};
use crate::session::snapshot::RecordingState;

impl Session {
    /// Takes an edit of the desk in. `turned` names the control when a person turned one.
    pub(super) fn edited(&mut self, mut desk: Desk, turned: Option<&Address>) -> Vec<Deed> {
        self.keep_solo_in_headphones(&mut desk);
        if let Some(address) = turned {
            self.fade.let_go(address);
        }
        let patch = self.history.edited(&self.state.desk, &desk, turned, self.now);
        if patch.is_empty() {
            return Vec::new();
        }
        self.fade.let_go_of(&patch);
        self.desk_is(desk)
    }

    pub(super) fn undo(&mut self) -> Vec<Deed> {
        let mut desk = (*self.state.desk).clone();
        let Some(patch) = self.history.undo(&mut desk) else { return Vec::new() };
        self.fade.let_go_of(&patch);
        self.keep_solo_in_headphones(&mut desk);
        self.desk_is(desk)
    }

    pub(super) fn redo(&mut self) -> Vec<Deed> {
        let mut desk = (*self.state.desk).clone();
        let Some(patch) = self.history.redo(&mut desk) else { return Vec::new() };
        self.fade.let_go_of(&patch);
        self.keep_solo_in_headphones(&mut desk);
        self.desk_is(desk)
    }

    fn is_busy(&self) -> bool {
        self.wants_air || self.state.recording != RecordingState::Off
    }

    /// Whether that value must not be set now; the reason is told.
    pub(super) fn forbids(&mut self, address: &Address, value: f32) -> bool {
        let in_place = *address == Address::SOLO_MODE && address.spec().clamp(value) == Control::SOLO_IN_PLACE;
        let forbidden = in_place && self.is_busy();
        if forbidden {
            self.tell(Fault::new(key::FAULT_SESSION_SOLO_IN_PLACE));
        }
        forbidden
    }

    /// On air or while recording, a desk that comes with solo in place listens in the headphones instead, and says so.
    fn keep_solo_in_headphones(&mut self, desk: &mut Desk) {
        if self.forbids(&Address::SOLO_MODE, desk.own.value(Control::SOLO_MODE)) {
            desk.own.set(Control::SOLO_MODE, 0.0);
        }
    }

    /// Before the show goes on air or is recorded, solo in place ends.
    pub(super) fn solo_to_headphones(&mut self) -> Vec<Deed> {
        if self.state.desk.own.value(Control::SOLO_MODE) != Control::SOLO_IN_PLACE {
            return Vec::new();
        }
        self.tell(Fault::new(key::FAULT_SESSION_SOLO_IN_PLACE));
        let mut desk = (*self.state.desk).clone();
        desk.own.set(Control::SOLO_MODE, 0.0);
        self.desk_is(desk)
    }

    pub(super) fn copy_strip(&mut self, id: &StripId) -> Vec<Deed> {
        if let Some(strip) = self.state.desk.strip(id) {
            self.copied = Some(strip.clone());
        }
        Vec::new()
    }

    /// Everything of the copied strip but name, colour, inputs and solo.
    pub(super) fn paste_strip(&self, desk: &mut Desk, id: &StripId) -> bool {
        let Some(copied) = &self.copied else { return false };
        let key = copied.key.clone().filter(|key| key != id && desk.strip(key).is_some());
        let Some(strip) = desk.strip_mut(id) else { return false };
        let solo = strip.channel.value(Control::SOLO);
        strip.channel = copied.channel.clone();
        strip.channel.set(Control::SOLO, solo);
        strip.key = key;
        true
    }

    pub(super) fn apply_preset(&self, desk: &mut Desk, id: &StripId, preset: &PresetId) -> bool {
        let preset = self.state.presets.iter().find(|known| known.id == *preset);
        let (Some(preset), Some(strip)) = (preset, desk.strip_mut(id)) else { return false };
        preset.apply(&mut strip.channel);
        true
    }

    pub(super) fn save_preset(&mut self, strip: &StripId, name: &str, with_fader: bool) -> Vec<Deed> {
        let name: String = name.trim().chars().take(MAX_NAME).collect();
        let Some(strip) = self.state.desk.strip(strip).filter(|_| !name.is_empty()) else { return Vec::new() };
        let title = Title::Own(name.clone());
        let known = self.state.presets.iter().position(|preset| preset.title == title);
        let id = known.map_or_else(PresetId::random, |at| self.state.presets[at].id.clone());
        let preset = Preset::of(&strip.channel, id, title, with_fader);
        if known.is_some_and(|at| self.state.presets[at].locked) {
            self.tell(Fault::new(key::FAULT_PRESET_LOCKED).with("name", name));
            return Vec::new();
        }
        if known.is_none() && self.state.presets.iter().filter(|preset| preset.is_own()).count() >= MAX_PRESETS {
            self.tell(Fault::new(key::FAULT_SESSION_TOO_MANY_PRESETS).with("most", MAX_PRESETS));
            return Vec::new();
        }
        let presets = Arc::make_mut(&mut self.state.presets);
        match known {
            Some(at) => presets[at] = preset.clone(),
            None => presets.insert(0, preset.clone()),
        }
        vec![Deed::KeepPreset(preset)]
    }
}

#[cfg(test)]
#[path = "edit_tests.rs"]
mod tests;
