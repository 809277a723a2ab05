//! Presets: what a chain is set to for one kind of sound, to be put on any strip.

pub mod file;

use korero_dsp::bank::{Place, Stage};
use korero_sentences::{self as sentences, Key, Language, key};

use super::StripId;
use super::channel::{Channel, Control, Role, Section};

/// The name of a preset for machines: of the house's own a word, of a person's a random one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PresetId(String);

impl PresetId {
    /// A new random name.
    #[must_use]
    pub fn random() -> Self {
        Self(StripId::random().to_string())
    }

    /// Takes a name from a file's: 1 to 32 lower-case letters, digits and hyphens, beginning with a letter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=32).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        fits.then(|| Self(text.to_owned()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a preset for people.
#[derive(Clone, PartialEq, Debug)]
pub enum Title {
    /// Of the house's own, in both languages.
    House(Key),
    /// What a person typed.
    Own(String),
}

/// What a chain is set to.
#[derive(Clone, PartialEq, Debug)]
pub struct Preset {
    /// Its name for machines.
    pub id: PresetId,
    /// Its name for people.
    pub title: Title,
    /// A newer version wrote its file: it can be used and not be saved over.
    pub locked: bool,
    /// The values; what [`Preset::keeps`] leaves out is at rest.
    chain: Channel,
    /// Whether it also sets fader and pan.
    with_fader: bool,
}

/// Where a preset may stand: gain, polarity and delay belong to the microphone and the room, not to the kind of sound.
fn in_chain(section: Section) -> bool {
    match section {
        Section::Stage(stage) => !matches!(stage, Stage::Trim | Stage::Delay),
        Section::Slot(..) => true,
        _ => false,
    }
}

/// Controls of the fader that a preset sets when asked to; the rest of it is the show's.
const FADER: [Control; 3] = [Control::FADER, Control::PAN, Control::PAN_LAW];

impl Preset {
    /// What `channel` is set to, under a name; with `with_fader` also its fader and pan.
    #[must_use]
    pub fn of(channel: &Channel, id: PresetId, title: Title, with_fader: bool) -> Self {
        let rest = Self { id, title, locked: false, chain: Channel::new(Role::Strip), with_fader };
        let mut chain = Channel::new(Role::Strip);
        rest.put_values(channel, &mut chain);
        Self { chain, ..rest }
    }

    /// Whether it sets that control.
    #[must_use]
    pub fn keeps(&self, control: Control) -> bool {
        in_chain(control.section) || (self.with_fader && FADER.contains(&control))
    }

    /// Sets `channel` as the preset says and leaves the rest of it as it is.
    pub fn apply(&self, channel: &mut Channel) {
        self.put_values(&self.chain, channel);
    }

    /// Whether `channel` is set as the preset says.
    #[must_use]
    pub fn fits(&self, channel: &Channel) -> bool {
        let same = |control: Control| !self.keeps(control) || channel.get(control) == Some(self.chain.value(control));
        Place::ALL.into_iter().all(|place| self.chain.insert(place) == channel.insert(place))
            && self.chain.controls().all(same)
    }

    fn put_values(&self, from: &Channel, to: &mut Channel) {
        for place in Place::ALL {
            to.put(place, from.insert(place).cloned());
        }
        for control in from.controls().filter(|control| self.keeps(*control)) {
            to.set(control, from.value(control));
        }
    }

    /// Its name in a language.
    #[must_use]
    pub fn name(&self, language: Language) -> String {
        match &self.title {
            Title::House(key) => sentences::say(language, *key, &[]),
            Title::Own(name) => name.clone(),
        }
    }

    /// Whether it is a person's own.
    #[must_use]
    pub fn is_own(&self) -> bool {
        matches!(self.title, Title::Own(_))
    }
}

/// A preset of the house: its id, its name, its file.
type House = (&'static str, Key, &'static str);

/// The presets that come with the program, in the order of a chooser.
const HOUSE: [House; 8] = [
    ("voice", key::PRESET_VOICE, include_str!("../../assets/presets/voice.toml")),
    ("spoken-voice", key::PRESET_SPOKEN_VOICE, include_str!("../../assets/presets/spoken-voice.toml")),
    ("guitar-di", key::PRESET_GUITAR_DI, include_str!("../../assets/presets/guitar-di.toml")),
    ("guitar-mic", key::PRESET_GUITAR_MIC, include_str!("../../assets/presets/guitar-mic.toml")),
    ("piano", key::PRESET_PIANO, include_str!("../../assets/presets/piano.toml")),
    ("cajon", key::PRESET_CAJON, include_str!("../../assets/presets/cajon.toml")),
    ("double-bass", key::PRESET_DOUBLE_BASS, include_str!("../../assets/presets/double-bass.toml")),
    ("audience", key::PRESET_AUDIENCE, include_str!("../../assets/presets/audience.toml")),
];

/// The presets that come with the program.
#[must_use]
pub fn house() -> Vec<Preset> {
    let read = |(id, title, text): House| {
        let id = PresetId::parse(id)?;
        // A test reads each of them, so none is missing.
        file::parse(text, id.as_str(), &id).ok().map(|(preset, _)| Preset { title: Title::House(title), ..preset })
    };
    HOUSE.into_iter().filter_map(read).collect()
}

#[cfg(test)]
#[path = "preset/preset_tests.rs"]
mod tests;
