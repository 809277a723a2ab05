//! Without eyes: a first evening from the welcome to the end of the show by somebody who has the keyboard and what a screen
//! reader tells, and nothing else.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::Instant;

use atspi::{Role, State};

use crate::hand::Hand;
use crate::harness::{Server, figure, korero, wait_for};
use crate::newcomer::{HEARD, plug_in, start};
use crate::reader::{Node, Reader, decibels};
use crate::screen::Screen;

/// Steps of an arrow key on a fader, each half a decibel, and what they make, dB.
const UP: usize = 6;
const LOUDER_DB: f64 = 3.0;

/// Somebody who does not see.
struct Listener<'a> {
    hand: Hand<'a>,
    reader: &'a Reader,
    steps: usize,
}

impl Listener<'_> {
    /// Holds a key until these words tell that it was long enough: a window that has little time sees it late.
    fn hold_until(&mut self, letter: &str, words: &str) {
        let heard = self.reader.heard();
        self.hand.screen.hold_while("ctrl", letter, || drop(self.reader.hear(heard, words)));
        self.hand.presses += 1;
    }

    /// One thing that was to be done is done.
    fn done(&mut self) {
        self.steps += 1;
    }

    /// Presses a key; gives what is announced then with these words.
    fn press_and_hear(&mut self, keys: &str, words: &str) -> String {
        let heard = self.reader.heard();
        self.hand.press(keys);
        self.reader.hear(heard, words)
    }

    fn is_at_name(&self, name: &str) -> Node {
        self.reader.is_at(&format!("the keyboard at “{name}”"), |node| node.name == name)
    }
}

#[test]
fn who_does_not_see_does_a_whole_evening_by_keyboard_and_by_what_is_told() {
    let mut server = Server::start();
    let _scarlett = plug_in(&server);
    let (screen, reader) = (Screen::open(), Reader::begin());
    let mut app = start(&server, &screen, &reader);
    let mut listener = Listener { hand: Hand::new(&screen, &reader), reader: &reader, steps: 0 };
    let begun = Instant::now();
    first_run(&mut listener);
    goes_on_air(&mut listener, &server);
    let strip = a_strip(&mut listener);
    raises(&mut listener, &strip);
    mutes(&mut listener, &strip);
    listener.press_and_hear("ctrl+m", "Mark 1 is set.");
    listener.done();
    hears_of_a_fault(&mut listener, &mut server);
    ends(&mut listener, &server);
    let took = begun.elapsed();
    everything_is_named(&listener.reader.tree());
    app.interrupt();
    assert!(app.wait().success());
    whole(&server);
    figure("without eyes: things done", listener.steps);
    figure("without eyes: presses and holds of keys", listener.hand.presses);
    figure("without eyes: announcements heard", listener.reader.heard());
    figure("without eyes: from the start to the end of the show, s", took.as_secs());
}

/// The guide, to the name of who plays.
fn first_run(listener: &mut Listener<'_>) {
    listener.is_at_name("Begin");
    listener.press_and_hear("Return", "Which interface do you play into?");
    let scarlett = |node: &Node| node.name.starts_with("Scarlett 18i20") && node.role == Role::ToggleButton;
    listener.hand.go("shift+Tab", "the interface", scarlett);
    listener.hand.press("space");
    listener.reader.is_at("the interface to be taken", |node| scarlett(node) && node.is(State::Pressed));
    listener.hand.go_to("Tab", "Hear yourself in its headphones");
    listener.hand.press("space");
    listener.reader.is_at("the headphones to be on", |node| node.is(State::Pressed));
    listener.hand.go_to("Tab", "Go on");
    listener.press_and_hear("Return", "Play, and it is labelled");
    thread::park_timeout(HEARD);
    listener.is_at_name("Take over and go on");
    listener.press_and_hear("Return", "Loud enough, and not too loud");
    listener.reader.find("how loud it is", |node| node.name.contains(" LUFS: "));
    listener.is_at_name("Go on");
    listener.press_and_hear("Return", "Where does the show go?");
    listener.press_and_hear("Return", "Ready when you are");
    listener.hand.go_to("shift+Tab", "Who plays");
    listener.hand.types("Aroha");
    let field = listener.is_at_name("Who plays");
    assert_eq!(listener.reader.text(&field), "Aroha");
    listener.done();
}

fn goes_on_air(listener: &mut Listener<'_>, server: &Server) {
    let heard = listener.reader.heard();
    listener.hold_until("l", "Recording.");
    listener.reader.hear(heard, "On air.");
    assert_eq!(server.get("/api/v1/artists/demo")["state"], "live");
    listener.done();
}

/// Goes to the third strip by its name; gives what it is called.
fn a_strip(listener: &mut Listener<'_>) -> String {
    let strips: Vec<Node> = listener.reader.tree().into_iter().filter(|node| node.name.contains(", strip ")).collect();
    let (name, _) = strips.get(2).and_then(|node| node.name.split_once(", strip ")).expect("the third strip");
    // Where the guide ended, the strips begin.
    listener.reader.is_at("the keyboard at the first strip", |node| node.name.ends_with(", strip 1"));
    listener.hand.go("Right", name, |node| node.name == format!("{name}, strip 3"));
    name.to_owned()
}

/// Three decibels more, by the arrow keys, as it is told in words and as a number.
fn raises(listener: &mut Listener<'_>, strip: &str) {
    let fader = listener.hand.go_to("Tab", &format!("{strip}: fader"));
    assert_eq!(fader.role, Role::Slider);
    let (before, number) = (decibels(&fader.words), listener.reader.number(&fader));
    for _ in 0..UP {
        listener.hand.press("Up");
    }
    let louder = |node: &Node| (decibels(&node.words) - before - LOUDER_DB).abs() < 1e-9;
    let fader = listener.reader.is_at("the fader 3 dB higher", louder);
    assert!((listener.reader.number(&fader) - number - LOUDER_DB).abs() < 1e-6, "{fader:?}");
    listener.done();
}

fn mutes(listener: &mut Listener<'_>, strip: &str) {
    let key = listener.hand.go_to("Tab", &format!("{strip}: mute"));
    assert!(!key.is(State::Pressed));
    listener.hand.press("space");
    listener.reader.is_at("the strip to be muted", |node| node.name == key.name && node.is(State::Pressed));
    listener.done();
}

/// The server dies; what happened and what to do is told, and later that all is well again.
fn hears_of_a_fault(listener: &mut Listener<'_>, server: &mut Server) {
    let heard = listener.reader.heard();
    server.kill();
    listener.reader.hear(heard, "Off air for the moment, coming back.");
    let told = listener.reader.hear(heard, "The recording goes on");
    // Both can be read again later, the one after the other.
    let tree = listener.reader.tree();
    let both = tree.windows(2).find(|both| format!("{} {}", both[0].name, both[1].name) == told);
    let [_, advice] = both.expect("the fault in the tree, with its remedy after it") else { unreachable!() };
    assert!(advice.name.contains("by itself"), "{}", advice.name);
    let heard = listener.reader.heard();
    server.again();
    listener.reader.hear(heard, "On air.");
    listener.done();
}

fn ends(listener: &mut Listener<'_>, server: &Server) {
    listener.hold_until("l", "Off air.");
    listener.hold_until("r", "Recording has stopped.");
    wait_for("the end of the take", || journal(server).contains(r#""line":"end""#).then_some(()));
    listener.done();
}

/// Whatever the keyboard can come to has a name, and what can be turned says what it is set to.
fn everything_is_named(tree: &[Node]) {
    assert!(tree.len() > 100, "{} things", tree.len());
    let mute = |node: &&Node| node.is(State::Focusable) && node.name.trim().is_empty();
    let unknown = |node: &&Node| node.role == Role::Slider && node.words.is_empty();
    let frame = tree.iter().find(|node| node.role == Role::Frame).expect("the window itself");
    assert!(frame.name.contains("Kōrero"), "{frame:?}");
    let wrong: Vec<_> = tree.iter().filter(|node| mute(node) || unknown(node)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The take on the disk is whole, and has the mark.
fn whole(server: &Server) {
    let marks = journal(server).lines().filter(|line| line.contains(r#""line":"marker""#)).count();
    assert_eq!(marks, 1);
    let output = Command::new(korero()).args(["takes", "verify"]).arg(take(server)).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

fn take(server: &Server) -> PathBuf {
    let takes = fs::read_dir(server.takes()).into_iter().flatten().map(|entry| entry.expect("an entry").path());
    let mut takes: Vec<_> = takes.filter(|folder| folder.join("take.jsonl").exists()).collect();
    assert_eq!(takes.len(), 1, "{takes:?}");
    takes.remove(0)
}

fn journal(server: &Server) -> String {
    fs::read_to_string(take(server).join("take.jsonl")).unwrap_or_default()
}
