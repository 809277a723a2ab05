//! How knobs and faders are turned: drag (fine with Shift or the right button), wheel, arrow keys, double-click for
//! the value at rest, Enter to type a value, and what a screen reader asks for.

use egui::accesskit::{Action, ActionData};
use egui::{Event, Id, Key, PointerButton, Rect, Response, Role, TextEdit, Ui, WidgetInfo};
use korero_dsp::param::{ParamSpec, Taper, Unit};
use korero_sentences::{Language, key, say};

use super::{arrows, set_to, wheel};
use crate::ui::reading;
use crate::ui::taper::{FADER_FLOOR_DB, from_way, least, to_way};

/// How much slower fine dragging is.
const FINE: f32 = 0.1;
/// Unity holds a dragged level this near, dB.
const MAGNET_DB: f32 = 0.3;
/// The centre holds a dragged pan this near.
const MAGNET_PAN: f32 = 0.03;
/// Pixels of a smooth wheel that make one notch.
const WHEEL_NOTCH: f32 = 40.0;
/// What stands for −∞ where only numbers are known, dB.
const SILENCE_DB: f64 = -120.0;

/// One control while it is shown.
pub(crate) struct Turn<'a> {
    pub(crate) name: &'a str,
    pub(crate) spec: &'a ParamSpec,
    pub(crate) value: f32,
    pub(crate) language: Language,
    /// Pixels from one end to the other.
    pub(crate) travel: f32,
    /// Only up and down count; a knob is turned by left and right too.
    pub(crate) upright: bool,
}

impl Turn<'_> {
    /// What the person asked for during this picture; `None` when nothing. Also names the control.
    pub(crate) fn hear(&self, ui: &Ui, response: &Response) -> Option<f32> {
        self.describe(ui, response);
        let asked = self
            .dragged(ui, response)
            .or_else(|| self.wheeled(ui, response))
            .or_else(|| self.keyed(ui, response))
            .or_else(|| self.asked_by_reader(ui, response.id));
        let rest = response.double_clicked().then_some(self.spec.default);
        let value = self.spec.clamp(rest.or(asked)?);
        (value != self.value).then_some(value)
    }

    fn describe(&self, ui: &Ui, response: &Response) {
        let numeric = f64::from(self.value).max(SILENCE_DB);
        response.widget_info(|| WidgetInfo::slider(ui.is_enabled(), numeric, self.name));
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_role(Role::Slider);
            set_to(node, reading::full(self.spec, self.value, self.language));
            node.set_min_numeric_value(f64::from(self.spec.min).max(SILENCE_DB));
            node.set_max_numeric_value(f64::from(self.spec.max));
            for action in [Action::SetValue, Action::Increment, Action::Decrement] {
                node.add_action(action);
            }
        });
    }

    fn dragged(&self, ui: &Ui, response: &Response) -> Option<f32> {
        let id = response.id.with("way");
        if response.drag_started() {
            ui.data_mut(|data| data.insert_temp(id, to_way(self.spec, self.value)));
        }
        if !response.dragged() {
            return None;
        }
        let fine = ui.input(|i| i.modifiers.shift) || response.dragged_by(PointerButton::Secondary);
        let delta = response.drag_delta();
        let moved = if self.upright { -delta.y } else { delta.x - delta.y };
        let step = moved / self.travel * if fine { FINE } else { 1.0 };
        let way = ui.data_mut(|data| {
            let way = data.get_temp_mut_or_insert_with(id, || to_way(self.spec, self.value));
            *way = (*way + step).clamp(0.0, 1.0);
            *way
        });
        let value = from_way(self.spec, way);
        // What is counted is turned from one whole number to the next.
        let counted = self.spec.unit == Unit::Number && self.spec.taper == Taper::Linear;
        let value = if counted { value.round() } else { value };
        Some(if fine { value } else { self.magnetic(value) })
    }

    /// Unity and centre hold what comes near.
    fn magnetic(&self, value: f32) -> f32 {
        let reach = match self.spec.unit {
            Unit::Decibels => MAGNET_DB,
            Unit::Pan => MAGNET_PAN,
            _ => 0.0,
        };
        if value.abs() < reach { 0.0 } else { value }
    }

    /// Where a wheel over the control turns it; `None` while none turns.
    pub(crate) fn wheeled(&self, ui: &Ui, response: &Response) -> Option<f32> {
        if !response.hovered() || wheel::is_taken(ui.ctx()) {
            return None;
        }
        let (notches, fine) = ui.input(|i| {
            let fine = i.modifiers.shift;
            (i.events.iter().map(|event| notches(event, fine)).sum::<f32>(), fine)
        });
        // What turns a control does not move the strips as well, nor in the pictures that follow: a notch is spread over some.
        ui.input_mut(|i| {
            i.smooth_scroll_delta.y = 0.0;
            i.smooth_scroll_delta.x *= f32::from(u8::from(!fine));
        });
        (notches != 0.0).then(|| self.stepped(notches, fine))
    }

    fn keyed(&self, ui: &Ui, response: &Response) -> Option<f32> {
        if !response.has_focus() {
            return None;
        }
        arrows::take(ui, response.id, arrows::ALL);
        ui.input(|i| {
            let pressed = |key| i.num_presses(key) as f32;
            let up = pressed(Key::ArrowUp) + pressed(Key::ArrowRight) + 10.0 * pressed(Key::PageUp);
            let down = pressed(Key::ArrowDown) + pressed(Key::ArrowLeft) + 10.0 * pressed(Key::PageDown);
            if i.key_pressed(Key::Home) {
                return Some(self.spec.default);
            }
            (up != down).then(|| self.stepped(up - down, i.modifiers.shift))
        })
    }

    /// `steps` notches of a wheel or presses of an arrow further; perhaps past the end of its range.
    pub(crate) fn stepped(&self, steps: f32, fine: bool) -> f32 {
        let size = if fine { 0.1 } else { 0.5 };
        let fader = self.spec.taper == Taper::Fader;
        match self.spec.unit {
            Unit::Decibels if fader && self.value < FADER_FLOOR_DB && steps > 0.0 => FADER_FLOOR_DB,
            Unit::Decibels => {
                let value = ((self.value + steps * size) * 10.0).round() / 10.0;
                if fader && value < FADER_FLOOR_DB { self.spec.min } else { value }
            }
            _ if self.spec.taper == Taper::Logarithmic => self.by_ratio(steps * size / 6.0),
            Unit::Number => (self.value + steps).round(),
            Unit::Hertz | Unit::Milliseconds | Unit::Ratio => {
                self.value + steps * size * (self.spec.max - self.spec.min) / 100.0
            }
            Unit::Pan => ((self.value + steps * size / 10.0) * 100.0).round() / 100.0,
            Unit::Percent => self.value + steps * size * 2.0,
            Unit::Choice(_) => self.value + steps.signum(),
            Unit::Switch => steps,
        }
    }

    /// `octaves` further: a semitone, or a tenth of one, for each step. From below the first ratio of a range that begins
    /// at 0 the way up leads there, and the way down from there leads to 0.
    fn by_ratio(&self, octaves: f32) -> f32 {
        let least = least(self.spec);
        match self.value * octaves.exp2() {
            turned if turned >= least => turned,
            _ if octaves > 0.0 => least,
            _ => self.spec.min,
        }
    }

    fn asked_by_reader(&self, ui: &Ui, id: Id) -> Option<f32> {
        ui.input(|i| {
            let set = i.accesskit_action_requests(id, Action::SetValue).filter_map(|request| match request.data {
                Some(ActionData::NumericValue(value)) if value <= SILENCE_DB => Some(self.spec.min),
                Some(ActionData::NumericValue(value)) => Some(value as f32),
                _ => None,
            });
            let steps = i.num_accesskit_action_requests(id, Action::Increment) as f32
                - i.num_accesskit_action_requests(id, Action::Decrement) as f32;
            set.last().or_else(|| (steps != 0.0).then(|| self.stepped(steps, false)))
        })
    }

    /// A field over `rect` while a value is typed; begins with Enter or a click there.
    pub(crate) fn typed(&self, ui: &mut Ui, control: &Response, rect: Rect) -> Typing {
        let id = control.id.with("typed");
        let Some(mut text) = ui.data(|data| data.get_temp::<String>(id)) else {
            let clicked = ui.interact(rect, id.with("place"), egui::Sense::CLICK).clicked();
            let entered = control.has_focus() && ui.input(|i| i.key_pressed(Key::Enter));
            if clicked || entered {
                ui.data_mut(|data| data.insert_temp(id, reading::short(self.spec, self.value, self.language)));
            }
            return Typing::No;
        };
        let fresh = !ui.memory(|memory| memory.had_focus_last_frame(id) || memory.has_focus(id));
        let field =
            TextEdit::singleline(&mut text).id(id).align(egui::Align2::CENTER_CENTER).margin(egui::Margin::ZERO);
        let response = ui.place(rect.expand2(egui::vec2(4.0, 2.0)), field);
        let name = say(self.language, key::WINDOW_TYPE_VALUE, &[("control", self.name.into())]);
        let response = response.accessible_name(name);
        if fresh {
            response.request_focus();
            select_all(ui, id, &text);
        }
        if !response.lost_focus() {
            ui.data_mut(|data| data.insert_temp(id, text));
            return Typing::Going;
        }
        ui.data_mut(|data| data.remove::<String>(id));
        control.request_focus();
        let cancelled = ui.input(|i| i.key_pressed(Key::Escape));
        let value = reading::read(self.spec, &text, self.language).filter(|_| !cancelled);
        value.map_or(Typing::Going, Typing::Done)
    }
}

/// Whether a value is being typed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Typing {
    /// No: paint the value.
    No,
    /// The field is open.
    Going,
    /// This was typed.
    Done(f32),
}

impl Typing {
    /// The value that was typed.
    pub(crate) fn value(self) -> Option<f32> {
        match self {
            Self::Done(value) => Some(value),
            Self::No | Self::Going => None,
        }
    }
}

fn select_all(ui: &Ui, id: Id, text: &str) {
    use egui::text::{CCursor, CCursorRange};
    let mut state = egui::text_edit::TextEditState::load(ui.ctx(), id).unwrap_or_default();
    let end = CCursor::new(text.chars().count());
    state.cursor.set_char_range(Some(CCursorRange::two(CCursor::new(0), end)));
    state.store(ui.ctx(), id);
}

/// A wheel that is moved sideways scrolls the strips; with Shift some systems report every wheel as sideways.
fn notches(event: &Event, fine: bool) -> f32 {
    let Event::MouseWheel { unit, delta, .. } = event else { return 0.0 };
    let turned = if fine { delta.x + delta.y } else { delta.y };
    match unit {
        egui::MouseWheelUnit::Point => turned / WHEEL_NOTCH,
        egui::MouseWheelUnit::Line | egui::MouseWheelUnit::Page => turned,
    }
}

#[cfg(test)]
mod tests {
    use korero_dsp::effects::EFFECTS;

    use super::*;
    use crate::desk::channel::Role;

    fn turn(spec: &ParamSpec, value: f32, steps: f32) -> f32 {
        let turn = Turn { name: "", spec, value, language: Language::English, travel: 100.0, upright: true };
        spec.clamp(turn.stepped(steps, false))
    }

    fn every_spec() -> Vec<ParamSpec> {
        let roles = [Role::Strip, Role::Return, Role::Mix, Role::Cue, Role::Desk];
        let fixed = roles.into_iter().flat_map(|role| role.sections().flat_map(move |section| role.params(section)));
        let all = fixed.chain(EFFECTS.iter().flat_map(|effect| effect.params)).copied();
        let zero = ParamSpec {
            id: "zero",
            unit: Unit::Milliseconds,
            min: 0.0,
            max: 200.0,
            default: 0.0,
            taper: Taper::Logarithmic,
        };
        all.filter(|spec| spec.unit != Unit::Switch).chain([zero]).collect()
    }

    #[test]
    fn every_control_is_turned_by_steps_from_one_end_to_the_other_and_back() {
        for spec in every_spec() {
            for (from, to, step) in [(spec.min, spec.max, 1.0), (spec.max, spec.min, -1.0)] {
                let mut value = from;
                for _ in 0..2_000 {
                    let next = turn(&spec, value, step);
                    assert!(value == to || (next - value) * step > 0.0, "{}: {step} from {value} to {next}", spec.id);
                    value = next;
                }
                assert_eq!(value, to, "{}", spec.id);
            }
        }
    }
}
