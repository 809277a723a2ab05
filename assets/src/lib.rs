//! Every sentence that a person reads in the window, on the command line and from the server, in English and te reo Māori.
//!
//! The text stands in `assets/i18n/{en,mi}/*.ftl` (Project Fluent). The build turns each message into a
//! constant of [`key`], so a sentence that does not exist does not compile, and it fails when a message is
//! missing in one language, takes other variables there, or is a fault without a `.remedy`.

pub mod faults;

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// The name of one sentence. Only the constants of [`key`] exist.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Key(&'static str);

impl Key {
    /// The name as it stands in the sentence files, for logs and for the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0
    }

    /// The sentence of that name, for what is only known by an id while the program runs (effects, parameters). `None`
    /// when there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        key::ALL.binary_search_by(|key| key.0.cmp(name)).ok().map(|at| key::ALL[at])
    }
}

/// One constant for each sentence.
pub mod key {
    use super::Key;
    include!(concat!(env!("OUT_DIR"), "/keys.rs"));
}

/// A language that everything is said in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Te reo Māori.
    Maori,
}

impl Language {
    /// Every language, in the order a chooser shows them.
    pub const ALL: [Self; 2] = [Self::English, Self::Maori];

    /// The BCP 47 tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Maori => "mi",
        }
    }

    /// The language of a tag or POSIX locale (`mi`, `mi_NZ.UTF-8`); everything unknown is English.
    #[must_use]
    pub fn from_tag(tag: &str) -> Self {
        match tag.split(['-', '_', '.']).next() {
            Some("mi") => Self::Maori,
            _ => Self::English,
        }
    }

    /// What the environment asks for: `KORERO_LANGUAGE`, then the POSIX locale variables.
    #[must_use]
    pub fn from_environment() -> Self {
        ["KORERO_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
            .map_or(Self::English, |tag| Self::from_tag(&tag))
    }
}

/// Something that fills a place in a sentence.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// A name, a path, a text that is the same in every language.
    Text(String),
    /// A number; the sentence decides how it is shown.
    Number(f64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

macro_rules! number {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Value {
            fn from(number: $kind) -> Self {
                Self::Number(f64::from(number))
            }
        }
    )*};
}
number!(f32, f64, i32, u8, u16, u32);

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Number(number as f64)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number as f64)
    }
}

/// The place of that name, for what was written down and is only known by its name while the program runs. `None` when no
/// sentence has it.
#[must_use]
pub fn place(name: &str) -> Option<&'static str> {
    key::PLACES.binary_search_by(|place| (*place).cmp(name)).ok().map(|at| key::PLACES[at])
}

/// The values of one sentence, by the name of their place.
pub type Args = [(&'static str, Value)];

/// Says the sentence `key` in `language`.
///
/// A place without a value shows its name in braces: the sentence is still worth reading.
#[must_use]
pub fn say(language: Language, key: Key, args: &Args) -> String {
    render(language, key, None, args).unwrap_or_else(|| key.0.to_owned())
}

/// The remedy of a fault: what the reader should do now. `None` for a sentence that has none.
#[must_use]
pub fn remedy(language: Language, key: Key, args: &Args) -> Option<String> {
    render(language, key, Some("remedy"), args)
}

fn render(language: Language, key: Key, attribute: Option<&str>, args: &Args) -> Option<String> {
    let bundle = match language {
        Language::English => &*ENGLISH,
        Language::Maori => &*MAORI,
    };
    let message = bundle.get_message(key.0)?;
    let pattern = match attribute {
        None => message.value()?,
        Some(name) => message.get_attribute(name)?.value(),
    };
    let mut values = FluentArgs::new();
    for (name, value) in args {
        match value {
            Value::Text(text) => values.set(*name, FluentValue::from(text.as_str())),
            Value::Number(number) => values.set(*name, FluentValue::from(*number)),
        }
    }
    Some(bundle.format_pattern(pattern, Some(&values), &mut Vec::new()).into_owned())
}

static ENGLISH: LazyLock<FluentBundle<FluentResource>> =
    LazyLock::new(|| bundle(Language::English, include_str!(concat!(env!("OUT_DIR"), "/en.ftl"))));
static MAORI: LazyLock<FluentBundle<FluentResource>> =
    LazyLock::new(|| bundle(Language::Maori, include_str!(concat!(env!("OUT_DIR"), "/mi.ftl"))));

fn bundle(language: Language, text: &str) -> FluentBundle<FluentResource> {
    let tag: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Marks that isolate the direction of text are for scripts that mix directions; ours do not.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, _)| resource);
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_is_said_in_both_languages() {
        for language in Language::ALL {
            for key in key::ALL {
                let text = say(language, *key, &[]);
                assert!(!text.is_empty() && text != key.0, "{} in {}", key.0, language.tag());
            }
        }
    }

    #[test]
    fn every_sentence_is_found_by_its_name() {
        for key in key::ALL {
            assert_eq!(Key::named(key.0), Some(*key));
        }
        assert_eq!(Key::named("no-such-sentence"), None);
    }

    #[test]
    fn every_place_is_found_by_its_name() {
        for name in key::PLACES {
            assert_eq!(place(name), Some(*name));
        }
        assert!(place("milliseconds").is_some() && place("no-such-place").is_none());
    }

    #[test]
    fn every_maori_sentence_is_listed_as_checked_or_not() {
        let list = include_str!("../../docs/reo.md");
        for key in key::ALL {
            assert!(list.contains(&format!("`{}`", key.0)), "add `{}` to docs/reo.md", key.0);
        }
    }

    #[test]
    fn a_locale_name_chooses_the_language() {
        assert_eq!(Language::from_tag("mi_NZ.UTF-8"), Language::Maori);
        assert_eq!(Language::from_tag("mi"), Language::Maori);
        assert_eq!(Language::from_tag("de_DE"), Language::English);
        assert_eq!(Language::from_tag(""), Language::English);
    }
}
