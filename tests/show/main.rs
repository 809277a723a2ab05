//! The whole product: the app, the server and a real browser, as a person would run them.
//!
//! Each test has a short form, which `cargo xtask test` runs, and with `KORERO_PROVE=1` the length that the issue asks
//! for. Figures are printed as `figure NAME = VALUE`.

#[cfg(target_os = "linux")]
mod hand;
mod harness;
mod port;
#[cfg(target_os = "linux")]
mod reader;
mod screen;

mod again;
mod blocked;
mod check;
mod destinations;
mod ear;
mod evening;
#[cfg(target_os = "linux")]
mod eyes;
mod hands;
mod heard;
mod hostile;
mod icecast;
mod link;
mod many;
mod narrow;
mod network;
#[cfg(target_os = "linux")]
mod newcomer;
mod nights;
mod path;
mod peers;
mod pictures;
#[cfg(target_os = "linux")]
mod renderers;
mod secret;
mod started;
mod steady;
mod takes;
#[cfg(target_os = "linux")]
mod thrift;
mod upload;
#[cfg(target_os = "linux")]
#[path = "../virtual_scarlett/mod.rs"]
#[expect(dead_code, reason = "its faults are for the tests of capture")]
mod virtual_scarlett;
#[cfg(target_os = "linux")]
mod whole_night;
mod wrong;
