//! A key: a word that is filled while it is on, so that its state is never colour alone.

use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Color32, Response, Role, Sense, Ui, Vec2, WidgetInfo, vec2};

use super::ring;
use super::still::still_rect;
use crate::ui::theme::{Theme, Weight};

/// One key while it is shown.
pub(crate) struct KeyCap<'a> {
    /// For screen readers, with the strip's name.
    pub(crate) name: &'a str,
    /// The word on it.
    pub(crate) word: &'a str,
    /// `None` for a key that does something and stays as it is.
    pub(crate) on: Option<bool>,
    /// What it is filled with while it is on.
    pub(crate) fill: Color32,
    pub(crate) size: Vec2,
}

/// The least width of a key that shows the whole of `word`, also while it is on.
pub(crate) fn least_width(ui: &Ui, theme: &Theme, word: &str) -> f32 {
    let font = theme.font(theme.letters.tiny, Weight::SemiBold);
    ui.painter().layout_no_wrap(word.to_owned(), font, Color32::PLACEHOLDER).size().x + theme.space.hair * 2.0
}

/// The size of a key that is as wide as its word, and never less than a hand hits.
pub(crate) fn fitting(ui: &Ui, theme: &Theme, word: &str) -> Vec2 {
    vec2((least_width(ui, theme, word) + theme.space.l).max(theme.space.hit), theme.space.hit)
}

/// The same with room around its word, `height` high: for keys that are pressed in passing.
pub(crate) fn roomy(ui: &Ui, theme: &Theme, word: &str, height: f32) -> Vec2 {
    vec2(least_width(ui, theme, word) + theme.space.xxl, height)
}

impl KeyCap<'_> {
    /// Shows it.
    pub(crate) fn show(&self, ui: &mut Ui, theme: &Theme) -> Response {
        let (rect, response) = ui.allocate_exact_size(self.size, Sense::click());
        let enabled = ui.is_enabled();
        response.widget_info(|| match self.on {
            Some(on) => WidgetInfo::selected(Role::Button, enabled, on, self.name),
            None => WidgetInfo::labeled(Role::Button, enabled, self.name),
        });
        let on = self.on == Some(true);
        let edge = if response.hovered() { theme.ink[2] } else { theme.line };
        let (fill, edge, ink) = match (enabled, on) {
            (true, true) => (self.fill, self.fill, theme.onfill),
            (true, false) => (theme.surface[3], edge, theme.ink[0]),
            (false, _) => (theme.surface[1], theme.line, theme.ink[2]),
        };
        let stroke = egui::Stroke::new(theme.space.hair, edge);
        let painter = ui.painter();
        still_rect(painter, theme, ("key", rect), (theme.radius.s, fill), stroke);
        let weight = if on { Weight::SemiBold } else { Weight::Medium };
        let set = |size, room| {
            let mut job = LayoutJob::simple_singleline(self.word.to_owned(), theme.font(size, weight), ink);
            job.wrap = TextWrapping::truncate_at_width(room);
            painter.layout_job(job)
        };
        // Smaller where it is wider than the key; only what is wider even so says that there is more of it.
        let galley = Some(set(theme.letters.small, rect.width() - theme.space.s)).filter(|galley| !galley.elided);
        let galley = galley.unwrap_or_else(|| set(theme.letters.tiny, rect.width()));
        let at = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size());
        painter.galley(at.min, galley, ink);
        if response.has_focus() {
            ring(painter, theme, rect, theme.radius.s);
        }
        response
    }
}
