//! Where the show goes: by one paste, or what is known already, with its key and the check of the network.

use egui::{Id, Ui};
use korero_sentences::key;

use crate::limits::{MAX_ADDRESS, MAX_DESTINATIONS};
use crate::session::command::{Command, DestinationWish, Typed};
use crate::session::snapshot::DestinationNow;
use crate::ui::panels::{self, Open, check, destinations, target};
use crate::ui::view::View;
use crate::ui::widgets::field::Field;

use super::parts::{cap, card, words};

/// Shows what is known, and the field for one more.
pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let all = &view.snapshot.destinations;
    for one in all {
        ui.push_id(one.what.id, |ui| card(ui, view, |ui| known(ui, view, one)));
    }
    if all.is_empty() {
        paste(ui, view);
    } else if all.len() < MAX_DESTINATIONS {
        let more = cap(ui, view, key::GUIDE_MORE, Some(*view.opened == Some(Open::Destinations)));
        if more.clicked() {
            panels::open(ui.ctx(), view.opened, Open::Destinations, Some(&more));
        }
    }
}

/// One place: its name and state, the key while it has none, and the check.
fn known(ui: &mut Ui, view: &View<'_>, one: &DestinationNow) {
    ui.horizontal(|ui| {
        words(ui, view, &format!("{} · {}", target::title(view, one), target::state(view, one)), false);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| destinations::remove(ui, view, one));
    });
    // In their own panel the fields stand already.
    let free = *view.opened != Some(Open::Destinations);
    if free && one.what.url.is_empty() {
        destinations::address(ui, view, one, ui.available_width());
    }
    if free && !one.has_key && one.what.seems_ours() {
        words(ui, view, &view.word(key::GUIDE_KEY_HOW), false);
        destinations::stream_key(ui, view, one, ui.available_width());
    }
    check::show(ui, view, one);
}

/// One field for a link, an address, and a key that came with it.
fn paste(ui: &mut Ui, view: &View<'_>) {
    let field = Field {
        id: Id::unique("link or address"),
        name: &view.word(key::GUIDE_PASTE),
        text: "",
        hint: &view.word(key::GUIDE_PASTE_HINT),
        width: ui.available_width() - view.theme.space.l,
        secret: false,
        limit: MAX_ADDRESS,
    };
    card(ui, view, |ui| {
        words(ui, view, &view.word(key::GUIDE_PASTE), false);
        if let (_, Some(link)) = field.show(ui) {
            view.send(Command::Destination(DestinationWish::AddAt(Typed(link))));
        }
        words(ui, view, &view.word(key::GUIDE_PASTE_HOW), false);
    });
}
