//! What channels, sections, parameters and choices are called: sentences found by the ids that the registry gives.

use korero_dsp::effects::EFFECTS;
use korero_sentences::{Args, Key, Language, key, say};

use crate::desk::address::{Address, ChannelName};
use crate::desk::channel::{Kind, Place, Section};
use crate::desk::history::Edit;
use crate::desk::scene::Part;
use crate::desk::{Desk, StripId};
use crate::session::act::Act;
use crate::session::snapshot::Snapshot;
use crate::session::surfaces::{MidiControl, Reads};

/// The sentence of an id; the id itself where there is none.
fn named(language: Language, prefix: &str, id: &str, args: &Args) -> String {
    let name = format!("{prefix}-{}", id.replace(['.', '/'], "-"));
    Key::named(&name).map_or_else(|| id.to_owned(), |key| say(language, key, args))
}

fn numbered(language: Language, key: Key, from_zero: usize) -> String {
    say(language, key, &[("number", (from_zero + 1).into())])
}

/// A channel by the name that a person gave it, or by its number.
pub(crate) fn channel(language: Language, desk: &Desk, name: &ChannelName) -> String {
    let bus = |name: Option<&String>, key, at: u8| {
        let own = name.filter(|name| !name.is_empty()).cloned();
        own.unwrap_or_else(|| numbered(language, key, usize::from(at)))
    };
    match name {
        ChannelName::Strip(id) => desk.strip(id).map_or_else(|| id.to_string(), |strip| strip.name.clone()),
        ChannelName::Group(at) => {
            bus(desk.groups.get(usize::from(*at)).map(|group| &group.name), key::CHANNEL_GROUP, *at)
        }
        ChannelName::Return(at) => {
            bus(desk.returns.get(usize::from(*at)).map(|bus| &bus.name), key::CHANNEL_RETURN, *at)
        }
        ChannelName::Mix => say(language, key::WINDOW_MIX, &[]),
        ChannelName::Cue(at) => numbered(language, key::CHANNEL_CUE, usize::from(*at)),
        ChannelName::Desk => say(language, key::CHANNEL_DESK, &[]),
    }
}

/// Which channel it is, whatever a person called it: a strip by its place from the left.
pub(crate) fn which(language: Language, desk: &Desk, name: &ChannelName) -> String {
    let numbered = |key, at: u8| numbered(language, key, usize::from(at));
    match name {
        ChannelName::Strip(id) => {
            let at = desk.strips.iter().position(|strip| strip.id == *id);
            at.map_or_else(String::new, |at| self::numbered(language, key::HANDS_PALETTE_STRIP, at))
        }
        ChannelName::Group(at) => numbered(key::CHANNEL_GROUP, *at),
        ChannelName::Return(at) => numbered(key::CHANNEL_RETURN, *at),
        ChannelName::Mix | ChannelName::Cue(_) | ChannelName::Desk => channel(language, desk, name),
    }
}

/// An effect.
pub(crate) fn effect(language: Language, kind: Kind) -> String {
    EFFECTS.get(usize::from(kind.0)).map_or_else(String::new, |spec| named(language, "effect", spec.id, &[]))
}

/// A slot, counted from the input.
pub(crate) fn place(language: Language, place: Place) -> String {
    numbered(language, key::SECTION_INSERT, place as usize)
}

/// A section; an effect in a slot is told with its slot.
pub(crate) fn section(language: Language, section: Section) -> String {
    match section {
        Section::Stage(stage) => named(language, "effect", stage.spec().id, &[]),
        Section::Slot(at, kind) => format!("{}, {}", place(language, at), effect(language, kind)),
        Section::Fader => say(language, key::SECTION_FADER, &[]),
        Section::Send(at) => numbered(language, key::SECTION_SEND, usize::from(at)),
        Section::Cue(at) => numbered(language, key::SECTION_CUE, usize::from(at)),
        Section::Limiter => named(language, "effect", "limiter", &[]),
        Section::Solo => say(language, key::SECTION_SOLO, &[]),
        Section::Talkback => say(language, key::SECTION_TALKBACK, &[]),
        Section::Oscillator => say(language, key::SECTION_OSCILLATOR, &[]),
    }
}

/// A band of the equaliser, from 0.
pub(crate) fn band(language: Language, at: usize) -> String {
    numbered(language, key::SECTION_BAND, at)
}

/// A parameter by the last word of its id, as it stands beside its control.
pub(crate) fn word(language: Language, id: &str) -> String {
    let last = id.rsplit_once('.').map_or(id, |(_, last)| last);
    named(language, "param", last, &[])
}

/// A parameter by its whole id: one of a band is told with its band.
pub(crate) fn param(language: Language, id: &str) -> String {
    match band_of(id) {
        Some(at) => format!("{}, {}", band(language, at), word(language, id)),
        None => word(language, id),
    }
}

/// One of several words.
pub(crate) fn choice(language: Language, word: &str) -> String {
    named(language, "choice", word, &[])
}

/// A control with its channel and its section, as a screen reader tells it.
pub(crate) fn control(language: Language, desk: &Desk, address: &Address) -> String {
    within(
        language,
        desk,
        &address.channel,
        &section(language, address.control.section),
        &param(language, address.spec().id),
    )
}

/// Controls that were turned together: the same of several strips, or several of one band.
fn turns(language: Language, desk: &Desk, addresses: &[Address]) -> String {
    let Some(first) = addresses.first() else { return String::new() };
    let (id, own) = (first.spec().id, first.control.section);
    if addresses.iter().all(|address| address.channel == first.channel) {
        let what = band_of(id).map_or_else(|| word(language, id), |at| band(language, at));
        return within(language, desk, &first.channel, &section(language, own), &what);
    }
    // A level is told by what it is the level of, anything else by its own name.
    let what = if id == "level" { section(language, own) } else { param(language, id) };
    say(language, key::EDIT_TOGETHER, &[("count", addresses.len().into()), ("control", what.into())])
}

/// The band that a parameter belongs to, from 0.
fn band_of(id: &str) -> Option<usize> {
    let (band, _) = id.split_once('.')?;
    band.strip_prefix("band")?.parse::<usize>().ok()?.checked_sub(1)
}

/// Something that belongs to a section of a channel.
pub(crate) fn within(language: Language, desk: &Desk, name: &ChannelName, section: &str, what: &str) -> String {
    let args =
        [("channel", channel(language, desk, name).into()), ("section", section.into()), ("control", what.into())];
    say(language, key::PANEL_CONTROL, &args)
}

/// What a control surface may ask for.
pub(crate) fn act(language: Language, act: Act) -> String {
    named(language, "act", act.id(), &[])
}

/// A control of a MIDI device.
pub(crate) fn midi(language: Language, control: MidiControl) -> String {
    let numbered =
        |key, channel: u8, number: u8| say(language, key, &[("channel", channel.into()), ("number", number.into())]);
    match control {
        MidiControl::Cc(channel, number) => numbered(key::SURFACE_CC, channel, number),
        MidiControl::Note(channel, number) => numbered(key::SURFACE_NOTE, channel, number),
        MidiControl::Bend(channel) => say(language, key::SURFACE_BEND, &[("channel", channel.into())]),
    }
}

/// How a control of a surface is read.
pub(crate) fn reads(language: Language, reads: Reads) -> String {
    named(language, "reads", reads.id(), &[])
}

/// A hue of a strip.
pub(crate) fn hue(language: Language, hue: u8) -> String {
    named(language, "hue", &hue.to_string(), &[])
}

/// A part of a channel that a scene recalls.
pub(crate) fn part(language: Language, part: Part) -> String {
    named(language, "part", part.word(), &[])
}

/// An edit of the desk, as it is told before it is taken back or done again.
pub(crate) fn edit(language: Language, now: &Snapshot, edit: &Edit) -> String {
    let name = |id: &StripId| now.desk.strip(id).map_or_else(|| id.to_string(), |strip| strip.name.clone());
    let of_strip = |key, name: String| say(language, key, &[("strip", name.into())]);
    match edit {
        Edit::Turn(address) => control(language, &now.desk, address),
        Edit::Turns(addresses) => turns(language, &now.desk, addresses),
        Edit::Slot(name, at) => format!("{}, {}", channel(language, &now.desk, name), place(language, *at)),
        Edit::Add => say(language, key::EDIT_ADD, &[]),
        Edit::Remove(name) => of_strip(key::EDIT_REMOVE, name.clone()),
        Edit::Rename(id) => of_strip(key::EDIT_RENAME, name(id)),
        Edit::Hue(id) => of_strip(key::EDIT_HUE, name(id)),
        Edit::Feed(id) => of_strip(key::EDIT_FEED, name(id)),
        Edit::Key(id) => of_strip(key::EDIT_KEY, name(id)),
        Edit::Paste(id) => of_strip(key::EDIT_PASTED, name(id)),
        Edit::Compare(name, _) => {
            say(language, key::EDIT_COMPARE, &[("channel", channel(language, &now.desk, name).into())])
        }
        Edit::Preset(id, preset) => {
            let preset = now.presets.iter().find(|known| known.id == *preset);
            let title = preset.map_or_else(String::new, |preset| preset.name(language));
            say(language, key::EDIT_PRESET, &[("strip", name(id).into()), ("preset", title.into())])
        }
        Edit::Recall { scene, .. } => {
            let title = now.scenes.get(scene).map_or_else(String::new, |scene| scene.name.clone());
            say(language, key::EDIT_RECALL, &[("scene", title.into())])
        }
        Edit::SetUp => say(language, key::EDIT_SETUP, &[]),
        Edit::Whole => say(language, key::EDIT_WHOLE, &[]),
    }
}

/// The same with a capital, as a title or a label begins.
pub(crate) fn title(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use korero_dsp::param::{ParamSpec, Unit};

    use super::*;
    use crate::desk::channel::Role;
    use crate::limits::HUES;

    fn every_spec() -> Vec<ParamSpec> {
        let roles = [Role::Strip, Role::Group, Role::Return, Role::Mix, Role::Cue, Role::Desk];
        let fixed = roles.into_iter().flat_map(|role| role.sections().flat_map(move |section| role.params(section)));
        fixed.chain(EFFECTS.iter().flat_map(|effect| effect.params)).copied().collect()
    }

    #[test]
    fn every_effect_parameter_and_choice_has_its_sentence_in_both_languages() {
        let known = |prefix: &str, id: &str| {
            let name = format!("{prefix}-{}", id.replace(['.', '/'], "-"));
            let key = Key::named(&name).unwrap_or_else(|| panic!("{name} has no sentence"));
            Language::ALL.into_iter().for_each(|language| assert!(!say(language, key, &[]).is_empty(), "{name}"));
        };
        EFFECTS.iter().for_each(|effect| known("effect", effect.id));
        Part::WORDS.iter().for_each(|part| known("part", part));
        Act::ALL.iter().for_each(|act| known("act", act.id()));
        Reads::ALL.iter().for_each(|reads| known("reads", reads.id()));
        (0..HUES).for_each(|hue| known("hue", &hue.to_string()));
        for spec in every_spec() {
            known("param", spec.id.rsplit_once('.').map_or(spec.id, |(_, last)| last));
            if let Unit::Choice(words) = spec.unit {
                words.iter().for_each(|word| known("choice", word));
            }
        }
    }

    #[test]
    fn a_control_is_told_with_its_channel_its_section_and_its_band() {
        let address = |text: &str| text.parse::<Address>().expect("an address");
        let told = |text: &str, language| control(language, &Desk::default(), &address(text));
        assert_eq!(told("mix.compressor.threshold", Language::English), "Mix, compressor, threshold");
        assert_eq!(told("group2.eq.band3.q", Language::English), "Group 2, EQ, band 3, Q");
        assert_eq!(told("return1.preeq.hall.decay", Language::English), "Return 1, insert 1, hall, decay");
        assert_eq!(told("mix.compressor.threshold", Language::Maori), "Ranunga, kōpeke, paepae");
    }

    #[test]
    fn no_two_controls_of_a_channel_share_their_name() {
        let desk = Desk::default();
        for language in Language::ALL {
            for name in ChannelName::fixed() {
                let controls: Vec<_> = name.of(&desk).expect("it is there").controls().collect();
                let address = |control| Address { channel: name.clone(), control };
                let mut names: Vec<_> = controls.iter().map(|c| control(language, &desk, &address(*c))).collect();
                names.sort();
                names.dedup();
                assert_eq!(names.len(), controls.len(), "{name}");
            }
        }
    }

    #[test]
    fn a_title_begins_with_a_capital_macrons_too() {
        assert_eq!(title("ōwehenga"), "Ōwehenga");
        assert_eq!(title(""), "");
    }
}
