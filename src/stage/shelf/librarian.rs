//! The thread that lists, opens, draws and names takes, one errand after the other.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, TryRecvError};

use super::super::paced::PacedDisk;
use super::moves::Moves;
use super::{LastWord, Reader, start};
use crate::fault::Fault;
use crate::limits::SHELF_AGAIN;
use crate::record::{LocalDisk, Part};
use crate::session::event::Event;
use crate::session::shelf::{OpenTake, Picture, ShelfNews};
use crate::takes::list::{State, Summary};
use crate::takes::{self, FileEnd, Take, desktop, list, overview, rename};

/// What the librarian is asked for.
pub(in super::super) enum Errand {
    /// List the takes of these folders, keep to them from now on, and look again at the open take.
    Look(Vec<PathBuf>),
    /// Read a take and how it looks; with `None` nothing more is read.
    Open(Option<PathBuf>),
    /// Give a take an artist, a title or both, once nobody hears it any more.
    Rename { folder: PathBuf, artist: Option<String>, title: Option<String>, reader: Option<Reader> },
    /// Read no sound until there is another errand; dropped when that is so.
    Rest(Sender<()>),
    /// Show something in the file manager.
    Reveal(PathBuf),
}

pub(super) struct Librarian {
    inbox: Receiver<Errand>,
    /// What came while a file was read.
    next: Option<Errand>,
    gone: bool,
    /// Nothing is drawn before the next errand.
    rests: bool,
    tell: Sender<Event>,
    disk: PacedDisk,
    moves: Moves,
    folders: Vec<PathBuf>,
    /// The takes that were being recorded or mended at the last look.
    busy: Vec<PathBuf>,
    open: Option<OpenTake>,
}

impl Librarian {
    pub(super) fn start(tell: Sender<Event>, disk: PacedDisk, moves: Moves) -> Result<Sender<Errand>, Fault> {
        let (errands, inbox) = mpsc::channel();
        let (next, gone, rests, folders, busy, open) = (None, false, false, Vec::new(), Vec::new(), None);
        let last = LastWord { tell: tell.clone(), news: Some(ShelfNews::Closed) };
        let librarian = Self { inbox, next, gone, rests, tell, disk, moves, folders, busy, open };
        start("korero-shelf", move || {
            let _last = last;
            librarian.run();
        })?;
        Ok(errands)
    }

    fn run(mut self) {
        while let Some(errand) = self.wait() {
            self.rests = false;
            if let Err(fault) = self.carry_out(errand) {
                self.say(Event::Trouble(fault));
            }
        }
    }

    /// The next errand; while there is none, the open take is drawn, and the end of what is recorded is looked out for.
    /// `None` when nobody can ask any more.
    fn wait(&mut self) -> Option<Errand> {
        loop {
            self.look_at_door();
            let draws = self.open.as_ref().is_some_and(|open| matches!(open.picture, Picture::Reading(_)));
            if draws && !self.rests && self.next.is_none() && !self.gone {
                self.draw();
            }
            match self.next.take() {
                _ if self.gone => return None,
                Some(errand) => return Some(errand),
                None if self.busy.is_empty() => return self.inbox.recv().ok(),
                None => {}
            }
            match self.inbox.recv_timeout(SHELF_AGAIN) {
                Ok(errand) => return Some(errand),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) if self.busy.iter().any(|take| !is_busy(take)) => self.look(),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    fn look_at_door(&mut self) {
        if self.next.is_none() {
            match self.inbox.try_recv() {
                Ok(errand) => self.next = Some(errand),
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => self.gone = true,
            }
        }
    }

    fn carry_out(&mut self, errand: Errand) -> Result<(), Fault> {
        match errand {
            Errand::Look(folders) => {
                self.folders = folders;
                self.look();
                Ok(())
            }
            Errand::Open(folder) => {
                self.open = None;
                folder.map_or(Ok(()), |folder| self.open(&self.moves.now(&folder)))
            }
            Errand::Rename { folder, artist, title, reader } => {
                reader.iter().for_each(Reader::wait);
                self.rename(&folder, artist.as_deref(), title.as_deref())
            }
            Errand::Rest(reads) => {
                self.rests = true;
                drop(reads);
                Ok(())
            }
            Errand::Reveal(path) => desktop::reveal(&self.moves.now(&path)),
        }
    }

    fn rename(&mut self, folder: &Path, artist: Option<&str>, title: Option<&str>) -> Result<(), Fault> {
        let is_open = self.open.as_ref().is_some_and(|open| open.take.folder == self.moves.now(folder));
        let there = self.moves.take(folder, |from| rename::rename(&LocalDisk, from, artist, title))?;
        if is_open {
            self.open(&there)?;
        }
        self.list();
        Ok(())
    }

    /// Looks again at everything.
    fn look(&mut self) {
        self.list();
        let Some(open) = &self.open else { return };
        match takes::read(&LocalDisk, &open.take.folder) {
            Ok(take) if take == *open.take => {}
            Ok(take) => self.show(take),
            Err(_) => {
                // The list tells of it, if there is still anything to tell.
                self.open = None;
                self.say(Event::Shelf(ShelfNews::Closed));
            }
        }
    }

    fn list(&mut self) {
        let mut rows = Vec::new();
        for folder in self.folders.iter().filter(|folder| !folder.as_os_str().is_empty()) {
            // A place that cannot be read hides none of the others.
            match list::list(&LocalDisk, folder) {
                Ok(found) => rows.extend(found),
                Err(fault) => self.say(Event::Trouble(fault)),
            }
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.began()));
        let busy = rows.iter().filter(|row| matches!(row.take, Ok(Summary { state: State::Busy, .. })));
        self.busy = busy.map(|row| row.folder.clone()).collect();
        self.say(Event::Shelf(ShelfNews::Rows(Arc::new(rows))));
    }

    fn open(&mut self, folder: &Path) -> Result<(), Fault> {
        let take = takes::read(&LocalDisk, folder)?;
        self.show(take);
        Ok(())
    }

    /// Shows a take as it is now. What is known of how it looks stays for as long as its file does.
    fn show(&mut self, take: Take) {
        let file = take.files.iter().position(|file| file.part == Part::Mix).unwrap_or(0);
        let told = take.files.get(file);
        let before = self.open.take().filter(|open| open.take.id == take.id && open.file == file);
        let before = before.filter(|open| open.take.files.get(file).map(|file| file.end) == told.map(|file| file.end));
        let picture = match (told.filter(|file| file.end != FileEnd::Open), before) {
            (None, _) => Picture::Awaited,
            (Some(_), Some(open)) => open.picture,
            (Some(told), None) => match overview::cached(&LocalDisk, told) {
                Some(overview) => Picture::Known(Arc::new(overview)),
                None => Picture::Reading(0.0),
            },
        };
        let open = OpenTake { take: Arc::new(take), file, picture };
        self.say(Event::Shelf(ShelfNews::Opened(open.clone())));
        self.open = Some(open);
    }

    /// Reads the open take once from end to end, unless something else is asked for: then it begins anew after that.
    fn draw(&mut self) {
        let Some(OpenTake { take, file, .. }) = self.open.clone() else { return };
        let mut told = 0.0;
        let drawn = overview::overview(&self.disk.clone(), &take.files[file], &mut |share| {
            self.look_at_door();
            // As many steps as a bar on the screen has.
            if share >= told + 0.01 {
                told = share;
                self.say(Event::Shelf(ShelfNews::Looks(Picture::Reading(share))));
            }
            if self.next.is_some() || self.gone { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        let picture = match drawn {
            Ok(Some(overview)) => Picture::Known(Arc::new(overview)),
            Ok(None) => return,
            Err(fault) => {
                self.say(Event::Trouble(fault));
                Picture::Unreadable
            }
        };
        self.open.iter_mut().for_each(|open| open.picture.clone_from(&picture));
        self.say(Event::Shelf(ShelfNews::Looks(picture)));
    }

    fn say(&self, event: Event) {
        // A show that ended meanwhile needs no word.
        let _ = self.tell.send(event);
    }
}

/// Whether a take is being recorded or mended.
fn is_busy(folder: &Path) -> bool {
    takes::read(&LocalDisk, folder).is_ok_and(|take| list::state(&LocalDisk, &take) == State::Busy)
}
