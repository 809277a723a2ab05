//! The whole row of strips in small: a chip for each with its colour and its level, and a frame around what is in sight.

use std::sync::Arc;

use egui::accesskit::Action as ReaderAction;
use egui::cache::{ComputerMut, FrameCache};
use egui::{Align2, Key, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use korero_sentences::key;

use crate::desk::address::ChannelName;
use crate::ui::meter_scale;
use crate::ui::theme::{Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::{arrows, meter, paint_within, ring, set_to};

/// Where something stands in the row, px from its beginning.
pub(crate) type Span = std::ops::Range<f32>;

/// So many letters of a name are seen at least where it is cut.
const CUT: usize = 3;

/// The row, and what of it is in sight.
pub(crate) struct Row {
    pub(crate) chips: Vec<(ChannelName, Span)>,
    /// How wide all of it is, px.
    pub(crate) width: f32,
    pub(crate) sight: Span,
}

impl Row {
    /// Whether something is out of sight.
    pub(crate) fn overflows(&self) -> bool {
        self.width > self.sight.end - self.sight.start + 1.0
    }

    fn seen(&self) -> f32 {
        self.sight.end - self.sight.start
    }

    /// The first chip that is wholly in sight.
    fn first(&self) -> usize {
        self.chips.iter().position(|(_, span)| span.start >= self.sight.start - 1.0).unwrap_or(0)
    }

    /// The last chip that is wholly in sight.
    fn last(&self) -> usize {
        self.chips.iter().rposition(|(_, span)| span.end <= self.sight.end + 1.0).unwrap_or(0).max(self.first())
    }

    /// From where the row is to be seen so that the `n`-th chip comes first; as far as the end lets it.
    fn from(&self, n: usize) -> f32 {
        let start = self.chips.get(n).map_or(self.width, |(_, span)| span.start);
        start.clamp(0.0, (self.width - self.seen()).max(0.0))
    }

    /// From where it is to be seen so that `x` px stands in the middle.
    fn around(&self, x: f32) -> f32 {
        (x - self.seen() / 2.0).clamp(0.0, (self.width - self.seen()).max(0.0))
    }
}

/// Shows the row in `rect`; gives from where it is to be seen, px, when the person went there.
pub(crate) fn show(ui: &Ui, view: &View<'_>, rect: Rect, row: &Row) -> Option<f32> {
    let response = ui.interact(rect, ui.scope_id().with("map"), Sense::click_and_drag());
    describe(ui, view, &response, row);
    paint(ui, view, rect, row, &response);
    let x = |at: f32| (at - rect.left()) / rect.width() * row.width;
    let under = response.hover_pos().map(|at| x(at.x));
    let named = under.and_then(|x| row.chips.iter().find(|(_, span)| span.contains(&x)));
    let told = named.map(|(name, _)| view.name(name));
    let gone = dragged(ui, &response, row, x).or_else(|| keyed(ui, &response, row));
    if let Some(told) = told {
        response.on_hover_text(told);
    }
    gone
}

fn describe(ui: &Ui, view: &View<'_>, response: &Response, row: &Row) {
    let name = view.word(key::STRIPS_MAP);
    let named = |n: usize| row.chips.get(n).map_or_else(String::new, |(name, _)| view.name(name));
    let value = [("first", named(row.first()).into()), ("last", named(row.last()).into())];
    let value = view.say(key::STRIPS_MAP_VALUE, &value);
    response.widget_info(|| WidgetInfo::slider(true, row.first() as f64 + 1.0, &name));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::Slider);
        set_to(node, value);
        node.set_min_numeric_value(1.0);
        node.set_max_numeric_value(row.chips.len() as f64);
        node.add_action(ReaderAction::Increment);
        node.add_action(ReaderAction::Decrement);
    });
}

/// The frame follows the pointer that took it; beside the frame, what is there comes into the middle.
fn dragged(ui: &Ui, response: &Response, row: &Row, x: impl Fn(f32) -> f32) -> Option<f32> {
    let at = x(response.interact_pointer_pos().filter(|_| response.is_pointer_button_down_on())?.x);
    let id = response.id.with("held");
    if ui.input(|i| i.pointer.primary_pressed()) {
        let middle = (row.sight.start + row.sight.end) / 2.0;
        let off = if row.sight.contains(&at) { at - middle } else { 0.0 };
        ui.data_mut(|data| data.insert_temp(id, off));
    }
    let off = ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(0.0);
    Some(row.around(at - off))
}

fn keyed(ui: &Ui, response: &Response, row: &Row) -> Option<f32> {
    let asked = |action| ui.input(|i| i.num_accesskit_action_requests(response.id, action));
    let mut step = asked(ReaderAction::Increment) as isize - asked(ReaderAction::Decrement) as isize;
    if response.has_focus() {
        arrows::take(ui, response.id, arrows::ALONG);
        let pressed = |key| ui.input(|i| i.num_presses(key)) as isize;
        if pressed(Key::Home) > 0 {
            return Some(0.0);
        }
        if pressed(Key::End) > 0 {
            return Some(row.from(row.chips.len()));
        }
        step += pressed(Key::ArrowRight) - pressed(Key::ArrowLeft);
    }
    (step != 0).then(|| row.from(row.first().saturating_add_signed(step)))
}

fn paint(ui: &Ui, view: &View<'_>, rect: Rect, row: &Row, response: &Response) {
    let theme = view.theme;
    let space = theme.space;
    let painter = ui.painter_at(rect.expand(space.xs));
    let x = |px: f32| rect.left() + px / row.width * rect.width();
    let bar = space.xs;
    let names: Vec<String> = row.chips.iter().map(|(name, _)| view.name(name)).collect();
    let apart = ui.memory_mut(|memory| memory.caches.cache::<FrameCache<_, Apart>>().get(&names[..]).clone());
    for (n, (name, span)) in row.chips.iter().enumerate() {
        let (left, right) = (x(span.start), x(span.end).max(x(span.start) + space.hair * 2.0));
        let chip = Rect::from_min_max(pos2(left, rect.top() + bar), pos2(right, rect.bottom() - bar * 2.0));
        let strip = match name {
            ChannelName::Strip(id) => view.snapshot.desk.strip(id),
            _ => None,
        };
        let (fill, ink) = strip.map_or((theme.surface[3], theme.ink[1]), |strip| (theme.hue(strip.hue), theme.onfill));
        painter.rect_filled(chip, corner(space.hair * 2.0), fill);
        let font = theme.font(theme.letters.tiny, Weight::Medium);
        if chip.width() >= space.xxl {
            let (at, width) = ((chip.center(), Align2::CENTER_CENTER), chip.width() - space.xs);
            let whole = painter.layout_no_wrap(names[n].clone(), font.clone(), ink).size().x <= width;
            let shown = apart[n].as_ref().filter(|_| !whole).unwrap_or(&names[n]);
            paint_within(&painter, at, shown.clone(), (font, ink), width);
        } else if strip.is_some() && chip.width() >= space.l {
            painter.text(chip.center(), Align2::CENTER_CENTER, (n + 1).to_string(), font, ink);
        }
        let level = view.meters.of(name).peak_db();
        let lane = Rect::from_min_size(pos2(left, chip.bottom() + space.hair * 2.0), vec2(right - left, bar));
        painter.rect_filled(lane, corner(0.0), theme.surface[2]);
        let filled = lane.with_max_x(lane.left() + lane.width() * meter_scale::height(level));
        painter.rect_filled(filled, corner(0.0), meter::colour(theme, level));
    }
    let frame = Rect::from_min_max(pos2(x(row.sight.start), rect.top()), pos2(x(row.sight.end), rect.bottom()));
    let frame = frame.intersect(rect);
    let edge = Stroke::new(space.hair * 2.0, if response.hovered() { theme.ink[0] } else { theme.ink[1] });
    painter.rect_stroke(frame, corner(theme.radius.s), edge, StrokeKind::Inside);
    if response.has_focus() {
        ring(&painter, theme, rect, theme.radius.s);
    }
}

/// What each name is called where it is cut: `None` for its beginning, which is enough unless another one begins alike.
fn told_apart(names: &[String]) -> Arc<[Option<String>]> {
    let beginning = |name: &String| name.chars().flat_map(char::to_lowercase).take(CUT).collect::<String>();
    let beginnings: Vec<String> = names.iter().map(beginning).collect();
    let initials: Vec<Option<String>> = names.iter().map(|name| initials(name)).collect();
    let once = |all: &[Option<String>], one: &Option<String>| all.iter().filter(|other| *other == one).count() == 1;
    let alike = |one: &String| beginnings.iter().filter(|other| *other == one).count() > 1;
    let apart = beginnings.iter().zip(&initials);
    apart.map(|(beginning, own)| own.clone().filter(|_| alike(beginning) && once(&initials, own))).collect()
}

/// The first letters of all words, and numbers whole: “OL” for “Overhead left”, “M1+2” for “Mic 1+2”. `None` for one word.
fn initials(name: &str) -> Option<String> {
    let mut words = name.split_whitespace().peekable();
    let first = words.next().filter(|_| words.peek().is_some())?;
    let short = |word: &str| -> String {
        if word.starts_with(|letter: char| letter.is_ascii_digit()) {
            return word.to_owned();
        }
        let mut letters = word.chars();
        let capital = letters.next().into_iter().flat_map(char::to_uppercase);
        // A macron may be a letter of its own.
        capital.chain(letters.take_while(|mark| ('\u{300}'..='\u{36f}').contains(mark))).collect()
    };
    Some(std::iter::once(first).chain(words).map(short).collect())
}

/// Keeps [`told_apart`] from picture to picture.
#[derive(Default)]
struct Apart;

impl ComputerMut<&[String], Arc<[Option<String>]>> for Apart {
    fn compute(&mut self, names: &[String]) -> Arc<[Option<String>]> {
        told_apart(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(names: &[&str]) -> Vec<Option<String>> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        told_apart(&names).to_vec()
    }

    #[test]
    fn names_that_are_cut_alike_are_told_apart_by_their_initials_where_those_tell_more() {
        let some = |short: &str| Some(short.to_owned());
        assert_eq!(apart(&["Overhead left", "overhead right", "Kick"]), [some("OL"), some("OR"), None]);
        assert_eq!(apart(&["Group 1", "Group 2", "Mic 1+2", "Mic 3"]), ["G1", "G2", "M1+2", "M3"].map(some));
        assert_eq!(apart(&["Tom 10", "Tom 12"]), [some("T10"), some("T12")]);
        // A decomposed macron stays with its letter.
        assert_eq!(apart(&["Reo a\u{304}tahua", "Reo matua"]), [some("RA\u{304}"), some("RM")]);
        // One letter, or the same ones, would tell less than the beginning.
        assert_eq!(apart(&["Guitar1", "Guitar2"]), [None, None]);
        assert_eq!(apart(&["Guitar left", "Guitar lead"]), [None, None]);
        assert_eq!(apart(&["Guitar DI", "Bass DI"]), [None, None]);
    }

    fn row(start: f32) -> Row {
        let chips = (0..10).map(|n| (ChannelName::Group(n), f32::from(n) * 88.0..f32::from(n) * 88.0 + 84.0)).collect();
        Row { chips, width: 880.0, sight: start..start + 400.0 }
    }

    #[test]
    fn what_is_wholly_in_sight_is_told_and_the_row_ends_where_it_ends() {
        let row = row(90.0);
        assert_eq!((row.first(), row.last()), (2, 4));
        assert!(row.overflows());
        assert_eq!((row.from(1), row.from(99), row.around(0.0), row.around(9_999.0)), (88.0, 480.0, 0.0, 480.0));
    }
}
