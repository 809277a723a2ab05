use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::desk::address::{Address, kind};
use crate::desk::channel::{Control, Insert, Place, Section};
use crate::desk::compare::Letter;
use crate::desk::file;
use crate::desk::scene::Scope;
use crate::desk::{Strip, StripInput};
use crate::session::command::{Command, SceneForm, SceneWish};
use crate::session::snapshot::{DeviceState, Snapshot};
use crate::settings::Settings;

/// Two strips with a denoiser each, and one with a hall.
fn session() -> Session {
    let strip = |effect: &str, input: u8| {
        let mut strip = Strip::new(effect, StripInput::Mono(input));
        strip.channel.put(Place::PreEq, kind(effect).map(Insert::new));
        strip
    };
    let strips = vec![strip("denoise", 1), strip("denoise", 2), strip("hall", 3)];
    let device =
        DeviceState::Running { id: "a".into(), name: "A".into(), inputs: 3, rate: 48_000, frames: 64, realtime: true };
    let desk = Arc::new(Desk { strips, ..Desk::default() });
    Session::new(Snapshot { desk, device, monitor: Some("a".into()), ..Snapshot::default() }, BTreeMap::new())
}

fn slot(session: &Session, strip: usize) -> SlotName {
    SlotName { channel: ChannelName::Strip(session.desk().strips[strip].id.clone()), place: Place::PreEq }
}

fn heard(session: &Session) -> Option<SlotName> {
    session.snapshot(Duration::ZERO).removed
}

/// One that listens to the first strip.
fn listening() -> Session {
    let mut session = session();
    let slot = slot(&session, 0);
    assert_eq!(session.command(Command::HearRemoved(Some(slot.clone()))), [Deed::HearRemoved(Some(slot.clone()))]);
    assert_eq!(heard(&session), Some(slot));
    session
}

fn turn(session: &Session, strip: usize, control: Control, value: f32) -> Command {
    Command::Turn(Address::strip(&session.desk().strips[strip].id, control), value)
}

#[test]
fn one_is_heard_at_a_time_and_only_where_something_is_taken_away() {
    let mut session = listening();
    let (first, second) = (slot(&session, 0), slot(&session, 1));
    assert_eq!(session.command(Command::HearRemoved(Some(first.clone()))), [], "it is heard already");
    let nothing = [
        slot(&session, 2),
        SlotName { place: Place::PostEq, ..first.clone() },
        SlotName { channel: ChannelName::Mix, ..first.clone() },
        SlotName { channel: ChannelName::Desk, ..first.clone() },
        SlotName { channel: ChannelName::Group(200), ..first },
    ];
    for nothing in nothing {
        assert_eq!(session.command(Command::HearRemoved(Some(nothing))), []);
    }
    let another = Some(second.clone());
    assert_eq!(session.command(Command::HearRemoved(another.clone())), [Deed::HearRemoved(another.clone())]);
    assert_eq!(heard(&session), another);
    assert_eq!(session.command(Command::HearRemoved(None)), [Deed::HearRemoved(None)]);
    assert_eq!((heard(&session), session.command(Command::HearRemoved(None))), (None, vec![]));
}

#[test]
fn without_headphones_nothing_is_heard_and_the_session_says_why() {
    let mut session = session();
    session.command(Command::ChooseMonitor(None));
    let wish = Command::HearRemoved(Some(slot(&session, 0)));
    assert_eq!(session.command(wish), []);
    assert_eq!(heard(&session), None);
    assert_eq!(session.snapshot(Duration::ZERO).faults[0].fault.code, key::FAULT_SESSION_NO_PHONES);
}

#[test]
fn it_is_no_part_of_the_desk_its_history_its_scenes_or_what_is_remembered() {
    let mut session = session();
    let store = |session: &mut Session| {
        let form = SceneForm { name: "Waiata".into(), scope: Scope::default(), fade: Duration::ZERO };
        session.command(Command::Scene(SceneWish::Store(form)));
    };
    store(&mut session);
    let kept = |session: &Session| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("desk.toml");
        file::save(&path, session.desk()).expect("it is written");
        let now = session.snapshot(Duration::ZERO);
        Settings::default().taken_from(&now).save(folder.path()).expect("it is written");
        let written = std::fs::read_dir(folder.path()).expect("a folder");
        let texts: BTreeMap<_, _> = written
            .map(|entry| entry.expect("an entry").path())
            .map(|path| (path.file_name().map(ToOwned::to_owned), std::fs::read(path).expect("a file")))
            .collect();
        (Arc::clone(session.desk()), now.undo, now.redo, now.trail, now.scenes, texts)
    };
    let before = kept(&session);
    let wish = Command::HearRemoved(Some(slot(&session, 0)));
    session.command(wish);
    assert!(kept(&session) == before);
    let scene = session.snapshot(Duration::ZERO).scenes.list[0].clone();
    store(&mut session);
    let stored = session.snapshot(Duration::ZERO).scenes.list[1].clone();
    assert_eq!((stored.desk, stored.scope), (scene.desk, scene.scope));
    session.command(Command::Scene(SceneWish::Recall(scene.id)));
    assert!(heard(&session).is_some(), "a scene neither brings nor ends it");
    session.command(Command::HearRemoved(None));
    session.command(Command::Scene(SceneWish::Recall(stored.id)));
    assert_eq!((heard(&session), session.command(Command::Undo).len()), (None, 0));
}

#[test]
fn it_ends_with_what_is_heard_and_does_not_come_back_with_it() {
    let gone = |session: &Session| {
        let (first, id) = (slot(session, 0), session.desk().strips[0].id.clone());
        [
            Command::PutEffect(first.channel.clone(), Place::PreEq, None),
            Command::PutEffect(first.channel.clone(), Place::PreEq, kind("hall")),
            Command::RemoveStrip(id),
            Command::ReplaceDesk(Box::default()),
        ]
    };
    for at in 0..gone(&session()).len() {
        let mut session = listening();
        let wish = gone(&session)[at].clone();
        let deeds = session.command(wish.clone());
        assert!(
            matches!(deeds[..], [Deed::HearRemoved(None), Deed::ApplyDesk(_), Deed::Remember]),
            "{wish:?} {deeds:?}"
        );
        assert_eq!(heard(&session), None, "{wish:?}");
        session.command(Command::Undo);
        assert_eq!(heard(&session), None, "{wish:?}");
    }
}

#[test]
fn it_ends_with_the_setting_in_which_it_is_heard() {
    let mut session = session();
    let first = slot(&session, 0);
    session.command(Command::Compare(first.channel.clone(), Letter::B));
    session.command(Command::PutEffect(first.channel.clone(), Place::PreEq, None));
    session.command(Command::Compare(first.channel.clone(), Letter::A));
    session.command(Command::HearRemoved(Some(first.clone())));
    assert_eq!(heard(&session), Some(first.clone()));
    session.command(Command::Compare(first.channel, Letter::B));
    assert_eq!(heard(&session), None);
}

#[test]
fn a_solo_that_goes_on_or_out_ends_it_and_nothing_else_that_is_turned_does() {
    for (before, after) in [(0.0, 1.0), (1.0, 0.0)] {
        let mut session = session();
        session.command(turn(&session, 2, Control::SOLO, before));
        let wish = Command::HearRemoved(Some(slot(&session, 0)));
        session.command(wish);
        assert!(heard(&session).is_some(), "it is heard instead of what is soloed");
        let on = kind("denoise").expect("it is there");
        let turns = [
            (2, Control::SOLO, before),
            (0, Control::FADER, -20.0),
            (0, Control::MUTE, 1.0),
            (0, Control::new(Section::Slot(Place::PreEq, on), korero_dsp::effects::denoise::ON), 1.0),
            (0, Control::new(Section::Slot(Place::PreEq, on), korero_dsp::effects::denoise::ON), 0.0),
        ];
        for (strip, control, value) in turns {
            session.command(turn(&session, strip, control, value));
            assert!(heard(&session).is_some(), "{control:?}");
        }
        session.command(Command::RemoveStrip(session.desk().strips[1].id.clone()));
        assert!(heard(&session).is_some(), "another strip");
        let deeds = session.command(turn(&session, 1, Control::SOLO, after));
        assert_eq!(deeds[0], Deed::HearRemoved(None));
        assert_eq!(heard(&session), None);
    }
}
