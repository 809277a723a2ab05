//! The takes on the stage: looked at, named, exported, sent and heard on threads of their own, so that no disk and no
//! network holds up the show.

mod librarian;
mod moves;
mod player;
mod work;

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use korero_sentences::{Language, key};

use super::paced::{Pace, PacedDisk};
use crate::engine::PlaybackFeed;
use crate::fault::Fault;
use crate::limits::SHELF_FAREWELL;
use crate::session::command::Aim;
use crate::session::event::Event;
use crate::session::shelf::{Done, OpenTake, ShelfNews};
pub(super) use librarian::Errand;
use librarian::Librarian;
use moves::Moves;
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
    /// The player that was silenced last.
    silenced: Option<Reader>,
    disk: PacedDisk,
    moves: Moves,
}

impl Shelf {
    pub(super) fn new(pace: Pace) -> Self {
        let (tell, told) = mpsc::channel();
        Self {
            tell,
            told,
            errands: None,
            work: None,
            player: None,
            silenced: None,
            disk: PacedDisk(pace),
            moves: Moves::default(),
        }
    }

    /// Asks the librarian.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(super) fn ask(&mut self, errand: Errand) -> Result<(), Fault> {
        let refused = match &self.errands {
            Some(errands) => errands.send(errand).err(),
            None => Some(mpsc::SendError(errand)),
        };
        // There is none yet, or a mistake of ours ended it.
        if let Some(mpsc::SendError(errand)) = refused {
            let errands = Librarian::start(self.tell.clone(), self.disk.clone(), self.moves.clone())?;
            // It goes on for as long as it can be asked.
            let _ = errands.send(errand);
            self.errands = Some(errands);
        }
        Ok(())
    }

    /// Gives a take other names, once it is not heard any more.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(super) fn rename(
        &mut self,
        folder: PathBuf,
        artist: Option<String>,
        title: Option<String>,
    ) -> Result<(), Fault> {
        let reader = self.silenced.take();
        self.ask(Errand::Rename { folder, artist, title, reader })
    }

    /// Moves a take into the system's bin, once it is neither heard nor drawn any more.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(super) fn bin(&mut self, folder: PathBuf) -> Result<(), Fault> {
        let (reads, drawn) = Reader::new();
        let asked = self.ask(Errand::Rest(reads));
        let readers = self.silenced.take().into_iter().chain([drawn]).collect();
        self.begin(Job::Bin(folder, readers))?;
        asked
    }

    /// Begins something that takes its time; the session lets only one run.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(super) fn begin(&mut self, job: Job) -> Result<(), Fault> {
        let (task, folder) = (job.task(), job.folder().clone());
        let begun = Work::start(job, self.tell.clone(), self.disk.clone(), self.moves.clone());
        if begun.is_err() {
            // The receiver is this very place.
            let _ = self.tell.send(Event::Shelf(ShelfNews::Done(task, Done::Ended(folder))));
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
    /// `fault-takes-no-sound`: it has no file; or the system gives no thread.
    pub(super) fn play(&mut self, open: &OpenTake, frame: u64, feed: PlaybackFeed) -> Result<(), Fault> {
        let no_sound = || Fault::new(key::FAULT_TAKES_NO_SOUND).with("folder", open.take.folder.display().to_string());
        let file = open.take.files.get(open.file).ok_or_else(no_sound)?.clone();
        self.player = Some(Player::start((open.take.id, file), frame, feed, self.tell.clone(), self.moves.clone())?);
        Ok(())
    }

    /// Lets it be heard no more.
    pub(super) fn silence(&mut self) {
        if let Some(player) = self.player.take() {
            self.silenced = player.leave();
            // The receiver is this very place.
            let _ = self.tell.send(Event::Shelf(ShelfNews::Heard(None)));
        }
    }

    /// What happened since the last look.
    pub(super) fn look(&mut self) -> Vec<Event> {
        if let Some(player) = &self.player {
            let heard = player.heard();
            let _ = self.tell.send(Event::Shelf(ShelfNews::Heard(heard)));
            self.player.take_if(|_| heard.is_none());
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

/// Somebody who reads a take, as who wants to move it sees him.
pub(super) struct Reader(Receiver<()>);

impl Reader {
    /// What is dropped when nothing is read any more, and its other end.
    fn new() -> (Sender<()>, Self) {
        let (reads, gone) = mpsc::channel();
        (reads, Self(gone))
    }

    /// Waits until he reads no more, however that ended; a disk that does not answer is left alone.
    fn wait(&self) {
        let _ = self.0.recv_timeout(SHELF_FAREWELL);
    }
}

/// What a thread of the shelf says when it ends, also by a mistake of ours: then that too.
struct LastWord {
    tell: Sender<Event>,
    news: Option<ShelfNews>,
}

impl Drop for LastWord {
    fn drop(&mut self) {
        let died = thread::panicking().then(|| Event::Trouble(Fault::new(key::FAULT_STAGE_SHELF)));
        for event in died.into_iter().chain(self.news.take().map(Event::Shelf)) {
            // A show that ended meanwhile needs no word.
            let _ = self.tell.send(event);
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

#[cfg(test)]
#[path = "shelf/shelf_tests.rs"]
mod tests;
