//! The recorder with its thread: how it begins and how it ends.

use korero_sentences::Language;

use super::*;

#[test]
fn a_folder_that_may_not_be_written_is_one_sentence_at_the_start() {
    let disk = MemoryDisk::default();
    disk.set(|disk| disk.refusals = vec![13]);
    let (_writer, reader) = tap(2, RECORD_TAP, FIRST);
    let fault = start(plan(Some(reader), None), Arc::new(disk)).err().expect("a fault");
    assert_eq!(fault.code, key::FAULT_RECORD_DENIED);
    assert!(fault.line(Language::English).contains("takes"));
}

#[test]
fn nothing_to_record_is_one_sentence_at_the_start() {
    let fault = start(plan(None, None), Arc::new(MemoryDisk::default())).err().expect("a fault");
    assert_eq!(fault.code, key::FAULT_RECORD_NOTHING);
}

#[test]
fn the_thread_records_and_stop_writes_what_is_left() {
    let disk = MemoryDisk::default();
    let (mut writer, reader) = tap(2, RECORD_TAP, FIRST);
    let mut recorder = start(plan(Some(reader), None), Arc::new(disk.clone())).unwrap();
    write(&mut writer, 48_000, 2_000);
    let files = recorder.stop();
    assert_eq!(files[0].frames, 2_000);
    holds_what_was_played(&disk.samples(" mix.wav"), 2, &files[0]);
}

#[test]
fn trouble_with_the_last_sound_is_told_after_the_end() {
    let disk = MemoryDisk::default();
    let (mut writer, reader) = tap(2, RECORD_TAP, FIRST);
    let mut recorder = start(plan(Some(reader), None), Arc::new(disk.clone())).unwrap();
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
    let told = Arc::new(Mutex::new(Told::default()));
    let folder = PathBuf::from("takes");
    let mut recorder = Recorder { folder, told, asks: Some(asks), ended, ending: None };
    assert_eq!(recorder.ended(), None, "it runs");
    let safe = RecordedFile { path: "x mix.wav".into(), frames: 480, first_frame: FIRST, gaps: Vec::new() };
    recorder.told().files.push(safe.clone());
    drop(tell);
    assert_eq!(recorder.ended(), Some(vec![safe]));
    assert!(matches!(&recorder.take_events()[..], [RecordEvent::Trouble(f)] if f.code == key::FAULT_RECORD_DIED));
}

#[test]
fn asking_for_the_end_waits_for_no_disk() {
    let disk = MemoryDisk::default();
    let (mut writer, reader) = tap(2, RECORD_TAP, FIRST);
    let mut recorder = start(plan(Some(reader), None), Arc::new(disk.clone())).unwrap();
    let busy = disk.0.lock().unwrap();
    write(&mut writer, 48_000, 2_000);
    recorder.end();
    assert_eq!(recorder.ended(), None, "the disk has taken nothing yet");
    drop(busy);
    let files = recorder.ended_within(RECORD_STOP).expect("the disk answers");
    assert_eq!((files[0].frames, recorder.take_events()), (2_000, vec![]));
}
