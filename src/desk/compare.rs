//! Two settings of a channel, A and B. The one that is lit is what the channel is set to: it is heard and edited; the other
//! one rests until it is lit.

use std::collections::{BTreeMap, BTreeSet};

use super::Desk;
use super::address::ChannelName;
use super::channel::Channel;
use super::preset::{Preset, PresetId, Title};
use crate::limits::MAX_PAIRS;

/// One of the two.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Letter {
    /// What every channel is set to at first.
    #[default]
    A,
    /// The other one: a copy of the first until it is edited.
    B,
}

impl Letter {
    /// Both.
    pub const ALL: [Self; 2] = [Self::A, Self::B];

    /// The one that rests while this one is lit.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    /// How it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
        }
    }
}

/// The two settings of every channel that was compared. A channel that is gone keeps them: an undo may bring it back.
#[derive(Debug, Default)]
pub struct Pairs {
    pairs: BTreeMap<ChannelName, Pair>,
}

#[derive(Debug)]
struct Pair {
    /// What each was set to when it was left.
    settings: [Preset; 2],
    lit: Letter,
}

/// The chain of a channel; its gain, fader and sends are no part of a comparison.
fn kept(channel: &Channel) -> Preset {
    Preset::of(channel, PresetId::random(), Title::Own(String::new()), false)
}

impl Pairs {
    /// Lights the other setting of a channel of `desk`, and leaves the one that was lit as it is there now. Gives what the
    /// channel is to be set to; `None` when it is lit already, or there is no such channel.
    pub fn go(&mut self, desk: &Desk, name: &ChannelName, to: Letter) -> Option<Preset> {
        let channel = name.of(desk)?;
        if self.lit(name) == to {
            return None;
        }
        if self.pairs.len() >= MAX_PAIRS {
            self.pairs.retain(|name, _| name.of(desk).is_some());
        }
        let first = || Pair { settings: [kept(channel), kept(channel)], lit: Letter::A };
        let pair = self.pairs.entry(name.clone()).or_insert_with(first);
        pair.settings[pair.lit as usize] = kept(channel);
        pair.lit = to;
        Some(pair.settings[to as usize].clone())
    }

    /// A change from one to the other is taken back, or done again: this one is lit, and the one that was is left as it is in
    /// `desk`, before that.
    pub fn light(&mut self, desk: &Desk, name: &ChannelName, lit: Letter) {
        if let Some(pair) = self.pairs.get_mut(name) {
            if let Some(channel) = name.of(desk).filter(|_| pair.lit != lit) {
                pair.settings[pair.lit as usize] = kept(channel);
            }
            pair.lit = lit;
        }
    }

    /// Which one is lit.
    #[must_use]
    pub fn lit(&self, name: &ChannelName) -> Letter {
        self.pairs.get(name).map_or(Letter::A, |pair| pair.lit)
    }

    /// The channels of which B is lit.
    #[must_use]
    pub fn on_b(&self) -> BTreeSet<ChannelName> {
        self.pairs.iter().filter(|(_, pair)| pair.lit == Letter::B).map(|(name, _)| name.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::channel::Control;
    use crate::desk::{Strip, StripInput};

    fn strip(desk: &mut Desk) -> ChannelName {
        desk.strips.push(Strip::new("Reo", StripInput::Mono(1)));
        ChannelName::Strip(desk.strips[desk.strips.len() - 1].id.clone())
    }

    #[test]
    fn each_setting_comes_back_as_it_was_left_and_the_fader_stays() {
        let (mut desk, mut pairs) = (Desk::default(), Pairs::default());
        let name = strip(&mut desk);
        let mut go = |desk: &mut Desk, to| {
            if let Some(preset) = pairs.go(desk, &name, to) {
                preset.apply(&mut desk.strips[0].channel);
            }
            (desk.strips[0].channel.value(Control::HIGHPASS_FREQ), desk.strips[0].channel.level_db(), pairs.lit(&name))
        };
        assert_eq!(go(&mut desk, Letter::B), (80.0, 0.0, Letter::B));
        desk.strips[0].channel.set(Control::HIGHPASS_FREQ, 200.0);
        desk.strips[0].channel.set(Control::FADER, -9.0);
        assert_eq!(go(&mut desk, Letter::A), (80.0, -9.0, Letter::A));
        assert_eq!(go(&mut desk, Letter::A), (80.0, -9.0, Letter::A), "it is lit already");
        assert_eq!(go(&mut desk, Letter::B), (200.0, -9.0, Letter::B));
    }

    #[test]
    fn settings_of_channels_that_are_gone_are_forgotten_when_there_are_too_many_and_no_others() {
        let (mut desk, mut pairs) = (Desk::default(), Pairs::default());
        let names: Vec<_> = (0..MAX_PAIRS).map(|_| strip(&mut desk)).collect();
        let light = |pairs: &mut Pairs, desk: &Desk, name| pairs.go(desk, name, Letter::B).is_some();
        assert!(names.iter().all(|name| light(&mut pairs, &desk, name)));
        desk.strips.truncate(2);
        assert_eq!(pairs.on_b().len(), MAX_PAIRS, "an undo may bring them back");
        assert!(light(&mut pairs, &desk, &ChannelName::Mix));
        let there = [names[0].clone(), names[1].clone(), ChannelName::Mix];
        assert_eq!(pairs.on_b(), BTreeSet::from(there));
        assert!(!light(&mut pairs, &desk, &names[5]), "it is gone");
    }
}
