//! The publishers' places on the stage, one for each destination. None knows of another.

use std::collections::BTreeMap;
use std::time::Duration;

use uuid::Uuid;

use super::air::{Air, AirReport};
use crate::destination::DestinationId;
use crate::engine::EngineHandle;
use crate::network::Network;
use crate::session::command::Aim;
use crate::session::event::{AirNews, Event};
use crate::show::Show;

/// Every destination that was on air this evening, those that were left too.
pub(super) struct Airs {
    all: BTreeMap<DestinationId, Air>,
    network: Network,
    log_packets: bool,
    hears: bool,
}

impl Airs {
    /// `hears`: whether our own ear listens.
    pub(super) fn new(log_packets: bool, hears: bool) -> Self {
        Self { all: BTreeMap::new(), network: Network::watch(), log_packets, hears }
    }

    /// Whether a person wants our own ear to listen, everywhere.
    pub(super) fn hears(&mut self, on: bool) {
        self.hears = on;
        self.all.values_mut().for_each(|air| air.hears(on));
    }

    /// Wants to be on air there from the first sound on. `ear_url` is where our own ear listens, if a person said so.
    pub(super) fn start(&mut self, id: DestinationId, aim: Aim, ear_url: Option<String>, show: Show) {
        let air = self.all.entry(id).or_insert_with(|| Air::new(self.log_packets, self.hears));
        air.start(aim, ear_url, show);
    }

    /// Asks every far side again at once.
    pub(super) fn retry(&self) {
        self.all.values().for_each(Air::retry);
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
        if self.network.has_changed() {
            self.retry();
        }
        let mut events = Vec::new();
        for (id, air) in &mut self.all {
            let (faults, news) = air.look(engine, now);
            let troubles = faults.into_iter().map(|fault| AirNews::Trouble(fault.about(title_of(*id))));
            events.extend(troubles.chain(news).map(|news| Event::Air(*id, news)));
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
