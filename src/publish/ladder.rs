//! How soon the next attempt to get on air follows, and how many may be under way.

use std::time::Duration;

use crate::limits::{RECONNECT_PAUSE, REFUSED_PAUSE};

/// For this long attempts follow each other as closely as they may: most losses are over by then, and a listener still
/// waits.
const EAGER: Duration = Duration::from_secs(60);

/// From the beginning of one attempt to that of the next, when the last sound went out, or the first attempt began,
/// `since` ago: a second for the first minute, then slower, up to five seconds after five minutes.
pub(super) fn interval(since: Duration) -> Duration {
    if since <= EAGER { RECONNECT_PAUSE } else { (since / 60).clamp(RECONNECT_PAUSE, REFUSED_PAUSE) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn for_a_minute_an_attempt_begins_each_second_and_never_later_than_every_five(ms in 0..100_000_000_u64) {
            let since = Duration::from_millis(ms);
            let (now, later) = (interval(since), interval(since + Duration::from_secs(1)));
            prop_assert!(now >= RECONNECT_PAUSE && now <= REFUSED_PAUSE && later >= now);
            prop_assert!(since > EAGER || now == RECONNECT_PAUSE);
        }
    }
}
