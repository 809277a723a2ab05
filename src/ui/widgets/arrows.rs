//! Arrow keys that a control takes for itself, from the very picture in which the keyboard comes to it.

use egui::{Event, EventFilter, FocusDirection, Id, Key, Ui};

/// Left and right; up and down move the keyboard on.
pub(crate) const ALONG: EventFilter =
    EventFilter { tab: false, horizontal_arrows: true, vertical_arrows: false, escape: false };
/// Up and down; left and right move the keyboard on.
pub(crate) const UPRIGHT: EventFilter =
    EventFilter { tab: false, horizontal_arrows: false, vertical_arrows: true, escape: false };
/// All four.
pub(crate) const ALL: EventFilter =
    EventFilter { tab: false, horizontal_arrows: true, vertical_arrows: true, escape: false };

/// Keeps the arrow keys of this picture and of those that follow from moving the keyboard away from the control that holds it.
/// Comes before the control looks at them, in every picture in which it holds the keyboard.
pub(crate) fn take(ui: &Ui, control: Id, arrows: EventFilter) {
    let came = ui.input(|i| i.events.iter().any(|event| is_arrow(event) && arrows.matches(event)));
    ui.memory_mut(|memory| {
        memory.set_focus_lock_filter(control, arrows);
        // The filter is asked from the third picture on; a key that comes before would be taken here and move the keyboard as well.
        if came {
            memory.move_focus(FocusDirection::None);
        }
    });
}

fn is_arrow(event: &Event) -> bool {
    let arrows = [Key::ArrowUp, Key::ArrowDown, Key::ArrowLeft, Key::ArrowRight];
    matches!(event, Event::Key { key, pressed: true, .. } if arrows.contains(key))
}
