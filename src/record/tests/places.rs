//! Two places: one stands by or mirrors, and whatever happens to the first, every frame lies in one of them.

use proptest::prelude::*;

use super::*;
use crate::limits::RECORD_STALL;

/// Two places and one clock.
struct Pair {
    first: Rig,
    second: Rig,
}

impl Pair {
    fn new(role: Role, holds: Duration) -> Self {
        let (first, mut second) = (Rig::new(holds), Rig::new(holds));
        if role == Role::StandsBy {
            second.worker = second.worker.stand_by(first.board.clone());
        }
        Self { first, second }
    }

    fn play(&mut self, at: u64, frames: u64) {
        self.first.play(at, frames);
        self.second.play(at, frames);
    }

    fn device_lost(&mut self, cause: GapCause) {
        for rig in [&mut self.first, &mut self.second] {
            rig.mix.device_lost(cause);
            rig.inputs.device_lost(cause);
        }
    }

    fn step(&mut self) {
        self.first.step();
        self.second.step();
    }

    /// The first disk holds its thread in a call.
    fn step_while_first_stalls(&mut self) {
        self.first.now += RECORD_POLL;
        self.second.step();
    }

    /// The first disk answers, and takes nothing in that time.
    fn step_while_first_crawls(&mut self) {
        self.first.board.pulse.beat();
        self.step_while_first_stalls();
    }

    fn finish(&mut self) -> (Vec<RecordedFile>, Vec<RecordedFile>) {
        let first = self.first.worker.finish();
        (first, self.second.worker.finish())
    }
}

/// Checks each file by itself, and that the first up to where it is safe and the second leave nothing out up to `end`.
fn together_hold_everything(pair: &Pair, files: &(Vec<RecordedFile>, Vec<RecordedFile>), end: u64) {
    for (name, channels) in [("/mix.wav", 2), ("/inputs.wav", CHANNELS)] {
        let named = |file: &&RecordedFile| file.path.to_string_lossy().ends_with(name);
        let first = files.0.iter().find(named);
        if let Some(first) = first {
            // A header that was written and not synced tells of more than is sure to be safe.
            let samples = pair.first.disk.samples(name);
            holds_what_was_played(&samples[..first.frames as usize * channels], channels, first);
        }
        let reached = first.map_or(FIRST, |file| file.first_frame.plus(file.frames));
        let Some(second) = files.1.iter().find(named) else {
            assert_eq!(reached.0, end, "{name}");
            continue;
        };
        holds_what_was_played(&pair.second.disk.samples(name), channels, second);
        assert!(second.first_frame <= reached, "{name}: {:?} behind {reached:?}", second.first_frame);
        assert_eq!(second.first_frame.plus(second.frames).0, end, "{name}");
    }
}

#[test]
fn while_the_first_place_is_well_the_second_writes_nothing() {
    let mut pair = Pair::new(Role::StandsBy, RECORD_TAP);
    for step in 0..400 {
        pair.play(48_000 + step * 2_400, 2_400);
        pair.step();
    }
    let files = pair.finish();
    assert!(files.1.is_empty() && pair.second.disk.set(|disk| disk.files.is_empty()));
    together_hold_everything(&pair, &files, 48_000 + 400 * 2_400);
}

#[test]
fn a_removed_or_full_disk_is_left_for_the_second_place_at_once_and_not_a_frame_is_lost() {
    // EIO, ENODEV, ENOSPC.
    for number in [5, 19, 28] {
        let mut pair = Pair::new(Role::StandsBy, RECORD_TAP);
        let mut at = 48_000;
        for step in 0..80 {
            if step == 33 {
                pair.first.disk.set(|disk| disk.broken = Some(number));
            }
            pair.play(at, 2_400);
            at += 2_400;
            pair.step();
            if step == 33 {
                assert_eq!(pair.first.troubles().len(), 1, "told in the step in which it happens");
                assert_eq!(pair.second.troubles(), [key::FAULT_RECORD_SECOND]);
            }
        }
        let files = pair.finish();
        together_hold_everything(&pair, &files, at);
        assert!(files.1.iter().all(|file| file.gaps.is_empty()));
        let safe = pair.first.board.pulse.safe(0).unwrap();
        assert_eq!(files.1[0].first_frame, safe, "it goes on where the first is safe");
        assert!(FrameIndex(48_000 + 34 * 2_400).since(safe) <= 24_000 + 2 * 2_400);
    }
}

#[test]
fn a_disk_that_stalls_for_three_seconds_is_helped_out_within_one_and_loses_nothing_itself() {
    let mut pair = Pair::new(Role::StandsBy, RECORD_TAP);
    let mut at = 48_000;
    let mut went_on = None;
    for step in 0..120u64 {
        pair.play(at, 2_400);
        at += 2_400;
        // 60 steps of 50 ms.
        if (20..80).contains(&step) {
            pair.step_while_first_stalls();
            if pair.second.troubles() == [key::FAULT_RECORD_SECOND] {
                went_on = Some((step - 19) * 50);
            }
        } else {
            pair.step();
        }
    }
    let after_ms = went_on.expect("the second goes on");
    assert!((RECORD_STALL.as_millis() as u64..1_000).contains(&after_ms), "{after_ms} ms");
    let files = pair.finish();
    together_hold_everything(&pair, &files, at);
    for file in files.0.iter().chain(&files.1) {
        assert_eq!(file.gaps, []);
        assert_eq!(file.first_frame.plus(file.frames).0, at);
    }
}

#[test]
fn a_disk_that_answers_and_is_too_slow_is_helped_out_before_anything_is_lost() {
    let mut pair = Pair::new(Role::StandsBy, RECORD_TAP);
    let mut at = 48_000;
    let mut went_on = None;
    // Twelve seconds: more than the ring of the first holds.
    for step in 0..260u64 {
        pair.play(at, 2_400);
        at += 2_400;
        if step < 20 {
            pair.step();
        } else {
            pair.step_while_first_crawls();
        }
        if pair.second.troubles() == [key::FAULT_RECORD_SECOND] {
            went_on = Some(step);
        }
    }
    let step = went_on.expect("the second goes on");
    assert!((100..=120).contains(&step), "five seconds behind what is safe: {step}");
    pair.step();
    pair.play(at, 64);
    let files = pair.finish();
    together_hold_everything(&pair, &files, at + 64);
    assert!(files.0.iter().all(|file| file.gaps.len() == 1) && files.1.iter().all(|file| file.gaps.is_empty()));
}

#[test]
fn a_place_that_ended_well_long_ago_makes_no_second_take() {
    let mut pair = Pair::new(Role::StandsBy, RECORD_TAP);
    for step in 0..30 {
        pair.play(48_000 + step * 2_400, 2_400);
        pair.step();
    }
    let first = pair.first.worker.finish();
    // The control thread is late: it is seconds before it asks the second to end.
    (0..60).for_each(|_| pair.step_while_first_stalls());
    let second = pair.second.worker.finish();
    assert!(second.is_empty() && pair.second.disk.set(|disk| disk.files.is_empty()));
    assert_eq!(pair.second.troubles(), []);
    together_hold_everything(&pair, &(first, second), 48_000 + 30 * 2_400);
}

#[test]
fn what_even_the_ring_of_the_second_place_could_not_hold_is_silence_to_the_frame() {
    let mut pair = Pair::new(Role::StandsBy, Duration::from_millis(400));
    let mut at = 48_000;
    for step in 0..80 {
        pair.play(at, 2_400);
        at += 2_400;
        if step < 20 { pair.step() } else { pair.step_while_first_stalls() }
    }
    let files = pair.finish();
    together_hold_everything(&pair, &files, at);
    let mix = &files.1[0];
    let [gap] = mix.gaps[..] else { panic!("one gap: {:?}", mix.gaps) };
    assert!(gap.exact && gap.cause == GapCause::Tap && gap.start > mix.first_frame);
    let lines = pair.second.disk.journal();
    assert!(lines.contains(&Line::Gap { part: Part::Mix, gap }));
}

#[test]
fn a_mirror_has_the_same_bits_and_goes_its_own_way_when_the_other_disk_is_full() {
    let mut pair = Pair::new(Role::Mirrors, RECORD_TAP);
    let mut at = 48_000;
    for step in 0..60 {
        if step == 30 {
            pair.first.disk.set(|disk| disk.room = Some(0));
        }
        pair.play(at, 2_400);
        at += 2_400;
        pair.step();
    }
    let files = pair.finish();
    together_hold_everything(&pair, &files, at);
    assert_eq!(files.1[0].first_frame, files.0[0].first_frame);
    assert_eq!(pair.second.troubles(), []);
    assert!(files.0[0].frames < files.1[0].frames);
}

/// What happens to the first disk.
#[derive(Clone, Debug)]
enum Fate {
    Plays(u32),
    Gap(u64),
    Refuses(Vec<i32>),
    Breaks(i32),
    Mends,
    Bites(Option<usize>),
    Stalls(u32),
    Crawls(u32),
}

fn fate() -> impl Strategy<Value = Fate> {
    let number = prop_oneof![3 => Just(0), 1 => Just(5), 1 => Just(28), 1 => Just(4)];
    prop_oneof![
        8 => (1u32..30).prop_map(Fate::Plays),
        1 => (1u64..9_000).prop_map(Fate::Gap),
        1 => prop::collection::vec(number, 1..12).prop_map(Fate::Refuses),
        1 => prop_oneof![Just(5), Just(19), Just(28)].prop_map(Fate::Breaks),
        1 => Just(Fate::Mends),
        1 => prop::option::of(1usize..5_000).prop_map(Fate::Bites),
        // Up to four seconds.
        1 => (1u32..80).prop_map(Fate::Stalls),
        // Up to ten seconds.
        1 => (1u32..200).prop_map(Fate::Crawls),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if std::env::var_os("KORERO_PROVE").is_some() { 1_000 } else { 24 }))]
    #[test]
    fn whatever_happens_to_the_first_disk_every_frame_lies_in_one_of_the_places(
        fates in prop::collection::vec(fate(), 1..30),
        mirrors: bool,
        holds_ms in prop_oneof![100u64..1_500, Just(10_000)],
    ) {
        let role = if mirrors { Role::Mirrors } else { Role::StandsBy };
        let mut pair = Pair::new(role, Duration::from_millis(holds_ms));
        let mut at = FIRST.0;
        for fate in fates {
            match fate {
                Fate::Plays(steps) => for _ in 0..steps {
                    pair.play(at, 2_400);
                    at += 2_400;
                    pair.step();
                },
                Fate::Stalls(steps) => for _ in 0..steps {
                    pair.play(at, 2_400);
                    at += 2_400;
                    pair.step_while_first_stalls();
                },
                Fate::Crawls(steps) => for _ in 0..steps {
                    pair.play(at, 2_400);
                    at += 2_400;
                    pair.step_while_first_crawls();
                },
                Fate::Gap(frames) => {
                    pair.device_lost(GapCause::Away);
                    at += frames;
                }
                Fate::Refuses(refusals) => pair.first.disk.set(|disk| disk.refusals = refusals),
                Fate::Breaks(number) => pair.first.disk.set(|disk| disk.broken = Some(number)),
                Fate::Mends => pair.first.disk.set(|disk| disk.broken = None),
                Fate::Bites(bite) => pair.first.disk.set(|disk| disk.bite = bite),
            }
        }
        pair.step();
        // A last sound that both rings have room for.
        pair.play(at, 64);
        at += 64;
        let files = pair.finish();
        together_hold_everything(&pair, &files, at);
        // Rings of ten seconds outlast everything here: only what the device lost is a gap in the place that is well.
        if holds_ms == 10_000 {
            let gaps = files.1.iter().flat_map(|file| &file.gaps);
            prop_assert!(gaps.into_iter().all(|gap| gap.cause == GapCause::Away));
        }
    }
}
