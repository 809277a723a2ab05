//! Groups, returns and headphone mixes as narrow strips: name, meter, level, mute and solo. The rest is in their panel.

use egui::{Align, Id, Layout, Rect, Response, Sense, Ui, UiBuilder, pos2, vec2};
use korero_sentences::key;

use crate::desk::address::{Address, ChannelName};
use crate::desk::channel::Control;
use crate::ui::theme::Weight;
use crate::ui::view::View;
use crate::ui::widgets::fader::Fader;
use crate::ui::widgets::key::KeyCap;
use crate::ui::widgets::still::still_rect;
use crate::ui::widgets::{meter, ring};

use super::Open;

/// Shows all of them, each as high as `height`; gives where each stands.
pub(crate) fn show(ui: &mut Ui, view: &mut View<'_>, height: f32) -> Vec<(ChannelName, Rect)> {
    let mut before: Option<ChannelName> = None;
    let mut shown = Vec::new();
    for name in ChannelName::fixed() {
        if matches!(name, ChannelName::Mix | ChannelName::Desk) {
            continue;
        }
        if before.is_none_or(|before| before.role() != name.role()) {
            ui.add_space(view.theme.space.s);
        }
        let (rect, _) = ui.allocate_exact_size(vec2(view.theme.space.compact, height), Sense::hover());
        let builder = UiBuilder::new().id_salt(name.to_string()).max_rect(rect).layout(Layout::top_down(Align::Center));
        bus(&mut ui.new_child(builder), view, &name);
        shown.push((name.clone(), rect));
        before = Some(name);
    }
    shown
}

fn bus(ui: &mut Ui, view: &mut View<'_>, name: &ChannelName) {
    let theme = view.theme;
    let whole = ui.max_rect();
    let chosen = view.shows(name);
    let edge = if chosen { egui::Stroke::new(theme.space.hair, theme.ember) } else { egui::Stroke::NONE };
    still_rect(ui.painter(), theme, ("bus", whole), (theme.radius.m, theme.surface[2]), edge);
    let builder = UiBuilder::new().max_rect(whole.shrink(theme.space.xs)).layout(Layout::top_down(Align::Center));
    ui.scope_builder(builder, |ui| {
        ui.spacing_mut().item_spacing = vec2(theme.space.xs, theme.space.xs);
        let size = vec2(ui.available_width(), theme.space.xxl + theme.space.xs);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        title(ui, view, name, rect);
        level(ui, view, name, chosen);
        switch(ui, view, name, Control::MUTE, (key::WINDOW_MUTE, key::WINDOW_STRIP_MUTE), theme.over);
        switch(ui, view, name, Control::SOLO, (key::WINDOW_SOLO, key::WINDOW_STRIP_SOLO), theme.caution);
    });
}

/// The name of a channel in `rect`: a key that opens its panel.
pub(crate) fn title(ui: &Ui, view: &mut View<'_>, name: &ChannelName, rect: Rect) {
    let theme = view.theme;
    let shown = view.name(name);
    let response = ui.interact(rect, Id::unique(("bus", name.to_string())), Sense::click());
    let spoken = view.say(key::PANEL_OPEN, &[("channel", shown.as_str().into())]);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &spoken));
    let painter = ui.painter();
    let edge = if response.hovered() { theme.ink[2] } else { theme.line };
    let stroke = egui::Stroke::new(theme.space.hair, edge);
    still_rect(painter, theme, ("bus name", rect), (theme.radius.s, theme.surface[3]), stroke);
    let set = |size, max_rows| {
        let font = theme.font(size, Weight::SemiBold);
        let mut job = egui::text::LayoutJob::simple(shown.clone(), font, theme.ink[0], f32::INFINITY);
        job.wrap = egui::text::TextWrapping { max_width: rect.width() - theme.space.xs, max_rows, ..job.wrap };
        job.halign = Align::Center;
        painter.layout_job(job)
    };
    let galley = Some(set(theme.letters.small, 1)).filter(|galley| !galley.elided);
    let galley = galley.unwrap_or_else(|| set(theme.letters.tiny, 2));
    painter.galley(pos2(rect.center().x, rect.center().y - galley.size().y / 2.0), galley, theme.ink[0]);
    if response.has_focus() {
        ring(painter, theme, rect, theme.radius.s);
    }
    if response.clicked() {
        super::open(ui.ctx(), view.opened, Open::Channel(name.clone()), Some(&response));
    }
    response.on_hover_text(format!("{shown}\n{}", view.word(key::PANEL_OPEN_TIP)));
}

fn level(ui: &mut Ui, view: &mut View<'_>, name: &ChannelName, chosen: bool) {
    let theme = view.theme;
    // Room for both keys, also where there are none, so that all faders stand side by side.
    let below = theme.space.l + theme.space.xs * 2.0 + (theme.space.hit + theme.space.xs) * 2.0;
    let height = (ui.available_height() - below).max(theme.space.strip * 2.0);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let bars = Rect::from_min_max(rect.min, pos2(rect.left() + theme.space.l, rect.bottom()));
    let said = |view: &View<'_>, sentence| view.say(sentence, &[("strip", view.name(name).into())]);
    let names = (said(view, key::WINDOW_STRIP_METER), said(view, key::WINDOW_STRIP_CLIP));
    if meter::show(ui, theme, bars, &view.meters.of(name).bars(), &names.0, &names.1) {
        view.meters.forget_clip(name);
    }
    let (readout, _) =
        ui.allocate_exact_size(vec2(ui.available_width(), theme.space.l + theme.space.xs), Sense::hover());
    let address = Address { channel: name.clone(), control: Control::FADER };
    let fader = Fader {
        name: &said(view, key::WINDOW_STRIP_FADER),
        spec: &address.spec(),
        value: view.value(&address),
        language: view.language,
        cap: if chosen { theme.ember } else { theme.ink[1] },
    };
    let slot = Rect::from_min_max(pos2(bars.right() + theme.space.xs, rect.top()), rect.max);
    if let (_, Some(value)) = fader.show(ui, theme, slot, readout) {
        view.turn(address, value);
    }
}

fn switch(
    ui: &mut Ui,
    view: &mut View<'_>,
    name: &ChannelName,
    control: Control,
    (word, spoken): (korero_sentences::Key, korero_sentences::Key),
    fill: egui::Color32,
) {
    let address = Address { channel: name.clone(), control };
    if name.role().spec(control).is_none() {
        return;
    }
    let on = view.value(&address) >= 0.5;
    let key = KeyCap {
        name: &view.say(spoken, &[("strip", view.name(name).into())]),
        word: &view.word(word),
        on: Some(on),
        fill,
        size: vec2(ui.available_width(), view.theme.space.hit),
    };
    let response: Response = key.show(ui, view.theme);
    if response.clicked() {
        view.turn(address, if on { 0.0 } else { 1.0 });
    }
}
