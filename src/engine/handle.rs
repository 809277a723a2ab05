//! The control thread's half: turns a desk into commands, opens taps, frees what comes back.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use korero_sentences::key;
use rtrb::chunks::ChunkError;
use rtrb::{Consumer, Producer, RingBuffer};
use uuid::Uuid;

use super::levels::Levels;
use super::mail::{Clock, Command, Returned, Tap};
use super::patch::Patch;
use super::playback::{PlaybackFeed, playback};
use super::realtime::{Engine, Rings};
use super::setting::Setting;
use super::tap::{TapEnd, TapReader, TapSource, tap};
use crate::desk::address::SlotName;
use crate::desk::{Desk, StripInput};
use crate::fault::Fault;
use crate::limits::{MAIL_COMMANDS, MAIL_GAPS, MAIL_RESERVE, MAX_INPUTS, MAX_STRIPS, MAX_TAP, MAX_TAPS};
use crate::timeline::{Epoch, FrameIndex, Gap};

/// Makes an engine whose life is named `epoch_id`. Allocates everything that it will ever need.
#[must_use]
pub fn new(epoch_id: Uuid) -> (Engine, EngineHandle) {
    let clock = Arc::new(Clock::new(epoch_id));
    let levels = Arc::new(Levels::default());
    let (commands, mail) = RingBuffer::new(MAIL_COMMANDS);
    let (returns, returned) = RingBuffer::new(MAIL_COMMANDS);
    let (gaps_in, gaps) = RingBuffer::new(MAIL_GAPS);
    let engine = Engine::new(Arc::clone(&clock), Arc::clone(&levels), Rings { mail, returns, gaps: gaps_in });
    let limiter_latency = engine.limiter_latency();
    let handle = EngineHandle {
        clock,
        levels,
        commands,
        returned,
        gaps,
        readers: Vec::new(),
        wanted: Setting::of(&Desk::default()),
        reached: true,
        limiter_latency,
        patch: Patch::new(),
    };
    (engine, handle)
}

/// The engine as the control thread has it.
pub struct EngineHandle {
    clock: Arc<Clock>,
    levels: Arc<Levels>,
    commands: Producer<Command>,
    returned: Consumer<Returned>,
    gaps: Consumer<Gap>,
    readers: Vec<TapEnd>,
    wanted: Setting,
    /// Whether everything that is wanted was posted.
    reached: bool,
    limiter_latency: u64,
    patch: Patch,
}

impl EngineHandle {
    /// Makes the mixer play `desk`. Everything glides there; before frame 0 it is simply so. While the mail is full
    /// or a new strip's lanes still glide to silence, the rest waits for [`EngineHandle::collect`]; only the latest desk counts.
    ///
    /// # Errors
    /// More strips or inputs than there is room for, one id twice, the engine is gone: then nothing changes.
    pub fn set_desk(&mut self, desk: &Desk) -> Result<(), Fault> {
        check(desk)?;
        self.check_alive()?;
        let removed = self.wanted.removed.take();
        self.wanted = Setting { removed, ..Setting::of(desk) };
        self.reached = false;
        self.collect();
        Ok(())
    }

    /// Makes heard what the effect in that slot takes away, in the first headphone mix instead of what is heard there, or that
    /// again. Nothing is taken away where no effect stands that [gives it](korero_dsp::slot::Kind::gives_removed): then
    /// everything is heard as always.
    ///
    /// # Errors
    /// The engine is gone.
    pub fn hear_removed(&mut self, slot: Option<SlotName>) -> Result<(), Fault> {
        self.check_alive()?;
        self.wanted.removed = slot;
        self.reached = false;
        self.collect();
        Ok(())
    }

    fn check_alive(&self) -> Result<(), Fault> {
        if self.commands.is_abandoned() { Err(Fault::new(key::FAULT_ENGINE_GONE)) } else { Ok(()) }
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

    /// By how many frames what is mixed comes later than its inputs, before the limiter: what stands in slots makes it so.
    #[must_use]
    pub fn latency_frames(&self) -> u32 {
        self.wanted.master.latency
    }

    /// The same with the limiter at the end of the mix: by how many frames listeners hear later what the inputs bring.
    #[must_use]
    pub fn mix_latency_frames(&self) -> u64 {
        u64::from(self.latency_frames()) + self.limiter_latency
    }

    /// Frames that the device lost so far.
    #[must_use]
    pub fn frames_skipped(&self) -> u64 {
        self.clock.skipped()
    }

    /// Begins to hand out sound; the tap starts at the engine's next block and ends when it is closed or its reader is dropped.
    ///
    /// # Errors
    /// Too many taps, more channels or time than a tap may hold, the engine is gone or does not answer.
    pub fn open_tap(&mut self, source: TapSource, holds: Duration) -> Result<TapReader, Fault> {
        self.check_alive()?;
        self.collect();
        let channels = source.channels();
        if !(1..=MAX_INPUTS).contains(&channels) || holds > MAX_TAP {
            return Err(Fault::new(key::FAULT_ENGINE_TAP_SIZE)
                .with("channels", channels as f64)
                .with("seconds", holds.as_secs_f64())
                .with("most-channels", MAX_INPUTS as f64)
                .with("most-seconds", MAX_TAP.as_secs_f64()));
        }
        if self.readers.len() >= MAX_TAPS {
            return Err(Fault::new(key::FAULT_ENGINE_TAPS).with("most", MAX_TAPS as f64));
        }
        let (writer, reader) = tap(channels, holds, self.position());
        let command = Command::OpenTap(Box::new(Tap { source, writer, latency: 0 }));
        self.commands.push(command).map_err(|_| Fault::new(key::FAULT_ENGINE_BUSY))?;
        self.readers.push(reader.end());
        Ok(reader)
    }

    /// Begins to play what the feed is given in the first headphone mix, instead of what is heard there; one that plays
    /// already ends. It ends when the feed is dropped.
    ///
    /// # Errors
    /// The engine is gone or does not answer.
    pub fn play_back(&mut self) -> Result<PlaybackFeed, Fault> {
        self.check_alive()?;
        self.collect();
        let (playback, feed) = playback();
        self.commands.push(Command::PlayBack(playback)).map_err(|_| Fault::new(key::FAULT_ENGINE_BUSY))?;
        Ok(feed)
    }

    /// The device's gaps since the last call.
    pub fn take_gaps(&mut self) -> Vec<Gap> {
        std::iter::from_fn(|| self.gaps.pop().ok()).collect()
    }

    /// Frees what the audio thread gave back and posts what could not be posted before. Call it every tick.
    pub fn collect(&mut self) {
        while let Ok(returned) = self.returned.pop() {
            match returned {
                Returned::Tap(tap) => drop(tap),
                Returned::Playback(playback) => drop(playback),
                Returned::Effect(effect) => drop(effect),
                Returned::Lane(lane) => self.patch.released(lane),
            }
        }
        self.readers.retain(|reader| !reader.is_closed());
        if !self.reached {
            self.post();
        }
    }

    fn post(&mut self) {
        let silent = self.clock.epoch().is_none();
        let (next, commands) = self.patch.toward(&self.wanted, silent);
        // Room is kept for taps: a desk is never lost, since the latest one is posted as soon as there is room.
        if self.commands.slots() < commands.len() + MAIL_RESERVE {
            return;
        }
        // One chunk: the audio thread sees all of a change or nothing of it.
        if self.push_all(commands).is_ok() {
            self.reached = next.has_reached(&self.wanted);
            self.levels.publish_map(next.map());
            self.patch = next;
        }
    }

    fn push_all(&mut self, commands: Vec<Command>) -> Result<(), ChunkError> {
        let chunk = self.commands.write_chunk_uninit(commands.len())?;
        chunk.fill_from_iter(commands);
        Ok(())
    }
}

/// Whether the engine has room for all of `desk`.
fn check(desk: &Desk) -> Result<(), Fault> {
    if desk.strips.len() > MAX_STRIPS {
        return Err(Fault::new(key::FAULT_ENGINE_STRIPS)
            .with("strips", desk.strips.len() as f64)
            .with("most", MAX_STRIPS as f64));
    }
    let mut seen = BTreeSet::new();
    for strip in &desk.strips {
        let inputs = match strip.input {
            StripInput::Mono(input) => [input, input],
            StripInput::Stereo(left, right) => [left, right],
        };
        let wrong = |input: &u8| !(1..=MAX_INPUTS).contains(&usize::from(*input));
        if let Some(input) = inputs.into_iter().find(wrong) {
            return Err(Fault::new(key::FAULT_ENGINE_INPUT)
                .with("strip", strip.name.as_str())
                .with("input", f64::from(input))
                .with("most", MAX_INPUTS as f64));
        }
        if !seen.insert(&strip.id) {
            return Err(Fault::new(key::FAULT_ENGINE_TWICE).with("strip", strip.id.as_str()));
        }
    }
    Ok(())
}
