//! Work on a take that takes its time, on a thread of its own: checking, exporting, sending.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};

use korero_sentences::key;

use super::super::paced::PacedDisk;
use super::{Sending, start};
use crate::fault::Fault;
use crate::limits::SHELF_FAREWELL;
use crate::record::LocalDisk;
use crate::secret::StreamKey;
use crate::session::event::Event;
use crate::session::shelf::{Done, ShelfNews, Task, Work as Shown};
use crate::station::upload::{self, Chapter, News, Of, Outcome};
use crate::takes::export::{self, ExportPlan, Lossless};
use crate::takes::{self, verify};

/// What is to be done.
pub(in super::super) enum Job {
    /// Compare a take with its check sums.
    Verify(PathBuf),
    /// Make files of it.
    Export(PathBuf, Box<ExportPlan>),
    /// Send its master to the archive.
    Send(PathBuf, Sending),
}

impl Job {
    pub(super) fn folder(&self) -> &PathBuf {
        match self {
            Self::Verify(folder) | Self::Export(folder, _) | Self::Send(folder, _) => folder,
        }
    }
}

/// What is being done.
pub(super) struct Work {
    stop: Arc<AtomicBool>,
    ended: Receiver<()>,
}

impl Work {
    pub(super) fn start(job: Job, tell: Sender<Event>, disk: PacedDisk) -> Result<Self, Fault> {
        let stop = Arc::new(AtomicBool::new(false));
        let (tell_end, ended) = mpsc::channel();
        let bench = Bench { tell, disk, stop: Arc::clone(&stop) };
        start("korero-work", move || {
            bench.run(job);
            // Nobody waits for it unless the show ends.
            let _ = tell_end.send(());
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

/// Where the work is done.
struct Bench {
    tell: Sender<Event>,
    disk: PacedDisk,
    stop: Arc<AtomicBool>,
}

impl Bench {
    fn run(&self, job: Job) {
        let folder = job.folder().clone();
        let done = match job {
            Job::Verify(folder) => self.verify(folder),
            Job::Export(folder, plan) => self.export(folder, &plan),
            Job::Send(folder, sending) => self.send(folder, &sending),
        };
        let done = done.unwrap_or_else(|fault| {
            self.say(Event::Trouble(fault));
            Done::Ended(folder)
        });
        self.say(Event::Shelf(ShelfNews::Done(done)));
    }

    fn verify(&self, folder: PathBuf) -> Result<Done, Fault> {
        let (_, findings) = verify::verify(&self.disk, &folder)?;
        if findings.is_empty() {
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
