//! The destinations and all that is chosen for each: name, kind of server, address, key, bit rate.

use egui::containers::menu::MenuButton;
use egui::{Frame, Id, Margin, RichText, ScrollArea, Ui, UiBuilder, vec2};
use korero_sentences::key;

use crate::destination::Service;
use crate::limits::{MAX_ADDRESS, MAX_DESTINATIONS, MAX_KEY_BYTES, MAX_NAME};
use crate::session::command::{Command, DestinationEdit, DestinationWish, Typed};
use crate::session::snapshot::{AirState, DestinationNow};
use crate::ui::theme::{Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::chooser;
use crate::ui::widgets::field::Field;
use crate::ui::widgets::key::{KeyCap, fitting};

use super::{caption, check, head, target};

/// Bit rates that are offered, kb/s.
const OFFERED_KBPS: [u32; 7] = [64, 96, 128, 192, 256, 320, 510];
/// The share of a card's width that the address, or the key, takes.
const WIDE: f32 = 0.6;

/// Shows the panel in the whole of `ui`.
pub(crate) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let title = view.word(key::DESTINATION_PANEL);
    let Some(inner) = head::show(ui, view, (&title, None), add) else { return };
    ui.scope_builder(UiBuilder::new().id_salt("destinations").max_rect(inner), |ui| {
        ScrollArea::vertical().id_salt("destinations").auto_shrink([false, false]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = view.theme.space.xs;
            if view.snapshot.destinations.is_empty() {
                caption(ui, view.theme, view.word(key::DESTINATION_NONE_HINT));
            }
            for one in &view.snapshot.destinations {
                ui.push_id(one.what.id, |ui| card(ui, view, one));
                ui.add_space(view.theme.space.s);
            }
        });
    });
}

fn wish(view: &View<'_>, one: &DestinationNow, edit: DestinationEdit) {
    view.send(Command::Destination(DestinationWish::Edit(one.what.id, edit)));
}

/// The list of kinds of servers to add one of.
fn add(ui: &mut Ui, view: &mut View<'_>) {
    let full = view.snapshot.destinations.len() >= MAX_DESTINATIONS;
    ui.add_enabled_ui(!full, |ui| {
        let (response, _) = MenuButton::new(view.word(key::DESTINATION_ADD)).ui(ui, |ui| {
            for service in Service::ALL {
                if ui.button(called(view, service)).clicked() {
                    view.send(Command::Destination(DestinationWish::Add(service)));
                }
            }
        });
        let most = [("most", MAX_DESTINATIONS.into())];
        response.on_disabled_hover_text(view.say(key::DESTINATION_FULL, &most));
    });
}

/// The name of a kind of server, and whether it was ever tried.
fn called(view: &View<'_>, service: Service) -> String {
    let facts = service.facts();
    let name = view.word(facts.name);
    if facts.proven { name } else { view.say(key::DESTINATION_UNPROVEN, &[("name", name.into())]) }
}

/// One place on a ground of its own, so that nobody takes the fields of one for those of the next.
fn card(ui: &mut Ui, view: &View<'_>, one: &DestinationNow) {
    let theme = view.theme;
    let frame = Frame::new().fill(theme.surface[2]).corner_radius(corner(theme.radius.m));
    frame.inner_margin(Margin::same(theme.space.s as i8)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        place(ui, view, one);
    });
}

fn place(ui: &mut Ui, view: &View<'_>, one: &DestinationNow) {
    let theme = view.theme;
    // A wish to move is first a wish to leave; after a refusal a person must be able to change it.
    let stands = matches!(one.air, AirState::On { .. } | AirState::Reconnecting);
    ui.horizontal(|ui| {
        target::switch(ui, view, one);
        name(ui, view, one);
        let state = RichText::new(target::state(view, one)).font(theme.font(theme.letters.small, Weight::Regular));
        ui.label(state.color(theme.ink[1]));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| remove(ui, view, one));
    });
    let locked = view.word(key::DESTINATION_LOCKED);
    let wide = ui.available_width() * WIDE;
    let shown = ui.add_enabled_ui(!stands, |ui| {
        ui.horizontal(|ui| {
            address(ui, view, one, wide);
            service(ui, view, one, ui.available_width());
        });
        ui.horizontal(|ui| {
            stream_key(ui, view, one, wide - theme.space.strip - theme.space.s);
            forget(ui, view, one);
            bitrate(ui, view, one, ui.available_width());
        });
        safest(ui, view, one);
        if !one.what.seems_ours() && one.what.service != Service::Icecast {
            ear(ui, view, one, wide);
        }
    });
    shown.response.on_disabled_hover_text(locked);
    // What the key is, is of no use while it cannot be changed.
    let known = target::path(view, one).unwrap_or_else(|| view.word(one.what.service.facts().key_hint));
    caption(ui, theme, known);
    check::show(ui, view, one);
}

fn name(ui: &mut Ui, view: &View<'_>, one: &DestinationNow) {
    let field = Field {
        id: Id::unique(("destination name", one.what.id)),
        name: &view.say(key::DESTINATION_NAME, &[("name", target::title(view, one).into())]),
        text: &one.what.name,
        hint: &target::title(view, one),
        width: view.theme.space.chooser,
        secret: false,
        limit: MAX_NAME,
    };
    if let (_, Some(name)) = field.show(ui) {
        wish(view, one, DestinationEdit::Name(name));
    }
}

pub(crate) fn address(ui: &mut Ui, view: &View<'_>, one: &DestinationNow, width: f32) {
    let field = Field {
        id: Id::unique(("destination address", one.what.id)),
        name: &view.say(key::DESTINATION_ADDRESS, &[("name", target::title(view, one).into())]),
        text: &one.what.url,
        hint: one.what.service.facts().pattern,
        width,
        secret: false,
        limit: MAX_ADDRESS,
    };
    if let (_, Some(url)) = field.show(ui) {
        wish(view, one, DestinationEdit::Url(url));
    }
}

/// Where our own ear listens; our own server's address tells it by itself, and radio cannot be listened to by WHEP.
fn ear(ui: &mut Ui, view: &View<'_>, one: &DestinationNow, width: f32) {
    let field = Field {
        id: Id::unique(("destination ear", one.what.id)),
        name: &view.say(key::EAR_ADDRESS, &[("name", target::title(view, one).into())]),
        text: &one.what.ear_url,
        hint: &view.word(key::EAR_ADDRESS_HINT),
        width,
        secret: false,
        limit: MAX_ADDRESS,
    };
    if let (_, Some(url)) = field.show(ui) {
        wish(view, one, DestinationEdit::EarUrl(url));
    }
}

fn service(ui: &mut Ui, view: &View<'_>, one: &DestinationNow, width: f32) {
    let choices = Service::ALL.map(|service| called(view, service));
    let title = view.say(key::DESTINATION_SERVICE, &[("name", target::title(view, one).into())]);
    let (_, choice) = chooser::show(ui, "service", &title, &called(view, one.what.service), &choices, width);
    if let Some(n) = choice {
        wish(view, one, DestinationEdit::Service(Service::ALL[n]));
    }
}

pub(crate) fn stream_key(ui: &mut Ui, view: &View<'_>, one: &DestinationNow, width: f32) {
    let hint = if one.has_key { key::WINDOW_HAS_KEY } else { key::WINDOW_KEY_HINT };
    let field = Field {
        id: Id::unique(("destination key", one.what.id)),
        name: &view.say(key::DESTINATION_KEY, &[("name", target::title(view, one).into())]),
        text: "",
        hint: &view.word(hint),
        width,
        secret: true,
        limit: MAX_KEY_BYTES,
    };
    if let (_, Some(typed)) = field.show(ui) {
        view.send(Command::Destination(DestinationWish::Key(one.what.id, Typed(typed))));
    }
}

fn forget(ui: &mut Ui, view: &View<'_>, one: &DestinationNow) {
    let theme = view.theme;
    let name = view.say(key::DESTINATION_FORGET_NAMED, &[("name", target::title(view, one).into())]);
    let word = view.word(key::DESTINATION_FORGET);
    let size = vec2(theme.space.strip, theme.space.hit);
    ui.add_enabled_ui(one.has_key, |ui| {
        let cap = KeyCap { name: &name, word: &word, on: None, fill: theme.ember, size };
        if cap.show(ui, theme).clicked() {
            view.send(Command::Destination(DestinationWish::Key(one.what.id, Typed::default())));
        }
    });
}

fn bitrate(ui: &mut Ui, view: &View<'_>, one: &DestinationNow, width: f32) {
    let word = |bits: u32| view.say(key::WINDOW_KBPS, &[("kbps", (bits / 1_000).to_string().into())]);
    let choices = OFFERED_KBPS.map(|kbps| word(kbps * 1_000));
    let name = view.say(key::DESTINATION_BITRATE, &[("name", target::title(view, one).into())]);
    let (_, choice) = chooser::show(ui, "bitrate", &name, &word(one.what.bitrate), &choices, width);
    if let Some(n) = choice {
        wish(view, one, DestinationEdit::Bitrate(OFFERED_KBPS[n] * 1_000));
    }
}

/// Whether only long packets go there, as a check box; streams over TCP have none.
fn safest(ui: &mut Ui, view: &View<'_>, one: &DestinationNow) {
    if one.what.service == Service::Icecast {
        return;
    }
    let mut on = one.what.safest;
    let name = view.say(key::DESTINATION_SAFEST_NAMED, &[("name", target::title(view, one).into())]);
    let font = view.theme.font(view.theme.letters.small, Weight::Regular);
    let word = RichText::new(view.word(key::DESTINATION_SAFEST)).font(font).color(view.theme.ink[1]);
    let response =
        ui.checkbox(&mut on, word).accessible_name(&name).on_hover_text(view.word(key::DESTINATION_SAFEST_TIP));
    if response.changed() {
        wish(view, one, DestinationEdit::Safest(on));
    }
}

pub(crate) fn remove(ui: &mut Ui, view: &View<'_>, one: &DestinationNow) {
    let theme = view.theme;
    let name = view.say(key::DESTINATION_REMOVE_NAMED, &[("name", target::title(view, one).into())]);
    let word = view.word(key::DESTINATION_REMOVE);
    let size = fitting(ui, theme, &word);
    // What is on air there is left by its switch first.
    ui.add_enabled_ui(one.air == AirState::Off || one.air == AirState::Refused, |ui| {
        let cap = KeyCap { name: &name, word: &word, on: None, fill: theme.ember, size };
        if cap.show(ui, theme).on_disabled_hover_text(view.word(key::DESTINATION_LOCKED)).clicked() {
            view.send(Command::Destination(DestinationWish::Remove(one.what.id)));
        }
    });
}
