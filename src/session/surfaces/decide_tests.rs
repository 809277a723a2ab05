use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::desk::Desk;
use crate::desk::address::Address;
use crate::desk::channel::Control;
use crate::limits::OSC_PORT;
use crate::session::act::Act;
use crate::session::event::Event;
use crate::session::snapshot::Snapshot;
use crate::session::surfaces::{MidiControl, MidiKind, Osc, Source};
use crate::show::Show;

fn session() -> Session {
    let start = Snapshot { desk: Arc::new(Desk::for_inputs(2, |n| n.to_string())), ..Snapshot::default() };
    Session::new(start, BTreeMap::new())
}

fn wish(session: &mut Session, wish: SurfaceWish) -> Vec<Deed> {
    session.command(Command::Surface(wish))
}

fn moves(session: &mut Session, control: MidiControl) -> Vec<Deed> {
    let source = Source { port: "X-Touch".into(), control };
    session.event(Event::Surface(SurfaceNews::Moved(source)), Duration::ZERO)
}

fn bound(session: &Session) -> Vec<(MidiControl, String)> {
    let now = session.snapshot(Duration::ZERO);
    let all = now.surfaces.chosen.bound.iter();
    all.map(|one| (one.source.control, String::from(one.target.clone()))).collect()
}

#[test]
fn a_binding_is_learned_whichever_of_the_two_is_moved_first() {
    let knob = MidiControl::Cc(1, 7);
    for turn_first in [true, false] {
        let mut session = session();
        assert_eq!(wish(&mut session, SurfaceWish::Learn(true)), [Deed::Surfaces(SurfaceOrder::Learn(true))]);
        let mut deeds = Vec::new();
        if turn_first {
            session.command(Command::Turn(Address::MIX_FADER, -3.0));
            deeds.extend(moves(&mut session, knob));
        } else {
            moves(&mut session, knob);
            deeds.extend(session.command(Command::Turn(Address::MIX_FADER, -3.0)));
        }
        assert!(deeds.contains(&Deed::Surfaces(SurfaceOrder::Learn(false))) && deeds.contains(&Deed::Remember));
        assert_eq!(bound(&session), [(knob, "mix.fader.level".to_owned())]);
        assert_eq!(session.snapshot(Duration::ZERO).surfaces.learning, None);
    }
}

#[test]
fn what_another_surface_turns_meanwhile_is_on_the_desk_and_is_not_what_is_learned() {
    let (mut session, knob) = (session(), MidiControl::Cc(1, 7));
    wish(&mut session, SurfaceWish::Learn(true));
    moves(&mut session, knob);
    let pan = Address::strip(&session.desk().strips[0].id, Control::PAN);
    session.command(Command::BySurface(Box::new(Command::Turn(pan.clone(), 0.5))));
    assert_eq!((pan.get(session.desk()), bound(&session)), (Some(0.5), Vec::new()));
    session.command(Command::Turn(Address::MIX_FADER, -3.0));
    assert_eq!(bound(&session), [(knob, "mix.fader.level".to_owned())]);
}

#[test]
fn a_locked_stage_hears_of_surfaces_the_next_song_and_a_mark_and_nothing_else_unless_that_is_chosen() {
    let mut session = session();
    let show = Show { set_list: vec!["Pōkarekare ana".into()], ..Show::default() };
    session.command(Command::NameShow(show));
    session.command(Command::Lock(true));
    let by_surface = |session: &mut Session, wish| session.command(Command::BySurface(Box::new(wish)));
    let turn = || Command::Turn(Address::MIX_FADER, -3.0);
    let shut_out = Act::ALL.into_iter().filter(|act| ![Act::Mark, Act::NextSong].contains(act));
    for wish in shut_out.map(Act::command).chain([turn(), Command::Quit]) {
        let before = session.snapshot(Duration::ZERO);
        assert_eq!(by_surface(&mut session, wish), []);
        assert_eq!(session.snapshot(Duration::ZERO), before);
    }
    by_surface(&mut session, Act::NextSong.command());
    by_surface(&mut session, Act::Mark.command());
    let now = session.snapshot(Duration::ZERO);
    assert_eq!((now.song, now.faults[0].fault.code), (1, key::FAULT_SESSION_NOT_RECORDING), "both were heard");
    assert!(!session.command(turn()).is_empty(), "the window itself says what it hears");
    session.command(Command::Undo);
    wish(&mut session, SurfaceWish::WhileLocked(true));
    assert!(!by_surface(&mut session, turn()).is_empty());
    session.command(Command::Undo);
    wish(&mut session, SurfaceWish::WhileLocked(false));
    session.command(Command::Lock(false));
    assert!(!by_surface(&mut session, turn()).is_empty());
}

#[test]
fn a_control_does_one_thing_and_a_key_is_not_bound_to_a_fader() {
    let mut session = session();
    let pad = MidiControl::Note(1, 36);
    for act in [Act::Mark, Act::NextScene] {
        wish(&mut session, SurfaceWish::Learn(true));
        wish(&mut session, SurfaceWish::Aim(Target::Act(act)));
        moves(&mut session, pad);
    }
    assert_eq!(bound(&session), [(pad, "action.next-scene".to_owned())]);
    wish(&mut session, SurfaceWish::Learn(true));
    session.command(Command::Turn(Address::MIX_FADER, -3.0));
    moves(&mut session, pad);
    let faults = session.snapshot(Duration::ZERO).faults;
    assert_eq!((bound(&session).len(), faults[0].fault.code), (1, key::FAULT_SURFACE_KEY));
    moves(&mut session, MidiControl::Bend(1));
    assert_eq!(bound(&session).len(), 2, "the next one suits");
    let source = Source { port: "X-Touch".into(), control: pad };
    wish(&mut session, SurfaceWish::Unbind(source));
    assert_eq!(bound(&session).len(), 1);
}

#[test]
fn learning_ends_by_itself_after_a_minute_so_that_controls_work_again() {
    let mut session = session();
    session.tick(Duration::from_secs(5));
    wish(&mut session, SurfaceWish::Learn(true));
    assert_eq!(session.tick(Duration::from_secs(64)), []);
    assert_eq!(session.tick(Duration::from_secs(65)), [Deed::Surfaces(SurfaceOrder::Learn(false))]);
    assert_eq!(session.tick(Duration::from_secs(66)), []);
    moves(&mut session, MidiControl::Bend(1));
    session.command(Command::Turn(Address::MIX_FADER, -3.0));
    assert_eq!(bound(&session), []);
}

#[test]
fn what_is_chosen_is_kept_within_its_bounds_and_read_back() {
    let mut session = session();
    assert_eq!(session.begin_surfaces(), [], "nothing is on until somebody chooses it");
    assert_eq!(Surfaces::default().osc, Osc { on: false, open: false, port: OSC_PORT });
    wish(&mut session, SurfaceWish::Osc(Osc { on: true, open: false, port: 80 }));
    for n in 0..20 {
        wish(&mut session, SurfaceWish::Midi(format!("device {n}"), Some(MidiKind::Mackie)));
    }
    wish(&mut session, SurfaceWish::Midi("device 0".into(), Some(MidiKind::Controls)));
    wish(&mut session, SurfaceWish::Midi("device 1".into(), None));
    for n in 0..=127 {
        for channel in 1..=3 {
            wish(&mut session, SurfaceWish::Learn(true));
            moves(&mut session, MidiControl::Cc(channel, n));
            session.command(Command::Turn(Address::strip(&session.desk().strips[0].id, Control::PAN), 0.1));
        }
    }
    let chosen = session.snapshot(Duration::ZERO).surfaces.chosen;
    assert_eq!((chosen.osc.port, chosen.midi.len(), chosen.bound.len()), (1_024, MIDI_PORTS - 1, MIDI_BOUND));
    assert_eq!((chosen.kind_of("device 0"), chosen.kind_of("device 1")), (Some(MidiKind::Controls), None));
    let text = toml::to_string(&*chosen).expect("text");
    assert_eq!(toml::from_str::<Surfaces>(&text).expect("what was written is read"), *chosen, "{text}");
    assert!(toml::from_str::<Surfaces>(&text.replace("fader.pan", "fader.nonsense")).is_err());
    assert_eq!(session.begin_surfaces(), [Deed::Surfaces(SurfaceOrder::Use(Arc::clone(&chosen)))]);
}
