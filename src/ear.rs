//! Our own ear: it listens to the show as listeners do, and says whether that is what was sent.
//!
//! What was sent comes from a tap of its own. What is heard is aligned with it by its sound, never by its RTP time alone: a
//! server may play stale sound with fresh times.

mod attend;
mod compare;
mod earliest;
mod fold;
mod hear;
mod judge;
mod likeness;
mod line;
mod order;
mod watch;

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use korero_sentences::key;
use tokio::sync::{mpsc, watch as told};

use crate::engine::tap::TapReader;
use crate::fault::Fault;
use crate::limits::EAR_QUEUE;
use crate::rtc::WhipClient;
use crate::session::ear::{EarState, Verdict};

use attend::Attendant;
use line::{LAST_WORK, Line, LineState};

/// The ear of one show. The control thread's end; it never waits, but when it is dropped.
pub struct Ear {
    shown: Arc<Mutex<EarState>>,
    on_air: told::Sender<bool>,
    leave: told::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Ear {
    /// Begins to listen at the WHEP address `url` to the mix that `tap` brings. Returns at once; nothing is asked of the
    /// server before [`Self::on_air`] says so.
    ///
    /// # Errors
    /// The address is not http or https, or a thread or decoder cannot be made.
    pub fn start(url: &str, tap: TapReader) -> Result<Self, Fault> {
        let client = WhipClient::new(url, None).map_err(|_| Fault::new(key::FAULT_EAR_ADDRESS).with("url", url))?;
        let shown = Arc::new(Mutex::new(EarState::Listens { verdict: Verdict::default(), delay: None, lost: 0 }));
        let (queue, packets) = mpsc::channel(EAR_QUEUE);
        let (state, line_seen) = told::channel(LineState::Connecting);
        let (on_air, on_air_seen) = told::channel(false);
        let (leave, left) = told::channel(false);
        let attendant = Attendant::new(tap, packets, line_seen, on_air_seen.clone(), Arc::clone(&shown));
        let attendant = attendant.map_err(|error| cannot_start(&error))?;
        let line = Line { client, state, queue, dropped: Arc::default(), held: None };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .thread_name("korero-ear")
            .max_blocking_threads(1)
            .enable_all()
            .build()
            .map_err(|error| cannot_start(&error))?;
        let listen = move || {
            runtime.block_on(async {
                tokio::select! {
                    () = line.run(on_air_seen, left) => {}
                    () = attendant.run() => {}
                }
            });
            runtime.shutdown_timeout(LAST_WORK);
        };
        let thread = thread::Builder::new().name("korero-ear".into()).spawn(listen);
        Ok(Self { shown, on_air, leave, thread: Some(thread.map_err(|error| cannot_start(&error))?) })
    }

    /// Whether the far side has confirmed the show: only then it can be heard.
    pub fn on_air(&self, is: bool) {
        self.on_air.send_if_modified(|was| std::mem::replace(was, is) != is);
    }

    /// What it hears. One whose thread has ended, though nobody asked it to, hears nothing any more.
    #[must_use]
    pub fn state(&self) -> EarState {
        if !*self.leave.borrow() && self.thread.as_ref().is_some_and(JoinHandle::is_finished) {
            return EarState::Deaf(Fault::new(key::FAULT_EAR_START).with("reason", "its thread has ended"));
        }
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Begins to leave; does not wait.
    pub fn leave(&self) {
        self.leave.send_replace(true);
    }
}

impl Drop for Ear {
    /// Says goodbye to the server (at most a second) and ends the thread.
    fn drop(&mut self) {
        self.leave();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has ended too.
            let _ = thread.join();
        }
    }
}

fn cannot_start(error: &dyn std::error::Error) -> Fault {
    Fault::new(key::FAULT_EAR_START).with("reason", error.to_string())
}

/// What a person is told of an alarm.
#[must_use]
pub fn alarm(verdict: Verdict) -> Option<Fault> {
    let code = match verdict {
        Verdict::Listening | Verdict::Heard => return None,
        Verdict::Silent => key::FAULT_EAR_SILENT,
        Verdict::Mono => key::FAULT_EAR_MONO,
        Verdict::Swapped => key::FAULT_EAR_SWAPPED,
        Verdict::Late => key::FAULT_EAR_LATE,
        Verdict::NotUs => key::FAULT_EAR_NOT_US,
    };
    Some(Fault::new(code))
}

#[cfg(test)]
#[path = "ear/programmes_tests.rs"]
mod programmes;
#[cfg(test)]
#[path = "ear/ear_tests.rs"]
mod tests;

#[cfg(test)]
mod ended {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn an_ear_whose_thread_has_broken_says_so_and_one_that_leaves_does_not() {
        let heard = EarState::Listens { verdict: Verdict::Heard, delay: None, lost: 0 };
        let (on_air, leave) = (told::Sender::new(true), told::Sender::new(false));
        let (wait, waits) = std::sync::mpsc::channel::<()>();
        let thread = Some(thread::spawn(move || waits.recv().unwrap_or(())));
        let ear = Ear { shown: Arc::new(Mutex::new(heard.clone())), on_air, leave, thread };
        assert_eq!(ear.state(), heard);
        drop(wait);
        let begun = Instant::now();
        while !matches!(ear.state(), EarState::Deaf(_)) {
            assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", ear.state());
            thread::yield_now();
        }
        ear.leave();
        assert_eq!(ear.state(), heard);
    }
}
