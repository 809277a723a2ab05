//! Which keys do what: every action with its keys, which may be others than the usual ones.

use egui::accesskit::Live;
use egui::{Color32, Context, Event, Key, Label, Modifiers, Response, RichText, ScrollArea, Ui, UiBuilder, vec2};
use korero_sentences::key;

use crate::ui::action::Action;
use crate::ui::keymap::{Keymap, Refusal, is_held_with, pressed};
use crate::ui::theme::Weight;
use crate::ui::view::View;
use crate::ui::widgets::key::{KeyCap, fitting};
use crate::ui::widgets::row;

use super::head;

/// What the panel remembers from picture to picture.
#[derive(Default)]
pub(crate) struct KeysPanel {
    /// The action whose new keys are waited for.
    waits: Option<Action>,
    /// The last keys that were refused, for what, and why.
    refused: Option<(Action, String, Refusal)>,
}

impl KeysPanel {
    /// Whether it waits for keys: they do nothing else then.
    pub(crate) fn listens(&self) -> bool {
        self.waits.is_some()
    }

    /// Waits no more.
    pub(crate) fn give_up(&mut self) {
        self.waits = None;
    }

    /// Takes the keys that were pressed in this picture. Gives the keys of the window as they are with them.
    pub(crate) fn hear(&mut self, ctx: &Context) -> Option<Keymap> {
        let action = self.waits?;
        let events = ctx.input_mut(|i| std::mem::take(&mut i.events));
        let keys = events.iter().find_map(|event| match event {
            Event::Key { key, pressed: true, repeat: false, modifiers, .. } if !is_held_with(*key) => {
                Some(pressed(*key, *modifiers))
            }
            Event::Copy => Some(pressed(Key::C, Modifiers::COMMAND)),
            Event::Cut => Some(pressed(Key::X, Modifiers::COMMAND)),
            Event::Paste(_) => Some(pressed(Key::V, Modifiers::COMMAND)),
            _ => None,
        });
        // The mouse is heard all the same.
        let of_keyboard = |event: &Event| {
            matches!(event, Event::Key { .. } | Event::Text(_) | Event::Copy | Event::Cut | Event::Paste(_))
        };
        let rest = events.into_iter().filter(|event| !of_keyboard(event)).collect();
        ctx.input_mut(|i| i.events = rest);
        let keys = keys?;
        self.waits = None;
        self.refused = None;
        if keys.logical_key == Key::Escape {
            return None;
        }
        let mut keymap = (*Keymap::worn(ctx)).clone();
        match keymap.choose(action, keys) {
            Ok(()) => Some(keymap),
            Err(why) => {
                self.refused = Some((action, ctx.format_shortcut(&keys), why));
                None
            }
        }
    }

    /// Shows it in the whole of `ui`; gives the keys of the window if they are to be others.
    pub(crate) fn show(&mut self, ui: &mut Ui, view: &mut View<'_>) -> Option<Keymap> {
        let mut anew = None;
        let worn = Keymap::worn(ui.ctx());
        let title = view.word(key::WINDOW_KEYS);
        let inner = head::show(ui, view, (&title, None), |ui, view| {
            let word = view.word(key::HANDS_KEYS_USUAL_ALL);
            ui.add_enabled_ui(!worn.is_usual(), |ui| {
                let size = fitting(ui, view.theme, &word);
                let key = KeyCap { name: &word, word: &word, on: None, fill: view.theme.ember, size };
                if key.show(ui, view.theme).clicked() {
                    anew = Some(worn.usual());
                }
            });
        });
        ui.scope_builder(UiBuilder::new().id_salt("keys").max_rect(inner?), |ui| {
            words(ui, view, view.word(key::HANDS_KEYS_FIXED), view.theme.ink[2]);
            ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = view.theme.space.xs;
                for action in Action::ALL {
                    ui.push_id(action.name(), |ui| self.row(ui, view, action));
                }
            });
        });
        anew
    }

    fn row(&mut self, ui: &mut Ui, view: &View<'_>, action: Action) {
        let theme = view.theme;
        let space = theme.space;
        let name = view.word(action.label());
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space.m;
            let waits = self.waits == Some(action);
            let keys = action.keys(ui.ctx());
            let also = action.also().map(|also| format!(" · {}", ui.ctx().format_shortcut(&also))).unwrap_or_default();
            let word = if waits { view.word(key::HANDS_KEYS_PRESS) } else { format!("{keys}{also}") };
            let spoken = if waits {
                format!("{name}: {word}")
            } else {
                view.say(key::HANDS_KEYS_CHANGE, &[("action", name.as_str().into()), ("keys", keys.into())])
            };
            let size = vec2(space.strip + space.compact, space.hit);
            let key = KeyCap { name: &spoken, word: &word, on: Some(waits), fill: theme.ember, size };
            if key.show(ui, theme).on_hover_text(&spoken).clicked() {
                (self.waits, self.refused) = ((!waits).then_some(action), None);
            }
            ui.scope(|ui| {
                ui.set_width(row::room(ui, view.theme));
                self.words(ui, view, action, &name);
            });
        });
    }

    /// What it does, or why the last keys for it were refused.
    fn words(&self, ui: &mut Ui, view: &View<'_>, action: Action, name: &str) {
        let Some((_, keys, why)) = self.refused.as_ref().filter(|(refused, ..)| *refused == action) else {
            words(ui, view, format!("{name}. {}", view.word(action.tooltip())), view.theme.ink[1]);
            return;
        };
        let keys = ("keys", keys.as_str().into());
        let text = match why {
            Refusal::Taken(owner) => {
                view.say(key::HANDS_KEYS_TAKEN, &[keys, ("action", view.word(owner.label()).into())])
            }
            Refusal::Needed => view.say(key::HANDS_KEYS_NEEDED, &[keys]),
        };
        let said = words(ui, view, text, view.theme.caution);
        ui.ctx().accesskit_node_builder(said.id, |node| node.set_live(Live::Assertive));
    }
}

/// A sentence in as many lines as it takes.
fn words(ui: &mut Ui, view: &View<'_>, text: String, ink: Color32) -> Response {
    let font = view.theme.font(view.theme.letters.small, Weight::Regular);
    ui.add(Label::new(RichText::new(text).font(font).color(ink)).wrap())
}
