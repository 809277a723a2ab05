//! The recorder in virtual time, over a disk in memory that refuses on command.

use std::sync::Arc;

use proptest::prelude::*;
use uuid::Uuid;

use super::journal::Line;
use super::*;
use crate::engine::tap::{TapReader, TapWriter, tap};
use crate::limits::RECORD_TAP;
use crate::recording::{Layout, Marker, SampleForm};
use crate::show::Show;
use crate::timeline::{Epoch, GapCause};
use disk::TestDisk;

mod cost;
pub(crate) mod disk;
mod ending;
mod places;
mod power;
mod preroll;
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

/// The frames and the labels of a file's cues, by its chunks.
fn cues(bytes: &[u8]) -> Vec<(u32, String)> {
    let (mut at, mut points, mut labels) = (12, Vec::new(), Vec::new());
    let u32_at = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    while &bytes[at..at + 4] != b"data" {
        let size = u32_at(at + 4) as usize;
        match &bytes[at..at + 4] {
            b"cue " => points = (0..u32_at(at + 8) as usize).map(|nth| u32_at(at + 12 + 24 * nth + 20)).collect(),
            b"LIST" => {
                let mut label = at + 12;
                while label < at + 8 + size {
                    let length = u32_at(label + 4) as usize;
                    labels.push(String::from_utf8(bytes[label + 12..label + 8 + length - 1].to_vec()).unwrap());
                    label += 8 + length.next_multiple_of(2);
                }
            }
            _ => {}
        }
        at += 8 + size.next_multiple_of(2);
    }
    points.into_iter().zip(labels).collect()
}

#[test]
fn what_was_marked_stands_in_the_journal_at_once_and_in_every_file_at_its_frame() {
    for layout in [Layout::Polywav, Layout::FilePerTrack] {
        let mut rig = Rig::with(RECORD_TAP, layout, SampleForm::Float32);
        let mark = |rig: &mut Rig, at, label: &str| {
            rig.worker.mark(Marker { at: FrameIndex(at), label: label.to_owned() });
        };
        mark(&mut rig, 48_000, "Tīmata");
        rig.play(48_000, 2_400);
        rig.step();
        mark(&mut rig, 49_234, "Pō");
        rig.step();
        let marks = rig.disk.journal().iter().filter(|line| matches!(line, Line::Marker(_))).count();
        assert_eq!(marks, 2);
        rig.play(50_400, 2_400);
        mark(&mut rig, 99_000, "after the end");
        for file in rig.worker.finish() {
            let bytes = rig.disk.file(&file.path.to_string_lossy()).unwrap();
            assert_eq!(cues(&bytes), [(0, "Tīmata".to_owned()), (1_234, "Pō".to_owned())]);
        }
    }
}

#[test]
fn a_take_that_was_mended_has_its_marks() {
    let mut rig = Rig::new(RECORD_TAP);
    for step in 0..20 {
        rig.play(48_000 + step * 2_400, 2_400);
        rig.step();
    }
    rig.worker.mark(Marker { at: FrameIndex(60_000), label: "Pō".to_owned() });
    (0..20).for_each(|_| rig.step());
    let folder = crate::takes::folders(&rig.disk, Path::new("takes")).unwrap().pop().unwrap();
    let repaired = crate::takes::repair::repair(&rig.disk, &folder).unwrap().expect("it was interrupted");
    assert_eq!(repaired.take.markers.len(), 1);
    let bytes = rig.disk.file("/mix.wav").unwrap();
    assert_eq!(cues(&bytes), [(12_000, "Pō".to_owned())]);
    let (_, findings) = crate::takes::verify::verify(&rig.disk, &folder).unwrap();
    assert_eq!(findings, []);
    assert_eq!(rig.disk.samples("/mix.wav").len(), 2 * 48_000);
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

#[test]
fn every_half_second_the_file_on_disk_is_whole_up_to_there() {
    let mut rig = Rig::new(RECORD_TAP);
    for step in 0..40 {
        rig.play(48_000 + step * 2_400, 2_400);
        rig.step();
        // The header is never older than one interval and one step.
        let safe = rig.disk.samples("/mix.wav").len() as u64 / 2;
        let played = (step + 1) * 2_400;
        assert!(played - safe <= 24_000 + 2_400, "{safe} of {played}");
        assert!(safe.is_multiple_of(2_400));
    }
}

#[test]
fn a_power_cut_finds_no_header_that_tells_of_sound_that_is_not_there() {
    let mut rig = Rig::new(RECORD_TAP);
    for step in 0..60 {
        rig.play(48_000 + step * 2_400, 2_400);
        // Every third call or so is refused: the order must hold then too.
        rig.disk.set(|disk| disk.refusals = (0..step % 7).map(|nth| if nth % 3 == 2 { 5 } else { 0 }).collect());
        rig.step();
    }
    rig.worker.finish();
    let promises = rig.disk.set(|disk| disk::promises(&disk.log));
    assert!(promises.len() > 10);
    assert!(promises.iter().all(|(told, durable)| told <= durable), "{promises:?}");
}

#[test]
fn a_disk_that_is_full_is_told_once_and_goes_on_when_there_is_room() {
    let mut rig = Rig::new(Duration::from_secs(2));
    rig.disk.set(|disk| disk.room = Some(240_000));
    let mut at = 48_000;
    let mut play = |rig: &mut Rig, steps: u64| {
        for _ in 0..steps {
            rig.play(at, 2_400);
            at += 2_400;
            rig.step();
        }
    };
    play(&mut rig, 20);
    let troubles = rig.troubles();
    assert_eq!(troubles.iter().filter(|code| **code == key::FAULT_RECORD_FULL).count(), 1, "{troubles:?}");
    // What was written is whole.
    assert!(!rig.disk.samples("/mix.wav").is_empty());
    rig.disk.set(|disk| disk.room = None);
    play(&mut rig, 60);
    assert!(rig.events().contains(&RecordEvent::Resumed));
    let files = rig.worker.finish();
    assert!(!rig.board.told().status.in_trouble);
    // A second of trouble fits into the taps: nothing was lost.
    assert_eq!((files[0].frames, files[0].gaps.len()), (80 * 2_400, 0));
    holds_what_was_played(&rig.disk.samples("/mix.wav"), 2, &files[0]);
    holds_what_was_played(&rig.disk.samples("/inputs.wav"), CHANNELS, &files[1]);
}

#[test]
fn a_name_that_somebody_took_meanwhile_is_left_to_them_and_the_next_one_is_ours() {
    let at = names::WallTime::local(naming().epoch.utc_ns(FIRST));
    let taken = Path::new("takes").join(names::stem(at, &naming().show));
    for theirs in ["take.jsonl", "recording.lock"] {
        let mut rig = Rig::new(RECORD_TAP);
        rig.disk.set(|disk| {
            disk.files.insert(taken.join(theirs), b"theirs".to_vec());
            disk.blind = true;
        });
        rig.play(48_000, 960);
        rig.step();
        let files = rig.worker.finish();
        assert_eq!(rig.troubles(), []);
        assert!(files[0].path.to_string_lossy().ends_with("Manu – Pō (2)/mix.wav"), "{}", files[0].path.display());
        let of_taken = rig.disk.set(|disk| disk.files.keys().filter(|path| path.starts_with(&taken)).count());
        assert_eq!((of_taken, rig.disk.file(theirs)), (1, Some(b"theirs".to_vec())));
    }
}

#[test]
fn a_file_whose_name_is_taken_gets_the_next_free_one_and_the_journal_tells_it() {
    let at = names::WallTime::local(naming().epoch.utc_ns(FIRST));
    let folder = Path::new("takes").join(names::stem(at, &naming().show));
    let mut rig = Rig::new(RECORD_TAP);
    rig.disk.set(|disk| {
        for name in ["mix.wav", "mix (2).wav"] {
            disk.files.insert(folder.join(name), b"theirs".to_vec());
        }
        disk.blind = true;
    });
    rig.play(48_000, 960);
    (0..12).for_each(|_| rig.step());
    let files = rig.worker.finish();
    assert_eq!(rig.troubles(), []);
    assert_eq!(files[0].path, folder.join("mix (3).wav"));
    holds_what_was_played(&rig.disk.samples("/mix (3).wav"), 2, &files[0]);
    assert_eq!([rig.disk.file("/mix.wav"), rig.disk.file("/mix (2).wav")], [(); 2].map(|()| Some(b"theirs".to_vec())));
    assert_eq!(crate::takes::verify::verify(&rig.disk, &folder).unwrap().1, []);
}

#[test]
fn a_take_is_claimed_while_it_is_recorded_and_not_after_its_end() {
    let mut rig = Rig::new(RECORD_TAP);
    let mut counts = std::collections::BTreeSet::new();
    for step in 0..60 {
        rig.play(48_000 + step * 2_400, 2_400);
        rig.step();
        counts.insert(rig.disk.file("/recording.lock").expect("it is there from the beginning on"));
    }
    assert!(counts.len() >= 6, "it shows every half second that it lives: {counts:?}");
    rig.worker.finish();
    assert_eq!(rig.disk.file("/recording.lock"), None);
}

#[test]
fn what_a_disk_lost_when_it_could_not_make_it_safe_is_written_again_before_it_is_believed() {
    let mut rig = Rig::new(RECORD_TAP);
    rig.disk.set(|disk| disk.forgetful = true);
    for step in 0..120 {
        rig.play(48_000 + step * 2_400, 2_400);
        // Any call of a round is refused once: syncs of sound, of headers and of the journal among them.
        rig.disk.set(|disk| disk.refusals = if step % 10 == 9 { vec![5; 1 + step as usize % 3] } else { Vec::new() });
        rig.disk.set(|disk| disk.refusals.extend(vec![0; step as usize / 10]));
        rig.step();
    }
    rig.disk.set(|disk| disk.refusals.clear());
    let files = rig.worker.finish();
    assert!(files.iter().all(|file| file.frames == 120 * 2_400 && file.gaps.is_empty()));
    holds_what_was_played(&rig.disk.samples("/mix.wav"), 2, &files[0]);
    holds_what_was_played(&rig.disk.samples("/inputs.wav"), CHANNELS, &files[1]);
    assert!(rig.troubles().contains(&key::FAULT_RECORD_DISK), "no refusal met a call");
    let folder = crate::takes::folders(&rig.disk, Path::new("takes")).unwrap().pop().unwrap();
    assert_eq!(crate::takes::verify::verify(&rig.disk, &folder).unwrap().1, []);
}

#[test]
fn a_part_in_trouble_does_not_hold_up_the_other() {
    let mut rig = Rig::new(RECORD_TAP);
    rig.disk.set(|disk| disk.bad = Some("/mix.wav"));
    for step in 0..40 {
        rig.play(48_000 + step * 2_400, 2_400);
        rig.step();
    }
    assert!(rig.disk.samples("/inputs.wav").len() >= 70_000 * CHANNELS);
    rig.disk.set(|disk| disk.bad = None);
    let files = rig.worker.finish();
    assert_eq!((files[0].frames, files[0].gaps.len()), (40 * 2_400, 0));
    holds_what_was_played(&rig.disk.samples("/mix.wav"), 2, &files[0]);
}

#[test]
fn a_disk_that_stays_full_leaves_valid_files() {
    let mut rig = Rig::new(Duration::from_secs(2));
    rig.disk.set(|disk| disk.room = Some(600_000));
    for step in 0..100 {
        rig.play(48_000 + step * 2_400, 2_400);
        rig.step();
    }
    let files = rig.worker.finish();
    assert!(rig.board.told().status.in_trouble, "the end of it is not on the disk");
    assert!(files[0].frames > 0);
    holds_what_was_played(&rig.disk.samples("/mix.wav"), 2, &files[0]);
    holds_what_was_played(&rig.disk.samples("/inputs.wav"), CHANNELS, &files[1]);
}

#[test]
fn a_disk_that_stalls_longer_than_the_tap_holds_costs_exactly_what_is_told() {
    let mut rig = Rig::new(Duration::from_millis(500));
    rig.play(48_000, 2_400);
    rig.step();
    // No step: the thread hangs in a write for two seconds.
    for block in 1..40 {
        rig.play(48_000 + block * 2_400, 2_400);
    }
    rig.step();
    rig.play(48_000 + 40 * 2_400, 2_400);
    let files = rig.worker.finish();
    assert_eq!((files[1].frames, files[1].gaps.len()), (41 * 2_400, 1));
    assert!(files[1].gaps[0].exact && files[1].gaps[0].cause == GapCause::Tap);
    assert_eq!(rig.board.told().status.frames_dropped, files[1].gaps[0].frames);
    assert_eq!(rig.troubles(), [key::FAULT_RECORD_SLOW; 2], "once for each file");
    holds_what_was_played(&rig.disk.samples("/inputs.wav"), CHANNELS, &files[1]);
}

#[test]
fn the_artist_is_warned_once_before_the_disk_is_full() {
    let mut rig = Rig::new(RECORD_TAP);
    rig.disk.set(|disk| disk.room = Some(90 * 48_000 * 3 * 5 + 131_072));
    for step in 0..30 {
        rig.play(48_000 + step * 2_400, 2_400);
        rig.step();
    }
    assert_eq!(rig.troubles(), [key::FAULT_RECORD_LOW]);
    let left = rig.board.told().status.disk_left.expect("known");
    assert!((Duration::from_secs(87)..Duration::from_secs(90)).contains(&left), "{left:?}");
}

/// What happens between engine and disk.
#[derive(Clone, Debug)]
enum Happening {
    Sound(u64),
    Loss(u64, Option<GapCause>),
    Steps(u32),
    Refusals(Vec<i32>),
    Bite(Option<usize>),
}

fn happening() -> impl Strategy<Value = Happening> {
    let cause = prop_oneof![Just(None), Just(Some(GapCause::Device)), Just(Some(GapCause::Away))];
    // EIO, ENOSPC and an interrupted call, between calls that pass.
    let refusal = prop_oneof![4 => Just(0), 1 => Just(5), 1 => Just(28), 1 => Just(4)];
    prop_oneof![
        6 => (1u64..3_000).prop_map(Happening::Sound),
        2 => (1u64..9_000, cause).prop_map(|(frames, cause)| Happening::Loss(frames, cause)),
        6 => (1u32..12).prop_map(Happening::Steps),
        1 => prop::collection::vec(refusal, 1..12).prop_map(Happening::Refusals),
        1 => prop::option::of(1usize..5_000).prop_map(Happening::Bite),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn any_sound_any_loss_any_disk_gives_every_frame_at_its_place(
        happenings in prop::collection::vec(happening(), 1..80),
        holds_ms in 50u64..2_000,
    ) {
        let mut rig = Rig::new(Duration::from_millis(holds_ms));
        rig.disk.set(|disk| disk.forgetful = true);
        let mut at = FIRST.0;
        for happening in happenings {
            match happening {
                Happening::Sound(frames) => {
                    rig.play(at, frames);
                    at += frames;
                }
                Happening::Loss(frames, cause) => {
                    at += frames;
                    if let Some(cause) = cause {
                        rig.mix.device_lost(cause);
                        rig.inputs.device_lost(cause);
                    }
                }
                Happening::Steps(steps) => (0..steps).for_each(|_| rig.step()),
                Happening::Refusals(refusals) => rig.disk.set(|disk| disk.refusals = refusals),
                Happening::Bite(bite) => rig.disk.set(|disk| disk.bite = bite),
            }
        }
        rig.disk.set(|disk| disk.refusals.clear());
        // The disk is well again: everything that waited in memory is written, then a last sound that always fits.
        (0..40).for_each(|_| rig.step());
        write(&mut rig.mix, at, 64);
        write(&mut rig.inputs, at, 64);
        let files = rig.worker.finish();
        prop_assert_eq!(files.len(), 2);
        for (file, channels, ending) in [(&files[0], 2, "/mix.wav"), (&files[1], CHANNELS, "/inputs.wav")] {
            prop_assert_eq!(file.first_frame.plus(file.frames), FrameIndex(at + 64));
            holds_what_was_played(&rig.disk.samples(ending), channels, file);
        }
        let journal = rig.disk.journal();
        for gap in &files[1].gaps {
            let told = Line::Gap { part: Part::Inputs, gap: *gap };
            prop_assert_eq!(journal.iter().filter(|line| **line == told).count(), 1);
        }
    }
}
