//! The hue of a strip: chosen behind its name, by mouse and by keyboard, told by its word and not by its colour alone.

use egui::accesskit::Toggled;
use korero::desk::StripId;
use korero::desk::history::Edit;

use super::*;

const ENGLISH: [&str; 12] =
    ["red", "orange", "yellow", "olive", "green", "jade", "teal", "sky blue", "blue", "indigo", "violet", "pink"];

/// The first strip wears the third hue, and its panel is open.
fn open(language: Language) -> Bench {
    let mut bench = Bench::in_language(show(), language);
    wear(&mut bench, 2);
    bench.window.get_by_label(if language == Language::English { "Reo, strip 1" } else { "Reo, hongere 1" }).click();
    bench.window.run_steps(4);
    bench.wishes();
    bench
}

fn wear(bench: &mut Bench, hue: u8) {
    bench.becomes(|now| Arc::make_mut(&mut now.desk).strips[0].hue = hue);
}

fn reo(bench: &Bench) -> StripId {
    bench.snapshot.load().desk.strips[0].id.clone()
}

fn are_shown(bench: &Bench) -> bool {
    bench.window.query_by_label("Reo: red").is_some()
}

#[test]
fn each_of_the_twelve_is_chosen_by_its_word_and_the_worn_one_says_so() {
    for (hue, word) in ENGLISH.into_iter().enumerate() {
        let mut bench = open(Language::English);
        bench.window.get_by_label("Colour of Reo: yellow").click();
        bench.window.run_steps(4);
        let is_worn = |word: &&&str| {
            let name = format!("Reo: {word}");
            bench.window.get_by_label(&name).accesskit_node().toggled() == Some(Toggled::True)
        };
        let worn: Vec<_> = ENGLISH.iter().filter(is_worn).collect();
        assert_eq!(worn, [&"yellow"]);
        bench.window.get_by_label(&format!("Reo: {word}")).click();
        let id = reo(&bench);
        assert_eq!(bench.wishes(), [Command::HueStrip(id, hue as u8)], "{word}");
        bench.window.run_steps(2);
        assert!(!are_shown(&bench));
        wear(&mut bench, hue as u8);
        bench.window.get_by_label(&format!("Colour of Reo: {word}"));
    }
}

#[test]
fn the_keyboard_goes_from_hue_to_hue_and_comes_back_to_the_name() {
    let mut bench = open(Language::English);
    let name = "Colour of Reo: yellow";
    bench.window.get_by_label(name).focus();
    bench.window.run_steps(2);
    bench.press(egui::Key::Enter);
    bench.window.run_steps(4);
    assert!(bench.window.get_by_label("Reo: yellow").is_focused(), "it begins at the one that is worn");
    for (key, word) in [
        (egui::Key::ArrowRight, "olive"),
        (egui::Key::ArrowDown, "indigo"),
        (egui::Key::ArrowDown, "indigo"),
        (egui::Key::ArrowLeft, "blue"),
        (egui::Key::ArrowUp, "yellow"),
        (egui::Key::ArrowLeft, "orange"),
        (egui::Key::ArrowLeft, "red"),
        (egui::Key::ArrowLeft, "red"),
        (egui::Key::Tab, "orange"),
    ] {
        assert_eq!(bench.press(key), []);
        bench.window.run_steps(2);
        assert!(bench.window.get_by_label(&format!("Reo: {word}")).is_focused(), "{key:?} to {word}");
    }
    let id = reo(&bench);
    assert_eq!(bench.press(egui::Key::Space), [Command::HueStrip(id, 1)]);
    bench.window.run_steps(2);
    assert!(!are_shown(&bench) && bench.window.get_by_label(name).is_focused());
    bench.press(egui::Key::Enter);
    bench.window.run_steps(4);
    assert!(are_shown(&bench));
    assert_eq!(bench.press(egui::Key::Escape), []);
    bench.window.run_steps(2);
    assert!(!are_shown(&bench) && bench.window.get_by_label(name).is_focused(), "and the panel stays open");
}

#[test]
fn a_right_click_on_a_name_of_the_desk_shows_them_too() {
    let mut bench = Bench::new(show());
    bench.window.get_by_label("Reo, strip 1").click_secondary();
    bench.window.run_steps(4);
    bench.window.get_by_label("Reo: pink").click();
    let id = reo(&bench);
    assert_eq!(bench.wishes(), [Command::HueStrip(id, 11)]);
    bench.window.run_steps(2);
    assert!(!are_shown(&bench));
}

#[test]
fn a_group_has_no_hue_to_choose() {
    let mut bench = Bench::new(show());
    bench.window.get_by_label("Group 1: all controls").click();
    bench.window.run_steps(4);
    bench.window.get_by_label("Close Group 1");
    assert!(bench.window.query_by_label_contains("Colour of").is_none());
}

#[test]
fn hues_and_their_edit_have_words_in_te_reo_maori() {
    let mut bench = open(Language::Maori);
    let edit = Edit::Hue(reo(&bench));
    bench.becomes(|now| now.undo = Some(edit));
    bench.window.get_by_label("Whakahokia: te tae o Reo");
    bench.window.get_by_label("Te tae o Reo: kōwhai").click();
    bench.window.run_steps(4);
    bench.window.get_by_label("Reo: pounamu").click();
    let id = reo(&bench);
    assert_eq!(bench.wishes(), [Command::HueStrip(id, 5)]);
}
