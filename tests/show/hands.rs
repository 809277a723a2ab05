//! The air view of a real window by its keyboard: songs are begun while it is locked, and nothing else is heard.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use crate::harness::{Server, figure, wait_for};
use crate::screen::{Screen, gallery, window_with_settings};

const SETTINGS: &str = r#"
[show]
title = "Te pō waiata"
artist = "Aroha"
set_list = ["Pōkarekare ana", "Kāinga"]
[looks]
air_view = true
"#;
/// Longer than any key has to be held.
const HOLD: Duration = Duration::from_millis(1_500);

#[test]
fn songs_are_begun_in_a_locked_air_view_and_nothing_else_is_heard_until_it_is_unlocked() {
    let server = Server::start();
    let (screen, gallery) = (Screen::open(), gallery(&server));
    let app = window_with_settings(&server, &screen, SETTINGS);
    screen.focus("Covers");
    screen.press("ctrl+r");
    let take = wait_for("the take", || folders(&server).pop());
    let marks = || {
        let journal = fs::read_to_string(take.join("take.jsonl")).unwrap_or_default();
        journal.lines().filter(|line| line.contains(r#""line":"marker""#)).map(str::to_owned).collect::<Vec<_>>()
    };
    let ended = || fs::read_to_string(take.join("take.jsonl")).is_ok_and(|text| text.contains(r#""line":"end""#));
    screen.press("F12");
    for (n, song) in ["Pōkarekare ana", "Kāinga"].into_iter().enumerate() {
        screen.press("ctrl+shift+Return");
        wait_for("the song", || marks().get(n).filter(|mark| mark.contains(song)).map(drop));
        hold(&screen, &["ctrl", "r"]);
    }
    screen.press("ctrl+m");
    screen.picture(&gallery.join("air-view-locked.png"));
    // A mark is heard as well; the recording goes on.
    wait_for("the mark", || (marks().len() == 3).then_some(()));
    assert!(!ended());
    hold(&screen, &["F12"]);
    hold(&screen, &["ctrl", "r"]);
    wait_for("the end of the take", || ended().then_some(()));
    app.interrupt();
    figure("songs begun in a locked air view by keyboard", marks().len() - 1);
}

/// Holds keys down together.
fn hold(screen: &Screen, keys: &[&str]) {
    keys.iter().for_each(|key| screen.xdotool(&["keydown", key]));
    thread::park_timeout(HOLD);
    keys.iter().rev().for_each(|key| screen.xdotool(&["keyup", key]));
    screen.settle();
}

fn folders(server: &Server) -> Vec<PathBuf> {
    let found = fs::read_dir(server.takes()).into_iter().flatten().map(|entry| entry.expect("an entry").path());
    found.filter(|folder| folder.join("take.jsonl").exists()).collect()
}
