//! What rolled gives its room to a take, before the take is refused, warned of or full.

use super::*;
use crate::limits::RECORD_LOW;

/// Bytes of one second of the mix and the inputs.
const SECOND: usize = 48_000 * 15;

fn ring_bytes(disk: &TestDisk) -> usize {
    let rolled = |(path, bytes): (&PathBuf, &Vec<u8>)| path.starts_with("takes/Rolling").then_some(bytes.len());
    disk.set(|disk| disk.files.iter().filter_map(rolled).sum())
}

/// From now on so much is free beside everything that is there.
fn leave(disk: &TestDisk, bytes: usize) {
    disk.set(|disk| disk.room = Some(disk.files.values().map(Vec::len).sum::<usize>() + bytes));
}

fn told(tape: &Tape) -> Vec<korero_sentences::Key> {
    let told = |event| match event {
        RecordEvent::Trouble(fault) => Some(fault.code),
        _ => None,
    };
    tape.board.told().events.drain(..).filter_map(told).collect()
}

/// A ring of half a minute, and then a take that began with that much of it.
fn take_beside_a_ring(ago: u64) -> Tape {
    let mut tape = Tape::new(&TestDisk::default(), 60, Layout::Polywav);
    for _ in 0..600 {
        tape.play(2_400);
        tape.step();
    }
    tape.press(ago);
    tape
}

fn plays(tape: &mut Tape, steps: usize) {
    for _ in 0..steps {
        tape.play(2_400);
        tape.step();
    }
}

#[test]
fn a_ring_gives_its_room_before_the_artist_is_warned_and_the_time_that_is_shown_counts_it() {
    let mut tape = take_beside_a_ring(0);
    let low = RECORD_LOW.as_secs() as usize * SECOND;
    leave(&tape.disk, low + SECOND);
    plays(&mut tape, 10);
    let left = tape.board.told().status.disk_left.unwrap();
    assert!(left > RECORD_LOW + Duration::from_secs(25), "{left:?}");
    let before = ring_bytes(&tape.disk);
    plays(&mut tape, 40);
    assert!(ring_bytes(&tape.disk) < before);
    let free = tape.disk.free(Path::new("takes")).unwrap() as usize;
    assert!(free + SECOND > low, "{free}");
    assert_eq!(told(&tape), []);
    // Twenty times as much as it played.
    leave(&tape.disk, low - 60 * SECOND);
    plays(&mut tape, 20 * 26);
    assert_eq!((ring_bytes(&tape.disk), told(&tape)), (0, vec![key::FAULT_RECORD_LOW]));
    for file in tape.finish() {
        assert_eq!(file.gaps, []);
    }
}

#[test]
fn a_disk_that_is_full_takes_its_room_from_the_ring_and_nothing_is_told_or_lost() {
    let mut tape = take_beside_a_ring(0);
    plays(&mut tape, 1);
    leave(&tape.disk, SECOND / 10);
    plays(&mut tape, 200);
    let codes = told(&tape);
    assert!(!codes.contains(&key::FAULT_RECORD_FULL), "{codes:?}");
    for file in tape.finish() {
        assert_eq!((file.frames, &file.gaps[..]), (201 * 2_400, &[][..]));
        let channels = if file.path.ends_with("mix.wav") { 2 } else { CHANNELS };
        holds_what_was_played(&samples(&tape.disk, &file.path), channels, &file);
    }
}

#[test]
fn a_disk_that_is_full_when_a_take_ends_takes_its_room_from_the_ring() {
    let mut tape = take_beside_a_ring(0);
    plays(&mut tape, 1);
    (0..20).for_each(|_| tape.play(2_400));
    leave(&tape.disk, SECOND / 100);
    let files = tape.finish();
    assert!(!told(&tape).contains(&key::FAULT_RECORD_FULL));
    for file in files {
        assert_eq!((file.frames, &file.gaps[..]), (21 * 2_400, &[][..]));
    }
}

#[test]
fn what_a_take_begins_with_is_not_given_away_before_it_is_copied_and_safe() {
    for cut in (3..60).step_by(4) {
        let mut tape = take_beside_a_ring(u64::MAX);
        let begun = tape.disk.set(|disk| disk.log.len());
        // Room for what it begins with, for the take, and for little else.
        leave(&tape.disk, 140 * SECOND);
        plays(&mut tape, cut);
        let log = tape.disk.set(|disk| disk.log.clone());
        if cut == 59 {
            plays(&mut tape, 100);
            let whole = tape.at - FIRST.0;
            for file in tape.finish() {
                assert_eq!((file.first_frame, file.frames, &file.gaps[..]), (FIRST, whole, &[][..]));
            }
            assert!(ring_bytes(&tape.disk) < 6 * SECOND);
            continue;
        }
        let disk = killed(&log);
        let _ = mended(&disk);
        if log.len() > begun + 40 {
            let take = takes::read(&disk, &take_folder(&disk)).unwrap();
            assert!(take.files.iter().all(|file| file.first_frame == FIRST && file.gaps.is_empty()), "{cut}: {take:?}");
        }
    }
}

#[test]
fn a_take_that_did_not_roll_takes_its_room_from_the_ring_before_it_is_refused() {
    let disk = TestDisk::default();
    let mut tape = Tape::new(&disk, 120, Layout::Polywav);
    for _ in 0..90 {
        tape.play(48_000);
        tape.step();
    }
    drop(tape);
    let before = ring_bytes(&disk);
    // Stereo at 24 bits: 288,000 bytes a second.
    leave(&disk, 10 * 288_000);
    let (mut writer, reader) = tap(2, RECORD_TAP, FIRST);
    write(&mut writer, 48_000, 2_000);
    let mut recorder = start(plan(&disk, Some(reader))).unwrap();
    let files = recorder.stop();
    assert_eq!((files.len(), files[0].frames), (1, 2_000), "{:?}", recorder.take_events());
    let given = before - ring_bytes(&disk);
    assert!(given >= 50 * 288_000, "{given}");
}

#[test]
fn a_take_that_would_be_refused_takes_from_another_life_what_no_journal_that_can_be_read_names() {
    let disk = pins::crashed();
    let named = pins::segments(&disk);
    let mut tape = Tape::new(&disk, 120, Layout::Polywav);
    for _ in 0..60 {
        tape.play(48_000);
        tape.step();
    }
    drop(tape);
    disk.set(|disk| {
        disk.files.insert("takes/2020-01-01 00.00.00 bad/take.jsonl".into(), Vec::new());
        disk.unread = Some(("00.00.00 bad", 5));
    });
    leave(&disk, 10 * 288_000);
    let (mut writer, reader) = tap(2, RECORD_TAP, FIRST);
    write(&mut writer, 48_000, 2_000);
    let mut recorder = start(plan(&disk, Some(reader))).unwrap();
    let files = recorder.stop();
    assert_eq!((files.len(), files[0].frames), (1, 2_000), "{:?}", recorder.take_events());
    let after = pins::segments(&disk);
    assert!(named.iter().all(|segment| after.contains(segment)), "a journal names them: {after:?}");
}

/// The files of the take whose pre-roll is not copied.
fn waiting(disk: &TestDisk) -> usize {
    let take = takes::read(disk, &take_folder(disk)).unwrap();
    take.files.iter().filter(|file| file.pre_roll.is_some()).count()
}

#[test]
fn a_pre_roll_takes_no_room_that_the_night_needs_and_is_copied_when_there_is_more() {
    let mut tape = take_beside_a_ring(u64::MAX);
    // With what it begins with: less than a minute would be left.
    leave(&tape.disk, (30 + 30 + 50) * SECOND);
    plays(&mut tape, 100);
    assert_eq!((waiting(&tape.disk), told(&tape)), (2, vec![key::FAULT_RECORD_LOW]));
    tape.disk.set(|disk| disk.room = None);
    plays(&mut tape, 60);
    assert_eq!(waiting(&tape.disk), 0);
    let whole = tape.at - FIRST.0;
    for file in tape.finish() {
        assert_eq!((file.first_frame, file.frames, &file.gaps[..]), (FIRST, whole, &[][..]));
    }
}

#[test]
fn at_its_end_a_take_on_a_disk_that_is_nearly_full_leaves_its_pre_roll_to_the_repair_at_once() {
    let mut tape = take_beside_a_ring(u64::MAX);
    leave(&tape.disk, (30 + 30 + 50) * SECOND);
    plays(&mut tape, 20);
    let _ = told(&tape);
    let mut steps = 0;
    while !tape.ends(RECORD_POLL) {
        steps += 1;
        assert!(steps < 3, "it waits for room");
    }
    assert_eq!((waiting(&tape.disk), told(&tape)), (2, vec![key::FAULT_RECORD_PRE_ROLL_LATE]));
    let free = tape.disk.free(Path::new("takes"));
    let (done, faults) = repair::repair_all(&tape.disk, Path::new("takes")).unwrap();
    assert!(done.is_empty() && !faults.is_empty(), "nor does the repair take the room of the night: {done:?}");
    assert_eq!(tape.disk.free(Path::new("takes")), free);
    tape.disk.set(|disk| disk.room = None);
    assert_eq!(mended(&tape.disk), Some(FrameIndex(tape.at)));
}
