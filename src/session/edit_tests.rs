use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::desk::address::ChannelName;
use crate::desk::preset;
use crate::desk::scene::{Part, SceneId, Scenes, Scope};
use crate::desk::{Strip, StripInput};
use crate::destination::{Destination, DestinationId};
use crate::limits::MAX_FADE;
use crate::session::command::{Command, SceneEdit, SceneForm, SceneWish};
use crate::session::event::{AirNews, Event};
use crate::session::snapshot::{DestinationNow, DeviceState, Snapshot};

#[path = "compare_tests.rs"]
mod compare;
#[path = "preset_tests.rs"]
mod presets;
#[path = "set_up_tests.rs"]
mod set_up;

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn session() -> Session {
    let what = Destination::to(1, "http://localhost/whip/demo", 256_000);
    let start = Snapshot {
        destinations: vec![DestinationNow { what, ..DestinationNow::default() }],
        desk: Arc::new(Desk::for_inputs(3, |n| n.to_string())),
        presets: Arc::new(preset::house()),
        ..Snapshot::default()
    };
    let mut session = Session::new(start, BTreeMap::new());
    let device =
        DeviceState::Running { id: "a".into(), name: "A".into(), inputs: 3, rate: 48_000, frames: 64, realtime: true };
    session.event(Event::Device(device), ms(0));
    session
}

fn fader(session: &Session, strip: usize) -> Address {
    Address::strip(&session.desk().strips[strip].id, Control::FADER)
}

fn level(session: &Session, strip: usize) -> f32 {
    session.desk().strips[strip].channel.level_db()
}

fn told(session: &Session) -> Vec<korero_sentences::Key> {
    session.snapshot(ms(0)).faults.iter().map(|shown| shown.fault.code).collect()
}

/// Keeps the desk as it is as a scene of everything.
fn store(session: &mut Session, fade: Duration) -> SceneId {
    let form = SceneForm { name: "Waiata".into(), scope: Scope::default(), fade };
    let deeds = session.command(Command::Scene(SceneWish::Store(form)));
    assert!(matches!(deeds[..], [Deed::KeepScenes(_)]));
    session.snapshot(ms(0)).scene.expect("it is kept")
}

#[test]
fn edits_are_taken_back_and_done_again_and_the_snapshot_says_whether_they_can_be() {
    let mut session = session();
    let can = |session: &Session| (session.snapshot(ms(0)).undo.is_some(), session.snapshot(ms(0)).redo.is_some());
    assert_eq!(can(&session), (false, false));
    let before = Arc::clone(session.desk());
    session.command(Command::Turn(fader(&session, 0), -5.0));
    session.command(Command::RemoveStrip(session.desk().strips[1].id.clone()));
    let after = Arc::clone(session.desk());
    assert_eq!(can(&session), (true, false));
    assert!(matches!(session.command(Command::Undo)[..], [Deed::ApplyDesk(_), Deed::Remember]));
    session.command(Command::Undo);
    assert_eq!((session.desk(), can(&session)), (&before, (false, true)));
    assert_eq!(session.command(Command::Undo), []);
    session.command(Command::Redo);
    session.command(Command::Redo);
    assert_eq!((session.desk(), can(&session)), (&after, (true, false)));
    assert_eq!(session.command(Command::Redo), []);
}

#[test]
fn a_strip_wears_another_hue_until_that_is_taken_back_and_none_that_the_theme_does_not_have() {
    let mut session = session();
    let id = session.desk().strips[1].id.clone();
    let hue = |session: &Session| session.desk().strips[1].hue;
    let before = Arc::clone(session.desk());
    assert!(matches!(session.command(Command::HueStrip(id.clone(), 7))[..], [Deed::ApplyDesk(_), Deed::Remember]));
    assert_eq!((hue(&session), session.snapshot(ms(0)).undo), (7, Some(Edit::Hue(id.clone()))));
    assert_eq!(session.snapshot(ms(0)).trail.steps.len(), 1);
    for (id, hue) in [(id.clone(), 7), (id, HUES), (StripId::random(), 3)] {
        assert_eq!(session.command(Command::HueStrip(id, hue)), [], "nothing changes");
    }
    session.command(Command::Undo);
    assert_eq!(session.desk(), &before);
    session.command(Command::Redo);
    assert_eq!(hue(&session), 7);
}

#[test]
fn turning_on_and_on_is_one_step_and_turning_again_later_another() {
    let mut session = session();
    for (at, db) in [(0, -1.0), (400, -2.0), (800, -3.0), (2_500, -4.0)] {
        session.tick(ms(at));
        session.command(Command::Turn(fader(&session, 0), db));
    }
    session.command(Command::Undo);
    assert_eq!(level(&session, 0), -3.0);
    session.command(Command::Undo);
    assert_eq!(level(&session, 0), 0.0);
}

#[test]
fn what_was_done_is_told_with_its_values_and_where_the_desk_stands_among_it() {
    let mut session = session();
    let trail = |session: &Session| session.snapshot(ms(0)).trail.as_ref().clone();
    assert_eq!(trail(&session), crate::desk::history::Trail::default());
    for (at, db) in [(0, -3.0), (500, -6.0), (9_000, -7.0)] {
        session.tick(ms(at));
        session.command(Command::Turn(fader(&session, 0), db));
    }
    session.command(Command::RenameStrip(session.desk().strips[1].id.clone(), "Kitā".into()));
    session.command(Command::Undo);
    session.command(Command::Undo);
    let told = trail(&session);
    let turned: Vec<_> = told.steps.iter().map(|step| step.turned.clone()).collect();
    assert_eq!(turned, [vec![Some((0.0, -6.0))], vec![Some((-6.0, -7.0))], vec![]]);
    assert_eq!((told.done, told.earlier), (1, 0));
    session.command(Command::Redo);
    assert_eq!(trail(&session).done, 2);
    for n in 0..crate::limits::MAX_TOLD as u16 {
        session.tick(ms(20_000 + 5_000 * u64::from(n)));
        session.command(Command::Turn(fader(&session, 0), -f32::from(n % 7)));
    }
    let told = trail(&session);
    assert_eq!((told.done, told.steps.len(), told.earlier), (100, 100, 2));
}

#[test]
fn several_strips_that_are_turned_together_are_one_step_also_those_that_only_move_later() {
    let mut session = session();
    session.command(Command::Turn(fader(&session, 0), 10.0));
    session.tick(ms(5_000));
    let together = |session: &Session, db: [f32; 2]| {
        Command::TurnTogether(vec![(fader(session, 0), db[0]), (fader(session, 1), db[1])])
    };
    // The first stands at its end, and moves only on the way back.
    for (at, db) in [(5_100, [10.0, 3.0]), (5_400, [10.0, 1.0]), (5_900, [6.0, -4.0])] {
        session.tick(ms(at));
        session.command(together(&session, db));
    }
    let now = session.snapshot(ms(6_000));
    assert_eq!(now.undo, Some(Edit::Turns(vec![fader(&session, 0), fader(&session, 1)])));
    assert_eq!(now.trail.steps[1].turned, [Some((10.0, 6.0)), Some((0.0, -4.0))], "from where each began");
    session.command(Command::Undo);
    assert_eq!((level(&session, 0), level(&session, 1)), (10.0, 0.0));
    session.command(Command::Redo);
    assert_eq!((level(&session, 0), level(&session, 1)), (6.0, -4.0));
    // Back to where it began, there is nothing to undo.
    session.command(Command::Undo);
    for (at, db) in [(8_000, [7.0, -3.0]), (8_500, [10.0, 0.0])] {
        session.tick(ms(at));
        session.command(together(&session, db));
    }
    session.command(Command::Undo);
    assert_eq!(level(&session, 0), 0.0, "the step before");
}

#[test]
fn a_strip_that_is_removed_is_nobodys_side_chain_any_more() {
    let mut session = session();
    let mut desk = (**session.desk()).clone();
    desk.strips[1].key = Some(desk.strips[0].id.clone());
    session.command(Command::ReplaceDesk(Box::new(desk.clone())));
    session.command(Command::RemoveStrip(desk.strips[0].id.clone()));
    assert_eq!(session.desk().strips[0].key, None);
    session.command(Command::Undo);
    assert_eq!(**session.desk(), desk);
}

#[test]
fn a_fade_moves_in_time_and_leaves_alone_what_a_hand_touches() {
    let mut session = session();
    let scene = store(&mut session, Duration::from_secs(10));
    for strip in 0..2 {
        session.command(Command::Turn(fader(&session, strip), -40.0));
    }
    session.command(Command::Turn(Address::strip(&session.desk().strips[0].id, Control::MUTE), 1.0));
    session.tick(ms(1_000));
    session.command(Command::Scene(SceneWish::Recall(scene)));
    assert_eq!(
        (level(&session, 0), session.desk().strips[0].channel.mute()),
        (-40.0, false),
        "switches change at once"
    );
    assert!(matches!(session.tick(ms(3_500))[..], [Deed::ApplyDesk(_)]), "not worth remembering yet");
    assert_eq!((level(&session, 0), level(&session, 1)), (-30.0, -30.0));
    assert_eq!(session.snapshot(ms(3_500)).fade_left, Some(ms(7_500)));
    session.command(Command::Turn(fader(&session, 0), -12.0));
    session.tick(ms(6_000));
    assert_eq!((level(&session, 0), level(&session, 1)), (-12.0, -20.0));
    assert!(matches!(session.tick(ms(11_000))[..], [Deed::ApplyDesk(_), Deed::Remember]));
    assert_eq!((level(&session, 0), level(&session, 1)), (-12.0, 0.0));
    assert_eq!((session.tick(ms(12_000)), session.snapshot(ms(12_000)).fade_left), (vec![], None));
}

#[test]
fn a_recall_is_one_step_to_undo_and_an_undo_ends_its_fade() {
    let mut session = session();
    let scene = store(&mut session, Duration::from_secs(10));
    session.command(Command::Turn(fader(&session, 0), -40.0));
    let before = Arc::clone(session.desk());
    session.command(Command::Scene(SceneWish::Recall(scene)));
    session.tick(ms(5_000));
    session.command(Command::Undo);
    assert_eq!(*session.desk(), before);
    assert_eq!(session.tick(ms(6_000)), []);
    session.command(Command::Redo);
    assert_eq!(level(&session, 0), 0.0);
}

#[test]
fn another_recall_takes_over_what_is_in_its_scope() {
    let mut session = session();
    let loud = store(&mut session, Duration::from_secs(10));
    for strip in 0..2 {
        session.command(Command::Turn(fader(&session, strip), -40.0));
    }
    let quiet = store(&mut session, Duration::ZERO);
    let first = ChannelName::Strip(session.desk().strips[0].id.clone());
    let scope = Scope { channels: Some([first].into()), parts: [Part::Fader].into() };
    session.command(Command::Scene(SceneWish::Edit(quiet.clone(), SceneEdit::Scope(scope))));
    session.command(Command::Scene(SceneWish::Recall(loud)));
    session.tick(ms(5_000));
    session.command(Command::Scene(SceneWish::Recall(quiet)));
    session.tick(ms(20_000));
    assert_eq!((level(&session, 0), level(&session, 1)), (-40.0, 0.0));
}

#[test]
fn scenes_are_kept_changed_and_removed_and_those_of_a_newer_version_only_recalled() {
    let mut session = session();
    let scene = store(&mut session, Duration::from_secs(99));
    assert_eq!(session.snapshot(ms(0)).scenes.list[0].fade, MAX_FADE);
    session.command(Command::Turn(fader(&session, 2), -7.0));
    session.command(Command::Scene(SceneWish::Update(scene.clone())));
    assert_eq!(session.snapshot(ms(0)).scenes.list[0].desk.strips[2].channel.level_db(), -7.0);
    let locked = Scenes { locked: true, ..(*session.snapshot(ms(0)).scenes).clone() };
    session.command(Command::Scene(SceneWish::Remove(scene.clone())));
    assert!(session.snapshot(ms(0)).scenes.list.is_empty());
    session.state.scenes = Arc::new(locked);
    assert_eq!(session.command(Command::Scene(SceneWish::Remove(scene.clone()))), []);
    assert_eq!(told(&session), [key::FAULT_SCENE_LOCKED]);
    session.command(Command::Turn(fader(&session, 2), 0.0));
    assert!(!session.command(Command::Scene(SceneWish::Recall(scene))).is_empty());
}

#[test]
fn solo_in_place_is_refused_while_on_air_or_recording_and_ends_before_either_begins() {
    let in_place = || Command::Turn(Address::SOLO_MODE, Control::SOLO_IN_PLACE);
    let mode = |session: &Session| session.desk().own.value(Control::SOLO_MODE);
    for begin in [Command::GoOnAir, Command::StartRecording] {
        let mut session = session();
        assert!(!session.command(in_place()).is_empty());
        assert_eq!(mode(&session), Control::SOLO_IN_PLACE);
        let deeds = session.command(begin);
        assert!(matches!(&deeds[0], Deed::ApplyDesk(desk) if desk.own.value(Control::SOLO_MODE) == 0.0), "{deeds:?}");
        assert_eq!(session.command(in_place()), []);
        assert_eq!((mode(&session), told(&session)), (0.0, vec![key::FAULT_SESSION_SOLO_IN_PLACE]));
        // Nor does it come back with a whole desk, or by doing an edit again.
        let mut desk = Desk::for_inputs(1, |n| n.to_string());
        desk.own.set(Control::SOLO_MODE, Control::SOLO_IN_PLACE);
        session.command(Command::ReplaceDesk(Box::new(desk)));
        assert_eq!((mode(&session), session.desk().strips.len()), (0.0, 1));
        while !session.command(Command::Undo).is_empty() {}
        while !session.command(Command::Redo).is_empty() {
            assert_eq!(mode(&session), 0.0);
        }
        session.command(Command::Turn(Address::SOLO_MODE, 1.0));
        assert_eq!(mode(&session), 1.0, "after the fader is heard in the headphones only");
    }
}

#[test]
fn the_next_scene_follows_the_one_that_was_recalled_and_an_undo_goes_back_in_the_list_too() {
    let mut session = session();
    let ids: Vec<_> = (0..3)
        .map(|n| {
            session.command(Command::Turn(fader(&session, 0), -f32::from(n as u8)));
            store(&mut session, Duration::ZERO)
        })
        .collect();
    let current = |session: &Session| session.snapshot(ms(0)).scene;
    assert_eq!(current(&session), Some(ids[2].clone()), "what was kept last is on the desk");
    assert_eq!(session.command(Command::Scene(SceneWish::Next)), [], "nothing comes after the last");
    session.command(Command::Scene(SceneWish::Recall(ids[0].clone())));
    session.command(Command::Scene(SceneWish::Next));
    assert_eq!((current(&session), level(&session, 0)), (Some(ids[1].clone()), -1.0));
    session.command(Command::Undo);
    assert_eq!((current(&session), level(&session, 0)), (Some(ids[0].clone()), 0.0));
    session.command(Command::Redo);
    assert_eq!(current(&session), Some(ids[1].clone()));
    session.command(Command::Scene(SceneWish::Move(ids[0].clone(), 9)));
    let order: Vec<_> = session.snapshot(ms(0)).scenes.list.iter().map(|scene| scene.id.clone()).collect();
    assert_eq!(order, [ids[1].clone(), ids[2].clone(), ids[0].clone()]);
    session.command(Command::Scene(SceneWish::Next));
    assert_eq!(current(&session), Some(ids[2].clone()), "what comes next is told by the new order");
    session.command(Command::Scene(SceneWish::Remove(ids[2].clone())));
    session.command(Command::Scene(SceneWish::Next));
    assert_eq!(
        current(&session),
        Some(ids[0].clone()),
        "what comes after a scene that is gone comes next all the same"
    );
}

#[test]
fn a_scene_that_is_kept_or_removed_in_the_middle_of_the_show_does_not_lose_its_place() {
    let mut session = session();
    let ids: Vec<_> = (0..3).map(|_| store(&mut session, Duration::ZERO)).collect();
    let current = |session: &Session| session.snapshot(ms(0)).scene;
    session.command(Command::Scene(SceneWish::Recall(ids[0].clone())));
    let between = store(&mut session, Duration::ZERO);
    session.command(Command::Scene(SceneWish::Next));
    assert_eq!(current(&session), Some(ids[1].clone()), "after a kept one comes what came next before");
    // The recall that is undone came from a scene that is gone by then.
    session.command(Command::Turn(fader(&session, 0), -5.0));
    session.command(Command::Scene(SceneWish::Recall(ids[2].clone())));
    session.command(Command::Scene(SceneWish::Remove(ids[1].clone())));
    session.command(Command::Undo);
    assert_eq!((current(&session), level(&session, 0)), (Some(ids[2].clone()), -5.0));
    session.command(Command::Scene(SceneWish::Recall(ids[0].clone())));
    session.command(Command::Scene(SceneWish::Remove(ids[0].clone())));
    assert_eq!(current(&session), None);
    session.command(Command::Scene(SceneWish::Next));
    assert_eq!(current(&session), Some(between));
}

#[test]
fn an_undo_leaves_alone_what_the_engineer_listens_to_and_speaks_through() {
    let mut session = session();
    let own: [Address; 3] = [
        "desk.talkback.on".parse().expect("an address"),
        "desk.oscillator.on".parse().expect("an address"),
        Address::strip(&session.desk().strips[0].id, Control::SOLO),
    ];
    let stands = |session: &Session| own.each_ref().map(|address| address.get(session.desk()));
    for value in [1.0, 0.0] {
        for address in &own {
            assert!(!session.command(Command::Turn(address.clone(), value)).is_empty());
        }
        assert_eq!(stands(&session), [Some(value); 3]);
        assert_eq!(session.snapshot(ms(0)).undo, None);
    }
    // Nor does a whole desk that is taken back bring it along.
    let mut desk = (**session.desk()).clone();
    own.iter().for_each(|address| assert!(address.set(&mut desk, 1.0)));
    desk.mix.set(Control::FADER, -3.0);
    session.command(Command::ReplaceDesk(Box::new(desk)));
    own.iter().for_each(|address| drop(session.command(Command::Turn(address.clone(), 0.0))));
    session.command(Command::Undo);
    session.command(Command::Redo);
    assert_eq!((stands(&session), session.desk().mix.level_db()), ([Some(0.0); 3], -3.0));
}

#[test]
fn what_is_undone_or_kept_during_a_fade_is_where_the_fade_goes_never_half_way() {
    let mut session = session();
    let there = store(&mut session, Duration::from_secs(10));
    session.command(Command::Turn(fader(&session, 0), -40.0));
    session.command(Command::Turn(fader(&session, 1), -20.0));
    let quiet = store(&mut session, Duration::from_secs(10));
    session.command(Command::Scene(SceneWish::Recall(there.clone())));
    session.tick(ms(5_000));
    assert_eq!(level(&session, 0), -20.0);
    // Kept: the goal.
    let kept = store(&mut session, Duration::ZERO);
    session.command(Command::Scene(SceneWish::Update(there.clone())));
    for id in [&kept, &there] {
        let scenes = session.snapshot(ms(0)).scenes;
        assert_eq!(scenes.get(id).expect("there").desk.strips[0].channel.level_db(), 0.0);
    }
    // A turn that is undone.
    session.command(Command::Turn(fader(&session, 1), 3.0));
    session.command(Command::Undo);
    assert_eq!((level(&session, 0), level(&session, 1)), (-20.0, 0.0));
    // Another recall that is undone.
    session.command(Command::Scene(SceneWish::Recall(quiet)));
    session.tick(ms(6_000));
    session.command(Command::Undo);
    assert_eq!((level(&session, 0), session.snapshot(ms(0)).scene), (0.0, Some(there)));
    assert_eq!(session.tick(ms(30_000)), []);
}

#[test]
fn a_side_chain_listens_to_another_strip_but_never_to_itself_or_to_one_that_is_not_there() {
    let mut session = session();
    let ids: Vec<_> = session.desk().strips.iter().map(|strip| strip.id.clone()).collect();
    let key = |to: &StripId| Command::KeyStrip(ids[0].clone(), Some(to.clone()));
    assert_eq!(session.command(key(&ids[0])), []);
    assert_eq!(session.command(key(&StripId::random())), []);
    session.command(key(&ids[2]));
    assert_eq!(session.desk().strips[0].key.as_ref(), Some(&ids[2]));
    assert_eq!(session.snapshot(ms(0)).undo, Some(Edit::Key(ids[0].clone())));
    session.command(Command::Undo);
    assert_eq!(session.desk().strips[0].key, None);
}

fn any_wish() -> impl Strategy<Value = Command> {
    let strips = (0..3_usize, -60.0_f32..10.0);
    prop_oneof![
        strips.prop_map(|(at, db)| Command::Turn(
            Address { channel: ChannelName::Group(at as u8), control: Control::FADER },
            db
        )),
        (0..3_u8).prop_map(|mode| Command::Turn(Address::SOLO_MODE, f32::from(mode))),
        Just(Command::Undo),
        Just(Command::Redo),
        Just(Command::GoOnAir),
        Just(Command::LeaveAir),
        Just(Command::StartRecording),
        Just(Command::StopRecording),
        (1..30_u8).prop_map(|input| Command::AddStrip(StripInput::Mono(input))),
    ]
}

proptest! {
    /// Whatever is wished in whatever order, solo is never in place while the show is on air or recorded.
    #[test]
    fn the_show_is_never_soloed_in_place(steps in proptest::collection::vec(prop_oneof![
        any_wish().prop_map(Ok), Just(Err(Event::RecordingEnded)), Just(Err(Event::Air(DestinationId(1), AirNews::Ended)))], 0..80))
    {
        let mut session = session();
        for (at, step) in steps.into_iter().enumerate() {
            session.tick(ms(at as u64 * 400));
            match step {
                Ok(wish) => session.command(wish),
                Err(event) => session.event(event, ms(at as u64 * 400)),
            };
            let in_place = session.desk().own.value(Control::SOLO_MODE) == Control::SOLO_IN_PLACE;
            prop_assert!(!(in_place && session.is_busy()));
        }
    }
}
