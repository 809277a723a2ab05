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

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Weak};
use std::thread;

use arc_swap::ArcSwap;
use korero_sentences::key;

use crate::fault::Fault;
use crate::limits::SURFACE_ACTS;
use crate::session::command::Command;
use crate::session::event::Event;
use crate::session::snapshot::Snapshot;
use crate::session::surfaces::SurfaceOrder;
use ports::SystemPorts;
use worker::Worker;

#[cfg(test)]
#[path = "surface/book_tests.rs"]
mod book_tests;
#[cfg(test)]
#[path = "surface/bound_tests.rs"]
mod bound_tests;
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
    line: Option<Line>,
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
        Self { link, line: None }
    }

    /// Gives an order; the first one starts the thread. The control thread; never waits.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn order(&mut self, order: &SurfaceOrder) -> Result<(), Fault> {
        // A thread that panicked takes no orders any more; another one does.
        let taken = self.line.as_ref().is_some_and(|line| line.orders.send(order.clone()).is_ok());
        if !taken {
            let line = self.begin()?;
            drop(line.orders.send(order.clone()));
            self.line = Some(line);
        }
        Ok(())
    }

    fn begin(&self) -> Result<Line, Fault> {
        let (orders, ordered) = mpsc::channel();
        let (tell, news) = mpsc::sync_channel(SURFACE_ACTS);
        let link = self.link.clone();
        thread::Builder::new()
            .name("korero-surface".to_owned())
            .spawn(move || Worker::new(link, Box::new(SystemPorts), tell).run(&ordered))
            .map_err(|e| Fault::new(key::FAULT_STAGE_THREAD).with("why", e.to_string()))?;
        Ok(Line { orders, news })
    }

    /// What the surfaces said since. The control thread; never waits.
    pub fn look(&mut self) -> Vec<Event> {
        self.line.iter().flat_map(|line| line.news.try_iter()).collect()
    }
}
