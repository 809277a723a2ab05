//! The server from outside: real HTTP, real WebRTC, everything on loopback.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod archive;
mod check;
mod client;
mod conformance;
mod http;
mod masters;
mod performances;
mod program;
mod sound;
mod spec;
mod tcp;
mod tus;
