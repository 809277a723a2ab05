//! The interface: every one that is there, the known ones first and with their inputs by name, what keeps it from running,
//! and its headphones.

use egui::Ui;
use korero_sentences::key;

use crate::limits::SAMPLE_RATE;
use crate::session::command::Command;
use crate::session::snapshot::{DeviceChoice, DeviceState};
use crate::ui::action::Action;
use crate::ui::inputs;
use crate::ui::panels::{status, top};
use crate::ui::view::View;

use super::parts::{cap, card, choice, words};

/// The faults of the sound system begin so.
const OF_SOUND: &str = "fault-audio-";
/// At most so many are explained here: the newest.
const MOST_FAULTS: usize = 2;

/// Shows everything about it.
pub(super) fn show(ui: &mut Ui, view: &View<'_>) {
    let chosen = top::device_id(&view.snapshot.device);
    let devices = known_first(view);
    for device in &devices {
        one(ui, view, device, chosen == Some(device.id.as_str()));
    }
    if devices.is_empty() {
        words(ui, view, &view.word(key::GUIDE_NO_INTERFACE), false);
    }
    ui.horizontal(|ui| {
        if cap(ui, view, Action::LookAgain.label(), None).clicked() {
            view.send(Command::RefreshDevices);
        }
        if chosen.is_some() && cap(ui, view, key::GUIDE_LET_GO, None).clicked() {
            view.send(Command::ChooseDevice(None));
        }
    });
    trouble(ui, view);
    if let Some(device) = devices.iter().find(|device| chosen == Some(device.id.as_str())) {
        ui.add_space(view.theme.space.s);
        headphones(ui, view, device);
    }
}

/// Those with inputs; a person looks for a name on a case, not for what the system calls the rest.
fn known_first<'v>(view: &'v View<'_>) -> Vec<&'v DeviceChoice> {
    let mut devices: Vec<_> = view.snapshot.devices.iter().filter(|device| device.inputs > 0).collect();
    devices.sort_by_key(|device| inputs::described(view.language, &device.name, device.inputs).is_none());
    devices
}

fn one(ui: &mut Ui, view: &View<'_>, device: &DeviceChoice, chosen: bool) {
    let count = || view.say(key::GUIDE_INPUTS, &[("inputs", device.inputs.into())]);
    let facts = inputs::described(view.language, &device.name, device.inputs).unwrap_or_else(count);
    let state = if chosen { status::words(view) } else { String::new() };
    let id = super::id("interface").with(device.id.as_str());
    if choice(ui, view, (id, chosen), (&device.name, &state, Some(facts))).clicked() {
        view.send(Command::ChooseDevice(Some(device.id.clone())));
    }
}

/// What keeps it from running, with what to do, and a rate that is not the engine's.
fn trouble(ui: &mut Ui, view: &View<'_>) {
    let faults = view.snapshot.faults.iter().map(|shown| &shown.fault);
    for fault in faults.filter(|fault| fault.code.name().starts_with(OF_SOUND)).take(MOST_FAULTS) {
        card(ui, view, |ui| {
            words(ui, view, &fault.sentence(view.language), true);
            words(ui, view, &fault.remedy(view.language), false);
        });
    }
    if let DeviceState::Running { rate, .. } = view.snapshot.device
        && rate != SAMPLE_RATE
    {
        let khz = format!("{}", f64::from(rate) / 1_000.0);
        words(ui, view, &view.say(key::GUIDE_RATE, &[("khz", khz.into())]), false);
    }
}

/// Its own headphones, by one press.
fn headphones(ui: &mut Ui, view: &View<'_>, device: &DeviceChoice) {
    if device.outputs < 2 {
        words(ui, view, &view.word(key::GUIDE_NO_OUTPUTS), false);
        return;
    }
    let on = view.snapshot.monitor.as_ref() == Some(&device.id);
    let response = cap(ui, view, key::GUIDE_HEADPHONES, Some(on));
    if response.on_hover_text(view.word(key::GUIDE_HEADPHONES_TIP)).clicked() {
        view.send(Command::ChooseMonitor((!on).then(|| device.id.clone())));
    }
}
