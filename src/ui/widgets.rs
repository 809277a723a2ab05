//! The parts that panels are made of: painted by ourselves, named for screen readers, all reachable by keyboard.
//!
//! They keep within their places by themselves: each change of what is clipped begins another mesh, and another call to the
//! graphics processor.

pub(crate) mod arrows;
pub(crate) mod chooser;
pub(crate) mod doubt;
pub(crate) mod fader;
pub(crate) mod field;
pub(crate) mod figures;
pub(crate) mod hold_key;
pub(crate) mod key;
pub(crate) mod knob;
pub(crate) mod meter;
pub(crate) mod reduction;
pub(crate) mod row;
pub(crate) mod still;
pub(crate) mod turn;
pub(crate) mod wheel;

use egui::accesskit::Node;
use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Response, Shape, Stroke, StrokeKind, vec2};

use super::theme::{Theme, corner};

/// Paints the ring around what the keyboard holds.
pub(crate) fn ring(painter: &Painter, theme: &Theme, rect: Rect, radius: f32) {
    painter.rect_stroke(rect, corner(radius), theme.ring(), StrokeKind::Outside);
}

/// Paints a tick as large as `square`, on something filled.
pub(crate) fn tick(painter: &Painter, theme: &Theme, square: Rect) {
    let points = [vec2(0.0, 0.55), vec2(0.4, 0.95), vec2(1.0, 0.1)].map(|at| square.lerp_inside(at));
    painter.add(Shape::line(points.to_vec(), Stroke::new(theme.space.hair * 2.0, theme.onfill)));
}

/// Paints one line of `text`, which ends in an ellipsis where it would be wider than `width`; gives the room it took.
pub(crate) fn paint_within(
    painter: &Painter,
    (pos, anchor): (Pos2, Align2),
    text: String,
    (font, ink): (FontId, Color32),
    width: f32,
) -> Rect {
    let mut job = LayoutJob::simple_singleline(text, font, ink);
    job.wrap = TextWrapping::truncate_at_width(width.max(0.0));
    let galley = painter.layout_job(job);
    let at = anchor.anchor_size(pos, galley.size());
    painter.galley(at.min, galley, ink);
    at
}

/// Tells what a control is set to, in words with their unit. What AT-SPI gets of a value is its number alone, so that there
/// the words describe the control.
pub(crate) fn set_to(node: &mut Node, words: String) {
    if cfg!(target_os = "linux") {
        node.set_description(words.as_str());
    }
    node.set_value(words);
}

/// A tooltip whose words are only put together while it is shown, or while a screen reader may tell them.
pub(crate) fn tip(response: Response, text: impl Fn() -> String) -> Response {
    response.ctx.accesskit_node_builder(response.id, |node| node.set_description(text()));
    hint(response, text)
}

/// The same for what a screen reader is told already.
pub(crate) fn hint(response: Response, text: impl Fn() -> String) -> Response {
    // Of hundreds of parts the mouse is over one, and to ask for the tooltip of each is dear.
    let near = response.ctx.pointer_hover_pos().is_some_and(|pos| response.rect.contains(pos));
    if !near {
        return response;
    }
    response.on_hover_ui(|ui| {
        ui.set_max_width(ui.spacing().tooltip_width);
        ui.label(text());
    })
}
