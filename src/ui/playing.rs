//! The air view: the whole window for the artist who plays, readable at three metres. Nothing in it ends a show but the two
//! keys that are held for it.

mod facts;
mod places;
mod songs;

use egui::{Align, Layout, Rect, RichText, Ui, UiBuilder, Vec2, vec2};
use korero_sentences::key;

use super::FIRST_SIZE;
use super::action::Action;
use super::panels::air::{self, Size};
use super::panels::faults;
use super::panels::guard::Guard;
use super::theme::{Theme, Weight, corner};
use super::view::View;
use super::widgets::key::{KeyCap, roomy};
use places::Places;
use songs::SongsPart;

/// How many times as large as usual the letters become in a large window, at most.
const LARGEST: f32 = 2.0;

/// The air view from picture to picture.
#[derive(Default)]
pub(crate) struct Playing {
    guards: [Guard; 7],
    songs: SongsPart,
}

impl Playing {
    /// Shows it in the whole of `ui`. Of a `locked` window only the next song is heard here.
    pub(crate) fn show(&mut self, ui: &mut Ui, view: &mut View<'_>, locked: bool) {
        let (theme, language) = (view.theme, view.language);
        let places = Places::of(ui.max_rect(), theme);
        let [head, live, record, songs, sound, told, cards] = &mut self.guards;
        let mut part = |guard: &mut Guard, salt: &str, rect: Rect, deaf: bool, add: &mut dyn FnMut(&mut Ui)| {
            ui.scope_builder(UiBuilder::new().id_salt(salt).max_rect(rect), |ui| {
                ui.set_clip_rect(ui.clip_rect().intersect(rect.expand(theme.space.xs)));
                if deaf {
                    hold_still(ui);
                }
                guard.show(ui, theme, language, add);
            });
        };
        if !locked {
            part(head, "head", places.head, false, &mut |ui| names(ui, view));
        }
        part(live, "live", places.live, locked, &mut |ui| air::live(ui, view, Size::Stage(places.live.height())));
        part(record, "record", places.record, locked, &mut |ui| {
            air::record(ui, view, Size::Stage(places.live.height()));
        });
        part(songs, "songs", places.songs, false, &mut |ui| self.songs.show(ui, view, locked));
        part(sound, "sound", places.meter, locked, &mut |ui| facts::meter(ui, view));
        part(told, "facts", places.facts, locked, &mut |ui| facts::show(ui, view, &places));
        let letters = theme.letters;
        let sizes = if places.low { (letters.lead, letters.body) } else { (letters.title, letters.lead) };
        // Chat and requests come to stand below what is wrong.
        part(cards, "talk", places.talk, locked, &mut |ui| faults::show(ui, view, sizes));
    }
}

/// The look of the air view in a window of that size: what is larger than the usual one is no wider field but larger letters.
pub(crate) fn dressed(theme: &Theme, window: Vec2) -> Theme {
    theme.larger((window / FIRST_SIZE).min_elem().clamp(1.0, LARGEST))
}

/// Makes all that follows deaf to hands, and leaves it as it looks.
pub(crate) fn hold_still(ui: &mut Ui) {
    ui.visuals_mut().disabled_alpha = 1.0;
    ui.disable();
}

/// What the evening is called, and the ways out of here.
fn names(ui: &mut Ui, view: &mut View<'_>) {
    let theme = view.theme;
    ui.painter().rect_filled(ui.max_rect(), corner(0.0), theme.surface[1]);
    let inner = ui.max_rect().shrink2(vec2(theme.space.l, theme.space.s));
    let builder = UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center));
    ui.scope_builder(builder, |ui| {
        ui.spacing_mut().item_spacing.x = theme.space.s;
        for (action, word) in [(Action::AirView, key::HANDS_DESK), (Action::Lock, key::HANDS_LOCK)] {
            let word = view.word(word);
            let size = roomy(ui, theme, &word, inner.height());
            let key = KeyCap { name: &word, word: &word, on: None, fill: theme.ember, size };
            if key.show(ui, theme).on_hover_text(view.tip(action, ui.ctx())).clicked() {
                view.ask(action);
            }
        }
        let show = &view.snapshot.show;
        let own = [show.title.as_str(), show.artist.as_str()].into_iter().filter(|name| !name.is_empty());
        let own = own.collect::<Vec<_>>().join(" · ");
        let title = if own.is_empty() { view.word(key::WINDOW_NAME) } else { own };
        let font = theme.font(theme.letters.title, Weight::SemiBold);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.add(egui::Label::new(RichText::new(title).font(font).color(theme.ink[0])).truncate());
        });
    });
}
