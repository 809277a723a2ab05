//! Edits of the desk: every one can be taken back, and none of them can silence a show by solo.

use std::sync::Arc;

use korero_sentences::key;

use super::command::Command;
use super::{Deed, Session};
use crate::desk::address::{Address, ChannelName};
use crate::desk::channel::Control;
use crate::desk::compare::Letter;
use crate::desk::history::Edit;
use crate::desk::patch::Patch;
use crate::desk::preset::{Preset, PresetId, Title};
use crate::desk::scene::Part;
use crate::desk::{Desk, Strip, StripId, StripInput};
use crate::fault::Fault;
use crate::limits::{HUES, MAX_INPUTS, MAX_NAME, MAX_PRESETS, MAX_STRIPS};
use crate::session::snapshot::RecordingState;

impl Session {
    /// Does what a wish asks of the desk; a wish about anything else changes nothing.
    pub(super) fn edit_desk(&mut self, wish: Command) -> Vec<Deed> {
        let forbidden = match &wish {
            Command::Turn(address, value) => self.forbids(address, *value),
            Command::TurnTogether(turns) => turns.iter().any(|(address, value)| self.forbids(address, *value)),
            _ => false,
        };
        if forbidden {
            return Vec::new();
        }
        let Some(edit) = self.edit_of(&wish) else { return Vec::new() };
        let mut desk = (*self.state.desk).clone();
        let changed = match wish {
            Command::Turn(address, value) => address.set(&mut desk, value),
            Command::TurnTogether(turns) => {
                turns.iter().fold(false, |changed, (address, value)| address.set(&mut desk, *value) || changed)
            }
            Command::PutEffect(channel, place, kind) => desk.put_effect(&channel, place, kind),
            Command::AddStrip(input) => self.add_strip(&mut desk, input),
            Command::RemoveStrip(id) => desk.remove_strip(&id),
            Command::RenameStrip(id, name) => {
                change(&mut desk, &id, |strip| strip.name = name.chars().take(MAX_NAME).collect())
            }
            Command::HueStrip(id, hue) if hue < HUES => change(&mut desk, &id, |strip| strip.hue = hue),
            Command::FeedStrip(id, input) if fits(input) => change(&mut desk, &id, |strip| strip.input = input),
            Command::KeyStrip(id, key) if key.as_ref().is_none_or(|key| *key != id && desk.strip(key).is_some()) => {
                change(&mut desk, &id, |strip| strip.key = key)
            }
            Command::ReplaceDesk(whole) => {
                desk = *whole;
                true
            }
            Command::ApplyPreset(id, preset) => self.apply_preset(&mut desk, &id, &preset),
            Command::PasteStrip(id) => self.paste_strip(&mut desk, &id),
            Command::Compare(name, to) => self.compare(&mut desk, &name, to),
            _ => false,
        };
        if changed { self.edited(desk, edit) } else { Vec::new() }
    }

    /// What a wish is called once it was done; `None` when it is no edit of the desk.
    fn edit_of(&self, wish: &Command) -> Option<Edit> {
        let named = |id| self.state.desk.strip(id).map(|strip| strip.name.clone()).unwrap_or_default();
        Some(match wish {
            Command::Turn(address, _) => Edit::Turn(address.clone()),
            Command::TurnTogether(turns) => Edit::Turns(turns.iter().map(|(address, _)| address.clone()).collect()),
            Command::PutEffect(channel, place, _) => Edit::Slot(channel.clone(), *place),
            Command::AddStrip(_) => Edit::Add,
            Command::RemoveStrip(id) => Edit::Remove(named(id)),
            Command::RenameStrip(id, _) => Edit::Rename(id.clone()),
            Command::HueStrip(id, _) => Edit::Hue(id.clone()),
            Command::FeedStrip(id, _) => Edit::Feed(id.clone()),
            Command::KeyStrip(id, _) => Edit::Key(id.clone()),
            Command::ReplaceDesk(_) => Edit::Whole,
            Command::ApplyPreset(id, preset) => Edit::Preset(id.clone(), preset.clone()),
            Command::PasteStrip(id) => Edit::Paste(id.clone()),
            Command::Compare(name, to) => Edit::Compare(name.clone(), *to),
            _ => return None,
        })
    }

    fn add_strip(&mut self, desk: &mut Desk, input: StripInput) -> bool {
        if desk.strips.len() >= MAX_STRIPS {
            self.tell(Fault::new(key::FAULT_SESSION_TOO_MANY_STRIPS).with("most", MAX_STRIPS));
            return false;
        }
        if !fits(input) {
            return false;
        }
        let hue = u8::try_from(desk.strips.len() % usize::from(HUES)).unwrap_or(0);
        desk.strips.push(Strip { hue, ..Strip::new(input.highest().to_string(), input) });
        true
    }

    /// Takes an edit of the desk in. What was on its way counts as arrived: an undo never leaves it half-way.
    pub(super) fn edited(&mut self, mut desk: Desk, edit: Edit) -> Vec<Deed> {
        self.keep_solo_in_headphones(&mut desk);
        let mut before = self.fade.arrived(&self.state.desk);
        match &edit {
            Edit::Turn(address) => self.fade.let_go(address),
            Edit::Turns(addresses) => addresses.iter().for_each(|address| self.fade.let_go(address)),
            _ => {}
        }
        let patch = Patch::between(&self.state.desk, &desk);
        if patch.is_empty() {
            return Vec::new();
        }
        self.fade.let_go_of(&patch);
        let after = self.fade.arrived(&desk);
        set_engineers_own(&mut before, &after);
        self.history.edited(&before, &after, edit, self.now);
        self.tell_trail();
        self.desk_is(desk)
    }

    pub(super) fn undo(&mut self) -> Vec<Deed> {
        let mut desk = (*self.state.desk).clone();
        let edit = self.history.last_done().cloned();
        let Some(patch) = self.history.undo(&mut desk) else { return Vec::new() };
        match edit {
            Some(Edit::Recall { before, .. }) => self.place_is(before),
            Some(Edit::Compare(name, to)) => self.light(&name, to.other()),
            _ => {}
        }
        self.fade.let_go_of(&patch);
        self.keep_solo_in_headphones(&mut desk);
        self.tell_trail();
        self.desk_is(desk)
    }

    pub(super) fn redo(&mut self) -> Vec<Deed> {
        let mut desk = (*self.state.desk).clone();
        let edit = self.history.last_undone().cloned();
        let Some(patch) = self.history.redo(&mut desk) else { return Vec::new() };
        match edit {
            Some(Edit::Recall { scene, .. }) => self.place_is(Some(scene)),
            Some(Edit::Compare(name, to)) => self.light(&name, to),
            _ => {}
        }
        self.fade.let_go_of(&patch);
        self.keep_solo_in_headphones(&mut desk);
        self.tell_trail();
        self.desk_is(desk)
    }

    /// The list of what was done is told anew.
    pub(super) fn tell_trail(&mut self) {
        self.state.trail = Arc::new(self.history.trail());
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

    /// Sets a channel to the other of its two settings. While both are the same only the lamp moves.
    fn compare(&mut self, desk: &mut Desk, name: &ChannelName, to: Letter) -> bool {
        let Some(preset) = self.pairs.go(&self.fade.arrived(desk), name, to) else { return false };
        self.state.on_b = Arc::new(self.pairs.on_b());
        name.of_mut(desk).map(|channel| preset.apply(channel)).is_some()
    }

    /// The lamp of a channel's settings goes where an undo or a redo goes, before the desk does.
    fn light(&mut self, name: &ChannelName, lit: Letter) {
        self.pairs.light(&self.state.desk, name, lit);
        self.state.on_b = Arc::new(self.pairs.on_b());
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

/// Sets what belongs to no scene (solo, talkback, test tone) as `other` has it, so that it is not kept in the history either:
/// an undo must not open a microphone or start a tone.
fn set_engineers_own(desk: &mut Desk, other: &Desk) {
    let strips = other.strips.iter().map(|strip| ChannelName::Strip(strip.id.clone()));
    for name in strips.chain(ChannelName::fixed()) {
        let (Some(from), Some(to)) = (name.of(other), name.of_mut(desk)) else { continue };
        for control in from.controls().filter(|control| Part::of(from.role(), *control).is_none()) {
            to.set(control, from.value(control));
        }
    }
}

fn change(desk: &mut Desk, id: &StripId, edit: impl FnOnce(&mut Strip)) -> bool {
    desk.strip_mut(id).map(edit).is_some()
}

fn fits(input: StripInput) -> bool {
    let in_range = |n: u8| (1..=MAX_INPUTS).contains(&usize::from(n));
    match input {
        StripInput::Mono(input) => in_range(input),
        StripInput::Stereo(left, right) => in_range(left) && in_range(right) && left != right,
    }
}

#[cfg(test)]
#[path = "edit_tests.rs"]
mod tests;
