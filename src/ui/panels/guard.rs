//! A panel that fails must not take the window with it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use egui::accesskit::Live;
use egui::{Context, Id, Label, Modal, Response, RichText, Ui};
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
        if self.fallen {
            self.say(ui, theme, language);
        } else {
            self.run(|| drop(ui.scope(panel)));
        }
    }

    /// Runs what finds its place by itself, unless it has failed; `false` when it has, now or before.
    pub(crate) fn run(&mut self, part: impl FnOnce()) -> bool {
        if !self.fallen {
            // What a panel leaves half done is only its own picture; the show lives elsewhere.
            self.fallen = catch_unwind(AssertUnwindSafe(part)).is_err();
        }
        !self.fallen
    }

    /// The sentence above everything, where what failed stood there; `true` when the person put it away.
    pub(crate) fn over(&mut self, ctx: &Context, theme: &Theme, language: Language) -> bool {
        let modal = Modal::new(Id::unique("what fell")).show(ctx, |ui| {
            ui.set_width(theme.space.air);
            let again = self.say(ui, theme, language);
            if !again.has_focus() {
                again.request_focus();
            }
        });
        modal.should_close()
    }

    /// Forgets a failure: what failed is tried again.
    pub(crate) fn mend(&mut self) {
        self.fallen = false;
    }

    /// That it failed, and the key that asks for it again.
    pub(crate) fn say(&mut self, ui: &mut Ui, theme: &Theme, language: Language) -> Response {
        ui.with_layout(egui::Layout::top_down(egui::Align::Min), |ui| {
            let sentence = RichText::new(say(language, key::WINDOW_PANEL_FELL, &[]))
                .font(theme.font(theme.letters.small, Weight::Regular))
                .color(theme.ink[1]);
            let said = ui.add(Label::new(sentence).wrap());
            ui.ctx().accesskit_node_builder(said.id, |node| node.set_live(Live::Polite));
            let again = ui.button(say(language, key::WINDOW_PANEL_AGAIN, &[]));
            if again.clicked() {
                self.mend();
            }
            again
        })
        .inner
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
