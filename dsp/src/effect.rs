//! What every effect is: per-lane state and parameters, the same box for inserts, returns and the master.

use crate::dispatch::Level;
use crate::lanes::{LANES, LaneBlock, Lanes};
use crate::param::{ParamId, ParamSpec};

/// What sound an effect is prepared for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Format {
    /// Frames in a second, Hz.
    pub rate: f32,
}

/// An effect on eight lanes at once. Lanes never touch each other unless the effect says how it links them.
pub trait Effect: Send {
    /// Makes ready for `format` and resets. May allocate; never called on the audio thread.
    fn prepare(&mut self, format: Format);

    /// Forgets the sound of one lane and lets its glides arrive, as when another strip takes the lane. Audio thread.
    fn reset_lane(&mut self, lane: usize);

    /// Forgets all sound and lets every glide arrive. Audio thread.
    fn reset(&mut self) {
        for lane in 0..LANES {
            self.reset_lane(lane);
        }
    }

    /// Sets a parameter of one lane, in the unit of its [`ParamSpec`]; the value is clamped and glides there
    /// without a click from the next multiple of [`crate::GRID`] on. Audio thread.
    fn set(&mut self, lane: usize, param: ParamId, value: f32);

    /// Processes one block in place. `keys` holds the same frames of the side-chain keys. Audio thread:
    /// never allocates, locks, waits or panics.
    fn process(&mut self, block: &mut LaneBlock<'_>, keys: &LaneBlock<'_>);

    /// Whether [`Effect::process`] would change nothing, neither the sound nor the effect, until something is set: then it
    /// need not be called. Audio thread.
    fn rests(&self) -> bool {
        false
    }

    /// Where in the 480 frames of a hop a lane does work that comes in bursts, so that many lanes never do it at once.
    /// Effects that work evenly pass over it. Audio thread.
    fn set_phase(&mut self, _lane: usize, _phase: usize) {}

    /// By how many frames the sound comes out later; constant after [`Effect::prepare`].
    fn latency_frames(&self) -> usize {
        0
    }

    /// Writes what went in as late as what the last call of [`Effect::process`] gave: without that it is what was taken away.
    /// For an effect whose [`Kind::gives_removed`](crate::slot::Kind::gives_removed) says so, and no more frames than that
    /// call had; others write nothing. Says whether it wrote. Audio thread.
    fn entered(&self, _out: &mut [Lanes]) -> bool {
        false
    }

    /// The deepest gain reduction of a lane since the last call, in dB ≥ 0, for the meter. Audio thread.
    fn take_reduction_db(&mut self, _lane: usize) -> f32 {
        0.0
    }
}

/// One line of the registry.
#[derive(Clone, Copy, Debug)]
pub struct EffectSpec {
    /// Lower-case word; part of addresses and files, so never renamed.
    pub id: &'static str,
    /// Its parameters; a [`ParamId`] is an index into this list. An effect with a switch `on` starts off, and off it is a
    /// pure delay of its latency, to the bit.
    pub params: &'static [ParamSpec],
    /// Whether lanes 0 and 1, 2 and 3, … are always the two sides of one sound. Other effects link a pair only while
    /// the switch `link` is on, and never touch any other lane.
    pub pairs: bool,
    /// Makes one for eight lanes with the kernels of that level; still to be prepared. Not for the audio thread.
    pub build_at: fn(Level) -> Box<dyn Effect>,
}

impl EffectSpec {
    /// Makes one for eight lanes with the best kernels of this processor; still to be prepared. Not for the
    /// audio thread.
    #[must_use]
    pub fn build(&self) -> Box<dyn Effect> {
        (self.build_at)(Level::best())
    }

    /// The parameter of that name.
    #[must_use]
    pub fn param(&self, id: &str) -> Option<ParamId> {
        self.params.iter().position(|param| param.id == id).map(|at| ParamId(at as u8))
    }
}
