//! The level check: how loud the mix is beside what listeners expect, by one press as loud as that, and who is too loud for the
//! interface.

use egui::{Align2, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use korero_sentences::key;

use crate::desk::Strip;
use crate::desk::address::{Address, ChannelName};
use crate::desk::history::Edit;
use crate::session::command::Command;
use crate::ui::panels::loudness::{self, TARGET_LUFS};
use crate::ui::reading;
use crate::ui::theme::Weight;
use crate::ui::view::View;
use crate::ui::widgets::figures;

use super::parts::{cap, words};

/// The most names of those who are too loud.
const MOST_NAMES: usize = 4;

/// Loudness of the last three seconds, LUFS; −∞ in silence.
fn short(view: &View<'_>) -> f32 {
    view.reading(&ChannelName::Mix).map_or(f32::NEG_INFINITY, |reading| reading.loudness.short_term)
}

/// Softer than this is a room in which nobody plays, LUFS.
const ROOM_LUFS: f32 = -40.0;

/// Whether somebody is heard in the mix.
pub(super) fn is_heard(view: &View<'_>) -> bool {
    short(view) > ROOM_LUFS
}

/// Shows the check.
pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let short = short(view);
    needle(ui, view, short);
    ui.horizontal(|ui| {
        bring(ui, view, short);
        if view.snapshot.undo == Some(Edit::Turn(Address::MIX_FADER)) && cap(ui, view, key::GUIDE_UNDO, None).clicked()
        {
            view.send(Command::Undo);
        }
    });
    ui.add_space(view.theme.space.s);
    clips(ui, view);
}

/// The figure, large, the needle, and the sentence that says the same.
fn needle(ui: &mut Ui, view: &View<'_>, short: f32) {
    let theme = view.theme;
    let space = theme.space;
    let width = ui.available_width() - space.s;
    let (sentence, ink) = loudness::judged(view, short);
    let figure = if short.is_finite() { reading::level(short) } else { "–".to_owned() };
    let (rect, response) = ui.allocate_exact_size(vec2(width, theme.letters.big + space.m), Sense::hover());
    let spoken = format!("{figure} LUFS: {sentence}");
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &spoken));
    let big = theme.font(theme.letters.big, Weight::SemiBold);
    let used = figures::paint(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, &figure, &big, theme.ink[0]);
    let body = theme.font(theme.letters.body, Weight::Regular);
    let unit = pos2(used.right() + space.s, rect.center().y + space.xs);
    ui.painter().text(unit, Align2::LEFT_CENTER, "LUFS", body.clone(), theme.ink[1]);
    ui.painter().text(pos2(rect.right(), unit.y), Align2::RIGHT_CENTER, sentence, body, ink);
    let (rect, _) = ui.allocate_exact_size(vec2(width, space.l + space.s), Sense::hover());
    loudness::needle(ui, theme, Rect::from_center_size(rect.center(), vec2(rect.width(), space.l)), short);
}

/// Turns the mix by what is missing.
fn bring(ui: &mut Ui, view: &mut View<'_>, short: f32) {
    let away = short - TARGET_LUFS;
    let target = format!("{:.0}", TARGET_LUFS.abs());
    let wanted = is_heard(view) && away.abs() > loudness::ON_TARGET_LU;
    let word = view.say(key::GUIDE_BRING, &[("target", target.into())]);
    let pressed = ui.add_enabled_ui(wanted, |ui| ui.button(word).clicked()).inner;
    if pressed {
        // A tenth of a decibel is what a person reads.
        let level = ((view.value(&Address::MIX_FADER) - away) * 10.0).round() / 10.0;
        view.turn(Address::MIX_FADER, level);
    }
}

/// Who was too loud for the interface: no fader helps there.
fn clips(ui: &mut Ui, view: &mut View<'_>) {
    let clipped = |strip: &&Strip| {
        let bars = view.meters.of(&ChannelName::Strip(strip.id.clone())).bars();
        bars.iter().any(|bar| bar.clipped)
    };
    let names: Vec<_> = view.snapshot.desk.strips.iter().filter(clipped).take(MOST_NAMES).collect();
    for strip in &names {
        words(ui, view, &view.say(key::GUIDE_CLIPS, &[("strip", strip.name.as_str().into())]), true);
    }
    if !names.is_empty() && cap(ui, view, key::GUIDE_CLIPS_AGAIN, None).clicked() {
        view.meters.forget_clips();
    }
}
