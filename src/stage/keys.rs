//! The key store's place on the stage: a thread of its own, for a store may wait for a person who unlocks it.

use std::sync::mpsc::{self, Receiver, SyncSender, TryRecvError};
use std::thread;
use std::time::Duration;

use korero_sentences::key;

use crate::destination::DestinationId;
use crate::fault::Fault;
use crate::keys::{Kept, KeyStore};
use crate::limits::{KEY_JOBS, KEY_PATIENCE};
use crate::secret::StreamKey;
use crate::session::event::Event;

/// What the thread is asked.
enum Ask {
    Seek(DestinationId, String),
    Keep(String, StreamKey),
    Forget(String),
}

/// What it says.
enum Answer {
    Found { id: DestinationId, url: String, key: Result<Option<StreamKey>, Fault> },
    KeptInFile,
    Wrong(Fault),
}

/// The control thread's end.
pub(super) struct Keys {
    store: KeyStore,
    line: Option<(SyncSender<Ask>, Receiver<Answer>)>,
    /// What was asked for and not answered yet, and when.
    sought: Vec<(DestinationId, String, Duration)>,
    told_of_file: bool,
    untold: Vec<Event>,
}

impl Keys {
    pub(super) fn new(store: KeyStore) -> Self {
        Self { store, line: None, sought: Vec::new(), told_of_file: false, untold: Vec::new() }
    }

    /// Looks for the key of an address; [`Keys::look`] tells what is there.
    pub(super) fn seek(&mut self, id: DestinationId, url: String, now: Duration) {
        self.sought.push((id, url.clone(), now));
        self.ask(Ask::Seek(id, url));
    }

    pub(super) fn keep(&mut self, url: String, key: StreamKey) {
        self.ask(Ask::Keep(url, key));
    }

    pub(super) fn forget(&mut self, url: String) {
        self.ask(Ask::Forget(url));
    }

    /// What the store said. One that does not answer in time knows nothing, and the show does not wait for it.
    pub(super) fn look(&mut self, now: Duration) -> Vec<Event> {
        let mut events = std::mem::take(&mut self.untold);
        while let Some(answer) = self.answer() {
            match answer {
                Answer::Found { id, url, key } => {
                    self.sought.retain(|(asked, about, _)| (*asked, about) != (id, &url));
                    let key = key.unwrap_or_else(|fault| {
                        events.push(Event::Trouble(fault));
                        None
                    });
                    events.push(Event::Key { id, url, key });
                }
                Answer::KeptInFile if std::mem::replace(&mut self.told_of_file, true) => {}
                Answer::KeptInFile => {
                    let file = self.store.file().map(|file| file.display().to_string()).unwrap_or_default();
                    events.push(Event::Trouble(Fault::new(key::FAULT_KEYS_IN_FILE).with("file", file)));
                }
                Answer::Wrong(fault) => events.push(Event::Trouble(fault)),
            }
        }
        let late = |(_, _, since): &mut (DestinationId, String, Duration)| now.saturating_sub(*since) >= KEY_PATIENCE;
        for (id, url, _) in self.sought.extract_if(.., late) {
            events.push(Event::Trouble(Fault::new(key::FAULT_KEYS_SLOW)));
            events.push(Event::Key { id, url, key: None });
        }
        events
    }

    fn answer(&mut self) -> Option<Answer> {
        let (_, answers) = self.line.as_ref()?;
        match answers.try_recv() {
            Ok(answer) => Some(answer),
            Err(TryRecvError::Empty) => None,
            // The thread is gone: the next question gets another one.
            Err(TryRecvError::Disconnected) => {
                self.line = None;
                None
            }
        }
    }

    fn ask(&mut self, ask: Ask) {
        if self.line.is_none() {
            self.line = open(self.store.clone()).ok();
        }
        // A full line is a store that hangs, and no line a system without threads.
        if self.line.as_ref().is_none_or(|(questions, _)| questions.try_send(ask).is_err()) {
            self.untold.push(Event::Trouble(Fault::new(key::FAULT_KEYS_SLOW)));
        }
    }
}

/// Starts the thread; it ends once nobody asks any more.
fn open(store: KeyStore) -> std::io::Result<(SyncSender<Ask>, Receiver<Answer>)> {
    let (questions, asked) = mpsc::sync_channel(KEY_JOBS);
    let (answered, answers) = mpsc::sync_channel(KEY_JOBS);
    thread::Builder::new().name("korero-keys".to_owned()).spawn(move || {
        for ask in asked {
            if let Some(answer) = work(&store, ask)
                && answered.send(answer).is_err()
            {
                return;
            }
        }
    })?;
    Ok((questions, answers))
}

fn work(store: &KeyStore, ask: Ask) -> Option<Answer> {
    match ask {
        Ask::Seek(id, url) => Some(Answer::Found { id, key: store.find(&url), url }),
        Ask::Keep(url, key) => match store.keep(&url, &key) {
            Ok(Kept::File) => Some(Answer::KeptInFile),
            Ok(Kept::System | Kept::Nowhere) => None,
            Err(fault) => Some(Answer::Wrong(fault)),
        },
        Ask::Forget(url) => store.forget(&url).err().map(Answer::Wrong),
    }
}
