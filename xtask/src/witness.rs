//! A thread that wants to wake every millisecond, and tells how late the machine woke it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const TICK: Duration = Duration::from_millis(1);

/// What the machine did while something was measured.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Stalls {
    /// The longest lateness, ms.
    pub worst_ms: f64,
    /// Wakes more than 5 ms late.
    pub over_5_ms: u32,
    /// Wakes more than 20 ms late.
    pub over_20_ms: u32,
}

impl fmt::Display for Stalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "latest tick {:.1} ms, {} over 5 ms, {} over 20 ms", self.worst_ms, self.over_5_ms, self.over_20_ms)
    }
}

pub(crate) struct Witness {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Stalls>,
}

impl Witness {
    pub(crate) fn begin() -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&stop);
        Self { stop, thread: std::thread::spawn(move || watch(&seen)) }
    }

    pub(crate) fn end(self) -> Stalls {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap_or_default()
    }
}

#[expect(clippy::disallowed_methods, reason = "sleeping is what is measured")]
fn watch(stop: &AtomicBool) -> Stalls {
    let mut stalls = Stalls::default();
    while !stop.load(Ordering::Relaxed) {
        let before = Instant::now();
        std::thread::sleep(TICK);
        let late = before.elapsed().saturating_sub(TICK).as_secs_f64() * 1e3;
        stalls.worst_ms = stalls.worst_ms.max(late);
        stalls.over_5_ms += u32::from(late > 5.0);
        stalls.over_20_ms += u32::from(late > 20.0);
    }
    stalls
}
