//! One strip, from its name down to mute and solo, in the order of the signal.

use egui::{Align, Align2, Layout, Rect, Sense, Ui, UiBuilder, pos2, vec2};
use korero_dsp::param::ParamSpec;
use korero_sentences::key;

use crate::desk::address::{Address, ChannelName};
use crate::desk::channel::{Control, LEVEL, Role};
use crate::desk::{Strip, StripInput};
use crate::looks::Layer;
use crate::session::command::Command;
use crate::ui::inputs::{self, Feeds};
use crate::ui::theme::{Theme, Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::fader::Fader;
use crate::ui::widgets::key::{KeyCap, least_width};
use crate::ui::widgets::knob::Knob;
use crate::ui::widgets::still::still_rect;
use crate::ui::widgets::{chooser, hint, meter, paint_within, reduction};

use super::selection::Selection;
use super::thumbnail::{self, Thumbnails};
use super::{lamps, scribble, sends};

/// Gain reduction that fills a bar, dB.
const REDUCTION_DB: f32 = 24.0;

/// What a strip shares with those beside it.
pub(crate) struct Manner<'a> {
    pub(crate) selection: &'a mut Selection,
    pub(crate) thumbnails: &'a mut Thumbnails,
    /// What it may be fed from.
    pub(crate) feeds: &'a Feeds,
    /// What its fader stands for.
    pub(crate) layer: Layer,
    /// It was touched last.
    pub(crate) chosen: bool,
}

/// Shows a strip in the whole of `ui`; `true` when the person touched it.
pub(crate) fn show(
    ui: &mut Ui,
    view: &mut View<'_>,
    (number, strip): (usize, &Strip),
    manner: &mut Manner<'_>,
) -> bool {
    let theme = view.theme;
    let whole = ui.max_rect();
    // A mesh for each strip: one for all of them would be asked of the system anew, page by page, for every picture.
    ui.set_clip_rect(ui.clip_rect().intersect(whole));
    let edge = match (manner.selection.has(&strip.id), manner.chosen) {
        (true, _) => egui::Stroke::new(theme.space.hair * 2.0, theme.ember),
        (false, true) => egui::Stroke::new(theme.space.hair, theme.ember),
        (false, false) => egui::Stroke::NONE,
    };
    still_rect(ui.painter(), theme, ("strip", whole), (theme.radius.m, theme.surface[2]), edge);
    let inner = whole.shrink2(vec2(theme.space.xs, theme.space.xs));
    let layout = Layout::top_down(Align::Center);
    ui.scope_builder(UiBuilder::new().max_rect(inner).layout(layout), |ui| {
        ui.spacing_mut().item_spacing = vec2(theme.space.xs, theme.space.xs);
        let stacked = is_stacked(ui, view);
        let mut parts = Parts { view, strip, manner, stacked, touched: false };
        parts.touched |= scribble::show(ui, parts.view, strip, number, parts.manner.selection);
        let room = whole.height() - short_height(theme) - parts.tag();
        // Where the room is scarce, what is needed most while the show runs stays longest.
        let lamps = lamps::height(theme) + theme.space.xs;
        let pan = lamps + Knob::size(theme, theme.space.strip).y + theme.space.xs;
        let thumbnail = pan + thumbnail::height(theme) + theme.space.xs;
        let sends = thumbnail + sends::height(theme) + theme.space.xs;
        if room >= sends + head_height(theme) {
            parts.input(ui);
            parts.head(ui);
        }
        if room >= thumbnail {
            parts.touched |= parts.manner.thumbnails.show(ui, parts.view, strip);
        }
        if room >= lamps {
            parts.touched |= lamps::show(ui, parts.view, strip);
        }
        if room >= sends {
            parts.touched |= sends::show(ui, parts.view, strip);
        }
        if room >= pan {
            parts.pan(ui);
        }
        parts.fader(ui);
        parts.keys(ui);
        parts.touched
    })
    .inner
}

struct Parts<'a, 'v, 'm> {
    view: &'a mut View<'v>,
    strip: &'a Strip,
    manner: &'a mut Manner<'m>,
    /// The words of mute and solo find no room side by side.
    stacked: bool,
    touched: bool,
}

impl Parts<'_, '_, '_> {
    fn address(&self, control: Control) -> Address {
        Address::strip(&self.strip.id, control)
    }

    fn name(&self, sentence: korero_sentences::Key) -> String {
        self.view.say(sentence, &[("strip", self.strip.name.as_str().into())])
    }

    fn input(&mut self, ui: &mut Ui) {
        let theme = self.view.theme;
        let offered = self.manner.feeds;
        let mut own = self.strip.input.inputs();
        let fed_by_loopback = own.any(|input| !offered.usual.contains(&StripInput::Mono(input)));
        let whole = fed_by_loopback || inputs::wants_loopback(ui.ctx());
        let feeds = if whole { &offered.all } else { &offered.usual };
        let more = (feeds.len() < offered.all.len()).then(|| self.view.word(key::INPUT_SHOW_LOOPBACK));
        let name = self.name(key::WINDOW_STRIP_INPUT);
        let shown = self.feed(self.strip.input);
        let choice = ui
            .scope(|ui| {
                ui.spacing_mut().icon_width = theme.space.s;
                ui.spacing_mut().button_padding.x = theme.space.xs;
                let choices = feeds.iter().map(|feed| self.feed(*feed)).chain(more);
                chooser::show(ui, "input", &name, &shown, choices, ui.available_width()).1
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
                let quiet = self.view.on_strip(self.strip, Control::HIGHPASS_ON) < 0.5;
                let names = (key::WINDOW_LOW_CUT, key::WINDOW_STRIP_HIGHPASS_FREQ);
                self.knob(ui, Control::HIGHPASS_FREQ, names, half, quiet);
                let word = self.view.word(key::WINDOW_LOW_CUT);
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
        let knob = Knob {
            name: &self.name(name),
            word: &self.view.word(word),
            spec: &spec_of(control),
            value: self.view.on_strip(self.strip, control),
            language: self.view.language,
            quiet,
            units: control == Control::HIGHPASS_FREQ,
        };
        let (response, turned) = knob.show(ui, self.view.theme, width);
        self.touched |= response.clicked() || turned.is_some();
        if control == Control::HIGHPASS_FREQ {
            hint(response, || knob.name.to_owned());
        }
        if let Some(value) = turned {
            self.view.turn(self.address(control), value);
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
        let on = self.view.on_strip(self.strip, control) >= 0.5;
        let key = KeyCap { name: &self.name(name), word, on: Some(on), fill, size };
        let mut response = key.show(ui, self.view.theme);
        // A sign alone does not say what it stands for.
        if matches!(control, Control::INVERT | Control::HIGHPASS_ON) {
            response = hint(response, || key.name.to_owned());
        }
        if !response.clicked() {
            return;
        }
        self.touched = true;
        if matches!(control, Control::MUTE | Control::SOLO) {
            self.manner.selection.switch(self.view, &self.strip.id, control, !on);
        } else {
            self.view.turn(self.address(control), if on { 0.0 } else { 1.0 });
        }
    }

    fn fader(&mut self, ui: &mut Ui) {
        let theme = self.view.theme;
        let least = theme.space.strip * 2.0 - self.tag();
        if self.manner.layer != Layer::Mix {
            self.layer(ui);
        }
        let rows = if self.stacked { 2.0 } else { 1.0 };
        let below = theme.space.l + theme.space.xs * 2.0 + (theme.space.hit + theme.space.xs) * rows;
        let height = (ui.available_height() - below).max(least);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        let numbers = rect.left() + theme.letters.tiny * 1.25;
        let hair = theme.space.hair;
        let lane =
            |left: f32, width: f32| Rect::from_min_max(pos2(left, rect.top()), pos2(left + width, rect.bottom()));
        let meter_rect = lane(numbers + hair * 2.0, theme.space.m);
        meter::numbers(ui.painter(), theme, meter_rect, numbers);
        self.meter(ui, meter_rect);
        let taken = lane(meter_rect.right() + hair * 2.0, hair * 3.0);
        self.taken(ui, taken);
        let (readout, _) =
            ui.allocate_exact_size(vec2(ui.available_width(), theme.space.l + theme.space.xs), Sense::hover());
        let place = Rect::from_min_max(pos2(taken.right() + hair * 2.0, rect.top()), rect.max);
        self.slide(ui, place, readout);
    }

    /// The fader of the layer.
    fn slide(&mut self, ui: &mut Ui, place: Rect, readout: Rect) {
        let theme = self.view.theme;
        let layer = self.manner.layer;
        let name = match layer {
            Layer::Mix => self.name(key::WINDOW_STRIP_FADER),
            _ => {
                let names = [("strip", self.strip.name.as_str().into()), ("layer", layer.name(self.view).into())];
                self.view.say(key::STRIPS_LEVEL, &names)
            }
        };
        let cap = match (layer, self.manner.chosen || self.manner.selection.has(&self.strip.id)) {
            (Layer::Mix, true) => theme.ember,
            (Layer::Mix, false) => theme.ink[1],
            _ => theme.cool,
        };
        let value = self.view.on_strip(self.strip, layer.control());
        let fader = Fader { name: &name, spec: &spec_of(layer.control()), value, language: self.view.language, cap };
        let (response, turned) = fader.show(ui, theme, place, readout);
        self.touched |= response.clicked() || turned.is_some();
        if response.dragged() {
            self.manner.selection.hold(&self.strip.id, self.view.now);
        }
        if let Some(value) = turned {
            self.manner.selection.slide(self.view, &self.strip.id, layer.control(), value);
        }
    }

    /// The height that the word above a fader of another layer takes.
    fn tag(&self) -> f32 {
        let space = self.view.theme.space;
        if self.manner.layer == Layer::Mix { 0.0 } else { self.view.theme.letters.tiny + space.xs * 2.0 }
    }

    /// What the fader stands for, where that is not the mix.
    fn layer(&self, ui: &mut Ui) {
        let theme = self.view.theme;
        let size = vec2(ui.available_width(), self.tag() - theme.space.xs);
        let (tag, _) = ui.allocate_exact_size(size, Sense::hover());
        ui.painter().rect_filled(tag, corner(theme.radius.s), theme.cool);
        let font = theme.font(theme.letters.tiny, Weight::SemiBold);
        let at = (tag.center(), Align2::CENTER_CENTER);
        paint_within(ui.painter(), at, self.manner.layer.name(self.view), (font, theme.onfill), tag.width());
    }

    /// What all stages take away together, hanging from the top beside the meter; only where one of them works.
    fn taken(&self, ui: &Ui, rect: Rect) {
        let theme = self.view.theme;
        let db = self.view.meters.of(&ChannelName::Strip(self.strip.id.clone())).taken_db();
        if db > 0.0 || lamps::takes_away(self.view, self.strip) {
            let below = rect.with_min_y(rect.top() + theme.space.s + theme.space.hair * 2.0);
            reduction::show(ui, theme, below, db, REDUCTION_DB, Some(&self.name(key::STRIPS_REDUCTION)));
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
        let stacked = self.stacked;
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
}

/// What a control of a strip may be set to.
fn spec_of(control: Control) -> ParamSpec {
    Role::Strip.spec(control).copied().unwrap_or(LEVEL)
}

fn is_stacked(ui: &Ui, view: &View<'_>) -> bool {
    let room = half(view.theme, ui.available_width());
    [key::WINDOW_MUTE, key::WINDOW_SOLO].iter().any(|word| least_width(ui, view.theme, &view.word(*word)) > room)
}

/// The least height of name, fader and keys: what is seen above an open panel.
pub(crate) fn short_height(theme: &Theme) -> f32 {
    let name = theme.space.xxl + theme.space.xs;
    let fader = theme.space.strip * 2.0 + theme.space.l + theme.space.xs;
    let keys = theme.space.hit * 2.0;
    name + fader + keys + theme.space.xs * 7.0
}

/// The height of input, trim and low cut.
fn head_height(theme: &Theme) -> f32 {
    let knob = Knob::size(theme, theme.space.strip).y;
    knob + theme.space.hit * 2.0 + theme.space.xs * 3.0
}

fn half(theme: &Theme, width: f32) -> f32 {
    ((width - theme.space.xs) / 2.0).floor()
}
