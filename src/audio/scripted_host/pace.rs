//! Lets a scripted device run by the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};

use korero_sentences::key;

use super::Shared;
use crate::fault::Fault;

/// The longest sleep in one piece, so that the thread ends soon when asked to.
const NAP: Duration = Duration::from_millis(50);

/// The thread that plays the script; begun when the device is first opened.
pub(super) struct Pacer {
    speed: f64,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Pacer {
    pub(super) fn new(speed: f64) -> Self {
        Self { speed, stop: Arc::new(AtomicBool::new(false)), thread: None }
    }

    /// Begins to play, unless it does already.
    pub(super) fn start(&mut self, world: &Shared) -> Result<(), Fault> {
        if self.thread.is_some() {
            return Ok(());
        }
        let (world, stop, speed) = (world.clone(), Arc::clone(&self.stop), self.speed);
        world.lock().date(utc_ns(), speed);
        // The dates count from here, not from when the system gets round to the thread.
        let began = Instant::now();
        let run = move || play(&world, &stop, speed, began);
        let thread = thread::Builder::new().name("scripted".to_owned()).spawn(run);
        self.thread = Some(thread.map_err(|e| Fault::new(key::FAULT_AUDIO_THREAD).with("detail", e.to_string()))?);
        Ok(())
    }
}

impl Drop for Pacer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            // It panicked only when a callback did, and then the panic was told already.
            let _ = thread.join();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a device's clock: this thread stands for the hardware")]
fn nap(length: Duration) {
    thread::sleep(length);
}

/// Every callback comes when its last frame is due, by absolute time: a late one is followed by the next at once, and
/// nothing is ever lost.
fn play(world: &Shared, stop: &AtomicBool, speed: f64, began: Instant) {
    while !stop.load(Ordering::Acquire) {
        let (frames, due_ns) = world.lock().next_callback();
        let due = Duration::from_secs_f64(due_ns as f64 * 1e-9 / speed);
        let wait = due.saturating_sub(began.elapsed());
        if wait > NAP {
            nap(NAP);
            continue;
        }
        if !wait.is_zero() {
            nap(wait);
        }
        world.lock().step(frames);
    }
}

fn utc_ns() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
