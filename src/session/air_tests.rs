//! Where the air goes: what is on air, whose key goes where, and what is told of each place.

use super::*;
use crate::destination::Service;
use crate::session::command::{DestinationEdit, DestinationWish, Typed};
use crate::session::snapshot::{AirFigures, AirState};

#[test]
fn on_air_is_only_said_once_the_far_side_confirmed_it() {
    let mut session = session();
    session.event(running(2), seconds(0));
    session.command(Command::GoOnAir);
    assert_eq!(session.snapshot(seconds(1)).air, AirState::Connecting);
    session.event(air(1, AirNews::OnAir), seconds(2));
    assert_eq!(session.snapshot(seconds(12)).air, AirState::On { length: seconds(10), bitrate: 0 });
}

#[test]
fn the_time_on_air_goes_on_over_a_reconnect() {
    let mut session = session();
    session.event(running(2), seconds(0));
    session.command(Command::GoOnAir);
    session.event(air(1, AirNews::OnAir), seconds(10));
    session.event(air(1, AirNews::Reconnecting), seconds(20));
    assert_eq!(session.snapshot(seconds(20)).air, AirState::Reconnecting);
    session.event(air(1, AirNews::OnAir), seconds(24));
    assert_eq!(session.snapshot(seconds(30)).air, AirState::On { length: seconds(20), bitrate: 0 });
}

#[test]
fn late_news_of_a_publisher_that_was_stopped_puts_nothing_on_air() {
    let mut session = session();
    session.event(running(2), seconds(0));
    session.command(Command::GoOnAir);
    session.command(Command::LeaveAir);
    session.event(air(1, AirNews::OnAir), seconds(1));
    assert_eq!(session.snapshot(seconds(1)).air, AirState::Off);
}

#[test]
fn without_an_interface_or_a_target_the_reason_is_told_and_nothing_starts() {
    let mut no_device = session();
    assert_eq!(no_device.command(Command::GoOnAir), vec![]);
    assert_eq!(no_device.snapshot(seconds(0)).faults[0].fault.code, key::FAULT_SESSION_NO_DEVICE);
    let mut no_target = going_to(&[]);
    no_target.event(running(1), seconds(0));
    assert_eq!(no_target.command(Command::GoOnAir), vec![]);
    assert_eq!(no_target.snapshot(seconds(0)).faults[0].fault.code, key::FAULT_SESSION_NO_TARGET);
}

fn starts(deeds: &[Deed]) -> Vec<(u32, Option<&str>)> {
    let mut started = Vec::new();
    for deed in deeds {
        if let Deed::StartPublisher(id, aim) = deed {
            started.push((id.0, aim.key.as_deref()));
        }
    }
    started
}

fn place(wish: DestinationWish) -> Command {
    Command::Destination(wish)
}

fn edit(n: u32, edit: DestinationEdit) -> Command {
    place(DestinationWish::Edit(DestinationId(n), edit))
}

#[test]
fn a_key_never_goes_to_another_address_and_each_destination_has_its_own() {
    let mut session = going_to(&["http://a/whip/x", "http://b/whip/x"]);
    session.event(running(2), seconds(0));
    let typed = |n, key: &str| place(DestinationWish::Key(DestinationId(n), Typed(key.into())));
    let key = StreamKey::parse("first").unwrap();
    assert_eq!(session.command(typed(1, " first ")), [Deed::KeepKey("http://a/whip/x".into(), key)]);
    session.command(edit(1, DestinationEdit::Bitrate(96_000)));
    assert_eq!(starts(&session.command(Command::GoOnAir)), [(1, Some("first")), (2, None)]);
    let deeds = session.command(edit(1, DestinationEdit::Url("http://c/whip/x".into())));
    let seek = Deed::SeekKey(DestinationId(1), "http://c/whip/x".into());
    assert_eq!(deeds, [Deed::Remember, Deed::StopPublisher(DestinationId(1)), seek], "it waits for the key store");
    let found = |url: &str, key| Event::Key { id: DestinationId(1), url: url.into(), key: StreamKey::parse(key) };
    assert_eq!(session.event(found("http://a/whip/x", "first"), seconds(1)), [], "the answer for the address before");
    assert_eq!(starts(&session.event(found("http://c/whip/x", "third"), seconds(1))), [(1, Some("third"))]);
    let deeds = session.command(typed(1, ""));
    assert_eq!((deeds.contains(&Deed::ForgetKey("http://c/whip/x".into())), starts(&deeds)), (true, vec![(1, None)]));
    assert_eq!(session.command(typed(1, "two words")), []);
    assert_eq!(session.snapshot(seconds(1)).faults[0].fault.code, key::FAULT_PUBLISH_KEY_FORM);
}

#[test]
fn a_key_store_that_was_unlocked_late_still_gives_its_key_unless_a_person_said_otherwise() {
    let mut session = going_to(&["http://a/whip/x"]);
    session.event(running(2), seconds(0));
    assert_eq!(session.seek_keys(), [Deed::SeekKey(DestinationId(1), "http://a/whip/x".into())]);
    let found = |key: Option<&str>| Event::Key {
        id: DestinationId(1),
        url: "http://a/whip/x".into(),
        key: key.and_then(StreamKey::parse),
    };
    session.command(Command::GoOnAir);
    assert_eq!(starts(&session.event(found(None), seconds(15))), [(1, None)], "the show does not wait for ever");
    let deeds = session.event(found(Some("late")), seconds(20));
    assert!(deeds.contains(&Deed::StopPublisher(DestinationId(1))), "{deeds:?}");
    assert_eq!(starts(&deeds), [(1, Some("late"))]);
    session.command(place(DestinationWish::Key(DestinationId(1), Typed(String::new()))));
    assert_eq!(session.event(found(Some("late")), seconds(30)), [], "a person forgot it");
}

#[test]
fn a_key_inside_an_address_is_kept_as_the_key_and_never_in_the_address() {
    let mut session = going_to(&["http://a/whip/x"]);
    let deeds = session.command(edit(1, DestinationEdit::Url("icecast://source:hackme@h:8000/live".into())));
    let key = StreamKey::parse("hackme").unwrap();
    assert_eq!(deeds, [Deed::Remember, Deed::KeepKey("icecast://h:8000/live".into(), key)]);
    let now = session.snapshot(seconds(0));
    assert_eq!((now.destinations[0].what.url.as_str(), now.destinations[0].has_key), ("icecast://h:8000/live", true));
    assert!(!format!("{now:?} {session:?} {deeds:?}").contains("hackme"));
}

#[test]
fn a_show_is_on_air_as_soon_as_one_destination_confirms_it_and_each_has_its_own_word() {
    let mut session = going_to(&["http://a/whip/x", "http://b/whip/x", "http://c/whip/x"]);
    session.event(running(2), seconds(0));
    session.command(edit(3, DestinationEdit::On(false)));
    session.command(Command::GoOnAir);
    session.event(air(1, AirNews::Refused), seconds(1));
    assert_eq!(session.snapshot(seconds(1)).air, AirState::Connecting);
    session.event(air(2, AirNews::OnAir), seconds(2));
    let figures = AirFigures { bitrate: 256_000, ..AirFigures::default() };
    session.event(air(2, AirNews::Figures(figures)), seconds(3));
    let now = session.snapshot(seconds(12));
    let on = AirState::On { length: seconds(10), bitrate: 256_000 };
    let each: Vec<_> = now.destinations.iter().map(|one| one.air.clone()).collect();
    assert_eq!((now.air, each), (on.clone(), vec![AirState::Refused, on, AirState::Off]));
    session.event(air(2, AirNews::Reconnecting), seconds(13));
    assert_eq!(session.snapshot(seconds(13)).air, AirState::Reconnecting);
    assert_eq!(session.command(Command::LeaveAir), [1, 2].map(|n| Deed::StopPublisher(DestinationId(n))));
    assert_eq!(session.snapshot(seconds(14)).air, AirState::Off);
}

#[test]
fn an_outage_is_one_card_for_its_place_under_the_name_that_it_has_now() {
    let mut session = session();
    session.event(running(2), seconds(0));
    session.command(Command::GoOnAir);
    session.event(air(1, AirNews::OnAir), seconds(1));
    let trouble = |code| air(1, AirNews::Trouble(Fault::new(code).with("host", "localhost")));
    session.event(trouble(key::FAULT_PUBLISH_LOST), seconds(2));
    session.event(air(1, AirNews::Reconnecting), seconds(2));
    let shown = |session: &Session| {
        let faults = session.snapshot(seconds(3)).faults;
        faults.into_iter().map(|shown| (shown.fault.code, shown.fault.about)).collect::<Vec<_>>()
    };
    assert_eq!(shown(&session), [(key::FAULT_PUBLISH_LOST, None)]);
    session.command(place(DestinationWish::Add(Service::Whip)));
    session.event(trouble(key::FAULT_PUBLISH_UNREACHABLE), seconds(3));
    assert_eq!(shown(&session), [(key::FAULT_PUBLISH_UNREACHABLE, Some("localhost".to_owned()))]);
    session.command(edit(1, DestinationEdit::Name("Aroha".into())));
    assert_eq!(shown(&session), [(key::FAULT_PUBLISH_UNREACHABLE, Some("Aroha".to_owned()))]);
    session.event(air(1, AirNews::OnAir), seconds(4));
    assert_eq!(shown(&session), []);
    session.event(trouble(key::FAULT_PUBLISH_LOST), seconds(5));
    session.command(Command::LeaveAir);
    session.event(trouble(key::FAULT_PUBLISH_UNREACHABLE), seconds(6));
    assert_eq!(shown(&session), [], "it was left");
}

#[test]
fn on_air_a_destination_is_switched_changed_added_and_removed_without_touching_the_others() {
    let mut session = going_to(&["http://a/whip/x", "http://b/whip/x"]);
    session.event(running(2), seconds(0));
    session.command(Command::GoOnAir);
    let (first, second) = (DestinationId(1), DestinationId(2));
    assert!(session.command(edit(1, DestinationEdit::On(false))).contains(&Deed::StopPublisher(first)));
    assert_eq!(starts(&session.command(edit(1, DestinationEdit::On(true)))), [(1, None)]);
    assert_eq!(session.command(edit(1, DestinationEdit::Name("Te Ūpoko".into()))), [Deed::Remember]);
    assert_eq!(session.title_of(first).as_deref(), Some("Te Ūpoko"));
    let deeds = session.command(edit(2, DestinationEdit::Bitrate(96_000)));
    assert_eq!((deeds.contains(&Deed::StopPublisher(second)), starts(&deeds)), (true, vec![(2, None)]));
    session.command(place(DestinationWish::Remove(second)));
    session.command(place(DestinationWish::Add(Service::Icecast)));
    let added = session.snapshot(seconds(1)).destinations[1].what.clone();
    assert_eq!((added.id, added.service), (DestinationId(3), Service::Icecast), "a number is never given twice");
    session.command(edit(1, DestinationEdit::On(false)));
    assert_eq!(session.snapshot(seconds(1)).air, AirState::Off, "a show that goes nowhere is off air");
}

#[test]
fn one_that_cannot_start_leaves_the_others_on_air_and_is_tried_again_once_it_was_changed() {
    let mut session = going_to(&["nonsense", "http://b/whip/x"]);
    session.event(running(2), seconds(0));
    session.command(Command::GoOnAir);
    assert_eq!(session.event(air(1, AirNews::Ended), seconds(1)), []);
    session.event(air(2, AirNews::OnAir), seconds(1));
    assert!(matches!(session.snapshot(seconds(1)).air, AirState::On { .. }));
    session.command(edit(1, DestinationEdit::Url("http://a/whip/x".into())));
    let found = Event::Key { id: DestinationId(1), url: "http://a/whip/x".into(), key: None };
    assert_eq!(starts(&session.event(found, seconds(2))), [(1, None)]);
}

#[test]
fn a_fifth_destination_is_refused_and_takes_go_to_the_first_of_our_kind_that_has_a_key() {
    let mut session = going_to(&["icecast://h/live", "http://a/whip/x", "http://b/whip/x", "http://c/whip/x"]);
    assert_eq!((session.command(place(DestinationWish::Add(Service::Whip))), session.home()), (vec![], None));
    assert_eq!(session.snapshot(seconds(1)).faults[0].fault.code, key::FAULT_SESSION_DESTINATIONS);
    for n in [1, 3] {
        session.command(place(DestinationWish::Key(DestinationId(n), Typed("k".into()))));
    }
    assert_eq!(session.home().map(|aim| aim.url).as_deref(), Some("http://b/whip/x"));
}

#[test]
fn one_paste_adds_a_place_with_its_address_and_its_key() {
    let mut session = going_to(&[]);
    let paste = |text: &str| place(DestinationWish::AddAt(Typed(text.into())));
    let deeds = session.command(paste("https://live.example/@aroha kk_1"));
    let url = "https://live.example/whip/aroha".to_owned();
    assert!(deeds.contains(&Deed::KeepKey(url.clone(), StreamKey::parse("kk_1").unwrap())), "{deeds:?}");
    let deeds = session.command(paste("icecast://radio.example:8000/live"));
    assert!(deeds.iter().any(|deed| matches!(deed, Deed::SeekKey(DestinationId(2), _))), "{deeds:?}");
    let all = session.snapshot(seconds(0)).destinations;
    let shown: Vec<_> = all.iter().map(|one| (one.what.url.as_str(), one.what.service, one.has_key)).collect();
    let radio = ("icecast://radio.example:8000/live", Service::Icecast, false);
    assert_eq!(shown, [(url.as_str(), Service::Korero, true), radio]);
    session.command(paste("https://c/whip/x"));
    session.command(paste("https://d/whip/x"));
    assert_eq!(session.command(paste("https://e/whip/x")), []);
    assert_eq!(session.snapshot(seconds(0)).faults[0].fault.code, key::FAULT_SESSION_DESTINATIONS);
}
