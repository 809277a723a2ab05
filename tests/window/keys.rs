//! The panel of keys: other keys for what the window does.

use super::*;

fn open() -> Bench {
    let mut bench = Bench::new(show());
    bench.window.key_press(egui::Key::F1);
    bench.window.run_steps(3);
    bench
}

fn wait_for_keys_of(bench: &mut Bench, action: &str) {
    bench.window.get_by_label(&format!("{action}. Press to choose other keys")).click();
    bench.window.run_steps(2);
}

#[test]
fn what_belongs_to_the_whole_desk_opens_by_its_key_also_where_the_bar_has_no_room_for_it() {
    let mut bench = Bench::of_size(show(), Language::English, [860.0, 560.0]);
    assert!(bench.window.query_by_label("Desk").is_none());
    let talks = |bench: &Bench| bench.window.query_all_by_label_contains("alkback").count();
    let before = talks(&bench);
    bench.window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::B);
    bench.window.run_steps(4);
    assert!(talks(&bench) > before);
}

#[test]
fn new_keys_do_it_from_then_on_the_old_ones_do_not_and_both_the_settings_and_the_tips_know() {
    let mut bench = open();
    wait_for_keys_of(&mut bench, "Look again: F5");
    assert_eq!(bench.press(egui::Key::F8).len(), 0, "F8 is taken");
    bench.window.get_by_label("F8 is taken by “Takes”. Choose other keys, or give that one others first.");
    wait_for_keys_of(&mut bench, "Look again: F5");
    bench.window.key_press_modifiers(egui::Modifiers::ALT, egui::Key::J);
    match &bench.wishes()[..] {
        [Command::Look(looks)] => {
            let kept: Vec<_> = looks.keys.iter().map(|(name, keys)| (name.as_str(), keys.as_str())).collect();
            assert_eq!(kept, [("look-again", "Alt+J")]);
        }
        other => panic!("{other:?}"),
    }
    bench.window.get_by_label("Look again: Alt+J. Press to choose other keys");
    assert_eq!(bench.press(egui::Key::F5), []);
    bench.window.key_press_modifiers(egui::Modifiers::ALT, egui::Key::J);
    assert_eq!(bench.wishes(), [Command::RefreshDevices]);
}

#[test]
fn keys_of_typing_are_refused_in_one_sentence_and_escape_gives_up_without_closing_the_panel() {
    let mut bench = open();
    wait_for_keys_of(&mut bench, "Mark: Ctrl+M");
    bench.press(egui::Key::Space);
    bench.window.get_by_label_contains("is needed for typing and for turning controls.");
    wait_for_keys_of(&mut bench, "Mark: Ctrl+M");
    bench.window.get_by_label("Mark: Press keys · Esc");
    assert_eq!(bench.press(egui::Key::Escape), []);
    bench.window.run_steps(2);
    bench.window.get_by_label("Mark: Ctrl+M. Press to choose other keys");
}

#[test]
fn one_press_brings_all_usual_keys_back() {
    let keys = [("look-again".to_owned(), "Alt+J".to_owned())].into_iter().collect();
    let looks = Arc::new(korero::looks::Looks { keys, ..Default::default() });
    let mut bench = Bench::new(Snapshot { looks, ..show() });
    assert_eq!(bench.press(egui::Key::F5), []);
    bench.window.key_press(egui::Key::F1);
    bench.window.run_steps(3);
    bench.window.get_by_label("All usual keys again").click();
    assert!(matches!(&bench.wishes()[..], [Command::Look(looks)] if looks.keys.is_empty()));
    assert_eq!(bench.press(egui::Key::F5), [Command::RefreshDevices]);
}

#[test]
fn shift_makes_other_keys_and_does_not_bring_the_show_on_air() {
    let mut bench = Bench::new(show());
    let shift = egui::Modifiers::COMMAND.plus(egui::Modifiers::SHIFT);
    assert_eq!(bench.hold(shift, egui::Key::L, 30), []);
    assert_eq!(bench.hold(egui::Modifiers::COMMAND, egui::Key::L, 30), [Command::GoOnAir]);
}

#[test]
fn a_show_is_held_on_air_by_the_keys_that_were_chosen() {
    let keys = [("live".to_owned(), "Alt+Shift+G".to_owned())].into_iter().collect();
    let looks = Arc::new(korero::looks::Looks { keys, ..Default::default() });
    let mut bench = Bench::new(Snapshot { looks, ..show() });
    for (modifiers, key, asked) in [
        (egui::Modifiers::COMMAND, egui::Key::L, vec![]),
        (egui::Modifiers::ALT.plus(egui::Modifiers::SHIFT), egui::Key::G, vec![Command::GoOnAir]),
    ] {
        assert_eq!(bench.hold(modifiers, key, 30), asked);
    }
}

#[test]
fn keys_that_were_pressed_to_be_chosen_bring_nobody_on_air_however_long_they_are_held() {
    let mut bench = open();
    wait_for_keys_of(&mut bench, "Mark: Ctrl+M");
    assert_eq!(bench.hold(egui::Modifiers::COMMAND, egui::Key::L, 30), [], "they are taken");
    wait_for_keys_of(&mut bench, "Go live: Ctrl+L");
    let wishes = bench.hold(egui::Modifiers::ALT, egui::Key::J, 30);
    assert!(matches!(&wishes[..], [Command::Look(_)]), "{wishes:?}");
    assert_eq!(bench.hold(egui::Modifiers::ALT, egui::Key::J, 30), [Command::GoOnAir]);
}
