//! The check of the network at a destination: a key, how far it is, and what it found, in words.

use egui::{Color32, Frame, Label, Margin, ProgressBar, Rect, RichText, Sense, Shape, Stroke, Ui, vec2};
use korero_sentences::{Key, key};

use crate::check::Progress;
use crate::check::verdict::{Grade, Verdict};
use crate::session::command::{CheckWish, Command};
use crate::session::snapshot::{CheckState, DestinationNow};
use crate::ui::theme::{Theme, Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::key::{KeyCap, fitting};

use super::target;

/// Shows the key, and below it the check of this destination while there is one.
pub(crate) fn show(ui: &mut Ui, view: &View<'_>, one: &DestinationNow) {
    let check = view.snapshot.check.as_ref().filter(|check| check.id == one.what.id);
    match check.map(|check| &check.state) {
        None => begin(ui, view, one),
        Some(CheckState::Running(progress)) => running(ui, view, *progress),
        Some(CheckState::Done(verdict)) => done(ui, view, verdict),
    }
}

/// On air the key stands there and says why it does nothing.
fn begin(ui: &mut Ui, view: &View<'_>, one: &DestinationNow) {
    let name = view.say(key::CHECK_NAMED, &[("name", target::title(view, one).into())]);
    let can = !view.airing() && one.what.seems_ours();
    let why = if view.airing() { key::CHECK_NOT_ON_AIR } else { key::CHECK_ONLY_OURS };
    ui.add_enabled_ui(can, |ui| {
        if cap(ui, view, key::CHECK_BEGIN, &name, (key::CHECK_TIP, why)) {
            view.send(Command::Check(CheckWish::Begin(one.what.id)));
        }
    });
}

fn running(ui: &mut Ui, view: &View<'_>, progress: Progress) {
    let theme = view.theme;
    ui.horizontal(|ui| {
        if cap(ui, view, key::CHECK_STOP, &view.word(key::CHECK_STOP), (key::CHECK_TIP, key::CHECK_TIP)) {
            view.send(Command::Check(CheckWish::Stop));
        }
        let bar = ProgressBar::new(progress.part).desired_width(theme.space.chooser).desired_height(theme.space.s);
        ui.add(bar.fill(theme.ember).corner_radius(corner(theme.radius.s)));
        words(ui, view, &progress.doing.sentence(view.language), false);
    });
}

/// A card with an edge in the colour of what was found; its words say the same.
fn done(ui: &mut Ui, view: &View<'_>, verdict: &Verdict) {
    let theme = view.theme;
    let frame = Frame::new().fill(theme.surface[1]).corner_radius(corner(theme.radius.s));
    let shown = frame.inner_margin(Margin::same(theme.space.s as i8)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            grade(ui, view, verdict.grade());
            words(ui, view, &verdict.sentence(view.language), true);
        });
        let remedy = verdict.remedy(view.language);
        if !remedy.is_empty() {
            words(ui, view, &remedy, false);
        }
        ui.horizontal(|ui| {
            let take = key::CHECK_TAKE;
            if verdict.bitrate.is_some() && cap(ui, view, take, &view.word(take), (take, take)) {
                view.send(Command::Check(CheckWish::Take));
            }
            let away = key::CHECK_PUT_AWAY;
            if cap(ui, view, away, &view.word(away), (away, away)) {
                view.send(Command::Check(CheckWish::PutAway));
            }
        });
    });
    let edge = shown.response.rect;
    let bar = Rect::from_min_size(edge.min, vec2(theme.space.xs, edge.height()));
    ui.painter().rect_filled(bar, corner(theme.radius.s), ink(theme, verdict.grade()));
}

fn ink(theme: &Theme, grade: Grade) -> Color32 {
    match grade {
        Grade::Good => theme.good,
        Grade::Limited => theme.caution,
        Grade::None => theme.over,
    }
}

/// Told apart without colour: a disc when all is well, a triangle with limits, a bar where no show can go.
fn grade(ui: &mut Ui, view: &View<'_>, grade: Grade) {
    let theme = view.theme;
    let radius = theme.space.xs + theme.space.hair;
    let (rect, _) = ui.allocate_exact_size(vec2(radius * 2.0, radius * 2.0), Sense::hover());
    let (at, ink, painter) = (rect.center(), ink(theme, grade), ui.painter());
    match grade {
        Grade::Good => drop(painter.circle_filled(at, radius, ink)),
        Grade::Limited => {
            let corners = [vec2(0.0, -radius), vec2(radius, radius), vec2(-radius, radius)];
            let corners = corners.map(|corner| at + corner).to_vec();
            painter.add(Shape::convex_polygon(corners, ink, Stroke::NONE));
        }
        Grade::None => {
            let stroke = Stroke::new(theme.space.hair * 2.0, ink);
            painter.line_segment([at - vec2(radius, 0.0), at + vec2(radius, 0.0)], stroke);
        }
    }
}

fn cap(ui: &mut Ui, view: &View<'_>, word: Key, name: &str, (tip, why_not): (Key, Key)) -> bool {
    let theme = view.theme;
    let word = view.word(word);
    let size = fitting(ui, theme, &word);
    let response = KeyCap { name, word: &word, on: None, fill: theme.ember, size }.show(ui, theme);
    response.on_hover_text(view.word(tip)).on_disabled_hover_text(view.word(why_not)).clicked()
}

fn words(ui: &mut Ui, view: &View<'_>, text: &str, strong: bool) {
    let theme = view.theme;
    let (weight, ink) = if strong { (Weight::SemiBold, theme.ink[0]) } else { (Weight::Regular, theme.ink[1]) };
    ui.add(Label::new(RichText::new(text).font(theme.font(theme.letters.small, weight)).color(ink)).wrap());
}
