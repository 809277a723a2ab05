//! The buses: all strips come together, the mix fader and the safety limiter follow.

use korero_dsp::dispatch::Level;
use korero_dsp::effect::{Effect, Format};
use korero_dsp::effects::limiter::{self, Limiter};
use korero_dsp::meter::Reading;
use korero_dsp::smooth::{GLIDE_CELLS, Glide};
use korero_dsp::{LaneBlock, Lanes};

use super::levels::MixLevel;
use super::rack::METER_FRAMES;
use crate::limits::{GRID_FRAMES, SAMPLE_RATE};

/// Lane of the level glide that belongs to the mix.
const MIX: usize = 0;
/// Lane of the level glide that belongs to the cue.
const CUE: usize = 1;

/// What the strips add up to at one frame before it is folded: each bank's lane 0 on lane 0, and so on, left and right.
#[derive(Clone, Copy)]
pub(super) struct Sums {
    pub(super) mix: [Lanes; 2],
    pub(super) cue: [Lanes; 2],
}

impl Sums {
    const SILENCE: Self = Self { mix: [Lanes::SILENCE; 2], cue: [Lanes::SILENCE; 2] };
}

/// One grid cell of sums.
pub(super) struct Buses {
    pub(super) frames: [Sums; GRID_FRAMES],
}

impl Buses {
    pub(super) fn new() -> Self {
        Self { frames: [Sums::SILENCE; GRID_FRAMES] }
    }

    pub(super) fn clear(&mut self, frames: usize) {
        self.frames[..frames].fill(Sums::SILENCE);
    }
}

/// The sum of all lanes, always in the same order.
fn fold(lanes: &Lanes) -> f32 {
    lanes.0.iter().sum()
}

/// The mix fader, the limiter, the cue level and their meters.
pub(super) struct Master {
    levels: Glide,
    limiter: Limiter,
    lanes: [Lanes; GRID_FRAMES],
    keys: [Lanes; GRID_FRAMES],
    mix: [f32; 2 * GRID_FRAMES],
    cue: [f32; 2 * GRID_FRAMES],
    reading: Reading,
    mean_square: [f32; 2],
    cue_peak: [f32; 2],
}

impl Master {
    pub(super) fn new() -> Self {
        let mut limiter = Limiter::new(Level::best());
        limiter.prepare(Format { rate: SAMPLE_RATE as f32 });
        Self {
            levels: Glide::new(0.0, GLIDE_CELLS),
            limiter,
            lanes: [Lanes::SILENCE; GRID_FRAMES],
            keys: [Lanes::SILENCE; GRID_FRAMES],
            mix: [0.0; 2 * GRID_FRAMES],
            cue: [0.0; 2 * GRID_FRAMES],
            reading: Reading::default(),
            mean_square: [0.0; 2],
            cue_peak: [0.0; 2],
        }
    }

    /// Frames by which the mix comes out later than it went in.
    pub(super) fn latency(&self) -> u64 {
        self.limiter.latency_frames() as u64
    }

    pub(super) fn set_levels(&mut self, mix: f32, cue: f32) {
        self.levels.set(MIX, mix);
        self.levels.set(CUE, cue);
    }

    pub(super) fn set_ceiling(&mut self, db: f32) {
        for side in 0..2 {
            self.limiter.set(side, limiter::CEILING, db);
        }
    }

    /// Everything arrives at once, as before the first frame.
    pub(super) fn settle(&mut self) {
        self.levels.settle();
        self.limiter.reset();
    }

    /// Runs `frames` frames from the index `start`.
    pub(super) fn process(&mut self, start: u64, frames: usize, buses: &Buses) {
        let mut block = LaneBlock::new(start, &mut self.lanes[..frames]);
        let levels = self.levels.ramp(&block);
        for (at, (frame, sums)) in block.frames_mut().iter_mut().zip(&buses.frames).enumerate() {
            let level = levels.at(at);
            *frame = Lanes::SILENCE;
            for side in 0..2 {
                frame.0[side] = fold(&sums.mix[side]) * level.0[MIX];
                let cue = fold(&sums.cue[side]) * level.0[CUE];
                self.cue[2 * at + side] = cue;
                self.cue_peak[side] = self.cue_peak[side].max(cue.abs());
            }
        }
        let keys = LaneBlock::new(start, &mut self.keys[..frames]);
        self.limiter.process(&mut block, &keys);
        self.reading.add(&Reading::of(&block));
        for (frame, out) in block.frames().iter().zip(self.mix.chunks_exact_mut(2)) {
            out.copy_from_slice(&frame.0[..2]);
        }
    }

    /// The mix of the last call of [`Master::process`], interleaved.
    pub(super) fn mix(&self, frames: usize) -> &[f32] {
        &self.mix[..2 * frames]
    }

    /// The cue of the last call of [`Master::process`], interleaved.
    pub(super) fn cue(&self, frames: usize) -> &[f32] {
        &self.cue[..2 * frames]
    }

    /// Meters of the mix and peaks of the cue since the last call.
    pub(super) fn take_levels(&mut self) -> (MixLevel, [f32; 2]) {
        let reading = std::mem::take(&mut self.reading);
        let weight = (reading.frames as f32 / METER_FRAMES).min(1.0);
        let mut reduction_db = 0.0_f32;
        for side in 0..2 {
            self.mean_square[side] += (reading.mean_square(side) - self.mean_square[side]) * weight;
            reduction_db = reduction_db.max(self.limiter.take_reduction_db(side));
        }
        let peak = [reading.peak.0[0], reading.peak.0[1]];
        let mix = MixLevel { peak, mean_square: self.mean_square, reduction_db };
        (mix, std::mem::take(&mut self.cue_peak))
    }
}
