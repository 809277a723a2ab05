//! The next scene as one big key: what an artist presses between two songs.

use std::time::Duration;

use egui::{Align2, Context, Id, Rect, Response, Role, Sense, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use korero_sentences::key;

use crate::desk::scene::Scene;
use crate::session::command::{Command, SceneWish};
use crate::ui::action::Action;
use crate::ui::reading;
use crate::ui::theme::{Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::{paint_within, ring};

/// Two presses within this time are one, s: a finger that bounces must not skip a song.
const BOUNCE: f64 = 0.4;

/// Whether a press for the next scene counts: the first one does, and the next only after a while.
pub(crate) fn in_time(ctx: &Context) -> bool {
    let place = Id::unique("next scene asked for");
    let now = ctx.input(|i| i.time);
    let counts = ctx.data(|data| data.get_temp::<f64>(place)).is_none_or(|before| now - before >= BOUNCE);
    if counts {
        ctx.data_mut(|data| data.insert_temp(place, now));
    }
    counts
}

/// Shows the key once there are scenes; after the last one it says so.
pub(crate) fn show(ui: &mut Ui, view: &View<'_>) {
    let scenes = &view.snapshot.scenes;
    if scenes.list.is_empty() {
        return;
    }
    let theme = view.theme;
    let next = scenes.after(view.snapshot.scene.as_ref());
    let height = theme.space.xxxl + theme.space.m;
    ui.add_enabled_ui(next.is_some(), |ui| {
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
        let spoken = match next {
            Some(scene) => view.say(key::SCENE_NEXT_NAMED, &[("scene", scene.name.as_str().into())]),
            None => view.word(key::SCENE_LAST),
        };
        response.widget_info(|| WidgetInfo::labeled(Role::Button, next.is_some(), &spoken));
        paint(ui, view, rect, next, &response);
        let response = response.on_hover_text(view.tip(Action::NextScene, ui.ctx()));
        if response.clicked() && in_time(ui.ctx()) {
            view.send(Command::Scene(SceneWish::Next));
        }
    });
}

fn paint(ui: &Ui, view: &View<'_>, rect: Rect, next: Option<&Scene>, response: &Response) {
    let theme = view.theme;
    let painter = ui.painter_at(rect.expand(theme.space.xs));
    let edge = if response.hovered() { theme.ink[2] } else { theme.line };
    let fill = if next.is_some() { theme.surface[3] } else { theme.surface[1] };
    painter.rect(rect, corner(theme.radius.m), fill, egui::Stroke::new(theme.space.hair, edge), StrokeKind::Inside);
    let inner = rect.shrink2(vec2(theme.space.l, theme.space.s));
    let small = theme.font(theme.letters.tiny, Weight::Medium);
    let above = view.word(if next.is_some() { key::SCENE_NEXT } else { key::SCENE_LAST });
    let place = painter.text(inner.right_top(), Align2::RIGHT_TOP, place(view, next), small.clone(), theme.ink[2]);
    let room = inner.with_max_x(place.left() - theme.space.s);
    painter.with_clip_rect(room).text(inner.left_top(), Align2::LEFT_TOP, above, small, theme.ink[2]);
    let current = view.snapshot.scene.as_ref().and_then(|id| view.snapshot.scenes.get(id));
    let name = next.or(current).map_or("", |scene| scene.name.as_str());
    let ink = if next.is_some() { theme.ink[0] } else { theme.ink[1] };
    let font = theme.font(theme.letters.title, Weight::SemiBold);
    let at = (inner.left_bottom() + vec2(0.0, theme.space.hair), Align2::LEFT_BOTTOM);
    paint_within(&painter, at, name.to_owned(), (font, ink), inner.width());
    if let Some(left) = view.snapshot.fade_left {
        fade(ui, view, rect, current, left);
    }
    if response.has_focus() {
        ring(&painter, theme, rect, theme.radius.m);
    }
}

/// `2 / 7`: which one of how many comes, or while a fade runs how long it still takes.
fn place(view: &View<'_>, next: Option<&Scene>) -> String {
    let scenes = &view.snapshot.scenes.list;
    if let Some(left) = view.snapshot.fade_left {
        let args = [("seconds", reading::seconds(left).into())];
        return view.say(key::SCENE_FADING, &args);
    }
    let at =
        next.and_then(|next| scenes.iter().position(|scene| scene.id == next.id)).map_or(scenes.len(), |at| at + 1);
    format!("{at} / {}", scenes.len())
}

/// How far the fade to the scene is that was recalled: a line along the lower edge.
fn fade(ui: &Ui, view: &View<'_>, rect: Rect, current: Option<&Scene>, left: Duration) {
    let theme = view.theme;
    let whole = current.map_or(Duration::ZERO, |scene| scene.fade).max(left);
    let done = 1.0 - left.as_secs_f32() / whole.as_secs_f32().max(f32::EPSILON);
    let width = (rect.width() - 2.0 * theme.radius.m) * done.clamp(0.0, 1.0);
    let from = pos2(rect.left() + theme.radius.m, rect.bottom() - theme.space.xs);
    let line = Rect::from_min_size(from, vec2(width, theme.space.hair * 2.0));
    ui.painter().rect_filled(line, corner(theme.space.hair), theme.ember);
}
