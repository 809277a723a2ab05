//! How much is taken from each sender: what is more is dropped, counted, and told once.

use std::time::Duration;

use crate::limits::{FLOOD_OVER, SURFACE_MESSAGES, SURFACE_SENDERS};

/// What each sender (`W`) may still send.
#[derive(Debug)]
pub(super) struct Floods<W> {
    senders: Vec<Sender<W>>,
}

#[derive(Debug)]
struct Sender<W> {
    who: W,
    /// Messages that it may send now.
    left: f64,
    at: Duration,
    /// When something of it was dropped last.
    dropped: Option<Duration>,
}

/// What becomes of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fate {
    /// It is read.
    Taken,
    /// It is one too many.
    Dropped,
    /// The same, and the first one of a flood.
    FloodBegins,
}

impl<W> Default for Floods<W> {
    fn default() -> Self {
        Self { senders: Vec::new() }
    }
}

impl<W: PartialEq> Floods<W> {
    /// A message of `who` comes at `now`.
    pub(super) fn message(&mut self, who: W, now: Duration) -> Fate {
        let most = f64::from(SURFACE_MESSAGES);
        let at = self.senders.iter().position(|sender| sender.who == who).unwrap_or_else(|| self.make_room(who, now));
        let sender = &mut self.senders[at];
        sender.left = (sender.left + now.saturating_sub(sender.at).as_secs_f64() * most).min(most);
        sender.at = now;
        if sender.left >= 1.0 {
            sender.left -= 1.0;
            return Fate::Taken;
        }
        let known = sender.dropped.replace(now).is_some_and(|last| now.saturating_sub(last) < FLOOD_OVER);
        if known { Fate::Dropped } else { Fate::FloodBegins }
    }

    /// The place of a new sender; the one that was silent for longest goes.
    fn make_room(&mut self, who: W, now: Duration) -> usize {
        let new = Sender { who, left: f64::from(SURFACE_MESSAGES), at: now, dropped: None };
        if self.senders.len() < SURFACE_SENDERS {
            self.senders.push(new);
            return self.senders.len() - 1;
        }
        let oldest = (0..self.senders.len()).min_by_key(|at| self.senders[*at].at).unwrap_or(0);
        self.senders[oldest] = new;
        oldest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_bounded_counted_and_told_once_and_others_are_heard_meanwhile() {
        let mut floods = Floods::default();
        let (mut taken, mut dropped, mut told) = (0, 0, 0);
        for n in 0..100_000_u64 {
            let now = Duration::from_micros(n * 10);
            match floods.message("flood", now) {
                Fate::Taken => taken += 1,
                Fate::Dropped => dropped += 1,
                Fate::FloodBegins => (dropped, told) = (dropped + 1, told + 1),
            }
            if n.is_multiple_of(1_000) {
                assert_eq!(floods.message("engineer", now), Fate::Taken);
            }
        }
        assert_eq!((taken + dropped, told), (100_000, 1));
        assert!(taken <= 2 * SURFACE_MESSAGES, "{taken}");
        let later = Duration::from_secs(30);
        for _ in 0..SURFACE_MESSAGES {
            assert_eq!(floods.message("flood", later), Fate::Taken);
        }
        assert_eq!(floods.message("flood", later), Fate::FloodBegins, "another flood is told again");
    }

    #[test]
    fn senders_that_are_remembered_have_an_end() {
        let mut floods = Floods::default();
        for n in 0..10_000_u32 {
            floods.message(n, Duration::from_millis(n.into()));
        }
        assert_eq!(floods.senders.len(), SURFACE_SENDERS);
    }
}
