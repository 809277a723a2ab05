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

#[cfg(test)]
mod tests {
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;

    use super::*;
    use crate::ui::theme::Mode;

    #[test]
    fn a_panel_that_fails_says_so_leaves_the_others_and_comes_back_when_asked() {
        let theme = Theme::of(Mode::Dark, false);
        let (mut first, mut second) = (Guard::default(), Guard::default());
        let mut pictures = 0;
        let mut window = Harness::new_ui(|ui| {
            ui.ctx().set_fonts(crate::ui::fonts::definitions());
            let language = Language::English;
            pictures += 1;
            first.show(ui, &theme, language, |ui| {
                assert!(pictures > 1, "a failure that the test wants");
                ui.label("the first panel");
            });
            second.show(ui, &theme, language, |ui| drop(ui.label("the second panel")));
        });
        window.run_steps(2);
        window.get_by_label("the second panel");
        window.get_by_label(&say(Language::English, key::WINDOW_PANEL_FELL, &[]));
        window.get_by_label(&say(Language::English, key::WINDOW_PANEL_AGAIN, &[])).click();
        window.run_steps(2);
        window.get_by_label("the first panel");
    }
}
