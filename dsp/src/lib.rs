//! Sound and nothing else: no files, no devices, no threads, no logging.
//!
//! Sound is held in lane blocks ([`lanes`]): eight mono channels beside each other, so that one instruction
//! works on eight strips. An [`effect::Effect`] processes such a block; [`effects::EFFECTS`] lists them all.

pub mod effect;
pub mod lanes;
pub mod param;

pub use lanes::{GRID, LANES, LaneBlock, Lanes};
