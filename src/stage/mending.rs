//! Interrupted takes are mended when the show begins, on a thread of their own: a long take is read from end to end.

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use korero_sentences::key;

use crate::fault::Fault;
use crate::record::LocalDisk;
use crate::session::event::Event;
use crate::takes::repair;

/// Mending that runs; what it found comes one by one.
pub(super) struct Mending {
    told: Receiver<Fault>,
}

impl Mending {
    /// Begins with the takes in these folders. A system that gives no thread mends nothing now; what is not mended
    /// can be played all the same, and is mended the next time.
    pub(super) fn start(folders: Vec<PathBuf>) -> Self {
        let (tell, told) = mpsc::channel();
        let run = move || {
            for folder in folders.iter().filter(|folder| !folder.as_os_str().is_empty()) {
                // A show that ended meanwhile needs no word.
                faults(folder).into_iter().for_each(|fault| drop(tell.send(fault)));
            }
        };
        let _ = thread::Builder::new().name("korero-mending".to_owned()).spawn(run);
        Self { told }
    }

    /// What was found since the last look.
    pub(super) fn look(&self) -> Vec<Event> {
        self.told.try_iter().map(Event::Trouble).collect()
    }
}

/// Mends what is in a folder for recordings and tells it.
fn faults(folder: &std::path::Path) -> Vec<Fault> {
    match repair::repair_all(&LocalDisk, folder) {
        Err(fault) => vec![fault],
        Ok((repaired, faults)) => {
            let told = repaired.into_iter().map(|repaired| {
                let seconds = (repaired.take.lost().unwrap_or_default().as_secs_f64() * 10.0).ceil() / 10.0;
                let take = repaired.take.folder.display().to_string();
                Fault::new(key::FAULT_TAKES_RECOVERED).with("take", take).with("seconds", seconds)
            });
            told.chain(faults).collect()
        }
    }
}
