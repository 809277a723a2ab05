//! Control surfaces: OSC and MIDI. An edge that decides nothing: it sends [`Command`]s and reads snapshots, as the window
//! does. What is said on the wire is made and read without sockets, ports and clocks (`rig`, `osc`, `mackie`, `bound`); one
//! thread carries the bytes (`worker`), and only exists once a surface was chosen or looked for.

mod bound;
mod facts;
mod flood;
mod hold;
mod mackie;
mod midi;
mod osc;
mod plain;
mod ports;
mod rig;
mod sent;
mod udp;
mod wishes;
mod worker;

use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::sync::{Arc, Weak};
use std::thread;

use arc_swap::ArcSwap;
use korero_sentences::key;

use crate::fault::Fault;
use crate::limits::{SURFACE_ACTS, SURFACE_LIVES};
use crate::session::command::Command;
use crate::session::event::Event;
use crate::session::snapshot::Snapshot;
use crate::session::surfaces::{OscState, SurfaceNews, SurfaceOrder, SurfaceState, Surfaces as Chosen};
use ports::{Ports, SystemPorts};
use worker::Worker;

#[cfg(test)]
#[path = "surface/book_tests.rs"]
mod book_tests;
#[cfg(test)]
#[path = "surface/bound_tests.rs"]
mod bound_tests;
#[cfg(test)]
#[path = "surface/gone_tests.rs"]
mod gone_tests;
#[cfg(test)]
#[path = "surface/laws_tests.rs"]
mod laws_tests;
#[cfg(test)]
#[path = "surface/mackie_tests.rs"]
mod mackie_tests;
#[cfg(test)]
#[path = "surface/osc_tests.rs"]
mod osc_tests;
#[cfg(test)]
#[path = "surface/truth_tests.rs"]
mod truth_tests;
#[cfg(test)]
#[path = "surface/world_tests.rs"]
mod world_tests;

/// All that surfaces know of the show.
#[derive(Clone)]
pub struct Link {
    /// The latest state; put there by the control thread.
    pub snapshot: Arc<ArcSwap<Snapshot>>,
    /// Where wishes go. It is weak: a show that only surfaces could ask for something ends.
    pub commands: Weak<Sender<Command>>,
}

/// The control thread's end of the surfaces.
pub struct Surfaces {
    link: Link,
    ports: fn() -> Box<dyn Ports>,
    line: Option<Line>,
    /// What is chosen: a thread that begins anew is told of it first.
    chosen: Option<Arc<Chosen>>,
    /// How often a thread that broke down begins anew by itself until the next order.
    lives: u32,
    /// What was found out while an order was given.
    untold: Vec<Event>,
}

struct Line {
    /// Dropped, the thread ends.
    orders: Sender<SurfaceOrder>,
    news: Receiver<Event>,
}

impl Surfaces {
    /// No surface yet, and no thread.
    #[must_use]
    pub fn new(link: Link) -> Self {
        let ports: fn() -> Box<dyn Ports> = || Box::new(SystemPorts);
        Self { link, ports, line: None, chosen: None, lives: 0, untold: Vec::new() }
    }

    /// Gives an order; the first one starts the thread, and one that broke down begins anew. The control thread; never waits.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn order(&mut self, order: &SurfaceOrder) -> Result<(), Fault> {
        // What happened until now is found out first: an order would hide that a thread is gone.
        let news = self.look();
        self.untold = news;
        self.lives = SURFACE_LIVES;
        if let SurfaceOrder::Use(chosen) = order {
            self.chosen = Some(Arc::clone(chosen));
        }
        let line = match self.line.take() {
            Some(line) => line,
            None => self.begin()?,
        };
        // One that breaks down at this very moment is told of by the next look.
        drop(line.orders.send(order.clone()));
        self.line = Some(line);
        Ok(())
    }

    /// A thread that knows what is chosen.
    fn begin(&self) -> Result<Line, Fault> {
        let (orders, ordered) = mpsc::channel();
        let (tell, news) = mpsc::sync_channel(SURFACE_ACTS);
        let (link, ports) = (self.link.clone(), self.ports);
        thread::Builder::new()
            .name("korero-surface".to_owned())
            .spawn(move || Worker::new(link, ports(), tell).run(&ordered))
            .map_err(|e| Fault::new(key::FAULT_STAGE_THREAD).with("why", e.to_string()))?;
        if let Some(chosen) = &self.chosen {
            drop(orders.send(SurfaceOrder::Use(Arc::clone(chosen))));
        }
        Ok(Line { orders, news })
    }

    /// What the surfaces said since, and at once if their thread broke down. The control thread; never waits.
    pub fn look(&mut self) -> Vec<Event> {
        let mut events = std::mem::take(&mut self.untold);
        let Some(line) = &self.line else { return events };
        let gone = loop {
            match line.news.try_recv() {
                Ok(event) => events.push(event),
                Err(TryRecvError::Empty) => break false,
                // It ends without being told to only when it panics.
                Err(TryRecvError::Disconnected) => break true,
            }
        };
        if gone {
            self.broke_down(&mut events);
        }
        events
    }

    /// Nothing is heard any more: that is said, and unless it happens again and again, heard anew.
    fn broke_down(&mut self, events: &mut Vec<Event>) {
        self.line = None;
        let wanted = self.chosen.as_ref().is_some_and(|chosen| chosen.osc.on);
        let osc = if wanted { OscState::Gone } else { OscState::Off };
        let state = SurfaceState { osc, ..SurfaceState::default() };
        events.push(Event::Surface(SurfaceNews::State(Arc::new(state))));
        events.push(Event::Trouble(Fault::new(key::FAULT_SURFACE_GONE)));
        if self.lives > 0 {
            self.lives -= 1;
            match self.begin() {
                Ok(line) => self.line = Some(line),
                Err(fault) => events.push(Event::Trouble(fault)),
            }
        }
    }
}
