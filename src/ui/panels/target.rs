//! Where the air goes: one row for each destination, with its switch, its state in a word and a shape, and what it is sent.

use egui::{Align2, Color32, Painter, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};
use korero_sentences::{Key, key};

use crate::session::command::{Command, DestinationEdit, DestinationWish};
use crate::session::event::PathKind;
use crate::session::snapshot::{AirState, DestinationNow};
use crate::ui::action::Action;
use crate::ui::theme::{Theme, Weight};
use crate::ui::view::View;
use crate::ui::widgets::key::{KeyCap, fitting};
use crate::ui::widgets::{figures, paint_within};

use super::{Open, caption};

/// Shows every destination, and the key that opens the panel where they are changed.
pub(crate) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let theme = view.theme;
    ui.spacing_mut().item_spacing.y = theme.space.xs;
    ui.horizontal(|ui| {
        let heading = egui::RichText::new(view.word(key::WINDOW_TARGET));
        ui.label(heading.font(theme.font(theme.letters.body, Weight::SemiBold)).color(theme.ink[0]));
        change(ui, view);
    });
    if view.snapshot.destinations.is_empty() {
        caption(ui, theme, view.word(key::DESTINATION_NONE));
    }
    for one in &view.snapshot.destinations {
        ui.push_id(one.what.id, |ui| row(ui, view, one));
    }
}

/// The key that opens the panel.
fn change(ui: &mut Ui, view: &mut View<'_>) {
    let theme = view.theme;
    let word = view.word(key::DESTINATION_CHANGE);
    let size = fitting(ui, theme, &word);
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        let open = *view.opened == Some(Open::Destinations);
        let name = view.word(key::DESTINATION_PANEL);
        let cap = KeyCap { name: &name, word: &word, on: Some(open), fill: theme.ember, size };
        let response = cap.show(ui, theme).on_hover_text(view.tip(Action::Destinations, ui.ctx()));
        if response.clicked() && open {
            super::close(ui.ctx(), view.opened);
        } else if response.clicked() {
            super::open(ui.ctx(), view.opened, Open::Destinations, Some(&response));
        }
    });
}

/// What a destination is called; one without name and address by its kind of server.
pub(crate) fn title(view: &View<'_>, one: &DestinationNow) -> String {
    let title = one.what.title();
    if title.is_empty() { view.word(one.what.service.facts().name) } else { title.to_owned() }
}

/// The word for how a show is at one destination.
pub(crate) fn word(one: &DestinationNow) -> Key {
    match one.air {
        AirState::Off if !one.what.on => key::DESTINATION_SWITCHED_OFF,
        AirState::Off if one.what.url.is_empty() => key::DESTINATION_NO_ADDRESS,
        AirState::Off => key::DESTINATION_READY,
        AirState::Connecting => key::WINDOW_CONNECTING,
        AirState::On { .. } => key::WINDOW_LIVE,
        AirState::Reconnecting => key::WINDOW_RECONNECTING,
        AirState::Refused => key::WINDOW_REFUSED,
    }
}

/// Its switch, as a check box without words: they stand beside it.
pub(crate) fn switch(ui: &mut Ui, view: &View<'_>, one: &DestinationNow) {
    let mut on = one.what.on;
    let name = view.say(key::DESTINATION_SWITCH, &[("name", title(view, one).into())]);
    let response =
        ui.checkbox(&mut on, "").accessible_name(&name).on_hover_text(view.word(key::DESTINATION_SWITCH_TIP));
    if response.changed() {
        view.send(Command::Destination(DestinationWish::Edit(one.what.id, DestinationEdit::On(on))));
    }
}

fn row(ui: &mut Ui, view: &View<'_>, one: &DestinationNow) {
    let theme = view.theme;
    ui.horizontal(|ui| {
        switch(ui, view, one);
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), theme.space.hit), Sense::hover());
        let (name, state) = (title(view, one), state(view, one));
        let spoken = format!("{name}: {state}");
        response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &spoken));
        let ink = ink(theme, &one.air);
        let radius = theme.space.xs + theme.space.hair;
        shape(ui.painter(), theme, pos2(rect.left() + radius, rect.center().y), &one.air, (radius, ink));
        let small = theme.font(theme.letters.small, Weight::Regular);
        let at = pos2(rect.left() + radius * 2.0 + theme.space.s, rect.center().y);
        let font = theme.font(theme.letters.body, Weight::Medium);
        // The figure goes before the name is cut; it is told all the same.
        let wide = ui.painter().layout_no_wrap(name.clone(), font.clone(), ink).size().x + theme.space.s;
        let both = wide + figures::width(ui.painter(), &state, &small) <= rect.right() - at.x;
        let state = if both { state } else { view.word(word(one)) };
        let used = figures::paint(ui.painter(), rect.right_center(), Align2::RIGHT_CENTER, &state, &small, ink);
        let shown = (at, Align2::LEFT_CENTER);
        paint_within(ui.painter(), shown, name, (font, theme.ink[0]), used.left() - theme.space.s - at.x);
        let known = path(view, one).map_or(String::new(), |known| format!("\n{known}"));
        response.on_hover_text(format!("{spoken}\n{}{known}", one.what.url));
    });
}

/// The state in words, with what is sent while it is on air.
pub(crate) fn state(view: &View<'_>, one: &DestinationNow) -> String {
    let word = view.word(word(one));
    match one.air {
        AirState::On { bitrate, .. } if bitrate > 0 => {
            format!("{word} · {}", sent(view, one, bitrate))
        }
        _ => word,
    }
}

/// The rate of the sound: as it is set while the path holds it down, which is said, else as it was sent lately.
fn sent(view: &View<'_>, one: &DestinationNow, bitrate: u32) -> String {
    let (word, bits) = match one.figures.path {
        Some(_) => (key::DESTINATION_HELD_DOWN, one.figures.encoder),
        None => (key::WINDOW_KBPS, bitrate),
    };
    let kbps = (f64::from(bits) / 1_000.0).round().to_string();
    view.say(word, &[("kbps", kbps.into())])
}

/// What is known of the way there while it is on air, for who wants to know more.
pub(crate) fn path(view: &View<'_>, one: &DestinationNow) -> Option<String> {
    let AirState::On { .. } = one.air else { return None };
    let way = one.path.map(|path| format!("{}. ", view.word(way(path)))).unwrap_or_default();
    let figures = figures(view, one).unwrap_or_default();
    Some(format!("{way}{figures}").trim_end().to_owned()).filter(|known| !known.is_empty())
}

/// By which kind of way sound goes there.
pub(crate) fn way(path: PathKind) -> Key {
    match path {
        PathKind::Direct => key::WINDOW_PATH_DIRECT,
        PathKind::Tcp => key::WINDOW_PATH_TCP,
        PathKind::Relayed => key::WINDOW_PATH_RELAYED,
    }
}

fn figures(view: &View<'_>, one: &DestinationNow) -> Option<String> {
    let figures = one.figures;
    let lost = figures.lost_on_the_way?;
    let number = |value: f64| value.round().to_string();
    let path = figures.path.map(|bits| number(f64::from(bits) / 1_000.0));
    let (lost, ms) = (number(100.0 * f64::from(lost)), figures.packet_ms.to_string());
    Some(match path {
        Some(path) => {
            view.say(key::DESTINATION_PATH_NARROW, &[("path", path.into()), ("ms", ms.into()), ("lost", lost.into())])
        }
        None => view.say(key::DESTINATION_PATH, &[("ms", ms.into()), ("lost", lost.into())]),
    })
}

fn ink(theme: &Theme, air: &AirState) -> Color32 {
    match air {
        AirState::Off => theme.ink[2],
        AirState::Connecting => theme.ink[0],
        // What is not on air never looks as if it were.
        AirState::Refused | AirState::Reconnecting => theme.caution,
        AirState::On { .. } => theme.live,
    }
}

/// Told apart without colour: a hollow ring off air, a ring around a dot on the way, a disc on air, a half disc while it is
/// brought back, a triangle when a person must do something.
fn shape(painter: &Painter, theme: &Theme, at: Pos2, air: &AirState, (radius, ink): (f32, Color32)) {
    let stroke = Stroke::new(theme.space.hair * 1.5, ink);
    match air {
        AirState::Off => drop(painter.circle_stroke(at, radius, stroke)),
        AirState::Connecting => {
            painter.circle_stroke(at, radius, stroke);
            painter.circle_filled(at, radius * 0.4, ink);
        }
        AirState::On { .. } => drop(painter.circle_filled(at, radius, ink)),
        AirState::Reconnecting => {
            painter.circle_stroke(at, radius, stroke);
            let left = Rect::from_min_max(at - vec2(radius, radius), pos2(at.x, at.y + radius));
            painter.with_clip_rect(left.intersect(painter.clip_rect())).circle_filled(at, radius, ink);
        }
        AirState::Refused => {
            let (low, side) = (at.y + radius * 0.8, radius * 1.1);
            let corners = vec![pos2(at.x, at.y - radius), pos2(at.x + side, low), pos2(at.x - side, low)];
            painter.add(Shape::convex_polygon(corners, ink, Stroke::NONE));
        }
    }
}
