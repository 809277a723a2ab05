//! OSC: the desk and the show under paths, for programs, tablets and show controllers. Without socket and clock: packets
//! and times come in, packets go out. `docs/surfaces.md` is the address space, written from the registry.

pub(super) mod space;
mod subscriber;
mod wire;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use korero_sentences::key;

use super::facts::{Fact, State};
use super::flood::{Fate, Floods};
use super::hold::Holds;
use super::wishes::Wishes;
use crate::desk::Desk;
use crate::desk::address::{Address, ChannelName};
use crate::fault::Fault;
use crate::limits::{OSC_LIFETIME, OSC_PATTERNS, OSC_PORTS, OSC_SUBSCRIBERS, SURFACE_EVERY};
use crate::session::act::Act;
use crate::session::command::{Command, SceneWish};
use crate::session::snapshot::Snapshot;
use crate::session::surfaces::Counts;
use space::{NORM, Naming, Space, Spot, chosen, from_wire, same, to_wire};
use subscriber::{Form, Subscriber};
use wire::{Arg, Message};

/// A packet and where it goes.
pub(super) type Packet = (SocketAddr, Vec<u8>);

/// The OSC surface.
#[derive(Debug, Default)]
pub(super) struct Osc {
    now: Arc<Snapshot>,
    space: Space,
    subscribers: Vec<Subscriber>,
    holds: Holds<SocketAddr>,
    floods: Floods<IpAddr>,
    counts: Counts,
    /// When subscribers may be told again.
    next: Duration,
    faults: Vec<Fault>,
}

/// Why a message was not taken, as one word to its sender.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Refusal {
    /// Nothing has this path.
    Unknown,
    /// It takes another kind of value.
    Value,
    /// It is only told.
    ReadOnly,
    /// Too many are told already.
    Full,
    /// Too much waits already.
    Busy,
    /// It takes a hold: 1, and 0 at least a second later.
    Hold,
}

impl Refusal {
    fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Value => "value",
            Self::ReadOnly => "read-only",
            Self::Full => "full",
            Self::Busy => "busy",
            Self::Hold => "hold",
        }
    }
}

impl Osc {
    /// Takes a packet that came at `now`, while the show is so; what it asks for goes to `wishes`. Gives the answers to its
    /// sender.
    pub(super) fn hear(
        &mut self,
        (from, bytes): (SocketAddr, &[u8]),
        now: Duration,
        show: &Arc<Snapshot>,
        wishes: &mut Wishes,
    ) -> Vec<Packet> {
        self.follow(show);
        let Ok(messages) = wire::decode(bytes) else {
            // Nonsense is counted like a message, so that a flood of it is one too.
            self.admits(from, now);
            self.counts.refused += 1;
            return Vec::new();
        };
        let mut answers = Vec::new();
        for message in messages {
            if !self.admits(from, now) {
                self.counts.refused += 1;
                continue;
            }
            match self.act(from, &message, now, wishes) {
                Ok(answer) => {
                    self.counts.taken += 1;
                    answers.extend(answer.map(|answer| (from, answer)));
                }
                Err(why) => {
                    self.counts.refused += 1;
                    answers.push((from, wire::say("/refused", &[&message.path, why.word()])));
                }
            }
        }
        answers
    }

    fn admits(&mut self, from: SocketAddr, now: Duration) -> bool {
        let fate = self.floods.message(from.ip(), now);
        if fate == Fate::FloodBegins {
            self.faults.push(Fault::new(key::FAULT_SURFACE_FLOOD).with("from", from.ip().to_string()));
        }
        fate == Fate::Taken
    }

    fn act(
        &mut self,
        from: SocketAddr,
        message: &Message,
        now: Duration,
        wishes: &mut Wishes,
    ) -> Result<Option<Vec<u8>>, Refusal> {
        match message.path.as_str() {
            "/subscribe" => return self.subscribe(from, &message.args, now).map(Some),
            "/unsubscribe" => {
                self.subscribers.retain(|one| !one.is(from));
                return Ok(None);
            }
            // What we say ourselves, sent back: an answer would be answered for ever.
            "/subscribed" | "/refused" => return Ok(None),
            "/action/scene" => return self.recall(&message.args, wishes).map(|()| None),
            path => {
                if let Some(id) = path.strip_prefix("/action/") {
                    let act: Act = id.parse().map_err(|_| Refusal::Unknown)?;
                    return self.key(from, act, &message.args, now, wishes).map(|()| None);
                }
            }
        }
        let (path, norm) = match message.path.strip_prefix(NORM) {
            Some(path) => (path, true),
            None => (message.path.as_str(), false),
        };
        let spot = self.space.find(path).ok_or(Refusal::Unknown)?;
        match (message.args.first(), spot) {
            (None, spot) => {
                let state = self.state(&spot, norm).ok_or(Refusal::Unknown)?;
                Ok(Some(wire::encode(&message.path, &state)))
            }
            (Some(value), Spot::Param(address)) => self.turn(from, address, (value, norm), now, wishes).map(|()| None),
            (Some(_), _) => Err(Refusal::ReadOnly),
        }
    }

    /// An action; without a value it is a key that goes down and up at once.
    fn key(
        &mut self,
        from: SocketAddr,
        act: Act,
        args: &[Arg],
        now: Duration,
        wishes: &mut Wishes,
    ) -> Result<(), Refusal> {
        let down = match args.first() {
            None if act.needs_hold() => return Err(Refusal::Hold),
            None => true,
            Some(Arg::Number(value)) => *value >= 0.5,
            Some(_) => return Err(Refusal::Value),
        };
        let done = self.holds.key(from, act, down, now);
        if done && !wishes.act(act.command()) { Err(Refusal::Busy) } else { Ok(()) }
    }

    /// A scene by its place in the list, from 1, or by its name.
    fn recall(&self, args: &[Arg], wishes: &mut Wishes) -> Result<(), Refusal> {
        let scenes = &self.now.scenes.list;
        let scene = match args.first() {
            Some(Arg::Number(number)) if *number >= 1.0 => scenes.get(*number as usize - 1),
            Some(Arg::Text(name)) => scenes.iter().find(|scene| scene.name == *name),
            _ => return Err(Refusal::Value),
        };
        let scene = scene.ok_or(Refusal::Unknown)?.id.clone();
        if wishes.act(Command::Scene(SceneWish::Recall(scene))) { Ok(()) } else { Err(Refusal::Busy) }
    }

    fn turn(
        &mut self,
        from: SocketAddr,
        address: Address,
        (value, norm): (&Arg, bool),
        now: Duration,
        wishes: &mut Wishes,
    ) -> Result<(), Refusal> {
        let spec = address.spec();
        let (value, said) = match value {
            Arg::Number(wire) => (from_wire(&spec, *wire, norm), Some(*wire)),
            Arg::Text(word) => (chosen(&spec, word), None),
            Arg::Other => (None, None),
        };
        let value = value.ok_or(Refusal::Value)?;
        let stands = wishes.value(&address, &self.now.desk).ok_or(Refusal::Unknown)?;
        let spot = Spot::Param(address.clone());
        if let Some(hand) = self.subscribers.iter_mut().find(|one| one.is(from)) {
            // It believes in what it said, even where that is further than the control goes.
            let said = said.filter(|_| norm == hand.form.norm);
            let told = said.unwrap_or_else(|| to_wire(&spec, value, hand.form.norm));
            if hand.echoes(&spot, told, now) {
                return Ok(());
            }
            hand.turned(&spot, told, now);
        }
        let wire = |value| State::Number(to_wire(&spec, value, norm));
        // What stands there already, but for what was lost on the wire, is no turn.
        if same(&wire(stands), &wire(value)) || wishes.turn(address, value) { Ok(()) } else { Err(Refusal::Busy) }
    }

    fn subscribe(&mut self, from: SocketAddr, args: &[Arg], now: Duration) -> Result<Vec<u8>, Refusal> {
        let (mut form, mut naming, mut to) = (Form::default(), None, from);
        for arg in args {
            match arg {
                Arg::Number(port) if (1.0..=f32::from(*OSC_PORTS.end())).contains(port) => to.set_port(*port as u16),
                Arg::Text(word) => match word.as_str() {
                    "names" => naming = Some(Naming::Names),
                    "numbers" => naming = Some(Naming::Numbers),
                    "ids" => naming = Some(Naming::Ids),
                    "norm" => form.norm = true,
                    path if path.starts_with('/') && form.parts.len() < OSC_PATTERNS => form.parts.push(word.clone()),
                    _ => return Err(Refusal::Value),
                },
                _ => return Err(Refusal::Value),
            }
        }
        form.naming = naming.unwrap_or_else(|| Naming::meant_by(&form.parts));
        let until = now + OSC_LIFETIME;
        let same = |one: &&mut Subscriber| one.from == from && (args.is_empty() || (one.to == to && one.form == form));
        if let Some(one) = self.subscribers.iter_mut().find(same) {
            one.until = until;
        } else {
            self.subscribers.retain(|one| one.from != from && one.to != to);
            if self.subscribers.len() >= OSC_SUBSCRIBERS {
                return Err(Refusal::Full);
            }
            let mut one = Subscriber::new(from, to, until, form);
            let all = everything(&self.now.desk).chain(Fact::ALL.map(Spot::Fact));
            all.for_each(|spot| one.look_at(&spot, &self.space));
            self.subscribers.push(one);
        }
        Ok(wire::encode("/subscribed", &State::Number(OSC_LIFETIME.as_secs_f32())))
    }

    /// How a thing stands; `None` when it is gone.
    fn state(&self, spot: &Spot, norm: bool) -> Option<State> {
        state(&self.now, spot, norm)
    }

    /// The show is so at `now`: subscribers are told of what changed, whoever changed it.
    pub(super) fn tick(&mut self, now: Duration, latest: &Arc<Snapshot>) -> Vec<Packet> {
        self.follow(latest);
        self.holds.forget_lost(now);
        self.subscribers.retain(|one| one.until > now);
        if now < self.next {
            return Vec::new();
        }
        let mut packets = Vec::new();
        for one in &mut self.subscribers {
            let told = one.tell(now, &self.space, |spot, norm| state(&self.now, spot, norm));
            packets.extend(told.into_iter().map(|bytes| (one.to, bytes)));
        }
        if !packets.is_empty() {
            self.next = now + SURFACE_EVERY;
        }
        packets
    }

    fn follow(&mut self, latest: &Arc<Snapshot>) {
        let before = std::mem::replace(&mut self.now, Arc::clone(latest));
        if Arc::ptr_eq(&before, latest) {
            return;
        }
        let mut news: Vec<_> =
            Fact::ALL.into_iter().filter(|fact| fact.of(&before) != fact.of(latest)).map(Spot::Fact).collect();
        if !Arc::ptr_eq(&before.desk, &latest.desk) {
            let space = Space::of(&latest.desk);
            if space == self.space {
                news.extend(labelled_anew(&before.desk, &latest.desk));
                news.extend(changed(&before.desk, &latest.desk).map(Spot::Param));
            } else {
                self.space = space;
                self.subscribers.iter_mut().for_each(Subscriber::forget);
                news.extend(everything(&latest.desk));
            }
        }
        for one in &mut self.subscribers {
            news.iter().for_each(|spot| one.look_at(spot, &self.space));
        }
    }

    /// How many are told.
    pub(super) fn subscribers(&self) -> usize {
        self.subscribers.len()
    }

    /// What came so far.
    pub(super) fn counts(&self) -> Counts {
        self.counts
    }

    /// Messages that were lost before they came here.
    pub(super) fn lost(&mut self, count: u64) {
        self.counts.refused += count;
    }

    /// What a person should know of.
    pub(super) fn faults(&mut self) -> Vec<Fault> {
        std::mem::take(&mut self.faults)
    }
}

fn state(now: &Snapshot, spot: &Spot, norm: bool) -> Option<State> {
    match spot {
        Spot::Param(address) => Some(State::Number(to_wire(&address.spec(), address.get(&now.desk)?, norm))),
        Spot::Name(id) => Some(State::Text(now.desk.strip(id)?.name.clone())),
        Spot::Hue(id) => Some(State::Number(f32::from(now.desk.strip(id)?.hue))),
        Spot::Fact(fact) => Some(fact.of(now)),
    }
}

/// The channels of a desk: strips first, from left to right.
fn channels(desk: &Desk) -> impl Iterator<Item = ChannelName> {
    desk.strips.iter().map(|strip| ChannelName::Strip(strip.id.clone())).chain(ChannelName::fixed())
}

/// Everything that a desk can be asked for.
fn everything(desk: &Desk) -> impl Iterator<Item = Spot> {
    let names = desk.strips.iter().flat_map(|strip| [Spot::Name(strip.id.clone()), Spot::Hue(strip.id.clone())]);
    names.chain(channels(desk).flat_map(move |channel| {
        let controls = channel.of(desk).into_iter().flat_map(|all| all.controls().collect::<Vec<_>>());
        controls.map(move |control| Spot::Param(Address { channel: channel.clone(), control })).collect::<Vec<_>>()
    }))
}

/// The names and hues of strips that are others on `to`.
fn labelled_anew(from: &Desk, to: &Desk) -> impl Iterator<Item = Spot> {
    to.strips.iter().flat_map(move |strip| {
        let before = from.strip(&strip.id);
        let name = before.is_none_or(|before| before.name != strip.name).then(|| Spot::Name(strip.id.clone()));
        let hue = before.is_none_or(|before| before.hue != strip.hue).then(|| Spot::Hue(strip.id.clone()));
        name.into_iter().chain(hue)
    })
}

/// What can be turned on `to` and stood otherwise, or not at all, on `from`.
fn changed(from: &Desk, to: &Desk) -> impl Iterator<Item = Address> {
    channels(to).flat_map(move |channel| {
        let (before, after) = (channel.of(from), channel.of(to));
        let all = after.filter(|after| before != Some(*after)).into_iter().flat_map(|after| {
            let moved = after.controls().filter(|control| before.and_then(|b| b.get(*control)) != after.get(*control));
            moved.collect::<Vec<_>>()
        });
        all.map(|control| Address { channel: channel.clone(), control }).collect::<Vec<_>>()
    })
}
