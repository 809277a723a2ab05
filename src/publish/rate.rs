//! The best sound that the network can carry at every moment: the encoder's rate and the length of packets, decided by
//! what the far side says of the path. Time is an argument.

mod base;
mod course;
mod path;
mod reports;
#[cfg(test)]
mod simulated;
mod wire;

use std::time::{Duration, Instant};

use crate::limits::LOSS_HINT_AGAIN;
use crate::rtc::Fate;

use course::Course;
use path::Path;

pub use wire::{Setting, around_rtp, settings};

/// What the encoder may be told of loss, percent; between them nothing changes in what it does.
const HINTS: [u8; 8] = [0, 1, 2, 3, 5, 8, 12, 20];

/// What is known and decided.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rate {
    /// What the encoder is set to.
    pub setting: Setting,
    /// What the path was last found to carry, bit/s with every header; `None` while it carries all that was chosen.
    pub path: Option<u32>,
    /// The fraction of packets that were lost on the way during the last seconds, before they were sent again; 0 to 1.
    pub loss: f32,
    /// What the encoder is told of it, percent.
    pub loss_hint: u8,
}

/// A word of the far side that is not about single packets.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Word {
    /// A receiver report: the fraction lost, and the packets that have arrived in all.
    pub(super) report: Option<(f32, Option<u32>)>,
    /// A round trip.
    pub(super) rtt: Option<Duration>,
}

/// Follows one show's path.
pub(super) struct Follow {
    path: Path,
    course: Course,
    hint: u8,
    hinted: Instant,
}

impl Follow {
    /// Begins at `ceiling` bit/s, which is never passed; `safest` keeps to long packets.
    pub(super) fn new(ceiling: u32, safest: bool, now: Instant) -> Self {
        Self { path: Path::new(), course: Course::new(ceiling, safest, now), hint: 0, hinted: now }
    }

    /// Another connection.
    pub(super) fn reconnected(&mut self, now: Instant) {
        self.path.forget();
        self.course.reconnected(now);
    }

    /// Whether the path is one of IPv6, whose headers are longer.
    pub(super) fn by_ipv6(&mut self, ipv6: bool) {
        self.path.ipv6 = ipv6;
        self.course.by_ipv6(ipv6);
    }

    /// Takes what became of packets.
    pub(super) fn hear(&mut self, now: Instant, fates: &[Fate]) {
        self.path.hear(now, fates);
    }

    /// Takes another word of the far side.
    pub(super) fn told(&mut self, now: Instant, word: Word) {
        if let Some(rtt) = word.rtt {
            self.path.round_trip(now, rtt);
        }
        if let Some((lost, received)) = word.report {
            let setting = self.course.setting();
            let packet_bits = setting.on_the_wire(self.path.ipv6) / setting.length.per_second();
            self.path.report(now, lost, received, packet_bits);
        }
    }

    /// Decides. `chance` (0 to 1) spreads what many apps do.
    pub(super) fn look(&mut self, now: Instant, chance: f64) -> Rate {
        let view = self.path.view(now);
        if let Some(queue) = self.course.look(now, &view, chance) {
            self.path.accept(queue);
        }
        let loss = self.path.loss_over_time(now);
        self.hint(now, loss);
        let path = self.course.carries().map(|bits| bits.round() as u32);
        Rate { setting: self.course.setting(), path, loss: loss as f32, loss_hint: self.hint }
    }

    fn hint(&mut self, now: Instant, loss: f64) {
        if now.saturating_duration_since(self.hinted) < LOSS_HINT_AGAIN {
            return;
        }
        self.hinted = now;
        self.hint = HINTS.into_iter().find(|hint| f64::from(*hint) >= 100.0 * loss).unwrap_or(HINTS[HINTS.len() - 1]);
    }
}

#[cfg(test)]
#[path = "rate/laws_tests.rs"]
mod tests;
