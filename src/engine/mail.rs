//! What the two halves of the engine send each other.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use korero_dsp::bank::{Place, Stage};
use korero_dsp::effect::Effect;
use korero_dsp::generator::Sound;
use korero_dsp::param::ParamId;
use korero_dsp::slot::Kind;
use uuid::Uuid;

use super::playback::Playback;
use super::rack::LaneRef;
use super::removed::Source;
use super::tap::{TapSource, TapWriter};
use crate::limits::MAIL_WORK;
use crate::timeline::{Epoch, FrameIndex};

/// To the audio thread. Lanes are counted over all racks: strips, then groups, then returns.
pub(super) enum Command {
    /// Feed a lane from an input (from 0), beginning at silence and with everything at rest.
    Assign { lane: u8, input: u8 },
    /// Glide a lane to silence and then give it back; each is answered by one [`Returned::Lane`].
    Release { lane: u8 },
    /// Turn a parameter of a lane.
    Turn { lane: u8, stage: Stage, param: ParamId, value: f32 },
    /// Put an effect into a slot of a rack, for its lanes to choose.
    Install { rack: u8, place: Place, kind: Kind, effect: Box<dyn Effect> },
    /// No lane of the rack will choose that effect any more; it comes back as [`Returned::Effect`].
    Remove { rack: u8, place: Place, kind: Kind },
    /// Which effect a lane has in a slot.
    Choose { lane: u8, place: Place, kind: Option<Kind> },
    /// Turn a parameter of the effect that a lane has in a slot.
    TurnSlot { lane: u8, place: Place, kind: Kind, param: ParamId, value: f32 },
    /// When a lane does its work in the effect in a slot.
    Phase { lane: u8, place: Place, kind: Kind, phase: u16 },
    /// Hold a lane back for the others; whether its chain makes it late itself.
    Hold { lane: u8, frames: u16, late: bool },
    /// What the side-chain of a lane listens to.
    Listen { lane: u8, to: Option<LaneRef> },
    /// Fader and mute of a lane, for its meter. Linear.
    Fade { lane: u8, gain: f32 },
    /// Let a lane's gain on one of its ways glide to this. Linear.
    Way { lane: u8, way: u8, gain: f32 },
    /// The same for what is not on a rack.
    Master(MasterCommand),
    /// Begin to fill a tap.
    OpenTap(Box<Tap>),
    /// Play this in the first headphone mix.
    PlayBack(Box<Playback>),
    /// Play what is taken away in a slot in the first headphone mix, instead of what is heard there.
    HearRemoved(Option<Source>),
}

impl Command {
    /// What it costs of [`MAIL_WORK`]: a new lane makes its whole chain as new.
    pub(super) fn work(&self) -> usize {
        if matches!(self, Self::Assign { .. }) { MAIL_WORK } else { 1 }
    }
}

/// To the end of the desk.
pub(super) enum MasterCommand {
    /// Turn a parameter of the mix bus.
    Turn { stage: Stage, param: ParamId, value: f32 },
    /// Put an effect into a slot of the mix bus.
    Install { place: Place, kind: Kind, effect: Box<dyn Effect> },
    /// The mix bus will not choose that effect any more.
    Remove { place: Place, kind: Kind },
    /// Which effect the mix bus has in a slot.
    Choose { place: Place, kind: Option<Kind> },
    /// Turn a parameter of the effect in a slot of the mix bus.
    TurnSlot { place: Place, kind: Kind, param: ParamId, value: f32 },
    /// The mix fader. Linear.
    Level(f32),
    /// The level of a headphone mix. Linear.
    CueLevel { cue: u8, gain: f32 },
    /// Turn a parameter of the limiter.
    Limiter { param: ParamId, value: f32 },
    /// Hold back what strips send straight to the mix.
    HoldDirect(u16),
    /// Which send a return listens to, all from 0.
    Source { bus: u8, send: u8 },
    /// By how many frames the mix comes later than its inputs, before the limiter.
    Latency(u32),
    /// The engineer's microphone, from 0, to all cues; linear.
    Talk { input: u8, gain: f32 },
    /// When the mix bus does its work in the effect in a slot.
    Phase { side: u8, place: Place, kind: Kind, phase: u16 },
    /// What the oscillator plays.
    Tone(ToneSetting),
}

/// What the oscillator is set to.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct ToneSetting {
    pub(super) sound: Sound,
    pub(super) hertz: f32,
    pub(super) db: f32,
    /// To the mix; else to the first headphone mix.
    pub(super) to_mix: bool,
}

/// An open tap.
pub(super) struct Tap {
    pub(super) source: TapSource,
    pub(super) writer: TapWriter,
    /// By how many frames its sound is later than the inputs heard in it, as it was when the tap was opened: a tap's dates
    /// never jump.
    pub(super) latency: u64,
}

/// From the audio thread.
pub(super) enum Returned {
    /// Its reader is gone; to be freed.
    Tap(Box<Tap>),
    /// It is over; to be freed.
    Playback(Box<Playback>),
    /// An effect that nobody hears any more; to be freed.
    Effect(Box<dyn Effect>),
    /// One [`Command::Release`] is done: the lane is silent, or was given to another strip meanwhile.
    Lane(u8),
}

/// Where the engine is, for everyone to read.
#[derive(Default)]
pub(super) struct Clock {
    id: Uuid,
    begun: AtomicBool,
    utc_ns: AtomicU64,
    position: AtomicU64,
    skipped: AtomicU64,
}

impl Clock {
    pub(super) fn new(id: Uuid) -> Self {
        Self { id, ..Self::default() }
    }

    /// Dates frame 0; a second date changes nothing. Only the audio thread calls it.
    pub(super) fn begin(&self, utc_ns: u64) {
        if self.begun.load(Ordering::Relaxed) {
            return;
        }
        self.utc_ns.store(utc_ns, Ordering::Relaxed);
        self.begun.store(true, Ordering::Release);
    }

    pub(super) fn epoch(&self) -> Option<Epoch> {
        let begun = self.begun.load(Ordering::Acquire);
        begun.then(|| Epoch { id: self.id, utc_ns_at_frame_0: self.utc_ns.load(Ordering::Relaxed) })
    }

    pub(super) fn set_position(&self, position: FrameIndex) {
        self.position.store(position.0, Ordering::Release);
    }

    pub(super) fn position(&self) -> FrameIndex {
        FrameIndex(self.position.load(Ordering::Acquire))
    }

    pub(super) fn add_skipped(&self, frames: u64) {
        self.skipped.fetch_add(frames, Ordering::Relaxed);
    }

    pub(super) fn skipped(&self) -> u64 {
        self.skipped.load(Ordering::Relaxed)
    }
}
