//! Welcome: the language, each by its own name, and the colours of the room.

use egui::Ui;
use korero_sentences::{Language, key, say};

use crate::ui::panels::caption;
use crate::ui::panels::top::{self, Looks};
use crate::ui::theme::Mode;
use crate::ui::view::View;

use super::parts::{cap, choice};

/// Shows the choices; gives what was changed.
pub(super) fn show(ui: &mut Ui, view: &View<'_>) -> Looks {
    let mut looks = Looks::default();
    caption(ui, view.theme, view.word(key::WINDOW_LANGUAGE));
    for language in Language::ALL {
        let own_name = say(language, key::WINDOW_OWN_NAME, &[]);
        let chosen = view.language == language;
        let state = if chosen { view.word(key::GUIDE_CHOSEN) } else { String::new() };
        let id = super::id("language").with(language.tag());
        if choice(ui, view, (id, chosen), (&own_name, &state, None)).clicked() {
            looks.language = Some(language);
        }
    }
    ui.add_space(view.theme.space.s);
    caption(ui, view.theme, view.word(key::WINDOW_COLOURS));
    ui.horizontal(|ui| {
        for mode in Mode::ALL {
            if cap(ui, view, top::mode_word(mode), Some(view.theme.mode == mode)).clicked() {
                looks.mode = Some(mode);
            }
        }
    });
    looks
}
