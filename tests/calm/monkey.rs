//! A monkey with a seed: it takes a random thing of the accessibility tree and does something with it, a thousand times a
//! second, and shakes the window meanwhile.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use egui::accesskit::{Action, ActionData};
use egui::{Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, Pos2, TouchPhase, Vec2};

use crate::desktop::{Desktop, Thing, stroke};

/// From the smallest window to 4K.
const WIDTHS: (u64, u64) = (320, 3_840);
const HEIGHTS: (u64, u64) = (240, 2_160);
/// The window becomes another one after so many actions, on average.
const SHAKES: u64 = 50;
const TEXTS: [&str; 8] = ["", "-6", "12.5 dB", "1 kHz", "Kōrero", "999999", "ā", "Waiata tuatahi"];
const KEYS: [Key; 24] = [
    Key::Tab,
    Key::Space,
    Key::Enter,
    Key::Escape,
    Key::ArrowUp,
    Key::ArrowDown,
    Key::ArrowLeft,
    Key::ArrowRight,
    Key::Home,
    Key::End,
    Key::Delete,
    Key::Backspace,
    Key::F1,
    Key::F3,
    Key::F4,
    Key::F6,
    Key::F7,
    Key::F8,
    Key::F11,
    Key::F12,
    Key::P,
    Key::Z,
    Key::R,
    Key::L,
];
const MODIFIERS: [Modifiers; 5] = [
    Modifiers::NONE,
    Modifiers::NONE,
    Modifiers::COMMAND,
    Modifiers::SHIFT,
    Modifiers { alt: false, ctrl: true, shift: true, mac_cmd: false, command: true },
];

/// What it did, by kind.
#[derive(Default, Debug)]
struct Done {
    presses: u64,
    focused: u64,
    values: u64,
    clicks: u64,
    drags: u64,
    wheels: u64,
    keys: u64,
    texts: u64,
    longest_picture: Duration,
    /// What was clicked, by name.
    names: BTreeSet<String>,
}

/// See the module.
pub(crate) struct Monkey {
    /// The state of SplitMix64 (Steele, Lea, Flood 2014).
    random: u64,
    done: Done,
}

impl Monkey {
    /// The same seed does the same with the same window.
    pub(crate) fn new(seed: u64) -> Self {
        Self { random: seed, done: Done::default() }
    }

    /// Plays for that long. What a slow picture leaves undone comes with the next: the clicks of a second are always as many.
    pub(crate) fn plays(&mut self, desktop: &mut Desktop, length: Duration, clicks_a_second: u64) {
        let all = length.as_secs() * clicks_a_second;
        let begun = Instant::now();
        while self.clicks() < all {
            let due = begun.elapsed().as_millis() as u64 * clicks_a_second / 1_000;
            let things = desktop.things();
            let mut events = Vec::new();
            while self.clicks() < due.min(all) {
                self.acts(&things, &mut events);
                if self.one_of(SHAKES) == 0 {
                    desktop.becomes(self.size());
                }
            }
            let began = Instant::now();
            desktop.picture(events);
            self.done.longest_picture = self.done.longest_picture.max(began.elapsed());
        }
    }

    /// Clicks, by the mouse and by a screen reader.
    pub(crate) fn clicks(&self) -> u64 {
        self.done.presses + self.done.clicks
    }

    /// Different things that were clicked.
    pub(crate) fn names(&self) -> usize {
        self.done.names.len()
    }

    fn size(&mut self) -> Vec2 {
        let mut side = |(least, most): (u64, u64)| (least + self.one_of(most - least + 1)) as f32;
        Vec2::new(side(WIDTHS), side(HEIGHTS))
    }

    /// Takes its hands away: whatever is still down goes up.
    pub(crate) fn lets_go(&mut self, desktop: &mut Desktop) {
        let up =
            |key| Event::Key { key, physical_key: None, pressed: false, repeat: false, modifiers: Modifiers::NONE };
        let mut events = vec![Event::ModifiersChanged(Modifiers::NONE)];
        events.extend(KEYS.map(up));
        events.extend(button(Pos2::ZERO, PointerButton::Primary, false));
        events.push(Event::PointerGone);
        desktop.picture(events);
        desktop.pictures(4);
    }

    /// What it did, in words.
    pub(crate) fn done(&self) -> String {
        let Done { presses, focused, values, clicks, drags, wheels, keys, texts, .. } = &self.done;
        let (all, names, longest) = (self.clicks(), self.names(), self.done.longest_picture.as_millis());
        format!(
            "{all} clicks ({presses} by screen reader, {clicks} by mouse) on {names} different things, focused {focused}, \
             values {values}, drags {drags}, wheel {wheels}, keys {keys}, texts {texts}; longest picture {longest} ms"
        )
    }

    fn acts(&mut self, things: &[Thing], events: &mut Vec<Event>) {
        let Some(thing) = things.get(self.one_of(things.len() as u64) as usize) else { return };
        let at = thing.rect.center();
        match self.one_of(100) {
            0..50 => {
                self.done.presses += 1;
                self.done.names.insert(thing.name.clone());
                events.push(thing.asked(Action::Click, None));
            }
            50..57 => {
                self.done.focused += 1;
                events.push(thing.asked(Action::Focus, None));
            }
            57..70 => {
                self.done.values += 1;
                events.push(self.value(thing));
            }
            70..80 => {
                self.done.clicks += 1;
                self.done.names.insert(thing.name.clone());
                let other = self.one_of(4) == 0;
                let with = if other { PointerButton::Secondary } else { PointerButton::Primary };
                events.push(Event::PointerMoved(at));
                events.extend([true, false].into_iter().flat_map(|down| button(at, with, down)));
            }
            80..83 => {
                self.done.drags += 1;
                events.push(Event::PointerMoved(at));
                // What goes down here comes up wherever the next one does.
                let down = self.one_of(2) == 0;
                events.extend(button(at, PointerButton::Primary, down));
            }
            83..86 => {
                self.done.wheels += 1;
                let turned = self.one_of(400) as f32 - 200.0;
                events.push(Event::PointerMoved(at));
                events.push(Event::MouseWheel {
                    unit: MouseWheelUnit::Point,
                    delta: Vec2::new(0.0, turned),
                    phase: TouchPhase::Move,
                    source: MouseWheelSource::Unknown,
                    modifiers: Modifiers::NONE,
                });
            }
            86..96 => {
                self.done.keys += 1;
                let key = KEYS[self.one_of(KEYS.len() as u64) as usize];
                let modifiers = MODIFIERS[self.one_of(MODIFIERS.len() as u64) as usize];
                let mut stroke = stroke(modifiers, key);
                // Some stay down until they are struck again.
                if self.one_of(8) == 0 {
                    stroke.remove(2);
                }
                events.extend(stroke);
            }
            _ => {
                self.done.texts += 1;
                events.push(Event::Text(self.text().to_owned()));
            }
        }
    }

    fn value(&mut self, thing: &Thing) -> Event {
        match self.one_of(4) {
            0 => thing.asked(Action::Increment, None),
            1 => thing.asked(Action::Decrement, None),
            2 => {
                let value = self.one_of(20_000) as f64 / 100.0 - 100.0;
                thing.asked(Action::SetValue, Some(ActionData::NumericValue(value)))
            }
            _ => thing.asked(Action::SetValue, Some(ActionData::Value(self.text().into()))),
        }
    }

    fn text(&mut self) -> &'static str {
        TEXTS[self.one_of(TEXTS.len() as u64) as usize]
    }

    fn one_of(&mut self, count: u64) -> u64 {
        self.next() % count.max(1)
    }

    fn next(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.random;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }
}

fn button(pos: Pos2, button: PointerButton, pressed: bool) -> [Event; 1] {
    [Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE }]
}
