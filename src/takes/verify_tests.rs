use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use crate::record::tests::disk::TestDisk;
use crate::record::tests::recorded;
use crate::record::wav::HEADER;
use crate::recording::Layout;

const FOLDER: &str = "takes";

fn only_take(disk: &TestDisk) -> PathBuf {
    super::super::folders(disk, Path::new(FOLDER)).unwrap().pop().expect("a take")
}

/// What is found after a change of one file, by its name.
fn found(name: &str, damage: impl FnOnce(&mut Vec<u8>)) -> Vec<(String, &'static str)> {
    let disk = recorded(Layout::Polywav, SampleForm::Pcm24);
    let folder = only_take(&disk);
    disk.set(|platters| damage(platters.files.get_mut(&folder.join(name)).expect("it was recorded")));
    findings(&disk, &folder)
}

fn findings(disk: &TestDisk, folder: &Path) -> Vec<(String, &'static str)> {
    let name = |finding: Finding| {
        let name = finding.path.file_name().unwrap().to_string_lossy().into_owned();
        (name, finding.fault.code.name())
    };
    verify(disk, folder).unwrap().1.into_iter().map(name).collect()
}

#[test]
fn a_take_that_was_recorded_in_order_is_whole_in_every_form() {
    for layout in [Layout::Polywav, Layout::FilePerTrack] {
        for form in [SampleForm::Pcm24, SampleForm::Float32] {
            let disk = recorded(layout, form);
            let folder = only_take(&disk);
            assert_eq!(findings(&disk, &folder), []);
            let files = if layout == Layout::Polywav { 2 } else { 4 };
            assert_eq!(verify(&disk, &folder).unwrap().0.files.len(), files);
        }
    }
}

#[test]
fn a_take_whose_notes_name_no_file_has_no_sound_and_is_not_good() {
    let disk = recorded(Layout::Polywav, SampleForm::Pcm24);
    let folder = only_take(&disk);
    disk.set(|platters| {
        let notes = platters.files.iter_mut().find(|(path, _)| path.ends_with("take.jsonl")).expect("notes").1;
        let first = notes.iter().position(|byte| *byte == b'\n').expect("a line");
        notes.truncate(first + 1);
    });
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    assert_eq!(findings(&disk, &folder), [(name, "fault-takes-no-sound")]);
}

#[test]
fn a_check_that_is_broken_off_reads_no_further() {
    let disk = recorded(Layout::FilePerTrack, SampleForm::Pcm24);
    let mut told = 0;
    let checked = verify_telling(&disk, &only_take(&disk), &mut |share| {
        told += 1;
        assert!((0.0..=1.0).contains(&share));
        ControlFlow::Break(())
    });
    assert_eq!((told, checked.unwrap().1), (1, Vec::new()));
}

#[test]
#[expect(clippy::print_stdout, reason = "figures for the proof")]
fn every_kind_of_damage_is_found_and_named() {
    fn size(bytes: &mut [u8], at: usize, to: u32) {
        bytes[at..at + 4].copy_from_slice(&to.to_le_bytes());
    }
    fn told(bytes: &[u8]) -> u32 {
        u32::from_le_bytes(bytes[HEADER as usize - 4..HEADER as usize].try_into().unwrap())
    }
    type Damage = (&'static str, &'static str, fn(&mut Vec<u8>));
    let damages: [Damage; 13] = [
        ("empty", "fault-takes-header", |bytes| bytes.clear()),
        ("another kind", "fault-takes-header", |bytes| bytes[..4].copy_from_slice(b"OggS")),
        ("blank", "fault-takes-header", |bytes| bytes.fill(0)),
        ("no format", "fault-takes-header", |bytes| bytes[48..52].copy_from_slice(b"fxt ")),
        ("no sound", "fault-takes-header", |bytes| bytes[HEADER as usize - 8] = b'x'),
        ("no channels", "fault-takes-header", |bytes| bytes[58] = 0),
        ("a byte of the description", "fault-takes-header", |bytes| bytes[120] ^= 1),
        ("RIFF size", "fault-takes-header", |bytes| size(bytes, 4, 99)),
        ("another rate", "fault-takes-format", |bytes| size(bytes, 60, 44_100)),
        ("cut", "fault-takes-short", |bytes| bytes.truncate(bytes.len() - 1_000)),
        ("told too short", "fault-takes-length", |bytes| {
            let less = told(bytes) - 600;
            size(bytes, HEADER as usize - 4, less);
        }),
        ("within a frame", "fault-takes-length", |bytes| {
            let less = told(bytes) - 1;
            size(bytes, HEADER as usize - 4, less);
        }),
        ("one bit of sound", "fault-takes-sound", |bytes| *bytes.last_mut().unwrap() ^= 1),
    ];
    for (what, code, damage) in &damages {
        assert_eq!(found("mix.wav", *damage), [("mix.wav".to_owned(), *code)], "{what}");
    }
    println!("figure verify: kinds of damage made, found and named = {}", damages.len() + 2);
}

#[test]
fn a_file_that_is_gone_and_one_that_was_exchanged_are_named() {
    let disk = recorded(Layout::Polywav, SampleForm::Pcm24);
    let folder = only_take(&disk);
    disk.set(|platters| platters.files.remove(&folder.join("mix.wav")).expect("it was there"));
    assert_eq!(findings(&disk, &folder), [("mix.wav".to_owned(), "fault-takes-missing")]);
    disk.set(|platters| {
        let other = platters.files[&folder.join("inputs.wav")].clone();
        platters.files.insert(folder.join("mix.wav"), other);
    });
    assert_eq!(findings(&disk, &folder), [("mix.wav".to_owned(), "fault-takes-format")]);
}

/// A file that hound writes: another maker's header, 16 or 24 bits or floats.
fn by_hound(channels: u16, bits: u16, float: bool, samples: usize) -> Vec<u8> {
    let sample_format = if float { hound::SampleFormat::Float } else { hound::SampleFormat::Int };
    let bits_per_sample = if float { 32 } else { bits };
    let spec = hound::WavSpec { channels, sample_rate: 44_100, bits_per_sample, sample_format };
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
    for _ in 0..samples * usize::from(channels) {
        if float { writer.write_sample(0.5f32).unwrap() } else { writer.write_sample(7i32).unwrap() }
    }
    writer.finalize().unwrap();
    bytes.into_inner()
}

fn shape_of(bytes: Vec<u8>) -> Result<Shape, Malformed> {
    let path = PathBuf::from("x.wav");
    let disk = TestDisk::holding([(path.clone(), bytes)].into());
    shape(&mut *disk.open(&path, Access::Read).unwrap()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if std::env::var_os("KORERO_PROVE").is_some() { 1_000 } else { 64 }))]

    #[test]
    fn a_change_of_any_byte_is_found(at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let told = found("inputs.wav", |bytes| {
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
        });
        prop_assert_eq!(told.len(), 1);
        prop_assert_eq!(&told[0].0, "inputs.wav");
    }

    #[test]
    fn a_cut_at_any_place_is_found(at in any::<prop::sample::Index>()) {
        prop_assert_eq!(found("inputs.wav", |bytes| bytes.truncate(at.index(bytes.len() - 1))).len(), 1);
    }

    #[test]
    fn what_other_makers_write_is_read_with_any_chunks_between(
        channels in 1u16..20, bits in prop_oneof![Just(8u16), Just(16), Just(24), Just(32)], float: bool,
        samples in 0usize..50, chunk in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut bytes = by_hound(channels, bits, float, samples);
        // Behind RIFF and WAVE, before the format; chunks of an odd length are padded.
        let mut between = b"LIST".to_vec();
        between.extend_from_slice(&(chunk.len() as u32).to_le_bytes());
        between.extend_from_slice(&chunk);
        between.resize(between.len().next_multiple_of(2), 0);
        bytes.splice(12..12, between);
        let shape = shape_of(bytes).unwrap();
        let frame = usize::from(channels) * if float { 4 } else { usize::from(bits) / 8 };
        prop_assert_eq!((shape.channels, shape.rate), (channels, 44_100));
        prop_assert_eq!((usize::from(shape.frame_bytes), shape.sound_bytes as usize), (frame, samples * frame));
    }

    #[test]
    fn bytes_of_any_kind_never_panic_in_shape_journal_and_repair(
        head in prop::collection::vec(any::<u8>(), 0..200),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..40),
        journal in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..10),
        cut in any::<prop::sample::Index>(),
    ) {
        let _ = shape_of(head.clone());
        let _ = shape_of([b"RIFF\xff\xff\xff\xffWAVE".to_vec(), head.clone()].concat());
        let _ = shape_of([b"RF64\xff\xff\xff\xffWAVEds64".to_vec(), head].concat());
        let disk = recorded(Layout::Polywav, SampleForm::Pcm24);
        let folder = only_take(&disk);
        disk.set(|platters| {
            let mix = platters.files.get_mut(&folder.join("mix.wav")).unwrap();
            for (at, byte) in places {
                // Most of the places lie where the chunks are.
                let among = if byte % 2 == 0 { 200 } else { mix.len() };
                mix[at.index(among)] = byte;
            }
            let length = cut.index(mix.len());
            mix.truncate(length);
            let lines = platters.files.get_mut(&folder.join("take.jsonl")).unwrap();
            for (at, byte) in journal {
                let at = at.index(lines.len());
                lines[at] = byte;
            }
        });
        let _ = verify(&disk, &folder);
        let _ = super::super::repair::repair(&disk, &folder);
        let _ = verify(&disk, &folder);
    }
}

#[test]
fn a_file_that_may_still_be_written_is_not_locked_and_one_that_is_ended_is() {
    let disk = recorded(Layout::Polywav, SampleForm::Pcm24);
    let take = read(&disk, &only_take(&disk)).unwrap();
    let ended = &take.files[0];
    let written = TakeFile { end: super::super::FileEnd::Open, ..ended.clone() };
    assert_eq!(open(&disk, &written).err().expect("a fault").code, key::FAULT_TAKES_OPEN);
    assert!(disk.set(|disk| disk.shared.is_empty()));
    assert!(open(&disk, ended).is_ok());
    assert_eq!(disk.set(|disk| disk.shared.clone()), std::slice::from_ref(&ended.path));
}
