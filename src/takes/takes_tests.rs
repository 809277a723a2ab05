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
