//! By which way sound goes, when it is not the straight one: a network that blocks is no fault, but it is to be known.

use egui::Ui;
use korero_sentences::key;

use crate::session::event::PathKind;
use crate::ui::view::View;

use super::caption;

/// Shows it while the show is on air by a detour; otherwise nothing.
pub(crate) fn show(ui: &mut Ui, view: &View<'_>) {
    let (short, long) = match view.snapshot.path {
        Some(PathKind::Tcp) => (key::WINDOW_PATH_TCP, key::PATH_TCP),
        Some(PathKind::Relayed) => (key::WINDOW_PATH_RELAYED, key::PATH_RELAYED),
        Some(PathKind::Direct) | None => return,
    };
    let told = ui.scope(|ui| caption(ui, view.theme, view.word(short)));
    told.response.on_hover_text(view.word(long));
}
