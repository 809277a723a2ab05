//! What a listener heard, moment by moment, and what is read from it.

use serde_json::Value;

use crate::harness::{number, percentile};

/// Between the clicks on the left; no multiple of a packet.
pub(crate) const CLICK_MS: u64 = 497;
/// A latency no more than this above its old value is the old one again.
const CLOSE_MS: f64 = 30.0;
/// It must stay so for this long.
const STAYS_MS: f64 = 2_000.0;

/// The counters of the connection that is played, at one moment; all of them only grow.
#[derive(Clone, Copy, Debug)]
struct Look {
    utc_ms: f64,
    peer: f64,
    samples: f64,
    concealed: f64,
    events: f64,
    bytes: f64,
    nacks: f64,
}

/// One listener's evening. Times are UTC in ms.
pub(crate) struct Course {
    looks: Vec<Look>,
    /// From the moment of the sound at the engine to the moment when the browser took it out of its buffer: `(when, ms)`.
    pub(crate) played: Vec<(f64, f64)>,
    /// From the moment of a click at the engine to the call of the page's AudioWorklet that had it: `(when, ms)`.
    clicks: Vec<(f64, f64)>,
}

impl Course {
    /// Reads what the browser's probe and the app's statistics say.
    pub(crate) fn read(heard: &Value, app: &Value) -> Self {
        let connection = &heard["connections"][0];
        let list = |name: &str| connection[name].as_array().unwrap_or_else(|| panic!("no {name} in {connection:#}"));
        let course = list("course");
        let looks = course.iter().map(look).collect();
        let epoch_ms = number(app, "/epoch/utc_ns_at_frame_0") / 1e6;
        let first = &app["air"]["1"]["packet_times"][0];
        let offset = number(first, "/rtp_time") - number(first, "/frame");
        let played: Vec<_> = course.iter().filter_map(|look| played(look, epoch_ms, offset)).collect();
        let clicks = list("clicks").iter().map(|click| number(click, "/utc_ms")).collect::<Vec<_>>();
        let clicks = dated(&clicks, epoch_ms, &played);
        Self { looks, played, clicks }
    }

    fn pairs(&self, from: f64, to: f64) -> impl Iterator<Item = (Look, Look)> {
        let inside = move |pair: &&[Look]| pair[0].utc_ms >= from && pair[1].utc_ms <= to;
        self.looks.windows(2).filter(inside).map(|pair| (pair[0], pair[1]))
    }

    fn grown(&self, from: f64, to: f64, of: impl Fn(&Look) -> f64) -> f64 {
        self.pairs(from, to).filter(|(a, b)| a.peer == b.peer).map(|(a, b)| of(&b) - of(&a)).sum()
    }

    /// The share of the sound that the browser had to invent, 0 to 1.
    pub(crate) fn concealed(&self, from: f64, to: f64) -> f64 {
        self.grown(from, to, |look| look.concealed) / self.grown(from, to, |look| look.samples).max(1.0)
    }

    /// Requests of the page for packets that it missed.
    pub(crate) fn nacks(&self, from: f64, to: f64) -> f64 {
        self.grown(from, to, |look| look.nacks)
    }

    /// Payload that arrived, kb/s.
    pub(crate) fn kbps(&self, from: f64, to: f64) -> f64 {
        self.grown(from, to, |look| look.bytes) * 8.0 / (to - from)
    }

    /// The longest time without sound of the artist's, ms. A look tells how much was invented since the last one and in
    /// how many pieces; what goes on from one look to the next is one gap. It is at most this long.
    pub(crate) fn longest_gap(&self, from: f64, to: f64) -> f64 {
        let (mut longest, mut run) = (0.0_f64, 0.0);
        for (a, b) in self.pairs(from, to) {
            let passed = b.utc_ms - a.utc_ms;
            let (samples, invented) = ((b.samples - a.samples) / 48.0, (b.concealed - a.concealed) / 48.0);
            if a.peer != b.peer || samples <= 0.0 {
                run += passed;
            } else if samples - invented < 5.0 {
                run += invented;
            } else {
                let pieces = (b.events - a.events).max(0.0);
                // A piece is 10 ms or more.
                let one = (invented - 10.0 * (pieces - 1.0).max(0.0)).max(0.0);
                longest = longest.max(run + one);
                run = if invented > 0.0 { one } else { 0.0 };
            }
            longest = longest.max(run);
        }
        longest
    }

    /// From a sound at the engine to the page's AudioWorklet, ms: the middle of all clicks in that time.
    pub(crate) fn latency(&self, from: f64, to: f64) -> Option<f64> {
        let mut inside: Vec<f64> =
            self.clicks.iter().filter(|(at, _)| (from..to).contains(at)).map(|(_, ms)| *ms).collect();
        (!inside.is_empty()).then(|| percentile(&mut inside, 0.5))
    }

    /// The middle latency of the player alone in that time, ms; it is known ten times a second.
    pub(crate) fn player(&self, from: f64, to: f64) -> Option<f64> {
        let mut inside: Vec<f64> =
            self.played.iter().filter(|(at, _)| (from..to).contains(at)).map(|(_, ms)| *ms).collect();
        (!inside.is_empty()).then(|| percentile(&mut inside, 0.5))
    }

    /// How long after `from` the player's latency is, and stays, as close to `old` as nobody hears, ms. `None` when it is
    /// not before `to`.
    pub(crate) fn settles(&self, old: f64, from: f64, to: f64) -> Option<f64> {
        let inside = || self.played.iter().filter(|(at, _)| (from..to).contains(at));
        let far = |(_, ms): &&(f64, f64)| ms - old > CLOSE_MS;
        let steady = inside().rev().take_while(|look| !far(look)).last()?;
        let last = inside().next_back()?;
        let (begins, ends) = (steady.0, last.0);
        // The first time that it stayed so counts: what comes later is no part of this.
        let mut since = None::<f64>;
        for look in inside() {
            if far(&look) {
                since = None;
            } else if look.0 - *since.get_or_insert(look.0) >= STAYS_MS {
                return since.map(|since| since - from);
            }
        }
        (ends - begins >= STAYS_MS).then_some(begins - from)
    }

    /// The clicks' latencies, for plots.
    pub(crate) fn clicks(&self) -> &[(f64, f64)] {
        &self.clicks
    }
}

fn look(value: &Value) -> Look {
    let read = |name: &str| value[name].as_f64().unwrap_or(0.0);
    Look {
        utc_ms: read("utc_ms"),
        peer: read("peer"),
        samples: read("samples"),
        concealed: read("concealed"),
        events: read("events"),
        bytes: read("bytes"),
        nacks: read("nacks"),
    }
}

/// RTP time is an offset plus the frame index, so what is played has a date.
fn played(look: &Value, epoch_ms: f64, offset: f64) -> Option<(f64, f64)> {
    let (rtp_time, at) = (look["rtp_time"].as_f64()?, look["played_ms"].as_f64()?);
    let frame = (rtp_time - offset).rem_euclid(4_294_967_296.0);
    Some((at, at - (epoch_ms + frame / 48.0)))
}

/// A click says its moment only within its period; what the browser says of what it plays tells which one it is. Between
/// the two lies what is always there: WebAudio's own buffer.
fn dated(clicks: &[f64], epoch_ms: f64, played: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let period = CLICK_MS as f64;
    let near = |at: f64| played.iter().min_by(|a, b| (a.0 - at).abs().total_cmp(&(b.0 - at).abs())).map(|look| look.1);
    let offs = clicks.iter().filter_map(|at| {
        let phase = (at - epoch_ms).rem_euclid(period);
        near(*at).map(|player| (*at, player, (phase - player).rem_euclid(period)))
    });
    let offs: Vec<_> = offs.collect();
    if offs.is_empty() {
        return Vec::new();
    }
    let buffer = percentile(&mut offs.iter().map(|(_, _, off)| *off).collect::<Vec<_>>(), 0.5);
    let swing = |off: f64| (off - buffer + period / 2.0).rem_euclid(period) - period / 2.0;
    offs.iter().map(|(at, player, off)| (*at, player + buffer + swing(*off))).collect()
}
