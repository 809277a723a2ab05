//! The meter thread.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError};
use std::thread;

use arc_swap::ArcSwap;
use korero_dsp::ring::{HOLD_OFF, Ring};

use super::strips::Strips;
use super::{BusMeter, Reading, Readings, Watch, Wish};
use crate::engine::TapReader;
use crate::limits::METER_POLL;
use crate::timeline::FrameIndex;

/// Two channels that name rings nearer than this hear the same one, as a factor of frequency: a sixth of an octave.
const SAME_RING: f32 = 1.122_5;

pub(super) struct Worker {
    mix: TapReader,
    meter: Option<BusMeter>,
    watched: Option<Watched>,
    strips: Strips,
    latest: Arc<ArcSwap<Readings>>,
    told: SyncSender<Ring>,
    /// The last ring that was told, and when.
    last: Option<(f32, FrameIndex)>,
    /// Frames that taps before this one lost.
    lost: u64,
    sound: Vec<f32>,
    lanes: Vec<f32>,
}

/// The channel that is looked at.
struct Watched {
    watch: Watch,
    meter: BusMeter,
    reading: Option<Reading>,
}

impl Worker {
    pub(super) fn new(mix: TapReader, latest: Arc<ArcSwap<Readings>>, told: SyncSender<Ring>) -> Self {
        // The mix has two channels, which every meter takes.
        let meter = BusMeter::new(mix.channels()).ok();
        Self {
            mix,
            meter,
            watched: None,
            strips: Strips::default(),
            latest,
            told,
            last: None,
            lost: 0,
            sound: Vec::new(),
            lanes: Vec::new(),
        }
    }

    pub(super) fn run(mut self, inbox: &Receiver<Wish>) {
        loop {
            match inbox.try_recv() {
                Ok(Wish::Watch(watch)) => self.watch(watch.map(|watch| *watch)),
                Ok(Wish::Strips(racks)) => {
                    self.lost += self.strips.frames_lost();
                    self.strips = Strips::of(racks);
                }
                Ok(Wish::Reset) => self.meters().for_each(BusMeter::reset),
                Ok(Wish::ForgetRings) => {
                    self.last = None;
                    self.meters().for_each(BusMeter::forget_rings);
                }
                Ok(Wish::End) | Err(TryRecvError::Disconnected) => return,
                Err(TryRecvError::Empty) => {
                    self.look();
                    thread::park_timeout(METER_POLL);
                }
            }
        }
    }

    fn watch(&mut self, watch: Option<Watch>) {
        if let Some(before) = self.watched.take() {
            self.lost += before.watch.tap.lost_frames();
        }
        self.watched = watch.and_then(|watch| {
            let channels = 1 + usize::from(watch.place.right.is_some());
            Some(Watched { meter: BusMeter::new(channels).ok()?, watch, reading: None })
        });
    }

    fn meters(&mut self) -> impl Iterator<Item = &mut BusMeter> {
        self.meter.iter_mut().chain(self.watched.as_mut().map(|watched| &mut watched.meter))
    }

    fn look(&mut self) {
        let mix = self.read_mix();
        self.read_watched();
        let strips = self.strips.look(&mut self.sound, &mut self.lanes);
        let watched = self.watched.as_ref();
        let before = self.latest.load();
        let readings = Readings {
            mix: mix.or(before.mix),
            watched: watched.and_then(|watched| Some((watched.watch.name.clone(), watched.reading?))),
            strips,
            frames_lost: self.lost
                + self.mix.lost_frames()
                + self.strips.frames_lost()
                + watched.map_or(0, |watched| watched.watch.tap.lost_frames()),
        };
        if readings != **before {
            self.latest.store(Arc::new(readings));
        }
    }

    /// The mix, when new sound has come.
    fn read_mix(&mut self) -> Option<Reading> {
        let mut heard = None;
        while let Some(block) = self.mix.read(&mut self.sound) {
            let ring = self.meter.as_mut()?.feed(&self.sound);
            heard = Some(());
            self.tell(ring, block.start);
        }
        heard.and(self.meter.as_mut()).map(BusMeter::look)
    }

    fn read_watched(&mut self) {
        let Some(mut watched) = self.watched.take() else { return };
        let mut heard = false;
        while let Some(block) = watched.watch.tap.read(&mut self.sound) {
            watched.watch.place.pick(&self.sound, &mut self.lanes);
            let ring = watched.meter.feed(&self.lanes);
            heard = true;
            self.tell(ring, block.start);
        }
        if heard {
            watched.reading = Some(watched.meter.look());
        }
        self.watched = Some(watched);
    }

    /// Tells a ring once, although mix and channel both hear it. While nobody takes them, more are dropped.
    fn tell(&mut self, ring: Option<Ring>, at: FrameIndex) {
        let Some(ring) = ring else { return };
        let same = |(freq, told): (f32, FrameIndex)| {
            let times = (freq / ring.freq).max(ring.freq / freq);
            times < SAME_RING && at.since(told) < HOLD_OFF as u64
        };
        if !self.last.is_some_and(same) {
            let _ = self.told.try_send(ring);
        }
        self.last = Some((ring.freq, at));
    }
}
