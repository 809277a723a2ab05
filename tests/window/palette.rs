//! The palette: everything that can be asked for, found by its words.

use super::*;

fn open(language: Language) -> Bench {
    let mut bench = Bench::in_language(show(), language);
    let keys = egui::Modifiers::COMMAND.plus(egui::Modifiers::SHIFT);
    bench.window.key_press_modifiers(keys, egui::Key::P);
    bench.window.run_steps(3);
    bench
}

fn seek(bench: &mut Bench, words: &str) {
    let name =
        if bench.window.query_by_label("Find an action").is_some() { "Find an action" } else { "Kimihia he mahi" };
    bench.window.get_by_label(name).type_text(words);
    bench.window.run_steps(3);
}

fn is_open(bench: &Bench) -> bool {
    bench.window.query_by_label("Find an action").is_some()
}

#[test]
fn an_action_is_found_by_a_part_of_its_words_and_done_by_enter() {
    let mut bench = open(Language::English);
    seek(&mut bench, "look ag");
    assert_eq!(bench.press(egui::Key::Enter), [Command::RefreshDevices]);
    bench.window.run_steps(2);
    assert!(!is_open(&bench));
}

#[test]
fn macrons_need_not_be_typed() {
    let mut bench = open(Language::Maori);
    seek(&mut bench, "kimihia ano");
    assert_eq!(bench.press(egui::Key::Enter), [Command::RefreshDevices]);
}

#[test]
fn arrow_keys_go_through_what_was_found_and_the_row_is_told_with_its_keys() {
    let mut bench = open(Language::English);
    seek(&mut bench, "scene");
    bench.window.get_by_role_and_label(egui::accesskit::Role::Status, "Next scene, Ctrl+Enter");
    bench.press(egui::Key::ArrowDown);
    bench.window.get_by_role_and_label(egui::accesskit::Role::Status, "Scenes, F6");
    bench.press(egui::Key::Enter);
    bench.window.run_steps(3);
    bench.window.get_by_label("Close Scenes");
}

#[test]
fn going_live_takes_more_than_an_enter_and_the_palette_says_what() {
    let mut bench = open(Language::English);
    seek(&mut bench, "go live");
    assert_eq!(bench.press(egui::Key::Enter), []);
    bench.window.get_by_label("A press is not enough for this one: hold Ctrl+L, or its key on the screen.");
    assert!(is_open(&bench));
    assert_eq!(bench.hold(egui::Modifiers::COMMAND, egui::Key::L, 30), [Command::GoOnAir]);
}

#[test]
fn a_recording_is_started_from_the_palette_and_not_stopped() {
    let mut bench = open(Language::English);
    seek(&mut bench, "record");
    assert_eq!(bench.press(egui::Key::Enter), [Command::StartRecording]);
    let mut bench = open(Language::English);
    bench.becomes(|now| {
        now.recording = RecordingState::On { length: Duration::ZERO, files: Vec::new(), disk_left: None };
    });
    seek(&mut bench, "record");
    assert_eq!(bench.press(egui::Key::Enter), []);
    bench.window.get_by_label_contains("A press is not enough");
}

#[test]
fn escape_closes_it_and_nothing_that_is_typed_there_does_anything_else() {
    let mut bench = open(Language::English);
    seek(&mut bench, "zz");
    assert!(bench.window.get_all_by_label("Nothing is called that.").count() > 0);
    assert_eq!(bench.press(egui::Key::Enter), []);
    assert_eq!(bench.press(egui::Key::F5), [], "what is behind it waits");
    bench.press(egui::Key::Escape);
    bench.window.run_steps(2);
    assert!(!is_open(&bench));
}

#[test]
fn the_enter_that_chooses_does_nothing_more_while_it_is_held_down() {
    let mut bench = Bench::new(Snapshot { air: AirState::On { length: Duration::ZERO, bitrate: 256_000 }, ..show() });
    let keys = egui::Modifiers::COMMAND.plus(egui::Modifiers::SHIFT);
    for (held_by, sought) in [("LIVE", "look ag"), ("Reo: mute", "look ag")] {
        bench.window.get_by_label_contains(held_by).focus();
        bench.window.run_steps(2);
        bench.window.key_press_modifiers(keys, egui::Key::P);
        bench.window.run_steps(3);
        seek(&mut bench, sought);
        assert_eq!(bench.hold(egui::Modifiers::NONE, egui::Key::Enter, 30), [Command::RefreshDevices], "{held_by}");
    }
}
