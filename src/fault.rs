//! What went wrong, told once: a code, what fills its sentence, and through the code its remedy.

use std::fmt;

use korero_sentences::{self as sentences, Key, Language, Value, key};
use serde::ser::{Serialize, SerializeStruct, Serializer};

/// Something that a person should know of. The sentence and its remedy are looked up by the code in the
/// reader's language and never written in code.
#[derive(Clone, PartialEq, Debug)]
pub struct Fault {
    /// Names the sentence; always a key that begins with `fault-`.
    pub code: Key,
    /// What fills the places of the sentence.
    pub args: Vec<(&'static str, Value)>,
    /// The destination that it is about, where there are several.
    pub about: Option<String>,
}

impl Fault {
    /// A fault whose sentence has no places.
    #[must_use]
    pub fn new(code: Key) -> Self {
        Self { code, args: Vec::new(), about: None }
    }

    /// The same fault with one place filled.
    #[must_use]
    pub fn with(mut self, place: &'static str, value: impl Into<Value>) -> Self {
        self.args.push((place, value.into()));
        self
    }

    /// The same fault about one of several destinations.
    #[must_use]
    pub fn about(self, destination: Option<String>) -> Self {
        Self { about: destination, ..self }
    }

    /// Whether it is of the same kind about the same thing: only its numbers may differ.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        let texts = |fault: &Self| {
            let text = |(_, value): &(_, Value)| matches!(value, Value::Text(_));
            fault.args.iter().filter(|arg| text(arg)).cloned().collect::<Vec<_>>()
        };
        self.code == other.code && self.about == other.about && texts(self) == texts(other)
    }

    /// What happened, and what is safe.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let sentence = sentences::say(language, self.code, &self.args);
        match &self.about {
            Some(name) => {
                sentences::say(language, key::ABOUT, &[("name", name.as_str().into()), ("sentence", sentence.into())])
            }
            None => sentence,
        }
    }

    /// What to do now.
    #[must_use]
    pub fn remedy(&self, language: Language) -> String {
        sentences::remedy(language, self.code, &self.args).unwrap_or_default()
    }

    /// Sentence and remedy on one line, as the command line prints them.
    #[must_use]
    pub fn line(&self, language: Language) -> String {
        format!("{} {}", self.sentence(language), self.remedy(language)).trim_end().to_owned()
    }
}

/// English, for logs; people are told by [`Fault::line`] in their own language.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line(Language::English))
    }
}

impl std::error::Error for Fault {}

/// For statistics and journals: the code and the English line.
impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fault = serializer.serialize_struct("Fault", 2)?;
        fault.serialize_field("code", self.code.name())?;
        fault.serialize_field("line", &self.to_string())?;
        fault.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_one_of_several_destinations_begins_with_its_name_and_is_unlike_that_of_another() {
        let lost =
            |name: Option<&str>| Fault::new(key::FAULT_PUBLISH_LOST).with("host", "h").about(name.map(Into::into));
        let sentence = |fault: &Fault| fault.sentence(Language::English);
        let radio = lost(Some("Te Ūpoko"));
        assert_eq!(sentence(&radio), format!("Te Ūpoko: {}", sentence(&lost(None))));
        assert!(
            radio.is_like(&lost(Some("Te Ūpoko")))
                && !radio.is_like(&lost(Some("Aroha")))
                && !radio.is_like(&lost(None))
        );
    }
}
