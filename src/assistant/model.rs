//! Interfaces whose last inputs bring back what the computer plays.

/// Model, as it stands in the name of the device, and the inputs that it has on its case (analogue, S/PDIF and ADAT). What
/// comes after them is loopback. From the makers' data sheets.
const MODELS: [(&str, u8); 11] = [
    ("solo", 2),
    ("2i2", 2),
    ("2i4", 2),
    ("4i4", 4),
    ("6i6", 6),
    ("8i6", 8),
    ("16i16", 16),
    ("18i6", 18),
    ("18i8", 18),
    ("18i16", 18),
    ("18i20", 18),
];

/// How many inputs a known model really has.
#[must_use]
pub fn real_inputs(name: &str) -> Option<u8> {
    let name = name.to_lowercase();
    if !name.contains("scarlett") {
        return None;
    }
    let words: Vec<_> = name.split(|c: char| !c.is_alphanumeric()).collect();
    // ALSA's ids have the model in one word: “scarlett18i20”.
    let is = |word: &&str, model: &str| word.strip_prefix("scarlett").unwrap_or(word) == model;
    MODELS.iter().find(|(model, _)| words.iter().any(|word| is(word, model))).map(|(_, inputs)| *inputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_model_is_found_in_what_systems_call_it_and_others_are_left_alone() {
        assert_eq!(real_inputs("Scarlett 18i20 USB, USB Audio"), Some(18));
        assert_eq!(real_inputs("alsa:scarlett18i20"), Some(18));
        assert_eq!(real_inputs("Focusrite Scarlett 2i2 4th Gen"), Some(2));
        assert_eq!(real_inputs("Scarlett Solo (3rd Gen.)"), Some(2));
        assert_eq!(real_inputs("UMC204HD 192k"), None);
        assert_eq!(real_inputs("Solo"), None);
    }
}
