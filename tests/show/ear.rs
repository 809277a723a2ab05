//! The app hears itself through the real server, and hears it when that is somebody else.

use std::process::Command;
use std::time::Duration;

use crate::harness::{Program, Server, figure, korero, number, script, stereo_desk, wait_for, write_secret};

const NOISE: &str = "frames = 256\n[[source]]\nkind = \"noise\"\ninputs = 2\n";
const TONES: &str = "frames = 256\n[[source]]\nkind = \"tone\"\nfreq = 500.0\nlevel_dbfs = -18.0\n\
                     [[source]]\nkind = \"tone\"\nfreq = 1300.0\nlevel_dbfs = -18.0\n";

#[test]
fn the_app_hears_its_own_show_and_is_no_listener() {
    let server = Server::start();
    let script = script(server.folder.path(), NOISE);
    let desk = stereo_desk(server.folder.path());
    let mut app = Program::start("app", server.air(&script, &[]).arg("--desk").arg(desk));
    let (on_air, _) = app.wait_until_it_says("On air");
    let (heard, line) = app.wait_until_it_says("own ear: Heard");
    figure("own ear hears after on air, s", format!("{:.2}", heard.duration_since(on_air).as_secs_f64()));
    figure("own ear", &line);
    assert!(heard.duration_since(on_air) < Duration::from_secs(20), "{line}");
    assert!(number(&server.get("/api/v1/artists/demo"), "/listeners") < 0.5, "the ear is counted");
    std::thread::park_timeout(Duration::from_secs(3));
    assert_eq!(app.times_said("own ear: "), 2, "listening, then heard, and nothing else");
    app.interrupt();
    assert!(app.wait().success());
}

#[test]
fn another_show_at_the_address_of_our_listeners_is_told() {
    let server = Server::start();
    server.ask(&["artist", "add", "Other", "--slug", "other"]);
    let other_key = server.folder.path().join("other.key");
    write_secret(&other_key, server.ask(&["key", "new", "other"]).trim());
    let folder = tempfile::tempdir().expect("a folder");
    let tones = script(folder.path(), TONES);
    let desk = stereo_desk(server.folder.path());
    let mut other = Command::new(korero());
    other.args(["air", "--no-ear", "--to", &format!("{}/whip/other", server.address), "--record"]).arg(folder.path());
    other.arg("--key-file").arg(&other_key).arg("--desk").arg(&desk).env_remove("KORERO_KEY");
    other.arg("--host").arg(format!("scripted:{}", tones.display()));
    let mut other = Program::start("other", &mut other);
    other.wait_until_it_says("On air");
    let noise = script(server.folder.path(), NOISE);
    let ear = format!("{}/whep/other", server.address);
    let mut app = Program::start("app", server.air(&noise, &["--ear", &ear]).arg("--desk").arg(desk));
    app.wait_until_it_says("own ear: Not us!");
    app.wait_until_it_says("have the server make a new key");
    assert!(app.said("own ear: Heard").is_none());
    assert!(other.said("own ear").is_none());
    wait_for("the ear to be counted where it is not our own", || {
        (number(&server.get("/api/v1/artists/other"), "/listeners") > 0.5).then_some(())
    });
    app.interrupt();
    assert!(app.wait().success());
    other.interrupt();
    assert!(other.wait().success());
}
