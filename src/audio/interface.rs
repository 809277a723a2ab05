//! The chosen interface: opened, watched, and when it was lost taken again, always the same one.

use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use korero_dsp::drift::ClockFace;
use korero_sentences::{Key, key};

use super::capture::Held;
use super::health::{Health, Loss};
use super::monitor::Cue;
use super::no_numbers::Telling;
use super::slot::Slot;
use super::{AudioHost, AudioStream, CaptureSink, DeviceInfo, Downstream, MonitorSource, Silenced, Wanted};
use crate::engine::TapReader;
use crate::fault::Fault;
use crate::limits::{DEVICE_FRAMES_DEFAULT, DEVICE_SEARCH, PRESENCE_CHECK, SAMPLE_RATE, STALL, STREAM_END};
use crate::session::snapshot::DeviceState;

/// What happened to the interface since the last look.
#[derive(Clone, PartialEq, Debug)]
pub enum AudioEvent {
    /// The first sound of the chosen interface arrived.
    Running {
        /// Stable id.
        id: String,
        /// The rate it runs at, Hz.
        rate: u32,
        /// Frames in one callback.
        frames: u32,
        /// Whether its thread has realtime priority.
        realtime: bool,
    },
    /// It went away or gives no sound. It is being looked for.
    Lost(Fault),
    /// The same interface gives sound again.
    Returned,
    /// It gave samples that are no numbers; told once in a while, with all of them so far.
    NoNumbers(Fault),
    /// Its thread runs without realtime priority.
    RealtimeRefused(Fault),
    /// The headphones' device went away. It is being looked for.
    MonitorLost(Fault),
    /// The same headphones play again.
    MonitorReturned,
    /// A script without repetition is at its end.
    Finished,
}

/// Owns the engine's place in the sound and the streams that feed it. Lives on the control thread; [`Interface::tick`]
/// must be called about every 20 ms.
pub struct Interface {
    host: Box<dyn AudioHost>,
    engine: Arc<Slot<Held>>,
    face: Arc<ClockFace>,
    capture: Seat,
    no_numbers: Telling,
    cue: Option<Arc<Slot<Cue>>>,
    monitor: Seat,
    next_presence: Duration,
}

/// One device in use: the interface, or the headphones.
#[derive(Default)]
struct Seat {
    wanted: Option<Wanted>,
    name: String,
    stream: Option<Running>,
    next_search: Duration,
    /// A loss was told and its return was not.
    lost: bool,
}

struct Running {
    stream: Box<dyn AudioStream>,
    health: Arc<Health>,
    callbacks: u64,
    /// When a callback was last seen; `None` until the first look.
    alive: Option<Duration>,
    /// Its first callback was seen and told.
    told: bool,
}

impl Running {
    fn new(stream: Box<dyn AudioStream>, health: Arc<Health>) -> Self {
        Self { stream, health, callbacks: 0, alive: None, told: false }
    }

    /// Whether callbacks still come.
    fn answers(&mut self, now: Duration) -> bool {
        let callbacks = self.health.callbacks();
        let alive = *self.alive.get_or_insert(now);
        if callbacks != self.callbacks {
            self.callbacks = callbacks;
            self.alive = Some(now);
            return true;
        }
        now.saturating_sub(alive) < STALL
    }
}

/// Why a stream must be given up.
enum End {
    Gone,
    Stalled,
    Finished,
}

impl Interface {
    /// An interface without a device yet. `engine` gets its sound.
    pub fn new(host: Box<dyn AudioHost>, engine: impl Downstream + 'static) -> Self {
        let face = Arc::new(ClockFace::new(f64::from(SAMPLE_RATE)));
        Self {
            host,
            engine: Arc::new(Slot::new(Held::new(Box::new(engine), Arc::clone(&face)))),
            face,
            capture: Seat::default(),
            no_numbers: Telling::default(),
            cue: None,
            monitor: Seat::default(),
            next_presence: Duration::ZERO,
        }
    }

    /// Everything that is there now.
    ///
    /// # Errors
    /// When the system's sound cannot be asked.
    pub fn devices(&mut self) -> Result<Vec<DeviceInfo>, Fault> {
        self.host.devices()
    }

    /// Takes this device for capture, and leaves the one before. The engine's time goes on across the change.
    ///
    /// # Errors
    /// When it cannot be opened; then no device is in use.
    pub fn choose(&mut self, wanted: Wanted) -> Result<(), Fault> {
        self.leave();
        self.no_numbers = Telling::default();
        let running = self.open_capture(&wanted)?;
        let name = running.stream.info().name.clone();
        self.no_numbers.name(&name);
        self.capture = Seat { wanted: Some(wanted), name, stream: Some(running), ..Seat::default() };
        Ok(())
    }

    /// Leaves the device in use; time stands until another is chosen, and is then made up as silence.
    pub fn leave(&mut self) {
        self.engine.next_generation();
        if let Some(running) = std::mem::take(&mut self.capture).stream {
            retire(running, STREAM_END);
        }
    }

    /// Plays `cue` on this device, or on none. Without a new `cue` the one before goes on.
    ///
    /// # Errors
    /// When the device cannot be opened; then nothing plays.
    pub fn choose_monitor(&mut self, device: Option<Wanted>, cue: Option<TapReader>) -> Result<(), Fault> {
        if let Some(running) = std::mem::take(&mut self.monitor).stream {
            retire(running, STREAM_END);
        }
        if let Some(cue) = cue {
            self.cue = Some(Arc::new(Slot::new(Cue::new(cue, Arc::clone(&self.face)))));
        }
        let Some(wanted) = device else { return Ok(()) };
        let Some(running) = self.open_monitor(&wanted)? else { return Ok(()) };
        let name = running.stream.info().name.clone();
        self.monitor = Seat { wanted: Some(wanted), name, stream: Some(running), ..Seat::default() };
        Ok(())
    }

    /// Looks after the devices: notices that one is lost, and takes it again when it is back. `now` is monotonic time
    /// from any origin.
    pub fn tick(&mut self, now: Duration) -> Vec<AudioEvent> {
        let mut events = Vec::new();
        let look = now >= self.next_presence;
        if look {
            self.next_presence = now + PRESENCE_CHECK;
        }
        self.tick_capture(now, look, &mut events);
        self.tick_monitor(now, look, &mut events);
        events
    }

    /// What the window shows of the interface.
    #[must_use]
    pub fn state(&self) -> DeviceState {
        let Some(wanted) = &self.capture.wanted else { return DeviceState::None };
        let id = wanted.id.clone();
        match &self.capture.stream {
            Some(running) if running.told => {
                let info = running.stream.info();
                DeviceState::Running {
                    id,
                    name: info.name.clone(),
                    inputs: info.channels,
                    rate: info.rate,
                    frames: running.health.frames(),
                    realtime: running.health.realtime().unwrap_or(false),
                }
            }
            _ if self.capture.lost => DeviceState::Away { id },
            _ => DeviceState::Opening { id },
        }
    }

    /// How much faster (positive) or slower the headphones' clock is than the interface's, in ppm, once known.
    #[must_use]
    pub fn drift_ppm(&self) -> Option<f32> {
        self.monitor.stream.as_ref()?.health.drift_ppm()
    }

    /// How often the headphones had nothing to play since they were opened.
    #[must_use]
    pub fn monitor_underruns(&self) -> u64 {
        self.monitor.stream.as_ref().map_or(0, |running| running.health.xruns())
    }

    /// Losses that the interface itself reported since it was opened.
    #[must_use]
    pub fn xruns(&self) -> u64 {
        self.capture.stream.as_ref().map_or(0, |running| running.health.xruns())
    }

    /// Samples that were no numbers, for each input that gave any since the device was chosen.
    #[must_use]
    pub fn silenced(&self) -> Vec<Silenced> {
        self.no_numbers.counts().so_far()
    }

    /// What [`Interface::tick`] would still tell of samples that are no numbers: for the end of a show.
    #[must_use]
    pub fn untold(&self) -> Option<Fault> {
        self.no_numbers.untold()
    }

    /// Stops all streams and ends the engine: readers of its taps see them closed after the last block.
    pub fn close(&mut self) {
        self.leave();
        if let Some(running) = std::mem::take(&mut self.monitor).stream {
            retire(running, STREAM_END);
        }
        self.cue = None;
        drop(self.engine.close(STREAM_END));
    }

    fn open_capture(&mut self, wanted: &Wanted) -> Result<Running, Fault> {
        let health = Arc::new(Health::default());
        let sink = CaptureSink::new(&self.engine, Arc::clone(&health), self.no_numbers.counts());
        let stream = self.host.open_capture(wanted, sink)?;
        Ok(Running::new(stream, health))
    }

    fn open_monitor(&mut self, wanted: &Wanted) -> Result<Option<Running>, Fault> {
        let Some(cue) = &self.cue else { return Ok(None) };
        let health = Arc::new(Health::default());
        // One device has one clock for both ways.
        let one_clock = self.capture.wanted.as_ref().is_some_and(|capture| capture.id == wanted.id);
        let source = MonitorSource::new(cue, Arc::clone(&health), one_clock, self.capture.callback_frames());
        let stream = self.host.open_monitor(wanted, source)?;
        Ok(Some(Running::new(stream, health)))
    }

    fn tick_capture(&mut self, now: Duration, look: bool, events: &mut Vec<AudioEvent>) {
        match self.capture.ended(self.host.as_mut(), now, look) {
            Some(End::Finished) => {
                self.leave();
                events.push(AudioEvent::Finished);
                return;
            }
            Some(end) => {
                self.engine.next_generation();
                let code = if matches!(end, End::Stalled) { key::FAULT_AUDIO_STALLED } else { key::FAULT_AUDIO_LOST };
                events.extend(self.capture.lose(now, code).map(AudioEvent::Lost));
            }
            None => {}
        }
        if self.capture.may_search(now)
            && let Some(wanted) = self.capture.wanted.clone()
        {
            self.capture.stream = self.open_capture(&wanted).ok();
        }
        self.capture.tell_running(events);
        events.extend(self.no_numbers.look(now).map(AudioEvent::NoNumbers));
    }

    fn tick_monitor(&mut self, now: Duration, look: bool, events: &mut Vec<AudioEvent>) {
        if self.monitor.ended(self.host.as_mut(), now, look).is_some() {
            let told = self.monitor.lose(now, key::FAULT_AUDIO_MONITOR_LOST);
            events.extend(told.map(AudioEvent::MonitorLost));
        }
        if self.monitor.may_search(now)
            && let Some(wanted) = self.monitor.wanted.clone()
        {
            self.monitor.stream = self.open_monitor(&wanted).ok().flatten();
        }
        if self.monitor.begins() && std::mem::take(&mut self.monitor.lost) {
            events.push(AudioEvent::MonitorReturned);
        }
    }
}

impl Drop for Interface {
    fn drop(&mut self) {
        self.close();
    }
}

impl Seat {
    /// Whether the stream in use is over, and why.
    fn ended(&mut self, host: &mut dyn AudioHost, now: Duration, look: bool) -> Option<End> {
        let (running, wanted) = (self.stream.as_mut()?, self.wanted.as_ref()?);
        match running.health.loss() {
            Some(Loss::Finished) => return Some(End::Finished),
            Some(Loss::Gone) => return Some(End::Gone),
            None => {}
        }
        if !running.answers(now) {
            return Some(End::Stalled);
        }
        (look && !host.present(&wanted.id)).then_some(End::Gone)
    }

    /// Gives the stream up; the fault is told once for each loss.
    fn lose(&mut self, now: Duration, code: Key) -> Option<Fault> {
        if let Some(running) = self.stream.take() {
            retire(running, Duration::ZERO);
        }
        self.next_search = now;
        if std::mem::replace(&mut self.lost, true) {
            return None;
        }
        let mut fault = Fault::new(code).with("device", self.name.as_str());
        if code == key::FAULT_AUDIO_STALLED {
            fault = fault.with("seconds", STALL.as_secs_f32());
        }
        Some(fault)
    }

    /// Engine frames in one callback: as seen, else as promised, else as asked for.
    fn callback_frames(&self) -> usize {
        let asked = self.wanted.as_ref().map_or(DEVICE_FRAMES_DEFAULT, |wanted| wanted.frames);
        let Some(running) = &self.stream else { return asked as usize };
        let info = running.stream.info();
        let frames = running.health.frames().max(info.frames);
        let frames = if frames == 0 { asked } else { frames };
        (u64::from(frames) * u64::from(SAMPLE_RATE)).div_ceil(u64::from(info.rate.max(1))) as usize
    }

    /// Whether it is time to look for the lost device again.
    fn may_search(&mut self, now: Duration) -> bool {
        if !self.lost || self.stream.is_some() || now < self.next_search {
            return false;
        }
        self.next_search = now + DEVICE_SEARCH;
        true
    }

    /// Whether the stream's first callback was just seen.
    fn begins(&mut self) -> bool {
        match &mut self.stream {
            Some(running) if !running.told && running.health.callbacks() > 0 => {
                running.told = true;
                true
            }
            _ => false,
        }
    }

    fn tell_running(&mut self, events: &mut Vec<AudioEvent>) {
        if !self.begins() {
            return;
        }
        let (Some(running), Some(wanted)) = (&self.stream, &self.wanted) else { return };
        let realtime = running.health.realtime().unwrap_or(false);
        events.push(if std::mem::take(&mut self.lost) {
            AudioEvent::Returned
        } else {
            let (rate, frames) = (running.stream.info().rate, running.health.frames());
            AudioEvent::Running { id: wanted.id.clone(), rate, frames, realtime }
        });
        if !realtime {
            let fault = Fault::new(key::FAULT_AUDIO_REALTIME).with("device", self.name.as_str());
            events.push(AudioEvent::RealtimeRefused(fault));
        }
    }
}

/// Ends a stream on a thread of its own, since ending a dead one may take more than 20 seconds; waits up to `patience`
/// so that the device is free for the next one.
fn retire(running: Running, patience: Duration) {
    let (ended, wait) = mpsc::channel();
    let begun = thread::Builder::new().name("stream-end".to_owned()).spawn(move || {
        drop(running);
        // Nobody may be waiting any more.
        let _ = ended.send(());
    });
    if begun.is_ok() && !patience.is_zero() {
        // A stream that takes longer is left to its thread.
        let _ = wait.recv_timeout(patience);
    }
}

#[cfg(test)]
#[path = "interface_tests.rs"]
mod tests;
