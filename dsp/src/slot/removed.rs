//! What the effects of a slot take away, for whoever wants to hear that alone. While nobody does it costs nothing.

use crate::effect::Effect;
use crate::lanes::{GRID, LANES, LaneBlock, Lanes};
use crate::smooth::{GLIDE_CELLS, Glide, Ramp, eased};
use crate::sum::Part;

/// What is taken away from eight lanes, and how much of each is heard.
pub(super) struct Removed {
    /// How much of each lane goes to the left, and to the right.
    gains: [Glide; 2],
    sound: [Lanes; GRID],
    /// Whether any lane is heard, or is about to be.
    open: bool,
    /// Frames of the last block, if any lane was heard in it.
    heard: usize,
}

impl Removed {
    pub(super) fn new() -> Self {
        let gains = std::array::from_fn(|_| Glide::new(0.0, GLIDE_CELLS));
        Self { gains, sound: [Lanes::SILENCE; GRID], open: false, heard: 0 }
    }

    /// Lets a lane glide to these gains.
    pub(super) fn give(&mut self, lane: usize, gains: [f32; 2]) {
        self.gains.iter_mut().zip(gains).for_each(|(glide, gain)| glide.set(lane, gain));
        self.open = true;
    }

    /// Nothing of a lane is heard from now on.
    pub(super) fn clear_lane(&mut self, lane: usize) {
        for glide in &mut self.gains {
            glide.set(lane, 0.0);
            glide.settle_lane(lane);
        }
    }

    /// Lets all gains arrive.
    pub(super) fn settle(&mut self) {
        self.gains.iter_mut().for_each(Glide::settle);
    }

    /// Whether something of a lane is heard, or is about to be.
    pub(super) fn has(&self, lane: usize) -> bool {
        self.open && !self.gains.iter().all(|glide| glide.rests_at(lane, 0.0))
    }

    /// Begins a block with nothing taken away; says whether anybody hears it.
    pub(super) fn begin(&mut self, block: &LaneBlock<'_>) -> bool {
        self.heard = 0;
        if !self.open {
            return false;
        }
        let mut silent = true;
        for glide in &mut self.gains {
            silent &= glide.ramp(block).rests_at(0.0);
        }
        self.open = !silent || !self.gains.iter().all(Glide::is_still);
        if !silent {
            self.heard = block.len();
            self.sound[..self.heard].fill(Lanes::SILENCE);
        }
        !silent
    }

    /// Adds what an effect took away from the lanes that have it: what went in, as late as what came out, without that.
    pub(super) fn add(&mut self, effect: &dyn Effect, wet: &[Lanes], share: &Ramp) {
        let mut dry = [Lanes::SILENCE; GRID];
        if !effect.entered(&mut dry[..wet.len()]) {
            return;
        }
        for (at, ((sound, dry), wet)) in self.sound.iter_mut().zip(&dry).zip(wet).enumerate() {
            let share = share.at(at);
            for lane in 0..LANES {
                sound.0[lane] += (dry.0[lane] - wet.0[lane]) * eased(share.0[lane]);
            }
        }
    }

    /// What is heard of the last block.
    pub(super) fn part(&self) -> Option<Part<'_>> {
        let [left, right] = &self.gains;
        (self.heard > 0).then(|| Part { sound: &self.sound[..self.heard], gains: [left.now(), right.now()] })
    }
}
