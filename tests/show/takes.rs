//! A take from Record to the bin, by mouse and keyboard, with the files that come of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::harness::{Server, figure, wait_for};
use crate::screen::{Screen, gallery, window};

/// Two songs of this length are recorded.
const SONG: Duration = Duration::from_secs(4);

/// The keys of the panel, where they stand.
const FIRST_ROW: (i32, i32) = (150, 485);
const PICTURE: (i32, i32) = (600, 580);
const HEAR: (i32, i32) = (345, 645);
const EXPORT: (i32, i32) = (405, 645);
const EXPORT_NOW: (i32, i32) = (358, 753);
const BIN: (i32, i32) = (745, 645);

#[test]
fn a_take_is_recorded_looked_at_heard_exported_and_put_into_the_bin_by_mouse() {
    let server = Server::start();
    let (screen, gallery) = (Screen::open(), gallery(&server));
    let app = window(&server, &screen);
    screen.focus("Covers");
    let take = record(&screen, &server);
    screen.press("F8");
    click(&screen, FIRST_ROW);
    wait_for("the picture of the sound", || take.join("mix.wav.overview").exists().then_some(()));
    screen.settle();
    // Headphones, then the middle of the take.
    click(&screen, (350, 39));
    click(&screen, (300, 76));
    click(&screen, PICTURE);
    click(&screen, HEAR);
    thread::park_timeout(SONG / 4);
    screen.picture(&gallery.join("takes-heard.png"));
    click(&screen, HEAR);
    export(&screen, &take);
    screen.press("F9");
    screen.settle();
    screen.picture(&gallery.join("takes-light.png"));
    // Two presses, not so soon after each other that they are one double-click.
    click(&screen, BIN);
    thread::park_timeout(SONG / 4);
    click(&screen, BIN);
    wait_for("the take to leave", || (!take.exists()).then_some(()));
    let name = take.file_name().expect("a name");
    let binned = server.folder.path().join("data/Trash/files").join(name);
    assert!(binned.join("mix.wav").exists() && binned.join("Songs").exists(), "all of it is in the system's bin");
    app.interrupt();
    figure("take recorded, heard, exported and binned by mouse", "yes");
}

fn click(screen: &Screen, (x, y): (i32, i32)) {
    screen.click(x, y);
}

/// Two songs, of which the second is marked.
fn record(screen: &Screen, server: &Server) -> PathBuf {
    screen.press("ctrl+r");
    let take = wait_for("the take", || folders(&server.takes()).pop());
    wait_for("its sound", || take.join("mix.wav").exists().then_some(()));
    thread::park_timeout(SONG);
    screen.press("ctrl+m");
    thread::park_timeout(SONG);
    screen.hold("ctrl", "r");
    let ended = || fs::read_to_string(take.join("take.jsonl")).is_ok_and(|text| text.contains(r#""line":"end""#));
    wait_for("the end of the take", || ended().then_some(()));
    take
}

/// Each song as a file; together they are the take.
fn export(screen: &Screen, take: &Path) {
    click(screen, EXPORT);
    click(screen, EXPORT_NOW);
    let frames = |file: &Path| hound::WavReader::open(file).ok().map(|reader| u64::from(reader.duration()));
    let whole = frames(&take.join("mix.wav")).expect("the take opens");
    let songs = || {
        let files = fs::read_dir(take.join("Songs")).ok()?;
        let files = files.map(|file| file.expect("a file").path());
        let songs: Vec<u64> =
            files.filter(|file| file.extension().is_some_and(|e| e == "wav")).filter_map(|f| frames(&f)).collect();
        (songs.len() == 2).then_some(songs)
    };
    let songs = wait_for("the songs", songs);
    assert_eq!(songs.iter().sum::<u64>(), whole);
    screen.settle();
}

fn folders(takes: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(takes).into_iter().flatten().map(|entry| entry.expect("an entry").path());
    found.filter(|folder| folder.join("take.jsonl").exists()).collect()
}
