use std::path::Path;
use std::time::Duration;

use super::*;
use crate::engine::{self, Engine};
use crate::limits::RECORD_POLL;
use crate::record::tests::disk::TestDisk;
use crate::recording::Rolling;

/// Ends a test that hangs.
const HANG: Duration = Duration::from_secs(20);

/// A tape with its engine, which plays while it is waited for.
struct Rig {
    engine: Engine,
    handle: EngineHandle,
    tape: Tape,
    home: tempfile::TempDir,
}

impl Rig {
    fn new() -> Self {
        let (mut engine, handle) = engine::new(Uuid::now_v7());
        engine.begin(1_772_395_503_000_000_000);
        let mut rig = Self { engine, handle, tape: Tape::default(), home: tempfile::tempdir().unwrap() };
        rig.play();
        rig
    }

    fn play(&mut self) {
        self.engine.process(&[0.5; 2_048], 2);
    }

    fn record(&mut self) {
        let from = self.handle.position();
        self.tape.start(self.home.path().to_owned(), Show::default(), Recording::master(), from);
    }

    fn look(&mut self) -> Vec<Event> {
        let off = Rolling { hold_seconds: 0, pre_roll_seconds: 0 };
        let (folder, show, recording) = (Path::new(""), Show::default(), Recording::master());
        let wanted = Wanted { folder, show: &show, recording: &recording, rolling: off };
        self.tape.look(&mut self.handle, &Desk::default(), Some(2), wanted)
    }

    /// Everything that is told until something is.
    fn until(&mut self, what: impl Fn(&Event) -> bool) -> Vec<Event> {
        let (begun, mut told) = (Instant::now(), Vec::new());
        while !told.iter().any(&what) {
            assert!(begun.elapsed() < HANG, "it is never told: {told:?}");
            self.play();
            told.extend(self.look());
            std::thread::park_timeout(RECORD_POLL / 10);
        }
        told
    }
}

#[test]
fn while_a_take_still_ends_the_next_one_records_and_both_are_reported() {
    let (mut rig, disk) = (Rig::new(), TestDisk::default());
    disk.set(|disk| disk.stalled = true);
    let tap = rig.handle.open_tap(TapSource::Mix, RECORD_TAP).unwrap();
    let sources = vec![Source { part: Part::Mix, names: Vec::new(), tap }];
    let first = Place { folder: "takes".into(), disk: Arc::new(disk.clone()), sources };
    let (form, layout) = (Recording::master().form, Recording::master().layout);
    let epoch = rig.handle.epoch().unwrap();
    let take = Naming { id: Uuid::now_v7(), show: Show::default(), epoch, form, layout };
    rig.tape.recorder = Some(record::start(RecordPlan { take, first, second: None }).unwrap());
    (0..4).for_each(|_| rig.play());
    rig.tape.stop();
    rig.record();
    rig.until(|event| matches!(event, Event::RecordingStarted(_)));
    assert!(rig.tape.recorder.is_some() && rig.tape.ending.len() == 1, "the first one waits for its disk");
    rig.until(|event| *event == Event::Finishing(true));
    disk.set(|disk| disk.stalled = false);
    let told = rig.until(|event| *event == Event::TakeFinished);
    assert!(!told.contains(&Event::RecordingEnded), "{told:?}");
    assert!(rig.tape.recorder.is_some() && rig.tape.is_whole());
    let [file] = &rig.tape.recorded()[..] else { panic!("one file") };
    assert_eq!(file.frames, 4 * 1_024, "and nothing that was played after its end");
    assert_eq!(rig.tape.finish(), []);
    assert_eq!(rig.tape.recorded().len(), 1);
    assert_eq!(rig.tape.writes_into(), None);
}

#[test]
fn quitting_waits_for_a_take_that_ends_and_for_the_one_that_runs() {
    let mut rig = Rig::new();
    for _ in 0..2 {
        rig.record();
        rig.until(|event| matches!(event, Event::RecordingStarted(_)));
        rig.tape.stop();
    }
    rig.record();
    rig.until(|event| matches!(event, Event::RecordingStarted(_)));
    assert_eq!(rig.tape.finish(), []);
    assert_eq!(rig.tape.recorded().len(), 3);
    assert!(rig.tape.is_whole());
}

#[test]
fn a_recording_begins_by_itself_when_what_rolls_dies_under_it() {
    for late in [false, true] {
        let mut rig = Rig::new();
        let (rolling, life, _tells_end) = record::dying();
        let mut life = Some(life);
        rig.tape.rolls.is_rolling(rolling, rig.home.path(), &Recording::master(), 2);
        if !late {
            drop(life.take());
        }
        rig.record();
        let mut told = rig.look();
        drop(life.take());
        told.extend(rig.until(|event| matches!(event, Event::RecordingStarted(_))));
        let faults: Vec<_> =
            told.iter().filter_map(|e| if let Event::Trouble(f) = e { Some(f.code) } else { None }).collect();
        assert_eq!(faults, [key::FAULT_ROLL_DIED], "late: {late}");
        assert!(!told.contains(&Event::RecordingEnded));
        assert_eq!(rig.tape.finish(), []);
        assert!(rig.tape.is_whole());
    }
}
