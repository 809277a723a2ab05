//! The check of the network has a thread of its own: the stage only hears of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use korero_sentences::key;

use crate::check::{self, Asked};
use crate::fault::Fault;
use crate::secret::StreamKey;
use crate::session::command::Aim;
use crate::session::event::{CheckNews, Event};

/// The control thread's end.
#[derive(Default)]
pub(super) struct Checking(Option<Line>);

struct Line {
    news: Receiver<CheckNews>,
    stop: Arc<AtomicBool>,
}

/// Nobody waits for a check that is not wanted any more.
impl Drop for Line {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Checking {
    /// Checks the way to `aim` instead of what was checked before, or ends the check.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(super) fn check(&mut self, aim: Option<Aim>) -> Result<(), Fault> {
        self.0 = None;
        let Some(Aim { url: to, key, .. }) = aim else { return Ok(()) };
        let asked = Asked { to, key: key.as_deref().and_then(StreamKey::parse) };
        let (tell, news) = mpsc::channel();
        let stop = Arc::<AtomicBool>::default();
        let stopped = Arc::clone(&stop);
        thread::Builder::new()
            .name("korero-check".to_owned())
            .spawn(move || work(&asked, &stopped, &tell))
            .map_err(|e| Fault::new(key::FAULT_STAGE_THREAD).with("why", e.to_string()))?;
        self.0 = Some(Line { news, stop });
        Ok(())
    }

    /// What the check said since.
    pub(super) fn look(&mut self) -> Vec<Event> {
        let Some(line) = &self.0 else { return Vec::new() };
        line.news.try_iter().map(Event::Check).collect()
    }
}

fn work(asked: &Asked, stop: &AtomicBool, tell: &Sender<CheckNews>) {
    let mut progress = |progress| drop(tell.send(CheckNews::Progress(progress)));
    let ended = match check::run(asked, stop, &mut progress) {
        Ok(Some(report)) => CheckNews::Done(report.verdict),
        Err(fault) => CheckNews::Failed(fault),
        Ok(None) => return,
    };
    // A stage that has ended, or began another check, listens no more.
    let _ = tell.send(ended);
}
