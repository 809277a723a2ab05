//! What a take needs of the ring stays there for as long as it needs it, and no longer; and nobody waits for a claim.

use super::*;
use crate::limits::{RECORD_SILENT, RING_JOURNALS, RING_LOOK};
use crate::record::names::TakeFolder;
use crate::record::ring::{Need, Ring};

/// The folders of the ring.
pub(super) fn segments(disk: &TestDisk) -> Vec<PathBuf> {
    takes::folders(disk, Path::new("takes/Rolling")).unwrap()
}

/// Plays for that long, step by step.
fn plays(tape: &mut Tape, time: Duration) {
    for _ in 0..time.as_millis() / RECORD_POLL.as_millis() {
        tape.play(2_400);
        tape.step();
    }
}

/// A crash while Record was pressed: a take whose pre-roll is all that was played, and is not copied.
pub(super) fn crashed() -> TestDisk {
    let mut tape = Tape::new(&TestDisk::default(), 60, Layout::Polywav);
    plays(&mut tape, Duration::from_secs(8));
    tape.press(u64::MAX);
    tape.disk.set(|disk| disk.unread = Some(("Rolling", 5)));
    plays(&mut tape, Duration::from_millis(50));
    tape.disk.set(|disk| disk.unread = None);
    tape.disk
}

#[test]
fn what_is_needed_no_more_is_let_go_while_it_rolls() {
    let disk = crashed();
    let needed = segments(&disk);
    let mut tape = Tape::new(&disk, 4, Layout::Polywav);
    plays(&mut tape, Duration::from_secs(8));
    assert!(needed.iter().all(|segment| segments(&disk).contains(segment)), "it is needed");
    let (mended, faults) = repair::repair_all(&disk, Path::new("takes")).unwrap();
    assert!(mended.len() == 1 && faults.is_empty());
    plays(&mut tape, RING_LOOK + Duration::from_secs(8));
    assert_eq!(needed.iter().filter(|segment| segments(&disk).contains(segment)).count(), 0);
    assert!(tape.reach.length() > Duration::from_secs(3), "{:?}", tape.reach.length());
}

#[test]
fn a_file_that_is_ended_or_left_alone_needs_nothing_of_the_ring() {
    let lost = |part| Line::LeftAlone { part, track: None };
    let sums = journal::Sums { head: 0, sound: 0 };
    let recovered = |part| Line::Recovered { part, track: None, frames: 0, lost_frames: 0, sums };
    let end = |part| Line::End { part, track: None, frames: 0, sums: None };
    for says in [[lost(Part::Mix), lost(Part::Inputs)], [recovered(Part::Mix), end(Part::Inputs)]] {
        let disk = crashed();
        let needed = segments(&disk);
        let journal = TakeFolder(take_folder(&disk)).journal();
        let text: String = says.iter().map(|line| serde_json::to_string(line).unwrap() + "\n").collect();
        disk.set(|disk| disk.files.get_mut(&journal).unwrap().extend(text.into_bytes()));
        plays(&mut Tape::new(&disk, 4, Layout::Polywav), Duration::from_secs(12));
        assert_eq!(needed.iter().filter(|segment| segments(&disk).contains(segment)).count(), 0);
    }
}

#[test]
fn while_the_notes_of_a_take_cannot_be_read_nothing_of_another_life_is_deleted() {
    let disk = crashed();
    let needed = segments(&disk);
    disk.set(|disk| disk.unread = Some(("Manu – Pō/take.jsonl", 5)));
    // Only the journals of takes; those of segments are read.
    let rolling = PathBuf::from("takes/Rolling");
    let moved =
        |path: &PathBuf| path.starts_with(&rolling).then(|| path.to_string_lossy().replace("Manu – Pō", "Manu"));
    disk.set(|disk| {
        let names: Vec<_> = disk.files.keys().filter_map(|path| Some((path.clone(), moved(path)?))).collect();
        for (from, to) in names {
            let bytes = disk.files.remove(&from).unwrap();
            disk.files.insert(to.into(), bytes);
        }
    });
    let needed: Vec<PathBuf> =
        needed.iter().map(|path| path.to_string_lossy().replace("Manu – Pō", "Manu").into()).collect();
    plays(&mut Tape::new(&disk, 4, Layout::Polywav), Duration::from_secs(12));
    assert!(needed.iter().all(|segment| segments(&disk).contains(segment)));
    // What is no folder of a take and may not be looked into, as those that systems make, keeps nothing.
    disk.set(|disk| {
        disk.unread = Some(("lost+found", 13));
        disk.files.insert("takes/lost+found/x".into(), Vec::new());
        disk.files.retain(|path, _| path.starts_with("takes/Rolling") || path.starts_with("takes/lost+found"));
    });
    plays(&mut Tape::new(&disk, 4, Layout::Polywav), Duration::from_secs(12));
    assert_eq!(needed.iter().filter(|segment| segments(&disk).contains(segment)).count(), 0);
}

#[test]
fn a_segment_that_somebody_writes_is_passed_over_and_the_next_one_goes() {
    let disk = TestDisk::default();
    plays(&mut Tape::new(&disk, 4, Layout::Polywav), Duration::from_secs(6));
    let before = segments(&disk);
    let busy = before[0].clone();
    disk.set(|disk| {
        disk.held = Some(format!("{}/", busy.display()));
        disk.files.insert(busy.join("recording.lock"), b"1".to_vec());
    });
    let mut tape = Tape::new(&disk, 4, Layout::Polywav);
    plays(&mut tape, Duration::from_secs(8));
    let after = segments(&disk);
    assert!(after.contains(&busy), "it is written");
    assert!(!after.contains(&before[1]) && !after.contains(&before[2]), "{after:?}");
    assert!(tape.reach.length() > Duration::from_secs(2), "{:?}", tape.reach.length());
}

#[test]
fn on_a_disk_without_locks_nobody_waits_for_a_segment_and_one_that_lives_is_never_deleted() {
    let disk = TestDisk::default();
    disk.set(|disk| disk.lockless = true);
    plays(&mut Tape::new(&disk, 4, Layout::Polywav), Duration::from_secs(6));
    let [lives, crashed, ..] = &segments(&disk)[..] else { panic!("segments") };
    let claim = |count: u64| format!("{count:020}").into_bytes();
    let begun = Instant::now();
    disk.set(|disk| [lives, crashed].map(|one| disk.files.insert(one.join("recording.lock"), claim(1))));
    let mut tape = Tape::new(&disk, 4, Layout::Polywav);
    for second in 0..RECORD_SILENT.as_secs() + RING_LOOK.as_secs() + 8 {
        disk.set(|disk| disk.files.insert(lives.join("recording.lock"), claim(second + 2)));
        plays(&mut tape, Duration::from_secs(1));
        if second + 1 < RECORD_SILENT.as_secs() {
            assert!(segments(&disk).contains(crashed), "{second} s tell nothing yet");
        }
        // Of this life, and nobody took its lock away.
        let own = segments(&disk).pop().unwrap();
        disk.set(|disk| disk.files.insert(own.join("recording.lock"), claim(1)));
    }
    assert!(segments(&disk).contains(lives) && !segments(&disk).contains(crashed));
    assert!(begun.elapsed() < RECORD_SILENT, "it waits for a clock on the wall");
}

#[test]
fn a_segment_that_cannot_be_deleted_is_passed_over_and_the_next_one_goes() {
    for another in [true, false] {
        let disk = TestDisk::default();
        let mut tape = Tape::new(&disk, 4, Layout::Polywav);
        plays(&mut tape, Duration::from_secs(3));
        let before = segments(&disk);
        let stuck = before[0].clone();
        disk.set(|disk| disk.stuck = Some(stuck.clone()));
        if another {
            tape = Tape::new(&disk, 4, Layout::Polywav);
        }
        plays(&mut tape, Duration::from_secs(8));
        let after = segments(&disk);
        assert!(after.contains(&stuck) && !after.contains(&before[1]) && !after.contains(&before[2]), "{after:?}");
        assert!(tape.reach.length() > Duration::from_secs(2), "{:?}", tape.reach.length());
        assert!(!tape.board.told().status.in_trouble);
    }
}

#[test]
fn a_place_that_has_room_does_not_look_at_the_ring() {
    let disk = crashed();
    disk.set(|disk| disk.opened.clear());
    let (mut writer, reader) = tap(2, RECORD_TAP, FIRST);
    write(&mut writer, 48_000, 2_000);
    assert_eq!(start(plan(&disk, Some(reader))).unwrap().stop()[0].frames, 2_000);
    let opened = disk.set(|disk| disk.opened.clone());
    assert!(!opened.iter().any(|path| path.starts_with("takes/Rolling")), "{opened:?}");
}

#[test]
fn a_ring_of_another_life_on_a_full_disk_is_not_kept_because_there_are_many_takes() {
    let disk = TestDisk::default();
    plays(&mut Tape::new(&disk, 4, Layout::Polywav), Duration::from_secs(6));
    for nth in 0..3 * RING_JOURNALS {
        let journal = format!("takes/2020-01-01 00.00.00 ({nth})/take.jsonl");
        disk.set(|disk| disk.files.insert(journal.into(), Vec::new()));
    }
    // Half an hour less than what the ring holds is free.
    let low = crate::limits::RECORD_LOW.as_secs() as usize * 48_000 * 15;
    disk.set(|disk| disk.room = Some(disk.files.values().map(Vec::len).sum::<usize>() + low - 48_000 * 15));
    let mut tape = Tape::new(&disk, 4, Layout::Polywav);
    plays(&mut tape, Duration::from_secs(4));
    assert!(tape.reach.length() > Duration::from_secs(1), "{:?}", tape.reach.length());
}

#[test]
fn the_journals_of_many_takes_are_read_a_few_at_a_time_and_each_shows_that_it_lives() {
    let disk = TestDisk::default();
    plays(&mut Tape::new(&disk, 4, Layout::Polywav), Duration::from_secs(6));
    let before = segments(&disk);
    for nth in 0..20 * RING_JOURNALS {
        let journal = format!("takes/2020-01-01 00.00.00 ({nth})/take.jsonl");
        disk.set(|disk| disk.files.insert(journal.into(), Vec::new()));
    }
    let mut tape = Tape::new(&disk, 4, Layout::Polywav);
    let new_ones = |disk: &TestDisk| {
        let opened = disk.set(|disk| std::mem::take(&mut disk.opened));
        opened.into_iter().filter(|path| path.starts_with("takes") && !path.starts_with("takes/Rolling"))
    };
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..400 {
        tape.play(2_400);
        let beats = tape.board.pulse.beats();
        let reached = tape.reach.length();
        tape.step();
        let reach = tape.reach.length();
        assert!(reach >= reached || reach > Duration::from_secs(2), "{reach:?} after {reached:?}");
        assert!(!tape.board.told().status.in_trouble);
        let new = new_ones(&disk).filter(|path| seen.insert(path.clone())).count();
        assert!(new <= 4 * RING_JOURNALS, "{new} in one step");
        assert!(tape.board.pulse.beats() - beats >= new as u64);
    }
    assert_eq!(seen.len(), 20 * RING_JOURNALS);
    assert_eq!(before.iter().filter(|segment| segments(&disk).contains(segment)).count(), 0);
}

#[test]
fn what_a_journal_named_before_it_could_not_be_read_is_given_to_no_take() {
    let disk = crashed();
    let needed = segments(&disk);
    let mut ring = Ring::open(Arc::new(disk.clone()), Path::new("takes"));
    for unread in [None, Some(("takes/2026", 5))] {
        disk.set(|disk| disk.unread = unread);
        let now = RING_LOOK * u32::from(unread.is_some());
        assert!(!ring.remove_oldest(now, Need::Night, &|| {}).unwrap(), "{unread:?}");
    }
    disk.set(|disk| disk.unread = None);
    assert_eq!(segments(&disk), needed);
}
