//! A knob: an arc from where it rests to where it stands, its name above, its value below.

use egui::epaint::{CircleShape, PathShape};
use egui::{Align2, Painter, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, Vec2, pos2, vec2};
use korero_dsp::param::ParamSpec;
use korero_sentences::Language;

use super::still::still;
use super::turn::{Turn, Typing};
use super::{figures, ring};
use crate::ui::reading;
use crate::ui::taper::to_way;
use crate::ui::theme::{Theme, Weight};

/// The knob's sweep in degrees, open at the bottom.
const SWEEP: f32 = 270.0;
/// Pixels of dragging from one end to the other.
const TRAVEL: f32 = 180.0;
/// Points of a painted arc.
const ARC_POINTS: usize = 32;

/// One knob while it is shown.
pub(crate) struct Knob<'a> {
    /// For screen readers, with the strip's name.
    pub(crate) name: &'a str,
    /// The word above it.
    pub(crate) word: &'a str,
    pub(crate) spec: &'a ParamSpec,
    pub(crate) value: f32,
    pub(crate) language: Language,
    /// Out of circuit: painted quietly, still turned.
    pub(crate) quiet: bool,
    /// The value has its unit where there is room for it.
    pub(crate) units: bool,
}

impl Knob<'_> {
    /// The room that a knob of `width` takes.
    pub(crate) fn size(theme: &Theme, width: f32) -> Vec2 {
        vec2(width, face(theme, width) + 2.0 * line(theme))
    }

    /// Shows it; gives what it was turned to.
    pub(crate) fn show(&self, ui: &mut Ui, theme: &Theme, width: f32) -> (Response, Option<f32>) {
        let (_, rect) = ui.allocate_space(Self::size(theme, width));
        let middle = pos2(rect.center().x, rect.top() + line(theme) + face(theme, width) / 2.0);
        let body = Rect::from_center_size(middle, Vec2::splat(face(theme, width)));
        let readout = Rect::from_min_max(pos2(rect.left(), body.bottom()), rect.max);
        let response = ui.interact(body, ui.scope_id().with(("knob", self.name)), Sense::click_and_drag());
        let turn = Turn {
            name: self.name,
            spec: self.spec,
            value: self.value,
            language: self.language,
            travel: TRAVEL,
            upright: false,
        };
        let turned = turn.hear(ui, &response);
        let typing = turn.typed(ui, &response, readout);
        let value = typing.value().or(turned);
        let shown = value.unwrap_or(self.value);
        let painter = ui.painter();
        self.paint(painter, theme, body, shown, &response);
        let small = theme.font(theme.letters.tiny, Weight::Regular);
        painter.text(rect.center_top(), Align2::CENTER_TOP, self.word, small, theme.ink[2]);
        if typing == Typing::No {
            self.read_out(painter, theme, readout, shown);
        }
        (response, value)
    }

    /// Its value in the middle of `rect`, with its unit where that finds room; a long one keeps its end on the strip.
    fn read_out(&self, painter: &Painter, theme: &Theme, rect: Rect, value: f32) {
        let font = theme.font(theme.letters.tiny, Weight::Regular);
        let ink = if self.quiet { theme.ink[2] } else { theme.ink[0] };
        let margin = 2.0 * theme.space.hair;
        // A little of the gaps beside it belongs to it.
        let room = rect.width() + 2.0 * theme.space.xs - margin;
        let full = self.units.then(|| reading::full(self.spec, value, self.language));
        let full = full.map(|text| (figures::width(painter, &text, &font), text)).filter(|(width, _)| *width <= room);
        let Some((width, text)) = full else {
            let text = reading::short(self.spec, value, self.language);
            figures::paint(painter, rect.center(), Align2::CENTER_CENTER, &text, &font, ink);
            return;
        };
        let left = (rect.center().x - width / 2.0).min(rect.right() + margin - width);
        figures::paint(painter, pos2(left, rect.center().y), Align2::LEFT_CENTER, &text, &font, ink);
    }

    fn paint(&self, painter: &Painter, theme: &Theme, body: Rect, value: f32, response: &Response) {
        let held = response.hovered() || response.dragged();
        let spec = [self.spec.min, self.spec.max, self.spec.default];
        let like = ([value, spec[0], spec[1], spec[2]].map(f32::to_bits), self.spec.id, self.quiet, held);
        still(painter, theme, ("knob", body), like, |shapes| self.face(theme, body, (value, held), shapes));
        if response.has_focus() {
            ring(painter, theme, body, body.width() / 2.0);
        }
    }

    fn face(&self, theme: &Theme, body: Rect, (value, held): (f32, bool), shapes: &mut Vec<Shape>) {
        let centre = body.center();
        let radius = body.width() / 2.0 - theme.space.hair * 2.0;
        let (at, rest) = (to_way(self.spec, value), to_way(self.spec, self.spec.default));
        let rest = if self.quiet { at } else { rest };
        let thick = theme.space.hair * 3.0;
        shapes.extend(arc(centre, radius, (0.0, 1.0), Stroke::new(thick, theme.surface[0])));
        let from_rest = if self.spec.min < 0.0 { rest } else { 0.0 };
        let (low, high) = (from_rest.min(at), from_rest.max(at));
        let fill = if self.quiet { theme.line } else { theme.ember };
        if !self.quiet {
            shapes.extend(arc(centre, radius, (low, high), Stroke::new(thick, fill)));
        }
        let fill = if held { theme.line } else { theme.surface[3] };
        shapes.push(CircleShape { center: centre, radius: radius - thick, fill, stroke: theme.hairline() }.into());
        let ink = if self.quiet { theme.ink[2] } else { theme.ink[0] };
        let tip = spot(centre, radius - thick - theme.space.hair * 2.0, at);
        let root = spot(centre, radius * 0.3, at);
        shapes.push(Shape::line_segment([root, tip], Stroke::new(theme.space.hair * 2.0, ink)));
    }
}

fn line(theme: &Theme) -> f32 {
    theme.letters.tiny + theme.space.xs
}

fn face(theme: &Theme, width: f32) -> f32 {
    width.min(theme.space.xxl + theme.space.xs)
}

/// The point at `way` of the sweep.
fn spot(centre: Pos2, radius: f32, way: f32) -> Pos2 {
    let degrees = 90.0 + (360.0 - SWEEP) / 2.0 + way * SWEEP;
    centre + radius * Vec2::angled(degrees.to_radians())
}

fn arc(centre: Pos2, radius: f32, (from, to): (f32, f32), stroke: Stroke) -> Option<Shape> {
    let part = |n: usize| from + (to - from) * n as f32 / ARC_POINTS as f32;
    (to - from > 1e-3).then(|| {
        let points = (0..=ARC_POINTS).map(|n| spot(centre, radius, part(n))).collect();
        Shape::Path(PathShape::line(points, stroke))
    })
}
