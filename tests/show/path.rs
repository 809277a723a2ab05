//! A path that is lost for a while: the app and the page are back by themselves, soon after it is.

use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::harness::{
    HANG, Program, Server, at_full_length, figure, korero, number, root, script, stereo_desk, wait_for,
};
use crate::network::{Network, Path};

const TONE: &str = "frames = 256\n[[source]]\nkind = \"tone\"\nfreq = 440.0\nlevel_dbfs = -18.0\n\
                    [[source]]\nkind = \"tone\"\nfreq = 660.0\nlevel_dbfs = -18.0\n";

const DARK: Duration = Duration::from_secs(10);

/// The app, on air through that network.
fn on_air(server: &Server, network: &Network) -> Program {
    let folder = server.folder.path();
    let mut app = Command::new(korero());
    app.arg("air").arg("--to").arg(network.whip()).arg("--key-file").arg(server.key_file());
    app.arg("--record").arg(server.takes()).arg("--host").arg(format!("scripted:{}", script(folder, TONE).display()));
    app.arg("--desk").arg(stereo_desk(folder)).env_remove("KORERO_KEY");
    let mut app = Program::start("app", &mut app);
    app.wait_until_it_says("On air");
    app
}

#[test]
fn ten_seconds_without_a_network_end_on_air_and_heard_soon_after_it_is_back() {
    let (server, network) = Network::before_a_server(1);
    let mut app = on_air(&server, &network);
    let folder = server.folder.path();
    let result = folder.join("stay.json");
    let mut listener = Command::new("node");
    listener.arg(root().join("tests/browser/listen.mjs"));
    listener.args(["--url", &network.page(), "--stay", "--seconds", "25", "--json"]).arg(&result);
    let mut listener = Program::start("browser", &mut listener);
    listener.wait_until_it_says("\"live\"");
    network.goes_dark(true);
    std::thread::park_timeout(DARK);
    assert_eq!(app.times_said("On air."), 1, "nobody confirms anything in the dark");
    let light = Instant::now();
    let light_utc = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs_f64();
    network.goes_dark(false);
    let back = wait_for("the second “On air”", || (app.times_said("On air.") >= 2).then(|| light.elapsed()));
    figure("10 s of darkness: app on air after the path is back, s (<= 2)", format!("{:.1}", back.as_secs_f64()));
    assert!(listener.wait_through(HANG).success(), "the page plays at the end");
    let heard: serde_json::Value = serde_json::from_slice(&std::fs::read(result).expect("it measured")).expect("JSON");
    let phases = heard["connections"][0]["phases"].as_array().expect("a list");
    let lost_or_live = |phase: &&serde_json::Value| number(phase, "/utc_ms") / 1e3 > light_utc;
    let again = phases.iter().filter(lost_or_live).find(|phase| phase["phase"] == "live");
    let again = again.map(|phase| number(phase, "/utc_ms") / 1e3 - light_utc);
    let told = again.map_or("never away".to_owned(), |again| format!("{again:.1}"));
    figure("10 s of darkness: page live without a click after the path is back, s", told);
    if at_full_length() {
        assert!(back <= Duration::from_secs(2), "{back:?}");
    }
    app.interrupt();
    assert!(app.wait().success());
}

#[test]
fn a_network_that_carries_words_and_no_sound_holds_nobody_up_once_it_carries_sound() {
    let (server, network) = Network::before_a_server(1);
    let mut app = on_air(&server, &network);
    network.sound_goes_dark(Path::Uplink, true);
    // Longer than the server keeps the old session, and than it waits for new ones.
    std::thread::park_timeout(Duration::from_secs(16));
    let light = Instant::now();
    network.sound_goes_dark(Path::Uplink, false);
    let back = wait_for("the second “On air”", || (app.times_said("On air.") >= 2).then(|| light.elapsed()));
    figure("16 s without UDP: app on air after it is back, s (<= 6)", format!("{:.1}", back.as_secs_f64()));
    if at_full_length() {
        assert!(back <= Duration::from_secs(6), "{back:?}");
    }
    app.interrupt();
    assert!(app.wait().success());
}
