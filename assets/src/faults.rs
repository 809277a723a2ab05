//! The page of all faults, for people who look one up: `docs/faults.md`.

use std::fmt::Write as _;

use crate::{Key, Language, key, remedy, say};

/// What the names of all faults begin with.
const FAULT: &str = "fault-";

/// Every fault, in the order of their names.
pub fn all() -> impl Iterator<Item = Key> {
    key::ALL.iter().copied().filter(|key| key.name().starts_with(FAULT))
}

/// Every fault with its sentence and its remedy in both languages, as Markdown. What fills a place is shown by its name.
#[must_use]
pub fn page() -> String {
    let mut page = "# What can go wrong, and what to do then\n\n\
        Every fault that the app and the server tell of, by its code: the sentence, then the remedy, in English and in te reo Māori.\n\
        A word in braces stands for what is told there. Made by `cargo xtask faults`.\n"
        .to_owned();
    let mut part = "";
    for key in all() {
        let (code, first) = (key.name(), key.name()[FAULT.len()..].split('-').next().unwrap_or_default());
        if first != part {
            part = first;
            let _ = write!(page, "\n## {part}\n");
        }
        let _ = write!(page, "\n### `{code}`\n\n");
        for language in Language::ALL {
            let remedy = remedy(language, key, &[]).unwrap_or_default();
            let _ = writeln!(page, "- *{}*: {} **{}**", language.tag(), say(language, key, &[]), remedy);
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_faults_tells_every_fault_as_the_product_does() {
        assert!(all().count() > 100);
        assert_eq!(include_str!("../../docs/faults.md"), page(), "run `cargo xtask faults`");
    }

    #[test]
    fn every_fault_has_a_sentence_and_a_remedy_in_both_languages() {
        for key in all() {
            for language in Language::ALL {
                let (sentence, remedy) = (say(language, key, &[]), remedy(language, key, &[]).unwrap_or_default());
                assert!(sentence != key.name() && !sentence.trim().is_empty(), "{key:?} {language:?}");
                assert!(remedy.trim().len() > 3, "{key:?} {language:?}");
            }
            let english = say(Language::English, key, &[]);
            assert_ne!(english, say(Language::Maori, key, &[]), "{key:?} is not translated");
        }
    }
}
