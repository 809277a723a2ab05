//! Meters that look closer than the audio thread has time for: loudness, true peak, correlation, spectrum and rings, of the
//! mix and of the one channel that somebody looks at, and a small spectrum of every strip while those are seen. One thread
//! reads taps; when it is late they drop, and nothing waits.

mod bus;
mod strips;
mod worker;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

use arc_swap::ArcSwap;
use korero_dsp::loudness::Loudness;
use korero_dsp::ring::Ring;
use korero_dsp::spectrum::{BANDS, SMALL_BANDS};
use korero_sentences::key;

use crate::desk::StripId;
use crate::desk::address::ChannelName;
use crate::engine::TapReader;
use crate::engine::levels::LanePlace;
use crate::fault::Fault;
use crate::limits::MAX_RINGS;

pub use bus::BusMeter;
use worker::Worker;

/// What is known of one bus.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Reading {
    /// Loudness and true peak.
    pub loudness: Loudness,
    /// −1 where the sides cancel, 1 where they are the same; 1 of one channel, 0 of silence.
    pub correlation: f32,
    /// The level of each band, dB of a full-scale sine ([`korero_dsp::spectrum::band_freq`] names them).
    pub spectrum: [f32; BANDS],
}

/// The level of each small band, dB of a full-scale sine ([`korero_dsp::spectrum::Spectrum::small`]).
pub type SmallSpectrum = [f32; SMALL_BANDS];

/// The latest of everything that is measured.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Readings {
    /// The mix after its limiter; `None` before the first sound.
    pub mix: Option<Reading>,
    /// The channel that is looked at, after its chain and before its fader.
    pub watched: Option<(ChannelName, Reading)>,
    /// The small spectrum of each strip, while strips are seen; after its chain and before its fader.
    pub strips: Arc<HashMap<StripId, SmallSpectrum>>,
    /// Frames that the meters did not see because they came late.
    pub frames_lost: u64,
}

/// A channel to look at.
pub struct Watch {
    /// Which one.
    pub name: ChannelName,
    /// A tap of its rack.
    pub tap: TapReader,
    /// Its lanes there.
    pub place: LanePlace,
}

/// The strips of one rack, to see what they are made of.
pub struct RackWatch {
    /// A tap of the rack.
    pub tap: TapReader,
    /// Its strips, and their lanes there.
    pub strips: Vec<(StripId, LanePlace)>,
}

/// What the control thread asks of the meter thread.
enum Wish {
    Watch(Option<Box<Watch>>),
    Strips(Vec<RackWatch>),
    Reset,
    ForgetRings,
    End,
}

/// The meter thread, as the control thread has it. Dropping it ends the thread.
pub struct Metering {
    latest: Arc<ArcSwap<Readings>>,
    wishes: Sender<Wish>,
    rings: Receiver<Ring>,
    thread: Option<JoinHandle<()>>,
}

impl Metering {
    /// Begins to measure the mix that `mix` brings, into `latest`.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(mix: TapReader, latest: Arc<ArcSwap<Readings>>) -> Result<Self, Fault> {
        let (wishes, inbox) = mpsc::channel();
        let (told, rings) = mpsc::sync_channel(MAX_RINGS);
        let worker = Worker::new(mix, Arc::clone(&latest), told);
        let thread = thread::Builder::new()
            .name("korero-meters".to_owned())
            .spawn(move || worker.run(&inbox))
            .map_err(|e| Fault::new(key::FAULT_STAGE_THREAD).with("why", e.to_string()))?;
        Ok(Self { latest, wishes, rings, thread: Some(thread) })
    }

    /// Looks at this channel from now on, or at none.
    pub fn watch(&self, watch: Option<Watch>) {
        self.wish(Wish::Watch(watch.map(Box::new)));
    }

    /// Looks at the strips of these racks from now on, and at no others.
    pub fn watch_strips(&self, racks: Vec<RackWatch>) {
        self.wish(Wish::Strips(racks));
    }

    /// Begins anew with everything that is measured since a beginning: integrated loudness, range, maxima.
    pub fn reset(&self) {
        self.wish(Wish::Reset);
    }

    /// Hears rings anew: what rose until now is no ring, and one that goes on is told again.
    pub fn forget_rings(&self) {
        self.wish(Wish::ForgetRings);
    }

    /// The latest readings.
    #[must_use]
    pub fn latest(&self) -> Arc<Readings> {
        self.latest.load_full()
    }

    /// The rings that were heard since the last call, at most [`MAX_RINGS`].
    pub fn take_rings(&self) -> Vec<Ring> {
        self.rings.try_iter().collect()
    }

    /// A thread that died takes no wishes; the show goes on without its meters.
    fn wish(&self, wish: Wish) {
        let _ = self.wishes.send(wish);
    }
}

impl Drop for Metering {
    fn drop(&mut self) {
        self.wish(Wish::End);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A panic there was told when it happened.
            let _ = thread.join();
        }
    }
}
