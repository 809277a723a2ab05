//! A fader: unity marked, the value under it.

use egui::epaint::RectShape;
use egui::{Align2, Color32, Painter, Rect, Response, Sense, Shape, Stroke, StrokeKind, Ui, Vec2, pos2, vec2};
use korero_dsp::param::ParamSpec;
use korero_sentences::Language;

use super::still::still;
use super::turn::{Turn, Typing};
use super::{figures, ring};
use crate::ui::reading;
use crate::ui::taper::to_way;
use crate::ui::theme::{Theme, Weight, corner};

/// Where the scale has marks, dB, and what is written there when there is room.
const MARKS: [(f32, &str); 9] = [
    (10.0, "10"),
    (5.0, "5"),
    (0.0, "0"),
    (-5.0, "5"),
    (-10.0, "10"),
    (-20.0, "20"),
    (-30.0, "30"),
    (-40.0, "40"),
    (f32::NEG_INFINITY, "∞"),
];

/// One fader while it is shown.
pub(crate) struct Fader<'a> {
    pub(crate) name: &'a str,
    pub(crate) spec: &'a ParamSpec,
    pub(crate) value: f32,
    pub(crate) language: Language,
    /// What its cap is painted with.
    pub(crate) cap: Color32,
}

impl Fader<'_> {
    /// Shows it in `rect`, its value in `readout` below; gives what it was turned to.
    pub(crate) fn show(&self, ui: &mut Ui, theme: &Theme, rect: Rect, readout: Rect) -> (Response, Option<f32>) {
        let cap = Cap::of(rect, theme);
        // A narrow fader is still easily hit.
        let hit = rect.expand2(vec2((theme.space.hit - rect.width()).max(0.0) / 2.0, 0.0));
        let response = ui.interact(hit, ui.scope_id().with(("fader", self.name)), Sense::click_and_drag());
        let turn = Turn {
            name: self.name,
            spec: self.spec,
            value: self.value,
            language: self.language,
            travel: cap.travel.y_range().span(),
            upright: true,
        };
        let turned = turn.hear(ui, &response);
        let typing = turn.typed(ui, &response, readout);
        let value = typing.value().or(turned);
        self.paint(ui.painter(), theme, cap, value.unwrap_or(self.value), &response);
        if typing == Typing::No {
            self.paint_value(ui.painter(), theme, readout, value.unwrap_or(self.value));
        }
        (response, value)
    }

    fn paint(&self, painter: &Painter, theme: &Theme, cap: Cap, value: f32, response: &Response) {
        let centre = cap.travel.center().x;
        let range = [self.spec.min, self.spec.max].map(f32::to_bits);
        still(painter, theme, ("fader scale", cap.travel), range, |shapes| self.scale(theme, cap, shapes));
        if cap.written {
            self.numbers(painter, theme, cap);
        }
        let at = Rect::from_center_size(pos2(centre, cap.y(to_way(self.spec, value))), cap.size);
        let held = response.dragged() || response.hovered();
        let face = if held { self.cap } else { self.cap.lerp_to_gamma(theme.surface[3], 0.12) };
        still(painter, theme, ("fader cap", at), face, |shapes| cap_face(theme, at, face, shapes));
        if response.has_focus() {
            ring(painter, theme, at.expand(theme.space.hair * 2.0), theme.radius.s);
        }
    }

    /// The slot, and the marks beside it.
    fn scale(&self, theme: &Theme, cap: Cap, shapes: &mut Vec<Shape>) {
        let (centre, reach) = (cap.travel.center().x, cap.reach(theme));
        shapes.extend(MARKS.map(|(db, _)| {
            let ink = if db == 0.0 { theme.ink[1] } else { theme.line };
            let stroke = Stroke::new(theme.space.hair, ink);
            Shape::hline(centre - reach..=centre + reach, cap.y(to_way(self.spec, db)), stroke)
        }));
        let slot =
            Rect::from_center_size(cap.travel.center(), vec2(theme.space.xs, cap.travel.height() + theme.space.s));
        let (fill, edge) = (theme.surface[0], theme.hairline());
        shapes.push(RectShape::new(slot, corner(theme.radius.s), fill, edge, StrokeKind::Inside).into());
    }

    /// What is written at the marks.
    fn numbers(&self, painter: &Painter, theme: &Theme, cap: Cap) {
        let x = cap.travel.center().x + cap.reach(theme) + theme.space.hair * 2.0;
        for (db, word) in MARKS {
            let ink = if db == 0.0 { theme.ink[0] } else { theme.ink[2] };
            let at = pos2(x, cap.y(to_way(self.spec, db)));
            painter.text(at, Align2::LEFT_CENTER, word, theme.font(theme.letters.tiny, Weight::Regular), ink);
        }
    }

    fn paint_value(&self, painter: &Painter, theme: &Theme, readout: Rect, value: f32) {
        let wide = readout.width() >= theme.space.compact;
        let text = if wide {
            reading::full(self.spec, value, self.language)
        } else {
            reading::short(self.spec, value, self.language)
        };
        let font = theme.font(theme.letters.small, Weight::Medium);
        figures::paint(painter, readout.center(), Align2::CENTER_CENTER, &text, &font, theme.ink[0]);
    }
}

/// The cap's size, and where its centre travels.
#[derive(Clone, Copy)]
struct Cap {
    travel: Rect,
    size: Vec2,
    /// There is room for the numbers of the scale: on the far side of the meter, so that neither is read for the other.
    written: bool,
}

impl Cap {
    fn of(rect: Rect, theme: &Theme) -> Self {
        let size = vec2(theme.space.l + theme.space.xs, theme.space.xxl + theme.space.xs);
        // Two figures, and a gap before them.
        let numbers = theme.letters.tiny * 1.25 + theme.space.hair * 2.0;
        let written = rect.width() >= size.x + theme.space.hair * 2.0 + numbers;
        let centre = rect.center().x - if written { numbers / 2.0 } else { 0.0 };
        let top = rect.top() + size.y / 2.0;
        let bottom = rect.bottom() - size.y / 2.0;
        Self { travel: Rect::from_min_max(pos2(centre, top), pos2(centre, bottom)), size, written }
    }

    /// How far the marks reach to each side.
    fn reach(self, theme: &Theme) -> f32 {
        self.size.x / 2.0 + theme.space.hair
    }

    fn y(&self, way: f32) -> f32 {
        self.travel.bottom() - way * self.travel.height()
    }
}

/// A cap with a groove across its middle, so that its position is read to a pixel.
fn cap_face(theme: &Theme, at: Rect, fill: Color32, shapes: &mut Vec<Shape>) {
    let shade = at.translate(vec2(0.0, theme.space.hair * 2.0));
    shapes.push(Shape::rect_filled(shade, corner(theme.radius.s), theme.surface[0].gamma_multiply(0.6)));
    shapes.push(Shape::rect_filled(at, corner(theme.radius.s), fill));
    let groove = Stroke::new(theme.space.hair * 2.0, theme.surface[0]);
    shapes.push(Shape::hline(at.x_range().shrink(theme.space.hair * 3.0), at.center().y, groove));
    let ridge = Stroke::new(theme.space.hair, theme.surface[0].gamma_multiply(0.35));
    shapes.extend([-2.0, -1.0, 1.0, 2.0].map(|away| {
        let y = at.center().y + away * (theme.space.xs + theme.space.hair);
        Shape::hline(at.x_range().shrink(theme.space.xs + theme.space.hair), y, ridge)
    }));
}
