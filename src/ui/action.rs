//! What can be asked for by a word, a key on the screen or a key of the keyboard: one list of all of it.

use egui::{Context, Event, Key, KeyboardShortcut, Modifiers};
use korero_sentences::{Key as Sentence, key};

/// One thing that the window can be asked to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Action {
    /// Start recording; while recording, held down: stop.
    Record,
    /// Mark this moment of the recording.
    Mark,
    /// Held down: go on air; on air, held down: leave it.
    Live,
    /// Copy the listeners' link.
    CopyLink,
    /// Look for interfaces again.
    LookAgain,
    /// Put out all clip lamps.
    ForgetClips,
    /// Add a strip.
    AddStrip,
    /// Take the last edit of the desk back.
    Undo,
    /// Do the edit again that was taken back last.
    Redo,
    /// Copy what a strip is set to.
    Copy,
    /// Set a strip as the copied one.
    Paste,
    /// Recall the next scene.
    NextScene,
    /// Open or close the scenes.
    Scenes,
    /// Open or close the set-up assistant.
    SetUp,
    /// Open or close the takes.
    Takes,
    /// Open or close the list of where the show goes.
    Destinations,
    /// Open or close the timeline of the night.
    Night,
    /// Open or close the control surfaces.
    Surfaces,
    /// Ask the far side again at once.
    Retry,
    /// Put the newest fault's card away.
    Dismiss,
    /// The next set of colours.
    NextColours,
    /// Motion on or off.
    Still,
}

impl Action {
    /// Every action.
    pub(crate) const ALL: [Self; 22] = [
        Self::Record,
        Self::Mark,
        Self::Live,
        Self::CopyLink,
        Self::LookAgain,
        Self::ForgetClips,
        Self::AddStrip,
        Self::Undo,
        Self::Redo,
        Self::Copy,
        Self::Paste,
        Self::NextScene,
        Self::Scenes,
        Self::SetUp,
        Self::Takes,
        Self::Destinations,
        Self::Night,
        Self::Surfaces,
        Self::Retry,
        Self::Dismiss,
        Self::NextColours,
        Self::Still,
    ];

    /// What it is called.
    pub(crate) fn label(self) -> Sentence {
        match self {
            Self::Record => key::WINDOW_RECORD,
            Self::Mark => key::WINDOW_MARK,
            Self::Live => key::WINDOW_GO_LIVE,
            Self::CopyLink => key::WINDOW_COPY_LINK,
            Self::LookAgain => key::WINDOW_LOOK_AGAIN,
            Self::ForgetClips => key::WINDOW_FORGET_CLIPS,
            Self::AddStrip => key::WINDOW_ADD_STRIP,
            Self::Undo => key::EDIT_UNDO,
            Self::Redo => key::EDIT_REDO,
            Self::Copy => key::EDIT_COPY,
            Self::Paste => key::EDIT_PASTE,
            Self::NextScene => key::SCENE_NEXT,
            Self::Scenes => key::SCENE_PANEL,
            Self::SetUp => key::SETUP_PANEL,
            Self::Takes => key::SHELF_PANEL,
            Self::Destinations => key::DESTINATION_PANEL,
            Self::Night => key::NIGHT_TITLE,
            Self::Surfaces => key::SURFACE_PANEL,
            Self::Retry => key::NIGHT_RETRY,
            Self::Dismiss => key::WINDOW_DISMISS,
            Self::NextColours => key::WINDOW_NEXT_COLOURS,
            Self::Still => key::WINDOW_STILL,
        }
    }

    /// What it does, in a sentence.
    pub(crate) fn tooltip(self) -> Sentence {
        match self {
            Self::Record => key::WINDOW_RECORD_TIP,
            Self::Mark => key::WINDOW_MARK_TIP,
            Self::Live => key::WINDOW_LIVE_TIP,
            Self::CopyLink => key::WINDOW_COPY_LINK_TIP,
            Self::LookAgain => key::WINDOW_LOOK_AGAIN_TIP,
            Self::ForgetClips => key::WINDOW_FORGET_CLIPS_TIP,
            Self::AddStrip => key::WINDOW_ADD_STRIP_TIP,
            Self::Undo => key::EDIT_UNDO_TIP,
            Self::Redo => key::EDIT_REDO_TIP,
            Self::Copy => key::EDIT_COPY_TIP,
            Self::Paste => key::EDIT_PASTE_TIP,
            Self::NextScene => key::SCENE_NEXT_TIP,
            Self::Scenes => key::SCENE_PANEL_TIP,
            Self::SetUp => key::SETUP_PANEL_TIP,
            Self::Takes => key::SHELF_PANEL_TIP,
            Self::Destinations => key::DESTINATION_PANEL_TIP,
            Self::Night => key::NIGHT_TITLE_TIP,
            Self::Surfaces => key::SURFACE_PANEL_TIP,
            Self::Retry => key::NIGHT_RETRY_TIP,
            Self::Dismiss => key::WINDOW_DISMISS_TIP,
            Self::NextColours => key::WINDOW_NEXT_COLOURS_TIP,
            Self::Still => key::WINDOW_STILL_TIP,
        }
    }

    /// Its keys.
    pub(crate) fn shortcut(self) -> KeyboardShortcut {
        let (modifiers, key) = match self {
            Self::Record => (Modifiers::COMMAND, Key::R),
            Self::Mark => (Modifiers::COMMAND, Key::M),
            Self::Live => (Modifiers::COMMAND, Key::L),
            Self::CopyLink => (Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::C),
            Self::LookAgain => (Modifiers::NONE, Key::F5),
            Self::ForgetClips => (Modifiers::COMMAND, Key::K),
            Self::AddStrip => (Modifiers::COMMAND, Key::N),
            Self::Undo => (Modifiers::COMMAND, Key::Z),
            Self::Redo => (Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::Z),
            Self::Copy => (Modifiers::COMMAND, Key::C),
            Self::Paste => (Modifiers::COMMAND, Key::V),
            Self::NextScene => (Modifiers::COMMAND, Key::Enter),
            Self::Scenes => (Modifiers::NONE, Key::F6),
            Self::SetUp => (Modifiers::NONE, Key::F7),
            Self::Takes => (Modifiers::NONE, Key::F8),
            Self::Destinations => (Modifiers::NONE, Key::F4),
            Self::Night => (Modifiers::NONE, Key::F3),
            Self::Surfaces => (Modifiers::NONE, Key::F12),
            Self::Retry => (Modifiers::COMMAND, Key::T),
            Self::Dismiss => (Modifiers::COMMAND, Key::D),
            Self::NextColours => (Modifiers::NONE, Key::F9),
            Self::Still => (Modifiers::NONE, Key::F10),
        };
        KeyboardShortcut::new(modifiers, key)
    }

    /// What a foot switch for turning pages sends, which is a keyboard to the computer.
    fn pedal(self) -> Option<KeyboardShortcut> {
        (self == Self::Mark).then(|| KeyboardShortcut::new(Modifiers::NONE, Key::PageDown))
    }

    /// Takes its keys from this picture; `true` when they went down just now, and not when they repeat because a hand
    /// rests on them.
    pub(crate) fn newly_pressed(self, ctx: &Context) -> bool {
        let down = |shortcut: &KeyboardShortcut, event: &Event| {
            matches!(event, Event::Key { key, modifiers, pressed: true, repeat: false, .. }
                if *key == shortcut.logical_key && modifiers.matches_logically(shortcut.modifiers))
        };
        let keys = [Some(self.shortcut()), self.pedal()];
        let pressed = keys.into_iter().flatten().filter(|shortcut| {
            ctx.input_mut(|i| {
                let newly = i.events.iter().any(|event| down(shortcut, event));
                i.consume_shortcut(shortcut) && newly
            })
        });
        pressed.count() > 0
    }

    /// The keys in words, as a tooltip ends with.
    pub(crate) fn keys(self, ctx: &Context) -> String {
        ctx.format_shortcut(&self.shortcut())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_actions_share_their_keys() {
        for (n, action) in Action::ALL.iter().enumerate() {
            for other in &Action::ALL[n + 1..] {
                assert_ne!(action.shortcut(), other.shortcut(), "{action:?} and {other:?}");
                assert!(action.pedal() != Some(other.shortcut()) && other.pedal() != Some(action.shortcut()));
            }
        }
    }
}
