//! What differs between two desks, value by value, so that an edit can be taken back without touching what moved since.

use korero_dsp::bank::Place;

use super::address::{Address, ChannelName};
use super::channel::{Channel, Insert, Section};
use super::{Desk, Strip, StripId, StripInput};

/// What turns one desk into another.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Patch {
    pieces: Vec<Piece>,
}

#[derive(Clone, PartialEq, Debug)]
enum Piece {
    Value(Address, f32),
    Slot(ChannelName, Place, Option<Insert>),
    Head(StripId, Box<Head>),
    BusName(ChannelName, String),
    /// A strip that the other desk does not have; its place comes by the order.
    Strip(Box<Strip>),
    /// Which strips there are, from left to right.
    Order(Vec<StripId>),
}

/// What a strip is beside its channel.
#[derive(Clone, PartialEq, Debug)]
struct Head {
    name: String,
    hue: u8,
    input: StripInput,
    key: Option<StripId>,
}

impl Head {
    fn of(strip: &Strip) -> Self {
        Self { name: strip.name.clone(), hue: strip.hue, input: strip.input, key: strip.key.clone() }
    }

    fn put_on(self, strip: &mut Strip) {
        (strip.name, strip.hue, strip.input, strip.key) = (self.name, self.hue, self.input, self.key);
    }
}

/// Values of a whole strip, roughly, for counting what is kept.
const STRIP_VALUES: usize = 150;

impl Patch {
    /// What turns `from` into `to`.
    #[must_use]
    pub fn between(from: &Desk, to: &Desk) -> Self {
        let mut pieces = order(from, to);
        for strip in &to.strips {
            let Some(old) = from.strip(&strip.id) else { continue };
            if Head::of(old) != Head::of(strip) {
                pieces.push(Piece::Head(strip.id.clone(), Box::new(Head::of(strip))));
            }
            compare(&ChannelName::Strip(strip.id.clone()), &old.channel, &strip.channel, &mut pieces);
        }
        for name in ChannelName::fixed() {
            if name.title(from) != name.title(to) {
                pieces.push(Piece::BusName(name.clone(), name.title(to).to_owned()));
            }
            if let (Some(old), Some(new)) = (name.of(from), name.of(to)) {
                compare(&name, old, new, &mut pieces);
            }
        }
        Self { pieces }
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// How many values it keeps, roughly.
    #[must_use]
    pub fn weight(&self) -> usize {
        let weight = |piece: &Piece| match piece {
            Piece::Strip(_) => STRIP_VALUES,
            Piece::Order(ids) => 1 + ids.len(),
            Piece::Slot(_, _, insert) => 1 + insert.as_ref().map_or(0, |insert| insert.values().len()),
            _ => 1,
        };
        self.pieces.iter().map(weight).sum()
    }

    /// Whether it sets what stands at `address`.
    #[must_use]
    pub fn sets(&self, address: &Address) -> bool {
        self.pieces.iter().any(|piece| match piece {
            Piece::Value(other, _) => other == address,
            Piece::Slot(channel, place, _) => {
                *channel == address.channel && matches!(address.control.section, Section::Slot(at, _) if at == *place)
            }
            _ => false,
        })
    }

    /// What it sets at `address`, when that is one value of its own.
    #[must_use]
    pub fn value(&self, address: &Address) -> Option<f32> {
        self.pieces.iter().find_map(|piece| match piece {
            Piece::Value(other, value) if other == address => Some(*value),
            _ => None,
        })
    }

    /// Changes `desk`. What is not there any more is left out.
    pub fn apply(&self, desk: &mut Desk) {
        for piece in &self.pieces {
            match piece {
                Piece::Value(address, value) => {
                    address.set(desk, *value);
                }
                Piece::Slot(name, place, insert) => {
                    if let Some(channel) = name.of_mut(desk) {
                        channel.put(*place, insert.clone());
                    }
                }
                Piece::Head(id, head) => {
                    if let Some(strip) = desk.strip_mut(id) {
                        (**head).clone().put_on(strip);
                    }
                }
                Piece::BusName(name, title) => name.set_title(desk, title),
                Piece::Strip(strip) => desk.strips.push((**strip).clone()),
                Piece::Order(ids) => {
                    let mut old = std::mem::take(&mut desk.strips);
                    let take = |id: &StripId| {
                        let at = old.iter().position(|strip| strip.id == *id)?;
                        Some(old.remove(at))
                    };
                    desk.strips = ids.iter().filter_map(take).collect();
                }
            }
        }
    }
}

/// New strips and the order of all, when it differs.
fn order(from: &Desk, to: &Desk) -> Vec<Piece> {
    let ids = |desk: &Desk| desk.strips.iter().map(|strip| strip.id.clone()).collect::<Vec<_>>();
    if ids(from) == ids(to) {
        return Vec::new();
    }
    let new = to.strips.iter().filter(|strip| from.strip(&strip.id).is_none());
    new.map(|strip| Piece::Strip(Box::new(strip.clone()))).chain([Piece::Order(ids(to))]).collect()
}

fn compare(name: &ChannelName, from: &Channel, to: &Channel, pieces: &mut Vec<Piece>) {
    if from == to {
        return;
    }
    let kind = |channel: &Channel, place| channel.insert(place).map(|insert| insert.kind);
    for place in Place::ALL.into_iter().filter(|place| kind(from, *place) != kind(to, *place)) {
        pieces.push(Piece::Slot(name.clone(), place, to.insert(place).cloned()));
    }
    for control in to.controls() {
        let value = to.value(control);
        // What one of them does not have stands in a slot, and that is told above.
        if from.get(control).is_some_and(|old| old != value) {
            pieces.push(Piece::Value(Address { channel: name.clone(), control }, value));
        }
    }
}
