//! Whom the gate and the compressor of a strip listen to while their key is on.

use egui::{Align, Layout, Rect, Ui, UiBuilder};
use korero_sentences::key;

use crate::desk::StripId;
use crate::desk::address::ChannelName;
use crate::desk::channel::Section;
use crate::session::command::Command;
use crate::ui::naming;
use crate::ui::view::View;
use crate::ui::widgets::chooser;

/// Shows the chooser in `rect`: the strip itself, then all others. A strip has one key, which both sections show.
pub(crate) fn show(ui: &mut Ui, view: &View<'_>, id: &StripId, section: Section, rect: Rect) {
    let desk = &view.snapshot.desk;
    let Some(strip) = desk.strip(id) else { return };
    let others: Vec<_> = desk.strips.iter().filter(|other| other.id != *id).collect();
    let itself = view.word(key::PANEL_KEY_ITSELF);
    let names = others.iter().map(|other| other.name.clone());
    let choices: Vec<String> = std::iter::once(itself.clone()).chain(names).collect();
    let shown = strip.key.as_ref().and_then(|key| desk.strip(key)).map_or(itself, |other| other.name.clone());
    let name = ChannelName::Strip(id.clone());
    let title = naming::section(view.language, section);
    let spoken = naming::within(view.language, desk, &name, &title, &view.word(key::PANEL_KEY_SOURCE));
    let builder = UiBuilder::new().id_salt("key source").max_rect(rect).layout(Layout::top_down(Align::Center));
    let chosen = ui
        .scope_builder(builder, |ui| {
            ui.spacing_mut().icon_width = view.theme.space.s;
            ui.spacing_mut().button_padding.x = view.theme.space.xs;
            let (response, chosen) =
                chooser::show(ui, ("key", section), &spoken, &shown, &choices, ui.available_width());
            response.on_hover_text(view.word(key::PANEL_KEY_TIP));
            chosen
        })
        .inner;
    if let Some(at) = chosen {
        let key = at.checked_sub(1).and_then(|at| others.get(at)).map(|other| other.id.clone());
        view.send(Command::KeyStrip(id.clone(), key));
    }
}
