//! What is done with takes in the window, one thing at a time.

use super::*;

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
