//! The control thread's end of a target: what its threads tell, and how they end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::{Notify, watch};

use super::board::Board;
use super::{PublishEvent, PublishState, PublishStatus, Publisher};

/// How long the media thread may take to end.
const LAST_WORK: Duration = Duration::from_millis(50);

/// The threads of one target. Dropped, they leave the air and end.
pub(super) struct Threads {
    pub(super) board: Arc<Board>,
    /// Ends the encoder.
    pub(super) stop: Arc<AtomicBool>,
    /// Ends the session, which says goodbye first.
    pub(super) leave: watch::Sender<bool>,
    pub(super) retry: Arc<Notify>,
    pub(super) threads: Vec<JoinHandle<()>>,
    /// Where the network's side of the media has a thread of its own.
    pub(super) media: Option<Runtime>,
}

impl Publisher for Threads {
    fn status(&self) -> PublishStatus {
        self.board.status(Instant::now())
    }

    fn take_events(&mut self) -> Vec<PublishEvent> {
        self.board.take_events()
    }

    fn retry(&self) {
        self.retry.notify_one();
    }

    fn stop(self: Box<Self>) {}
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.leave.send_replace(true);
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            // A thread that panicked has ended too.
            let _ = thread.join();
        }
        if let Some(media) = self.media.take() {
            media.shutdown_timeout(LAST_WORK);
        }
        self.board.enter(PublishState::Ended);
    }
}
