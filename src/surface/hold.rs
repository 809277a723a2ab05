//! Keys that must be held for what ends something. It is done when the key is let go, and only after the right time: one
//! stray message, a message that came twice, or a release that was lost does nothing.

use std::collections::VecDeque;
use std::time::Duration;

use crate::limits::{SURFACE_HELD, SURFACE_HOLD, SURFACE_HOLD_LONGEST};
use crate::session::act::Act;

/// The keys that are held, by whom (`W`).
#[derive(Debug)]
pub(super) struct Holds<W> {
    held: VecDeque<(W, Act, Duration)>,
}

impl<W> Default for Holds<W> {
    fn default() -> Self {
        Self { held: VecDeque::new() }
    }
}

impl<W: PartialEq> Holds<W> {
    /// A key goes down at `now` or up; gives whether its action is to be done now.
    pub(super) fn key(&mut self, who: W, act: Act, down: bool, now: Duration) -> bool {
        if !act.needs_hold() {
            return down;
        }
        let at = self.held.iter().position(|(by, what, _)| *by == who && *what == act);
        match (down, at) {
            // Down again without a release: either a repeat, or the release was lost. Only what was held since counts.
            (true, Some(at)) => {
                self.held[at].2 = now;
                false
            }
            (true, None) => {
                self.held.push_back((who, act, now));
                if self.held.len() > SURFACE_HELD {
                    self.held.pop_front();
                }
                false
            }
            (false, at) => {
                let since = at.and_then(|at| self.held.remove(at));
                since.is_some_and(|(_, _, since)| long_enough(since, now))
            }
        }
    }

    /// Whether letting go of a key for `act` would do it.
    pub(super) fn is_ready(&self, act: Act, now: Duration) -> bool {
        self.held.iter().any(|(_, what, since)| *what == act && long_enough(*since, now))
    }

    /// Forgets the keys of those who are gone.
    pub(super) fn forget(&mut self, gone: impl Fn(&W) -> bool) {
        self.held.retain(|(who, _, _)| !gone(who));
    }

    /// Forgets keys whose release was lost.
    pub(super) fn forget_lost(&mut self, now: Duration) {
        self.held.retain(|(_, _, since)| now.saturating_sub(*since) <= SURFACE_HOLD_LONGEST);
    }
}

fn long_enough(since: Duration, now: Duration) -> bool {
    (SURFACE_HOLD..=SURFACE_HOLD_LONGEST).contains(&now.saturating_sub(since))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn a_show_is_ended_by_a_hold_and_a_release_and_by_nothing_less() {
        let mut holds = Holds::default();
        assert!(!holds.key(1, Act::LeaveAir, true, ms(0)));
        assert!(!holds.key(1, Act::LeaveAir, false, ms(999)), "too short");
        assert!(!holds.key(1, Act::LeaveAir, false, ms(2_500)), "it was not down");
        assert!(!holds.key(1, Act::LeaveAir, true, ms(3_000)));
        assert!(!holds.key(2, Act::LeaveAir, false, ms(4_500)), "by another hand");
        assert!(!holds.key(1, Act::StopRecording, false, ms(4_500)), "another key");
        assert!(holds.is_ready(Act::LeaveAir, ms(4_500)));
        assert!(holds.key(1, Act::LeaveAir, false, ms(4_500)));
        assert!(!holds.key(1, Act::LeaveAir, true, ms(5_000)));
        assert!(!holds.key(1, Act::LeaveAir, false, ms(16_000)), "leant upon");
        assert!(holds.key(1, Act::Mark, true, ms(0)) && !holds.key(1, Act::Mark, false, ms(1)));
    }

    #[test]
    fn a_press_whose_release_was_lost_makes_no_hold_of_the_next_tap() {
        let mut holds = Holds::default();
        holds.key(1, Act::LeaveAir, true, ms(0));
        holds.key(1, Act::LeaveAir, true, ms(4_000));
        assert!(!holds.is_ready(Act::LeaveAir, ms(4_100)) && !holds.key(1, Act::LeaveAir, false, ms(4_100)));
        holds.key(2, Act::StopRecording, true, ms(5_000));
        holds.forget(|who| *who == 2);
        assert!(!holds.key(2, Act::StopRecording, false, ms(7_000)), "it was unplugged meanwhile");
    }

    proptest! {
        #[test]
        fn whatever_comes_within_a_second_ends_nothing(keys in proptest::collection::vec((any::<bool>(), 0_u64..1_000), 0..64)) {
            let mut holds = Holds::default();
            let mut times: Vec<_> = keys.iter().map(|(_, at)| *at).collect();
            times.sort_unstable();
            for ((down, _), at) in keys.iter().zip(times) {
                prop_assert!(!holds.key((), Act::LeaveAir, *down, ms(at)));
            }
        }
    }
}
