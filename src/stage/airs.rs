//! The publishers' places on the stage, one for each destination. None knows of another.

use std::collections::BTreeMap;
use std::time::Duration;

use uuid::Uuid;

use super::air::{Air, AirReport};
use crate::destination::DestinationId;
use crate::engine::EngineHandle;
use crate::session::command::Aim;
use crate::session::event::{AirNews, Event};
use crate::show::Show;

/// Every destination that was on air this evening, those that were left too.
pub(super) struct Airs {
    all: BTreeMap<DestinationId, Air>,
    log_packets: bool,
}

impl Airs {
    pub(super) fn new(log_packets: bool) -> Self {
        Self { all: BTreeMap::new(), log_packets }
    }

    /// Wants to be on air there from the first sound on.
    pub(super) fn start(&mut self, id: DestinationId, aim: Aim, show: Show) {
        self.all.entry(id).or_insert_with(|| Air::new(self.log_packets)).start(aim, show);
    }

    /// Leaves the air there. Nobody waits for it.
    pub(super) fn stop(&mut self, id: DestinationId) {
        if let Some(air) = self.all.get_mut(&id) {
            air.stop();
        }
    }

    /// Leaves the air everywhere; nobody waits for it.
    pub(super) fn stop_all(&mut self) {
        self.all.values_mut().for_each(Air::stop);
    }

    /// Leaves the air everywhere and waits until everything is said. All say goodbye beside each other.
    pub(super) fn finish(&mut self) {
        self.stop_all();
        self.all.values_mut().for_each(Air::finish);
    }

    /// Starts what waits, and tells what publishers and servers say. `title_of` is what people call a destination.
    pub(super) fn look(
        &mut self,
        engine: &mut EngineHandle,
        title_of: impl Fn(DestinationId) -> Option<String>,
        now: Duration,
    ) -> Vec<Event> {
        let mut events = Vec::new();
        for (id, air) in &mut self.all {
            let (faults, news) = air.look(engine, now);
            events.extend(faults.into_iter().map(|fault| Event::Trouble(fault.about(title_of(*id)))));
            events.extend(news.into_iter().map(|news: AirNews| Event::Air(*id, news)));
        }
        events
    }

    /// The performance that is on air, once our server has opened it: of the first destination that has one.
    pub(super) fn performance(&self) -> Option<Uuid> {
        self.all.values().find_map(Air::performance)
    }

    /// Frames that were dropped on the way to the air, at all destinations; what the interface lost is not among them.
    pub(super) fn frames_dropped(&self) -> u64 {
        self.all.values().map(Air::frames_dropped).sum()
    }

    /// What happened, by destination, once it stopped.
    pub(super) fn report(&mut self) -> BTreeMap<DestinationId, AirReport> {
        self.all.iter_mut().map(|(id, air)| (*id, air.report())).collect()
    }
}
