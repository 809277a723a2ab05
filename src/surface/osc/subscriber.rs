//! Who is told by OSC of what changes: what of it, in which form, and what it knows already.

use std::collections::{HashMap, HashSet, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use korero_dsp::param::Unit;

use super::space::{NORM, Naming, Space, Spot, same, tolerance};
use super::wire;
use crate::limits::{OSC_FEEDBACK, SURFACE_ECHO, SURFACE_KEY_ECHO, SURFACE_REST};
use crate::surface::facts::State;
use crate::surface::sent::Sent;

/// How somebody wants to be told.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Form {
    /// How strips are called.
    pub(super) naming: Naming,
    /// Values are ways of knobs, 0 to 1.
    pub(super) norm: bool,
    /// Paths that it is told of, with everything below them; a step `*` is any one. None is all.
    pub(super) parts: Vec<String>,
}

impl Form {
    /// Whether a thing is one of those, however they call its strip.
    fn has(&self, spot: &Spot, space: &Space) -> bool {
        if self.parts.is_empty() {
            return true;
        }
        let Some(path) = space.path(spot, Naming::Ids) else { return false };
        let names = space.names(spot);
        self.parts.iter().any(|part| covers(part, &path, names.as_ref()))
    }
}

/// Whether a part of the desk has that path in it, or the same one with its strip called by one of `names`.
fn covers(part: &str, path: &str, names: Option<&[String; 3]>) -> bool {
    let mut path = steps(path).enumerate();
    steps(part).all(|part| {
        path.next().is_some_and(|(at, step)| {
            let called = at == 1 && names.is_some_and(|names| names.iter().any(|name| name == part));
            part == "*" || part == step || called
        })
    })
}

fn steps(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|step| !step.is_empty())
}

/// What somebody knows of one thing.
#[derive(Clone, Debug, Default)]
struct Known {
    state: Option<State>,
    sent: Sent,
    /// When it turned it last.
    moved: Option<Duration>,
}

/// One who is told.
#[derive(Debug)]
pub(super) struct Subscriber {
    /// Who asked.
    pub(super) from: SocketAddr,
    /// Where it is told.
    pub(super) to: SocketAddr,
    /// Until when, unless it asks again.
    pub(super) until: Duration,
    pub(super) form: Form,
    known: HashMap<Spot, Known>,
    /// What may have changed, oldest first.
    due: VecDeque<Spot>,
    queued: HashSet<Spot>,
    /// What it turned itself: it is told of that once its hand rests.
    resting: VecDeque<(Spot, Duration)>,
}

impl Subscriber {
    pub(super) fn new(from: SocketAddr, to: SocketAddr, until: Duration, form: Form) -> Self {
        Self {
            from,
            to,
            until,
            form,
            known: HashMap::new(),
            due: VecDeque::new(),
            queued: HashSet::new(),
            resting: VecDeque::new(),
        }
    }

    /// Whether a message from there is of this one's hand.
    pub(super) fn is(&self, from: SocketAddr) -> bool {
        self.from == from || self.to == from
    }

    /// This may have changed. What it did not ask for takes no turn of what it did.
    pub(super) fn look_at(&mut self, spot: &Spot, space: &Space) {
        if !self.queued.contains(spot) && self.form.has(spot, space) {
            self.queued.insert(spot.clone());
            self.due.push_back(spot.clone());
        }
    }

    /// Names of strips are other ones: nothing that was told of them is worth anything, and everything is looked at anew.
    pub(super) fn forget(&mut self) {
        self.known.values_mut().for_each(|known| known.state = None);
        self.due.clear();
        self.queued.clear();
    }

    /// Whether a value in its own form, which it said at `now`, is only what it was told.
    pub(super) fn echoes(&self, spot: &Spot, value: f32, now: Duration) -> bool {
        let is_key = matches!(spot, Spot::Param(address) if address.spec().unit == Unit::Switch);
        let within = if is_key { SURFACE_KEY_ECHO } else { SURFACE_ECHO };
        self.known.get(spot).is_some_and(|known| known.sent.echoes(value, tolerance(value), (now, within)))
    }

    /// It turned something at `now` and believes in this value, in its own form.
    pub(super) fn turned(&mut self, spot: &Spot, value: f32, now: Duration) {
        // What was sent before its hand moved is no echo any more.
        let known = Known { state: Some(State::Number(value)), sent: Sent::default(), moved: Some(now) };
        self.known.insert(spot.clone(), known);
        self.resting.push_back((spot.clone(), now + SURFACE_REST));
    }

    /// What it is to be told at `now`; `state` gives how a thing stands in its form.
    pub(super) fn tell(
        &mut self,
        now: Duration,
        space: &Space,
        state: impl Fn(&Spot, bool) -> Option<State>,
    ) -> Vec<Vec<u8>> {
        while self.resting.front().is_some_and(|(_, until)| *until <= now) {
            self.resting.pop_front().into_iter().for_each(|(spot, _)| self.look_at(&spot, space));
        }
        let mut told = Vec::new();
        for _ in 0..OSC_FEEDBACK {
            let Some(spot) = self.due.pop_front() else { break };
            self.queued.remove(&spot);
            told.extend(self.tell_of(spot, now, space, &state));
        }
        told
    }

    fn tell_of(
        &mut self,
        spot: Spot,
        now: Duration,
        space: &Space,
        state: impl Fn(&Spot, bool) -> Option<State>,
    ) -> Option<Vec<u8>> {
        let norm = self.form.norm && matches!(spot, Spot::Param(_));
        let (Some(state), Some(path)) = (state(&spot, norm), space.path(&spot, self.form.naming)) else {
            self.known.remove(&spot);
            return None;
        };
        let known = self.known.entry(spot).or_default();
        // Under its hand nothing moves; it is looked at again when the hand rests.
        let held = known.moved.is_some_and(|moved| now.saturating_sub(moved) < SURFACE_REST);
        if held || known.state.as_ref().is_some_and(|known| same(known, &state)) {
            return None;
        }
        if let State::Number(value) = state {
            known.sent.send(value, now);
        }
        let bytes = wire::encode(&if norm { format!("{NORM}{path}") } else { path }, &state);
        known.state = Some(state);
        Some(bytes)
    }
}
