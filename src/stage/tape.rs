//! The recorder's place on the stage: starts once sound has come, and keeps what was recorded.

use std::path::PathBuf;
use std::sync::Arc;

use crate::desk::address::ChannelName;
use crate::desk::{Desk, StripInput};
use crate::engine::{EngineHandle, TapSource};
use crate::fault::Fault;
use crate::limits::{CUES, MAX_INPUTS, RECORD_TAP};
use crate::record::{
    self, LocalDisk, Naming, Part, Place, RecordEvent, RecordPlan, RecordStatus, RecordedFile, Recorder, Role, Source,
};
use crate::recording::{Marker, Recording, Second};
use crate::session::event::Event;
use crate::show::Show;

/// What was asked for and waits for the first sound.
struct Wish {
    folder: PathBuf,
    show: Show,
    recording: Recording,
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
    pub(super) fn start(&mut self, folder: PathBuf, show: Show, recording: Recording) {
        self.wish = Some(Wish { folder, show, recording });
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

    /// Marks a moment in the recording that runs.
    pub(super) fn mark(&self, marker: &Marker) {
        if let Some(recorder) = &self.recorder {
            recorder.mark(marker);
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
    pub(super) fn look(&mut self, engine: &mut EngineHandle, desk: &Desk, inputs: Option<u8>) -> Vec<Event> {
        let mut events = Vec::new();
        if let Some(inputs) = inputs.filter(|_| engine.epoch().is_some())
            && let Some(wish) = self.wish.take()
        {
            match self.begin(wish, engine, desk, inputs) {
                Ok(second) => events.extend(second.map(Event::Trouble)),
                Err(fault) => events.extend([Event::Trouble(fault), Event::RecordingEnded]),
            }
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

    /// Starts the recorder. A second place that cannot be fed must not keep the first from recording: its fault comes back.
    fn begin(
        &mut self,
        wish: Wish,
        engine: &mut EngineHandle,
        desk: &Desk,
        inputs: u8,
    ) -> Result<Option<Fault>, Fault> {
        let Some(epoch) = engine.epoch() else { return Ok(None) };
        let Wish { folder, show, recording } = wish;
        let mut place = |folder: PathBuf| -> Result<Place, Fault> {
            let sources = sources(&recording, engine, desk, inputs)?;
            Ok(Place { folder, disk: Arc::new(LocalDisk), sources })
        };
        let first = place(folder)?;
        let second = match &recording.second {
            Second::None => Ok(None),
            Second::FailOver(folder) => place(folder.clone()).map(|place| Some((Role::StandsBy, place))),
            Second::Mirror(folder) => place(folder.clone()).map(|place| Some((Role::Mirrors, place))),
        };
        let (second, fault) = second.map_or_else(|fault| (None, Some(fault)), |second| (second, None));
        let take = Naming { id: uuid::Uuid::now_v7(), show, epoch, form: recording.form, layout: recording.layout };
        self.recorder = Some(record::start(RecordPlan { take, first, second })?);
        self.begun = false;
        Ok(fault)
    }

    /// Whether the disks belong to the recorder.
    pub(super) fn runs(&self) -> bool {
        self.recorder.is_some()
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

/// Opens a tap for each part that is chosen.
fn sources(recording: &Recording, engine: &mut EngineHandle, desk: &Desk, inputs: u8) -> Result<Vec<Source>, Fault> {
    let channels = usize::from(inputs).min(MAX_INPUTS);
    let groups = engine.levels().place(&ChannelName::Group(0)).map(|place| TapSource::Rack(place.rack));
    let chosen = [
        recording.mix.then(|| (Part::Mix, TapSource::Mix, Vec::new())),
        recording.inputs.then(|| (Part::Inputs, TapSource::Inputs { channels }, input_names(desk, channels))),
        groups.filter(|_| recording.groups).map(|rack| (Part::Groups, rack, Vec::new())),
    ];
    let cues = (0..CUES as u8).filter(|_| recording.cues).map(|nth| (Part::Cue(nth), TapSource::Cue(nth), Vec::new()));
    let sources = chosen.into_iter().flatten().chain(cues).map(|(part, source, names)| {
        let tap = engine.open_tap(source, RECORD_TAP)?;
        Ok(Source { part, names, tap })
    });
    sources.collect()
}

/// What each input is called: the first strip that it feeds.
fn input_names(desk: &Desk, channels: usize) -> Vec<String> {
    let called = |input: usize| {
        desk.strips.iter().find_map(|strip| match strip.input {
            StripInput::Mono(one) if usize::from(one) == input => Some(strip.name.clone()),
            StripInput::Stereo(left, _) if usize::from(left) == input => Some(format!("{} L", strip.name)),
            StripInput::Stereo(_, right) if usize::from(right) == input => Some(format!("{} R", strip.name)),
            _ => None,
        })
    };
    (1..=channels).map(|input| called(input).unwrap_or_default()).collect()
}

/// What is wrong with the disk, since the last look; each gap stands in the journal and in the finished file.
fn troubles(recorder: &mut Recorder) -> impl Iterator<Item = Event> {
    recorder.take_events().into_iter().filter_map(|event| match event {
        RecordEvent::Trouble(fault) => Some(Event::Trouble(fault)),
        RecordEvent::Gap { .. } | RecordEvent::Resumed => None,
    })
}
