//! The key that goes on air and leaves it: only a hold does either.

use super::*;

#[test]
fn a_click_or_the_space_bar_never_goes_live_but_a_hold_does() {
    let mut bench = Bench::new(show());
    let name = "Go live: hold to go on air";
    bench.window.get_by_label(name).click();
    assert_eq!(bench.wishes(), []);
    bench.window.get_by_label(name).focus();
    bench.window.run_steps(2);
    assert_eq!(bench.press(egui::Key::Space), []);
    bench.window.key_down(egui::Key::Space);
    bench.window.run_steps(30);
    bench.window.key_up(egui::Key::Space);
    assert_eq!(bench.wishes(), [Command::GoOnAir]);
}

#[test]
fn what_a_key_does_is_not_told_over_what_it_has_just_changed() {
    let mut bench = Bench::new(show());
    let told =
        |bench: &Bench| bench.window.query_by_label_contains("Hold again to leave; recording goes on.").is_some();
    let at = bench.window.get_by_label("Go live: hold to go on air").rect().center();
    bench.window.hover_at(at);
    bench.window.run_steps(40);
    assert!(told(&bench), "a mouse that rests asks what it is for");
    bench.window.drag_at(at);
    bench.window.run_steps(40);
    bench.window.drop_at(at);
    bench.window.run_steps(40);
    assert!(!told(&bench));
    // As X11 does with a button that goes up.
    bench.window.event(egui::Event::PointerGone);
    bench.window.run_steps(2);
    bench.window.hover_at(at);
    bench.window.run_steps(40);
    assert!(!told(&bench));
    bench.window.hover_at(egui::pos2(600.0, 500.0));
    bench.window.run_steps(4);
    bench.window.hover_at(at);
    bench.window.run_steps(40);
    assert!(told(&bench));
}

#[test]
fn a_show_on_air_ends_only_by_a_hold() {
    let mut bench = Bench::new(show());
    bench.becomes(|now| now.air = AirState::On { length: Duration::from_secs(3_725), bitrate: 256_000 });
    let name = "LIVE 1:02:05: hold to leave the air";
    let at = bench.window.get_by_label(name).rect().center();
    bench.window.get_by_label(name).click();
    assert_eq!(bench.wishes(), []);
    bench.window.drag_at(at);
    bench.window.run_steps(30);
    bench.window.drop_at(at);
    assert_eq!(bench.wishes(), [Command::LeaveAir]);
}
