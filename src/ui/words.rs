//! Sentences of the last pictures: the names of a desk of many strips are the same in the next one, and need not be formed
//! again thirty times a second.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher};

use ahash::RandomState;
use korero_sentences::{Args, Key, Language, Value, say};

/// After so many pictures, what was not said in them is forgotten.
const MEMORY: u32 = 120;

/// What was said lately.
#[derive(Default)]
pub(crate) struct Words {
    said: RefCell<HashMap<u64, Said, RandomState>>,
    hashes: RandomState,
    picture: Cell<u32>,
}

struct Said {
    language: Language,
    key: Key,
    args: Box<Args>,
    text: String,
    /// In which picture it was said last.
    at: u32,
}

impl Words {
    /// A new picture begins.
    pub(crate) fn turn_page(&self) {
        let picture = self.picture.get().wrapping_add(1);
        self.picture.set(picture);
        if picture.is_multiple_of(MEMORY) {
            self.said.borrow_mut().retain(|_, said| picture.wrapping_sub(said.at) <= MEMORY);
        }
    }

    /// Says a sentence, from memory if it can.
    pub(crate) fn say(&self, language: Language, key: Key, args: &Args) -> String {
        let hash = self.hash(language, key, args);
        let mut said = self.said.borrow_mut();
        if let Some(known) = said.get_mut(&hash).filter(|known| known.is(language, key, args)) {
            known.at = self.picture.get();
            return known.text.clone();
        }
        let text = say(language, key, args);
        said.insert(hash, Said { language, key, args: args.into(), text: text.clone(), at: self.picture.get() });
        text
    }

    fn hash(&self, language: Language, key: Key, args: &Args) -> u64 {
        let mut hasher = self.hashes.build_hasher();
        (language, key).hash(&mut hasher);
        for (place, value) in args {
            place.hash(&mut hasher);
            match value {
                Value::Text(text) => text.hash(&mut hasher),
                Value::Number(number) => number.to_bits().hash(&mut hasher),
            }
        }
        hasher.finish()
    }
}

impl Said {
    fn is(&self, language: Language, key: Key, args: &Args) -> bool {
        (self.language, self.key) == (language, key) && *self.args == *args
    }
}

#[cfg(test)]
mod tests {
    use korero_sentences::key;

    use super::*;

    #[test]
    fn whatever_is_said_from_memory_is_what_would_be_said_anew() {
        let words = Words::default();
        for _ in 0..3 {
            for language in Language::ALL {
                for key in key::ALL {
                    assert_eq!(words.say(language, *key, &[]), say(language, *key, &[]));
                }
                for strip in ["Reo", "Kōauau", ""] {
                    let args = [("strip", strip.into())];
                    let name = key::WINDOW_STRIP_FADER;
                    assert_eq!(words.say(language, name, &args), say(language, name, &args));
                }
            }
            words.turn_page();
        }
    }

    #[test]
    fn what_changes_with_every_picture_is_not_kept_for_ever() {
        let words = Words::default();
        for n in 0..10 * MEMORY {
            words.say(Language::English, key::WINDOW_STRIP_FADER, &[("strip", n.into())]);
            words.say(Language::English, key::WINDOW_MUTE, &[]);
            words.turn_page();
        }
        assert!(words.said.borrow().len() as u32 <= 2 * MEMORY + 1, "{}", words.said.borrow().len());
    }
}
