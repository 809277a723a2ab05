//! Where the air goes: which publishers run, what each one's state makes of the whole show's, and whose key is whose.

use std::time::Duration;

use korero_sentences::key;

use super::cards::About;
use super::command::{Aim, DestinationEdit, DestinationWish, Typed};
use super::ear::{EarState, Verdict};
use super::event::AirNews;
use super::snapshot::{AirFigures, AirState, DestinationNow, DeviceState};
use super::{Deed, Session};
use crate::destination::{Destination, DestinationId, Service, ingest};
use crate::fault::Fault;
use crate::limits::{BITRATES, MAX_ADDRESS, MAX_DESTINATIONS, MAX_NAME};
use crate::secret::{StreamKey, split_address};

/// One destination, its key, and what was decided about it.
#[derive(Debug)]
pub(super) struct Place {
    now: DestinationNow,
    key: Option<StreamKey>,
    /// The key store was asked; what it knows is waited for.
    sought: bool,
    /// It may know one even after that: a person unlocked it late. No key was typed or forgotten meanwhile.
    may_come: bool,
    /// A publisher runs.
    runs: bool,
    /// Its publisher could not start; it is not tried again before something is changed.
    given_up: bool,
    on_air_since: Option<Duration>,
}

impl Place {
    pub(super) fn new(what: Destination, key: Option<StreamKey>) -> Self {
        let now = DestinationNow { has_key: key.is_some(), what, ..DestinationNow::default() };
        Self { now, key, sought: false, may_come: false, runs: false, given_up: false, on_air_since: None }
    }

    pub(super) fn id(&self) -> DestinationId {
        self.now.what.id
    }

    fn is_meant(&self) -> bool {
        self.now.what.on && !self.now.what.url.is_empty() && !self.given_up
    }

    fn aim(&self) -> Aim {
        let Destination { url, bitrate, safest, .. } = self.now.what.clone();
        Aim { url, key: self.key.as_ref().map(|key| key.reveal().to_owned()), bitrate, safest }
    }

    /// Ends or begins what no longer is as it should be.
    fn settle(&mut self, wants_air: bool) -> Option<Deed> {
        let should = wants_air && self.is_meant() && !self.sought;
        if should == self.runs {
            return None;
        }
        self.runs = should;
        self.on_air_since = None;
        self.now = DestinationNow {
            what: self.now.what.clone(),
            has_key: self.now.has_key,
            air: if should { AirState::Connecting } else { AirState::Off },
            ..DestinationNow::default()
        };
        Some(if should { Deed::StartPublisher(self.id(), self.aim()) } else { Deed::StopPublisher(self.id()) })
    }

    /// Ends what runs, so that the next settling begins it anew.
    fn stop(&mut self) -> Option<Deed> {
        self.given_up = false;
        self.settle(false)
    }

    fn takes(&mut self, key: Option<StreamKey>) {
        self.now.has_key = key.is_some();
        (self.key, self.sought, self.may_come) = (key, false, false);
    }

    fn seek(&mut self) -> Option<Deed> {
        self.sought = self.key.is_none() && !self.now.what.url.is_empty();
        self.may_come = self.sought;
        self.sought.then(|| Deed::SeekKey(self.id(), self.now.what.url.clone()))
    }

    fn news(&mut self, news: AirNews, now: Duration) {
        match news {
            AirNews::OnAir => {
                let since = *self.on_air_since.get_or_insert(now);
                let bitrate = self.now.figures.bitrate;
                self.now.air = AirState::On { length: now.saturating_sub(since), bitrate };
            }
            AirNews::Refused => self.now.air = AirState::Refused,
            AirNews::Reconnecting if self.on_air_since.is_some() => self.now.air = AirState::Reconnecting,
            AirNews::Reconnecting => self.now.air = AirState::Connecting,
            AirNews::Figures(figures) => {
                self.now.figures = figures;
                if let AirState::On { bitrate, .. } = &mut self.now.air {
                    *bitrate = figures.bitrate;
                }
            }
            AirNews::Listeners(listeners) => self.now.listeners = listeners,
            AirNews::ListenUrl(url) => self.now.listen_url = Some(url),
            AirNews::Path(path) => self.now.path = Some(path),
            AirNews::Ear(ear) => self.now.ear = ear,
            // A card tells of it.
            AirNews::Trouble(_) => {}
            AirNews::Ended => {
                (self.runs, self.given_up, self.on_air_since) = (false, true, None);
                (self.now.air, self.now.figures) = (AirState::Off, AirFigures::default());
                self.now.ear = EarState::Off;
            }
        }
    }

    fn at(&self, now: Duration) -> DestinationNow {
        let mut shown = self.now.clone();
        if let (AirState::On { length, .. }, Some(since)) = (&mut shown.air, self.on_air_since) {
            *length = now.saturating_sub(since);
        }
        shown
    }
}

impl Session {
    /// Asks the key store for the keys that were not given otherwise.
    pub fn seek_keys(&mut self) -> Vec<Deed> {
        self.places.iter_mut().filter_map(Place::seek).collect()
    }

    /// Where takes are sent: the first destination of our server's kind that has a key.
    #[must_use]
    pub fn home(&self) -> Option<Aim> {
        self.places.iter().find(|place| place.now.what.seems_ours() && place.key.is_some()).map(Place::aim)
    }

    /// Where our own ear listens to the show at a destination, when a person said so.
    #[must_use]
    pub fn ear_url(&self, id: DestinationId) -> Option<String> {
        let place = self.places.iter().find(|place| place.id() == id)?;
        Some(place.now.what.ear_url.trim().to_owned()).filter(|url| !url.is_empty())
    }

    /// What a person calls a destination; `None` for one that is gone.
    #[must_use]
    pub fn name_of(&self, id: DestinationId) -> Option<String> {
        self.places.iter().find(|place| place.id() == id).map(|place| place.now.what.title().to_owned())
    }

    /// What a destination is called in words about it; nothing while there is only one, which they are about anyway.
    #[must_use]
    pub fn title_of(&self, id: DestinationId) -> Option<String> {
        let place = self.places.iter().find(|place| place.id() == id).filter(|_| self.places.len() > 1)?;
        Some(place.now.what.title().to_owned())
    }

    pub(super) fn aim_of(&self, id: DestinationId) -> Option<Aim> {
        self.places.iter().find(|place| place.id() == id).map(Place::aim)
    }

    pub(super) fn destination(&mut self, wish: DestinationWish) -> Vec<Deed> {
        match wish {
            DestinationWish::Add(service) => self.add_destination(service),
            DestinationWish::AddAt(Typed(url)) => {
                let (address, _) = split_address(&url);
                let ours = Destination { url: ingest(&address), ..Destination::default() }.seems_ours();
                let service = if ours { Service::Korero } else { Service::of(&address) };
                let mut deeds = self.add_destination(service);
                // A list that is full adds none.
                if !deeds.is_empty() {
                    deeds.extend(self.edit_destination(DestinationId(self.last_place), DestinationEdit::Url(url)));
                }
                deeds
            }
            DestinationWish::Edit(id, edit) => self.edit_destination(id, edit),
            DestinationWish::Key(id, typed) => self.key_typed(id, &typed),
            DestinationWish::Remove(id) => {
                let Some(at) = self.places.iter().position(|place| place.id() == id) else { return Vec::new() };
                let stopped = self.places.remove(at).stop();
                self.cards.gone(id);
                let mut deeds: Vec<_> = stopped.into_iter().chain([Deed::Remember]).collect();
                deeds.extend(self.settle_air());
                deeds
            }
        }
    }

    fn add_destination(&mut self, service: Service) -> Vec<Deed> {
        if self.places.len() >= MAX_DESTINATIONS {
            self.tell(Fault::new(key::FAULT_SESSION_DESTINATIONS).with("most", MAX_DESTINATIONS));
            return Vec::new();
        }
        self.last_place += 1;
        let what = Destination { id: DestinationId(self.last_place), service, ..Destination::default() };
        self.places.push(Place::new(what, None));
        vec![Deed::Remember]
    }

    pub(super) fn edit_destination(&mut self, id: DestinationId, edit: DestinationEdit) -> Vec<Deed> {
        let Some(place) = self.places.iter_mut().find(|place| place.id() == id) else { return Vec::new() };
        let before = place.now.what.clone();
        let what = &mut place.now.what;
        let mut found = None;
        match edit {
            DestinationEdit::Name(name) => what.name = name.trim().chars().take(MAX_NAME).collect(),
            DestinationEdit::Service(service) => what.service = service,
            DestinationEdit::Bitrate(rate) => what.bitrate = rate.clamp(*BITRATES.start(), *BITRATES.end()),
            DestinationEdit::Safest(safest) => what.safest = safest,
            DestinationEdit::On(on) => what.on = on,
            DestinationEdit::EarUrl(url) => what.ear_url = url.trim().chars().take(MAX_ADDRESS).collect(),
            DestinationEdit::Url(url) => {
                let (url, key) = split_address(&url.chars().take(MAX_ADDRESS).collect::<String>());
                (what.url, found) = (ingest(&url), key);
            }
        }
        let what = place.now.what.clone();
        let moved = what.url != before.url;
        let mut deeds = vec![Deed::Remember];
        if moved || (what.bitrate, what.safest) != (before.bitrate, before.safest) || found.is_some() {
            deeds.extend(place.stop());
        }
        if moved {
            // A key never goes to another address.
            place.takes(None);
        }
        if let Some(key) = found {
            deeds.push(Deed::KeepKey(what.url, key.clone()));
            place.takes(Some(key));
        } else if moved {
            deeds.extend(place.seek());
        }
        if what.on != before.on {
            place.given_up = false;
        }
        deeds.extend(self.settle_air());
        deeds
    }

    fn key_typed(&mut self, id: DestinationId, typed: &Typed) -> Vec<Deed> {
        let Some(place) = self.places.iter_mut().find(|place| place.id() == id) else { return Vec::new() };
        let url = place.now.what.url.clone();
        let key = StreamKey::parse(&typed.0);
        if key.is_none() && !typed.0.trim().is_empty() {
            self.tell(Fault::new(key::FAULT_PUBLISH_KEY_FORM));
            return Vec::new();
        }
        let mut deeds: Vec<_> = place.stop().into_iter().collect();
        place.takes(key.clone());
        if !url.is_empty() {
            deeds.push(match key {
                Some(key) => Deed::KeepKey(url, key),
                None => Deed::ForgetKey(url),
            });
        }
        deeds.extend(self.settle_air());
        deeds
    }

    /// What the key store knows. A person who typed meanwhile, or moved on, knows better.
    pub(super) fn key_is(&mut self, id: DestinationId, url: &str, key: Option<StreamKey>) -> Vec<Deed> {
        let waits = |place: &&mut Place| place.id() == id && place.may_come && place.now.what.url == url;
        let mut deeds = Vec::new();
        if let Some(place) = self.places.iter_mut().find(waits) {
            place.sought = false;
            if key.is_some() {
                // A store that was unlocked late: what began without a key begins anew with it.
                deeds.extend(place.stop());
                place.takes(key);
            }
        }
        deeds.extend(self.settle_air());
        deeds
    }

    pub(super) fn go_on_air(&mut self) -> Vec<Deed> {
        if self.wants_air {
            return Vec::new();
        }
        if self.state.device == DeviceState::None {
            self.tell_no_device();
            return Vec::new();
        }
        self.places.iter_mut().for_each(|place| place.given_up = false);
        if !self.places.iter().any(Place::is_meant) {
            self.tell(Fault::new(key::FAULT_SESSION_NO_TARGET));
            return Vec::new();
        }
        let mut deeds = self.stop_check();
        // Who is on air needs nobody to lead the way there.
        deeds.extend(self.guide(None));
        deeds.extend(self.solo_to_headphones());
        self.wants_air = true;
        deeds.extend(self.start_recording(self.state.rolling.pre_roll()));
        deeds.extend(self.settle_air());
        // A show is as loud as it is from its first minute on.
        deeds.push(Deed::ResetLoudness);
        deeds
    }

    pub(super) fn leave_air(&mut self) -> Vec<Deed> {
        self.wants_air = false;
        self.settle_air()
    }

    pub(super) fn air_is(&mut self, id: DestinationId, news: AirNews, now: Duration) -> Vec<Deed> {
        // News of a publisher that was already told to stop is none.
        let Some(place) = self.places.iter_mut().find(|place| place.id() == id && place.runs) else {
            return Vec::new();
        };
        match &news {
            AirNews::OnAir => self.cards.on_air(id),
            AirNews::Reconnecting => self.cards.away(id),
            AirNews::Ear(EarState::Listens { verdict: Verdict::Heard, .. }) => self.cards.heard(id),
            AirNews::Trouble(fault) => self.cards.tell(About::Place(id), fault.clone()),
            _ => {}
        }
        place.news(news, now);
        if let AirState::On { .. } = place.now.air {
            self.on_air_since.get_or_insert(now);
        }
        self.settle_air()
    }

    /// Starts and stops what has to be. A show that goes nowhere any more is off air.
    fn settle_air(&mut self) -> Vec<Deed> {
        self.wants_air &= self.places.iter().any(Place::is_meant);
        if !self.wants_air {
            self.on_air_since = None;
        }
        let wants_air = self.wants_air;
        let deeds: Vec<_> = self.places.iter_mut().filter_map(|place| place.settle(wants_air)).collect();
        for deed in &deeds {
            if let Deed::StopPublisher(id) = deed {
                self.cards.left(*id);
            }
        }
        deeds
    }

    /// How the destinations are at `now`, and what they make of the whole show: it is on air as soon as one has confirmed
    /// that.
    pub(super) fn air_at(&self, now: Duration) -> (Vec<DestinationNow>, AirState) {
        let all: Vec<_> = self.places.iter().map(|place| place.at(now)).collect();
        let any = |wanted: fn(&AirState) -> bool| all.iter().any(|one| wanted(&one.air));
        let sought = self.places.iter().any(|place| place.sought && place.is_meant());
        let whole = if !self.wants_air {
            AirState::Off
        } else if any(|air| matches!(air, AirState::On { .. })) {
            let rate = |one: &DestinationNow| if let AirState::On { bitrate, .. } = one.air { bitrate } else { 0 };
            let length = now.saturating_sub(self.on_air_since.unwrap_or(now));
            AirState::On { length, bitrate: all.iter().map(rate).sum() }
        } else if any(|air| matches!(air, AirState::Connecting | AirState::Reconnecting)) || sought {
            if self.on_air_since.is_some() { AirState::Reconnecting } else { AirState::Connecting }
        } else {
            AirState::Refused
        };
        (all, whole)
    }
}
