//! One strip, from its name down to mute and solo, in the order of the signal.

use egui::{Align, Layout, Rect, Sense, StrokeKind, Ui, UiBuilder, pos2, vec2};
use korero_sentences::key;

use crate::desk::address::{Address, ChannelName};
use crate::desk::channel::Control;
use crate::desk::{Strip, StripInput};
use crate::session::command::Command;
use crate::ui::inputs;
use crate::ui::theme::{Theme, corner};
use crate::ui::view::View;
use crate::ui::widgets::fader::Fader;
use crate::ui::widgets::key::{KeyCap, least_width};
use crate::ui::widgets::knob::Knob;
use crate::ui::widgets::{chooser, meter};

use super::scribble;

/// Shows a strip in the whole of `ui`; `true` when the person touched it.
pub(crate) fn show(ui: &mut Ui, view: &mut View<'_>, strip: &Strip, number: usize, chosen: bool) -> bool {
    let theme = view.theme;
    let whole = ui.max_rect();
    let edge = if chosen { egui::Stroke::new(theme.space.hair, theme.ember) } else { egui::Stroke::NONE };
    ui.painter().rect(whole, corner(theme.radius.m), theme.surface[2], edge, StrokeKind::Inside);
    let inner = whole.shrink2(vec2(theme.space.xs, theme.space.xs));
    let layout = Layout::top_down(Align::Center);
    ui.scope_builder(UiBuilder::new().max_rect(inner).layout(layout), |ui| {
        ui.spacing_mut().item_spacing = vec2(theme.space.xs, theme.space.xs);
        let mut parts = Parts { view, strip, touched: false };
        parts.touched |= scribble::show(ui, parts.view, strip, number);
        if whole.height() >= full_height(theme) {
            parts.input(ui);
            parts.head(ui);
            parts.pan(ui);
        }
        parts.fader(ui, chosen);
        parts.keys(ui);
        parts.touched
    })
    .inner
}

struct Parts<'a, 'v> {
    view: &'a mut View<'v>,
    strip: &'a Strip,
    touched: bool,
}

impl Parts<'_, '_> {
    fn address(&self, control: Control) -> Address {
        Address::strip(&self.strip.id, control)
    }

    fn name(&self, sentence: korero_sentences::Key) -> String {
        self.view.say(sentence, &[("strip", self.strip.name.as_str().into())])
    }

    fn input(&mut self, ui: &mut Ui) {
        let theme = self.view.theme;
        let snapshot = self.view.snapshot;
        let fed_by_loopback = self.strip.input.inputs().any(|input| inputs::is_loopback(&snapshot.device, input));
        let all = inputs::offered(snapshot, true);
        let offered = inputs::offered(snapshot, fed_by_loopback || inputs::wants_loopback(ui.ctx()));
        let feeds = inputs::feeds(&offered);
        let mut choices: Vec<String> = feeds.iter().map(|feed| self.feed(*feed)).collect();
        choices.extend((offered.len() < all.len()).then(|| self.view.word(key::INPUT_SHOW_LOOPBACK)));
        let name = self.name(key::WINDOW_STRIP_INPUT);
        let shown = self.feed(self.strip.input);
        let choice = ui
            .scope(|ui| {
                ui.spacing_mut().icon_width = theme.space.s;
                ui.spacing_mut().button_padding.x = theme.space.xs;
                chooser::show(ui, "input", &name, &shown, &choices, ui.available_width()).1
            })
            .inner;
        match choice.map(|n| feeds.get(n)) {
            Some(Some(feed)) => {
                self.touched = true;
                self.view.send(Command::FeedStrip(self.strip.id.clone(), *feed));
            }
            Some(None) => inputs::want_loopback(ui.ctx()),
            None => {}
        }
    }

    fn feed(&self, input: StripInput) -> String {
        inputs::feed(self.view.language, &self.view.snapshot.device, input)
    }

    /// Trim with polarity under it, low cut with its switch under it.
    fn head(&mut self, ui: &mut Ui) {
        let theme = self.view.theme;
        let half = half(theme, ui.available_width());
        let size = vec2(half, theme.space.hit);
        ui.horizontal_top(|ui| {
            ui.vertical(|ui| {
                self.knob(ui, Control::TRIM, (key::WINDOW_TRIM, key::WINDOW_STRIP_TRIM), half, false);
                self.switch(ui, Control::INVERT, ("Ø", key::WINDOW_STRIP_INVERT), theme.cool, size);
            });
            ui.vertical(|ui| {
                let quiet = self.view.value(&self.address(Control::HIGHPASS_ON)) < 0.5;
                let names = (key::WINDOW_LOW_CUT, key::WINDOW_STRIP_HIGHPASS_FREQ);
                self.knob(ui, Control::HIGHPASS_FREQ, names, half, quiet);
                let word = self.view.word(key::WINDOW_LOW_CUT_KEY);
                self.switch(ui, Control::HIGHPASS_ON, (&word, key::WINDOW_STRIP_HIGHPASS), theme.cool, size);
            });
        });
    }

    fn pan(&mut self, ui: &mut Ui) {
        let width = ui.available_width();
        self.knob(ui, Control::PAN, (key::WINDOW_PAN, key::WINDOW_STRIP_PAN), width, false);
    }

    fn knob(
        &mut self,
        ui: &mut Ui,
        control: Control,
        (word, name): (korero_sentences::Key, korero_sentences::Key),
        width: f32,
        quiet: bool,
    ) {
        let address = self.address(control);
        let knob = Knob {
            name: &self.name(name),
            word: &self.view.word(word),
            spec: &address.spec(),
            value: self.view.value(&address),
            language: self.view.language,
            quiet,
            units: false,
        };
        let (response, turned) = knob.show(ui, self.view.theme, width);
        self.touched |= response.clicked() || turned.is_some();
        if control == Control::HIGHPASS_FREQ {
            response.on_hover_text(knob.name);
        }
        if let Some(value) = turned {
            self.view.turn(address, value);
        }
    }

    fn switch(
        &mut self,
        ui: &mut Ui,
        control: Control,
        (word, name): (&str, korero_sentences::Key),
        fill: egui::Color32,
        size: egui::Vec2,
    ) {
        let address = self.address(control);
        let on = self.view.value(&address) >= 0.5;
        let key = KeyCap { name: &self.name(name), word, on: Some(on), fill, size };
        let mut response = key.show(ui, self.view.theme);
        // A sign alone does not say what it stands for.
        if matches!(control, Control::INVERT | Control::HIGHPASS_ON) {
            response = response.on_hover_text(key.name);
        }
        if response.clicked() {
            self.touched = true;
            self.view.turn(address, if on { 0.0 } else { 1.0 });
        }
    }

    fn fader(&mut self, ui: &mut Ui, chosen: bool) {
        let theme = self.view.theme;
        let rows = if self.stacked(ui) { 2.0 } else { 1.0 };
        let below = theme.space.l + theme.space.xs * 2.0 + (theme.space.hit + theme.space.xs) * rows;
        let height = (ui.available_height() - below).max(theme.space.strip * 2.0);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        let numbers = rect.left() + theme.letters.tiny * 1.25;
        let left = numbers + theme.space.hair * 2.0;
        let meter_rect = Rect::from_min_max(pos2(left, rect.top()), pos2(left + theme.space.l, rect.bottom()));
        meter::numbers(ui.painter(), theme, meter_rect, numbers);
        self.meter(ui, meter_rect);
        let (readout, _) =
            ui.allocate_exact_size(vec2(ui.available_width(), theme.space.l + theme.space.xs), Sense::hover());
        let address = self.address(Control::FADER);
        let fader = Fader {
            name: &self.name(key::WINDOW_STRIP_FADER),
            spec: &address.spec(),
            value: self.view.value(&address),
            language: self.view.language,
            chosen,
        };
        let place = Rect::from_min_max(pos2(meter_rect.right() + theme.space.hair * 2.0, rect.top()), rect.max);
        let (response, turned) = fader.show(ui, theme, place, readout);
        self.touched |= response.clicked() || turned.is_some();
        if let Some(value) = turned {
            self.view.turn(address, value);
        }
    }

    fn meter(&mut self, ui: &mut Ui, rect: Rect) {
        let name = ChannelName::Strip(self.strip.id.clone());
        let bars = self.view.meters.of(&name).bars();
        let names = (self.name(key::WINDOW_STRIP_METER), self.name(key::WINDOW_STRIP_CLIP));
        if meter::show(ui, self.view.theme, rect, &bars, &names.0, &names.1) {
            self.view.meters.forget_clip(&name);
        }
    }

    /// Mute and solo side by side, or one above the other where a word would not fit.
    fn keys(&mut self, ui: &mut Ui) {
        let theme = self.view.theme;
        let width = ui.available_width();
        let stacked = self.stacked(ui);
        let size = vec2(if stacked { width } else { half(theme, width) }, theme.space.hit);
        let mute = self.view.word(key::WINDOW_MUTE);
        let solo = self.view.word(key::WINDOW_SOLO);
        let both = |ui: &mut Ui| {
            self.switch(ui, Control::MUTE, (&mute, key::WINDOW_STRIP_MUTE), theme.over, size);
            self.switch(ui, Control::SOLO, (&solo, key::WINDOW_STRIP_SOLO), theme.caution, size);
        };
        if stacked {
            ui.vertical(both)
        } else {
            ui.horizontal_top(both)
        };
    }

    /// The words of mute and solo find no room side by side.
    fn stacked(&self, ui: &Ui) -> bool {
        let theme = self.view.theme;
        let room = half(theme, ui.available_width());
        [key::WINDOW_MUTE, key::WINDOW_SOLO].iter().any(|word| least_width(ui, theme, &self.view.word(*word)) > room)
    }
}

/// The least height of name, fader and keys: what is seen above an open panel.
pub(crate) fn short_height(theme: &Theme) -> f32 {
    let name = theme.space.xxl + theme.space.xs;
    let fader = theme.space.strip * 2.0 + theme.space.l + theme.space.xs;
    let keys = theme.space.hit * 2.0;
    name + fader + keys + theme.space.xs * 7.0
}

/// The least height with everything; below it input, trim, low cut and pan are left to the panel.
fn full_height(theme: &Theme) -> f32 {
    let knob = Knob::size(theme, theme.space.strip).y;
    short_height(theme) + (knob + theme.space.xs + theme.space.hit) * 2.0 + theme.space.xs * 2.0
}

fn half(theme: &Theme, width: f32) -> f32 {
    ((width - theme.space.xs) / 2.0).floor()
}
