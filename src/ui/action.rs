//! What can be asked for by a word, a key on the screen or a key of the keyboard: one list of all of it.

use egui::{Context, Event, Key, KeyboardShortcut, Modifiers};
use korero_sentences::{Key as Sentence, key};

use super::keymap::{Keymap, fits};

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
    /// Hear what the denoiser of the open channel takes away, or everything again.
    HearRemoved,
    /// Recall the next scene.
    NextScene,
    /// Open or close the scenes.
    Scenes,
    /// Open or close what belongs to the whole desk: how solo works, talkback, test tones.
    Desk,
    /// Open or close the set-up assistant.
    SetUp,
    /// Open or close the guide through the first minute.
    Guide,
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
    /// The air view in the whole window, or the desk again.
    AirView,
    /// Lock the window; while it is locked, held down: unlock it.
    Lock,
    /// The next song begins.
    NextSong,
    /// Open the list of everything that can be asked for.
    Palette,
    /// Open or close the list of keys.
    Keys,
    /// Everything one step larger.
    Larger,
    /// Everything one step smaller.
    Smaller,
    /// Everything at its usual size.
    UsualSize,
}

impl Action {
    /// Every action.
    pub(crate) const ALL: [Self; 33] = [
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
        Self::HearRemoved,
        Self::NextScene,
        Self::Scenes,
        Self::Desk,
        Self::SetUp,
        Self::Guide,
        Self::Takes,
        Self::Destinations,
        Self::Night,
        Self::Surfaces,
        Self::Retry,
        Self::Dismiss,
        Self::NextColours,
        Self::Still,
        Self::AirView,
        Self::Lock,
        Self::NextSong,
        Self::Palette,
        Self::Keys,
        Self::Larger,
        Self::Smaller,
        Self::UsualSize,
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
            Self::HearRemoved => key::HANDS_REMOVED,
            Self::NextScene => key::SCENE_NEXT,
            Self::Scenes => key::SCENE_PANEL,
            Self::Desk => key::CHANNEL_DESK,
            Self::SetUp => key::SETUP_PANEL,
            Self::Guide => key::GUIDE_PANEL,
            Self::Takes => key::SHELF_PANEL,
            Self::Destinations => key::DESTINATION_PANEL,
            Self::Night => key::NIGHT_TITLE,
            Self::Surfaces => key::SURFACE_PANEL,
            Self::Retry => key::NIGHT_RETRY,
            Self::Dismiss => key::WINDOW_DISMISS,
            Self::NextColours => key::WINDOW_NEXT_COLOURS,
            Self::Still => key::WINDOW_STILL,
            Self::AirView => key::HANDS_AIR_VIEW,
            Self::Lock => key::HANDS_LOCK,
            Self::NextSong => key::HANDS_NEXT_SONG,
            Self::Palette => key::HANDS_PALETTE,
            Self::Keys => key::WINDOW_KEYS,
            Self::Larger => key::HANDS_LARGER,
            Self::Smaller => key::HANDS_SMALLER,
            Self::UsualSize => key::HANDS_USUAL_SIZE,
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
            Self::HearRemoved => key::HANDS_REMOVED_TIP,
            Self::NextScene => key::SCENE_NEXT_TIP,
            Self::Scenes => key::SCENE_PANEL_TIP,
            Self::Desk => key::PANEL_DESK_TIP,
            Self::SetUp => key::SETUP_PANEL_TIP,
            Self::Guide => key::GUIDE_PANEL_TIP,
            Self::Takes => key::SHELF_PANEL_TIP,
            Self::Destinations => key::DESTINATION_PANEL_TIP,
            Self::Night => key::NIGHT_TITLE_TIP,
            Self::Surfaces => key::SURFACE_PANEL_TIP,
            Self::Retry => key::NIGHT_RETRY_TIP,
            Self::Dismiss => key::WINDOW_DISMISS_TIP,
            Self::NextColours => key::WINDOW_NEXT_COLOURS_TIP,
            Self::Still => key::WINDOW_STILL_TIP,
            Self::AirView => key::HANDS_AIR_VIEW_TIP,
            Self::Lock => key::HANDS_LOCK_TIP,
            Self::NextSong => key::HANDS_NEXT_SONG_TIP,
            Self::Palette => key::HANDS_PALETTE_TIP,
            Self::Keys => key::HANDS_KEYS_TIP,
            Self::Larger => key::HANDS_LARGER_TIP,
            Self::Smaller => key::HANDS_SMALLER_TIP,
            Self::UsualSize => key::HANDS_USUAL_SIZE_TIP,
        }
    }

    /// Its usual keys.
    pub(crate) fn usual(self) -> KeyboardShortcut {
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
            Self::HearRemoved => (Modifiers::COMMAND, Key::H),
            Self::NextScene => (Modifiers::COMMAND, Key::Enter),
            Self::Scenes => (Modifiers::NONE, Key::F6),
            Self::Desk => (Modifiers::COMMAND, Key::B),
            Self::SetUp => (Modifiers::NONE, Key::F7),
            Self::Guide => (Modifiers::COMMAND, Key::F1),
            Self::Takes => (Modifiers::NONE, Key::F8),
            Self::Destinations => (Modifiers::NONE, Key::F4),
            Self::Night => (Modifiers::NONE, Key::F3),
            Self::Surfaces => (Modifiers::COMMAND, Key::E),
            Self::Retry => (Modifiers::COMMAND, Key::T),
            Self::Dismiss => (Modifiers::COMMAND, Key::D),
            Self::NextColours => (Modifiers::NONE, Key::F9),
            Self::Still => (Modifiers::NONE, Key::F10),
            Self::AirView => (Modifiers::NONE, Key::F11),
            Self::Lock => (Modifiers::NONE, Key::F12),
            Self::NextSong => (Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::Enter),
            Self::Palette => (Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::P),
            Self::Keys => (Modifiers::NONE, Key::F1),
            Self::Larger => (Modifiers::COMMAND, Key::Plus),
            Self::Smaller => (Modifiers::COMMAND, Key::Minus),
            Self::UsualSize => (Modifiers::COMMAND, Key::Num0),
        };
        KeyboardShortcut::new(modifiers, key)
    }

    /// Keys that do it as well and are never chosen: what a foot switch for turning pages sends, which is a keyboard to the
    /// computer, and what stands on the key of the plus sign.
    pub(crate) fn also(self) -> Option<KeyboardShortcut> {
        match self {
            Self::Mark => Some(KeyboardShortcut::new(Modifiers::NONE, Key::PageDown)),
            Self::Larger => Some(KeyboardShortcut::new(Modifiers::COMMAND, Key::Equals)),
            _ => None,
        }
    }

    /// What it is called in the settings; never another name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Mark => "mark",
            Self::Live => "live",
            Self::CopyLink => "copy-link",
            Self::LookAgain => "look-again",
            Self::ForgetClips => "forget-clips",
            Self::AddStrip => "add-strip",
            Self::Undo => "undo",
            Self::Redo => "redo",
            Self::Copy => "copy",
            Self::Paste => "paste",
            Self::HearRemoved => "hear-removed",
            Self::NextScene => "next-scene",
            Self::Scenes => "scenes",
            Self::Desk => "desk",
            Self::SetUp => "set-up",
            Self::Guide => "guide",
            Self::Takes => "takes",
            Self::Destinations => "destinations",
            Self::Night => "night",
            Self::Surfaces => "surfaces",
            Self::Retry => "retry",
            Self::Dismiss => "dismiss",
            Self::NextColours => "next-colours",
            Self::Still => "still",
            Self::AirView => "air-view",
            Self::Lock => "lock",
            Self::NextSong => "next-song",
            Self::Palette => "palette",
            Self::Keys => "keys",
            Self::Larger => "larger",
            Self::Smaller => "smaller",
            Self::UsualSize => "usual-size",
        }
    }

    /// The keys that do it in this window.
    pub(crate) fn shortcut(self, ctx: &Context) -> KeyboardShortcut {
        Keymap::worn(ctx).of(self)
    }

    /// Its keys are watched by the key on the screen that is held down for it.
    pub(crate) fn is_watched(self) -> bool {
        matches!(self, Self::Live | Self::Record)
    }

    /// It goes on while its keys are held down, as in every editor.
    fn repeats(self) -> bool {
        matches!(self, Self::Undo | Self::Redo | Self::Larger | Self::Smaller)
    }

    /// While something is typed, its keys are for that.
    pub(crate) fn is_of_typing(self) -> bool {
        matches!(self, Self::Undo | Self::Redo | Self::Copy | Self::Paste)
    }

    /// It changes what is seen or recalls something, so what is being typed is taken first.
    pub(crate) fn ends_typing(self) -> bool {
        let opens = [
            Self::Scenes,
            Self::Desk,
            Self::SetUp,
            Self::Takes,
            Self::Destinations,
            Self::Night,
            Self::Surfaces,
            Self::Palette,
            Self::Keys,
        ];
        opens.contains(&self) || matches!(self, Self::NextScene | Self::Guide | Self::AirView | Self::Lock)
    }

    /// What a locked window still does.
    pub(crate) fn works_locked(self) -> bool {
        matches!(self, Self::NextSong | Self::Mark)
    }

    /// Whether its keys go down in this picture.
    pub(crate) fn goes_down(self, ctx: &Context) -> bool {
        let keys = self.shortcut(ctx);
        let press = |event: &Event| matches!(event, Event::Key { key, pressed: true, repeat: false, modifiers, .. } if fits(&keys, *key, *modifiers));
        ctx.input(|i| i.events.iter().any(press))
    }

    /// Takes its keys from this picture; `true` when they went down just now, and not when they repeat because a hand
    /// rests on them, unless it is something that goes on.
    pub(crate) fn newly_pressed(self, ctx: &Context) -> bool {
        let keymap = Keymap::worn(ctx);
        let keys = [Some(keymap.of(self)), self.also()];
        // The system tells of its own keys for the clipboard by what they mean.
        let clipboard = !keymap.is_chosen(self);
        ctx.input_mut(|i| {
            let mut newly = false;
            i.events.retain(|event| match event {
                Event::Copy | Event::Paste(_) => {
                    let means = if matches!(event, Event::Copy) { Self::Copy } else { Self::Paste };
                    newly |= clipboard && self == means;
                    true
                }
                Event::Key { key, pressed: true, modifiers, repeat, .. } => {
                    let its = keys.iter().flatten().any(|keys| fits(keys, *key, *modifiers));
                    newly |= its && (!repeat || self.repeats());
                    !its
                }
                _ => true,
            });
            newly
        })
    }

    /// The keys in words, as a tooltip ends with.
    pub(crate) fn keys(self, ctx: &Context) -> String {
        ctx.format_shortcut(&self.shortcut(ctx))
    }
}
