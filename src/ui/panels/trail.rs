//! What was done to the desk, step by step in words: a click goes back to there, or forth again.

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Id, PopupCloseBehavior, RichText, ScrollArea, Ui};
use korero_dsp::param::Unit;
use korero_sentences::{Language, key, say};

use crate::desk::address::Address;
use crate::desk::history::{Edit, Told};
use crate::session::command::Command;
use crate::session::snapshot::Snapshot;
use crate::ui::view::View;
use crate::ui::{naming, reading};

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
            let text = naming::title(&told(view.language, view.snapshot, step));
            let back = n >= trail.done;
            let text = if back { view.say(key::TRAIL_BACK, &[("edit", text.into())]) } else { text };
            row(ui, view, (n + 1, text), back);
        }
        if trail.earlier == 0 {
            row(ui, view, (0, view.word(key::TRAIL_BEGINNING)), false);
        }
    });
}

/// A step in words: an edit, and where its controls were turned, if that is told in a few values.
fn told(language: Language, now: &Snapshot, step: &Told) -> String {
    let what = naming::edit(language, now, &step.edit);
    let values = match &step.edit {
        Edit::Turn(address) => few(language, std::slice::from_ref(address), &step.turned),
        Edit::Turns(all) if all.iter().all(|one| one.channel == all[0].channel) => few(language, all, &step.turned),
        Edit::Turns(all) => alike(language, all, &step.turned),
        _ => None,
    };
    match values {
        Some(values) => say(language, key::TRAIL_TURNED, &[("edit", what.into()), ("values", values.into())]),
        None => what,
    }
}

/// From where to where up to two controls of one channel were turned.
fn few(language: Language, all: &[Address], turned: &[Option<(f32, f32)>]) -> Option<String> {
    let value = |address: &Address, (from, to)| {
        let spec = address.spec();
        if spec.unit == Unit::Switch {
            return switched(language, to);
        }
        let (from, to) = (reading::short(&spec, from, language), reading::full(&spec, to, language));
        say(language, key::TRAIL_VALUES, &[("from", from.into()), ("to", to.into())])
    };
    let moved = all.iter().zip(turned).filter_map(|(address, turned)| turned.map(|turned| value(address, turned)));
    let values: Vec<_> = moved.collect();
    (1..=2).contains(&values.len()).then(|| values.join(", "))
}

/// What several strips did together: by how many dB all of them went, or to which state; `None` when each did something else.
fn alike(language: Language, all: &[Address], turned: &[Option<(f32, f32)>]) -> Option<String> {
    let spec = all.first()?.spec();
    let (from, to) = turned.iter().flatten().next()?;
    match spec.unit {
        Unit::Switch if turned.iter().flatten().all(|other| other.1 == *to) => Some(switched(language, *to)),
        Unit::Decibels if turned.iter().all(|other| other.is_some_and(|other| by(other, to - from))) => {
            Some(reading::difference(to - from))
        }
        _ => None,
    }
}

/// Whether it went by so many dB, as far as anybody reads them.
fn by((from, to): (f32, f32), db: f32) -> bool {
    (to - from - db).abs() < 0.05
}

fn switched(language: Language, to: f32) -> String {
    say(language, if to >= 0.5 { key::TRAIL_ON } else { key::TRAIL_OFF }, &[])
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
