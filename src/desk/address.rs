//! Names for everything on the desk that can be turned: `strip.<StripId>.eq.band2.freq`, `mix.fader.level`, …

use std::fmt;
use std::str::FromStr;

use korero_dsp::bank::{Place, Stage};
use korero_dsp::effects::EFFECTS;
use korero_dsp::param::{ParamId, ParamSpec};
use korero_dsp::slot::Kind;

use super::channel::{Channel, Control, Role, Section};
use super::{Desk, StripId};
use crate::limits::{CUES, GROUPS, RETURNS, SENDS};

/// A channel of the desk. Groups, returns and cues are counted from 0 here and from 1 in text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ChannelName {
    /// `strip.<StripId>`
    Strip(StripId),
    /// `group1` …
    Group(u8),
    /// `return1` …
    Return(u8),
    /// `mix`
    Mix,
    /// `cue1` …; `cue` alone is the first.
    Cue(u8),
    /// `desk`
    Desk,
}

/// A slot of a channel.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SlotName {
    /// Whose slot.
    pub channel: ChannelName,
    /// Where in its chain.
    pub place: Place,
}

impl SlotName {
    /// Whether an effect stands there of which can be heard what it takes away.
    #[must_use]
    pub fn gives_removed(&self, desk: &Desk) -> bool {
        let insert = self.channel.of(desk).and_then(|channel| channel.insert(self.place));
        insert.is_some_and(|insert| insert.kind.gives_removed())
    }
}

/// One thing on the desk that can be turned.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Address {
    /// On which channel.
    pub channel: ChannelName,
    /// Which of its controls.
    pub control: Control,
}

impl ChannelName {
    /// What the channel is for.
    #[must_use]
    pub fn role(&self) -> Role {
        match self {
            Self::Strip(_) => Role::Strip,
            Self::Group(_) => Role::Group,
            Self::Return(_) => Role::Return,
            Self::Mix => Role::Mix,
            Self::Cue(_) => Role::Cue,
            Self::Desk => Role::Desk,
        }
    }

    /// The channel; `None` when it is not (or no longer) there.
    #[must_use]
    pub fn of<'d>(&self, desk: &'d Desk) -> Option<&'d Channel> {
        match self {
            Self::Strip(id) => desk.strip(id).map(|strip| &strip.channel),
            Self::Group(at) => desk.groups.get(usize::from(*at)).map(|bus| &bus.channel),
            Self::Return(at) => desk.returns.get(usize::from(*at)).map(|bus| &bus.channel),
            Self::Mix => Some(&desk.mix),
            Self::Cue(at) => desk.cues.get(usize::from(*at)),
            Self::Desk => Some(&desk.own),
        }
    }

    /// The channel, to be changed; `None` when it is not (or no longer) there.
    pub fn of_mut<'d>(&self, desk: &'d mut Desk) -> Option<&'d mut Channel> {
        match self {
            Self::Strip(id) => desk.strip_mut(id).map(|strip| &mut strip.channel),
            Self::Group(at) => desk.groups.get_mut(usize::from(*at)).map(|bus| &mut bus.channel),
            Self::Return(at) => desk.returns.get_mut(usize::from(*at)).map(|bus| &mut bus.channel),
            Self::Mix => Some(&mut desk.mix),
            Self::Cue(at) => desk.cues.get_mut(usize::from(*at)),
            Self::Desk => Some(&mut desk.own),
        }
    }

    /// The name that a person gave a group or a return; empty for every other channel.
    #[must_use]
    pub fn title<'d>(&self, desk: &'d Desk) -> &'d str {
        match self {
            Self::Group(at) => desk.groups.get(usize::from(*at)).map_or("", |bus| &bus.name),
            Self::Return(at) => desk.returns.get(usize::from(*at)).map_or("", |bus| &bus.name),
            _ => "",
        }
    }

    /// Names a group or a return; another channel is left as it is.
    pub fn set_title(&self, desk: &mut Desk, title: &str) {
        let bus = match self {
            Self::Group(at) => desk.groups.get_mut(usize::from(*at)),
            Self::Return(at) => desk.returns.get_mut(usize::from(*at)),
            _ => None,
        };
        if let Some(bus) = bus {
            title.clone_into(&mut bus.name);
        }
    }

    /// Every channel of `desk` but the strips.
    pub fn fixed() -> impl Iterator<Item = Self> {
        let groups = (0..GROUPS as u8).map(Self::Group);
        let returns = (0..RETURNS as u8).map(Self::Return);
        groups.chain(returns).chain([Self::Mix]).chain((0..CUES as u8).map(Self::Cue)).chain([Self::Desk])
    }
}

impl Address {
    /// The mix fader.
    pub const MIX_FADER: Self = Self { channel: ChannelName::Mix, control: Control::FADER };
    /// The ceiling of the limiter at the end of the mix.
    pub const MIX_CEILING: Self = Self { channel: ChannelName::Mix, control: Control::CEILING };
    /// How solo works.
    pub const SOLO_MODE: Self = Self { channel: ChannelName::Desk, control: Control::SOLO_MODE };
    /// The level of the first headphone mix.
    pub const CUE_LEVEL: Self = Self { channel: ChannelName::Cue(0), control: Control::FADER };

    /// A control of a strip.
    #[must_use]
    pub fn strip(id: &StripId, control: Control) -> Self {
        Self { channel: ChannelName::Strip(id.clone()), control }
    }

    /// What may be set there. An address of a control that its channel does not have cannot be made from text; made by
    /// hand, it has the fader's range and stays without effect.
    #[must_use]
    pub fn spec(&self) -> ParamSpec {
        self.channel.role().spec(self.control).copied().unwrap_or(super::channel::LEVEL)
    }

    /// The value that stands there; `None` when the channel or the effect in its slot is gone.
    #[must_use]
    pub fn get(&self, desk: &Desk) -> Option<f32> {
        self.channel.of(desk)?.get(self.control)
    }

    /// Sets the nearest value that is allowed; `false` when the channel or the effect in its slot is gone.
    pub fn set(&self, desk: &mut Desk, value: f32) -> bool {
        self.channel.of_mut(desk).is_some_and(|channel| channel.set(self.control, value))
    }
}

impl fmt::Display for ChannelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Strip(id) => write!(f, "strip.{id}"),
            Self::Group(at) => write!(f, "group{}", at + 1),
            Self::Return(at) => write!(f, "return{}", at + 1),
            Self::Mix => f.write_str("mix"),
            Self::Cue(at) => write!(f, "cue{}", at + 1),
            Self::Desk => f.write_str("desk"),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.channel, self.control.section.id(), self.spec().id)
    }
}

/// The text is not the address of anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no such address")]
pub struct NoSuchAddress;

/// `word` followed by a number from 1 to `most`, as a number from 0.
fn numbered(text: &str, word: &str, most: usize) -> Option<u8> {
    let number: usize = text.strip_prefix(word)?.parse().ok()?;
    (1..=most).contains(&number).then(|| (number - 1) as u8)
}

impl ChannelName {
    /// Takes a channel's name off the front of an address.
    fn split(text: &str) -> Option<(Self, &str)> {
        let (first, rest) = text.split_once('.')?;
        if first == "strip" {
            let (id, rest) = rest.split_once('.')?;
            return Some((Self::Strip(StripId::parse(id)?), rest));
        }
        Some((Self::fixed_named(first)?, rest))
    }

    /// The channel of that name; strips have no fixed name.
    #[must_use]
    pub fn fixed_named(name: &str) -> Option<Self> {
        match name {
            "mix" => Some(Self::Mix),
            "cue" => Some(Self::Cue(0)),
            "desk" => Some(Self::Desk),
            _ => numbered(name, "group", GROUPS)
                .map(Self::Group)
                .or_else(|| numbered(name, "return", RETURNS).map(Self::Return))
                .or_else(|| numbered(name, "cue", CUES).map(Self::Cue)),
        }
    }
}

impl Section {
    /// Takes a section's name off the front of the rest of an address.
    fn split(text: &str) -> Option<(Self, &str)> {
        let (first, rest) = text.split_once('.')?;
        if let Some(place) = Place::ALL.into_iter().find(|place| place.id() == first) {
            let (effect, rest) = rest.split_once('.')?;
            return Some((Self::Slot(place, kind(effect)?), rest));
        }
        let stage = Stage::ALL.into_iter().find(|stage| stage.spec().id == first).map(Self::Stage);
        let plain = match first {
            "fader" => Some(Self::Fader),
            "limiter" => Some(Self::Limiter),
            "solo" => Some(Self::Solo),
            "talkback" => Some(Self::Talkback),
            "oscillator" => Some(Self::Oscillator),
            _ => numbered(first, "send", SENDS).map(Self::Send).or_else(|| numbered(first, "cue", CUES).map(Self::Cue)),
        };
        Some((stage.or(plain)?, rest))
    }
}

/// The effect of that name.
#[must_use]
pub fn kind(effect: &str) -> Option<Kind> {
    EFFECTS.iter().position(|spec| spec.id == effect).map(|at| Kind(at as u8))
}

impl FromStr for Address {
    type Err = NoSuchAddress;

    fn from_str(text: &str) -> Result<Self, NoSuchAddress> {
        let read = || {
            let (channel, rest) = ChannelName::split(text)?;
            let (section, param) = Section::split(rest)?;
            let params = channel.role().params(section);
            let at = params.iter().position(|spec| spec.id == param)?;
            Some(Self { channel, control: Control::new(section, ParamId(at as u8)) })
        };
        read().ok_or(NoSuchAddress)
    }
}

#[cfg(test)]
mod tests {
    use super::super::channel::Insert;
    use super::super::{Strip, StripInput};
    use super::*;

    fn full_desk() -> Desk {
        let mut strip = Strip::new("Voice", StripInput::Mono(1));
        strip.channel.put(Place::PostEq, kind("highpass").map(Insert::new));
        Desk { strips: vec![strip], ..Desk::default() }
    }

    #[test]
    fn every_address_reads_back_from_its_text() {
        let desk = full_desk();
        let strip = ChannelName::Strip(desk.strips[0].id.clone());
        let mut seen = 0;
        for channel in ChannelName::fixed().chain([strip]) {
            for control in channel.of(&desk).expect("it is there").controls() {
                let address = Address { channel: channel.clone(), control };
                assert_eq!(address.to_string().parse(), Ok(address.clone()), "{address}");
                assert!(address.get(&desk).is_some());
                seen += 1;
            }
        }
        assert!(seen > 100);
    }

    #[test]
    fn a_value_outside_the_range_is_set_to_the_nearest_allowed_one() {
        let mut desk = full_desk();
        let trim = Address::strip(&desk.strips[0].id, Control::TRIM);
        assert!(trim.set(&mut desk, 90.0));
        assert_eq!(trim.get(&desk), Some(trim.spec().max));
    }

    #[test]
    fn an_effect_that_was_taken_out_cannot_be_turned() {
        let mut desk = full_desk();
        let address: Address = format!("strip.{}.posteq.highpass.freq", desk.strips[0].id).parse().expect("an address");
        assert!(address.set(&mut desk, 100.0));
        desk.strips[0].channel.put(Place::PostEq, None);
        assert!(!address.set(&mut desk, 100.0) && address.get(&desk).is_none());
    }

    #[test]
    fn the_first_headphone_mix_also_has_its_old_name() {
        assert_eq!("cue.fader.level".parse(), Ok(Address::CUE_LEVEL));
        assert!("cue5.fader.level".parse::<Address>().is_err() && "mix.fader.pan".parse::<Address>().is_err());
    }
}
