use std::fs;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::record::LocalDisk;
use crate::record::journal::FORMAT;
use crate::timeline::Epoch;

fn begun(above: &Path, name: &str) -> PathBuf {
    let epoch = Epoch { id: Uuid::from_u128(7), utc_ns_at_frame_0: 0 };
    let show = Show { title: "Pō".to_owned(), artist: "Manu".to_owned(), set_list: vec!["one".to_owned()] };
    let line = serde_json::to_string(&Line::Take { format: FORMAT, id: Uuid::from_u128(8), epoch, show }).unwrap();
    let folder = above.join(name);
    fs::create_dir(&folder).unwrap();
    fs::write(TakeFolder(folder.clone()).journal(), line + "\n").unwrap();
    fs::write(folder.join("mix.wav"), b"sound").unwrap();
    folder
}

fn named(folder: &Path, artist: &str, title: &str) -> Result<PathBuf, Fault> {
    rename(&LocalDisk, folder, Some(artist), Some(title))
}

const NAME: &str = "2026-03-01 20.05.09 Manu – Pō";

#[test]
fn a_take_keeps_its_date_its_sound_and_its_journal_under_a_new_name() {
    let home = tempfile::tempdir().unwrap();
    let folder = begun(home.path(), NAME);
    let there = named(&folder, " Ngā Manu ", "Ata: 1/2").unwrap();
    assert_eq!(there, home.path().join("2026-03-01 20.05.09 Ngā Manu – Ata- 1-2"));
    assert!(!folder.exists());
    assert_eq!(fs::read(there.join("mix.wav")).unwrap(), b"sound");
    let take = read(&LocalDisk, &there).unwrap();
    assert_eq!((take.show.artist.as_str(), take.show.title.as_str()), ("Ngā Manu", "Ata: 1/2"));
    assert_eq!((take.id, take.show.set_list.len()), (Uuid::from_u128(8), 1), "the rest is what it was");
    let again = named(&there, "Manu", "Pō").unwrap();
    assert_eq!(again, folder);
    assert_eq!(read(&LocalDisk, &again).unwrap().show.title, "Pō");
}

#[test]
fn a_name_that_is_taken_gets_a_number_and_one_that_stays_the_same_moves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let (first, second) = (begun(home.path(), NAME), begun(home.path(), "2026-03-01 20.05.09 X"));
    let there = named(&second, "Manu", "Pō").unwrap();
    assert_eq!(there, home.path().join(format!("{NAME} (2)")));
    assert_eq!(named(&there, "Manu", "Pō").unwrap(), there, "its number is no other name");
    assert_eq!(named(&first, "Manu", "Pō").unwrap(), first);
    assert_eq!(read(&LocalDisk, &first).unwrap().id, Uuid::from_u128(8));
}

#[test]
fn a_take_that_is_recorded_keeps_its_name() {
    let home = tempfile::tempdir().unwrap();
    let folder = begun(home.path(), NAME);
    let held = Claim::new(&LocalDisk, &folder).unwrap();
    assert_eq!(named(&folder, "a", "b").unwrap_err().code, key::FAULT_TAKES_BUSY);
    assert!(folder.exists());
    drop(held);
    assert!(named(&folder, "a", "b").is_ok());
}

#[test]
fn a_name_that_is_not_given_stays() {
    let home = tempfile::tempdir().unwrap();
    let folder = begun(home.path(), NAME);
    let there = rename(&LocalDisk, &folder, None, Some("Ata")).unwrap();
    let there = rename(&LocalDisk, &there, Some("Hēmi"), None).unwrap();
    assert_eq!(there, home.path().join("2026-03-01 20.05.09 Hēmi – Ata"));
}

#[test]
fn a_take_that_is_read_is_not_moved_under_its_reader() {
    let home = tempfile::tempdir().unwrap();
    let folder = begun(home.path(), NAME);
    let mut reader = LocalDisk.open(&folder.join("mix.wav"), Access::Read).unwrap();
    reader.share().unwrap();
    assert_eq!(named(&folder, "a", "b").unwrap_err().code, key::FAULT_TAKES_HELD);
    assert_eq!(crate::takes::desktop::bin(&LocalDisk, &folder).unwrap_err().code, key::FAULT_TAKES_HELD);
    drop(reader);
    let there = named(&folder, "a", "b").unwrap();
    assert_eq!(fs::read_dir(there).unwrap().count(), 2, "nothing of the look is left");
}

#[test]
#[cfg(unix)]
fn a_take_behind_a_link_is_renamed_where_the_link_is() {
    let (home, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let real = begun(elsewhere.path(), "kept here");
    let link = home.path().join(NAME);
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let there = named(&link, "A", "B").unwrap();
    assert_eq!(there, home.path().join("2026-03-01 20.05.09 A – B"));
    assert_eq!(read(&LocalDisk, &real).unwrap().show.artist, "A", "nothing moved but the link");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_it_is_called_a_take_stays_in_its_folder_and_is_found_again(artist in any::<String>(), title in "\\PC{0,300}|\\.{0,3}/?") {
        let home = tempfile::tempdir().unwrap();
        let there = named(&begun(home.path(), "anything"), &artist, &title).unwrap();
        prop_assert_eq!(there.parent(), Some(home.path()));
        let take = read(&LocalDisk, &there).unwrap();
        prop_assert_eq!((take.show.artist.as_str(), take.show.title.as_str()), (artist.trim(), title.trim()));
        prop_assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }
}
