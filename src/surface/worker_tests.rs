//! The thread with real sockets and devices that a test plugs in.

use std::net::UdpSocket;
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use arc_swap::ArcSwap;
use rosc::{OscMessage, OscPacket, OscType, decoder, encoder};

use super::super::ports::{Ear, NoMidi};
use super::*;
use crate::desk::Desk;
use crate::desk::address::Address;
use crate::desk::channel::Control;
use crate::session::snapshot::Snapshot;
use crate::session::surfaces::{MidiDevice, MidiKind, Osc};

/// Ends a test that hangs.
const HANG: Duration = Duration::from_secs(30);

/// What is plugged in, and what was sent to it.
#[derive(Default)]
struct Plugs {
    there: Vec<String>,
    ear: Option<Ear>,
    sent: Vec<Vec<u8>>,
    opened: usize,
}

#[derive(Clone, Default)]
struct Socketed(Arc<Mutex<Plugs>>);

impl Socketed {
    fn plugs(&self) -> MutexGuard<'_, Plugs> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ports for Socketed {
    fn list(&mut self) -> Result<Vec<String>, NoMidi> {
        Ok(self.plugs().there.clone())
    }

    fn open(&mut self, name: &str, ear: Ear) -> Result<Box<dyn Port>, NoMidi> {
        let mut plugs = self.plugs();
        if !plugs.there.iter().any(|there| there == name) {
            return Err(NoMidi("gone".into()));
        }
        (plugs.ear, plugs.opened) = (Some(ear), plugs.opened + 1);
        Ok(Box::new(self.clone()))
    }
}

impl Port for Socketed {
    fn send(&mut self, bytes: &[u8]) -> Result<(), NoMidi> {
        let mut plugs = self.plugs();
        if plugs.there.is_empty() {
            return Err(NoMidi("gone".into()));
        }
        plugs.sent.push(bytes.to_vec());
        Ok(())
    }
}

struct Bench {
    orders: Sender<SurfaceOrder>,
    news: Receiver<Event>,
    asked: Receiver<Command>,
    snapshot: Arc<ArcSwap<Snapshot>>,
    /// Without it, nobody else is there who could ask for something.
    _door: Arc<Sender<Command>>,
}

fn begin(ports: &Socketed) -> Bench {
    let (commands, asked) = mpsc::channel();
    let (orders, ordered) = mpsc::channel();
    let (tell, news) = sync_channel(SURFACE_ACTS);
    let door = Arc::new(commands);
    let start = Snapshot { desk: Arc::new(Desk::for_inputs(2, |n| n.to_string())), ..Snapshot::default() };
    let snapshot = Arc::new(ArcSwap::from_pointee(start));
    let link = Link { snapshot: Arc::clone(&snapshot), commands: Arc::downgrade(&door) };
    let ports = Box::new(ports.clone());
    thread::spawn(move || Worker::new(link, ports, tell).run(&ordered));
    Bench { orders, news, asked, snapshot, _door: door }
}

impl Bench {
    fn choose(&self, chosen: Surfaces) {
        self.orders.send(SurfaceOrder::Use(Arc::new(chosen))).expect("the thread lives");
    }

    /// The next news that `wanted` makes something of.
    fn news<T>(&self, what: &str, wanted: impl Fn(&Event) -> Option<T>) -> T {
        let begun = Instant::now();
        while begun.elapsed() < HANG {
            if let Ok(event) = self.news.recv_timeout(Duration::from_millis(50))
                && let Some(found) = wanted(&event)
            {
                return found;
            }
        }
        panic!("{what} did not come");
    }

    fn state<T>(&self, what: &str, wanted: impl Fn(&SurfaceState) -> Option<T>) -> T {
        self.news(what, |event| match event {
            Event::Surface(SurfaceNews::State(state)) => wanted(state),
            _ => None,
        })
    }

    fn turns(&self, address: &Address, value: f32) {
        let mut next = self.snapshot.load().as_ref().clone();
        address.set(Arc::make_mut(&mut next.desk), value);
        self.snapshot.store(Arc::new(next));
    }
}

fn osc(port: u16) -> Surfaces {
    Surfaces { osc: Osc { on: true, open: false, port }, ..Surfaces::default() }
}

fn message(path: &str, args: Vec<OscType>) -> Vec<u8> {
    encoder::encode(&OscPacket::Message(OscMessage { addr: path.into(), args })).expect("it is OSC")
}

#[test]
fn osc_is_heard_on_this_computer_alone_turns_the_desk_and_tells_what_changed() {
    let bench = begin(&Socketed::default());
    bench.choose(osc(0));
    let at = bench.state("the port", |state| match &state.osc {
        OscState::At(at) => Some(at.clone()),
        _ => None,
    });
    assert!(at.starts_with("127.0.0.1:"), "{at}");
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    socket.set_read_timeout(Some(HANG)).expect("a time");
    socket.send_to(&message("/strip/2/fader", vec![OscType::Float(-6.0)]), &at).expect("sent");
    let asked = bench.asked.recv_timeout(HANG).expect("a turn");
    let fader = Address::strip(&bench.snapshot.load().desk.strips[1].id, Control::FADER);
    assert_eq!(asked, Command::BySurface(Box::new(Command::Turn(fader.clone(), -6.0))));
    bench.turns(&fader, -6.0);
    socket.send_to(&message("/subscribe", vec![OscType::String("/strip/2/fader".into())]), &at).expect("sent");
    let hears = |wanted: &str| {
        let mut bytes = [0; 2_048];
        loop {
            let (length, _) = socket.recv_from(&mut bytes).expect("an answer");
            let (_, packet) = decoder::decode_udp(&bytes[..length]).expect("OSC");
            let OscPacket::Message(message) = packet else { continue };
            if message.addr == wanted {
                return message.args;
            }
        }
    };
    assert_eq!(hears("/subscribed"), [OscType::Float(10.0)]);
    assert_eq!(hears("/strip/2/fader"), [OscType::Float(-6.0)]);
    bench.turns(&fader, -9.0);
    assert_eq!(hears("/strip/2/fader"), [OscType::Float(-9.0)]);
    socket.send_to(b"no OSC", &at).expect("sent");
    bench.state("the count", |state| (state.osc_counts.refused == 1).then_some(()));
    // Switched off, the port is free at once.
    bench.choose(Surfaces::default());
    bench.state("the end", |state| (state.osc == OscState::Off).then_some(()));
    UdpSocket::bind(at).expect("the port is free");
}

#[test]
fn a_port_that_is_taken_is_told_with_its_number_and_nothing_ends() {
    let taken = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let port = taken.local_addr().expect("its place").port();
    let bench = begin(&Socketed::default());
    bench.choose(osc(port));
    let fault = bench.news("the fault", |event| match event {
        Event::Trouble(fault) => Some(fault.clone()),
        _ => None,
    });
    assert_eq!(fault.code, key::FAULT_SURFACE_OSC);
    assert!(fault.to_string().contains(&port.to_string()), "{fault}");
    bench.choose(osc(0));
    bench.state("another port", |state| matches!(state.osc, OscState::At(_)).then_some(()));
}

#[test]
fn a_device_that_is_unplugged_is_told_once_and_comes_back_by_itself_with_everything_on_it() {
    let ports = Socketed::default();
    ports.plugs().there.push("X-Touch".into());
    let bench = begin(&ports);
    let midi = vec![MidiDevice { name: "X-Touch".into(), kind: MidiKind::Mackie }];
    bench.choose(Surfaces { midi, ..Surfaces::default() });
    bench.state("the device", |state| (state.open == ["X-Touch"]).then_some(()));
    ports.plugs().ear.as_mut().expect("it is open")(&[0x90, 0x54, 127]);
    assert_eq!(bench.asked.recv_timeout(HANG), Ok(Command::BySurface(Box::new(Command::Mark(None)))));
    ports.plugs().there.clear();
    let trouble = |event: &Event| match event {
        Event::Trouble(fault) => Some(fault.code),
        _ => None,
    };
    assert_eq!(bench.news("the fault", trouble), key::FAULT_SURFACE_AWAY);
    // Looked for twice more, and nothing more is said.
    let quiet = Instant::now();
    while quiet.elapsed() < MIDI_LOOK * 2 {
        if let Ok(event) = bench.news.recv_timeout(Duration::from_millis(50)) {
            assert_eq!(trouble(&event), None, "{event:?}");
        }
    }
    ports.plugs().sent.clear();
    ports.plugs().there.push("X-Touch".into());
    bench.state("the device again", |state| (state.open == ["X-Touch"]).then_some(()));
    let begun = Instant::now();
    while !ports.plugs().sent.iter().any(|bytes| bytes[0] == 0xe8) {
        assert!(begun.elapsed() < HANG, "the fader of the mix is not told");
        thread::park_timeout(Duration::from_millis(5));
    }
    assert_eq!(ports.plugs().opened, 2);
}

#[test]
fn a_thread_without_orders_ends_and_one_without_a_show_asks_for_nothing() {
    let bench = begin(&Socketed::default());
    bench.choose(osc(0));
    let at = bench.state("the port", |state| match &state.osc {
        OscState::At(at) => Some(at.clone()),
        _ => None,
    });
    let Bench { orders, asked, _door, .. } = bench;
    drop(_door);
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    socket.send_to(&message("/action/mark", Vec::new()), &at).expect("sent");
    assert!(asked.recv_timeout(HANG).is_err(), "nobody could ask for anything any more");
    drop(orders);
    let begun = Instant::now();
    while UdpSocket::bind(&at).is_err() {
        assert!(begun.elapsed() < HANG, "the port is still taken");
        thread::park_timeout(Duration::from_millis(5));
    }
}

#[test]
fn what_nobody_takes_has_an_end_and_the_newest_state_is_the_one_that_waits() {
    let (tell, news) = sync_channel(1);
    let link = Link { snapshot: Arc::default(), commands: std::sync::Weak::new() };
    let mut worker = Worker::new(link, Box::new(Socketed::default()), tell);
    for n in 0..1_000_u64 {
        worker.state.open = vec![n.to_string()];
        worker.tell(Fault::new(key::FAULT_SURFACE_KEY));
        worker.report(Duration::from_secs(n));
    }
    assert!(worker.untold.len() <= SURFACE_ACTS + 1, "{}", worker.untold.len());
    let mut last = None;
    while worker.untold.iter().any(|event| matches!(event, Event::Surface(_))) || last.is_none() {
        for event in news.try_iter() {
            if let Event::Surface(SurfaceNews::State(state)) = event {
                last = Some(state.open.clone());
            }
        }
        worker.report(Duration::from_secs(1_000));
    }
    last = news.try_iter().fold(last, |last, event| match event {
        Event::Surface(SurfaceNews::State(state)) => Some(state.open.clone()),
        _ => last,
    });
    assert_eq!(last, Some(vec!["999".to_owned()]));
}
