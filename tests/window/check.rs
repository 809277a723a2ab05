//! The check of the network at a destination: begun off air, told while it runs, and taken over when a person says so.

use korero::check::verdict::{Class, Verdict};
use korero::check::{Doing, Progress};
use korero::destination::DestinationId;
use korero::session::command::CheckWish;
use korero::session::snapshot::{CheckNow, CheckState};

use super::*;

const ONE: DestinationId = DestinationId(1);

/// The panel of destinations is open.
fn bench(snapshot: Snapshot) -> Bench {
    let mut bench = Bench::new(snapshot);
    bench.window.key_press(egui::Key::F4);
    bench.window.run_steps(3);
    bench
}

fn is(bench: &mut Bench, state: CheckState) {
    bench.becomes(|now| now.check = Some(CheckNow { id: ONE, state }));
    bench.window.run_steps(3);
}

fn asks(bench: &mut Bench, name: &str) -> Vec<Command> {
    bench.window.get_by_label(name).focus();
    bench.window.run_steps(2);
    bench.press(egui::Key::Enter)
}

#[test]
fn a_check_is_begun_stopped_and_taken_over_with_the_keyboard() {
    let mut bench = bench(show());
    let begin = "example.org: check the network";
    assert_eq!(asks(&mut bench, begin), [Command::Check(CheckWish::Begin(ONE))]);
    is(&mut bench, CheckState::Running(Progress { doing: Doing::Sending(256_000), part: 0.5 }));
    bench.window.get_by_label("Sending 256 kb/s.");
    assert!(bench.window.query_by_label(begin).is_none(), "one at a time");
    assert_eq!(asks(&mut bench, "Stop the check"), [Command::Check(CheckWish::Stop)]);
    let verdict = Verdict { class: Class::Narrow, bitrate: Some(128_000), carries: Some(190), ..Verdict::no_server() };
    is(&mut bench, CheckState::Done(verdict));
    bench.window.get_by_label("Good for 128 kb/s stereo: the network carries about 190 kb/s.");
    assert_eq!(asks(&mut bench, "Use these settings"), [Command::Check(CheckWish::Take)]);
    assert_eq!(asks(&mut bench, "Put away"), [Command::Check(CheckWish::PutAway)]);
}

#[test]
fn where_no_show_can_go_no_settings_are_offered() {
    let mut bench = bench(show());
    is(&mut bench, CheckState::Done(Verdict::no_server()));
    bench.window.get_by_label("There is no way to the server from here.");
    assert!(bench.window.query_by_label("Use these settings").is_none());
}

#[test]
fn nothing_is_checked_on_air_nor_on_somebody_elses_server() {
    let on = AirState::On { length: Duration::from_secs(1), bitrate: 256_000 };
    for (url, air) in [("https://example.org/whip/aroha", on), ("https://example.org/live/whip", AirState::Off)] {
        let what = Destination::to(1, url, 256_000);
        let one = DestinationNow { what, air: air.clone(), ..DestinationNow::default() };
        let mut bench = bench(Snapshot { air, destinations: vec![one], ..show() });
        bench.window.get_by_label("example.org: check the network").click();
        assert_eq!(bench.wishes(), []);
    }
}
