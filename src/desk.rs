//! What the mixer is set to: plain data, in the units a person reads (dB, Hz), without sound or time.

pub mod address;
pub mod channel;
pub mod compare;
pub mod file;
pub mod history;
pub mod patch;
pub mod preset;
pub mod scene;
pub mod taper;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::limits::{CUES, GROUPS, HUES, RETURNS};
use address::ChannelName;
use channel::{Channel, Control, Insert, Kind, Place, Role, Section};

/// The name of a strip for its whole life: random, never reused, so that scenes, automation and remotes
/// still mean the same strip after others were moved or removed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StripId(String);

/// Characters of a [`StripId`]: no vowels, so that no words are made; no look-alikes.
const ID_LETTERS: &[u8; 20] = b"bcdfghjkmnpqrstvwxyz";
const ID_LENGTH: usize = 8;

impl StripId {
    /// A new random name. Errors: none; without a random source the process could not have started TLS either.
    #[must_use]
    pub fn random() -> Self {
        let mut bytes = [0u8; ID_LENGTH];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        Self(bytes.iter().map(|b| char::from(ID_LETTERS[usize::from(*b) % ID_LETTERS.len()])).collect())
    }

    /// Takes a name from a file: 1 to 32 lower-case letters and digits, beginning with a letter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=32).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        fits.then(|| Self(text.to_owned()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StripId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which inputs feed a strip, numbered from 1 as on the interface.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum StripInput {
    /// One input.
    Mono(u8),
    /// A pair, left and right.
    Stereo(u8, u8),
}

impl StripInput {
    /// Lanes that the strip takes: 1 or 2.
    #[must_use]
    pub fn lanes(self) -> usize {
        match self {
            Self::Mono(_) => 1,
            Self::Stereo(..) => 2,
        }
    }

    /// The inputs from left to right.
    pub fn inputs(self) -> impl Iterator<Item = u8> {
        let (first, second) = match self {
            Self::Mono(input) => (input, None),
            Self::Stereo(left, right) => (left, Some(right)),
        };
        std::iter::once(first).chain(second)
    }

    /// Whether that input is one of them.
    #[must_use]
    pub fn is_fed_by(self, input: u8) -> bool {
        self.inputs().any(|one| one == input)
    }

    /// The highest input that is named.
    #[must_use]
    pub fn highest(self) -> u8 {
        match self {
            Self::Mono(input) => input,
            Self::Stereo(left, right) => left.max(right),
        }
    }
}

/// One channel strip.
#[derive(Clone, PartialEq, Debug)]
pub struct Strip {
    /// Its name for machines.
    pub id: StripId,
    /// Its name for people.
    pub name: String,
    /// Which of the strip hues of the theme it wears, below [`HUES`].
    pub hue: u8,
    /// What feeds it.
    pub input: StripInput,
    /// The strip that its gate and compressor listen to when their key is on.
    pub key: Option<StripId>,
    /// What it is set to.
    pub channel: Channel,
}

impl Strip {
    /// A strip at rest: unity, centre, nothing in circuit.
    #[must_use]
    pub fn new(name: impl Into<String>, input: StripInput) -> Self {
        let channel = Channel::new(Role::Strip);
        Self { id: StripId::random(), name: name.into(), hue: 0, input, key: None, channel }
    }

    /// The same strip with one value changed, for building desks.
    #[must_use]
    pub fn with(mut self, control: Control, value: f32) -> Self {
        self.channel.set(control, value);
        self
    }
}

/// A group or a return.
#[derive(Clone, PartialEq, Debug)]
pub struct Bus {
    /// Its name for people; empty while nobody named it.
    pub name: String,
    /// What it is set to.
    pub channel: Channel,
}

impl Bus {
    fn new(role: Role) -> Self {
        Self { name: String::new(), channel: Channel::new(role) }
    }
}

/// Everything the mixer is set to.
#[derive(Clone, PartialEq, Debug)]
pub struct Desk {
    /// The strips from left to right, at most [`crate::limits::MAX_STRIPS`].
    pub strips: Vec<Strip>,
    /// The groups.
    pub groups: [Bus; GROUPS],
    /// The effect returns.
    pub returns: [Bus; RETURNS],
    /// The mix bus.
    pub mix: Channel,
    /// The headphone mixes; the first also carries what is soloed.
    pub cues: [Channel; CUES],
    /// The desk's own switches: solo, talkback, oscillator.
    pub own: Channel,
}

impl Default for Desk {
    fn default() -> Self {
        // The second return listens to the second send.
        let mut returns: [Bus; RETURNS] = std::array::from_fn(|_| Bus::new(Role::Return));
        for (at, bus) in returns.iter_mut().enumerate() {
            bus.channel.set(Control::SOURCE, at as f32);
        }
        Self {
            strips: Vec::new(),
            groups: std::array::from_fn(|_| Bus::new(Role::Group)),
            returns,
            mix: Channel::new(Role::Mix),
            cues: std::array::from_fn(|_| Channel::new(Role::Cue)),
            own: Channel::new(Role::Desk),
        }
    }
}

impl Desk {
    /// A desk with one mono strip for each of `inputs` inputs, named by `name`, spread over the hues.
    #[must_use]
    pub fn for_inputs(inputs: u8, name: impl Fn(u8) -> String) -> Self {
        let strips = (1..=inputs)
            .map(|input| Strip { hue: (input - 1) % HUES, ..Strip::new(name(input), StripInput::Mono(input)) })
            .collect();
        Self { strips, ..Self::default() }
    }

    /// The strip of that name.
    #[must_use]
    pub fn strip(&self, id: &StripId) -> Option<&Strip> {
        self.strips.iter().find(|strip| strip.id == *id)
    }

    /// The strip of that name, to be changed.
    pub fn strip_mut(&mut self, id: &StripId) -> Option<&mut Strip> {
        self.strips.iter_mut().find(|strip| strip.id == *id)
    }

    /// Takes a strip off the desk; `false` when it is not there. Nobody listens to a strip that is gone.
    pub fn remove_strip(&mut self, id: &StripId) -> bool {
        let before = self.strips.len();
        self.strips.retain(|strip| strip.id != *id);
        self.strips.iter_mut().filter(|strip| strip.key.as_ref() == Some(id)).for_each(|strip| strip.key = None);
        self.strips.len() != before
    }

    /// Puts an effect at rest into a slot, or takes out what stands there; `false` when nothing changes: the channel is not
    /// there, has no slots, or has that effect there already.
    pub fn put_effect(&mut self, name: &ChannelName, place: Place, kind: Option<Kind>) -> bool {
        let known = |kind: Kind| !name.role().params(Section::Slot(place, kind)).is_empty();
        let Some(channel) = name.of_mut(self) else { return false };
        if !kind.is_none_or(known) || channel.insert(place).map(|insert| insert.kind) == kind {
            return false;
        }
        channel.put(place, kind.map(Insert::new));
        true
    }

    /// How many inputs the interface must have for this desk.
    #[must_use]
    pub fn inputs_needed(&self) -> u8 {
        self.strips.iter().map(|strip| strip.input.highest()).max().unwrap_or(0)
    }
}
