//! Takes by the words of the command line: shown, named anew and put into the bin of the system.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

#[path = "fuzz/targets.rs"]
mod targets;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use korero::record::journal::{FORMAT, Line};
use korero::record::names::TakeFolder;
use korero::record::wav::{WavLabel, WavWriter};
use korero::record::{Disk as _, LocalDisk, Part};
use korero::recording::{Marker, SampleForm};
use korero::show::Show;
use korero::timeline::{Epoch, FrameIndex, Gap, GapCause};
use proptest::prelude::*;
use uuid::Uuid;

const NAME: &str = "2026-03-01 20.05.09 Manu – Pō";

/// A take of two seconds of a tone, with a gap, a marker and a trouble.
fn take(above: &Path) -> PathBuf {
    let folder = TakeFolder(above.join(NAME));
    fs::create_dir(&folder.0).unwrap();
    let (channels, form, first_frame) = (2, SampleForm::Pcm24, FrameIndex(0));
    let label = WavLabel { channels, form, ..WavLabel::default() };
    let mut writer = WavWriter::new(LocalDisk.create(&folder.sound(Part::Mix, None)).unwrap(), &label);
    let tone = |n: usize| 0.1 * (n as f32 * 1_000.0 / 48_000.0 * std::f32::consts::TAU).sin();
    let sound: Vec<f32> = (0..96_000).flat_map(|n| [tone(n); 2]).collect();
    writer.push(&sound, 0, 2);
    writer.finish().unwrap();
    let epoch = Epoch { id: Uuid::from_u128(9), utc_ns_at_frame_0: 1_772_395_503_000_000_000 };
    let show = Show { title: "Pō".to_owned(), artist: "Manu".to_owned(), set_list: Vec::new() };
    let gap = Gap { start: FrameIndex(48_000), frames: 480, cause: GapCause::Tap, exact: true };
    let (part, track, name, code) = (Part::Mix, None, "mix.wav".to_owned(), "fault-record-full".to_owned());
    let lines = [
        Line::Take { format: FORMAT, id: Uuid::from_u128(8), epoch, show },
        Line::File { part, track, name, channels, form, first_frame },
        Line::Gap { part, gap },
        Line::Trouble { utc_ns: epoch.utc_ns(FrameIndex(60_000)), code },
        Line::Marker(Marker { at: FrameIndex(72_000), label: "Waiata tuatahi".to_owned() }),
        Line::End { part, track, frames: writer.safe_frames(), sums: Some(writer.sums()) },
    ];
    let text: String = lines.iter().map(|line| serde_json::to_string(line).unwrap() + "\n").collect();
    fs::write(folder.journal(), text).unwrap();
    folder.0
}

/// Whether `korero takes` did it, and all that it said, without the marks around what is filled in.
fn say(words: &[&str], folder: &Path, environment: &[(&str, Option<&Path>)]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_korero"));
    command.arg("takes").arg(words[0]).arg(folder).args(&words[1..]).env("KORERO_LANGUAGE", "en").env("TZ", "UTC");
    for (name, value) in environment {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let said = command.output().unwrap();
    let text = [said.stdout, said.stderr].map(|text| String::from_utf8(text).unwrap()).concat();
    (said.status.success(), text.replace(['\u{2068}', '\u{2069}'], ""))
}

#[test]
fn a_take_is_shown_with_its_loudness_and_the_story_of_its_night() {
    let home = tempfile::tempdir().unwrap();
    let folder = take(home.path());
    let (good, shown) = say(&["show"], &folder, &[]);
    assert!(good, "{shown}");
    let order = [
        "Reading mix.wav once",
        // A stereo tone of 1 kHz and −20 dBFS has −20 LUFS (BS.1770: −0.69 + 10·log of both channels together).
        "mix.wav: -20 LUFS, true peak -20 dBTP",
        "0:00:00  20:05:03  The recording began",
        "0:00:01  20:05:04  0.010 s of silence in mix: it could not be written down.",
        "0:00:01  20:05:04  The disk",
        "0:00:01  20:05:04  “Waiata tuatahi”",
        "0:00:02  20:05:05  The recording ended in order.",
    ];
    let said = shown.replace(',', "").replace('−', "-");
    let places: Vec<_> = order.iter().map(|line| said.find(&line.replace(',', ""))).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}\n{shown}");
    assert!(!say(&["show"], &folder, &[]).1.contains("Reading"), "it is kept");
}

#[test]
fn a_take_is_named_anew_by_words() {
    let home = tempfile::tempdir().unwrap();
    let folder = take(home.path());
    let (good, said) = say(&["rename", "--title", "Ata"], &folder, &[]);
    let there = home.path().join("2026-03-01 20.05.09 Manu – Ata");
    assert!(good && said.contains(&*there.to_string_lossy()), "{said}");
    assert!(say(&["verify"], &there, &[]).0, "its files are what they were");
    assert!(!say(&["rename", "--title", "Ata"], &folder, &[]).0);
}

#[test]
#[cfg(target_os = "linux")]
fn a_take_goes_into_the_bin_whole_and_never_while_somebody_needs_it() {
    let home = tempfile::tempdir().unwrap();
    let folder = take(home.path());
    let data = home.path().join("data");
    let here = [("XDG_DATA_HOME", Some(data.as_path()))];

    let recorder = File::create(folder.join("recording.lock")).unwrap();
    recorder.lock().unwrap();
    let (good, said) = say(&["bin"], &folder, &here);
    assert!(!good && said.contains("being recorded"), "{said}");
    drop(recorder);
    // As an upload holds its master.
    let master = File::open(folder.join("mix.wav")).unwrap();
    master.lock_shared().unwrap();
    let (good, said) = say(&["bin"], &folder, &here);
    assert!(!good && said.contains("mix.wav is being uploaded"), "{said}");
    drop(master);
    let (good, said) = say(&["bin"], &folder, &[("XDG_DATA_HOME", None), ("HOME", None)]);
    assert!(!good && said.contains("nothing was deleted"), "{said}");
    let (good, said) = say(&["bin"], home.path(), &here);
    assert!(!good && said.contains("There is no take"), "{said}");
    assert!(folder.join("mix.wav").exists() && folder.join("take.jsonl").exists());

    let sound = fs::read(folder.join("mix.wav")).unwrap();
    let (good, said) = say(&["bin"], &folder, &here);
    assert!(good && said.contains("in the system’s bin"), "{said}");
    assert!(!folder.exists());
    assert_eq!(fs::read(data.join("Trash/files").join(NAME).join("mix.wav")).unwrap(), sound);
    let info = fs::read_to_string(data.join("Trash/info").join(NAME.to_owned() + ".trashinfo")).unwrap();
    assert!(info.starts_with("[Trash Info]\nPath=/"), "the desktop knows the way back: {info}");
}

/// Some bytes of a seed changed, or cut, or two seeds behind each other, as the search does; or any bytes.
fn case(target: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let seed = || prop::sample::select(targets::seeds(target));
    let places = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12);
    let mutated = (seed(), places, any::<prop::sample::Index>()).prop_map(|(mut bytes, places, cut)| {
        // Most of the places lie at the beginning, where most is told.
        for (at, byte) in &places {
            let among = if byte % 3 == 0 { bytes.len() } else { bytes.len().min(200) };
            bytes[at.index(among)] = *byte;
        }
        if places.len() > 8 {
            bytes.truncate(cut.index(bytes.len()));
        }
        bytes
    });
    let joined = (seed(), seed()).prop_map(|(one, other)| [one, other].concat());
    prop_oneof![4 => mutated, 1 => joined, 1 => prop::collection::vec(any::<u8>(), 0..300)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if std::env::var_os("KORERO_PROVE").is_some() { 5_000 } else { 300 }))]

    #[test]
    fn a_file_of_any_bytes_is_read_and_mended_without_a_panic(data in case("header")) {
        targets::run("header", &data);
    }

    #[test]
    fn a_journal_of_any_bytes_is_read_told_and_mended_without_a_panic(data in case("journal")) {
        targets::run("journal", &data);
    }
}

/// What the search found, smallest first; each broke something once.
const FOUND: [(&str, &[u8]); 1] = [
    // A chunk that was stretched until the filler began in the last sector of the header: cues had less than no room.
    ("header", &[1, 1, 0, 0, 4, 0x9F, 0, 0, 0, 1, 8, 0x2C, 0, 0, 0, 4, 0xFF, 0xFF, 0x24]),
];

#[test]
fn what_the_search_found_is_no_trouble_any_more() {
    FOUND.iter().for_each(|(target, bytes)| targets::run(target, bytes));
}

#[test]
fn every_seed_of_the_search_is_one_of_our_own_files() {
    for target in ["header", "journal"] {
        targets::seeds(target).iter().for_each(|seed| targets::run(target, seed));
    }
}
