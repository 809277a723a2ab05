//! What is said of what was heard. Pure: looks come in at their times, a verdict comes out that does not flicker.

use std::time::Duration;

use crate::limits::{EAR_LATE, EAR_QUIET};
use crate::session::ear::Verdict;

use super::compare::{ALIKE, AUDIBLE_DB, Observation, SILENT_DB};

/// So far below what was sent, what is heard is silence.
const MUTED_DB: f32 = 40.0;
/// Less alike than this, it is another sound.
const UNLIKE: f32 = 0.45;
/// A side so far below the middle may be lost by any codec, dB.
const NARROW_DB: f32 = -20.0;
/// So much narrower than it was sent, dB, and with less than [`LOST_WIDTH`] of its side, it is mono.
const NARROWER_DB: f32 = 10.0;
const LOST_WIDTH: f32 = 0.3;
/// Sides are exchanged when this much of the side is there the other way round.
const SWAPPED_WIDTH: f32 = -0.4;
/// One side is lost when it is so much weaker against the other than it was sent, dB…
const ONE_SIDED_DB: f32 = 12.0;
/// …and was no further below it than this, dB.
const EVEN_DB: f32 = 10.0;
/// Looks that must agree before an alarm, and before all is well again: 0.4 and 1 s.
const ALARM_LOOKS: u32 = 2;
const NOT_US_LOOKS: u32 = 3;
const CLEAR_LOOKS: u32 = 5;

/// What one look says.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Finding {
    /// Nothing: too quiet, or between two.
    Unsure,
    /// Nothing was sent, and nothing is heard.
    Quiet,
    Says(Verdict),
}

/// What one look says by itself.
pub(super) fn find(seen: &Observation) -> Finding {
    let silent = seen.heard_db < SILENT_DB || seen.heard_db < seen.sent_least_db - MUTED_DB;
    if silent && seen.sent_least_db > AUDIBLE_DB {
        return Finding::Says(Verdict::Silent);
    }
    if seen.sent_most_db < SILENT_DB {
        let loud = seen.heard_db > AUDIBLE_DB && seen.stale.is_none();
        return if loud { Finding::Says(Verdict::NotUs) } else { Finding::Quiet };
    }
    if silent || seen.sent_most_db < AUDIBLE_DB {
        return Finding::Unsure;
    }
    if let Some(delay) = seen.delay.filter(|_| seen.matched.likeness >= ALIKE) {
        return Finding::Says(sides(seen).unwrap_or(if delay > EAR_LATE { Verdict::Late } else { Verdict::Heard }));
    }
    match seen.stale {
        Some(_) => Finding::Says(Verdict::Late),
        None if seen.matched.likeness < UNLIKE && seen.sent_least_db > AUDIBLE_DB => Finding::Says(Verdict::NotUs),
        None => Finding::Unsure,
    }
}

/// What is wrong with left and right.
fn sides(seen: &Observation) -> Option<Verdict> {
    let matched = &seen.matched;
    if let Some(width) = matched.width.filter(|_| matched.sent_side_db > NARROW_DB) {
        if width < SWAPPED_WIDTH {
            return Some(Verdict::Swapped);
        }
        if width < LOST_WIDTH && matched.heard_side_db < matched.sent_side_db - NARROWER_DB {
            return Some(Verdict::Mono);
        }
    }
    let ([sent_left, sent_right], [left, right]) = (seen.sent_sides_db, seen.heard_sides_db);
    let (sent, heard) = (sent_left - sent_right, left - right);
    let lost = sent.abs() < EVEN_DB && (heard - sent).abs() > ONE_SIDED_DB && sent_left.min(sent_right) > AUDIBLE_DB;
    lost.then_some(Verdict::Mono)
}

/// Makes a verdict of findings.
#[derive(Debug)]
pub(super) struct Judge {
    verdict: Verdict,
    /// The finding that is about to become the verdict, and how often it came in a row.
    coming: (Verdict, u32),
    /// Since when nothing was sent.
    quiet: Option<Duration>,
}

impl Judge {
    pub(super) fn new() -> Self {
        Self { verdict: Verdict::Listening, coming: (Verdict::Listening, 0), quiet: None }
    }

    pub(super) fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Takes one look's finding.
    pub(super) fn take(&mut self, now: Duration, finding: Finding) {
        let says = match finding {
            Finding::Unsure => return,
            Finding::Quiet => {
                let since = *self.quiet.get_or_insert(now);
                self.coming.1 = 0;
                // Long after the last sound nobody knows what would be heard.
                if now.saturating_sub(since) >= EAR_QUIET && !self.verdict.is_alarm() {
                    self.verdict = Verdict::Listening;
                }
                return;
            }
            Finding::Says(says) => says,
        };
        self.quiet = None;
        self.coming = if self.coming.0 == says { (says, self.coming.1 + 1) } else { (says, 1) };
        let needed = match says {
            Verdict::Heard if self.verdict == Verdict::Listening => 1,
            Verdict::Heard => CLEAR_LOOKS,
            Verdict::NotUs => NOT_US_LOOKS,
            _ => ALARM_LOOKS,
        };
        if self.coming.1 >= needed {
            self.verdict = says;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_finding() -> impl Strategy<Value = Finding> {
        use Verdict::{Heard, Late, Mono, NotUs, Silent, Swapped};
        let says = prop::sample::select(vec![Heard, Silent, Mono, Swapped, Late, NotUs]).prop_map(Finding::Says);
        prop_oneof![1 => Just(Finding::Unsure), 1 => Just(Finding::Quiet), 6 => says]
    }

    fn judged(findings: &[Finding]) -> Vec<Verdict> {
        let mut judge = Judge::new();
        let take = |(n, finding): (usize, &Finding)| {
            judge.take(Duration::from_millis(200 * n as u64), *finding);
            judge.verdict()
        };
        findings.iter().enumerate().map(take).collect()
    }

    proptest! {
        #[test]
        fn an_alarm_needs_looks_in_a_row_that_agree(findings in prop::collection::vec(any_finding(), 1..80)) {
            let verdicts = judged(&findings);
            let mut before = Verdict::Listening;
            for (n, verdict) in verdicts.into_iter().enumerate() {
                if verdict != before && verdict.is_alarm() {
                    let said = findings[..=n].iter().rev().filter(|f| **f != Finding::Unsure).take(2);
                    let said: Vec<_> = said.copied().collect();
                    prop_assert_eq!(said, [Finding::Says(verdict); 2]);
                }
                // One look never ends an alarm.
                prop_assert!(!(before.is_alarm() && verdict == Verdict::Listening));
                before = verdict;
            }
        }
    }

    #[test]
    fn all_is_well_again_after_a_second_of_good_looks() {
        let mut findings =
            vec![Finding::Says(Verdict::Heard), Finding::Says(Verdict::Mono), Finding::Says(Verdict::Mono)];
        findings.extend([Finding::Says(Verdict::Heard); 5]);
        let mut expected = vec![Verdict::Heard, Verdict::Heard];
        expected.extend([Verdict::Mono; 5]);
        expected.push(Verdict::Heard);
        assert_eq!(judged(&findings), expected);
    }

    #[test]
    fn ten_seconds_after_the_last_sound_nobody_knows() {
        let mut findings = vec![Finding::Says(Verdict::Heard)];
        findings.extend([Finding::Quiet; 51]);
        let verdicts = judged(&findings);
        assert_eq!((verdicts[50], verdicts[51]), (Verdict::Heard, Verdict::Listening));
    }
}
