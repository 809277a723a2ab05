//! The thread that lists, opens, draws, names and bins takes, one errand after the other.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};

use super::super::paced::PacedDisk;
use super::start;
use crate::fault::Fault;
use crate::record::{LocalDisk, Part};
use crate::session::event::Event;
use crate::session::shelf::{Done, OpenTake, ShelfNews};
use crate::takes::{self, FileEnd, desktop, list, overview, rename};

/// What the librarian is asked for.
pub(in super::super) enum Errand {
    /// List the takes of these folders, and keep to them from now on.
    Look(Vec<PathBuf>),
    /// Read a take and how it looks; with `None` nothing more is read.
    Open(Option<PathBuf>),
    /// Give a take an artist and a title.
    Rename(PathBuf, String, String),
    /// Move a take into the system's bin.
    Bin(PathBuf),
    /// Show something in the file manager.
    Reveal(PathBuf),
}

pub(super) struct Librarian {
    inbox: Receiver<Errand>,
    /// What came while a file was read.
    next: Option<Errand>,
    gone: bool,
    tell: Sender<Event>,
    disk: PacedDisk,
    folders: Vec<PathBuf>,
    open: Option<OpenTake>,
}

impl Librarian {
    pub(super) fn start(tell: Sender<Event>, disk: PacedDisk) -> Result<Sender<Errand>, Fault> {
        let (errands, inbox) = mpsc::channel();
        let librarian = Self { inbox, next: None, gone: false, tell, disk, folders: Vec::new(), open: None };
        start("korero-shelf", || librarian.run())?;
        Ok(errands)
    }

    fn run(mut self) {
        while let Some(errand) = self.wait() {
            if let Err(fault) = self.carry_out(errand) {
                self.say(Event::Trouble(fault));
            }
        }
    }

    /// The next errand; while there is none, the open take is drawn. `None` when nobody can ask any more.
    fn wait(&mut self) -> Option<Errand> {
        self.look_at_door();
        if self.next.is_none() && !self.gone && self.open.as_ref().is_some_and(|open| open.overview.is_none()) {
            self.draw();
        }
        if self.gone { None } else { self.next.take().or_else(|| self.inbox.recv().ok()) }
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
                self.list();
                Ok(())
            }
            Errand::Open(None) => {
                self.open = None;
                Ok(())
            }
            Errand::Open(Some(folder)) => self.open(&folder),
            Errand::Rename(folder, artist, title) => {
                let there = rename::rename(&LocalDisk, &folder, &artist, &title)?;
                if self.open.take_if(|open| open.take.folder == folder).is_some() {
                    self.open(&there)?;
                }
                self.list();
                Ok(())
            }
            Errand::Bin(folder) => {
                desktop::bin(&LocalDisk, &folder)?;
                self.open.take_if(|open| open.take.folder == folder);
                self.say(Event::Shelf(ShelfNews::Done(Done::Binned(folder))));
                self.list();
                Ok(())
            }
            Errand::Reveal(path) => desktop::reveal(&path),
        }
    }

    fn list(&self) {
        let mut rows = Vec::new();
        for folder in self.folders.iter().filter(|folder| !folder.as_os_str().is_empty()) {
            // A place that cannot be read hides none of the others.
            match list::list(&LocalDisk, folder) {
                Ok(found) => rows.extend(found),
                Err(fault) => self.say(Event::Trouble(fault)),
            }
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.began()));
        self.say(Event::Shelf(ShelfNews::Rows(Arc::new(rows))));
    }

    fn open(&mut self, folder: &Path) -> Result<(), Fault> {
        self.open = None;
        let take = takes::read(&LocalDisk, folder)?;
        let file = take.files.iter().position(|file| file.part == Part::Mix).unwrap_or(0);
        let overview = take.files.get(file).and_then(|file| overview::cached(&LocalDisk, file)).map(Arc::new);
        let can_be_drawn = take.files.get(file).is_some_and(|file| file.end != FileEnd::Open);
        let open = OpenTake { take: Arc::new(take), file, overview, read: 0.0 };
        self.say(Event::Shelf(ShelfNews::Opened(open.clone())));
        self.open = Some(open).filter(|_| can_be_drawn);
        Ok(())
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
                self.say(Event::Shelf(ShelfNews::Read(share)));
            }
            if self.next.is_some() || self.gone { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        match drawn {
            Ok(Some(overview)) => {
                let overview = Arc::new(overview);
                self.open.iter_mut().for_each(|open| open.overview = Some(Arc::clone(&overview)));
                self.say(Event::Shelf(ShelfNews::Looks(overview)));
            }
            Ok(None) => {}
            Err(fault) => {
                self.open = None;
                self.say(Event::Trouble(fault));
            }
        }
    }

    fn say(&self, event: Event) {
        // A show that ended meanwhile needs no word.
        let _ = self.tell.send(event);
    }
}
