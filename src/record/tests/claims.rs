//! Names: ours while we record, and left to those who took them before.

use super::*;

#[test]
fn a_name_that_somebody_took_meanwhile_is_left_to_them_and_the_next_one_is_ours() {
    let at = names::WallTime::local(naming().epoch.utc_ns(FIRST));
    let taken = Path::new("takes").join(names::stem(at, &naming().show));
    for theirs in ["take.jsonl", "recording.lock"] {
        let mut rig = Rig::new(RECORD_TAP);
        rig.disk.set(|disk| {
            disk.files.insert(taken.join(theirs), b"theirs".to_vec());
            disk.blind = true;
        });
        rig.play(48_000, 960);
        rig.step();
        let files = rig.worker.finish();
        assert_eq!(rig.troubles(), []);
        assert!(files[0].path.to_string_lossy().ends_with("Manu – Pō (2)/mix.wav"), "{}", files[0].path.display());
        let of_taken = rig.disk.set(|disk| disk.files.keys().filter(|path| path.starts_with(&taken)).count());
        assert_eq!((of_taken, rig.disk.file(theirs)), (1, Some(b"theirs".to_vec())));
    }
}

#[test]
fn a_file_whose_name_is_taken_gets_the_next_free_one_and_the_journal_tells_it() {
    let at = names::WallTime::local(naming().epoch.utc_ns(FIRST));
    let folder = Path::new("takes").join(names::stem(at, &naming().show));
    let mut rig = Rig::new(RECORD_TAP);
    rig.disk.set(|disk| {
        for name in ["mix.wav", "mix (2).wav"] {
            disk.files.insert(folder.join(name), b"theirs".to_vec());
        }
        disk.blind = true;
    });
    rig.play(48_000, 960);
    (0..12).for_each(|_| rig.step());
    let files = rig.worker.finish();
    assert_eq!(rig.troubles(), []);
    assert_eq!(files[0].path, folder.join("mix (3).wav"));
    holds_what_was_played(&rig.disk.samples("/mix (3).wav"), 2, &files[0]);
    assert_eq!([rig.disk.file("/mix.wav"), rig.disk.file("/mix (2).wav")], [(); 2].map(|()| Some(b"theirs".to_vec())));
    assert_eq!(crate::takes::verify::verify(&rig.disk, &folder).unwrap().1, []);
}

#[test]
fn a_take_is_claimed_while_it_is_recorded_and_not_after_its_end() {
    let mut rig = Rig::new(RECORD_TAP);
    let mut counts = std::collections::BTreeSet::new();
    for step in 0..60 {
        rig.play(48_000 + step * 2_400, 2_400);
        rig.step();
        counts.insert(rig.disk.file("/recording.lock").expect("it is there from the beginning on"));
    }
    assert!(counts.len() >= 6, "it shows every half second that it lives: {counts:?}");
    rig.worker.finish();
    assert_eq!(rig.disk.file("/recording.lock"), None);
}
