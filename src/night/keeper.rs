//! The files of the black box: one for each night in a folder of its own, and one beside each take. Written by a thread
//! that nobody waits for; what it cannot write is told once and lost, the show goes on.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::{self, JoinHandle};

use korero_sentences::key;

use super::{Moment, of_trouble};
use crate::fault::Fault;
use crate::limits::{MAX_NIGHT_BYTES, NIGHT_BEFORE, NIGHT_QUEUE, NIGHTS};

/// The name of the timeline in the folder of a take.
pub const TAKE_FILE: &str = "night.jsonl";

/// What the thread is told.
enum Word {
    Moment(Box<Moment>),
    /// A take began in this folder.
    Take(PathBuf),
    /// The take ended.
    TakeEnded,
    /// So many words are missing here.
    Lost(u64),
}

/// The control thread's end; it never waits, except for the end.
pub struct Keeper {
    words: Option<SyncSender<Word>>,
    troubles: Receiver<Fault>,
    thread: Option<JoinHandle<()>>,
    /// Words that found the queue full and are not told yet.
    lost: u64,
}

impl Keeper {
    /// Begins a night's file in `folder`, which is made; the oldest nights go when there are more than [`NIGHTS`]. Without
    /// a folder only takes get a timeline. `began` is the UTC of now in milliseconds.
    #[must_use]
    pub fn start(folder: Option<PathBuf>, began: u64) -> Self {
        let (words, told) = mpsc::sync_channel(NIGHT_QUEUE);
        let (tell, troubles) = mpsc::channel();
        let run = move || Files::new(folder, began, tell).run(&told);
        // Without a thread there is no black box; the window's timeline stays.
        let thread = thread::Builder::new().name("korero-night".to_owned()).spawn(run).ok();
        Self { words: Some(words), troubles, thread, lost: 0 }
    }

    /// Keeps a moment.
    pub fn keep(&mut self, moment: Moment) {
        self.say(Word::Moment(Box::new(moment)));
    }

    /// A take began in this folder: what happened shortly before and what happens from now on is kept there too.
    pub fn take(&mut self, folder: PathBuf) {
        self.say(Word::Take(folder));
    }

    /// The take ended.
    pub fn take_ended(&mut self) {
        self.say(Word::TakeEnded);
    }

    /// What could not be written, told once for each file.
    #[must_use]
    pub fn troubles(&self) -> Vec<Fault> {
        self.troubles.try_iter().collect()
    }

    /// Waits until everything is written; nothing is kept any more.
    pub fn end(&mut self) {
        if let Some(words) = self.words.take()
            && self.lost > 0
        {
            // Without a thread there is no file either.
            let _ = words.send(Word::Lost(self.lost));
        }
        // One that panicked has ended too.
        drop(self.thread.take().map(JoinHandle::join));
    }

    fn say(&mut self, word: Word) {
        let Some(words) = &self.words else { return };
        if self.lost > 0 && words.try_send(Word::Lost(self.lost)).is_ok() {
            self.lost = 0;
        }
        // What is missing stands before what follows it.
        if self.lost > 0 || words.try_send(word).is_err() {
            self.lost += 1;
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.end();
    }
}

/// The thread's side.
struct Files {
    night: Option<Book>,
    take: Option<Book>,
    /// What a take that begins gets from before.
    before: VecDeque<Moment>,
    tell: mpsc::Sender<Fault>,
}

impl Files {
    fn new(folder: Option<PathBuf>, began: u64, tell: mpsc::Sender<Fault>) -> Self {
        let mut files = Self { night: None, take: None, before: VecDeque::new(), tell };
        if let Some(folder) = folder {
            let path = folder.join(format!("{began}-{}.jsonl", std::process::id()));
            let made = fs::create_dir_all(&folder).and_then(|()| prune(&folder)).and_then(|()| Book::open(&path));
            files.night = files.or_tell(&path, made);
        }
        files
    }

    fn run(mut self, told: &Receiver<Word>) {
        while let Ok(word) = told.recv() {
            self.hear(word);
        }
    }

    fn hear(&mut self, word: Word) {
        match word {
            Word::Moment(moment) => self.keep(*moment),
            Word::Take(folder) => self.begin_take(&folder.join(TAKE_FILE)),
            Word::TakeEnded => self.take = None,
            Word::Lost(count) => {
                // Dated by the last one before: the queue was full of moments when it began.
                let Some(last) = self.before.back() else { return };
                let fault = Fault::new(key::FAULT_NIGHT_LOST).with("count", count);
                self.keep(Moment { levels: None, what: of_trouble(&fault), ..last.clone() });
            }
        }
    }

    fn keep(&mut self, moment: Moment) {
        for place in [&mut self.night, &mut self.take] {
            if let Some(book) = place
                && let Err(error) = book.write(&moment)
            {
                let fault = cannot(&book.path, &error);
                *place = None;
                // Nobody listens any more at the end.
                let _ = self.tell.send(fault);
            }
        }
        self.before.push_back(moment);
        if self.before.len() > NIGHT_BEFORE {
            self.before.pop_front();
        }
    }

    fn begin_take(&mut self, path: &Path) {
        let opened = Book::open(path).and_then(|mut book| {
            self.before.iter().try_for_each(|moment| book.write(moment))?;
            Ok(book)
        });
        self.take = self.or_tell(path, opened);
    }

    fn or_tell(&self, path: &Path, opened: io::Result<Book>) -> Option<Book> {
        opened.map_err(|error| self.tell.send(cannot(path, &error))).ok()
    }
}

fn cannot(path: &Path, error: &io::Error) -> Fault {
    Fault::new(key::FAULT_NIGHT_WRITE).with("file", path.display().to_string()).with("why", error.to_string())
}

/// One file.
struct Book {
    path: PathBuf,
    file: File,
    bytes: u64,
}

impl Book {
    fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let bytes = file.metadata()?.len();
        Ok(Self { path: path.to_owned(), file, bytes })
    }

    /// Appends a line. A file that is as long as it may be takes no more.
    fn write(&mut self, moment: &Moment) -> io::Result<()> {
        let mut line = serde_json::to_vec(moment)?;
        line.push(b'\n');
        if self.bytes + line.len() as u64 <= MAX_NIGHT_BYTES {
            self.file.write_all(&line)?;
            self.bytes += line.len() as u64;
        }
        Ok(())
    }
}

/// The nights in a folder, oldest first. Their names begin with a time that has as many digits until the year 2286.
fn nights(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let is_night = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "jsonl");
    let entries = fs::read_dir(folder)?.filter_map(Result::ok).map(|entry| entry.path());
    let mut found: Vec<_> = entries.filter(is_night).collect();
    found.sort();
    Ok(found)
}

/// Makes room for one more night.
fn prune(folder: &Path) -> io::Result<()> {
    let found = nights(folder)?;
    let too_many = (found.len() + 1).saturating_sub(NIGHTS);
    found.iter().take(too_many).try_for_each(fs::remove_file)
}

/// The file of the latest night in a folder.
#[must_use]
pub fn latest(folder: &Path) -> Option<PathBuf> {
    nights(folder).ok()?.pop()
}

/// Reads a timeline, at most [`MAX_NIGHT_BYTES`]; a line that a crash tore is passed over.
///
/// # Errors
/// `fault-night-read` when the file cannot be read.
pub fn read(path: &Path) -> Result<Vec<Moment>, Fault> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_NIGHT_BYTES).read_to_end(&mut bytes));
    read.map_err(|error| {
        Fault::new(key::FAULT_NIGHT_READ).with("file", path.display().to_string()).with("why", error.to_string())
    })?;
    Ok(bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::super::What;
    use super::*;
    use crate::timeline::FrameIndex;

    fn moment(utc_ms: u64) -> Moment {
        Moment { utc_ms, frame: FrameIndex(utc_ms * 48), levels: None, what: What::Ended }
    }

    #[test]
    fn a_night_and_its_take_are_read_back_in_order_and_the_take_knows_what_came_before() {
        let folder = tempfile::tempdir().unwrap();
        let (nights, take) = (folder.path().join("nights"), folder.path().to_owned());
        let mut keeper = Keeper::start(Some(nights.clone()), 7);
        (0..3).for_each(|n| keeper.keep(moment(n)));
        keeper.take(take.clone());
        keeper.keep(moment(3));
        keeper.take_ended();
        keeper.keep(moment(4));
        drop(keeper);
        let times = |path: &Path| read(path).unwrap().iter().map(|m| m.utc_ms).collect::<Vec<_>>();
        assert_eq!(times(&latest(&nights).unwrap()), [0, 1, 2, 3, 4]);
        assert_eq!(times(&take.join(TAKE_FILE)), [0, 1, 2, 3]);
    }

    #[test]
    fn what_a_slow_disk_has_no_time_for_is_told_where_it_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let (words, told) = mpsc::sync_channel(2);
        let (tell, troubles) = mpsc::channel();
        let mut keeper = Keeper { words: Some(words), troubles, thread: None, lost: 0 };
        let mut files = Files::new(Some(folder.path().to_owned()), 7, tell);
        (0..5).for_each(|n| keeper.keep(moment(n)));
        told.try_iter().for_each(|word| files.hear(word));
        keeper.keep(moment(5));
        keeper.keep(moment(6));
        told.try_iter().for_each(|word| files.hear(word));
        keeper.end();
        files.run(&told);
        let lines = read(&latest(folder.path()).unwrap()).unwrap();
        let missing = |count: u64| of_trouble(&Fault::new(key::FAULT_NIGHT_LOST).with("count", count));
        let told: Vec<_> = lines.into_iter().map(|moment| (moment.utc_ms, moment.what)).collect();
        let ended = |n| (n, What::Ended);
        assert_eq!(told, [ended(0), ended(1), (1, missing(3)), ended(5), (5, missing(1))]);
    }

    #[test]
    fn only_the_latest_nights_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        for n in 0..NIGHTS as u64 + 5 {
            drop(Keeper::start(Some(folder.path().to_owned()), 1_000 + n));
        }
        let kept = nights(folder.path()).unwrap();
        assert_eq!(kept.len(), NIGHTS);
        assert!(
            kept.last().unwrap().file_name().unwrap().to_string_lossy().starts_with(&format!("{}-", 1_004 + NIGHTS))
        );
    }

    #[test]
    fn a_line_that_a_crash_tore_hides_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("n.jsonl");
        let line = serde_json::to_string(&moment(1)).unwrap();
        fs::write(&path, format!("{line}\n{{\"utc_ms\":2,\"fra\n\u{0}\u{0}\n{line}\n")).unwrap();
        assert_eq!(read(&path).unwrap().len(), 2);
    }

    #[test]
    fn a_place_that_cannot_be_written_is_told_once_and_the_other_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let nights = folder.path().join("nights");
        let mut keeper = Keeper::start(Some(nights.clone()), 7);
        keeper.take(folder.path().join("gone"));
        (0..3).for_each(|n| keeper.keep(moment(n)));
        keeper.end();
        let codes: Vec<_> = keeper.troubles().iter().map(|fault| fault.code).collect();
        assert_eq!(codes, [key::FAULT_NIGHT_WRITE]);
        assert_eq!(read(&latest(&nights).unwrap()).unwrap().len(), 3);
    }
}
