//! By which way sound goes, when it is not the straight one: a network that blocks is no fault, but it is to be known.

use egui::Ui;
use korero_sentences::key;

use crate::session::event::PathKind;
use crate::ui::view::View;

use super::{caption, target};

/// Shows it for each destination that is on air by a detour; otherwise nothing.
pub(crate) fn show(ui: &mut Ui, view: &View<'_>) {
    let several = view.snapshot.destinations.len() > 1;
    for one in &view.snapshot.destinations {
        let (path, long) = match one.path {
            Some(path @ PathKind::Tcp) => (path, key::PATH_TCP),
            Some(path @ PathKind::Relayed) => (path, key::PATH_RELAYED),
            Some(PathKind::Direct) | None => continue,
        };
        let word = view.word(target::way(path));
        let word = if several { format!("{}: {word}", target::title(view, one)) } else { word };
        let told = ui.scope(|ui| caption(ui, view.theme, word));
        told.response.on_hover_text(view.word(long));
    }
}
