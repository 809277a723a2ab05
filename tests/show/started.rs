//! One command puts a show on the air.

use std::process::Command;
use std::time::Duration;

use crate::harness::{Program, at_full_length, figure, root};

/// Only at full length: the short form would run cargo inside the tests, beside themselves.
#[test]
fn one_command_is_on_air_within_ten_seconds_once_built() {
    if !at_full_length() {
        return;
    }
    let mut command = Command::new("cargo");
    command.args(["xtask", "run"]).current_dir(root()).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    // The first start makes the artist and the key and brings every program into memory.
    let mut seconds = Vec::new();
    for _ in 0..2 {
        let begun = std::time::Instant::now();
        let mut show = Program::start("run", &mut command);
        let (at, _) = show.wait_until_it_says("On air");
        seconds.push(at.duration_since(begun).as_secs_f64());
        std::thread::park_timeout(Duration::from_secs(2));
        show.interrupt();
        assert!(show.wait().success(), "it ends cleanly");
        assert!(show.said("Its master lies in").is_some(), "it says where the master lies");
    }
    figure(
        "cargo xtask run to on air, s: first and second time (<= 10)",
        format!("{:.1}, {:.1}", seconds[0], seconds[1]),
    );
    assert!(seconds[1] <= 10.0, "{seconds:?}");
}
