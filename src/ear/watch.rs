//! All of the ear but its network: what was sent and what arrived goes in, a verdict comes out. Pure but for the decoder:
//! time is the engine's frame at that moment.

use std::time::Duration;

use crate::codec::CodecError;
use crate::limits::{EAR_LOOK, EAR_STARVED, SAMPLE_RATE};
use crate::session::ear::Verdict;

use super::compare::{Comparer, Observation};
use super::hear::Hearer;
use super::judge::{Finding, Judge, find};
use super::order::Arrived;

/// Listens to one stream at a time.
pub(super) struct Watch {
    comparer: Comparer,
    hearer: Hearer,
    judge: Judge,
    /// When this stream was first waited for.
    began: Option<u64>,
    /// When its first packet arrived, and the last one.
    arrived: Option<(u64, u64)>,
    next_look: u64,
    seen: Option<Observation>,
    lost_before: u64,
}

impl Watch {
    pub(super) fn new() -> Result<Self, CodecError> {
        Ok(Self {
            comparer: Comparer::new(),
            hearer: Hearer::new()?,
            judge: Judge::new(),
            began: None,
            arrived: None,
            next_look: 0,
            seen: None,
            lost_before: 0,
        })
    }

    /// Takes what was sent from the frame `start` on, interleaved stereo.
    pub(super) fn sent(&mut self, start: u64, stereo: &[f32]) {
        self.comparer.sent(start, stereo);
    }

    /// Takes a packet that arrived.
    pub(super) fn packet(&mut self, packet: Arrived) {
        if self.arrived.is_none() {
            // That nothing came until now says nothing of what comes.
            self.judge = Judge::new();
        }
        let first = self.arrived.map_or(packet.at, |(first, _)| first);
        self.arrived = Some((first, packet.at));
        self.hearer.push(packet);
    }

    /// Another connection, or another time on air: what was heard before says nothing any more.
    ///
    /// # Errors
    /// libopus has no memory.
    pub(super) fn anew(&mut self) -> Result<(), CodecError> {
        self.lost_before += self.hearer.lost();
        self.comparer.heard_anew();
        (self.hearer, self.judge, self.seen) = (Hearer::new()?, Judge::new(), None);
        (self.began, self.arrived) = (None, None);
        Ok(())
    }

    /// Decodes what is in its turn, and looks when it is time for that; whether it looked.
    pub(super) fn tick(&mut self, now: u64) -> bool {
        self.hearer.turn(now, &mut self.comparer);
        let began = *self.began.get_or_insert(now);
        let (first, last) = self.arrived.unwrap_or((began, began));
        let starved = now.saturating_sub(last);
        // So long a silence is proof enough not to wait for the next look.
        let starves = starved >= frames(EAR_STARVED);
        if now < self.next_look && !starves {
            return false;
        }
        self.next_look = now + frames(EAR_LOOK);
        let finding = if starved < frames(EAR_LOOK) {
            self.seen = self.comparer.look(self.hearer.lateness());
            self.seen.as_ref().map_or(Finding::Unsure, find)
        } else if starves && self.comparer.is_sending(now) {
            Finding::Says(Verdict::Silent)
        } else {
            Finding::Unsure
        };
        self.judge.take(Duration::from_millis(now.saturating_sub(first) * 1_000 / u64::from(SAMPLE_RATE)), finding);
        true
    }

    pub(super) fn verdict(&self) -> Verdict {
        self.judge.verdict()
    }

    /// From the sound that was sent to the one that was heard, while it is recognised.
    pub(super) fn delay(&self) -> Option<Duration> {
        self.seen.as_ref().and_then(|seen| seen.delay.or(seen.stale))
    }

    /// Packets that never came.
    pub(super) fn lost(&self) -> u64 {
        self.lost_before + self.hearer.lost()
    }

    #[cfg(test)]
    pub(super) fn seen(&self) -> Option<&Observation> {
        self.seen.as_ref()
    }
}

/// Frames in a time.
pub(super) fn frames(time: Duration) -> u64 {
    time.as_micros() as u64 * u64::from(SAMPLE_RATE) / 1_000_000
}
