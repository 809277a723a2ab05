//! What can be asked for in words, and how well words fit it.

use korero_sentences::{Key, Language, key, say};

use crate::desk::Desk;
use crate::desk::address::{Address, ChannelName};
use crate::desk::channel::Control;
use crate::desk::scene::{SceneId, Scenes};
use crate::ui::action::Action;
use crate::ui::naming;

/// One thing that can be asked for.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Wish {
    /// What has keys of its own.
    Act(Action),
    /// Set a control of a channel.
    Turn(Address, f32),
    /// Open the panel of a channel.
    Open(ChannelName),
    /// Recall a scene.
    Recall(SceneId),
}

impl Wish {
    /// Whether both turn the same control, wherever to, or are the same.
    pub(super) fn is_about_the_same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Turn(one, _), Self::Turn(two, _)) => one == two,
            _ => self == other,
        }
    }
}

/// The same in words.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Found {
    pub(super) wish: Wish,
    /// What it is called.
    pub(super) label: String,
    /// What it does or belongs to; empty where its name says everything.
    pub(super) about: String,
}

/// Everything whose words fit, the best first; of what fits equally well, actions come first, then the channels from left to
/// right, then the scenes. While nothing is sought, the actions alone.
pub(super) fn found(sought: &str, language: Language, desk: &Desk, scenes: &Scenes) -> Vec<Found> {
    let mut all = actions(language);
    if !sought.trim().is_empty() {
        let strips = desk.strips.iter().map(|strip| ChannelName::Strip(strip.id.clone()));
        // The desk itself is opened by its action.
        let fixed = ChannelName::fixed().filter(|name| *name != ChannelName::Desk);
        all.extend(strips.chain(fixed).flat_map(|name| of_channel(language, desk, &name)));
        all.extend(recalls(language, scenes));
    }
    let sought = plain(sought);
    let fit = |one: Found| {
        let fit = fitness(&sought, &plain(&one.label), &plain(&one.about));
        fit.map(|fit| (std::cmp::Reverse(fit), one))
    };
    let mut all: Vec<_> = all.into_iter().filter_map(fit).collect();
    // Those that fit equally well stay in their order.
    all.sort_by_key(|(fit, _)| *fit);
    all.into_iter().map(|(_, one)| one).collect()
}

fn actions(language: Language) -> Vec<Found> {
    let all = Action::ALL.into_iter().filter(|action| *action != Action::Palette);
    let named = |action: Action| {
        let [label, about] = [action.label(), action.tooltip()].map(|sentence| say(language, sentence, &[]));
        Found { wish: Wish::Act(action), label, about }
    };
    all.map(named).collect()
}

/// What can be asked of a channel by its name, what is heard by nobody first: a name and Enter silence no one.
fn of_channel(language: Language, desk: &Desk, name: &ChannelName) -> Vec<Found> {
    let called = naming::channel(language, desk, name);
    let which = naming::which(language, desk, name);
    let about = if which == called { String::new() } else { which };
    let one = |wish, sentence| {
        let label = say(language, sentence, &[("channel", called.as_str().into())]);
        Found { wish, label, about: about.clone() }
    };
    let switch = |control, [on, off]: [Key; 2]| {
        name.role().spec(control)?;
        let address = Address { channel: name.clone(), control };
        let is_on = address.get(desk)? >= 0.5;
        let (value, sentence) = if is_on { (0.0, off) } else { (1.0, on) };
        Some(one(Wish::Turn(address, value), sentence))
    };
    let open = one(Wish::Open(name.clone()), key::HANDS_PALETTE_OPEN);
    let solo = switch(Control::SOLO, [key::HANDS_PALETTE_SOLO, key::HANDS_PALETTE_UNSOLO]);
    let mute = switch(Control::MUTE, [key::HANDS_PALETTE_MUTE, key::HANDS_PALETTE_UNMUTE]);
    std::iter::once(open).chain(solo).chain(mute).collect()
}

fn recalls(language: Language, scenes: &Scenes) -> impl Iterator<Item = Found> {
    scenes.list.iter().enumerate().map(move |(n, scene)| Found {
        wish: Wish::Recall(scene.id.clone()),
        label: say(language, key::SCENE_RECALL_NAMED, &[("scene", scene.name.as_str().into())]),
        about: say(language, key::SCENE_NUMBERED, &[("number", (n + 1).into())]),
    })
}

/// Small letters without macrons: what is typed on a keyboard without them is found all the same.
fn plain(text: &str) -> String {
    let bare = |c: char| match c {
        'ā' => 'a',
        'ē' => 'e',
        'ī' => 'i',
        'ō' => 'o',
        'ū' => 'u',
        c => c,
    };
    // A macron may also come as a sign of its own after its letter.
    text.to_lowercase().chars().filter(|c| *c != '\u{304}').map(bare).collect()
}

/// How well every word that is sought fits a label or, less, what is said about it; `None` when one does not.
fn fitness(sought: &str, label: &str, about: &str) -> Option<u32> {
    sought.split_whitespace().map(|word| word_fitness(word, label, about)).sum()
}

fn word_fitness(word: &str, label: &str, about: &str) -> Option<u32> {
    let begins = |text: &str| text.split(|c: char| !c.is_alphanumeric()).any(|part| part.starts_with(word));
    match () {
        () if begins(label) => Some(8),
        () if label.contains(word) => Some(6),
        () if begins(about) => Some(4),
        // One letter is in everything.
        () if word.chars().count() > 1 && in_order(word, label) => Some(2),
        () => None,
    }
}

/// Whether the letters of a word come one after the other in a text, whatever stands between them.
fn in_order(word: &str, text: &str) -> bool {
    let mut letters = text.chars();
    word.chars().all(|wanted| letters.any(|letter| letter == wanted))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::desk::scene::{Scene, Scope};
    use crate::desk::{Strip, StripInput};

    fn show() -> (Desk, Scenes) {
        let names = ["Reo", "Pūtōrino", "Kick & Snare"];
        let strip = |(n, name): (usize, &&str)| Strip::new(*name, StripInput::Mono(n as u8 + 1));
        let mut desk = Desk { strips: names.iter().enumerate().map(strip).collect(), ..Desk::default() };
        desk.strips[1].channel.set(Control::MUTE, 1.0);
        desk.groups[1].name = "Band".into();
        let scene = |name: &str| Scene {
            id: SceneId::random(),
            name: name.into(),
            desk: Arc::new(desk.clone()),
            scope: Scope::default(),
            fade: Duration::ZERO,
        };
        let list = ["Chorus", "Kōrero"].map(scene).to_vec();
        (desk, Scenes { list, locked: false })
    }

    fn wishes(sought: &str, language: Language) -> Vec<Wish> {
        let (desk, scenes) = (Desk::default(), Scenes::default());
        found(sought, language, &desk, &scenes).into_iter().map(|one| one.wish).collect()
    }

    #[test]
    fn every_action_is_found_by_its_own_words_in_both_languages_with_or_without_macrons() {
        for language in Language::ALL {
            for action in Action::ALL.into_iter().filter(|action| *action != Action::Palette) {
                let label = say(language, action.label(), &[]);
                for sought in [label.clone(), label.to_uppercase(), plain(&label)] {
                    assert!(wishes(&sought, language).contains(&Wish::Act(action)), "{action:?} by {sought:?}");
                }
            }
        }
    }

    #[test]
    fn whatever_is_offered_of_channels_and_scenes_is_first_of_what_its_own_words_find_in_both_languages() {
        let (desk, scenes) = show();
        for language in Language::ALL {
            let strips = desk.strips.iter().map(|strip| ChannelName::Strip(strip.id.clone()));
            let all = strips.chain(ChannelName::fixed()).flat_map(|name| of_channel(language, &desk, &name));
            let all: Vec<_> = all.chain(recalls(language, &scenes)).collect();
            assert!(all.len() > 3 * desk.strips.len() + scenes.list.len());
            for one in all.iter().filter(|one| one.wish != Wish::Open(ChannelName::Desk)) {
                for sought in [one.label.clone(), one.label.to_uppercase(), plain(&one.label)] {
                    let found = found(&sought, language, &desk, &scenes);
                    assert_eq!(found[0].wish, one.wish, "{:?} by {sought:?}", one.label);
                }
            }
        }
    }

    #[test]
    fn no_two_things_that_can_be_asked_for_have_the_same_words() {
        let (desk, scenes) = show();
        for language in Language::ALL {
            let mut all: Vec<_> = found("e", language, &desk, &scenes).into_iter().map(|one| one.label).collect();
            let count = all.len();
            all.sort();
            all.dedup();
            assert_eq!(all.len(), count);
        }
    }

    #[test]
    fn a_name_alone_finds_first_what_nobody_hears() {
        let (desk, scenes) = show();
        let reo = ChannelName::Strip(desk.strips[0].id.clone());
        let first = |sought| found(sought, Language::English, &desk, &scenes).remove(0).wish;
        assert_eq!(first("reo"), Wish::Open(reo.clone()));
        let mute = |channel, on| Wish::Turn(Address { channel, control: Control::MUTE }, on);
        assert_eq!(first("mute reo"), mute(reo, 1.0));
        let muted = ChannelName::Strip(desk.strips[1].id.clone());
        assert_eq!(first("mute putorino"), mute(muted.clone(), 0.0));
        assert_eq!(first("unmute putorino"), mute(muted, 0.0));
        assert_eq!(first("mute band"), mute(ChannelName::Group(1), 1.0));
        assert_eq!(first("mute group 2"), mute(ChannelName::Group(1), 1.0), "by its number as well");
        assert_eq!(first("scene korero"), Wish::Recall(scenes.list[1].id.clone()));
    }

    #[test]
    fn what_begins_with_the_word_comes_first_and_letters_may_be_left_out() {
        assert_eq!(wishes("mark", Language::English)[0], Wish::Act(Action::Mark));
        assert_eq!(wishes("nxt scn", Language::English)[0], Wish::Act(Action::NextScene));
        assert_eq!(wishes("zzz", Language::English), []);
        assert_eq!(wishes(" ", Language::English).len(), Action::ALL.len() - 1, "the actions alone");
    }

    #[test]
    fn a_macron_that_was_not_typed_is_forgiven_and_one_of_two_signs_is_the_same() {
        assert_eq!(plain("Kōrero"), plain("korero"));
        assert_eq!(plain("ko\u{304}rero"), plain("KŌRERO"));
    }

    proptest! {
        #[test]
        fn more_words_never_find_more(sought in "[a-zāō][a-zāō ]{0,12}", more in "[a-zāō]{1,4}") {
            let few = wishes(&format!("{sought} {more}"), Language::Maori);
            let many = wishes(&sought, Language::Maori);
            prop_assert!(few.iter().all(|wish| many.contains(wish)));
        }
    }
}
