//! What the rest of the server may see of the media thread, without ever making it wait.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use uuid::Uuid;

/// A room as it is now.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct RoomNow {
    /// A publisher has a working connection.
    pub(crate) publisher: bool,
    /// Sound arrives.
    pub(crate) flowing: bool,
    /// Listeners with a working connection.
    pub(crate) listeners: u32,
    /// Grows when something about the room changed that is not told here (a performance).
    pub(crate) revision: u64,
}

/// The notice board of one room: the media thread writes, everyone reads.
#[derive(Debug)]
pub(crate) struct Board {
    now: watch::Sender<RoomNow>,
    last_packet_ms: AtomicI64,
}

impl Board {
    fn new() -> Self {
        Self { now: watch::Sender::new(RoomNow::default()), last_packet_ms: AtomicI64::new(0) }
    }

    /// The room as it is now.
    pub(crate) fn now(&self) -> RoomNow {
        *self.now.borrow()
    }

    /// Wakes at each change.
    pub(crate) fn follow(&self) -> watch::Receiver<RoomNow> {
        self.now.subscribe()
    }

    /// When the last packet arrived (UTC in milliseconds), if one did since the server started.
    pub(crate) fn last_packet_ms(&self) -> Option<i64> {
        Some(self.last_packet_ms.load(Relaxed)).filter(|ms| *ms > 0)
    }

    /// A packet arrived.
    pub(crate) fn packet_at(&self, utc_ms: i64) {
        self.last_packet_ms.store(utc_ms, Relaxed);
    }

    /// Tells the media thread's part of the room.
    pub(crate) fn tell(&self, publisher: bool, flowing: bool, listeners: u32) {
        self.now.send_if_modified(|now| {
            let next = RoomNow { publisher, flowing, listeners, revision: now.revision };
            std::mem::replace(now, next) != next
        });
    }

    /// Wakes everyone who follows the room.
    pub(crate) fn poke(&self) {
        self.now.send_modify(|now| now.revision += 1);
    }
}

/// The boards of all rooms, by artist.
#[derive(Debug, Default)]
pub(crate) struct Boards(Mutex<HashMap<Uuid, Arc<Board>>>);

impl Boards {
    /// The board of an artist's room; hung up when it is first asked for.
    pub(crate) fn of(&self, artist: Uuid) -> Arc<Board> {
        let mut boards = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(boards.entry(artist).or_insert_with(|| Arc::new(Board::new())))
    }

    /// Every board.
    pub(crate) fn all(&self) -> Vec<(Uuid, Arc<Board>)> {
        let boards = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        boards.iter().map(|(artist, board)| (*artist, Arc::clone(board))).collect()
    }
}

/// Raised by the media thread when a session is over.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gone(Arc<AtomicBool>);

impl Gone {
    pub(crate) fn raise(&self) {
        self.0.store(true, Relaxed);
    }

    pub(crate) fn is_raised(&self) -> bool {
        self.0.load(Relaxed)
    }
}
