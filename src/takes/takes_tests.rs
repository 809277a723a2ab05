use super::*;
use std::fs;

use crate::record::LocalDisk;
use crate::record::claim::Claim;
use crate::record::tests::disk::TestDisk;
use crate::record::tests::recorded;
use crate::timeline::GapCause;

fn journal(home: &Path, lines: &[Line], torn: &str) -> PathBuf {
    let text: String = lines.iter().map(|line| serde_json::to_string(line).unwrap() + "\n").collect();
    fs::write(home.join(TakeFolder::JOURNAL), text + torn).unwrap();
    home.to_owned()
}

fn begin() -> Line {
    let epoch = Epoch { id: Uuid::from_u128(7), utc_ns_at_frame_0: 1 };
    Line::Take { format: FORMAT, id: Uuid::from_u128(8), epoch, show: Show::default() }
}

fn mix() -> Line {
    Line::File {
        part: Part::Mix,
        track: None,
        name: "mix.wav".to_owned(),
        channels: 2,
        form: SampleForm::Pcm24,
        first_frame: FrameIndex(3),
    }
}

#[test]
fn a_journal_that_a_crash_tore_tells_everything_before_the_tear() {
    let home = tempfile::tempdir().unwrap();
    let gap = Gap { start: FrameIndex(480), frames: 32, cause: GapCause::Device, exact: false };
    let lines = [begin(), mix(), Line::Gap { part: Part::Mix, gap }];
    let folder = journal(home.path(), &lines, "{\"line\":\"gap\",\"pa");
    let take = read(&LocalDisk, &folder).unwrap();
    let mix = &take.files[0];
    assert_eq!((take.id, mix.first_frame, mix.end), (Uuid::from_u128(8), FrameIndex(3), FileEnd::Open));
    assert_eq!(mix.gaps, [gap]);
    assert_eq!(mix.path, home.path().join("mix.wav"));
}

#[test]
fn what_is_no_journal_is_refused_with_its_name() {
    let home = tempfile::tempdir().unwrap();
    assert!(read(&LocalDisk, home.path()).is_err());
    fs::write(home.path().join(TakeFolder::JOURNAL), "{\"line\":\"take\",\"format\":2}\n").unwrap();
    let fault = read(&LocalDisk, home.path()).unwrap_err();
    assert_eq!(fault.code, key::FAULT_RECORD_JOURNAL);
}

#[test]
fn a_journal_from_elsewhere_names_no_file_out_of_its_folder() {
    let home = tempfile::tempdir().unwrap();
    let Line::File { part, track, channels, form, first_frame, .. } = mix() else { panic!("a file") };
    let name = "../../secret.wav".to_owned();
    let folder = journal(home.path(), &[begin(), Line::File { part, track, name, channels, form, first_frame }], "");
    assert_eq!(read(&LocalDisk, &folder).unwrap().files[0].path, home.path().join("secret.wav"));
}

#[test]
fn a_take_that_is_still_recorded_is_never_mended() {
    let home = tempfile::tempdir().unwrap();
    let folder = journal(home.path(), &[begin(), mix()], "");
    let held = Claim::new(&LocalDisk, &folder).unwrap();
    assert_eq!(repair::repair(&LocalDisk, &folder).unwrap_err().code, key::FAULT_TAKES_BUSY);
    drop(held);
    let repaired = repair::repair(&LocalDisk, &folder).unwrap().expect("it was interrupted");
    assert_eq!(repaired.left_alone, [home.path().join("mix.wav")], "the file is not there");
}

#[test]
fn a_take_that_is_still_recorded_on_a_disk_without_locks_is_never_mended_either() {
    let disk = TestDisk::default();
    let folder = Path::new("takes/pō");
    let lines = [begin(), mix()].map(|line| serde_json::to_string(&line).unwrap() + "\n").concat().into_bytes();
    disk.set(|platters| {
        platters.lockless = true;
        platters.files.insert(folder.join(TakeFolder::JOURNAL), lines.clone());
    });
    let mut recorder = Claim::new(&disk, folder).unwrap();
    let mending = std::thread::spawn({
        let disk = disk.clone();
        move || repair::repair(&disk, folder)
    });
    while !mending.is_finished() {
        recorder.beat().unwrap();
        std::thread::park_timeout(Duration::from_millis(10));
    }
    assert_eq!(mending.join().unwrap().unwrap_err().code, key::FAULT_TAKES_BUSY);
    assert_eq!(disk.file("take.jsonl"), Some(lines));
}

#[test]
fn a_file_that_is_not_there_is_told_once_and_mended_when_it_is_put_back() {
    let disk = TestDisk::default();
    let folder = Path::new("takes/pō");
    let lines = [begin(), mix()].map(|line| serde_json::to_string(&line).unwrap() + "\n").concat();
    disk.set(|platters| platters.files.insert(folder.join(TakeFolder::JOURNAL), lines.into_bytes()));
    let told = repair::repair(&disk, folder).unwrap().expect("it was interrupted");
    assert!(!told.mended && !told.take.is_open() && told.left_alone == [folder.join("mix.wav")]);
    assert_eq!(repair::repair(&disk, folder).unwrap(), None);
    disk.set(|platters| platters.files.insert(folder.join("mix.wav"), b"no recording of ours".repeat(9_000)));
    assert_eq!(repair::repair(&disk, folder).unwrap(), None, "nothing new");
    let whole = recorded(crate::recording::Layout::Polywav, SampleForm::Pcm24).file("/mix.wav").unwrap();
    disk.set(|platters| platters.files.insert(folder.join("mix.wav"), whole));
    let told = repair::repair(&disk, folder).unwrap().expect("it was put back");
    assert!(told.mended && told.left_alone.is_empty());
    assert!(matches!(read(&disk, folder).unwrap().files[0].end, FileEnd::Recovered { frames: 941, .. }));
    assert_eq!(repair::repair(&disk, folder).unwrap(), None);
}

#[test]
fn a_journal_that_names_a_file_twice_has_one_file_which_is_mended_once() {
    let disk = TestDisk::default();
    let folder = Path::new("takes/pō");
    let lines = [begin(), mix(), mix()].map(|line| serde_json::to_string(&line).unwrap() + "\n").concat();
    let whole = recorded(crate::recording::Layout::Polywav, SampleForm::Pcm24).file("/mix.wav").unwrap();
    disk.set(|platters| {
        platters.files.insert(folder.join(TakeFolder::JOURNAL), lines.into_bytes());
        platters.files.insert(folder.join("mix.wav"), whole);
    });
    let told = repair::repair(&disk, folder).unwrap().expect("it was interrupted");
    assert!(told.take.files.len() == 1 && !read(&disk, folder).unwrap().is_open());
    assert_eq!(repair::repair(&disk, folder).unwrap(), None);
}

#[test]
fn a_journal_that_a_power_cut_emptied_is_told_once_and_sound_beside_it_stays() {
    let home = tempfile::tempdir().unwrap();
    let [empty, torn, theirs, newer] = ["empty", "torn", "theirs", "newer"].map(|name| home.path().join(name));
    let make = |folder: &Path, journal: &[u8]| {
        fs::create_dir(folder).unwrap();
        fs::write(folder.join(TakeFolder::JOURNAL), journal).unwrap();
    };
    make(&empty, b"");
    make(&torn, b"{\"line\":\"take\",\"for\0\0\0\0");
    make(&theirs, &[0; 900]);
    make(&newer, b"{\"line\":\"take\",\"format\":2}\n");
    fs::write(empty.join("recording.lock"), b"").unwrap();
    fs::write(theirs.join("mix.wav"), b"sound").unwrap();
    let codes = || {
        let (mended, faults) = repair::repair_all(&LocalDisk, home.path()).unwrap();
        assert!(mended.is_empty());
        faults.into_iter().map(|fault| fault.code).collect::<Vec<_>>()
    };
    let journal = key::FAULT_RECORD_JOURNAL;
    assert_eq!(codes(), [key::FAULT_TAKES_EMPTY, journal, journal, journal]);
    // What a newer one wrote is not for us to settle.
    assert_eq!(codes(), [journal]);
    assert!(!empty.exists() && torn.exists());
    assert_eq!(fs::read(theirs.join("mix.wav")).unwrap(), b"sound");
    assert_eq!(fs::read(newer.join(TakeFolder::JOURNAL)).unwrap(), b"{\"line\":\"take\",\"format\":2}\n");
    assert!(read(&LocalDisk, &theirs).is_err());
}

#[test]
fn an_empty_journal_of_a_take_that_just_begins_is_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("take");
    fs::create_dir(&folder).unwrap();
    let _claim = Claim::new(&LocalDisk, &folder).unwrap();
    fs::write(folder.join(TakeFolder::JOURNAL), b"").unwrap();
    assert_eq!(repair::repair_all(&LocalDisk, home.path()).unwrap(), (vec![], vec![]));
    assert!(folder.join(TakeFolder::JOURNAL).exists());
}
