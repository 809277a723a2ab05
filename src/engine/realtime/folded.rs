//! What all banks add up to in one cell, folded.

use korero_dsp::smooth::Glide;
use korero_dsp::{LaneBlock, Lanes};

use crate::limits::{GRID_FRAMES, RETURNS, SENDS};

/// What buses add up to in one cell.
pub(super) struct Folded {
    /// What strips send straight to the mix.
    pub(super) direct: [Lanes; GRID_FRAMES],
    /// What groups and returns send there.
    pub(super) buses: [Lanes; GRID_FRAMES],
    pub(super) cues: [Lanes; GRID_FRAMES],
    pub(super) sends: [Lanes; GRID_FRAMES],
    /// What a rack of buses is fed with.
    pub(super) fed: [Lanes; GRID_FRAMES],
}

impl Default for Folded {
    fn default() -> Self {
        let silence = [Lanes::SILENCE; GRID_FRAMES];
        Self { direct: silence, buses: silence, cues: silence, sends: silence, fed: silence }
    }
}

/// Each side of a return hears the same side of the sends that feed it; beside the sends, whether anything was sent.
pub(super) fn feed_returns(
    start: u64,
    feeds: &mut [Glide; SENDS],
    (sends, sent): (&mut [Lanes], bool),
    fed: &mut [Lanes],
) {
    fed.fill(Lanes::SILENCE);
    for (send, feed) in feeds.iter_mut().enumerate() {
        let ramp = feed.ramp(&LaneBlock::new(start, sends));
        if !sent || ramp.rests_at(0.0) {
            continue;
        }
        for (at, (into, from)) in fed.iter_mut().zip(&*sends).enumerate() {
            let gain = ramp.at(at);
            (0..2 * RETURNS).for_each(|lane| into.0[lane] += from.0[2 * send + lane % 2] * gain.0[lane]);
        }
    }
}
