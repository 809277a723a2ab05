//! The lock for the stage: what a locked window hears, and how it is unlocked.

use korero::session::command::SongWish;

use super::air_view::{in_air_view, on_air};
use super::*;

const LOCKED: &str = "Locked. Only the next song, a mark and unlocking work.";
const UNLOCK: &str = "Unlock: hold F12";

fn locked(mut bench: Bench) -> Bench {
    bench.window.key_press(egui::Key::F12);
    bench.wishes();
    bench.window.run_steps(2);
    bench
}

fn is_locked(bench: &Bench) -> bool {
    bench.window.query_by_label(UNLOCK).is_some()
}

#[test]
fn a_window_that_opens_anew_in_the_middle_of_a_show_is_locked_and_speaks_as_the_one_before() {
    let bench = Bench::new(Snapshot { locked: true, ..on_air() });
    assert!(is_locked(&bench));
    let bench = Bench::new(Snapshot { language: Some("mi".to_owned()), ..on_air() });
    assert!(bench.window.query_by_label("Rakaina").is_some());
}

#[test]
fn a_locked_desk_hears_neither_mouse_nor_keyboard_nor_screen_reader_and_says_so() {
    for bench in [Bench::new(on_air()), in_air_view(on_air())] {
        let mut bench = locked(bench);
        bench.window.get_by_role_and_label(egui::accesskit::Role::Label, LOCKED);
        let names: Vec<_> = bench
            .window
            .query_all(egui_kittest::kittest::by().recursive(true))
            .filter_map(|node| node.accesskit_node().label())
            .filter(|name| ![UNLOCK, "Mark"].contains(&name.as_str()) && !name.starts_with("Next song"))
            .collect();
        assert!(names.len() >= 8, "{names:?}");
        for name in names {
            for node in bench.window.query_all_by_label(&name).collect::<Vec<_>>() {
                node.click();
                node.click_accesskit();
                node.set_value_accesskit(-20.0);
                node.increment_accesskit();
                node.focus();
            }
            bench.window.key_press(egui::Key::Space);
            bench.window.key_press(egui::Key::ArrowDown);
            assert_eq!(bench.wishes(), [], "{name}");
        }
        for key in [egui::Key::F3, egui::Key::F8, egui::Key::F9, egui::Key::Escape, egui::Key::Delete] {
            bench.window.key_press(key);
            assert_eq!(bench.wishes(), [], "{key:?}");
        }
        for key in [egui::Key::Z, egui::Key::N, egui::Key::P, egui::Key::D, egui::Key::Enter] {
            bench.window.key_press_modifiers(egui::Modifiers::COMMAND, key);
            assert_eq!(bench.wishes(), [], "{key:?}");
        }
        assert!(is_locked(&bench));
    }
}

#[test]
fn holding_the_keys_of_live_and_record_leaves_a_locked_show_on_air_and_recorded() {
    let mut bench = locked(in_air_view(on_air()));
    for key in [egui::Key::L, egui::Key::R] {
        assert_eq!(bench.hold(egui::Modifiers::COMMAND, key, 40), [], "{key:?}");
    }
    let at = bench.window.get_by_label("LIVE 1:02:05: hold to leave the air").rect().center();
    bench.window.drag_at(at);
    bench.window.run_steps(40);
    bench.window.drop_at(at);
    assert_eq!(bench.wishes(), []);
}

#[test]
fn next_song_and_mark_work_by_key_and_on_the_screen() {
    let next = Command::Song(SongWish::Next);
    for bench in [Bench::new(on_air()), in_air_view(on_air())] {
        let mut bench = locked(bench);
        let shift = egui::Modifiers::COMMAND.plus(egui::Modifiers::SHIFT);
        bench.window.key_press_modifiers(shift, egui::Key::Enter);
        assert_eq!(bench.wishes(), std::slice::from_ref(&next));
        assert_eq!(bench.press(egui::Key::PageDown), [Command::Mark(None)]);
        bench.window.run_steps(10);
        bench.window.get_all_by_label("Next song: Tūrangawaewae").next_back().expect("it is there").click();
        assert_eq!(bench.wishes(), std::slice::from_ref(&next));
        bench.window.get_all_by_label("Mark").next_back().expect("it is there").click();
        assert_eq!(bench.wishes(), [Command::Mark(None)]);
    }
}

#[test]
fn only_a_hold_unlocks_and_not_the_one_that_locked() {
    let mut bench = Bench::new(show());
    bench.hold(egui::Modifiers::NONE, egui::Key::F12, 40);
    assert!(is_locked(&bench), "the press that locked went on");
    bench.window.key_press(egui::Key::F12);
    bench.window.get_by_label(UNLOCK).click();
    bench.window.run_steps(2);
    assert!(is_locked(&bench));
    bench.hold(egui::Modifiers::NONE, egui::Key::F12, 30);
    assert!(!is_locked(&bench));
    bench.window.get_by_label("Lock").click();
    bench.window.run_steps(3);
    let at = bench.window.get_by_label(UNLOCK).rect().center();
    bench.window.drag_at(at);
    bench.window.run_steps(30);
    bench.window.drop_at(at);
    bench.window.run_steps(2);
    assert!(!is_locked(&bench));
}

#[test]
fn a_locked_window_is_not_closed_by_one_press_of_its_frame() {
    let mut bench = locked(Bench::new(show()));
    let root = bench.window.input_mut().viewports.entry(egui::ViewportId::ROOT).or_default();
    root.events.push(egui::ViewportEvent::Close);
    bench.window.step();
    assert_eq!(bench.wishes(), []);
    bench.window.get_by_label("Stay").click();
    assert_eq!(bench.wishes(), []);
    assert!(is_locked(&bench));
}
