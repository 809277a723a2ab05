//! Words in the few letters that displays of hardware and addresses know.

/// Letters with marks and the letter below them.
const MARKED: [(&str, char); 15] = [
    ("āàáâäãå", 'a'),
    ("ēèéêë", 'e'),
    ("īìíîï", 'i'),
    ("ōòóôöõø", 'o'),
    ("ūùúûü", 'u'),
    ("ĀÀÁÂÄÃÅ", 'A'),
    ("ĒÈÉÊË", 'E'),
    ("ĪÌÍÎÏ", 'I'),
    ("ŌÒÓÔÖÕØ", 'O'),
    ("ŪÙÚÛÜ", 'U'),
    ("ñ", 'n'),
    ("ç", 'c'),
    ("−–—", '-'),
    ("‘’", '\''),
    ("“”", '"'),
];

/// The letter of ASCII that stands for `letter`; `None` where none does.
pub(super) fn plain(letter: char) -> Option<char> {
    if letter == ' ' || letter.is_ascii_graphic() {
        return Some(letter);
    }
    MARKED.iter().find(|(marked, _)| marked.contains(letter)).map(|(_, plain)| *plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macrons_become_the_vowel_below_them_and_what_has_no_letter_is_left_out() {
        let told: String = "Kōrero Ūpoko 録音 −3".chars().filter_map(plain).collect();
        assert_eq!(told, "Korero Upoko  -3");
    }
}
