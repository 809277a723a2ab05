use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::limits::SAMPLE_RATE;
use crate::record::disk::{Access, DiskFile};
use crate::record::tests::recorded;
use crate::record::wav::{WavLabel, WavWriter};
use crate::record::{LocalDisk, Part};
use crate::recording::{Layout, SampleForm};
use crate::takes::FileEnd;
use crate::timeline::FrameIndex;

/// A file of these interleaved samples on the local disk, and what a journal tells of it.
fn written(folder: &Path, samples: &[f32], channels: u16, form: SampleForm) -> TakeFile {
    let path = folder.join("mix.wav");
    let _ = std::fs::remove_file(&path);
    let label = WavLabel { channels, form, ..WavLabel::default() };
    let mut writer = WavWriter::new(LocalDisk.create(&path).unwrap(), &label);
    for piece in samples.chunks(usize::from(channels) * 4_096) {
        writer.push(piece, 0, usize::from(channels));
        writer.flush().unwrap();
    }
    writer.finish().unwrap();
    let end = FileEnd::Whole { frames: writer.safe_frames(), sums: Some(writer.sums()) };
    let (first_frame, gaps) = (FrameIndex(0), Vec::new());
    TakeFile { part: Part::Mix, track: None, path, channels, form, first_frame, gaps, pre_roll: None, end }
}

fn on(_: f32) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn of(told: &TakeFile) -> Overview {
    overview(&LocalDisk, told, &mut on).unwrap().expect("nobody broke off")
}

/// A tone in both channels.
fn tone(seconds: f32, hz: f32, level: f32) -> Vec<f32> {
    let frame = |n: usize| {
        let sample = (n as f32 * hz / SAMPLE_RATE as f32 * std::f32::consts::TAU).sin() * level;
        [sample, sample]
    };
    (0..(seconds * SAMPLE_RATE as f32) as usize).flat_map(frame).collect()
}

#[test]
fn a_tone_has_the_loudness_and_the_peak_that_the_standard_says() {
    let home = tempfile::tempdir().unwrap();
    // EBU Tech 3341, case 1: a stereo tone of 1 kHz at −23 dBFS has −23 LUFS.
    let made = of(&written(home.path(), &tone(20.0, 1_000.0, 10f32.powf(-23.0 / 20.0)), 2, SampleForm::Pcm24));
    assert!((made.loudness_lufs.unwrap() + 23.0).abs() < 0.1, "{:?}", made.loudness_lufs);
    assert!((made.true_peak_db.unwrap() + 23.0).abs() < 0.2, "{:?}", made.true_peak_db);
    let level = 10f32.powf(-23.0 / 20.0);
    for bin in &made.bins[1..made.bins.len() - 1] {
        assert!((bin.rms - level / 2f32.sqrt()).abs() < level * 0.03 && bin.high <= level + 1e-6, "{bin:?}");
    }
}

#[test]
fn silence_and_files_of_many_channels_have_no_loudness() {
    let home = tempfile::tempdir().unwrap();
    let silent = of(&written(home.path(), &[0.0; 96_000], 2, SampleForm::Float32));
    assert_eq!((silent.loudness_lufs, silent.true_peak_db), (None, None));
    assert!(silent.bins.iter().all(|bin| *bin == Bin { low: 0.0, high: 0.0, rms: 0.0 }));
    let many = of(&written(home.path(), &vec![0.5; 18 * 4_800], 18, SampleForm::Float32));
    assert_eq!((many.frames, many.loudness_lufs), (4_800, None));
    let empty = of(&written(home.path(), &[], 2, SampleForm::Pcm24));
    assert_eq!((empty.frames, empty.frames_per_bin, empty.bins.len()), (0, 0, 0));
    assert_eq!(of(&written(home.path(), &[], 2, SampleForm::Pcm24)), empty);
}

#[test]
fn what_is_inverted_in_one_channel_is_seen() {
    let home = tempfile::tempdir().unwrap();
    let samples: Vec<f32> = (0..9_600).map(|n| if n % 2 == 0 { 0.5 } else { -0.5 }).collect();
    let made = of(&written(home.path(), &samples, 2, SampleForm::Float32));
    assert!(made.bins.iter().all(|bin| *bin == Bin { low: -0.5, high: 0.5, rms: 0.5 }));
}

#[test]
fn an_overview_is_kept_until_its_file_is_another_one() {
    let home = tempfile::tempdir().unwrap();
    let told = written(home.path(), &tone(1.0, 440.0, 0.25), 2, SampleForm::Pcm24);
    assert_eq!(cached(&LocalDisk, &told), None);
    let made = of(&told);
    assert_eq!(cached(&LocalDisk, &told), Some(made.clone()));
    let mut asked = 0;
    let mut count = |_| {
        asked += 1;
        ControlFlow::Break(())
    };
    assert_eq!(overview(&LocalDisk, &told, &mut count).unwrap(), Some(made.clone()));
    assert_eq!(asked, 0, "the sound was not read again");
    // The same length and other sound, in another moment: as an editor writes over it.
    let mut file = LocalDisk.open(&told.path, Access::Write).unwrap();
    file.write_at(70_000, &[0x40; 600]).unwrap();
    drop(file);
    let later = std::fs::metadata(&told.path).unwrap().modified().unwrap() + Duration::from_millis(1);
    std::fs::File::options().append(true).open(&told.path).unwrap().set_modified(later).unwrap();
    assert_eq!(cached(&LocalDisk, &told), None);
    assert_ne!(of(&told), made);
    assert!(cached(&LocalDisk, &told).is_some());
}

#[test]
fn who_breaks_off_gets_nothing_and_nothing_is_kept() {
    let home = tempfile::tempdir().unwrap();
    let told = written(home.path(), &tone(20.0, 440.0, 0.25), 2, SampleForm::Float32);
    let mut seen = Vec::new();
    let mut two = |part| {
        seen.push(part);
        if seen.len() < 3 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    assert_eq!(overview(&LocalDisk, &told, &mut two).unwrap(), None);
    assert!(seen.is_sorted() && seen[0] == 0.0 && seen[2] < 1.0, "{seen:?}");
    assert_eq!(cached(&LocalDisk, &told), None);
}

#[test]
fn what_cannot_be_drawn_is_told_in_a_sentence() {
    let home = tempfile::tempdir().unwrap();
    let told = written(home.path(), &tone(0.1, 440.0, 0.25), 2, SampleForm::Pcm24);
    let fault = |told: &TakeFile| overview(&LocalDisk, told, &mut on).unwrap_err().code;
    assert_eq!(fault(&TakeFile { end: FileEnd::Open, ..told.clone() }), key::FAULT_TAKES_OPEN);
    assert_eq!(fault(&TakeFile { path: home.path().join("x.wav"), ..told.clone() }), key::FAULT_TAKES_MISSING);
    assert_eq!(fault(&TakeFile { channels: 3, ..told.clone() }), key::FAULT_TAKES_FORMAT);
    std::fs::write(&told.path, b"RIFF").unwrap();
    assert_eq!(fault(&told), key::FAULT_TAKES_HEADER);
}

/// A disk on which nothing new can be made.
struct ReadOnly;

impl Disk for ReadOnly {
    fn open_folder(&self, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }
    fn exists(&self, path: &Path) -> bool {
        LocalDisk.exists(path)
    }
    fn create(&self, _: &Path) -> io::Result<Box<dyn DiskFile>> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }
    fn open(&self, path: &Path, to: Access) -> io::Result<Box<dyn DiskFile>> {
        LocalDisk.open(path, to)
    }
    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        LocalDisk.list(folder)
    }
    fn remove(&self, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }
    fn real(&self, folder: &Path) -> io::Result<PathBuf> {
        LocalDisk.real(folder)
    }
    fn free(&self, folder: &Path) -> Option<u64> {
        LocalDisk.free(folder)
    }
}

#[test]
fn a_folder_that_keeps_nothing_is_drawn_all_the_same() {
    let home = tempfile::tempdir().unwrap();
    let told = written(home.path(), &tone(0.5, 440.0, 0.25), 2, SampleForm::Pcm24);
    assert!(overview(&ReadOnly, &told, &mut on).unwrap().is_some());
    assert_eq!(cached(&ReadOnly, &told), None);
}

#[test]
fn a_take_of_the_recorder_is_drawn_with_its_gap() {
    let disk = recorded(Layout::Polywav, SampleForm::Pcm24);
    let folder = crate::takes::folders(&disk, Path::new("takes")).unwrap().pop().unwrap();
    for file in crate::takes::read(&disk, &folder).unwrap().files {
        let made = overview(&disk, &file, &mut on).unwrap().unwrap();
        assert_eq!(Some(made.frames), file.end.frames());
        let silent = |bin: &&Bin| bin.high == 0.0 && bin.low == 0.0;
        assert!(made.bins.iter().filter(silent).count() > 0 && made.bins.iter().any(|bin| bin.high > 0.0));
        assert_eq!(cached(&disk, &file), Some(made));
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "a figure for the proof")]
fn a_long_file_is_drawn_in_as_many_bins_as_a_short_one() {
    let home = tempfile::tempdir().unwrap();
    let seconds = if std::env::var_os("KORERO_PROVE").is_some() { 1_200.0 } else { 20.0 };
    let told = written(home.path(), &tone(seconds, 441.0, 0.5), 2, SampleForm::Pcm24);
    let begun = std::time::Instant::now();
    let made = of(&told);
    let speed = f64::from(seconds) / begun.elapsed().as_secs_f64();
    println!(
        "figure overview: waveform, loudness and true peak of a stereo file, times as fast as it plays = {speed:.0}"
    );
    assert!((OVERVIEW_BINS / 2..=OVERVIEW_BINS).contains(&made.bins.len()), "{}", made.bins.len());
    assert_eq!(cached(&LocalDisk, &told), Some(made));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if std::env::var_os("KORERO_PROVE").is_some() { 1_000 } else { 48 }))]

    #[test]
    fn bins_are_the_extremes_and_the_average_of_their_frames(
        channels in 1u16..5, frames in prop_oneof![0usize..40, 4_000usize..9_000, 100_000usize..100_100], seed: u32,
    ) {
        let home = tempfile::tempdir().unwrap();
        let mut state = seed | 1;
        let mut random = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state as f32 / u32::MAX as f32 * 2.0 - 1.0
        };
        let samples: Vec<f32> = (0..frames * usize::from(channels)).map(|_| random()).collect();
        let made = of(&written(home.path(), &samples, channels, SampleForm::Float32));
        prop_assert_eq!(made.frames, frames as u64);
        prop_assert!(made.bins.len() <= OVERVIEW_BINS);
        let size = (made.frames_per_bin as usize * usize::from(channels)).max(1);
        prop_assert_eq!(made.bins.len(), samples.len().div_ceil(size));
        for (bin, of) in made.bins.iter().zip(samples.chunks(size)) {
            let (low, high) = of.iter().fold((f32::MAX, f32::MIN), |(low, high), s| (low.min(*s), high.max(*s)));
            let squares: f64 = of.iter().map(|s| f64::from(*s) * f64::from(*s)).sum();
            prop_assert_eq!((bin.low, bin.high), (low, high));
            prop_assert!((f64::from(bin.rms) - (squares / of.len() as f64).sqrt()).abs() < 1e-4);
        }
    }

    #[test]
    fn a_kept_overview_that_is_damaged_anywhere_is_made_again(at in any::<prop::sample::Index>(), bit in 0u8..8, cut: bool) {
        let home = tempfile::tempdir().unwrap();
        let told = written(home.path(), &[0.25; 2 * 50], 2, SampleForm::Pcm24);
        let made = of(&told);
        let kept = home.path().join("mix.wav.overview");
        let mut bytes = std::fs::read(&kept).unwrap();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] ^= 1 << bit }
        std::fs::write(&kept, &bytes).unwrap();
        prop_assert_eq!(cached(&LocalDisk, &told), None);
        prop_assert_eq!(of(&told), made.clone());
        prop_assert_eq!(cached(&LocalDisk, &told), Some(made));
    }
}
