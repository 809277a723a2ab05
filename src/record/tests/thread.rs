//! The recorder with its thread: how it begins and how it ends.

use korero_sentences::Language;

use super::*;

#[test]
fn a_folder_that_may_not_be_written_is_one_sentence_at_the_start() {
    let disk = TestDisk::default();
    disk.set(|disk| disk.refusals = vec![13]);
    let (_writer, reader) = tap(2, RECORD_TAP, FIRST);
    let fault = start(plan(&disk, Some(reader))).err().expect("a fault");
    assert_eq!(fault.code, key::FAULT_RECORD_DENIED);
    assert!(fault.line(Language::English).contains("takes"));
}

#[test]
fn nothing_to_record_is_one_sentence_at_the_start() {
    let fault = start(plan(&TestDisk::default(), None)).err().expect("a fault");
    assert_eq!(fault.code, key::FAULT_RECORD_NOTHING);
}

#[test]
fn the_thread_records_and_stop_writes_what_is_left() {
    let disk = TestDisk::default();
    let (mut writer, reader) = tap(2, RECORD_TAP, FIRST);
    let mut recorder = start(plan(&disk, Some(reader))).unwrap();
    write(&mut writer, 48_000, 2_000);
    let files = recorder.stop();
    assert_eq!(files[0].frames, 2_000);
    holds_what_was_played(&disk.samples("/mix.wav"), 2, &files[0]);
}

#[test]
fn trouble_with_the_last_sound_is_told_after_the_end() {
    let disk = TestDisk::default();
    let (mut writer, reader) = tap(2, RECORD_TAP, FIRST);
    let mut recorder = start(plan(&disk, Some(reader))).unwrap();
    disk.set(|disk| disk.room = Some(0));
    write(&mut writer, 48_000, 2_000);
    let _ = recorder.stop();
    let told = recorder.take_events();
    let full = |event: &RecordEvent| matches!(event, RecordEvent::Trouble(f) if f.code == key::FAULT_RECORD_FULL);
    assert_eq!(told.iter().filter(|event| full(event)).count(), 1, "{told:?}");
}

#[test]
fn a_recorder_that_died_is_told_and_what_was_safe_is_named() {
    let (tell, ended) = mpsc::channel();
    let (asks, _asked) = mpsc::channel();
    let (folder, board) = (PathBuf::from("takes"), Board::new(1));
    let post = Post::new(folder, board, asks, ended);
    let mut recorder =
        Recorder { begin: Instant::now(), posts: vec![post], role: Role::Mirrors, ending: None, files: Vec::new() };
    assert_eq!(recorder.ended(), None, "it runs");
    let safe = RecordedFile { path: "x/mix.wav".into(), frames: 480, first_frame: FIRST, gaps: Vec::new() };
    recorder.posts[0].board.told().files.push(safe.clone());
    drop(tell);
    assert_eq!(recorder.ended(), Some(vec![safe]));
    assert!(matches!(&recorder.take_events()[..], [RecordEvent::Trouble(f)] if f.code == key::FAULT_RECORD_DIED));
}

#[test]
fn asking_for_the_end_waits_for_no_disk() {
    let disk = TestDisk::default();
    let (mut writer, reader) = tap(2, RECORD_TAP, FIRST);
    let mut recorder = start(plan(&disk, Some(reader))).unwrap();
    disk.set(|disk| disk.stalled = true);
    write(&mut writer, 48_000, 2_000);
    recorder.end();
    assert_eq!(recorder.ended(), None, "the disk has taken nothing yet");
    disk.set(|disk| disk.stalled = false);
    let files = recorder.ended_within(RECORD_STOP).expect("the disk answers");
    assert_eq!((files[0].frames, recorder.take_events()), (2_000, vec![]));
}

#[test]
fn a_disk_that_does_not_answer_is_told_of_while_it_holds_its_thread_and_nothing_is_lost() {
    let disk = TestDisk::default();
    let (mut writer, reader) = tap(2, RECORD_TAP, FIRST);
    let mut recorder = start(plan(&disk, Some(reader))).unwrap();
    let mut at = 48_000;
    let mut wait_for = |recorder: &mut Recorder, wanted: &dyn Fn(&RecordEvent) -> bool| {
        let begun = Instant::now();
        while !recorder.take_events().iter().any(wanted) {
            assert!(begun.elapsed() < RECORD_STOP, "it is never told");
            write(&mut writer, at, 480);
            at += 480;
            std::thread::park_timeout(Duration::from_millis(10));
        }
        at
    };
    disk.set(|disk| disk.stalled = true);
    let waits = |event: &RecordEvent| matches!(event, RecordEvent::Trouble(f) if f.code == key::FAULT_RECORD_WAITS);
    wait_for(&mut recorder, &waits);
    assert!(recorder.status().in_trouble);
    disk.set(|disk| disk.stalled = false);
    let end = wait_for(&mut recorder, &|event| *event == RecordEvent::Resumed);
    let files = recorder.stop();
    assert_eq!((files[0].frames, files[0].gaps.len()), (end - 48_000, 0));
    assert!(!recorder.status().in_trouble);
    holds_what_was_played(&disk.samples("/mix.wav"), 2, &files[0]);
}

#[test]
fn a_place_that_cannot_be_used_is_told_of_and_the_other_records() {
    let (bad, good) = (TestDisk::default(), TestDisk::default());
    bad.set(|disk| disk.broken = Some(13));
    for role in [Role::StandsBy, Role::Mirrors] {
        let (_unheard, first) = tap(2, RECORD_TAP, FIRST);
        let (mut writer, second) = tap(2, RECORD_TAP, FIRST);
        let second = Some((role, place(&good, vec![(Part::Mix, second)])));
        let mut recorder = start(RecordPlan { second, ..plan(&bad, Some(first)) }).unwrap();
        write(&mut writer, 48_000, 2_000);
        assert_eq!(recorder.stop()[0].frames, 2_000);
        let denied =
            |event: &RecordEvent| matches!(event, RecordEvent::Trouble(f) if f.code == key::FAULT_RECORD_DENIED);
        assert!(recorder.take_events().iter().any(denied));
    }
}

#[test]
fn a_mirror_ends_at_once_and_a_place_that_stands_by_waits_for_a_disk_that_does_not() {
    for role in [Role::Mirrors, Role::StandsBy] {
        let (stuck, well) = (TestDisk::default(), TestDisk::default());
        let (mut one, first) = tap(2, RECORD_TAP, FIRST);
        let (mut two, second) = tap(2, RECORD_TAP, FIRST);
        let second = Some((role, place(&well, vec![(Part::Mix, second)])));
        let mut recorder = start(RecordPlan { second, ..plan(&stuck, Some(first)) }).unwrap();
        stuck.set(|disk| disk.stalled = true);
        write(&mut one, 48_000, 2_000);
        write(&mut two, 48_000, 2_000);
        recorder.end();
        assert_eq!(recorder.ended(), None);
        assert_eq!(recorder.posts[1].asks.is_none(), role == Role::Mirrors);
        stuck.set(|disk| disk.stalled = false);
        let files = recorder.stop();
        assert_eq!(files[0].frames, 2_000);
        if role == Role::Mirrors {
            assert_eq!(files[1].frames, 2_000);
        }
    }
}

#[test]
fn nothing_is_begun_on_a_disk_with_less_than_a_minute() {
    let disk = TestDisk::default();
    // Stereo at 24 bits: 288,000 bytes a second.
    disk.set(|disk| disk.room = Some(60 * 288_000 - 1));
    let (_writer, reader) = tap(2, RECORD_TAP, FIRST);
    let fault = start(plan(&disk, Some(reader))).err().expect("a fault");
    assert_eq!(fault.code, key::FAULT_RECORD_NO_ROOM);
    assert!(fault.line(Language::English).contains("17 MiB"), "{fault}");
    disk.set(|disk| disk.room = Some(60 * 288_000));
    let (_writer, reader) = tap(2, RECORD_TAP, FIRST);
    assert!(start(plan(&disk, Some(reader))).is_ok());
}
