//! What is measured of a channel: how loud it is, how its sides go together, and what its sound is made of.

use egui::{
    Align, Align2, Color32, Layout, Rect, Role, Sense, StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};
use korero_sentences::{Key, key};

use crate::desk::address::ChannelName;
use crate::metering::Reading;
use crate::session::command::Command;
use crate::ui::naming;
use crate::ui::reading;
use crate::ui::taper::FADER_FLOOR_DB;
use crate::ui::theme::{Theme, Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::figures;
use crate::ui::widgets::key::KeyCap;

use super::curve;
use super::plan::two_rows;

/// What listeners on the web expect, LUFS, and how far from it is still on it, LU.
pub(crate) const TARGET_LUFS: f32 = -16.0;
pub(crate) const ON_TARGET_LU: f32 = 1.0;
/// From the lowest to the highest loudness on the needle's scale, LUFS.
const SCALE_LUFS: (f32, f32) = (-40.0, 0.0);
/// A true peak above this is too much, dBTP.
const CEILING_DBTP: f32 = -1.0;

/// The room that the group takes.
pub(crate) fn size(theme: &Theme) -> Vec2 {
    let space = theme.space;
    let spectrum = space.strip * 2.0 + space.s;
    vec2(figures_width(theme) + spectrum + space.m + space.s * 2.0, two_rows(theme) + space.hit + space.l)
}

fn figures_width(theme: &Theme) -> f32 {
    theme.space.strip + theme.space.compact
}

/// Shows it in the whole of `ui`, below the title.
pub(crate) fn show(ui: &mut Ui, view: &View<'_>, name: &ChannelName) {
    let theme = view.theme;
    let space = theme.space;
    let reading = view.reading(name);
    let whole = ui.max_rect();
    let inner = Rect::from_min_max(
        pos2(whole.left() + space.s, whole.top() + space.hit + space.s),
        whole.max - Vec2::splat(space.s),
    );
    let (left, right) = inner.split_left_right_at_x(inner.left() + figures_width(theme));
    rows(ui, view, name, reading.as_ref(), left);
    let right = right.with_min_x(right.left() + space.m);
    if *name != ChannelName::Mix {
        spectrum(ui, view, name, reading.as_ref(), right);
        return;
    }
    let line = theme.letters.tiny + space.s;
    spectrum(ui, view, name, reading.as_ref(), right.with_max_y(right.bottom() - line - space.l));
    let short = reading.map_or(f32::NEG_INFINITY, |reading| reading.loudness.short_term);
    needle(
        ui,
        theme,
        Rect::from_min_size(pos2(right.left(), right.bottom() - line - space.m), vec2(right.width(), space.s)),
        short,
    );
    sentence(ui, view, right.with_min_y(right.bottom() - line), short);
    begin_anew(ui, view, whole);
}

/// One figure after the other: words at the left, figures at the right.
fn rows(ui: &Ui, view: &View<'_>, name: &ChannelName, reading: Option<&Reading>, rect: Rect) {
    let theme = view.theme;
    let shown = figures_of(theme, reading);
    let height = rect.height() / shown.len() as f32;
    for (n, Row { word, figure, unit, ink }) in shown.into_iter().enumerate() {
        let row = Rect::from_min_size(pos2(rect.left(), rect.top() + height * n as f32), vec2(rect.width(), height));
        let response = ui.interact(row, ui.scope_id().with(("figure", n)), Sense::hover());
        let what =
            naming::within(view.language, &view.snapshot.desk, name, &view.word(key::METER_TITLE), &view.word(word));
        let spoken = format!("{what}: {figure}{unit}");
        response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &spoken));
        let small = theme.font(theme.letters.tiny, Weight::Regular);
        ui.painter().text(row.left_center(), Align2::LEFT_CENTER, naming::title(&view.word(word)), small, theme.ink[2]);
        let font = theme.font(theme.letters.small, Weight::Medium);
        let figure = format!("{figure}{unit}");
        figures::paint(ui.painter(), row.right_center(), Align2::RIGHT_CENTER, &figure, &font, ink);
    }
}

/// One line of figures.
struct Row {
    word: Key,
    figure: String,
    unit: &'static str,
    ink: Color32,
}

fn figures_of(theme: &Theme, reading: Option<&Reading>) -> [Row; 6] {
    let row = |word, figure: Option<String>, unit, ink| Row {
        word,
        figure: figure.unwrap_or_else(|| "–".to_owned()),
        unit,
        ink,
    };
    let loudness = reading.map(|reading| reading.loudness);
    let lufs = |db: Option<f32>| db.map(reading::level);
    let peak = loudness.map(|loudness| loudness.true_peak_max[0].max(loudness.true_peak_max[1]));
    let over = peak.is_some_and(|peak| peak > CEILING_DBTP);
    // Silence has no sides, and before anything was heard there is no range.
    let heard = reading.filter(|reading| reading.loudness.momentary >= FADER_FLOOR_DB);
    let range = loudness.filter(|loudness| loudness.integrated.is_finite()).map(|loudness| loudness.range);
    let apart = heard.is_some_and(|reading| reading.correlation < 0.0);
    let plain = theme.ink[0];
    [
        row(key::METER_MOMENTARY, lufs(loudness.map(|l| l.momentary)), " LUFS", plain),
        row(key::METER_SHORT, lufs(loudness.map(|l| l.short_term)), " LUFS", plain),
        row(key::METER_INTEGRATED, lufs(loudness.map(|l| l.integrated)), " LUFS", plain),
        row(key::METER_RANGE, range.map(|range| format!("{range:.1}")), " LU", plain),
        row(key::METER_TRUE_PEAK, lufs(peak), " dBTP", if over { theme.over } else { plain }),
        row(
            key::METER_CORRELATION,
            heard.map(|reading| signed(reading.correlation)),
            "",
            if apart { theme.over } else { plain },
        ),
    ]
}

/// `+0.82`, `−0.10`.
fn signed(value: f32) -> String {
    let text = format!("{:.2}", value.abs());
    match text.as_str() {
        "0.00" => text,
        _ if value < 0.0 => format!("−{text}"),
        _ => format!("+{text}"),
    }
}

fn spectrum(ui: &Ui, view: &View<'_>, name: &ChannelName, reading: Option<&Reading>, rect: Rect) {
    curve::spectrum(ui.painter(), view.theme, rect, reading.map(|reading| &reading.spectrum));
    let response = ui.interact(rect, ui.scope_id().with("spectrum"), Sense::hover());
    let title = view.word(key::METER_TITLE);
    let spoken = naming::within(view.language, &view.snapshot.desk, name, &title, &view.word(key::METER_SPECTRUM));
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &spoken));
}

/// The loudness of the last seconds as a needle against the band that is aimed at.
pub(crate) fn needle(ui: &Ui, theme: &Theme, rect: Rect, short: f32) {
    let x = |lufs: f32| {
        let part = ((lufs - SCALE_LUFS.0) / (SCALE_LUFS.1 - SCALE_LUFS.0)).clamp(0.0, 1.0);
        rect.left() + rect.width() * part
    };
    let round = corner(theme.space.hair * 2.0);
    ui.painter().rect(rect, round, theme.surface[0], theme.hairline(), StrokeKind::Inside);
    let (low, high) = (x(TARGET_LUFS - ON_TARGET_LU), x(TARGET_LUFS + ON_TARGET_LU));
    ui.painter().rect_filled(Rect::from_x_y_ranges(low..=high, rect.y_range()), round, theme.good);
    if short.is_finite() {
        let stroke = egui::Stroke::new(theme.space.hair * 3.0, theme.ink[0]);
        ui.painter().vline(x(short), rect.expand(theme.space.hair * 2.0).y_range(), stroke);
    }
}

/// How the mix stands to what listeners expect, in words.
fn sentence(ui: &Ui, view: &View<'_>, rect: Rect, short: f32) {
    let theme = view.theme;
    let (text, ink) = judged(view, short);
    let response = ui.interact(rect, ui.scope_id().with("target"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &text));
    let font = theme.font(theme.letters.tiny, Weight::Medium);
    ui.painter_at(rect).text(rect.left_bottom(), Align2::LEFT_BOTTOM, &text, font, ink);
    response.on_hover_text(text);
}

/// What is to be said of a mix that was so loud during the last seconds, LUFS, and its colour.
pub(crate) fn judged(view: &View<'_>, short: f32) -> (String, Color32) {
    let theme = view.theme;
    let away = short - TARGET_LUFS;
    let by = [("by", format!("{:.0}", away.abs()).into()), ("target", format!("{:.0}", TARGET_LUFS.abs()).into())];
    let (key, ink) = match away {
        away if !away.is_finite() => (key::METER_SILENT, theme.ink[2]),
        away if away.abs() <= ON_TARGET_LU => (key::METER_ON_TARGET, theme.good),
        away if away > 0.0 => (key::METER_LOUDER, theme.caution),
        _ => (key::METER_SOFTER, theme.ink[1]),
    };
    (view.say(key, &by), ink)
}

/// The key that begins anew with what is measured since a beginning.
fn begin_anew(ui: &mut Ui, view: &View<'_>, whole: Rect) {
    let space = view.theme.space;
    let size = vec2(space.strip + space.l, space.hit);
    let place = Rect::from_min_size(pos2(whole.right() - space.s - size.x, whole.top() + space.xs), size);
    let builder = UiBuilder::new().id_salt("begin anew").max_rect(place).layout(Layout::top_down(Align::Center));
    let key = KeyCap {
        name: &view.word(key::METER_RESET_TIP),
        word: &view.word(key::METER_RESET),
        on: None,
        fill: view.theme.ember,
        size,
    };
    let response = ui.scope_builder(builder, |ui| key.show(ui, view.theme)).inner;
    if response.on_hover_text(key.name).clicked() {
        view.send(Command::ResetLoudness);
    }
}
