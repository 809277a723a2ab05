//! A screen that nobody sees, with a mouse and a keyboard, and the window on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::harness::{Program, Server, at_full_length, korero, root, wait_for};

/// The least that a laptop has.
const SIZE: (u32, u32) = (1280, 800);
/// Time for a repaint, with software drawing.
const REPAINT: Duration = Duration::from_millis(400);
/// Going on air is a hold, so that no single press does it.
const HOLD: Duration = Duration::from_millis(1_500);
/// A meter in the dark, as `assets/theme.toml` has it.
pub(crate) const METER: [u8; 3] = [0x4c, 0xb7, 0x82];
/// So many points of it are more than a word or a sign.
pub(crate) const MOVES: usize = 400;
/// Letters of te reo Māori that a Māori keyboard has on the third level of others.
const MACRONS: [(char, &str); 5] = [('ā', "a"), ('ē', "e"), ('ī', "i"), ('ō', "o"), ('ū', "u")];
/// The pictures of the window that are kept in `docs/screens`.
const KEPT: [&str; 33] = [
    "air-dark",
    "air-light",
    "air-mi",
    "air-view-locked",
    "check-dark",
    "check-light",
    "check-mi",
    "destinations-dark",
    "destinations-light",
    "destinations-mi",
    "first-interface",
    "first-level",
    "first-live",
    "first-place",
    "first-play",
    "first-ready",
    "first-welcome",
    "four-air",
    "many-dark",
    "many-light",
    "night-dark",
    "night-light",
    "night-mi",
    "outage-dark",
    "outage-light",
    "outage-mi",
    "show-curve",
    "show-mixing",
    "show-songs",
    "takes-heard",
    "takes-light",
    "window-dark",
    "window-light",
];

/// A screen without a screen.
pub(crate) struct Screen {
    display: String,
    server: Program,
}

impl Screen {
    /// The server chooses a free display itself and says its number when windows may come: a socket in the file system
    /// may be there before anybody listens, or be left from a screen that is gone.
    pub(crate) fn open() -> Self {
        Self::of_size(SIZE)
    }

    /// One of another size, in points.
    pub(crate) fn of_size((width, height): (u32, u32)) -> Self {
        let size = format!("{width}x{height}x24");
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", &size, "-nolisten", "tcp", "-noreset"]);
        let server = Program::start("screen", &mut command);
        let number = |line: &str| !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit());
        let (_, number) = wait_for("the screen", || server.first_line(number));
        Self { display: format!(":{number}"), server }
    }

    pub(crate) fn xdotool(&self, words: &[&str]) {
        let status = Command::new("xdotool").args(words).env("DISPLAY", &self.display).status().expect("xdotool runs");
        assert!(status.success(), "xdotool {words:?}");
    }

    /// Without a window manager nobody else gives the keyboard to the window.
    pub(crate) fn focus(&self, name: &str) {
        wait_for("the window", || {
            let words = ["search", "--name", name, "windowfocus"];
            let status = Command::new("xdotool").args(words).env("DISPLAY", &self.display).status();
            status.expect("xdotool runs").success().then_some(())
        });
        thread::park_timeout(REPAINT);
    }

    /// Moves the mouse there.
    pub(crate) fn point(&self, x: i32, y: i32) {
        self.xdotool(&["mousemove", &x.to_string(), &y.to_string()]);
        thread::park_timeout(REPAINT);
    }

    pub(crate) fn click(&self, x: i32, y: i32) {
        self.point(x, y);
        self.xdotool(&["click", "1"]);
        thread::park_timeout(REPAINT);
    }

    pub(crate) fn press(&self, keys: &str) {
        self.xdotool(&["key", keys]);
        thread::park_timeout(REPAINT);
    }

    /// Puts a Māori keyboard before it: the usual one, with the macrons on the third level of their vowels.
    pub(crate) fn maori_keyboard(&self) {
        let status = Command::new("setxkbmap").args(["-layout", "mao"]).env("DISPLAY", &self.display).status();
        assert!(status.expect("setxkbmap runs, it comes with Xvfb").success());
    }

    /// Types words, macrons too where the keyboard has them, and lines.
    pub(crate) fn types(&self, text: &str) {
        let vowel = |letter| MACRONS.iter().find(|(macron, _)| *macron == letter).map(|(_, vowel)| *vowel);
        for part in text.split_inclusive(|letter| letter == '\n' || vowel(letter).is_some()) {
            let last = part.chars().next_back();
            let macron = last.and_then(vowel);
            let plain = part.strip_suffix(|letter| letter == '\n' || macron.is_some()).unwrap_or(part);
            if !plain.is_empty() {
                self.xdotool(&["type", "--", plain]);
            }
            if let Some(vowel) = macron {
                self.xdotool(&["keydown", "ISO_Level3_Shift", "key", vowel, "keyup", "ISO_Level3_Shift"]);
            } else if last == Some('\n') {
                self.xdotool(&["key", "Return"]);
            }
        }
        thread::park_timeout(REPAINT);
    }

    /// Holds a key of the keyboard with its modifier.
    pub(crate) fn hold(&self, modifier: &str, key: &str) {
        self.hold_while(modifier, key, || thread::park_timeout(HOLD));
    }

    /// Holds it for as long as `meanwhile` takes.
    pub(crate) fn hold_while(&self, modifier: &str, key: &str, meanwhile: impl FnOnce()) {
        self.xdotool(&["keydown", modifier, "keydown", key]);
        meanwhile();
        self.xdotool(&["keyup", key, "keyup", modifier]);
        thread::park_timeout(REPAINT);
    }

    /// Holds the mouse down there for as long as `meanwhile` takes.
    pub(crate) fn hold_mouse_while(&self, (x, y): (i32, i32), meanwhile: impl FnOnce()) {
        self.point(x, y);
        self.xdotool(&["mousedown", "1"]);
        meanwhile();
        self.xdotool(&["mouseup", "1"]);
        thread::park_timeout(REPAINT);
    }

    /// Lets the window draw what was asked for.
    pub(crate) fn settle(&self) {
        thread::park_timeout(REPAINT);
    }

    /// How many points of the screen have that colour.
    pub(crate) fn points_of(&self, colour: [u8; 3]) -> usize {
        let mut command = Command::new("import");
        command.args(["-window", "root", "-depth", "8", "rgb:-"]).env("DISPLAY", &self.display);
        let points = command.output().expect("import runs").stdout;
        points.as_chunks().0.iter().filter(|point| **point == colour).count()
    }

    /// Covers everything with a window of another program, until that is ended.
    pub(crate) fn cover(&self) -> Program {
        let size = format!("{}x{}", SIZE.0, SIZE.1);
        let mut command = Command::new("display");
        command.args(["-size", &size, "-geometry", &format!("{size}+0+0"), "xc:black"]);
        Program::start("cover", command.env("DISPLAY", &self.display))
    }

    /// Takes a picture that is kept.
    pub(crate) fn picture(&self, to: &Path) {
        let name = to.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        assert!(KEPT.contains(&name), "{name} is not among the pictures that are kept");
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
pub(crate) fn gallery(server: &Server) -> PathBuf {
    let folder = if at_full_length() { root().join("docs/screens") } else { server.folder.path().join("screens") };
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

pub(crate) fn window(server: &Server, screen: &Screen) -> Program {
    let mut command = unaimed(server, screen);
    command.arg("--to").arg(server.whip()).arg("--key-file").arg(server.key_file());
    Program::start("window", &mut command)
}

/// A window that goes where its settings say; the key is that of the first place.
pub(crate) fn window_with_settings(server: &Server, screen: &Screen, settings: &str) -> Program {
    Program::start("window", &mut dressed(server, screen, settings))
}

/// The same, still to be started.
pub(crate) fn dressed(server: &Server, screen: &Screen, settings: &str) -> Command {
    set(server, settings);
    let mut command = unaimed(server, screen);
    command.arg("--key-file").arg(server.key_file());
    command
}

fn set(server: &Server, settings: &str) {
    let config = config(server);
    fs::create_dir_all(&config).expect("a folder");
    fs::write(config.join("settings.toml"), settings).expect("written");
}

/// Where the window keeps its settings and the timelines of its nights.
pub(crate) fn config(server: &Server) -> PathBuf {
    server.folder.path().join("config")
}

/// Waits until a file in the folder of the settings says so.
pub(crate) fn remembers(server: &Server, file: &str, what: &str, fits: impl Fn(&toml::Table) -> bool) {
    let path = config(server).join(file);
    let read = || fs::read_to_string(&path).ok()?.parse::<toml::Table>().ok();
    wait_for(&format!("{file}: {what}"), || read().is_some_and(|table| fits(&table)).then_some(()));
}

/// A window at another desk of the demo band, that is dressed as its settings say.
pub(crate) fn window_at_desk(server: &Server, screen: &Screen, desk: &Path, settings: &str) -> Program {
    set(server, settings);
    let mut command = playing(server, screen, desk);
    command.arg("--to").arg(server.whip()).arg("--key-file").arg(server.key_file());
    Program::start("window", &mut command)
}

fn unaimed(server: &Server, screen: &Screen) -> Command {
    playing(server, screen, &root().join("assets/demo/desk.toml"))
}

/// The demo band plays at a desk.
fn playing(server: &Server, screen: &Screen, desk: &Path) -> Command {
    let mut command = bare(server, screen);
    command.arg("--host").arg(format!("scripted:{}", root().join("assets/demo").display()));
    command.arg("--desk").arg(desk);
    command.args(["--title", "The demo multitrack", "--artist", "Demo"]);
    command
}

/// A window that knows of nothing but the folder of its recordings.
pub(crate) fn bare(server: &Server, screen: &Screen) -> Command {
    let mut command = Command::new(korero());
    // The folder is shown: one name of its own in every picture.
    command.current_dir(server.folder.path()).args(["window", "--record", "takes"]);
    command.env("DISPLAY", &screen.display).env("LIBGL_ALWAYS_SOFTWARE", "1");
    command.env("KORERO_CONFIG", config(server)).env_remove("WAYLAND_DISPLAY");
    // The bin of the system, too, is one of this evening.
    command.env("XDG_DATA_HOME", server.folder.path().join("data"));
    command
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_pictures_in_the_documents_are_those_that_the_tests_take_and_no_others() {
        let mut taken: BTreeSet<String> = KEPT.iter().map(|name| format!("{name}.png")).collect();
        for (language, look) in [("en", "dark"), ("en", "light"), ("mi", "dark"), ("mi", "light")] {
            for size in ["desktop", "narrow", "phone"] {
                taken.extend(["before", "live"].map(|state| format!("{language}-{look}-{size}-{state}.png")));
            }
        }
        let folder = fs::read_dir(root().join("docs/screens")).expect("a folder");
        let kept = folder.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
        assert_eq!(kept.collect::<BTreeSet<_>>(), taken);
    }

    fn files(folder: &str) -> impl Iterator<Item = PathBuf> {
        fs::read_dir(root().join(folder)).expect("a folder").map(|entry| entry.expect("an entry").path())
    }

    /// The pictures that a document shows or leads to.
    fn pictures_of(document: &Path) -> Vec<PathBuf> {
        let text = fs::read_to_string(document).expect("text");
        let folder = document.parent().expect("a folder");
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        links.filter(|link| link.ends_with(".png")).map(|link| folder.join(link)).collect()
    }

    #[test]
    fn every_picture_that_is_kept_is_in_a_document_and_every_one_in_a_document_is_there() {
        let documents = files("docs").filter(|path| path.extension().is_some_and(|end| end == "md"));
        let documents = documents.chain([root().join("README.md")]);
        let shown: BTreeSet<PathBuf> = documents.flat_map(|document| pictures_of(&document)).collect();
        let missing: Vec<_> = shown.iter().filter(|path| !path.is_file()).collect();
        assert!(missing.is_empty(), "{missing:?}");
        let unseen: Vec<_> = files("docs/screens").filter(|path| !shown.contains(path)).collect();
        assert!(unseen.is_empty(), "{unseen:?}");
    }
}
