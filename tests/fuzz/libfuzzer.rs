//! Searches for bytes that break a reader: `KORERO_FUZZ=header|journal|answer|reply|rtcp`, with what libFuzzer itself takes as arguments.
//! Run by `cargo xtask prove 4.6` and `5.6`, which build the app with the places in it that libFuzzer watches (`instrument.sh`).

#![no_main]
#![expect(clippy::unwrap_used, reason = "what is found shows by it")]

#[path = "network.rs"]
mod network;
#[path = "targets.rs"]
mod targets;

use std::path::PathBuf;
use std::sync::OnceLock;

static TARGET: OnceLock<String> = OnceLock::new();

/// Writes what the search begins with into the folder that is named for it.
fn begin() {
    let target = TARGET.get_or_init(|| std::env::var("KORERO_FUZZ").unwrap());
    let folder = PathBuf::from(std::env::var_os("KORERO_FUZZ_SEEDS").unwrap());
    let seeds = if is_of_the_network(target) { network::seeds(target) } else { targets::seeds(target) };
    for (nth, seed) in seeds.into_iter().enumerate() {
        std::fs::write(folder.join(format!("seed-{nth:02}")), seed).unwrap();
    }
}

fn is_of_the_network(target: &str) -> bool {
    network::TARGETS.contains(&target)
}

fn run(target: &str, data: &[u8]) {
    if is_of_the_network(target) { network::run(target, data) } else { targets::run(target, data) }
}

libfuzzer_sys::fuzz_target!(init: begin(), |data: &[u8]| run(TARGET.get().unwrap(), data));
