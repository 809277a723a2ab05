//! A disk that really fills up: a file system in memory of a size of its own, and another file that takes the rest.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use korero::engine::tap::{TapWriter, tap};
use korero::limits::{RECORD_TAP, SAMPLE_RATE};
use korero::record::{
    self, Disk, LocalDisk, Naming, Part, Place, RecordEvent, RecordPlan, RecordedFile, Recorder, Role, Source,
};
use korero::recording::{Layout, SampleForm};
use korero::show::Show;
use korero::takes;
use korero::timeline::{Epoch, FrameIndex, GapCause};
use korero_sentences::{Key, key};
use tempfile::TempDir;
use uuid::Uuid;

use super::{BLOCK, at_full_length, play, value, wait};

/// Eight channels at 24 bits are 1.1 MiB a second; a recording begins with room for a minute.
const MEBIBYTES: u64 = 96;
const INPUTS: usize = 6;

/// The small disk, mounted.
struct SmallDisk(TempDir);

impl SmallDisk {
    /// `None` where this user may not mount; a proof fails there.
    #[expect(clippy::print_stdout, reason = "what was skipped is told")]
    fn mount() -> Option<Self> {
        let at = tempfile::tempdir().unwrap();
        let size = format!("size={MEBIBYTES}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(at.path()).status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(Self(at));
        }
        assert!(!at_full_length(), "the proof needs a user who may mount a disk");
        println!("skipped: this user may not mount a disk");
        None
    }

    /// Takes all room but so many bytes.
    fn fill(&self, but: u64) {
        let free = LocalDisk.free(self.0.path()).unwrap();
        File::create(self.ballast()).unwrap().write_all(&vec![1; (free - but) as usize]).unwrap();
    }

    fn make_room(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }

    fn ballast(&self) -> PathBuf {
        self.0.path().join("ballast")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // What stays mounted goes with the machine.
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

/// Plays in real time into the taps of all places, and keeps what the recorder tells.
struct Player {
    taps: Vec<TapWriter>,
    begun: Instant,
    at: u64,
    told: Vec<(Duration, RecordEvent)>,
}

impl Player {
    fn new() -> Self {
        Self { taps: Vec::new(), begun: Instant::now(), at: 0, told: Vec::new() }
    }

    fn place(&mut self, folder: &Path, holds: Duration) -> Place {
        let mut source = |part, channels| {
            let (writer, tap) = tap(channels, holds, FrameIndex(0));
            self.taps.push(writer);
            Source { part, names: Vec::new(), tap }
        };
        let sources = vec![source(Part::Mix, 2), source(Part::Inputs, INPUTS)];
        Place { folder: folder.to_owned(), disk: Arc::new(LocalDisk), sources }
    }

    fn play(&mut self, recorder: &mut Recorder, seconds: u64) {
        let end = self.at + seconds * u64::from(SAMPLE_RATE);
        while self.at < end {
            self.taps.iter_mut().for_each(|tap| play(tap, self.at));
            self.at += BLOCK;
            let due = Duration::from_micros(self.at * 1_000_000 / u64::from(SAMPLE_RATE));
            wait(due.saturating_sub(self.begun.elapsed()));
            self.hear(recorder);
        }
    }

    fn hear(&mut self, recorder: &mut Recorder) {
        let now = self.begun.elapsed();
        self.told.extend(recorder.take_events().into_iter().map(|event| (now, event)));
    }

    /// When a fault was told.
    fn when(&self, code: Key) -> Option<Duration> {
        let is = |event: &RecordEvent| matches!(event, RecordEvent::Trouble(fault) if fault.code == code);
        self.told.iter().find(|(_, event)| is(event)).map(|(when, _)| *when)
    }
}

fn take() -> Naming {
    let epoch = Epoch { id: Uuid::from_u128(9), utc_ns_at_frame_0: 1_772_395_503_000_000_000 };
    let (form, layout) = (SampleForm::Pcm24, Layout::Polywav);
    Naming { id: Uuid::from_u128(10), show: Show::default(), epoch, form, layout }
}

/// Every frame is the one that was played, or silence in a gap that was told.
fn holds_what_was_played(file: &RecordedFile) {
    let reader = hound::WavReader::open(&file.path).unwrap();
    let channels = usize::from(reader.spec().channels);
    let samples: Vec<i32> =
        reader.into_samples().take(file.frames as usize * channels).map(|sample| sample.unwrap()).collect();
    assert_eq!(samples.len() as u64, file.frames * channels as u64);
    for (index, frame) in (file.first_frame.0..).zip(samples.chunks(channels)) {
        let lost = file.gaps.iter().any(|gap| gap.start.0 <= index && index < gap.end().0);
        for (channel, sample) in frame.iter().enumerate() {
            assert_eq!(*sample, if lost { 0 } else { value(index, channel) }, "frame {index} channel {channel}");
        }
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "figures for the proof")]
fn what_a_full_disk_could_not_take_is_silence_to_the_frame_and_everything_else_is_exact() {
    let Some(disk) = SmallDisk::mount() else { return };
    let mut player = Player::new();
    // Rings of a second, so that seconds of a full disk are more than memory holds.
    let first = player.place(disk.0.path(), Duration::from_secs(1));
    let mut recorder = record::start(RecordPlan { take: take(), first, second: None }).unwrap();
    player.play(&mut recorder, 2);
    let filled = player.begun.elapsed();
    disk.fill(100_000);
    player.play(&mut recorder, 7);
    disk.make_room();
    player.play(&mut recorder, 2);
    let files = recorder.stop();
    player.hear(&mut recorder);
    let after = player.when(key::FAULT_RECORD_FULL).expect("a sentence").saturating_sub(filled);
    assert!(player.told.iter().any(|(_, event)| *event == RecordEvent::Resumed));
    assert_eq!(files.len(), 2);
    for file in &files {
        assert_eq!(file.first_frame.plus(file.frames).0, player.at, "nothing is shifted");
        assert!(!file.gaps.is_empty() && file.gaps.iter().all(|gap| gap.exact && gap.cause == GapCause::Tap));
        holds_what_was_played(file);
    }
    let lost: Vec<u64> = files.iter().map(|file| file.gaps.iter().map(|gap| gap.frames).sum()).collect();
    assert_eq!(recorder.status().frames_dropped, *lost.iter().max().unwrap());
    let folder = takes::folders(&LocalDisk, disk.0.path()).unwrap().pop().unwrap();
    let (read, findings) = takes::verify::verify(&LocalDisk, &folder).unwrap();
    assert_eq!(findings, []);
    assert!(read.files.iter().zip(&files).all(|(told, file)| told.gaps == file.gaps), "as the journal tells");
    println!("figure full disk: told after {after:.2?} (<= 1 s), silence = {lost:?} frames, exactly the gaps told");
    if at_full_length() {
        assert!(after <= Duration::from_secs(1), "{after:?}");
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "figures for the proof")]
fn when_a_disk_fills_up_the_recording_goes_on_in_the_second_place_and_no_frame_is_lost() {
    let Some(disk) = SmallDisk::mount() else { return };
    let other = tempfile::tempdir().unwrap();
    let mut player = Player::new();
    let first = player.place(disk.0.path(), RECORD_TAP);
    let second = Some((Role::StandsBy, player.place(other.path(), RECORD_TAP)));
    let mut recorder = record::start(RecordPlan { take: take(), first, second }).unwrap();
    player.play(&mut recorder, 2);
    let filled = player.begun.elapsed();
    disk.fill(100_000);
    player.play(&mut recorder, 3);
    let files = recorder.stop();
    player.hear(&mut recorder);
    assert!(player.when(key::FAULT_RECORD_FULL).is_some());
    let after = player.when(key::FAULT_RECORD_SECOND).expect("it goes on").saturating_sub(filled);
    let (one, two) = files.split_at(2);
    for (one, two) in one.iter().zip(two) {
        assert!(one.gaps.is_empty() && two.gaps.is_empty());
        assert!(two.first_frame <= one.first_frame.plus(one.frames), "nothing is left out between the two");
        assert_eq!(two.first_frame.plus(two.frames).0, player.at);
        holds_what_was_played(one);
        holds_what_was_played(two);
    }
    println!("figure full disk with a second place: it goes on after {after:.2?} (<= 1 s), 0 frames lost");
    if at_full_length() {
        assert!(after <= Duration::from_secs(1), "{after:?}");
    }
}
