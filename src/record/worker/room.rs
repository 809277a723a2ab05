//! The room of a take on its disk: what rolled beside it goes before the artist is warned, or anything that is played is lost.

use std::io;
use std::time::Duration;

use korero_sentences::key;

use super::{RecordEvent, Worker};
use crate::fault::Fault;
use crate::limits::{PRE_ROLL_SLICE, RECORD_LEAST, RECORD_LOW};
use crate::record::ring::{Need, Ring};
use crate::record::track::Track;

impl Worker {
    /// Records beside this ring.
    pub(in crate::record) fn beside(mut self, ring: Ring) -> Self {
        self.ring = Some(ring);
        self
    }

    /// How long the disk lasts. While that is not long the ring gives its room, a segment at each look, so that what is played
    /// does not wait; the artist is warned once it has none.
    pub(super) fn look_at_space(&mut self, now: Duration) {
        let lasts = |bytes: u64| bytes.checked_div(self.bytes_per_second).map(Duration::from_secs);
        let free = self.disk.free(&self.folder);
        let is_low = free.and_then(lasts).filter(|left| *left < RECORD_LOW);
        let gives = self.ring.as_ref().map_or(0, Ring::gives);
        self.board.told().status.disk_left = free.and_then(|free| lasts(free.saturating_add(gives)));
        let Some(left) = is_low else { return };
        if !self.ring_gives(now, Need::Room) && !self.warned_low {
            self.warned_low = true;
            let fault = Fault::new(key::FAULT_RECORD_LOW).with("minutes", left.as_secs() / 60);
            self.board.told().event(RecordEvent::Trouble(fault));
        }
    }

    /// Whether the disk is full and the ring made room: then what it refused is only tried again.
    pub(super) fn makes_room(&mut self, error: &io::Error, now: Duration) -> bool {
        use io::ErrorKind::{QuotaExceeded, StorageFull, WriteZero};
        matches!(error.kind(), StorageFull | QuotaExceeded | WriteZero) && self.ring_gives(now, Need::Night)
    }

    /// Whether a pre-roll, which lies in the ring as well, takes no room that what is played now may need: there is enough for
    /// a long time, or there will be some when all of it is copied, and then the ring gives its own.
    pub(super) fn may_fill(&mut self) -> bool {
        let lasts = |time: Duration| self.bytes_per_second.saturating_mul(time.as_secs());
        let whole = lasts(RECORD_LEAST).saturating_add(self.tracks.iter().map(Track::to_fill).sum());
        let enough = whole.min(lasts(RECORD_LOW)).saturating_add(PRE_ROLL_SLICE);
        self.has_room = self.disk.free(&self.folder).is_none_or(|free| free >= enough);
        self.has_room
    }

    /// What the take began with is copied, and its journal, which is safe, says so: the ring may give that too.
    pub(super) fn let_the_ring_go(&mut self) {
        if let Some(ring) = self.ring.as_mut().filter(|_| !self.tracks.iter().any(Track::needs_the_ring)) {
            ring.keep_nothing();
        }
    }

    /// Whether the ring gave a segment, or may give one at the next call.
    pub(super) fn ring_gives(&mut self, now: Duration, need: Need) -> bool {
        let beat = || self.board.pulse.beat();
        let gave = self.ring.as_mut().map(|ring| ring.remove_oldest(now, need, &beat));
        beat();
        match gave {
            Some(Ok(gave)) => gave,
            Some(Err(error)) => error.kind() == io::ErrorKind::WouldBlock,
            None => false,
        }
    }
}
