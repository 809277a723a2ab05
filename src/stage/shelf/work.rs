//! Work on a take that takes its time, on a thread of its own: checking, exporting, sending, and moving into the bin.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};

use korero_sentences::key;

use super::super::paced::PacedDisk;
use super::moves::Moves;
use super::{LastWord, Reader, Sending, start};
use crate::fault::Fault;
use crate::limits::SHELF_FAREWELL;
use crate::record::LocalDisk;
use crate::secret::StreamKey;
use crate::session::event::Event;
use crate::session::shelf::{Done, ShelfNews, Task, Work as Shown};
use crate::station::upload::{self, Chapter, News, Of, Outcome};
use crate::takes::export::{self, ExportPlan, Lossless};
use crate::takes::{self, desktop, verify};

/// What is to be done.
pub(in super::super) enum Job {
    /// Compare a take with its check sums.
    Verify(PathBuf),
    /// Make files of it.
    Export(PathBuf, Box<ExportPlan>),
    /// Send its master to the archive.
    Send(PathBuf, Sending),
    /// Move it into the system's bin, once these read it no more.
    Bin(PathBuf, Vec<Reader>),
}

impl Job {
    pub(super) fn folder(&self) -> &PathBuf {
        match self {
            Self::Verify(folder) | Self::Export(folder, _) | Self::Send(folder, _) | Self::Bin(folder, _) => folder,
        }
    }

    pub(super) fn task(&self) -> Task {
        match self {
            Self::Verify(_) => Task::Verify,
            Self::Export(..) => Task::Export,
            Self::Send(..) => Task::Send,
            Self::Bin(..) => Task::Bin,
        }
    }
}

/// What is being done; it is broken off when this is dropped.
pub(super) struct Work {
    stop: Arc<AtomicBool>,
    ended: Receiver<()>,
}

impl Work {
    pub(super) fn start(job: Job, tell: Sender<Event>, disk: PacedDisk, moves: Moves) -> Result<Self, Fault> {
        let stop = Arc::new(AtomicBool::new(false));
        let (works, ended) = mpsc::channel();
        let bench = Bench { tell: tell.clone(), disk, stop: Arc::clone(&stop) };
        start("korero-work", move || {
            // Dropped when all is over, the last first.
            let _works: Sender<()> = works;
            let (task, folder) = (job.task(), job.folder().clone());
            let mut last = LastWord { tell, news: Some(ShelfNews::Done(task, Done::Ended(folder.clone()))) };
            last.news = Some(ShelfNews::Done(task, bench.run(job, moves.now(&folder))));
        })?;
        Ok(Self { stop, ended })
    }

    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Stops, and waits until what is half made is cleared away.
    pub(super) fn finish(self) {
        self.stop();
        // A disk that does not answer is left alone.
        let _ = self.ended.recv_timeout(SHELF_FAREWELL);
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Where the work is done.
struct Bench {
    tell: Sender<Event>,
    disk: PacedDisk,
    stop: Arc<AtomicBool>,
}

impl Bench {
    /// Does it with the take, where it lies now.
    fn run(&self, job: Job, folder: PathBuf) -> Done {
        let done = match job {
            Job::Verify(_) => self.verify(folder.clone()),
            Job::Export(_, plan) => self.export(folder.clone(), &plan),
            Job::Send(_, sending) => self.send(folder.clone(), &sending),
            Job::Bin(_, readers) => {
                readers.iter().for_each(Reader::wait);
                desktop::bin(&LocalDisk, &folder).map(|()| Done::Binned(folder.clone()))
            }
        };
        done.unwrap_or_else(|fault| {
            self.say(Event::Trouble(fault));
            Done::Ended(folder)
        })
    }

    fn verify(&self, folder: PathBuf) -> Result<Done, Fault> {
        let tell = &mut |share| self.works(&folder, Task::Verify, String::new(), share);
        let (_, findings) = verify::verify_telling(&self.disk, &folder, tell)?;
        if findings.is_empty() && !self.stopped() {
            return Ok(Done::Good(folder));
        }
        findings.into_iter().for_each(|finding| self.say(Event::Trouble(finding.fault)));
        Ok(Done::Ended(folder))
    }

    fn export(&self, folder: PathBuf, plan: &ExportPlan) -> Result<Done, Fault> {
        let take = takes::read(&LocalDisk, &folder)?;
        let made = export::export(&self.disk, &take, plan, &mut |progress| {
            let share = (progress.nth as f32 - 1.0 + progress.share) / progress.of.max(1) as f32;
            self.works(&folder, Task::Export, progress.name, share)
        })?;
        if self.stopped() {
            return Ok(Done::Ended(folder));
        }
        let told = made.iter().flat_map(|file| file.told.clone()).collect();
        let first = made.first().map(|file| file.path.clone());
        Ok(Done::Exported { folder, files: made.len(), first, told })
    }

    fn send(&self, folder: PathBuf, sending: &Sending) -> Result<Done, Fault> {
        let take = takes::read(&LocalDisk, &folder)?;
        let no_mix = || Fault::new(key::FAULT_TAKES_NO_MIX).with("file", folder.display().to_string());
        let mix = take.mix().ok_or_else(no_mix)?;
        let tell = &mut |progress: export::Progress| self.works(&folder, Task::Export, progress.name, progress.share);
        let file = match export::lossless(&self.disk, &take, mix, tell)? {
            Lossless::Flac(file) | Lossless::Recording(file) => file,
            Lossless::Stopped => return Ok(Done::Ended(folder)),
        };
        let key = sending.aim.key.as_deref().and_then(StreamKey::parse);
        let key = key.ok_or_else(|| Fault::new(key::FAULT_PUBLISH_KEY_FORM))?;
        let of = Of::take(take.epoch, mix.first_frame, &take.performances);
        let chapters = Chapter::all(&take.markers, mix.first_frame);
        let (to, language) = (sending.aim.url.clone(), sending.language);
        let job = upload::Job { file, to, key, of, chapters, language };
        let sent = upload::upload(&job, &self.stop, &mut |news| {
            if let News::Safe { arrived, bytes, .. } = news {
                let share = arrived as f32 / bytes.max(1) as f32;
                let (folder, name) = (folder.clone(), String::new());
                self.say(Event::Shelf(ShelfNews::Works(Shown { folder, what: Task::Send, name, share })));
            }
        })?;
        Ok(match sent {
            Outcome::Archived(_) => Done::Sent(folder),
            Outcome::Stopped => Done::Ended(folder),
        })
    }

    fn works(&self, folder: &Path, what: Task, name: String, share: f32) -> ControlFlow<()> {
        if self.stopped() {
            return ControlFlow::Break(());
        }
        self.say(Event::Shelf(ShelfNews::Works(Shown { folder: folder.to_owned(), what, name, share })));
        ControlFlow::Continue(())
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn say(&self, event: Event) {
        // A show that ended meanwhile needs no word.
        let _ = self.tell.send(event);
    }
}
