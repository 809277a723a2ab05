//! What rolls, the ring that holds it, and the takes that begin with it, in virtual time.

use proptest::prelude::*;

use super::disk::{Op, after_power_cut};
use super::happenings::{Happening, happening};
use super::roll::{Reach, Roll};
use super::worker::Becoming;
use super::*;
use crate::limits::PRE_ROLL_SLICE;
use crate::takes::{self, repair, verify};

mod away;
mod beside;
mod pins;
mod ring;

/// What rolls, and then the take that it becomes.
pub(super) struct Tape {
    pub(super) disk: TestDisk,
    pub(super) board: Board,
    mix: TapWriter,
    inputs: TapWriter,
    pub(super) at: u64,
    layout: Layout,
    now: Duration,
    reach: Arc<Reach>,
    runs: Runs,
}

enum Runs {
    Rolls(Box<Roll>),
    Records(Box<Worker>),
    Changes,
}

impl Tape {
    pub(super) fn new(disk: &TestDisk, hold_s: u64, layout: Layout) -> Self {
        let (mix, mix_tap) = tap(2, RECORD_TAP, FIRST);
        let (inputs, inputs_tap) = tap(CHANNELS, RECORD_TAP, FIRST);
        let place = place(disk, vec![(Part::Mix, mix_tap), (Part::Inputs, inputs_tap)]);
        let (board, reach) = (Board::new(2), Arc::<Reach>::default());
        let plan = RollPlan { naming: Naming { layout, ..naming() }, place, hold: Duration::from_secs(hold_s) };
        let runs = Runs::Rolls(Box::new(Roll::open(plan, board.clone(), Arc::clone(&reach))));
        Self { disk: disk.clone(), board, mix, inputs, at: FIRST.0, layout, now: Duration::ZERO, reach, runs }
    }

    pub(super) fn play(&mut self, frames: u64) {
        write(&mut self.mix, self.at, frames);
        write(&mut self.inputs, self.at, frames);
        self.at += frames;
    }

    fn lose(&mut self, frames: u64, cause: Option<GapCause>) {
        if let Some(cause) = cause {
            self.mix.device_lost(cause);
            self.inputs.device_lost(cause);
        }
        self.at += frames;
    }

    pub(super) fn step(&mut self) {
        self.now += RECORD_POLL;
        match &mut self.runs {
            Runs::Rolls(roll) => roll.step(self.now),
            Runs::Records(worker) => worker.step(self.now),
            Runs::Changes => unreachable!("only while it changes"),
        }
    }

    fn happens(&mut self, happening: Happening) {
        match happening {
            Happening::Sound(frames) => self.play(frames),
            Happening::Loss(frames, cause) => self.lose(frames, cause),
            Happening::Steps(steps) => (0..steps).for_each(|_| self.step()),
            Happening::Refusals(refusals) => self.disk.set(|disk| disk.refusals = refusals),
            Happening::Bite(bite) => self.disk.set(|disk| disk.bite = bite),
        }
    }

    /// Record is pressed now, and is to begin so many frames ago; gives the frame that was asked for.
    pub(super) fn press(&mut self, ago: u64) -> FrameIndex {
        let from = FrameIndex(self.at.saturating_sub(ago));
        let Runs::Rolls(mut roll) = std::mem::replace(&mut self.runs, Runs::Changes) else { panic!("it rolls") };
        self.now += RECORD_POLL;
        roll.step(self.now);
        // As often as the thread tries it.
        let _ = (0..10).any(|_| roll.turn_over());
        self.board = Board::new(2);
        let (folder, board) = (PathBuf::from("takes"), self.board.clone());
        let naming = Naming { id: Uuid::from_u128(77), layout: self.layout, ..naming() };
        let names = vec![Vec::new(), ["Reo", "Kitā", "Pahū"].map(str::to_owned).to_vec()];
        self.runs = Runs::Records(Box::new(roll.become_a_take(Becoming { folder, naming, names, from, board })));
        from
    }

    /// A step towards the end, so long after the last one.
    pub(super) fn ends(&mut self, later: Duration) -> bool {
        self.now += later;
        let Runs::Records(worker) = &mut self.runs else { panic!("it records") };
        worker.ends(self.now)
    }

    pub(super) fn finish(&mut self) -> Vec<RecordedFile> {
        let Runs::Records(worker) = &mut self.runs else { panic!("it records") };
        worker.finish()
    }
}

/// A take of three seconds with a second before it, ended in order.
fn taken(layout: Layout) -> (Tape, FrameIndex, Vec<RecordedFile>) {
    let mut tape = Tape::new(&TestDisk::default(), 60, layout);
    for _ in 0..40 {
        tape.play(2_400);
        tape.step();
    }
    let from = tape.press(48_000);
    for _ in 0..40 {
        tape.play(2_400);
        tape.step();
    }
    let files = tape.finish();
    (tape, from, files)
}

/// The samples of a file of a [`TestDisk`].
fn samples(disk: &TestDisk, path: &Path) -> Vec<i32> {
    disk.samples(&path.to_string_lossy())
}

/// The one take that is no segment.
pub(super) fn take_folder(disk: &TestDisk) -> PathBuf {
    let folders = takes::folders(disk, Path::new("takes")).unwrap();
    assert_eq!(folders.len(), 1, "segments are not among the takes: {folders:?}");
    folders[0].clone()
}

#[test]
fn a_take_begins_before_record_was_pressed_to_the_frame_and_no_frame_is_missing_or_twice() {
    for layout in [Layout::Polywav, Layout::FilePerTrack] {
        let (tape, from, files) = taken(layout);
        assert_eq!(files.len(), if layout == Layout::Polywav { 2 } else { 4 });
        for file in &files {
            assert_eq!((file.first_frame, file.frames), (from, tape.at - from.0));
            assert_eq!(file.gaps, []);
        }
        holds_what_was_played(&samples(&tape.disk, &files[0].path), 2, &files[0]);
        let (_, findings) = verify::verify(&tape.disk, &take_folder(&tape.disk)).unwrap();
        assert_eq!(findings, []);
    }
}

#[test]
fn a_segment_of_the_ring_is_a_take_like_any_other() {
    let (tape, _, _) = taken(Layout::Polywav);
    let segments = takes::folders(&tape.disk, Path::new("takes/Rolling")).unwrap();
    assert!(!segments.is_empty());
    for segment in segments {
        assert_eq!(verify::verify(&tape.disk, &segment).unwrap().1, []);
        assert_eq!(repair::repair(&tape.disk, &segment).unwrap(), None);
    }
}

#[test]
fn record_from_now_on_begins_at_the_very_frame_although_older_sound_still_waits() {
    let mut tape = Tape::new(&TestDisk::default(), 60, Layout::Polywav);
    tape.play(30_000);
    tape.step();
    tape.play(1_000);
    let from = tape.press(0);
    tape.play(700);
    let files = tape.finish();
    assert_eq!((files[0].first_frame, files[0].frames), (from, 700));
    holds_what_was_played(&samples(&tape.disk, &files[0].path), 2, &files[0]);
}

#[test]
fn what_is_played_now_is_safe_before_the_pre_roll_is_copied() {
    let mut tape = Tape::new(&TestDisk::default(), 120, Layout::Polywav);
    let seconds = 3 * PRE_ROLL_SLICE / (48_000 * 3 * 3);
    for _ in 0..seconds {
        tape.play(48_000);
        tape.step();
    }
    assert_eq!(tape.reach.length(), Duration::from_secs(seconds));
    tape.press(u64::MAX);
    tape.play(4_800);
    tape.step();
    let folder = take_folder(&tape.disk);
    let take = takes::read(&tape.disk, &folder).unwrap();
    assert!(take.files.iter().all(|file| file.pre_roll.is_some() && file.first_frame == FIRST));
    let now = samples(&tape.disk, &take.files[0].path);
    let live = RecordedFile { path: PathBuf::new(), frames: 4_800, first_frame: FIRST, gaps: Vec::new() };
    let live = RecordedFile { first_frame: FIRST.plus(seconds * 48_000), ..live };
    holds_what_was_played(&now[now.len() - 9_600..], 2, &live);
    // Slice by slice, one a step, and more sound meanwhile.
    let mut steps = 0;
    while takes::read(&tape.disk, &folder).unwrap().files.iter().any(|file| file.pre_roll.is_some()) {
        tape.play(2_400);
        tape.step();
        steps += 1;
        assert!(steps < 100, "it is never copied");
    }
    assert!(steps >= 5, "{steps}");
    for file in tape.finish() {
        let channels = if file.path.ends_with("mix.wav") { 2 } else { CHANNELS };
        holds_what_was_played(&samples(&tape.disk, &file.path), channels, &file);
    }
    assert_eq!(verify::verify(&tape.disk, &folder).unwrap().1, []);
}

#[test]
fn an_end_that_is_asked_for_early_waits_for_the_pre_roll() {
    let mut tape = Tape::new(&TestDisk::default(), 120, Layout::Polywav);
    for _ in 0..60 {
        tape.play(48_000);
        tape.step();
    }
    tape.press(u64::MAX);
    let files = tape.finish();
    assert_eq!(files[0].frames, 60 * 48_000);
    holds_what_was_played(&samples(&tape.disk, &files[0].path), 2, &files[0]);
    assert_eq!(verify::verify(&tape.disk, &take_folder(&tape.disk)).unwrap().1, []);
}

#[test]
fn a_segment_that_is_gone_before_it_was_copied_is_a_gap_that_is_told() {
    let mut tape = Tape::new(&TestDisk::default(), 24, Layout::Polywav);
    for _ in 0..5 {
        tape.play(48_000);
        tape.step();
    }
    tape.press(u64::MAX);
    let gone = takes::folders(&tape.disk, Path::new("takes/Rolling")).unwrap().remove(1);
    tape.disk.set(|disk| disk.files.retain(|path, _| !path.starts_with(&gone)));
    tape.play(4_800);
    tape.step();
    let files = tape.finish();
    assert_eq!(files[0].gaps.len(), 1);
    assert_eq!(tape.board.told().status.frames_lost, files[0].gaps[0].frames);
    holds_what_was_played(&samples(&tape.disk, &files[0].path), 2, &files[0]);
    let (take, findings) = verify::verify(&tape.disk, &take_folder(&tape.disk)).unwrap();
    assert_eq!((findings, &take.files[0].gaps), (vec![], &files[0].gaps));
}

#[test]
fn a_performance_that_is_on_air_stands_in_the_journal_of_its_take() {
    let mut tape = Tape::new(&TestDisk::default(), 60, Layout::Polywav);
    tape.play(4_800);
    tape.press(4_800);
    let Runs::Records(worker) = &mut tape.runs else { panic!("it records") };
    worker.performs(Uuid::from_u128(5));
    tape.step();
    let Runs::Records(worker) = &mut tape.runs else { panic!("it records") };
    worker.performs(Uuid::from_u128(5));
    worker.performs(Uuid::from_u128(6));
    tape.finish();
    let take = takes::read(&tape.disk, &take_folder(&tape.disk)).unwrap();
    assert_eq!(take.performances, [Uuid::from_u128(5), Uuid::from_u128(6)]);
}

/// What the ring holds of a part without a break up to its end.
fn unbroken(disk: &TestDisk, part: Part) -> Option<(FrameIndex, FrameIndex)> {
    let segments = takes::folders(disk, Path::new("takes/Rolling")).unwrap();
    let spans = segments.iter().flat_map(|folder| takes::read(disk, folder).unwrap().files).filter_map(|file| {
        let frames = file.end.frames().filter(|frames| file.part == part && *frames > 0)?;
        Some((file.first_frame, file.first_frame.plus(frames)))
    });
    let mut spans: Vec<_> = spans.collect();
    spans.sort();
    spans.dedup();
    let (mut first, end) = spans.pop()?;
    while spans.last().is_some_and(|(_, end)| *end == first) {
        first = spans.pop()?.0;
    }
    Some((first, end))
}

/// The disk as a process that was killed after so many calls left it.
fn killed(log: &[Op]) -> TestDisk {
    TestDisk::holding(after_power_cut(log, &mut || true))
}

/// Mends what a crash left, and checks every frame of every take; gives the last frame that is there.
fn mended(disk: &TestDisk) -> Option<FrameIndex> {
    let _ = repair::repair_all(disk, Path::new("takes")).unwrap();
    let folder = takes::folders(disk, Path::new("takes")).unwrap().pop()?;
    let take = takes::read(disk, &folder).ok()?;
    assert!(!take.is_open(), "{take:?}");
    let ends = take.files.iter().map(|file| {
        let (frames, path) = (file.end.frames().unwrap(), file.path.clone());
        let told = RecordedFile { path, frames, first_frame: file.first_frame, gaps: file.gaps.clone() };
        holds_what_was_played(&samples(disk, &file.path), file.channels.into(), &told);
        file.first_frame.plus(frames)
    });
    let last = ends.min();
    // Who was killed before the first file was named left a take without sound, and that is said.
    let found = verify::verify(disk, &folder).unwrap().1;
    let without_sound = take.files.is_empty();
    assert!(
        found.iter().all(|one| without_sound && one.fault.code == key::FAULT_TAKES_NO_SOUND),
        "{found:?} of {take:?}"
    );
    last
}

#[test]
#[expect(clippy::print_stdout, reason = "figures for the proof")]
fn a_crash_at_any_call_costs_no_frame_of_the_pre_roll() {
    let mut tape = Tape::new(&TestDisk::default(), 24, Layout::Polywav);
    for _ in 0..120 {
        tape.play(2_400);
        tape.step();
    }
    let begun = tape.disk.set(|disk| disk.log.len());
    let from = tape.press(5 * 48_000);
    for _ in 0..12 {
        tape.play(2_400);
        tape.step();
    }
    tape.finish();
    let log = tape.disk.set(|disk| disk.log.clone());
    let named = |log: &[Op]| {
        let line =
            |op: &Op| matches!(op, Op::Write { bytes, .. } if String::from_utf8_lossy(bytes).contains("pre_roll"));
        log.iter().any(line)
    };
    let mut seen = 0;
    for cut in begun..=log.len() {
        let disk = killed(&log[..cut]);
        // Another life begins to roll before the take is mended, and has no room for the ring of before.
        let mut next = Tape::new(&disk, 2, Layout::Polywav);
        for _ in 0..60 {
            next.play(2_400);
            next.step();
        }
        let end = mended(&disk);
        if named(&log[..cut]) {
            seen += 1;
            let take = takes::read(&disk, &take_folder(&disk)).unwrap();
            assert!(take.files.iter().all(|file| file.first_frame == from && file.gaps.is_empty()), "{cut}: {take:?}");
            assert!(end.is_some_and(|end| end.since(from) >= 5 * 48_000), "{cut}: {end:?}");
        }
    }
    assert!(seen > 20, "{seen}");
    println!("figure pre-roll: takes whole after a kill at each of the {seen} calls that copy it");
}

/// At full length: a night on the stage.
fn cases() -> u32 {
    if std::env::var_os("KORERO_PROVE").is_some() { 2_000 } else { 48 }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn whatever_was_played_and_whenever_record_is_pressed_the_take_is_what_was_played(
        before in prop::collection::vec(happening(), 1..60),
        ago in prop_oneof![Just(0_u64), 0..48_000_u64, 0..400_000_u64, Just(u64::MAX)],
        after in prop::collection::vec(happening(), 0..20),
        hold in 2u64..8,
        crash in prop::option::of(0.0..1.0_f64),
        polywav in any::<bool>(),
    ) {
        let layout = if polywav { Layout::Polywav } else { Layout::FilePerTrack };
        let mut tape = Tape::new(&TestDisk::default(), hold, layout);
        before.into_iter().for_each(|happening| tape.happens(happening));
        tape.disk.set(|disk| disk.refusals.clear());
        let (begun, from) = (tape.disk.set(|disk| disk.log.len()), tape.press(ago));
        let rolled = [Part::Mix, Part::Inputs].map(|part| unbroken(&tape.disk, part));
        after.into_iter().for_each(|happening| tape.happens(happening));
        tape.disk.set(|disk| disk.refusals.clear());
        (0..30).for_each(|_| tape.step());
        tape.play(64);
        let files = tape.finish();
        for file in &files {
            let (channels, rolled) = match file.path.file_name().unwrap().to_str().unwrap() {
                "mix.wav" => (2, rolled[0]),
                "inputs.wav" => (CHANNELS, rolled[1]),
                _ => (1, rolled[1]),
            };
            prop_assert_eq!(file.first_frame.plus(file.frames), FrameIndex(tape.at));
            if channels > 1 {
                holds_what_was_played(&samples(&tape.disk, &file.path), channels, file);
            }
            match rolled {
                // Something was missing for longer than a segment lasts.
                Some((_, end)) if file.first_frame > end.max(from) => {}
                Some((first, _)) => prop_assert_eq!(file.first_frame, first.max(from)),
                None => {}
            }
        }
        let (_, findings) = verify::verify(&tape.disk, &take_folder(&tape.disk)).unwrap();
        prop_assert_eq!(findings, []);
        prop_assert!(ring::most(&tape.disk.set(|disk| disk.log[..begun].to_vec()), &Default::default()) <= hold * 48_000);
        if let Some(share) = crash.filter(|_| layout == Layout::Polywav) {
            let log = tape.disk.set(|disk| disk.log.clone());
            let cut = begun + ((log.len() - begun) as f64 * share) as usize;
            mended(&killed(&log[..cut]));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases() / 2))]

    #[test]
    fn a_disk_that_refuses_while_record_is_pressed_costs_what_is_told_and_no_more(
        before in prop::collection::vec(happening(), 1..30),
        ago in 0..100_000_u64,
        refusals in prop::collection::vec(prop_oneof![3 => Just(5), 1 => Just(0)], 0..40),
        hold in 2u64..5,
    ) {
        let mut tape = Tape::new(&TestDisk::default(), hold, Layout::Polywav);
        before.into_iter().for_each(|happening| tape.happens(happening));
        tape.disk.set(|disk| disk.refusals = refusals);
        let from = tape.press(ago);
        tape.play(480);
        tape.step();
        tape.disk.set(|disk| disk.refusals.clear());
        (0..30).for_each(|_| tape.step());
        tape.play(64);
        for file in tape.finish() {
            prop_assert!(file.first_frame >= from.min(FIRST));
            prop_assert_eq!(file.first_frame.plus(file.frames), FrameIndex(tape.at));
            let channels = if file.path.ends_with("mix.wav") { 2 } else { CHANNELS };
            holds_what_was_played(&samples(&tape.disk, &file.path), channels, &file);
        }
        let (_, findings) = verify::verify(&tape.disk, &take_folder(&tape.disk)).unwrap();
        prop_assert_eq!(findings, []);
    }
}

#[test]
fn what_rolls_becomes_the_recorder_with_its_thread() {
    let disk = TestDisk::default();
    let (mut writer, reader) = tap(2, RECORD_TAP, FIRST);
    let place = place(&disk, vec![(Part::Mix, reader)]);
    let mut rolling = roll(RollPlan { naming: naming(), place, hold: Duration::from_secs(60) }).unwrap();
    write(&mut writer, 48_000, 2_000);
    let begun = Instant::now();
    while rolling.reach() < Duration::from_micros(41_666) {
        assert!(begun.elapsed() < RECORD_STOP, "it never rolls");
        std::thread::park_timeout(Duration::from_millis(5));
    }
    assert!(rolling.is_well());
    let since = Since { rolling, from: FrameIndex(48_500), names: vec![Vec::new()] };
    let mut recorder = go_on(since, plan(&disk, None)).unwrap();
    write(&mut writer, 50_000, 1_000);
    let files = recorder.stop();
    assert_eq!((files[0].first_frame, files[0].frames), (FrameIndex(48_500), 2_500));
    holds_what_was_played(&samples(&disk, &files[0].path), 2, &files[0]);
    assert_eq!(recorder.take_events(), []);
}

#[test]
fn what_rolls_and_is_not_wanted_any_more_ends_its_segment() {
    let disk = TestDisk::default();
    let (mut writer, reader) = tap(2, RECORD_TAP, FIRST);
    let place = place(&disk, vec![(Part::Mix, reader)]);
    let mut rolling = roll(RollPlan { naming: naming(), place, hold: Duration::from_secs(60) }).unwrap();
    write(&mut writer, 48_000, 2_000);
    rolling.end();
    assert!(rolling.has_ended(RECORD_STOP));
    let segment = takes::folders(&disk, Path::new("takes/Rolling")).unwrap().remove(0);
    assert_eq!(takes::read(&disk, &segment).unwrap().length(), takes::seconds(2_000));
}

#[test]
fn a_disk_that_does_not_answer_is_not_well_so_that_a_recording_begins_without_it() {
    let disk = TestDisk::default();
    let (mut writer, reader) = tap(2, RECORD_TAP, FIRST);
    let place = place(&disk, vec![(Part::Mix, reader)]);
    disk.set(|disk| disk.stalled = true);
    let mut rolling = roll(RollPlan { naming: naming(), place, hold: Duration::from_secs(60) }).unwrap();
    write(&mut writer, 48_000, 2_000);
    let begun = Instant::now();
    while rolling.is_well() {
        assert!(begun.elapsed() < RECORD_STOP, "it is never noticed");
        std::thread::park_timeout(Duration::from_millis(20));
    }
    disk.set(|disk| disk.stalled = false);
    rolling.end();
    assert!(rolling.has_ended(RECORD_STOP));
}
