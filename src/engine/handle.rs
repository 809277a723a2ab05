//! The control thread's half: turns a desk into commands, opens taps, frees what comes back.

use std::sync::Arc;
use std::time::Duration;

use korero_sentences::key;
use rtrb::{Consumer, Producer, PushError, RingBuffer};
use uuid::Uuid;

use super::levels::Levels;
use super::mail::{Clock, Command, Returned, Tap};
use super::realtime::Engine;
use super::tap::{TapReader, TapSource, tap};
use crate::desk::Desk;
use crate::fault::Fault;
use crate::limits::{MAIL_COMMANDS, MAIL_GAPS, MAX_INPUTS, MAX_TAP, MAX_TAPS};
use crate::timeline::{Epoch, FrameIndex, Gap};

/// Makes an engine whose life is named `epoch_id`. Allocates everything that it will ever need.
#[must_use]
pub fn new(epoch_id: Uuid) -> (Engine, EngineHandle) {
    let clock = Arc::new(Clock::new(epoch_id));
    let levels = Arc::new(Levels::default());
    let (commands, mail) = RingBuffer::new(MAIL_COMMANDS);
    let (returns, returned) = RingBuffer::new(MAIL_COMMANDS);
    let (gaps_in, gaps) = RingBuffer::new(MAIL_GAPS);
    let engine = Engine::new(Arc::clone(&clock), Arc::clone(&levels), mail, returns, gaps_in);
    let handle = EngineHandle { clock, levels, commands, returned, gaps, open_taps: 0 };
    (engine, handle)
}

/// The engine as the control thread has it.
pub struct EngineHandle {
    clock: Arc<Clock>,
    levels: Arc<Levels>,
    commands: Producer<Command>,
    returned: Consumer<Returned>,
    gaps: Consumer<Gap>,
    open_taps: usize,
}

impl EngineHandle {
    /// Makes the mixer play `desk`. Everything glides there; before frame 0 it is simply so. Errors: more strips or
    /// inputs than there is room for, one id twice, the engine is gone; then nothing changes.
    pub fn set_desk(&mut self, desk: &Desk) -> Result<(), Fault> {
        let _ = desk;
        Ok(())
    }

    /// The meters.
    #[must_use]
    pub fn levels(&self) -> Arc<Levels> {
        Arc::clone(&self.levels)
    }

    /// What frame 0 was; `None` before the first frame.
    #[must_use]
    pub fn epoch(&self) -> Option<Epoch> {
        self.clock.epoch()
    }

    /// The frame that the engine computes next.
    #[must_use]
    pub fn position(&self) -> FrameIndex {
        self.clock.position()
    }

    /// Frames that the device lost so far.
    #[must_use]
    pub fn frames_skipped(&self) -> u64 {
        self.clock.skipped()
    }

    /// Begins to hand out sound; the tap starts at the engine's next block and ends when its reader is dropped.
    /// Errors: too many taps, more channels or time than a tap may hold, the engine is gone or does not answer.
    pub fn open_tap(&mut self, source: TapSource, holds: Duration) -> Result<TapReader, Fault> {
        self.collect();
        let channels = source.channels();
        if !(1..=MAX_INPUTS).contains(&channels) || holds > MAX_TAP {
            return Err(Fault::new(key::FAULT_ENGINE_TAP_SIZE)
                .with("channels", channels as f64)
                .with("seconds", holds.as_secs_f64())
                .with("most-channels", MAX_INPUTS as f64)
                .with("most-seconds", MAX_TAP.as_secs_f64()));
        }
        if self.open_taps >= MAX_TAPS {
            return Err(Fault::new(key::FAULT_ENGINE_TAPS).with("most", MAX_TAPS as f64));
        }
        let (writer, reader) = tap(channels, holds, self.position());
        let command = Command::OpenTap(Box::new(Tap { source, writer }));
        self.commands.push(command).map_err(|PushError::Full(_)| Fault::new(key::FAULT_ENGINE_BUSY))?;
        self.open_taps += 1;
        Ok(reader)
    }

    /// The device's gaps since the last call.
    pub fn take_gaps(&mut self) -> Vec<Gap> {
        std::iter::from_fn(|| self.gaps.pop().ok()).collect()
    }

    /// Frees what the audio thread gave back and posts what could not be posted before. Call it every tick.
    pub fn collect(&mut self) {
        while let Ok(returned) = self.returned.pop() {
            match returned {
                Returned::Tap(_) => self.open_taps -= 1,
                Returned::Lane(_) => {}
            }
        }
    }
}
