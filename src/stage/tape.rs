//! The recorder's place on the stage: starts once sound has come, and keeps what was recorded.

use std::path::PathBuf;
use std::sync::Arc;

use crate::engine::{EngineHandle, TapSource};
use crate::fault::Fault;
use crate::limits::{MAX_INPUTS, RECORD_TAP};
use crate::record::{self, LocalDisk, RecordEvent, RecordPlan, RecordedFile, Recorder};
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
}

impl Tape {
    /// Wants a recording from the first sound on.
    pub(super) fn start(&mut self, folder: PathBuf, show: Show, mix: bool, inputs: bool) {
        self.wish = Some(Wish { folder, show, mix, inputs });
    }

    /// Finishes the files.
    pub(super) fn stop(&mut self) {
        self.wish = None;
        if let Some(recorder) = self.recorder.take() {
            self.recorded.extend(recorder.stop());
        }
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
        if let Some(recorder) = &mut self.recorder {
            let status = recorder.status();
            if !self.begun && !status.files.is_empty() {
                self.begun = true;
                events.push(Event::RecordingStarted(status.files));
            }
            events.push(Event::RecordingProgress { length: status.length, disk_left: status.disk_left });
            events.extend(recorder.take_events().into_iter().filter_map(|event| match event {
                RecordEvent::Trouble(fault) => Some(Event::Trouble(fault)),
                RecordEvent::Gap { .. } | RecordEvent::Resumed => None,
            }));
        }
        events
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

    /// Frames that the running recording lost; device gaps are part of it.
    pub(super) fn frames_lost(&self) -> u64 {
        self.recorder.as_ref().map_or(0, |recorder| recorder.status().frames_lost)
    }

    /// Every file that was finished.
    pub(super) fn recorded(&mut self) -> Vec<RecordedFile> {
        std::mem::take(&mut self.recorded)
    }
}
