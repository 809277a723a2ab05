//! What the recall of a scene touches, as two rows of switches: which parts, and of which channels.

use std::collections::BTreeSet;

use egui::{ScrollArea, Ui, vec2};
use korero_sentences::{Key, key};

use crate::desk::address::ChannelName;
use crate::desk::scene::{Part, Scope};
use crate::ui::naming;
use crate::ui::view::View;
use crate::ui::widgets::key::{KeyCap, fitting};

use super::caption;

/// Shows the switches; gives the scope once one was pressed.
pub(crate) fn show(ui: &mut Ui, view: &View<'_>, scope: &Scope) -> Option<Scope> {
    let space = view.theme.space;
    let mut changed = None;
    ScrollArea::vertical().id_salt("scope").auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().item_spacing = vec2(space.xs, space.xs);
        caption(ui, view.theme, view.word(key::SCOPE_PARTS));
        ui.horizontal_wrapped(|ui| {
            for part in Part::ALL {
                let on = scope.parts.contains(&part);
                let word = naming::part(view.language, part);
                if switch(ui, view, &word, key::SCOPE_PART, on) {
                    changed = Some(Scope { parts: toggled(&scope.parts, part), ..scope.clone() });
                }
            }
        });
        ui.add_space(space.s);
        caption(ui, view.theme, view.word(key::SCOPE_CHANNELS));
        ui.horizontal_wrapped(|ui| {
            if switch(ui, view, &view.word(key::SCOPE_ALL), key::SCOPE_CHANNEL, scope.channels.is_none()) {
                let none = scope.channels.is_none().then(BTreeSet::new);
                changed = Some(Scope { channels: none, ..scope.clone() });
            }
            let all = all(view);
            for name in &all {
                let on = scope.channels.as_ref().is_none_or(|channels| channels.contains(name));
                if switch(ui, view, &view.name(name), key::SCOPE_CHANNEL, on) {
                    let before = scope.channels.clone().unwrap_or_else(|| all.iter().cloned().collect());
                    let after = toggled(&before, name.clone());
                    let every = all.iter().all(|name| after.contains(name));
                    changed = Some(Scope { channels: (!every).then_some(after), ..scope.clone() });
                }
            }
        });
    });
    changed
}

/// Every channel that a scene may touch.
fn all(view: &View<'_>) -> Vec<ChannelName> {
    let strips = view.snapshot.desk.strips.iter().map(|strip| ChannelName::Strip(strip.id.clone()));
    strips.chain(ChannelName::fixed().filter(|name| *name != ChannelName::Desk)).collect()
}

fn toggled<T: Ord + Clone>(set: &BTreeSet<T>, one: T) -> BTreeSet<T> {
    let mut set = set.clone();
    if !set.remove(&one) {
        set.insert(one);
    }
    set
}

/// A switch as wide as its word; `true` when it was pressed.
fn switch(ui: &mut Ui, view: &View<'_>, word: &str, named: Key, on: bool) -> bool {
    let theme = view.theme;
    let word = naming::title(word);
    let name = view.say(named, &[("what", word.as_str().into())]);
    let (least, most) = (vec2(theme.space.touch, 0.0), vec2(theme.space.strip * 2.0, theme.space.hit));
    let size = fitting(ui, theme, &word).max(least).min(most);
    KeyCap { name: &name, word: &word, on: Some(on), fill: theme.cool, size }.show(ui, theme).clicked()
}
