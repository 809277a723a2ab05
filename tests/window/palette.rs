//! The palette: everything that can be asked for, found by its words.

use korero::desk::address::ChannelName;
use korero::desk::scene::{Scene, SceneId, Scenes, Scope};
use korero::session::command::{SceneWish, Sight};

use super::*;

fn open(language: Language) -> Bench {
    let mut bench = Bench::in_language(show(), language);
    ask(&mut bench);
    bench
}

fn ask(bench: &mut Bench) {
    let keys = egui::Modifiers::COMMAND.plus(egui::Modifiers::SHIFT);
    bench.window.key_press_modifiers(keys, egui::Key::P);
    bench.window.run_steps(3);
}

fn seek(bench: &mut Bench, words: &str) {
    let name =
        if bench.window.query_by_label("Find an action").is_some() { "Find an action" } else { "Kimihia he mahi" };
    bench.window.get_by_label(name).type_text(words);
    bench.window.run_steps(3);
}

fn told(bench: &Bench, row: &str) {
    bench.window.get_by_role_and_label(egui::accesskit::Role::Status, row);
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

#[test]
fn a_strip_is_muted_and_soloed_by_its_name_and_back_again() {
    for (language, [mute, solo], rows) in [
        (
            Language::English,
            ["mute piano", "solo piano"],
            [
                "Mute Piano, Strip 2",
                "Solo Piano, Strip 2",
                "Unmute Piano, Strip 2",
                "Put out the solo of Piano, Strip 2",
            ],
        ),
        (
            Language::Maori,
            ["ngu piano", "anake piano"],
            [
                "Whakakāngia te ngū o Piano, Hongere 2",
                "Whakakāngia te anake o Piano, Hongere 2",
                "Whakawetohia te ngū o Piano, Hongere 2",
                "Whakawetohia te anake o Piano, Hongere 2",
            ],
        ),
    ] {
        let mut row = rows.into_iter();
        for to in [1.0, 0.0] {
            for (sought, control) in [(mute, Control::MUTE), (solo, Control::SOLO)] {
                let mut bench = Bench::in_language(show(), language);
                let piano = bench.snapshot.load().desk.strips[1].id.clone();
                bench.becomes(|now| {
                    Arc::make_mut(&mut now.desk).strips[1].channel.set(control, 1.0 - to);
                });
                ask(&mut bench);
                seek(&mut bench, sought);
                told(&bench, row.next().expect("a row"));
                let wish = Command::Turn(Address::strip(&piano, control), to);
                assert_eq!(bench.press(egui::Key::Enter), [wish], "{sought}");
                assert!(!is_open(&bench));
            }
        }
    }
}

#[test]
fn what_stands_in_the_palette_follows_the_desk_while_it_is_open() {
    let mut bench = open(Language::English);
    seek(&mut bench, "mute reo");
    told(&bench, "Mute Reo, Strip 1");
    bench.becomes(|now| {
        Arc::make_mut(&mut now.desk).strips[0].channel.set(Control::MUTE, 1.0);
    });
    bench.window.run_steps(2);
    told(&bench, "Unmute Reo, Strip 1");
    let mute = strip_address(&bench, Control::MUTE);
    assert_eq!(bench.press(egui::Key::Enter), [Command::Turn(mute, 0.0)]);
}

#[test]
fn a_name_opens_the_panel_of_its_channel_also_out_of_the_air_view_and_the_keyboard_goes_there() {
    for (air_view, sought, row, name) in [
        (false, "open reo", "Open Reo, Strip 1", "Reo"),
        (false, "reo", "Open Reo, Strip 1", "Reo"),
        (true, "open return 2", "Open Return 2", "Return 2"),
        (true, "open mix", "Open Mix", "Mix"),
    ] {
        let mut bench = Bench::new(show());
        if air_view {
            bench.press(egui::Key::F11);
        }
        ask(&mut bench);
        seek(&mut bench, sought);
        told(&bench, row);
        bench.press(egui::Key::Enter);
        bench.window.run_steps(4);
        assert!(bench.window.get_by_label(&format!("Close {name}")).is_focused(), "{name}");
    }
    let mut bench = open(Language::English);
    seek(&mut bench, "piano");
    let piano = bench.snapshot.load().desk.strips[1].id.clone();
    bench.every_wish();
    bench.window.key_press(egui::Key::Enter);
    let sight = Sight { channel: Some(ChannelName::Strip(piano)), strips: false };
    assert_eq!(bench.every_wish(), [Command::LookAt(sight)], "it silences no one");
}

#[test]
fn a_scene_is_recalled_by_its_name_and_a_row_is_pressed_as_well() {
    let scene = |name: &str| Scene {
        id: SceneId::random(),
        name: name.into(),
        desk: Arc::default(),
        scope: Scope::default(),
        fade: Duration::ZERO,
    };
    let list = ["Verse", "Chorus", "Kōrero"].map(scene).to_vec();
    let recall = |at: usize| Command::Scene(SceneWish::Recall(list[at].id.clone()));
    let scenes = Arc::new(Scenes { list: list.clone(), locked: false });
    for (sought, row, at) in
        [("scene chorus", "Recall Chorus, Scene 2", 1), ("recall korero", "Recall Kōrero, Scene 3", 2)]
    {
        let mut bench = Bench::new(Snapshot { scenes: scenes.clone(), ..show() });
        ask(&mut bench);
        seek(&mut bench, sought);
        told(&bench, row);
        assert_eq!(bench.press(egui::Key::Enter), [recall(at)]);
        ask(&mut bench);
        seek(&mut bench, sought);
        bench.window.get_by_role_and_label(egui::accesskit::Role::Button, row).click();
        assert_eq!(bench.wishes(), [recall(at)]);
        bench.window.run_steps(2);
        assert!(!is_open(&bench));
    }
}

#[test]
fn a_locked_window_opens_no_palette() {
    let mut bench = open(Language::English);
    bench.press(egui::Key::Escape);
    bench.press(egui::Key::F12);
    ask(&mut bench);
    assert!(!is_open(&bench));
}

#[test]
fn what_was_chosen_stays_chosen_while_somebody_else_turns_the_desk() {
    let mut bench = open(Language::English);
    let mute = |bench: &Bench, at: usize| Address::strip(&bench.snapshot.load().desk.strips[at].id, Control::MUTE);
    seek(&mut bench, "mute");
    bench.press(egui::Key::ArrowDown);
    told(&bench, "Mute Piano, Strip 2");
    let (reo, piano) = (mute(&bench, 0), mute(&bench, 1));
    // Its row is called otherwise now, and stands elsewhere.
    bench.becomes(|now| assert!(reo.set(Arc::make_mut(&mut now.desk), 1.0)));
    bench.window.run_steps(3);
    told(&bench, "Mute Piano, Strip 2");
    assert_eq!(bench.press(egui::Key::Enter), [Command::Turn(piano, 1.0)]);
}

#[test]
fn on_air_the_palette_says_that_no_hold_stops_the_recording() {
    let mut bench = open(Language::English);
    let recording = RecordingState::On { length: Duration::from_secs(9), files: Vec::new(), disk_left: None };
    bench.becomes(|now| (now.air, now.recording) = (AirState::Connecting, recording));
    seek(&mut bench, "record or");
    bench.press(egui::Key::Enter);
    bench.window.run_steps(2);
    bench.window.get_by_label("What is on air is always recorded. Leave the air first, then hold to stop.");
}
