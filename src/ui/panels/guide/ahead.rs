//! The key that goes on. Its word says what that means now; it is filled when the step is done, and never locked.

use egui::{Align2, Id, Rect, Role, Sense, StrokeKind, Ui, WidgetInfo};
use korero_sentences::{Key, key};

use crate::session::guide::Step;
use crate::session::snapshot::DeviceState;
use crate::ui::theme::{Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::{paint_within, ring};

/// What the key does at a step.
pub(super) struct Ahead {
    word: Key,
    /// The step is done.
    filled: bool,
    /// It takes over what the assistant found.
    pub(super) takes: bool,
}

/// The key, for the keyboard: the same in every step, so that it is never lost.
pub(super) fn place() -> Id {
    super::id("ahead")
}

/// The width of the key, the same in every step.
pub(super) fn width(view: &View<'_>) -> f32 {
    view.theme.space.chooser + view.theme.space.xxl
}

/// The key as it is at a step.
pub(super) fn of(view: &View<'_>, step: Step) -> Ahead {
    let now = view.snapshot;
    let done =
        |done: bool| Ahead { word: if done { key::GUIDE_GO_ON } else { key::GUIDE_SKIP }, filled: done, takes: false };
    match step {
        Step::Welcome => Ahead { word: key::GUIDE_BEGIN, ..done(true) },
        Step::Interface => done(matches!(now.device, DeviceState::Running { .. })),
        Step::Play if super::play::found(view) => Ahead { word: key::GUIDE_TAKE, takes: true, ..done(true) },
        Step::Play => done(false),
        Step::Level => done(super::level::is_heard(view)),
        Step::Place => done(now.destinations.iter().any(|one| one.what.on && !one.what.url.is_empty())),
        Step::Ready => Ahead { word: key::GUIDE_DONE, ..done(false) },
    }
}

impl Ahead {
    /// Shows it in `rect`; `true` when it was pressed.
    pub(super) fn show(&self, ui: &Ui, view: &View<'_>, rect: Rect) -> bool {
        let theme = view.theme;
        let response = ui.interact(rect, place(), Sense::click());
        let word = view.word(self.word);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &word));
        let edge = if response.hovered() { theme.ink[2] } else { theme.line };
        let (fill, edge, ink) =
            if self.filled { (theme.ember, theme.ember, theme.onfill) } else { (theme.surface[3], edge, theme.ink[0]) };
        let stroke = egui::Stroke::new(theme.space.hair, edge);
        ui.painter().rect(rect, corner(theme.radius.m), fill, stroke, StrokeKind::Inside);
        let font = theme.font(theme.letters.body, Weight::SemiBold);
        let place = (rect.center(), Align2::CENTER_CENTER);
        paint_within(&ui.painter_at(rect), place, word, (font, ink), rect.width() - theme.space.s);
        if response.has_focus() {
            ring(ui.painter(), theme, rect.expand(theme.space.hair * 2.0), theme.radius.m);
        }
        response.clicked()
    }
}
