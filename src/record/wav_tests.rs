use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;

use super::*;
use crate::record::disk::{Disk, LocalDisk};

fn label(channels: u16) -> WavLabel {
    WavLabel {
        channels,
        first_frame: FrameIndex(0x1_2345_6789),
        description: "Ngā Manu – Pō marino".to_owned(),
        reference: "0123456789abcdef0123456789abcdef".to_owned(),
        date: "2026-03-01".to_owned(),
        time: "20:05:09".to_owned(),
    }
}

fn writer(path: &Path, channels: u16) -> WavWriter {
    WavWriter::new(LocalDisk.create(path).unwrap(), label(channels))
}

fn head(path: &Path) -> Vec<u8> {
    let mut bytes = vec![0; HEADER as usize];
    File::open(path).unwrap().read_exact(&mut bytes).unwrap();
    bytes
}

/// The chunks of a header, by name and place of their content.
fn chunks(head: &[u8]) -> Vec<(String, usize, u32)> {
    let mut found = Vec::new();
    let mut at = 12;
    while at + 8 <= head.len() {
        let bytes = u32::from_le_bytes(head[at + 4..at + 8].try_into().unwrap());
        found.push((String::from_utf8_lossy(&head[at..at + 4]).into_owned(), at + 8, bytes));
        at += 8 + bytes as usize;
    }
    found
}

fn u64_at(head: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(head[at..at + 8].try_into().unwrap())
}

/// What a foreign program says, when it is installed.
fn says(program: &str, arguments: &[&str], path: &Path) -> Option<String> {
    let said = Command::new(program).args(arguments).arg(path).output().ok()?;
    assert!(said.status.success(), "{program}: {}", String::from_utf8_lossy(&said.stderr));
    Some(String::from_utf8(said.stdout).unwrap().trim().to_owned())
}

#[test]
fn the_header_is_one_block_in_the_order_of_the_standards() {
    let head = header(&label(18), 0, HEADER - 8);
    assert_eq!(head.len() as u64, HEADER);
    let names: Vec<_> = chunks(&head).into_iter().map(|(name, _, _)| name).collect();
    assert_eq!(names, ["JUNK", "bext", "fmt ", "JUNK", "data"]);
    let bext = chunks(&head)[1].1;
    assert_eq!(u64_at(&head, bext + 256 + 32 + 32 + 10 + 8), 0x1_2345_6789);
}

#[test]
fn other_programs_read_the_same_shape() {
    let home = tempfile::tempdir().unwrap();
    for channels in [1u16, 2, 9, 18, 32] {
        let path = home.path().join(format!("{channels}.wav"));
        let mut wav = writer(&path, channels);
        wav.push(&vec![0.25; 479 * usize::from(channels)]);
        wav.finish().unwrap();
        assert_eq!(path.metadata().unwrap().len() % 2, 0);
        let reader = hound::WavReader::open(&path).unwrap();
        assert_eq!((reader.spec().channels, reader.spec().bits_per_sample, reader.duration()), (channels, 24, 479));
        assert!(reader.into_samples::<i32>().all(|sample| sample.unwrap() == 1 << 21));
        let shape =
            ["-v", "error", "-show_entries", "stream=codec_name,sample_rate,channels,duration_ts", "-of", "csv=p=0"];
        if let Some(said) = says("ffprobe", &shape, &path) {
            assert_eq!(said, format!("pcm_s24le,48000,{channels},479"));
        }
        if let Some(said) = says("soxi", &["-s"], &path) {
            assert_eq!(said, "479");
        }
    }
}

#[test]
fn past_four_gibibytes_the_file_becomes_rf64_in_place() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("long.wav");
    let mut wav = writer(&path, 18);
    wav.push(&[0.5; 18]);
    wav.flush().unwrap();
    wav.make_safe().unwrap();
    assert_eq!(&head(&path)[..4], b"RIFF");

    // Just below the limit it is still what every program reads; one frame more is RF64. The silence is a hole.
    let most = (u64::from(u32::MAX) + 8 - HEADER) / 54;
    wav.push_silence(most - 1);
    wav.flush().unwrap();
    wav.make_safe().unwrap();
    assert_eq!(&head(&path)[..4], b"RIFF");
    wav.push(&[-0.5; 18]);
    wav.finish().unwrap();
    let frames = most + 1;
    let head = head(&path);
    assert_eq!((&head[..4], &head[4..8]), (&b"RF64"[..], &[0xFF; 4][..]));
    let (name, ds64, _) = chunks(&head[..100])[0].clone();
    assert_eq!(name, "ds64");
    assert_eq!(u64_at(&head, ds64) + 8, path.metadata().unwrap().len());
    assert_eq!((u64_at(&head, ds64 + 8), u64_at(&head, ds64 + 16)), (frames * 54, frames));
    if let Some(said) =
        says("ffprobe", &["-v", "error", "-show_entries", "stream=duration_ts", "-of", "csv=p=0"], &path)
    {
        assert_eq!(said, frames.to_string());
    }
    if let Some(said) = says("soxi", &["-s"], &path) {
        assert_eq!(said, frames.to_string());
    }
}

#[test]
fn a_text_of_any_length_fills_its_field_and_is_cut_between_characters() {
    let mut out = Vec::new();
    put_text(&mut out, "pōpō", 5);
    assert_eq!(out, "pōp\0".as_bytes());
}

proptest! {
    #[test]
    fn what_came_from_24_bits_leaves_as_the_same_24_bits(value in -8_388_608i32..=8_388_607) {
        prop_assert_eq!(quantise(value as f32 / FULL_SCALE), value);
    }

    #[test]
    fn any_other_sample_becomes_the_nearest_or_the_last(sample in any::<f32>()) {
        let exact = f64::from(sample) * f64::from(FULL_SCALE);
        let nearest = if sample.is_nan() { 0.0 } else { exact.round().clamp(-8_388_608.0, 8_388_607.0) };
        prop_assert_eq!(f64::from(quantise(sample)), nearest);
    }
}
