//! The black box on the stage: it hears every event, and gives each the time of the world.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::night::{At, Keeper, Moment, Night};
use crate::session::Session;
use crate::session::event::{CheckNews, Event};
use crate::timeline::{FrameIndex, Gap};

/// The timeline of this night and the files that it is kept in.
pub(super) struct Nightly {
    night: Night,
    keeper: Keeper,
    latest: Arc<Vec<Moment>>,
    /// Takes that are not finished: the one before may end while the next one is recorded.
    takes: u32,
    /// The latest time that was told, monotonic.
    now: Duration,
}

impl Nightly {
    pub(super) fn start(folder: Option<PathBuf>) -> Self {
        let mut night = Self {
            night: Night::default(),
            keeper: Keeper::start(folder, utc_ms()),
            latest: Arc::default(),
            takes: 0,
            now: Duration::ZERO,
        };
        let moment = night.night.begin(night.at(FrameIndex(0)));
        night.keep(Some(moment));
        night
    }

    /// Hears of an event.
    pub(super) fn note(&mut self, event: &Event, session: &Session, now: Duration, frame: FrameIndex) {
        self.now = now;
        if let Event::RecordingStarted(files) = event {
            self.takes += 1;
            let folder = files.first().and_then(|file| file.parent()).map(Path::to_owned);
            folder.into_iter().for_each(|folder| self.keeper.take(folder));
        }
        let at = self.at(frame);
        let moment = match (event, session.checks()) {
            (Event::Check(CheckNews::Done(verdict)), Some(to)) => Some(self.night.checked(to, *verdict, at)),
            _ => self.night.note(event, |id| session.name_of(id), at),
        };
        self.keep(moment);
        if matches!(event, Event::RecordingEnded | Event::TakeFinished) {
            self.takes = self.takes.saturating_sub(1);
            if self.takes == 0 {
                self.keeper.take_ended();
            }
        }
    }

    /// Sound that is missing.
    pub(super) fn gap(&mut self, gap: Gap, frame: FrameIndex) {
        let moment = self.night.gap(gap, self.at(frame));
        self.keep(Some(moment));
    }

    /// What could not be kept.
    pub(super) fn look(&self) -> Vec<Event> {
        self.keeper.troubles().into_iter().map(Event::Trouble).collect()
    }

    /// The latest moments, for the window.
    pub(super) fn latest(&self) -> Arc<Vec<Moment>> {
        Arc::clone(&self.latest)
    }

    /// The last moment; waits until everything is written.
    pub(super) fn end(&mut self, now: Duration, frame: FrameIndex) {
        self.now = now;
        let moment = self.night.end(self.at(frame));
        self.keep(Some(moment));
        self.keeper.end();
    }

    fn keep(&mut self, moment: Option<Moment>) {
        if let Some(moment) = moment {
            self.keeper.keep(moment);
            self.latest = Arc::new(self.night.latest());
        }
    }

    fn at(&self, frame: FrameIndex) -> At {
        At { utc_ms: utc_ms(), since_start: self.now, frame }
    }
}

/// A clock before 1970 dates everything there.
fn utc_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
