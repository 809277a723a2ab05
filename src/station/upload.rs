//! A master on its way into the archive of our server. It goes on where it was after anything: a cut link, a dead
//! server, a dead app.

mod course;
mod note;
mod paced;
mod wire;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use korero_sentences::{Language, key};
use uuid::Uuid;

use self::course::{Course, Heard, Step};
use self::note::{Master, Note};
use self::paced::Pace;
use self::wire::Wire;
use super::Place;
use crate::fault::Fault;
use crate::limits::{HEADLESS_TICK, SAMPLE_RATE, STATION_POLL, UPLOAD_RATE_ON_AIR};
use crate::recording::Marker;
use crate::secret::StreamKey;
use crate::timeline::{Epoch, FrameIndex};

/// What is to be uploaded, and where to.
#[derive(Clone, Debug)]
pub struct Job {
    /// The master.
    pub file: PathBuf,
    /// The WHIP address of the artist (`…/whip/{slug}`): the archive is at the same server.
    pub to: String,
    /// The artist's stream key.
    pub key: StreamKey,
    /// The performance that it belongs to.
    pub of: Of,
    /// The songs in it, in their order.
    pub chapters: Vec<Chapter>,
    /// The language that the server is to answer in.
    pub language: Language,
}

/// A song in a master.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chapter {
    /// Its first frame, counted from the first frame of the file.
    pub frame: u64,
    /// What it is called.
    pub title: String,
}

impl Chapter {
    /// Each song of a file begins at its mark, or with the file when it was marked before that.
    #[must_use]
    pub fn all(markers: &[Marker], first: FrameIndex) -> Vec<Self> {
        let chapter = |marker: &Marker| Self { frame: marker.at.since(first), title: marker.label.clone() };
        let mut chapters: Vec<Self> = markers.iter().map(chapter).collect();
        chapters.sort_by_key(|chapter| chapter.frame);
        chapters
    }
}

/// How the performance of a master is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Of {
    /// By its id.
    Performance(Uuid),
    /// By the take: the epoch of its engine, and the moment of its first frame, UTC in ms since 1970.
    Take {
        /// The epoch.
        epoch: Uuid,
        /// The moment.
        utc_ms: i64,
    },
}

impl Of {
    /// That of a take whose first frame is this one. Of several performances in one take the server knows which one the
    /// beginning belongs to.
    #[must_use]
    pub fn take(epoch: Epoch, first: FrameIndex, performances: &[Uuid]) -> Self {
        if let [id] = performances {
            return Self::Performance(*id);
        }
        let since = u128::from(first.0) * 1_000 / u128::from(SAMPLE_RATE);
        let utc_ms = i64::try_from(u128::from(epoch.utc_ns_at_frame_0) / 1_000_000 + since).unwrap_or(i64::MAX);
        Self::Take { epoch: epoch.id, utc_ms }
    }
}

/// What an upload tells while it goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum News {
    /// The file is read once, to know its hash.
    Hashing,
    /// So many of so many bytes are safe at the server.
    Safe {
        /// Bytes that are safe.
        arrived: u64,
        /// Bytes of the file.
        bytes: u64,
        /// The artist is on air, so it goes slowly.
        slow: bool,
    },
    /// The server does not answer; it is asked again and again.
    Waiting,
    /// Everything is there, and the server compares it.
    Checking,
}

/// How an upload ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The master is in the archive, at this address.
    Archived(String),
    /// It was asked to stop; the same job goes on from there.
    Stopped,
}

/// Uploads a master, however long that takes, until it is in the archive or `stop` is set.
///
/// # Errors
/// What only a person can change: the file, the key, the room in the archive.
pub fn upload(job: &Job, stop: &AtomicBool, tell: &mut dyn FnMut(News)) -> Result<Outcome, Fault> {
    let place = Place::of(&job.to).ok_or_else(|| Fault::new(key::FAULT_UPLOAD_ADDRESS).with("url", job.to.as_str()))?;
    let master = Master::open(&job.file)?;
    let no_thread = || Fault::new(key::FAULT_UPLOAD_SYSTEM);
    let wire = Wire::new(place, job.key.clone(), job.language).ok_or_else(no_thread)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .thread_name("korero-upload")
        .max_blocking_threads(1)
        .enable_all()
        .build()
        .map_err(|_| no_thread())?;
    let pace = Pace::default();
    let outcome = runtime.block_on(async {
        // Once before the first byte: a chunk that is sent at once would come before the answer.
        look_at_air(&wire, &pace).await;
        tokio::select! {
            outcome = travel(job, master, &wire, &pace, tell) => outcome,
            () = keep_pace(&wire, &pace) => Ok(Outcome::Stopped),
            () = stopped(stop) => Ok(Outcome::Stopped),
        }
    });
    // A name that is still being looked up in a dead network must not hold up the end.
    runtime.shutdown_background();
    outcome
}

async fn travel(
    job: &Job,
    mut master: Master,
    wire: &Wire,
    pace: &Pace,
    tell: &mut dyn FnMut(News),
) -> Result<Outcome, Fault> {
    let performance = if let Of::Performance(id) = job.of { Some(id) } else { None };
    let note = match Note::beside(&master) {
        Some(note) => note.to(wire.server(), performance),
        None => {
            tell(News::Hashing);
            let hash = master.hash(pace).await?;
            Note::new(&master, hash, wire.server(), performance)
        }
    };
    note.keep(&master)?;
    Trip { job, master, note, wire, pace, tell }.run().await
}

async fn stopped(stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        tokio::time::sleep(HEADLESS_TICK).await;
    }
}

/// Looks whether the artist is on air, wherever that app runs: then the uplink belongs to the air.
async fn look_at_air(wire: &Wire, pace: &Pace) {
    if let Some(on_air) = wire.is_on_air().await {
        pace.set(on_air.then_some(UPLOAD_RATE_ON_AIR));
    }
}

/// Looks again and again, and never ends.
async fn keep_pace(wire: &Wire, pace: &Pace) {
    loop {
        tokio::time::sleep(STATION_POLL).await;
        look_at_air(wire, pace).await;
    }
}

/// One life of the app with an upload.
struct Trip<'t> {
    job: &'t Job,
    master: Master,
    note: Note,
    wire: &'t Wire,
    pace: &'t Pace,
    tell: &'t mut dyn FnMut(News),
}

impl Trip<'_> {
    async fn run(&mut self) -> Result<Outcome, Fault> {
        let mut course = Course::new(self.master.bytes, self.note.url.is_some());
        let (mut waits, mut checks) = (false, false);
        loop {
            let step = course.next(Instant::now());
            if step == Step::Check && !checks {
                checks = true;
                (self.tell)(News::Checking);
            }
            let heard = match step {
                Step::Done(url) => return Ok(Outcome::Archived(url)),
                Step::Wait(rest) => {
                    tokio::time::sleep(rest).await;
                    continue;
                }
                Step::Create => self.create().await?,
                Step::Ask => self.wire.look(self.url()).await,
                Step::Send { offset, bytes } => {
                    let chunk = self.master.chunk(offset, bytes)?;
                    self.wire.append(self.url(), offset, chunk, self.pace).await
                }
                Step::Check => self.wire.check(self.url()).await,
            };
            self.remember(&heard)?;
            course.hear(heard, Instant::now(), chance())?;
            if course.is_lost() && !waits {
                (self.tell)(News::Waiting);
            }
            waits = course.is_lost();
        }
    }

    fn url(&self) -> &str {
        self.note.url.as_deref().unwrap_or_default()
    }

    async fn create(&mut self) -> Result<Heard, Fault> {
        let performance = match (self.note.performance, self.job.of) {
            (Some(id), _) | (None, Of::Performance(id)) => id,
            (None, Of::Take { epoch, utc_ms }) => match self.wire.performance(epoch, utc_ms).await {
                Ok(Some(id)) => id,
                Ok(None) => return Err(Fault::new(key::FAULT_UPLOAD_NO_PERFORMANCE)),
                Err(heard) => return Ok(heard),
            },
        };
        let begun = match self.wire.create(performance, &self.master, &self.note).await {
            // Before where it is gets noted: what is cut here begins again with the same upload.
            Ok(url) => self.wire.tell_chapters(&url, &self.job.chapters).await.map(|()| url),
            Err(heard) => Err(heard),
        };
        match begun {
            Ok(url) => {
                self.note.performance = Some(performance);
                self.note.url = Some(url);
                self.note.offset = 0;
                self.note.keep(&self.master)?;
                Ok(Heard::Created)
            }
            Err(heard) => Ok(heard),
        }
    }

    /// Writes down what must be known in another life, and tells how far it is.
    fn remember(&mut self, heard: &Heard) -> Result<(), Fault> {
        match heard {
            Heard::Safe(offset) => {
                self.note.offset = *offset;
                let slow = self.pace.is_slow();
                (self.tell)(News::Safe { arrived: *offset, bytes: self.master.bytes, slow });
            }
            Heard::Gone => {
                self.note.url = None;
                self.note.offset = 0;
            }
            Heard::OtherHash => {
                Note::forget(&self.master);
                return Ok(());
            }
            _ => return Ok(()),
        }
        self.note.keep(&self.master)
    }
}

/// A number from 0 to 1.
fn chance() -> f64 {
    let mut byte = [0];
    // Without randomness all apps wait as long: that is no harm.
    let _ = getrandom::fill(&mut byte);
    f64::from(byte[0]) / 255.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::station::tests::server;

    /// Uploads three bytes to a server that answers like this; gives how it ended and what the note says then.
    fn upload_to(answer: impl Fn(&str) -> (u16, &'static str, String) + Send + 'static) -> (Fault, Option<String>) {
        let (base, _asked) = server(answer);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mix.wav");
        std::fs::write(&file, "abc").unwrap();
        let (to, key) = (format!("{base}/whip/ana"), StreamKey::parse("secret").unwrap());
        let of = Of::Performance(Uuid::from_u128(1));
        let job = Job { file: file.clone(), to, key, of, chapters: Vec::new(), language: Language::English };
        let fault = upload(&job, &AtomicBool::new(false), &mut |_| ()).unwrap_err();
        (fault, std::fs::read_to_string(folder.path().join("mix.wav.upload.json")).ok())
    }

    #[test]
    fn a_server_without_an_archive_is_named_and_asked_no_more() {
        for answer in [(404, "text/html", "no"), (200, "text/html", "<p>welcome</p>"), (405, "text/plain", "no")] {
            let (fault, _) = upload_to(move |_| (answer.0, answer.1, answer.2.into()));
            assert_eq!(fault.code, key::FAULT_UPLOAD_FOREIGN, "{fault}");
            assert!(fault.to_string().contains("http://127.0.0.1:"), "{fault}");
        }
    }

    #[test]
    fn the_songs_of_a_master_are_told_before_its_bytes_and_again_when_the_answer_was_lost() {
        let (base, asked) = server(|_| (503, "text/plain", String::new()));
        drop(asked);
        let place = Place::of(&format!("{base}/whip/ana")).unwrap();
        let wire = |base: &str| {
            let place = Place { base: base.to_owned(), ..place.clone() };
            Wire::new(place, StreamKey::parse("secret").unwrap(), Language::English).unwrap()
        };
        let chapters = [Chapter { frame: 48_000, title: "Pō\n“mārie”".to_owned() }];
        let tell = |base: &str| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(wire(base).tell_chapters(&format!("{base}/api/v1/uploads/1"), &chapters))
        };
        assert!(matches!(tell(&base), Err(Heard::Busy(_))), "it is tried again");
        for (status, text) in [(204, ""), (404, ""), (405, "no")] {
            let (base, asked) = server(move |_| (status, "text/plain", text.to_owned()));
            assert_eq!(tell(&base), Ok(()), "an older server takes the master all the same");
            let asked = asked.recv().unwrap();
            assert!(asked.starts_with("PUT /api/v1/uploads/1/chapters "), "{asked}");
            assert!(asked.ends_with(r#"{"chapters":[{"frame":"48000","title":"Pō“mārie”"}]}"#), "{asked}");
        }
    }

    #[test]
    fn what_the_server_refuses_is_told_in_its_own_words() {
        let problem =
            r#"{"type":"about:blank","status":507,"code":"archive-full","title":"No room.","detail":"Make some."}"#;
        let (fault, _) = upload_to(move |_| (507, "application/problem+json", problem.into()));
        assert_eq!(fault.code, key::FAULT_UPLOAD_REFUSED);
        assert!(fault.to_string().contains("No room.") && fault.to_string().contains("Make some."), "{fault}");
    }
}
