//! Which step the encoder is on: down at once when the path says so, up one step at a time after a quiet while.
//!
//! A stream of constant rate never learns what a path could carry beside what it sends, so going up is always a trial: one
//! step of real sound, taken back within a moment when a queue begins to grow. Each trial that fails makes the next one
//! wait longer.

use std::time::{Duration, Instant};

use crate::codec::PacketLength;
use crate::limits::{LENGTH_AGAIN, LONG_BELOW, SHORT_FROM, TRIAL_AGAIN, TRIAL_AGAIN_LONGEST};

use super::path::View;
use super::wire::{Setting, steps};

/// A queue from here on is trouble, s, beside what jitter looks like.
const QUEUE: f64 = 0.040;
/// The same during a trial, which is over by then.
const QUEUE_ON_TRIAL: f64 = 0.020;
/// A queue below this has drained, s.
const DRAINED: f64 = 0.015;
/// From here on a queue is drained fast, s.
const LONG_QUEUE: f64 = 0.100;
/// Loss from here on is no accident of the air: something throws away what is too much for it.
const LOSS: f64 = 0.25;
/// How long a trial lasts, and how long one lasts that only reports judge.
const TRIAL: Duration = Duration::from_secs(2);
const TRIAL_BY_REPORTS: Duration = Duration::from_secs(6);
/// Short packets that were tried and were too much are not tried again for so long.
const SHORT_AGAIN: Duration = Duration::from_secs(300);
/// Trouble so soon after a trial that went well was the trial's.
const PROVED: Duration = Duration::from_secs(30);
/// A queue that is still there after this, with less sent, is not ours.
const NOT_OURS: Duration = Duration::from_secs(3);
/// The longest wait for a queue to drain.
const DRAIN: Duration = Duration::from_secs(6);
/// How much of what the path carries is used; the rest is for resends, reports and checks.
const USED: f64 = 0.95;

/// What is being done.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Doing {
    /// The path carries it.
    Steady,
    /// Less is sent until the queue is gone; then `after` is sent.
    Draining { since: Instant, queue: f64, loss: f64, before: Setting, after: Setting },
    /// One step more is tried.
    Trial { since: Instant, news: u64, before: Setting },
}

/// The decision, without a clock.
pub(super) struct Course {
    steps: Vec<u32>,
    safest: bool,
    ipv6: bool,
    setting: Setting,
    doing: Doing,
    /// When the length of packets changed last.
    length_changed: Option<Instant>,
    /// When the setting was raised last.
    raised: Option<Instant>,
    /// When short packets were too much last.
    short_failed: Option<Instant>,
    next_trial: Instant,
    pause: Duration,
    /// Loss that was found not to depend on what is sent.
    accident: f64,
    /// What the path carries, as last measured, bit/s on the wire. `None` while nothing holds it back.
    carries: Option<f64>,
}

impl Course {
    pub(super) fn new(ceiling: u32, safest: bool, now: Instant) -> Self {
        let length = if safest { PacketLength::Long } else { PacketLength::Short };
        let steps = steps(ceiling);
        let bitrate = steps[steps.len() - 1];
        Self {
            steps,
            safest,
            ipv6: false,
            setting: Setting { bitrate, length },
            doing: Doing::Steady,
            length_changed: None,
            raised: None,
            short_failed: None,
            next_trial: now,
            pause: TRIAL_AGAIN,
            accident: 0.0,
            carries: None,
        }
    }

    pub(super) fn setting(&self) -> Setting {
        self.setting
    }

    /// What the path was last found to carry, bit/s on the wire; `None` when it carries the ceiling.
    pub(super) fn carries(&self) -> Option<f64> {
        self.carries.filter(|_| !self.at_ceiling())
    }

    /// Whether the path is one of IPv6.
    pub(super) fn by_ipv6(&mut self, ipv6: bool) {
        self.ipv6 = ipv6;
    }

    fn at_ceiling(&self) -> bool {
        Some(&self.setting.bitrate) == self.steps.last()
    }

    /// Another connection: what was found out about the old path is no more than a beginning.
    pub(super) fn reconnected(&mut self, now: Instant) {
        (self.doing, self.raised, self.short_failed) = (Doing::Steady, None, None);
        (self.pause, self.accident) = (TRIAL_AGAIN, 0.0);
        self.next_trial = now + TRIAL_AGAIN;
    }

    /// Looks at the path at `now`; `chance` (0 to 1) spreads the trials of many apps. Says how much of a queue is not ours.
    pub(super) fn look(&mut self, now: Instant, view: &View, chance: f64) -> Option<f64> {
        match self.doing {
            Doing::Draining { .. } => return self.drain(now, view, chance),
            Doing::Trial { since, news, before } => {
                let trial = if view.by_packet { TRIAL } else { TRIAL_BY_REPORTS };
                if let Some(queue) = self.trouble(view, true) {
                    self.failed(now, chance);
                    if before.length != self.setting.length {
                        self.short_failed = Some(now);
                    }
                    self.fall(now, view, queue, Some(before));
                } else if now.duration_since(since) >= trial && view.news >= news + 2 {
                    self.doing = Doing::Steady;
                    self.next_trial = now;
                }
            }
            Doing::Steady => {
                if let Some(queue) = self.trouble(view, false) {
                    self.surprised(now, chance);
                    self.fall(now, view, queue, None);
                } else if let Some(cheaper) = self.cheaper(now) {
                    self.set(now, cheaper);
                } else if now >= self.next_trial && view.queue.is_some_and(|queue| queue < self.limit(view, true)) {
                    self.try_more(now, view);
                }
            }
        }
        None
    }

    fn limit(&self, view: &View, on_trial: bool) -> f64 {
        let of_reports = if view.by_packet { 0.0 } else { 0.040 };
        let (queue, jitter) = if on_trial { (QUEUE_ON_TRIAL, 0.85) } else { (QUEUE, 0.6) };
        queue + of_reports + jitter * view.jitter
    }

    /// The queue, when there is trouble.
    fn trouble(&self, view: &View, on_trial: bool) -> Option<f64> {
        let queue = if on_trial { view.queue_just_now } else { view.queue };
        let (queue, limit) = (queue.unwrap_or(0.0), self.limit(view, on_trial));
        (queue > limit || view.loss > LOSS + self.accident).then_some(queue)
    }

    /// A trial went wrong.
    fn failed(&mut self, now: Instant, chance: f64) {
        self.pause = (2 * self.pause).min(TRIAL_AGAIN_LONGEST);
        self.plan(now, chance);
    }

    /// There is trouble where there was none.
    fn surprised(&mut self, now: Instant, chance: f64) {
        match self.raised {
            Some(at) if now.duration_since(at) < PROVED => self.failed(now, chance),
            _ => {
                self.pause = TRIAL_AGAIN;
                self.plan(now, chance);
            }
        }
    }

    fn plan(&mut self, now: Instant, chance: f64) {
        self.next_trial = now + self.pause.mul_f64(0.8 + 0.4 * chance);
        self.raised = None;
    }

    /// Sends less at once, and even less until a long queue is gone.
    fn fall(&mut self, now: Instant, view: &View, queue: f64, back_to: Option<Setting>) {
        let before = self.setting;
        // No measurement: half of what is sent.
        let sent = self.wire(before);
        let carries = view.carried.unwrap_or(sent / 2.0).min(sent);
        self.carries = Some(carries);
        let fits = |setting: &Setting| self.wire(*setting) <= carries * 0.97;
        let back_to = back_to.filter(|back| back.length == before.length || self.may_change_length(now)).filter(fits);
        let after = back_to.unwrap_or_else(|| self.fitting(now, USED * carries, before));
        let drain = match queue {
            short if short < LONG_QUEUE && back_to.is_some() => after,
            short if short < LONG_QUEUE => self.fitting(now, 0.92 * carries, before),
            _ => self.fitting(now, 0.75 * carries, before),
        };
        self.set(now, if self.wire(drain) < self.wire(after) { drain } else { after });
        self.doing = Doing::Draining { since: now, queue, loss: view.loss, before, after };
    }

    fn drain(&mut self, now: Instant, view: &View, chance: f64) -> Option<f64> {
        let Doing::Draining { since, queue, loss, before, after } = self.doing else { return None };
        let waited = now.duration_since(since);
        let left = view.queue.unwrap_or(0.0);
        if waited < Duration::from_millis(400) + Duration::from_secs_f64(queue) {
            return None;
        }
        let lossy = view.loss > LOSS + self.accident;
        if left < DRAINED + 0.4 * view.jitter && !lossy {
            self.settle(now, after);
        } else if left > queue + 0.020 {
            // It still grows: less than was thought.
            self.fall(now, view, left, None);
        } else if waited > NOT_OURS {
            return self.persists(now, view, left, (queue, loss, before, chance));
        }
        None
    }

    /// Less is sent, and the trouble is still there.
    fn persists(&mut self, now: Instant, view: &View, left: f64, at: (f64, f64, Setting, f64)) -> Option<f64> {
        let (queue, loss, before, chance) = at;
        if view.loss > LOSS + self.accident {
            if loss > LOSS && view.loss > 0.7 * loss {
                // What is lost does not depend on what is sent.
                self.accident = view.loss;
                self.settle(now, before);
            } else {
                self.fall(now, view, left, None);
            }
        } else if left > 0.7 * queue && view.loss < 0.02 && view.by_packet {
            // Somebody else's queue, or a longer way.
            self.settle(now, before);
            self.plan(now, chance);
            return Some(left);
        } else if let Doing::Draining { since, .. } = self.doing
            && now.duration_since(since) > DRAIN
        {
            self.fall(now, view, left, None);
        }
        None
    }

    fn settle(&mut self, now: Instant, setting: Setting) {
        self.set(now, setting);
        self.doing = Doing::Steady;
    }

    fn try_more(&mut self, now: Instant, view: &View) {
        let before = self.setting;
        let Some(more) = self.more(now) else { return };
        self.set(now, more);
        self.raised = Some(now);
        self.doing = Doing::Trial { since: now, news: view.news, before };
    }

    /// The same sound, or nearly, at another length that takes no more of the path: no trial is needed.
    fn cheaper(&self, now: Instant) -> Option<Setting> {
        let Setting { bitrate, length } = self.setting;
        if self.safest || !self.may_change_length(now) {
            return None;
        }
        if length == PacketLength::Short {
            let narrow = bitrate < LONG_BELOW && !self.at_ceiling();
            return narrow.then_some(Setting { bitrate, length: PacketLength::Long });
        }
        let below = self.steps.iter().copied().rfind(|step| *step < bitrate && *step >= SHORT_FROM)?;
        let short = Setting { bitrate: below, length: PacketLength::Short };
        (self.wire(short) <= self.wire(self.setting)).then_some(short)
    }

    /// The next step up, if there is one.
    fn more(&self, now: Instant) -> Option<Setting> {
        let Setting { bitrate, length } = self.setting;
        if length == PacketLength::Long && self.at_ceiling() {
            let again = self.short_failed.is_none_or(|at| now.duration_since(at) >= SHORT_AGAIN);
            let may = !self.safest && again && self.may_change_length(now);
            return may.then_some(Setting { bitrate, length: PacketLength::Short });
        }
        let bitrate = self.steps.iter().copied().find(|step| *step > bitrate)?;
        Some(Setting { bitrate, length })
    }

    fn may_change_length(&self, now: Instant) -> bool {
        self.length_changed.is_none_or(|at| now.duration_since(at) >= LENGTH_AGAIN)
    }

    /// The best that fits into `bits` per second on the wire and is less than `before`; the floor when nothing does.
    fn fitting(&self, now: Instant, bits: f64, before: Setting) -> Setting {
        let best = |length| {
            let settings = self.steps.iter().map(|bitrate| Setting { bitrate: *bitrate, length });
            let fits = |s: &Setting| self.wire(*s) <= bits && self.wire(*s) < self.wire(before);
            settings.filter(fits).last().unwrap_or(Setting { bitrate: self.steps[0], length })
        };
        let same = best(self.setting.length);
        let short = self.setting.length == PacketLength::Short;
        if short && same.bitrate < LONG_BELOW && self.may_change_length(now) { best(PacketLength::Long) } else { same }
    }

    fn set(&mut self, now: Instant, setting: Setting) {
        if setting.length != self.setting.length {
            self.length_changed = Some(now);
        }
        self.setting = setting;
    }

    fn wire(&self, setting: Setting) -> f64 {
        setting.on_the_wire(self.ipv6)
    }
}
