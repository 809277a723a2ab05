//! An interface that is written down: files and test sounds for inputs, faults on command, time that the test or the
//! clock drives. The demo plays through it, and so do the tests of everything behind the interface.

mod decode;
mod pace;
mod script;
pub mod signal;
mod source;
mod world;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use script::{Pace, Script, ScriptedFault, ScriptedFormat, ScriptedKind, ScriptedSource};

use self::pace::Pacer;
use self::world::World;
use super::{
    AudioHost, AudioStream, CaptureSink, DeviceInfo, MonitorSource, StreamInfo, Wanted, no_such_device, too_few,
};
use crate::fault::Fault;

/// A host with one scripted device.
pub struct ScriptedHost {
    world: Shared,
    id: String,
    /// `None` when a [`Pump`] drives it.
    pacer: Option<Pacer>,
}

/// Drives a scripted device by hand: nothing happens but what the test asks for, on the calling thread.
#[derive(Clone)]
pub struct Pump {
    world: Shared,
}

/// The device's state. Its lock is taken by the pacing thread around each callback and by the control thread to open
/// and close; a real device has such a lock too, in the driver.
#[derive(Clone)]
struct Shared(Arc<Mutex<World>>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, World> {
        // A panic in a test's callback does not make the script worth less.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ScriptedHost {
    /// Plays the script by the clock, on a thread with realtime priority, from the moment that the device is opened.
    #[must_use]
    pub fn realtime(script: Script) -> Self {
        let id = script.id.clone();
        let pacer = Pacer::new(script.pace.speed());
        Self { world: Shared(Arc::new(Mutex::new(World::new(script)))), id, pacer: Some(pacer) }
    }

    /// Plays the script only when pumped; its clock stands still in between.
    #[must_use]
    pub fn manual(script: Script) -> (Self, Pump) {
        let id = script.id.clone();
        let world = Shared(Arc::new(Mutex::new(World::new(script))));
        (Self { world: world.clone(), id, pacer: None }, Pump { world })
    }

    /// The device's stable id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    fn open(
        &mut self,
        wanted: &Wanted,
        capture: bool,
        put: impl FnOnce(&mut World, &StreamInfo) -> u64,
    ) -> Result<Box<dyn AudioStream>, Fault> {
        let there = self.devices()?;
        let Some(device) = there.iter().find(|device| device.id == wanted.id) else {
            return Err(no_such_device(&wanted.id, &there));
        };
        let channels = if capture { device.inputs } else { device.outputs };
        too_few(wanted, &device.name, u16::from(channels), capture)?;
        // Files are read before the device's lock is taken for longer.
        let load = self.world.lock().to_load();
        if let Some(load) = load {
            let sources = load.run()?;
            self.world.lock().loaded(sources);
        }
        let mut world = self.world.lock();
        let info = world.info(channels, wanted.frames);
        let id = put(&mut world, &info);
        drop(world);
        if let Some(pacer) = &mut self.pacer {
            pacer.start(&self.world)?;
        }
        Ok(Box::new(ScriptedStream { world: self.world.clone(), id, info }))
    }
}

impl AudioHost for ScriptedHost {
    fn devices(&mut self) -> Result<Vec<DeviceInfo>, Fault> {
        let mut world = self.world.lock();
        let inputs = world.inputs()?;
        Ok(world.device(inputs).into_iter().collect())
    }

    fn present(&mut self, id: &str) -> bool {
        id == self.id && self.world.lock().is_plugged()
    }

    fn open_capture(&mut self, wanted: &Wanted, sink: CaptureSink) -> Result<Box<dyn AudioStream>, Fault> {
        self.open(wanted, true, |world, info| world.put_capture(sink, info))
    }

    fn open_monitor(&mut self, wanted: &Wanted, source: MonitorSource) -> Result<Box<dyn AudioStream>, Fault> {
        self.open(wanted, false, |world, info| world.put_monitor(source, info))
    }
}

impl Pump {
    /// Lets one callback of `frames` frames happen (or time pass as long, while nothing is open or plugged).
    pub fn pump(&self, frames: usize) {
        self.world.lock().step(frames);
    }

    /// Does a fault now.
    pub fn fault(&self, kind: ScriptedKind) {
        self.world.lock().suffer(kind);
    }

    /// The script's time.
    #[must_use]
    pub fn now(&self) -> Duration {
        Duration::from_nanos(self.world.lock().now_ns())
    }

    /// Frames of the source so far, lost ones included: the number of the next frame that will be captured.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.world.lock().position()
    }

    /// What the headphones were given since the last call, interleaved stereo.
    #[must_use]
    pub fn take_played(&self) -> Vec<f32> {
        self.world.lock().take_played()
    }
}

struct ScriptedStream {
    world: Shared,
    id: u64,
    info: StreamInfo,
}

impl AudioStream for ScriptedStream {
    fn info(&self) -> &StreamInfo {
        &self.info
    }
}

impl Drop for ScriptedStream {
    fn drop(&mut self) {
        // The callback's end is dropped after the lock is free.
        let removed = self.world.lock().remove(self.id);
        drop(removed);
    }
}
