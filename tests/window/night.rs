//! The timeline of the night, and trying again at once.

use korero::night::{Moment, What};
use korero::timeline::FrameIndex;

use super::*;

fn moment(second: u64, what: What) -> Moment {
    Moment { utc_ms: second * 1_000, frame: FrameIndex(second * 48_000), levels: None, what }
}

fn bad_night() -> Snapshot {
    let (code, line) = ("fault-publish-lost".to_owned(), "The connection to host is lost.".to_owned());
    let night = vec![
        moment(1, What::OnAir { to: "Marae".into() }),
        moment(2, What::Trouble { code, values: None, about: None, line }),
        moment(3, What::Reconnecting { to: "Marae".into() }),
    ];
    let mut now = Snapshot { night: Arc::new(night), ..show() };
    now.destinations[0].air = AirState::Reconnecting;
    now
}

#[test]
fn the_night_is_told_newest_first_by_key_and_by_press() {
    let mut bench = Bench::new(bad_night());
    bench.window.get_by_label("The night so far").click();
    bench.window.run_steps(3);
    let top = |bench: &Bench, label: &str| bench.window.get_by_label(label).rect().top();
    let (lost, air) =
        (top(&bench, "The connection to host is lost."), top(&bench, "On air at Marae: the far side confirms it."));
    let back = top(&bench, "Off air at Marae for the moment; getting back on.");
    assert!(back < lost && lost < air, "{back} {lost} {air}");
    bench.window.key_press(egui::Key::F3);
    bench.window.run_steps(3);
    assert!(bench.window.query_by_label("The connection to host is lost.").is_none());
    bench.window.key_press(egui::Key::F3);
    bench.window.run_steps(3);
    assert!(bench.window.query_by_label("The connection to host is lost.").is_some());
}

#[test]
fn while_the_way_to_the_air_is_lost_and_only_then_a_person_can_try_again_at_once() {
    let mut bench = Bench::new(bad_night());
    bench.window.get_by_label("Try again now").click();
    bench.window.run_steps(3);
    assert_eq!(bench.wishes(), [Command::Retry]);
    bench.window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::T);
    bench.window.run_steps(3);
    assert_eq!(bench.wishes(), [Command::Retry]);
    bench.becomes(|now| now.destinations[0].air = AirState::On { length: Duration::ZERO, bitrate: 256_000 });
    assert!(bench.window.query_by_label("Try again now").is_none());
}
