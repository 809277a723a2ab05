//! A power cut at any moment: every state that the disk may be in is mended, opens, and is at most a second short.

use std::io::Cursor;

use super::disk::{Op, after_power_cut};
use super::*;
use crate::recording::Marker;
use crate::takes;

/// Nothing here needs better numbers than these.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// A run: what the disk was told, and how many frames had been played before each call.
struct Run {
    log: Vec<Op>,
    played: Vec<u64>,
}

/// Some seconds of sound with a gap, ended in order. `jitter` lets steps come late.
fn run(seconds: u64, layout: Layout, form: SampleForm) -> Run {
    let mut rig = Rig::with(RECORD_TAP, layout, form);
    let (mut at, mut played) = (FIRST.0, Vec::new());
    let mut log = |rig: &Rig, at: u64| {
        let calls = rig.disk.set(|disk| disk.log.len());
        played.resize(calls, at - FIRST.0);
    };
    while at < FIRST.0 + seconds * 48_000 {
        if (at / 2_400) % 23 == 7 {
            rig.mix.device_lost(GapCause::Device);
            rig.inputs.device_lost(GapCause::Device);
            at += 1_700;
        }
        if (at / 2_400) % 17 == 3 {
            rig.worker.mark(Marker { at: FrameIndex(at), label: format!("Waiata {at}") });
        }
        rig.play(at, 2_400);
        at += 2_400;
        rig.step();
        log(&rig, at);
    }
    rig.worker.finish();
    log(&rig, at);
    Run { log: rig.disk.set(|disk| disk.log.clone()), played }
}

/// Mends the take after a power cut behind `cut` calls and gives the frames that were lost.
fn lost(run: &Run, cut: usize, dice: &mut Dice) -> u64 {
    // Everything unsynced arrived, nothing did, or any mixture.
    let chance = [0, 1, 5, 9, 10][dice.roll(5) as usize];
    let disk = TestDisk::holding(after_power_cut(&run.log[..cut], &mut || dice.roll(10) < chance));
    let played = cut.checked_sub(1).map_or(0, |last| run.played[last]);
    let folders = takes::folders(&disk, Path::new("takes")).unwrap();
    let mut kept = Vec::new();
    for folder in &folders {
        // A journal that never became safe names nothing.
        let Ok(_) = takes::read(&disk, folder) else { continue };
        let _ = takes::repair::repair(&disk, folder).unwrap();
        let take = takes::read(&disk, folder).unwrap();
        assert!(!take.is_open(), "{take:?}");
        for file in &take.files {
            kept.push(examine(&disk, file));
        }
    }
    if played > 48_000 {
        assert!(kept.len() >= 2, "cut {cut}: {kept:?}");
    }
    played - kept.into_iter().min().unwrap_or(0).min(played)
}

/// The frames of a file, each of them the one that was played or in a gap.
fn examine(disk: &TestDisk, file: &takes::TakeFile) -> u64 {
    let name = file.path.to_string_lossy().into_owned();
    let channels = usize::from(file.channels);
    let first = file.track.map_or(0, |track| usize::from(track) - 1);
    let reader = hound::WavReader::new(Cursor::new(disk.file(&name).unwrap())).unwrap();
    let frames = u64::from(reader.duration());
    assert_eq!(file.end.frames(), Some(frames), "{name}");
    let samples: Vec<i32> = match file.form {
        SampleForm::Pcm24 => reader.into_samples().map(|sample| sample.unwrap()).collect(),
        SampleForm::Float32 => {
            reader.into_samples::<f32>().map(|sample| (sample.unwrap() * 8_388_608.0) as i32).collect()
        }
    };
    for (nth, sample) in samples.iter().enumerate() {
        let (index, channel) = (file.first_frame.0 + (nth / channels) as u64, first + nth % channels);
        if *sample != value(index, channel) {
            // What a lost line of the journal would have told is silence all the same.
            assert_eq!(*sample, 0, "{name} frame {index} channel {channel}");
        }
    }
    frames
}

#[test]
#[expect(clippy::print_stdout, reason = "what was measured or skipped is told")]
fn after_any_power_cut_every_file_opens_and_at_most_a_second_is_lost() {
    let prove = std::env::var_os("KORERO_PROVE").is_some();
    let states = if prove { 2_000 } else { 200 };
    let seed = 0x2545_F491_4F6C_DD1D;
    let forms = [(Layout::Polywav, SampleForm::Pcm24), (Layout::FilePerTrack, SampleForm::Float32)];
    let (mut worst, mut bytes) = (0, 0usize);
    for (nth, (layout, form)) in forms.into_iter().enumerate() {
        let run = run(4, layout, form);
        let sizes = run.log.iter().map(|op| if let Op::Write { bytes, .. } = op { bytes.len() } else { 0 });
        bytes += sizes.sum::<usize>();
        let mut dice = Dice(seed + nth as u64);
        for _ in 0..states / 2 {
            let cut = dice.roll(run.log.len() as u64 + 1) as usize;
            let lost = lost(&run, cut, &mut dice);
            assert!(lost <= 48_000, "{lost} frames lost behind call {cut}");
            worst = worst.max(lost);
        }
    }
    println!(
        "figure power cut: states mended and opened = {states}, worst loss {:.3} s (<= 1.0)",
        worst as f64 / 48_000.0
    );
    let sound = 4 * 48_000 * (5 * 3 + 5 * 4);
    println!("figure power cut: bytes written per byte of sound = {:.3}", bytes as f64 / f64::from(sound));
}
