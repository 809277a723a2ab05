//! The two keys of a channel's settings A and B.

use egui::{Ui, vec2};
use korero_sentences::key;

use crate::desk::address::ChannelName;
use crate::desk::channel::Role;
use crate::desk::compare::Letter;
use crate::session::command::Command;
use crate::ui::view::View;
use crate::ui::widgets::key::KeyCap;

/// Shows them for a channel that has a chain; the lit one is heard and edited.
pub(crate) fn show(ui: &mut Ui, view: &View<'_>, name: &ChannelName) {
    if !matches!(name.role(), Role::Strip | Role::Group | Role::Return | Role::Mix) {
        return;
    }
    let lit = if view.snapshot.on_b.contains(name) { Letter::B } else { Letter::A };
    for letter in Letter::ALL {
        let shown = view.name(name);
        let spoken = view.say(key::FOCUS_COMPARE, &[("channel", shown.into()), ("letter", letter.as_str().into())]);
        let size = vec2(view.theme.space.hit, view.theme.space.hit);
        let cap =
            KeyCap { name: &spoken, word: letter.as_str(), on: Some(letter == lit), fill: view.theme.ember, size };
        let response = cap.show(ui, view.theme).on_hover_text(view.word(key::FOCUS_COMPARE_TIP));
        if response.clicked() && letter != lit {
            view.send(Command::Compare(name.clone(), letter));
        }
    }
}
