//! The recorder: from the engine's taps to files on the artist's own disks, whatever the network does.
//!
//! Each place has its own taps and its own thread (`korero-record`, `korero-second`), so that a disk that does not answer
//! holds up nothing but itself. Every [`RECORD_SYNC`](crate::limits::RECORD_SYNC) sound, header and journal are safe on
//! disk, so a crash or a power cut costs at most the last second. A gap becomes exactly that much silence and a line in
//! the take's journal. A disk that refuses is asked again until the recording is stopped; meanwhile the recording goes
//! on in the second place, if there is one, from the frame up to which the first one is safe.

mod admission;
pub(crate) mod claim;
pub mod disk;
pub mod journal;
pub mod names;
mod past;
pub mod plan;
mod pulse;
mod ring;
mod roll;
mod rolling;
pub(crate) mod sum;
pub(crate) mod track;
pub mod wav;
mod worker;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use korero_sentences::key;
use uuid::Uuid;

pub use disk::{Disk, LocalDisk};
pub(crate) use past::{is_gone, read_at_last};
pub use plan::{Naming, Part, Place, RecordPlan, Role, RollPlan, Source};
pub use ring::ROLLING;
#[cfg(test)]
pub(crate) use rolling::dying;
pub use rolling::{Rolling, Since, roll};

use crate::engine::tap::TapEnd;
use crate::fault::Fault;
use crate::limits::{RECORD_POLL, RECORD_STALL, RECORD_STOP, RECORD_STOP_SECOND, RECORD_TAP};
use crate::recording::Marker;
use crate::timeline::{FrameIndex, Gap};
use admission::Other;
use pulse::Watch;
use worker::{Board, Worker};

/// How a recording goes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RecordStatus {
    /// From the first frame to the last, gaps included; the longest part.
    pub length: Duration,
    /// The files that were begun.
    pub files: Vec<PathBuf>,
    /// How long the disk lasts at this rate, with the room of what rolled before; `None` while unknown.
    pub disk_left: Option<Duration>,
    /// Frames that are silence because they were lost; the part that lost most, in the place that lost least.
    pub frames_lost: u64,
    /// Of them, those that the disk was too slow for; what the interface lost is not among them.
    pub frames_dropped: u64,
    /// No place takes everything now, or the recorder ended badly: sound that was played is not on a disk.
    pub in_trouble: bool,
}

/// What happened to a recording.
#[derive(Clone, PartialEq, Debug)]
pub enum RecordEvent {
    /// Sound is missing in the files of a part; silence stands in its place.
    Gap {
        /// In which: the first of them.
        file: PathBuf,
        /// What is missing.
        gap: Gap,
    },
    /// Something is wrong with a disk; told once. What was written stays valid.
    Trouble(Fault),
    /// The trouble is over; everything is written again.
    Resumed,
}

/// One file as it lies on the disk.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct RecordedFile {
    /// Where.
    pub path: PathBuf,
    /// Its frames, gaps included.
    pub frames: u64,
    /// The index of its first frame.
    pub first_frame: FrameIndex,
    /// What is silence because it was lost, at most [`crate::limits::MAX_GAPS_KEPT`]; the journal has all.
    pub gaps: Vec<Gap>,
}

/// A recording in progress. Dropping it ends the files too, without waiting.
pub struct Recorder {
    begin: Instant,
    /// The first place, then the second. One that stands by is asked to end when the first has ended, so that it can still
    /// write what the first one could not.
    posts: Vec<Post>,
    role: Role,
    /// When the end was asked for.
    ending: Option<Instant>,
    files: Vec<RecordedFile>,
}

/// One place's thread, as the control thread sees it.
struct Post {
    folder: PathBuf,
    board: Board,
    watch: Watch,
    taps: Vec<TapEnd>,
    stalled: bool,
    /// How often its pulse had beaten, and when that was seen first.
    beat: (u64, Instant),
    /// Takes wishes; dropped to ask for the end.
    asks: Option<Sender<Ask>>,
    ended: Receiver<Vec<RecordedFile>>,
    over: bool,
}

/// What a place is asked while it records.
enum Ask {
    Mark(Marker),
    /// This performance is on air.
    Perform(Uuid),
}

/// Begins to record: the files are made when the first sound comes. Waits for no disk: whether a place can be used is
/// asked by its own thread. One that cannot be written to, or has not room for
/// [`RECORD_LEAST`](crate::limits::RECORD_LEAST), is told of and left out; when none is left, the recording has ended.
///
/// # Errors
/// `fault-record-nothing` when the plan has no part; `fault-record-thread` when the system gives no thread.
pub fn start(plan: RecordPlan) -> Result<Recorder, Fault> {
    if plan.first.sources.is_empty() {
        return Err(Fault::new(key::FAULT_RECORD_NOTHING));
    }
    let begin = Instant::now();
    let (tells, hears) = mpsc::channel();
    let first = post("korero-record", plan.first, &plan.take, Other::Tells(tells), None, begin)?;
    recorder(first, plan.second, &plan.take, hears, begin)
}

/// Goes on with what rolls as a take, without a frame between the two. What rolls is the first place; a second one begins
/// with what is played now.
///
/// # Errors
/// `fault-record-died` when nothing rolls any more: then [`start`] is the way; `fault-record-thread`.
pub fn go_on(since: Since, plan: RecordPlan) -> Result<Recorder, Fault> {
    let begin = Instant::now();
    let (tells, hears) = mpsc::channel();
    let first = since.becomes(plan.first.folder, plan.take.clone(), tells, begin)?;
    recorder(first, plan.second, &plan.take, hears, begin)
}

/// Starts the second place, if there is one.
fn recorder(
    first: Post,
    second: Option<(Role, Place)>,
    take: &Naming,
    hears: Receiver<PathBuf>,
    begin: Instant,
) -> Result<Recorder, Fault> {
    let (role, second) = match second {
        None => (Role::Mirrors, None),
        Some((role, place)) => {
            let lead = (role == Role::StandsBy).then(|| first.board.clone());
            (role, Some(post("korero-second", place, take, Other::Hears(hears), lead, begin)?))
        }
    };
    Ok(Recorder { begin, posts: std::iter::once(first).chain(second).collect(), role, ending: None, files: Vec::new() })
}

/// Starts the thread of one place, which stands by while the place of `lead` is well.
fn post(
    name: &str,
    place: Place,
    take: &Naming,
    other: Other,
    lead: Option<Board>,
    begin: Instant,
) -> Result<Post, Fault> {
    let (asks, asked) = mpsc::channel();
    let (tell_end, ended) = mpsc::channel();
    let (folder, board, taps) = (place.folder.clone(), Board::new(place.sources.len()), place.tap_ends());
    let (take, told) = (take.clone(), board.clone());
    let run = move || {
        let files = match admission::ask(&place, &take, other, &|| told.pulse.beat()) {
            Ok(mut ring) => {
                told.pulse.beat();
                // The clock of the recording is another one.
                ring.keep(std::iter::empty());
                let worker = Worker::new(take, place, told).beside(ring);
                let worker = if let Some(lead) = lead { worker.stand_by(lead) } else { worker };
                record(worker, &asked, begin)
            }
            Err(fault) => {
                told.refuse(fault);
                Vec::new()
            }
        };
        // Nobody listens when the recorder was dropped; the files are ended all the same.
        let _ = tell_end.send(files);
    };
    let thread = thread::Builder::new().name(name.to_owned()).spawn(run);
    thread.map_err(|_| Fault::new(key::FAULT_RECORD_THREAD))?;
    Ok(Post::new(folder, board, taps, asks, ended))
}

/// Records until the end is asked for, and then up to it.
fn record(mut worker: Worker, asked: &Receiver<Ask>, begin: Instant) -> Vec<RecordedFile> {
    loop {
        match asked.recv_timeout(if worker.is_busy() { Duration::ZERO } else { RECORD_POLL }) {
            Ok(Ask::Mark(marker)) => worker.mark(marker),
            Ok(Ask::Perform(id)) => worker.performs(id),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        worker.step(begin.elapsed());
    }
    while !worker.ends(begin.elapsed()) {
        if !worker.is_busy() {
            thread::park_timeout(RECORD_POLL);
        }
    }
    worker.files()
}

impl Recorder {
    /// How it goes. Never waits for a disk.
    #[must_use]
    pub fn status(&self) -> RecordStatus {
        let told = self.posts.iter().map(|post| {
            let mut status = post.board.told().status.clone();
            status.in_trouble |= post.stalled;
            status
        });
        told.reduce(both).unwrap_or_default()
    }

    /// What happened since the last call; at most [`crate::limits::MAX_RECORD_EVENTS`] of each place, older ones make
    /// room. A disk that has stopped answering is noticed here: call it some times in a second.
    pub fn take_events(&mut self) -> Vec<RecordEvent> {
        let now = self.begin.elapsed();
        self.posts.iter_mut().for_each(|post| post.look(now));
        self.posts.iter().flat_map(|post| std::mem::take(&mut post.board.told().events)).collect()
    }

    /// Marks a moment, in the journal at once and in every file when it is ended. The caller sees to it that there are at
    /// most [`MAX_MARKERS`](crate::limits::MAX_MARKERS).
    pub fn mark(&self, marker: &Marker) {
        self.ask(|| Ask::Mark(marker.clone()));
    }

    /// Tells that it is on air, and as which performance.
    pub fn performs(&self, id: Uuid) {
        self.ask(|| Ask::Perform(id));
    }

    fn ask(&self, what: impl Fn() -> Ask) {
        for asks in self.posts.iter().filter_map(|post| post.asks.as_ref()) {
            // A place whose thread died was told of.
            let _ = asks.send(what());
        }
    }

    /// Asks for the end: what came until now is written, in each place the same, and the files are ended. Does not wait;
    /// [`Self::ended`] tells.
    pub fn end(&mut self) {
        self.ending.get_or_insert_with(Instant::now);
        self.posts.iter().flat_map(|post| &post.taps).for_each(TapEnd::close);
        let asked = if self.role == Role::Mirrors { self.posts.len() } else { 1 };
        self.posts.iter_mut().take(asked).for_each(|post| post.asks = None);
    }

    /// What the files became, once they are ended. A disk that does not answer for [`RECORD_STOP`] after [`Self::end`]
    /// is left alone, a second one that is not needed after [`RECORD_STOP_SECOND`], and a recorder that died is told at
    /// once: what was safe then is told, and the fault is the last event. Does not wait.
    pub fn ended(&mut self) -> Option<Vec<RecordedFile>> {
        self.ended_within(Duration::ZERO)
    }

    /// Whether it was asked to end, and everything that came until then is safe in its first place, or that has ended.
    #[must_use]
    pub fn is_all_safe(&self) -> bool {
        self.posts.first().is_none_or(|post| post.over || post.board.pulse.is_all_safe())
    }

    /// [`Self::stop_within`] the longest time that a disk is waited for.
    #[must_use]
    pub fn stop(&mut self) -> Vec<RecordedFile> {
        self.stop_within(RECORD_STOP)
    }

    /// [`Self::end`], and waits for it, at most so long for each place. A pre-roll that takes longer is left to the repair,
    /// and told.
    #[must_use]
    pub fn stop_within(&mut self, patience: Duration) -> Vec<RecordedFile> {
        self.end();
        if let Some(files) = self.ended_within(patience) {
            return files;
        }
        for post in self.posts.iter_mut().filter(|post| !post.over) {
            // It stood by for a first place that did not come to its end.
            if post.asks.take().is_some()
                && let Ok(files) = post.ended.recv_timeout(RECORD_STOP_SECOND)
            {
                post.over = true;
                self.files.extend(files);
                continue;
            }
            let copies = post.board.pulse.is_all_safe();
            let code = if copies { key::FAULT_RECORD_PRE_ROLL_LATE } else { key::FAULT_RECORD_STUCK };
            let left = post.leave(code);
            self.files.extend(left);
        }
        std::mem::take(&mut self.files)
    }

    fn ended_within(&mut self, mut patience: Duration) -> Option<Vec<RecordedFile>> {
        let (lead, mut first_ends) = (self.posts[0].board.clone(), false);
        for (nth, post) in self.posts.iter_mut().enumerate() {
            let needless = nth > 0 && lead.pulse.is_all_safe();
            // What stood by and was not needed is not waited for, and its disk may do what it likes.
            post.over |= needless && self.role == Role::StandsBy && post.board.is_idle();
            if post.over {
                post.asks = None;
                continue;
            }
            if self.ending.is_some() && post.asks.is_some() {
                if first_ends && !needless {
                    continue;
                }
                post.asks = None;
                self.ending = Some(Instant::now());
            }
            let bound = if needless { RECORD_STOP_SECOND } else { RECORD_STOP };
            match post.ended_within(patience.min(bound), self.ending, bound) {
                Some(files) => self.files.extend(files),
                // While nobody asked for the end, one that died leaves the other recording.
                None => (first_ends, patience) = (self.ending.is_some(), Duration::ZERO),
            }
        }
        self.posts.iter().all(|post| post.over).then(|| std::mem::take(&mut self.files))
    }
}

impl Post {
    fn new(
        folder: PathBuf,
        board: Board,
        taps: Vec<TapEnd>,
        asks: Sender<Ask>,
        ended: Receiver<Vec<RecordedFile>>,
    ) -> Self {
        let (watch, beat) = (Watch::default(), (0, Instant::now()));
        Self { folder, board, watch, taps, stalled: false, beat, asks: Some(asks), ended, over: false }
    }

    fn look(&mut self, now: Duration) {
        // Nothing waits in memory any more once all is safe.
        let ends = self.over || self.board.pulse.is_all_safe();
        let stalled = !ends && self.watch.silent_for(&self.board.pulse, now) >= RECORD_STALL;
        let event = match (self.stalled, stalled) {
            (false, true) => {
                let fault = self.fault(key::FAULT_RECORD_WAITS).with("seconds", RECORD_TAP.as_secs());
                RecordEvent::Trouble(fault)
            }
            (true, false) => RecordEvent::Resumed,
            _ => return,
        };
        self.stalled = stalled;
        self.board.told().event(event);
    }

    fn ended_within(
        &mut self,
        patience: Duration,
        ending: Option<Instant>,
        bound: Duration,
    ) -> Option<Vec<RecordedFile>> {
        let code = match self.ended.recv_timeout(patience) {
            Ok(files) => {
                self.over = true;
                return Some(files);
            }
            Err(RecvTimeoutError::Disconnected) => key::FAULT_RECORD_DIED,
            Err(RecvTimeoutError::Timeout) if ending.is_some_and(|asked| self.is_stuck(asked, bound)) => {
                key::FAULT_RECORD_STUCK
            }
            Err(RecvTimeoutError::Timeout) => return None,
        };
        Some(self.leave(code))
    }

    /// Whether the disk has not answered for so long since the end was asked for. One that still copies a pre-roll takes its
    /// time.
    fn is_stuck(&mut self, asked: Instant, bound: Duration) -> bool {
        let beats = self.board.pulse.beats();
        if beats != self.beat.0 {
            self.beat = (beats, Instant::now());
        }
        asked.max(self.beat.1).elapsed() >= bound
    }

    /// Leaves the place alone: what was safe last is what there is.
    fn leave(&mut self, code: korero_sentences::Key) -> Vec<RecordedFile> {
        self.over = true;
        let fault = self.fault(code);
        let mut told = self.board.told();
        told.status.in_trouble = true;
        told.event(RecordEvent::Trouble(fault));
        told.files.clone()
    }

    fn fault(&self, code: korero_sentences::Key) -> Fault {
        Fault::new(code).with("folder", self.folder.display().to_string())
    }
}

/// How it goes in two places together. One that has no file yet stands by.
fn both(first: RecordStatus, second: RecordStatus) -> RecordStatus {
    if second.files.is_empty() {
        return first;
    }
    let well = [&first, &second].into_iter().filter(|status| !status.in_trouble);
    RecordStatus {
        length: first.length.max(second.length),
        disk_left: well.filter_map(|status| status.disk_left).min(),
        frames_lost: first.frames_lost.min(second.frames_lost),
        frames_dropped: first.frames_dropped.min(second.frames_dropped),
        in_trouble: first.in_trouble && second.in_trouble,
        files: [first.files, second.files].concat(),
    }
}

/// The sentence for what a disk said.
pub(crate) fn disk_fault(error: &io::Error, folder: &Path) -> Fault {
    use io::ErrorKind;
    let code = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::WriteZero => key::FAULT_RECORD_FULL,
        ErrorKind::FileTooLarge => key::FAULT_RECORD_LARGE,
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => key::FAULT_RECORD_DENIED,
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::AlreadyExists => key::FAULT_RECORD_FOLDER,
        _ => {
            let number = error.raw_os_error().map_or_else(|| "?".to_owned(), |number| number.to_string());
            return Fault::new(key::FAULT_RECORD_DISK)
                .with("folder", folder.display().to_string())
                .with("number", number);
        }
    };
    Fault::new(code).with("folder", folder.display().to_string())
}

#[cfg(test)]
pub(crate) mod tests;
