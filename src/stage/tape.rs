//! The recorder's place on the stage: starts once sound has come, and keeps what was recorded.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use korero_sentences::key;
use uuid::Uuid;

use crate::desk::address::ChannelName;
use crate::desk::{Desk, StripInput};
use crate::engine::{EngineHandle, TapSource};
use crate::fault::Fault;
use crate::limits::{CUES, MAX_INPUTS, RECORD_STOP, RECORD_TAP};
use crate::record::{
    self, LocalDisk, Naming, Part, Place, RecordEvent, RecordPlan, RecordStatus, RecordedFile, Recorder, Role, Since,
    Source,
};
use crate::recording::{Marker, Recording, Second};
use crate::session::event::Event;
use crate::show::Show;
use crate::timeline::FrameIndex;

use super::roll::{Rolls, Wanted};

/// What was asked for and waits for the first sound.
#[derive(Clone)]
struct Wish {
    folder: PathBuf,
    show: Show,
    recording: Recording,
    /// The first frame that is wanted of it.
    from: FrameIndex,
}

/// The recorder, when it runs or is wanted, and those that end.
#[derive(Default)]
pub(super) struct Tape {
    wish: Option<Wish>,
    recorder: Option<Recorder>,
    /// What the recorder that runs was made for, when it is what rolled, until it has begun.
    from_roll: Option<Wish>,
    /// Asked to end: they need no sound any more, but may take long to copy a pre-roll, or wait for their disk.
    ending: Vec<Recorder>,
    rolls: Rolls,
    /// The performance that is on air.
    performance: Option<Uuid>,
    begun: bool,
    recorded: Vec<RecordedFile>,
    /// Frames that recordings before this one dropped.
    dropped: u64,
    /// A recording ended in trouble.
    broken: bool,
}

impl Tape {
    /// Wants a recording from that frame on, as far as it rolled, else from the first sound on.
    pub(super) fn start(&mut self, folder: PathBuf, show: Show, recording: Recording, from: FrameIndex) {
        self.wish = Some(Wish { folder, show, recording, from });
    }

    /// The performance that is on air, if our server told one; each take that is on air names it.
    pub(super) fn performs(&mut self, id: Option<Uuid>) {
        if self.performance != id {
            self.performance = id;
            self.tell_performance();
        }
    }

    fn tell_performance(&self) {
        if let (Some(id), Some(recorder)) = (self.performance, &self.recorder) {
            recorder.performs(id);
        }
    }

    /// Asks for the end of the files, and makes way for the next recording at once. Does not wait for the disk:
    /// [`Self::look`] tells [`Event::TakeFinished`].
    pub(super) fn stop(&mut self) {
        (self.wish, self.from_roll) = (None, None);
        if let Some(mut recorder) = self.recorder.take() {
            recorder.end();
            self.ending.push(recorder);
        }
    }

    /// Marks a moment in the recording that runs.
    pub(super) fn mark(&self, marker: &Marker) {
        if let Some(recorder) = &self.recorder {
            recorder.mark(marker);
        }
    }

    /// Ends all files and waits for it, at most [`RECORD_STOP`]; tells what was wrong with them.
    pub(super) fn finish(&mut self) -> Vec<Event> {
        self.stop();
        let until = Instant::now() + RECORD_STOP;
        self.rolls.finish(RECORD_STOP);
        let mut events = Vec::new();
        for mut recorder in std::mem::take(&mut self.ending) {
            let files = recorder.stop_within(until.saturating_duration_since(Instant::now()));
            self.keep(files, &recorder.status());
            events.extend(troubles(&mut recorder));
        }
        events
    }

    /// Starts what waits, and tells what the recorder says. `inputs` is what the running interface gives.
    /// While nothing is recorded, what is `wanted` rolls.
    pub(super) fn look(
        &mut self,
        engine: &mut EngineHandle,
        desk: &Desk,
        inputs: Option<u8>,
        wanted: Wanted<'_>,
    ) -> Vec<Event> {
        let mut events = self.rolls.look();
        self.look_at_ending(&mut events);
        if let Some(inputs) = inputs.filter(|_| engine.epoch().is_some())
            && let Some(wish) = self.wish.take()
        {
            match self.begin(wish, engine, desk, inputs) {
                Ok(second) => events.extend(second.map(Event::Trouble)),
                Err(fault) => events.extend(
                    self.begin_without_roll().unwrap_or_else(|| vec![Event::Trouble(fault), Event::RecordingEnded]),
                ),
            }
        }
        self.look_at_recorder(&mut events);
        // What is not safe yet of the take before may need what rolled.
        let idle = self.recorder.is_none() && self.wish.is_none() && self.ending.iter().all(Recorder::is_all_safe);
        if let Some(inputs) = inputs.filter(|_| idle) {
            events.extend(self.rolls.start(wanted, engine, desk, inputs).err().map(Event::Trouble));
        }
        events.extend([Event::Rolled(self.rolls.reach()), Event::Finishing(!self.ending.is_empty())]);
        events
    }

    fn look_at_recorder(&mut self, events: &mut Vec<Event>) {
        let Some(mut recorder) = self.recorder.take() else { return };
        // Asked first, so that nothing is told after the end.
        let ended = recorder.ended();
        let status = recorder.status();
        if ended.is_some()
            && status.files.is_empty()
            && let Some(told) = self.begin_without_roll()
        {
            events.extend(told);
            return;
        }
        if !self.begun && !status.files.is_empty() {
            (self.begun, self.from_roll) = (true, None);
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

    fn look_at_ending(&mut self, events: &mut Vec<Event>) {
        for mut recorder in std::mem::take(&mut self.ending) {
            let ended = recorder.ended();
            events.extend(troubles(&mut recorder));
            match ended {
                Some(files) => {
                    self.keep(files, &recorder.status());
                    events.push(Event::TakeFinished);
                }
                None => self.ending.push(recorder),
            }
        }
    }

    /// What rolled died before it became the recording: that begins by itself then. `None` when it was not to begin with what
    /// rolled.
    fn begin_without_roll(&mut self) -> Option<Vec<Event>> {
        self.wish = Some(self.from_roll.take()?);
        Some(vec![Event::Trouble(Fault::new(key::FAULT_ROLL_DIED))])
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
        let rolling = self.rolls.take(&wish.folder, &wish.recording, inputs);
        self.from_roll = rolling.is_some().then(|| wish.clone());
        let Wish { folder, show, recording, from } = wish;
        let mut place = |folder: PathBuf| -> Result<Place, Fault> {
            let sources = sources(&recording, engine, desk, inputs)?;
            Ok(Place { folder, disk: Arc::new(LocalDisk), sources })
        };
        let first = match &rolling {
            Some(_) => Place { folder, disk: Arc::new(LocalDisk), sources: Vec::new() },
            None => place(folder)?,
        };
        let second = match &recording.second {
            Second::None => Ok(None),
            Second::FailOver(folder) => place(folder.clone()).map(|place| Some((Role::StandsBy, place))),
            Second::Mirror(folder) => place(folder.clone()).map(|place| Some((Role::Mirrors, place))),
        };
        let (second, fault) = second.map_or_else(|fault| (None, Some(fault)), |second| (second, None));
        let take = Naming { id: Uuid::now_v7(), show, epoch, form: recording.form, layout: recording.layout };
        let plan = RecordPlan { take, first, second };
        let recorder = match rolling {
            Some(rolling) => {
                let names = parts(&recording, engine, desk, inputs).map(|(_, _, names)| names).collect();
                record::go_on(Since { rolling, from, names }, plan)
            }
            None => record::start(plan),
        };
        self.recorder = Some(recorder?);
        self.begun = false;
        self.tell_performance();
        Ok(fault)
    }

    /// The folders of the takes that are written or ended, as far as their files are known; `None` when the disks belong to no
    /// recorder.
    pub(super) fn writes_into(&self) -> Option<Vec<PathBuf>> {
        let recorders: Vec<_> = self.recorder.iter().chain(&self.ending).collect();
        let files = recorders.iter().flat_map(|recorder| recorder.status().files);
        let mut folders: Vec<_> = files.filter_map(|file| file.parent().map(Path::to_owned)).collect();
        folders.dedup();
        (!recorders.is_empty()).then_some(folders)
    }

    /// Frames that the recordings dropped because the disk was too slow; what the interface lost is not among them.
    pub(super) fn frames_dropped(&self) -> u64 {
        let now = self.recorder.iter().chain(&self.ending);
        self.dropped + now.map(|recorder| recorder.status().frames_dropped).sum::<u64>()
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
pub(super) fn sources(
    recording: &Recording,
    engine: &mut EngineHandle,
    desk: &Desk,
    inputs: u8,
) -> Result<Vec<Source>, Fault> {
    let parts: Vec<_> = parts(recording, engine, desk, inputs).collect();
    let sources = parts.into_iter().map(|(part, source, names)| {
        let tap = engine.open_tap(source, RECORD_TAP)?;
        Ok(Source { part, names, tap })
    });
    sources.collect()
}

/// Each part that is chosen, where it comes from, and what its channels are called.
fn parts(
    recording: &Recording,
    engine: &EngineHandle,
    desk: &Desk,
    inputs: u8,
) -> impl Iterator<Item = (Part, TapSource, Vec<String>)> {
    let channels = usize::from(inputs).min(MAX_INPUTS);
    let groups = engine.levels().place(&ChannelName::Group(0)).map(|place| TapSource::Rack(place.rack));
    let chosen = [
        recording.mix.then(|| (Part::Mix, TapSource::Mix, Vec::new())),
        recording.inputs.then(|| (Part::Inputs, TapSource::Inputs { channels }, input_names(desk, channels))),
        groups.filter(|_| recording.groups).map(|rack| (Part::Groups, rack, Vec::new())),
    ];
    let cues = if recording.cues { CUES as u8 } else { 0 };
    let cues = (0..cues).map(|nth| (Part::Cue(nth), TapSource::Cue(nth), Vec::new()));
    chosen.into_iter().flatten().chain(cues)
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

#[cfg(test)]
#[path = "tape_tests.rs"]
mod tests;
