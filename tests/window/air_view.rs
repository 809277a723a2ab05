//! The air view: what the artist who plays sees and presses.

use korero::desk::scene::{Scene, SceneId, Scenes, Scope};
use korero::fault::Fault;
use korero::session::command::SongWish;
use korero::session::ear::{EarState, Verdict};
use korero::show::Show;

use super::*;

/// Of a laptop, a large screen, the smallest window, and a laptop where everything is at 150 %.
const SIZES: [[f32; 2]; 4] = [[1280.0, 800.0], [1920.0, 1080.0], [960.0, 640.0], [853.0, 533.0]];

/// A show on air whose set list is at its second song; the air view is open.
pub(crate) fn on_air() -> Snapshot {
    let set_list = ["Pōkarekare ana", "Tūrangawaewae", "Wairua"].map(str::to_owned).to_vec();
    let length = Duration::from_secs(3_725);
    Snapshot {
        show: Show { title: "Te pō waiata".into(), artist: "Aroha".into(), set_list },
        song: 1,
        air: AirState::On { length, bitrate: 256_000 },
        recording: RecordingState::On { length, files: Vec::new(), disk_left: Some(Duration::from_secs(9_000)) },
        listeners: Some(42),
        ear: EarState::Listens { verdict: Verdict::Heard, delay: None, lost: 0 },
        ear_on: true,
        device: running(18),
        ..show()
    }
}

pub(crate) fn in_air_view(first: Snapshot) -> Bench {
    opened_by(first, Language::English, egui::Key::F11)
}

fn opened_by(first: Snapshot, language: Language, key: egui::Key) -> Bench {
    let mut bench = Bench::in_language(first, language);
    bench.window.key_press(key);
    bench.wishes();
    bench.window.run_steps(2);
    bench
}

/// Where a node is, if it is anywhere.
fn place(node: &egui_kittest::Node<'_>) -> Option<egui::Rect> {
    let bounds = node.accesskit_node().bounding_box()?;
    let corner = |x: f64, y: f64| egui::pos2(x as f32, y as f32);
    Some(egui::Rect::from_min_max(corner(bounds.x0, bounds.y0), corner(bounds.x1, bounds.y1)))
}

fn shows(bench: &Bench, label: &str) -> egui::Rect {
    bench.window.get_by_label(label).rect()
}

#[test]
fn a_key_and_a_button_open_the_air_view_and_bring_the_desk_back_and_the_choice_is_kept() {
    let mut bench = Bench::new(show());
    let kept = |bench: &mut Bench, air: bool| match &bench.wishes()[..] {
        [Command::Look(looks)] => assert_eq!(looks.air_view, air),
        other => panic!("{other:?}"),
    };
    bench.window.get_by_label("Air view").click();
    kept(&mut bench, true);
    assert!(bench.window.query_by_label("Reo: fader").is_none());
    bench.window.get_by_label("Desk").click();
    kept(&mut bench, false);
    bench.window.get_by_label("Reo: fader");
    bench.window.key_press(egui::Key::F11);
    kept(&mut bench, true);
    let looks = Arc::new(korero::looks::Looks { air_view: true, ..Default::default() });
    let bench = Bench::new(Snapshot { looks, ..show() });
    assert!(bench.window.query_by_label("Reo: fader").is_none(), "it is there the next evening");
}

#[test]
fn everything_an_artist_asks_is_said_in_words() {
    let bench = in_air_view(on_air());
    for label in [
        "LIVE 1:02:05: hold to leave the air",
        "REC 1:02:05: goes on as long as the show is on air",
        "Now: Pōkarekare ana",
        "Next song: Tūrangawaewae",
        "Wairua",
        "42 listening",
        "Disk left: 2 h 30 min",
        "Own ear: Heard",
        "Mix: level",
        "Nothing is heard yet.",
    ] {
        bench.window.get_by_label(label);
    }
    let bench = opened_by(on_air(), Language::Maori, egui::Key::F11);
    bench.window.get_by_label("Waiata whai ake: Tūrangawaewae");
}

#[test]
fn one_key_or_one_press_begins_the_next_song_and_a_hand_that_bounces_begins_one() {
    let next = Command::Song(SongWish::Next);
    let mut bench = in_air_view(on_air());
    for _ in 0..3 {
        bench.window.get_by_label("Next song: Tūrangawaewae").click();
    }
    assert_eq!(bench.wishes(), std::slice::from_ref(&next));
    bench.window.run_steps(10);
    let shift = egui::Modifiers::COMMAND.plus(egui::Modifiers::SHIFT);
    bench.window.key_press_modifiers(shift, egui::Key::Enter);
    assert_eq!(bench.wishes(), [next]);
    bench.window.get_by_label("Back by one song: nothing that was marked or set changes.").click();
    assert_eq!(bench.wishes(), [Command::Song(SongWish::Back)]);
    bench.becomes(|now| now.song = 3);
    bench.window.run_steps(10);
    bench.window.get_by_label("That was the last song").click();
    assert_eq!(bench.wishes(), []);
}

#[test]
fn without_a_set_list_the_scenes_are_the_songs_and_without_both_the_view_says_what_to_do() {
    let scene = |name: &str| Scene {
        id: SceneId::random(),
        name: name.into(),
        desk: Arc::default(),
        scope: Scope::default(),
        fade: Duration::ZERO,
    };
    let list = vec![scene("Karakia"), scene("Waiata")];
    let first = list[0].id.clone();
    let scenes = Arc::new(Scenes { list, locked: false });
    let bench = in_air_view(Snapshot { scenes, scene: Some(first), ..show() });
    bench.window.get_by_label("Now: Karakia");
    bench.window.get_by_label("Next song: Waiata");
    let bench = in_air_view(show());
    bench.window.get_by_label_contains("No songs yet.");
}

#[test]
fn the_set_list_is_written_with_one_song_on_each_line() {
    let mut bench = in_air_view(Snapshot { show: Show { artist: "Aroha".into(), ..Show::default() }, ..show() });
    bench.window.get_by_label("Set list").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Set list").type_text("  Pō \n\nKāinga\n");
    bench.window.run_steps(2);
    bench.window.get_by_label("Keep").click();
    let set_list = vec!["Pō".to_owned(), "Kāinga".to_owned()];
    let show = Show { set_list, artist: "Aroha".into(), ..Show::default() };
    assert_eq!(bench.wishes(), [Command::NameShow(show)]);
}

#[test]
fn neither_clicks_everywhere_nor_the_keys_that_hands_find_end_the_show() {
    let mut bench = in_air_view(on_air());
    let nodes: Vec<_> = bench
        .window
        .query_all(egui_kittest::kittest::by().recursive(true))
        .filter_map(|node| place(&node))
        .map(|place| place.center())
        .collect();
    let mut asked = Vec::new();
    for at in nodes {
        bench.window.drag_at(at);
        bench.window.run_steps(1);
        bench.window.drop_at(at);
        asked.extend(bench.wishes());
        for key in [egui::Key::Space, egui::Key::Enter, egui::Key::Escape, egui::Key::Delete, egui::Key::Tab] {
            bench.window.key_press(key);
            asked.extend(bench.wishes());
        }
        // What led away from the air view is tried from there again.
        if bench.window.query_by_label("Set list").is_none() {
            bench = in_air_view(on_air());
        }
    }
    let ends = |wish: &Command| matches!(wish, Command::LeaveAir | Command::StopRecording | Command::Quit);
    assert!(!asked.iter().any(ends), "{asked:?}");
}

#[test]
fn live_and_recording_are_held_here_as_beside_the_desk() {
    let mut bench = in_air_view(on_air());
    let at = shows(&bench, "LIVE 1:02:05: hold to leave the air").center();
    bench.window.drag_at(at);
    bench.window.run_steps(30);
    bench.window.drop_at(at);
    assert_eq!(bench.wishes(), [Command::LeaveAir]);
}

#[test]
fn the_space_bar_ends_no_show_however_long_it_is_held_and_enter_does_by_a_hold() {
    for mut bench in [Bench::new(on_air()), in_air_view(on_air())] {
        bench.window.get_by_label("LIVE 1:02:05: hold to leave the air").focus();
        bench.window.run_steps(2);
        assert_eq!(bench.hold(egui::Modifiers::NONE, egui::Key::Space, 100), []);
        assert_eq!(bench.hold(egui::Modifiers::NONE, egui::Key::Enter, 30), [Command::LeaveAir]);
    }
}

#[test]
fn a_fault_is_a_card_in_large_letters_with_its_remedy_and_is_put_away() {
    let mut bench = in_air_view(on_air());
    let fault = Fault::new(key::FAULT_WINDOW_OPEN).with("reason", "no display.");
    bench.becomes(|now| now.faults = vec![ShownFault { id: 7, fault: fault.clone(), times: 1 }]);
    let large = shows(&bench, &fault.sentence(Language::English));
    bench.window.get_by_label(&fault.remedy(Language::English));
    bench.window.get_by_label("Put away").click();
    assert_eq!(bench.wishes(), [Command::DismissFault(7)]);
    let mut desk = Bench::new(on_air());
    desk.becomes(|now| now.faults = vec![ShownFault { id: 7, fault: fault.clone(), times: 1 }]);
    assert!(large.height() > shows(&desk, &fault.sentence(Language::English)).height());
}

#[test]
fn in_every_size_of_window_and_in_both_languages_no_part_leaves_the_window() {
    for language in Language::ALL {
        for size in SIZES {
            let mut bench = opened_by(on_air(), language, egui::Key::F11);
            bench.window.set_size(size.into());
            bench.window.run_steps(3);
            let window = egui::Rect::from_min_size(egui::Pos2::ZERO, size.into()).expand(0.5);
            for node in bench.window.query_all(egui_kittest::kittest::by().recursive(true)) {
                let name = node.accesskit_node().label();
                let Some(rect) = place(&node).filter(|_| name.is_some()) else { continue };
                assert!(window.contains_rect(rect), "{size:?}: {name:?} at {rect:?}");
            }
        }
    }
}
