//! What an artist glances at while playing: the mix, how loud it is, who listens, how long the disk lasts, what our own ear
//! hears.

use egui::{Align2, Color32, FontId, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use korero_sentences::key;

use crate::desk::address::ChannelName;
use crate::session::ear::EarState;
use crate::session::snapshot::RecordingState;
use crate::ui::naming;
use crate::ui::panels::{ear, loudness};
use crate::ui::reading;
use crate::ui::theme::Weight;
use crate::ui::view::View;
use crate::ui::widgets::{meter, paint_within};

use super::places::Places;

/// Shows the meter of the mix in the whole of `ui`.
pub(super) fn meter(ui: &mut Ui, view: &mut View<'_>) {
    let theme = view.theme;
    let whole = ui.max_rect();
    let numbers = whole.left() + theme.space.xl;
    let bars = whole.with_min_x(numbers + theme.space.xs);
    meter::numbers(ui.painter(), theme, bars, numbers);
    let names = (view.word(key::WINDOW_MIX_METER), view.word(key::WINDOW_MIX_CLIP));
    let shown = view.meters.of(&ChannelName::Mix).bars();
    if meter::show(ui, theme, bars, &shown, &names.0, &names.1) {
        view.meters.forget_clip(&ChannelName::Mix);
    }
}

/// Shows how loud the mix is, and the figures below it.
pub(super) fn show(ui: &mut Ui, view: &View<'_>, places: &Places) {
    loud(ui, view, places);
    let cells = [listeners(view), disk(view), heard(view)];
    let width = places.figures.width() / cells.len() as f32;
    for (n, cell) in cells.into_iter().enumerate() {
        let left = places.figures.left() + width * n as f32;
        let rect = Rect::from_min_size(pos2(left, places.figures.top()), vec2(width, places.figures.height()));
        cell.show(ui, view, (n, rect), places.low);
    }
}

/// The needle, and the one sentence that says what to do about it.
fn loud(ui: &Ui, view: &View<'_>, places: &Places) {
    let theme = view.theme;
    let rect = places.loudness;
    let short = view.snapshot.loudness.map_or(f32::NEG_INFINITY, |loudness| loudness.short_term);
    let (text, ink) = loudness::judged(view, short);
    let response = ui.interact(rect, ui.scope_id().with("loudness"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &text));
    let thick = theme.space.l;
    let scale = Rect::from_min_size(rect.min + vec2(0.0, theme.space.xs), vec2(rect.width(), thick));
    loudness::needle(ui, theme, scale, short);
    let largest = if places.low { theme.letters.lead } else { theme.letters.title };
    let font = fitting(ui, &text, [largest, theme.letters.lead, theme.letters.body], rect.width(), view);
    paint_within(ui.painter(), (rect.left_bottom(), Align2::LEFT_BOTTOM), text, (font, ink), rect.width());
}

/// The largest letters in which a text is no wider than that.
pub(super) fn fitting<const N: usize>(ui: &Ui, text: &str, sizes: [f32; N], width: f32, view: &View<'_>) -> FontId {
    let font = |size| view.theme.font(size, Weight::SemiBold);
    let wide = |size| ui.painter().layout_no_wrap(text.to_owned(), font(size), Color32::PLACEHOLDER).size().x;
    let fits = sizes.iter().copied().find(|size| wide(*size) <= width);
    font(fits.unwrap_or(sizes[N - 1]))
}

/// One figure: a quiet word above, large letters below.
struct Cell {
    caption: String,
    value: String,
    ink: Color32,
    spoken: String,
    mark: Option<ear::Mark>,
}

impl Cell {
    fn show(&self, ui: &Ui, view: &View<'_>, (n, rect): (usize, Rect), low: bool) {
        let theme = view.theme;
        let letters = theme.letters;
        let response = ui.interact(rect, ui.scope_id().with(("figure", n)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &self.spoken));
        let room = rect.width() - theme.space.l;
        let small = theme.font(if low { letters.small } else { letters.lead }, Weight::Regular);
        let at = (rect.left_top(), Align2::LEFT_TOP);
        paint_within(ui.painter(), at, self.caption.clone(), (small, theme.ink[1]), room);
        let radius = if low { theme.space.s } else { theme.space.m };
        let mut from = rect.left_bottom();
        let sizes =
            if low { [letters.title, letters.lead, letters.body] } else { [letters.big, letters.title, letters.lead] };
        // One line stands level with the others, however large it is.
        let middle = from.y - sizes[0] * 0.6;
        if let Some(mark) = self.mark {
            ear::paint(ui.painter(), theme, (pos2(from.x + radius, middle), radius), mark, self.ink);
            from.x += radius * 2.0 + theme.space.s;
        }
        let room = room - (from.x - rect.left());
        let font = fitting(ui, &self.value, sizes, room, view);
        let mut galley = ui.painter().layout_no_wrap(self.value.clone(), font, self.ink);
        if galley.size().x > room {
            // A sentence: in as many lines as it takes.
            let font = theme.font(if low { letters.tiny } else { letters.body }, Weight::Medium);
            galley = ui.painter().layout(self.value.clone(), font, self.ink, room);
        }
        let at = match galley.rows.len() {
            1 => Align2::LEFT_CENTER.anchor_size(pos2(from.x, middle), galley.size()),
            _ => Align2::LEFT_BOTTOM.anchor_size(from, galley.size()),
        };
        ui.painter().galley(at.min, galley, self.ink);
    }
}

fn listeners(view: &View<'_>) -> Cell {
    let ink = view.theme.ink[0];
    match view.snapshot.listeners {
        Some(count) => {
            let caption = view.say(key::WINDOW_LISTENERS, &[("count", count.into())]);
            let spoken = format!("{count} {caption}");
            Cell { spoken, caption: naming::title(&caption), value: count.to_string(), ink, mark: None }
        }
        None => {
            let caption = view.say(key::WINDOW_LISTENERS, &[("count", 0_u32.into())]);
            let spoken = view.word(key::WINDOW_LISTENERS_UNKNOWN);
            let caption = naming::title(&caption);
            Cell { spoken, caption, value: "–".to_owned(), ink: view.theme.ink[2], mark: None }
        }
    }
}

fn disk(view: &View<'_>) -> Cell {
    let caption = view.word(key::HANDS_DISK);
    let (value, ink) = match &view.snapshot.recording {
        RecordingState::On { disk_left: Some(left), .. } => (reading::left(*left, view.language), view.theme.ink[0]),
        RecordingState::On { .. } => ("–".to_owned(), view.theme.ink[2]),
        RecordingState::Off => (view.word(key::HANDS_DISK_OFF), view.theme.ink[2]),
    };
    Cell { spoken: format!("{caption}: {value}"), caption, value, ink, mark: None }
}

fn heard(view: &View<'_>) -> Cell {
    let caption = view.word(key::EAR_NAME);
    let (word, mark, ink) = ear::face(view);
    let waits = view.snapshot.ear == EarState::Off && view.snapshot.ear_on;
    let value = view.word(if waits { key::HANDS_EAR_WAITS } else { word });
    Cell { spoken: format!("{caption}: {value}"), caption, value, ink, mark: Some(mark) }
}
