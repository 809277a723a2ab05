//! The end of the desk: the mix through its chain, its fader and the limiter; the cues through their levels.

use korero_dsp::align::Align;
use korero_dsp::bank::{Bank, LONGEST, Place};
use korero_dsp::dispatch::Level;
use korero_dsp::effect::{Effect, Format};
use korero_dsp::effects::limiter::Limiter;
use korero_dsp::meter::Reading;
use korero_dsp::param::ParamId;
use korero_dsp::smooth::{GLIDE_CELLS, Glide, Ramp};
use korero_dsp::sum::Part;
use korero_dsp::{LANES, LaneBlock, Lanes};

use super::folded::{Folded, Sum};
use super::levels::{METERED, MixLevel, SLOTS, Throughs};
use super::rack::METER_FRAMES;
use crate::limits::{CUES, GRID_FRAMES, SAMPLE_RATE};

const _: () = assert!(2 * CUES == LANES, "the sides of all headphone mixes are the lanes of one block");

/// The mix bus and the headphone mixes.
pub(super) struct Master {
    bank: Bank,
    /// Holds back what strips send straight to the mix while groups or returns take their time.
    direct: Align,
    level: Glide,
    cue_levels: Glide,
    limiter: Limiter,
    lanes: [Lanes; GRID_FRAMES],
    keys: [Lanes; GRID_FRAMES],
    early: [Lanes; GRID_FRAMES],
    mix: [f32; 2 * GRID_FRAMES],
    cues: [[f32; 2 * GRID_FRAMES]; CUES],
    reading: Reading,
    mean_square: [f32; 2],
    cue_peak: [f32; 2 * CUES],
    /// Whether anything stands in `cues`.
    cues_heard: bool,
}

impl Master {
    pub(super) fn new() -> Self {
        let format = Format { rate: SAMPLE_RATE as f32 };
        let mut limiter = Limiter::new(Level::best());
        limiter.prepare(format);
        Self {
            bank: Bank::new(format),
            direct: Align::new(LONGEST),
            level: Glide::new(0.0, GLIDE_CELLS),
            cue_levels: Glide::new(0.0, GLIDE_CELLS),
            limiter,
            lanes: [Lanes::SILENCE; GRID_FRAMES],
            keys: [Lanes::SILENCE; GRID_FRAMES],
            early: [Lanes::SILENCE; GRID_FRAMES],
            mix: [0.0; 2 * GRID_FRAMES],
            cues: [[0.0; 2 * GRID_FRAMES]; CUES],
            reading: Reading::default(),
            mean_square: [0.0; 2],
            cue_peak: [0.0; 2 * CUES],
            cues_heard: false,
        }
    }

    /// Frames by which the limiter makes the mix later.
    pub(super) fn limiter_latency(&self) -> u64 {
        self.limiter.latency_frames() as u64
    }

    pub(super) fn bank(&mut self) -> &mut Bank {
        &mut self.bank
    }

    pub(super) fn set_level(&mut self, gain: f32) {
        (0..2).for_each(|side| self.level.set(side, gain));
    }

    pub(super) fn set_cue_level(&mut self, cue: usize, gain: f32) {
        (0..2).for_each(|side| self.cue_levels.set(2 * cue + side, gain));
    }

    pub(super) fn turn_limiter(&mut self, param: ParamId, value: f32) {
        (0..2).for_each(|side| self.limiter.set(side, param, value));
    }

    /// Holds back the direct way to the mix.
    pub(super) fn hold_direct(&mut self, frames: usize) {
        (0..2).for_each(|side| self.direct.set(side, frames));
    }

    /// Everything arrives at once, as before the first frame.
    pub(super) fn settle(&mut self) {
        self.bank.settle();
        self.direct.settle();
        self.level.settle();
        self.cue_levels.settle();
        self.limiter.reset();
    }

    /// Runs one cell of the mix from the index `start`: what strips send straight there, and what groups and returns do.
    pub(super) fn process(&mut self, start: u64, frames: usize, folded: &mut Folded) {
        let lanes = &mut self.lanes[..frames];
        match folded.direct.heard(frames) {
            Some(direct) => lanes.copy_from_slice(direct),
            None => lanes.fill(Lanes::SILENCE),
        }
        self.direct.process(&mut LaneBlock::new(start, lanes));
        if let Some(buses) = folded.buses.heard(frames) {
            for (frame, bus) in lanes.iter_mut().zip(buses) {
                (0..LANES).for_each(|lane| frame.0[lane] += bus.0[lane]);
            }
        }
        let (mut block, keys) = (LaneBlock::new(start, lanes), LaneBlock::new(start, &mut self.keys[..frames]));
        self.bank.trim(&mut block);
        self.bank.process(&mut block, &keys, &mut self.early[..frames]);
        let level = self.level.ramp(&block);
        if !level.rests_at(1.0) {
            for (at, frame) in block.frames_mut().iter_mut().enumerate() {
                let level = level.at(at);
                (0..LANES).for_each(|lane| frame.0[lane] *= level.0[lane]);
            }
        }
        self.limiter.process(&mut block, &keys);
        self.reading.add(&Reading::of(&block));
        for (frame, out) in block.frames().iter().zip(self.mix.chunks_exact_mut(2)) {
            out.copy_from_slice(&frame.0[..2]);
        }
    }

    /// What was taken away from the mix in the last call of [`Master::process`], as far as it is listened to.
    pub(super) fn removed(&self) -> impl Iterator<Item = Part<'_>> {
        self.bank.removed()
    }

    /// The same cell of the headphone mixes.
    pub(super) fn play_cues(&mut self, start: u64, frames: usize, cues: &Sum) {
        let levels = self.cue_levels.ramp(&LaneBlock::new(start, &mut self.lanes[..frames]));
        match cues.heard(frames) {
            Some(cues) => hear(cues, levels, &mut self.cues, &mut self.cue_peak),
            None if self.cues_heard => self.cues.iter_mut().for_each(|cue| cue.fill(0.0)),
            None => {}
        }
        self.cues_heard = cues.heard(frames).is_some();
    }

    /// The mix of the last call of [`Master::process`], interleaved.
    pub(super) fn mix(&self, frames: usize) -> &[f32] {
        &self.mix[..2 * frames]
    }

    /// A headphone mix of the last call of [`Master::play_cues`], interleaved.
    pub(super) fn cue(&self, cue: usize, frames: usize) -> &[f32] {
        &self.cues[cue][..2 * frames]
    }

    /// Meters of the mix and peaks of the cues since the last call.
    pub(super) fn take_levels(&mut self) -> (MixLevel, [f32; 2 * CUES]) {
        let reading = std::mem::take(&mut self.reading);
        let weight = (reading.frames as f32 / METER_FRAMES).min(1.0);
        let mut reduction_db = 0.0_f32;
        let mut stages_db = [0.0_f32; METERED.len()];
        let mut slots_db = [0.0_f32; SLOTS];
        let mut through = Throughs::default();
        for side in 0..2 {
            self.mean_square[side] += (reading.mean_square(side) - self.mean_square[side]) * weight;
            reduction_db = reduction_db.max(self.limiter.take_reduction_db(side));
            for (deepest, stage) in stages_db.iter_mut().zip(METERED) {
                *deepest = deepest.max(self.bank.take_reduction_db(side, stage));
            }
            for (deepest, place) in slots_db.iter_mut().zip(Place::ALL) {
                *deepest = deepest.max(self.bank.take_slot_reduction_db(side, place));
            }
            let (stages, slots) = (self.bank.take_through(side), self.bank.take_slots_through(side));
            through = through.or(Throughs { stages, slots });
        }
        let peak = [reading.peak.0[0], reading.peak.0[1]];
        let mix = MixLevel { peak, mean_square: self.mean_square, reduction_db, stages_db, slots_db, through };
        (mix, std::mem::take(&mut self.cue_peak))
    }
}

/// Plays the headphone mixes, left and right beside each other, at their levels.
fn hear(heard: &[Lanes], levels: &Ramp, cues: &mut [[f32; 2 * GRID_FRAMES]; CUES], peaks: &mut [f32; 2 * CUES]) {
    let mut peak = Lanes(*peaks);
    for (at, frame) in heard.iter().enumerate() {
        let (mut heard, level) = (*frame, levels.at(at));
        for lane in 0..LANES {
            heard.0[lane] *= level.0[lane];
            peak.0[lane] = peak.0[lane].max(heard.0[lane].abs());
        }
        for (cue, sides) in cues.iter_mut().zip(heard.0.as_chunks::<2>().0) {
            cue[2 * at..2 * at + 2].copy_from_slice(sides);
        }
    }
    *peaks = peak.0;
}
