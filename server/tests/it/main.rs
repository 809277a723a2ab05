//! The server from outside: real HTTP, real WebRTC, everything on loopback.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod client;
mod http;
mod performances;
mod program;
mod sound;
mod spec;
