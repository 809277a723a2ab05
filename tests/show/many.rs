//! A desk of twenty strips of real music on a large screen: what an engineer sees all evening.

use std::fmt::Write as _;
use std::fs;
use std::thread;
use std::time::Duration;

use crate::harness::{Server, at_full_length, wait_for};
use crate::screen::{Screen, gallery, window_at_desk};

/// What the band plays, twice: close and in the room, or the line and its microphone; with their inputs.
const STRIPS: [(&str, &str); 20] = [
    ("Lead voice", "8"),
    ("Lead, doubled", "8"),
    ("Backing voice", "9"),
    ("Backing, low", "9"),
    ("Guitar DI", "1"),
    ("Guitar mic", "2"),
    ("Guitar pair", "1, 2"),
    ("Piano low", "6"),
    ("Piano high", "7"),
    ("Piano pair", "6, 7"),
    ("Bass DI", "3"),
    ("Bass mic", "3"),
    ("Kick", "4"),
    ("Snare", "5"),
    ("Brushes", "4, 5"),
    ("Room left", "4"),
    ("Room right", "5"),
    ("Shaker", "10"),
    ("Shaker far", "10"),
    ("Kōauau", "9"),
];
const SETTINGS: &str = "[looks]\nplace = { width = 1920.0, height = 1080.0, maximised = false }\n";
/// The chorus, where everybody plays.
const EVERYBODY_PLAYS: Duration = Duration::from_secs(36);
const SETTLED: Duration = Duration::from_secs(4);

/// Everyone with a low cut, an equaliser and a compressor, at another level.
fn desk() -> String {
    let mut desk = String::from("format = 1\n");
    for (n, (name, inputs)) in STRIPS.iter().enumerate() {
        let (hue, place) = (n % 12, n as f32);
        let (gain, freq) = ((place * 2.7) % 9.0 - 4.0, 180.0 * 1.17_f32.powf(place));
        let (level, pan) = (-9.0 - (place * 1.9) % 11.0, (place * 0.37) % 1.6 - 0.8);
        write!(
            desk,
            "[[strip]]\nid = \"s{n}\"\nname = \"{name}\"\nhue = {hue}\ninput = [{inputs}]\n[strip.trim]\ngain = 6.0\n\
             [strip.highpass]\non = {}\nfreq = 80.0\n[strip.fader]\nlevel = {level:.1}\npan = {pan:.2}\n\
             [strip.eq]\non = true\nband2 = {{ on = true, shape = \"bell\", freq = {freq:.0}, gain = {gain:.1}, q = 0.9 }}\n\
             [strip.compressor]\non = {}\nthreshold = -26.0\nratio = 3.0\n",
            n % 3 > 0,
            n % 2 == 0,
        )
        .expect("text grows");
    }
    desk + "[mix.limiter]\nceiling = -3.0\n[cue.fader]\nlevel = -6.0\n"
}

#[test]
fn twenty_strips_of_real_music_are_seen_on_air_in_dark_and_light() {
    let server = Server::start();
    let (screen, gallery) = (Screen::of_size((1920, 1080)), gallery(&server));
    let path = server.folder.path().join("many.toml");
    fs::write(&path, desk()).expect("written");
    let app = window_at_desk(&server, &screen, &path, SETTINGS);
    screen.focus("Covers");
    screen.hold("ctrl", "l");
    let state = || server.get("/api/v1/artists/demo")["state"].as_str().map(str::to_owned);
    wait_for("the show to be live", || (state().as_deref() == Some("live")).then_some(()));
    thread::park_timeout(if at_full_length() { EVERYBODY_PLAYS } else { SETTLED });
    screen.picture(&gallery.join("many-dark.png"));
    screen.press("F9");
    screen.picture(&gallery.join("many-light.png"));
    screen.hold("ctrl", "l");
    wait_for("the show to leave the air", || (state().as_deref() != Some("live")).then_some(()));
    app.interrupt();
}
