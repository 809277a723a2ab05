//! The set-up assistant: somebody plays, and it tells which inputs play, which two are one stereo pair, whether a side has
//! the wrong polarity, and the trim of each. Pure analysis of what a tap of the inputs brings; time is counted in frames.

mod layout;
mod neighbour;
mod played;

use korero_dsp::effects::trim as gain;
use korero_dsp::units::power_to_db;
use serde::Serialize;

use crate::limits::{MAX_INPUTS, SAMPLE_RATE};
use crate::models;
use neighbour::Neighbours;
use played::Played;

/// Frames that are judged at once: 100 ms.
const BLOCK: usize = SAMPLE_RATE as usize / 10;
/// The average that a trim aims at, dBFS (RMS while playing).
const AVERAGE_DB: f32 = -18.0;
/// No peak may come above this by the trim, dBFS.
const PEAK_DB: f32 = -6.0;
/// What a strip in the middle gives to each side with the usual pan law, dB.
const MIDDLE_DB: f32 = -3.0;

/// What is known of one input.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Finding {
    /// As on the interface, from 1.
    pub input: u8,
    /// What it is.
    pub kind: Kind,
    /// Whether it plays at this moment.
    pub now: bool,
    /// The RMS while it played, dBFS; −∞ when it never did.
    pub average_db: f32,
    /// The highest sample, dBFS.
    pub peak_db: f32,
    /// The trim that brings it to −18 dBFS on average with peaks under −6 dBFS, dB. The sides of a pair have the same.
    pub trim_db: f32,
}

/// What an input is.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It brings back what the computer plays: no instrument.
    Loopback,
    /// Nothing was played there.
    Silent,
    /// Something of its own.
    Mono,
    /// One side of a stereo pair.
    Side(Pair),
}

/// Two neighbours that hear the same.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Pair {
    /// The left input, from 1; the right one is the next.
    pub left: u8,
    /// How alike the sides are at the best delay within ±1 ms, −1 to 1.
    pub correlation: f32,
    /// By how many frames the right side is later.
    pub lag: i32,
    /// One side has the wrong polarity.
    pub inverted: bool,
}

/// Everything that was found.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Setup {
    /// One for each input, in their order.
    pub findings: Vec<Finding>,
    /// The peak to be expected of all of them together with these trims, faders at 0 dB, dBFS. Above 0 the mix would clip.
    pub sum_peak_db: f32,
}

/// Listens to the inputs of one interface.
#[derive(Debug)]
pub struct Assistant {
    channels: usize,
    /// Which inputs only bring back the computer's sound.
    loopback: Vec<bool>,
    /// A block of each input, as it fills.
    sound: Vec<Vec<f32>>,
    played: Vec<Played>,
    neighbours: Vec<Neighbours>,
    frames: u64,
}

impl Assistant {
    /// For `channels` interleaved inputs of the interface that people call `name`: of models that are known, the inputs that
    /// only bring back the computer's sound are left out.
    #[must_use]
    pub fn new(channels: usize, name: &str) -> Self {
        let channels = channels.clamp(1, MAX_INPUTS);
        let inputs = channels as u8;
        Self {
            channels,
            loopback: (1..=inputs).map(|input| models::is_loopback(name, inputs, input)).collect(),
            sound: vec![Vec::with_capacity(BLOCK); channels],
            played: vec![Played::default(); channels],
            neighbours: vec![Neighbours::default(); channels - 1],
            frames: 0,
        }
    }

    /// How much sound was heard, in frames.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Takes whole interleaved frames. What is no number counts as silence.
    pub fn feed(&mut self, samples: &[f32]) {
        for frame in samples.chunks_exact(self.channels) {
            for (sound, sample) in self.sound.iter_mut().zip(frame) {
                sound.push(if sample.is_finite() { *sample } else { 0.0 });
            }
            self.frames += 1;
            if self.sound[0].len() == BLOCK {
                self.judge();
            }
        }
    }

    fn judge(&mut self) {
        for (played, sound) in self.played.iter_mut().zip(&self.sound) {
            played.hear(sound);
        }
        for (at, neighbours) in self.neighbours.iter_mut().enumerate() {
            let levels = [self.played[at].now_db(), self.played[at + 1].now_db()];
            neighbours.hear(&self.sound[at], &self.sound[at + 1], levels);
        }
        self.sound.iter_mut().for_each(Vec::clear);
    }

    /// What is known by now.
    #[must_use]
    pub fn setup(&self) -> Setup {
        let pairs = self.pairs();
        let findings: Vec<_> = (0..self.channels).map(|at| self.finding(at, &pairs)).collect();
        let sum_peak_db = sum_peak_db(&findings);
        Setup { findings, sum_peak_db }
    }

    /// The pairs, the surest first: an input is a side of one pair only.
    fn pairs(&self) -> Vec<Pair> {
        let plays = |at: usize| !self.loopback[at] && self.played[at].has_played();
        let both = |at: &usize| plays(*at) && plays(at + 1);
        let judged = (0..self.channels - 1).filter(both).filter_map(|at| Some((at, self.neighbours[at].verdict()?)));
        let mut judged: Vec<_> = judged.collect();
        judged.sort_by(|(_, a), (_, b)| b.sureness.total_cmp(&a.sureness));
        let mut pairs: Vec<Pair> = Vec::new();
        for (at, verdict) in judged {
            let left = at as u8 + 1;
            if pairs.iter().all(|pair| pair.left.abs_diff(left) > 1) {
                let neighbour::Verdict { correlation, lag, inverted, .. } = verdict;
                pairs.push(Pair { left, correlation, lag, inverted });
            }
        }
        pairs
    }

    fn finding(&self, at: usize, pairs: &[Pair]) -> Finding {
        let (input, played) = (at as u8 + 1, &self.played[at]);
        let pair = pairs.iter().find(|pair| pair.left == input || pair.left + 1 == input);
        let kind = match pair {
            _ if self.loopback[at] => Kind::Loopback,
            _ if !played.has_played() => Kind::Silent,
            Some(pair) => Kind::Side(*pair),
            None => Kind::Mono,
        };
        let trim_db = match kind {
            Kind::Loopback | Kind::Silent => 0.0,
            Kind::Mono => trim(played),
            Kind::Side(pair) => {
                let left = usize::from(pair.left) - 1;
                trim(&self.played[left]).min(trim(&self.played[left + 1]))
            }
        };
        let now = kind != Kind::Loopback && played.plays();
        Finding { input, kind, now, average_db: played.average_db(), peak_db: played.peak_db(), trim_db }
    }
}

/// To [`AVERAGE_DB`], or as far as the peaks allow; within what a trim can do.
fn trim(played: &Played) -> f32 {
    let wanted = (AVERAGE_DB - played.average_db()).min(PEAK_DB - played.peak_db());
    let spec = gain::PARAMS[usize::from(gain::GAIN.0)];
    // A tenth of a decibel is what a person reads; down, so that no peak comes above.
    spec.clamp((wanted * 10.0).floor() / 10.0)
}

/// Peaks of players who do not wait for each other add up like their powers, on the side where there is more.
fn sum_peak_db(findings: &[Finding]) -> f32 {
    let power = |db: f32| 10_f32.powf(db / 10.0);
    let mut sides = [0.0; 2];
    for finding in findings {
        let peak = finding.peak_db + finding.trim_db;
        match finding.kind {
            Kind::Loopback | Kind::Silent => {}
            Kind::Mono => sides.iter_mut().for_each(|side| *side += power(peak + MIDDLE_DB)),
            Kind::Side(pair) => sides[usize::from(finding.input != pair.left)] += power(peak),
        }
    }
    power_to_db(sides[0].max(sides[1]))
}
