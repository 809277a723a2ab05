//! What belongs to the whole of a strip: its preset, keeping it as one's own, copy and paste.

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Id, Key as Press, Label, PopupCloseBehavior, RichText, TextEdit, Ui, vec2};
use korero_sentences::key;

use crate::desk::Strip;
use crate::desk::preset::{Preset, Title};
use crate::limits::MAX_NAME;
use crate::session::command::Command;
use crate::ui::action::Action;
use crate::ui::theme::Weight;
use crate::ui::view::View;
use crate::ui::widgets::chooser;
use crate::ui::widgets::key::{KeyCap, fitting};

/// The least room that they take beside each other, without what is said of a locked one.
pub(crate) fn least_width(ui: &Ui, view: &View<'_>) -> f32 {
    view.theme.space.strip + beside_chooser(ui, view)
}

/// The room of what stands beside the chooser.
fn beside_chooser(ui: &Ui, view: &View<'_>) -> f32 {
    let (theme, padding) = (view.theme, ui.spacing().button_padding.x * 2.0);
    let font = theme.font(theme.letters.small, Weight::Medium);
    let keep = ui.painter().layout_no_wrap(view.word(key::PRESET_KEEP), font, theme.ink[0]).size().x + padding;
    let keys = [key::EDIT_COPY_KEY, key::EDIT_PASTE_KEY];
    let keys = keys.map(|word| fitting(ui, theme, &view.word(word)).x.max(theme.space.compact) + theme.space.s);
    theme.space.s + keep + keys.iter().sum::<f32>()
}

/// Shows them beside each other.
pub(crate) fn show(ui: &mut Ui, view: &View<'_>, strip: &Strip) {
    ui.spacing_mut().item_spacing.x = view.theme.space.s;
    let fitting = view.snapshot.presets.iter().find(|preset| preset.fits(&strip.channel));
    choose(ui, view, strip, fitting);
    keep(ui, view, strip);
    copy_and_paste(ui, view, strip);
    if fitting.is_some_and(|preset| preset.locked) {
        let words = RichText::new(view.word(key::PRESET_READ_ONLY));
        let font = view.theme.font(view.theme.letters.tiny, Weight::Medium);
        ui.add(Label::new(words.font(font).color(view.theme.caution)).truncate());
    }
}

/// The chooser shows the preset that the strip is set to, if it is one's.
fn choose(ui: &mut Ui, view: &View<'_>, strip: &Strip, fitting: Option<&Preset>) {
    let theme = view.theme;
    let title = |preset: &Preset| match preset.name(view.language) {
        name if preset.locked => view.say(key::PRESET_LOCKED_NAME, &[("name", name.into())]),
        name => name,
    };
    let presets = &view.snapshot.presets;
    let choices: Vec<String> = presets.iter().map(title).collect();
    let shown = fitting.map_or_else(|| view.word(key::PRESET_NONE), title);
    let name = view.say(key::PRESET_OF, &[("strip", strip.name.as_str().into())]);
    let room = ui.available_width() - beside_chooser(ui, view);
    let width = room.clamp(theme.space.strip, theme.space.strip * 2.0);
    let chooser = ui.scope(|ui| {
        // A longer name is cut there, and not where the room ends.
        ui.set_max_width(width);
        chooser::show(ui, ("preset", &strip.id), &name, &shown, &choices, width)
    });
    let (response, chosen) = chooser.inner;
    response.on_hover_text(view.word(key::PRESET_TIP));
    if let Some(preset) = chosen.and_then(|at| presets.get(at)) {
        view.send(Command::ApplyPreset(strip.id.clone(), preset.id.clone()));
    }
}

/// A name, and whether fader and pan belong to it.
fn keep(ui: &mut Ui, view: &View<'_>, strip: &Strip) {
    let opening = Id::unique(("the menu that keeps a preset opens", &strip.id));
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (response, _) = MenuButton::new(view.word(key::PRESET_KEEP)).config(config).ui(ui, |ui| {
        let place = Id::unique(("a preset to be kept", &strip.id));
        let (mut name, mut with_fader) =
            ui.data(|data| data.get_temp(place)).unwrap_or_else(|| (strip.name.clone(), false));
        // The first picture of a menu only measures it, and nothing in it can take the keyboard yet.
        let fresh = !ui.is_sizing_pass() && ui.data_mut(|data| data.remove_temp::<bool>(opening)).unwrap_or(false);
        let edit = TextEdit::singleline(&mut name).char_limit(MAX_NAME).desired_width(view.theme.space.chooser);
        let edit = ui.add(edit).accessible_name(view.word(key::PRESET_NAME));
        if fresh {
            edit.request_focus();
        }
        ui.checkbox(&mut with_fader, view.word(key::PRESET_WITH_FADER));
        let title = Title::Own(name.trim().to_owned());
        let known = view.snapshot.presets.iter().any(|preset| preset.title == title);
        let word = if known { key::PRESET_REPLACE } else { key::PRESET_SAVE };
        let entered = edit.lost_focus() && ui.input(|i| i.key_pressed(Press::Enter));
        if (ui.button(view.word(word)).clicked() || entered) && !name.trim().is_empty() {
            view.send(Command::SavePreset { strip: strip.id.clone(), name, with_fader });
            ui.data_mut(|data| data.remove::<(String, bool)>(place));
            ui.close();
            return;
        }
        ui.data_mut(|data| data.insert_temp(place, (name, with_fader)));
    });
    if response.clicked() {
        ui.data_mut(|data| data.insert_temp(opening, true));
    }
    response.on_hover_text(view.word(key::PRESET_KEEP_TIP));
}

fn copy_and_paste(ui: &mut Ui, view: &View<'_>, strip: &Strip) {
    let theme = view.theme;
    let copied = view.snapshot.copied.as_deref();
    let paste = match copied {
        Some(name) => view.say(key::EDIT_PASTE_OF, &[("strip", name.into())]),
        None => view.word(key::EDIT_PASTE_NONE),
    };
    let keys = [
        (Action::Copy, view.word(key::EDIT_COPY), true, Command::CopyStrip(strip.id.clone())),
        (Action::Paste, paste, copied.is_some(), Command::PasteStrip(strip.id.clone())),
    ];
    for (action, name, can, command) in keys {
        let word = view.word(if action == Action::Copy { key::EDIT_COPY_KEY } else { key::EDIT_PASTE_KEY });
        let size = fitting(ui, theme, &word).max(vec2(theme.space.compact, 0.0));
        ui.add_enabled_ui(can, |ui| {
            let key =
                KeyCap { name: &format!("{}: {name}", strip.name), word: &word, on: None, fill: theme.ember, size };
            let tip = format!("{name} ({})", action.keys(ui.ctx()));
            if key.show(ui, theme).on_hover_text(tip).on_disabled_hover_text(&name).clicked() {
                view.send(command);
            }
        });
    }
}
