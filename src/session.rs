//! The on-air and recording state machine: decisions only, time is an argument.

pub mod command;
pub mod snapshot;
