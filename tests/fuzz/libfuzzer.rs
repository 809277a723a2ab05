//! Searches for bytes that break a reader: `KORERO_FUZZ=header|journal`, with what libFuzzer itself takes as arguments.
//! Run by `cargo xtask prove 4.6`, which builds the app with the places in it that libFuzzer watches (`instrument.sh`).

#![no_main]
#![expect(clippy::unwrap_used, reason = "what is found shows by it")]

#[path = "targets.rs"]
mod targets;

use std::path::PathBuf;
use std::sync::OnceLock;

static TARGET: OnceLock<String> = OnceLock::new();

/// Writes what the search begins with into the folder that is named for it.
fn begin() {
    let target = TARGET.get_or_init(|| std::env::var("KORERO_FUZZ").unwrap());
    let folder = PathBuf::from(std::env::var_os("KORERO_FUZZ_SEEDS").unwrap());
    for (nth, seed) in targets::seeds(target).into_iter().enumerate() {
        std::fs::write(folder.join(format!("seed-{nth:02}")), seed).unwrap();
    }
}

libfuzzer_sys::fuzz_target!(init: begin(), |data: &[u8]| targets::run(TARGET.get().unwrap(), data));
