//! The thread of the surfaces: it owns socket and ports, carries bytes to the rig and back, and looks for devices.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use korero_sentences::key;

use super::Link;
use super::ports::{Port, Ports};
use super::rig::Rig;
use super::udp::Udp;
use crate::fault::Fault;
use crate::limits::{MIDI_LISTED, MIDI_LOOK, MIDI_MESSAGE, SURFACE_ACTS, SURFACE_COUNTS, SURFACE_EVERY, SURFACE_QUEUE};
use crate::session::command::Command;
use crate::session::event::Event;
use crate::session::surfaces::{OscState, SurfaceNews, SurfaceOrder, SurfaceState, Surfaces};

/// What came from a surface.
enum Heard {
    Osc(SocketAddr, Vec<u8>),
    Midi(Arc<str>, Vec<u8>),
}

/// A device that is open.
struct OpenPort {
    name: String,
    port: Box<dyn Port>,
}

/// All that the thread has.
pub(super) struct Worker {
    link: Link,
    ports: Box<dyn Ports>,
    rig: Rig,
    chosen: Arc<Surfaces>,
    udp: Option<Udp>,
    open: Vec<OpenPort>,
    /// Devices that could not be opened and were told of.
    refused: Vec<String>,
    heard: (SyncSender<Heard>, Receiver<Heard>),
    /// Messages that found the queue full, by OSC and by MIDI.
    lost: [Arc<AtomicU64>; 2],
    news: SyncSender<Event>,
    /// What waits to be told.
    untold: VecDeque<Event>,
    state: SurfaceState,
    told: (SurfaceState, Duration),
    look_at: Duration,
    begun: Instant,
}

impl Worker {
    pub(super) fn new(link: Link, ports: Box<dyn Ports>, news: SyncSender<Event>) -> Self {
        Self {
            link,
            ports,
            rig: Rig::default(),
            chosen: Arc::default(),
            udp: None,
            open: Vec::new(),
            refused: Vec::new(),
            heard: sync_channel(SURFACE_QUEUE),
            lost: Default::default(),
            news,
            untold: VecDeque::new(),
            state: SurfaceState::default(),
            told: (SurfaceState::default(), Duration::ZERO),
            look_at: Duration::ZERO,
            begun: Instant::now(),
        }
    }

    /// Works until nobody gives orders any more. While nothing is used and nothing is to be told, it only waits for one.
    pub(super) fn run(mut self, orders: &Receiver<SurfaceOrder>) {
        loop {
            if self.rests() {
                let Ok(order) = orders.recv() else { return };
                self.obey(order);
            }
            match self.heard.1.recv_timeout(SURFACE_EVERY) {
                Ok(heard) => self.hear(heard),
                // We hold a sender ourselves, so it is never the end.
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
            loop {
                match orders.try_recv() {
                    Ok(order) => self.obey(order),
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Disconnected) => return,
                }
            }
            self.step();
        }
    }

    fn rests(&self) -> bool {
        !self.chosen.has_any() && self.untold.is_empty() && self.told.0 == self.state
    }

    fn now(&self) -> Duration {
        self.begun.elapsed()
    }

    fn obey(&mut self, order: SurfaceOrder) {
        match order {
            SurfaceOrder::Use(chosen) => self.choose(&chosen),
            SurfaceOrder::Learn(on) => self.rig.learn(on),
            SurfaceOrder::Look => self.look(self.now()),
        }
    }

    fn choose(&mut self, chosen: &Arc<Surfaces>) {
        let before = std::mem::replace(&mut self.chosen, Arc::clone(chosen));
        self.rig.choose(Arc::clone(chosen));
        if before.osc != chosen.osc || (chosen.osc.on && self.udp.is_none()) {
            self.listen();
        }
        let gone = |open: &OpenPort| chosen.kind_of(&open.name).is_none();
        self.open.retain(|open| !gone(open));
        // What it is used as now knows nothing of what was told before.
        for open in self.open.iter().filter(|open| chosen.kind_of(&open.name) != before.kind_of(&open.name)) {
            self.rig.port_is(&open.name, true);
        }
        self.refused.retain(|name| chosen.kind_of(name).is_some());
        self.state.open = self.open.iter().map(|open| open.name.clone()).collect();
        self.look_at = Duration::ZERO;
    }

    fn listen(&mut self) {
        // First the old socket goes: it may be the same port.
        self.udp = None;
        self.state.osc = OscState::Off;
        if !self.chosen.osc.on {
            return;
        }
        let sender = self.heard.0.clone();
        let hear = move |from, bytes| sender.try_send(Heard::Osc(from, bytes)).is_ok();
        match Udp::open(self.chosen.osc, hear, Arc::clone(&self.lost[0])) {
            Ok(udp) => {
                self.state.osc = OscState::At(udp.at().to_string());
                self.udp = Some(udp);
            }
            Err(error) => {
                self.state.osc = OscState::Failed;
                let port = self.chosen.osc.port.to_string();
                self.tell(Fault::new(key::FAULT_SURFACE_OSC).with("port", port).with("why", error.to_string()));
            }
        }
    }

    fn hear(&mut self, heard: Heard) {
        let now = self.now();
        self.rig.see(&self.link.snapshot.load_full());
        match heard {
            Heard::Osc(from, bytes) => {
                let answers = self.rig.hear_osc(from, &bytes, now);
                answers.iter().for_each(|(to, bytes)| self.send(*to, bytes));
            }
            Heard::Midi(port, bytes) => self.rig.hear_midi(&port, &bytes, now),
        }
    }

    fn send(&self, to: SocketAddr, bytes: &[u8]) {
        self.udp.iter().for_each(|udp| udp.send(to, bytes));
    }

    fn step(&mut self) {
        for _ in 0..SURFACE_QUEUE {
            let Ok(heard) = self.heard.1.try_recv() else { break };
            self.hear(heard);
        }
        let now = self.now();
        if !self.chosen.midi.is_empty() && now >= self.look_at {
            self.look(now);
        }
        let show = self.link.snapshot.load_full();
        let out = self.rig.tick(now, &show);
        out.packets.iter().for_each(|(to, bytes)| self.send(*to, bytes));
        let mut gone = Vec::new();
        for (name, bytes) in &out.midi {
            let open = self.open.iter_mut().find(|open| open.name == *name);
            if open.is_some_and(|open| open.port.send(bytes).is_err()) && !gone.contains(name) {
                gone.push(name.clone());
            }
        }
        gone.into_iter().for_each(|name| self.is_away(&name));
        if let Some(commands) = self.link.commands.upgrade() {
            // A show that has ended asks for nothing.
            for command in out.commands {
                drop(commands.send(Command::BySurface(Box::new(command))));
            }
        }
        self.report(now);
    }

    /// Looks which devices there are, and opens the chosen ones.
    fn look(&mut self, now: Duration) {
        self.look_at = now + MIDI_LOOK;
        let listed = self.ports.list();
        self.state.no_midi = listed.is_err();
        let mut there = match listed {
            Ok(there) => {
                self.refused.retain(|about| !about.is_empty());
                there
            }
            Err(error) => {
                if !self.chosen.midi.is_empty() {
                    self.tell_once("", Fault::new(key::FAULT_SURFACE_NO_MIDI).with("why", error.to_string()));
                }
                Vec::new()
            }
        };
        there.truncate(MIDI_LISTED);
        let gone: Vec<String> =
            self.open.iter().filter(|open| !there.contains(&open.name)).map(|open| open.name.clone()).collect();
        gone.iter().for_each(|name| self.is_away(name));
        let chosen = Arc::clone(&self.chosen);
        for device in chosen.midi.iter().filter(|device| there.contains(&device.name)) {
            if self.open.iter().all(|open| open.name != device.name) {
                self.open(&device.name);
            }
        }
        self.state.midi = Some(there);
    }

    fn open(&mut self, name: &str) {
        let (sender, lost, port) = (self.heard.0.clone(), Arc::clone(&self.lost[1]), Arc::<str>::from(name));
        let ear = move |bytes: &[u8]| {
            let fits = bytes.len() <= MIDI_MESSAGE;
            if !fits || sender.try_send(Heard::Midi(Arc::clone(&port), bytes.to_vec())).is_err() {
                lost.fetch_add(1, Ordering::Relaxed);
            }
        };
        match self.ports.open(name, Box::new(ear)) {
            Ok(port) => {
                self.refused.retain(|refused| refused != name);
                self.open.push(OpenPort { name: name.to_owned(), port });
                self.state.open.push(name.to_owned());
                self.rig.port_is(name, true);
            }
            Err(error) => {
                let fault = Fault::new(key::FAULT_SURFACE_BUSY).with("name", name).with("why", error.to_string());
                self.tell_once(name, fault);
            }
        }
    }

    /// It was unplugged: told once, and looked for until it is there again.
    fn is_away(&mut self, name: &str) {
        self.open.retain(|open| open.name != name);
        self.state.open.retain(|open| open != name);
        self.rig.port_is(name, false);
        self.tell(Fault::new(key::FAULT_SURFACE_AWAY).with("name", name));
    }

    /// Tells a fault that is found again and again, until it is over.
    fn tell_once(&mut self, about: &str, fault: Fault) {
        if !self.refused.iter().any(|known| known == about) {
            self.refused.push(about.to_owned());
            self.tell(fault);
        }
    }

    fn tell(&mut self, fault: Fault) {
        if self.untold.len() < SURFACE_ACTS {
            self.untold.push_back(Event::Trouble(fault));
        }
    }

    /// Tells the stage what is new; what finds no room waits.
    fn report(&mut self, now: Duration) {
        let [osc, midi] = &self.lost;
        self.rig.lost(osc.swap(0, Ordering::Relaxed));
        self.rig.lost_midi(midi.swap(0, Ordering::Relaxed));
        self.rig.faults().into_iter().for_each(|fault| self.tell(fault));
        if let Some(source) = self.rig.moved().filter(|_| self.untold.len() < SURFACE_ACTS) {
            self.untold.push_back(Event::Surface(SurfaceNews::Moved(source)));
        }
        (self.state.osc_counts, self.state.midi_counts, self.state.subscribers) = self.rig.counts();
        let counts_only = SurfaceState {
            osc_counts: self.told.0.osc_counts,
            midi_counts: self.told.0.midi_counts,
            ..self.state.clone()
        } == self.told.0;
        let due = !counts_only || now.saturating_sub(self.told.1) >= SURFACE_COUNTS;
        if self.state != self.told.0 && due {
            self.told = (self.state.clone(), now);
            // A state that waits still is an old one: the newest says all.
            self.untold.retain(|event| !matches!(event, Event::Surface(SurfaceNews::State(_))));
            self.untold.push_back(Event::Surface(SurfaceNews::State(Arc::new(self.state.clone()))));
        }
        while let Some(event) = self.untold.pop_front() {
            if let Err(TrySendError::Full(event) | TrySendError::Disconnected(event)) = self.news.try_send(event) {
                self.untold.push_front(event);
                break;
            }
        }
    }
}

#[cfg(test)]
#[path = "worker_tests.rs"]
mod tests;
