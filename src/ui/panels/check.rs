//! The check of the network at a destination: a key, how far it is, and what it found, in words.

use egui::{ProgressBar, RichText, Ui, vec2};
use korero_sentences::{Key, key};

use crate::check::Progress;
use crate::check::verdict::Verdict;
use crate::session::command::{CheckWish, Command};
use crate::session::snapshot::{CheckState, DestinationNow};
use crate::ui::theme::Weight;
use crate::ui::view::View;
use crate::ui::widgets::key::{KeyCap, least_width};

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
        let bar = ProgressBar::new(progress.part).desired_width(theme.space.strip).fill(theme.ember);
        ui.add(bar);
        words(ui, view, &progress.doing.sentence(view.language), false);
    });
}

fn done(ui: &mut Ui, view: &View<'_>, verdict: &Verdict) {
    words(ui, view, &verdict.sentence(view.language), true);
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
}

fn cap(ui: &mut Ui, view: &View<'_>, word: Key, name: &str, (tip, why_not): (Key, Key)) -> bool {
    let theme = view.theme;
    let word = view.word(word);
    let size = vec2(least_width(ui, theme, &word) + theme.space.l, theme.space.hit);
    let response = KeyCap { name, word: &word, on: None, fill: theme.ember, size }.show(ui, theme);
    response.on_hover_text(view.word(tip)).on_disabled_hover_text(view.word(why_not)).clicked()
}

fn words(ui: &mut Ui, view: &View<'_>, text: &str, strong: bool) {
    let theme = view.theme;
    let (weight, ink) = if strong { (Weight::SemiBold, theme.ink[0]) } else { (Weight::Regular, theme.ink[1]) };
    ui.label(RichText::new(text).font(theme.font(theme.letters.small, weight)).color(ink));
}
