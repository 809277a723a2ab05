//! The master for the archive: made once, kept, and never another sound than the recording.

use std::fs;
use std::ops::ControlFlow;

use korero::record::LocalDisk;
use korero::recording::SampleForm;
use korero::takes::export::{Lossless, lossless};

use crate::takes::{Noise, Recorded, by_ffmpeg, names};

#[test]
fn the_archives_flac_is_made_once_and_anew_beside_one_that_holds_another_sound() {
    let sound = Noise(21).steps(2 * 60_000);
    let (home, take) = Recorded::mix(&sound, &[]).keep();
    let mut go = |_| ControlFlow::Continue(());
    let first = lossless(&LocalDisk, &take, &take.files[0], &mut go).unwrap();
    let flac = home.path().join("mix.flac");
    assert_eq!(first, Lossless::Flac(flac.clone()));
    if let Some(heard) = by_ffmpeg(&flac) {
        assert!(heard == sound);
    }
    let before = fs::metadata(&flac).unwrap().modified().unwrap();
    assert_eq!(lossless(&LocalDisk, &take, &take.files[0], &mut go).unwrap(), first);
    assert_eq!(fs::metadata(&flac).unwrap().modified().unwrap(), before, "it is not made again");
    // Damaged, cut short, and no FLAC at all.
    for (nth, damage) in [(2, 0), (3, 1), (4, 2)] {
        let last = home.path().join(if nth == 2 { "mix.flac".into() } else { format!("mix ({}).flac", nth - 1) });
        let mut bytes = fs::read(&last).unwrap();
        match damage {
            0 => *bytes.iter_mut().rev().nth(3_000).unwrap() ^= 1,
            1 => bytes.truncate(bytes.len() / 2),
            _ => bytes.fill(7),
        }
        fs::write(&last, &bytes).unwrap();
        let next = lossless(&LocalDisk, &take, &take.files[0], &mut go).unwrap();
        assert_eq!(next, Lossless::Flac(home.path().join(format!("mix ({nth}).flac"))));
        assert_eq!(fs::read(&last).unwrap(), bytes, "what is there is left alone");
    }
}

#[test]
fn a_recording_that_was_changed_goes_to_no_archive() {
    let sound = Noise(22).steps(2 * 9_000);
    let (home, take) = Recorded::mix(&sound, &[]).keep();
    let wav = home.path().join("mix.wav");
    let mut bytes = fs::read(&wav).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&wav, bytes).unwrap();
    let fault = lossless(&LocalDisk, &take, &take.files[0], &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert_eq!(fault.code.name(), "fault-takes-sound");
    assert_eq!(names(home.path()), ["mix.wav", "take.jsonl"]);
}

#[test]
fn what_flac_cannot_hold_goes_as_it_is_and_one_that_is_stopped_leaves_nothing() {
    let sound = Noise(23).steps(18 * 4_000);
    for (channels, form) in [(2, SampleForm::Float32), (9, SampleForm::Pcm24)] {
        let (home, take) = Recorded { channels, form, ..Recorded::mix(&sound, &[]) }.keep();
        let made = lossless(&LocalDisk, &take, &take.files[0], &mut |_| ControlFlow::Continue(()));
        assert_eq!(made.unwrap(), Lossless::Recording(home.path().join("mix.wav")));
    }
    let (home, take) = Recorded::mix(&sound, &[]).keep();
    let stopped = lossless(&LocalDisk, &take, &take.files[0], &mut |_| ControlFlow::Break(())).unwrap();
    assert_eq!((stopped, names(home.path())), (Lossless::Stopped, vec!["mix.wav".to_owned(), "take.jsonl".to_owned()]));
}
