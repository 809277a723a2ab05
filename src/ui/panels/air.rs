//! Live and recording: two keys whose state is a word, a shape and a colour, and what an artist asks while playing:
//! how long, how much disk, how many listen, where.

use std::time::Duration;

use egui::{
    Align2, Color32, Context, Id, Painter, Rect, Response, Role, Sense, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};
use korero_sentences::key;

use crate::session::command::Command;
use crate::session::snapshot::{AirState, RecordingState};
use crate::ui::action::Action;
use crate::ui::reading;
use crate::ui::theme::{Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::field::Field;
use crate::ui::widgets::hold_key::{PRESSES, held};
use crate::ui::widgets::key::KeyCap;
use crate::ui::widgets::{figures, paint_within, ring};

use super::{caption, how, next, night, since, way};

/// The longest folder that is taken, characters.
const MAX_PATH: usize = 1_024;

/// Shows live, recording, the next scene, listeners.
pub(crate) fn show(ui: &mut Ui, view: &mut View<'_>) {
    ui.spacing_mut().item_spacing.y = view.theme.space.s;
    live(ui, view, Size::Side);
    record(ui, view, Size::Side);
    next::show(ui, view);
    what(ui, view);
    listeners(ui, view);
    way::show(ui, view);
    night::keys(ui, view);
}

/// How large the keys of the air are.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Size {
    /// Beside the desk.
    Side,
    /// So high in the air view, px, for somebody who stands three metres away.
    Stage(f32),
}

impl Size {
    /// How high a key is that beside the desk is so high.
    fn height(self, side: f32) -> f32 {
        match self {
            Self::Side => side,
            Self::Stage(height) => height,
        }
    }
}

/// How a big key looks in one state.
struct Face {
    word: String,
    /// Beside the word: the running time, or how to press.
    beside: String,
    /// Time runs: large figures.
    running: bool,
    size: Size,
    filled: bool,
    edge: Color32,
    pill: bool,
    part: f32,
    lamp: f32,
}

/// The key that brings the show on air and, held again, takes it off.
pub(crate) fn live(ui: &mut Ui, view: &View<'_>, size: Size) {
    let theme = view.theme;
    let height = size.height(theme.space.xxxl + theme.space.xl);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    // Whatever lies on the space bar ends no show, however long.
    let focused = if view.airing() { &PRESSES[1..] } else { &PRESSES[..] };
    let hold = held(ui, &response, (Action::Live.shortcut(ui.ctx()), focused), theme.hold_seconds());
    let pulse = theme.pulse(view.now);
    let hold_hint = view.word(key::WINDOW_HOLD);
    let (word, beside, filled, edge, lamp) = match &view.snapshot.air {
        AirState::Off => (key::WINDOW_GO_LIVE, hold_hint, false, theme.line, 0.0),
        AirState::Connecting => (key::WINDOW_CONNECTING, String::new(), false, theme.live, pulse),
        AirState::On { length, .. } => (key::WINDOW_LIVE, reading::clock(*length), true, theme.live, pulse),
        AirState::Reconnecting => (key::WINDOW_RECONNECTING, String::new(), false, theme.live, pulse),
        AirState::Refused => (key::WINDOW_REFUSED, String::new(), false, theme.caution, 0.0),
    };
    let (word, running) = (view.word(word), filled);
    let face = Face { word, beside, running, size, filled, edge, pill: true, part: hold.part, lamp };
    let spoken = spoken(view, &face, if view.airing() { key::WINDOW_LIVE_STOP } else { key::WINDOW_LIVE_START });
    response.widget_info(|| WidgetInfo::selected(Role::Button, ui.is_enabled(), view.airing(), &spoken));
    paint(&ui.painter_at(rect.expand(theme.space.xs)), view, rect, &face, &response);
    if hold.done {
        view.send(if view.airing() { Command::LeaveAir } else { Command::GoOnAir });
    }
    tell(ui, response, hold.done, || view.tip(Action::Live, ui.ctx()));
}

/// The key that records and, held, stops recording; on air that is refused, and no hold begins to look as if it were not.
pub(crate) fn record(ui: &mut Ui, view: &View<'_>, size: Size) {
    let theme = view.theme;
    let height = size.height(theme.space.xxxl + theme.space.m);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let hold = held(ui, &response, (Action::Record.shortcut(ui.ctx()), &PRESSES), theme.hold_seconds());
    let (word, beside, filled) = match &view.snapshot.recording {
        RecordingState::Off => (key::WINDOW_RECORD, String::new(), false),
        RecordingState::On { length, .. } => (key::WINDOW_REC, reading::clock(*length), true),
    };
    let kept = filled && view.airing();
    let part = if filled && !kept { hold.part } else { 0.0 };
    let edge = if filled { theme.live } else { theme.line };
    let lamp = if filled { 1.0 } else { 0.0 };
    let (word, running) = (view.word(word), filled);
    let face = Face { word, beside, running, size, filled: false, edge, pill: false, part, lamp };
    let does = match (filled, kept) {
        (false, _) => key::WINDOW_RECORD_START,
        (true, false) => key::WINDOW_RECORD_STOP,
        (true, true) => key::WINDOW_RECORD_KEPT,
    };
    let spoken = spoken(view, &face, does);
    response.widget_info(|| WidgetInfo::selected(Role::Button, ui.is_enabled() && !kept, filled, &spoken));
    paint(&ui.painter_at(rect.expand(theme.space.xs)), view, rect, &face, &response);
    // Starting is a press: nothing can be lost by it. Stopping is a hold.
    let pressed = response.clicked() || (ui.is_enabled() && Action::Record.newly_pressed(ui.ctx()));
    // One press does one thing: what started, or was held on air, does not become the hold that stops, nor the hold that
    // stopped, while it is still down and repeats, a new start.
    let spent = Id::unique("record key spent");
    let asked = match (filled, pressed, hold.done) {
        _ if ui.data(|data| data.get_temp::<bool>(spent)).unwrap_or(false) => None,
        (false, true, _) => Some(Command::StartRecording),
        (true, _, true) if !kept => Some(Command::StopRecording),
        _ => None,
    };
    let done = asked.is_some();
    if let Some(command) = asked {
        view.send(command);
    }
    if done || (kept && hold.down) {
        ui.data_mut(|data| data.insert_temp(spent, true));
    }
    if !hold.down {
        ui.data_mut(|data| data.remove::<bool>(spent));
    }
    let tip = || if kept { view.word(key::WINDOW_RECORD_KEPT_TIP) } else { view.tip(Action::Record, ui.ctx()) };
    tell(ui, response, done, tip);
}

/// Says what a key does, but never over what it has just changed: not before the mouse was elsewhere. A mouse of which
/// nothing is known is nowhere: some systems lose sight of it for a moment when its button goes up.
fn tell(ui: &Ui, response: Response, done: bool, tip: impl FnOnce() -> String) {
    let quiet = response.id.with("quiet");
    let elsewhere = ui.input(|i| i.pointer.latest_pos()).is_some_and(|at| !response.rect.contains(at));
    if done {
        ui.data_mut(|data| data.insert_temp(quiet, true));
    } else if elsewhere {
        ui.data_mut(|data| data.remove::<bool>(quiet));
    }
    if !ui.data(|data| data.get_temp::<bool>(quiet)).unwrap_or(false) {
        response.on_hover_text(tip());
    }
}

/// The state, and what holding the key does.
fn spoken(view: &View<'_>, face: &Face, does: korero_sentences::Key) -> String {
    let state = if face.running { format!("{} {}", face.word, face.beside) } else { face.word.clone() };
    view.say(does, &[("state", state.into())])
}

fn paint(painter: &Painter, view: &View<'_>, rect: Rect, face: &Face, response: &Response) {
    let theme = view.theme;
    let radius = if face.pill { rect.height() / 2.0 } else { theme.radius.m };
    let fill = if face.filled { theme.live } else { theme.surface[3] };
    let thick = theme.space.hair * if face.edge == theme.line { 1.0 } else { 2.0 };
    painter.rect(rect, corner(radius), fill, egui::Stroke::new(thick, face.edge), StrokeKind::Inside);
    if face.part > 0.0 {
        let reached = rect.left() + rect.width() * face.part;
        let veil = if face.filled { theme.surface[0] } else { theme.live };
        let clip = Rect::from_min_max(rect.min, pos2(reached, rect.bottom()));
        painter.with_clip_rect(clip).rect_filled(rect, corner(radius), veil.gamma_multiply(0.45));
    }
    let ink = if face.filled { theme.onfill } else { theme.ink[0] };
    lamp(painter, view, pos2(rect.left() + theme.space.xxl, rect.center().y), face);
    words(painter, view, rect, face, ink);
    if response.has_focus() {
        ring(painter, theme, rect, radius);
    }
}

/// The word at the left, what stands beside it at the right, both as large as there is room for.
fn words(painter: &Painter, view: &View<'_>, rect: Rect, face: &Face, ink: Color32) {
    let theme = view.theme;
    let start = pos2(rect.left() + theme.space.xxxl + theme.space.xs, rect.center().y);
    let end = pos2(rect.right() - theme.space.xl, rect.center().y);
    let letters = theme.letters;
    let stage = face.size != Size::Side;
    if !face.running {
        let (word, beside) = if stage { (letters.big, letters.lead) } else { (letters.title, letters.small) };
        painter.text(start, Align2::LEFT_CENTER, &face.word, theme.font(word, Weight::SemiBold), ink);
        let small = theme.font(beside, Weight::Regular);
        painter.text(end, Align2::RIGHT_CENTER, &face.beside, small, theme.ink[1]);
        return;
    }
    let largest = if face.pill { letters.big } else { letters.title };
    let sizes = [(letters.title, largest), (letters.title, letters.title), (letters.lead, letters.lead)];
    let on_stage = [(letters.big, letters.huge), (letters.title, letters.huge), (letters.title, letters.big)];
    let mut sizes = on_stage.into_iter().filter(|_| stage).chain(sizes);
    let fits = |(word, time): &(f32, f32)| {
        let font = theme.font(*word, Weight::SemiBold);
        let used = painter.layout_no_wrap(face.word.clone(), font, ink).size().x;
        // As it is painted: no second is larger than another.
        used + figures::width(painter, &face.beside, &theme.font(*time, Weight::Medium)) + theme.space.m
            <= end.x - start.x
    };
    let (word, time) = sizes.find(fits).unwrap_or((letters.body, letters.lead));
    painter.text(start, Align2::LEFT_CENTER, &face.word, theme.font(word, Weight::SemiBold), ink);
    figures::paint(painter, end, Align2::RIGHT_CENTER, &face.beside, &theme.font(time, Weight::Medium), ink);
}

/// Live wears a ring around a dot, recording a disc: told apart without colour. Hollow while off.
fn lamp(painter: &Painter, view: &View<'_>, at: egui::Pos2, face: &Face) {
    let theme = view.theme;
    let radius = if face.size != Size::Side { theme.space.m } else { theme.space.s + theme.space.hair };
    let ink = match (face.filled, face.lamp > 0.0) {
        (true, _) => theme.onfill,
        (false, true) => theme.live,
        (false, false) => theme.ink[2],
    };
    let stroke = egui::Stroke::new(theme.space.hair * 2.0, ink);
    if face.pill {
        painter.circle_stroke(at, radius, stroke);
        let dot = radius * (0.3 + 0.3 * face.lamp);
        painter.circle_filled(at, dot, ink.gamma_multiply(0.45 + 0.55 * face.lamp));
    } else if face.lamp > 0.0 {
        painter.circle_filled(at, radius, ink);
    } else {
        painter.circle_stroke(at, radius, stroke);
    }
}

/// What is recorded, and how long the disk lasts.
fn what(ui: &mut Ui, view: &View<'_>) {
    let mut record = view.snapshot.record.clone();
    ui.add_enabled_ui(!view.recording(), |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = view.theme.space.xs;
            let reason = view.word(key::WINDOW_RECORD_LOCKED);
            let first = ui.checkbox(&mut record.mix, view.word(key::WINDOW_RECORD_MIX)).on_disabled_hover_text(&reason);
            // A box stands nearer to its own words than to those before it.
            ui.add_space(view.theme.space.s);
            let second =
                ui.checkbox(&mut record.inputs, view.word(key::WINDOW_RECORD_INPUTS)).on_disabled_hover_text(&reason);
            let changed = how::show(ui, view, &mut record);
            if changed || first.changed() || second.changed() {
                view.send(Command::RecordWhat(Box::new(record)));
            }
        });
    });
    match &view.snapshot.recording {
        RecordingState::On { disk_left, .. } => mark(ui, view, *disk_left),
        RecordingState::Off => {
            if view.snapshot.finishing {
                caption(ui, view.theme, view.word(key::WINDOW_RECORD_FINISHING));
            }
            since::show(ui, view);
            folder(ui, view);
        }
    }
}

/// The key for a mark; beside it how long the disk lasts, or where it is while that is unknown.
fn mark(ui: &mut Ui, view: &View<'_>, disk_left: Option<Duration>) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = view.theme.space.s;
        let key = ui.button(view.word(Action::Mark.label())).on_hover_text(view.tip(Action::Mark, ui.ctx()));
        if key.clicked() {
            view.send(Command::Mark(None));
        }
        let folder = || view.snapshot.record_folder.display().to_string();
        caption(ui, view.theme, disk_left.map_or_else(folder, |left| disk_words(view, left)));
    });
}

/// Where recordings go.
fn folder(ui: &mut Ui, view: &View<'_>) {
    let field = Field {
        id: Id::unique("recording folder"),
        name: &view.word(key::WINDOW_RECORD_FOLDER),
        text: &view.snapshot.record_folder.display().to_string(),
        hint: &view.word(key::WINDOW_RECORD_FOLDER),
        width: ui.available_width(),
        secret: false,
        limit: MAX_PATH,
    };
    if let (_, Some(folder)) = field.show(ui) {
        view.send(Command::RecordInto(folder.trim().into()));
    }
}

fn disk_words(view: &View<'_>, left: Duration) -> String {
    view.say(key::WINDOW_DISK_LEFT, &[("length", reading::left(left, view.language).into())])
}

fn listeners(ui: &mut Ui, view: &View<'_>) {
    let theme = view.theme;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), theme.space.touch), Sense::hover());
    let count = view.snapshot.listeners;
    let number = count.map(|count| count.to_string()).unwrap_or_default();
    let words = match count {
        Some(count) => view.say(key::WINDOW_LISTENERS, &[("count", count.into())]),
        None => view.word(key::WINDOW_LISTENERS_UNKNOWN),
    };
    let spoken = format!("{number} {words}").trim().to_owned();
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &spoken));
    let painter = ui.painter();
    let font = theme.font(theme.letters.big, Weight::SemiBold);
    let used = figures::paint(painter, rect.left_center(), Align2::LEFT_CENTER, &number, &font, theme.ink[0]);
    let after = if count.is_some() { theme.space.s } else { 0.0 };
    let line = rect.center().y + theme.space.xs;
    let at = pos2(used.right() + after, line);
    let font = theme.font(theme.letters.body, Weight::Regular);
    let wide = painter.layout_no_wrap(words.clone(), font.clone(), theme.ink[1]).size().x;
    paint_within(painter, (at, Align2::LEFT_CENTER), words, (font, theme.ink[1]), rect.right() - at.x);
    sent(painter, view, pos2(rect.right(), line), rect.right() - at.x - wide - theme.space.s);
    response.on_hover_text(spoken);
    link(ui, view);
}

/// What is sent, where there is room for it beside how many listen: it stands at each place as well.
fn sent(painter: &Painter, view: &View<'_>, at: egui::Pos2, room: f32) {
    let AirState::On { bitrate, .. } = view.snapshot.air else { return };
    let kbps = (f64::from(bitrate) / 1_000.0).round().to_string();
    let words = view.say(key::WINDOW_SENT, &[("kbps", kbps.into())]);
    let font = view.theme.font(view.theme.letters.tiny, Weight::Regular);
    if bitrate > 0 && figures::width(painter, &words, &font) <= room {
        figures::paint(painter, at, Align2::RIGHT_CENTER, &words, &font, view.theme.ink[2]);
    }
}

fn link(ui: &mut Ui, view: &View<'_>) {
    let theme = view.theme;
    let Some(url) = view.snapshot.listen_url.clone() else {
        caption(ui, theme, view.word(key::WINDOW_NO_LINK));
        return;
    };
    ui.horizontal(|ui| {
        let width = theme.space.strip;
        // Where to go, without how: the name of the artist at its end is what is read.
        let place = url.split_once("://").map_or(url.as_str(), |(_, place)| place);
        let words =
            egui::RichText::new(place).font(theme.font(theme.letters.small, Weight::Medium)).color(theme.ink[1]);
        let room = vec2(ui.available_width() - width - theme.space.s, theme.space.hit);
        ui.allocate_ui_with_layout(room, egui::Layout::left_to_right(egui::Align::Center), |ui| {
            ui.set_width(room.x);
            ui.add(egui::Label::new(words).truncate());
        });
        let name = view.word(Action::CopyLink.label());
        let at: Option<f64> = ui.data(|data| data.get_temp(copied()));
        let fresh = at.is_some_and(|at| view.now - at < 2.0);
        let word = view.word(if fresh { key::WINDOW_COPIED } else { key::WINDOW_COPY });
        let key = KeyCap { name: &name, word: &word, on: None, fill: theme.ember, size: vec2(width, theme.space.hit) };
        let response = key.show(ui, theme).on_hover_text(view.tip(Action::CopyLink, ui.ctx()));
        if response.clicked() {
            copy_link(ui.ctx(), url);
        }
    });
}

/// Puts the listeners' link where the next paste takes it from.
pub(crate) fn copy_link(ctx: &Context, url: String) {
    let now = ctx.input(|i| i.time);
    ctx.copy_text(url);
    ctx.data_mut(|data| data.insert_temp(copied(), now));
}

/// When the link was copied.
fn copied() -> Id {
    Id::unique("link copied")
}
