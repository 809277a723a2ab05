//! The ring keeps within its limit, leaves takes their room, and deletes nothing that is not its own.

use super::*;
use crate::limits::ROLL_SEGMENTS;
use crate::record::names::TakeFolder;
use crate::record::wav::HEADER;

/// A take that somebody moved into the folder of the ring.
const KEPT: &str = "takes/Rolling/2020-01-01 00.00.00 kept";

/// Frames of the ring, by the lengths of its files: of each segment's longest part.
fn ring_frames<'a>(lengths: impl Iterator<Item = (&'a PathBuf, u64)>) -> u64 {
    let mut segments = std::collections::BTreeMap::<&Path, u64>::new();
    let rolled = |path: &Path| path.starts_with("takes/Rolling") && !path.starts_with(KEPT);
    for (path, length) in lengths.filter(|(path, _)| rolled(path)) {
        let channels = if path.ends_with("mix.wav") { 2 } else { CHANNELS as u64 };
        if path.extension().is_some_and(|ending| ending == "wav") {
            let frames = segments.entry(path.parent().unwrap()).or_default();
            *frames = (*frames).max(length.saturating_sub(HEADER) / (channels * 3));
        }
    }
    segments.values().sum()
}

/// The most that the ring ever held, call by call.
pub(super) fn most(log: &[Op], before: &std::collections::BTreeMap<PathBuf, Vec<u8>>) -> u64 {
    let mut lengths: std::collections::BTreeMap<PathBuf, u64> =
        before.iter().map(|(path, bytes)| (path.clone(), bytes.len() as u64)).collect();
    let mut most = 0;
    for op in log {
        match op {
            Op::Create(path) => drop(lengths.insert(path.clone(), 0)),
            Op::Write { path, at, bytes } => {
                let length = lengths.get_mut(path).unwrap();
                *length = (*length).max(at + bytes.len() as u64);
            }
            Op::SetLength { path, length } => drop(lengths.insert(path.clone(), *length)),
            Op::Remove(path) => drop(lengths.remove(path)),
            Op::Sync(_) => continue,
        }
        most = most.max(ring_frames(lengths.iter().map(|(path, length)| (path, *length))));
    }
    most
}

/// What is none of ours, and a take of ours, in the ring's own folder.
fn strangers(disk: &TestDisk) -> Vec<(PathBuf, Vec<u8>)> {
    let take = recorded(Layout::Polywav, SampleForm::Pcm24).set(|disk| disk.files.clone());
    let moved = take.into_iter().map(|(path, bytes)| (Path::new(KEPT).join(path.file_name().unwrap()), bytes));
    let mut all: Vec<_> = moved.collect();
    all.push((PathBuf::from("takes/Rolling/notes.txt"), b"mine".to_vec()));
    all.push((PathBuf::from("takes/Rolling/2019 empty").join(TakeFolder::JOURNAL), Vec::new()));
    disk.set(|disk| disk.files.extend(all.iter().cloned()));
    all
}

#[test]
#[expect(clippy::print_stdout, reason = "figures for the proof")]
fn the_ring_never_grows_past_its_limit_and_deletes_nothing_but_its_own_segments() {
    let disk = TestDisk::default();
    let kept = strangers(&disk);
    let hold = 5;
    for life in 0..3 {
        let before = disk.set(|disk| {
            disk.log.clear();
            disk.files.clone()
        });
        let mut tape = Tape::new(&disk, hold, Layout::Polywav);
        for step in 0..300_u64 {
            tape.play(2_400);
            if step % 50 == 17 {
                // Longer than a segment.
                tape.lose(20_000, Some(GapCause::Away));
            }
            if step % 90 == 40 {
                let segment = takes::folders(&disk, Path::new("takes/Rolling")).unwrap().pop().unwrap();
                disk.set(|disk| disk.files.insert(segment.join("drawing.png"), b"mine".to_vec()));
            }
            tape.step();
        }
        let log = disk.set(|disk| std::mem::take(&mut disk.log));
        assert!(log.iter().any(|op| matches!(op, Op::Remove(_))));
        let most = most(&log, &before);
        assert!(most <= hold * 48_000, "life {life}: {most}");
        println!("figure pre-roll: most frames in the ring at any call = {most} (<= {})", hold * 48_000);
        assert!(most > hold * 48_000 * (ROLL_SEGMENTS - 2) / ROLL_SEGMENTS, "life {life}: {most}");
        // It ends by a crash.
    }
    for (path, bytes) in kept {
        assert_eq!(disk.set(|disk| disk.files.get(&path).cloned()), Some(bytes), "{path:?}");
    }
    let drawings = disk.set(|disk| disk.files.keys().filter(|path| path.ends_with("drawing.png")).count());
    assert_eq!(drawings, 3 * 3, "what somebody put beside a segment stays");
}

#[test]
fn a_limit_that_was_made_smaller_holds_at_once() {
    let disk = TestDisk::default();
    for hold in [20, 4] {
        let mut tape = Tape::new(&disk, hold, Layout::Polywav);
        for _ in 0..hold * 30 {
            tape.play(2_400);
            tape.step();
        }
        let held = disk.set(|disk| ring_frames(disk.files.iter().map(|(path, bytes)| (path, bytes.len() as u64))));
        assert!(held <= hold * 48_000, "{held}");
    }
}

#[test]
fn what_takes_need_of_the_disk_is_not_taken_by_what_rolls() {
    let disk = TestDisk::default();
    let enough = 30 * 60 * 48_000 * 15;
    disk.set(|disk| disk.room = Some(enough + 6_000_000));
    let mut tape = Tape::new(&disk, 3_600, Layout::Polywav);
    for _ in 0..400 {
        tape.play(2_400);
        tape.step();
    }
    let paused = |event: &RecordEvent| matches!(event, RecordEvent::Trouble(f) if f.code == key::FAULT_ROLL_PAUSED);
    let told = |tape: &Tape| tape.board.told().events.drain(..).filter(|event| paused(event)).count();
    assert_eq!(told(&tape), 1, "once");
    let used = disk.set(|disk| disk.files.values().map(Vec::len).sum::<usize>());
    assert!(used < 7_000_000, "{used}");
    // There is room again: it goes on, and nothing of before the pause is taken for what was just played.
    disk.set(|disk| disk.room = None);
    for _ in 0..40 {
        tape.play(2_400);
        tape.step();
    }
    assert_eq!(told(&tape), 0);
    let back = tape.reach.length();
    assert!(back > Duration::from_secs(1) && back <= Duration::from_secs(2), "{back:?}");
}
