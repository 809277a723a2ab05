//! The hues that a strip may wear, as keys beside each other: behind its name in the head of its panel, and behind a
//! right-click on its name on the desk.

use egui::{Id, Key, Popup, PopupCloseBehavior, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};
use korero_sentences::key;

use crate::desk::Strip;
use crate::limits::HUES;
use crate::session::command::Command;
use crate::ui::naming;
use crate::ui::theme::corner;
use crate::ui::view::View;
use crate::ui::widgets::{arrows, hint, ring, tick, tip};

/// How many stand beside each other.
const COLUMNS: u8 = 6;

/// Makes the painted name of a strip in `rect` a key that opens them.
pub(crate) fn on_name(ui: &Ui, view: &View<'_>, strip: &Strip, rect: Rect) {
    let theme = view.theme;
    let response = ui.interact(rect, Id::unique(("the hues of", &strip.id)), Sense::click());
    let name = said(view, key::STRIPS_HUE, strip, strip.hue);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), &name));
    if response.hovered() {
        let edge = Stroke::new(theme.space.hair, theme.ink[0]);
        ui.painter().rect_stroke(rect, corner(theme.radius.s), edge, StrokeKind::Inside);
    }
    if response.has_focus() {
        ring(ui.painter(), theme, rect, theme.radius.s);
    }
    let opens = response.id.with("opens");
    if response.clicked() {
        ui.data_mut(|data| data.insert_temp(opens, true));
    }
    let menu = Popup::menu(&response).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let shown = menu.show(|ui| {
        // The first picture of a menu only measures it, and nothing in it can take the keyboard yet.
        let enters = !ui.is_sizing_pass() && ui.data_mut(|data| data.remove_temp::<bool>(opens)).unwrap_or(false);
        show(ui, view, strip, enters) || ui.input(|i| i.key_pressed(Key::Escape))
    });
    // The keyboard goes back to where it came from.
    if shown.is_some_and(|closed| closed.inner) {
        response.request_focus();
    }
    tip(response, || view.word(key::STRIPS_HUE_TIP));
}

/// Shows them in a menu, which closes when one was chosen; `true` then. With `enters` the keyboard goes to the one that is worn.
pub(crate) fn show(ui: &mut Ui, view: &View<'_>, strip: &Strip, enters: bool) -> bool {
    let theme = view.theme;
    let (side, gap) = (theme.space.hit, theme.space.xs);
    let (columns, rows) = (f32::from(COLUMNS), f32::from(HUES.div_ceil(COLUMNS)));
    let size = vec2(columns * (side + gap) - gap, rows * (side + gap) - gap);
    let (whole, _) = ui.allocate_exact_size(size, Sense::hover());
    let place = ui.scope_id();
    walk(ui, place);
    let mut chosen = None;
    for hue in 0..HUES {
        let at = vec2(f32::from(hue % COLUMNS), f32::from(hue / COLUMNS)) * (side + gap);
        let rect = Rect::from_min_size(whole.min + at, vec2(side, side));
        if one(ui, view, strip, (hue, rect), place) {
            chosen = Some(hue);
        }
    }
    if enters {
        ui.memory_mut(|memory| memory.request_focus(place.with(strip.hue)));
    }
    if let Some(hue) = chosen {
        view.send(Command::HueStrip(strip.id.clone(), hue));
        ui.close();
    }
    chosen.is_some()
}

/// One of them; `true` when it was pressed.
fn one(ui: &Ui, view: &View<'_>, strip: &Strip, (hue, rect): (u8, Rect), place: Id) -> bool {
    let theme = view.theme;
    let response = ui.interact(rect, place.with(hue), Sense::click());
    let worn = strip.hue == hue;
    let name = said(view, key::STRIPS_HUE_KEY, strip, hue);
    response.widget_info(|| WidgetInfo::selected(Role::Button, ui.is_enabled(), worn, &name));
    let painter = ui.painter();
    let edge = if response.hovered() { Stroke::new(theme.space.hair * 2.0, theme.ink[0]) } else { Stroke::NONE };
    painter.rect(rect, corner(theme.radius.s), theme.hue(hue), edge, StrokeKind::Inside);
    if worn {
        tick(painter, theme, rect.shrink(theme.space.s));
    }
    if response.has_focus() {
        ring(painter, theme, rect, theme.radius.s);
    }
    let pressed = response.clicked();
    hint(response, || naming::title(&naming::hue(view.language, hue)));
    pressed
}

/// The arrow keys go from one to those around it.
fn walk(ui: &Ui, place: Id) {
    let focused = ui.memory(egui::Memory::focused);
    let Some(held) = (0..HUES).find(|hue| focused == Some(place.with(*hue))) else { return };
    arrows::take(ui, place.with(held), arrows::ALL);
    if let Some(next) = beside(ui, held) {
        ui.memory_mut(|memory| memory.request_focus(place.with(next)));
    }
}

/// The hue that an arrow key goes to from this one.
fn beside(ui: &Ui, hue: u8) -> Option<u8> {
    let pressed = |key| ui.input(|i| i.key_pressed(key));
    let back = [(Key::ArrowLeft, 1), (Key::ArrowUp, COLUMNS)].into_iter().find(|(key, _)| pressed(*key));
    let on = [(Key::ArrowRight, 1), (Key::ArrowDown, COLUMNS)].into_iter().find(|(key, _)| pressed(*key));
    let next = match (back, on) {
        (Some((_, by)), _) => hue.checked_sub(by),
        (None, Some((_, by))) => hue.checked_add(by),
        (None, None) => None,
    };
    next.filter(|next| *next < HUES)
}

fn said(view: &View<'_>, sentence: korero_sentences::Key, strip: &Strip, hue: u8) -> String {
    let hue = naming::hue(view.language, hue);
    view.say(sentence, &[("strip", strip.name.as_str().into()), ("hue", hue.into())])
}
