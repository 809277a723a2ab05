//! A row of a list: painted like a card, chosen by a press, left by the arrow keys for the row above or below it.

use egui::style::ScrollAnimation;
use egui::{
    Align2, Color32, Id, Key, Modifiers, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use super::{arrows, figures, paint_within, ring};
use crate::ui::theme::{Theme, Weight, corner};

/// The width of what lies in a list, px: all of it but the gap at the edge, and never less than nothing, however narrow it is.
pub(crate) fn room(ui: &Ui, theme: &Theme) -> f32 {
    (ui.available_width() - theme.space.s).max(0.0)
}

/// One row while it is shown.
pub(crate) struct ListRow<'a> {
    pub(crate) id: Id,
    /// For screen readers.
    pub(crate) spoken: &'a str,
    pub(crate) selected: bool,
    /// What stands before the name, if the rows are numbered.
    pub(crate) number: Option<usize>,
    pub(crate) name: &'a str,
    /// What stands at the right of the name, and its colour.
    pub(crate) state: (String, Color32),
    /// A quieter line below the name.
    pub(crate) facts: Option<String>,
}

impl ListRow<'_> {
    /// Shows it in `rect`, which is taken already.
    pub(crate) fn show(&self, ui: &Ui, theme: &Theme, rect: Rect) -> Response {
        let response = ui.interact(rect, self.id, Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, self.selected, self.spoken));
        self.paint(ui, theme, rect, &response);
        response
    }

    fn paint(&self, ui: &Ui, theme: &Theme, rect: Rect, response: &Response) {
        let space = theme.space;
        let painter = ui.painter_at(rect.expand(space.xs));
        let edge = match (self.selected, response.hovered()) {
            (true, _) => theme.ember,
            (false, true) => theme.ink[2],
            (false, false) => theme.line,
        };
        let stroke = Stroke::new(space.hair, edge);
        painter.rect(rect, corner(theme.radius.s), theme.surface[2], stroke, StrokeKind::Inside);
        let small = theme.font(theme.letters.tiny, Weight::Medium);
        let share = if self.facts.is_some() { 0.32 } else { 0.5 };
        let (line, right) = (rect.top() + rect.height() * share, rect.right() - space.s);
        let mut left = rect.left() + space.m;
        if let Some(number) = self.number {
            let at = pos2(rect.left() + space.xl, line);
            figures::paint(&painter, at, Align2::RIGHT_CENTER, &number.to_string(), &small, theme.ink[2]);
            left = at.x + space.s;
        }
        let (state, ink) = self.state.clone();
        let state = painter.layout_no_wrap(state, small, ink);
        let font = theme.font(theme.letters.body, Weight::Medium);
        let at = |line| (pos2(left, line), Align2::LEFT_CENTER);
        let beside = right - state.size().x - space.s - left;
        // Where there is no room for both it is the name that a person looks for; the edge and the voice still tell the rest.
        let both = beside >= space.compact;
        let room = if both { beside } else { right - left };
        if both {
            let place = Align2::RIGHT_CENTER.anchor_size(pos2(right, line), state.size());
            painter.galley(place.min, state, ink);
        }
        paint_within(&painter, at(line), self.name.to_owned(), (font, theme.ink[0]), room);
        if let Some(facts) = &self.facts {
            let font = theme.font(theme.letters.tiny, Weight::Regular);
            let below = rect.top() + rect.height() * 0.70;
            paint_within(&painter, at(below), facts.clone(), (font, theme.ink[2]), right - left);
        }
        if response.has_focus() {
            ring(&painter, theme, rect, theme.radius.s);
        }
    }
}

/// Where the arrow keys go from the row that the keyboard holds: `n` in a list of rows as high as `rect`, each with the
/// `id` that it has as the n-th. The row there comes into view.
pub(crate) fn arrows(ui: &Ui, (n, rect): (usize, Rect), own: Id, id: impl Fn(usize) -> Option<Id>) {
    arrows::take(ui, own, arrows::UPRIGHT);
    let pressed = |key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
    let (to, way) = match (pressed(Key::ArrowUp), pressed(Key::ArrowDown)) {
        (true, false) => (n.checked_sub(1), -1.0),
        (false, true) => (Some(n + 1), 1.0),
        _ => return,
    };
    let Some(to) = to.and_then(id) else { return };
    ui.memory_mut(|memory| memory.request_focus(to));
    let step = rect.height() + ui.spacing().item_spacing.y;
    // At once: a row that is not shown in the next picture would lose the keyboard.
    let there = rect.translate(vec2(0.0, way * step));
    ui.scroll_to_rect_animation(there, None, ScrollAnimation::none());
}
