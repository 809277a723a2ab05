//! What keeps the server from running, told once with its remedy.

use std::fmt;

use korero_sentences::{self as sentences, Key, Language, Value};

/// Something that the host of the server should know of; the sentence is looked up by its key.
#[derive(Clone, PartialEq, Debug)]
pub struct Fault {
    code: Key,
    args: Vec<(&'static str, Value)>,
}

impl Fault {
    pub(crate) fn new(code: Key) -> Self {
        Self { code, args: Vec::new() }
    }

    pub(crate) fn with(mut self, place: &'static str, value: impl Into<Value>) -> Self {
        self.args.push((place, value.into()));
        self
    }

    /// Sentence and remedy on one line.
    #[must_use]
    pub fn line(&self, language: Language) -> String {
        let sentence = sentences::say(language, self.code, &self.args);
        let remedy = sentences::remedy(language, self.code, &self.args).unwrap_or_default();
        format!("{sentence} {remedy}").trim_end().to_owned()
    }
}

/// English, for logs and tests; people are told by [`Fault::line`].
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line(Language::English))
    }
}

impl std::error::Error for Fault {}
