//! `korero check` through given networks: each is called what it is.

use std::process::Command;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::harness::{Program, Server, at_full_length, figure, korero, wait_for};
use crate::network::{Network, Path, Weather};

/// What a network lets pass.
#[derive(Clone, Copy, PartialEq)]
enum Open {
    /// Everything, in some weather.
    All(Weather),
    /// TCP alone.
    Tcp,
    /// What the server is asked, and no sound.
    Words,
    /// Nothing.
    Nothing,
}

/// A network, and what it must be called: class, kb/s to choose, exit code.
type Given = (&'static str, Open, (&'static str, u64, i32));

fn narrow(kbps: f64) -> Open {
    Open::All(Weather { rate: Some(1e3 * kbps), delay: Duration::from_millis(20), ..Weather::FAIR })
}

fn lossy(loss: f64, burst: f64) -> Open {
    Open::All(Weather { loss, burst, delay: Duration::from_millis(20), ..Weather::FAIR })
}

fn given() -> [Given; 13] {
    let jitter = Duration::from_millis(80);
    [
        ("a cable", Open::All(Weather::FAIR), ("good", 510, 0)),
        ("DSL of 2 Mb/s", narrow(2_000.0), ("good", 510, 0)),
        ("400 kb/s", narrow(400.0), ("good", 320, 0)),
        ("250 kb/s", narrow(250.0), ("narrow", 160, 1)),
        ("150 kb/s", narrow(150.0), ("safest", 96, 1)),
        ("100 kb/s", narrow(100.0), ("safest", 64, 1)),
        ("60 kb/s", narrow(60.0), ("too-narrow", 0, 2)),
        ("1 % lost at random", lossy(0.01, 1.0), ("good", 510, 0)),
        ("5 % lost at random", lossy(0.05, 1.0), ("lossy", 510, 1)),
        ("5 % lost in a row", lossy(0.05, 3.0), ("bursts", 510, 1)),
        ("jitter of 80 ms", Open::All(Weather { delay: jitter, jitter, ..Weather::FAIR }), ("uneven", 510, 1)),
        ("UDP blocked", Open::Tcp, ("over-tcp", 510, 1)),
        ("nothing but HTTP", Open::Words, ("no-sound", 0, 2)),
    ]
}

/// Checks that network and says what was told, with the exit code.
fn checked(open: Open, seed: u64) -> (Value, i32) {
    let (server, network) = Network::before_a_server(seed);
    match open {
        Open::All(weather) => network.becomes(Path::Uplink, weather),
        Open::Tcp | Open::Words => network.sound_goes_dark(Path::Uplink, true),
        Open::Nothing => network.goes_dark(true),
    }
    network.tcp_goes_dark(open != Open::Tcp);
    told(&server, &network.whip())
}

fn told(server: &Server, to: &str) -> (Value, i32) {
    let mut check = Command::new(korero());
    check.args(["check", "--json", "--to", to, "--key-file"]).arg(server.key_file()).env_remove("KORERO_KEY");
    let mut check = Program::start("check", &mut check);
    let code = check.wait().code().expect("it ends by itself");
    (wait_for("its report", || serde_json::from_str(&check.everything_said()).ok()), code)
}

fn assert_as_stated((name, open, (class, kbps, code)): Given, seed: u64) {
    let (told, ended) = checked(open, seed);
    let verdict = &told["verdict"];
    let bitrate = verdict["bitrate"].as_u64().unwrap_or(0) / 1_000;
    figure(&format!("check, {name} (class)"), format!("{} {bitrate} kb/s", verdict["class"]));
    assert_eq!((verdict["class"].as_str(), bitrate, ended), (Some(class), kbps, code), "{name}: {told:#}");
    assert!(told["sentence"].as_str().is_some_and(|sentence| !sentence.is_empty()));
}

#[test]
fn given_networks_are_called_what_they_are() {
    let all = given();
    // Two at once leave a machine of two cores time to be punctual.
    let some: Vec<Given> = if at_full_length() { all.to_vec() } else { vec![all[3], all[11]] };
    for (n, pair) in (1..).zip(some.chunks(2)) {
        thread::scope(|scope| {
            for (m, given) in (0..).zip(pair) {
                scope.spawn(move || assert_as_stated(*given, 2 * n + m));
            }
        });
    }
}

#[test]
fn a_network_that_carries_nothing_and_a_server_without_a_hidden_check_are_told() {
    let (told, code) = checked(Open::Nothing, 5);
    assert_eq!((told["verdict"]["class"].as_str(), code), (Some("no-server"), 2), "{told:#}");
    let foreign = Server::start();
    let mut check = Command::new(korero());
    let place = format!("{}/@demo", foreign.address);
    check.args(["check", "--to", &place, "--key-file"]).arg(foreign.key_file()).env_remove("KORERO_KEY");
    let mut check = Program::start("check", &mut check);
    check.wait_until_it_says("has no hidden check");
    assert_eq!(check.wait().code(), Some(2));
}
