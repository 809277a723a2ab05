//! A hand at mouse and keyboard that finds things by what they are called: where they stand, and where the keyboard is, is read
//! from the tree that a screen reader has; what is done there is done by mouse or keyboard. Another layout changes nothing for it.

use std::thread;
use std::time::{Duration, Instant};

use atspi::State;

use crate::harness::wait_for;
use crate::reader::{Node, Place, Reader, patiently};
use crate::screen::Screen;

/// The most presses of one key on the way to something.
const FURTHEST: usize = 60;
/// A press that leads nowhere has led there by now.
const STAYS: Duration = Duration::from_secs(3);

/// Somebody at the window. What is wanted is its name; “…” at one end of that stands for more words.
pub(crate) struct Hand<'a> {
    pub(crate) screen: &'a Screen,
    pub(crate) reader: &'a Reader,
    /// How often the mouse went down.
    pub(crate) clicks: usize,
    /// How often a key went down.
    pub(crate) presses: usize,
}

impl<'a> Hand<'a> {
    pub(crate) fn new(screen: &'a Screen, reader: &'a Reader) -> Self {
        Self { screen, reader, clicks: 0, presses: 0 }
    }

    /// Waits for it to be there and to stand still.
    pub(crate) fn place(&self, wanted: &str) -> Place {
        let mut before = None;
        patiently(&format!("“{wanted}” to stand still"), || {
            let now = self.called(wanted).find_map(|node| self.reader.place(&node));
            let still = now == before;
            before = now;
            now.filter(|_| still)
        })
    }

    /// What is called so and can be used, first what the keyboard comes to: a field goes before the words above it.
    fn called(&self, wanted: &str) -> impl Iterator<Item = Node> + use<> {
        let of_use = |node: &Node| is_called(&node.name, wanted) && node.is(State::Enabled);
        let mut called: Vec<_> = self.reader.tree().into_iter().filter(of_use).collect();
        called.sort_by_key(|node| !node.is(State::Focusable));
        called.into_iter()
    }

    /// Waits for something that is called so and `fits`.
    pub(crate) fn sees(&self, wanted: &str, what: &str, fits: impl Fn(&Node) -> bool) -> Node {
        self.reader.find(&format!("“{wanted}” {what}"), |node| is_called(&node.name, wanted) && fits(node))
    }

    pub(crate) fn click(&mut self, wanted: &str) {
        self.click_at(self.place(wanted).middle());
    }

    pub(crate) fn click_at(&mut self, (x, y): (i32, i32)) {
        self.screen.click(x, y);
        self.clicks += 1;
    }

    pub(crate) fn double_click(&mut self, wanted: &str) {
        let (x, y) = self.place(wanted).middle();
        self.screen.point(x, y);
        self.screen.xdotool(&["click", "--repeat", "2", "--delay", "80", "1"]);
        self.screen.settle();
        self.clicks += 2;
    }

    /// Turns the wheel over it so many notches up, or down where that is negative.
    pub(crate) fn wheel(&mut self, wanted: &str, notches: i32) {
        let (x, y) = self.place(wanted).middle();
        self.screen.point(x, y);
        let (times, button) = (notches.unsigned_abs().to_string(), if notches > 0 { "4" } else { "5" });
        self.screen.xdotool(&["click", "--repeat", &times, "--delay", "60", button]);
        self.screen.settle();
    }

    /// Takes it, moves it so far to the right and down, and lets go once it is set to something else.
    pub(crate) fn drag(&mut self, wanted: &str, (right, down): (i32, i32)) {
        let (x, y) = self.place(wanted).middle();
        let before = self.sees(wanted, "to be told", |_| true).words;
        self.screen.hold_mouse_while((x, y), || {
            self.screen.settle();
            self.screen.point(x + right, y + down);
            self.sees(wanted, "to follow the mouse", |node| node.words != before);
        });
        self.clicks += 1;
    }

    /// Holds the mouse down there until it did what it is held for.
    pub(crate) fn hold_until(&mut self, wanted: &str, what: &str, done: impl Fn() -> bool) {
        let place = self.place(wanted).middle();
        self.screen.hold_mouse_while(place, || wait_for(what, || done().then_some(())));
        self.clicks += 1;
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.screen.press(keys);
        self.presses += 1;
    }

    /// Types into what has the keyboard.
    pub(crate) fn types(&mut self, text: &str) {
        self.screen.types(text);
        self.presses += text.chars().count();
    }

    /// Presses a key that goes from one thing to the next, until the keyboard is at what `fits`.
    pub(crate) fn go(&mut self, key: &str, what: &str, fits: impl Fn(&Node) -> bool) -> Node {
        let mut passed = Vec::new();
        for _ in 0..FURTHEST {
            let here = self.reader.focus();
            if let Some(node) = here.clone().filter(&fits) {
                return node;
            }
            passed.extend(here.map(|node| node.name));
            let moves = self.reader.moves();
            self.screen.xdotool(&["key", key]);
            self.presses += 1;
            let pressed = Instant::now();
            while self.reader.moves() == moves && pressed.elapsed() < STAYS {
                thread::park_timeout(Duration::from_millis(10));
            }
            self.screen.settle();
        }
        panic!("{what} is not reached by {key}: {passed:#?}");
    }

    pub(crate) fn go_to(&mut self, key: &str, wanted: &str) -> Node {
        self.go(key, wanted, |node| is_called(&node.name, wanted))
    }
}

fn is_called(name: &str, wanted: &str) -> bool {
    match (wanted.strip_prefix('…'), wanted.strip_suffix('…')) {
        (Some(end), _) => name.ends_with(end),
        (None, Some(begin)) => name.starts_with(begin),
        (None, None) => name == wanted,
    }
}
