//! How alike two sounds are, whatever their gain and whichever of their bands a codec coded coarsely.

use std::ops::Range;
use std::sync::Arc;

use realfft::num_complex::Complex32;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use super::fold::{Folded, RATE};

/// The edges of the bands that are compared, in Hz. Each has its say, so that a bass which both have makes no likeness.
const EDGES: [f32; 9] = [60.0, 120.0, 200.0, 320.0, 500.0, 750.0, 1_050.0, 1_400.0, 1_800.0];
const BANDS: usize = EDGES.len() - 1;
/// A band so far below the loudest one says nothing: a codec may not have coded it at all (power).
const FAINT: f32 = 1e-3;
/// Middle or side with less than this share of a band is not what the band is known by.
const MINOR: f32 = 0.05;
/// Candidates of a search that are looked at exactly.
pub(super) const CANDIDATES: usize = 4;
/// Two candidates are at least so far apart, in samples: 20 ms.
const APART: usize = RATE / 50;
/// Power that is nothing.
const NOTHING: f32 = 1e-12;

/// The spectra of middle and side of one window.
pub(super) struct Spectra {
    mid: Vec<Complex32>,
    side: Vec<Complex32>,
}

/// How one window that was heard compares with the one that was sent.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Match {
    /// The coherence of the bands, 0 to 1, each weighted a little by its level.
    pub(super) likeness: f32,
    /// How much of the side came back, against how much of the middle did: 1 all of it, 0 nothing, −1 the sides are
    /// exchanged. `None` when there was no middle or no side to go by.
    pub(super) width: Option<f32>,
    /// Side to middle of what was sent, dB.
    pub(super) sent_side_db: f32,
    /// Side to middle of what was heard, dB.
    pub(super) heard_side_db: f32,
}

/// Compares windows of one length.
pub(super) struct Lens {
    forward: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    bands: [Range<usize>; BANDS],
    input: Vec<f32>,
    scratch: Vec<Complex32>,
}

impl Lens {
    /// For windows of `length` samples.
    pub(super) fn new(length: usize) -> Self {
        let forward = RealFftPlanner::new().plan_fft_forward(length);
        let (input, scratch) = (forward.make_input_vec(), forward.make_scratch_vec());
        Self { window: taper(length), bands: bands(length), forward, input, scratch }
    }

    /// The spectra of a window.
    pub(super) fn see<'a>(&mut self, sound: &(impl Iterator<Item = &'a Folded> + Clone)) -> Spectra {
        let mut one = |pick: fn(&Folded) -> f32| {
            let tapered = sound.clone().zip(&self.window).map(|(sample, weight)| pick(sample) * weight);
            self.input.iter_mut().zip(tapered).for_each(|(into, sample)| *into = sample);
            transform(&*self.forward, &mut self.input, &mut self.scratch)
        };
        Spectra { mid: one(|s| s.mid), side: one(|s| s.side) }
    }

    /// Compares what was heard with what was sent.
    pub(super) fn compare(&self, sent: &Spectra, heard: &Spectra) -> Match {
        let of = |sent: &[Complex32], heard: &[Complex32], band: &Range<usize>| {
            Pair::of(&sent[band.clone()], &heard[band.clone()])
        };
        let all =
            self.bands.each_ref().map(|band| (of(&sent.mid, &heard.mid, band), of(&sent.side, &heard.side, band)));
        Match { likeness: likeness(&all), ..sides(&all) }
    }
}

/// Powers of the sent and the heard, and what they have in common.
#[derive(Clone, Copy)]
struct Pair {
    sent: f32,
    heard: f32,
    common: Complex32,
}

impl Pair {
    fn of(sent: &[Complex32], heard: &[Complex32]) -> Self {
        let power = |lines: &[Complex32]| lines.iter().map(Complex32::norm_sqr).sum();
        let common = sent.iter().zip(heard).map(|(sent, heard)| heard * sent.conj()).sum();
        Self { sent: power(sent), heard: power(heard), common }
    }

    fn coherence(&self) -> f32 {
        self.common.norm() / (self.sent * self.heard).sqrt().max(NOTHING)
    }
}

/// How much a band of this power counts beside the loudest one.
fn weight(power: f32, loudest: f32) -> f32 {
    if power > NOTHING.max(FAINT * loudest) { (power / loudest).powf(0.25) } else { 0.0 }
}

fn likeness(all: &[(Pair, Pair)]) -> f32 {
    let loudest = all.iter().map(|(mid, side)| mid.sent + side.sent).fold(0.0, f32::max);
    let (mut sum, mut of) = (0.0, 0.0);
    for (mid, side) in all {
        let both = mid.sent + side.sent;
        let by = |pair: &Pair| if pair.sent >= MINOR * both { pair.coherence() } else { 0.0 };
        let weight = weight(both, loudest);
        sum += weight * by(mid).max(by(side));
        of += weight;
    }
    if of > 0.0 { sum / of } else { 0.0 }
}

fn sides(all: &[(Pair, Pair)]) -> Match {
    let sum = |pick: &dyn Fn(&(Pair, Pair)) -> f32| all.iter().map(pick).sum::<f32>();
    let ratio_db = |side: f32, mid: f32| 10.0 * (side.max(NOTHING) / mid.max(NOTHING)).log10();
    let (mid, side) = (sum(&|(mid, _)| mid.sent), sum(&|(_, side)| side.sent));
    let gain = sum(&|(mid, _)| mid.common.norm()) / mid.max(NOTHING);
    // The phase of the middle is that of a delay by less than a sample: the side has it too.
    let along = |(mid, side): &(Pair, Pair)| (side.common * mid.common.conj()).re / mid.common.norm().max(NOTHING);
    let known = side > NOTHING && mid > MINOR * (mid + side) && gain > NOTHING;
    Match {
        likeness: 0.0,
        width: known.then(|| sum(&along) / side / gain),
        sent_side_db: ratio_db(side, mid),
        heard_side_db: ratio_db(sum(&|(_, side)| side.heard), sum(&|(mid, _)| mid.heard)),
    }
}

/// Searches a stretch of what was sent for a window that was heard.
pub(super) struct Search {
    forward: Arc<dyn RealToComplex<f32>>,
    back: Arc<dyn ComplexToReal<f32>>,
    window: Vec<f32>,
    bands: [Range<usize>; BANDS],
    scratch: Vec<Complex32>,
    length: usize,
}

impl Search {
    /// For windows of `window` samples in stretches of `length`.
    pub(super) fn new(window: usize, length: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        let (forward, back) = (planner.plan_fft_forward(length), planner.plan_fft_inverse(length));
        let scratch = vec![Complex32::default(); forward.get_scratch_len().max(back.get_scratch_len())];
        Self { forward, back, window: taper(window), bands: bands(length), scratch, length }
    }

    /// Where in `sent` (`length` samples) the window `heard` is most likely, best first.
    pub(super) fn find<'a>(
        &mut self,
        sent: &(impl Iterator<Item = &'a Folded> + Clone),
        heard: &(impl Iterator<Item = &'a Folded> + Clone),
    ) -> Vec<usize> {
        let mut scores = vec![0.0; self.length - self.window.len() + 1];
        for pick in [|s: &Folded| s.mid, |s: &Folded| s.side] {
            let mut sound: Vec<f32> = sent.clone().map(pick).collect();
            sound.resize(self.length, 0.0);
            let stretch = transform(&*self.forward, &mut sound, &mut self.scratch);
            sound.clear();
            sound.extend(heard.clone().zip(&self.window).map(|(sample, weight)| pick(sample) * weight));
            sound.resize(self.length, 0.0);
            let window = transform(&*self.forward, &mut sound, &mut self.scratch);
            let mut common = self.evened(&stretch, &window);
            // The lengths fit and both ends of the spectrum are real, so it cannot fail.
            let _ = self.back.process_with_scratch(&mut common, &mut sound, &mut self.scratch);
            scores.iter_mut().zip(&sound).for_each(|(score, value)| *score += value.abs());
        }
        peaks(scores)
    }

    /// What both have in common, every band as loud as the others but for its weight.
    fn evened(&self, stretch: &[Complex32], window: &[Complex32]) -> Vec<Complex32> {
        let power = |lines: &[Complex32]| lines.iter().map(Complex32::norm_sqr).sum::<f32>();
        let powers = self.bands.clone().map(|band| (power(&stretch[band.clone()]), power(&window[band])));
        let loudest = powers.iter().map(|(stretch, _)| *stretch).fold(0.0, f32::max);
        let mut common = vec![Complex32::default(); stretch.len()];
        for (band, (sent, heard)) in self.bands.iter().zip(powers) {
            let scale = weight(sent, loudest) / (sent * heard).sqrt().max(NOTHING);
            for line in band.clone() {
                common[line] = stretch[line] * window[line].conj() * scale;
            }
        }
        common
    }
}

/// The highest places of `scores`, apart from each other, highest first.
fn peaks(mut scores: Vec<f32>) -> Vec<usize> {
    let mut found = Vec::with_capacity(CANDIDATES);
    while found.len() < CANDIDATES {
        let best = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        let Some((at, _)) = best.filter(|(_, score)| **score > 0.0) else { break };
        found.push(at);
        let end = (at + APART).min(scores.len());
        scores[at.saturating_sub(APART)..end].fill(0.0);
    }
    found
}

/// Flat, with a cosine of a twentieth at each end: what is newest counts soon.
fn taper(length: usize) -> Vec<f32> {
    let edge = length / 20;
    (0..length)
        .map(|n| {
            let near = n.min(length - 1 - n) as f32 + 0.5;
            if near < edge as f32 { (near / edge as f32 * std::f32::consts::FRAC_PI_2).sin().powi(2) } else { 1.0 }
        })
        .collect()
}

/// The lines of each band in a spectrum of `length` samples.
fn bands(length: usize) -> [Range<usize>; BANDS] {
    let line = |hz: f32| (hz * length as f32 / RATE as f32).round() as usize;
    std::array::from_fn(|band| line(EDGES[band])..line(EDGES[band + 1]))
}

fn transform(fft: &dyn RealToComplex<f32>, sound: &mut [f32], scratch: &mut [Complex32]) -> Vec<Complex32> {
    let mut spectrum = fft.make_output_vec();
    // All lengths are the plan's own, so it cannot fail.
    let _ = fft.process_with_scratch(sound, &mut spectrum, scratch);
    spectrum
}
