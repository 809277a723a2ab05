//! A key that acts only after it was held, so that neither a stray click nor the space bar ends a show.

use egui::accesskit::Action as ReaderAction;
use egui::{Event, Id, InputState, Key, KeyboardShortcut, Response, Ui};

use crate::ui::keymap::fits;

/// How long a key has been held.
#[derive(Clone, Copy, Default)]
struct Hold {
    since: f64,
    done: bool,
}

/// What became of a key during this picture.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Held {
    /// How much of the time has passed, 0 to 1.
    pub(crate) part: f32,
    /// It has just been held long enough; told once for each hold.
    pub(crate) done: bool,
    /// It is still down.
    pub(crate) down: bool,
}

/// By which keys of the keyboard: everywhere, and while the key on the screen has the focus.
pub(crate) type Keys<'a> = (KeyboardShortcut, &'a [Key]);

/// The keys that press what has the focus: the space bar, then Enter.
pub(crate) static PRESSES: [Key; 2] = [Key::Space, Key::Enter];

/// Watches `response` for a hold of `seconds` by pointer, by keys while it has the focus, or by its
/// shortcut. A screen reader's press counts at once: it is never an accident of a resting hand. Keys that went down for
/// something else, and are only still down, begin no hold.
pub(crate) fn held(ui: &Ui, response: &Response, (shortcut, focused): Keys<'_>, seconds: f64) -> Held {
    let id = response.id.with("hold");
    if !ui.is_enabled() {
        return release(ui, id);
    }
    let asked = ui.input(|i| i.has_accesskit_action_request(response.id, ReaderAction::Click));
    if asked {
        return Held { part: 1.0, done: true, down: false };
    }
    let focus = response.has_focus();
    let begun = ui.data(|data| data.get_temp::<Hold>(id)).is_some();
    let (now, by_keyboard) = ui.input(|i| {
        let down = |key: Key| i.key_down(key) && (begun || goes_down(i, key));
        let focused = focus && focused.iter().any(|key| down(*key));
        let shortcut = fits(&shortcut, shortcut.logical_key, i.modifiers) && down(shortcut.logical_key);
        (i.time, focused || shortcut)
    });
    if !by_keyboard && !response.is_pointer_button_down_on() {
        return release(ui, id);
    }
    let mut hold = ui.data(|data| data.get_temp(id)).unwrap_or(Hold { since: now, done: false });
    let part = ((now - hold.since) / seconds).min(1.0) as f32;
    let done = part >= 1.0 && !hold.done;
    hold.done |= done;
    ui.data_mut(|data| data.insert_temp(id, hold));
    ui.ctx().request_repaint();
    Held { part: if hold.done { 0.0 } else { part }, done, down: true }
}

/// Whether it goes down in this picture, and nobody has taken that press.
fn goes_down(input: &InputState, wanted: Key) -> bool {
    let press = |event: &Event| matches!(event, Event::Key { key, pressed: true, repeat: false, .. } if *key == wanted);
    input.events.iter().any(press)
}

fn release(ui: &Ui, id: Id) -> Held {
    ui.data_mut(|data| data.remove::<Hold>(id));
    Held { part: 0.0, done: false, down: false }
}
