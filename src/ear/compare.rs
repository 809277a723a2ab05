//! What was heard, beside what was sent. Pure: time comes in as frame counts.

use std::time::Duration;

use crate::limits::{EAR_LATE, EAR_REMEMBERS};

use super::fold::{FOLD, Folder, RATE, Track};
use super::likeness::{Lens, Match, Search, Spectra};

/// What is compared at once: two seconds.
pub(super) const WINDOW: i64 = 2 * SECOND;
const SECOND: i64 = RATE as i64;
/// Silence is known by the last 1.5 s, so that it is told in time.
const SILENCE: i64 = 3 * SECOND / 2;
/// Stale sound is looked for by the last second.
const NEWEST: i64 = SECOND;
/// A sound cannot be heard before it was sent; so much is allowed for clocks (0.1 s).
const EARLY: i64 = SECOND / 10;
/// The longest delay at which sound is looked for as sound in time (2.4 s): some more than what is late.
const LATEST: i64 = 24 * SECOND / 10;
/// The stretch of what was sent in which that is.
const STRETCH: i64 = WINDOW + LATEST + EARLY;
/// The stretch in which stale sound is looked for: 31 s, and a length that transforms quickly.
const HISTORY: i64 = 150_000;
/// What was heard is nothing below that, dB of full scale.
pub(super) const SILENT_DB: f32 = -70.0;
/// What was sent is heard as something above this, dB of full scale; quieter than that, it says nothing.
pub(super) const AUDIBLE_DB: f32 = -58.0;
/// At least this alike, a lag is believed.
pub(super) const ALIKE: f32 = 0.6;
/// So alike, no other lag is looked for.
const SURE: f32 = 0.7;
/// A sample of delay more must be worth so much likeness: 0.02 for a second.
const NEARER: f32 = 0.02 / SECOND as f32;
/// From one search for stale sound to the next: the first ones follow each other, the later ones have time.
const SEARCH_AGAIN: i64 = SECOND / 2;
/// The longest that a search waits.
const SEARCH_SLOWLY: i64 = 4 * SECOND;
/// Delays at which the level of what was sent is looked at while the delay is not known, 0.1 s from each other.
const LEVEL_STEPS: i64 = 20;

/// One look at both sounds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Observation {
    /// The level of what was heard during the last 1.5 s, dB of full scale.
    pub(super) heard_db: f32,
    /// The level of what was sent then; the quietest it can be while the delay is not known.
    pub(super) sent_least_db: f32,
    /// The same; the loudest it can be.
    pub(super) sent_most_db: f32,
    /// Levels of left and right over two seconds: sent, at the delay that is believed.
    pub(super) sent_sides_db: [f32; 2],
    /// Levels of left and right over two seconds: heard.
    pub(super) heard_sides_db: [f32; 2],
    /// How it compares with what was sent at that delay.
    pub(super) matched: Match,
    /// The delay, when the sound is alike.
    pub(super) delay: Option<Duration>,
    /// It is sound that was sent so long ago, and does not come at its time.
    pub(super) stale: Option<Duration>,
}

/// Remembers what was sent and what was heard, and compares them.
pub(super) struct Comparer {
    sent: Track,
    heard: Track,
    sent_folder: Folder,
    heard_folder: Folder,
    lens: Lens,
    newest: Lens,
    search: Search,
    history: Option<Search>,
    /// By how many folded samples what is heard is later than what was sent, by the counts of both.
    lag: Option<i64>,
    stale: Option<i64>,
    search_at: i64,
    pause: i64,
}

impl Comparer {
    pub(super) fn new() -> Self {
        Self {
            sent: Track::new(EAR_REMEMBERS.as_secs() as usize * RATE),
            heard: Track::new((WINDOW + SECOND) as usize),
            sent_folder: Folder::new(),
            heard_folder: Folder::new(),
            lens: Lens::new(WINDOW as usize),
            newest: Lens::new(NEWEST as usize),
            search: Search::new(WINDOW as usize, STRETCH as usize),
            history: None,
            lag: None,
            stale: None,
            search_at: 0,
            pause: SEARCH_AGAIN,
        }
    }

    /// Takes what was sent from the frame `start` on, interleaved stereo.
    pub(super) fn sent(&mut self, start: u64, stereo: &[f32]) {
        self.sent_folder.push(start, stereo, &mut self.sent);
    }

    /// Takes what was heard. `start` is its place on a line that is the engine's frames at the moment when the first of it
    /// arrived, and goes on with the sound.
    pub(super) fn heard(&mut self, start: u64, stereo: &[f32]) {
        self.heard_folder.push(start, stereo, &mut self.heard);
    }

    /// What was heard begins anew.
    pub(super) fn heard_anew(&mut self) {
        self.heard.clear();
        self.heard_folder = Folder::new();
        (self.lag, self.stale, self.search_at, self.pause) = (None, None, 0, SEARCH_AGAIN);
    }

    /// Whether something audible was sent during the last 1.5 s before the frame `now`.
    pub(super) fn is_sending(&self, now: u64) -> bool {
        let end = self.sent.range().end;
        let fresh = end > now as i64 / FOLD as i64 - SECOND;
        fresh && self.sent.power(end - SILENCE..end).is_some_and(|power| db_of_both(power) > AUDIBLE_DB)
    }

    /// Compares the last two seconds that were heard. `lateness` is by how many frames what is heard comes later now than
    /// at its beginning. `None` before two seconds of both are there.
    pub(super) fn look(&mut self, lateness: i64) -> Option<Observation> {
        let end = self.heard.range().end;
        let late = lateness / FOLD as i64;
        let heard_sides = self.heard.power(end - WINDOW..end)?;
        let heard_db = self.heard.power(end - SILENCE..end).map(db_of_both)?;
        let matched = if heard_db > SILENT_DB { self.align(end, late) } else { Match::default() };
        let alike = matched.likeness >= ALIKE;
        if alike {
            // A bar that comes again may be taken for sound in time: what follows is looked for at once.
            (self.stale, self.search_at, self.pause) = (None, 0, SEARCH_AGAIN);
        } else if heard_db > SILENT_DB {
            self.look_back(end, late, matched.likeness);
        }
        let (sent_least_db, sent_most_db) = self.sent_levels(end, late)?;
        let sent_sides = self.lag.and_then(|lag| self.sent.power(end - lag - WINDOW..end - lag));
        Some(Observation {
            heard_db,
            sent_least_db,
            sent_most_db,
            sent_sides_db: sent_sides.unwrap_or_default().map(db),
            heard_sides_db: heard_sides.map(db),
            matched,
            delay: self.lag.filter(|_| alike).map(|lag| duration(lag + late)),
            stale: self.stale.map(|lag| duration(lag + late)),
        })
    }

    /// Compares at the lag that is believed, or else at the likeliest one, which is believed from then on.
    fn align(&mut self, end: i64, late: i64) -> Match {
        let Some(window) = self.heard.get(end - WINDOW..end) else { return Match::default() };
        let heard = self.lens.see(&window);
        let known = self.lag.and_then(|lag| at(&mut self.lens, &self.sent, &heard, end - lag)).unwrap_or_default();
        if known.likeness >= SURE {
            return known;
        }
        let (from, have) = (end - WINDOW - LATEST + late, self.sent.range());
        let (first, last) = (from.max(have.start), (from + STRETCH).min(have.end));
        let Some(stretch) = self.sent.get(first..last.max(first)) else { return known };
        let (mut best, mut lag) = (known, self.lag);
        for place in self.search.find(&stretch, &window) {
            let sent_end = first + place as i64 + WINDOW;
            let Some(found) = at(&mut self.lens, &self.sent, &heard, sent_end) else { continue };
            let new = end - sent_end;
            // The earlier of two that are as alike: what repeats itself is not late.
            let rank = |found: Match, lag: Option<i64>| found.likeness - NEARER * lag.unwrap_or_default() as f32;
            if rank(found, Some(new)) > rank(best, lag) {
                (best, lag) = (found, Some(new));
            }
        }
        if best.likeness >= ALIKE {
            self.lag = lag;
        }
        best
    }

    /// Looks for the last second that was heard in all that is remembered of what was sent.
    fn look_back(&mut self, end: i64, late: i64, likeness: f32) {
        if end < self.search_at {
            return;
        }
        self.search_at = end + self.pause;
        self.pause = (2 * self.pause).min(SEARCH_SLOWLY);
        let have = self.sent.range();
        let from = have.start.max(have.end - HISTORY);
        let Some(heard) = self.heard.get(end - NEWEST..end) else { return };
        let Some(sent) = self.sent.get(from..have.end) else { return };
        let search = self.history.get_or_insert_with(|| Search::new(NEWEST as usize, HISTORY as usize));
        let places = search.find(&sent, &heard);
        let heard = self.newest.see(&heard);
        let (mut best, mut stale) = (SURE.max(likeness + 0.2), None);
        for place in places {
            let sent_end = from + place as i64 + NEWEST;
            let Some(window) = self.sent.get(sent_end - NEWEST..sent_end) else { continue };
            let sent = self.newest.see(&window);
            let found = self.newest.compare(&sent, &heard).likeness;
            if found > best {
                (best, stale) = (found, Some(end - sent_end));
            }
        }
        self.stale = stale.filter(|lag| duration(lag + late) > EAR_LATE);
    }

    /// The least and the most that was sent at the time of what was heard during the last 1.5 s, dB.
    fn sent_levels(&self, end: i64, late: i64) -> Option<(f32, f32)> {
        let at = |lag: i64| self.sent.power(end - lag - SILENCE..end - lag).map(db_of_both);
        if let Some(level) = self.lag.and_then(at) {
            return Some((level, level));
        }
        let all = (0..=LEVEL_STEPS).filter_map(|step| at(step * SECOND / 10 - late));
        let (least, most) =
            all.fold((f32::INFINITY, f32::NEG_INFINITY), |(least, most), level| (least.min(level), most.max(level)));
        (least <= most).then_some((least, most))
    }
}

/// Compares what was heard with the window of `sent` that ends there.
fn at(lens: &mut Lens, sent: &Track, heard: &Spectra, end: i64) -> Option<Match> {
    let sent = lens.see(&sent.get(end - WINDOW..end)?);
    Some(lens.compare(&sent, heard))
}

/// Mean power in dB of a full-scale square.
fn db(power: f32) -> f32 {
    10.0 * power.max(1e-12).log10()
}

fn db_of_both([left, right]: [f32; 2]) -> f32 {
    db((left + right) / 2.0)
}

fn duration(samples: i64) -> Duration {
    Duration::from_micros(samples.max(0).unsigned_abs() * 1_000_000 / RATE as u64)
}
