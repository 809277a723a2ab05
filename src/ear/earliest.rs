//! By how much a regular thing comes late, told by its earliest comings: a burst is no delay.

use crate::limits::SAMPLE_RATE;

/// The least of the last one to two seconds.
const OF: u64 = SAMPLE_RATE as u64;

/// Remembers the least lateness.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Earliest {
    before: Option<i64>,
    now: Option<i64>,
    since: u64,
}

impl Earliest {
    /// Something came at `at`, late by `late`; all in frames.
    pub(super) fn take(&mut self, at: u64, late: i64) {
        if at >= self.since + OF {
            *self = Self { before: self.now, now: None, since: at };
        }
        self.now = Some(self.now.map_or(late, |least| least.min(late)));
    }

    /// The least lateness; 0 before anything came.
    pub(super) fn least(&self) -> i64 {
        self.before.into_iter().chain(self.now).min().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_no_delay_and_a_delay_that_stays_is() {
        let mut earliest = Earliest::default();
        for n in 0..300_u64 {
            earliest.take(n * 480, if n % 10 == 0 { 100 } else { 100 + (n % 10) as i64 * 400 });
        }
        assert_eq!(earliest.least(), 100);
        (300..520_u64).for_each(|n| earliest.take(n * 480, 9_000));
        assert_eq!(earliest.least(), 9_000);
    }
}
