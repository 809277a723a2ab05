//! The thread that reads a take for the headphones.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use uuid::Uuid;

use super::moves::Moves;
use super::{LastWord, Reader, start};
use crate::engine::PlaybackFeed;
use crate::fault::Fault;
use crate::record::LocalDisk;
use crate::session::event::Event;
use crate::session::shelf::Heard;
use crate::takes::TakeFile;
use crate::takes::sound::Sound;

/// Frames that are read at once.
const PIECE: usize = 2_048;
/// A quarter of a second waits in the ring, so that this is soon enough.
const POLL: Duration = Duration::from_millis(20);

/// A take that is heard; it is silent when this is dropped.
pub(super) struct Player {
    take: Uuid,
    shared: Arc<Shared>,
    reader: Option<Reader>,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    over: AtomicBool,
    /// The frame that is heard.
    frame: AtomicU64,
}

/// Tells that it is over, whatever ended it.
struct Over(Arc<Shared>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.over.store(true, Ordering::Relaxed);
    }
}

impl Player {
    pub(super) fn start(
        (take, mut told): (Uuid, TakeFile),
        frame: u64,
        feed: PlaybackFeed,
        tell: Sender<Event>,
        moves: Moves,
    ) -> Result<Self, Fault> {
        let shared = Arc::new(Shared { frame: AtomicU64::new(frame), ..Shared::default() });
        let (reads, reader) = Reader::new();
        let over = Over(Arc::clone(&shared));
        start("korero-player", move || {
            // Dropped when the file is closed, the last first.
            let (_reads, over) = (reads, over);
            let last = LastWord { tell, news: None };
            told.path = moves.now(&told.path);
            let played = Sound::open(&LocalDisk, &told).and_then(|sound| over.0.play(sound, frame, feed));
            if let Err(fault) = played {
                // A show that ended meanwhile needs no word.
                let _ = last.tell.send(Event::Trouble(fault));
            }
        })?;
        Ok(Self { take, shared, reader: Some(reader) })
    }

    /// What is heard now; `None` once it is over.
    pub(super) fn heard(&self) -> Option<Heard> {
        let frame = self.shared.frame.load(Ordering::Relaxed);
        (!self.shared.over.load(Ordering::Relaxed)).then_some(Heard { take: self.take, frame })
    }

    /// Silences it; gives what tells when its file is closed.
    pub(super) fn leave(mut self) -> Option<Reader> {
        self.reader.take()
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
    }
}

impl Shared {
    /// Feeds the headphones until the file is at its end and was heard, or somebody stops it.
    fn play(&self, mut sound: Sound, from: u64, mut feed: PlaybackFeed) -> Result<(), Fault> {
        let (mut samples, mut stereo, mut next) = (Vec::new(), Vec::new(), from.min(sound.frames()));
        let (begun, end, channels) = (next, sound.frames(), 0..sound.channels());
        while !self.stop.load(Ordering::Relaxed) && !feed.is_over() && feed.played() < end - begun {
            self.frame.store(begun + feed.played(), Ordering::Relaxed);
            let count = usize::try_from(end - next).unwrap_or(PIECE).min(PIECE).min(feed.room());
            if count == 0 || (count < PIECE && next + (count as u64) < end) {
                thread::park_timeout(POLL);
                continue;
            }
            sound.read(next, count, &channels, &mut samples)?;
            fold(&samples, usize::from(channels.end), &mut stereo);
            feed.push(&stereo);
            next += count as u64;
        }
        Ok(())
    }
}

/// Two channels as they are; one in the middle; more of them all in the middle, as loud together as one of them.
fn fold(samples: &[f32], channels: usize, stereo: &mut Vec<f32>) {
    stereo.clear();
    if channels == 2 {
        stereo.extend_from_slice(samples);
        return;
    }
    let gain = 1.0 / (channels.max(1) as f32).sqrt();
    for frame in samples.chunks_exact(channels.max(1)) {
        let middle = frame.iter().sum::<f32>() * gain;
        stereo.extend([middle, middle]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn one_channel_is_heard_on_both_sides_as_it_is_and_many_are_no_louder_than_they_were(
            samples in prop::collection::vec(-1.0f32..1.0, 1..64), channels in 1usize..33,
        ) {
            let mut stereo = Vec::new();
            fold(&samples, 1, &mut stereo);
            prop_assert!(stereo.chunks(2).zip(&samples).all(|(pair, sample)| pair == [*sample, *sample]));
            let all: Vec<f32> = samples.iter().flat_map(|sample| vec![*sample; channels]).collect();
            fold(&all, channels, &mut stereo);
            let most = (channels as f32).sqrt() * 1.001;
            prop_assert!(stereo.chunks(2).zip(&samples).all(|(pair, sample)| pair[0].abs() <= most * sample.abs()));
        }
    }
}
