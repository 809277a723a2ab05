use std::fs;
use std::path::Path;

use korero_sentences::key;

use super::*;
use crate::record::LocalDisk;
use crate::record::journal::{FORMAT, Line};
use crate::record::names::TakeFolder;
use crate::record::tests::recorded;
use crate::recording::{Layout, Marker, SampleForm};
use crate::show::Show;
use crate::takes::repair;
use crate::timeline::{Epoch, FrameIndex};

/// A take of one second that began so many seconds after 1970, with more lines.
fn begun(above: &Path, name: &str, seconds: u64, more: &[Line]) -> PathBuf {
    let epoch = Epoch { id: Uuid::from_u128(7), utc_ns_at_frame_0: seconds * 1_000_000_000 };
    let show = Show { title: "Pō".to_owned(), artist: "Manu".to_owned(), set_list: Vec::new() };
    let (part, track, form, first_frame) = (Part::Mix, None, SampleForm::Pcm24, FrameIndex(0));
    let lines = [
        Line::Take { format: FORMAT, id: Uuid::from_u128(seconds.into()), epoch, show },
        Line::File { part, track, name: "mix.wav".to_owned(), channels: 2, form, first_frame },
    ];
    let text: String = lines.iter().chain(more).map(|line| serde_json::to_string(line).unwrap() + "\n").collect();
    let folder = above.join(name);
    fs::create_dir_all(&folder).unwrap();
    fs::write(TakeFolder(folder.clone()).journal(), text).unwrap();
    folder
}

fn end() -> Line {
    Line::End { part: Part::Mix, track: None, frames: 48_000, sums: None }
}

#[test]
fn takes_are_listed_newest_first_and_a_damaged_one_is_a_row_with_its_fault() {
    let home = tempfile::tempdir().unwrap();
    begun(home.path(), "b renamed by hand", 2_000, &[end()]);
    begun(home.path(), "a", 3_000_000_000, &[end(), Line::Marker(Marker { at: FrameIndex(9), label: "x".into() })]);
    let torn = home.path().join("2026-03-01 20.05.09 Manu");
    fs::create_dir(&torn).unwrap();
    fs::write(TakeFolder(torn.clone()).journal(), "{\"line\":").unwrap();
    let nameless = home.path().join("0");
    fs::create_dir(&nameless).unwrap();
    fs::write(TakeFolder(nameless).journal(), [0xFF; 9]).unwrap();
    fs::create_dir(home.path().join("no take")).unwrap();

    let rows = list(&LocalDisk, home.path()).unwrap();
    let names: Vec<_> = rows.iter().map(|row| row.folder.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, ["a", "2026-03-01 20.05.09 Manu", "b renamed by hand", "0"]);
    assert_eq!(rows[1].take.as_ref().unwrap_err().code, key::FAULT_RECORD_JOURNAL);
    let newest = rows[0].take.as_ref().unwrap();
    assert_eq!((newest.artist.as_str(), newest.title.as_str(), newest.markers), ("Manu", "Pō", 1));
    assert_eq!((newest.state, newest.length), (State::Whole, Duration::from_secs(1)));
    assert_eq!(list(&LocalDisk, &home.path().join("nowhere")), Ok(Vec::new()));
}

#[test]
fn a_take_is_busy_while_its_journal_is_held_and_interrupted_afterwards() {
    let home = tempfile::tempdir().unwrap();
    let folder = begun(home.path(), "a", 1, &[]);
    let state = || list(&LocalDisk, home.path()).unwrap()[0].take.as_ref().unwrap().state;
    let held = Claim::new(&LocalDisk, &folder).unwrap();
    assert_eq!(state(), State::Busy);
    drop(held);
    assert_eq!(state(), State::Interrupted);
    fs::write(folder.join("mix.wav"), [0; 700]).unwrap();
    repair::repair(&LocalDisk, &folder).unwrap();
    assert_eq!(state(), State::Recovered { lost: Duration::ZERO });
}

#[test]
fn the_bytes_of_a_take_are_those_of_all_its_files_and_its_gaps_count_once() {
    let disk = recorded(Layout::FilePerTrack, SampleForm::Pcm24);
    let row = list(&disk, Path::new("takes")).unwrap().pop().unwrap();
    let bytes: usize = disk.set(|platters| platters.files.values().map(Vec::len).sum());
    assert_eq!(row.bytes, bytes as u64);
    let take = row.take.unwrap();
    assert_eq!(take.parts, [Part::Mix, Part::Inputs]);
    assert_eq!(take.gaps, 2, "the interface lost one of the mix, and both inputs miss another");
    let home = tempfile::tempdir().unwrap();
    let folder = begun(home.path(), "a", 1, &[end()]);
    let before = list(&LocalDisk, home.path()).unwrap()[0].bytes;
    fs::create_dir(folder.join("Songs")).unwrap();
    fs::write(folder.join("Songs/01.wav"), [7; 1_000]).unwrap();
    assert_eq!(list(&LocalDisk, home.path()).unwrap()[0].bytes, before + 1_000);
}
