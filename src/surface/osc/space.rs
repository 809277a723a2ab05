//! The address space: everything that can be turned under a path, strips by name, by number or by id.

use std::collections::HashSet;

use korero_dsp::param::{ParamSpec, Unit};

use crate::desk::address::{Address, ChannelName};
use crate::desk::channel::Section;
use crate::desk::taper::{from_way, to_way};
use crate::desk::{Desk, StripId};
use crate::surface::facts::{Fact, State};
use crate::surface::plain::plain;

/// What a closed fader is told as, and below which it is closed, dB: few programs know −∞.
pub(in crate::surface) const CLOSED_DB: f32 = -120.0;
/// The longest name of a strip in a path.
const LONGEST: usize = 32;
/// Before a path whose value is the way of a knob, 0 to 1.
pub(in crate::surface) const NORM: &str = "/norm";

/// How strips are called in paths.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::surface) enum Naming {
    /// By their names.
    #[default]
    Names,
    /// By their place from the left, from 1.
    Numbers,
    /// By their ids, which never change.
    Ids,
}

impl Naming {
    const ALL: [Self; 3] = [Self::Names, Self::Numbers, Self::Ids];

    /// How somebody calls strips who asks for these paths: by their numbers, if one of them does.
    pub(in crate::surface) fn meant_by(parts: &[String]) -> Self {
        let number = |part: &String| {
            let word = part.strip_prefix("/strip/").map(|rest| rest.split('/').next().unwrap_or_default());
            word.is_some_and(|word| word.parse::<usize>().is_ok())
        };
        if parts.iter().any(number) { Self::Numbers } else { Self::Names }
    }
}

/// One thing that has a path.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(in crate::surface) enum Spot {
    /// Something that can be turned.
    Param(Address),
    /// The name of a strip; it is only told.
    Name(StripId),
    /// The hue of a strip; it is only told.
    Hue(StripId),
    /// Something of the show; it is only told.
    Fact(Fact),
}

/// The strips of a desk and what they are called in paths.
#[derive(Clone, PartialEq, Debug, Default)]
pub(in crate::surface) struct Space {
    strips: Vec<(StripId, String)>,
}

impl Space {
    /// The paths of this desk.
    pub(in crate::surface) fn of(desk: &Desk) -> Self {
        let mut taken: HashSet<String> = HashSet::new();
        let mut strips = Vec::with_capacity(desk.strips.len());
        for strip in &desk.strips {
            let first = slug(&strip.name);
            let free = |word: &String| {
                let id_of_another = desk.strips.iter().any(|other| other.id != strip.id && other.id.as_str() == word);
                !id_of_another && !taken.contains(word)
            };
            let found = std::iter::once(first.clone()).chain((2..).map(|n| format!("{first}-{n}"))).find(free);
            let word = found.unwrap_or(first);
            taken.insert(word.clone());
            strips.push((strip.id.clone(), word));
        }
        Self { strips }
    }

    /// The path of a thing; `None` when its strip is gone.
    pub(in crate::surface) fn path(&self, spot: &Spot, naming: Naming) -> Option<String> {
        Some(match spot {
            Spot::Fact(fact) => format!("/show/{}", fact.id()),
            Spot::Name(id) => format!("/strip/{}/name", self.called(id, naming)?),
            Spot::Hue(id) => format!("/strip/{}/hue", self.called(id, naming)?),
            Spot::Param(address) => {
                let channel = match &address.channel {
                    ChannelName::Strip(id) => format!("strip/{}", self.called(id, naming)?),
                    other => other.to_string(),
                };
                format!("/{channel}/{}", control_path(address.control.section, address.spec().id))
            }
        })
    }

    /// Everything that the strip of a thing is called; `None` for what is on no strip of this desk.
    pub(in crate::surface) fn names(&self, spot: &Spot) -> Option<[String; 3]> {
        let id = match spot {
            Spot::Param(Address { channel: ChannelName::Strip(id), .. }) | Spot::Name(id) | Spot::Hue(id) => id,
            Spot::Param(_) | Spot::Fact(_) => return None,
        };
        let [name, number, own] = Naming::ALL.map(|naming| self.called(id, naming));
        Some([name?, number?, own?])
    }

    fn called(&self, id: &StripId, naming: Naming) -> Option<String> {
        let at = self.strips.iter().position(|(strip, _)| strip == id)?;
        Some(match naming {
            Naming::Names => self.strips[at].1.clone(),
            Naming::Numbers => (at + 1).to_string(),
            Naming::Ids => id.to_string(),
        })
    }

    /// What stands at a path, however it names its strip; `None` when nothing does.
    pub(in crate::surface) fn find(&self, path: &str) -> Option<Spot> {
        let path = path.strip_prefix('/')?;
        if let Some(fact) = path.strip_prefix("show/") {
            return Fact::ALL.into_iter().find(|known| known.id() == fact).map(Spot::Fact);
        }
        if let Some(rest) = path.strip_prefix("strip/") {
            let (word, rest) = rest.split_once('/')?;
            let id = self.strip(word)?;
            return match rest {
                "name" => Some(Spot::Name(id.clone())),
                "hue" => Some(Spot::Hue(id.clone())),
                _ => param(&ChannelName::Strip(id.clone()), rest).map(Spot::Param),
            };
        }
        let (word, rest) = path.split_once('/')?;
        param(&ChannelName::fixed_named(word)?, rest).map(Spot::Param)
    }

    fn strip(&self, word: &str) -> Option<&StripId> {
        if let Ok(number) = word.parse::<usize>() {
            return self.strips.get(number.checked_sub(1)?).map(|(id, _)| id);
        }
        let named = self.strips.iter().find(|(_, name)| name == word);
        named.or_else(|| self.strips.iter().find(|(id, _)| id.as_str() == word)).map(|(id, _)| id)
    }
}

/// The path of a control below its channel: the fader's own section is left out, and a level is called by its section.
pub(in crate::surface) fn control_path(section: Section, param: &str) -> String {
    match (section, param) {
        (Section::Fader, "level") => "fader".to_owned(),
        (Section::Fader, param) => param.replace('.', "/"),
        (Section::Send(_) | Section::Cue(_), "level") => section.id(),
        _ => format!("{}/{param}", section.id()).replace('.', "/"),
    }
}

/// The control at a path below its channel; the long form of the desk's files is understood too.
fn param(channel: &ChannelName, path: &str) -> Option<Address> {
    let words = path.replace('/', ".");
    let short = [format!("fader.{words}"), format!("{words}.level"), words.clone()];
    short.iter().find_map(|control| format!("{channel}.{control}").parse().ok())
}

/// A name in the letters of an address; never empty, and never only a number, which would be a place.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.to_lowercase().chars() {
        match plain(letter).filter(char::is_ascii_alphanumeric) {
            Some(letter) if slug.len() < LONGEST => slug.push(letter),
            None if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    let slug = slug.trim_end_matches('-');
    match slug {
        "" => "strip".to_owned(),
        slug if slug.chars().all(|letter| letter.is_ascii_digit()) => format!("strip-{slug}"),
        slug => slug.to_owned(),
    }
}

/// A value as it is told: in its own unit, or as the way of its knob.
pub(in crate::surface) fn to_wire(spec: &ParamSpec, value: f32, norm: bool) -> f32 {
    let least = if spec.min.is_finite() { spec.min } else { CLOSED_DB };
    if norm { to_way(spec, value) } else { value.max(least) }
}

/// A told value as the desk's; `None` when it is no number.
pub(in crate::surface) fn from_wire(spec: &ParamSpec, wire: f32, norm: bool) -> Option<f32> {
    match wire {
        wire if wire.is_nan() => None,
        wire if norm => Some(from_way(spec, wire)),
        wire if wire <= CLOSED_DB && spec.min == f32::NEG_INFINITY => Some(spec.min),
        wire => Some(spec.clamp(wire)),
    }
}

/// The place of a word among the choices of a parameter.
pub(in crate::surface) fn chosen(spec: &ParamSpec, word: &str) -> Option<f32> {
    match spec.unit {
        Unit::Choice(words) => words.iter().position(|choice| *choice == word).map(|at| at as f32),
        _ => None,
    }
}

/// Whether two told values are the same to a surface.
pub(in crate::surface) fn same(a: &State, b: &State) -> bool {
    match (a, b) {
        (State::Number(a), State::Number(b)) => a == b || (a - b).abs() <= tolerance(*a),
        _ => a == b,
    }
}

/// How exactly a told value is: the last bits of a way are lost on its way there and back.
pub(in crate::surface) fn tolerance(value: f32) -> f32 {
    value.abs().max(1.0) * 2e-6
}

#[cfg(test)]
#[path = "space_tests.rs"]
mod tests;
