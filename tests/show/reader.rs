//! What a screen reader knows of the window: the tree of AT-SPI, where the keyboard is, and what is announced. It has buses of
//! its own, so that no other program of this computer is heard.

use std::collections::HashMap;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use atspi::{CacheItem, CoordType, Role, State, StateSet};
use serde::Serialize;
use tempfile::TempDir;
use zbus::blocking::{Connection, MessageIterator, connection::Builder};
use zbus::zvariant::{DynamicType, OwnedObjectPath, OwnedValue, Value};
use zbus::{MatchRule, Message, message};

use crate::harness::{Program, wait_for};

const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";
/// Events that wait to be read; nobody waits for them long.
const QUEUE: usize = 4_096;
/// Between two questions to the window.
const PATIENCE: Duration = Duration::from_millis(100);

/// Something in the tree, as it is told.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) name: String,
    /// What it is described with: of a control, what it is set to.
    pub(crate) words: String,
    pub(crate) role: Role,
    pub(crate) states: StateSet,
    path: String,
}

impl From<CacheItem> for Node {
    fn from(item: CacheItem) -> Self {
        let path = item.object.path_as_str().to_owned();
        Self { name: item.short_name, words: item.name, role: item.role, states: item.states, path }
    }
}

impl Node {
    pub(crate) fn is(&self, state: State) -> bool {
        self.states.contains(state)
    }
}

/// Where something stands, in points.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    pub(crate) left: i32,
    pub(crate) top: i32,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

impl Place {
    pub(crate) fn middle(self) -> (i32, i32) {
        (self.left + self.width / 2, self.top + self.height / 2)
    }
}

/// Things that were told, oldest first.
type Told = Arc<Mutex<Vec<String>>>;

/// A listener to one window.
pub(crate) struct Reader {
    address: String,
    bus: Connection,
    announced: Told,
    /// Where the keyboard came to, by the paths of the tree.
    focused: Told,
    _session: Program,
    _folder: TempDir,
}

impl Reader {
    /// Begins to listen, before there is a window, as a screen reader that starts with the computer.
    pub(crate) fn begin() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = Command::new("dbus-daemon");
        command.args(["--session", "--nofork", "--print-address"]);
        command.env("XDG_RUNTIME_DIR", folder.path()).env("GSETTINGS_BACKEND", "memory").env_remove("DISPLAY");
        let session = Program::start("session bus", &mut command);
        let (_, address) = wait_for("the session bus", || session.first_line(|line| line.starts_with("unix:")));
        let desk = connect(&address);
        let switch = ("org.a11y.Status", "IsEnabled", Value::from(true));
        ask(&desk, ("org.a11y.Bus", "/org/a11y/bus", PROPERTIES), "Set", &switch).expect("it is switched on");
        let place = ask(&desk, ("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus"), "GetAddress", &());
        let place: String = place.expect("it is told").body().deserialize().expect("an address");
        let bus = connect(&place);
        let (announced, focused) = (Told::default(), Told::default());
        follow(&bus, "Announcement", announced.clone(), |_, (_, _, _, text, _)| String::try_from(text).ok());
        follow(&bus, "StateChanged", focused.clone(), |path, (state, on, ..)| {
            (state == "focused" && on == 1).then_some(path)
        });
        Self { address, bus, announced, focused, _session: session, _folder: folder }
    }

    /// The window that is started so is on this bus.
    pub(crate) fn attend(&self, window: &mut Command) {
        window.env("DBUS_SESSION_BUS_ADDRESS", &self.address).env_remove("AT_SPI_BUS_ADDRESS");
    }

    /// How much was announced until now.
    pub(crate) fn heard(&self) -> usize {
        self.announced.lock().expect("nobody panics with it").len()
    }

    /// Waits until something with these words is announced, after so much was `heard`; gives all of it.
    pub(crate) fn hear(&self, heard: usize, words: &str) -> String {
        wait_for(&format!("“{words}” to be announced"), || {
            let announced = self.announced.lock().expect("nobody panics with it");
            announced.iter().skip(heard).find(|told| told.contains(words)).cloned()
        })
    }

    /// How often the keyboard came to something until now.
    pub(crate) fn moves(&self) -> usize {
        self.focused.lock().expect("nobody panics with it").len()
    }

    /// What the keyboard holds, as it came to it last.
    pub(crate) fn focus(&self) -> Option<Node> {
        let path = self.focused.lock().expect("nobody panics with it").last().cloned()?;
        let property = |name| self.property(&path, ACCESSIBLE, name);
        let text = |name| String::try_from(property(name)?).ok();
        let states = self.at(&path, ACCESSIBLE, "GetState", &())?.body().deserialize().ok()?;
        let role = self.at(&path, ACCESSIBLE, "GetRole", &())?.body().deserialize().ok()?;
        Some(Node { name: text("Name")?, words: text("Description")?, role, states, path })
    }

    /// The whole tree, from the window down, each before what is in it.
    pub(crate) fn tree(&self) -> Vec<Node> {
        let place = |window: &String| -> Option<Vec<CacheItem>> {
            let cache = (window.as_str(), "/org/a11y/atspi/cache", "org.a11y.atspi.Cache");
            ask(&self.bus, cache, "GetItems", &()).ok()?.body().deserialize().ok()
        };
        self.window().as_ref().and_then(place).unwrap_or_default().into_iter().map(Node::from).collect()
    }

    /// Waits until there is something in the tree that `fits`.
    pub(crate) fn find(&self, what: &str, fits: impl Fn(&Node) -> bool) -> Node {
        patiently(what, || self.tree().into_iter().find(&fits))
    }

    /// Waits until the keyboard is at something that `fits`.
    pub(crate) fn is_at(&self, what: &str, fits: impl Fn(&Node) -> bool) -> Node {
        patiently(what, || self.focus().filter(&fits))
    }

    /// Where it stands in the window. `None` for what is not shown.
    pub(crate) fn place(&self, node: &Node) -> Option<Place> {
        let reply = self.at(&node.path, "org.a11y.atspi.Component", "GetExtents", &CoordType::Window)?;
        let (left, top, width, height): (i32, i32, i32, i32) = reply.body().deserialize().ok()?;
        (width > 0 && height > 0).then_some(Place { left, top, width, height })
    }

    /// The number of what has one.
    pub(crate) fn number(&self, node: &Node) -> f64 {
        let value = self.property(&node.path, "org.a11y.atspi.Value", "CurrentValue");
        value.and_then(|value| f64::try_from(value).ok()).unwrap_or_else(|| panic!("{node:?} has no number"))
    }

    /// What is written in a field.
    pub(crate) fn text(&self, node: &Node) -> String {
        let reply = self.at(&node.path, "org.a11y.atspi.Text", "GetText", &(0, -1));
        reply.and_then(|reply| reply.body().deserialize().ok()).unwrap_or_else(|| panic!("{node:?} has no text"))
    }

    /// The window by its name on the bus, once it is in the tree.
    fn window(&self) -> Option<String> {
        let registry = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root", ACCESSIBLE);
        let reply = ask(&self.bus, registry, "GetChildren", &()).ok()?;
        let windows: Vec<(String, OwnedObjectPath)> = reply.body().deserialize().ok()?;
        windows.into_iter().next().map(|(name, _)| name)
    }

    fn property(&self, path: &str, interface: &str, name: &str) -> Option<OwnedValue> {
        self.at(path, PROPERTIES, "Get", &(interface, name))?.body().deserialize().ok()
    }

    fn at(&self, path: &str, interface: &str, member: &str, words: &(impl Serialize + DynamicType)) -> Option<Message> {
        ask(&self.bus, (self.window()?.as_str(), path, interface), member, words).ok()
    }
}

/// Decibels, as they are told.
pub(crate) fn decibels(words: &str) -> f64 {
    let number = words.strip_suffix(" dB").unwrap_or_else(|| panic!("“{words}” has its unit"));
    number.replace('−', "-").parse().unwrap_or_else(|_| panic!("“{words}” is a number"))
}

/// Waits for what `ready` gives. The window has other things to do than to be asked all the time.
pub(crate) fn patiently<T>(what: &str, mut ready: impl FnMut() -> Option<T>) -> T {
    wait_for(what, || {
        let found = ready();
        if found.is_none() {
            thread::park_timeout(PATIENCE);
        }
        found
    })
}

fn connect(address: &str) -> Connection {
    Builder::address(address).expect("an address").build().expect("the bus answers")
}

/// Calls something on a bus: by whom it is done, at which path, as part of what.
fn ask(
    bus: &Connection,
    (whom, path, interface): (&str, &str, &str),
    member: &str,
    words: &(impl Serialize + DynamicType),
) -> zbus::Result<Message> {
    bus.call_method(Some(whom), path, Some(interface), member, words)
}

/// An event of AT-SPI: kind, two details, what it is about, and more.
type Event = (String, i32, i32, OwnedValue, HashMap<String, OwnedValue>);

/// Keeps of the events of that name what `told` makes of them and the path that they come from.
#[expect(clippy::print_stderr, reason = "what was told belongs to a failed test")]
fn follow(bus: &Connection, member: &'static str, into: Told, told: fn(String, Event) -> Option<String>) {
    let rule = MatchRule::builder().msg_type(message::Type::Signal).interface("org.a11y.atspi.Event.Object");
    let rule = rule.and_then(|rule| rule.member(member)).expect("names").build();
    let events = MessageIterator::for_match_rule(rule, bus, Some(QUEUE)).expect("they are told");
    thread::spawn(move || {
        for event in events.map_while(Result::ok) {
            let path = event.header().path().map(ToString::to_string).unwrap_or_default();
            let body = event.body().deserialize::<Event>().ok();
            if let Some(words) = body.and_then(|body| told(path, body)) {
                eprintln!("[reader] {member}: {words}");
                into.lock().expect("nobody panics with it").push(words);
            }
        }
    });
}
