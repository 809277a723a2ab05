//! All surfaces together, without sockets, ports and clocks: what comes in with its time, and what goes out.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use korero_sentences::key;

use super::bound::Bound;
use super::flood::{Fate, Floods};
use super::mackie::Mackie;
use super::midi::Midi;
use super::osc::{Osc, Packet};
use super::wishes::Wishes;
use crate::fault::Fault;
use crate::limits::{MIDI_FEEDBACK, SURFACE_EVERY};
use crate::session::command::Command;
use crate::session::snapshot::Snapshot;
use crate::session::surfaces::{Counts, MidiKind, Source, Surfaces};

/// All surfaces.
#[derive(Debug, Default)]
pub(super) struct Rig {
    show: Arc<Snapshot>,
    chosen: Arc<Surfaces>,
    learning: bool,
    wishes: Wishes,
    osc: Osc,
    devices: Vec<Device>,
    bound: Bound,
    floods: Floods<String>,
    midi_counts: Counts,
    moved: Option<Source>,
    faults: Vec<Fault>,
    /// When MIDI devices are told again.
    tells: Duration,
}

/// A MIDI device that is used.
#[derive(Debug)]
struct Device {
    name: String,
    kind: MidiKind,
    mackie: Mackie,
    open: bool,
}

/// What goes out.
#[derive(Debug, Default)]
pub(super) struct Out {
    /// By OSC.
    pub(super) packets: Vec<Packet>,
    /// By MIDI, with the name of the device.
    pub(super) midi: Vec<(String, Vec<u8>)>,
    /// To the session.
    pub(super) commands: Vec<Command>,
}

impl Rig {
    /// Uses these from now on.
    pub(super) fn choose(&mut self, chosen: Arc<Surfaces>) {
        let mut before = std::mem::take(&mut self.devices);
        for device in &chosen.midi {
            let at = before.iter().position(|old| old.name == device.name && old.kind == device.kind);
            self.devices.push(at.map_or_else(
                || Device { name: device.name.clone(), kind: device.kind, mackie: Mackie::default(), open: false },
                |at| before.swap_remove(at),
            ));
        }
        if !chosen.osc.on {
            self.osc = Osc::default();
        }
        self.bound.rebind(&self.chosen.bound, &chosen.bound);
        self.chosen = chosen;
    }

    /// Tells which control is moved instead of doing what it is bound to, or no more.
    pub(super) fn learn(&mut self, on: bool) {
        (self.learning, self.moved) = (on, None);
        self.bound.let_go();
    }

    /// The show is so now; what comes means this.
    pub(super) fn see(&mut self, show: &Arc<Snapshot>) {
        self.show = Arc::clone(show);
    }

    /// An OSC packet came at `now`; gives the answers to its sender.
    pub(super) fn hear_osc(&mut self, from: SocketAddr, bytes: &[u8], now: Duration) -> Vec<Packet> {
        if !self.chosen.osc.on {
            return Vec::new();
        }
        self.osc.hear((from, bytes), now, &self.show, &mut self.wishes)
    }

    /// A MIDI message came at `now`.
    pub(super) fn hear_midi(&mut self, port: &str, bytes: &[u8], now: Duration) {
        let Some(at) = self.devices.iter().position(|device| device.name == port) else { return };
        let fate = self.floods.message(port.to_owned(), now);
        if fate == Fate::FloodBegins {
            self.faults.push(Fault::new(key::FAULT_SURFACE_FLOOD).with("from", port));
        }
        let taken = fate == Fate::Taken && self.act(at, bytes, now);
        let counts = &mut self.midi_counts;
        let count = if taken { &mut counts.taken } else { &mut counts.refused };
        *count += 1;
    }

    fn act(&mut self, at: usize, bytes: &[u8], now: Duration) -> bool {
        let device = &mut self.devices[at];
        if device.kind == MidiKind::Mackie {
            return device.mackie.hear(bytes, now, &self.show, &mut self.wishes);
        }
        let Some(midi) = Midi::read(bytes) else { return false };
        let source = Source { port: device.name.clone(), control: midi.control() };
        if self.learning {
            // A key that goes up is the end of the press that was learned.
            if midi.way() > 0.0 {
                self.moved = Some(source);
            }
            return true;
        }
        let binding = self.chosen.bound.iter().find(|binding| binding.source == source);
        binding.is_some_and(|binding| self.bound.hear(binding, midi, now, &self.show.desk, &mut self.wishes))
    }

    /// A device was opened, or is away.
    pub(super) fn port_is(&mut self, port: &str, open: bool) {
        self.bound.forget(port);
        for device in self.devices.iter_mut().filter(|device| device.name == port) {
            device.mackie.forget();
            device.open = open;
        }
    }

    /// The show is so at `now`: what surfaces asked for since goes to the session, and what changed to the surfaces.
    pub(super) fn tick(&mut self, now: Duration, show: &Arc<Snapshot>) -> Out {
        self.see(show);
        self.wishes.settle(&show.desk, now);
        let mut out = Out { commands: self.wishes.take(now), ..Out::default() };
        if self.chosen.osc.on {
            out.packets = self.osc.tick(now, show);
        }
        let tells = now >= self.tells;
        if tells {
            self.tells = now + SURFACE_EVERY;
        }
        for device in self.devices.iter_mut().filter(|device| device.open && tells) {
            let told: Vec<Vec<u8>> = match device.kind {
                MidiKind::Mackie => device.mackie.tick(now, show),
                MidiKind::Controls => {
                    let bound = &self.chosen.bound;
                    let told = self.bound.tell(bound, &device.name, (now, MIDI_FEEDBACK), show);
                    told.into_iter().map(|bytes| bytes.to_vec()).collect()
                }
            };
            out.midi.extend(told.into_iter().map(|bytes| (device.name.clone(), bytes)));
        }
        out
    }

    /// While a binding is learned: the control that was moved since the last call.
    pub(super) fn moved(&mut self) -> Option<Source> {
        self.moved.take()
    }

    /// What a person should know of.
    pub(super) fn faults(&mut self) -> Vec<Fault> {
        let mut faults = self.osc.faults();
        faults.append(&mut self.faults);
        faults
    }

    /// Messages by OSC that were lost before they came here.
    pub(super) fn lost(&mut self, count: u64) {
        self.osc.lost(count);
    }

    /// Messages by MIDI that were lost before they came here.
    pub(super) fn lost_midi(&mut self, count: u64) {
        self.midi_counts.refused += count;
    }

    /// What came by OSC and by MIDI, and how many are told by OSC.
    pub(super) fn counts(&self) -> (Counts, Counts, usize) {
        (self.osc.counts(), self.midi_counts, self.osc.subscribers())
    }
}
