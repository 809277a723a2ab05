//! The recorder's place on the stage: starts once sound has come, and keeps what was recorded.

use std::path::PathBuf;
use std::sync::Arc;

use crate::engine::{EngineHandle, TapSource};
use crate::fault::Fault;
use crate::limits::{MAX_INPUTS, RECORD_TAP};
use crate::record::{self, LocalDisk, RecordEvent, RecordPlan, RecordStatus, RecordedFile, Recorder};
use crate::session::event::Event;
use crate::show::Show;
use crate::timeline::Epoch;

/// What was asked for and waits for the first sound.
struct Wish {
    folder: PathBuf,
    show: Show,
    mix: bool,
    inputs: bool,
}

/// The recorder, when it runs or is wanted.
#[derive(Default)]
pub(super) struct Tape {
    wish: Option<Wish>,
    recorder: Option<Recorder>,
    begun: bool,
    recorded: Vec<RecordedFile>,
    /// Frames that recordings before this one dropped.
    dropped: u64,
    /// A recording ended in trouble.
    broken: bool,
}

impl Tape {
    /// Wants a recording from the first sound on.
    pub(super) fn start(&mut self, folder: PathBuf, show: Show, mix: bool, inputs: bool) {
        self.wish = Some(Wish { folder, show, mix, inputs });
    }

    /// Asks for the end of the files. Does not wait for the disk: [`Self::look`] tells [`Event::RecordingEnded`].
    pub(super) fn stop(&mut self) -> Option<Event> {
        self.wish = None;
        match &mut self.recorder {
            Some(recorder) => {
                recorder.end();
                None
            }
            None => Some(Event::RecordingEnded),
        }
    }

    /// Ends the files and waits for it; tells what was wrong with them.
    pub(super) fn finish(&mut self) -> Vec<Event> {
        self.wish = None;
        let Some(mut recorder) = self.recorder.take() else { return Vec::new() };
        let files = recorder.stop();
        self.keep(files, &recorder.status());
        troubles(&mut recorder).collect()
    }

    /// Starts what waits, and tells what the recorder says. `inputs` is what the running interface gives.
    pub(super) fn look(&mut self, engine: &mut EngineHandle, inputs: Option<u8>) -> Vec<Event> {
        let mut events = Vec::new();
        if let (Some(epoch), Some(inputs)) = (engine.epoch(), inputs)
            && let Some(wish) = self.wish.take()
            && let Err(fault) = self.begin(wish, engine, epoch, inputs)
        {
            events.extend([Event::Trouble(fault), Event::RecordingEnded]);
        }
        if let Some(mut recorder) = self.recorder.take() {
            // Asked first, so that nothing is told after the end.
            let ended = recorder.ended();
            let status = recorder.status();
            if !self.begun && !status.files.is_empty() {
                self.begun = true;
                events.push(Event::RecordingStarted(status.files.clone()));
            }
            events.push(Event::RecordingProgress { length: status.length, disk_left: status.disk_left });
            events.extend(troubles(&mut recorder));
            if let Some(files) = ended {
                self.keep(files, &status);
                events.push(Event::RecordingEnded);
            } else {
                self.recorder = Some(recorder);
            }
        }
        events
    }

    fn keep(&mut self, files: Vec<RecordedFile>, last: &RecordStatus) {
        self.recorded.extend(files);
        self.dropped += last.frames_dropped;
        self.broken |= last.in_trouble;
    }

    fn begin(&mut self, wish: Wish, engine: &mut EngineHandle, epoch: Epoch, inputs: u8) -> Result<(), Fault> {
        let channels = usize::from(inputs).min(MAX_INPUTS);
        let mix = wish.mix.then(|| engine.open_tap(TapSource::Mix, RECORD_TAP)).transpose()?;
        let dry = wish.inputs.then(|| engine.open_tap(TapSource::Inputs { channels }, RECORD_TAP)).transpose()?;
        let plan = RecordPlan { folder: wish.folder, show: wish.show, epoch, mix, inputs: dry };
        self.recorder = Some(record::start(plan, Arc::new(LocalDisk))?);
        self.begun = false;
        Ok(())
    }

    /// Frames that the recordings dropped because the disk was too slow; what the interface lost is not among them.
    pub(super) fn frames_dropped(&self) -> u64 {
        self.dropped + self.recorder.as_ref().map_or(0, |recorder| recorder.status().frames_dropped)
    }

    /// Whether everything that was to be recorded lies on the disk, up to what the interface lost.
    pub(super) fn is_whole(&self) -> bool {
        self.dropped == 0 && !self.broken
    }

    /// Every file that was finished.
    pub(super) fn recorded(&mut self) -> Vec<RecordedFile> {
        std::mem::take(&mut self.recorded)
    }
}

/// What is wrong with the disk, since the last look; each gap stands in the journal and in the finished file.
fn troubles(recorder: &mut Recorder) -> impl Iterator<Item = Event> {
    recorder.take_events().into_iter().filter_map(|event| match event {
        RecordEvent::Trouble(fault) => Some(Event::Trouble(fault)),
        RecordEvent::Gap { .. } | RecordEvent::Resumed => None,
    })
}
