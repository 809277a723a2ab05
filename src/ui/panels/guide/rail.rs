//! Where a person is: every step by its name, to go to by a press.

use egui::{Align2, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use korero_sentences::{Key, key};

use crate::session::command::Command;
use crate::session::guide::Step;
use crate::ui::theme::Weight;
use crate::ui::view::View;
use crate::ui::widgets::{paint_within, ring};

/// The room that it takes.
pub(super) fn height(view: &View<'_>) -> f32 {
    view.theme.space.hit + view.theme.space.xs
}

/// Shows all steps beside each other in `rect`.
pub(super) fn show(ui: &mut Ui, view: &View<'_>, now: Step, rect: Rect) {
    let gap = view.theme.space.xs;
    let width = (rect.width() + gap) / Step::ALL.len() as f32;
    for step in Step::ALL {
        let left = rect.left() + width * step.at() as f32;
        one(ui, view, (step, now), Rect::from_min_size(pos2(left, rect.top()), vec2(width - gap, rect.height())));
    }
}

/// A word over a line: gone over are the steps before, in the accent the one that is shown.
fn one(ui: &mut Ui, view: &View<'_>, (step, now): (Step, Step), rect: Rect) {
    let theme = view.theme;
    let response = ui.interact(rect, super::id("rail").with(step.at()), Sense::click());
    let word = view.word(word(step));
    let args = [("number", (step.at() + 1).into()), ("all", Step::ALL.len().into()), ("step", word.as_str().into())];
    let spoken = view.say(key::GUIDE_STEP, &args);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, step == now, &spoken));
    let (ink, line) = match step {
        step if step == now => (theme.ink[0], theme.ember),
        step if step < now => (theme.ink[1], theme.ink[2]),
        _ => (theme.ink[2], theme.line),
    };
    let ink = if response.hovered() { theme.ink[0] } else { ink };
    let weight = if step == now { Weight::SemiBold } else { Weight::Regular };
    let font = theme.font(theme.letters.small, weight);
    let at = pos2(rect.left(), rect.center().y - theme.space.hair * 2.0);
    paint_within(ui.painter(), (at, Align2::LEFT_CENTER), word, (font, ink), rect.width());
    let thick = theme.space.hair * if step == now { 3.0 } else { 2.0 };
    ui.painter().hline(rect.x_range(), rect.bottom() - thick / 2.0, egui::Stroke::new(thick, line));
    if response.has_focus() {
        ring(ui.painter(), theme, rect.expand(theme.space.hair), theme.radius.s);
    }
    if response.clicked() {
        view.send(Command::Guide(Some(step)));
    }
}

/// What a step is called in short.
fn word(step: Step) -> Key {
    match step {
        Step::Welcome => key::GUIDE_WELCOME,
        Step::Interface => key::GUIDE_INTERFACE,
        Step::Play => key::GUIDE_PLAY,
        Step::Level => key::GUIDE_LEVEL,
        Step::Place => key::GUIDE_PLACE,
        Step::Ready => key::GUIDE_READY,
    }
}
