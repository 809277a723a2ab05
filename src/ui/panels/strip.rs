//! One strip, from its name down to mute and solo, in the order of the signal.

use egui::{Align, Align2, Id, Key, Layout, Rect, Response, Sense, StrokeKind, Ui, UiBuilder, pos2, vec2};
use korero_sentences::key;

use crate::desk::address::Address;
use crate::desk::channel::Control;
use crate::desk::{Strip, StripInput};
use crate::limits::MAX_NAME;
use crate::session::command::Command;
use crate::ui::theme::{Theme, Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::fader::Fader;
use crate::ui::widgets::field::Field;
use crate::ui::widgets::key::KeyCap;
use crate::ui::widgets::knob::Knob;
use crate::ui::widgets::{chooser, meter, ring};

use super::strips;

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
        parts.scribble(ui, number);
        parts.input(ui);
        parts.head(ui);
        parts.pan(ui);
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

    fn scribble(&mut self, ui: &mut Ui, number: usize) {
        let theme = self.view.theme;
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), theme.space.hit), Sense::hover());
        let id = Id::unique(("scribble", &self.strip.id));
        let editing = id.with("editing");
        if ui.data(|data| data.get_temp::<bool>(editing)).unwrap_or(false) {
            self.rename(ui, rect, id.with("field"), editing);
            return;
        }
        let response = ui.interact(rect, id, Sense::click());
        let name = self
            .view
            .say(key::WINDOW_STRIP_NAME, &[("strip", self.strip.name.as_str().into()), ("number", number.into())]);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
        self.touched |= response.clicked();
        let enter = response.has_focus() && ui.input(|i| i.key_pressed(Key::Enter) || i.key_pressed(Key::F2));
        if response.double_clicked() || enter {
            ui.data_mut(|data| data.insert_temp(editing, true));
        }
        // Two keys, so that no single press takes a strip away.
        if response.has_focus() && ui.input(|i| i.modifiers.shift && i.key_pressed(Key::Delete)) {
            self.view.send(Command::RemoveStrip(self.strip.id.clone()));
        }
        self.paint_scribble(ui, rect, &response);
        let response = response.on_hover_text(self.view.word(key::WINDOW_RENAME_TIP));
        response.context_menu(|ui| self.remove_item(ui));
    }

    fn paint_scribble(&self, ui: &Ui, rect: Rect, response: &Response) {
        let theme = self.view.theme;
        let painter = ui.painter_at(rect.expand(theme.space.xs));
        painter.rect_filled(rect, corner(theme.radius.s), theme.hue(self.strip.hue));
        let font = theme.font(theme.letters.small, Weight::SemiBold);
        let mut job = egui::text::LayoutJob::simple_singleline(self.strip.name.clone(), font, theme.onfill);
        job.wrap = egui::text::TextWrapping::truncate_at_width(rect.width() - theme.space.s);
        let galley = painter.layout_job(job);
        let at = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size());
        painter.galley(at.min, galley, theme.onfill);
        if response.has_focus() {
            ring(&painter, theme, rect, theme.radius.s);
        }
    }

    fn rename(&mut self, ui: &mut Ui, rect: Rect, id: Id, editing: Id) {
        let fresh = !ui.memory(|memory| memory.had_focus_last_frame(id) || memory.has_focus(id));
        let field = Field {
            id,
            name: &self.name(key::WINDOW_RENAME),
            text: &self.strip.name,
            hint: "",
            width: rect.width(),
            secret: false,
            limit: MAX_NAME,
        };
        let (response, taken) = ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| field.show(ui)).inner;
        if fresh {
            response.request_focus();
        } else if !response.has_focus() {
            ui.data_mut(|data| data.remove::<bool>(editing));
        }
        let name = taken.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        if let Some(name) = name {
            self.view.send(Command::RenameStrip(self.strip.id.clone(), name));
        }
    }

    fn remove_item(&self, ui: &mut Ui) {
        if ui.button(self.name(key::WINDOW_REMOVE_STRIP)).clicked() {
            self.view.send(Command::RemoveStrip(self.strip.id.clone()));
            ui.close();
        }
    }

    fn input(&mut self, ui: &mut Ui) {
        let theme = self.view.theme;
        let inputs = strips::inputs(self.view);
        let mono = (1..=inputs).map(StripInput::Mono);
        let pairs = (1..inputs).step_by(2).map(|left| StripInput::Stereo(left, left + 1));
        let feeds: Vec<StripInput> = mono.chain(pairs).collect();
        let choices: Vec<String> = feeds.iter().map(|feed| self.feed(*feed)).collect();
        let name = self.name(key::WINDOW_STRIP_INPUT);
        let shown = self.feed(self.strip.input);
        let choice = ui
            .scope(|ui| {
                ui.spacing_mut().icon_width = theme.space.s;
                ui.spacing_mut().button_padding.x = theme.space.xs;
                chooser::show(ui, "input", &name, &shown, &choices, ui.available_width()).1
            })
            .inner;
        if let Some(n) = choice {
            self.touched = true;
            self.view.send(Command::FeedStrip(self.strip.id.clone(), feeds[n]));
        }
    }

    fn feed(&self, input: StripInput) -> String {
        match input {
            StripInput::Mono(input) => self.view.say(key::WINDOW_INPUT_MONO, &[("input", input.into())]),
            StripInput::Stereo(left, right) => {
                self.view.say(key::WINDOW_INPUT_STEREO, &[("left", left.into()), ("right", right.into())])
            }
        }
    }

    /// Trim with polarity under it, low cut with its switch under it.
    fn head(&mut self, ui: &mut Ui) {
        let theme = self.view.theme;
        let half = (ui.available_width() - theme.space.xs) / 2.0;
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
        };
        let (response, turned) = knob.show(ui, self.view.theme, width);
        self.touched |= response.clicked() || turned.is_some();
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
        if key.show(ui, self.view.theme).clicked() {
            self.touched = true;
            self.view.turn(address, if on { 0.0 } else { 1.0 });
        }
    }

    fn fader(&mut self, ui: &mut Ui, chosen: bool) {
        let theme = self.view.theme;
        let rows = if narrow(theme, ui.available_width()) { 2.0 } else { 1.0 };
        let below = theme.space.l + theme.space.xs * 2.0 + (theme.space.hit + theme.space.xs) * rows;
        let height = (ui.available_height() - below).max(theme.space.strip * 2.0);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        let bars = theme.space.l + theme.space.hair;
        let meter_rect = Rect::from_min_max(rect.min, pos2(rect.left() + bars, rect.bottom()));
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
        let place = Rect::from_min_max(pos2(meter_rect.right() + theme.space.xs / 2.0, rect.top()), rect.max);
        let (response, turned) = fader.show(ui, theme, place, readout);
        self.touched |= response.clicked() || turned.is_some();
        if let Some(value) = turned {
            self.view.turn(address, value);
        }
    }

    fn meter(&mut self, ui: &mut Ui, rect: Rect) {
        let level = self.view.meters.strip(&self.strip.id);
        let mut bars = vec![level.left];
        bars.extend(level.right);
        let names = (self.name(key::WINDOW_STRIP_METER), self.name(key::WINDOW_STRIP_CLIP));
        if meter::show(ui, self.view.theme, rect, &bars, &names.0, &names.1) {
            self.view.meters.forget_clip(&self.strip.id);
        }
    }

    /// Mute and solo side by side, or one above the other where a word would not fit.
    fn keys(&mut self, ui: &mut Ui) {
        let theme = self.view.theme;
        let width = ui.available_width();
        let size = if narrow(theme, width) {
            vec2(width, theme.space.hit)
        } else {
            vec2((width - theme.space.xs) / 2.0, theme.space.hit)
        };
        let mute = self.view.word(key::WINDOW_MUTE);
        let solo = self.view.word(key::WINDOW_SOLO);
        let both = |ui: &mut Ui| {
            self.switch(ui, Control::MUTE, (&mute, key::WINDOW_STRIP_MUTE), theme.over, size);
            self.switch(ui, Control::SOLO, (&solo, key::WINDOW_STRIP_SOLO), theme.caution, size);
        };
        if narrow(theme, width) {
            ui.vertical(both)
        } else {
            ui.horizontal_top(both)
        };
    }
}

fn narrow(theme: &Theme, width: f32) -> bool {
    width < theme.space.compact + theme.space.xs
}
