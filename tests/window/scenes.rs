//! Scenes: kept, recalled, changed and put in order; and the one key that an artist presses for the next.

use std::collections::BTreeSet;

use korero::desk::address::ChannelName;
use korero::desk::scene::{Part, Scene, SceneId, Scenes, Scope};
use korero::session::command::{SceneEdit, SceneForm, SceneWish};

use super::*;

fn scene(name: &str, fade_ms: u64) -> Scene {
    let fade = Duration::from_millis(fade_ms);
    Scene { id: SceneId::random(), name: name.into(), desk: Arc::default(), scope: Scope::default(), fade }
}

/// Three scenes, of which the first is on the desk; the panel is open.
fn bench() -> (Bench, Vec<SceneId>) {
    let list = vec![scene("Karakia", 0), scene("Waiata", 2_500), scene("Poi", 0)];
    let ids: Vec<_> = list.iter().map(|scene| scene.id.clone()).collect();
    let scenes = Arc::new(Scenes { list, locked: false });
    let mut bench = Bench::new(Snapshot { scenes, scene: Some(ids[0].clone()), ..show() });
    bench.window.key_press(egui::Key::F6);
    bench.window.run_steps(3);
    (bench, ids)
}

fn asks(bench: &mut Bench) -> SceneWish {
    let mut wishes = bench.wishes();
    match (wishes.pop(), wishes.is_empty()) {
        (Some(Command::Scene(wish)), true) => wish,
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_key_or_one_press_recalls_the_next_scene() {
    let (mut bench, ids) = bench();
    bench.window.get_by_label("Next scene: Waiata").click();
    assert_eq!(asks(&mut bench), SceneWish::Next);
    bench.window.run_steps(10);
    bench.window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Enter);
    assert_eq!(asks(&mut bench), SceneWish::Next);
    // The key on the screen held by the keyboard is not pressed as well.
    bench.window.get_by_label("Next scene: Waiata").focus();
    bench.window.run_steps(10);
    bench.window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Enter);
    assert_eq!(asks(&mut bench), SceneWish::Next);
    bench.becomes(|now| now.scene = Some(ids[2].clone()));
    bench.window.get_by_label("That was the last scene").click();
    assert_eq!(bench.wishes(), []);
}

/// Holds a key for so many pictures, as a keyboard tells of it: pressed again and again.
fn hold(bench: &mut Bench, modifiers: egui::Modifiers, key: egui::Key, pictures: usize) {
    for _ in 0..pictures {
        bench.window.key_down_modifiers(modifiers, key);
        bench.window.step();
    }
}

#[test]
fn a_key_that_is_held_recalls_one_scene_and_adds_one_strip() {
    let (mut bench, _) = bench();
    hold(&mut bench, egui::Modifiers::COMMAND, egui::Key::Enter, 30);
    assert_eq!(asks(&mut bench), SceneWish::Next);
    bench.window.key_up(egui::Key::Enter);
    bench.window.get_by_label("Next scene: Waiata").focus();
    bench.window.run_steps(10);
    for key in [egui::Key::Space, egui::Key::Enter] {
        hold(&mut bench, egui::Modifiers::NONE, key, 30);
        assert_eq!(asks(&mut bench), SceneWish::Next, "{key:?}");
        bench.window.key_up(key);
    }
    hold(&mut bench, egui::Modifiers::COMMAND, egui::Key::N, 30);
    assert!(matches!(bench.wishes()[..], [Command::AddStrip(_)]));
}

#[test]
fn two_presses_in_quick_succession_recall_one_scene() {
    let (mut bench, _) = bench();
    for _ in 0..3 {
        bench.window.get_by_label("Next scene: Waiata").click();
    }
    assert_eq!(asks(&mut bench), SceneWish::Next);
    bench.window.run_steps(10);
    bench.window.get_by_label("Next scene: Waiata").click();
    assert_eq!(asks(&mut bench), SceneWish::Next);
}

#[test]
fn without_scenes_there_is_no_key_for_the_next_and_the_panel_says_how_to_begin() {
    let mut bench = Bench::new(show());
    assert!(bench.window.query_by_label_contains("Next scene").is_none());
    bench.window.get_by_label("Scenes").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("No scenes yet. Set the desk as a song needs it, then keep it here.");
    bench.window.get_by_label("Keep the desk as a scene").click();
    let form = SceneForm { name: "Scene 1".into(), scope: Scope::default(), fade: Duration::ZERO };
    assert_eq!(asks(&mut bench), SceneWish::Store(form));
}

#[test]
fn a_scene_is_recalled_kept_anew_and_moved() {
    let (mut bench, ids) = bench();
    bench.window.get_by_label("Recall Poi").click();
    assert_eq!(asks(&mut bench), SceneWish::Recall(ids[2].clone()));
    bench.window.get_by_label("2, Waiata").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Move Waiata up").click();
    assert_eq!(asks(&mut bench), SceneWish::Move(ids[1].clone(), 0));
    bench.window.get_by_label("Move Waiata down").click();
    assert_eq!(asks(&mut bench), SceneWish::Move(ids[1].clone(), 2));
}

#[test]
fn the_desk_is_kept_in_a_scene_that_is_there_by_two_presses_and_not_by_one() {
    let (mut bench, ids) = bench();
    bench.window.get_by_label("Keep the desk as it is now in Karakia").click();
    bench.window.run_steps(12);
    // The first press for one thing is none for the other.
    bench.window.get_by_label("Remove Karakia").click();
    bench.window.run_steps(12);
    bench.window.get_by_label("Keep the desk as it is now in Karakia").click();
    bench.window.run_steps(12);
    assert_eq!(bench.wishes(), []);
    let sure = "Press again to keep the desk in Karakia; what it holds now does not come back by undo";
    bench.window.get_by_label(sure).click();
    assert_eq!(asks(&mut bench), SceneWish::Update(ids[0].clone()));
}

#[test]
fn neither_a_double_click_nor_a_key_that_is_held_removes_a_scene_or_overwrites_it() {
    let (mut bench, _) = bench();
    for (first, again) in [
        ("Remove Karakia", "Press again to remove Karakia"),
        ("Keep the desk as it is now in Karakia", "Press again to keep the desk in Karakia"),
    ] {
        bench.window.get_by_label(first).click();
        bench.window.run_steps(2);
        bench.window.get_by_label_contains(again).click();
        assert_eq!(bench.wishes(), [], "{first} by a double-click");
        bench.window.run_steps(100);
        bench.window.get_by_label(first).focus();
        hold(&mut bench, egui::Modifiers::NONE, egui::Key::Space, 40);
        bench.window.key_up(egui::Key::Space);
        assert_eq!(bench.wishes(), [], "{first} by a held key");
        bench.window.run_steps(100);
    }
}

#[test]
fn a_scene_is_removed_by_two_presses_and_not_by_one() {
    let (mut bench, ids) = bench();
    bench.window.get_by_label("Remove Karakia").click();
    assert_eq!(bench.wishes(), []);
    bench.window.run_steps(10);
    bench.window.get_by_label("Press again to remove Karakia; scenes do not come back by undo").click();
    assert_eq!(asks(&mut bench), SceneWish::Remove(ids[0].clone()));
    bench.window.get_by_label("Remove Karakia").click();
    bench.window.run_steps(100);
    assert_eq!(bench.wishes(), []);
    bench.window.get_by_label("Remove Karakia");
}

#[test]
fn name_and_fade_of_a_scene_are_typed() {
    let (mut bench, ids) = bench();
    bench.window.get_by_label("2, Waiata").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Name of Waiata").focus();
    bench.window.run_steps(2);
    bench.window.get_by_label("Name of Waiata").type_text(" 2");
    bench.window.run_steps(2);
    bench.window.key_press(egui::Key::Enter);
    assert_eq!(asks(&mut bench), SceneWish::Edit(ids[1].clone(), SceneEdit::Name("Waiata 2".into())));
    bench.window.get_by_label("Fade of Waiata in seconds").focus();
    bench.window.run_steps(2);
    bench.window.get_by_label("Fade of Waiata in seconds").type_text("5");
    bench.window.run_steps(2);
    bench.window.key_press(egui::Key::Enter);
    assert_eq!(asks(&mut bench), SceneWish::Edit(ids[1].clone(), SceneEdit::Fade(Duration::from_millis(2_550))));
}

/// Types behind the name of the first scene, and leaves the text field open.
fn type_name(bench: &mut Bench, more: &str) {
    bench.window.get_by_label("Name of Karakia").focus();
    bench.window.run_steps(2);
    bench.window.get_by_label("Name of Karakia").type_text(more);
    bench.window.run_steps(2);
}

#[test]
fn a_typed_name_and_the_switch_that_is_pressed_after_it_are_two_changes() {
    let (mut bench, ids) = bench();
    type_name(&mut bench, " 2");
    bench.window.get_by_label("Recall sets: Faders").click();
    let wishes = bench.wishes();
    let [Command::Scene(SceneWish::Edit(id, name)), Command::Scene(SceneWish::Edit(_, SceneEdit::Scope(_)))] =
        &wishes[..]
    else {
        panic!("{wishes:?}")
    };
    assert_eq!((id, name), (&ids[0], &SceneEdit::Name("Karakia 2".into())));
}

#[test]
fn what_is_typed_is_taken_before_the_keyboard_closes_the_panel_or_recalls_the_next_scene() {
    let named = |id: &SceneId| Command::Scene(SceneWish::Edit(id.clone(), SceneEdit::Name("Karakia 2".into())));
    let (mut bench, ids) = bench();
    type_name(&mut bench, " 2");
    bench.window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Enter);
    assert_eq!(bench.wishes(), [named(&ids[0]), Command::Scene(SceneWish::Next)]);
    type_name(&mut bench, " 2");
    bench.window.key_press(egui::Key::F6);
    assert_eq!(bench.wishes(), [named(&ids[0])]);
    assert!(bench.window.query_by_label("Close Scenes").is_none());
}

#[test]
fn what_a_recall_touches_is_switched_part_by_part_and_channel_by_channel() {
    let (mut bench, ids) = bench();
    let scope = |bench: &mut Bench| match asks(bench) {
        SceneWish::Edit(id, SceneEdit::Scope(scope)) if id == ids[0] => scope,
        other => panic!("{other:?}"),
    };
    bench.window.get_by_label("Recall sets: Faders").click();
    let parts = Scope::default().parts.into_iter().filter(|part| *part != Part::Fader);
    assert_eq!(scope(&mut bench), Scope { channels: None, parts: parts.collect() });
    bench.window.get_by_label("Recall reaches: Piano").click();
    let without = scope(&mut bench).channels.expect("some of them");
    let piano = ChannelName::Strip(bench.snapshot.load().desk.strips[1].id.clone());
    assert!(!without.contains(&piano) && without.contains(&ChannelName::Mix) && !without.contains(&ChannelName::Desk));
    bench.becomes(|now| Arc::make_mut(&mut now.scenes).list[0].scope.channels = Some(without));
    bench.window.get_by_label("Recall reaches: Piano").click();
    assert_eq!(scope(&mut bench).channels, None, "all of them is also those that come later");
    bench.window.get_by_label("Recall reaches: All").click();
    assert_eq!(scope(&mut bench).channels, None);
    bench.becomes(|now| Arc::make_mut(&mut now.scenes).list[0].scope.channels = None);
    bench.window.get_by_label("Recall reaches: All").click();
    assert_eq!(scope(&mut bench).channels, Some(BTreeSet::new()));
}

#[test]
fn scenes_of_a_newer_version_are_recalled_and_not_changed() {
    let (mut bench, ids) = bench();
    bench.becomes(|now| Arc::make_mut(&mut now.scenes).locked = true);
    for name in ["Keep the desk as a scene", "Remove Karakia", "Recall sets: Faders"] {
        bench.window.get_by_label(name).click();
    }
    assert_eq!(bench.wishes(), []);
    bench.window.get_by_label("Scenes can be recalled but not changed: their file is from a newer version or damaged.");
    bench.window.get_by_label("Recall Waiata").click();
    assert_eq!(asks(&mut bench), SceneWish::Recall(ids[1].clone()));
}

#[test]
fn arrow_keys_go_through_the_list_and_escape_goes_back() {
    let (mut bench, _) = bench();
    assert!(bench.window.get_by_label("Close Scenes").is_focused());
    bench.window.get_by_label("1, Karakia").focus();
    bench.window.run_steps(2);
    bench.press(egui::Key::ArrowDown);
    assert!(bench.window.get_by_label("2, Waiata").is_focused());
    bench.window.run_steps(2);
    bench.window.get_by_label("Move Waiata up");
    bench.press(egui::Key::Escape);
    assert!(bench.window.query_by_label("Close Scenes").is_none());
}
