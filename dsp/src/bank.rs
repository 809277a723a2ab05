//! A bank: eight lanes of strips through the same fixed chain of stages at once.

use crate::effect::{Effect, Format};
use crate::effects;
use crate::lanes::{GRID, LaneBlock, Lanes};
use crate::meter::Reading;
use crate::param::{ParamId, ParamSpec};

/// A place in the chain of every strip, in the order of the sound.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Stage {
    /// [`effects::trim`].
    Trim,
    /// [`effects::highpass`].
    Highpass,
}

impl Stage {
    /// All stages, in the order of the sound.
    pub const ALL: [Self; 2] = [Self::Trim, Self::Highpass];

    /// What can be set at this stage.
    #[must_use]
    pub fn params(self) -> &'static [ParamSpec] {
        match self {
            Self::Trim => &effects::trim::PARAMS,
            Self::Highpass => &effects::highpass::PARAMS,
        }
    }
}

/// Eight lanes of strips.
#[derive(Debug)]
pub struct Bank {
    trim: effects::trim::Trim,
    highpass: effects::highpass::Highpass,
    // No stage of this chain listens to a side-chain key: all keys are silent.
    silence: [Lanes; GRID],
}

impl Bank {
    /// All lanes at rest. May allocate: not for the audio thread.
    #[must_use]
    pub fn new(format: Format) -> Self {
        let level = crate::dispatch::Level::best();
        let mut bank = Self {
            trim: effects::trim::Trim::new(level),
            highpass: effects::highpass::Highpass::new(level),
            silence: [Lanes::SILENCE; GRID],
        };
        for stage in Stage::ALL {
            bank.effect(stage).prepare(format);
        }
        bank
    }

    /// Sets a parameter of one lane, clamped; it glides there from the next grid frame on. Audio thread.
    pub fn set(&mut self, lane: usize, stage: Stage, param: ParamId, value: f32) {
        self.effect(stage).set(lane, param, value);
    }

    /// Makes `lane` as new: parameters at rest, no glide under way, no sound left. Audio thread.
    pub fn clear_lane(&mut self, lane: usize) {
        for stage in Stage::ALL {
            for (at, param) in stage.params().iter().enumerate() {
                self.set(lane, stage, ParamId(at as u8), param.default);
            }
            self.effect(stage).reset_lane(lane);
        }
    }

    /// Lets all glides arrive and forgets all sound, as before the first frame of a show. Audio thread.
    pub fn settle(&mut self) {
        for stage in Stage::ALL {
            self.effect(stage).reset();
        }
    }

    /// Runs the chain over `block` in place and reads the meters after the trim. Audio thread.
    pub fn process(&mut self, block: &mut LaneBlock<'_>) -> Reading {
        let keys = LaneBlock::new(block.start(), &mut self.silence[..block.len()]);
        self.trim.process(block, &keys);
        let after_trim = Reading::of(block);
        self.highpass.process(block, &keys);
        after_trim
    }

    fn effect(&mut self, stage: Stage) -> &mut dyn Effect {
        match stage {
            Stage::Trim => &mut self.trim,
            Stage::Highpass => &mut self.highpass,
        }
    }
}
