//! Disks that are full, refuse, forget or stall: what is on them is true, and what is lost is told.

use super::*;

#[test]
fn every_half_second_the_file_on_disk_is_whole_up_to_there() {
    let mut rig = Rig::new(RECORD_TAP);
    for step in 0..40 {
        rig.play(48_000 + step * 2_400, 2_400);
        rig.step();
        // The header is never older than one interval and one step.
        let safe = rig.disk.samples("/mix.wav").len() as u64 / 2;
        let played = (step + 1) * 2_400;
        assert!(played - safe <= 24_000 + 2_400, "{safe} of {played}");
        assert!(safe.is_multiple_of(2_400));
    }
}

#[test]
fn a_power_cut_finds_no_header_that_tells_of_sound_that_is_not_there() {
    let mut rig = Rig::new(RECORD_TAP);
    for step in 0..60 {
        rig.play(48_000 + step * 2_400, 2_400);
        // Every third call or so is refused: the order must hold then too.
        rig.disk.set(|disk| disk.refusals = (0..step % 7).map(|nth| if nth % 3 == 2 { 5 } else { 0 }).collect());
        rig.step();
    }
    rig.worker.finish();
    let promises = rig.disk.set(|disk| disk::promises(&disk.log));
    assert!(promises.len() > 10);
    assert!(promises.iter().all(|(told, durable)| told <= durable), "{promises:?}");
}

#[test]
fn a_disk_that_is_full_is_told_once_and_goes_on_when_there_is_room() {
    let mut rig = Rig::new(Duration::from_secs(2));
    rig.disk.set(|disk| disk.room = Some(240_000));
    let mut at = 48_000;
    let mut play = |rig: &mut Rig, steps: u64| {
        for _ in 0..steps {
            rig.play(at, 2_400);
            at += 2_400;
            rig.step();
        }
    };
    play(&mut rig, 20);
    let troubles = rig.troubles();
    assert_eq!(troubles.iter().filter(|code| **code == key::FAULT_RECORD_FULL).count(), 1, "{troubles:?}");
    // What was written is whole.
    assert!(!rig.disk.samples("/mix.wav").is_empty());
    rig.disk.set(|disk| disk.room = None);
    play(&mut rig, 60);
    assert!(rig.events().contains(&RecordEvent::Resumed));
    let files = rig.worker.finish();
    assert!(!rig.board.told().status.in_trouble);
    // A second of trouble fits into the taps: nothing was lost.
    assert_eq!((files[0].frames, files[0].gaps.len()), (80 * 2_400, 0));
    holds_what_was_played(&rig.disk.samples("/mix.wav"), 2, &files[0]);
    holds_what_was_played(&rig.disk.samples("/inputs.wav"), CHANNELS, &files[1]);
}

#[test]
fn what_a_disk_lost_when_it_could_not_make_it_safe_is_written_again_before_it_is_believed() {
    let mut rig = Rig::new(RECORD_TAP);
    rig.disk.set(|disk| disk.forgetful = true);
    for step in 0..120 {
        rig.play(48_000 + step * 2_400, 2_400);
        // Any call of a round is refused once: syncs of sound, of headers and of the journal among them.
        rig.disk.set(|disk| disk.refusals = if step % 10 == 9 { vec![5; 1 + step as usize % 3] } else { Vec::new() });
        rig.disk.set(|disk| disk.refusals.extend(vec![0; step as usize / 10]));
        rig.step();
    }
    rig.disk.set(|disk| disk.refusals.clear());
    let files = rig.worker.finish();
    assert!(files.iter().all(|file| file.frames == 120 * 2_400 && file.gaps.is_empty()));
    holds_what_was_played(&rig.disk.samples("/mix.wav"), 2, &files[0]);
    holds_what_was_played(&rig.disk.samples("/inputs.wav"), CHANNELS, &files[1]);
    assert!(rig.troubles().contains(&key::FAULT_RECORD_DISK), "no refusal met a call");
    let folder = crate::takes::folders(&rig.disk, Path::new("takes")).unwrap().pop().unwrap();
    assert_eq!(crate::takes::verify::verify(&rig.disk, &folder).unwrap().1, []);
}

#[test]
fn a_part_in_trouble_does_not_hold_up_the_other() {
    let mut rig = Rig::new(RECORD_TAP);
    rig.disk.set(|disk| disk.bad = Some("/mix.wav"));
    for step in 0..40 {
        rig.play(48_000 + step * 2_400, 2_400);
        rig.step();
    }
    assert!(rig.disk.samples("/inputs.wav").len() >= 70_000 * CHANNELS);
    rig.disk.set(|disk| disk.bad = None);
    let files = rig.worker.finish();
    assert_eq!((files[0].frames, files[0].gaps.len()), (40 * 2_400, 0));
    holds_what_was_played(&rig.disk.samples("/mix.wav"), 2, &files[0]);
}

#[test]
fn a_disk_that_stays_full_leaves_valid_files() {
    let mut rig = Rig::new(Duration::from_secs(2));
    rig.disk.set(|disk| disk.room = Some(600_000));
    for step in 0..100 {
        rig.play(48_000 + step * 2_400, 2_400);
        rig.step();
    }
    let files = rig.worker.finish();
    assert!(rig.board.told().status.in_trouble, "the end of it is not on the disk");
    assert!(files[0].frames > 0);
    holds_what_was_played(&rig.disk.samples("/mix.wav"), 2, &files[0]);
    holds_what_was_played(&rig.disk.samples("/inputs.wav"), CHANNELS, &files[1]);
}

#[test]
fn a_disk_that_stalls_longer_than_the_tap_holds_costs_exactly_what_is_told() {
    let mut rig = Rig::new(Duration::from_millis(500));
    rig.play(48_000, 2_400);
    rig.step();
    // No step: the thread hangs in a write for two seconds.
    for block in 1..40 {
        rig.play(48_000 + block * 2_400, 2_400);
    }
    rig.step();
    rig.play(48_000 + 40 * 2_400, 2_400);
    let files = rig.worker.finish();
    assert_eq!((files[1].frames, files[1].gaps.len()), (41 * 2_400, 1));
    assert!(files[1].gaps[0].exact && files[1].gaps[0].cause == GapCause::Tap);
    assert_eq!(rig.board.told().status.frames_dropped, files[1].gaps[0].frames);
    assert_eq!(rig.troubles(), [key::FAULT_RECORD_SLOW; 2], "once for each file");
    holds_what_was_played(&rig.disk.samples("/inputs.wav"), CHANNELS, &files[1]);
}

#[test]
fn the_artist_is_warned_once_before_the_disk_is_full() {
    let mut rig = Rig::new(RECORD_TAP);
    rig.disk.set(|disk| disk.room = Some(90 * 48_000 * 3 * 5 + 131_072));
    for step in 0..30 {
        rig.play(48_000 + step * 2_400, 2_400);
        rig.step();
    }
    assert_eq!(rig.troubles(), [key::FAULT_RECORD_LOW]);
    let left = rig.board.told().status.disk_left.expect("known");
    assert!((Duration::from_secs(87)..Duration::from_secs(90)).contains(&left), "{left:?}");
}
