//! Moments that were marked: in the journal at once, in every file at its frame, and after a crash.

use super::*;
use crate::recording::Marker;

/// The frames and the labels of a file's cues, by its chunks.
pub(super) fn cues(bytes: &[u8]) -> Vec<(u32, String)> {
    let (mut at, mut points, mut labels) = (12, Vec::new(), Vec::new());
    let u32_at = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    while &bytes[at..at + 4] != b"data" {
        let size = u32_at(at + 4) as usize;
        match &bytes[at..at + 4] {
            b"cue " => points = (0..u32_at(at + 8) as usize).map(|nth| u32_at(at + 12 + 24 * nth + 20)).collect(),
            b"LIST" => {
                let mut label = at + 12;
                while label < at + 8 + size {
                    let length = u32_at(label + 4) as usize;
                    labels.push(String::from_utf8(bytes[label + 12..label + 8 + length - 1].to_vec()).unwrap());
                    label += 8 + length.next_multiple_of(2);
                }
            }
            _ => {}
        }
        at += 8 + size.next_multiple_of(2);
    }
    points.into_iter().zip(labels).collect()
}

#[test]
fn what_was_marked_stands_in_the_journal_at_once_and_in_every_file_at_its_frame() {
    for layout in [Layout::Polywav, Layout::FilePerTrack] {
        let mut rig = Rig::with(RECORD_TAP, layout, SampleForm::Float32);
        let mark = |rig: &mut Rig, at, label: &str| {
            rig.worker.mark(Marker { at: FrameIndex(at), label: label.to_owned() });
        };
        mark(&mut rig, 48_000, "Tīmata");
        rig.play(48_000, 2_400);
        rig.step();
        mark(&mut rig, 49_234, "Pō");
        rig.step();
        let marks = rig.disk.journal().iter().filter(|line| matches!(line, Line::Marker(_))).count();
        assert_eq!(marks, 2);
        rig.play(50_400, 2_400);
        mark(&mut rig, 99_000, "after the end");
        for file in rig.worker.finish() {
            let bytes = rig.disk.file(&file.path.to_string_lossy()).unwrap();
            assert_eq!(cues(&bytes), [(0, "Tīmata".to_owned()), (1_234, "Pō".to_owned())]);
        }
    }
}

#[test]
fn a_take_that_was_mended_has_its_marks() {
    let mut rig = Rig::new(RECORD_TAP);
    for step in 0..20 {
        rig.play(48_000 + step * 2_400, 2_400);
        rig.step();
    }
    rig.worker.mark(Marker { at: FrameIndex(60_000), label: "Pō".to_owned() });
    (0..20).for_each(|_| rig.step());
    let folder = crate::takes::folders(&rig.disk, Path::new("takes")).unwrap().pop().unwrap();
    let repaired = crate::takes::repair::repair(&rig.disk, &folder).unwrap().expect("it was interrupted");
    assert_eq!(repaired.take.markers.len(), 1);
    let bytes = rig.disk.file("/mix.wav").unwrap();
    assert_eq!(cues(&bytes), [(12_000, "Pō".to_owned())]);
    let (_, findings) = crate::takes::verify::verify(&rig.disk, &folder).unwrap();
    assert_eq!(findings, []);
    assert_eq!(rig.disk.samples("/mix.wav").len(), 2 * 48_000);
}
