//! What a compressor or gate listens to: its own sound or the key's, through a high-pass and a low-pass.

use super::filter::{Filter, tuning, weights};
use crate::dispatch::frame_by_frame;
use crate::lanes::{GRID, LANES, LaneBlock, Lanes};
use crate::mask::{Mask, Switches};
use crate::smooth::{GLIDE_CELLS, Glide};

/// The listening side of each lane.
#[derive(Clone, Debug)]
pub(in crate::effects) struct Ear {
    keyed: Switches,
    high_pass: Pass,
    low_pass: Pass,
    heard: [Lanes; GRID],
}

impl Ear {
    /// Hears the lane's own sound, all of it.
    pub(in crate::effects) fn new() -> Self {
        Self {
            keyed: Switches::default(),
            high_pass: Pass::new(),
            low_pass: Pass::new(),
            heard: [Lanes::SILENCE; GRID],
        }
    }

    pub(in crate::effects) fn set_keyed(&mut self, lane: usize, keyed: bool) {
        self.keyed.set(lane, keyed);
    }

    /// Hears nothing below `freq`, when there is one.
    pub(in crate::effects) fn set_high_pass(&mut self, lane: usize, freq: Option<f32>, rate: f32) {
        self.high_pass.set(lane, freq, rate);
    }

    /// Hears nothing above `freq`, when there is one.
    pub(in crate::effects) fn set_low_pass(&mut self, lane: usize, freq: Option<f32>, rate: f32) {
        self.low_pass.set(lane, freq, rate);
    }

    pub(in crate::effects) fn reset_lane(&mut self, lane: usize) {
        self.keyed.settle_lane(lane);
        self.high_pass.reset_lane(lane);
        self.low_pass.reset_lane(lane);
    }

    /// Lets the control work of the block happen; to be called once for each block, also while nobody listens.
    pub(in crate::effects) fn enter(&mut self, block: &LaneBlock<'_>) -> Hearing {
        Hearing {
            keyed: self.keyed.at_block(block.phase()),
            high_pass: self.high_pass.enter(block),
            low_pass: self.low_pass.enter(block),
        }
    }

    /// What is heard in a block.
    #[inline(always)]
    pub(in crate::effects) fn listen<'a>(&'a mut self, own: &'a [Lanes], keys: &[Lanes], how: &Hearing) -> &'a [Lanes] {
        if how.is_plain() {
            self.keep(&Mask::default());
            return own;
        }
        let heard = &mut self.heard[..own.len()];
        heard.copy_from_slice(own);
        if how.keyed.any() {
            choose(keys, &how.keyed, heard);
        }
        self.high_pass.run::<true>(&how.high_pass, heard);
        self.low_pass.run::<false>(&how.low_pass, heard);
        heard
    }

    /// Forgets what the lanes heard that are not `on`.
    #[inline(always)]
    pub(in crate::effects) fn keep(&mut self, on: &Mask) {
        self.high_pass.filter.keep(on);
        self.low_pass.filter.keep(on);
    }
}

/// Puts the keys in the place of the own sound.
#[inline(always)]
fn choose(keys: &[Lanes], keyed: &Mask, heard: &mut [Lanes]) {
    for (frame, key) in heard.iter_mut().zip(keys) {
        frame_by_frame();
        let (own, key) = (*frame, *key);
        for lane in 0..LANES {
            frame.0[lane] = keyed.pick(lane, key.0[lane], own.0[lane]);
        }
    }
}

/// How a block is heard.
#[derive(Clone, Copy, Debug)]
pub(in crate::effects) struct Hearing {
    keyed: Mask,
    high_pass: Mask,
    low_pass: Mask,
}

impl Hearing {
    /// Whether all lanes hear their own sound, all of it.
    fn is_plain(&self) -> bool {
        !(self.keyed.any() || self.high_pass.any() || self.low_pass.any())
    }
}

/// One filter of the ear.
#[derive(Clone, Debug)]
struct Pass {
    on: Switches,
    // Nobody hears this filter, so its tuning moves in steps of a grid cell.
    tuning: Glide,
    weights: [Lanes; 3],
    filter: Filter,
}

impl Pass {
    fn new() -> Self {
        Self {
            on: Switches::default(),
            tuning: Glide::new(0.0, GLIDE_CELLS),
            weights: weights(&Lanes::SILENCE),
            filter: Filter::default(),
        }
    }

    fn set(&mut self, lane: usize, freq: Option<f32>, rate: f32) {
        self.on.set(lane, freq.is_some());
        if let Some(freq) = freq {
            self.tuning.set(lane, tuning(freq, rate));
        }
    }

    fn reset_lane(&mut self, lane: usize) {
        self.on.settle_lane(lane);
        self.tuning.settle_lane(lane);
        let settled = weights(&Lanes::splat(self.tuning.target(lane)));
        for (weight, settled) in self.weights.iter_mut().zip(settled) {
            weight.0[lane] = settled.0[lane];
        }
        self.filter.reset_lane(lane);
    }

    fn enter(&mut self, block: &LaneBlock<'_>) -> Mask {
        let moving = !self.tuning.is_still();
        let ramp = self.tuning.ramp(block);
        if moving && block.phase() == 0 {
            self.weights = weights(&ramp.at(0));
        }
        self.on.at_block(block.phase())
    }
    #[inline(always)]
    fn run<const HIGH: bool>(&mut self, on: &Mask, heard: &mut [Lanes]) {
        if on.any() {
            let (mut filter, weights, on) = (self.filter, self.weights, *on);
            for frame in heard {
                frame_by_frame();
                let own = frame.clean();
                let parts = filter.step(&own, &weights);
                let passed = if HIGH { parts.high } else { parts.low };
                for lane in 0..LANES {
                    frame.0[lane] = on.pick(lane, passed.0[lane], own.0[lane]);
                }
            }
            self.filter = filter;
        }
        // A lane whose filter is off begins from silence when it is switched on, whatever the others do.
        self.filter.keep(on);
    }
}
