//! Recording in the window: begun and ended, from earlier too, marked by a foot switch, and where and how it is made.

use korero::recording::{Layout, Recording, Rolling, SampleForm, Second};

use super::*;

#[test]
fn recording_starts_with_a_press_and_stops_only_with_a_hold() {
    let mut bench = Bench::new(show());
    bench.window.get_by_label("Record: press to start recording").click();
    assert_eq!(bench.wishes(), [Command::StartRecording]);
    bench.becomes(|now| {
        now.recording = RecordingState::On { length: Duration::from_secs(9), files: Vec::new(), disk_left: None };
    });
    let name = "REC 0:00:09: hold to stop recording";
    bench.window.get_by_label(name).click();
    assert_eq!(bench.wishes(), []);
    let at = bench.window.get_by_label(name).rect().center();
    bench.window.drag_at(at);
    bench.window.run_steps(30);
    bench.window.drop_at(at);
    assert_eq!(bench.wishes(), [Command::StopRecording]);
}

#[test]
fn a_recording_begins_as_long_ago_as_is_chosen_and_rolling_is_switched_beside_it() {
    let mut bench = Bench::new(show());
    bench.becomes(|now| (now.rolling, now.rolled) = (Rolling::always(), Duration::from_secs(400)));
    let choices = ["From now on", "From 30 s ago", "From 5 min ago", "Everything that rolled: 0:06:40"];
    let agos = [Duration::ZERO, Duration::from_secs(30), Duration::from_secs(300), Duration::MAX];
    let chooser = |bench: &Bench| bench.window.get_by_label("Record from earlier: 0:06:40").accesskit_node().value();
    assert_eq!(chooser(&bench).as_deref(), Some("From earlier · 0:06:40"));
    for (choice, ago) in choices.into_iter().zip(agos) {
        bench.window.get_by_label("Record from earlier: 0:06:40").focus();
        bench.window.run_steps(2);
        assert_eq!(bench.press(egui::Key::Space), []);
        bench.window.get_by_label(choice).click();
        assert_eq!(bench.wishes(), [Command::RecordSince(ago)]);
    }
    bench.window.get_by_label("Keep rolling").click();
    let off = Rolling { hold_seconds: 0, ..Rolling::always() };
    assert_eq!(bench.wishes(), [Command::Roll(off)]);
    bench.becomes(|now| (now.rolling, now.rolled) = (off, Duration::ZERO));
    assert!(bench.window.query_by_label_contains("Record from earlier").is_none());
    bench.window.get_by_label("Keep rolling").click();
    assert_eq!(bench.wishes(), [Command::Roll(Rolling::always())]);
}

#[test]
fn a_press_that_starts_a_recording_and_stays_down_does_not_stop_it() {
    let mut bench = Bench::new(show());
    bench.window.get_by_label("Record: press to start recording").focus();
    bench.window.run_steps(2);
    bench.window.key_down(egui::Key::Space);
    assert_eq!(bench.wishes(), [Command::StartRecording]);
    bench.becomes(|now| {
        now.recording = RecordingState::On { length: Duration::from_secs(9), files: Vec::new(), disk_left: None };
    });
    bench.window.run_steps(40);
    assert_eq!(bench.wishes(), []);
}

#[test]
fn a_hold_that_stops_a_recording_and_stays_down_does_not_start_another() {
    let mut bench = Bench::new(show());
    let recording = RecordingState::On { length: Duration::from_secs(9), files: Vec::new(), disk_left: None };
    bench.becomes(|now| now.recording = recording);
    bench.window.get_by_label("REC 0:00:09: hold to stop recording").focus();
    bench.window.run_steps(2);
    bench.window.key_down(egui::Key::Space);
    bench.window.run_steps(30);
    assert_eq!(bench.wishes(), [Command::StopRecording]);
    bench.becomes(|now| now.recording = RecordingState::Off);
    for _ in 0..4 {
        // A key that stays down repeats.
        bench.window.key_down(egui::Key::Space);
        bench.window.run_steps(2);
        assert_eq!(bench.wishes(), []);
    }
    bench.window.key_up(egui::Key::Space);
    bench.window.run_steps(2);
    assert_eq!(bench.press(egui::Key::Space), [Command::StartRecording]);
}

#[test]
fn on_air_the_key_says_that_the_recording_goes_on_and_a_hold_neither_fills_nor_asks_for_its_end() {
    let mut bench = Bench::new(show());
    let length = Duration::from_secs(9);
    let recording = RecordingState::On { length, files: Vec::new(), disk_left: None };
    let name = "REC 0:00:09: goes on as long as the show is on air";
    bench.becomes(|now| (now.air, now.recording) = (AirState::Connecting, recording));
    assert!(bench.window.get_by_label(name).accesskit_node().is_disabled());
    let at = bench.window.get_by_label(name).rect().center();
    bench.window.hover_at(at);
    bench.window.run_steps(20);
    bench.window.get_by_label("What is on air is always recorded. Leave the air first, then hold to stop.");
    bench.window.drag_at(at);
    bench.window.run_steps(30);
    bench.becomes(|now| now.air = AirState::Off);
    bench.window.run_steps(30);
    assert_eq!(bench.wishes(), [], "nor once the show is off air, while it is still down");
    bench.window.drop_at(at);
    bench.window.run_steps(2);
    bench.window.drag_at(at);
    bench.window.run_steps(30);
    bench.window.drop_at(at);
    assert_eq!(bench.wishes(), [Command::StopRecording]);
}

#[test]
fn recordings_go_into_the_folder_that_is_named() {
    let mut bench = Bench::new(show());
    bench.window.get_by_label("Folder for recordings").focus();
    bench.window.run_steps(2);
    bench.window.get_by_label("Folder for recordings").type_text("/tmp/shows");
    bench.window.run_steps(2);
    assert_eq!(bench.press(egui::Key::Enter), [Command::RecordInto("/tmp/shows".into())]);
}

#[test]
fn how_a_take_is_made_is_chosen_behind_one_key() {
    let mut bench = Bench::new(Snapshot { record: Recording::master(), ..show() });
    let chosen = |bench: &mut Bench| match bench.wishes().pop() {
        Some(Command::RecordWhat(record)) => *record,
        other => panic!("{other:?}"),
    };
    bench.window.get_by_label("How").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("32-bit float").click();
    assert_eq!(chosen(&mut bench), Recording { form: SampleForm::Float32, ..Recording::master() });
    bench.window.get_by_label("One file for each track").click();
    assert_eq!(chosen(&mut bench), Recording { layout: Layout::FilePerTrack, ..Recording::master() });
    bench.window.get_by_label("The groups").click();
    assert_eq!(chosen(&mut bench), Recording { groups: true, ..Recording::master() });
    bench.window.get_by_label("Everything there too").click();
    bench.window.run_steps(3);
    assert_eq!(chosen(&mut bench), Recording::master(), "it waits for its folder");
    bench.window.get_by_label("Folder on another disk").focus();
    bench.window.run_steps(2);
    bench.window.event(egui::Event::Text("/media/second".into()));
    bench.window.run_steps(2);
    bench.window.key_press(egui::Key::Enter);
    assert_eq!(chosen(&mut bench), Recording { second: Second::Mirror("/media/second".into()), ..Recording::master() });
}

#[test]
fn a_foot_switch_that_turns_pages_marks_while_something_is_recorded() {
    let mut bench = Bench::new(show());
    assert_eq!(bench.press(egui::Key::PageDown), []);
    bench.becomes(|now| {
        now.recording = RecordingState::On { length: Duration::ZERO, files: Vec::new(), disk_left: None };
    });
    assert_eq!(bench.press(egui::Key::PageDown), [Command::Mark(None)]);
}

#[test]
fn a_take_that_is_still_being_finished_is_told_so_that_nobody_takes_its_disk_away() {
    let mut bench = Bench::new(show());
    let sentence = "The last take is still being finished: leave its disk in place";
    assert!(bench.window.query_by_label(sentence).is_none());
    bench.becomes(|now| now.finishing = true);
    assert!(bench.window.query_by_label(sentence).is_some());
}

#[test]
fn a_box_stands_nearer_to_its_own_words_than_to_those_before_it() {
    use egui::accesskit::Role;
    for language in Language::ALL {
        let bench = Bench::in_language(show(), language);
        let rect = |word| {
            let word = korero_sentences::say(language, word, &[]);
            bench.window.get_by_role_and_label(Role::CheckBox, &word).rect()
        };
        let between = rect(key::WINDOW_RECORD_INPUTS).left() - rect(key::WINDOW_RECORD_MIX).right();
        let own = bench.window.ctx.global_style().spacing.icon_spacing;
        assert!(between >= 2.0 * own, "{between} before a box, {own} behind it");
    }
}
