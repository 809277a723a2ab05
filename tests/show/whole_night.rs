//! A whole night in the real window, by mouse and keyboard alone: from a fresh folder of settings over the first minute, mixing
//! and two songs to a file of what was played. What each step did is looked for outside of the window.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use serde_json::Value;

use crate::hand::Hand;
use crate::harness::{Server, figure, korero, wait_for};
use crate::newcomer::{goes_on_air, plug_in, said, start, strips};
use crate::reader::{Reader, decibels};
use crate::screen::{Screen, config, gallery, remembers};

/// What is sung.
const SONGS: [&str; 2] = ["Harbour Light", "Kāinga"];
/// What is shown of a level is rounded, dB.
const ROUNDED_DB: f64 = 0.051;
/// What the journal of a take ends with.
const END: &str = r#""line":"end""#;

/// Somebody at the window, and what there is outside of it.
struct Night<'a> {
    hand: Hand<'a>,
    server: &'a Server,
    gallery: PathBuf,
    /// The strip that is mixed, and its number.
    strip: (String, usize),
}

impl Night<'_> {
    /// A control of the strip.
    fn of(&self, control: &str) -> String {
        format!("{}: {control}", self.strip.0)
    }

    /// Waits until the strip in the file of the desk is so.
    fn desk_has(&self, what: &str, fits: impl Fn(&toml::Value) -> bool) {
        let strip = |table: &toml::Table| strips(table).get(self.strip.1 - 1).is_some_and(&fits);
        remembers(self.server, "desk.toml", what, strip);
    }

    /// The level that is shown is the one in the file; gives it.
    fn level(&self) -> f64 {
        let shown = decibels(&self.hand.sees(&self.of("fader"), "in sight", |_| true).words);
        self.desk_has(&format!("the fader at {shown} dB"), |strip| {
            (value(strip, "fader.level") - shown).abs() < ROUNDED_DB
        });
        shown
    }

    fn picture(&self, name: &str) {
        self.hand.screen.settle();
        self.hand.screen.picture(&self.gallery.join(format!("{name}.png")));
    }

    fn take(&self) -> PathBuf {
        let takes =
            fs::read_dir(self.server.takes()).into_iter().flatten().map(|entry| entry.expect("an entry").path());
        let mut takes: Vec<_> = takes.filter(|folder| folder.join("take.jsonl").exists()).collect();
        assert_eq!(takes.len(), 1, "{takes:?}");
        takes.remove(0)
    }

    fn journal(&self, kind: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.take().join("take.jsonl")).unwrap_or_default();
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.filter(|line| line["line"] == kind).collect()
    }

    /// Waits until this is what was marked.
    fn marked(&self, labels: &[&str]) {
        wait_for(&format!("the marks {labels:?}"), || {
            let marks = self.journal("marker");
            marks.iter().map(|mark| mark["label"].as_str().unwrap_or_default()).eq(labels.iter().copied()).then_some(())
        });
    }
}

/// A number in a strip of the desk, which is 0 where it is not written.
fn value(strip: &toml::Value, path: &str) -> f64 {
    at(strip, path).and_then(|value| value.as_float().or(value.as_integer().map(|n| n as f64))).unwrap_or(0.0)
}

fn is_on(strip: &toml::Value, path: &str) -> bool {
    at(strip, path).and_then(toml::Value::as_bool).unwrap_or(false)
}

fn at<'t>(strip: &'t toml::Value, path: &str) -> Option<&'t toml::Value> {
    path.split('.').try_fold(strip, |inner, step| inner.get(step))
}

#[test]
fn a_whole_night_is_played_by_mouse_and_keyboard_and_is_a_file_with_its_songs_in_the_end() {
    let server = Server::start();
    let _scarlett = plug_in(&server);
    let (screen, reader) = (Screen::open(), Reader::begin());
    screen.maori_keyboard();
    let mut app = start(&server, &screen, &reader);
    let begun = Instant::now();
    let mut hand = Hand::new(&screen, &reader);
    goes_on_air(&mut hand, &server, |_| ());
    let mut night = Night { hand, server: &server, gallery: gallery(&server), strip: (second_strip(&server), 2) };
    writes_the_set_list(&mut night);
    begins_the_first_song(&mut night);
    mixes_by_mouse(&mut night);
    shapes_and_takes_it_back(&mut night);
    mixes_by_keyboard(&mut night);
    begins_the_next_song_and_marks(&mut night);
    ends(&mut night);
    hears_the_take(&mut night);
    exports(&mut night);
    is_all_there(&night);
    figure(
        "a whole night by mouse and keyboard: clicks, keys",
        format!("{}, {}", night.hand.clicks, night.hand.presses),
    );
    figure("a whole night by mouse and keyboard: s", begun.elapsed().as_secs());
    app.interrupt();
    assert!(app.wait().success());
}

fn second_strip(server: &Server) -> String {
    let text = fs::read_to_string(config(server).join("desk.toml")).expect("a desk");
    let desk: toml::Table = text.parse().expect("TOML");
    let strip = strips(&desk).get(1).and_then(toml::Value::as_table).expect("a second strip");
    said(strip, "name").expect("a name").to_owned()
}

fn writes_the_set_list(night: &mut Night<'_>) {
    night.hand.click("Air view");
    night.hand.click("Set list");
    night.hand.types(&SONGS.join("\n"));
    night.hand.click("Keep");
    let songs = |table: &toml::Table| Some(table.get("show")?.get("set_list")?.as_array()?.clone());
    remembers(night.server, "settings.toml", "the set list", |table| {
        songs(table).is_some_and(|songs| songs.iter().filter_map(toml::Value::as_str).eq(SONGS))
    });
}

/// The big key, by mouse.
fn begins_the_first_song(night: &mut Night<'_>) {
    night.picture("show-songs");
    night.hand.click(&format!("Next song: {}", SONGS[0]));
    night.marked(&SONGS[..1]);
    night.hand.click("Desk");
}

fn mixes_by_mouse(night: &mut Night<'_>) {
    let (fader, pan) = (night.of("fader"), night.of("pan"));
    night.hand.drag(&fader, (0, 60));
    assert!((-30.0..-2.0).contains(&night.level()), "{}", night.level());
    night.hand.double_click(&fader);
    night.desk_has("the fader at rest", |strip| value(strip, "fader.level") == 0.0);
    night.hand.wheel(&fader, 3);
    night.desk_has("the fader higher", |strip| value(strip, "fader.level") > 0.0);
    let level = night.level();
    // Half a decibel for each notch, of which a screen without a mouse may tell twice: pressed, and let go.
    assert!([1.5, 3.0].contains(&level), "{level} dB");
    night.hand.drag(&pan, (-25, 0));
    night.desk_has("it is at the left", |strip| value(strip, "fader.pan") < -0.05);
    let (mute, solo) = (night.of("mute"), night.of("solo in the headphones"));
    for (key, path) in [(mute, "fader.mute"), (solo, "fader.solo")] {
        for on in [true, false] {
            night.hand.click(&key);
            night.desk_has(&format!("{path} = {on}"), |strip| is_on(strip, path) == on);
        }
    }
}

/// A point of the equaliser's curve, and the key that takes back.
fn shapes_and_takes_it_back(night: &mut Night<'_>) {
    let name = night.strip.0.clone();
    night.hand.double_click(&night.of("EQ curve"));
    night.hand.click(&night.of("large"));
    night.hand.click(&format!("{name}, EQ, on"));
    night.desk_has("the equaliser works", |strip| is_on(strip, "eq.on"));
    night.hand.drag(&format!("{name}, EQ, band 2: point on the curve"), (60, -40));
    let shaped = |strip: &toml::Value| value(strip, "eq.band2.gain") > 1.0;
    night.desk_has("the band is raised", shaped);
    night.picture("show-curve");
    night.hand.click("Undo: …");
    night.desk_has("the band is as it was", |strip| !shaped(strip));
    night.hand.press("Escape");
}

fn mixes_by_keyboard(night: &mut Night<'_>) {
    let (name, at) = night.strip.clone();
    night.hand.go("Tab", "the first strip", |node| node.name.ends_with(", strip 1"));
    night.hand.go_to("Right", &format!("{name}, strip {at}"));
    let fader = night.of("fader");
    night.hand.go_to("Tab", &fader);
    let before = night.level();
    for _ in 0..4 {
        night.hand.press("Down");
    }
    night.desk_has("four steps down", |strip| value(strip, "fader.level") == before - 2.0);
    night.hand.press("Return");
    night.hand.types("-6\n");
    night.desk_has("as it was typed", |strip| value(strip, "fader.level") == -6.0);
    assert_eq!(night.level(), -6.0);
    let mute = night.of("mute");
    night.hand.go_to("Tab", &mute);
    for on in [true, false] {
        night.hand.press("space");
        night.desk_has(&format!("mute = {on}"), |strip| is_on(strip, "fader.mute") == on);
    }
    night.hand.press("ctrl+z");
    night.desk_has("taken back by key", |strip| is_on(strip, "fader.mute"));
    night.hand.press("ctrl+shift+z");
    night.desk_has("done again by key", |strip| !is_on(strip, "fader.mute"));
    night.picture("show-mixing");
}

/// What listeners are sent is what was mixed, as the own ear hears it at the server.
fn begins_the_next_song_and_marks(night: &mut Night<'_>) {
    night.hand.sees("Own ear: Heard", "to be told", |_| true);
    night.hand.press("ctrl+shift+Return");
    night.marked(&SONGS);
    night.hand.click("Mark");
    night.marked(&[SONGS[0], SONGS[1], "3"]);
}

/// Off the air, and only then the recording, by holding the mouse.
fn ends(night: &mut Night<'_>) {
    let (server, take) = (night.server, night.take());
    let state = || server.get("/api/v1/artists/demo")["state"].clone();
    night.hand.hold_until("…: hold to leave the air", "the show to leave the air", || state() != "live");
    let ended = |folder: &Path| fs::read_to_string(folder.join("take.jsonl")).is_ok_and(|text| text.contains(END));
    assert!(!ended(&take), "the recording goes on");
    night.hand.hold_until("…: hold to stop recording", "the end of the take", || ended(&take));
}

/// A moment of it, in the headphones.
fn hears_the_take(night: &mut Night<'_>) {
    night.hand.click("Takes");
    night.hand.click("…, in order");
    let overview = night.take().join("mix.wav.overview");
    wait_for("the picture of the sound", || overview.exists().then_some(()));
    night.hand.click("Hear it");
    night.hand.sees("At …", "to go on", |node| node.words != "0:00:00");
    night.hand.click("Stop it");
}

fn exports(night: &mut Night<'_>) {
    for key in ["Export", "All in one file", "FLAC"] {
        night.hand.click(key);
    }
    night.hand.click("Export now");
    night.hand.sees("2 files…", "to be told", |_| true);
}

/// Both files are the sound of the take, and have the songs and the mark where the journal has them.
fn is_all_there(night: &Night<'_>) {
    let take = night.take();
    let verified = Command::new(korero()).args(["takes", "verify"]).arg(&take).output().expect("it runs");
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    let master = sound_of(&take.join("mix.wav"));
    assert!(master.iter().any(|sample| sample.unsigned_abs() > 1 << 27), "the band is heard");
    let marks = night.journal("marker");
    let first = night.journal("file")[0]["first_frame"].as_u64().expect("a frame");
    let at = |mark: &Value| mark["at"].as_u64().expect("a frame") - first;
    let label = |mark: &Value| mark["label"].as_str().expect("words").to_owned();
    let marks: Vec<_> = marks.iter().map(|mark| (at(mark), label(mark))).collect();
    let [wav, flac] = ["wav", "flac"].map(|ending| exported(&take, ending));
    assert_eq!(cues(&fs::read(&wav).expect("it opens")), marks);
    let told = chapters(&flac);
    assert!(told.iter().map(|(_, label)| label).eq(marks.iter().map(|(_, label)| label)), "{told:?} of {marks:?}");
    for ((seconds, _), (frame, _)) in told.iter().zip(&marks) {
        assert!((seconds * 48_000.0 - *frame as f64).abs() <= 48.0, "{told:?} of {marks:?}");
    }
    for file in [wav, flac] {
        assert!(sound_of(&file) == master, "{}", file.display());
    }
}

/// The one file with that ending beside the take's own.
fn exported(take: &Path, ending: &str) -> PathBuf {
    let files = fs::read_dir(take).expect("a folder").map(|entry| entry.expect("an entry").path());
    let own = |file: &Path| file.ends_with("mix.wav");
    let mut files = files.filter(|file| file.extension().is_some_and(|end| end == ending) && !own(file));
    let file = files.next().unwrap_or_else(|| panic!("a {ending} file"));
    assert_eq!(files.next(), None);
    file
}

/// The samples as another program decodes them.
fn sound_of(file: &Path) -> Vec<i32> {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-i"]).arg(file).args(["-f", "s32le", "-c:a", "pcm_s32le", "-"]);
    let output = command.output().expect("ffmpeg runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout.as_chunks().0.iter().map(|bytes| i32::from_le_bytes(*bytes)).collect()
}

/// Where chapters begin, s, and what they are called, as another program tells it.
fn chapters(file: &Path) -> Vec<(f64, String)> {
    let output = Command::new("ffprobe").args(["-v", "error", "-show_chapters", "-of", "json"]).arg(file).output();
    let told: Value = serde_json::from_slice(&output.expect("ffprobe runs").stdout).expect("JSON");
    let chapter = |chapter: &Value| {
        let begin = chapter["start_time"].as_str().and_then(|begin| begin.parse().ok()).expect("a time");
        (begin, chapter["tags"]["title"].as_str().expect("a title").to_owned())
    };
    told["chapters"].as_array().expect("a list").iter().map(chapter).collect()
}

/// The frames and the labels of the cues of a WAV file, by its chunks.
fn cues(bytes: &[u8]) -> Vec<(u64, String)> {
    let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes")) as usize;
    let (mut at, mut points, mut labels) = (12, Vec::new(), Vec::new());
    while &bytes[at..at + 4] != b"data" {
        let end = at + 8 + number(at + 4);
        match &bytes[at..at + 4] {
            b"cue " => points = (0..number(at + 8)).map(|nth| number(at + 32 + 24 * nth) as u64).collect(),
            b"LIST" => {
                let mut label = at + 12;
                while label < end {
                    let length = number(label + 4);
                    let words = bytes[label + 12..label + 8 + length].strip_suffix(&[0]).expect("it ends");
                    labels.push(String::from_utf8_lossy(words).into_owned());
                    label += 8 + length.next_multiple_of(2);
                }
            }
            _ => {}
        }
        at = end.next_multiple_of(2);
    }
    points.into_iter().zip(labels).collect()
}
