//! Sound on its way out of a master: cut, faded, brought to its level, limited, rounded to 24 bits.

use std::f32::consts::FRAC_PI_2;
use std::ops::Range;

use korero_dsp::dispatch::Level;
use korero_dsp::effect::{Effect as _, Format};
use korero_dsp::effects::limiter::{CEILING, LOOK_AHEAD, Limiter};
use korero_dsp::loudness::LoudnessMeter;
use korero_dsp::units::db_to_gain;
use korero_dsp::{GRID, LaneBlock, Lanes};

use super::super::sound::Sound;
use super::{Halt, Reading};
use crate::limits::{EXPORT_FRAMES, SAMPLE_RATE};
use crate::record::wav::{FULL_SCALE, quantise};

/// What of a master is played.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Passage {
    /// Its first frame, counted from the first one of the master.
    pub(super) first: u64,
    pub(super) frames: u64,
    pub(super) channels: Range<u16>,
    /// Frames of the fades; each is at most the whole passage.
    pub(super) fade_in: u64,
    pub(super) fade_out: u64,
}

impl Passage {
    pub(super) fn width(&self) -> usize {
        usize::from(self.channels.end - self.channels.start)
    }
}

/// How its level is changed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Treatment {
    /// dB.
    pub(super) gain_db: f32,
    /// What no true peak passes, dBTP; for one or two channels. `None` changes nothing and cuts what passes full scale.
    pub(super) ceiling_db: Option<f32>,
}

/// Who hears what is played: samples of 24 bits, interleaved, and the share of the passage that is over with them.
pub(super) type Listener<'l> = dyn FnMut(&[f32], f32) -> Result<(), Halt> + 'l;

/// Plays a passage.
pub(super) fn play(
    master: &mut Sound,
    passage: &Passage,
    treatment: Treatment,
    each: &mut Listener<'_>,
) -> Result<(), Halt> {
    let width = passage.width();
    let gain = db_to_gain(treatment.gain_db);
    let mut limiter = treatment.ceiling_db.map(|ceiling| Ceiling::new(width, ceiling));
    let (mut done, mut block) = (0, Vec::new());
    while done < passage.frames {
        let frames = usize::try_from(passage.frames - done).unwrap_or(EXPORT_FRAMES).min(EXPORT_FRAMES);
        master.read(passage.first + done, frames, &passage.channels, &mut block)?;
        fade(passage, done, width, &mut block);
        if treatment.gain_db != 0.0 {
            block.iter_mut().for_each(|sample| *sample *= gain);
        }
        done += frames as u64;
        if let Some(limiter) = &mut limiter {
            limiter.run(&mut block);
            if done == passage.frames {
                limiter.end(&mut block);
            }
        }
        block.iter_mut().for_each(|sample| *sample = quantise(*sample) as f32 / FULL_SCALE);
        each(&block, (done as f64 / passage.frames as f64) as f32)?;
    }
    Ok(())
}

/// Fades the frames of a block that begins at frame `at` of the passage; what lies in no fade keeps its bits.
fn fade(passage: &Passage, at: u64, width: usize, block: &mut [f32]) {
    let gain = |since: u64, length: u64| if since < length { curve(since, length) } else { 1.0 };
    let end = at + (block.len() / width) as u64;
    if at >= passage.fade_in && end <= passage.frames - passage.fade_out {
        return;
    }
    for (frame, samples) in (at..).zip(block.chunks_exact_mut(width)) {
        let both = gain(frame, passage.fade_in) * gain(passage.frames - 1 - frame, passage.fade_out);
        if both != 1.0 {
            samples.iter_mut().for_each(|sample| *sample *= both);
        }
    }
}

/// Equal power: the first quarter of a sine, from nothing at the outermost frame.
fn curve(since: u64, length: u64) -> f32 {
    (FRAC_PI_2 * (since as f64 / length as f64) as f32).sin()
}

/// The true-peak limiter over one or two channels, without its latency.
struct Ceiling {
    limiter: Limiter,
    width: usize,
    /// Frames that went in.
    at: u64,
    /// Frames that still come out before the first of the sound.
    early: usize,
    out: Vec<f32>,
}

impl Ceiling {
    fn new(width: usize, ceiling_db: f32) -> Self {
        let mut limiter = Limiter::new(Level::best());
        limiter.prepare(Format { rate: SAMPLE_RATE as f32 });
        (0..2).for_each(|lane| limiter.set(lane, CEILING, ceiling_db));
        limiter.reset();
        Self { limiter, width, at: 0, early: LOOK_AHEAD, out: Vec::new() }
    }

    /// Takes a block and puts what came out in its place: at first less, then as much.
    fn run(&mut self, block: &mut Vec<f32>) {
        self.out.clear();
        self.feed(block);
        std::mem::swap(block, &mut self.out);
    }

    /// Adds what is still on its way.
    fn end(&mut self, block: &mut Vec<f32>) {
        self.out.clear();
        self.feed(&[0.0; 2 * LOOK_AHEAD][..self.width * LOOK_AHEAD]);
        block.append(&mut self.out);
    }

    fn feed(&mut self, mut samples: &[f32]) {
        let (mut frames, mut silence) = ([Lanes::SILENCE; GRID], [Lanes::SILENCE; GRID]);
        while !samples.is_empty() {
            let room = GRID - (self.at % GRID as u64) as usize;
            let length = room.min(samples.len() / self.width);
            let (now, later) = samples.split_at(length * self.width);
            for (frame, sample) in frames.iter_mut().zip(now.chunks_exact(self.width)) {
                // One channel is limited as two of the same.
                (frame.0[0], frame.0[1]) = (sample[0], sample[self.width - 1]);
            }
            let mut block = LaneBlock::new(self.at, &mut frames[..length]);
            self.limiter.process(&mut block, &LaneBlock::new(self.at, &mut silence[..length]));
            let skipped = self.early.min(length);
            self.early -= skipped;
            for frame in &frames[skipped..length] {
                self.out.extend_from_slice(&frame.0[..self.width]);
            }
            self.at += length as u64;
            samples = later;
        }
    }
}

/// Measures what is played, of one or two channels.
pub(super) struct Ear {
    meter: LoudnessMeter,
    width: usize,
}

impl Ear {
    /// `None` for more channels, which have no loudness together.
    pub(super) fn new(width: usize) -> Option<Self> {
        Some(Self { meter: LoudnessMeter::for_a_file(width).ok()?, width })
    }

    pub(super) fn hear(&mut self, samples: &[f32]) {
        self.meter.feed(samples);
    }

    /// What was heard.
    pub(super) fn reading(mut self) -> Reading {
        let lufs = self.meter.look().integrated;
        // What is left of a step, and what is still in the filter of the true peak.
        self.meter.feed(&vec![0.0; self.width * SAMPLE_RATE as usize / 50]);
        let peaks = self.meter.look().true_peak_max;
        Reading { lufs, true_peak_db: peaks.into_iter().fold(f32::NEG_INFINITY, f32::max) }
    }
}
