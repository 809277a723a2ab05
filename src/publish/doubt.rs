//! Whether a connection is worth waiting for once the network under it is another one.

use std::time::{Duration, Instant};

use crate::limits::DOUBT;

/// A doubt, while there is one. It is only for a far side that reports often: one that is seldom heard says nothing by its
/// silence, and its loss is noticed by the consent checks.
#[derive(Debug, Default)]
pub(super) struct Doubt {
    began: Option<Instant>,
    /// When the far side was heard last, and how long it had been silent before that.
    heard: Option<Instant>,
    pause: Option<Duration>,
}

impl Doubt {
    /// Begins to doubt at `now`.
    pub(super) fn begin(&mut self, now: Instant) {
        let recent = self.heard.is_some_and(|heard| now.saturating_duration_since(heard) < DOUBT);
        let often = self.pause.is_some_and(|pause| pause <= DOUBT / 3);
        self.began = (recent && often).then_some(now);
    }

    /// Looks at `now` at a far side that was heard last at `heard`: whether, since a doubt began, it was not heard for so
    /// long that it is lost.
    pub(super) fn is_lost(&mut self, heard: Option<Instant>, now: Instant) -> bool {
        if heard != self.heard {
            self.pause = self.heard.zip(heard).map(|(before, heard)| heard.saturating_duration_since(before));
            self.heard = heard;
        }
        let Some(began) = self.began else { return false };
        if heard.is_some_and(|heard| heard > began) {
            self.began = None;
            return false;
        }
        now.saturating_duration_since(began) >= DOUBT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A doubt after a far side that was heard twice, `pause` ms apart, the second time at 1000 ms, and the clock.
    fn heard_every(pause: u64) -> (Doubt, impl Fn(u64) -> Instant) {
        let began = Instant::now();
        let at = move |ms| began + Duration::from_millis(ms);
        let mut doubt = Doubt::default();
        assert!(!doubt.is_lost(Some(at(1_000 - pause)), at(1_000 - pause)));
        assert!(!doubt.is_lost(Some(at(1_000)), at(1_000)), "without a doubt nothing is lost");
        (doubt, at)
    }

    #[test]
    fn a_far_side_that_reports_often_and_falls_silent_is_lost_soon_and_one_that_goes_on_is_not() {
        let (mut doubt, at) = heard_every(100);
        doubt.begin(at(1_050));
        assert!(!doubt.is_lost(Some(at(1_000)), at(1_100)));
        assert!(doubt.is_lost(Some(at(1_000)), at(1_050) + DOUBT));
        let (mut doubt, at) = heard_every(100);
        doubt.begin(at(1_050));
        assert!(!doubt.is_lost(Some(at(1_100)), at(1_110)));
        assert!(!doubt.is_lost(Some(at(1_100)), at(9_000)), "it was heard: the doubt is over");
    }

    #[test]
    fn the_silence_of_a_far_side_that_is_seldom_heard_says_nothing() {
        let (mut doubt, at) = heard_every(990);
        doubt.begin(at(1_050));
        assert!(!doubt.is_lost(Some(at(1_000)), at(9_000)), "it was heard a moment ago, and is not due");
        let mut never = Doubt::default();
        never.begin(at(1_050));
        assert!(!never.is_lost(None, at(9_000)));
    }
}
