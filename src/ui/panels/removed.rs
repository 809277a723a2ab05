//! The key that lets the headphones play what a denoiser takes away, and nothing else of the channels.

use egui::{Align, Layout, Rect, Ui, UiBuilder, Vec2, vec2};
use korero_sentences::key;

use crate::desk::Desk;
use crate::desk::address::{ChannelName, SlotName};
use crate::desk::channel::Place;
use crate::session::command::Command;
use crate::ui::naming;
use crate::ui::theme::Theme;
use crate::ui::view::View;
use crate::ui::widgets::key::KeyCap;

/// The room that it takes.
pub(crate) fn size(theme: &Theme) -> Vec2 {
    vec2(theme.space.strip + theme.space.l, theme.space.hit)
}

/// The first slot of a channel where something is taken away that can be heard.
pub(crate) fn first(desk: &Desk, channel: &ChannelName) -> Option<SlotName> {
    let slots = Place::ALL.map(|place| SlotName { channel: channel.clone(), place });
    slots.into_iter().find(|slot| slot.gives_removed(desk))
}

/// Shows the key of that slot in `rect`.
pub(crate) fn show(ui: &mut Ui, view: &View<'_>, slot: SlotName, rect: Rect) {
    let place = naming::place(view.language, slot.place);
    let what = view.word(key::FOCUS_REMOVED);
    let name = naming::within(view.language, &view.snapshot.desk, &slot.channel, &place, &what);
    let word = view.word(key::FOCUS_REMOVED_KEY);
    let on = view.snapshot.removed.as_ref() == Some(&slot);
    let builder = UiBuilder::new().id_salt("removed").max_rect(rect).layout(Layout::top_down(Align::Center));
    ui.scope_builder(builder, |ui| {
        let key = KeyCap { name: &name, word: &word, on: Some(on), fill: view.theme.caution, size: rect.size() };
        if key.show(ui, view.theme).on_hover_text(view.word(key::FOCUS_REMOVED_TIP)).clicked() {
            view.send(Command::HearRemoved((!on).then_some(slot)));
        }
    });
}
