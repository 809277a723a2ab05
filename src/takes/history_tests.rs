use std::path::PathBuf;

use uuid::Uuid;

use super::*;
use crate::record::journal::Sums;
use crate::recording::{Marker, SampleForm};
use crate::show::Show;
use crate::takes::TakeFile;
use crate::timeline::{Epoch, GapCause};

const SECOND: u64 = 48_000;

fn file(part: Part, track: Option<u8>, first: u64, gaps: &[Gap], end: FileEnd) -> TakeFile {
    let path = PathBuf::from(format!("x/{}.wav", part.word()));
    let (form, first_frame) = (SampleForm::Pcm24, FrameIndex(first));
    TakeFile { part, track, path, channels: 1, form, first_frame, gaps: gaps.to_vec(), pre_roll: None, end }
}

fn take(files: Vec<TakeFile>) -> Take {
    let epoch = Epoch { id: Uuid::nil(), utc_ns_at_frame_0: 1_772_395_503_000_000_001 };
    let (folder, show) = (PathBuf::from("x"), Show::default());
    Take {
        folder,
        id: Uuid::nil(),
        epoch,
        show,
        files,
        markers: Vec::new(),
        troubles: Vec::new(),
        performances: Vec::new(),
    }
}

fn whole(seconds: u64) -> FileEnd {
    FileEnd::Whole { frames: seconds * SECOND, sums: None }
}

#[test]
fn a_night_is_told_in_the_order_of_its_frames_from_its_beginning_to_its_end() {
    let gap = Gap { start: FrameIndex(5 * SECOND), frames: 480, cause: GapCause::Device, exact: false };
    let own = Gap { start: FrameIndex(7 * SECOND), cause: GapCause::Tap, ..gap };
    let mut take = take(vec![
        file(Part::Mix, None, 2 * SECOND, &[gap], whole(10)),
        file(Part::Inputs, Some(1), 3 * SECOND, &[gap, own], whole(8)),
        file(Part::Inputs, Some(2), 3 * SECOND, &[gap, own], whole(8)),
    ]);
    take.markers.push(Marker { at: FrameIndex(6 * SECOND), label: "Pō".to_owned() });
    let utc_ns = take.epoch.utc_ns(FrameIndex(4 * SECOND + 1));
    take.troubles.push(Trouble { utc_ns, code: "fault-record-full".to_owned() });
    let history = take.history();
    let trouble = Fault::new(key::FAULT_RECORD_FULL).with("folder", "x").with("number", "?");
    let wanted = [
        (2 * SECOND, What::Began),
        (4 * SECOND + 1, What::Trouble(trouble)),
        (5 * SECOND, What::Gap { gap, parts: vec![Part::Mix, Part::Inputs] }),
        (6 * SECOND, What::Marker { label: "Pō".to_owned() }),
        (7 * SECOND, What::Gap { gap: own, parts: vec![Part::Inputs] }),
        (12 * SECOND, What::Ended),
    ];
    let told: Vec<_> = history.iter().map(|moment| (moment.frame.0, moment.what.clone())).collect();
    assert_eq!(told, wanted);
    assert!(history.iter().all(|moment| moment.utc_ns == take.epoch.utc_ns(moment.frame)));
    for (moment, words) in history.iter().zip([
        "began",
        "disk of x is full",
        "0.010 s of silence in mix inputs: the interface lost sound.",
        "“Pō”",
        "0.010 s of silence in inputs: it could not be written down",
        "in order",
    ]) {
        for language in Language::ALL {
            assert!(!moment.sentence(language).contains(['{', '$']), "{moment:?}");
        }
        let sentence = moment.sentence(Language::English).replace(['\u{2068}', '\u{2069}', ','], "");
        assert!(sentence.contains(&words.replace(',', "")), "{sentence}");
    }
}

#[test]
fn a_take_that_was_mended_tells_where_it_was_cut_and_one_that_is_open_has_no_end() {
    let sums = Sums { head: 0, sound: 0 };
    let cut = |lost_frames| FileEnd::Recovered { frames: SECOND, lost_frames, sums };
    let files = vec![file(Part::Mix, None, 0, &[], cut(480)), file(Part::Groups, None, 0, &[], cut(4_800))];
    let end = take(files).history().pop().unwrap();
    assert_eq!((end.frame, &end.what), (FrameIndex(SECOND), &What::Recovered { lost_frames: 4_800 }));
    let open = take(vec![file(Part::Mix, None, 0, &[], FileEnd::Open)]);
    assert_eq!(open.history().iter().map(|moment| &moment.what).collect::<Vec<_>>(), [&What::Began]);
    assert_eq!(take(Vec::new()).history(), []);
}

#[test]
fn a_trouble_that_a_newer_recorder_knew_is_told_by_its_code_and_no_other_sentence_is() {
    for code in ["fault-record-moon", "window-leave", "fault-cli-unknown"] {
        let mut take = take(vec![file(Part::Mix, None, 0, &[], whole(1))]);
        take.troubles.push(Trouble { utc_ns: 0, code: code.to_owned() });
        let told = take.history();
        let What::Trouble(fault) = &told.iter().find(|moment| matches!(moment.what, What::Trouble(_))).unwrap().what
        else {
            panic!("a trouble")
        };
        assert_eq!(fault.code, key::FAULT_RECORD_DISK);
        assert!(fault.sentence(Language::English).contains(code));
    }
}
