//! The on-air and recording state machine: decisions only. Time is an argument, and what is to be done comes back
//! as [`Deed`]s for the stage.

pub mod act;
mod cards;
mod check;
pub mod command;
mod destinations;
pub mod ear;
mod edit;
pub mod event;
pub mod guide;
mod removed;
mod scenes;
mod set_up;
pub mod shelf;
pub mod snapshot;
pub mod songs;
pub mod surfaces;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use korero_sentences::key;

use crate::desk::address::SlotName;
use crate::desk::compare::Pairs;
use crate::desk::history::History;
use crate::desk::preset::Preset;
use crate::desk::scene::{Fade, Scenes};
use crate::desk::{Desk, Strip};
use crate::destination::DestinationId;
use crate::fault::Fault;
use crate::limits::{MAX_DESTINATIONS, MAX_MARKERS, MAX_NAME};
use crate::looks::Looks;
use crate::recording::{Recording, Rolling};
use crate::secret::StreamKey;
use crate::show::Show;
use cards::{About, Cards};
use command::{Aim, Command, Sight};
use destinations::Place;
use ear::EarState;
use event::{Event, Gear};
use shelf::ShelfWish;
use snapshot::{DeviceState, RecordingState, Snapshot};
use surfaces::SurfaceOrder;

/// Something that the stage is to do now.
#[derive(Clone, PartialEq, Debug)]
pub enum Deed {
    /// Look for interfaces and tell [`Event::Devices`].
    ListDevices,
    /// Take this interface, or let go of the one in use.
    UseDevice(Option<String>),
    /// Listen on this device, or on none.
    UseMonitor(Option<String>),
    /// Give the desk to the engine.
    ApplyDesk(Arc<Desk>),
    /// Keep the scenes for the next evening.
    KeepScenes(Arc<Scenes>),
    /// Keep a person's own preset.
    KeepPreset(Preset),
    /// Start the recorder with what is chosen, and with as much of what rolled.
    StartRecorder(Duration),
    /// Stop the recorder; its files are finished while the next one may begin.
    StopRecorder,
    /// Mark this moment of the recording under this name.
    Mark(String),
    /// Do something with the takes.
    Shelf(ShelfWish),
    /// Listen to the inputs for the set-up assistant, from now on or no more.
    Listen(bool),
    /// Listen to the show as listeners hear it, or not.
    Hear(bool),
    /// Look closer at what is seen.
    LookAt(Sight),
    /// Play what is taken away in this slot in the headphones, and nothing else of the channels; or those again.
    HearRemoved(Option<SlotName>),
    /// Begin anew with the loudness of the mix.
    ResetLoudness,
    /// Start publishing to this destination.
    StartPublisher(DestinationId, Aim),
    /// Ask every far side again at once.
    Retry,
    /// Leave the air there.
    StopPublisher(DestinationId),
    /// Check the way to this place instead of what was checked before, or end the check.
    Check(Option<Aim>),
    /// Look in the key store for the key of this destination's address and tell [`Event::Key`].
    SeekKey(DestinationId, String),
    /// Keep the key of an address.
    KeepKey(String, StreamKey),
    /// Forget the key of an address.
    ForgetKey(String),
    /// Something that the control surfaces are to do.
    Surfaces(SurfaceOrder),
    /// What is chosen changed and is worth keeping for the next evening.
    Remember,
    /// End everything.
    End,
}

/// What the show is in the middle of.
#[derive(Debug)]
pub struct Session {
    state: Snapshot,
    places: Vec<Place>,
    /// The highest number that a destination ever had this evening.
    last_place: u32,
    /// Since when the show is on air anywhere.
    on_air_since: Option<Duration>,
    wants_air: bool,
    cards: Cards,
    /// The latest time that was told, monotonic.
    now: Duration,
    history: History,
    fade: Fade,
    pairs: Pairs,
    /// The strip that was copied, as it was then.
    copied: Option<Strip>,
}

impl Session {
    /// A session at rest. `start` holds what is remembered: desk, names, folder, choices, destinations; `keys` those keys
    /// that are at hand already.
    #[must_use]
    pub fn new(mut start: Snapshot, mut keys: BTreeMap<DestinationId, StreamKey>) -> Self {
        let places: Vec<_> = std::mem::take(&mut start.destinations)
            .into_iter()
            .take(MAX_DESTINATIONS)
            .map(|one| Place::new(one.what.clone(), keys.remove(&one.what.id)))
            .collect();
        let last_place = places.iter().map(|place| place.id().0).max().unwrap_or(0);
        let mut session = Self {
            last_place,
            state: start,
            places,
            on_air_since: None,
            wants_air: false,
            cards: Cards::default(),
            now: Duration::ZERO,
            history: History::default(),
            fade: Fade::default(),
            pairs: Pairs::default(),
            copied: None,
        };
        for shown in std::mem::take(&mut session.state.faults) {
            session.tell(shown.fault);
        }
        session
    }

    /// The whole state at `now` (monotonic).
    #[must_use]
    pub fn snapshot(&self, now: Duration) -> Snapshot {
        let mut snapshot = self.state.clone();
        (snapshot.destinations, snapshot.air) = self.air_at(now);
        snapshot.listeners = snapshot.destinations.iter().find_map(|one| one.listeners);
        snapshot.ear = EarState::foremost(snapshot.destinations.iter().map(|one| &one.ear));
        snapshot.listen_url = snapshot.destinations.iter().find_map(|one| one.listen_url.clone());
        snapshot.faults = self.cards.shown(|id| self.title_of(id));
        (snapshot.undo, snapshot.redo) = (self.history.last_done().cloned(), self.history.last_undone().cloned());
        snapshot.copied = self.copied.as_ref().map(|strip| strip.name.clone());
        snapshot.fade_left = self.fade.left(now);
        snapshot
    }

    /// The interface in use.
    #[must_use]
    pub fn device(&self) -> &DeviceState {
        &self.state.device
    }

    /// Where recordings go, what they are called, what is recorded, and what rolls meanwhile.
    #[must_use]
    pub fn to_record(&self) -> (&Path, &Show, &Recording, Rolling) {
        let state = &self.state;
        (&state.record_folder, &state.show, &state.record, state.rolling)
    }

    /// What the mixer is set to.
    #[must_use]
    pub fn desk(&self) -> &Arc<Desk> {
        &self.state.desk
    }

    /// The language (BCP 47) that was chosen this evening.
    #[must_use]
    pub fn language(&self) -> Option<&str> {
        self.state.language.as_deref()
    }

    /// Whether a scene fades in.
    #[must_use]
    pub fn fades(&self) -> bool {
        self.fade.left(self.now).is_some()
    }

    /// Decides what comes of a wish, at the time that [`Session::tick`] told last.
    pub fn command(&mut self, command: Command) -> Vec<Deed> {
        match command {
            Command::BySurface(wish) if self.shuts_out(&wish) => Vec::new(),
            Command::BySurface(wish) => self.decide(*wish),
            own => {
                let mut deeds = self.learns_from(&own);
                deeds.extend(self.decide(own));
                deeds
            }
        }
    }

    fn decide(&mut self, command: Command) -> Vec<Deed> {
        match command {
            Command::RefreshDevices => vec![Deed::ListDevices],
            Command::ChooseDevice(id) => self.choose_device(id),
            Command::ChooseMonitor(id) => {
                self.cards.runs(Gear::Headphones);
                self.state.monitor.clone_from(&id);
                vec![Deed::UseMonitor(id), Deed::Remember]
            }
            Command::SetUp(wish) => self.set_up(wish),
            Command::Guide(step) => self.guide(step),
            Command::Shelf(wish) => self.shelf(wish),
            Command::LookAt(sight) => vec![Deed::LookAt(sight)],
            Command::HearRemoved(slot) => self.hear_removed(slot),
            Command::ResetLoudness => vec![Deed::ResetLoudness],
            Command::Speak(language) => {
                self.state.language = Some(language);
                vec![Deed::Remember]
            }
            Command::Look(looks) => self.look(*looks),
            Command::NameShow(show) => self.name_show(show),
            Command::Destination(wish) => self.destination(wish),
            Command::Hear(on) => {
                self.state.ear_on = on;
                vec![Deed::Hear(on), Deed::Remember]
            }
            Command::Check(wish) => self.check(wish),
            Command::RecordInto(folder) => {
                self.state.record_folder = folder;
                vec![Deed::Remember]
            }
            Command::RecordWhat(recording) => {
                self.state.record = *recording;
                vec![Deed::Remember]
            }
            Command::Roll(rolling) => {
                self.state.rolling = rolling.bounded();
                vec![Deed::Remember]
            }
            Command::StartRecording => self.start_recording(self.state.rolling.pre_roll()),
            Command::RecordSince(ago) => self.start_recording(ago),
            Command::StopRecording if self.wants_air => {
                self.tell(Fault::new(key::FAULT_SESSION_RECORDS_ON_AIR));
                Vec::new()
            }
            Command::StopRecording => self.stop_recording(),
            Command::Mark(name) => self.mark(name),
            Command::Song(wish) => self.song(wish),
            Command::GoOnAir => self.go_on_air(),
            Command::Retry => vec![Deed::Retry],
            Command::LeaveAir => self.leave_air(),
            Command::Undo => self.undo(),
            Command::Redo => self.redo(),
            Command::CopyStrip(id) => self.copy_strip(&id),
            Command::SavePreset { strip, name, with_fader } => self.save_preset(&strip, &name, with_fader),
            Command::Scene(wish) => self.scene(wish),
            Command::Surface(wish) => self.surface(wish),
            Command::Lock(on) => {
                self.state.locked = on;
                Vec::new()
            }
            Command::DismissFault(id) => {
                self.cards.put_away(id);
                Vec::new()
            }
            Command::Quit => self.quit(),
            desk_edit => self.edit_desk(desk_edit),
        }
    }

    fn quit(&mut self) -> Vec<Deed> {
        let mut deeds = self.leave_air();
        deeds.extend(self.stop_recording());
        deeds.push(Deed::End);
        self.state.ended = true;
        deeds
    }

    fn look(&mut self, looks: Looks) -> Vec<Deed> {
        self.state.looks = Arc::new(looks.bounded());
        vec![Deed::Remember]
    }

    fn name_show(&mut self, mut show: Show) -> Vec<Deed> {
        show.set_list.truncate(MAX_MARKERS);
        // The song that is played stays that song, wherever it stands now.
        let before = self.state.song;
        let played = before.checked_sub(1).and_then(|at| self.state.show.set_list.get(at));
        let stands = |at: &usize| show.set_list.get(at - 1) == played;
        let places = (1..=show.set_list.len()).filter(|at| played.is_some() && stands(at));
        let same = places.min_by_key(|at| at.abs_diff(before));
        self.state.song = same.unwrap_or(before.min(show.set_list.len()));
        self.state.show = show;
        vec![Deed::Remember]
    }

    /// Takes in what happened at `now` (monotonic).
    pub fn event(&mut self, event: Event, now: Duration) -> Vec<Deed> {
        match event {
            Event::Devices(devices) => {
                self.state.devices = devices;
                self.cards.listed();
            }
            Event::Device(device) => return self.device_is(device),
            Event::RecordingStarted(files) => {
                self.state.recording = RecordingState::On { length: Duration::ZERO, files, disk_left: None };
                return self.look_at_shelf();
            }
            Event::RecordingProgress { length, disk_left } => {
                if let RecordingState::On { length: shown, disk_left: left, .. } = &mut self.state.recording {
                    (*shown, *left) = (length, disk_left);
                }
            }
            Event::Rolled(rolled) => self.state.rolled = rolled,
            Event::Finishing(finishing) => self.state.finishing = finishing,
            Event::RecordingEnded => {
                self.state.recording = RecordingState::Off;
                return self.look_at_shelf();
            }
            Event::TakeFinished => return self.look_at_shelf(),
            Event::Air(id, news) => return self.air_is(id, news, now),
            Event::Key { id, url, key } => return self.key_is(id, &url, key),
            Event::Shelf(news) => return self.shelf_is(news),
            Event::Progress { position, frames_lost } => {
                (self.state.position, self.state.frames_lost) = (position, frames_lost);
            }
            Event::Latency(frames) => self.state.latency_frames = frames,
            Event::Heard(setup) => self.heard(setup),
            Event::Loudness(loudness) => self.state.loudness = Some(loudness),
            Event::SoundEnded => self.state.sound_ended = true,
            Event::Check(news) => self.check_is(news),
            Event::Surface(news) => return self.surface_is(news),
            Event::GearLost(gear, fault) => self.cards.tell(About::Gear(gear), fault),
            Event::GearRuns(gear) => self.cards.runs(gear),
            Event::Trouble(fault) => self.tell(fault),
        }
        Vec::new()
    }

    fn choose_device(&mut self, id: Option<String>) -> Vec<Deed> {
        self.cards.runs(Gear::Interface);
        self.state.device = id.clone().map_or(DeviceState::None, |id| DeviceState::Opening { id });
        vec![Deed::UseDevice(id), Deed::Remember]
    }

    fn device_is(&mut self, device: DeviceState) -> Vec<Deed> {
        self.state.device = device;
        let bare = self.bare_strips();
        if bare.is_empty() || !self.state.desk.strips.is_empty() {
            return Vec::new();
        }
        self.desk_is(Desk { strips: bare, ..(*self.state.desk).clone() })
    }

    fn desk_is(&mut self, desk: Desk) -> Vec<Deed> {
        let mut deeds = Vec::from_iter(self.removed_with(&desk));
        self.state.desk = Arc::new(desk);
        deeds.extend([Deed::ApplyDesk(Arc::clone(&self.state.desk)), Deed::Remember]);
        deeds
    }

    fn start_recording(&mut self, since: Duration) -> Vec<Deed> {
        if self.state.recording != RecordingState::Off {
            return Vec::new();
        }
        if self.state.device == DeviceState::None {
            self.tell_no_device();
            return Vec::new();
        }
        self.state.record.mix |= !self.state.record.has_any();
        let mut deeds = self.solo_to_headphones();
        self.state.recording = RecordingState::On { length: Duration::ZERO, files: Vec::new(), disk_left: None };
        self.state.marked = 0;
        // A recording that begins during the show does not begin the set list anew.
        if self.on_air_since.is_none() {
            self.state.song = 0;
        }
        deeds.push(Deed::StartRecorder(since));
        deeds
    }

    fn stop_recording(&mut self) -> Vec<Deed> {
        match std::mem::take(&mut self.state.recording) {
            RecordingState::Off => Vec::new(),
            RecordingState::On { .. } => vec![Deed::StopRecorder],
        }
    }

    fn mark(&mut self, name: Option<String>) -> Vec<Deed> {
        let wrong = match self.state.recording {
            RecordingState::On { .. } if self.state.marked < MAX_MARKERS => {
                let nth = self.state.marked;
                self.state.marked += 1;
                let name = name.filter(|name| !name.trim().is_empty()).or_else(|| self.take_song());
                let name = name.unwrap_or_else(|| (nth + 1).to_string());
                return vec![Deed::Mark(name.trim().chars().take(MAX_NAME).collect())];
            }
            RecordingState::On { .. } => Fault::new(key::FAULT_SESSION_MARKERS).with("most", MAX_MARKERS),
            RecordingState::Off => Fault::new(key::FAULT_SESSION_NOT_RECORDING),
        };
        self.tell(wrong);
        Vec::new()
    }

    /// What a recording changed shows on the shelf, once somebody looked there.
    fn look_at_shelf(&self) -> Vec<Deed> {
        self.shelf_is_known().then_some(Deed::Shelf(ShelfWish::Look)).into_iter().collect()
    }

    /// What was asked for needs an interface.
    fn tell_no_device(&mut self) {
        self.cards.tell(About::Gear(Gear::Interface), Fault::new(key::FAULT_SESSION_NO_DEVICE));
    }

    fn tell(&mut self, fault: Fault) {
        self.cards.tell(About::Show, fault);
    }
}

#[cfg(test)]
#[path = "session/session_tests.rs"]
mod tests;
