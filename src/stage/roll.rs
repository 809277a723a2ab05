//! What rolls while nothing is recorded: begun when sound comes, begun anew when something else is chosen, and given to the
//! recorder when Record is pressed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use korero_sentences::key;
use uuid::Uuid;

use super::tape::sources;
use crate::desk::Desk;
use crate::engine::EngineHandle;
use crate::fault::Fault;
use crate::record::{self, LocalDisk, Naming, Place, RecordEvent, RollPlan, Rolling};
use crate::recording::{self, Recording};
use crate::session::event::Event;
use crate::show::Show;

/// What is chosen now.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) folder: &'a Path,
    pub(super) show: &'a Show,
    pub(super) recording: &'a Recording,
    pub(super) rolling: recording::Rolling,
}

/// What rolls, or was tried.
#[derive(PartialEq, Debug)]
struct Spec {
    folder: PathBuf,
    recording: Recording,
    inputs: u8,
    hold: Duration,
}

impl Spec {
    fn is(&self, folder: &Path, recording: &Recording, inputs: u8) -> bool {
        let same_form = (self.recording.form, self.recording.layout) == (recording.form, recording.layout);
        let parts = |of: &Recording| (of.mix || !of.has_any(), of.inputs, of.groups, of.cues);
        self.folder == folder && self.inputs == inputs && same_form && parts(&self.recording) == parts(recording)
    }
}

/// What rolls now, and what was asked to end.
#[derive(Default)]
pub(super) struct Rolls {
    now: Option<Rolling>,
    /// What it is; stays when it could not be begun, so that it is not tried again and again.
    spec: Option<Spec>,
    /// Holds its taps until its disk answers; nothing else rolls meanwhile.
    leaving: Option<Rolling>,
    troubled: bool,
}

impl Rolls {
    /// Begins to roll what is wanted, unless it rolls already.
    ///
    /// # Errors
    /// No tap, or no thread; told once.
    pub(super) fn start(
        &mut self,
        wanted: Wanted<'_>,
        engine: &mut EngineHandle,
        desk: &Desk,
        inputs: u8,
    ) -> Result<(), Fault> {
        let Wanted { folder, show, recording, rolling } = wanted;
        let hold = rolling.hold();
        if self.spec.as_ref().is_some_and(|spec| spec.hold == hold && spec.is(folder, recording, inputs)) {
            return Ok(());
        }
        self.leave();
        if self.leaving.is_some() {
            return Ok(());
        }
        let Some(epoch) = engine.epoch() else { return Ok(()) };
        let recording = Recording { mix: recording.mix || !recording.has_any(), ..recording.clone() };
        let (form, layout) = (recording.form, recording.layout);
        self.spec = Some(Spec { folder: folder.to_owned(), recording: recording.clone(), inputs, hold });
        if hold.is_zero() || folder.as_os_str().is_empty() {
            return Ok(());
        }
        let sources = sources(&recording, engine, desk, inputs)?;
        let naming = Naming { id: Uuid::now_v7(), show: show.clone(), epoch, form, layout };
        let place = Place { folder: folder.to_owned(), disk: Arc::new(LocalDisk), sources };
        self.now = Some(record::roll(RollPlan { naming, place, hold })?);
        Ok(())
    }

    /// What rolls, to become a take of these parts; `None` when nothing fits, it has only just begun or its disk is in
    /// trouble. Nothing rolls then.
    pub(super) fn take(&mut self, folder: &Path, recording: &Recording, inputs: u8) -> Option<Rolling> {
        let fits = self.spec.as_ref().is_some_and(|spec| spec.is(folder, recording, inputs));
        if fits && self.now.as_mut().is_some_and(Rolling::is_ready) {
            self.spec = None;
            return self.now.take();
        }
        self.leave();
        None
    }

    /// Lets go of what rolls; does not wait.
    fn leave(&mut self) {
        self.spec = None;
        if let Some(mut rolling) = self.now.take() {
            rolling.end();
            self.leaving = Some(rolling);
        }
    }

    /// Ends what rolls and waits for it.
    pub(super) fn finish(&mut self, patience: Duration) {
        self.leave();
        if let Some(rolling) = self.leaving.take() {
            // A disk that does not answer is left alone; what is safe is safe.
            let _ = rolling.has_ended(patience);
        }
    }

    /// This rolls, whatever it is.
    #[cfg(test)]
    pub(super) fn is_rolling(&mut self, rolling: Rolling, folder: &Path, recording: &Recording, inputs: u8) {
        self.now = Some(rolling);
        let (folder, recording, hold) = (folder.to_owned(), recording.clone(), Duration::ZERO);
        self.spec = Some(Spec { folder, recording, inputs, hold });
    }

    /// How far back one can go.
    pub(super) fn reach(&self) -> Duration {
        self.now.as_ref().map_or(Duration::ZERO, Rolling::reach)
    }

    /// What is wrong with it; told once until it is well again.
    pub(super) fn look(&mut self) -> Vec<Event> {
        if self.leaving.as_ref().is_some_and(|rolling| rolling.has_ended(Duration::ZERO)) {
            self.leaving = None;
        }
        if self.now.as_ref().is_some_and(|rolling| rolling.has_ended(Duration::ZERO)) {
            // It is not tried again before a recording was made, or something else is chosen.
            self.now = None;
            return vec![Event::Trouble(Fault::new(key::FAULT_ROLL_DIED))];
        }
        let Some(rolling) = &mut self.now else { return Vec::new() };
        let (mut events, mut troubled) = (Vec::new(), !rolling.is_well());
        for event in rolling.take_events() {
            match event {
                RecordEvent::Trouble(fault) if fault.code == key::FAULT_ROLL_PAUSED => {
                    events.push(Event::Trouble(fault));
                }
                RecordEvent::Trouble(_) => troubled = true,
                RecordEvent::Gap { .. } | RecordEvent::Resumed => {}
            }
        }
        if troubled && !self.troubled {
            let folder = self.spec.as_ref().map(|spec| spec.folder.display().to_string()).unwrap_or_default();
            events.push(Event::Trouble(Fault::new(key::FAULT_ROLL_TROUBLE).with("folder", folder)));
        }
        self.troubled = troubled;
        events
    }
}
