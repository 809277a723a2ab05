//! The bar on top: which interface, which headphones, what the evening is called, how the window looks.

use egui::{Align, Color32, Id, Layout, Ui, vec2};
use korero_sentences::{Language, key};

use crate::desk::address::ChannelName;
use crate::desk::history::Edit;
use crate::limits::MAX_NAME;
use crate::session::command::Command;
use crate::session::snapshot::{DeviceChoice, DeviceState};
use crate::show::Show;
use crate::ui::action::Action;
use crate::ui::naming;
use crate::ui::theme::{Mode, Theme, Weight};
use crate::ui::view::View;
use crate::ui::widgets::chooser;
use crate::ui::widgets::field::Field;
use crate::ui::widgets::key::KeyCap;

use super::{Open, caption, status};

/// What the person changed about the window itself.
#[derive(Default)]
pub(crate) struct Looks {
    pub(crate) mode: Option<Mode>,
    pub(crate) language: Option<Language>,
    pub(crate) still: Option<bool>,
}

/// Shows the bar.
pub(crate) fn show(ui: &mut Ui, view: &mut View<'_>) -> Looks {
    let mut looks = Looks::default();
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = view.theme.space.m;
        let wordmark = egui::RichText::new(view.word(key::WINDOW_NAME))
            .font(view.theme.font(view.theme.letters.lead, Weight::SemiBold))
            .color(view.theme.ink[0]);
        ui.label(wordmark);
        column(ui, view.theme, view.theme.space.chooser, |ui| device(ui, view));
        column(ui, view.theme, view.theme.space.chooser, |ui| monitor(ui, view));
        let left = ui.available_width() - keys_width(ui, view);
        let width = left.clamp(view.theme.space.strip, view.theme.space.chooser * 1.5);
        column(ui, view.theme, width, |ui| title(ui, view));
        ui.with_layout(Layout::right_to_left(Align::Max), |ui| {
            ui.spacing_mut().item_spacing.x = view.theme.space.s;
            looks = menu(ui, view);
            desk(ui, view);
            opener(ui, view, Action::SetUp, Open::SetUp);
            opener(ui, view, Action::Takes, Open::Takes);
            opener(ui, view, Action::Scenes, Open::Scenes);
            back_and_forth(ui, view);
        });
    });
    looks
}

fn column(ui: &mut Ui, theme: &Theme, width: f32, add: impl FnOnce(&mut Ui)) {
    let size = vec2(width, ui.available_height());
    ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
        ui.spacing_mut().item_spacing.y = theme.space.hair;
        ui.set_width(width);
        add(ui);
    });
}

fn device(ui: &mut Ui, view: &View<'_>) {
    status::device(ui, view);
    let capturing = |device: &&DeviceChoice| device.inputs > 0;
    let devices: Vec<&DeviceChoice> = view.snapshot.devices.iter().filter(capturing).collect();
    let mut choices: Vec<String> = devices.iter().map(|device| described(view, device, device.inputs)).collect();
    choices.push(view.word(key::WINDOW_NO_DEVICE));
    choices.push(view.word(Action::LookAgain.label()));
    let chosen = device_id(&view.snapshot.device);
    let shown = chosen.map_or_else(
        || view.word(key::WINDOW_NO_DEVICE),
        |id| known(ui, "device", id, devices.iter().find(|d| d.id == id).map(|d| described(view, d, d.inputs))),
    );
    let name = view.word(key::WINDOW_DEVICE);
    let (_, choice) = chooser::show(ui, "device", &name, &shown, &choices, ui.available_width());
    match choice {
        Some(n) if n == devices.len() + 1 => view.send(Command::RefreshDevices),
        Some(n) => view.send(Command::ChooseDevice(devices.get(n).map(|device| device.id.clone()))),
        None => {}
    }
}

/// The name of a device; one that went away keeps the name it had, and one that was never seen is called by its id.
fn known(ui: &Ui, chooser: &str, id: &str, name: Option<String>) -> String {
    let last = Id::unique(("name of a device", chooser, id));
    match name {
        Some(name) => {
            ui.data_mut(|data| data.insert_temp(last, name.clone()));
            name
        }
        None => ui.data(|data| data.get_temp(last)).unwrap_or_else(|| id.to_owned()),
    }
}

fn monitor(ui: &mut Ui, view: &View<'_>) {
    caption(ui, view.theme, view.word(key::WINDOW_MONITOR));
    let playing = |device: &&DeviceChoice| device.outputs > 0;
    let devices: Vec<&DeviceChoice> = view.snapshot.devices.iter().filter(playing).collect();
    let mut choices: Vec<String> = devices.iter().map(|device| device.name.clone()).collect();
    choices.push(view.word(key::WINDOW_NO_MONITOR));
    let shown = view.snapshot.monitor.as_ref().map_or_else(
        || view.word(key::WINDOW_NO_MONITOR),
        |id| known(ui, "monitor", id, devices.iter().find(|d| d.id == *id).map(|d| d.name.clone())),
    );
    let name = view.word(key::WINDOW_MONITOR);
    let (_, choice) = chooser::show(ui, "monitor", &name, &shown, &choices, ui.available_width());
    if let Some(n) = choice {
        view.send(Command::ChooseMonitor(devices.get(n).map(|device| device.id.clone())));
    }
}

fn title(ui: &mut Ui, view: &View<'_>) {
    caption(ui, view.theme, view.word(key::WINDOW_TITLE));
    let field = Field {
        id: Id::unique("show title"),
        name: &view.word(key::WINDOW_TITLE),
        text: &view.snapshot.show.title,
        hint: &view.word(key::WINDOW_TITLE_HINT),
        width: ui.available_width(),
        secret: false,
        limit: MAX_NAME,
    };
    if let (_, Some(title)) = field.show(ui) {
        view.send(Command::NameShow(Show { title, ..view.snapshot.show.clone() }));
    }
}

/// The desk's own switches: how solo works, talkback, test tones.
fn desk(ui: &mut Ui, view: &mut View<'_>) {
    let response = ui.button(view.word(key::CHANNEL_DESK)).on_hover_text(view.word(key::PANEL_DESK_TIP));
    if response.clicked() {
        super::open(ui.ctx(), view.opened, Open::Channel(ChannelName::Desk), Some(&response));
    }
}

/// A key that opens a panel below the strips, and closes it.
fn opener(ui: &mut Ui, view: &mut View<'_>, action: Action, panel: Open) {
    let open = view.opened.as_ref() == Some(&panel);
    let response = ui.button(view.word(action.label())).on_hover_text(view.tip(action, ui.ctx()));
    match response.clicked() {
        true if open => super::close(ui.ctx(), view.opened),
        true => super::open(ui.ctx(), view.opened, panel, Some(&response)),
        false => {}
    }
}

/// Undo and redo; each says what it would do.
fn back_and_forth(ui: &mut Ui, view: &View<'_>) {
    let now = view.snapshot;
    let named = |edit: &Option<Edit>| edit.as_ref().map(|edit| naming::edit(view.language, now, edit));
    let redo = (Action::Redo, "↪", named(&now.redo), (key::EDIT_REDO_NAMED, key::EDIT_REDO_NONE), Command::Redo);
    let undo = (Action::Undo, "↩", named(&now.undo), (key::EDIT_UNDO_NAMED, key::EDIT_UNDO_NONE), Command::Undo);
    // The layout begins at the right.
    for (action, sign, edit, (some, none), command) in [redo, undo] {
        let name = match &edit {
            Some(edit) => view.say(some, &[("edit", edit.as_str().into())]),
            None => view.word(none),
        };
        let side = view.theme.space.hit;
        ui.add_enabled_ui(edit.is_some(), |ui| {
            let key = KeyCap { name: &name, word: sign, on: None, fill: view.theme.ember, size: vec2(side, side) };
            let tip = format!("{name} ({})", action.keys(ui.ctx()));
            if key.show(ui, view.theme).on_hover_text(tip).on_disabled_hover_text(&name).clicked() {
                view.send(command);
            }
        });
    }
}

/// The room that the keys at the right take.
fn keys_width(ui: &Ui, view: &View<'_>) -> f32 {
    let space = view.theme.space;
    let font = view.theme.font(view.theme.letters.small, Weight::Medium);
    let actions = [Action::SetUp, Action::Takes, Action::Scenes].map(Action::label);
    let words = [key::WINDOW_LOOK, key::CHANNEL_DESK].into_iter().chain(actions);
    let width = |word| ui.painter().layout_no_wrap(view.word(word), font.clone(), Color32::PLACEHOLDER).size().x;
    let words: f32 = words.map(|word| (width(word) + space.s * 2.0).max(space.hit) + space.s).sum();
    words + 2.0 * (space.hit + space.s) + space.m
}

fn menu(ui: &mut Ui, view: &mut View<'_>) -> Looks {
    let mut looks = Looks::default();
    ui.menu_button(view.word(key::WINDOW_LOOK), |ui| {
        caption(ui, view.theme, view.word(key::WINDOW_COLOURS));
        for mode in Mode::ALL {
            if ui.radio(view.theme.mode == mode, view.word(mode_word(mode))).clicked() {
                looks.mode = Some(mode);
            }
        }
        let mut still = view.theme.still;
        if ui.checkbox(&mut still, view.word(Action::Still.label())).clicked() {
            looks.still = Some(still);
        }
        ui.separator();
        caption(ui, view.theme, view.word(key::WINDOW_LANGUAGE));
        for language in Language::ALL {
            let own_name = korero_sentences::say(language, key::WINDOW_OWN_NAME, &[]);
            if ui.radio(view.language == language, own_name).clicked() {
                looks.language = Some(language);
            }
        }
        ui.separator();
        opener(ui, view, Action::Surfaces, Open::Surfaces);
        ui.separator();
        keys(ui, view);
    });
    looks
}

/// Every action with its keys.
fn keys(ui: &mut Ui, view: &View<'_>) {
    caption(ui, view.theme, view.word(key::WINDOW_KEYS));
    egui::Grid::new("keys").num_columns(2).show(ui, |ui| {
        for action in Action::ALL {
            ui.label(view.word(action.label()));
            ui.label(egui::RichText::new(action.keys(ui.ctx())).color(view.theme.ink[2]));
            ui.end_row();
        }
    });
}

fn mode_word(mode: Mode) -> korero_sentences::Key {
    match mode {
        Mode::Dark => key::WINDOW_DARK,
        Mode::Light => key::WINDOW_LIGHT,
        Mode::Contrast => key::WINDOW_CONTRAST,
    }
}

fn described(view: &View<'_>, device: &DeviceChoice, inputs: u8) -> String {
    view.say(key::WINDOW_DEVICE_INPUTS, &[("name", device.name.as_str().into()), ("inputs", inputs.into())])
}

fn device_id(state: &DeviceState) -> Option<&str> {
    match state {
        DeviceState::None => None,
        DeviceState::Opening { id } | DeviceState::Running { id, .. } | DeviceState::Away { id } => Some(id),
    }
}
