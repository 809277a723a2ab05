//! Whether a connection is worth waiting for once the network under it is another one.

use std::time::Instant;

use crate::limits::DOUBT;

/// A doubt, while there is one. It is only for a far side that reports often: one that is seldom heard says nothing by its
/// silence, and its loss is noticed by the consent checks.
#[derive(Debug, Default)]
pub(super) struct Doubt {
    began: Option<Instant>,
}

impl Doubt {
    /// Begins to doubt at `now` a far side that was heard last at `heard`.
    pub(super) fn begin(&mut self, heard: Option<Instant>, now: Instant) {
        let often = heard.is_some_and(|heard| now.saturating_duration_since(heard) < DOUBT);
        self.began = often.then_some(now);
    }

    /// Whether the far side was not heard since, for so long that it is lost.
    pub(super) fn is_lost(&mut self, heard: Option<Instant>, now: Instant) -> bool {
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
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_far_side_that_reports_often_and_falls_silent_is_lost_soon_and_one_that_goes_on_is_not() {
        let began = Instant::now();
        let at = |ms| began + Duration::from_millis(ms);
        let mut doubt = Doubt::default();
        assert!(!doubt.is_lost(None, at(0)), "without a doubt nothing is lost");
        doubt.begin(Some(at(950)), at(1_000));
        assert!(!doubt.is_lost(Some(at(950)), at(1_100)));
        assert!(doubt.is_lost(Some(at(950)), at(1_000) + DOUBT));
        doubt.begin(Some(at(1_950)), at(2_000));
        assert!(!doubt.is_lost(Some(at(2_050)), at(2_060)));
        assert!(!doubt.is_lost(Some(at(2_050)), at(9_000)), "it was heard: the doubt is over");
    }

    #[test]
    fn the_silence_of_a_far_side_that_is_seldom_heard_says_nothing() {
        let began = Instant::now();
        let mut doubt = Doubt::default();
        for heard in [None, Some(began)] {
            doubt.begin(heard, began + DOUBT);
            assert!(!doubt.is_lost(heard, began + DOUBT * 9));
        }
    }
}
