//! The window's letters: Inter in three weights, and nothing that would be looked for on the machine.

use egui::{FontData, FontDefinitions, FontFamily};

/// The family of medium letters.
pub(crate) const MEDIUM: &str = "medium";
/// The family of semi-bold letters.
pub(crate) const SEMIBOLD: &str = "semibold";

/// Inter for every family.
pub(crate) fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let mut add = |name: &str, file: &'static [u8], families: &[FontFamily]| {
        fonts.font_data.insert(name.to_owned(), FontData::from_static(file).into());
        for family in families {
            fonts.families.insert(family.clone(), vec![name.to_owned()]);
        }
    };
    let plain = [FontFamily::Proportional, FontFamily::Monospace];
    add("regular", include_bytes!("../../assets/fonts/Inter-Regular.otf"), &plain);
    add(MEDIUM, include_bytes!("../../assets/fonts/Inter-Medium.otf"), &[FontFamily::Name(MEDIUM.into())]);
    add(SEMIBOLD, include_bytes!("../../assets/fonts/Inter-SemiBold.otf"), &[FontFamily::Name(SEMIBOLD.into())]);
    fonts
}

#[cfg(test)]
mod tests {
    use egui::FontId;
    use egui::epaint::text::{Fonts, TextOptions};
    use korero_sentences::{Language, key, say};

    use super::*;

    #[test]
    fn every_weight_has_the_macrons_and_every_letter_of_every_sentence() {
        let mut fonts = Fonts::new(TextOptions::default(), definitions());
        for family in [FontFamily::Proportional, FontFamily::Name(MEDIUM.into()), FontFamily::Name(SEMIBOLD.into())] {
            let font = FontId::new(15.0, family);
            assert!(fonts.has_glyphs(&font, "āēīōūĀĒĪŌŪ"), "macrons in {font:?}");
            assert!(fonts.has_glyphs(&font, "−∞Ø…·“”’‹›↩↪↑↓"), "signs of the window in {font:?}");
            for language in Language::ALL {
                for key in key::ALL {
                    let text: String = say(language, *key, &[]).chars().filter(|c| !c.is_control()).collect();
                    let missing: String = text.chars().filter(|c| !fonts.has_glyphs(&font, &c.to_string())).collect();
                    assert!(missing.is_empty(), "{}: {missing:?} in {font:?}", key.name());
                }
            }
        }
    }
}
