//! A meter: RMS as the body, the sample peak as a thin bar above it, the held peak as a line, a lamp that stays lit
//! after a clip.

use egui::epaint::RectShape;
use egui::{Align2, Color32, Mesh, Painter, Rect, Response, Role, Sense, Shape, StrokeKind, Ui, WidgetInfo, pos2};

use super::ring;
use super::still::still;
use crate::ui::meter_scale::{CAUTION_DB, FLOOR_DB, GOOD_DB, MARKS, OVER_DB, height};
use crate::ui::meters::Bar;
use crate::ui::reading;
use crate::ui::theme::{Theme, Weight, corner};

/// Shows the bars side by side in `rect`, their lamp on top; a click on a meter whose lamp is lit puts it out (`true`).
pub(crate) fn show(ui: &mut Ui, theme: &Theme, rect: Rect, bars: &[Bar], name: &str, clip_name: &str) -> bool {
    let lamp = Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + theme.space.s));
    let body = body(theme, rect);
    describe(ui, body, bars, name);
    let clipped = bars.iter().any(|bar| bar.clipped);
    let key = lamp_key(ui, rect, clipped, clip_name);
    let painter = ui.painter();
    let gap = theme.space.hair * 2.0;
    let width = (body.width() - gap * (bars.len() as f32 - 1.0)) / bars.len() as f32;
    let lane = |n: usize| {
        let left = body.left() + n as f32 * (width + gap);
        Rect::from_min_max(pos2(left, body.top()), pos2(left + width, body.bottom()))
    };
    let count = bars.len();
    still(painter, theme, ("meter ground", rect), (count, clipped), |shapes| {
        let fill = if clipped { theme.over } else { theme.surface[0] };
        let round = corner(theme.radius.s / 2.0);
        shapes.push(RectShape::new(lamp, round, fill, theme.hairline(), StrokeKind::Inside).into());
        let ground = |n| Shape::rect_filled(lane(n), corner(theme.space.hair * 2.0), theme.surface[0]);
        shapes.extend((0..count).map(ground));
    });
    for (n, bar) in bars.iter().enumerate() {
        paint_bar(painter, theme, lane(n), bar);
    }
    still(painter, theme, ("meter marks", rect), count, |shapes| {
        let stroke = egui::Stroke::new(theme.space.hair, theme.surface[2]);
        let mark = |lane: Rect, db| Shape::hline(lane.x_range(), lane.bottom() - height(db) * lane.height(), stroke);
        shapes.extend((0..count).flat_map(|n| MARKS.map(|db| mark(lane(n), db))));
    });
    for (n, bar) in bars.iter().enumerate() {
        paint_hold(painter, theme, lane(n), bar);
    }
    if key.as_ref().is_some_and(Response::has_focus) {
        ring(painter, theme, lamp, theme.radius.s);
    }
    key.is_some_and(|response| response.clicked())
}

/// Paints the numbers of the scale, ending at `right`, level with the marks of a meter that is shown in `rect`. Numbers
/// that would touch the one above are left out.
pub(crate) fn numbers(painter: &Painter, theme: &Theme, rect: Rect, right: f32) {
    let body = body(theme, rect);
    let font = theme.font(theme.letters.tiny, Weight::Regular);
    let mut free = f32::NEG_INFINITY;
    for mark in MARKS.into_iter().rev() {
        let y = body.bottom() - height(mark) * body.height();
        if y >= free {
            let number = format!("{:.0}", mark.abs());
            painter.text(pos2(right, y), Align2::RIGHT_CENTER, number, font.clone(), theme.ink[2]);
            free = y + theme.letters.tiny + theme.space.hair;
        }
    }
}

/// The part of a meter below its lamp.
fn body(theme: &Theme, rect: Rect) -> Rect {
    Rect::from_min_max(pos2(rect.left(), rect.top() + theme.space.s + theme.space.hair * 2.0), rect.max)
}

fn describe(ui: &Ui, rect: Rect, bars: &[Bar], name: &str) {
    let loudest = bars.iter().map(|bar| bar.peak_db).fold(f32::NEG_INFINITY, f32::max);
    let response = ui.interact(rect, ui.scope_id().with(("meter", name)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Meter, true, name));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::Meter);
        // In whole decibels, as a person reads it who has the number alone.
        node.set_numeric_value(f64::from(loudest.clamp(FLOOR_DB, 0.0).round()));
        node.set_min_numeric_value(f64::from(FLOOR_DB));
        node.set_max_numeric_value(0.0);
        node.set_value(format!("{} dBFS", reading::level(loudest)));
    });
}

/// Only a lit lamp can be reached; a dark one would be one more stop on the way. The lamp is small, so the whole meter
/// is its key.
fn lamp_key(ui: &Ui, whole: Rect, lit: bool, name: &str) -> Option<Response> {
    lit.then(|| {
        let response = ui.interact(whole, ui.scope_id().with(("clip", name)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
        response
    })
}

fn paint_bar(painter: &Painter, theme: &Theme, lane: Rect, bar: &Bar) {
    let y = |db: f32| lane.bottom() - height(db) * lane.height();
    let thin = lane.width() * 0.34;
    let peak = Rect::from_min_max(
        pos2(lane.center().x - thin / 2.0, y(bar.peak_db)),
        pos2(lane.center().x + thin / 2.0, lane.bottom()),
    );
    let body = Rect::from_min_max(pos2(lane.left(), y(bar.rms_db)), lane.max);
    let mut mesh = Mesh::default();
    column(&mut mesh, theme, lane, peak, 0.75);
    column(&mut mesh, theme, lane, body, 1.0);
    painter.add(Shape::mesh(mesh));
}

fn paint_hold(painter: &Painter, theme: &Theme, lane: Rect, bar: &Bar) {
    if height(bar.hold_db) > 0.0 {
        let stroke = egui::Stroke::new(theme.space.hair * 2.0, colour(theme, bar.hold_db));
        let y = lane.bottom() - height(bar.hold_db) * lane.height() + theme.space.hair;
        painter.hline(lane.x_range(), y, stroke);
    }
}

/// The colour of a level: good, turning to caution between −18 and −6, over from −1 dBFS.
pub(crate) fn colour(theme: &Theme, db: f32) -> Color32 {
    if db >= OVER_DB {
        return theme.over;
    }
    let part = ((db - GOOD_DB) / (CAUTION_DB - GOOD_DB)).clamp(0.0, 1.0);
    theme.good.lerp_to_gamma(theme.caution, part)
}

/// Fills `part` of a lane with the colours of the scale, which stay where they are while the bar moves.
fn column(mesh: &mut Mesh, theme: &Theme, lane: Rect, part: Rect, strength: f32) {
    let y = |db: f32| lane.bottom() - height(db) * lane.height();
    let stops = [
        (lane.bottom(), theme.good),
        (y(GOOD_DB), theme.good),
        (y(CAUTION_DB), theme.caution),
        (y(OVER_DB), theme.caution),
        (y(OVER_DB), theme.over),
        (lane.top(), theme.over),
    ];
    for pair in stops.windows(2) {
        let ((low, below), (high, above)) = (pair[0], pair[1]);
        let top = high.max(part.top());
        if top >= low {
            continue;
        }
        let reached = below.lerp_to_gamma(above, (low - top) / (low - high));
        let first = mesh.vertices.len() as u32;
        for (at, ink) in [(low, below), (top, reached)] {
            mesh.colored_vertex(pos2(part.left(), at), ink.gamma_multiply(strength));
            mesh.colored_vertex(pos2(part.right(), at), ink.gamma_multiply(strength));
        }
        mesh.add_triangle(first, first + 1, first + 2);
        mesh.add_triangle(first + 1, first + 2, first + 3);
    }
}
