//! Sound and nothing else: no files, no devices, no threads, no logging.
//!
//! Sound is held in lane blocks ([`lanes`]): eight mono channels beside each other, so that one instruction
//! works on eight strips. An [`effect::Effect`] processes such a block; [`effects::EFFECTS`] lists them all.
//!
//! Every kernel gives the same bits on every x86 level and for every way of cutting the sound into callbacks.

pub mod align;
pub mod bank;
pub mod denormals;
pub mod dispatch;
pub mod drift;
pub mod effect;
pub mod effects;
pub mod filter;
pub mod gather;
pub mod generator;
pub mod lanes;
mod lines;
pub mod loudness;
mod mask;
pub mod meter;
pub mod param;
mod presence;
pub mod resample;
pub mod ring;
pub mod slot;
pub mod smooth;
pub mod spectrum;
pub mod sum;
pub mod true_peak;
pub mod units;
mod wide;

/// Brings into memory what a callback would else wait for. Allocates: to be called on an audio thread before its first callback
/// that counts.
pub fn warm_up() {
    effects::denoise::warm_up();
}

pub use lanes::{GRID, LANES, LOUDEST, LaneBlock, Lanes};
