//! The takes: listed, looked at, heard, named, exported, sent, and put into the bin by two presses.

use std::path::PathBuf;

use korero::record::Part;
use korero::record::names::WallTime;
use korero::recording::{Marker, SampleForm};
use korero::session::shelf::{Done, Heard, OpenTake, Picture, Shelf, ShelfWish, Task, Work};
use korero::show::Show;
use korero::takes::export::{Cut, Format};
use korero::takes::list::{Row, State, Summary};
use korero::takes::overview::{Bin, Overview};
use korero::takes::{FileEnd, Take, TakeFile};
use korero::timeline::{Epoch, FrameIndex, Gap, GapCause};

use super::*;

const SECOND: u64 = 48_000;

fn row(name: &str, title: &str, state: State) -> Row {
    let began = WallTime { year: 2026, month: 11, day: 20, hour: 19, minute: 30, second: 0 };
    let summary = Summary {
        id: uuid::Uuid::nil(),
        artist: "Aroha".into(),
        title: title.into(),
        began,
        length: Duration::from_secs(3_725),
        parts: vec![Part::Mix],
        state,
        markers: 2,
        gaps: 0,
        troubles: 0,
    };
    Row { folder: PathBuf::from("/takes").join(name), bytes: 1_200_000_000, take: Ok(summary) }
}

/// A hundred seconds with two marks and a gap.
fn open_take(folder: &str) -> OpenTake {
    let gap = Gap { start: FrameIndex(50 * SECOND), frames: SECOND, cause: GapCause::Device, exact: false };
    let file = TakeFile {
        part: Part::Mix,
        track: None,
        path: PathBuf::from("/takes").join(folder).join("mix.wav"),
        channels: 2,
        form: SampleForm::Pcm24,
        first_frame: FrameIndex(0),
        gaps: vec![gap],
        pre_roll: None,
        end: FileEnd::Whole { frames: 100 * SECOND, sums: None },
    };
    let mark = |seconds: u64, label: &str| Marker { at: FrameIndex(seconds * SECOND), label: label.into() };
    let take = Take {
        folder: PathBuf::from("/takes").join(folder),
        id: uuid::Uuid::nil(),
        epoch: Epoch { id: uuid::Uuid::nil(), utc_ns_at_frame_0: 1_795_000_000_000_000_000 },
        show: Show { title: "Pō waiata".into(), artist: "Aroha".into(), ..Show::default() },
        files: vec![file],
        markers: vec![mark(10, "Pōkarekare Ana"), mark(60, "E ipo")],
        troubles: Vec::new(),
        performances: Vec::new(),
    };
    let bins = (0..500).map(|n| (n as f32 * 0.05).sin().abs() * 0.8);
    let bins = bins.map(|high| Bin { low: -high, high, rms: high * 0.4 }).collect();
    let overview = Overview {
        frames: 100 * SECOND,
        frames_per_bin: 100 * SECOND / 500,
        bins,
        loudness_lufs: Some(-15.8),
        true_peak_db: Some(-1.2),
    };
    OpenTake { take: Arc::new(take), file: 0, picture: Picture::Known(Arc::new(overview)) }
}

/// Three takes of which the first is open.
pub(super) fn shelf() -> Shelf {
    let rows = vec![
        row("a", "Pō waiata", State::Whole),
        row("b", "Rehearsal", State::Recovered { lost: Duration::from_millis(420) }),
        row("c", "", State::Busy),
    ];
    Shelf { rows: Some(Arc::new(rows)), open: Some(open_take("a")), ..Shelf::default() }
}

/// The panel is open.
fn bench() -> Bench {
    let mut bench = Bench::new(Snapshot { shelf: shelf(), monitor: Some("phones".into()), ..show() });
    bench.window.key_press(egui::Key::F8);
    bench.window.run_steps(4);
    assert_eq!(asks(&mut bench), ShelfWish::Look, "what lies there is looked at when the panel opens");
    bench
}

fn asks(bench: &mut Bench) -> ShelfWish {
    let mut wishes = bench.wishes();
    match (wishes.pop(), wishes.is_empty()) {
        (Some(Command::Shelf(wish)), true) => wish,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_take_tells_its_name_when_how_long_how_large_and_how_it_stands() {
    let mut bench = bench();
    bench.window.get_by_label("Pō waiata – Aroha, 2026-11-20 19:30 · 1:02:05 · 1.2 GB, in order");
    bench.window.get_by_label("Aroha, 2026-11-20 19:30 · 1:02:05 · 1.2 GB, recording");
    bench.window.get_by_label_contains("recovered, 0.5 s lost").click();
    assert_eq!(asks(&mut bench), ShelfWish::Open(Some("/takes/b".into())));
}

#[test]
fn a_take_with_damaged_notes_is_a_row_like_the_others() {
    let mut bench = bench();
    let fault = Fault::new(key::FAULT_RECORD_JOURNAL).with("file", "x");
    let damaged = Row { take: Err(fault), ..row("2026-11-19 2000 Aroha", "", State::Whole) };
    bench.becomes(|now| now.shelf.rows = Some(Arc::new(vec![damaged])));
    bench.window.get_by_label_contains("damaged notes");
}

#[test]
fn a_take_is_heard_from_where_the_person_is_and_stopped_again() {
    let mut bench = bench();
    bench.window.get_by_label("At 0:00:00 of 0:01:40").focus();
    bench.window.run_steps(2);
    for _ in 0..3 {
        bench.window.key_press(egui::Key::ArrowRight);
        bench.window.run_steps(2);
    }
    bench.window.get_by_label("At 0:00:15 of 0:01:40");
    bench.window.key_press(egui::Key::Space);
    assert_eq!(asks(&mut bench), ShelfWish::Play(15 * SECOND));
    bench.becomes(|now| now.shelf.heard = Some(Heard { take: uuid::Uuid::nil(), frame: 20 * SECOND }));
    bench.window.get_by_label("At 0:00:20 of 0:01:40");
    bench.window.key_press(egui::Key::End);
    assert_eq!(asks(&mut bench), ShelfWish::Play(100 * SECOND), "while it is heard a jump is heard too");
    bench.window.get_by_label("Stop it").click();
    assert_eq!(asks(&mut bench), ShelfWish::Silence);
}

#[test]
fn a_press_on_the_picture_of_the_sound_goes_there() {
    let mut bench = bench();
    bench.window.get_by_label("At 0:00:00 of 0:01:40").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("At 0:00:50 of 0:01:40");
    bench.window.get_by_label("Hear it").click();
    assert_eq!(asks(&mut bench), ShelfWish::Play(50 * SECOND));
}

#[test]
fn what_is_heard_ends_with_the_panel_that_shows_it() {
    let mut bench = bench();
    bench.becomes(|now| now.shelf.heard = Some(Heard { take: uuid::Uuid::nil(), frame: 0 }));
    assert_eq!(bench.wishes(), []);
    bench.window.key_press(egui::Key::F8);
    bench.window.step();
    let wishes = bench.wishes();
    assert!(!wishes.is_empty() && wishes.iter().all(|wish| *wish == Command::Shelf(ShelfWish::Silence)));
}

#[test]
fn a_take_is_named_anew_and_keeps_the_name_that_was_not_typed() {
    let mut bench = bench();
    let field = bench.window.get_by_role_and_label(egui::accesskit::Role::TextInput, "Artist");
    field.focus();
    bench.window.run_steps(2);
    bench.window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    bench.window.event(egui::Event::Text("Hēmi".into()));
    bench.window.run_steps(2);
    bench.window.key_press(egui::Key::Enter);
    let wish = ShelfWish::Rename { folder: "/takes/a".into(), artist: Some("Hēmi".into()), title: None };
    assert_eq!(asks(&mut bench), wish);
}

#[test]
fn what_is_being_typed_stays_when_the_take_gets_another_folder_meanwhile() {
    let mut bench = bench();
    let role = egui::accesskit::Role::TextInput;
    bench.window.get_by_role_and_label(role, "Artist").focus();
    bench.window.run_steps(2);
    bench.window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    bench.window.event(egui::Event::Text("Hē".into()));
    bench.window.run_steps(2);
    bench.becomes(|now| now.shelf.open = Some(open_take("a – Ata")));
    assert!(bench.window.get_by_role_and_label(role, "Artist").is_focused());
    bench.window.event(egui::Event::Text("mi".into()));
    bench.window.run_steps(2);
    bench.window.key_press(egui::Key::Enter);
    let (artist, title) = (Some("Hēmi".into()), None);
    assert_eq!(asks(&mut bench), ShelfWish::Rename { folder: "/takes/a – Ata".into(), artist, title });
}

#[test]
fn where_the_person_is_in_a_take_stays_when_it_gets_another_folder() {
    let mut bench = bench();
    bench.window.get_by_label("At 0:00:00 of 0:01:40").click();
    bench.window.run_steps(3);
    bench.becomes(|now| now.shelf.open = Some(open_take("a – Ata")));
    bench.window.get_by_label("At 0:00:50 of 0:01:40");
}

#[test]
fn a_take_whose_picture_cannot_be_made_says_so_and_what_to_do() {
    let mut bench = bench();
    let picture = |bench: &mut Bench, picture: Picture| {
        bench.becomes(|now| now.shelf.open = Some(OpenTake { picture, ..open_take("a") }));
    };
    picture(&mut bench, Picture::Reading(0.5));
    bench.window.get_by_label_contains("Reading the sound: 50 %");
    picture(&mut bench, Picture::Unreadable);
    bench.window.get_by_label_contains("The sound could not be read, so there is no picture of it. Press “Check”");
    let mut silent = open_take("a");
    Arc::make_mut(&mut silent.take).files.clear();
    bench.becomes(|now| now.shelf.open = Some(silent));
    bench.window.get_by_label("There is no sound in this take.");
}

#[test]
fn a_screen_reader_is_told_the_place_in_seconds_and_sets_it() {
    let mut bench = bench();
    let numbers = |bench: &Bench| {
        let wave = bench.window.get_by_role_and_label(egui::accesskit::Role::Slider, "At 0:00:00 of 0:01:40");
        let node = wave.accesskit_node();
        (node.numeric_value(), node.min_numeric_value(), node.max_numeric_value())
    };
    assert_eq!(numbers(&bench), (Some(0.0), Some(0.0), Some(100.0)));
    bench.window.get_by_label("At 0:00:00 of 0:01:40").set_value_accesskit(30.0);
    bench.window.run_steps(3);
    bench.window.get_by_label("At 0:00:30 of 0:01:40");
}

#[test]
fn a_space_bar_that_is_held_plays_once_and_stops_nothing() {
    let mut bench = bench();
    bench.window.get_by_label("At 0:00:00 of 0:01:40").focus();
    bench.window.run_steps(2);
    bench.window.key_down(egui::Key::Space);
    assert_eq!(asks(&mut bench), ShelfWish::Play(0));
    bench.becomes(|now| now.shelf.heard = Some(Heard { take: uuid::Uuid::nil(), frame: 0 }));
    for _ in 0..4 {
        // A key that stays down repeats.
        bench.window.key_down(egui::Key::Space);
        assert_eq!(bench.wishes(), []);
    }
    bench.window.key_up(egui::Key::Space);
    bench.window.run_steps(2);
    assert_eq!(bench.press(egui::Key::Space), [Command::Shelf(ShelfWish::Silence)]);
}

#[test]
fn at_its_end_a_take_is_heard_from_its_beginning_again() {
    let mut bench = bench();
    bench.window.get_by_label("At 0:00:00 of 0:01:40").focus();
    bench.window.run_steps(2);
    bench.window.key_press(egui::Key::End);
    bench.window.run_steps(2);
    bench.window.get_by_label("At 0:01:40 of 0:01:40");
    bench.window.get_by_label("Hear it").click();
    assert_eq!(asks(&mut bench), ShelfWish::Play(0));
}

#[test]
fn arrow_keys_go_from_take_to_take_and_one_out_of_sight_comes_into_view() {
    let mut bench = bench();
    let title = |n: usize| format!("Night {n:02}");
    let rows = (0..40).map(|n| row(&format!("n{n:02}"), &title(n), State::Whole)).collect();
    bench.becomes(|now| now.shelf.rows = Some(Arc::new(rows)));
    assert!(bench.window.query_by_label_contains(&title(39)).is_none(), "all are shown, and nothing is tested");
    bench.window.get_by_label_contains(&title(0)).focus();
    bench.window.run_steps(2);
    let list = bench.window.get_by_label_contains(&title(0)).rect();
    let walk = |bench: &mut Bench, key, n: usize| {
        bench.window.key_press(key);
        bench.window.run_steps(3);
        let title = title(n);
        let row = bench.window.get_by_label_contains(&title);
        assert!(row.is_focused(), "{n}");
        assert!(row.rect().top() >= list.top() - 1.0 && row.rect().bottom() < 800.0, "{n} at {:?}", row.rect());
    };
    (1..40).for_each(|n| walk(&mut bench, egui::Key::ArrowDown, n));
    (0..39).rev().for_each(|n| walk(&mut bench, egui::Key::ArrowUp, n));
}

#[test]
fn an_export_is_what_was_chosen() {
    let mut bench = bench();
    bench.window.get_by_label("Export").click();
    bench.window.run_steps(3);
    for choice in ["All in one file", "FLAC", "Copies at −16.0 LUFS"] {
        bench.window.get_by_label(choice).click();
        bench.window.run_steps(2);
    }
    bench.window.get_by_label("Export now").click();
    let ShelfWish::Export(folder, plan) = asks(&mut bench) else { panic!("an export") };
    assert_eq!((folder, plan.cut, plan.part), (PathBuf::from("/takes/a"), Cut::Whole, Part::Mix));
    assert_eq!(plan.formats, [Format::Wav, Format::Flac]);
    assert!(plan.matched.is_some());
}

#[test]
fn the_bin_takes_two_presses() {
    let mut bench = bench();
    bench.window.get_by_label("To the bin").click();
    bench.window.run_steps(15);
    assert_eq!(bench.wishes(), []);
    bench.window.get_by_label("Press again").click();
    assert_eq!(asks(&mut bench), ShelfWish::Bin("/takes/a".into()));
}

#[test]
fn what_is_done_is_told_and_can_be_stopped_and_nothing_else_begins_meanwhile() {
    let mut bench = bench();
    let work = Work { folder: "/takes/a".into(), what: Task::Export, name: "02 E ipo".into(), share: 0.4 };
    bench.becomes(|now| now.shelf.work = Some(work));
    bench.window.get_by_label("Check").click();
    assert_eq!(bench.wishes(), []);
    bench.window.get_by_label("Stop").click();
    assert_eq!(asks(&mut bench), ShelfWish::Stop);
    let first = Some(PathBuf::from("/takes/a/Songs/01 Pōkarekare Ana.wav"));
    let done = Done::Exported { folder: "/takes/a".into(), files: 3, first, told: Vec::new() };
    bench.becomes(|now| (now.shelf.work, now.shelf.done) = (None, Some(done)));
    bench.window.get_by_label("3 files are in “Songs”.");
    bench.window.get_by_label("Show the files").click();
    assert_eq!(asks(&mut bench), ShelfWish::Reveal("/takes/a/Songs/01 Pōkarekare Ana.wav".into()));
}

#[test]
fn a_check_tells_how_far_it_is_and_can_be_stopped() {
    let mut bench = bench();
    let work = Work { folder: "/takes/a".into(), what: Task::Verify, name: String::new(), share: 0.4 };
    bench.becomes(|now| now.shelf.work = Some(work));
    let bar = bench.window.get_by_role_and_label(egui::accesskit::Role::ProgressIndicator, "Checking every file…");
    assert_eq!(bar.accesskit_node().numeric_value(), Some(40.0));
    bench.window.get_by_label("Stop").click();
    assert_eq!(asks(&mut bench), ShelfWish::Stop);
}

#[test]
fn the_night_is_told_from_its_beginning_to_its_end() {
    let bench = bench();
    for word in ["What happened", "0:00:10", "0:00:50", "0:01:40"] {
        bench.window.get_by_label(word);
    }
    assert!(bench.window.query_all_by_label_contains("Pōkarekare Ana").next().is_some());
}

#[test]
fn every_key_has_a_name_in_te_reo_too() {
    let shelf = Shelf { rows: Some(Arc::default()), open: Some(open_take("a")), ..Shelf::default() };
    let mut bench = Bench::in_language(Snapshot { shelf, ..show() }, Language::Maori);
    bench.window.key_press(egui::Key::F8);
    bench.window.run_steps(4);
    for name in ["Whakarongo", "Kaweake", "Ki te pūranga", "Tirohia", "Ki te ipupara", "Kei 0:00:00 o 0:01:40"] {
        bench.window.get_by_label(name);
    }
}
