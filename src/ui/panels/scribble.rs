//! The scribble strip: a name in its hue, renamed in place, and where the keyboard enters a strip.

use egui::{Align, Id, Key, Modifiers, Rect, Response, Sense, Ui, UiBuilder, pos2, vec2};
use korero_sentences::key;

use crate::desk::address::ChannelName;
use crate::desk::{Strip, StripId};
use crate::limits::MAX_NAME;
use crate::session::command::Command;
use crate::ui::theme::{Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::field::Field;
use crate::ui::widgets::{arrows, ring, tick, tip};

use super::selection::Selection;
use super::{Open, hues};

/// Shows the name of the strip with that number; `true` when the person touched it.
pub(crate) fn show(ui: &mut Ui, view: &mut View<'_>, strip: &Strip, number: usize, selection: &mut Selection) -> bool {
    let height = view.theme.space.xxl + view.theme.space.xs;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let id = place(&strip.id);
    if ui.data(|data| data.get_temp::<bool>(id.with("editing"))).unwrap_or(false) {
        rename(ui, view, strip, rect);
        return false;
    }
    let response = ui.interact(rect, id, Sense::click());
    let selected = selection.has(&strip.id);
    let name = [("strip", strip.name.as_str().into()), ("number", number.into())];
    let name = view.say(if selected { key::STRIPS_SELECTED } else { key::WINDOW_STRIP_NAME }, &name);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
    if response.has_focus() {
        keys(ui, view, strip, selection);
    }
    let modifiers = ui.input(|i| i.modifiers);
    if response.double_clicked() && modifiers.is_none() {
        edit(ui, id);
    }
    paint(ui, view, strip, rect, &response);
    if selected {
        let theme = view.theme;
        let side = theme.space.s;
        let at = rect.right_top() + vec2(-side - theme.space.xs, theme.space.xs);
        tick(ui.painter(), theme, Rect::from_min_size(at, vec2(side, side)));
    }
    let touched = response.clicked();
    // Enter renames.
    let pressed = touched && !ui.input(|i| i.key_pressed(Key::Enter));
    if pressed && !selection.press(&view.snapshot.desk.strips, &strip.id, modifiers) {
        super::open(ui.ctx(), view.opened, Open::Channel(ChannelName::Strip(strip.id.clone())), Some(&response));
    }
    let response = tip(response, || {
        let tips = [key::PANEL_OPEN_TIP, key::WINDOW_RENAME_TIP, key::STRIPS_SELECT_TIP];
        format!("{}\n{}", strip.name, tips.map(|tip| view.word(tip)).join(" "))
    });
    response.context_menu(|ui| {
        hues::show(ui, view, strip, false);
        if ui.button(view.word(key::EDIT_COPY)).clicked() {
            view.send(Command::CopyStrip(strip.id.clone()));
            ui.close();
        }
        if let Some(copied) = &view.snapshot.copied
            && ui.button(view.say(key::EDIT_PASTE_OF, &[("strip", copied.as_str().into())])).clicked()
        {
            view.send(Command::PasteStrip(strip.id.clone()));
            ui.close();
        }
        if ui.button(say(view, key::WINDOW_REMOVE_STRIP, strip)).clicked() {
            view.send(Command::RemoveStrip(strip.id.clone()));
            ui.close();
        }
    });
    touched
}

/// The scribble strip of a strip, for the keyboard.
pub(crate) fn place(strip: &StripId) -> Id {
    Id::unique(("scribble", strip))
}

fn edit(ui: &Ui, id: Id) {
    ui.data_mut(|data| data.insert_temp(id.with("editing"), true));
}

fn say(view: &View<'_>, sentence: korero_sentences::Key, strip: &Strip) -> String {
    view.say(sentence, &[("strip", strip.name.as_str().into())])
}

/// What the keyboard does while it is here.
fn keys(ui: &Ui, view: &View<'_>, strip: &Strip, selection: &mut Selection) {
    let id = place(&strip.id);
    arrows::take(ui, id, arrows::ALL);
    if ui.input(|i| i.key_pressed(Key::Enter) || i.key_pressed(Key::F2)) {
        edit(ui, id);
    }
    // Two keys, so that no single press takes a strip away.
    if ui.input(|i| i.modifiers.shift && i.key_pressed(Key::Delete)) {
        view.send(Command::RemoveStrip(strip.id.clone()));
    }
    // From strip to strip: by the Tab key alone the last of many is far away.
    let strips = &view.snapshot.desk.strips;
    let at = strips.iter().position(|other| other.id == strip.id);
    let further = |modifiers| {
        let pressed = |key| ui.input_mut(|i| i.consume_key(modifiers, key));
        let next = match (pressed(Key::ArrowLeft), pressed(Key::ArrowRight)) {
            (true, false) => at.and_then(|n| n.checked_sub(1)),
            (false, true) => at.map(|n| n + 1),
            _ => None,
        };
        next.and_then(|n| strips.get(n))
    };
    // With Shift first: without it the keys are the same.
    let reached = further(Modifiers::SHIFT);
    if let Some(next) = reached {
        selection.extend(strips, &strip.id, &next.id);
    }
    if let Some(next) = reached.or_else(|| further(Modifiers::NONE)) {
        ui.memory_mut(|memory| memory.request_focus(place(&next.id)));
    }
}

/// The name on one line, or smaller on two where it is long.
fn paint(ui: &Ui, view: &View<'_>, strip: &Strip, rect: Rect, response: &Response) {
    let theme = view.theme;
    let painter = ui.painter();
    painter.rect_filled(rect, corner(theme.radius.s), theme.hue(strip.hue));
    let set = |size, max_rows| {
        let font = theme.font(size, Weight::SemiBold);
        let mut job = egui::text::LayoutJob::simple(strip.name.clone(), font, theme.onfill, f32::INFINITY);
        job.wrap = egui::text::TextWrapping { max_width: rect.width() - theme.space.xs, max_rows, ..job.wrap };
        job.halign = Align::Center;
        painter.layout_job(job)
    };
    let galley = Some(set(theme.letters.small, 1)).filter(|galley| !galley.elided);
    let galley = galley.unwrap_or_else(|| set(theme.letters.tiny, 2));
    painter.galley(pos2(rect.center().x, rect.center().y - galley.size().y / 2.0), galley, theme.onfill);
    if response.has_focus() {
        ring(painter, theme, rect, theme.radius.s);
    }
}

fn rename(ui: &mut Ui, view: &View<'_>, strip: &Strip, rect: Rect) {
    let id = place(&strip.id);
    let field_id = id.with("field");
    let fresh = !ui.memory(|memory| memory.had_focus_last_frame(field_id) || memory.has_focus(field_id));
    let field = Field {
        id: field_id,
        name: &say(view, key::WINDOW_RENAME, strip),
        text: &strip.name,
        hint: "",
        width: rect.width(),
        secret: false,
        limit: MAX_NAME,
    };
    let (response, taken) = ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| field.show(ui)).inner;
    if fresh {
        response.request_focus();
    } else if !response.has_focus() {
        ui.data_mut(|data| data.remove::<bool>(id.with("editing")));
        // The keyboard stays where it was, unless it was sent elsewhere.
        if ui.input(|i| i.key_pressed(Key::Enter) || i.key_pressed(Key::Escape)) {
            ui.memory_mut(|memory| memory.request_focus(id));
        }
    }
    let name = taken.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    if let Some(name) = name {
        view.send(Command::RenameStrip(strip.id.clone(), name));
    }
}
