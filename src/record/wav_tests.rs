use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;

use super::*;
use crate::record::disk::{Access, Disk, LocalDisk};
use crate::record::tests::disk::TestDisk;

fn label(channels: u16) -> WavLabel {
    WavLabel {
        channels,
        form: SampleForm::Pcm24,
        time_reference: 0x1_2345_6789,
        description: "Ngā Manu – Pō marino".to_owned(),
        reference: "0123456789abcdef0123456789abcdef".to_owned(),
        date: "2026-03-01".to_owned(),
        time: "20:05:09".to_owned(),
        names: vec!["Reo & <kitā>".to_owned()],
    }
}

fn writer(path: &Path, channels: u16) -> WavWriter {
    WavWriter::new(LocalDisk.create(path).unwrap(), &label(channels))
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
fn a_disk_that_fills_up_has_every_whole_frame_that_it_took() {
    let disk = TestDisk::default();
    disk.set(|platters| platters.room = Some(HEADER as usize + 1_000));
    let mut wav = WavWriter::new(disk.create(Path::new("full.wav")).unwrap(), &label(2));
    wav.push(&vec![0.25; 2 * 500], 0, 2);
    assert!(wav.flush().is_err());
    wav.make_safe().unwrap();
    assert_eq!((wav.safe_frames(), disk.samples("full.wav")), (166, vec![1 << 21; 2 * 166]));
    disk.set(|platters| platters.room = None);
    wav.push(&[0.5; 2], 0, 2);
    wav.finish().unwrap();
    let samples = disk.samples("full.wav");
    assert!(samples[..1_000].iter().all(|sample| *sample == 1 << 21) && samples[1_000..] == [1 << 22; 2]);
}

#[test]
fn what_is_not_known_to_be_safe_stays_in_memory_and_is_never_more_than_its_bound() {
    let disk = TestDisk::default();
    let mut wav = WavWriter::new(disk.create(Path::new("long.wav")).unwrap(), &label(18));
    for _ in 0..400 {
        wav.push(&vec![0.25; 18 * 1_000], 0, 18);
        if wav.is_full() {
            wav.flush().unwrap();
        }
        assert!(wav.unsynced_bytes < RECORD_UNSYNCED as u64);
    }
    wav.finish().unwrap();
    assert_eq!((wav.unsynced.len(), wav.safe_frames()), (0, 400_000));
}

#[test]
fn the_header_is_one_block_in_the_order_of_the_standards() {
    let mut whole = Head::new(&WavLabel { form: SampleForm::Float32, ..label(18) });
    let names = |head: &Head| chunks(head.bytes()).into_iter().map(|(name, _, _)| name).collect::<Vec<_>>();
    assert_eq!(names(&whole), ["JUNK", "fmt ", "fact", "bext", "iXML", "JUNK", "data"]);
    whole.put_cues(&[Cue { frame: 480, label: "Pō".to_owned() }]);
    assert_eq!(names(&whole), ["JUNK", "fmt ", "fact", "bext", "iXML", "cue ", "LIST", "JUNK", "data"]);
    whole.put_cues(&[]);
    assert_eq!(names(&whole), ["JUNK", "fmt ", "fact", "bext", "iXML", "JUNK", "data"]);
    assert_eq!(whole.bytes().len() as u64, HEADER);
    let bext = chunks(whole.bytes())[3].1;
    assert_eq!(u64_at(whole.bytes(), bext + 256 + 32 + 32 + 10 + 8), 0x1_2345_6789);
}

#[test]
fn every_channel_is_named_in_ixml_and_no_name_breaks_it() {
    let head = Head::new(&label(2));
    let (_, at, bytes) = chunks(head.bytes()).into_iter().find(|(name, _, _)| name == "iXML").unwrap();
    let text = String::from_utf8(head.bytes()[at..at + bytes as usize].to_vec()).unwrap();
    assert!(text.contains("<TRACK_COUNT>2</TRACK_COUNT>") && text.contains("<NAME>Reo &amp; &lt;kitā&gt;</NAME>"));
    assert!(text.contains("<INTERLEAVE_INDEX>2</INTERLEAVE_INDEX><NAME></NAME>"), "{text}");
}

#[test]
fn other_programs_read_the_same_shape() {
    let home = tempfile::tempdir().unwrap();
    for channels in [1u16, 2, 9, 18, 32] {
        let path = home.path().join(format!("{channels}.wav"));
        let mut wav = writer(&path, channels);
        wav.push(&vec![0.25; 479 * usize::from(channels)], 0, usize::from(channels));
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
fn a_file_of_floats_and_a_file_of_one_track_are_read_by_other_programs() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("float.wav");
    let label = WavLabel { form: SampleForm::Float32, ..label(1) };
    let mut wav = WavWriter::new(LocalDisk.create(&path).unwrap(), &label);
    // The second of three channels; louder than full scale stays whole.
    wav.push(&[0.0, 1.5, 9.0, 0.0, -0.25, 9.0], 1, 3);
    wav.push_silence(1);
    wav.set_cues(&[Cue { frame: 1, label: "Waiata tuatahi".to_owned() }]);
    wav.finish().unwrap();
    let reader = hound::WavReader::open(&path).unwrap();
    let samples: Vec<f32> = reader.into_samples().map(|sample| sample.unwrap()).collect();
    assert_eq!(samples, [1.5, -0.25, 0.0]);
    let shape = ["-v", "error", "-show_entries", "stream=codec_name,channels,duration_ts", "-of", "csv=p=0"];
    if let Some(said) = says("ffprobe", &shape, &path) {
        assert_eq!(said, "pcm_f32le,1,3");
    }
    if let Some(said) = says("soxi", &["-s"], &path) {
        assert_eq!(said, "3");
    }
    let tags = ["-v", "error", "-show_entries", "format_tags=time_reference,date,creation_time", "-of", "csv=p=0"];
    if let Some(said) = says("ffprobe", &tags, &path) {
        assert!(said.contains(&0x1_2345_6789_u64.to_string()) && said.contains("20:05:09"), "{said}");
    }
}

/// What libsndfile counts; nothing when it is not installed.
const SNDFILE: &str = "
import ctypes, ctypes.util, sys
found = ctypes.util.find_library('sndfile')
if found:
    class Info(ctypes.Structure):
        _fields_ = [('frames', ctypes.c_int64)] + [(n, ctypes.c_int) for n in ('rate', 'channels', 'form', 'sections', 'seekable')]
    lib, info = ctypes.CDLL(found), Info()
    lib.sf_open.restype = ctypes.c_void_p
    assert lib.sf_open(sys.argv[1].encode(), 0x10, ctypes.byref(info))
    print(info.frames)
";

/// A sparse file around a size, checked by its header and by foreign programs.
#[expect(clippy::print_stdout, reason = "what was measured or skipped is told")]
fn grows_past(gibibytes: u64, before: &[u8; 4]) {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("long.wav");
    let mut wav = writer(&path, 18);
    wav.push(&[0.5; 18], 0, 18);
    wav.flush().unwrap();
    wav.make_safe().unwrap();
    assert_eq!(&head(&path)[..4], b"RIFF");

    // Just below the limit of RIFF it is still what every program reads; one frame more is RF64. The silence is a hole.
    let most = ((gibibytes << 30) + 7 - HEADER) / 54;
    wav.push_silence(most - 1);
    wav.flush().unwrap();
    wav.make_safe().unwrap();
    assert_eq!(&head(&path)[..4], before);
    wav.push(&[-0.5; 18], 0, 18);
    wav.finish().unwrap();
    let frames = most + 1;
    let head = head(&path);
    assert_eq!((&head[..4], &head[4..8]), (&b"RF64"[..], &[0xFF; 4][..]));
    let (name, ds64, _) = chunks(&head[..100])[0].clone();
    assert_eq!(name, "ds64");
    assert_eq!(u64_at(&head, ds64) + 8, path.metadata().unwrap().len());
    assert_eq!((u64_at(&head, ds64 + 8), u64_at(&head, ds64 + 16)), (frames * 54, frames));
    let ffprobe = ["-v", "error", "-show_entries", "stream=duration_ts", "-of", "csv=p=0"];
    let others = [("ffprobe", &ffprobe[..]), ("python3", &["-c", SNDFILE]), ("soxi", &["-s"])];
    // sox reads a file of this size from end to end, which takes minutes.
    let quick = if gibibytes > 4 { 2 } else { 3 };
    for (program, arguments) in &others[..quick] {
        match says(program, arguments, &path) {
            Some(said) if !said.is_empty() => assert_eq!(said, frames.to_string(), "{program}"),
            _ => println!("skipped: {program} is not installed"),
        }
    }
    // The last frame is where it belongs.
    let mut last = [0; 54];
    let mut file = LocalDisk.open(&path, Access::Read).unwrap();
    file.read_at(HEADER + (frames - 1) * 54, &mut last).unwrap();
    assert_eq!(last[..3], [0, 0, 0xC0]);
    println!("figure size: RF64 past {gibibytes} GiB = {frames} frames of 18 channels, read back by other programs");
}

#[test]
fn past_four_gibibytes_the_file_becomes_rf64_in_place() {
    grows_past(4, b"RIFF");
}

#[test]
fn past_sixteen_gibibytes_it_still_is_rf64() {
    grows_past(16, b"RF64");
}

#[test]
fn a_text_of_any_length_fills_its_field_and_is_cut_between_characters() {
    let mut out = Vec::new();
    head::put_text(&mut out, "pōpō", 5);
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

    #[test]
    fn a_header_is_read_back_as_it_was_written_whatever_it_tells(
        channels in 1u16..=32, float: bool, frames in 0u64..200_000_000, cues in 0usize..600,
    ) {
        let form = if float { SampleForm::Float32 } else { SampleForm::Pcm24 };
        let mut head = Head::new(&WavLabel { form, ..label(channels) });
        head.tell(frames * head.frame_bytes());
        let cues: Vec<_> = (0..cues as u64).map(|frame| Cue { frame, label: "Waiata ".repeat(frame as usize % 9) }).collect();
        head.put_cues(&cues);
        prop_assert_eq!(head.bytes().len() as u64, HEADER);
        let again = Head::of(head.bytes().to_vec());
        prop_assert_eq!(again.as_ref(), Some(&head));
        prop_assert_eq!(head.told(), frames * head.frame_bytes());
    }

    #[test]
    fn a_header_torn_between_two_writings_tells_of_the_later_one_or_the_earlier(
        before in 0u64..120_000_000, more in 0u64..120_000_000, first: bool, last: bool,
    ) {
        let mut torn = Head::new(&label(18));
        torn.tell(before * 54);
        let mut bytes = torn.bytes().to_vec();
        torn.tell((before + more) * 54);
        for (kept, (at, piece)) in [first, last].into_iter().zip(torn.moving()) {
            if kept {
                bytes[at as usize..at as usize + piece.len()].copy_from_slice(piece);
            }
        }
        let told = Head::of(bytes).expect("it is ours").told();
        // A header that alone tells of both sizes in its first sector needs no second; the last sector of a large file
        // only points there.
        prop_assert!(told == before * 54 || told == (before + more) * 54, "{}", told);
        prop_assert!(!first || told == (before + more) * 54);
    }

    #[test]
    fn bytes_of_any_kind_are_no_header_and_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0usize..65_536) {
        let mut head = Head::new(&label(2)).bytes().to_vec();
        let end = (at + bytes.len()).min(head.len());
        head[at..end].copy_from_slice(&bytes[..end - at]);
        let _ = Head::of(head.clone()).map(|mut head| {
            head.put_cues(&[]);
            head.told()
        });
        let _ = Head::is_unborn(&head[..at]);
        let _ = Head::of(bytes);
    }
}
