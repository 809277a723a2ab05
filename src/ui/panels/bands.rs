//! The bands of an equaliser as handles on its curve: a drag turns frequency and gain, the wheel or a pinch how narrow the
//! band is, a double-click makes it flat. The arrow keys do the same, and plus and minus turn the Q.

use egui::accesskit::{Action as ReaderAction, ActionData};
use egui::{
    Align2, Id, Key, PointerButton, Pos2, Rect, Response, Role as Reading, Sense, Stroke, Ui, WidgetInfo, vec2,
};
use korero_dsp::effects::eq::{self, Knob};
use korero_sentences::key;

use crate::desk::address::{Address, ChannelName};
use crate::desk::channel::{Control, Section};
use crate::ui::taper::{from_way, to_way};
use crate::ui::theme::{Theme, Weight};
use crate::ui::view::View;
use crate::ui::widgets::turn::Turn;
use crate::ui::widgets::{arrows, ring, tip};
use crate::ui::{naming, reading};

use super::curve;

/// How much slower fine dragging is.
const FINE: f32 = 0.1;
/// Flat holds a dragged band this near, dB.
const MAGNET_DB: f32 = 0.3;

/// Shows a handle for each band of the equaliser that is drawn in `rect`.
pub(crate) fn show(ui: &Ui, view: &mut View<'_>, (name, section): (&ChannelName, Section), on: bool, rect: Rect) {
    for at in 0..eq::BANDS {
        Band { name, section, at, rect, on }.show(ui, view);
    }
}

/// One band.
#[derive(Clone, Copy)]
struct Band<'a> {
    name: &'a ChannelName,
    section: Section,
    /// From 0.
    at: usize,
    /// Where the curve is drawn.
    rect: Rect,
    /// The equaliser works.
    on: bool,
}

/// Where a hand has brought a band: its frequency as a part of the way, its gain in dB.
#[derive(Clone, Copy)]
struct Hand {
    way: f32,
    gain_db: f32,
}

impl Band<'_> {
    fn address(&self, knob: Knob) -> Address {
        Address { channel: self.name.clone(), control: Control::new(self.section, eq::param(self.at, knob)) }
    }

    fn value(&self, view: &View<'_>, knob: Knob) -> f32 {
        view.value(&self.address(knob))
    }

    fn place(&self, view: &View<'_>) -> Pos2 {
        curve::handle(self.rect, self.value(view, Knob::Freq), self.value(view, Knob::Gain))
    }

    fn show(&self, ui: &Ui, view: &mut View<'_>) {
        let side = view.theme.space.hit;
        let hit = Rect::from_center_size(self.place(view), vec2(side, side));
        let response = ui.interact(hit, ui.scope_id().with(("band", self.at)), Sense::click_and_drag());
        let spoken = self.spoken(view);
        self.describe(ui, view, &response, &spoken);
        self.drag(ui, view, &response);
        self.narrow(ui, view, &response);
        if response.double_clicked() {
            view.turn(self.address(Knob::Gain), 0.0);
        }
        self.keyed(ui, view, &response);
        self.asked(ui, view, response.id);
        self.paint(ui, view, &response);
        // Beside the whole curve: who is over a point looks at that.
        let beside = Response { rect: self.rect, interact_rect: self.rect, ..response };
        tip(beside, || format!("{spoken}: {}\n{}", self.told(view), view.word(key::STRIPS_BAND_TIP)));
    }

    fn spoken(&self, view: &View<'_>) -> String {
        let section = naming::section(view.language, self.section);
        let band = naming::band(view.language, self.at);
        let name = naming::within(view.language, &view.snapshot.desk, self.name, &section, &band);
        view.say(key::STRIPS_BAND, &[("band", name.into())])
    }

    /// What it is set to, as a screen reader tells it.
    fn told(&self, view: &View<'_>) -> String {
        let full = |knob| reading::full(&self.address(knob).spec(), self.value(view, knob), view.language);
        format!("{}, {}, Q {}", full(Knob::Freq), full(Knob::Gain), full(Knob::Q))
    }

    fn describe(&self, ui: &Ui, view: &View<'_>, response: &Response, spoken: &str) {
        let gain = f64::from(self.value(view, Knob::Gain));
        let spec = self.address(Knob::Gain).spec();
        response.widget_info(|| WidgetInfo::slider(true, gain, spoken));
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_role(Reading::Slider);
            node.set_value(self.told(view));
            node.set_min_numeric_value(f64::from(spec.min));
            node.set_max_numeric_value(f64::from(spec.max));
            for action in [ReaderAction::SetValue, ReaderAction::Increment, ReaderAction::Decrement] {
                node.add_action(action);
            }
        });
    }

    fn drag(&self, ui: &Ui, view: &mut View<'_>, response: &Response) {
        if !response.dragged() {
            return;
        }
        let (freq, gain) = (self.address(Knob::Freq), self.address(Knob::Gain));
        let id = response.id.with("hand");
        let fine = ui.input(|i| i.modifiers.shift) || response.dragged_by(PointerButton::Secondary);
        let begin = || Hand { way: to_way(&freq.spec(), view.value(&freq)), gain_db: view.value(&gain) };
        let kept = ui.data(|data| data.get_temp::<Hand>(id)).filter(|_| !response.drag_started());
        let mut hand = kept.unwrap_or_else(begin);
        let moved = response.drag_delta() * if fine { FINE } else { 1.0 };
        hand.way = (hand.way + moved.x / self.rect.width()).clamp(0.0, 1.0);
        hand.gain_db = gain.spec().clamp(hand.gain_db - moved.y * curve::db_per_point(self.rect));
        ui.data_mut(|data| data.insert_temp(id, hand));
        let flat = !fine && hand.gain_db.abs() < MAGNET_DB;
        let level = if flat { 0.0 } else { hand.gain_db };
        let turns = vec![(freq.clone(), from_way(&freq.spec(), hand.way)), (gain, level)];
        if turns.iter().any(|(address, value)| view.value(address) != *value) {
            view.turn_together(turns);
        }
    }

    /// How narrow it is, by the wheel or by two fingers.
    fn narrow(&self, ui: &Ui, view: &mut View<'_>, response: &Response) {
        let address = self.address(Knob::Q);
        let (spec, value) = (address.spec(), view.value(&address));
        let wheeled = turn(&spec, value, view).wheeled(ui, response);
        let pinched = response.hovered().then(|| ui.input(egui::InputState::zoom_delta)).filter(|zoom| *zoom != 1.0);
        // Fingers that close make the band narrow, and so its Q high.
        if let Some(q) = wheeled.or(pinched.map(|zoom| value / zoom)) {
            view.turn(address, q);
        }
    }

    fn keyed(&self, ui: &Ui, view: &mut View<'_>, response: &Response) {
        if !response.has_focus() {
            return;
        }
        arrows::take(ui, response.id, arrows::ALL);
        if ui.input(|i| i.key_pressed(Key::Home)) {
            view.turn(self.address(Knob::Gain), 0.0);
        }
        let presses = |keys: &[Key]| ui.input(|i| keys.iter().map(|key| i.num_presses(*key) as f32).sum::<f32>());
        for (knob, up, down) in [
            (Knob::Freq, &[Key::ArrowRight][..], Key::ArrowLeft),
            (Knob::Gain, &[Key::ArrowUp][..], Key::ArrowDown),
            (Knob::Q, &[Key::Plus, Key::Equals][..], Key::Minus),
        ] {
            self.step(ui, view, knob, presses(up) - presses(&[down]));
        }
    }

    fn step(&self, ui: &Ui, view: &mut View<'_>, knob: Knob, steps: f32) {
        if steps == 0.0 {
            return;
        }
        let address = self.address(knob);
        let fine = ui.input(|i| i.modifiers.shift);
        let value = turn(&address.spec(), view.value(&address), view).stepped(steps, fine);
        view.turn(address, value);
    }

    /// A screen reader turns the gain.
    fn asked(&self, ui: &Ui, view: &mut View<'_>, id: Id) {
        let (set, steps) = ui.input(|i| {
            let set =
                i.accesskit_action_requests(id, ReaderAction::SetValue).filter_map(|request| match request.data {
                    Some(ActionData::NumericValue(value)) => Some(value as f32),
                    _ => None,
                });
            let count = |action| i.num_accesskit_action_requests(id, action) as f32;
            (set.last(), count(ReaderAction::Increment) - count(ReaderAction::Decrement))
        });
        if let Some(gain) = set {
            view.turn(self.address(Knob::Gain), gain);
        }
        self.step(ui, view, Knob::Gain, steps);
    }

    /// A numbered disc; hollow while the band is off, quiet while the equaliser is.
    fn paint(&self, ui: &Ui, view: &View<'_>, response: &Response) {
        let theme = view.theme;
        let works = self.value(view, Knob::On) >= 0.5;
        let ink = if self.on && works { theme.ember } else { theme.ink[2] };
        let held = response.hovered() || response.dragged();
        let thick = if held { theme.space.hair * 2.0 } else { theme.space.hair };
        let fill = if works { theme.surface[3] } else { theme.surface[0] };
        let (place, painter) = (self.place(view), ui.painter());
        painter.circle(place, radius(theme), fill, Stroke::new(thick, ink));
        let font = theme.font(theme.letters.tiny, Weight::SemiBold);
        let word = if works { theme.ink[0] } else { theme.ink[2] };
        painter.text(place, Align2::CENTER_CENTER, (self.at + 1).to_string(), font, word);
        if response.has_focus() {
            ring(painter, theme, Rect::from_center_size(place, egui::Vec2::splat(radius(theme) * 2.0)), radius(theme));
        }
    }
}

fn radius(theme: &Theme) -> f32 {
    theme.space.s
}

fn turn<'a>(spec: &'a korero_dsp::param::ParamSpec, value: f32, view: &View<'_>) -> Turn<'a> {
    Turn { name: "", spec, value, language: view.language, travel: 1.0, upright: true }
}
