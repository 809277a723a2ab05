//! Where the show goes: each destination by its own word, switched, changed, added and removed.

use korero::destination::{DestinationId, Service};
use korero::session::command::{DestinationEdit, DestinationWish, Typed};
use korero::session::snapshot::AirFigures;

use super::*;

fn one(n: u32, name: &str, url: &str, air: AirState) -> DestinationNow {
    let what = Destination { name: name.into(), ..Destination::to(n, url, 256_000) };
    DestinationNow { what, air, has_key: n == 1, ..DestinationNow::default() }
}

fn four() -> Snapshot {
    let on = AirState::On { length: Duration::from_secs(61), bitrate: 255_700 };
    let mut last = one(4, "", "https://box.example/api/whip", AirState::Off);
    last.what.on = false;
    let destinations = vec![
        one(1, "Aroha", "https://live.example/whip/aroha", on.clone()),
        one(2, "Te Ūpoko", "icecast://radio.example:8000/live.opus", AirState::Reconnecting),
        one(3, "", "https://media.example:8889/live/whip", AirState::Refused),
        last,
    ];
    Snapshot { destinations, air: on, ..show() }
}

/// The panel is open.
fn bench(snapshot: Snapshot) -> Bench {
    let mut bench = Bench::new(snapshot);
    bench.window.key_press(egui::Key::F4);
    bench.window.run_steps(3);
    bench
}

fn wish(n: u32, edit: DestinationEdit) -> Vec<Command> {
    vec![Command::Destination(DestinationWish::Edit(DestinationId(n), edit))]
}

fn type_into(bench: &mut Bench, field: &str, text: &str) -> Vec<Command> {
    bench.window.get_by_label(field).focus();
    bench.window.run_steps(2);
    bench.window.get_by_label(field).type_text(text);
    bench.window.run_steps(2);
    bench.press(egui::Key::Enter)
}

#[test]
fn each_destination_has_its_own_word_beside_the_whole_shows() {
    let bench = Bench::new(four());
    for spoken in ["Aroha: LIVE · 256 kb/s", "Te Ūpoko: Coming back", "media.example:8889: Refused", "box.example: off"]
    {
        bench.window.get_by_label(spoken);
    }
    let bench = Bench::in_language(four(), Language::Maori);
    bench.window.get_by_label("box.example: weto");
}

#[test]
fn a_destination_is_switched_by_itself_with_the_mouse_and_the_keyboard() {
    let mut bench = Bench::new(four());
    bench.window.get_by_label("Te Ūpoko: on").click();
    assert_eq!(bench.wishes(), wish(2, DestinationEdit::On(false)));
    bench.window.get_by_label("box.example: on").focus();
    bench.window.run_steps(2);
    assert_eq!(bench.press(egui::Key::Space), wish(4, DestinationEdit::On(true)));
}

#[test]
fn a_key_is_sent_only_when_it_was_typed_and_can_be_forgotten() {
    let mut bench =
        bench(Snapshot { air: AirState::Off, destinations: vec![one(1, "A", "", AirState::Off)], ..show() });
    let url = "https://example.org/whip/aroha";
    assert_eq!(type_into(&mut bench, "A: address", url), wish(1, DestinationEdit::Url(url.into())));
    let typed = Command::Destination(DestinationWish::Key(DestinationId(1), Typed("secret".into())));
    assert_eq!(type_into(&mut bench, "A: key", "secret"), [typed]);
    bench.window.get_by_label("A: forget the key").click();
    assert_eq!(bench.wishes(), [Command::Destination(DestinationWish::Key(DestinationId(1), Typed::default()))]);
}

#[test]
fn what_is_on_air_is_switched_off_before_it_is_changed_or_removed_and_the_others_are_free() {
    let mut bench = bench(four());
    bench.window.get_by_label("Remove Aroha").click();
    assert_eq!(bench.wishes(), []);
    // It lies below the edge of the panel, as a screen reader reaches it.
    bench.window.get_by_label("Remove media.example:8889").click_accesskit();
    assert_eq!(bench.wishes(), [Command::Destination(DestinationWish::Remove(DestinationId(3)))]);
    let name = type_into(&mut bench, "Te Ūpoko: name", "!");
    assert_eq!(name.len(), 1, "a name is no reason to leave the air: {name:?}");
}

#[test]
fn a_place_of_any_kind_is_added_until_there_are_four_and_untried_ones_say_so() {
    let mut bench = bench(Snapshot { destinations: Vec::new(), ..show() });
    bench.window.get_by_label("Add a place").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Kōrero server");
    bench.window.get_by_label("Cloudflare Stream (from its documentation)").click();
    assert_eq!(bench.wishes(), [Command::Destination(DestinationWish::Add(Service::Cloudflare))]);
    bench.becomes(|now| now.destinations = four().destinations);
    bench.window.run_steps(3);
    bench.window.get_by_label("Add a place").click();
    bench.window.run_steps(3);
    assert!(bench.window.query_by_label("Kōrero server").is_none());
}

#[test]
fn a_network_that_carries_less_than_was_chosen_is_said_beside_the_rate() {
    let mut held = four();
    let figures = AirFigures { encoder: 96_000, packet_ms: 20, path: Some(131_000), ..AirFigures::default() };
    held.destinations[0].figures = figures;
    let bench = Bench::new(held.clone());
    bench.window.get_by_label("Aroha: LIVE · 96 kb/s: the network carries no more");
    let bench = Bench::in_language(held, Language::Maori);
    bench.window.get_by_label_contains("kāore e taea e te whatunga");
}

#[test]
fn the_safest_packets_are_a_choice_of_each_destination_that_can_take_them() {
    let mut bench = bench(four());
    bench.window.get_by_label("box.example: safest, packets of 20 ms").click_accesskit();
    bench.window.run_steps(2);
    assert_eq!(bench.wishes(), wish(4, DestinationEdit::Safest(true)));
    assert!(bench.window.query_by_label("Te Ūpoko: safest, packets of 20 ms").is_none(), "Icecast has none");
}
