//! Every fault has its card: sentence and remedy, whole, in both languages.

use egui::Rect;
use korero_sentences::{Key, Value, faults};

use super::*;

/// The names of the places in a sentence: what a sentence without values shows in braces.
fn places(fault: Key) -> Vec<&'static str> {
    let mut places = Vec::new();
    for language in Language::ALL {
        let said = Fault::new(fault);
        let text = format!("{} {}", said.sentence(language), said.remedy(language));
        for piece in text.split('{').skip(1) {
            let name = piece.split('}').next().unwrap_or_default().trim_start_matches('$').to_owned();
            if !places.iter().any(|place| *place == name) {
                // A test lives long enough for all of them.
                places.push(&*name.leak());
            }
        }
    }
    places
}

/// The fault with something long in each of its places.
fn filled(fault: Key) -> Fault {
    let long = Value::from("Te Ūpoko o te Ika Community Radio, studio 2 (Focusrite Scarlett 18i20 USB)");
    places(fault).into_iter().fold(Fault::new(fault), |fault, place| fault.with(place, long.clone()))
}

/// The place of a text on the screen.
fn rect_of(bench: &Bench, text: &str) -> Rect {
    bench.window.get_by_label(text).rect()
}

#[expect(clippy::print_stdout, reason = "figures for the proof")]
fn every_card_is_whole(language: Language, size: [f32; 2]) {
    let mut bench = Bench::of_size(show(), language, size);
    let count = faults::all().count();
    for (id, code) in faults::all().enumerate() {
        let fault = filled(code);
        let (sentence, remedy) = (fault.sentence(language), fault.remedy(language));
        assert!(!sentence.contains('{') && !remedy.contains('{'), "{sentence} {remedy}");
        bench.becomes(|now| now.faults = vec![ShownFault { fault, times: 1, id: id as u64 }]);
        for text in [&sentence, &remedy] {
            let rect = rect_of(&bench, text);
            assert!(rect.left() >= size[0] - 340.0 && rect.right() <= size[0], "{code:?} {rect:?}");
            assert!(rect.width() > 10.0 && rect.height() > 10.0, "{code:?} {rect:?}");
        }
    }
    println!("figure {language:?}, {:.0} points wide: cards whose sentence and remedy are whole = {count}", size[0]);
}

#[test]
fn every_fault_has_a_card_with_its_sentence_and_remedy_that_fits_in_english() {
    every_card_is_whole(Language::English, [1280.0, 800.0]);
}

#[test]
fn every_fault_has_a_card_with_its_sentence_and_remedy_that_fits_in_maori() {
    every_card_is_whole(Language::Maori, [1280.0, 800.0]);
}

#[test]
fn every_card_fits_when_all_is_half_as_large_again() {
    for language in Language::ALL {
        every_card_is_whole(language, [1280.0 / 1.5, 800.0 / 1.5]);
    }
}

#[test]
fn a_fault_is_told_at_once_with_its_remedy_after_it_in_one_breath() {
    use egui::accesskit::Live;
    let mut bench = Bench::new(show());
    let fault = Fault::new(key::FAULT_WINDOW_OPEN).with("reason", "no display.");
    bench.becomes(|now| now.faults = vec![ShownFault { id: 7, fault: fault.clone(), times: 1 }]);
    let (sentence, remedy) = (fault.sentence(Language::English), fault.remedy(Language::English));
    let live = |text: &str| bench.window.get_by_label(text).accesskit_node().live();
    assert_eq!(live(&format!("{sentence} {remedy}")), Live::Polite);
    assert_eq!((live(&sentence), live(&remedy)), (Live::Off, Live::Off), "nothing is told twice");
}
