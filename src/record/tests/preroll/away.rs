//! A ring that cannot be read for a moment costs nothing: what is not copied now is copied later, by the recorder or by the
//! repair.

use super::*;
use crate::fault::Fault;

/// EACCES, EIO and ESTALE.
const REFUSALS: [i32; 3] = [13, 5, 116];

/// A minute rolled, and all of it is to be in the take.
fn pressed() -> Tape {
    let mut tape = Tape::new(&TestDisk::default(), 120, Layout::Polywav);
    for _ in 0..60 {
        tape.play(48_000);
        tape.step();
    }
    tape.press(u64::MAX);
    tape.play(4_800);
    tape
}

fn steps(tape: &mut Tape, steps: usize) {
    (0..steps).for_each(|_| tape.step());
}

fn troubles(tape: &Tape) -> usize {
    let trouble = |event: &RecordEvent| matches!(event, RecordEvent::Trouble(_));
    tape.board.told().events.drain(..).filter(trouble).count()
}

/// Ends the take: every frame that was played is in it, and nothing is a gap.
fn is_whole(mut tape: Tape) {
    for file in tape.finish() {
        let channels = if file.path.ends_with("mix.wav") { 2 } else { CHANNELS };
        assert_eq!((file.first_frame, file.frames, &file.gaps[..]), (FIRST, 60 * 48_000 + 4_800, &[][..]));
        holds_what_was_played(&samples(&tape.disk, &file.path), channels, &file);
    }
    assert_eq!(verify::verify(&tape.disk, &take_folder(&tape.disk)).unwrap().1, []);
}

#[test]
fn a_ring_that_cannot_be_read_for_a_moment_is_told_and_copied_when_it_can() {
    for number in REFUSALS {
        let mut tape = pressed();
        steps(&mut tape, 2);
        tape.disk.set(|disk| disk.unread = Some(("Rolling", number)));
        steps(&mut tape, 30);
        assert!(troubles(&tape) > 0 && tape.board.told().status.in_trouble);
        tape.disk.set(|disk| disk.unread = None);
        steps(&mut tape, 60);
        assert!(!tape.board.told().status.in_trouble);
        is_whole(tape);
    }
}

#[test]
fn a_drive_that_is_away_for_a_moment_has_lost_nothing() {
    let mut tape = pressed();
    steps(&mut tape, 2);
    tape.disk.set(|disk| disk.away = true);
    steps(&mut tape, 30);
    assert!(troubles(&tape) > 0);
    tape.disk.set(|disk| disk.away = false);
    steps(&mut tape, 60);
    is_whole(tape);
}

#[test]
fn a_ring_that_somebody_deleted_is_a_gap_and_the_take_ends() {
    let mut tape = pressed();
    tape.disk.set(|disk| disk.files.retain(|path, _| !path.starts_with("takes/Rolling")));
    steps(&mut tape, 30);
    let files = tape.finish();
    assert_eq!(files[0].gaps.iter().map(|gap| gap.frames).sum::<u64>(), 60 * 48_000);
    assert_eq!(verify::verify(&tape.disk, &take_folder(&tape.disk)).unwrap().1, []);
}

#[test]
fn a_repair_that_cannot_read_the_ring_is_told_and_done_the_next_time_and_the_ring_keeps_it() {
    for number in REFUSALS {
        let mut tape = pressed();
        steps(&mut tape, 1);
        tape.disk.set(|disk| disk.unread = Some(("Rolling", number)));
        tape.finish();
        let repaired = || repair::repair_all(&tape.disk, Path::new("takes")).unwrap();
        let (none, faults): (_, Vec<Fault>) = repaired();
        assert_eq!((none.len(), faults.len()), (0, 1), "{faults:?}");
        tape.disk.set(|disk| disk.unread = None);
        let mut next = Tape::new(&tape.disk, 2, Layout::Polywav);
        for _ in 0..100 {
            next.play(2_400);
            next.step();
        }
        let (done, faults) = repaired();
        assert_eq!((done.len(), faults), (1, vec![]));
        for file in &done[0].take.files {
            let frames = file.end.frames().unwrap();
            let (path, gaps) = (file.path.clone(), file.gaps.clone());
            let told = RecordedFile { path, frames, first_frame: FIRST, gaps };
            assert_eq!((told.frames, &told.gaps[..]), (60 * 48_000 + 4_800, &[][..]));
            holds_what_was_played(&samples(&tape.disk, &told.path), file.channels.into(), &told);
        }
    }
}

/// From now on nothing with this in its path is read so many times, although it is opened.
fn spoil(tape: &Tape, piece: &'static str, times: usize) {
    tape.disk.set(|disk| disk.bad_sector = Some((piece, 0..u64::MAX, times)));
}

/// Files of the take whose pre-roll is not copied.
fn waiting(tape: &Tape) -> Vec<Part> {
    let take = takes::read(&tape.disk, &take_folder(&tape.disk)).unwrap();
    take.files.iter().filter(|file| file.pre_roll.is_some()).map(|file| file.part).collect()
}

#[test]
fn a_ring_that_can_never_be_read_costs_what_it_held_and_the_take_can_be_used_after_one_repair() {
    let mut tape = pressed();
    spoil(&tape, "Rolling", usize::MAX);
    let left = tape.finish();
    assert!(left.iter().all(|file| file.gaps.is_empty()), "the repair may still read it: {left:?}");
    let (done, faults) = repair::repair_all(&tape.disk, Path::new("takes")).unwrap();
    assert_eq!((done.len(), faults), (1, vec![]));
    assert!(done[0].take.files.iter().all(|file| file.gaps.len() == 1), "{done:?}");
    assert_eq!(mended(&tape.disk), Some(FrameIndex(tape.at)));
}

#[test]
fn one_file_of_the_ring_that_cannot_be_read_holds_up_no_other() {
    let mut tape = pressed();
    spoil(&tape, ".14 Manu – Pō/mix.wav", usize::MAX);
    steps(&mut tape, 60);
    assert_eq!(waiting(&tape), [Part::Mix]);
    tape.finish();
    let (done, faults) = repair::repair_all(&tape.disk, Path::new("takes")).unwrap();
    assert_eq!((done.len(), faults), (1, vec![]));
    let [mix, inputs] = &done[0].take.files[..] else { panic!("two files") };
    let lost: u64 = mix.gaps.iter().map(|gap| gap.frames).sum();
    assert!(lost > 0 && lost < 20 * 48_000 && inputs.gaps.is_empty(), "{mix:?}");
    assert_eq!(mended(&tape.disk), Some(FrameIndex(tape.at)));
}

#[test]
fn what_the_ring_does_not_give_is_asked_for_a_few_times_only_while_a_take_is_recorded() {
    let mut tape = pressed();
    spoil(&tape, "Rolling", usize::MAX);
    tape.disk.set(|disk| disk.opened.clear());
    for _ in 0..2_000 {
        tape.play(2_400);
        tape.step();
    }
    let asked = tape.disk.set(|disk| disk.opened.iter().filter(|path| path.starts_with("takes/Rolling")).count());
    assert!((2..=2 * crate::limits::FILL_TRIES as usize).contains(&asked), "{asked}");
    assert!(!tape.board.told().status.in_trouble, "what is played is safe");
}

#[test]
fn what_the_repair_can_read_when_it_asks_again_is_no_gap() {
    let mut tape = pressed();
    spoil(&tape, "Rolling", usize::MAX);
    tape.finish();
    spoil(&tape, "Rolling", 3);
    let (done, _) = repair::repair_all(&tape.disk, Path::new("takes")).unwrap();
    assert!(done[0].take.files.iter().all(|file| file.gaps.is_empty()), "{done:?}");
    assert_eq!(mended(&tape.disk), Some(FrameIndex(tape.at)));
}
