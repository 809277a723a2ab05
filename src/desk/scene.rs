//! Scenes: a desk that is kept under a name, to be recalled as a whole or in part, at once or in a fade.

mod fade;
pub mod file;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use korero_dsp::bank::{Place, Stage};

pub use fade::Fade;

use super::address::{Address, ChannelName};
use super::channel::{Control, Role, Section};
use super::{Desk, Strip, StripId};

/// The name of a scene for its whole life; made and written like that of a strip.
pub type SceneId = StripId;

/// A part of a channel, in the words of the field. Solo, talkback and oscillator are nobody's part: what the engineer
/// listens to is not the show's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    /// Which inputs of the interface feed a strip.
    Input,
    /// Gain, polarity and delay.
    Gain,
    /// High-pass and low-pass.
    Filters,
    /// The equaliser.
    Eq,
    /// Gate, compressor, de-esser; the limiter of the mix.
    Dynamics,
    /// What stands in the three slots, and how it is set.
    Slots,
    /// The fader.
    Fader,
    /// The mute.
    Mute,
    /// Pan or balance, its law, and the width.
    Pan,
    /// The sends to the returns.
    Sends,
    /// What the headphone mixes hear.
    Cues,
    /// Where a strip goes, what a return and a side-chain listen to.
    Routing,
    /// Name and colour.
    Name,
}

impl Part {
    /// All parts, in the order of the sound.
    pub const ALL: [Self; 13] = [
        Self::Input,
        Self::Gain,
        Self::Filters,
        Self::Eq,
        Self::Dynamics,
        Self::Slots,
        Self::Fader,
        Self::Mute,
        Self::Pan,
        Self::Sends,
        Self::Cues,
        Self::Routing,
        Self::Name,
    ];
    /// Their words in files, in the same order; never renamed.
    pub const WORDS: [&'static str; 13] = [
        "input", "gain", "filters", "eq", "dynamics", "slots", "fader", "mute", "pan", "sends", "cues", "routing",
        "name",
    ];

    /// Its word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// The part of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.word() == word)
    }

    /// The part that a control belongs to; `None` for what no scene keeps.
    #[must_use]
    pub fn of(role: Role, control: Control) -> Option<Self> {
        match control.section {
            Section::Stage(Stage::Trim | Stage::Delay) => Some(Self::Gain),
            Section::Stage(Stage::Highpass | Stage::Lowpass) => Some(Self::Filters),
            Section::Stage(Stage::Eq) => Some(Self::Eq),
            Section::Stage(Stage::Gate | Stage::Compressor | Stage::Deesser) | Section::Limiter => Some(Self::Dynamics),
            Section::Stage(Stage::Width) => Some(Self::Pan),
            Section::Slot(..) => Some(Self::Slots),
            Section::Send(_) => Some(Self::Sends),
            Section::Cue(_) => Some(Self::Cues),
            Section::Fader => match role.spec(control)?.id {
                "level" => Some(Self::Fader),
                "mute" => Some(Self::Mute),
                "pan" | "law" => Some(Self::Pan),
                "to" | "from" => Some(Self::Routing),
                _ => None,
            },
            Section::Solo | Section::Talkback | Section::Oscillator => None,
        }
    }
}

/// What a recall touches.
#[derive(Clone, PartialEq, Debug)]
pub struct Scope {
    /// Which channels; `None` is all.
    pub channels: Option<BTreeSet<ChannelName>>,
    /// Which parts of them.
    pub parts: BTreeSet<Part>,
}

impl Default for Scope {
    /// Everything but the inputs and the names: a scene does not patch the stage anew unless asked to.
    fn default() -> Self {
        let parts = Part::ALL.into_iter().filter(|part| !matches!(part, Part::Input | Part::Name));
        Self { channels: None, parts: parts.collect() }
    }
}

impl Scope {
    /// Whether a part of a channel is recalled.
    #[must_use]
    pub fn holds(&self, channel: &ChannelName, part: Part) -> bool {
        self.parts.contains(&part) && self.channels.as_ref().is_none_or(|channels| channels.contains(channel))
    }

    /// Whether what stands at `address` is recalled.
    #[must_use]
    pub fn touches(&self, address: &Address) -> bool {
        Part::of(address.channel.role(), address.control).is_some_and(|part| self.holds(&address.channel, part))
    }
}

/// A desk that is kept under a name.
#[derive(Clone, PartialEq, Debug)]
pub struct Scene {
    /// Its name for machines.
    pub id: SceneId,
    /// Its name for people.
    pub name: String,
    /// The whole desk as it was; the scope says what of it is recalled.
    pub desk: Arc<Desk>,
    /// What a recall touches.
    pub scope: Scope,
    /// How long a recall takes, at most [`MAX_FADE`](crate::limits::MAX_FADE).
    pub fade: Duration,
}

impl Scene {
    /// What `desk` is once the scene was recalled: its scope as the scene keeps it, all else as it is. A strip that is not
    /// on the desk any more does not come back, and one that the scene does not know stays as it is.
    #[must_use]
    pub fn recalled(&self, desk: &Desk) -> Desk {
        let mut goal = desk.clone();
        let strips = desk.strips.iter().map(|strip| ChannelName::Strip(strip.id.clone()));
        for name in strips.chain(ChannelName::fixed()) {
            self.recall_channel(&name, &mut goal);
        }
        goal
    }

    /// Whether a recall sets what stands at `address`.
    #[must_use]
    pub fn touches(&self, address: &Address) -> bool {
        self.scope.touches(address) && address.channel.of(&self.desk).is_some()
    }

    fn recall_channel(&self, name: &ChannelName, goal: &mut Desk) {
        if self.scope.holds(name, Part::Name) {
            name.set_title(goal, name.title(&self.desk));
        }
        if let ChannelName::Strip(id) = name {
            self.recall_head(id, name, goal);
        }
        let (Some(kept), Some(channel)) = (name.of(&self.desk), name.of_mut(goal)) else { return };
        if self.scope.holds(name, Part::Slots) {
            Place::ALL.into_iter().for_each(|place| channel.put(place, kept.insert(place).cloned()));
        }
        let touched = |control: &Control| {
            Part::of(kept.role(), *control).is_some_and(|part| part != Part::Slots && self.scope.holds(name, part))
        };
        for control in kept.controls().filter(touched) {
            channel.set(control, kept.value(control));
        }
    }

    /// Name, input and side-chain of a strip. A side-chain that listens to a strip that is gone stays as it is.
    fn recall_head(&self, id: &StripId, name: &ChannelName, goal: &mut Desk) {
        let Some(kept) = self.desk.strip(id) else { return };
        let key_is_there = kept.key.as_ref().is_none_or(|key| goal.strip(key).is_some());
        let Some(Strip { name: title, hue, input, key, .. }) = goal.strip_mut(id) else { return };
        if self.scope.holds(name, Part::Name) {
            (*title, *hue) = (kept.name.clone(), kept.hue);
        }
        if self.scope.holds(name, Part::Input) {
            *input = kept.input;
        }
        if self.scope.holds(name, Part::Routing) && key_is_there {
            key.clone_from(&kept.key);
        }
    }
}

/// The scenes that belong to a desk.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Scenes {
    /// In the order of the show.
    pub list: Vec<Scene>,
    /// They come from a file that must not be written over, of a newer version or damaged: they can be recalled and not
    /// changed.
    pub locked: bool,
}

impl Scenes {
    /// The scene of that name.
    #[must_use]
    pub fn get(&self, id: &SceneId) -> Option<&Scene> {
        self.list.iter().find(|scene| scene.id == *id)
    }

    /// The scene after that one; the first after none, or after one that is not there any more. `None` after the last.
    #[must_use]
    pub fn after(&self, id: Option<&SceneId>) -> Option<&Scene> {
        let at = id.and_then(|id| self.list.iter().position(|scene| scene.id == *id));
        self.list.get(at.map_or(0, |at| at + 1))
    }

    /// The scene before that one; `None` before the first, or when it is not there.
    #[must_use]
    pub fn before(&self, id: &SceneId) -> Option<&Scene> {
        let at = self.list.iter().position(|scene| scene.id == *id)?;
        self.list.get(at.checked_sub(1)?)
    }

    /// Adds a scene after that one; at the end after none, or after one that is not there.
    pub fn insert_after(&mut self, id: Option<&SceneId>, scene: Scene) {
        let at = id.and_then(|id| self.list.iter().position(|scene| scene.id == *id));
        self.list.insert(at.map_or(self.list.len(), |at| at + 1), scene);
    }

    /// Puts a scene at another place, from 0; past the end is at the end.
    pub fn put(&mut self, id: &SceneId, to: usize) {
        let Some(at) = self.list.iter().position(|scene| scene.id == *id) else { return };
        let scene = self.list.remove(at);
        self.list.insert(to.min(self.list.len()), scene);
    }

    /// The scene of that name, to be changed.
    pub fn get_mut(&mut self, id: &SceneId) -> Option<&mut Scene> {
        self.list.iter_mut().find(|scene| scene.id == *id)
    }
}

#[cfg(test)]
#[path = "scene/scene_tests.rs"]
mod tests;
