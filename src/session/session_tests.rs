use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::desk::StripInput;
use crate::destination::{Destination, Service};
use crate::secret::StreamKey;
use crate::session::command::{DestinationEdit, DestinationWish, Typed};
use crate::session::event::AirNews;
use crate::session::snapshot::{AirFigures, AirState, DestinationNow};

use super::*;
use crate::limits::MAX_FAULTS;
use crate::show::Show;

fn running(inputs: u8) -> Event {
    Event::Device(DeviceState::Running {
        id: "a".into(),
        name: "A".into(),
        inputs,
        rate: 48_000,
        frames: 64,
        realtime: true,
    })
}

fn session() -> Session {
    going_to(&["http://localhost/whip/demo"])
}

/// A session with these destinations, numbered from 1.
fn going_to(urls: &[&str]) -> Session {
    let now = |(id, url): (u32, &&str)| DestinationNow {
        what: Destination::to(id, *url, 256_000),
        ..DestinationNow::default()
    };
    let destinations = (1..).zip(urls).map(now).collect();
    Session::new(Snapshot { destinations, ..Snapshot::default() }, BTreeMap::new())
}

fn air(n: u32, news: AirNews) -> Event {
    Event::Air(DestinationId(n), news)
}

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

#[test]
fn going_on_air_records_too_and_leaving_it_does_not_stop_the_recording() {
    let mut session = session();
    session.event(running(2), seconds(0));
    let deeds = session.command(Command::GoOnAir);
    assert_eq!(deeds[0], Deed::StartRecorder(Duration::ZERO));
    assert!(matches!(deeds[1], Deed::StartPublisher(..)));
    assert_eq!(session.command(Command::LeaveAir), vec![Deed::StopPublisher(DestinationId(1))]);
    assert!(matches!(session.snapshot(seconds(1)).recording, RecordingState::On { .. }));
}

#[test]
fn a_recording_begins_as_long_ago_as_is_chosen_and_one_that_asks_for_more_gets_it() {
    let mut session = session();
    session.event(running(2), seconds(0));
    session.command(Command::Roll(Rolling { hold_seconds: 3, pre_roll_seconds: 7 }));
    assert_eq!(session.snapshot(seconds(0)).rolling, Rolling { hold_seconds: 60, pre_roll_seconds: 7 });
    let starts = |deeds: Vec<Deed>, since| assert_eq!(deeds.last(), Some(&Deed::StartRecorder(since)));
    starts(session.command(Command::StartRecording), seconds(7));
    session.command(Command::StopRecording);
    session.event(Event::RecordingEnded, seconds(1));
    starts(session.command(Command::RecordSince(Duration::MAX)), Duration::MAX);
    session.event(Event::Rolled(seconds(40)), seconds(1));
    assert_eq!(session.snapshot(seconds(1)).rolled, seconds(40));
}

#[test]
fn a_mark_is_the_next_song_then_a_number_and_belongs_to_a_recording() {
    let mut session = session();
    session.event(running(2), seconds(0));
    assert_eq!(session.command(Command::Mark(None)), vec![]);
    assert_eq!(session.snapshot(seconds(0)).faults[0].fault.code, key::FAULT_SESSION_NOT_RECORDING);
    session.command(Command::NameShow(Show { set_list: vec!["Pō".into()], ..Show::default() }));
    session.command(Command::StartRecording);
    assert_eq!(session.command(Command::Mark(None)), vec![Deed::Mark("Pō".into())]);
    assert_eq!(session.command(Command::Mark(None)), vec![Deed::Mark("2".into())]);
    assert_eq!(session.command(Command::Mark(Some(" Encore ".into()))), vec![Deed::Mark("Encore".into())]);
    for _ in 3..MAX_MARKERS {
        assert_eq!(session.command(Command::Mark(None)).len(), 1);
    }
    assert_eq!(session.command(Command::Mark(None)), vec![]);
    assert_eq!(session.snapshot(seconds(0)).faults[0].fault.code, key::FAULT_SESSION_MARKERS);
    session.command(Command::StopRecording);
    session.event(Event::RecordingEnded, seconds(1));
    session.command(Command::StartRecording);
    assert_eq!(session.command(Command::Mark(None)), vec![Deed::Mark("Pō".into())], "a new recording begins anew");
}

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

#[test]
fn an_empty_desk_gets_a_strip_for_each_input_and_a_laid_out_one_is_left_alone() {
    let mut session = session();
    session.event(running(18), seconds(0));
    assert_eq!(session.snapshot(seconds(0)).desk.strips.len(), 18);
    session.event(running(4), seconds(1));
    assert_eq!(session.snapshot(seconds(1)).desk.strips.len(), 18);
}

#[test]
fn the_same_fault_again_counts_up_on_one_card() {
    let mut session = session();
    let fault = Fault::new(key::FAULT_SESSION_NO_DEVICE);
    session.event(Event::Trouble(fault.clone()), seconds(0));
    session.event(Event::Trouble(fault), seconds(1));
    let faults = session.snapshot(seconds(1)).faults;
    assert_eq!((faults.len(), faults[0].times), (1, 2));
    session.command(Command::DismissFault(faults[0].id));
    assert!(session.snapshot(seconds(1)).faults.is_empty());
}

#[test]
fn a_fault_that_comes_with_ever_other_numbers_stays_one_card_and_hides_no_other() {
    let mut session = session();
    let full = Fault::new(key::FAULT_RECORD_FULL).with("folder", "takes");
    session.event(Event::Trouble(full.clone()), seconds(0));
    for milliseconds in 0..2 * MAX_FAULTS as u64 {
        let late = Fault::new(key::FAULT_PUBLISH_LATE).with("milliseconds", milliseconds);
        session.event(Event::Trouble(late), seconds(1));
    }
    session.event(Event::Trouble(Fault::new(key::FAULT_RECORD_FULL).with("folder", "elsewhere")), seconds(2));
    let faults = session.snapshot(seconds(2)).faults;
    assert_eq!((faults.len(), &faults[2].fault), (3, &full));
    assert_eq!(faults[1].times, 2 * MAX_FAULTS as u32);
    assert!(faults[1].fault.to_string().contains("63 ms"), "{}", faults[1].fault);
}

#[test]
fn a_recording_that_is_wanted_while_the_files_of_the_one_before_are_finished_begins_at_once_with_what_rolled() {
    let mut session = session();
    session.event(running(2), seconds(0));
    session.command(Command::Roll(Rolling { hold_seconds: 60, pre_roll_seconds: 7 }));
    session.command(Command::StartRecording);
    assert_eq!(session.command(Command::StopRecording), [Deed::StopRecorder]);
    assert_eq!(session.snapshot(seconds(1)).recording, RecordingState::Off);
    assert!(session.command(Command::GoOnAir).contains(&Deed::StartRecorder(seconds(7))));
    assert_eq!(session.event(Event::TakeFinished, seconds(2)), []);
    assert!(matches!(session.snapshot(seconds(2)).recording, RecordingState::On { .. }));
    session.command(Command::LeaveAir);
    session.command(Command::StopRecording);
    assert_eq!(session.command(Command::RecordSince(seconds(3))), [Deed::StartRecorder(seconds(3))]);
}

#[test]
fn quitting_leaves_the_air_finishes_the_recording_and_then_ends() {
    let mut session = session();
    session.event(running(2), seconds(0));
    session.command(Command::GoOnAir);
    assert_eq!(
        session.command(Command::Quit),
        vec![Deed::StopPublisher(DestinationId(1)), Deed::StopRecorder, Deed::End]
    );
    assert!(session.snapshot(seconds(1)).ended);
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

fn any_command() -> impl Strategy<Value = Command> {
    prop_oneof![
        Just(Command::GoOnAir),
        Just(Command::LeaveAir),
        Just(Command::StartRecording),
        Just(Command::StopRecording),
        Just(Command::ChooseDevice(None)),
        Just(Command::ChooseDevice(Some("b".into()))),
        Just(Command::NameShow(Show::default())),
        any_place().prop_map(Command::Destination),
        (0u8..40, 0u8..40).prop_map(|(l, r)| Command::AddStrip(StripInput::Stereo(l, r))),
    ]
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(running(3)),
        Just(Event::RecordingEnded),
        Just(Event::TakeFinished),
        any_news(),
        (1u32..6, "[ab]").prop_map(|(n, url)| Event::Key { id: DestinationId(n), url, key: StreamKey::parse("k") }),
    ]
}

fn any_news() -> impl Strategy<Value = Event> {
    let news = [AirNews::OnAir, AirNews::Reconnecting, AirNews::Refused, AirNews::Ended, AirNews::Listeners(Some(1))];
    (1u32..6, 0..news.len()).prop_map(move |(n, which)| air(n, news[which].clone()))
}

fn any_place() -> impl Strategy<Value = DestinationWish> {
    let edit = prop_oneof![
        any::<bool>().prop_map(DestinationEdit::On),
        "[ab]?".prop_map(DestinationEdit::Url),
        (0u32..600_000).prop_map(DestinationEdit::Bitrate),
        any::<bool>().prop_map(DestinationEdit::Safest),
        ".{0,3}".prop_map(DestinationEdit::Name),
    ];
    let id = (1u32..6).prop_map(DestinationId);
    prop_oneof![
        Just(DestinationWish::Add(Service::Whip)),
        "[ab]? ?k?".prop_map(|text| DestinationWish::AddAt(Typed(text))),
        (id.clone(), edit).prop_map(|(id, edit)| DestinationWish::Edit(id, edit)),
        (id.clone(), "[kx ]{0,2}").prop_map(|(id, typed)| DestinationWish::Key(id, Typed(typed))),
        id.prop_map(DestinationWish::Remove),
    ]
}

proptest! {
    /// Whatever happens in whatever order: at most one publisher for each destination and one recorder run, each stop
    /// follows a start, and who is not on air anywhere publishes nowhere.
    #[test]
    fn starts_and_stops_always_come_in_turn(steps in proptest::collection::vec(prop_oneof![
        any_command().prop_map(Ok), any_event().prop_map(Err)], 0..60))
    {
        let mut session = session();
        let (mut publishing, mut recording) = (BTreeSet::new(), false);
        for (at, step) in steps.into_iter().enumerate() {
            if step == Err(Event::RecordingEnded) { recording = false; }
            if let Err(Event::Air(id, AirNews::Ended)) = &step { publishing.remove(id); }
            let deeds = match step {
                Ok(command) => session.command(command),
                Err(event) => session.event(event, seconds(at as u64)),
            };
            for deed in deeds {
                match deed {
                    Deed::StartPublisher(id, aim) => prop_assert!(publishing.insert(id) && !aim.url.is_empty()),
                    Deed::StopPublisher(id) => prop_assert!(publishing.remove(&id)),
                    Deed::StartRecorder(_) => prop_assert!(!std::mem::replace(&mut recording, true)),
                    Deed::StopRecorder => prop_assert!(std::mem::replace(&mut recording, false)),
                    _ => {}
                }
            }
            let now = session.snapshot(seconds(at as u64));
            prop_assert!(now.desk.strips.len() <= MAX_STRIPS && now.destinations.len() <= MAX_DESTINATIONS);
            prop_assert!(now.air != AirState::Off || publishing.is_empty());
            let shown = now.destinations.iter().filter(|one| one.air != AirState::Off).map(|one| one.what.id);
            prop_assert!(shown.eq(publishing.iter().copied()));
        }
    }
}

#[test]
fn an_effect_is_put_into_a_slot_once_and_taken_out_again() {
    use crate::desk::address::{ChannelName, kind};
    use crate::desk::channel::{Kind, Place};
    let mut session = session();
    let group = ChannelName::Group(1);
    let put = |channel: &ChannelName, kind| Command::PutEffect(channel.clone(), Place::PostEq, kind);
    let stands =
        |session: &Session| group.of(session.desk()).and_then(|channel| channel.insert(Place::PostEq).cloned());
    let (denoise, hall) = (kind("denoise"), kind("hall"));
    assert!(matches!(session.command(put(&group, denoise))[..], [Deed::ApplyDesk(_), Deed::Remember]));
    assert_eq!(stands(&session).map(|insert| insert.kind), denoise);
    assert_eq!(session.command(put(&group, denoise)), vec![]);
    session.command(put(&group, hall));
    assert_eq!(stands(&session).map(|insert| insert.kind), hall);
    session.command(put(&group, None));
    assert_eq!(stands(&session), None);
    // Headphone mixes have no slots, and an unknown effect is nothing.
    assert_eq!(session.command(put(&ChannelName::Cue(0), hall)), vec![]);
    assert_eq!(session.command(put(&group, Some(Kind(200)))), vec![]);
}

#[test]
fn a_take_is_only_heard_where_there_are_headphones_and_only_sent_where_the_show_goes() {
    let mut session = session();
    let told = |session: &Session| session.snapshot(seconds(0)).faults[0].fault.code;
    assert_eq!(session.command(Command::Shelf(ShelfWish::Play(0))), vec![]);
    assert_eq!(told(&session), key::FAULT_SESSION_NO_PHONES);
    assert_eq!(session.command(Command::Shelf(ShelfWish::Send("a".into()))), vec![]);
    assert_eq!(told(&session), key::FAULT_SESSION_NO_ARCHIVE, "the key is missing");
    session.event(running(2), seconds(0));
    session.command(Command::ChooseMonitor(Some("phones".into())));
    assert_eq!(session.command(Command::Shelf(ShelfWish::Play(7))), vec![Deed::Shelf(ShelfWish::Play(7))]);
}

#[test]
fn one_thing_at_a_time_is_done_with_takes_and_its_end_makes_room_for_the_next() {
    use shelf::{Done, ShelfNews};
    let mut session = session();
    let check = || Command::Shelf(ShelfWish::Verify("a".into()));
    assert_eq!(session.command(check()), vec![Deed::Shelf(ShelfWish::Verify("a".into()))]);
    assert_eq!(session.command(check()), vec![]);
    assert_eq!(session.snapshot(seconds(0)).faults[0].fault.code, key::FAULT_SESSION_SHELF_BUSY);
    session.event(Event::Shelf(ShelfNews::Done(shelf::Task::Verify, Done::Good("a".into()))), seconds(1));
    let shelf = session.snapshot(seconds(1)).shelf;
    assert_eq!((shelf.work, shelf.done), (None, Some(Done::Good("a".into()))));
    assert_eq!(session.command(check()).len(), 1);
    assert_eq!(session.snapshot(seconds(1)).shelf.done, None);
}

#[test]
fn a_take_goes_into_the_bin_after_what_is_done_and_the_shelf_is_looked_at_then() {
    use shelf::{Done, ShelfNews, Task};
    let mut session = session();
    let bin = || Command::Shelf(ShelfWish::Bin("a".into()));
    session.command(Command::Shelf(ShelfWish::Export("b".into(), Box::default())));
    assert_eq!(session.command(bin()), vec![]);
    assert_eq!(session.snapshot(seconds(0)).faults[0].fault.code, key::FAULT_SESSION_SHELF_BUSY);
    // What is told of another task ends nothing.
    session.event(Event::Shelf(ShelfNews::Done(Task::Verify, Done::Ended("b".into()))), seconds(1));
    assert_eq!(session.command(bin()), vec![]);
    session.event(Event::Shelf(ShelfNews::Done(Task::Export, Done::Ended("b".into()))), seconds(2));
    assert_eq!(session.command(bin()), vec![Deed::Shelf(ShelfWish::Bin("a".into()))]);
    assert_eq!(session.snapshot(seconds(2)).shelf.work.map(|work| work.what), Some(Task::Bin));
    let done = Event::Shelf(ShelfNews::Done(Task::Bin, Done::Binned("a".into())));
    assert_eq!(session.event(done, seconds(3)), vec![Deed::Shelf(ShelfWish::Look)]);
}

#[test]
fn what_a_recording_changes_on_the_shelf_is_looked_at_once_somebody_looked() {
    use shelf::ShelfNews;
    let mut session = session();
    session.event(running(2), seconds(0));
    session.command(Command::StartRecording);
    assert_eq!(session.event(Event::RecordingEnded, seconds(1)), vec![]);
    session.event(Event::Shelf(ShelfNews::Rows(Arc::default())), seconds(1));
    session.command(Command::StartRecording);
    assert_eq!(session.event(Event::RecordingEnded, seconds(2)), vec![Deed::Shelf(ShelfWish::Look)]);
    assert_eq!(session.event(Event::TakeFinished, seconds(3)), vec![Deed::Shelf(ShelfWish::Look)]);
}

#[test]
fn what_is_on_air_is_recorded_whoever_wants_to_stop_that() {
    let mut session = session();
    session.event(running(2), seconds(0));
    session.command(Command::GoOnAir);
    assert_eq!(session.command(Command::StopRecording), vec![]);
    assert_eq!(session.snapshot(seconds(0)).faults[0].fault.code, key::FAULT_SESSION_RECORDS_ON_AIR);
    session.command(Command::LeaveAir);
    assert_eq!(session.command(Command::StopRecording), vec![Deed::StopRecorder]);
    session.event(Event::RecordingEnded, seconds(1));
    session.command(Command::GoOnAir);
    let deeds = session.command(Command::Quit);
    assert!(
        deeds.contains(&Deed::StopRecorder) && deeds.contains(&Deed::StopPublisher(DestinationId(1))),
        "an end is an end"
    );
}
