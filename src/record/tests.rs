//! The recorder in virtual time, over a disk in memory that refuses on command.

use std::sync::Arc;

use uuid::Uuid;

use super::journal::Line;
use super::*;
use crate::engine::tap::{TapReader, TapWriter, tap};
use crate::limits::RECORD_TAP;
use crate::recording::{Layout, SampleForm};
use crate::show::Show;
use crate::timeline::{Epoch, GapCause};
use disk::TestDisk;

mod claims;
mod cost;
pub(crate) mod disk;
mod ending;
mod happenings;
mod marks;
mod places;
mod power;
mod preroll;
mod refusals;
mod thread;

/// A recorder without its thread, and the engine's end of its taps.
struct Rig {
    disk: TestDisk,
    board: Board,
    worker: Worker,
    mix: TapWriter,
    inputs: TapWriter,
    now: Duration,
}

const CHANNELS: usize = 3;
/// The first frame of the sound; mix and inputs need not begin together.
const FIRST: FrameIndex = FrameIndex(48_000);

impl Rig {
    fn new(holds: Duration) -> Self {
        Self::with(holds, Layout::Polywav, SampleForm::Pcm24)
    }

    fn with(holds: Duration, layout: Layout, form: SampleForm) -> Self {
        let disk = TestDisk::default();
        let (mix, mix_tap) = tap(2, holds, FIRST);
        let (inputs, inputs_tap) = tap(CHANNELS, holds, FIRST);
        let place = place(&disk, vec![(Part::Mix, mix_tap), (Part::Inputs, inputs_tap)]);
        let board = Board::new(2);
        let worker = Worker::new(Naming { layout, form, ..naming() }, place, board.clone());
        Self { disk, board, worker, mix, inputs, now: Duration::ZERO }
    }

    fn play(&mut self, start: u64, frames: u64) {
        write(&mut self.mix, start, frames);
        write(&mut self.inputs, start, frames);
    }

    fn step(&mut self) {
        self.now += RECORD_POLL;
        self.worker.step(self.now);
    }

    fn events(&self) -> Vec<RecordEvent> {
        self.board.told().events.drain(..).collect()
    }

    fn troubles(&self) -> Vec<korero_sentences::Key> {
        let told = |event| match event {
            RecordEvent::Trouble(fault) => Some(fault.code),
            _ => None,
        };
        self.events().into_iter().filter_map(told).collect()
    }
}

fn naming() -> Naming {
    let epoch = Epoch { id: Uuid::from_u128(1), utc_ns_at_frame_0: 1_772_395_503_000_000_000 };
    let show = Show { title: "Pō".to_owned(), artist: "Manu".to_owned(), set_list: Vec::new() };
    Naming { id: Uuid::from_u128(2), show, epoch, form: SampleForm::Pcm24, layout: Layout::Polywav }
}

fn place(disk: &TestDisk, taps: Vec<(Part, TapReader)>) -> Place {
    let names = ["Reo", "Kitā", "Pahū"].map(str::to_owned);
    let source = |(part, tap)| Source { part, names: names.to_vec(), tap };
    Place {
        folder: PathBuf::from("takes"),
        disk: Arc::new(disk.clone()),
        sources: taps.into_iter().map(source).collect(),
    }
}

fn plan(disk: &TestDisk, tap: Option<TapReader>) -> RecordPlan {
    let taps = tap.map(|tap| (Part::Mix, tap)).into_iter().collect();
    RecordPlan { take: naming(), first: place(disk, taps), second: None }
}

/// A short take with a gap that ended in order, on its disk.
pub(crate) fn recorded(layout: Layout, form: SampleForm) -> TestDisk {
    let mut rig = Rig::with(RECORD_TAP, layout, form);
    rig.play(48_000, 480);
    rig.mix.device_lost(GapCause::Device);
    rig.play(48_700, 241);
    rig.step();
    rig.worker.finish();
    rig.disk
}

/// A 24-bit value that tells its frame and channel; never zero, so that silence is not sound.
fn value(frame: u64, channel: usize) -> i32 {
    let mixed = (frame * 32 + channel as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    (mixed as i32 - 0x80_0000) | 1
}

fn write(tap: &mut TapWriter, start: u64, frames: u64) {
    let channels = tap.channels();
    let sample = |frame, channel| value(frame, channel) as f32 / 8_388_608.0;
    let samples: Vec<f32> =
        (start..start + frames).flat_map(|frame| (0..channels).map(move |channel| sample(frame, channel))).collect();
    tap.write(FrameIndex(start), &samples);
}

/// Every frame is the one that was played or lies in a told gap and is silent, from the first to the last.
fn holds_what_was_played(samples: &[i32], channels: usize, file: &RecordedFile) {
    assert_eq!(samples.len() as u64, file.frames * channels as u64);
    let mut gaps = file.gaps.iter().peekable();
    for (nth, frame) in samples.chunks(channels).enumerate() {
        let index = file.first_frame.plus(nth as u64);
        while gaps.peek().is_some_and(|gap| gap.end() <= index) {
            gaps.next();
        }
        let lost = gaps.peek().is_some_and(|gap| gap.start <= index);
        for (channel, sample) in frame.iter().enumerate() {
            assert_eq!(*sample, if lost { 0 } else { value(index.0, channel) }, "frame {index:?} channel {channel}");
        }
    }
}

#[test]
fn a_take_is_two_files_that_line_up_and_a_journal() {
    let mut rig = Rig::new(RECORD_TAP);
    write(&mut rig.inputs, 48_000, 960);
    rig.step();
    write(&mut rig.mix, 48_000, 720);
    rig.step();
    let files = rig.worker.finish();
    let names: Vec<_> = files.iter().map(|file| file.path.to_string_lossy().into_owned()).collect();
    assert!(names[0].ends_with("Manu – Pō/mix.wav") && names[1].ends_with("Manu – Pō/inputs.wav"), "{names:?}");
    assert_eq!(names[0].split_once("Manu").unwrap().0, names[1].split_once("Manu").unwrap().0);
    assert_eq!((files[0].frames, files[1].frames), (720, 960));
    assert_eq!((files[0].first_frame, files[1].first_frame), (FIRST, FIRST));
    holds_what_was_played(&rig.disk.samples("/mix.wav"), 2, &files[0]);
    holds_what_was_played(&rig.disk.samples("/inputs.wav"), CHANNELS, &files[1]);
    let journal = rig.disk.journal();
    assert!(matches!(&journal[0], Line::Take { show, .. } if show.artist == "Manu"));
    let ended = |line: &Line| matches!(line, Line::End { part: Part::Mix, frames: 720, sums: Some(_), .. });
    assert!(journal.iter().any(ended));
}

#[test]
fn without_sound_there_is_no_file() {
    let mut rig = Rig::new(RECORD_TAP);
    rig.step();
    assert_eq!(rig.worker.finish(), []);
    assert!(rig.disk.set(|disk| disk.files.is_empty()));
}

#[test]
fn a_device_gap_is_as_much_silence_and_told_in_status_event_and_journal() {
    let mut rig = Rig::new(RECORD_TAP);
    rig.play(48_000, 100);
    rig.mix.device_lost(GapCause::Away);
    rig.inputs.device_lost(GapCause::Away);
    rig.play(48_000 + 100 + 4_800, 50);
    rig.step();
    let gap = Gap { start: FrameIndex(48_100), frames: 4_800, cause: GapCause::Away, exact: false };
    assert!(rig.events().iter().any(|event| matches!(event, RecordEvent::Gap { gap: told, .. } if *told == gap)));
    let status = rig.board.told().status.clone();
    assert_eq!((status.frames_lost, status.frames_dropped), (4_800, 0));
    assert!(rig.disk.journal().contains(&Line::Gap { part: Part::Mix, gap }));
    let files = rig.worker.finish();
    assert_eq!(files[0].gaps, [gap]);
    holds_what_was_played(&rig.disk.samples("/mix.wav"), 2, &files[0]);
}
