//! The server from outside: real HTTP, real WebRTC, everything on loopback.

mod client;
mod http;
mod performances;
mod sound;
mod spec;
