//! How a take looks from its first frame to its last, with its marks, its gaps and what is heard now; a press there or an
//! arrow key goes there.

use egui::{
    Align2, EventFilter, Id, Key as Press, Modifiers, Painter, Rect, RichText, Role, Sense, StrokeKind, Ui, WidgetInfo,
    pos2, vec2,
};
use korero_sentences::key;

use crate::limits::SAMPLE_RATE;
use crate::session::command::Command;
use crate::session::shelf::{OpenTake, ShelfWish};
use crate::takes::overview::{Bin, Overview};
use crate::takes::{self, TakeFile};
use crate::ui::reading;
use crate::ui::theme::{Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::{paint_within, ring};

/// How far an arrow key goes, in frames.
const STEP: u64 = 5 * SAMPLE_RATE as u64;

/// Where the person is in the take.
#[derive(Default)]
pub(super) struct Wave {
    /// The take, and the frame from which it is heard next.
    at: Option<(std::path::PathBuf, u64)>,
}

/// A running time as figures that stand below each other.
pub(super) fn figures(view: &View<'_>, time: &str) -> RichText {
    RichText::new(time).font(view.theme.font(view.theme.letters.small, Weight::Medium)).color(view.theme.ink[2])
}

impl Wave {
    /// Plays from where the person is, or stops.
    pub(super) fn toggle(&mut self, view: &View<'_>, open: &OpenTake) -> ShelfWish {
        match heard(view, open) {
            Some(frame) => {
                self.go(open, frame);
                ShelfWish::Silence
            }
            None => ShelfWish::Play(self.frame(open)),
        }
    }

    /// Shows it; presses and keys go to other places.
    pub(super) fn show(&mut self, ui: &mut Ui, view: &View<'_>, open: &OpenTake) {
        let Some(file) = open.take.files.get(open.file) else { return };
        let theme = view.theme;
        let size = vec2(ui.available_width() - theme.space.s, theme.space.strip + theme.space.l);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        let frames = file.end.frames().unwrap_or(0);
        let playing = heard(view, open);
        let now = playing.unwrap_or_else(|| self.frame(open)).min(frames);
        let clock = |frame| reading::clock(takes::seconds(frame));
        let spoken = view.say(key::SHELF_POSITION, &[("at", clock(now).into()), ("length", clock(frames).into())]);
        response.widget_info(|| WidgetInfo::labeled(Role::Slider, frames > 0, &spoken));
        let painter = ui.painter_at(rect.expand(theme.space.xs));
        paint(&painter, view, rect, (open, file, frames), now);
        if response.has_focus() {
            ring(&painter, theme, rect, theme.radius.s);
        }
        let pressed = response.interact_pointer_pos().filter(|_| response.clicked());
        let pressed = pressed.map(|at| ((at.x - rect.left()) / rect.width()).clamp(0.0, 1.0));
        let to = match pressed {
            Some(share) => Some((f64::from(share) * frames as f64) as u64),
            None if response.has_focus() => keys(ui, response.id, now, frames),
            None => None,
        };
        if let Some(to) = to {
            self.go(open, to);
            if playing.is_some() {
                view.send(Command::Shelf(ShelfWish::Play(to)));
            }
        }
        let space = response.has_focus() && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Press::Space));
        if space {
            view.send(Command::Shelf(self.toggle(view, open)));
        }
        response.on_hover_text(spoken);
    }

    fn frame(&self, open: &OpenTake) -> u64 {
        self.at.as_ref().filter(|(folder, _)| *folder == open.take.folder).map_or(0, |(_, frame)| *frame)
    }

    fn go(&mut self, open: &OpenTake, frame: u64) {
        self.at = Some((open.take.folder.clone(), frame));
    }
}

/// The frame of this take that is heard.
fn heard(view: &View<'_>, open: &OpenTake) -> Option<u64> {
    let heard = view.snapshot.shelf.heard.as_ref();
    heard.filter(|heard| heard.folder == open.take.folder).map(|heard| heard.frame)
}

/// Where the arrow keys, Home and End go.
fn keys(ui: &Ui, wave: Id, now: u64, frames: u64) -> Option<u64> {
    let arrows = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(wave, arrows));
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
    match &open.overview {
        Some(overview) => sound(painter, view, body, overview),
        None => waiting(painter, view, body, open),
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
    }
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

/// Why there is nothing to be seen yet.
fn waiting(painter: &Painter, view: &View<'_>, body: Rect, open: &OpenTake) {
    let theme = view.theme;
    let words = if open.take.is_open() {
        view.word(key::SHELF_NOT_ENDED)
    } else {
        view.say(key::SHELF_READING, &[("percent", (open.read * 100.0).floor().into())])
    };
    let font = theme.font(theme.letters.small, Weight::Regular);
    painter.text(body.center(), Align2::CENTER_CENTER, words, font, theme.ink[2]);
}
