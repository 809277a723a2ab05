//! How many frames a device lost, told from when its sound was captured. Pure: time is an argument.
//!
//! cpal reports an xrun but not its length, and PulseAudio and PipeWire lose sound without a word. What is known is the
//! capture time of each callback's first frame, and it errs to one side only: it may be read late, never early. So the
//! *earliest* arrivals of the last second are the truth (the lower envelope), whatever the scheduler did to the others.
//! The window is short, so that a device clock that is wrong by hundreds of ppm still is the clock of the show.

use crate::limits::{CLOCK_WINDOW, SILENT_LOSS};

/// Callbacks that a window must hold besides its time.
const WINDOW_CALLBACKS: u32 = 8;
/// A device whose frames come within this share of its nominal rate keeps it. Crystals err by 0.01 %, but a stall of the
/// machine while learning must not look like a slow device.
const NOMINAL: f64 = 0.4;
/// Slope between windows (ns per ns) up to which the clock counts as steady.
const STEADY: f64 = 0.002;
const NS: f64 = 1e9;

/// One stream's clock, in device frames and the stream's own nanoseconds.
#[derive(Debug)]
pub(super) struct CaptureClock {
    rate: f64,
    /// Share of the nominal rate that the device really keeps: 1, but for a clock that is far off (a test at quarter
    /// speed).
    pace: f64,
    pace_known: bool,
    first_ns: u64,
    /// Frames since the first, lost ones included.
    frames: u64,
    callbacks: u64,
    /// The longest callback so far.
    period: u64,
    /// The last one.
    last: u64,
    /// Frames and time at the middle of the learning time: a pace is believed when both halves agree.
    middle: Option<(u64, f64)>,
    before: Option<f64>,
    now: Window,
    steady: bool,
    /// Where the envelope should lie after the last reported loss, until a window shows where it does.
    settling: Option<f64>,
    /// By how much reported losses were taken too long so far, ns: the first arrival after one may be read late. The
    /// next loss is told so much shorter, so errors do not add up.
    debt: f64,
}

/// The lower envelope of one window.
#[derive(Debug, Clone, Copy)]
struct Window {
    began_ns: f64,
    callbacks: u32,
    /// Capture time minus the time that the frames so far should have taken, ns.
    earliest: f64,
}

impl Window {
    fn new(at_ns: f64) -> Self {
        Self { began_ns: at_ns, callbacks: 0, earliest: f64::INFINITY }
    }
}

impl CaptureClock {
    /// A clock of a device that promises `rate` frames a second.
    pub(super) fn new(rate: u32) -> Self {
        Self {
            rate: f64::from(rate),
            pace: 1.0,
            pace_known: false,
            first_ns: 0,
            frames: 0,
            callbacks: 0,
            period: 0,
            last: 0,
            middle: None,
            before: None,
            now: Window::new(0.0),
            steady: false,
            settling: None,
            debt: 0.0,
        }
    }

    /// One callback: when its first frame was captured (the stream's clock), how many frames it has, and whether the
    /// device reported a loss since the last. Returns the frames that are missing before it.
    pub(super) fn observe(&mut self, capture_ns: u64, frames: u64, xrun: bool) -> u64 {
        if self.callbacks == 0 {
            self.first_ns = capture_ns;
        }
        let at = capture_ns as f64 - self.first_ns as f64;
        let mut lost = 0;
        if xrun && self.callbacks > 0 {
            lost = self.reported_loss(at, frames.min(self.last));
        }
        lost += self.gather(at);
        self.learn_pace(at);
        self.frames += frames;
        self.period = self.period.max(frames);
        self.last = frames;
        self.callbacks += 1;
        lost
    }

    /// When the frame after the last one is captured, in the stream's nanoseconds, by the earliest arrivals.
    pub(super) fn end_ns(&self) -> u64 {
        let end = self.first_ns as f64 + self.floor() + self.duration(self.frames);
        end.max(0.0) as u64
    }

    /// A reported loss is as long as this callback is late. Recovery drops a callback's frames at the least, so less
    /// than half of them (`period`) is a report of something else.
    fn reported_loss(&mut self, at: f64, period: u64) -> u64 {
        let floor = self.floor();
        let late = at - self.duration(self.frames) - floor;
        if self.frames_of(late) * 2 < period {
            return 0;
        }
        self.settle();
        let lost = self.frames_of(late - self.debt).max(1);
        self.frames += lost;
        self.settling = Some(floor + self.debt);
        (self.debt, self.before, self.steady) = (0.0, None, false);
        self.now = Window::new(at);
        lost
    }

    /// Sees how much too long the last reported loss was taken.
    fn settle(&mut self) {
        if let Some(due) = self.settling.take() {
            self.debt = (due - self.floor()).max(0.0);
        }
    }

    /// Takes this arrival into the envelope; at the end of a window, says whether a loss stayed for all of it.
    fn gather(&mut self, at: f64) -> u64 {
        let offset = at - self.duration(self.frames);
        self.now.earliest = self.now.earliest.min(offset);
        self.now.callbacks += 1;
        let length = at - self.now.began_ns;
        if length < CLOCK_WINDOW.as_nanos() as f64 || self.now.callbacks < WINDOW_CALLBACKS {
            return 0;
        }
        self.settle();
        let step = self.now.earliest - self.before.unwrap_or(self.now.earliest);
        let lost = self.silent_loss(step);
        self.steady = self.before.is_some() && (step - self.duration(lost)).abs() < STEADY * length;
        self.before = Some(self.now.earliest - self.duration(lost));
        self.now = Window::new(at);
        lost
    }

    /// Nobody reported it: only believed when the clock was steady and every arrival of a whole window was late.
    fn silent_loss(&mut self, step: f64) -> u64 {
        let sure = self.duration(2 * self.period) + SILENT_LOSS.as_nanos() as f64;
        if !self.steady || self.pace != 1.0 || step <= sure {
            return 0;
        }
        let lost = self.frames_of(step);
        self.frames += lost;
        lost
    }

    /// Learns once whether the device keeps its nominal rate at all.
    fn learn_pace(&mut self, at: f64) {
        let half = CLOCK_WINDOW.as_nanos() as f64;
        if self.pace_known || self.callbacks < 4 || at < half {
            return;
        }
        let done = self.frames;
        let Some((frames, then)) = self.middle else {
            self.middle = Some((done, at));
            return;
        };
        if at - then < half || done - frames < 3 * self.period {
            return;
        }
        self.pace_known = true;
        let first = frames as f64 * NS / then / self.rate;
        let second = (done - frames) as f64 * NS / (at - then) / self.rate;
        if (second - 1.0).abs() > NOMINAL && (first - second).abs() < 0.2 * second {
            self.pace = second;
            self.before = None;
            self.now = Window::new(at);
            self.now.earliest = at - self.duration(done);
        }
    }

    fn floor(&self) -> f64 {
        let earliest = self.now.earliest.min(self.before.unwrap_or(f64::INFINITY));
        if earliest.is_finite() { earliest } else { 0.0 }
    }

    fn duration(&self, frames: u64) -> f64 {
        frames as f64 * NS / (self.rate * self.pace)
    }

    fn frames_of(&self, ns: f64) -> u64 {
        (ns * self.rate * self.pace / NS).round().max(0.0) as u64
    }
}

#[cfg(test)]
#[path = "clock_tests.rs"]
mod tests;
