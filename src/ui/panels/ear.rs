//! What our own ear says: a shape, a word and the delay, on one line that also switches it on and off.

use egui::accesskit::Live;
use egui::{Align2, Color32, Painter, Pos2, Role, Sense, Shape, Stroke, Ui, WidgetInfo, vec2};
use korero_sentences::{Key, key};

use crate::session::command::Command;
use crate::session::ear::{EarState, Verdict};
use crate::ui::theme::{Theme, Weight};
use crate::ui::view::View;
use crate::ui::widgets::{figures, ring, set_to};

/// How it looks.
#[derive(Clone, Copy)]
pub(crate) enum Mark {
    /// A disc: all is well.
    Disc,
    /// A ring: not known.
    Ring,
    /// A triangle: an alarm.
    Triangle,
    /// A bar: it cannot hear.
    Bar,
}

/// Shows it across the room that is left.
pub(crate) fn show(ui: &mut Ui, view: &View<'_>) {
    let theme = view.theme;
    let height = theme.letters.tiny + theme.space.s;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let (word, mark, ink) = face(view);
    let word = view.word(word);
    let delay = match &view.snapshot.ear {
        EarState::Listens { delay: Some(delay), .. } => {
            view.say(key::EAR_DELAY, &[("milliseconds", (delay.as_millis() as u64).into())])
        }
        _ => String::new(),
    };
    let spoken = match view.snapshot.ear {
        EarState::Off => word.clone(),
        _ => format!("{}: {word}", view.word(key::EAR_NAME)),
    };
    let on = view.snapshot.ear_on;
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, ui.is_enabled(), on, &spoken));
    // What it says is told when it changes. The delay changes with every look, and is told to whoever asks.
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_live(Live::Polite);
        if !delay.is_empty() {
            set_to(node, delay.clone());
        }
    });
    // The edge of a round mark is soft, and lies a little outside.
    let painter = ui.painter_at(rect.expand(theme.space.hair));
    let radius = theme.space.xs;
    paint(&painter, theme, (rect.left_center() + vec2(radius, 0.0), radius), mark, ink);
    let font = theme.font(theme.letters.tiny, Weight::Medium);
    let at = rect.left_center() + vec2(radius * 2.0 + theme.space.xs, 0.0);
    let used = painter.text(at, Align2::LEFT_CENTER, &word, font.clone(), ink);
    // Where there is no room for it beside the word, the delay is only told.
    if used.right() + theme.space.xs + figures::width(&painter, &delay, &font) <= rect.right() {
        figures::paint(&painter, rect.right_center(), Align2::RIGHT_CENTER, &delay, &font, theme.ink[1]);
    }
    if response.has_focus() {
        ring(ui.painter(), theme, rect, theme.radius.s);
    }
    if response.on_hover_text(hover(view, format!("{spoken} {delay}").trim_end())).clicked() {
        view.send(Command::Hear(!on));
    }
}

fn hover(view: &View<'_>, spoken: &str) -> String {
    match &view.snapshot.ear {
        EarState::Deaf(fault) => fault.line(view.language),
        _ => format!("{spoken}. {}", view.word(key::EAR_TOOLTIP)),
    }
}

/// Its word, and how it looks.
pub(crate) fn face(view: &View<'_>) -> (Key, Mark, Color32) {
    let theme = view.theme;
    let ear = &view.snapshot.ear;
    let (mark, ink) = match ear {
        // Off the air there is nothing to say but what it is.
        EarState::Off if view.snapshot.ear_on => return (key::EAR_NAME, Mark::Ring, theme.ink[2]),
        EarState::Off => (Mark::Bar, theme.ink[2]),
        EarState::Nowhere => (Mark::Bar, theme.ink[1]),
        EarState::Deaf(_) => (Mark::Bar, theme.caution),
        EarState::Listens { verdict: Verdict::Listening, .. } => (Mark::Ring, theme.ink[1]),
        EarState::Listens { verdict: Verdict::Heard, .. } => (Mark::Disc, theme.good),
        EarState::Listens { .. } => (Mark::Triangle, theme.over),
    };
    (ear.word(), mark, ink)
}

/// Paints its mark around a place.
pub(crate) fn paint(painter: &Painter, theme: &Theme, (at, radius): (Pos2, f32), mark: Mark, ink: Color32) {
    let stroke = Stroke::new(theme.space.hair * 2.0, ink);
    match mark {
        Mark::Disc => drop(painter.circle_filled(at, radius, ink)),
        Mark::Ring => drop(painter.circle_stroke(at, radius - theme.space.hair, stroke)),
        Mark::Bar => drop(painter.line_segment([at - vec2(radius, 0.0), at + vec2(radius, 0.0)], stroke)),
        Mark::Triangle => {
            let corners = vec![at + vec2(0.0, -radius), at + vec2(radius, radius), at + vec2(-radius, radius)];
            painter.add(Shape::convex_polygon(corners, ink, Stroke::NONE));
        }
    }
}
