//! Play, and it is labelled: the set-up assistant, which listens by itself while this step is shown.

use egui::Ui;
use korero_sentences::key;

use crate::desk::history::Edit;
use crate::session::command::{Command, SetUpWish};
use crate::session::snapshot::DeviceState;
use crate::ui::panels::Open;
use crate::ui::panels::setup::SetUpPanel;
use crate::ui::view::View;

use super::parts::{cap, words};

/// Whether somebody was heard.
pub(super) fn found(view: &View<'_>) -> bool {
    view.snapshot.set_up.heard.as_ref().is_some_and(|setup| setup.instruments().next().is_some())
}

/// Shows what was found; `listened` once the assistant was asked to, in this visit.
pub(super) fn show(ui: &mut Ui, view: &mut View<'_>, setup: &mut SetUpPanel, listened: &mut bool) {
    let runs = matches!(view.snapshot.device, DeviceState::Running { .. });
    if runs && !std::mem::replace(listened, true) {
        view.send(Command::SetUp(SetUpWish::Listen));
    }
    if !runs {
        *listened = false;
        words(ui, view, &view.word(key::GUIDE_NO_DEVICE), false);
        return;
    }
    ui.horizontal(|ui| {
        setup.listen(ui, view);
        if view.snapshot.undo == Some(Edit::SetUp) && cap(ui, view, key::GUIDE_UNDO, None).clicked() {
            view.send(Command::Undo);
        }
    });
    // In its own panel everything stands already.
    if *view.opened == Some(Open::SetUp) {
        return;
    }
    if found(view) {
        setup.found(ui, view);
    } else {
        words(ui, view, &view.word(key::GUIDE_NOBODY), false);
    }
}
