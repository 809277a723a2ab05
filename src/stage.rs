//! The control thread: carries out what the session decides, and tells it what the edges say. The only module that
//! knows all the others.

mod air;
mod airs;
mod awake;
mod check;
mod culprit;
mod devices;
mod ear;
mod hearing;
mod keys;
mod mending;
mod meters;
mod nightly;
mod paced;
pub mod report;
mod roll;
mod shelf;
mod tape;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use korero_sentences::{Language, key};

use crate::audio::{AudioHost, Interface};
use crate::desk::{file, preset, scene};
use crate::destination::DestinationId;
use crate::engine::{self, EngineHandle, Levels};
use crate::fault::Fault;
use crate::keys::KeyStore;
use crate::limits::{
    DEVICE_FRAMES_DEFAULT, MAX_FAULTS_KEPT, MAX_GAPS_KEPT, REMEMBER_EVERY, RING_REST, SAMPLE_RATE, STAGE_TICK,
    WISHES_AT_ONCE,
};
use crate::metering::Readings;
use crate::recording::Marker;
use crate::secret::StreamKey;
use crate::session::command::Command;
use crate::session::event::{AirNews, Event};
use crate::session::shelf::ShelfWish;
use crate::session::snapshot::{AirState, RecordingState, Snapshot};
use crate::session::{Deed, Session};
use crate::settings::Settings;
use crate::surface::{self, Surfaces};
use crate::timeline::{FrameIndex, Gap};
use airs::Airs;
use awake::Awake;
use check::Checking;
use ear::Ear;
use keys::Keys;
use mending::Mending;
use meters::Meters;
use nightly::Nightly;
use paced::Pace;
use report::Report;
use shelf::{Errand, Job, Sending, Shelf};
use tape::Tape;

/// What a show begins with.
pub struct Plan {
    /// Where interfaces come from.
    pub host: Box<dyn AudioHost>,
    /// What is remembered or was asked for: desk, names, folder.
    pub start: Snapshot,
    /// The keys of its destinations that are at hand already.
    pub keys: BTreeMap<DestinationId, StreamKey>,
    /// Where the keys of the others are.
    pub store: KeyStore,
    /// Frames in one callback that are asked of the device.
    pub frames: Option<u32>,
    /// A device with fewer inputs than the desk names is refused (no window) instead of told of (window).
    pub strict: bool,
    /// Where choices are remembered; nowhere when `None`.
    pub remember: Option<PathBuf>,
    /// Where the timelines of the nights are kept; nowhere when `None`.
    pub nights: Option<PathBuf>,
    /// Whether every packet's times are kept for the [`Report`].
    pub log_packets: bool,
}

/// A show that runs on its own thread.
pub struct Running {
    /// The latest state.
    pub snapshot: Arc<ArcSwap<Snapshot>>,
    /// Takes wishes.
    pub commands: Sender<Command>,
    /// The meters.
    pub levels: Arc<Levels>,
    /// The latest of what is measured more closely.
    pub readings: Arc<ArcSwap<Readings>>,
    /// By this the surfaces know that somebody else is still there who may ask for something.
    _door: Arc<Sender<Command>>,
    thread: JoinHandle<Report>,
}

impl Running {
    /// Whether the control thread ended although nobody asked it to: a mistake of ours, and nothing goes on by itself.
    #[must_use]
    pub fn has_died(&self) -> bool {
        self.thread.is_finished() && !self.snapshot.load().ended
    }

    /// Ends the show cleanly, waits for it and says what happened.
    ///
    /// # Errors
    /// None that is told: a control thread that died gives an empty report.
    #[must_use]
    pub fn end(self) -> Report {
        // A thread that already ended has quit.
        let _ = self.commands.send(Command::Quit);
        self.thread.join().unwrap_or_default()
    }
}

/// Starts a show: the engine, the control thread, and the devices that `plan` remembers.
///
/// # Errors
/// The first desk does not fit, or the system gives no thread.
pub fn start(plan: Plan) -> Result<Running, Fault> {
    let (engine, mut handle) = engine::new(uuid::Uuid::now_v7());
    handle.set_desk(&plan.start.desk)?;
    let levels = handle.levels();
    let snapshot = Arc::new(ArcSwap::from_pointee(plan.start.clone()));
    let (commands, inbox) = mpsc::channel();
    let shown = Arc::clone(&snapshot);
    let readings = Arc::<ArcSwap<Readings>>::default();
    let meters = Meters::new(Arc::clone(&readings));
    let door = Arc::new(commands.clone());
    let surfaces = Surfaces::new(surface::Link { snapshot: Arc::clone(&snapshot), commands: Arc::downgrade(&door) });
    let run = move || Stage::new(plan, engine, handle, (shown, meters, surfaces)).run(&inbox);
    let thread = thread::Builder::new()
        .name("korero-stage".to_owned())
        .spawn(run)
        .map_err(|e| Fault::new(key::FAULT_STAGE_THREAD).with("why", e.to_string()))?;
    Ok(Running { snapshot, commands, levels, readings, _door: door, thread })
}

struct Stage {
    session: Session,
    interface: Interface,
    engine: EngineHandle,
    tape: Tape,
    air: Airs,
    keys: Keys,
    checking: Checking,
    meters: Meters,
    ear: Ear,
    mending: Mending,
    night: Nightly,
    shelf: Shelf,
    pace: Pace,
    surfaces: Surfaces,
    shown: Arc<ArcSwap<Snapshot>>,
    frames: u32,
    strict: bool,
    remember: Option<PathBuf>,
    remember_at: Option<Duration>,
    language: Option<String>,
    awake: Awake,
    gaps: Vec<Gap>,
    faults: Vec<Fault>,
    ended: bool,
}

impl Stage {
    fn new(
        plan: Plan,
        engine: engine::Engine,
        handle: EngineHandle,
        (shown, meters, surfaces): (Arc<ArcSwap<Snapshot>>, Meters, Surfaces),
    ) -> Self {
        let second = plan.start.record.second.folder().map(Path::to_owned);
        let pace = Pace::default();
        let mending =
            Mending::start([plan.start.record_folder.clone()].into_iter().chain(second).collect(), pace.clone());
        let hears = plan.start.ear_on;
        let language = plan.remember.as_deref().and_then(|folder| Settings::load(folder).0.language);
        Self {
            session: Session::new(plan.start, plan.keys),
            interface: Interface::new(plan.host, engine),
            engine: handle,
            tape: Tape::default(),
            air: Airs::new(plan.log_packets, hears),
            keys: Keys::new(plan.store),
            checking: Checking::default(),
            meters,
            ear: Ear::default(),
            mending,
            night: Nightly::start(plan.nights),
            shelf: Shelf::new(pace.clone()),
            pace,
            surfaces,
            shown,
            frames: plan.frames.unwrap_or(DEVICE_FRAMES_DEFAULT),
            strict: plan.strict,
            remember: plan.remember,
            remember_at: None,
            language,
            awake: Awake::default(),
            gaps: Vec::new(),
            faults: Vec::new(),
            ended: false,
        }
    }

    fn run(mut self, inbox: &Receiver<Command>) -> Report {
        let begun = Instant::now();
        let mut deeds = self.session.seek_keys();
        deeds.extend(self.session.begin_surfaces());
        self.carry_out(deeds, Duration::ZERO);
        while !self.ended {
            let wish = match inbox.recv_timeout(STAGE_TICK) {
                Ok(command) => Some(command),
                Err(RecvTimeoutError::Timeout) => None,
                // Nobody can ask for anything any more.
                Err(RecvTimeoutError::Disconnected) => Some(Command::Quit),
            };
            let deeds = self.session.tick(begun.elapsed());
            self.carry_out(deeds, begun.elapsed());
            // However much is asked for, the show is looked at in between.
            for command in wish.into_iter().chain(inbox.try_iter().take(WISHES_AT_ONCE)) {
                let deeds = self.session.command(command);
                self.carry_out(deeds, begun.elapsed());
            }
            if !self.ended {
                self.look(begun.elapsed());
            }
        }
        self.finish(begun.elapsed())
    }

    fn look(&mut self, now: Duration) {
        let events = self.interface.tick(now);
        for event in events {
            self.heard_from_interface(event, now);
        }
        self.engine.collect();
        self.keep_gaps();
        self.look_at_device(now);
        self.tell_progress(now);
        let inputs = self.inputs();
        let desk = Arc::clone(self.session.desk());
        let (folder, show, recording, rolling) = self.session.to_record();
        let wanted = roll::Wanted { folder, show, recording, rolling };
        self.tape.performs(self.air.performance());
        for event in self.tape.look(&mut self.engine, &desk, inputs, wanted) {
            self.tell(event, now);
        }
        for event in self.air.look(&mut self.engine, |id| self.session.title_of(id), now) {
            self.tell(event, now);
        }
        for event in self.keys.look(now) {
            self.tell(event, now);
        }
        for event in self.checking.look() {
            self.tell(event, now);
        }
        if self.session.fades() {
            self.meters.rings_rest(now + RING_REST);
        }
        for event in self.meters.look(&mut self.engine, &desk, now) {
            self.tell(event, now);
        }
        for event in self.ear.look(&mut self.engine, self.session.device()) {
            self.tell(event, now);
        }
        self.pace.set(self.tape.writes_into());
        for event in self.mending.look() {
            self.tell(event, now);
        }
        for event in self.surfaces.look() {
            self.tell(event, now);
        }
        for event in self.shelf.look().into_iter().chain(self.night.look()) {
            self.tell(event, now);
        }
        self.save_when_due(now, false);
        self.publish(now);
    }

    fn tell_progress(&mut self, now: Duration) {
        let position = self.engine.position();
        // What the interface lost is missing in recording and air too: counted once.
        let frames_lost = self.engine.frames_skipped() + self.tape.frames_dropped() + self.air.frames_dropped();
        self.tell(Event::Progress { position, frames_lost }, now);
        self.tell(Event::Latency(self.engine.mix_latency_frames()), now);
    }

    fn keep_gaps(&mut self) {
        let room = MAX_GAPS_KEPT - self.gaps.len();
        let gaps = self.engine.take_gaps();
        for gap in &gaps {
            self.night.gap(*gap, self.engine.position());
        }
        self.gaps.extend(gaps.into_iter().take(room));
    }

    fn tell(&mut self, event: Event, now: Duration) {
        if let Event::Trouble(fault) | Event::GearLost(_, fault) | Event::Air(_, AirNews::Trouble(fault)) = &event {
            tracing::warn!(code = fault.code.name(), "{fault}");
            if self.faults.len() < MAX_FAULTS_KEPT {
                self.faults.push(fault.clone());
            }
        }
        self.night.note(&event, &self.session, now, self.engine.position());
        let deeds = self.session.event(event, now);
        self.carry_out(deeds, now);
    }

    fn carry_out(&mut self, deeds: Vec<Deed>, now: Duration) {
        for deed in deeds {
            if let Err(fault) = self.do_it(deed, now) {
                self.tell(Event::Trouble(fault), now);
            }
        }
    }

    fn do_it(&mut self, deed: Deed, now: Duration) -> Result<(), Fault> {
        match deed {
            Deed::ListDevices => self.list_devices(now)?,
            Deed::UseDevice(Some(id)) => self.use_device(&id, now),
            Deed::UseDevice(None) => self.interface.leave(),
            Deed::UseMonitor(id) => self.use_monitor(id, now),
            Deed::ApplyDesk(desk) => self.engine.set_desk(&desk)?,
            Deed::KeepScenes(scenes) => {
                self.keep(|folder| scene::file::save(&folder.join(Settings::SCENES_FILE), &scenes))?;
            }
            Deed::KeepPreset(own) => self.keep(|folder| preset::file::save(&folder.join(Settings::PRESETS), &own))?,
            Deed::StartRecorder(since) => {
                let frames = since.as_micros() * u128::from(SAMPLE_RATE) / 1_000_000;
                let from = self.engine.position().0.saturating_sub(u64::try_from(frames).unwrap_or(u64::MAX));
                let now = self.session.snapshot(now);
                self.tape.start(now.record_folder, now.show, now.record, FrameIndex(from));
            }
            Deed::StopRecorder => self.tape.stop(),
            Deed::Mark(label) => self.tape.mark(&Marker { at: self.engine.position(), label }),
            Deed::Shelf(wish) => self.do_with_takes(wish)?,
            Deed::Listen(on) => self.ear.listen(on),
            Deed::Hear(on) => self.air.hears(on),
            Deed::LookAt(sight) => self.meters.look_at(sight),
            Deed::HearRemoved(slot) => self.engine.hear_removed(slot)?,
            Deed::ResetLoudness => self.meters.reset(),
            Deed::StartPublisher(id, aim) => {
                let ear_url = self.session.ear_url(id);
                self.air.start(id, aim, ear_url, self.session.snapshot(now).show);
            }
            Deed::Retry => self.air.retry(),
            Deed::StopPublisher(id) => {
                self.air.stop(id);
                // The session knows; nobody else would tell the night.
                self.night.note(&Event::Air(id, AirNews::Ended), &self.session, now, self.engine.position());
            }
            Deed::Check(aim) => self.checking.check(aim)?,
            Deed::Surfaces(order) => self.surfaces.order(&order)?,
            Deed::SeekKey(id, url) => self.keys.seek(id, url, now),
            Deed::KeepKey(url, key) => self.keys.keep(url, key),
            Deed::ForgetKey(url) => self.keys.forget(url),
            Deed::Remember => self.remember_at = self.remember_at.or(Some(now + REMEMBER_EVERY)),
            Deed::End => self.ended = true,
        }
        Ok(())
    }

    fn do_with_takes(&mut self, wish: ShelfWish) -> Result<(), Fault> {
        // What is heard is the take that is looked at, and a take does not move while it is read.
        if let ShelfWish::Rename { .. } | ShelfWish::Bin(_) | ShelfWish::Open(_) | ShelfWish::Silence = wish {
            self.shelf.silence();
        }
        match wish {
            ShelfWish::Look => self.shelf.ask(Errand::Look(self.session.shelves())),
            ShelfWish::Open(folder) => self.shelf.ask(Errand::Open(folder)),
            ShelfWish::Rename { folder, artist, title } => self.shelf.rename(folder, artist, title),
            ShelfWish::Bin(folder) => self.shelf.bin(folder),
            ShelfWish::Reveal(path) => self.shelf.ask(Errand::Reveal(path)),
            ShelfWish::Verify(folder) => self.shelf.begin(Job::Verify(folder)),
            ShelfWish::Export(folder, plan) => self.shelf.begin(Job::Export(folder, plan)),
            ShelfWish::Send(folder) => {
                let language = self.speaks();
                let home = self.session.home();
                home.map_or(Ok(()), |aim| self.shelf.begin(Job::Send(folder, Sending { aim, language })))
            }
            ShelfWish::Stop => {
                self.shelf.stop();
                Ok(())
            }
            ShelfWish::Play(frame) => match self.session.open_take() {
                Some(open) => self.shelf.play(open, frame, self.engine.play_back()?),
                None => Ok(()),
            },
            ShelfWish::Silence => Ok(()),
        }
    }

    /// The language of what is asked of others for the person here.
    fn speaks(&self) -> Language {
        let tag = self.session.language().or(self.language.as_deref());
        tag.map_or_else(Language::from_environment, Language::from_tag)
    }

    /// Writes something to where choices are remembered, if anywhere.
    fn keep(&self, write: impl FnOnce(&Path) -> Result<(), Fault>) -> Result<(), Fault> {
        self.remember.as_deref().map_or(Ok(()), |folder| {
            // A folder that cannot be made is told by the write.
            let _ = std::fs::create_dir_all(folder);
            write(folder)
        })
    }

    fn publish(&mut self, now: Duration) {
        let snapshot = Snapshot { night: self.night.latest(), ..self.session.snapshot(now) };
        let busy = snapshot.air != AirState::Off
            || snapshot.recording != RecordingState::Off
            || self.tape.writes_into().is_some();
        self.awake.while_busy(busy);
        self.shown.store(Arc::new(snapshot));
    }

    fn save_when_due(&mut self, now: Duration, at_once: bool) {
        if !self.remember_at.is_some_and(|due| at_once || now >= due) {
            return;
        }
        self.remember_at = None;
        let Some(folder) = self.remember.clone() else { return };
        let snapshot = self.session.snapshot(now);
        let settings = Settings { language: self.language.clone(), ..Settings::default() }.taken_from(&snapshot);
        let saved = settings.save(&folder).and_then(|()| file::save(&folder.join(Settings::DESK_FILE), &snapshot.desk));
        if let Err(fault) = saved {
            self.tell(Event::Trouble(fault), now);
        }
    }

    fn finish(mut self, now: Duration) -> Report {
        self.air.stop_all();
        for event in self.tape.finish() {
            self.tell(event, now);
        }
        self.air.finish();
        if let Some(fault) = self.interface.untold() {
            self.tell(Event::Trouble(fault), now);
        }
        self.tell_progress(now);
        let epoch = self.engine.epoch();
        let last = self.session.snapshot(now);
        self.save_when_due(now, true);
        self.interface.close();
        self.keep_gaps();
        self.shelf.finish();
        self.night.end(now, last.position);
        self.shown.store(Arc::new(last.clone()));
        Report {
            epoch,
            position: last.position,
            frames_lost: last.frames_lost,
            device_gaps: self.gaps,
            no_numbers: self.interface.silenced(),
            recording_short: !self.tape.is_whole(),
            recorded: self.tape.recorded(),
            air: self.air.report(),
            faults: self.faults,
        }
    }
}

#[cfg(test)]
#[path = "stage/surfaces_tests.rs"]
mod surfaces_tests;
#[cfg(test)]
#[path = "stage/stage_tests.rs"]
mod tests;
