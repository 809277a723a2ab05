//! The window driven by mouse and keyboard from choosing a device to on air, and pictures of window and page.

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::harness::{Program, Server, at_full_length, figure, root, wait_for};
use crate::screen::{Screen, gallery, window};

/// The chorus of the demo song, where its voices and instruments are all heard.
const EVERYBODY_PLAYS: Duration = Duration::from_secs(36);
/// Time for meters and listeners to be there.
const SETTLED: Duration = Duration::from_secs(4);

#[test]
fn mouse_and_keyboard_go_from_choosing_a_device_to_on_air() {
    let server = Server::start();
    let (screen, gallery) = (Screen::open(), gallery(&server));
    let app = window(&server, &screen);
    screen.focus("Covers");
    // The chooser of interfaces stands first: let go of the device with the mouse, take it again with the keyboard.
    screen.click(125, 39);
    screen.click(100, 112);
    screen.click(125, 39);
    screen.press("Down");
    screen.press("Return");
    screen.press("Escape");
    screen.hold("ctrl", "l");
    let state = || server.get("/api/v1/artists/demo")["state"].as_str().map(str::to_owned);
    wait_for("the show to be live", || (state().as_deref() == Some("live")).then_some(()));
    // The picture that is kept shows everybody at play.
    thread::park_timeout(if at_full_length() { EVERYBODY_PLAYS } else { SETTLED });
    screen.picture(&gallery.join("window-dark.png"));
    page_pictures(&server, &gallery);
    screen.press("F9");
    screen.settle();
    screen.picture(&gallery.join("window-light.png"));
    screen.hold("ctrl", "l");
    wait_for("the show to leave the air", || (state().as_deref() != Some("live")).then_some(()));
    app.interrupt();
    figure("window driven from choosing a device to on air and off again", "yes");
}

fn page_pictures(server: &Server, gallery: &Path) {
    let languages = if at_full_length() { "en,mi" } else { "en" };
    let mut command = Command::new("node");
    command.arg(root().join("tests/browser/screens.mjs")).args([
        "--url",
        &server.page(),
        "--languages",
        languages,
        "--out",
    ]);
    command.arg(gallery);
    let mut probe = Program::start("screens", &mut command);
    assert!(probe.wait_through(Duration::from_secs(180)).success(), "no page is wider than its window");
}
