//! The bar on top: which interface, which headphones, what the evening is called, how the window looks.

use egui::{Align, Color32, Id, Layout, Ui, vec2};
use korero_sentences::{Language, key};

use crate::desk::address::ChannelName;
use crate::desk::history::Edit;
use crate::limits::MAX_NAME;
use crate::looks::Renderer;
use crate::session::command::Command;
use crate::session::snapshot::{DeviceChoice, DeviceState};
use crate::show::Show;
use crate::ui::action::Action;
use crate::ui::keymap::Keymap;
use crate::ui::naming;
use crate::ui::scale::Scale;
use crate::ui::theme::{Mode, Theme, Weight};
use crate::ui::view::View;
use crate::ui::widgets::chooser;
use crate::ui::widgets::field::Field;
use crate::ui::widgets::key::KeyCap;

use super::{Open, caption, status, trail};

/// What the person changed about the window itself.
#[derive(Default)]
pub(crate) struct Looks {
    pub(crate) mode: Option<Mode>,
    pub(crate) language: Option<Language>,
    pub(crate) still: Option<bool>,
    /// How large everything is, percent.
    pub(crate) scale: Option<u16>,
    /// What draws the window from the next start on.
    pub(crate) renderer: Option<Renderer>,
    /// The keys of the window.
    pub(crate) keys: Option<Keymap>,
    /// What a key on the screen asked the window for.
    pub(crate) asked: Option<Action>,
}

impl Looks {
    /// Whether nothing is to be worn from now on that was not worn before.
    pub(crate) fn keeps_all(&self) -> bool {
        let Self { mode, still, scale, renderer, keys, language: _, asked: _ } = self;
        mode.is_none() && still.is_none() && scale.is_none() && renderer.is_none() && keys.is_none()
    }
}

/// A key at the right of the bar.
enum Right {
    Look,
    Ask(Action),
    Open(Action, Open),
    History,
}

/// The keys at the right, from there to the left, and in which turn each is given room. Those that find none are in the palette.
static RIGHT: [(Right, u8); 8] = [
    (Right::Look, 0),
    (Right::Ask(Action::Lock), 2),
    (Right::Ask(Action::AirView), 3),
    (Right::Open(Action::Desk, Open::Channel(ChannelName::Desk)), 7),
    (Right::Open(Action::SetUp, Open::SetUp), 6),
    (Right::Open(Action::Takes, Open::Takes), 4),
    (Right::Open(Action::Scenes, Open::Scenes), 5),
    (Right::History, 1),
];

/// Shows the bar of a window that is drawn by `drawn`.
pub(crate) fn show(ui: &mut Ui, view: &mut View<'_>, drawn: Renderer) -> Looks {
    let mut looks = Looks::default();
    ui.horizontal_centered(|ui| {
        let space = view.theme.space;
        ui.spacing_mut().item_spacing.x = space.m;
        let font = view.theme.font(view.theme.letters.lead, Weight::SemiBold);
        let name = view.word(key::WINDOW_NAME);
        let wide = ui.painter().layout_no_wrap(name.clone(), font.clone(), Color32::PLACEHOLDER).size().x + space.m;
        let (keys, width) = keys(ui, view, ui.available_width() - 3.0 * (space.strip + space.xl + space.m));
        // For the name and both choosers, once the keys and a short title have theirs.
        let room = ui.available_width() - width - space.strip - 3.0 * space.m;
        // The title of the evening goes before the name of the program.
        let named = room + space.strip >= wide + 3.0 * space.chooser;
        if named {
            ui.label(egui::RichText::new(name).font(font).color(view.theme.ink[0]));
        }
        let chooser = ((room - if named { wide } else { 0.0 }) / 2.0).clamp(space.strip, space.chooser);
        column(ui, view.theme, chooser, |ui| device(ui, view));
        column(ui, view.theme, chooser, |ui| monitor(ui, view));
        let title_width = (ui.available_width() - width).clamp(space.strip, space.chooser * 1.5);
        column(ui, view.theme, title_width, |ui| title(ui, view));
        ui.with_layout(Layout::right_to_left(Align::Max), |ui| {
            ui.spacing_mut().item_spacing.x = space.s;
            for key in keys {
                match key {
                    Right::Look => looks = menu(ui, view, drawn),
                    Right::Ask(action) => asker(ui, view, *action),
                    Right::Open(action, panel) => opener(ui, view, *action, panel.clone()),
                    Right::History => {
                        trail::show(ui, view);
                        back_and_forth(ui, view);
                    }
                }
            }
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

/// A key that asks the window for something.
fn asker(ui: &mut Ui, view: &mut View<'_>, action: Action) {
    if ui.button(view.word(action.label())).on_hover_text(view.tip(action, ui.ctx())).clicked() {
        view.ask(action);
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

/// The keys at the right that have room in `room`, and the room that they take.
fn keys(ui: &Ui, view: &View<'_>, room: f32) -> (Vec<&'static Right>, f32) {
    let space = view.theme.space;
    let font = view.theme.font(view.theme.letters.small, Weight::Medium);
    let text = |word| ui.painter().layout_no_wrap(view.word(word), font.clone(), Color32::PLACEHOLDER).size().x;
    let button = |word| (text(word) + space.s * 2.0).max(space.hit) + space.s;
    let width = |key: &Right| match key {
        Right::Look => button(key::WINDOW_LOOK),
        Right::Ask(action) | Right::Open(action, _) => button(action.label()),
        Right::History => 3.0 * (space.hit + space.s),
    };
    let mut used = space.m;
    let mut in_turn: Vec<&(Right, u8)> = RIGHT.iter().collect();
    in_turn.sort_by_key(|(_, turn)| *turn);
    let fits = |(key, _): &&(Right, u8)| {
        let with = used + width(key);
        let fits = with <= room;
        if fits {
            used = with;
        }
        fits
    };
    let last = in_turn.into_iter().take_while(fits).map(|(_, turn)| *turn).max();
    (RIGHT.iter().filter(|(_, turn)| Some(*turn) <= last).map(|(key, _)| key).collect(), used)
}

fn menu(ui: &mut Ui, view: &mut View<'_>, drawn: Renderer) -> Looks {
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
        looks.scale = scale(ui, view);
        ui.separator();
        caption(ui, view.theme, view.word(key::WINDOW_LANGUAGE));
        for language in Language::ALL {
            let own_name = korero_sentences::say(language, key::WINDOW_OWN_NAME, &[]);
            if ui.radio(view.language == language, own_name).clicked() {
                looks.language = Some(language);
            }
        }
        ui.separator();
        looks.renderer = renderer(ui, view, drawn);
        ui.separator();
        for action in [Action::Surfaces, Action::Palette, Action::Keys, Action::Guide] {
            if ui.button(view.word(action.label())).on_hover_text(view.tip(action, ui.ctx())).clicked() {
                view.ask(action);
            }
        }
    });
    looks
}

/// How large everything is: a step smaller or larger, and the usual size.
fn scale(ui: &mut Ui, view: &View<'_>) -> Option<u16> {
    let mut chosen = None;
    let scale = Scale::now(ui.ctx(), view.snapshot.looks.scale);
    let percent = |percent: u16| [("percent", format!("{percent} %").into())];
    caption(ui, view.theme, view.say(key::HANDS_SCALE, &percent(scale.worn())));
    if let Some(waits) = scale.waits() {
        caption(ui, view.theme, view.say(key::HANDS_SCALE_WAITS, &percent(waits)));
    }
    ui.horizontal(|ui| {
        let steps = [
            (Action::Smaller, scale.smaller()),
            (Action::UsualSize, Some(100).filter(|usual| *usual != view.snapshot.looks.scale)),
            (Action::Larger, scale.larger()),
        ];
        for (action, step) in steps {
            let key = ui.add_enabled(step.is_some(), egui::Button::new(view.word(action.label())));
            if key.on_hover_text(view.tip(action, ui.ctx())).clicked() {
                chosen = step;
            }
        }
    });
    chosen
}

/// What draws the window from the next start on, and what does now where that is another one.
fn renderer(ui: &mut Ui, view: &View<'_>, drawn: Renderer) -> Option<Renderer> {
    let word = |renderer| match renderer {
        Renderer::Glow => view.word(key::WINDOW_DRAWN_GLOW),
        Renderer::Wgpu => view.word(key::WINDOW_DRAWN_WGPU),
    };
    caption(ui, view.theme, view.word(key::WINDOW_DRAWN));
    let chosen = view.snapshot.looks.renderer;
    let mut changed = None;
    for renderer in Renderer::ALL {
        let key = ui.radio(chosen == renderer, word(renderer));
        if key.on_hover_text(view.word(key::WINDOW_DRAWN_TIP)).clicked() {
            changed = Some(renderer);
        }
    }
    if chosen != drawn {
        caption(ui, view.theme, view.say(key::WINDOW_DRAWN_OTHERWISE, &[("now", word(drawn).into())]));
    }
    changed
}

/// What a set of colours is called.
pub(crate) fn mode_word(mode: Mode) -> korero_sentences::Key {
    match mode {
        Mode::Dark => key::WINDOW_DARK,
        Mode::Light => key::WINDOW_LIGHT,
        Mode::Contrast => key::WINDOW_CONTRAST,
    }
}

fn described(view: &View<'_>, device: &DeviceChoice, inputs: u8) -> String {
    view.say(key::WINDOW_DEVICE_INPUTS, &[("name", device.name.as_str().into()), ("inputs", inputs.into())])
}

/// The stable id of the interface in use.
pub(crate) fn device_id(state: &DeviceState) -> Option<&str> {
    match state {
        DeviceState::None => None,
        DeviceState::Opening { id } | DeviceState::Running { id, .. } | DeviceState::Away { id } => Some(id),
    }
}
