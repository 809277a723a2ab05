//! The ear's thread: what was sent comes from a tap, what is heard from the connection.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::sync::{mpsc, watch};

use crate::codec::CodecError;
use crate::engine::tap::TapReader;
use crate::limits::{EAR_POLL, SAMPLE_RATE};
use crate::rtc::Received;
use crate::session::ear::EarState;

use super::earliest::Earliest;
use super::line::LineState;
use super::order::Arrived;
use super::watch::Watch;

/// Compares until the show is over.
pub(super) struct Attendant {
    tap: TapReader,
    packets: mpsc::Receiver<Received>,
    line: watch::Receiver<LineState>,
    on_air: watch::Receiver<bool>,
    shown: Arc<Mutex<EarState>>,
    watch: Watch,
    clock: Clock,
    /// The connection that is heard, by its number, while the show is on air.
    heard: Option<u64>,
    sound: Vec<f32>,
}

impl Attendant {
    pub(super) fn new(
        tap: TapReader,
        packets: mpsc::Receiver<Received>,
        line: watch::Receiver<LineState>,
        on_air: watch::Receiver<bool>,
        shown: Arc<Mutex<EarState>>,
    ) -> Result<Self, CodecError> {
        let (watch, clock) = (Watch::new()?, Clock::new(Instant::now()));
        Ok(Self { tap, packets, line, on_air, shown, watch, clock, heard: None, sound: Vec::new() })
    }

    /// Never returns by itself, but when libopus has no memory.
    pub(super) async fn run(mut self) {
        let mut poll = tokio::time::interval(EAR_POLL);
        poll.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            poll.tick().await;
            if self.look().is_err() {
                return;
            }
        }
    }

    fn look(&mut self) -> Result<(), CodecError> {
        while let Some(block) = self.tap.read(&mut self.sound) {
            self.watch.sent(block.start.0, &self.sound);
            self.clock.heard(Instant::now(), block.start.0 + block.frames as u64);
        }
        let line = self.line.borrow().clone();
        let up = match line {
            LineState::Up(number) if *self.on_air.borrow() => Some(number),
            _ => None,
        };
        let begins = up != self.heard;
        if begins {
            self.heard = up;
            self.watch.anew()?;
        }
        while let Ok(packet) = self.packets.try_recv() {
            // What waited while another connection began belongs to the one before.
            if up.is_some() && !begins {
                let Received { sequence, rtp_time, payload, at } = packet;
                self.watch.packet(Arrived { sequence, rtp_time, payload, at: self.clock.frame(at) });
            }
        }
        if up.is_some() {
            self.watch.tick(self.clock.frame(Instant::now()));
        }
        self.show(match line {
            LineState::Down(fault) => EarState::Deaf(fault),
            _ => {
                EarState::Listens { verdict: self.watch.verdict(), delay: self.watch.delay(), lost: self.watch.lost() }
            }
        });
        Ok(())
    }

    fn show(&self, state: EarState) {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

/// Which frame the engine is at, between two blocks of the tap too.
struct Clock {
    begun: Instant,
    earliest: Earliest,
}

impl Clock {
    fn new(begun: Instant) -> Self {
        Self { begun, earliest: Earliest::default() }
    }

    fn ticks(&self, at: Instant) -> u64 {
        let since = at.saturating_duration_since(self.begun);
        (since.as_nanos() * u128::from(SAMPLE_RATE) / 1_000_000_000) as u64
    }

    /// Sound up to the frame `end` was there at `at`.
    fn heard(&mut self, at: Instant, end: u64) {
        let ticks = self.ticks(at);
        self.earliest.take(ticks, ticks as i64 - end as i64);
    }

    fn frame(&self, at: Instant) -> u64 {
        self.ticks(at).saturating_add_signed(-self.earliest.least())
    }
}
