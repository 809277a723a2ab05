//! One control of a channel, whatever it is: a knob, a switch or a choice, as its declaration says.

use egui::{Align, Layout, Rect, Ui, UiBuilder, Vec2, vec2};
use korero_dsp::param::{ParamSpec, Unit};

use crate::desk::address::Address;
use crate::ui::naming;
use crate::ui::theme::Theme;
use crate::ui::view::View;
use crate::ui::widgets::chooser;
use crate::ui::widgets::key::KeyCap;
use crate::ui::widgets::knob::Knob;

/// The room that a control takes.
pub(crate) fn size(theme: &Theme, spec: &ParamSpec) -> Vec2 {
    match spec.unit {
        Unit::Switch => vec2(theme.space.compact, theme.space.hit),
        Unit::Choice(_) => vec2(theme.space.strip + theme.space.l, theme.space.hit),
        _ => Knob::size(theme, theme.space.compact),
    }
}

/// Shows it in `rect`; `quiet` while what it belongs to is out of circuit.
pub(crate) fn show(ui: &mut Ui, view: &mut View<'_>, address: &Address, rect: Rect, quiet: bool) {
    let builder = UiBuilder::new().id_salt(address.to_string()).max_rect(rect).layout(Layout::top_down(Align::Center));
    let name = naming::control(view.language, &view.snapshot.desk, address);
    let turned = ui
        .scope_builder(builder, |ui| match address.spec().unit {
            Unit::Switch => switch(ui, view, address, &name, rect.size()),
            Unit::Choice(words) => choice(ui, view, address, &name, words),
            _ => knob(ui, view, address, &name, quiet),
        })
        .inner;
    if let Some(value) = turned {
        view.turn(address.clone(), value);
    }
}

fn knob(ui: &mut Ui, view: &View<'_>, address: &Address, name: &str, quiet: bool) -> Option<f32> {
    let spec = address.spec();
    let knob = Knob {
        name,
        word: &naming::title(&naming::word(view.language, spec.id)),
        spec: &spec,
        value: view.value(address),
        language: view.language,
        quiet,
        units: true,
    };
    knob.show(ui, view.theme, ui.available_width()).1
}

/// A key with the parameter's word on it.
fn switch(ui: &mut Ui, view: &View<'_>, address: &Address, name: &str, size: Vec2) -> Option<f32> {
    let on = view.value(address) >= 0.5;
    let word = naming::title(&naming::word(view.language, address.spec().id));
    let key = KeyCap { name, word: &word, on: Some(on), fill: view.theme.cool, size };
    let response = key.show(ui, view.theme).on_hover_text(name);
    response.clicked().then_some(if on { 0.0 } else { 1.0 })
}

/// A chooser with the choice on it; its name is told by a screen reader, and when the pointer rests there.
fn choice(ui: &mut Ui, view: &View<'_>, address: &Address, name: &str, words: &[&str]) -> Option<f32> {
    let space = view.theme.space;
    ui.spacing_mut().icon_width = space.s;
    ui.spacing_mut().button_padding.x = space.xs;
    let choices: Vec<String> = words.iter().map(|word| naming::title(&naming::choice(view.language, word))).collect();
    let shown = choices.get(view.value(address) as usize).map_or("", String::as_str);
    let (response, chosen) = chooser::show(ui, address.to_string(), name, shown, &choices, ui.available_width());
    response.on_hover_text(name);
    chosen.map(|at| at as f32)
}
