//! Which keys do what: the usual ones of each action, and those that a person chose instead.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{Context, Id, Key, KeyboardShortcut, Modifiers};

use super::action::Action;

/// The keys that a person chose.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Keymap {
    chosen: BTreeMap<&'static str, KeyboardShortcut>,
    /// Those of actions that this version does not know, as they are kept in the settings.
    foreign: BTreeMap<String, String>,
}

/// Why keys cannot be chosen for an action.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refusal {
    /// They do this already.
    Taken(Action),
    /// They are for typing, for turning controls, or for going through the window.
    Needed,
}

impl Keymap {
    /// From the settings. Keys that mean nothing, or would be refused, are left out; those of actions that only another version
    /// knows stay as they are.
    pub(crate) fn read(kept: &BTreeMap<String, String>) -> Self {
        let mut keymap = Self { foreign: kept.clone(), ..Self::default() };
        for action in Action::ALL {
            keymap.foreign.remove(action.name());
            let keys = kept.get(action.name()).and_then(|text| from_text(text));
            keymap.chosen.extend(keys.filter(|keys| !is_needed(keys)).map(|keys| (action.name(), keys)));
        }
        // Two that share their keys, as only a hand in the file can make them, have their usual ones, and so on with those
        // that share keys then.
        while !keymap.is_usual() {
            let twice = |action: &Action| keymap.owner(&keymap.of(*action), *action).is_some();
            let twice: Vec<_> = Action::ALL.into_iter().filter(twice).collect();
            if twice.is_empty() {
                break;
            }
            twice.into_iter().for_each(|action| keymap.forget(action));
        }
        keymap
    }

    /// As it is kept in the settings.
    pub(crate) fn written(&self) -> BTreeMap<String, String> {
        let chosen = self.chosen.iter().map(|(name, keys)| ((*name).to_owned(), to_text(keys)));
        chosen.chain(self.foreign.clone()).collect()
    }

    /// The keys of an action.
    pub(crate) fn of(&self, action: Action) -> KeyboardShortcut {
        self.chosen.get(action.name()).copied().unwrap_or_else(|| action.usual())
    }

    /// Whether other keys than the usual ones were chosen for it.
    pub(crate) fn is_chosen(&self, action: Action) -> bool {
        self.chosen.contains_key(action.name())
    }

    /// Whether any were chosen.
    pub(crate) fn is_usual(&self) -> bool {
        self.chosen.is_empty()
    }

    /// Every action that is known here has its usual keys again.
    pub(crate) fn usual(&self) -> Self {
        Self { chosen: BTreeMap::new(), foreign: self.foreign.clone() }
    }

    /// Gives an action these keys. Errors: they are for something else.
    pub(crate) fn choose(&mut self, action: Action, keys: KeyboardShortcut) -> Result<(), Refusal> {
        if let Some(owner) = self.owner(&keys, action) {
            return Err(Refusal::Taken(owner));
        }
        if keys == action.usual() {
            self.forget(action);
            return Ok(());
        }
        if is_needed(&keys) {
            return Err(Refusal::Needed);
        }
        self.chosen.insert(action.name(), keys);
        Ok(())
    }

    fn forget(&mut self, action: Action) {
        self.chosen.remove(action.name());
    }

    /// Which other action than `but` these keys belong to.
    fn owner(&self, keys: &KeyboardShortcut, but: Action) -> Option<Action> {
        let clash = |other: &KeyboardShortcut| {
            fits(keys, other.logical_key, other.modifiers) || fits(other, keys.logical_key, keys.modifiers)
        };
        let mut others = Action::ALL.into_iter().filter(|action| *action != but);
        others.find(|action| clash(&self.of(*action)) || action.also().is_some_and(|also| clash(&also)))
    }

    /// From now on these are the keys of the window.
    pub(crate) fn wear(self, ctx: &Context) {
        ctx.data_mut(|data| data.insert_temp(place(), Arc::new(self)));
    }

    /// The keys of the window.
    pub(crate) fn worn(ctx: &Context) -> Arc<Self> {
        ctx.data(|data| data.get_temp(place())).unwrap_or_default()
    }
}

fn place() -> Id {
    Id::unique("the keys of the window")
}

/// Whether `key` with `modifiers` is what `keys` stands for. Signs may need Shift, which depends on the keyboard; for
/// everything else Shift is a difference, so that Ctrl+Shift+L is not taken for Ctrl+L.
pub(crate) fn fits(keys: &KeyboardShortcut, key: Key, modifiers: Modifiers) -> bool {
    let same = if is_sign(key) {
        modifiers.matches_logically(keys.modifiers) && modifiers.alt == keys.modifiers.alt
    } else {
        modifiers.matches_exact(keys.modifiers)
    };
    key == keys.logical_key && same
}

/// The same keys whichever way the system tells of them.
pub(crate) fn pressed(key: Key, modifiers: Modifiers) -> KeyboardShortcut {
    let ctrl = modifiers.ctrl && !modifiers.command;
    KeyboardShortcut::new(Modifiers { ctrl, mac_cmd: false, ..modifiers }, key)
}

fn is_sign(key: Key) -> bool {
    use Key::{
        Backslash, Backtick, CloseBracket, CloseCurlyBracket, Colon, Comma, Equals, Exclamationmark, Minus, Num0, Num1,
        Num2, Num3, Num4, Num5, Num6, Num7, Num8, Num9, OpenBracket, OpenCurlyBracket, Period, Pipe, Plus,
        Questionmark, Quote, Semicolon, Slash,
    };
    let signs = [Backslash, Backtick, CloseBracket, CloseCurlyBracket, Colon, Comma, Equals, Exclamationmark, Minus];
    let more = [OpenBracket, OpenCurlyBracket, Period, Pipe, Plus, Questionmark, Quote, Semicolon, Slash];
    let digits = [Num0, Num1, Num2, Num3, Num4, Num5, Num6, Num7, Num8, Num9];
    signs.contains(&key) || more.contains(&key) || digits.contains(&key)
}

/// Keys that typing, turning a control or going through the window cannot do without.
fn is_needed(keys: &KeyboardShortcut) -> bool {
    let Modifiers { command, ctrl, alt, .. } = keys.modifiers;
    let key = keys.logical_key;
    let plain = !command && !ctrl && !alt;
    let clipboard = (command || ctrl) && matches!(key, Key::A | Key::X);
    // Where they mean the clipboard they are told as that and not as keys.
    let copies = matches!(key, Key::C | Key::V) && command && !keys.modifiers.shift && !alt;
    let alone = matches!(key, Key::Escape | Key::Tab | Key::Cut | Key::Copy | Key::Paste);
    let turns = matches!(key, Key::ArrowUp | Key::ArrowDown | Key::ArrowLeft | Key::ArrowRight | Key::Home | Key::End);
    let edits = matches!(key, Key::Space | Key::Enter | Key::Backspace | Key::Delete | Key::Insert | Key::F2);
    let letter = key.name().chars().count() == 1;
    let held = is_held_with(key) || matches!(key, Key::CapsLock | Key::NumLock);
    alone || held || clipboard || copies || (plain && (turns || edits || letter || is_sign(key)))
}

/// Keys that are held down with others and do nothing alone.
pub(crate) fn is_held_with(key: Key) -> bool {
    let keys = [Key::ControlLeft, Key::ControlRight, Key::AltLeft, Key::AltRight, Key::SuperLeft, Key::SuperRight];
    keys.contains(&key) || matches!(key, Key::ShiftLeft | Key::ShiftRight)
}

fn to_text(keys: &KeyboardShortcut) -> String {
    let Modifiers { command, ctrl, alt, shift, .. } = keys.modifiers;
    let held = [(command, "Command"), (ctrl, "Ctrl"), (alt, "Alt"), (shift, "Shift")];
    let words = held.into_iter().filter(|(held, _)| *held).map(|(_, word)| word);
    words.chain([keys.logical_key.name()]).collect::<Vec<_>>().join("+")
}

fn from_text(text: &str) -> Option<KeyboardShortcut> {
    let (held, key) = text.rsplit_once('+').unwrap_or(("", text));
    let mut modifiers = Modifiers::NONE;
    for word in held.split('+').filter(|word| !word.is_empty()) {
        match word {
            "Command" => modifiers.command = true,
            "Ctrl" => modifiers.ctrl = true,
            "Alt" => modifiers.alt = true,
            "Shift" => modifiers.shift = true,
            _ => return None,
        }
    }
    Some(KeyboardShortcut::new(modifiers, Key::from_name(key)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CTRL_L: Modifiers = Modifiers { command: true, ctrl: true, ..Modifiers::NONE };

    fn keys() -> impl Strategy<Value = KeyboardShortcut> {
        let held = (any::<bool>(), any::<bool>(), any::<bool>());
        (held, 0..Key::ALL.len()).prop_map(|((command, alt, shift), key)| {
            KeyboardShortcut::new(Modifiers { command, alt, shift, ..Modifiers::NONE }, Key::ALL[key])
        })
    }

    proptest! {
        #[test]
        fn keys_are_written_and_read_back(keys in keys()) {
            prop_assert_eq!(from_text(&to_text(&keys)), Some(keys));
        }

        #[test]
        fn whatever_is_chosen_one_after_the_other_no_two_actions_share_their_keys(
            wishes in prop::collection::vec((0..Action::ALL.len(), keys()), 0..60),
        ) {
            let mut keymap = Keymap::default();
            for (action, keys) in wishes {
                let before = keymap.clone();
                if keymap.choose(Action::ALL[action], keys).is_err() {
                    prop_assert_eq!(&keymap, &before);
                }
            }
            for action in Action::ALL {
                prop_assert_eq!(keymap.owner(&keymap.of(action), action), None);
            }
            prop_assert_eq!(&Keymap::read(&keymap.written()), &keymap);
        }
    }

    #[test]
    fn no_two_actions_share_their_usual_keys_and_none_takes_a_key_of_typing() {
        let keymap = Keymap::default();
        for action in Action::ALL {
            assert_eq!(keymap.owner(&action.usual(), action), None, "{action:?}");
            let clipboard = [Action::Copy, Action::Paste].contains(&action);
            assert_eq!(is_needed(&action.usual()), clipboard, "{action:?}");
            let names = Action::ALL.iter().filter(|other| other.name() == action.name());
            assert_eq!(names.count(), 1, "{action:?}");
        }
    }

    #[test]
    fn shift_makes_other_keys_of_a_letter_and_the_same_of_a_sign() {
        let live = Action::Live.usual();
        assert!(fits(&live, Key::L, CTRL_L));
        assert!(
            !fits(&live, Key::L, CTRL_L.plus(Modifiers::SHIFT)) && !fits(&live, Key::L, CTRL_L.plus(Modifiers::ALT))
        );
        assert!(fits(&Action::Larger.usual(), Key::Plus, CTRL_L.plus(Modifiers::SHIFT)));
    }

    #[test]
    fn keys_that_do_something_else_are_refused_and_so_are_those_of_typing() {
        let mut keymap = Keymap::default();
        assert_eq!(keymap.choose(Action::Mark, Action::Live.usual()), Err(Refusal::Taken(Action::Live)));
        for key in [Key::Space, Key::Enter, Key::A, Key::Num1, Key::ArrowUp, Key::Escape] {
            assert_eq!(keymap.choose(Action::Mark, pressed(key, Modifiers::NONE)), Err(Refusal::Needed), "{key:?}");
        }
        assert_eq!(keymap.choose(Action::Mark, pressed(Key::F12, CTRL_L)), Ok(()));
        assert!(keymap.is_chosen(Action::Mark));
        assert_eq!(keymap.choose(Action::Mark, Action::Mark.usual()), Ok(()));
        assert!(keymap.is_usual());
    }

    #[test]
    fn keys_of_an_action_that_only_another_version_knows_are_kept_whatever_is_chosen_here() {
        let kept = [("float-away".to_owned(), "Hyper+J".to_owned()), ("mark".to_owned(), "Alt+J".to_owned())];
        let foreign = kept[0].clone();
        let mut keymap = Keymap::read(&kept.into_iter().collect());
        assert_eq!(keymap.choose(Action::Lock, pressed(Key::K, Modifiers::ALT)), Ok(()));
        let written = keymap.written();
        assert_eq!((written.get(&foreign.0), written.len()), (Some(&foreign.1), 3));
        let usual = keymap.usual();
        assert!(usual.is_usual());
        assert_eq!(usual.written().into_iter().collect::<Vec<_>>(), [foreign]);
    }

    #[test]
    fn two_actions_that_share_their_keys_in_the_file_have_their_usual_ones() {
        let shared = [Action::Mark, Action::Live].map(|action| (action.name().to_owned(), "Command+J".to_owned()));
        assert_eq!(Keymap::read(&shared.into_iter().collect()), Keymap::default());
    }
}
