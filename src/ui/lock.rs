//! The lock for the stage: a locked window hears nothing but the next song, a mark, and the key that is held to unlock it.

use egui::accesskit::Action as ReaderAction;
use egui::{Context, Event, Key, KeyboardShortcut, Popup};
use korero_sentences::key;

use crate::session::snapshot::Snapshot;

use super::action::Action;
use super::keymap::{Keymap, fits};

/// Whether the window is locked.
#[derive(Default)]
pub(crate) struct Lock {
    on: bool,
    /// The key that locked was let go: one press does one thing.
    armed: bool,
}

impl Lock {
    /// As the show knows it: a window that opens anew in the middle of a show is as the one before.
    pub(crate) fn of(locked: bool) -> Self {
        Self { on: locked, armed: false }
    }

    /// Whether it is locked.
    pub(crate) fn is_on(&self) -> bool {
        self.on
    }

    /// Locks. What is open by itself, such as a menu, closes; the keyboard holds nothing.
    pub(crate) fn lock(&mut self, ctx: &Context) {
        (self.on, self.armed) = (true, false);
        Popup::close_all(ctx);
        ctx.memory_mut(|memory| memory.focused().into_iter().for_each(|id| memory.surrender_focus(id)));
    }

    /// Opens, because the key that unlocks cannot be shown: a window that nobody can unlock is worse than an open one.
    pub(crate) fn give_way(&mut self) {
        self.on = false;
    }

    /// One picture of the key that unlocks: it is `down`, and it has just been held long enough (`done`).
    pub(crate) fn held(&mut self, down: bool, done: bool) {
        if done && self.armed {
            self.on = false;
        }
        self.armed |= !down;
    }

    /// Takes from this picture whatever a locked window does not hear. What hands do with the mouse reaches only what is
    /// not deaf, so it stays.
    pub(crate) fn deafen(&self, ctx: &Context) {
        if !self.on {
            return;
        }
        let keymap = Keymap::worn(ctx);
        let heard = Action::ALL.into_iter().filter(|action| action.works_locked() || *action == Action::Lock);
        let heard: Vec<_> = heard.flat_map(|action| [Some(keymap.of(action)), action.also()]).flatten().collect();
        ctx.input_mut(|i| i.events.retain(|event| goes_through(&heard, event)));
    }
}

/// What a locked window says: what still works here, and what control surfaces do.
pub(crate) fn sentence(now: &Snapshot) -> korero_sentences::Key {
    let surfaces = &now.surfaces.chosen;
    match (surfaces.has_any(), surfaces.while_locked) {
        (false, _) => key::HANDS_LOCKED,
        (true, false) => key::HANDS_LOCKED_SURFACES,
        (true, true) => key::HANDS_LOCKED_SURFACES_WORK,
    }
}

fn goes_through(heard: &[KeyboardShortcut], event: &Event) -> bool {
    match event {
        Event::Key { key, modifiers, .. } => {
            // To and upon the keys on the screen: only those of the lock can be reached.
            let alone = !modifiers.command && !modifiers.ctrl && !modifiers.alt;
            (alone && matches!(key, Key::Tab | Key::Space | Key::Enter))
                || heard.iter().any(|keys| fits(keys, *key, *modifiers))
        }
        Event::AccessKitActionRequest(request) => {
            matches!(request.action, ReaderAction::Click | ReaderAction::Focus)
        }
        other => matches!(
            other,
            Event::PointerMoved(_)
                | Event::PointerButton { .. }
                | Event::PointerGone
                | Event::Touch { .. }
                | Event::WindowFocused(_)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_press_that_locked_does_not_unlock_however_long_it_lasts() {
        let mut lock = Lock { on: true, armed: false };
        lock.held(true, false);
        lock.held(true, true);
        assert!(lock.is_on());
        lock.held(false, false);
        lock.held(true, false);
        lock.held(true, true);
        assert!(!lock.is_on());
    }
}
