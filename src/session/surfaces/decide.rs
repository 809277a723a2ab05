//! What comes of a wish about control surfaces, and how a binding is learned.

use std::sync::Arc;

use korero_sentences::key;

use super::{Binding, Learning, MidiDevice, Reads, SurfaceNews, SurfaceOrder, SurfaceWish, Surfaces, Target};
use crate::fault::Fault;
use crate::limits::{LEARN, MIDI_BOUND, MIDI_PORTS};
use crate::session::command::{Command, SongWish};
use crate::session::{Deed, Session};

impl Session {
    /// Begins with the surfaces that are remembered.
    #[must_use]
    pub fn begin_surfaces(&self) -> Vec<Deed> {
        let chosen = &self.state.surfaces.chosen;
        let order = chosen.has_any().then(|| Deed::Surfaces(SurfaceOrder::Use(Arc::clone(chosen))));
        order.into_iter().collect()
    }

    pub(in crate::session) fn surface(&mut self, wish: SurfaceWish) -> Vec<Deed> {
        match wish {
            SurfaceWish::Look => vec![Deed::Surfaces(SurfaceOrder::Look)],
            SurfaceWish::Osc(osc) => self.choose(|chosen| chosen.osc = osc.bounded()),
            SurfaceWish::Midi(name, kind) => self.choose(|chosen| {
                chosen.midi.retain(|device| device.name != name);
                if let Some(kind) = kind.filter(|_| chosen.midi.len() < MIDI_PORTS) {
                    chosen.midi.push(MidiDevice { name, kind });
                }
            }),
            SurfaceWish::WhileLocked(on) => self.choose(|chosen| chosen.while_locked = on),
            SurfaceWish::Learn(on) => {
                let until = self.now + LEARN;
                self.state.surfaces.learning = on.then(|| Learning { until, ..Learning::default() });
                vec![Deed::Surfaces(SurfaceOrder::Learn(on))]
            }
            SurfaceWish::Aim(target) => self.aims_at(target),
            SurfaceWish::Read(source, reads) => self.choose(|chosen| {
                let binding = chosen.bound.iter_mut().find(|binding| binding.source == source);
                binding.into_iter().for_each(|binding| binding.reads = reads);
            }),
            SurfaceWish::Unbind(source) => self.choose(|chosen| chosen.bound.retain(|one| one.source != source)),
        }
    }

    pub(in crate::session) fn surface_is(&mut self, news: SurfaceNews) -> Vec<Deed> {
        match news {
            SurfaceNews::State(state) => self.state.surfaces.state = state,
            SurfaceNews::Moved(source) => {
                if let Some(learning) = &mut self.state.surfaces.learning {
                    learning.source = Some(source);
                    return self.bind_when_known();
                }
            }
        }
        Vec::new()
    }

    /// Whether a wish of a surface is refused: on a locked stage only the next song and a mark are heard, unless it is chosen otherwise.
    pub(in crate::session) fn shuts_out(&self, wish: &Command) -> bool {
        let heard = matches!(wish, Command::Mark(_) | Command::Song(SongWish::Next));
        self.state.locked && !self.state.surfaces.chosen.while_locked && !heard
    }

    /// While a binding is learned, what is turned in the window is what it shall turn.
    pub(in crate::session) fn learns_from(&mut self, command: &Command) -> Vec<Deed> {
        let turned = match command {
            Command::Turn(address, _) => Some(address),
            // Of controls that are turned together, one is bound.
            Command::TurnTogether(turns) => turns.first().map(|(address, _)| address),
            _ => None,
        };
        turned.map_or_else(Vec::new, |address| self.aims_at(Target::Turn(address.clone())))
    }

    fn aims_at(&mut self, target: Target) -> Vec<Deed> {
        let Some(learning) = &mut self.state.surfaces.learning else { return Vec::new() };
        learning.target = Some(target);
        self.bind_when_known()
    }

    /// A control does one thing; whatever it did before, it does no more.
    fn bind_when_known(&mut self) -> Vec<Deed> {
        let known = self.state.surfaces.learning.clone();
        let Some(Learning { target: Some(target), source: Some(source), until }) = known else { return Vec::new() };
        if !target.suits(source.control) {
            // The next control that is moved may suit.
            self.tell(Fault::new(key::FAULT_SURFACE_KEY));
            self.state.surfaces.learning = Some(Learning { target: Some(target), source: None, until });
            return Vec::new();
        }
        self.state.surfaces.learning = None;
        let mut deeds = vec![Deed::Surfaces(SurfaceOrder::Learn(false))];
        deeds.extend(self.choose(|chosen| {
            chosen.bound.retain(|binding| binding.source != source);
            // The oldest makes room.
            let over = (chosen.bound.len() + 1).saturating_sub(MIDI_BOUND);
            chosen.bound.drain(..over);
            chosen.bound.push(Binding { source, reads: Reads::default(), target });
        }));
        deeds
    }

    /// A binding that nobody goes on with is given up.
    pub(in crate::session) fn stops_learning(&mut self) -> Vec<Deed> {
        let over = self.state.surfaces.learning.take_if(|learning| learning.until <= self.now);
        over.map_or_else(Vec::new, |_| vec![Deed::Surfaces(SurfaceOrder::Learn(false))])
    }

    fn choose(&mut self, change: impl FnOnce(&mut Surfaces)) -> Vec<Deed> {
        let before = Arc::clone(&self.state.surfaces.chosen);
        change(Arc::make_mut(&mut self.state.surfaces.chosen));
        if before == self.state.surfaces.chosen {
            return Vec::new();
        }
        vec![Deed::Surfaces(SurfaceOrder::Use(Arc::clone(&self.state.surfaces.chosen))), Deed::Remember]
    }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
