//! How a take looks from its first frame to its last, with its marks, its gaps and what is heard now; a press there or an
//! arrow key goes there.

use egui::accesskit::{Action, ActionData};
use egui::{
    Align2, Event, Id, Key as Press, Modifiers, Painter, Rect, Response, RichText, Role, Sense, StrokeKind, Ui,
    WidgetInfo, pos2, vec2,
};
use korero_sentences::key;
use uuid::Uuid;

use crate::limits::SAMPLE_RATE;
use crate::session::command::Command;
use crate::session::shelf::{OpenTake, Picture, ShelfWish};
use crate::takes::overview::{Bin, Overview};
use crate::takes::{self, TakeFile};
use crate::ui::reading;
use crate::ui::theme::{Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::{arrows, paint_within, ring, set_to};

use super::caption;

/// How far an arrow key goes, in frames.
const STEP: u64 = 5 * SAMPLE_RATE as u64;

/// Where the person is in the take.
#[derive(Default)]
pub(super) struct Wave {
    /// The take, and the frame from which it is heard next.
    at: Option<(Uuid, u64)>,
}

/// A running time as figures that stand below each other.
pub(super) fn figures(view: &View<'_>, time: &str) -> RichText {
    RichText::new(time).font(view.theme.font(view.theme.letters.small, Weight::Medium)).color(view.theme.ink[2])
}

impl Wave {
    /// Plays from where the person is, at the end of the take from its beginning; or stops.
    pub(super) fn toggle(&mut self, view: &View<'_>, open: &OpenTake) -> ShelfWish {
        if let Some(frame) = heard(view, open) {
            self.go(open, frame);
            return ShelfWish::Silence;
        }
        let frames = open.take.files.get(open.file).and_then(|file| file.end.frames());
        if frames.is_some_and(|frames| self.frame(open) >= frames) {
            self.go(open, 0);
        }
        ShelfWish::Play(self.frame(open))
    }

    /// Shows it; presses and keys go to other places.
    pub(super) fn show(&mut self, ui: &mut Ui, view: &View<'_>, open: &OpenTake) {
        let Some(file) = open.take.files.get(open.file) else {
            return caption(ui, view.theme, view.word(key::SHELF_NO_SOUND));
        };
        let theme = view.theme;
        let size = vec2(ui.available_width() - theme.space.s, theme.space.strip + theme.space.l);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        let frames = file.end.frames().unwrap_or(0);
        let playing = heard(view, open);
        let now = playing.unwrap_or_else(|| self.frame(open)).min(frames);
        let spoken = describe(ui, view, &response, open, (now, frames));
        let painter = ui.painter_at(rect.expand(theme.space.xs));
        paint(&painter, view, rect, (open, file, frames), now);
        if response.has_focus() {
            ring(&painter, theme, rect, theme.radius.s);
        }
        let pressed = response.interact_pointer_pos().filter(|_| response.clicked());
        let pressed = pressed.map(|at| ((at.x - rect.left()) / rect.width()).clamp(0.0, 1.0));
        let pressed = pressed.map(|share| (f64::from(share) * frames as f64) as u64);
        let keyed = || response.has_focus().then(|| keys(ui, response.id, now, frames)).flatten();
        if let Some(to) = pressed.or_else(keyed).or_else(|| asked(ui, response.id, now, frames)) {
            self.go(open, to);
            if playing.is_some() {
                view.send(Command::Shelf(ShelfWish::Play(to)));
            }
        }
        if response.has_focus() && frames > 0 && space(ui) {
            view.send(Command::Shelf(self.toggle(view, open)));
        }
        response.on_hover_text(spoken);
    }

    fn frame(&self, open: &OpenTake) -> u64 {
        self.at.filter(|(take, _)| *take == open.take.id).map_or(0, |(_, frame)| frame)
    }

    fn go(&mut self, open: &OpenTake, frame: u64) {
        self.at = Some((open.take.id, frame));
    }
}

/// Tells a screen reader where the person is, in words and in seconds, and gives the words.
fn describe(ui: &Ui, view: &View<'_>, response: &Response, open: &OpenTake, (now, frames): (u64, u64)) -> String {
    let clock = |frame| reading::clock(takes::seconds(frame));
    let place = view.say(key::SHELF_POSITION, &[("at", clock(now).into()), ("length", clock(frames).into())]);
    let spoken = unseen(view, open).map_or_else(|| place.clone(), |why| format!("{place}. {why}"));
    let seconds = |frame| takes::seconds(frame).as_secs_f64();
    response.widget_info(|| WidgetInfo::slider(frames > 0, seconds(now), &spoken));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::Slider);
        set_to(node, clock(now));
        node.set_min_numeric_value(0.0);
        node.set_max_numeric_value(seconds(frames));
        node.set_numeric_value_step(seconds(STEP));
        for action in [Action::SetValue, Action::Increment, Action::Decrement] {
            node.add_action(action);
        }
    });
    spoken
}

/// Where a screen reader asks to go.
fn asked(ui: &Ui, wave: Id, now: u64, frames: u64) -> Option<u64> {
    ui.input(|i| {
        let steps = |action| i.num_accesskit_action_requests(wave, action) as u64 * STEP;
        let (on, back) = (steps(Action::Increment), steps(Action::Decrement));
        let value = i.accesskit_action_requests(wave, Action::SetValue).last().and_then(|request| match request.data {
            Some(ActionData::NumericValue(seconds)) => Some((seconds.max(0.0) * f64::from(SAMPLE_RATE)) as u64),
            _ => None,
        });
        let stepped = (on != back).then(|| (now + on).saturating_sub(back));
        value.or(stepped).map(|frame| frame.min(frames))
    })
}

/// Whether the space bar went down just now: not when it repeats because it is held.
fn space(ui: &Ui) -> bool {
    let down = |event: &Event| matches!(event, Event::Key { key: Press::Space, pressed: true, repeat: false, .. });
    ui.input_mut(|i| {
        let fresh = i.events.iter().any(down);
        i.consume_key(Modifiers::NONE, Press::Space);
        fresh
    })
}

/// The frame of this take that is heard.
fn heard(view: &View<'_>, open: &OpenTake) -> Option<u64> {
    let heard = view.snapshot.shelf.heard.as_ref();
    heard.filter(|heard| heard.take == open.take.id).map(|heard| heard.frame)
}

/// Where the arrow keys, Home and End go.
fn keys(ui: &Ui, wave: Id, now: u64, frames: u64) -> Option<u64> {
    arrows::take(ui, wave, arrows::ALONG);
    let pressed = |key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
    match () {
        () if pressed(Press::ArrowLeft) => Some(now.saturating_sub(STEP)),
        () if pressed(Press::ArrowRight) => Some((now + STEP).min(frames)),
        () if pressed(Press::Home) => Some(0),
        () if pressed(Press::End) => Some(frames),
        () => None,
    }
}

fn paint(painter: &Painter, view: &View<'_>, rect: Rect, (open, file, frames): (&OpenTake, &TakeFile, u64), now: u64) {
    let theme = view.theme;
    let space = theme.space;
    painter.rect(rect, corner(theme.radius.s), theme.surface[0], theme.hairline(), StrokeKind::Inside);
    let place = |frame: u64| rect.left() + rect.width() * (frame as f64 / frames.max(1) as f64) as f32;
    let tags = rect.with_max_y(rect.top() + space.l);
    let body = rect.with_min_y(tags.bottom()).shrink2(vec2(0.0, space.hair));
    if let Picture::Known(overview) = &open.picture {
        sound(painter, view, body, overview);
    }
    if let Some(words) = unseen(view, open) {
        let font = theme.font(theme.letters.small, Weight::Regular);
        let words = painter.layout(words, font, theme.ink[2], body.width() - 2.0 * space.m);
        painter.galley(Align2::CENTER_CENTER.anchor_size(body.center(), words.size()).min, words, theme.ink[2]);
    }
    for gap in &file.gaps {
        let from = place(gap.start.since(file.first_frame));
        let to = place(gap.end().since(file.first_frame)).max(from + space.hair);
        let lost = Rect::from_min_max(pos2(from, body.top()), pos2(to, body.bottom()));
        painter.rect_filled(lost, corner(0.0), theme.caution.gamma_multiply(0.55));
    }
    let tiny = theme.font(theme.letters.tiny, Weight::Medium);
    let inside = open.take.markers.iter().map(|marker| (marker.at.since(file.first_frame), &marker.label));
    let mut marks: Vec<(u64, &String)> = inside.filter(|(at, _)| *at <= frames).collect();
    marks.sort_unstable();
    for (n, (at, label)) in marks.iter().enumerate() {
        let x = place(*at);
        painter.vline(x, rect.y_range(), egui::Stroke::new(space.hair, theme.cool));
        let room = marks.get(n + 1).map_or(rect.right(), |(next, _)| place(*next)) - x - space.s;
        let at = (pos2(x + space.xs, tags.center().y), Align2::LEFT_CENTER);
        paint_within(painter, at, (*label).clone(), (tiny.clone(), theme.cool), room);
    }
    if frames > 0 {
        painter.vline(place(now), rect.y_range(), egui::Stroke::new(space.hair * 2.0, theme.ember));
        time(painter, view, rect, (now, frames));
    }
}

/// Where the person is and how long the take is, in the lower corner that the sound reaches last.
fn time(painter: &Painter, view: &View<'_>, rect: Rect, (now, frames): (u64, u64)) {
    let (theme, space) = (view.theme, view.theme.space);
    let clock = |frame| reading::clock(takes::seconds(frame));
    let font = theme.font(theme.letters.tiny, Weight::Medium);
    let words = painter.layout_no_wrap(format!("{} / {}", clock(now), clock(frames)), font, theme.ink[1]);
    let corner_at = rect.right_bottom() - vec2(space.s, space.xs);
    let at = Align2::RIGHT_BOTTOM.anchor_size(corner_at, words.size());
    painter.rect_filled(at.expand(space.hair), corner(theme.radius.s), theme.surface[0].gamma_multiply(0.8));
    painter.galley(at.min, words, theme.ink[1]);
}

/// For each column of the screen the highest and the lowest sample, and within them how loud it is.
fn sound(painter: &Painter, view: &View<'_>, body: Rect, overview: &Overview) {
    let theme = view.theme;
    let columns = body.width().floor().max(1.0) as usize;
    let middle = body.center().y;
    let half = body.height() / 2.0;
    painter.hline(body.x_range(), middle, theme.hairline());
    for column in 0..columns {
        let bin = |column: usize| column * overview.bins.len() / columns;
        let bins = &overview.bins[bin(column)..(bin(column + 1)).max(bin(column) + 1).min(overview.bins.len())];
        let Some(all) = together(bins) else { continue };
        let x = body.left() + column as f32 + 0.5;
        let y = |sample: f32| middle - half * sample.clamp(-1.0, 1.0);
        let thin = |ink| egui::Stroke::new(1.0, ink);
        painter.vline(x, y(all.high)..=y(all.low), thin(theme.good.gamma_multiply(0.5)));
        painter.vline(x, y(all.rms)..=y(-all.rms), thin(theme.good));
    }
}

/// Several stretches as one.
fn together(bins: &[Bin]) -> Option<Bin> {
    let first = *bins.first()?;
    let all = bins[1..].iter().fold(first, |all, bin| Bin {
        low: all.low.min(bin.low),
        high: all.high.max(bin.high),
        rms: all.rms.max(bin.rms),
    });
    Some(all)
}

/// Why there is nothing to be seen, if so.
fn unseen(view: &View<'_>, open: &OpenTake) -> Option<String> {
    match &open.picture {
        Picture::Known(_) => None,
        Picture::Awaited => Some(view.word(key::SHELF_NOT_ENDED)),
        Picture::Reading(share) => Some(view.say(key::SHELF_READING, &[("percent", (share * 100.0).floor().into())])),
        Picture::Unreadable => Some(view.word(key::SHELF_NO_PICTURE)),
    }
}
