//! Whatever happens, in whatever order.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::desk::StripInput;
use crate::destination::Service;
use crate::limits::MAX_STRIPS;
use crate::session::command::{DestinationEdit, DestinationWish, Typed};
use crate::session::snapshot::AirState;

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
