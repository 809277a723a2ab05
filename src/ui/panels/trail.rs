//! What was done to the desk, step by step in words: a click goes back to there, or forth again.

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Id, PopupCloseBehavior, RichText, ScrollArea, Ui};
use korero_sentences::key;

use crate::session::command::Command;
use crate::ui::naming;
use crate::ui::view::View;

use super::caption;

/// So long a press waits for what another one was for, s.
const PATIENCE: f64 = 1.0;

/// Shows the key, and the list while it is open.
pub(crate) fn show(ui: &mut Ui, view: &View<'_>) {
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (response, _) = MenuButton::new("…").config(config).ui(ui, |ui| list(ui, view));
    response.accessible_name(view.word(key::TRAIL_NAME)).on_hover_text(view.word(key::TRAIL_TIP));
}

/// The newest first; what was taken back stands quietly above it.
fn list(ui: &mut Ui, view: &View<'_>) {
    let space = view.theme.space;
    let trail = &view.snapshot.trail;
    ui.set_width(space.chooser * 2.0);
    caption(ui, view.theme, view.word(key::TRAIL_NAME));
    if trail.steps.is_empty() {
        ui.label(view.word(key::EDIT_UNDO_NONE));
        return;
    }
    ScrollArea::vertical().max_height(space.chooser * 2.0).show(ui, |ui| {
        for (n, step) in trail.steps.iter().enumerate().rev() {
            let text = naming::title(&naming::step(view.language, view.snapshot, step));
            let back = n >= trail.done;
            let text = if back { view.say(key::TRAIL_BACK, &[("edit", text.into())]) } else { text };
            row(ui, view, (n + 1, text), back);
        }
        if trail.earlier == 0 {
            row(ui, view, (0, view.word(key::TRAIL_BEGINNING)), false);
        }
    });
}

/// The desk as it was after that many of the steps that are told.
fn row(ui: &mut Ui, view: &View<'_>, (after, text): (usize, String), back: bool) {
    let done = view.snapshot.trail.done;
    let ink = if back { view.theme.ink[2] } else { view.theme.ink[0] };
    if !ui.selectable_label(after == done, RichText::new(text).color(ink)).clicked() {
        return;
    }
    // Steps are counted from what is shown: a press waits for what the one before it was for.
    let asked = Id::unique("steps asked for");
    let waits = ui.data(|data| data.get_temp::<(usize, f64)>(asked));
    if waits.is_some_and(|(wanted, at)| wanted != done && view.now - at < PATIENCE) {
        return;
    }
    ui.data_mut(|data| data.insert_temp(asked, (after, view.now)));
    for _ in after..done {
        view.send(Command::Undo);
    }
    for _ in done..after {
        view.send(Command::Redo);
    }
}
