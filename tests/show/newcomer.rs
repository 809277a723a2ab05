//! A newcomer: from a fresh folder of settings, with an interface that ALSA opens like hardware and the demo band in front of
//! it, to on air. By mouse alone, in a dozen clicks, and with no typing but a name.

use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use korero::audio::{Interface, Script, ScriptedHost, Wanted};
use korero::engine::{self, TapSource};
use korero::limits::SAMPLE_RATE;
use uuid::Uuid;

use crate::harness::{Program, Server, figure, root, wait_for};
use crate::screen::{Screen, bare, config, gallery};
use crate::virtual_scarlett::{ID, Setup, VirtualScarlett};

/// The most clicks that it may take.
const MOST_CLICKS: usize = 12;
/// Inputs of the interface, and of the demo.
const INPUTS: usize = 18;
const PLAYED: usize = 10;
/// The chorus of the demo song, where everybody is heard, in seconds.
const CHORUS: std::ops::Range<usize> = 36..52;
/// Everybody was heard for long enough to be known.
pub(crate) const HEARD: Duration = Duration::from_secs(14);

/// The key that goes on stands at the same place in every step.
const ON: (i32, i32) = (676, 754);
/// What is pressed beside it: the only interface, its headphones, the field for who plays, and “Go live”.
const INTERFACE: (i32, i32) = (300, 250);
const HEADPHONES: (i32, i32) = (130, 346);
const ARTIST: (i32, i32) = (200, 254);
const LIVE: (i32, i32) = (1_128, 112);

struct Newcomer<'a> {
    screen: &'a Screen,
    gallery: PathBuf,
    config: PathBuf,
    clicks: usize,
}

impl Newcomer<'_> {
    fn click(&mut self, (x, y): (i32, i32)) {
        self.screen.click(x, y);
        self.clicks += 1;
    }

    /// Holds the mouse down there.
    fn hold(&mut self, (x, y): (i32, i32)) {
        self.screen.hold_mouse(x, y);
        self.clicks += 1;
    }

    fn picture(&self, step: &str) {
        self.screen.settle();
        self.screen.picture(&self.gallery.join(format!("first-{step}.png")));
    }

    /// Waits until a file in the folder of the settings says so.
    fn remembers(&self, file: &str, what: &str, fits: impl Fn(&toml::Table) -> bool) {
        let path = self.config.join(file);
        let read = || fs::read_to_string(&path).ok()?.parse::<toml::Table>().ok();
        wait_for(&format!("{file}: {what}"), || read().is_some_and(|table| fits(&table)).then_some(()));
    }

    fn is_at(&self, step: &str) {
        self.remembers("settings.toml", step, |table| said(table, "guide") == Some(step));
    }
}

fn said<'t>(table: &'t toml::Table, name: &str) -> Option<&'t str> {
    table.get(name).and_then(toml::Value::as_str)
}

fn strips(table: &toml::Table) -> &[toml::Value] {
    table.get("strip").and_then(toml::Value::as_array).map_or(&[], Vec::as_slice)
}

/// What the demo band plays in the chorus, as the first inputs of the interface in 24 bits of 32; nobody at the others.
pub(crate) fn band(into: &Path) {
    let (host, pump) = ScriptedHost::manual(Script::open(&root().join("assets/demo")).expect("the demo"));
    let device = host.id().to_owned();
    let (engine, mut handle) = engine::new(Uuid::nil());
    let mut interface = Interface::new(Box::new(host), engine);
    interface.choose(Wanted::new(device).with_frames(480)).expect("it opens");
    let taps = TapSource::Inputs { channels: PLAYED };
    let mut tap = handle.open_tap(taps, Duration::from_secs(1)).expect("a tap");
    let mut file = BufWriter::new(fs::File::create(into).expect("a file"));
    let (mut at, mut block) = (0, Vec::new());
    while at < CHORUS.end * SAMPLE_RATE as usize {
        pump.pump(480);
        while tap.read(&mut block).is_some() {
            for frame in block.chunks_exact(PLAYED) {
                if at >= CHORUS.start * SAMPLE_RATE as usize {
                    let whole = |sample: &f32| ((sample.clamp(-1.0, 0.999_999) * 8_388_608.0) as i32) << 8;
                    let silent = std::iter::repeat_n(0, INPUTS - PLAYED);
                    for sample in frame.iter().map(whole).chain(silent) {
                        file.write_all(&sample.to_le_bytes()).expect("written");
                    }
                }
                at += 1;
            }
        }
    }
    file.flush().expect("written");
}

#[test]
fn a_newcomer_is_on_air_in_a_dozen_clicks_with_no_typing_but_a_name() {
    let server = Server::start();
    let sound: &'static Path = Box::leak(server.folder.path().join("band.raw").into_boxed_path());
    band(sound);
    let _scarlett = VirtualScarlett::plug_in(Setup { sound: Some(sound), ..Setup::default() });
    let screen = Screen::open();
    let mut app = start(&server, &screen);
    let mut newcomer = Newcomer { screen: &screen, gallery: gallery(&server), config: config(&server), clicks: 0 };
    newcomer.picture("welcome");
    to_the_interface(&mut newcomer);
    newcomer.click(ON);
    thread::park_timeout(HEARD);
    newcomer.picture("play");
    newcomer.click(ON);
    newcomer.is_at("level");
    let known = |table: &toml::Table| (4..INPUTS).contains(&strips(table).len());
    newcomer.remembers("desk.toml", "the instruments, and no strip besides", known);
    newcomer.picture("level");
    newcomer.click(ON);
    newcomer.picture("place");
    newcomer.click(ON);
    newcomer.click(ARTIST);
    screen.xdotool(&["type", "Aroha"]);
    newcomer.picture("ready");
    newcomer.hold(LIVE);
    let live = || server.get("/api/v1/artists/demo")["state"].as_str() == Some("live");
    wait_for("the show to be live", || live().then_some(()));
    let named = |table: &toml::Table| {
        let show = table.get("show").and_then(toml::Value::as_table);
        show.is_some_and(|show| said(show, "artist") == Some("Aroha")) && !table.contains_key("guide")
    };
    newcomer.remembers("settings.toml", "the name, and no guide any more", named);
    newcomer.picture("live");
    assert!(newcomer.clicks <= MOST_CLICKS, "{} clicks", newcomer.clicks);
    figure("clicks from a fresh start to on air, of 12", newcomer.clicks);
    app.interrupt();
    assert!(app.wait().success());
}

/// Welcome, and the interface with its headphones.
fn to_the_interface(newcomer: &mut Newcomer<'_>) {
    newcomer.click(ON);
    newcomer.is_at("interface");
    newcomer.click(INTERFACE);
    newcomer.remembers("settings.toml", "the interface", |table| said(table, "device") == Some(ID));
    newcomer.click(HEADPHONES);
    newcomer.remembers("settings.toml", "the headphones", |table| said(table, "monitor") == Some(ID));
    newcomer.picture("interface");
}

/// The server is known, as when the artist's host sent a starter with its address and the key.
fn start(server: &Server, screen: &Screen) -> Program {
    let mut command = bare(server, screen);
    command.arg("--to").arg(server.whip()).arg("--key-file").arg(server.key_file());
    let app = Program::start("window", &mut command);
    screen.focus("Covers");
    app
}
