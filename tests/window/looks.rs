//! How the window looks: larger and smaller, colours, motion; and what a screen reader is told of changes.

use korero::looks::{Colours, Looks, Renderer};

use super::air_view::on_air;
use super::*;

fn looks(bench: &mut Bench) -> Looks {
    match &bench.wishes()[..] {
        [Command::Look(looks)] => (**looks).clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn keys_make_everything_larger_and_smaller_within_bounds_and_bring_the_usual_size_back() {
    let mut bench = Bench::new(show());
    let zoom = |bench: &Bench| (bench.window.ctx.zoom_factor() * 100.0).round() as u16;
    bench.window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Plus);
    assert_eq!(looks(&mut bench).scale, 110);
    bench.window.run_steps(2);
    assert_eq!(zoom(&bench), 110);
    for _ in 0..20 {
        bench.window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Minus);
        bench.window.run_steps(2);
    }
    bench.wishes();
    assert_eq!(zoom(&bench), 80);
    bench.window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Num0);
    assert_eq!(looks(&mut bench).scale, 100);
    for _ in 0..20 {
        bench.window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Equals);
        bench.window.run_steps(2);
    }
    assert!(zoom(&bench) > 140);
}

#[test]
fn colours_and_stillness_are_worn_from_the_beginning_and_changed_by_their_keys() {
    let first = Looks { colours: Some(Colours::Light), still: true, scale: 120, ..Looks::default() };
    let mut bench = Bench::new(Snapshot { looks: Arc::new(first.clone()), ..show() });
    bench.window.key_press(egui::Key::F9);
    assert_eq!(looks(&mut bench), Looks { colours: Some(Colours::Contrast), ..first.clone() });
    bench.window.key_press(egui::Key::F10);
    assert_eq!(looks(&mut bench), Looks { colours: Some(Colours::Contrast), still: false, ..first });
}

#[test]
fn the_size_is_chosen_in_the_menu_of_looks() {
    let mut bench = Bench::new(show());
    bench.window.get_by_label("Look").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Size 100 %");
    bench.window.get_by_label("Larger").click();
    assert_eq!(looks(&mut bench).scale, 110);
}

/// The window keeps its size on the screen, however large everything in it is.
fn stands(bench: &mut Bench) {
    for _ in 0..6 {
        bench.window.set_size(egui::vec2(1280.0, 800.0) / bench.window.ctx.zoom_factor());
        bench.window.run_steps(1);
    }
}

#[test]
fn no_press_is_counted_that_the_window_has_no_room_for_and_the_menu_says_what_is_worn() {
    let mut bench = Bench::new(show());
    for _ in 0..20 {
        bench.window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Plus);
        stands(&mut bench);
    }
    let Some(Command::Look(last)) = bench.wishes().pop() else { panic!("it became larger") };
    assert_eq!(last.scale, 150, "as the window has room for");
    bench.window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Minus);
    assert_eq!(looks(&mut bench).scale, 140, "the first step back is seen");
    // Chosen where the window was larger.
    let large = Arc::new(Looks { scale: 200, ..Looks::default() });
    let mut bench = Bench::new(Snapshot { looks: large, ..show() });
    stands(&mut bench);
    bench.window.get_by_label("Look").click();
    stands(&mut bench);
    let worn = format!("Size {} %", (bench.window.ctx.zoom_factor() * 100.0).round());
    assert_eq!(worn, "Size 152 %");
    bench.window.get_by_label(&worn);
    bench.window.get_by_label("200 % is chosen, and fits into a larger window.");
    assert!(bench.window.get_by_label("Larger").accesskit_node().is_disabled());
    assert_eq!(bench.wishes(), [], "it stays chosen");
    bench.window.get_by_label("Smaller").click();
    assert_eq!(looks(&mut bench).scale, 150);
}

#[test]
fn what_draws_the_window_is_chosen_for_the_next_start_and_what_draws_now_is_told() {
    let mut bench = Bench::new(show());
    bench.window.get_by_label("Look").click();
    bench.window.run_steps(3);
    assert!(bench.window.query_by_label_contains("OpenGL draws now").is_none());
    bench.window.get_by_label("Vulkan, Metal or Direct3D").click();
    let chosen = looks(&mut bench);
    assert_eq!(chosen.renderer, Renderer::Wgpu);
    bench.becomes(|now| now.looks = Arc::new(chosen));
    bench.window.get_by_label("Look").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("OpenGL draws now; the next start tries what is chosen.");
}

#[test]
fn a_screen_reader_is_told_at_once_of_the_air_of_recording_and_of_the_lock() {
    let mut bench = Bench::new(show());
    let told = |bench: &Bench, text: &str| {
        let node = bench.window.get_by_role_and_label(egui::accesskit::Role::Status, text);
        assert_eq!(node.accesskit_node().live(), egui::accesskit::Live::Assertive, "{text}");
    };
    bench.becomes(|now| now.air = AirState::Connecting);
    told(&bench, "Going on air.");
    bench.becomes(|now| *now = on_air());
    told(&bench, "On air. Recording.");
    bench.becomes(|now| now.air = AirState::Reconnecting);
    told(&bench, "Off air for the moment, coming back.");
    bench.becomes(|now| (now.air, now.recording) = (AirState::Off, RecordingState::Off));
    told(&bench, "Off air. Recording has stopped.");
    bench.window.key_press(egui::Key::F12);
    bench.window.run_steps(3);
    told(&bench, "Locked. Only the next song, a mark and unlocking work.");
}
