//! A panel that fails must not take the window with it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use egui::{Label, RichText, Ui};
use korero_sentences::{Language, key, say};

use crate::ui::theme::{Theme, Weight};

/// Whether a panel has failed and waits to be shown again.
#[derive(Default)]
pub(crate) struct Guard {
    fallen: bool,
}

impl Guard {
    /// Shows a panel; after a failure a sentence stands in its place until the person asks for it again.
    pub(crate) fn show(&mut self, ui: &mut Ui, theme: &Theme, language: Language, panel: impl FnOnce(&mut Ui)) {
        if !self.fallen {
            // What a panel leaves half done is only its own picture; the show lives elsewhere.
            self.fallen = catch_unwind(AssertUnwindSafe(|| ui.scope(panel))).is_err();
            return;
        }
        let sentence = RichText::new(say(language, key::WINDOW_PANEL_FELL, &[]))
            .font(theme.font(theme.letters.small, Weight::Regular))
            .color(theme.ink[1]);
        ui.add(Label::new(sentence).wrap());
        if ui.button(say(language, key::WINDOW_PANEL_AGAIN, &[])).clicked() {
            self.fallen = false;
        }
    }
}
