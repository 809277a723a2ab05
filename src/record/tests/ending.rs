//! The end of a take: what was played is safe first, the rest takes the time that it takes, and nobody waits for it.

use super::preroll::{Tape, take_folder};
use super::*;
use crate::limits::{RECORD_REFUSED, RECORD_SYNC};
use crate::takes::{repair, verify};
use disk::{Op, after_power_cut};

/// A minute that rolled, and Record pressed for all of it; a hundredth of a second of the take waits in the taps.
fn pressed() -> Tape {
    let mut tape = Tape::new(&TestDisk::default(), 120, Layout::Polywav);
    for _ in 0..60 {
        tape.play(48_000);
        tape.step();
    }
    tape.press(u64::MAX);
    tape.play(480);
    tape
}

#[test]
fn a_power_cut_while_the_rest_of_a_pre_roll_is_copied_costs_no_frame_of_what_was_played() {
    let mut tape = pressed();
    let begun = tape.disk.set(|disk| disk.log.len());
    tape.finish();
    let log = tape.disk.set(|disk| disk.log.clone());
    let of_mix = |path: &Path| !path.starts_with("takes/Rolling") && path.ends_with("mix.wav");
    let copies = |op: &Op| matches!(op, Op::Write { path, at, .. } if of_mix(path) && *at == wav::HEADER);
    let copied = begun + log[begun..].iter().position(copies).expect("it is copied");
    let mut cuts = 0;
    for cut in (copied..=log.len()).step_by(3) {
        let disk = TestDisk::holding(after_power_cut(&log[..cut], &mut || false));
        let _ = repair::repair_all(&disk, Path::new("takes")).unwrap();
        let take = crate::takes::read(&disk, &take_folder(&disk)).unwrap();
        for file in &take.files {
            assert_eq!((file.first_frame, file.end.frames()), (FIRST, Some(tape.at - FIRST.0)), "{cut}");
            assert_eq!(file.gaps, [], "{cut}");
        }
        cuts += 1;
    }
    assert!(cuts > 5, "{cuts}");
}

#[test]
fn while_a_pre_roll_is_copied_the_take_shows_that_somebody_lives() {
    let mut tape = pressed();
    let mut counts = std::collections::BTreeSet::new();
    while !tape.ends(RECORD_SYNC) {
        let lock = |disk: &mut disk::Platters| {
            let mut locks = disk.files.iter().filter(|(path, _)| !path.starts_with("takes/Rolling"));
            locks.find(|(path, _)| path.ends_with("recording.lock")).map(|(_, bytes)| bytes.clone())
        };
        counts.insert(tape.disk.set(lock).expect("it is claimed"));
    }
    assert!(counts.len() >= 8, "{counts:?}");
    assert_eq!(verify::verify(&tape.disk, &take_folder(&tape.disk)).unwrap().1, []);
}

#[test]
fn a_place_that_stands_by_begins_no_take_while_the_first_one_only_copies_a_pre_roll() {
    let mut tape = pressed();
    let mut second = Rig::new(RECORD_TAP);
    second.worker = second.worker.stand_by(tape.board.clone());
    second.play(tape.at - 480, 480);
    assert!(!tape.ends(Duration::ZERO));
    assert!(tape.board.pulse.is_all_safe());
    // One slice takes seconds, and then its disk refuses.
    (0..60).for_each(|_| second.step());
    tape.disk.set(|disk| disk.broken = Some(5));
    assert!(!tape.ends(RECORD_POLL));
    (0..60).for_each(|_| second.step());
    assert!(second.worker.finish().is_empty() && second.disk.set(|disk| disk.files.is_empty()));
    assert_eq!(second.troubles(), []);
    tape.disk.set(|disk| disk.broken = None);
    assert_eq!(tape.finish()[0].frames, tape.at - FIRST.0);
}

#[test]
fn a_disk_that_refuses_the_end_for_a_while_is_asked_again_and_another_place_goes_on_at_once() {
    let mut first = Rig::new(RECORD_TAP);
    let mut second = Rig::new(RECORD_TAP);
    second.worker = second.worker.stand_by(first.board.clone());
    for rig in [&mut first, &mut second] {
        rig.play(48_000, 4_800);
    }
    first.disk.set(|disk| disk.broken = Some(5));
    assert!(!first.worker.ends(Duration::ZERO));
    second.step();
    assert_eq!(second.troubles(), [key::FAULT_RECORD_SECOND]);
    let mut now = RECORD_POLL;
    while now < RECORD_REFUSED - RECORD_POLL {
        assert!(!first.worker.ends(now), "it gave up after {now:?}");
        now += RECORD_POLL;
    }
    first.disk.set(|disk| disk.broken = None);
    assert!(first.worker.ends(now));
    let of_second = second.worker.finish();
    for (rig, files) in [(&first, first.worker.files()), (&second, of_second)] {
        assert_eq!((files[0].frames, files[0].gaps.len()), (4_800, 0));
        holds_what_was_played(&rig.disk.samples("/mix.wav"), 2, &files[0]);
    }
    assert!(!first.board.told().status.in_trouble);
}

#[test]
fn a_disk_that_refuses_the_end_for_good_is_left_after_its_time_and_told() {
    let mut rig = Rig::new(RECORD_TAP);
    rig.play(48_000, 4_800);
    rig.step();
    rig.disk.set(|disk| disk.broken = Some(5));
    let (begun, mut now) = (rig.now, rig.now);
    while !rig.worker.ends(now) {
        now += RECORD_POLL;
    }
    assert_eq!(now - begun, RECORD_REFUSED);
    assert_eq!(rig.troubles(), [key::FAULT_RECORD_DISK]);
    assert!(rig.board.told().status.in_trouble);
}

#[test]
fn what_is_played_after_the_end_was_asked_for_is_in_no_place() {
    for role in [Role::StandsBy, Role::Mirrors] {
        let (one, two) = (TestDisk::default(), TestDisk::default());
        let (mut first, one_tap) = tap(2, RECORD_TAP, FIRST);
        let (mut second, two_tap) = tap(2, RECORD_TAP, FIRST);
        let place_two = Some((role, place(&two, vec![(Part::Mix, two_tap)])));
        let mut recorder = thread::admitted(RecordPlan { second: place_two, ..plan(&one, Some(one_tap)) });
        one.set(|disk| disk.stalled = true);
        for frames in [2_000, 3_000] {
            write(&mut first, 48_000, frames);
            write(&mut second, 48_000, frames);
            recorder.end();
        }
        one.set(|disk| disk.stalled = false);
        let files = recorder.stop();
        assert!(files.iter().all(|file| file.frames == 2_000), "{files:?}");
        assert!(!files.is_empty());
    }
}

#[test]
fn a_mirror_whose_disk_hangs_does_not_hold_up_the_end_for_long() {
    let (good, hung) = (TestDisk::default(), TestDisk::default());
    let (mut one, first) = tap(2, RECORD_TAP, FIRST);
    let (mut two, second) = tap(2, RECORD_TAP, FIRST);
    let second = Some((Role::Mirrors, place(&hung, vec![(Part::Mix, second)])));
    let mut recorder = thread::admitted(RecordPlan { second, ..plan(&good, Some(first)) });
    hung.set(|disk| disk.stalled = true);
    write(&mut one, 48_000, 2_000);
    write(&mut two, 48_000, 2_000);
    let begun = Instant::now();
    assert_eq!(recorder.stop()[0].frames, 2_000);
    assert!(begun.elapsed() < RECORD_STOP, "{:?}", begun.elapsed());
    let stuck = |event: &RecordEvent| matches!(event, RecordEvent::Trouble(f) if f.code == key::FAULT_RECORD_STUCK);
    assert!(recorder.take_events().iter().any(stuck));
    hung.set(|disk| disk.stalled = false);
}

#[test]
fn a_place_that_went_on_for_a_disk_that_hangs_is_ended_in_order_even_when_nobody_has_time() {
    let (hung, good) = (TestDisk::default(), TestDisk::default());
    let (mut one, first) = tap(2, RECORD_TAP, FIRST);
    let (mut two, second) = tap(2, RECORD_TAP, FIRST);
    let second = Some((Role::StandsBy, place(&good, vec![(Part::Mix, second)])));
    let mut recorder = thread::admitted(RecordPlan { second, ..plan(&hung, Some(first)) });
    hung.set(|disk| disk.stalled = true);
    write(&mut one, 48_000, 2_000);
    write(&mut two, 48_000, 2_000);
    let files = recorder.stop_within(Duration::ZERO);
    assert_eq!(files.last().map(|file| file.frames), Some(2_000));
    assert_eq!(good.journal().iter().filter(|line| matches!(line, Line::End { .. })).count(), 1);
    hung.set(|disk| disk.stalled = false);
}

#[test]
fn what_rolls_is_not_ready_before_it_has_looked_at_what_is_there() {
    let disk = TestDisk::default();
    let (mut writer, reader) = tap(2, RECORD_TAP, FIRST);
    write(&mut writer, 48_000, 2_000);
    disk.set(|disk| disk.stalled = true);
    let place = place(&disk, vec![(Part::Mix, reader)]);
    let mut rolling = roll(RollPlan { naming: naming(), place, hold: Duration::from_secs(60) }).unwrap();
    assert!(rolling.is_well() && !rolling.is_ready());
    disk.set(|disk| disk.stalled = false);
    let begun = Instant::now();
    while !rolling.is_ready() {
        assert!(begun.elapsed() < RECORD_STOP, "it never is");
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

#[test]
fn what_a_full_tap_dropped_just_before_the_end_is_silence_that_is_told() {
    let mut rig = Rig::new(Duration::from_millis(500));
    rig.play(48_000, 2_400);
    rig.step();
    // No step any more: the disk hangs for two seconds, and then it is the end.
    for block in 1..40 {
        rig.play(48_000 + block * 2_400, 2_400);
    }
    let files = rig.worker.finish();
    assert_eq!(rig.troubles(), [key::FAULT_RECORD_SLOW; 2], "once for each file");
    let status = rig.board.told().status.clone();
    for (file, channels, name) in [(&files[0], 2, "/mix.wav"), (&files[1], CHANNELS, "/inputs.wav")] {
        assert_eq!((file.frames, file.gaps.len()), (40 * 2_400, 1));
        assert_eq!((status.frames_dropped, status.frames_lost), (file.gaps[0].frames, file.gaps[0].frames));
        holds_what_was_played(&rig.disk.samples(name), channels, file);
    }
    let told = Line::Gap { part: Part::Mix, gap: files[0].gaps[0] };
    assert_eq!(rig.disk.journal().iter().filter(|line| **line == told).count(), 1);
}
