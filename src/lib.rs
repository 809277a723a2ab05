//! The desktop app: from a sound interface to listeners, with the master on the local disk.
//!
//! `ARCHITECTURE.md` is the map. Meaning (plain data and decisions) is [`desk`], [`destination`], [`show`], [`looks`], [`recording`], [`session`],
//! [`models`], [`timeline`], [`fault`] and [`limits`]; realtime is [`engine`]; the edges are [`audio`], [`codec`], [`rtc`], [`publish`], [`record`],
//! [`night`], [`network`], [`surface`] and [`station`]; [`stage`] wires them and [`ui`] shows them.

pub mod assistant;
pub mod audio;
pub mod check;
pub mod cli;
pub mod codec;
pub mod desk;
pub mod destination;
pub mod ear;
pub mod engine;
pub mod fault;
pub mod keys;
pub mod limits;
pub mod looks;
pub mod metering;
pub mod models;
pub mod network;
pub mod night;
pub mod priority;
pub mod publish;
pub mod record;
pub mod recording;
pub mod render;
pub mod rtc;
pub mod secret;
pub mod session;
pub mod settings;
pub mod show;
pub mod stage;
pub mod station;
pub mod surface;
pub mod takes;
pub mod timeline;
pub mod ui;

// Tests of the library and of the whole app share files that name it from outside.
#[cfg(test)]
extern crate self as korero;
#[cfg(test)]
#[path = "../tests/engine_sound/mod.rs"]
mod engine_sound;
#[cfg(test)]
#[path = "../tests/random_desk/mod.rs"]
mod random_desk;
