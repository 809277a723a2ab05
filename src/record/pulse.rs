//! What others may see of a place's thread without waiting for it: whether it still moves, and what is safe there.
//!
//! A disk that does not answer holds its thread in a call that cannot be broken off, so somebody else must notice.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use crate::limits::RECORD_POLL;
use crate::timeline::FrameIndex;

/// The signs that a place's thread gives. Each is a plain value of its own: nothing is read that another one orders.
#[derive(Default, Debug)]
pub(super) struct Pulse {
    beats: AtomicU64,
    in_trouble: AtomicBool,
    all_safe: AtomicBool,
    /// For each part the frame up to which it is safe, plus one; zero before there is a file.
    safe: Vec<AtomicU64>,
}

impl Pulse {
    pub(super) fn new(parts: usize) -> Self {
        Self { safe: (0..parts).map(|_| AtomicU64::new(0)).collect(), ..Self::default() }
    }

    /// Something was done: the disk answers.
    pub(super) fn beat(&self) {
        self.beats.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn beats(&self) -> u64 {
        self.beats.load(Ordering::Relaxed)
    }

    pub(super) fn set_trouble(&self, is: bool) {
        self.in_trouble.store(is, Ordering::Relaxed);
    }

    pub(super) fn is_in_trouble(&self) -> bool {
        self.in_trouble.load(Ordering::Relaxed)
    }

    /// The end was asked for, and everything that came until then is safe. A pre-roll may still be copied to its place.
    pub(super) fn all_is_safe(&self) {
        self.all_safe.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_all_safe(&self) -> bool {
        self.all_safe.load(Ordering::Relaxed)
    }

    pub(super) fn set_safe(&self, part: usize, until: FrameIndex) {
        self.safe[part].store(until.0.saturating_add(1), Ordering::Relaxed);
    }

    /// The frame up to which a part is safe; `None` while it has no file.
    pub(super) fn safe(&self, part: usize) -> Option<FrameIndex> {
        self.safe[part].load(Ordering::Relaxed).checked_sub(1).map(FrameIndex)
    }
}

/// Watches a pulse from another thread.
#[derive(Default, Debug)]
pub(super) struct Watch {
    beats: u64,
    silent: Duration,
    last_look: Duration,
}

impl Watch {
    /// For how long the pulse has not beaten, at `now` of any clock that only goes forward. Between two looks only as much
    /// counts as there should be: when the whole computer stood still, the disk is not to blame.
    pub(super) fn silent_for(&mut self, pulse: &Pulse, now: Duration) -> Duration {
        let beats = pulse.beats();
        let between = now.saturating_sub(self.last_look).min(2 * RECORD_POLL);
        self.last_look = now;
        self.silent = if beats == self.beats { self.silent + between } else { Duration::ZERO };
        self.beats = beats;
        self.silent
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::RECORD_STALL;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_disk_that_stops_answering_is_noticed_within_a_second_and_one_that_answers_never(
            looks_ms in prop::collection::vec(1u64..=100, 1..200),
            beats_every in 1usize..6,
        ) {
            let (pulse, mut watch) = (Pulse::new(1), Watch::default());
            let mut now = Duration::ZERO;
            for (nth, look) in looks_ms.iter().enumerate() {
                now += Duration::from_millis(*look);
                if nth % beats_every == 0 {
                    pulse.beat();
                }
                prop_assert!(watch.silent_for(&pulse, now) < RECORD_STALL);
            }
            let stopped = now;
            while watch.silent_for(&pulse, now) < RECORD_STALL {
                now += Duration::from_millis(100);
            }
            prop_assert!(now - stopped <= Duration::from_secs(1));
        }
    }

    #[test]
    fn a_computer_that_stood_still_is_not_taken_for_a_disk_that_does() {
        let (pulse, mut watch) = (Pulse::new(1), Watch::default());
        watch.silent_for(&pulse, Duration::from_secs(1));
        assert!(watch.silent_for(&pulse, Duration::from_secs(6)) < RECORD_STALL);
    }
}
