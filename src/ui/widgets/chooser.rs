//! One of several: a key with the choice on it and a list below.

use egui::{ComboBox, Response, Ui};

/// Shows a chooser named `name`; gives the index of a new choice. The choices are only asked for while the list is open.
pub(crate) fn show(
    ui: &mut Ui,
    salt: impl std::hash::Hash + std::fmt::Debug,
    name: &str,
    shown: &str,
    choices: impl IntoIterator<Item = impl AsRef<str>>,
    width: f32,
) -> (Response, Option<usize>) {
    let inner = ComboBox::from_id_salt(salt).selected_text(shown).width(width).truncate().show_ui(ui, |ui| {
        let mut chosen = None;
        for (n, choice) in choices.into_iter().enumerate() {
            if ui.selectable_label(choice.as_ref() == shown, choice.as_ref()).clicked() {
                chosen = Some(n);
                // A mouse closes it anyway; a screen reader presses nothing.
                ui.close();
            }
        }
        chosen
    });
    let spoken = format!("{name}: {shown}");
    (inner.response.accessible_name(spoken), inner.inner.flatten())
}
