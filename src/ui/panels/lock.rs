//! The bar of a locked window, in the place of the bar on top: that it is locked, and the three things that it still does.

use egui::{
    Align, Align2, Color32, Label, Layout, Rect, RichText, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};
use korero_sentences::key;

use crate::session::command::{Command, SongWish};
use crate::ui::action::Action;
use crate::ui::lock::{self, Lock};
use crate::ui::theme::{Theme, Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::hold_key::{Held, PRESSES, held};
use crate::ui::widgets::key::{KeyCap, roomy};
use crate::ui::widgets::ring;

use super::guard::Guard;
use super::next;

/// What catches a failure here: of the key that unlocks, and of the rest.
#[derive(Default)]
pub(crate) struct Guards {
    unlock: Guard,
    rest: Guard,
}

/// Shows it in the whole of `ui`. Whatever fails here, there is a way to unlock.
pub(crate) fn show(ui: &mut Ui, view: &View<'_>, lock: &mut Lock, guards: &mut Guards) {
    let theme = view.theme;
    let whole = ui.max_rect();
    ui.painter().rect_filled(whole, corner(0.0), theme.surface[1]);
    let under = Rect::from_min_max(pos2(whole.left(), whole.bottom() - theme.space.hair * 2.0), whole.max);
    ui.painter().rect_filled(under, corner(0.0), theme.ember);
    let inner = whole.shrink2(vec2(theme.space.l, theme.space.s));
    let builder = egui::UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center));
    ui.scope_builder(builder, |ui| {
        ui.spacing_mut().item_spacing.x = theme.space.s;
        if !guards.unlock.run(|| unlock(ui, view, lock, inner.height())) {
            lock.give_way();
            guards.unlock.mend();
        }
        guards.rest.show(ui, theme, view.language, |ui| rest(ui, view, inner.height()));
    });
}

/// The two things that a locked window still does, and that it is locked.
fn rest(ui: &mut Ui, view: &View<'_>, height: f32) {
    let theme = view.theme;
    if view.recording() && key(ui, view, Action::Mark, &view.word(Action::Mark.label()), height) {
        view.send(Command::Mark(None));
    }
    if let Some(song) = view.snapshot.songs().next {
        let name = view.say(key::HANDS_NEXT_NAMED, &[("song", song.into())]);
        if key(ui, view, Action::NextSong, &name, height) && next::in_time(ui.ctx()) {
            view.send(Command::Song(SongWish::Next));
        }
    }
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        glyph(ui, theme);
        let words = RichText::new(view.word(lock::sentence(view.snapshot)));
        let words = words.font(theme.font(theme.letters.small, Weight::Medium)).color(theme.ink[0]);
        ui.add(Label::new(words).wrap());
    });
}

fn key(ui: &mut Ui, view: &View<'_>, action: Action, name: &str, height: f32) -> bool {
    let theme = view.theme;
    let word = view.word(action.label());
    let size = roomy(ui, theme, &word, height);
    let response = KeyCap { name, word: &word, on: None, fill: theme.ember, size }.show(ui, theme);
    let response = response.on_hover_text(view.tip(action, ui.ctx()));
    response.clicked()
}

/// The key that is held to unlock.
fn unlock(ui: &mut Ui, view: &View<'_>, lock: &mut Lock, height: f32) {
    let theme = view.theme;
    let keys = Action::Lock.shortcut(ui.ctx());
    let word = view.say(key::HANDS_UNLOCK, &[("keys", Action::Lock.keys(ui.ctx()).into())]);
    let font = theme.font(theme.letters.body, Weight::SemiBold);
    let wide = ui.painter().layout_no_wrap(word.clone(), font.clone(), Color32::PLACEHOLDER).size().x;
    let (rect, response) = ui.allocate_exact_size(vec2(wide + theme.space.xxl, height), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &word));
    let Held { part, done, down } = held(ui, &response, (keys, &PRESSES), theme.hold_seconds());
    let round = corner(theme.radius.m);
    let stroke = Stroke::new(theme.space.hair * 2.0, theme.ember);
    ui.painter().rect(rect, round, theme.surface[3], stroke, StrokeKind::Inside);
    if part > 0.0 {
        let reached = rect.with_max_x(rect.left() + rect.width() * part);
        ui.painter().with_clip_rect(reached).rect_filled(rect, round, theme.ember.gamma_multiply(0.45));
    }
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, &word, font, theme.ink[0]);
    if response.has_focus() {
        ring(ui.painter(), theme, rect, theme.radius.m);
    }
    lock.held(down, done);
}

/// A closed lock.
fn glyph(ui: &mut Ui, theme: &Theme) {
    let (rect, _) = ui.allocate_exact_size(vec2(theme.space.xl, theme.space.xxl), Sense::hover());
    let whole = rect.shrink2(vec2(theme.space.hair * 2.0, theme.space.xs));
    let (above, body) = whole.split_top_bottom_at_fraction(0.45);
    // Its legs stand in the body.
    let arch = above.shrink2(vec2(theme.space.xs, 0.0)).with_max_y(body.center().y);
    let stroke = Stroke::new(theme.space.hair * 2.0, theme.ember);
    ui.painter().rect_stroke(arch, corner(theme.radius.m), stroke, StrokeKind::Inside);
    ui.painter().rect_filled(body, corner(theme.radius.s), theme.ember);
}
