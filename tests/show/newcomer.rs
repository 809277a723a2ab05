//! A newcomer: from a fresh folder of settings, with an interface that ALSA opens like hardware and the demo band in front of
//! it, to on air. By mouse alone, in a dozen clicks, and with no typing but a name.

use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::thread;
use std::time::Duration;

use korero::audio::{Interface, Script, ScriptedHost, Wanted};
use korero::engine::{self, TapSource};
use korero::limits::SAMPLE_RATE;
use uuid::Uuid;

use crate::hand::Hand;
use crate::harness::{Program, Server, figure, root};
use crate::reader::Reader;
use crate::screen::{Screen, bare, gallery, remembers};
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

pub(crate) fn said<'t>(table: &'t toml::Table, name: &str) -> Option<&'t str> {
    table.get(name).and_then(toml::Value::as_str)
}

pub(crate) fn strips(table: &toml::Table) -> &[toml::Value] {
    table.get("strip").and_then(toml::Value::as_array).map_or(&[], Vec::as_slice)
}

/// What the demo band plays in the chorus, as the first inputs of the interface in 24 bits of 32; nobody at the others.
fn band(into: &Path) {
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
    let _scarlett = plug_in(&server);
    let (screen, reader, gallery) = (Screen::open(), Reader::begin(), gallery(&server));
    let mut app = start(&server, &screen, &reader);
    let mut hand = Hand::new(&screen, &reader);
    goes_on_air(&mut hand, &server, |step| {
        screen.settle();
        screen.picture(&gallery.join(format!("first-{step}.png")));
    });
    assert!(hand.clicks <= MOST_CLICKS, "{} clicks", hand.clicks);
    figure("clicks from a fresh start to on air, of 12", hand.clicks);
    app.interrupt();
    assert!(app.wait().success());
}

/// The interface, with the demo band in front of it.
pub(crate) fn plug_in(server: &Server) -> VirtualScarlett {
    let sound: &'static Path = Box::leak(server.folder.path().join("band.raw").into_boxed_path());
    band(sound);
    VirtualScarlett::plug_in(Setup { sound: Some(sound), ..Setup::default() })
}

/// The server is known, as when the artist's host sent a starter with its address and the key.
pub(crate) fn start(server: &Server, screen: &Screen, reader: &Reader) -> Program {
    let mut command = bare(server, screen);
    command.arg("--to").arg(server.whip()).arg("--key-file").arg(server.key_file());
    reader.attend(&mut command);
    let app = Program::start("window", &mut command);
    screen.focus("Covers");
    app
}

/// From the welcome to on air. Each step is told once it is done, before the next one.
pub(crate) fn goes_on_air(hand: &mut Hand<'_>, server: &Server, done: impl Fn(&str)) {
    let is_at = |step: &str| {
        remembers(server, "settings.toml", step, |table| said(table, "guide") == Some(step));
    };
    done("welcome");
    hand.click("Begin");
    is_at("interface");
    to_the_interface(hand, server);
    done("interface");
    hand.click("Go on");
    is_at("play");
    thread::park_timeout(HEARD);
    done("play");
    hand.click("Take over and go on");
    is_at("level");
    let known = |table: &toml::Table| (4..INPUTS).contains(&strips(table).len());
    remembers(server, "desk.toml", "the instruments, and no strip besides", known);
    hand.place("Go on");
    done("level");
    hand.click("Go on");
    is_at("place");
    done("place");
    hand.click("Go on");
    is_at("ready");
    hand.click("Who plays");
    hand.types("Aroha");
    done("ready");
    let live = || server.get("/api/v1/artists/demo")["state"].as_str() == Some("live");
    hand.hold_until("Go live: hold to go on air", "the show to be live", live);
    let named = |table: &toml::Table| {
        let show = table.get("show").and_then(toml::Value::as_table);
        show.is_some_and(|show| said(show, "artist") == Some("Aroha")) && !table.contains_key("guide")
    };
    remembers(server, "settings.toml", "the name, and no guide any more", named);
    done("live");
}

/// The interface with its headphones.
fn to_the_interface(hand: &mut Hand<'_>, server: &Server) {
    hand.click("Scarlett 18i20…");
    remembers(server, "settings.toml", "the interface", |table| said(table, "device") == Some(ID));
    hand.click("Hear yourself in its headphones");
    remembers(server, "settings.toml", "the headphones", |table| said(table, "monitor") == Some(ID));
}
