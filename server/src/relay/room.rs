//! One artist's room.

use std::sync::Arc;
use std::time::Instant;

use super::board::Board;
use super::outlet::Ring;
use super::peer::Packet;
use super::{Role, SessionId};
use crate::limits::PUBLISHER_SILENCE;

/// Who is in a room, and the packets that can be sent again.
pub(crate) struct Room {
    board: Arc<Board>,
    /// The publisher that is heard.
    publisher: Option<SessionId>,
    /// Publishers whose connection is not up yet.
    coming: Vec<SessionId>,
    /// Everyone who listens or is about to.
    listeners: Vec<SessionId>,
    /// Those of them whose connection is up.
    hearing: Arc<Vec<SessionId>>,
    /// Listeners that are not counted.
    uncounted: Vec<SessionId>,
    /// Counts publishers' connections and the streams of each: every one has its own numbers and times.
    publication: u64,
    /// The stream that is heard.
    stream: Option<u32>,
    ring: Ring,
    last_packet: Option<Instant>,
}

impl Room {
    pub(crate) fn new(board: Arc<Board>) -> Self {
        Self {
            board,
            publisher: None,
            coming: Vec::new(),
            listeners: Vec::new(),
            hearing: Arc::default(),
            uncounted: Vec::new(),
            publication: 0,
            stream: None,
            ring: Ring::new(),
            last_packet: None,
        }
    }

    /// Someone joins. Nobody knows of a check, here and below.
    pub(crate) fn join(&mut self, id: SessionId, role: Role, counted: bool) {
        if !counted {
            self.uncounted.push(id);
        }
        match role {
            Role::Publisher => self.coming.push(id),
            Role::Listener => self.listeners.push(id),
            Role::Check => {}
        }
    }

    /// A connection came up. The publisher that is replaced comes back, for its session to be ended.
    pub(crate) fn connected(&mut self, id: SessionId, role: Role) -> Option<SessionId> {
        let mut replaced = None;
        match role {
            Role::Publisher if self.publisher != Some(id) => {
                self.coming.retain(|coming| *coming != id);
                self.begin(None);
                replaced = self.publisher.replace(id);
            }
            Role::Listener if !self.hearing.contains(&id) => Arc::make_mut(&mut self.hearing).push(id),
            Role::Publisher | Role::Listener | Role::Check => {}
        }
        self.tell();
        replaced
    }

    /// Another publication begins.
    fn begin(&mut self, stream: Option<u32>) {
        self.publication += 1;
        self.stream = stream;
        self.ring.clear();
    }

    /// Someone left.
    pub(crate) fn leave(&mut self, id: SessionId, role: Role) {
        self.uncounted.retain(|uncounted| *uncounted != id);
        match role {
            Role::Publisher if self.publisher == Some(id) => {
                (self.publisher, self.last_packet) = (None, None);
            }
            Role::Publisher => self.coming.retain(|coming| *coming != id),
            Role::Listener => {
                self.listeners.retain(|listener| *listener != id);
                Arc::make_mut(&mut self.hearing).retain(|listener| *listener != id);
            }
            Role::Check => {}
        }
        self.tell();
    }

    /// A packet arrived. The number of its publication, unless it comes from another than the room's publisher.
    pub(crate) fn arrived(&mut self, now: Instant, utc_ms: i64, from: SessionId, packet: &Packet) -> Option<u64> {
        if self.publisher != Some(from) {
            return None;
        }
        if *self.stream.get_or_insert(packet.stream) != packet.stream {
            self.begin(Some(packet.stream));
        }
        self.ring.keep(packet.clone());
        self.board.packet_at(utc_ms);
        if self.last_packet.replace(now).is_none() {
            self.tell();
        }
        Some(self.publication)
    }

    /// Those whose connection is up. A list that does not change is shared, not copied.
    pub(crate) fn hearing(&self) -> Hearing {
        Hearing { list: Arc::clone(&self.hearing), next: 0 }
    }

    /// A packet that can be sent again.
    pub(crate) fn find(&self, publication: u64, seq: u64) -> Option<&Packet> {
        (publication == self.publication).then(|| self.ring.find(seq)).flatten()
    }

    /// Notices that the publisher fell silent.
    pub(crate) fn look(&mut self, now: Instant) {
        if self.last_packet.is_some_and(|at| now.saturating_duration_since(at) > PUBLISHER_SILENCE) {
            self.last_packet = None;
            self.tell();
        }
    }

    /// Everyone in the room, publishers first.
    pub(crate) fn everyone(&self) -> Vec<SessionId> {
        self.publisher.iter().chain(&self.coming).chain(&self.listeners).copied().collect()
    }

    /// Nobody is here.
    pub(crate) fn is_empty(&self) -> bool {
        self.publisher.is_none() && self.coming.is_empty() && self.listeners.is_empty()
    }

    fn tell(&self) {
        let counted = self.hearing.iter().filter(|id| !self.uncounted.contains(id)).count();
        let listeners = u32::try_from(counted).unwrap_or(u32::MAX);
        self.board.tell(self.publisher.is_some(), self.last_packet.is_some(), listeners);
    }
}

/// Goes through the listeners of one packet.
pub(crate) struct Hearing {
    list: Arc<Vec<SessionId>>,
    next: usize,
}

impl Iterator for Hearing {
    type Item = SessionId;

    fn next(&mut self) -> Option<SessionId> {
        let id = self.list.get(self.next).copied();
        self.next += 1;
        id
    }
}
