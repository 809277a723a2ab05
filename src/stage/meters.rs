//! The meter thread's place on the stage.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use korero_dsp::loudness::Loudness;
use korero_dsp::ring::Ring;
use korero_sentences::key;

use crate::desk::address::ChannelName;
use crate::desk::channel::Control;
use crate::desk::{Desk, StripId};
use crate::engine::levels::LanePlace;
use crate::engine::{EngineHandle, TapSource};
use crate::fault::Fault;
use crate::limits::{METER_TAP, STRIPS_TAP};
use crate::metering::{Metering, RackWatch, Readings, Watch};
use crate::session::command::Sight;
use crate::session::event::Event;

use super::culprit::Search;

/// The meters, once they run.
pub(super) struct Meters {
    readings: Arc<ArcSwap<Readings>>,
    metering: Option<Metering>,
    /// They could not be started; that was told.
    failed: bool,
    /// What somebody wants to see.
    wanted: Sight,
    /// The channel that is looked at, and where it lay when that began.
    watched: Option<(ChannelName, LanePlace)>,
    /// The strips that are looked at, likewise.
    strips: Vec<(StripId, LanePlace)>,
    shown: Option<Loudness>,
    /// The strip of a ring is looked for.
    search: Option<Search>,
    /// Nothing is a ring until then.
    rest: Option<Duration>,
}

impl Meters {
    /// Meters that will show what they measure in `readings`.
    pub(super) fn new(readings: Arc<ArcSwap<Readings>>) -> Self {
        Self {
            readings,
            metering: None,
            failed: false,
            wanted: Sight::default(),
            watched: None,
            strips: Vec::new(),
            shown: None,
            search: None,
            rest: None,
        }
    }

    /// Looks closer at what is seen from the next tick on.
    pub(super) fn look_at(&mut self, sight: Sight) {
        self.wanted = sight;
    }

    /// Nothing is a ring until then (monotonic): a fade lets every tone rise as evenly as a ring does.
    pub(super) fn rings_rest(&mut self, until: Duration) {
        self.rest = Some(until);
    }

    /// Begins anew with loudness.
    pub(super) fn reset(&self) {
        self.metering.iter().for_each(Metering::reset);
    }

    /// Starts what is not running yet, follows the channel that is wanted, and tells what was measured.
    pub(super) fn look(&mut self, engine: &mut EngineHandle, desk: &Desk, now: Duration) -> Vec<Event> {
        let mut events = Vec::new();
        if self.metering.is_none() && !self.failed {
            match self.start(engine) {
                Ok(metering) => self.metering = Some(metering),
                Err(fault) => {
                    self.failed = true;
                    events.push(Event::Trouble(fault));
                }
            }
        }
        // What cannot be looked at is told once, and asked for again when something else is wanted.
        if let Err(fault) = self.follow(engine) {
            self.wanted.channel = None;
            events.push(Event::Trouble(fault));
        }
        if let Err(fault) = self.follow_strips(engine, desk) {
            self.wanted.strips = false;
            events.push(Event::Trouble(fault));
        }
        let Some(metering) = &self.metering else { return events };
        let loudness = metering.latest().mix.map(|reading| reading.loudness);
        if loudness != self.shown {
            self.shown = loudness;
            events.extend(loudness.map(Event::Loudness));
        }
        // The desk's own tone is no ring.
        let none = self.rest.is_some() || desk.own.is_on(Control::OSCILLATOR_ON);
        let rings = metering.take_rings().into_iter().filter(|_| !none).collect();
        if self.rest.take_if(|until| now >= *until).is_some() {
            // One that began meanwhile and goes on is told after all.
            metering.forget_rings();
        }
        events.extend(self.name_rings(rings, engine, desk).into_iter().map(Event::Trouble));
        events
    }

    /// Looks for the strip of a ring before it is told; of several at once only for that of the first.
    fn name_rings(&mut self, rings: Vec<Ring>, engine: &mut EngineHandle, desk: &Desk) -> Vec<Fault> {
        let mut told = Vec::new();
        if let Some(search) = self.search.take_if(Search::look) {
            let strip = search.strip(desk, &engine.levels()).and_then(|id| desk.strip(&id));
            told.push(fault_of(search.ring, strip.map(|strip| strip.name.as_str())));
        }
        for ring in rings {
            if self.search.is_none() {
                self.search = Search::begin(ring, engine, desk);
            }
            if self.search.as_ref().is_none_or(|search| search.ring != ring) {
                told.push(fault_of(ring, None));
            }
        }
        told
    }

    fn start(&self, engine: &mut EngineHandle) -> Result<Metering, Fault> {
        let mix = engine.open_tap(TapSource::Mix, METER_TAP)?;
        Metering::start(mix, Arc::clone(&self.readings))
    }

    /// Opens the tap of the wanted channel, and another when its lanes move.
    fn follow(&mut self, engine: &mut EngineHandle) -> Result<(), Fault> {
        let Some(metering) = &self.metering else { return Ok(()) };
        let levels = engine.levels();
        let wanted = self.wanted.channel.as_ref().and_then(|name| Some((name.clone(), levels.place(name)?)));
        if wanted == self.watched {
            return Ok(());
        }
        let watch = match &wanted {
            Some((name, place)) => {
                let tap = engine.open_tap(TapSource::Rack(place.rack), METER_TAP)?;
                Some(Watch { name: name.clone(), tap, place: *place })
            }
            None => None,
        };
        metering.watch(watch);
        self.watched = wanted;
        Ok(())
    }

    /// Opens a tap of each rack that has strips while those are seen, and others when their lanes move.
    fn follow_strips(&mut self, engine: &mut EngineHandle, desk: &Desk) -> Result<(), Fault> {
        let Some(metering) = &self.metering else { return Ok(()) };
        let levels = engine.levels();
        let place = |id: &StripId| levels.place(&ChannelName::Strip(id.clone()));
        let seen = desk.strips.iter().filter(|_| self.wanted.strips);
        let strips: Vec<_> = seen.filter_map(|strip| Some((strip.id.clone(), place(&strip.id)?))).collect();
        if strips == self.strips {
            return Ok(());
        }
        let mut racks = BTreeMap::<u8, Vec<_>>::new();
        for (id, place) in &strips {
            racks.entry(place.rack).or_default().push((id.clone(), *place));
        }
        let mut opened = Vec::with_capacity(racks.len());
        for (rack, strips) in racks {
            opened.push(RackWatch { tap: engine.open_tap(TapSource::Rack(rack), STRIPS_TAP)?, strips });
        }
        metering.watch_strips(opened);
        self.strips = strips;
        Ok(())
    }
}

/// A person hears a ring by its rough pitch: two figures are within a twelfth of an octave.
fn fault_of(ring: Ring, strip: Option<&str>) -> Fault {
    let freq = match ring.freq {
        freq if freq >= 1_000.0 => format!("{:.1} kHz", freq / 1_000.0),
        freq => format!("{:.0} Hz", (freq / 10.0).round() * 10.0),
    };
    match strip {
        Some(strip) => Fault::new(key::FAULT_STAGE_RING_STRIP).with("freq", freq).with("strip", strip),
        None => Fault::new(key::FAULT_STAGE_RING).with("freq", freq),
    }
}
