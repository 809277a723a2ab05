//! Rooms: one publisher, many listeners, no socket and no clock. The payload is never touched.
//!
//! A session that panics is dropped and counted; the others do not notice.

pub(crate) mod addresses;
pub(crate) mod board;
pub(crate) mod driver;
mod frames;
pub(crate) mod lines;
mod missing;
pub(crate) mod negotiation;
mod outlet;
mod peer;
mod room;
mod rtc_peer;
pub(crate) mod sdp;
mod stun;
mod wait;
pub(crate) mod way;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use uuid::Uuid;

use self::board::{Board, Gone};
use self::outlet::Outlet;
use self::peer::{Packet, Peer, Step};
use self::room::Room;
use self::way::Way;
use crate::limits::{CHECK_LIFE, CONNECT_TIMEOUT, HOUSEKEEPING, MAX_ADDRESSES, MAX_WAYS, SHORTEST_TICK, SILENCE};
use crate::metrics::MediaMetrics;

/// Names one session: 128 random bits, which nobody guesses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct SessionId(pub(crate) u128);

/// Which way the sound goes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Role {
    /// From an artist to us.
    Publisher,
    /// From us to a listener.
    Listener,
    /// From an artist to us and to nobody else: whoever sends wants to know what arrives.
    Check,
}

/// Where datagrams leave.
pub(crate) trait Wire {
    fn send(&mut self, to: Way, datagram: &[u8]);
    /// Nobody is there any more who is known: what only that far side needed can go, once all is sent.
    fn hang_up(&mut self, way: Way);
}

/// A connection that joins a room.
pub(crate) struct Entry<P> {
    pub(crate) id: SessionId,
    pub(crate) role: Role,
    /// The artist whose room it is.
    pub(crate) room: Uuid,
    pub(crate) board: Arc<Board>,
    /// Raised when the session is over.
    pub(crate) gone: Gone,
    /// Whether it is one of those whose number is told; the artist's own ear is not.
    pub(crate) counted: bool,
    /// Our ICE user name fragment: by it the first datagram finds the session.
    pub(crate) ufrag: String,
    /// The number of the first packet to a listener.
    pub(crate) first_seq: u16,
    pub(crate) peer: P,
}

struct Session<P: Peer> {
    peer: P,
    role: Role,
    room: Uuid,
    gone: Gone,
    ufrag: String,
    /// A restart of ICE that was answered, and the name by which the far side will knock.
    restart: Option<(String, P::Restart)>,
    outlet: Outlet,
    /// Where it speaks from, and when it was last heard there.
    addresses: HashMap<Way, Instant>,
    /// New ways since ICE began: str0m keeps each of them, and looks through all at every knock.
    ways: usize,
    added: Instant,
    heard: Instant,
    due: Option<Instant>,
    connected: bool,
}

impl<P: Peer> Session<P> {
    /// Whether the address is known, or there is room for another one.
    fn may_speak_from(&self, from: Way, now: Instant) -> bool {
        let silent = |heard: &Instant| now.saturating_duration_since(*heard) > SILENCE;
        let room = self.addresses.len() < MAX_ADDRESSES || self.addresses.values().any(silent);
        self.addresses.contains_key(&from) || (self.ways < MAX_WAYS && room)
    }
}

/// What came out of one session and concerns others.
enum Effect {
    Connected,
    Sound(Packet),
    Missing(Vec<u16>),
    Ended,
}

/// Every session and room of this server.
pub(crate) struct Relay<P: Peer> {
    sessions: HashMap<SessionId, Session<P>>,
    rooms: HashMap<Uuid, Room>,
    ufrags: HashMap<String, SessionId>,
    /// Addresses that proved to know their session's ICE password; nothing else is listened to.
    verified: HashMap<Way, SessionId>,
    due: BinaryHeap<Reverse<(Instant, SessionId)>>,
    housekeeping: Instant,
    /// UTC in milliseconds.
    utc_ms: fn() -> i64,
    metrics: MediaMetrics,
}

impl<P: Peer> Relay<P> {
    pub(crate) fn new(now: Instant, utc_ms: fn() -> i64, metrics: MediaMetrics) -> Self {
        Self {
            sessions: HashMap::new(),
            rooms: HashMap::new(),
            ufrags: HashMap::new(),
            verified: HashMap::new(),
            due: BinaryHeap::new(),
            housekeeping: now + HOUSEKEEPING,
            utc_ms,
            metrics,
        }
    }

    /// Lets a connection in. A second publisher takes the room over once it is connected; the first is ended then.
    pub(crate) fn add(&mut self, now: Instant, entry: Entry<P>, wire: &mut impl Wire) {
        let Entry { id, role, room, board, gone, counted, ufrag, first_seq, peer } = entry;
        self.rooms.entry(room).or_insert_with(|| Room::new(board)).join(id, role, counted);
        self.ufrags.insert(ufrag.clone(), id);
        let outlet = Outlet::new(first_seq);
        let addresses = HashMap::new();
        let session = Session {
            peer,
            role,
            room,
            gone,
            ufrag,
            restart: None,
            outlet,
            addresses,
            ways: 0,
            added: now,
            heard: now,
            due: None,
            connected: false,
        };
        self.sessions.insert(id, session);
        self.metrics.sessions(role, 1);
        self.act(now, id, None, wire, |_| ());
    }

    /// Gets a session ready for a restart of ICE; it happens when the far side knocks by the name `ufrag`. Until then the
    /// session is as it was, and another restart takes the place of this one.
    pub(crate) fn restart(&mut self, id: SessionId, ufrag: String, restart: P::Restart) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        self.ufrags.insert(ufrag.clone(), id);
        if let Some((never_used, _)) = session.restart.replace((ufrag, restart)) {
            self.ufrags.remove(&never_used);
        }
    }

    /// The far side knocks by that name: if it is the one of a restart, ICE begins anew.
    fn knocked(&mut self, id: SessionId, ufrag: &str, wire: &mut impl Wire) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let Some((ufrag, restart)) = session.restart.take_if(|(awaited, _)| awaited == ufrag) else { return };
        self.ufrags.remove(&session.ufrag);
        (session.ufrag, session.ways) = (ufrag, 0);
        if catch_unwind(AssertUnwindSafe(|| session.peer.restart(restart))).is_err() {
            self.metrics.panicked();
            self.remove(id, wire);
        }
    }

    /// A datagram arrived.
    pub(crate) fn datagram(&mut self, now: Instant, from: Way, datagram: &[u8], wire: &mut impl Wire) {
        self.metrics.received(datagram.len());
        let asked = stun::request_for(datagram);
        let id = match asked {
            Some(ufrag) => self.ufrags.get(ufrag),
            None => self.verified.get(&from),
        };
        let Some(id) = id.copied().filter(|id| !self.is_anothers(from, *id, now)) else {
            return self.metrics.refused();
        };
        if let Some(ufrag) = asked {
            self.knocked(id, ufrag, wire);
        }
        if !self.sessions.get(&id).is_some_and(|session| session.may_speak_from(from, now)) {
            return self.metrics.refused();
        }
        let asks = asked.is_some().then_some(from);
        self.act(now, id, asks, wire, |session| {
            if asks.is_none() {
                session.heard = now;
                session.addresses.insert(from, now);
            }
            session.peer.receive(now, from, datagram);
        });
    }

    /// Whether another session was heard there not long ago. It keeps its address then: a source is easily forged.
    fn is_anothers(&self, from: Way, id: SessionId, now: Instant) -> bool {
        let owner = self.verified.get(&from).filter(|owner| **owner != id);
        let heard = owner.and_then(|owner| self.sessions.get(owner)?.addresses.get(&from));
        heard.is_some_and(|heard| now.saturating_duration_since(*heard) <= SILENCE)
    }

    /// A far side cannot be reached there any more: whoever comes from there next is a stranger.
    pub(crate) fn closed(&mut self, way: Way) {
        if let Some(session) = self.verified.remove(&way).and_then(|id| self.sessions.get_mut(&id)) {
            session.addresses.remove(&way);
        }
    }

    /// When [`Relay::tick`] must be called.
    pub(crate) fn next_due(&self) -> Instant {
        self.due.peek().map_or(self.housekeeping, |Reverse((at, _))| self.housekeeping.min(*at))
    }

    /// Time passed.
    pub(crate) fn tick(&mut self, now: Instant, wire: &mut impl Wire) {
        while let Some(Reverse((at, id))) = self.due.peek().copied().filter(|Reverse((at, _))| *at <= now) {
            self.due.pop();
            if self.sessions.get_mut(&id).is_some_and(|session| session.due == Some(at)) {
                self.act(now, id, None, wire, |session| {
                    session.due = None;
                    session.peer.tick(now);
                });
            }
        }
        if now >= self.housekeeping {
            self.housekeeping = now + HOUSEKEEPING;
            self.housekeep(now, wire);
        }
    }

    /// Ends one session, saying goodbye.
    pub(crate) fn end(&mut self, now: Instant, id: SessionId, wire: &mut impl Wire) {
        self.act(now, id, None, wire, |session| session.peer.close());
        self.remove(id, wire);
    }

    /// Ends every session of a room.
    pub(crate) fn end_room(&mut self, now: Instant, room: Uuid, wire: &mut impl Wire) {
        for id in self.rooms.get(&room).map(Room::everyone).unwrap_or_default() {
            self.end(now, id, wire);
        }
    }

    /// Ends everything.
    pub(crate) fn end_all(&mut self, now: Instant, wire: &mut impl Wire) {
        let mut everyone: Vec<_> = self.sessions.keys().copied().collect();
        everyone.sort_unstable();
        everyone.into_iter().for_each(|id| self.end(now, id, wire));
    }

    fn housekeep(&mut self, now: Instant, wire: &mut impl Wire) {
        let over = |session: &Session<P>| {
            let waited = now.saturating_duration_since(session.added) > CONNECT_TIMEOUT && !session.connected;
            let checked = session.role == Role::Check && now.saturating_duration_since(session.added) > CHECK_LIFE;
            waited || checked || now.saturating_duration_since(session.heard) > SILENCE
        };
        let lost: Vec<_> = self.sessions.iter().filter(|(_, s)| over(s)).map(|(id, _)| *id).collect();
        for id in lost {
            self.end(now, id, wire);
        }
        self.rooms.retain(|_, room| {
            room.look(now);
            !room.is_empty()
        });
    }

    /// Does something to one session, then everything that follows from it. `asks` is the source of a STUN
    /// request: it has proved itself when the session answers it with success, since ICE has then checked the
    /// message's integrity.
    fn act(
        &mut self,
        now: Instant,
        id: SessionId,
        asks: Option<Way>,
        wire: &mut impl Wire,
        action: impl FnOnce(&mut Session<P>),
    ) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let (mut effects, mut proved) = (Vec::new(), false);
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            action(session);
            drain(session, now, &mut effects, &mut |to, datagram: &[u8]| {
                proved |= asks == Some(to) && stun::is_success(datagram);
                wire.send(to, datagram);
            })
        }));
        match outcome {
            Ok(due) => {
                // A session that wants to be called at once for ever must not keep the others waiting.
                let due = due.map(|at| at.max(now + SHORTEST_TICK));
                if let Some(at) = due.filter(|at| session.due != Some(*at)) {
                    session.due = Some(at);
                    self.due.push(Reverse((at, id)));
                }
                if proved {
                    session.heard = now;
                }
            }
            Err(_) => {
                self.metrics.panicked();
                self.remove(id, wire);
                return;
            }
        }
        if let Some(from) = asks.filter(|_| proved) {
            self.learn(now, from, id, wire);
        }
        for effect in effects {
            self.follow(now, id, effect, wire);
        }
    }

    /// Remembers who speaks from an address; the one that was silent the longest makes room for it.
    fn learn(&mut self, now: Instant, from: Way, id: SessionId, wire: &mut impl Wire) {
        if let Some(before) = self.verified.insert(from, id).filter(|before| *before != id)
            && let Some(session) = self.sessions.get_mut(&before)
        {
            session.addresses.remove(&from);
        }
        let Some(session) = self.sessions.get_mut(&id) else { return };
        if session.addresses.insert(from, now).is_none() {
            session.ways += 1;
        }
        if session.addresses.len() > MAX_ADDRESSES
            && let Some(oldest) = session.addresses.iter().min_by_key(|(_, heard)| **heard).map(|(at, _)| *at)
        {
            session.addresses.remove(&oldest);
            self.verified.remove(&oldest);
            wire.hang_up(oldest);
        }
    }

    fn follow(&mut self, now: Instant, id: SessionId, effect: Effect, wire: &mut impl Wire) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        match (effect, session.role) {
            (Effect::Ended, _) => self.remove(id, wire),
            (Effect::Connected, role) => {
                session.connected = true;
                let room = self.rooms.get_mut(&session.room);
                if let Some(replaced) = room.and_then(|room| room.connected(id, role)) {
                    self.end(now, replaced, wire);
                }
            }
            (Effect::Sound(packet), Role::Publisher) => {
                let room = session.room;
                self.fan_out(now, id, room, &packet, wire);
            }
            (Effect::Missing(seqs), Role::Listener) => self.send_again(now, id, &seqs, wire),
            (Effect::Sound(_), Role::Listener | Role::Check) | (Effect::Missing(_), Role::Publisher | Role::Check) => {}
        }
    }

    fn fan_out(&mut self, now: Instant, from: SessionId, room: Uuid, packet: &Packet, wire: &mut impl Wire) {
        let Some(room) = self.rooms.get_mut(&room) else { return };
        let Some(publication) = room.arrived(now, (self.utc_ms)(), from, packet) else { return };
        for listener in room.hearing() {
            let mut placed = None;
            self.act(now, listener, None, wire, |session| {
                placed = session.outlet.place(publication, packet, now);
                if let Some((seq, time)) = placed {
                    session.peer.write(now, Packet { seq, time, ..packet.clone() });
                }
            });
            if placed.is_some() {
                self.metrics.forwarded(packet.payload.len());
            }
        }
    }

    fn send_again(&mut self, now: Instant, id: SessionId, seqs: &[u16], wire: &mut impl Wire) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let room = session.room;
        for again in session.outlet.again(seqs, now) {
            let found = self.rooms.get(&room).and_then(|room| room.find(again.publication, again.seq_in)).cloned();
            if let Some(packet) = found {
                let packet = Packet { seq: again.seq_out, time: packet.time.wrapping_add(again.shift), ..packet };
                self.metrics.resent();
                self.act(now, id, None, wire, |session| session.peer.write(now, packet));
            }
        }
    }

    fn remove(&mut self, id: SessionId, wire: &mut impl Wire) {
        let Some(session) = self.sessions.remove(&id) else { return };
        session.gone.raise();
        self.ufrags.remove(&session.ufrag);
        if let Some((never_used, _)) = &session.restart {
            self.ufrags.remove(never_used);
        }
        for address in session.addresses.keys() {
            self.verified.remove(address);
            wire.hang_up(*address);
        }
        if let Some(room) = self.rooms.get_mut(&session.room) {
            room.leave(id, session.role);
        }
        self.metrics.sessions(session.role, -1);
    }
}

/// Takes everything out of a session until it waits, and says until when.
fn drain<P: Peer>(
    session: &mut Session<P>,
    now: Instant,
    effects: &mut Vec<Effect>,
    send: &mut impl FnMut(Way, &[u8]),
) -> Option<Instant> {
    loop {
        match session.peer.step(now) {
            Step::Send(to, datagram) => send(to, &datagram),
            Step::Connected => effects.push(Effect::Connected),
            Step::Sound(packet) => effects.push(Effect::Sound(packet)),
            Step::Missing(seqs) => effects.push(Effect::Missing(seqs)),
            Step::Ended => {
                effects.push(Effect::Ended);
                return None;
            }
            Step::Wait(until) => return Some(until),
        }
    }
}

#[cfg(test)]
mod strange_tests;
#[cfg(test)]
mod tests;
