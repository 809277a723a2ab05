//! The set-up assistant: what it heard becomes one edit of the desk.

use super::*;
use crate::assistant::{Finding, Kind, Pair, Setup};
use crate::session::command::{Label, SetUpWish};

#[test]
fn the_assistant_listens_to_an_interface_and_what_it_found_is_taken_over_as_one_edit() {
    let mut session = session();
    assert_eq!(session.command(Command::SetUp(SetUpWish::Listen)), [Deed::Listen(true)]);
    let pair = Pair { left: 2, correlation: 0.9, lag: 0, inverted: false };
    let found = |input, kind, trim_db| Finding { input, kind, now: true, average_db: -30.0, peak_db: -15.0, trim_db };
    let findings = vec![found(1, Kind::Mono, 9.0), found(2, Kind::Side(pair), 4.0), found(3, Kind::Side(pair), 4.0)];
    let setup = Arc::new(Setup { findings, sum_peak_db: -2.0 });
    session.event(Event::Heard(Arc::clone(&setup)), ms(0));
    assert_eq!(session.command(Command::SetUp(SetUpWish::Stop)), [Deed::Listen(false)]);
    session.event(Event::Heard(Arc::new(Setup { findings: Vec::new(), sum_peak_db: 0.0 })), ms(0));
    assert_eq!(session.snapshot(ms(0)).set_up.heard, Some(setup), "late news is left out");
    let before = Arc::clone(session.desk());
    let label = |input, name: &str| Label { input, name: name.into() };
    session.command(Command::SetUp(SetUpWish::Accept(vec![label(1, ""), label(2, " Piana ")])));
    let strips: Vec<_> = session
        .desk()
        .strips
        .iter()
        .map(|strip| (strip.name.clone(), strip.input, strip.channel.value(Control::TRIM)))
        .collect();
    let wanted = [("1".to_owned(), StripInput::Mono(1), 9.0), ("Piana".to_owned(), StripInput::Stereo(2, 3), 4.0)];
    assert_eq!(strips, wanted);
    assert_eq!(session.snapshot(ms(0)).undo, Some(Edit::SetUp));
    session.command(Command::Undo);
    assert_eq!(*session.desk(), before);
}

/// An interface of the model 4i4 with its loopback.
fn with_loopback() -> Event {
    Event::Device(DeviceState::Running {
        id: "a".into(),
        name: "Scarlett 4i4 USB".into(),
        inputs: 6,
        rate: 48_000,
        frames: 64,
        realtime: true,
    })
}

#[test]
fn a_first_desk_has_no_strips_for_what_only_brings_back_the_computers_sound() {
    let mut session = Session::new(Snapshot::default(), BTreeMap::new());
    session.event(with_loopback(), ms(0));
    let inputs: Vec<_> = session.desk().strips.iter().map(|strip| strip.input).collect();
    assert_eq!(inputs, (1..=4).map(StripInput::Mono).collect::<Vec<_>>());
}

#[test]
fn taking_over_only_what_was_heard_leaves_what_a_person_touched_and_one_undo_brings_all_back() {
    let mut session = Session::new(Snapshot::default(), BTreeMap::new());
    session.event(with_loopback(), ms(0));
    session.command(Command::SetUp(SetUpWish::Listen));
    let touched = session.desk().strips[3].id.clone();
    session.command(Command::RenameStrip(touched.clone(), "Guest".into()));
    let before = Arc::clone(session.desk());
    let found = |input, kind| Finding { input, kind, now: true, average_db: -30.0, peak_db: -15.0, trim_db: 6.0 };
    let kinds = [Kind::Mono, Kind::Silent, Kind::Silent, Kind::Silent, Kind::Loopback, Kind::Loopback];
    let findings: Vec<_> = (1..).zip(kinds).map(|(input, kind)| found(input, kind)).collect();
    session.event(Event::Heard(Arc::new(Setup { findings, sum_peak_db: -9.0 })), ms(0));
    session.command(Command::SetUp(SetUpWish::Only(vec![Label { input: 1, name: "Reo".into() }])));
    let names: Vec<_> = session.desk().strips.iter().map(|strip| strip.name.as_str()).collect();
    assert_eq!((names, session.snapshot(ms(0)).undo), (vec!["Reo", "Guest"], Some(Edit::SetUp)));
    session.command(Command::Undo);
    assert_eq!(*session.desk(), before);
    let silent = Setup { findings: vec![found(1, Kind::Silent)], sum_peak_db: f32::NEG_INFINITY };
    session.event(Event::Heard(Arc::new(silent)), ms(0));
    session.command(Command::SetUp(SetUpWish::Only(Vec::new())));
    assert_eq!(*session.desk(), before, "where nobody was heard nothing goes");
}

#[test]
fn the_assistant_does_not_listen_where_there_is_no_interface() {
    let mut session = Session::new(Snapshot::default(), BTreeMap::new());
    assert_eq!(session.command(Command::SetUp(SetUpWish::Listen)), []);
    assert_eq!(told(&session), [key::FAULT_SESSION_NO_DEVICE]);
}
