//! The takes on the stage: looked at, named, exported, sent and heard on threads of their own, so that no disk and no
//! network holds up the show.

mod librarian;
mod player;
mod work;

use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use korero_sentences::{Language, key};

use super::paced::{Pace, PacedDisk};
use crate::engine::PlaybackFeed;
use crate::fault::Fault;
use crate::session::command::Aim;
use crate::session::event::Event;
use crate::session::shelf::{Done, OpenTake, ShelfNews};
pub(super) use librarian::Errand;
use librarian::Librarian;
use player::Player;
pub(super) use work::Job;
use work::Work;

/// What is done with takes while the show runs.
pub(super) struct Shelf {
    tell: Sender<Event>,
    told: Receiver<Event>,
    /// The librarian's thread, once anybody asked.
    errands: Option<Sender<Errand>>,
    work: Option<Work>,
    player: Option<Player>,
    disk: PacedDisk,
}

impl Shelf {
    pub(super) fn new(pace: Pace) -> Self {
        let (tell, told) = mpsc::channel();
        Self { tell, told, errands: None, work: None, player: None, disk: PacedDisk(pace) }
    }

    /// Asks the librarian.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(super) fn ask(&mut self, errand: Errand) -> Result<(), Fault> {
        let errands = match self.errands.take() {
            Some(errands) => errands,
            None => Librarian::start(self.tell.clone(), self.disk.clone())?,
        };
        // It goes on for as long as it can be asked.
        let _ = errands.send(errand);
        self.errands = Some(errands);
        Ok(())
    }

    /// Begins something that takes its time; the session lets only one run.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(super) fn begin(&mut self, job: Job) -> Result<(), Fault> {
        let folder = job.folder().clone();
        let begun = Work::start(job, self.tell.clone(), self.disk.clone());
        if begun.is_err() {
            // The receiver is this very place.
            let _ = self.tell.send(Event::Shelf(ShelfNews::Done(Done::Ended(folder))));
        }
        self.work = Some(begun?);
        Ok(())
    }

    /// Breaks off what was begun.
    pub(super) fn stop(&self) {
        if let Some(work) = &self.work {
            work.stop();
        }
    }

    /// Lets the open take be heard.
    ///
    /// # Errors
    /// Its file cannot be read, or the system gives no thread.
    pub(super) fn play(&mut self, open: &OpenTake, frame: u64, feed: PlaybackFeed) -> Result<(), Fault> {
        let Some(file) = open.take.files.get(open.file) else { return Ok(()) };
        self.player = Some(Player::start(&open.take.folder, file.clone(), frame, feed, self.tell.clone())?);
        Ok(())
    }

    /// Lets it be heard no more.
    pub(super) fn silence(&mut self) {
        if self.player.take().is_some() {
            // The receiver is this very place.
            let _ = self.tell.send(Event::Shelf(ShelfNews::Heard(None)));
        }
    }

    /// What happened since the last look.
    pub(super) fn look(&mut self) -> Vec<Event> {
        if let Some(player) = &self.player {
            let heard = player.heard();
            let over = heard.is_none();
            let _ = self.tell.send(Event::Shelf(ShelfNews::Heard(heard)));
            self.player.take_if(|_| over);
        }
        self.told.try_iter().collect()
    }

    /// Breaks everything off; what is half made is cleared away before this returns, unless its disk does not answer.
    pub(super) fn finish(self) {
        drop(self.player);
        if let Some(work) = self.work {
            work.finish();
        }
    }
}

/// Starts a thread of the shelf.
fn start(name: &str, run: impl FnOnce() + Send + 'static) -> Result<thread::JoinHandle<()>, Fault> {
    let thread = thread::Builder::new().name(name.to_owned()).spawn(run);
    thread.map_err(|error| Fault::new(key::FAULT_STAGE_THREAD).with("why", error.to_string()))
}

/// What the archive is to be told, and in which language it is to answer.
#[derive(Clone)]
pub(super) struct Sending {
    pub(super) aim: Aim,
    pub(super) language: Language,
}
