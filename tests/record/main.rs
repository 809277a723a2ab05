//! A recording survives the death of its process, a disk that fills up, and a process that stands still: what the disk
//! holds is whole, dated and at most a second short.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

#[cfg(target_os = "linux")]
mod full_disk;
#[cfg(target_os = "linux")]
mod live;
#[cfg(target_os = "linux")]
#[path = "../virtual_scarlett/mod.rs"]
#[expect(dead_code, reason = "its faults are for the tests of capture")]
mod virtual_scarlett;

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use korero::desk::{Desk, Strip, StripInput};
use korero::engine::tap::{TapReader, TapSource, TapWriter, tap};
use korero::limits::{RECORD_TAP, SAMPLE_RATE};
use korero::record::disk::{Access, DiskFile};
use korero::record::{self, Disk, LocalDisk, Naming, Part, Place, RecordPlan, RecordedFile, Source};
use korero::recording::{Layout, SampleForm};
use korero::show::Show;
use korero::takes;
use korero::timeline::{Epoch, FrameIndex, GapCause};
use uuid::Uuid;

/// Set for the process that is to be killed: the folder to record into.
const INTO: &str = "KORERO_TEST_RECORD_INTO";
const INPUTS: usize = 18;
const BLOCK: u64 = 480;
/// A process that nobody killed ends by itself.
const HANG_GUARD: Duration = Duration::from_secs(60);
/// Longer waits of the machine, for the disk or for its turn, are not ours and are allowed for.
const STALL: Duration = Duration::from_millis(150);

/// Whether this is a proof.
fn at_full_length() -> bool {
    std::env::var_os("KORERO_PROVE").is_some()
}

/// A 24-bit value that tells its frame and channel; never zero.
fn value(frame: u64, channel: usize) -> i32 {
    let mixed = (frame * 32 + channel as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    (mixed as i32 - 0x80_0000) | 1
}

fn plan(
    folder: PathBuf,
    disk: Arc<dyn Disk>,
    show: Show,
    epoch: Epoch,
    mix: TapReader,
    inputs: TapReader,
) -> RecordPlan {
    let source = |part, tap| Source { part, names: Vec::new(), tap };
    let (form, layout) = (SampleForm::Pcm24, Layout::Polywav);
    let take = Naming { id: Uuid::from_u128(10), show, epoch, form, layout };
    let sources = vec![source(Part::Mix, mix), source(Part::Inputs, inputs)];
    RecordPlan { take, first: Place { folder, disk, sources }, second: None }
}

fn play(tap: &mut TapWriter, start: u64) {
    let channels = tap.channels();
    let frames = (start..start + BLOCK).flat_map(|frame| (0..channels).map(move |channel| (frame, channel)));
    let samples: Vec<f32> = frames.map(|(frame, channel)| value(frame, channel) as f32 / 8_388_608.0).collect();
    tap.write(FrameIndex(start), &samples);
}

/// The local disk, which remembers its longest wait in microseconds.
struct TimedDisk(Arc<AtomicU64>);
struct TimedFile(Box<dyn DiskFile>, Arc<AtomicU64>);

impl Disk for TimedDisk {
    fn open_folder(&self, folder: &Path) -> io::Result<()> {
        LocalDisk.open_folder(folder)
    }
    fn exists(&self, path: &Path) -> bool {
        LocalDisk.exists(path)
    }
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(TimedFile(LocalDisk.create(path)?, Arc::clone(&self.0))))
    }
    fn open(&self, path: &Path, to: Access) -> io::Result<Box<dyn DiskFile>> {
        LocalDisk.open(path, to)
    }
    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        LocalDisk.list(folder)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        LocalDisk.remove(path)
    }
    fn real(&self, folder: &Path) -> io::Result<PathBuf> {
        LocalDisk.real(folder)
    }
    fn free(&self, folder: &Path) -> Option<u64> {
        LocalDisk.free(folder)
    }
}

impl TimedFile {
    fn timed<T>(&mut self, work: impl FnOnce(&mut dyn DiskFile) -> T) -> T {
        let begin = Instant::now();
        let done = work(&mut *self.0);
        self.1.fetch_max(begin.elapsed().as_micros() as u64, Ordering::Relaxed);
        done
    }
}

impl DiskFile for TimedFile {
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<usize> {
        self.timed(|file| file.write_at(offset, bytes))
    }
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(offset, into)
    }
    fn claim(&mut self) -> io::Result<()> {
        self.0.claim()
    }
    fn length(&self) -> io::Result<u64> {
        self.0.length()
    }
    fn set_length(&mut self, length: u64) -> io::Result<()> {
        self.timed(|file| file.set_length(length))
    }
    fn sync(&mut self) -> io::Result<()> {
        self.timed(|file| file.sync())
    }
}

/// Not a test by itself: the process that [`a_killed_recording_is_whole_and_at_most_a_second_short`] kills.
#[test]
fn the_process_that_is_killed() {
    let Some(folder) = std::env::var_os(INTO) else { return };
    let folder = PathBuf::from(folder);
    let (mut mix, mix_tap) = tap(2, RECORD_TAP, FrameIndex(0));
    let (mut inputs, inputs_tap) = tap(INPUTS, RECORD_TAP, FrameIndex(0));
    let longest = Arc::new(AtomicU64::new(0));
    let epoch = Epoch { id: Uuid::from_u128(9), utc_ns_at_frame_0: 1_772_395_503_000_000_000 };
    let show = Show { title: "Pō".to_owned(), artist: "Manu".to_owned(), set_list: Vec::new() };
    let mut witness = LocalDisk.create(&folder.join("played")).unwrap();
    let disk = Arc::new(TimedDisk(Arc::clone(&longest)));
    let _recorder = record::start(plan(folder, disk, show, epoch, mix_tap, inputs_tap)).unwrap();
    let (begin, mut at) = (Instant::now(), 0);
    while begin.elapsed() < HANG_GUARD {
        play(&mut mix, at);
        play(&mut inputs, at);
        at += BLOCK;
        if at.is_multiple_of(BLOCK * 40) {
            mix.device_lost(GapCause::Device);
            inputs.device_lost(GapCause::Device);
            at += 3 * BLOCK;
        }
        // One write of one length: never half there.
        witness.write_at(0, format!("{at:020} {:020}", longest.load(Ordering::Relaxed)).as_bytes()).unwrap();
        let due = Duration::from_micros(at * 1_000_000 / u64::from(SAMPLE_RATE));
        longest.fetch_max(begin.elapsed().saturating_sub(due).as_micros() as u64, Ordering::Relaxed);
        wait(due.saturating_sub(begin.elapsed()));
    }
}

/// Real time must pass in a process that is to be killed; nothing is there to wait for.
fn wait(length: Duration) {
    let (_keep, never) = mpsc::channel::<()>();
    let _ = never.recv_timeout(length);
}

fn spawn(folder: &Path) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "the_process_that_is_killed", "--nocapture"]).env(INTO, folder);
    child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Frames played and the longest wait, as the process last wrote them; `None` before the first.
fn witness(folder: &Path) -> Option<(u64, Duration)> {
    let text = fs::read_to_string(folder.join("played")).ok()?;
    let (at, longest) = text.split_once(' ')?;
    Some((at.parse().ok()?, Duration::from_micros(longest.parse().ok()?)))
}

/// The folder of the only take.
fn take_folder(home: &Path) -> PathBuf {
    takes::folders(&LocalDisk, home).unwrap().pop().expect("a take")
}

/// Every program that is installed opens it and counts the same frames.
#[expect(clippy::print_stdout, reason = "what was measured or skipped is told")]
fn others_open(path: &Path, frames: u64) {
    let programs: [(&str, &[&str]); 2] =
        [("soxi", &["-s"]), ("ffprobe", &["-v", "error", "-show_entries", "stream=duration_ts", "-of", "csv=p=0"])];
    for (program, arguments) in programs {
        let Ok(said) = Command::new(program).args(arguments).arg(path).output() else {
            println!("skipped: {program} is not installed");
            continue;
        };
        assert!(said.status.success(), "{program}: {}", String::from_utf8_lossy(&said.stderr));
        assert_eq!(String::from_utf8_lossy(&said.stdout).trim(), frames.to_string(), "{program}");
    }
}

/// Opens what a killed process left and returns the frames of its shortest file.
fn examine(folder: &Path) -> u64 {
    let take = takes::read(&LocalDisk, folder).unwrap();
    assert_eq!((take.show.artist.as_str(), take.files.len()), ("Manu", 2));
    let frames = take.files.iter().map(|file| {
        let mut riff = [0; 4];
        File::open(&file.path).unwrap().read_exact(&mut riff).unwrap();
        assert_eq!(&riff, b"RIFF");
        let reader = hound::WavReader::open(&file.path).unwrap();
        let (frames, channels) = (u64::from(reader.duration()), usize::from(file.channels));
        others_open(&file.path, frames);
        let lost = |index: u64| file.gaps.iter().any(|gap| gap.start.0 <= index && index < gap.end().0);
        for (nth, sample) in reader.into_samples::<i32>().enumerate() {
            let (index, channel) = (file.first_frame.0 + (nth / channels) as u64, nth % channels);
            let sample = sample.unwrap();
            if sample != value(index, channel) {
                assert!(sample == 0 && lost(index), "frame {index} channel {channel}: {sample}");
            }
        }
        frames
    });
    frames.min().unwrap()
}

/// What the command line says of takes, and whether it is content.
fn takes_say(verb: &str, folder: &Path) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_korero"));
    let said = command.args(["takes", verb]).arg(folder).env("KORERO_LANGUAGE", "en").output().unwrap();
    let text = [said.stdout, said.stderr].concat();
    (said.status.success(), String::from_utf8(text).unwrap())
}

/// Mending writes nothing new into a file that was whole as far as it goes, and takes the journal's word for the rest.
fn mended(folder: &Path) {
    let repaired = takes::repair::repair(&LocalDisk, folder).unwrap().expect("it was interrupted");
    assert!(repaired.left_alone.is_empty() && !repaired.take.is_open());
    assert!(repaired.take.lost().is_some_and(|lost| lost <= Duration::from_secs(1)));
}

fn mended_by_words(home: &Path, folder: &Path) {
    let (_, list) = takes_say("list", home);
    assert!(list.contains("Manu – Pō") && list.contains("not ended"), "{list}");
    let (good, told) = takes_say("verify", home);
    assert!(!good && told.contains("mix.wav") && told.contains("korero takes repair"), "{told}");
    let (good, told) = takes_say("repair", folder);
    assert!(good && told.contains("recovered, 0"), "{told}");
    let (good, told) = takes_say("verify", folder);
    assert!(good && told.contains("every file is whole"), "{told}");
    let (_, list) = takes_say("list", home);
    assert!(list.contains("recovered, 0"), "{list}");
    let (_, shown) = takes_say("show", folder);
    assert!(shown.contains("mix.wav: mix, 2 ch") && shown.contains("s of silence in mix, inputs: "), "{shown}");
    assert!(takes_say("repair", home).1.contains("Nothing had to be mended"));
    assert!(!takes_say("verify", &home.join("nowhere")).0);
}

/// The loss is at most 1 s unless the machine itself stalled; whole and exact the files are always.
#[test]
#[expect(clippy::print_stdout, reason = "figures for the proof")]
fn a_killed_recording_is_whole_and_at_most_a_second_short() {
    // Moments spread over the half second between two header writes, in milliseconds of sound.
    let kills = if at_full_length() { 200 } else { 4 };
    let moments = [1_130u64, 1_490, 1_777, 2_020];
    let (mut worst, mut total) = (Duration::ZERO, Duration::ZERO);
    for moment in (0..kills).map(|nth| moments[nth % 4] + nth as u64 / 4 * 7) {
        let home = tempfile::tempdir().unwrap();
        let mut child = spawn(home.path());
        let begun = Instant::now();
        while witness(home.path()).is_none_or(|(at, _)| at < moment * 48) {
            assert!(begun.elapsed() < HANG_GUARD, "the process does not play");
            wait(Duration::from_millis(3));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let folder = take_folder(home.path());
        let kept = examine(&folder);
        if moment == moments[0] {
            mended_by_words(home.path(), &folder);
        } else {
            mended(&folder);
        }
        assert_eq!(examine(&folder), kept);
        assert!(takes::repair::repair(&LocalDisk, &folder).unwrap().is_none(), "once is enough");
        let (played, longest) = witness(home.path()).expect("it played");
        // Two rounds of a write and two syncs for two files: each may wait as long as the longest wait of this machine.
        let allowed = Duration::from_secs(1) + longest.saturating_sub(STALL) * 12;
        let lost = Duration::from_micros(played.saturating_sub(kept) * 1_000_000 / u64::from(SAMPLE_RATE));
        assert!(lost <= allowed, "{kept} of {played} frames, longest wait {longest:?}");
        (worst, total) = (worst.max(lost), total + lost);
    }
    println!(
        "figure kills: {kills}, every file opened by others, worst loss {worst:.3?} (<= 1 s), all together {total:.3?}"
    );
}

/// A multitrack that tells its frames, to be played through the scripted interface.
fn script(home: &Path, seconds: u64) -> PathBuf {
    let path = home.join("script.wav");
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 48_000,
        bits_per_sample: 24,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(&path, spec).unwrap();
    for frame in 0..seconds * 48_000 {
        [0, 1].into_iter().for_each(|channel| writer.write_sample(value(frame, channel)).unwrap());
    }
    writer.finalize().unwrap();
    path
}

/// Bytes of sound in the ring, as far as it is written.
fn rolled(home: &Path) -> u64 {
    let segments = takes::folders(&LocalDisk, &home.join(record::ROLLING)).unwrap_or_default();
    let bytes = |segment: PathBuf| fs::metadata(segment.join("inputs.wav")).map_or(0, |found| found.len());
    segments.into_iter().map(|segment| bytes(segment).saturating_sub(65_536)).sum()
}

#[test]
fn a_preroll_of_the_whole_app_begins_before_it_was_told_to_record_and_every_frame_is_the_one_that_was_played() {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_korero"));
    command.args(["record", "--inputs", "--rolling", "60", "--pre-roll", "2", "--for", "4"]);
    command.arg("--into").arg(home.path()).arg("--host").arg(format!("scripted:{}", script(home.path(), 40).display()));
    let mut child = command.env("KORERO_LANGUAGE", "en").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while rolled(home.path()) < 3 * 48_000 * 6 {
        assert!(begun.elapsed() < HANG_GUARD, "nothing rolls");
        wait(Duration::from_millis(20));
    }
    let before = rolled(home.path()) / 6;
    child.stdin.take().unwrap().write_all(b"\n").unwrap();
    assert!(child.wait().unwrap().success());
    let take = takes::read(&LocalDisk, &take_folder(home.path())).unwrap();
    let file = &take.files[0];
    let frames = file.end.frames().unwrap();
    assert!(file.pre_roll.is_none() && frames >= 4 * 48_000, "{take:?}");
    // It was told no earlier than what had rolled then.
    assert!(file.first_frame.0 + 2 * 48_000 >= before, "{file:?}, {before}");
    let (path, first_frame, gaps) = (file.path.clone(), file.first_frame, file.gaps.clone());
    let told = RecordedFile { path, frames, first_frame, gaps };
    for (frame, heard) in samples(&told) {
        let lost = told.gaps.iter().any(|gap| (gap.start.0..gap.end().0).contains(&frame));
        assert!(lost || heard == [value(frame, 0), value(frame, 1)], "frame {frame}: {heard:?}");
    }
    assert!(takes_say("verify", home.path()).0);
    let segments = takes::folders(&LocalDisk, &home.path().join(record::ROLLING)).unwrap();
    assert!(segments.iter().all(|segment| takes_say("verify", segment).0));
}

/// The samples of a file by the index of their frame.
fn samples(file: &RecordedFile) -> Vec<(u64, Vec<i32>)> {
    let reader = hound::WavReader::open(&file.path).unwrap();
    let channels = usize::from(reader.spec().channels);
    let samples: Vec<i32> = reader.into_samples().map(|sample| sample.unwrap()).collect();
    assert_eq!(samples.len() as u64, file.frames * channels as u64);
    (file.first_frame.0..).zip(samples.chunks(channels).map(<[i32]>::to_vec)).collect()
}

#[test]
fn mix_and_inputs_of_one_take_line_up_to_the_frame_and_to_the_bit() {
    let home = tempfile::tempdir().unwrap();
    let (mut engine, mut handle) = korero::engine::new(Uuid::from_u128(5));
    let strip = Strip::new("pair", StripInput::Stereo(1, 2));
    handle.set_desk(&Desk { strips: vec![strip], ..Desk::default() }).unwrap();
    let mix = handle.open_tap(TapSource::Mix, RECORD_TAP).unwrap();
    let inputs = handle.open_tap(TapSource::Inputs { channels: 2 }, RECORD_TAP).unwrap();
    engine.begin(1_772_395_503_000_000_000);
    let mut at = 0;
    for (nth, frames) in [64u64, 1_000, 17, 480, 8_192, 333, 4_096, 31].into_iter().cycle().take(40).enumerate() {
        // Half of full scale: below the limiter.
        let block = (at..at + frames).flat_map(|frame| [0, 1].map(|channel| value(frame, channel) / 2));
        let block: Vec<f32> = block.map(|sample| sample as f32 / 8_388_608.0).collect();
        engine.process(&block, 2);
        at += frames;
        if nth % 9 == 8 {
            engine.skip(700, GapCause::Device);
            at += 700;
        }
    }
    let epoch = handle.epoch().expect("it began");
    let folder = home.path().to_owned();
    let plan = plan(folder, Arc::new(LocalDisk), Show::default(), epoch, mix, inputs);
    let files = record::start(plan).unwrap().stop();
    let [mix, inputs] = &files[..] else { panic!("two files") };
    // The limiter's own latency is played out in each gap, so the mix tells of a little less.
    let begins = |file: &RecordedFile| file.gaps.iter().map(|gap| gap.start).collect::<Vec<_>>();
    assert_eq!((begins(mix), begins(mix).len()), (begins(inputs), 4));
    assert!(inputs.gaps.iter().all(|gap| gap.frames == 700 && !gap.exact && gap.cause == GapCause::Device));
    let (mix, inputs) = (samples(mix), samples(inputs));
    assert_eq!(inputs.len() as u64, at);
    assert!(inputs.len() - mix.len() < 480, "only what is still in the limiter is missing");
    for (heard, played) in mix.iter().zip(&inputs) {
        assert_eq!(heard, played);
        assert!(played.1 == [0, 0] || played.1[0] == value(played.0, 0) / 2);
    }
}
