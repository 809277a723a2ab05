//! Networks that carry no UDP: app and page are heard by another way, and say so.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::harness::{
    HANG, Program, Server, at_full_length, figure, free_port, korero, listen, number, script, stereo_desk, wait_for,
};
use crate::network::{Network, RELAY};

const TONE: &str = "frames = 256\n[[source]]\nkind = \"tone\"\nfreq = 440.0\nlevel_dbfs = -18.0\n\
                    [[source]]\nkind = \"tone\"\nfreq = 660.0\nlevel_dbfs = -18.0\n";
/// On air by then, whatever the network blocks.
const SOON: Duration = Duration::from_secs(8);
const OVER_TCP: &str = "Sound goes over TCP";
const OVER_A_RELAY: &str = "Sound goes over a relay";
/// Where the relay listens.
const TURN: &str = "127.0.0.3";

/// The app on its way to the air through that network.
fn app(server: &Server, network: &Network) -> Program {
    let folder = server.folder.path();
    let mut app = Command::new(korero());
    app.arg("air").arg("--to").arg(network.whip()).arg("--key-file").arg(server.key_file());
    app.arg("--record").arg(server.takes()).arg("--host").arg(format!("scripted:{}", script(folder, TONE).display()));
    app.arg("--desk").arg(stereo_desk(folder)).env_remove("KORERO_KEY");
    Program::start("app", &mut app)
}

/// Waits until the app is on air, and says how long that took.
fn on_air(app: &mut Program, what: &str) {
    let begun = Instant::now();
    app.wait_until_it_says("On air");
    let took = begun.elapsed();
    figure(&format!("{what}: on air after, s (<= 8)"), format!("{:.1}", took.as_secs_f64()));
    if at_full_length() {
        assert!(took <= SOON, "{took:?}");
    }
}

fn ended(mut app: Program) {
    app.interrupt();
    assert!(app.wait().success());
}

#[test]
fn without_udp_the_app_is_on_air_over_tcp_and_a_page_hears_it_over_tcp() {
    let (server, network) = Network::before_a_server(7);
    network.blocks_udp();
    network.tcp_goes_dark(false);
    let mut app = app(&server, &network);
    on_air(&mut app, "UDP blocked, app over TCP");
    app.wait_until_it_says(OVER_TCP);
    let heard = listen(&network.page(), server.folder.path(), HANG, &["--tones", "--seconds", "5"]);
    let plays = number(&heard, "/connections/0/connect_ms") / 1_000.0;
    figure("UDP blocked, page over TCP: plays after, s", format!("{plays:.1}"));
    ended(app);
}

#[test]
fn when_udp_is_blocked_during_the_show_it_goes_on_over_tcp() {
    let (server, network) = Network::before_a_server(7);
    network.tcp_goes_dark(false);
    let mut app = app(&server, &network);
    app.wait_until_it_says("On air");
    assert_eq!(app.times_said(OVER_TCP), 0, "UDP is preferred while there is some");
    let begun = Instant::now();
    network.blocks_udp();
    let back = wait_for("the second “On air”", || (app.times_said("On air.") >= 2).then(|| begun.elapsed()));
    figure("UDP blocked during the show: on air over TCP after, s (<= 8)", format!("{:.1}", back.as_secs_f64()));
    app.wait_until_it_says(OVER_TCP);
    if at_full_length() {
        assert!(back <= SOON, "{back:?}");
    }
    ended(app);
}

/// Debian's coturn with a shared secret, reached at [`TURN`]; it sends from [`RELAY`].
fn turn_server(folder: &Path, port: u16) -> Program {
    let mut turn = Command::new("turnserver");
    turn.args(["-n", "--listening-ip", TURN, "--relay-ip", RELAY, "--listening-port", &port.to_string()]);
    turn.args(["--use-auth-secret", "--static-auth-secret", "north", "--realm", "korero", "--allow-loopback-peers"]);
    turn.args(["--no-tls", "--no-dtls", "--no-cli", "--no-tcp", "--log-file", "stdout", "--userdb"]);
    turn.arg(folder.join("turn.db")).arg("--pidfile").arg(folder.join("turn.pid"));
    let mut turn = Program::start("turn", &mut turn);
    turn.wait_until_it_says("Total General servers");
    turn
}

#[test]
fn when_only_a_relay_can_be_reached_the_app_is_on_air_through_it() {
    let (folder, port) = (tempfile::tempdir().expect("a folder"), free_port());
    let config = folder.path().join("server.toml");
    let text = format!("[[ice_servers]]\nurls = [\"turn:{TURN}:{port}?transport=udp\"]\nsecret = \"north\"\n");
    fs::write(&config, text).expect("written");
    let _turn = turn_server(folder.path(), port);
    let (server, network) = Network::before_a_server_with(7, &["--config", config.to_str().expect("text")]);
    network.blocks_udp();
    let mut app = app(&server, &network);
    on_air(&mut app, "all but a TURN server blocked, app through it");
    app.wait_until_it_says(OVER_A_RELAY);
    assert_eq!(app.times_said("no sound gets through"), 0, "there is a way, and the app knows of it");
    ended(app);
}
