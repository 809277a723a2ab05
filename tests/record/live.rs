//! The app itself records every input of an interface that ALSA opens like hardware; what lies on the disk is compared
//! with what the interface played.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use korero::audio::signal;
use korero::limits::SAMPLE_RATE;
use korero::record::LocalDisk;
use korero::takes::{self, TakeFile};
use korero::timeline::Gap;

use super::virtual_scarlett::{ID, Setup, VirtualScarlett};
use super::{HANG_GUARD, at_full_length, take_folder, wait};

const INPUTS: usize = 18;
/// Frames of one callback.
const PERIOD: u64 = 4_096;
/// Full scale of 24 bits, and how many frame numbers there are in it.
const FULL_SCALE: f32 = 8_388_608.0;
const NUMBERS: u64 = 1 << 24;

/// Starts the app; it ends by itself after so many seconds of sound.
fn record(into: &Path, seconds: u64) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_korero"));
    command.args(["record", "--inputs", "--host", &format!("cpal:{ID}"), "--frames", &PERIOD.to_string()]);
    command.args(["--for", &seconds.to_string(), "--into"]).arg(into).env("KORERO_LANGUAGE", "en");
    command.stdout(Stdio::null()).spawn().unwrap()
}

/// The file of the inputs, once it is so long in seconds.
fn grown(home: &Path, seconds: u64) -> PathBuf {
    let begun = Instant::now();
    let long = |path: &PathBuf| {
        fs::metadata(path).is_ok_and(|told| told.len() > seconds * u64::from(SAMPLE_RATE) * INPUTS as u64 * 3)
    };
    loop {
        let folders = takes::folders(&LocalDisk, home).unwrap_or_default();
        if let Some(path) = folders.iter().map(|folder| folder.join("inputs.wav")).find(long) {
            return path;
        }
        assert!(begun.elapsed() < HANG_GUARD, "nothing is recorded");
        wait(Duration::from_millis(20));
    }
}

/// A file beside what was played into it.
#[derive(Debug, Default)]
struct Compared {
    frames: u64,
    wrong_samples: u64,
    /// Numbers that are missing between two frames that lie beside each other.
    untold: Vec<u64>,
    /// Each gap with the frame numbers that are really missing there.
    gaps: Vec<(Gap, u64)>,
    last: Option<u64>,
}

impl Compared {
    fn of(file: &TakeFile) -> Self {
        let reader = hound::WavReader::open(&file.path).unwrap();
        assert_eq!(usize::from(reader.spec().channels), INPUTS);
        let mut samples = reader.into_samples::<i32>().map(|sample| sample.unwrap());
        let (mut seen, mut frame) = (Self::default(), [0; INPUTS]);
        let mut gaps = file.gaps.iter().peekable();
        let mut before = None;
        for index in file.first_frame.0.. {
            let Some(first) = samples.next() else { break };
            frame[0] = first;
            frame[1..].iter_mut().for_each(|sample| *sample = samples.next().unwrap());
            seen.frames += 1;
            while gaps.peek().is_some_and(|gap| gap.end().0 <= index) {
                let gap = gaps.next();
                // Two gaps beside each other would be two for one discontinuity.
                assert!(before.is_none(), "{before:?} and {gap:?}");
                before = gap;
            }
            if gaps.peek().is_some_and(|gap| gap.start.0 <= index) {
                assert_eq!(frame, [0; INPUTS], "frame {index} is lost and not silent");
            } else {
                seen.take(&frame, before.take());
            }
        }
        seen
    }

    fn take(&mut self, frame: &[i32; INPUTS], gap: Option<&Gap>) {
        let number = u64::from(frame[0].cast_unsigned()) % NUMBERS;
        let wrong =
            |(input, sample): &(usize, &i32)| **sample as f32 / FULL_SCALE != signal::noise(number, *input as u64);
        self.wrong_samples += frame.iter().enumerate().skip(1).filter(wrong).count() as u64;
        let missing = self.last.map_or(0, |last| (number + NUMBERS - last - 1) % NUMBERS);
        match gap {
            Some(gap) => self.gaps.push((*gap, missing)),
            None if missing > 0 => self.untold.push(missing),
            None => {}
        }
        self.last = Some(number);
    }

    /// Bit-exact outside the gaps, one gap for each discontinuity, and each as long as what is missing, within a period
    /// and 2 ms where no interface counts it.
    fn is_honest(&self) {
        assert_eq!(self.wrong_samples, 0, "{self:?}");
        assert!(self.untold.is_empty(), "{self:?}");
        for (gap, missing) in &self.gaps {
            let slack = if gap.exact { 0 } else { PERIOD + 96 };
            assert!(*missing > 0 && gap.frames.abs_diff(*missing) <= slack, "{gap:?} where {missing} are missing");
        }
    }

    fn worst_error(&self) -> u64 {
        self.gaps.iter().map(|(gap, missing)| gap.frames.abs_diff(*missing)).max().unwrap_or(0)
    }
}

/// Waits for the app and compares what it left.
fn compared(mut app: Child, home: &Path) -> Compared {
    assert!(app.wait().unwrap().success());
    let folder = take_folder(home);
    let (take, findings) = takes::verify::verify(&LocalDisk, &folder).unwrap();
    assert_eq!(findings, []);
    let seen = Compared::of(&take.files[0]);
    seen.is_honest();
    seen
}

#[test]
#[expect(clippy::print_stdout, reason = "figures for the proof")]
fn twenty_minutes_through_the_interface_are_exact_outside_the_gaps_and_each_discontinuity_is_one() {
    let seconds = if at_full_length() { 20 * 60 } else { 4 };
    let _scarlett = VirtualScarlett::plug_in(Setup::default());
    let home = tempfile::tempdir().unwrap();
    let seen = compared(record(home.path(), seconds), home.path());
    assert!(seen.frames >= seconds * u64::from(SAMPLE_RATE), "{} frames", seen.frames);
    println!(
        "figure {seconds} s of 18 inputs in real time at {PERIOD} frames = {} frames, 0 wrong samples, {} gaps told, 0 \
         discontinuities untold, worst error of a length {} frames",
        seen.frames,
        seen.gaps.len(),
        seen.worst_error()
    );
}

#[test]
#[expect(clippy::print_stdout, reason = "figures for the proof")]
fn a_process_that_stands_still_for_five_seconds_has_a_gap_of_that_length_and_nothing_is_shifted() {
    let _scarlett = VirtualScarlett::plug_in(Setup::default());
    let home = tempfile::tempdir().unwrap();
    let app = record(home.path(), 11);
    let signal = |name: &str| {
        assert!(Command::new("kill").args([name, &app.id().to_string()]).status().unwrap().success());
    };
    grown(home.path(), 2);
    signal("-STOP");
    wait(Duration::from_secs(5));
    signal("-CONT");
    let seen = compared(app, home.path());
    let long: Vec<_> = seen.gaps.iter().filter(|(gap, _)| gap.frames > 4 * u64::from(SAMPLE_RATE)).collect();
    assert_eq!(long.len(), 1, "{:?}", seen.gaps);
    let (gap, missing) = long[0];
    // What the interface itself still held is not lost.
    assert!(*missing + 3 * PERIOD >= 5 * u64::from(SAMPLE_RATE), "{missing}");
    assert!(seen.frames - gap.end().0 >= u64::from(SAMPLE_RATE), "sound follows");
    println!(
        "figure stopped for 5 s: one gap of {} frames where {missing} are missing (within {}), the sound behind it exact",
        gap.frames,
        PERIOD + 96
    );
}
