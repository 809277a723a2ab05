//! What a compressor or gate listens to: its own sound or the key's, through a high-pass and a low-pass.

use super::filter::{Filter, tuning, weights};
use crate::dispatch::frame_by_frame;
use crate::lanes::{GRID, LANES, LaneBlock, Lanes};
use crate::mask::{Mask, Switches};
use crate::smooth::{GLIDE_CELLS, Glide};

/// What each lane is set to listen to.
#[derive(Clone, Debug)]
pub(in crate::effects) struct Ear {
    keyed: Switches,
    high_pass: Pass,
    low_pass: Pass,
}

/// What the filters of the ear remember, and what they let through.
#[derive(Clone, Debug)]
pub(in crate::effects) struct Hearing {
    high_pass: Filter,
    low_pass: Filter,
    heard: [Lanes; GRID],
    /// Whether the filters may hold something.
    used: bool,
}

impl Ear {
    /// Hears the lane's own sound, all of it.
    pub(in crate::effects) fn new() -> Self {
        Self { keyed: Switches::default(), high_pass: Pass::new(), low_pass: Pass::new() }
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

    pub(in crate::effects) fn settle_lane(&mut self, lane: usize) {
        self.keyed.settle_lane(lane);
        self.high_pass.settle_lane(lane);
        self.low_pass.settle_lane(lane);
    }

    /// Lets the control work of the block happen; to be called once for each block, also while nobody listens.
    pub(in crate::effects) fn enter(&mut self, block: &LaneBlock<'_>) -> &Self {
        self.keyed.at_block(block.phase());
        self.high_pass.enter(block);
        self.low_pass.enter(block);
        self
    }

    /// Whether nothing moves or is about to move.
    pub(in crate::effects) fn is_still(&self) -> bool {
        self.high_pass.tuning.is_still() && self.low_pass.tuning.is_still()
    }

    /// Whether all lanes hear their own sound, all of it.
    fn is_plain(&self) -> bool {
        !(self.keyed.now().any() || self.high_pass.on.now().any() || self.low_pass.on.now().any())
    }
}

impl Hearing {
    pub(in crate::effects) fn new() -> Self {
        Self { high_pass: Filter::default(), low_pass: Filter::default(), heard: [Lanes::SILENCE; GRID], used: false }
    }

    /// What is heard in a block.
    #[inline(always)]
    pub(in crate::effects) fn listen<'a>(&'a mut self, own: &'a [Lanes], keys: &[Lanes], ear: &Ear) -> &'a [Lanes] {
        if ear.is_plain() {
            if self.used {
                self.keep(&Mask::default());
                self.used = false;
            }
            return own;
        }
        self.used = true;
        let heard = &mut self.heard[..own.len()];
        heard.copy_from_slice(own);
        if ear.keyed.now().any() {
            choose(keys, ear.keyed.now(), heard);
        }
        run::<true>(&mut self.high_pass, &ear.high_pass, heard);
        run::<false>(&mut self.low_pass, &ear.low_pass, heard);
        heard
    }

    /// Forgets what the lanes heard that are not `on`.
    #[inline(always)]
    pub(in crate::effects) fn keep(&mut self, on: &Mask) {
        if self.used {
            self.high_pass.keep(on);
            self.low_pass.keep(on);
        }
    }

    pub(in crate::effects) fn reset_lane(&mut self, lane: usize) {
        self.high_pass.reset_lane(lane);
        self.low_pass.reset_lane(lane);
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

/// One filter of the ear.
#[derive(Clone, Debug)]
struct Pass {
    on: Switches,
    // Nobody hears this filter, so its tuning moves in steps of a grid cell.
    tuning: Glide,
    weights: [Lanes; 3],
}

impl Pass {
    fn new() -> Self {
        Self { on: Switches::default(), tuning: Glide::new(0.0, GLIDE_CELLS), weights: weights(&Lanes::SILENCE) }
    }

    fn set(&mut self, lane: usize, freq: Option<f32>, rate: f32) {
        self.on.set(lane, freq.is_some());
        if let Some(freq) = freq {
            self.tuning.set(lane, tuning(freq, rate));
        }
    }

    fn settle_lane(&mut self, lane: usize) {
        self.on.settle_lane(lane);
        self.tuning.settle_lane(lane);
        let settled = weights(&Lanes::splat(self.tuning.target(lane)));
        for (weight, settled) in self.weights.iter_mut().zip(settled) {
            weight.0[lane] = settled.0[lane];
        }
    }

    fn enter(&mut self, block: &LaneBlock<'_>) {
        let moving = !self.tuning.is_still();
        let ramp = self.tuning.ramp(block);
        if moving && block.phase() == 0 {
            self.weights = weights(&ramp.at(0));
        }
        self.on.at_block(block.phase());
    }
}

#[inline(always)]
fn run<const HIGH: bool>(filter: &mut Filter, pass: &Pass, heard: &mut [Lanes]) {
    let on = *pass.on.now();
    if on.any() {
        let (mut now, weights) = (*filter, pass.weights);
        for frame in heard {
            frame_by_frame();
            let own = frame.clean();
            let parts = now.step(&own, &weights);
            let passed = if HIGH { parts.high } else { parts.low };
            for lane in 0..LANES {
                frame.0[lane] = on.pick(lane, passed.0[lane], own.0[lane]);
            }
        }
        *filter = now;
    }
    // A lane whose filter is off begins from silence when it is switched on, whatever the others do.
    filter.keep(&on);
}
