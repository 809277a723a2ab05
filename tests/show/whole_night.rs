//! A whole night in the real window, by mouse and keyboard: from a fresh folder of settings to a file of what was played. What
//! each step did is looked for outside of the window.

use std::fs;
use std::path::{Path, PathBuf};

use crate::hand::Hand;
use crate::harness::{Server, figure, wait_for};
use crate::newcomer::{goes_on_air, plug_in, said, start, strips};
use crate::reader::Reader;
use crate::screen::{Screen, config, gallery, remembers};

fn dump(hand: &Hand<'_>, step: &str) {
    hand.screen.settle();
    hand.screen.picture(Path::new(&format!("/tmp/lead/night/{step}.png")));
    let tree = hand.reader.tree();
    let text: Vec<String> =
        tree.iter().map(|n| format!("{:?} {:?} {:?} {:?}", n.role, n.name, n.words, hand.reader.place(n))).collect();
    fs::write(format!("/tmp/lead/night/{step}.txt"), text.join("\n")).unwrap();
}

#[test]
fn a_whole_night() {
    let server = Server::start();
    let _scarlett = plug_in(&server);
    let (screen, reader) = (Screen::open(), Reader::begin());
    screen.maori_keyboard();
    let mut app = start(&server, &screen, &reader);
    let mut hand = Hand::new(&screen, &reader);
    goes_on_air(&mut hand, &server, |step| dump(&Hand::new(&screen, &reader), &format!("a-{step}")));
    hand.click("Air view");
    dump(&hand, "b-air");
    hand.click("Set list");
    dump(&hand, "c-list");
    screen.types("Harbour Light\nKāinga");
    dump(&hand, "d-typed");
    hand.click("Keep");
    remembers(&server, "settings.toml", "set list", |t| {
        eprintln!("{:?}", t.get("show"));
        t.get("show").and_then(|s| s.get("set_list")).is_some()
    });
    dump(&hand, "e-kept");
    hand.click("Next song: …");
    dump(&hand, "f-next");
    hand.click("Desk");
    dump(&hand, "g-desk");
    let table: toml::Table = fs::read_to_string(config(&server).join("desk.toml")).unwrap().parse().unwrap();
    let name = said(strips(&table)[1].as_table().unwrap(), "name").unwrap().to_owned();
    hand.drag(&format!("{name}: fader"), (0, 60));
    dump(&hand, "h-drag");
    fs::copy(config(&server).join("desk.toml"), "/tmp/lead/night/desk-h.toml").unwrap();
    hand.double_click(&format!("{name}: fader"));
    dump(&hand, "i-double");
    hand.wheel(&format!("{name}: fader"), 3);
    dump(&hand, "j-wheel");
    hand.click(&format!("{name}: mute"));
    hand.click(&format!("{name}: solo in the headphones"));
    hand.drag(&format!("{name}: pan"), (-30, 0));
    dump(&hand, "k-pan");
    fs::copy(config(&server).join("desk.toml"), "/tmp/lead/night/desk-k.toml").unwrap();
    hand.double_click(&format!("{name}: EQ curve"));
    dump(&hand, "l-panel");
    hand.click(&format!("{name}: large"));
    hand.click(&format!("{name}, EQ, on"));
    dump(&hand, "m-large");
    let band = format!("{name}, EQ, band 2: point on the curve");
    hand.drag(&band, (40, -40));
    dump(&hand, "n-dragged");
    fs::copy(config(&server).join("desk.toml"), "/tmp/lead/night/desk-n.toml").unwrap();
    hand.click("Undo: …");
    dump(&hand, "o-undone");
    screen.press("Escape");
    dump(&hand, "p-escaped");
    let ended = || server.get("/api/v1/artists/demo")["state"].as_str() != Some("live");
    hand.hold_until("…: hold to leave the air", "off", ended);
    dump(&hand, "q-off");
    let take = wait_for("the take", || folders(&server.takes()).pop());
    let over = || fs::read_to_string(take.join("take.jsonl")).is_ok_and(|text| text.contains(r#""line":"end""#));
    hand.hold_until("…: hold to stop recording", "rec off", over);
    dump(&hand, "r-rec");
    fs::copy(take.join("take.jsonl"), "/tmp/lead/night/take.jsonl").unwrap();
    hand.click("Takes");
    hand.click("…, in order");
    dump(&hand, "s-take");
    hand.click("Hear it");
    dump(&hand, "t-hear");
    hand.click("Stop it");
    hand.click("Export");
    dump(&hand, "u-export");
    hand.click("All in one file");
    hand.click("FLAC");
    hand.click("Export now");
    dump(&hand, "v-exporting");
    dump(&hand, "w-exported");
    let out = std::process::Command::new("find").arg(&take).output().unwrap();
    eprintln!("{}", String::from_utf8_lossy(&out.stdout));
    let _ = std::process::Command::new("cp").arg("-r").arg(&take).arg("/tmp/lead/night/take").status();
    let _ = gallery(&server);
    app.interrupt();
    assert!(app.wait().success());
    figure("x", 1);
}

fn folders(takes: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(takes).into_iter().flatten().map(|entry| entry.expect("an entry").path());
    found.filter(|folder| folder.join("take.jsonl").exists()).collect()
}
