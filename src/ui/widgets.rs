//! The parts that panels are made of: painted by ourselves, named for screen readers, all reachable by keyboard.

pub(crate) mod chooser;
pub(crate) mod fader;
pub(crate) mod field;
pub(crate) mod figures;
pub(crate) mod hold_key;
pub(crate) mod key;
pub(crate) mod knob;
pub(crate) mod meter;
pub(crate) mod reduction;
pub(crate) mod turn;

use egui::{Event, Key, Painter, PointerButton, Rect, Response, StrokeKind, Ui};

use super::theme::{Theme, corner};

/// Paints the ring around what the keyboard holds.
pub(crate) fn ring(painter: &Painter, theme: &Theme, rect: Rect, radius: f32) {
    painter.rect_stroke(rect, corner(radius), theme.ring(), StrokeKind::Outside);
}

/// Whether a key on the screen was pressed just now: not by a Space or Enter that repeats because it is held down.
pub(crate) fn newly_clicked(ui: &Ui, response: &Response) -> bool {
    let repeats =
        |event: &Event| matches!(event, Event::Key { key: Key::Space | Key::Enter, pressed: true, repeat: true, .. });
    let held = !response.clicked_by(PointerButton::Primary) && ui.input(|i| i.events.iter().any(repeats));
    response.clicked() && !held
}
