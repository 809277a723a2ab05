//! What was told lately: a stranger who fails us in a new way at every attempt must not fill the screen.

use std::time::{Duration, Instant};

use korero_sentences::Key;

/// The same is told again after this, when something else was told in between.
const AGAIN: Duration = Duration::from_secs(30);

#[derive(Default)]
pub(super) struct Told {
    all: Vec<(Key, Instant)>,
    last: Option<Key>,
}

impl Told {
    /// Whether this is to be told at `now`: it is not what was told last, and not what was told a moment before that.
    pub(super) fn is_news(&mut self, code: Key, now: Instant) -> bool {
        if self.last.replace(code) == Some(code) {
            return false;
        }
        self.all.retain(|(_, at)| now.saturating_duration_since(*at) < AGAIN);
        let news = self.all.iter().all(|(told, _)| *told != code);
        if news {
            self.all.push((code, now));
        }
        news
    }

    /// All is well again: what fails next is another story.
    pub(super) fn is_over(&mut self) {
        self.last = None;
    }
}

#[cfg(test)]
mod tests {
    use korero_sentences::key;

    use super::*;

    #[test]
    fn what_stays_is_told_once_and_what_comes_and_goes_every_half_a_minute() {
        let (mut told, began) = (Told::default(), Instant::now());
        let at = |second: u64| began + Duration::from_secs(second);
        let (one, two) = (key::FAULT_PUBLISH_MEDIA, key::FAULT_PUBLISH_BUSY);
        assert!(told.is_news(one, at(0)));
        assert!((1..1_000).all(|second| !told.is_news(one, at(second))), "it stays");
        let turns = (1_000..1_060).filter(|second| told.is_news(if second % 2 == 0 { two } else { one }, at(*second)));
        assert_eq!(turns.count(), 4, "each twice in a minute");
    }

    #[test]
    fn what_fails_again_soon_after_all_was_well_is_no_news() {
        let (mut told, began) = (Told::default(), Instant::now());
        assert!(told.is_news(key::FAULT_PUBLISH_LOST, began));
        told.is_over();
        assert!(!told.is_news(key::FAULT_PUBLISH_LOST, began + Duration::from_secs(5)));
        told.is_over();
        assert!(told.is_news(key::FAULT_PUBLISH_LOST, began + AGAIN));
    }
}
