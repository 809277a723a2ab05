//! What a session decides: the desk, recordings, cards and the end; beside it, the air and the shelf.

use super::*;
use crate::destination::Destination;
use crate::limits::MAX_FAULTS;
use crate::session::command::SongWish;
use crate::session::event::AirNews;
use crate::session::snapshot::DestinationNow;

#[path = "air_tests.rs"]
mod air_tests;
#[path = "course_tests.rs"]
mod course_tests;
#[path = "shelf_tests.rs"]
mod shelf_tests;

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

#[test]
fn a_set_list_that_is_changed_during_the_show_keeps_the_song_that_is_played() {
    let mut session = session();
    let list = |names: &[&str]| {
        Command::NameShow(Show { set_list: names.iter().map(|name| (*name).into()).collect(), ..Show::default() })
    };
    let next = |session: &Session| session.snapshot(seconds(0)).songs().next.map(ToOwned::to_owned);
    session.command(list(&["Tahi", "Rua", "Toru", "Whā"]));
    (0..3).for_each(|_| drop(session.command(Command::Song(SongWish::Next))));
    assert_eq!(next(&session).as_deref(), Some("Whā"));
    session.command(list(&["Toru", "Whā"]));
    assert_eq!(next(&session).as_deref(), Some("Whā"), "what was played is gone from the list");
    session.command(list(&["Kore", "Tahi", "Rua", "Toru", "Rima"]));
    assert_eq!(next(&session).as_deref(), Some("Rima"), "one was put in before it");
    session.command(list(&["Kore"]));
    assert_eq!(next(&session), None);
}
