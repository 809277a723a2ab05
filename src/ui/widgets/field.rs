//! A line of text that is taken when it is left or Enter is pressed, and given up with Escape.

use egui::{Id, Key, Response, TextEdit, Ui};

/// One field while it is shown.
pub(crate) struct Field<'a> {
    pub(crate) id: Id,
    /// For screen readers.
    pub(crate) name: &'a str,
    /// What stands there now.
    pub(crate) text: &'a str,
    /// What to write there, shown while it is empty.
    pub(crate) hint: &'a str,
    pub(crate) width: f32,
    /// Letters are hidden.
    pub(crate) secret: bool,
    /// The most characters.
    pub(crate) limit: usize,
}

impl Field<'_> {
    /// Shows it; gives the text once it was changed and taken.
    pub(crate) fn show(&self, ui: &mut Ui) -> (Response, Option<String>) {
        let draft = self.id.with("draft");
        let mut text = ui.data(|data| data.get_temp(draft)).unwrap_or_else(|| self.text.to_owned());
        let edit = TextEdit::singleline(&mut text)
            .id(self.id)
            .password(self.secret)
            .hint_text(self.hint.to_owned())
            .char_limit(self.limit)
            .desired_width(self.width)
            .align(egui::Align2::LEFT_CENTER)
            .min_size(egui::vec2(self.width, ui.spacing().interact_size.y));
        let response = ui.add(edit).accessible_name(self.name);
        // A key that is held elsewhere may change what is shown before the mouse comes up, which is when the focus goes.
        let left = response.has_focus() && ui.input(|i| i.pointer.any_pressed()) && !response.contains_pointer();
        if left {
            response.surrender_focus();
        } else if response.has_focus() {
            ui.data_mut(|data| data.insert_temp(draft, text));
            return (response, None);
        }
        ui.data_mut(|data| data.remove::<String>(draft));
        let cancelled = ui.input(|i| i.key_pressed(Key::Escape));
        let taken = (left || response.lost_focus()) && !cancelled && text != self.text;
        (response, taken.then_some(text))
    }
}
