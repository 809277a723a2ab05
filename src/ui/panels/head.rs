//! The head of a panel below the strips: its name, what belongs to the whole of it, and the key that closes it.

use egui::{Align, Align2, Color32, Id, Layout, Rect, Ui, UiBuilder, pos2, vec2};
use korero_sentences::key;

use crate::desk::Strip;
use crate::ui::theme::{Theme, Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::key::KeyCap;
use crate::ui::widgets::paint_within;

use super::hues;

/// Set while the panel was opened by the keyboard and has not taken it yet.
pub(crate) fn entered() -> Id {
    Id::unique("the keyboard enters the open panel")
}

/// The height of a head with the room around it.
pub(crate) fn height(theme: &Theme) -> f32 {
    theme.space.hit + theme.space.s * 2.0
}

/// Paints the ground of a panel, shows its head with `between` beside the name, and gives the room below. `None` until it
/// has its place, in the picture after the one that opened it. The name of a strip is a key that lets it wear another hue.
pub(crate) fn show(
    ui: &mut Ui,
    view: &mut View<'_>,
    (title, strip): (&str, Option<&Strip>),
    between: impl FnOnce(&mut Ui, &mut View<'_>),
) -> Option<Rect> {
    let theme = view.theme;
    let whole = ui.max_rect();
    if whole.height() < height(theme) {
        return None;
    }
    ui.painter().rect_filled(whole, corner(theme.radius.m), theme.surface[1]);
    let (head, body) = whole.split_top_bottom_at_y(whole.top() + height(theme));
    let head = head.shrink(theme.space.s);
    let close_at = Rect::from_min_max(pos2(head.right() - theme.space.strip, head.top()), head.max);
    let room = head.with_max_x(close_at.left() - theme.space.s);
    let chip = chip(ui, theme, title, strip.map(|strip| theme.hue(strip.hue)), room);
    if let Some(strip) = strip {
        hues::on_name(ui, view, strip, chip);
    }
    let rest = room.with_min_x((chip.right() + theme.space.m).min(room.right()));
    let builder = UiBuilder::new().id_salt("head").max_rect(rest).layout(Layout::left_to_right(Align::Center));
    ui.scope_builder(builder, |ui| {
        ui.set_clip_rect(ui.clip_rect().intersect(rest.expand(theme.space.xs)));
        between(ui, view);
    });
    close(ui, view, title, close_at);
    let inner = Rect::from_min_max(
        pos2(body.left() + theme.space.s, body.top()),
        body.max - vec2(theme.space.xs, theme.space.s),
    );
    Some(inner)
}

/// The name on its colour.
fn chip(ui: &Ui, theme: &Theme, title: &str, hue: Option<Color32>, room: Rect) -> Rect {
    let font = theme.font(theme.letters.body, Weight::SemiBold);
    let ink = if hue.is_some() { theme.onfill } else { theme.ink[0] };
    let whole = ui.painter().layout_no_wrap(title.to_owned(), font.clone(), ink).size().x;
    let width = (whole + theme.space.l).min(room.width() / 3.0);
    let chip = Rect::from_min_size(room.min, vec2(width, room.height()));
    let painter = ui.painter_at(chip);
    painter.rect_filled(chip, corner(theme.radius.s), hue.unwrap_or(theme.surface[3]));
    let place = (chip.left_center() + vec2(theme.space.s, 0.0), Align2::LEFT_CENTER);
    paint_within(&painter, place, title.to_owned(), (font, ink), width - theme.space.l + theme.space.hair);
    chip
}

fn close(ui: &mut Ui, view: &mut View<'_>, title: &str, place: Rect) {
    let theme = view.theme;
    let key = KeyCap {
        name: &view.say(key::PANEL_CLOSE, &[("channel", title.into())]),
        word: &view.word(key::PANEL_CLOSE_KEY),
        on: None,
        fill: theme.ember,
        size: place.size(),
    };
    let response = ui.scope_builder(UiBuilder::new().id_salt("close").max_rect(place), |ui| key.show(ui, theme)).inner;
    if ui.data_mut(|data| data.remove_temp::<bool>(entered())).unwrap_or(false) {
        response.request_focus();
    }
    if response.on_hover_text(format!("{} (Esc)", key.name)).clicked() {
        super::close(ui.ctx(), view.opened);
    }
}
