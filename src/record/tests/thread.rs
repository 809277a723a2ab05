//! The recorder with its thread: how it begins and how it ends.

use korero_sentences::Language;

use super::*;

/// Waits until every place was asked, and answered.
pub(super) fn admitted(plan: RecordPlan) -> Recorder {
    let recorder = start(plan).unwrap();
    for post in &recorder.posts {
        let (mut watch, mut now) = (Watch::default(), Duration::ZERO);
        loop {
            now += RECORD_POLL;
            if watch.silent_for(&post.board.pulse, now).is_zero() {
                break;
            }
            assert!(now < 200 * RECORD_STOP, "it never answers");
            std::thread::park_timeout(Duration::from_millis(1));
        }
    }
    recorder
}

/// Waits for the end of a recording that nobody asked to end: what it left, and what was told.
fn refused(recorder: &mut Recorder) -> (Vec<RecordedFile>, Vec<Fault>) {
    let begun = Instant::now();
    loop {
        if let Some(files) = recorder.ended() {
            return (files, faults(recorder));
        }
        assert!(begun.elapsed() < RECORD_STOP, "it never ends");
        std::thread::park_timeout(Duration::from_millis(1));
    }
}

fn faults(recorder: &mut Recorder) -> Vec<Fault> {
    let fault = |event| if let RecordEvent::Trouble(fault) = event { Some(fault) } else { None };
    recorder.take_events().into_iter().filter_map(fault).collect()
}

#[test]
fn a_folder_that_may_not_be_written_is_one_sentence_and_the_end() {
    let disk = TestDisk::default();
    disk.set(|disk| disk.refusals = vec![13]);
    let (_writer, reader) = tap(2, RECORD_TAP, FIRST);
    let mut recorder = start(plan(&disk, Some(reader))).unwrap();
    let (files, told) = refused(&mut recorder);
    assert_eq!((files, told.len(), told[0].code), (vec![], 1, key::FAULT_RECORD_DENIED));
    assert!(told[0].line(Language::English).contains("takes") && recorder.status().in_trouble);
}

#[test]
fn no_disk_holds_up_the_start_and_a_second_place_that_hangs_holds_up_neither_the_first_nor_the_end() {
    for role in [Role::StandsBy, Role::Mirrors] {
        let (good, hung) = (TestDisk::default(), TestDisk::default());
        hung.set(|disk| disk.stalled = true);
        let (mut one, first) = tap(2, RECORD_TAP, FIRST);
        let (_two, second) = tap(2, RECORD_TAP, FIRST);
        let second = Some((role, place(&hung, vec![(Part::Mix, second)])));
        // A start that waited for the disk would never return.
        let mut recorder = start(RecordPlan { second, ..plan(&good, Some(first)) }).unwrap();
        write(&mut one, 48_000, 2_000);
        if role == Role::StandsBy {
            let begun = Instant::now();
            assert_eq!(recorder.stop()[0].frames, 2_000);
            assert!(begun.elapsed() < RECORD_STOP, "the end waits for a disk that is not needed");
        } else {
            recorder.end();
            let begun = Instant::now();
            while good.file("/mix.wav").is_none_or(|bytes| bytes.len() as u64 != wav::HEADER + 12_000) {
                assert!(begun.elapsed() < RECORD_STOP, "the first place is held up");
                std::thread::park_timeout(Duration::from_millis(1));
            }
            hung.set(|disk| disk.stalled = false);
            assert_eq!(recorder.stop()[0].frames, 2_000);
        }
    }
}

#[test]
fn a_second_place_that_is_the_first_one_is_told_of_and_left_out() {
    for role in [Role::StandsBy, Role::Mirrors] {
        let disk = TestDisk::default();
        let (mut writer, first) = tap(2, RECORD_TAP, FIRST);
        let (_unheard, second) = tap(2, RECORD_TAP, FIRST);
        let second = Some((role, place(&disk, vec![(Part::Mix, second)])));
        let mut recorder = start(RecordPlan { second, ..plan(&disk, Some(first)) }).unwrap();
        write(&mut writer, 48_000, 2_000);
        let (begun, mut told) = (Instant::now(), Vec::new());
        while told.is_empty() {
            assert!(begun.elapsed() < RECORD_STOP, "it is never told");
            told = faults(&mut recorder);
            std::thread::park_timeout(Duration::from_millis(1));
        }
        let files = recorder.stop();
        assert_eq!((files.len(), files[0].frames), (1, 2_000));
        told.extend(faults(&mut recorder));
        assert_eq!(told.iter().map(|fault| fault.code).collect::<Vec<_>>(), [key::FAULT_RECORD_SAME]);
    }
}

#[test]
fn two_ways_to_one_folder_are_one_folder_and_one_inside_the_other_is_two() {
    let home = tempfile::tempdir().unwrap();
    let inside = home.path().join("takes");
    std::fs::create_dir(&inside).unwrap();
    let real = |folder: &Path| LocalDisk.real(folder).unwrap();
    assert_eq!(real(&inside), real(&home.path().join("takes/../takes/.")));
    assert_ne!(real(&inside), real(home.path()));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&inside, home.path().join("again")).unwrap();
        assert_eq!(real(&inside), real(&home.path().join("again")));
    }
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
    let mut recorder = admitted(plan(&disk, Some(reader)));
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
    let post = Post::new(folder, board, Vec::new(), asks, ended);
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
    let mut recorder = admitted(plan(&disk, Some(reader)));
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
    let mut recorder = admitted(plan(&disk, Some(reader)));
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
        let mut recorder = admitted(RecordPlan { second, ..plan(&stuck, Some(first)) });
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
fn a_disk_that_cannot_name_a_folder_is_recorded_to_all_the_same() {
    let disk = TestDisk::default();
    disk.set(|disk| disk.nameless = true);
    let (mut writer, reader) = tap(2, RECORD_TAP, FIRST);
    write(&mut writer, 48_000, 2_000);
    assert_eq!(start(plan(&disk, Some(reader))).unwrap().stop()[0].frames, 2_000);
}

#[test]
fn nothing_is_begun_on_a_disk_with_less_than_a_minute() {
    let disk = TestDisk::default();
    // Stereo at 24 bits: 288,000 bytes a second.
    disk.set(|disk| disk.room = Some(60 * 288_000 - 1));
    let (mut writer, reader) = tap(2, RECORD_TAP, FIRST);
    write(&mut writer, 48_000, 2_000);
    let mut recorder = start(plan(&disk, Some(reader))).unwrap();
    let (files, told) = refused(&mut recorder);
    assert_eq!((files, told.len(), told[0].code), (vec![], 1, key::FAULT_RECORD_NO_ROOM));
    assert!(told[0].line(Language::English).contains("17 MiB"), "{}", told[0]);
    assert!(disk.set(|disk| disk.files.is_empty()));
    disk.set(|disk| disk.room = Some(60 * 288_000));
    let (mut writer, reader) = tap(2, RECORD_TAP, FIRST);
    write(&mut writer, 48_000, 2_000);
    assert_eq!(start(plan(&disk, Some(reader))).unwrap().stop().len(), 1);
}
