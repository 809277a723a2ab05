//! Takes out of the house: every bit of a song where it belongs, copies of the right loudness, nothing half-made.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]
#![expect(clippy::print_stdout, reason = "the prover reads the figures")]

#[path = "export/files.rs"]
mod files;
#[path = "export/laws.rs"]
mod laws;
#[path = "export/levels.rs"]
mod levels;
#[path = "export/lossless.rs"]
mod lossless;
#[path = "export/takes.rs"]
mod takes;
#[expect(dead_code, reason = "the limiter is in the app here")]
#[path = "../dsp/tests/measure/true_peak.rs"]
mod true_peak;
#[path = "export/words.rs"]
mod words;
