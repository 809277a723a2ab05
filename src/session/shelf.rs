//! The takes on the shelf: what the window shows of them, and what may be asked.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use korero_sentences::key;
use uuid::Uuid;

use super::snapshot::DeviceState;
use super::{Deed, Session};
use crate::fault::Fault;
use crate::takes::Take;
use crate::takes::export::ExportPlan;
use crate::takes::list::Row;
use crate::takes::overview::Overview;

/// What is known of the takes.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Shelf {
    /// The takes, newest first; `None` before anybody looked.
    pub rows: Option<Arc<Vec<Row>>>,
    /// The take that is looked at.
    pub open: Option<OpenTake>,
    /// What is being done; one thing at a time.
    pub work: Option<Work>,
    /// What was done last.
    pub done: Option<Done>,
    /// What is heard in the headphones.
    pub heard: Option<Heard>,
}

/// The take that is looked at.
#[derive(Clone, PartialEq, Debug)]
pub struct OpenTake {
    /// All that its journal tells.
    pub take: Arc<Take>,
    /// The file of it that is drawn and heard: the mix, or else its first one.
    pub file: usize,
    /// How it looks.
    pub picture: Picture,
}

/// How a file looks, as far as that is known.
#[derive(Clone, PartialEq, Debug)]
pub enum Picture {
    /// It is still being recorded, and is read when it has ended.
    Awaited,
    /// It is read for the first time, and so much of it was read, 0 to 1.
    Reading(f32),
    /// So.
    Known(Arc<Overview>),
    /// It could not be read; why was told as a fault.
    Unreadable,
}

/// Something that takes its time.
#[derive(Clone, PartialEq, Debug)]
pub struct Work {
    /// The take.
    pub folder: PathBuf,
    /// What is done with it.
    pub what: Task,
    /// The file or song it is at; empty while there is only one.
    pub name: String,
    /// How much is done, 0 to 1.
    pub share: f32,
}

/// What can be done with a take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Task {
    /// It is read and compared with its check sums.
    Verify,
    /// Songs or the whole of it become files.
    Export,
    /// Its master goes to the archive.
    Send,
    /// It goes into the system's bin.
    Bin,
}

/// What came of it.
#[derive(Clone, PartialEq, Debug)]
pub enum Done {
    /// It is what was recorded.
    Good(PathBuf),
    /// Files were written.
    Exported {
        /// The take.
        folder: PathBuf,
        /// How many.
        files: usize,
        /// The first of them.
        first: Option<PathBuf>,
        /// What a person should know of them.
        told: Vec<Fault>,
    },
    /// It is in the archive.
    Sent(PathBuf),
    /// It is in the system's bin.
    Binned(PathBuf),
    /// It was broken off, or something is wrong that was told as a fault.
    Ended(PathBuf),
}

impl Done {
    /// The take.
    #[must_use]
    pub fn folder(&self) -> &PathBuf {
        match self {
            Self::Good(folder)
            | Self::Exported { folder, .. }
            | Self::Sent(folder)
            | Self::Binned(folder)
            | Self::Ended(folder) => folder,
        }
    }
}

/// A take in the headphones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Heard {
    /// Which; it may get another folder meanwhile.
    pub take: Uuid,
    /// The frame that is heard now, from the first one of the file.
    pub frame: u64,
}

/// A wish about the takes.
#[derive(Clone, PartialEq, Debug)]
pub enum ShelfWish {
    /// Look again at what lies there.
    Look,
    /// Look at this take, or at none.
    Open(Option<PathBuf>),
    /// Give a take other names; one that is not given stays.
    Rename {
        /// The take.
        folder: PathBuf,
        /// Who plays.
        artist: Option<String>,
        /// The title.
        title: Option<String>,
    },
    /// Move a take into the system's bin.
    Bin(PathBuf),
    /// Show a file or a folder in the file manager.
    Reveal(PathBuf),
    /// Compare a take with its check sums.
    Verify(PathBuf),
    /// Make files of a take.
    Export(PathBuf, Box<ExportPlan>),
    /// Send the master of a take to the archive of the server that the air goes to.
    Send(PathBuf),
    /// Break off what is being done; what is complete stays.
    Stop,
    /// Let the open take be heard in the headphones, from this frame of its file on.
    Play(u64),
    /// Hear it no more.
    Silence,
}

/// What came of wishes.
#[derive(Clone, PartialEq, Debug)]
pub enum ShelfNews {
    /// The takes that lie there.
    Rows(Arc<Vec<Row>>),
    /// A take was read, anew when it was open already.
    Opened(OpenTake),
    /// The take that was open is not there any more.
    Closed,
    /// How the open take looks, or how far that is.
    Looks(Picture),
    /// How far something is.
    Works(Work),
    /// This is over, and what came of it.
    Done(Task, Done),
    /// What is in the headphones now.
    Heard(Option<Heard>),
}

impl Session {
    pub(super) fn shelf(&mut self, wish: ShelfWish) -> Vec<Deed> {
        match &wish {
            ShelfWish::Verify(folder) => return self.begin(folder.clone(), Task::Verify, wish),
            ShelfWish::Export(folder, _) => return self.begin(folder.clone(), Task::Export, wish),
            ShelfWish::Send(_) if self.home().is_none() => {
                self.tell(Fault::new(key::FAULT_SESSION_NO_ARCHIVE));
                return Vec::new();
            }
            ShelfWish::Send(folder) => return self.begin(folder.clone(), Task::Send, wish),
            ShelfWish::Bin(folder) => return self.begin(folder.clone(), Task::Bin, wish),
            // It must not move away under what reads it.
            ShelfWish::Rename { folder, .. } if self.works_on(folder) => {
                self.tell(Fault::new(key::FAULT_SESSION_SHELF_BUSY));
                return Vec::new();
            }
            ShelfWish::Play(_) if !self.has_phones() => {
                self.tell(Fault::new(key::FAULT_SESSION_NO_PHONES));
                return Vec::new();
            }
            // What is heard is the take that is looked at.
            ShelfWish::Open(_) => self.state.shelf.open = None,
            _ => {}
        }
        vec![Deed::Shelf(wish)]
    }

    /// Everywhere that takes may lie.
    #[must_use]
    pub fn shelves(&self) -> Vec<PathBuf> {
        let second = self.state.record.second.folder().map(ToOwned::to_owned);
        [self.state.record_folder.clone()].into_iter().chain(second).collect()
    }

    /// The take that is looked at.
    #[must_use]
    pub fn open_take(&self) -> Option<&OpenTake> {
        self.state.shelf.open.as_ref()
    }

    /// Whether anybody looked at the takes yet.
    pub(super) fn shelf_is_known(&self) -> bool {
        self.state.shelf.rows.is_some()
    }

    fn works_on(&self, folder: &Path) -> bool {
        self.state.shelf.work.as_ref().is_some_and(|work| work.folder == folder)
    }

    pub(super) fn has_phones(&self) -> bool {
        self.state.monitor.is_some() && matches!(self.state.device, DeviceState::Running { .. })
    }

    fn begin(&mut self, folder: PathBuf, what: Task, wish: ShelfWish) -> Vec<Deed> {
        if self.state.shelf.work.is_some() {
            self.tell(Fault::new(key::FAULT_SESSION_SHELF_BUSY));
            return Vec::new();
        }
        self.state.shelf.done = None;
        self.state.shelf.work = Some(Work { folder, what, name: String::new(), share: 0.0 });
        vec![Deed::Shelf(wish)]
    }

    pub(super) fn shelf_is(&mut self, news: ShelfNews) -> Vec<Deed> {
        let shelf = &mut self.state.shelf;
        match news {
            ShelfNews::Rows(rows) => shelf.rows = Some(rows),
            ShelfNews::Opened(open) => shelf.open = Some(open),
            ShelfNews::Closed => shelf.open = None,
            ShelfNews::Looks(picture) => {
                shelf.open.iter_mut().for_each(|open| open.picture.clone_from(&picture));
            }
            ShelfNews::Works(work) => shelf.work = Some(work),
            ShelfNews::Done(task, done) => {
                if let Done::Binned(folder) = &done {
                    shelf.open.take_if(|open| open.take.folder == *folder);
                }
                shelf.work.take_if(|work| work.what == task);
                shelf.done = Some(done);
                // A take came away, or has more files.
                let changes = matches!(task, Task::Bin | Task::Export | Task::Send);
                return changes.then_some(Deed::Shelf(ShelfWish::Look)).into_iter().collect();
            }
            ShelfNews::Heard(heard) => shelf.heard = heard,
        }
        Vec::new()
    }
}
