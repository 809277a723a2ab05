//! The window driven by mouse and keyboard from choosing a device to on air, and pictures of window and page.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::harness::{Program, Server, at_full_length, figure, korero, root, wait_for};

const SIZE: (u32, u32) = (1280, 800);
/// Time for a repaint, with software drawing.
const REPAINT: Duration = Duration::from_millis(400);
/// Going on air is a hold, so that no single press does it.
const HOLD: Duration = Duration::from_millis(1_500);

/// The chorus of the demo song, where its voices and instruments are all heard.
const EVERYBODY_PLAYS: Duration = Duration::from_secs(36);
/// Time for meters and listeners to be there.
const SETTLED: Duration = Duration::from_secs(4);

/// A screen without a screen.
struct Screen {
    display: String,
    server: Program,
}

impl Screen {
    /// The server chooses a free display itself and says its number when windows may come: a socket in the file system
    /// may be there before anybody listens, or be left from a screen that is gone.
    fn open() -> Self {
        let size = format!("{}x{}x24", SIZE.0, SIZE.1);
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", &size, "-nolisten", "tcp", "-noreset"]);
        let server = Program::start("screen", &mut command);
        let number = |line: &str| !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit());
        let (_, number) = wait_for("the screen", || server.first_line(number));
        Self { display: format!(":{number}"), server }
    }

    fn xdotool(&self, words: &[&str]) {
        let status = Command::new("xdotool").args(words).env("DISPLAY", &self.display).status().expect("xdotool runs");
        assert!(status.success(), "xdotool {words:?}");
    }

    /// Without a window manager nobody else gives the keyboard to the window.
    fn focus(&self, name: &str) {
        wait_for("the window", || {
            let words = ["search", "--name", name, "windowfocus"];
            let status = Command::new("xdotool").args(words).env("DISPLAY", &self.display).status();
            status.expect("xdotool runs").success().then_some(())
        });
        thread::park_timeout(REPAINT);
    }

    fn click(&self, x: i32, y: i32) {
        self.xdotool(&["mousemove", &x.to_string(), &y.to_string()]);
        thread::park_timeout(REPAINT);
        self.xdotool(&["click", "1"]);
        thread::park_timeout(REPAINT);
    }

    fn press(&self, keys: &str) {
        self.xdotool(&["key", keys]);
        thread::park_timeout(REPAINT);
    }

    /// Holds a key of the keyboard with its modifier.
    fn hold(&self, modifier: &str, key: &str) {
        self.xdotool(&["keydown", modifier, "keydown", key]);
        thread::park_timeout(HOLD);
        self.xdotool(&["keyup", key, "keyup", modifier]);
        thread::park_timeout(REPAINT);
    }

    fn picture(&self, to: &Path) {
        let status = Command::new("import")
            .args(["-window", "root"])
            .arg(to)
            .env("DISPLAY", &self.display)
            .status()
            .expect("import runs");
        assert!(status.success());
    }
}

impl Drop for Screen {
    /// Told to end, it takes its lock and its socket away; killed, it would leave both.
    fn drop(&mut self) {
        self.server.interrupt();
        self.server.wait();
    }
}

/// At full length the pictures are kept in `docs/screens`, beside the README that shows them.
fn gallery(server: &Server) -> PathBuf {
    let folder = if at_full_length() { root().join("docs/screens") } else { server.folder.path().join("screens") };
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn window(server: &Server, screen: &Screen) -> Program {
    let mut command = Command::new(korero());
    command.arg("window").arg("--to").arg(server.whip()).arg("--key-file").arg(server.key_file());
    command.arg("--record").arg(server.takes());
    command.arg("--host").arg(format!("scripted:{}", root().join("assets/demo").display()));
    command.arg("--desk").arg(root().join("assets/demo/desk.toml"));
    command.args(["--title", "The demo multitrack", "--artist", "Demo"]);
    command.env("DISPLAY", &screen.display).env("LIBGL_ALWAYS_SOFTWARE", "1");
    command.env("KORERO_CONFIG", server.folder.path().join("config")).env_remove("WAYLAND_DISPLAY");
    Program::start("window", &mut command)
}

#[test]
fn mouse_and_keyboard_go_from_choosing_a_device_to_on_air() {
    let server = Server::start();
    let (screen, gallery) = (Screen::open(), gallery(&server));
    let app = window(&server, &screen);
    screen.focus("Covers");
    // The chooser of interfaces stands first: let go of the device with the mouse, take it again with the keyboard.
    screen.click(276, 39);
    screen.click(200, 112);
    screen.click(276, 39);
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
    thread::park_timeout(REPAINT);
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
