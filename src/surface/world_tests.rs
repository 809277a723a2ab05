//! A show with surfaces in virtual time: session and rig as the threads drive them, without threads.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rosc::{OscMessage, OscPacket, OscType, decoder, encoder};

use super::rig::Rig;
use crate::desk::address::Address;
use crate::desk::channel::Control;
use crate::desk::{Desk, Strip, StripInput};
use crate::limits::SURFACE_EVERY;
use crate::session::command::Command;
use crate::session::event::Event;
use crate::session::snapshot::{DeviceState, Snapshot};
use crate::session::surfaces::{Binding, MidiControl, MidiDevice, MidiKind, Osc, Reads, Source, Surfaces, Target};
use crate::session::{Deed, Session};

/// The device of the tests.
pub(super) const DEVICE: &str = "X-Touch";

pub(super) struct World {
    pub(super) session: Session,
    pub(super) rig: Rig,
    pub(super) show: Arc<Snapshot>,
    pub(super) now: Duration,
    /// What went out by OSC, and when.
    pub(super) told: Vec<(Duration, u16, OscMessage)>,
    /// What went out by MIDI, and when.
    pub(super) midi: Vec<(Duration, Vec<u8>)>,
    /// What the surfaces asked the session for.
    pub(super) asked: Vec<Command>,
    /// The desk that the engine was given last.
    pub(super) applied: Option<Arc<Desk>>,
}

pub(super) fn desk(strips: usize) -> Desk {
    let strip = |n: usize| Strip::new(format!("Strip {n}"), StripInput::Mono(n as u8));
    Desk { strips: (1..=strips).map(strip).collect(), ..Desk::default() }
}

/// OSC is heard.
pub(super) fn osc() -> Surfaces {
    Surfaces { osc: Osc { on: true, ..Osc::default() }, ..Surfaces::default() }
}

/// A device is used as this.
pub(super) fn device(kind: MidiKind) -> Surfaces {
    Surfaces { midi: vec![MidiDevice { name: DEVICE.into(), kind }], ..Surfaces::default() }
}

/// A device with one control that is bound.
pub(super) fn bound(control: MidiControl, reads: Reads, target: Target) -> Surfaces {
    let source = Source { port: DEVICE.into(), control };
    Surfaces { bound: vec![Binding { source, reads, target }], ..device(MidiKind::Controls) }
}

pub(super) fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn address_of(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

impl World {
    pub(super) fn new(chosen: Surfaces, desk: Desk) -> Self {
        let start = Snapshot { desk: Arc::new(desk), ..Snapshot::default() };
        let mut session = Session::new(start, BTreeMap::new());
        let (id, name) = ("a".into(), "A".into());
        let running = DeviceState::Running { id, name, inputs: 8, rate: 48_000, frames: 64, realtime: true };
        session.event(Event::Device(running), ms(0));
        let mut rig = Rig::default();
        let open = !chosen.midi.is_empty();
        rig.choose(Arc::new(chosen));
        if open {
            rig.port_is(DEVICE, true);
        }
        let show = Arc::new(session.snapshot(ms(0)));
        let (told, midi, asked) = (Vec::new(), Vec::new(), Vec::new());
        let mut world = Self { session, rig, show, now: ms(0), told, midi, asked, applied: None };
        world.turn();
        world
    }

    /// What the threads do once.
    pub(super) fn turn(&mut self) {
        let out = self.rig.tick(self.now, &self.show);
        self.take(out.packets);
        self.midi.extend(out.midi.into_iter().map(|(_, bytes)| (self.now, bytes)));
        let deeds = self.session.tick(self.now);
        self.carry_out(deeds);
        for command in out.commands {
            self.asked.push(command.clone());
            let deeds = self.session.command(Command::BySurface(Box::new(command)));
            self.carry_out(deeds);
        }
        self.show = Arc::new(self.session.snapshot(self.now));
    }

    fn take(&mut self, packets: Vec<(SocketAddr, Vec<u8>)>) {
        for (to, bytes) in packets {
            let (_, packet) = decoder::decode_udp(&bytes).expect("what we send is OSC");
            let OscPacket::Message(message) = packet else { panic!("{packet:?}") };
            self.told.push((self.now, to.port(), message));
        }
    }

    fn carry_out(&mut self, deeds: Vec<Deed>) {
        for deed in deeds {
            if let Deed::ApplyDesk(desk) = deed {
                self.applied = Some(desk);
            }
        }
    }

    /// So much time passes.
    pub(super) fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.now += SURFACE_EVERY;
            self.turn();
        }
    }

    /// Somebody at the window asks for something.
    pub(super) fn hand(&mut self, command: Command) {
        let deeds = self.session.command(command);
        self.carry_out(deeds);
        self.show = Arc::new(self.session.snapshot(self.now));
    }

    /// A packet comes from a port of this computer.
    pub(super) fn packet(&mut self, from: u16, bytes: &[u8]) {
        self.rig.see(&self.show);
        let answers = self.rig.hear_osc(address_of(from), bytes, self.now);
        self.take(answers);
    }

    /// A message comes, and the threads do what they do.
    pub(super) fn say(&mut self, from: u16, path: &str, args: impl Into<Vec<OscType>>) {
        let message = OscMessage { addr: path.into(), args: args.into() };
        self.packet(from, &encoder::encode(&OscPacket::Message(message)).expect("it is OSC"));
        self.turn();
    }

    /// The device sends something, and the threads do what they do.
    pub(super) fn play(&mut self, bytes: &[u8]) {
        self.rig.see(&self.show);
        self.rig.hear_midi(DEVICE, bytes, self.now);
        self.turn();
    }

    /// What somebody was told since the last call, as path and number.
    pub(super) fn numbers(&mut self, port: u16) -> Vec<(String, f32)> {
        let told = std::mem::take(&mut self.told);
        let own = told.into_iter().filter(|(_, to, _)| *to == port);
        own.filter_map(|(_, _, message)| match message.args[..] {
            [OscType::Float(number)] => Some((message.addr, number)),
            _ => None,
        })
        .collect()
    }

    pub(super) fn value(&self, address: &Address) -> f32 {
        address.get(self.session.desk()).expect("it is there")
    }

    pub(super) fn strip(&self, n: usize, control: Control) -> Address {
        Address::strip(&self.session.desk().strips[n].id, control)
    }
}
