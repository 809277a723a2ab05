//! What a stream's callbacks tell the control thread: atomics only, since error callbacks can come thousands of times
//! in a moment and none may wait, allocate or log.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};

use crate::priority::Scheduling;

/// Why a stream has ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Loss {
    /// The device went away, or the system says that the stream is worth nothing any more.
    Gone,
    /// A script without repetition reached its end.
    Finished,
}

const ALIVE: u8 = 0;
const GONE: u8 = 1;
const FINISHED: u8 = 2;

const UNKNOWN: u8 = 0;
const ORDINARY: u8 = 1;
const REALTIME: u8 = 2;

/// One stream's state, written by its callbacks and read by the control thread.
#[derive(Debug, Default)]
pub struct Health {
    callbacks: AtomicU64,
    frames: AtomicU32,
    xrun: AtomicBool,
    xruns: AtomicU64,
    loss: AtomicU8,
    scheduling: AtomicU8,
    /// Bits of an `f32`; zero, which no measurement ever is exactly, while unknown.
    drift_ppm: AtomicU32,
}

impl Health {
    /// The device reports that it lost sound. Any thread.
    pub fn xrun(&self) {
        self.xruns.fetch_add(1, Ordering::Relaxed);
        self.xrun.store(true, Ordering::Release);
    }

    /// The stream is over. The first reason stays. Any thread.
    pub fn lose(&self, loss: Loss) {
        let code = match loss {
            Loss::Gone => GONE,
            Loss::Finished => FINISHED,
        };
        // A later reason is only a consequence of the first.
        let _ = self.loss.compare_exchange(ALIVE, code, Ordering::AcqRel, Ordering::Relaxed);
    }

    /// Why the stream is over, if it is.
    #[must_use]
    pub fn loss(&self) -> Option<Loss> {
        match self.loss.load(Ordering::Acquire) {
            GONE => Some(Loss::Gone),
            FINISHED => Some(Loss::Finished),
            _ => None,
        }
    }

    /// Losses that the device reported.
    #[must_use]
    pub fn xruns(&self) -> u64 {
        self.xruns.load(Ordering::Relaxed)
    }

    /// Callbacks so far; the watchdog looks whether it moves.
    #[must_use]
    pub fn callbacks(&self) -> u64 {
        self.callbacks.load(Ordering::Acquire)
    }

    /// Frames of the last callback.
    #[must_use]
    pub fn frames(&self) -> u32 {
        self.frames.load(Ordering::Relaxed)
    }

    /// Whether the callback thread has realtime priority; `None` before its first callback.
    #[must_use]
    pub fn realtime(&self) -> Option<bool> {
        match self.scheduling.load(Ordering::Acquire) {
            UNKNOWN => None,
            class => Some(class == REALTIME),
        }
    }

    /// The measured drift of a monitor against the capture, in ppm, once known.
    #[must_use]
    pub fn drift_ppm(&self) -> Option<f32> {
        let bits = self.drift_ppm.load(Ordering::Relaxed);
        (bits != 0).then(|| f32::from_bits(bits))
    }

    /// The drift was measured. Audio thread.
    pub(super) fn drifts(&self, ppm: f32) {
        self.drift_ppm.store(ppm.to_bits(), Ordering::Relaxed);
    }

    /// One callback was served. Audio thread.
    pub(super) fn beat(&self, frames: usize) {
        self.frames.store(u32::try_from(frames).unwrap_or(u32::MAX), Ordering::Relaxed);
        self.callbacks.fetch_add(1, Ordering::Release);
    }

    /// Takes the report of lost sound, if there is one. Audio thread.
    pub(super) fn take_xrun(&self) -> bool {
        self.xrun.swap(false, Ordering::AcqRel)
    }

    /// What the system says of the callback thread. Audio thread, once.
    pub(super) fn scheduled(&self, scheduling: Scheduling) {
        let class = if scheduling.is_realtime() { REALTIME } else { ORDINARY };
        self.scheduling.store(class, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reason_of_an_end_stays() {
        let health = Health::default();
        assert_eq!(health.loss(), None);
        health.lose(Loss::Finished);
        health.lose(Loss::Gone);
        assert_eq!(health.loss(), Some(Loss::Finished));
    }

    #[test]
    fn a_storm_of_reports_is_one_taken_report() {
        let health = Health::default();
        for _ in 0..18_000 {
            health.xrun();
        }
        assert!(health.take_xrun());
        assert!(!health.take_xrun());
        assert_eq!(health.xruns(), 18_000);
    }
}
