//! The two settings of a channel: which is lit, what each keeps, and what an undo does to both.

use super::*;
use crate::desk::compare::Letter;

#[test]
fn a_channel_goes_to_its_other_setting_in_one_step_and_keeps_its_fader() {
    let mut session = session();
    let name = ChannelName::Strip(session.desk().strips[0].id.clone());
    session.command(Command::Compare(name.clone(), Letter::B));
    assert_eq!(session.snapshot(ms(0)).undo, None, "both are the same so far");
    assert!(is_on_b(&session, &name));
    session.command(Command::Turn(fader(&session, 0), -5.0));
    session.command(Command::Turn(Address::strip(&session.desk().strips[0].id, Control::HIGHPASS_ON), 1.0));
    let before = Arc::clone(session.desk());
    session.command(Command::Compare(name.clone(), Letter::A));
    let channel = &session.desk().strips[0].channel;
    assert_eq!((channel.is_on(Control::HIGHPASS_ON), channel.level_db()), (false, -5.0));
    assert_eq!(session.snapshot(ms(0)).undo, Some(Edit::Compare(name.clone(), Letter::A)));
    let after = Arc::clone(session.desk());
    session.command(Command::Undo);
    assert_eq!((session.desk(), is_on_b(&session, &name)), (&before, true));
    session.command(Command::Redo);
    assert_eq!((session.desk(), is_on_b(&session, &name)), (&after, false));
}

#[test]
fn what_was_taken_back_in_one_setting_does_not_come_back_with_it() {
    let mut session = session();
    let name = ChannelName::Strip(session.desk().strips[0].id.clone());
    let freq = Address::strip(&session.desk().strips[0].id, Control::HIGHPASS_FREQ);
    let first = freq.get(session.desk());
    session.command(Command::Compare(name.clone(), Letter::B));
    session.command(Command::Turn(freq.clone(), 200.0));
    session.command(Command::Compare(name.clone(), Letter::A));
    session.command(Command::Undo);
    session.command(Command::Undo);
    assert_eq!((freq.get(session.desk()), is_on_b(&session, &name)), (first, true));
    session.command(Command::Compare(name.clone(), Letter::A));
    session.command(Command::Compare(name.clone(), Letter::B));
    assert_eq!((freq.get(session.desk()), is_on_b(&session, &name)), (first, true), "it was taken back");
}

fn is_on_b(session: &Session, name: &ChannelName) -> bool {
    session.snapshot(ms(0)).on_b.contains(name)
}

#[test]
fn a_setting_that_is_turned_until_it_is_as_the_other_one_stays_lit_and_the_other_one_stays_as_it_was() {
    let mut session = session();
    let name = ChannelName::Strip(session.desk().strips[0].id.clone());
    let cut = Address::strip(&session.desk().strips[0].id, Control::HIGHPASS_ON);
    let freq = Address { control: Control::HIGHPASS_FREQ, ..cut.clone() };
    let values = |session: &Session| [&cut, &freq].map(|address| address.get(session.desk()));
    session.command(Command::Compare(name.clone(), Letter::B));
    session.command(Command::Turn(cut.clone(), 1.0));
    session.command(Command::Compare(name.clone(), Letter::A));
    session.command(Command::Compare(name.clone(), Letter::B));
    session.tick(ms(5_000));
    session.command(Command::Turn(cut.clone(), 0.0));
    assert!(is_on_b(&session, &name), "a hand turned it, nobody went back");
    session.command(Command::Undo);
    assert!(is_on_b(&session, &name), "nor did who took the turn back");
    session.command(Command::Redo);
    session.command(Command::Turn(freq.clone(), 200.0));
    session.command(Command::Compare(name.clone(), Letter::A));
    assert_eq!(values(&session), [Some(0.0), Some(80.0)]);
    session.command(Command::Compare(name, Letter::B));
    assert_eq!(values(&session), [Some(0.0), Some(200.0)]);
}

#[test]
fn a_strip_that_an_undo_brings_back_has_both_its_settings_still() {
    let mut session = session();
    let id = session.desk().strips[0].id.clone();
    let (name, cut) = (ChannelName::Strip(id.clone()), Address::strip(&id, Control::HIGHPASS_ON));
    session.command(Command::Compare(name.clone(), Letter::B));
    session.command(Command::Turn(cut.clone(), 1.0));
    session.command(Command::RemoveStrip(id));
    session.command(Command::Undo);
    assert!(is_on_b(&session, &name));
    session.command(Command::Compare(name, Letter::A));
    assert_eq!(cut.get(session.desk()), Some(0.0));
}
