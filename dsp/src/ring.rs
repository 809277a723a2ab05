//! Hears that a loop of microphone and loudspeaker begins to ring, and at which frequency. For the meter thread, not for
//! the callback.
//!
//! A ring is one narrow line that grows by the same number of decibels in each stretch of time, with nothing at its
//! harmonics. What is asked of a line are the criteria that T. van Waterschoot and M. Moonen compare in "Fifty years of
//! acoustic feedback control: state of the art and future challenges", Proc. IEEE 99(2), 2011: the peak against the average
//! (PAPR), against its neighbours (PNPR), against its harmonics (PHPR), and the deviation of its slope from look to look
//! (IMSD), here as the distance of its levels from the straight line through them. No note that is played grows so: it
//! jumps, and falls.

use crate::lines::{LINES, Lines, WINDOW};
use crate::units::{log2, power_to_db};

/// Frames from look to look: 21 ms at 48 kHz.
pub const HOP: usize = 1_024;
/// Frames for which a ring that stopped is not told again: 10 s.
pub const HOLD_OFF: usize = 480_000;

const RATE: f32 = 48_000.0;
/// Looks that are remembered: half a second.
const LOOKS: usize = 24;
/// Where loops ring, Hz: below, loudspeakers of a small stage give nothing; above, microphones and air take it away.
const LOWEST: f32 = 80.0;
const HIGHEST: f32 = 12_000.0;
/// What is softer harms nobody, power of full scale: −50 dBFS.
const FAINT: f32 = 1e-5;
/// What a ring has over the average line, and over the middle one of its neighbours on each side.
const OVER_AVERAGE: f32 = 40.0;
const OVER_NEIGHBOURS: f32 = 300.0;
/// Where the neighbours lie, in lines from the peak: from outside the skirt of the window on. A loop with a long delay rings
/// at several frequencies near each other, so the middle one of them is asked.
const NEIGHBOURS: [usize; 9] = [4, 5, 6, 7, 8, 9, 10, 11, 12];
/// The multiples at which a note would have lines too: its own harmonics, and those of a note that this is a partial of.
const HARMONICS: [f32; 8] = [0.25, 1.0 / 3.0, 0.5, 2.0 / 3.0, 1.5, 2.0, 3.0, 4.0];
/// A quick ring is seen in few looks. A slow one needs more, and must be purer, since a singer may swell like that: looks,
/// the rise over them in dB, and what the ring has over each of its harmonics.
const RISES: [(usize, f32, f32); 3] = [(8, 12.0, 30.0), (12, 6.0, 30.0), (LOOKS, 5.0, 40.0)];
/// How far the levels may lie from a straight rise, dB, and as a part of the rise.
const CROOKED_DB: f32 = 0.4;
const CROOKED_PART: f32 = 0.03;
/// A ring that a limiter holds stands still: so many looks (0.6 s) within so many dB, with most of all power, and louder than
/// anybody plays one pure tone (power of full scale: −6 dBFS).
const STANDS: usize = 28;
const STANDS_DB: f32 = 0.5;
const STANDS_AT: f32 = 0.25;
/// Rings that are remembered as told.
const TOLD: usize = 8;
/// Two rings nearer than this are one, octaves.
const SAME: f32 = 1.0 / 6.0;

/// A loop that rings.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Ring {
    /// At this frequency, Hz.
    pub freq: f32,
    /// As loud as this when it was heard, dB of a full-scale sine.
    pub level_db: f32,
}

/// Listens to one bus at 48 kHz.
pub struct RingDetector {
    lines: Lines,
    ear: Ear,
}

impl RingDetector {
    /// Makes one for interleaved sound of `channels` (at least one). Allocates; nothing else here does.
    #[must_use]
    pub fn new(channels: usize) -> Self {
        Self { lines: Lines::new(channels, HOP), ear: Ear::new() }
    }

    /// Forgets everything, also what was told.
    pub fn reset(&mut self) {
        self.lines.reset();
        self.ear.reset();
    }

    /// Takes interleaved samples, any number. Gives a ring when it is first heard, and again only after it was silent for
    /// [`HOLD_OFF`]; of several in one call the last.
    pub fn feed(&mut self, sound: &[f32]) -> Option<Ring> {
        let mut heard = None;
        let ear = &mut self.ear;
        self.lines.feed(sound, |powers| heard = ear.look(powers).or(heard));
        heard
    }
}

impl std::fmt::Debug for RingDetector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RingDetector").field("told", &self.ear.told).finish_non_exhaustive()
    }
}

/// What was told, and for how many looks it is not told again.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    freq: f32,
    looks: usize,
}

/// A line that has most of all power and does not move.
#[derive(Clone, Copy, Debug, Default)]
struct Standing {
    line: usize,
    level_db: f32,
    looks: usize,
}

struct Ear {
    /// The powers of the last looks, each [`LINES`] long.
    looks: Box<[f32]>,
    newest: usize,
    standing: Standing,
    told: [Told; TOLD],
}

impl Ear {
    fn new() -> Self {
        Self {
            looks: vec![0.0; LOOKS * LINES].into(),
            newest: 0,
            standing: Standing::default(),
            told: [Told::default(); TOLD],
        }
    }

    fn reset(&mut self) {
        self.looks.fill(0.0);
        self.standing = Standing::default();
        self.told = [Told::default(); TOLD];
    }

    fn look(&mut self, powers: &[f32]) -> Option<Ring> {
        self.newest = (self.newest + 1) % LOOKS;
        self.looks[self.newest * LINES..][..LINES].copy_from_slice(powers);
        self.told.iter_mut().for_each(|told| told.looks = told.looks.saturating_sub(1));
        let total: f32 = powers.iter().sum();
        let least = FAINT.max(total / LINES as f32 * OVER_AVERAGE);
        let stands = self.stands(powers, total);
        let peaks = line_of(LOWEST)..line_of(HIGHEST);
        let rings = |line: &usize| {
            is_peak(powers, *line)
                && tone(powers, *line) >= least
                && is_alone(powers, *line)
                && (stands == Some(*line) || self.grows(powers, *line))
        };
        let loudest = peaks.filter(rings).max_by(|a, b| powers[*a].total_cmp(&powers[*b]))?;
        self.tell(Ring { freq: freq_of(powers, loudest), level_db: power_to_db(tone(powers, loudest)) })
    }

    /// The power of a line and its two neighbours so many looks ago.
    fn past(&self, line: usize, ago: usize) -> f32 {
        tone(&self.looks[(self.newest + LOOKS - ago) % LOOKS * LINES..][..LINES], line)
    }

    /// Whether the level of a line rose straight, and nothing with it.
    fn grows(&self, powers: &[f32], line: usize) -> bool {
        let mut levels = [0.0; LOOKS];
        for (ago, level) in levels.iter_mut().enumerate() {
            *level = power_to_db(self.past(line, ago).max(1e-20));
        }
        let pure = purity(powers, line);
        RISES.iter().any(|(looks, rise, over)| pure >= *over && is_straight_rise(&levels[..*looks], *rise))
    }

    /// The line that has had most of all power for long at the same level, if there is one.
    fn stands(&mut self, powers: &[f32], total: f32) -> Option<usize> {
        let loudest = (1..LINES - 1).max_by(|a, b| powers[*a].total_cmp(&powers[*b]))?;
        let level_db = power_to_db(tone(powers, loudest).max(1e-20));
        let before = self.standing;
        let same = loudest.abs_diff(before.line) <= 1 && (level_db - before.level_db).abs() <= STANDS_DB;
        if tone(powers, loudest) < STANDS_AT.max(total * 0.75) || !same {
            self.standing = Standing { line: loudest, level_db, looks: 0 };
            return None;
        }
        self.standing.looks += 1;
        (self.standing.looks >= STANDS).then_some(loudest)
    }

    /// The ring, unless it was told a short while ago.
    fn tell(&mut self, ring: Ring) -> Option<Ring> {
        let looks = HOLD_OFF / HOP;
        let near = |told: &&mut Told| told.looks > 0 && log2(told.freq / ring.freq).abs() < SAME;
        if let Some(told) = self.told.iter_mut().find(near) {
            *told = Told { freq: ring.freq, looks };
            return None;
        }
        let oldest = self.told.iter_mut().min_by_key(|told| told.looks)?;
        *oldest = Told { freq: ring.freq, looks };
        Some(ring)
    }
}

/// Whether `levels`, the newest first, rise by at least `rise` dB along a straight line.
fn is_straight_rise(levels: &[f32], rise: f32) -> bool {
    let count = levels.len() as f32;
    let (middle, mean) = ((count - 1.0) / 2.0, levels.iter().sum::<f32>() / count);
    let (mut with, mut own) = (0.0, 0.0);
    for (ago, level) in levels.iter().enumerate() {
        let at = middle - ago as f32;
        with += at * (level - mean);
        own += at * at;
    }
    let slope = with / own;
    let risen = slope * (count - 1.0);
    let allowed = CROOKED_DB + CROOKED_PART * risen;
    let straight = |(ago, level): (usize, &f32)| (level - mean - slope * (middle - ago as f32)).abs() <= allowed;
    risen >= rise && levels.iter().enumerate().all(straight)
}

fn line_of(freq: f32) -> usize {
    (freq * WINDOW as f32 / RATE) as usize
}

fn is_peak(powers: &[f32], line: usize) -> bool {
    powers[line] > powers[line - 1] && powers[line] >= powers[line + 1]
}

/// The power of a tone on this line.
fn tone(powers: &[f32], line: usize) -> f32 {
    powers[line - 1] + powers[line] + powers[line + 1]
}

/// Whether nothing is near a line.
fn is_alone(powers: &[f32], line: usize) -> bool {
    let power = tone(powers, line);
    let below = middle(NEIGHBOURS.map(|away| powers[line.saturating_sub(away)]));
    let above = middle(NEIGHBOURS.map(|away| powers[(line + away).min(LINES - 1)]));
    power >= OVER_NEIGHBOURS * below.max(above)
}

/// By what the line is above the strongest one where the harmonics of a note would be.
fn purity(powers: &[f32], line: usize) -> f32 {
    let harmonic = |multiple: &f32| {
        let at = (line as f32 * multiple + 0.5) as usize;
        let apart = at.abs_diff(line) >= NEIGHBOURS[0] && at > 1 && at + 2 < LINES;
        // One line to each side: the true frequency lies between lines.
        if apart { tone(powers, at).max(tone(powers, at + 1)) } else { 0.0 }
    };
    let strongest = HARMONICS.iter().map(harmonic).fold(f32::MIN_POSITIVE, f32::max);
    tone(powers, line) / strongest
}

fn middle(mut powers: [f32; NEIGHBOURS.len()]) -> f32 {
    powers.sort_unstable_by(f32::total_cmp);
    powers[NEIGHBOURS.len() / 2]
}

/// The frequency of a peak: the top of the parabola through the levels of three lines.
fn freq_of(powers: &[f32], line: usize) -> f32 {
    let [left, top, right] = [-1, 0, 1].map(|at| log2(powers[line.wrapping_add_signed(at)].max(1e-30)));
    let bend = left - 2.0 * top + right;
    let aside = if bend < 0.0 { (0.5 * (left - right) / bend).clamp(-0.5, 0.5) } else { 0.0 };
    (line as f32 + aside) * RATE / WINDOW as f32
}
