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
/// What a taste of more may fill of a queue, s, and how long one lasts at least, and below what, s.
const TASTE_QUEUE: f64 = 0.045;
const TASTE_LEAST: f64 = 0.1;
const TASTE_MOST: f64 = 1.0;
/// Short packets that were tried and were too much are not tried again for so long.
const SHORT_AGAIN: Duration = Duration::from_secs(300);
/// Trouble so soon after a trial that went well was the trial's.
const PROVED: Duration = Duration::from_secs(30);
/// Packets that were sent so long after a change have met its effect.
const EFFECT: Duration = Duration::from_millis(150);
/// A queue that is at least so long (s) and not half of that, and a quarter of itself, shorter after so long is drained
/// faster.
const SLOW_QUEUE: f64 = 0.060;
const SLOW: Duration = Duration::from_secs(1);
/// A queue that is as long as before after this, with less sent, is not ours.
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
    Draining(Drain),
    /// One step more is tried.
    Trial(Trial),
}

/// A step more, for a while.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Trial {
    since: Instant,
    /// How often the far side had said something by then.
    news: u64,
    /// The queue that there was, s.
    queue: f64,
    before: Setting,
    tried: Setting,
    /// Where it is likely to be too much: when a taste of it ends, or has ended. `None` for the whole trial.
    taste: Option<Instant>,
}

/// A queue on its way out.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Drain {
    since: Instant,
    /// The longest that it was, s.
    queue: f64,
    /// What was lost before.
    loss: f64,
    before: Setting,
    after: Setting,
    /// When the first word came of what was sent since, and how long the queue was then.
    mark: Option<(Instant, f64)>,
    /// Whether even less is sent, since it went too slowly.
    deeper: bool,
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
    /// What the path carried when it was full last, bit/s on the wire, until clearly more was carried: what is only a little
    /// too much shows later.
    brim: Option<f64>,
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
            brim: None,
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
        (self.pause, self.brim, self.accident) = (TRIAL_AGAIN, None, 0.0);
        self.next_trial = now + TRIAL_AGAIN;
    }

    /// Looks at the path at `now`; `chance` (0 to 1) spreads the trials of many apps. Says how much of a queue is not ours.
    pub(super) fn look(&mut self, now: Instant, view: &View, chance: f64) -> Option<f64> {
        match self.doing {
            Doing::Draining(drain) => return self.drain(now, view, chance, drain),
            Doing::Trial(trial) => self.trial(now, view, chance, trial),
            Doing::Steady => {
                if let Some(queue) = self.trouble(view, false) {
                    self.surprised(now, chance);
                    self.fall(now, view, queue, self.setting);
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
        queue + of_reports + self.line() + jitter * view.jitter
    }

    /// The queue, when there is trouble.
    fn trouble(&self, view: &View, on_trial: bool) -> Option<f64> {
        let queue = if on_trial { view.queue_just_now } else { view.queue };
        let (queue, limit) = (queue.unwrap_or(0.0), self.limit(view, on_trial));
        (queue > limit || view.loss > LOSS + self.accident).then_some(queue)
    }

    fn trial(&mut self, now: Instant, view: &View, chance: f64, trial: Trial) {
        let whole = if view.by_packet { TRIAL } else { TRIAL_BY_REPORTS };
        if let Some(queue) = self.trouble(view, true).or_else(|| tasted(view, &trial)) {
            self.failed(now, chance);
            if trial.before.length != trial.tried.length {
                self.short_failed = Some(now);
            }
            self.back(now, view, queue, trial);
        } else if let Some(ends) = trial.taste {
            if self.setting == trial.tried && now >= ends {
                // What is likely to fit, not only what was sent before: the queue is there until it is known.
                self.set(now, self.fitting(trial.tried.length, USED * self.brim.unwrap_or(0.0), trial.tried));
                self.doing = Doing::Trial(Trial { taste: Some(now), ..trial });
            } else if self.setting != trial.tried && view.known_to.is_some_and(|to| to >= ends) {
                self.set(now, trial.tried);
                self.doing = Doing::Trial(Trial { since: now, news: view.news, taste: None, ..trial });
            }
        } else if now.duration_since(trial.since) >= whole && view.news >= trial.news + 2 {
            self.doing = Doing::Steady;
            let carries = self.wire(self.setting);
            let doubtful = self.brim.is_some_and(|brim| brim <= carries);
            self.brim = self.brim.filter(|brim| *brim > USED * carries);
            self.next_trial = if doubtful { now + TRIAL_AGAIN } else { now };
            self.carries = self.carries.map(|before| before.max(carries));
        }
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

    /// A trial went wrong: what was carried before it is carried again, unless the queue will be long, or the trial showed
    /// that even that fills the path to the brim.
    fn back(&mut self, now: Instant, view: &View, queue: f64, trial: Trial) {
        let Trial { before, tried, .. } = trial;
        let lossy = view.loss > LOSS + self.accident;
        let same = before.length == tried.length;
        let carried = view.carried.unwrap_or(self.wire(tried));
        let brimful = view.carried.is_some() && self.wire(before) > USED * carried;
        // What is on its way goes into the queue too.
        let unknown = view.known_to.map_or(0.0, |to| now.saturating_duration_since(to).as_secs_f64());
        let coming = queue + unknown * (self.wire(self.setting) / carried - 1.0).max(0.0);
        if coming > LONG_QUEUE || lossy || !same || brimful {
            return self.fall(now, view, queue.max(coming), tried);
        }
        self.full_at(carried.clamp(self.wire(before), self.wire(tried)));
        self.set(now, before);
        self.draining(now, view, queue, (before, before));
    }

    /// Sends less than `before` at once, and even less until a long queue is gone.
    fn fall(&mut self, now: Instant, view: &View, queue: f64, before: Setting) {
        // No measurement: half of what is sent.
        let sent = self.wire(before);
        let measured = view.carried.unwrap_or(sent / 2.0).min(sent);
        // A report's measure is a mean that still has the wide path in it.
        let carries = if view.by_packet { measured } else { measured.min(sent / 2.0) };
        self.full_at(carries);
        let length = self.fitting_length(now, USED * carries);
        let after = self.fitting(length, USED * carries, before);
        let share = if queue > LONG_QUEUE { 0.75 } else { 0.92 };
        self.set(now, self.fitting(length, share * carries, before));
        self.draining(now, view, queue, (before, after));
    }

    fn full_at(&mut self, carries: f64) {
        (self.carries, self.brim) = (Some(carries), Some(carries));
    }

    fn draining(&mut self, now: Instant, view: &View, queue: f64, (before, after): (Setting, Setting)) {
        self.doing =
            Doing::Draining(Drain { since: now, queue, loss: view.loss, before, after, mark: None, deeper: false });
    }

    fn drain(&mut self, now: Instant, view: &View, chance: f64, mut drain: Drain) -> Option<f64> {
        let left = view.queue.unwrap_or(0.0);
        // What was sent before still fills the queue.
        if view.known_to.is_none_or(|to| to < drain.since + EFFECT) {
            drain.queue = drain.queue.max(left);
            self.doing = Doing::Draining(drain);
            return None;
        }
        let (marked, was) = *drain.mark.get_or_insert((now, left));
        self.doing = Doing::Draining(drain);
        let stands = now.duration_since(marked) >= NOT_OURS;
        let lossy = view.loss > LOSS + self.accident;
        let level = (left - was).abs() < 0.010 + 0.3 * view.jitter;
        if left < DRAINED + self.line() + 0.4 * view.jitter && !lossy {
            self.settle(now, drain.after);
        } else if left > LONG_QUEUE && view.carried.is_some_and(|carried| carried < USED * self.wire(self.setting)) {
            // The path had only begun to narrow.
            self.fall(now, view, left, self.setting);
        } else if !drain.deeper
            && now.duration_since(marked) >= SLOW
            && left > SLOW_QUEUE
            && was - left < (SLOW_QUEUE / 2.0).max(was / 4.0)
        {
            let less = self.fitting(self.setting.length, USED * self.carries.unwrap_or(0.0), self.setting);
            self.set(now, less);
            self.doing = Doing::Draining(Drain { deeper: true, mark: Some((now, left)), ..drain });
        } else if stands && lossy && drain.loss > LOSS && view.loss > 0.7 * drain.loss {
            // What is lost does not depend on what is sent.
            self.accident = view.loss;
            self.settle(now, drain.before);
        } else if stands && level && view.loss < 0.02 {
            // Ours would grow or shrink: somebody else's queue, or a longer way.
            let all_of_it = left > 0.7 * drain.queue;
            self.settle(now, if all_of_it { drain.before } else { drain.after });
            self.plan(now, chance);
            return Some(left);
        } else if left > drain.queue + 0.020 || (stands && left > 0.7 * drain.queue) || now > marked + DRAIN {
            // Less was carried than was thought.
            self.fall(now, view, left, self.setting);
        }
        None
    }

    /// How long one packet is on the line of a narrow path, s: no queue, and yet not there on a wide one.
    fn line(&self) -> f64 {
        let packet = self.wire(self.setting) / self.setting.length.per_second();
        self.carries.map_or(0.0, |carries| packet / carries)
    }

    fn settle(&mut self, now: Instant, setting: Setting) {
        self.set(now, setting);
        self.doing = Doing::Steady;
    }

    fn try_more(&mut self, now: Instant, view: &View) {
        let before = self.setting;
        let Some(tried) = self.more(now) else { return };
        self.set(now, tried);
        self.raised = Some(now);
        let taste = self.taste(before, tried).filter(|_| view.by_packet).map(|taste| now + taste);
        let queue = view.queue.unwrap_or(0.0);
        self.doing = Doing::Trial(Trial { since: now, news: view.news, queue, before, tried, taste });
    }

    /// How long a step that is too much for the path as it was fills no more than a short queue. The word of that takes the
    /// whole way back, and is waited for with less.
    fn taste(&self, before: Setting, tried: Setting) -> Option<Duration> {
        let excess = self.wire(tried) / self.brim? - 1.0;
        let seconds = (TASTE_QUEUE / excess).max(TASTE_LEAST);
        (before.length == tried.length && excess > 0.0 && seconds < TASTE_MOST)
            .then(|| Duration::from_secs_f64(seconds))
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

    /// The best of that length that fits into `bits` per second on the wire and is less than `before`; the floor when
    /// nothing does.
    fn fitting(&self, length: PacketLength, bits: f64, before: Setting) -> Setting {
        let mut settings = self.steps.iter().map(|bitrate| Setting { bitrate: *bitrate, length });
        let fits = |s: &Setting| self.wire(*s) <= bits && self.wire(*s) < self.wire(before);
        settings.rfind(fits).unwrap_or(Setting { bitrate: self.steps[0], length })
    }

    /// The length for a path with room for `bits` per second.
    fn fitting_length(&self, now: Instant, bits: f64) -> PacketLength {
        let short = Setting { bitrate: LONG_BELOW, length: PacketLength::Short };
        if self.may_change_length(now) && self.wire(short) > bits { PacketLength::Long } else { self.setting.length }
    }

    fn set(&mut self, now: Instant, wanted: Setting) {
        let setting = if self.may_change_length(now) { wanted } else { self.at_this_length(wanted) };
        if setting.length != self.setting.length {
            self.length_changed = Some(now);
        }
        self.setting = setting;
    }

    /// The best at the length that is in use which takes no more of the path than `wanted`.
    fn at_this_length(&self, wanted: Setting) -> Setting {
        let length = self.setting.length;
        let mut settings = self.steps.iter().map(|bitrate| Setting { bitrate: *bitrate, length });
        let fits = |s: &Setting| s.bitrate <= wanted.bitrate && self.wire(*s) <= self.wire(wanted);
        settings.rfind(fits).unwrap_or(Setting { bitrate: self.steps[0], length })
    }

    fn wire(&self, setting: Setting) -> f64 {
        setting.on_the_wire(self.ipv6)
    }
}

/// The queue, when a taste has filled it.
fn tasted(view: &View, trial: &Trial) -> Option<f64> {
    let limit = trial.queue + TASTE_QUEUE / 2.0 + 0.85 * view.jitter;
    view.queue_just_now.filter(|queue| trial.taste.is_some() && *queue > limit)
}
