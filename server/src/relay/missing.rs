//! What of a publisher's stream did not come, and when it is time to ask for it.
//!
//! str0m asks every 33 ms while it is allowed to, and at once when it was not allowed for so long. So it is allowed exactly
//! while something is missing: a lone loss is asked for with the very next packet.

use std::time::{Duration, Instant};

use crate::limits::{MOST_RESENT, REORDERED, RESEND_RING};

/// A packet that comes so soon after it was asked for was on its way already.
const ON_ITS_WAY: Duration = Duration::from_millis(10);
/// After so many packets without one that overtook another, a path is believed to be in better order.
const CALM: u32 = 200;

/// The packets of one stream that are missing. Bounded: what is [`RESEND_RING`] packets old is given up.
#[derive(Debug, Default)]
pub(crate) struct Missing {
    newest: Option<u64>,
    gone: Vec<Gone>,
    /// So many packets overtake others on this path: one that is missing no longer than that is not asked for yet.
    overtaking: u64,
    calm: u32,
}

#[derive(Clone, Copy, Debug)]
struct Gone {
    seq: u64,
    asked: Option<Instant>,
}

impl Missing {
    /// A packet arrived at `now`: whether it is time to ask for others.
    pub(crate) fn arrived(&mut self, seq: u64, now: Instant) -> bool {
        let newest = *self.newest.get_or_insert(seq);
        if seq > newest {
            let first = (newest + 1).max(seq.saturating_sub(RESEND_RING as u64));
            self.gone.extend((first..seq).map(|seq| Gone { seq, asked: None }));
            self.newest = Some(seq);
        } else if let Some(place) = self.gone.iter().position(|gone| gone.seq == seq) {
            let came = self.gone.swap_remove(place);
            if came.asked.is_none_or(|asked| now.saturating_duration_since(asked) < ON_ITS_WAY) {
                (self.overtaking, self.calm) = (self.overtaking.max(newest - seq).min(REORDERED), 0);
            }
        }
        self.calm += 1;
        if self.calm >= CALM {
            (self.overtaking, self.calm) = (self.overtaking.saturating_sub(1), 0);
        }
        self.ask(now)
    }

    fn ask(&mut self, now: Instant) -> bool {
        let newest = self.newest.unwrap_or_default();
        self.gone.retain(|gone| newest - gone.seq < RESEND_RING as u64);
        // A path that loses so much is too narrow, and what is asked for would make it worse.
        if self.gone.len() > MOST_RESENT {
            return false;
        }
        let overtaking = self.overtaking;
        let mut asks = false;
        for gone in self.gone.iter_mut().filter(|gone| newest - gone.seq > overtaking) {
            gone.asked.get_or_insert(now);
            asks = true;
        }
        asks
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(start: Instant, ms: u64) -> Instant {
        start + Duration::from_millis(ms)
    }

    #[test]
    fn a_loss_is_asked_for_with_the_next_packet_until_it_comes() {
        let (mut missing, start) = (Missing::default(), Instant::now());
        assert!(!missing.arrived(10, start) && !missing.arrived(11, at(start, 10)));
        assert!(missing.arrived(13, at(start, 30)) && missing.arrived(14, at(start, 40)));
        assert!(!missing.arrived(12, at(start, 55)) && !missing.arrived(15, at(start, 56)));
    }

    #[test]
    fn where_packets_overtake_each_other_it_waits_a_little() {
        let (mut missing, start) = (Missing::default(), Instant::now());
        missing.arrived(1, start);
        assert!(missing.arrived(3, at(start, 20)), "nothing is known of this path yet");
        missing.arrived(2, at(start, 22));
        assert!(!missing.arrived(5, at(start, 40)) && !missing.arrived(4, at(start, 42)));
        assert!(!missing.arrived(7, at(start, 60)) && missing.arrived(8, at(start, 70)), "6 is lost");
    }

    #[test]
    fn what_is_old_is_given_up() {
        let (mut missing, start) = (Missing::default(), Instant::now());
        missing.arrived(1, start);
        let last = 2 + RESEND_RING as u64;
        assert!((3..last).all(|seq| missing.arrived(seq, start)));
        assert!(!missing.arrived(last, start));
    }

    #[test]
    fn where_a_third_is_lost_nothing_more_is_asked_for() {
        let (mut missing, start) = (Missing::default(), Instant::now());
        missing.arrived(0, start);
        assert!((1..=MOST_RESENT as u64).all(|turn| missing.arrived(2 * turn, start)));
        assert!(!missing.arrived(2 * MOST_RESENT as u64 + 2, start));
    }

    proptest! {
        #[test]
        fn whatever_comes_little_is_kept_and_nothing_is_asked_for_that_came(seqs in prop::collection::vec(0_u64..500, 1..300)) {
            let (mut missing, start) = (Missing::default(), Instant::now());
            let mut came = std::collections::HashSet::new();
            for seq in seqs {
                missing.arrived(seq, start);
                came.insert(seq);
                prop_assert!(missing.gone.len() < RESEND_RING && missing.overtaking <= REORDERED);
                prop_assert!(missing.gone.iter().all(|gone| !came.contains(&gone.seq)));
            }
        }
    }
}
