//! Sound from a file into the first headphone mix, instead of what is heard there: somebody listens to a take.
//!
//! The mix, the recording and the air never hear it. What begins and what ends cross-fades, so that neither the start nor
//! a jump to another place clicks.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use korero_dsp::smooth::{GLIDE_CELLS, Glide};
use korero_dsp::{LOUDEST, LaneBlock};
use rtrb::{Consumer, Producer, RingBuffer};

use super::folded::Sum;
use crate::limits::{PLAYBACK_FRAMES, SAMPLE_RATE};

/// One that fades out while another one fades in.
const SEATS: usize = 2;

/// Makes both ends of a playback. Allocates; not for the audio thread.
pub(super) fn playback() -> (Box<Playback>, PlaybackFeed) {
    let (feed, sound) = RingBuffer::new(2 * PLAYBACK_FRAMES);
    let played = Arc::new(AtomicU64::new(0));
    (Box::new(Playback { sound, played: Arc::clone(&played) }), PlaybackFeed { sound: feed, played })
}

/// Where a playback gets its sound from. Dropping it ends the playback within a few milliseconds, whatever still waits.
pub struct PlaybackFeed {
    sound: Producer<f32>,
    played: Arc<AtomicU64>,
}

impl PlaybackFeed {
    /// Stereo frames that there is room for.
    #[must_use]
    pub fn room(&self) -> usize {
        self.sound.slots() / 2
    }

    /// Takes interleaved stereo samples at [`SAMPLE_RATE`], full scale ±1.0, whole frames; those that there is no
    /// [room](Self::room) for are left out.
    pub fn push(&mut self, stereo: &[f32]) {
        let count = stereo.len().min(self.sound.slots()) & !1;
        if let Ok(chunk) = self.sound.write_chunk_uninit(count) {
            chunk.fill_from_iter(stereo.iter().copied());
        }
    }

    /// Frames that were heard.
    #[must_use]
    pub fn played(&self) -> u64 {
        self.played.load(Ordering::Relaxed)
    }

    /// The engine let go of it: another one was begun, or the engine is gone.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.sound.is_abandoned()
    }
}

/// The engine's end. Audio thread: never allocates, frees, locks or waits (dropping it frees).
pub(super) struct Playback {
    sound: Consumer<f32>,
    played: Arc<AtomicU64>,
}

impl Playback {
    /// Adds the next frames to the first two lanes, as much of them as `share` says; what is not there is silence.
    fn add(&mut self, frames: usize, mut to: impl FnMut(usize, [f32; 2])) {
        let count = frames.min(self.sound.slots() / 2);
        let Ok(chunk) = self.sound.read_chunk(2 * count) else { return };
        let (first, second) = chunk.as_slices();
        // Pairs are written whole, but the ring's end may lie within one.
        let mut samples = first.iter().chain(second).map(|sample| if sample.abs() <= LOUDEST { *sample } else { 0.0 });
        for at in 0..count {
            let left = samples.next().unwrap_or(0.0);
            to(at, [left, samples.next().unwrap_or(0.0)]);
        }
        chunk.commit_all();
        self.played.fetch_add(count as u64, Ordering::Relaxed);
    }
}

/// What is played now and what fades out.
pub(super) struct Playbacks {
    seats: [Option<Box<Playback>>; SEATS],
    /// The seat that begins or goes on; the others end.
    latest: usize,
    /// How much of the headphones each seat has; a lane is a seat.
    shares: Glide,
}

impl Playbacks {
    pub(super) fn new() -> Self {
        Self { seats: [None, None], latest: 0, shares: Glide::new(0.0, GLIDE_CELLS) }
    }

    /// Whether another one can begin now; at most one glide from the time that it could not.
    pub(super) fn has_seat(&self) -> bool {
        self.seats.iter().any(Option::is_none)
    }

    /// Begins one; gives back what has no seat, which [`Self::has_seat`] rules out.
    pub(super) fn begin(&mut self, playback: Box<Playback>) -> Option<Box<Playback>> {
        let Some(free) = self.seats.iter().position(Option::is_none) else { return Some(playback) };
        self.latest = free;
        self.seats[free].replace(playback)
    }

    /// One that is silent for good and can be freed elsewhere.
    pub(super) fn take_silent(&mut self) -> Option<Box<Playback>> {
        let silent = |seat: &usize| self.shares.rests_at(*seat, 0.0) && self.ends(*seat);
        let seat = (0..SEATS).find(silent)?;
        self.seats[seat].take()
    }

    fn ends(&self, seat: usize) -> bool {
        self.seats[seat].as_ref().is_some_and(|playback| seat != self.latest || playback.sound.is_abandoned())
    }

    /// Plays one cell from the index `start` into the headphone mixes.
    pub(super) fn play(&mut self, start: u64, frames: usize, cues: &mut Sum) {
        if self.seats.iter().all(Option::is_none) {
            return;
        }
        for seat in 0..SEATS {
            let goes_on = self.seats[seat].is_some() && !self.ends(seat);
            let share = f32::from(u8::from(goes_on));
            if self.shares.target(seat) != share {
                self.shares.set(seat, share);
            }
        }
        let cues = cues.frames(frames);
        let shares = self.shares.ramp(&LaneBlock::new(start, cues));
        for (at, cue) in cues.iter_mut().enumerate() {
            let shares = shares.at(at).0;
            let live = (1.0 - shares[..SEATS].iter().sum::<f32>()).max(0.0);
            cue.0[..2].iter_mut().for_each(|side| *side *= live);
        }
        for (seat, playback) in self.seats.iter_mut().enumerate() {
            let Some(playback) = playback else { continue };
            playback.add(frames, |at, pair| {
                let share = shares.at(at).0[seat];
                cues[at].0.iter_mut().zip(pair).for_each(|(side, sample)| *side += sample * share);
            });
        }
    }
}

const _: () = assert!(PLAYBACK_FRAMES <= SAMPLE_RATE as usize, "what waits is heard late after a jump");
