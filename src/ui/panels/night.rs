//! The night so far: what happened, newest first, with the time and how loud it was.

use egui::{Label, RichText, ScrollArea, Ui, UiBuilder};
use korero_sentences::key;

use crate::night::{Moment, What};
use crate::session::command::Command;
use crate::session::snapshot::{AirState, DestinationNow};
use crate::ui::action::Action;
use crate::ui::theme::Weight;
use crate::ui::view::View;

use super::{Open, caption, head, open};

/// The most moments that are shown; the files have them all.
const SHOWN: usize = 200;

/// Shows the timeline in the whole of `ui`.
pub(crate) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let title = view.word(Action::Night.label());
    let Some(inner) = head::show(ui, view, (&title, None), |_, _| {}) else { return };
    let night = &view.snapshot.night;
    ui.scope_builder(UiBuilder::new().id_salt("night").max_rect(inner), |ui| {
        if night.is_empty() {
            caption(ui, view.theme, view.word(key::NIGHT_EMPTY));
        }
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = view.theme.space.xs;
            night.iter().rev().take(SHOWN).for_each(|moment| row(ui, view, moment));
        });
    });
}

/// Time, what happened, level: three columns that a reader speaks as one line.
fn row(ui: &mut Ui, view: &View<'_>, moment: &Moment) {
    let theme = view.theme;
    let ink = match moment.what {
        What::Trouble { .. }
        | What::Reconnecting { .. }
        | What::Refused { .. }
        | What::DeviceAway
        | What::Gap { .. } => theme.caution,
        What::Network { .. } => theme.ink[2],
        _ => theme.ink[0],
    };
    let small =
        |text: String, ink| RichText::new(text).font(theme.font(theme.letters.small, Weight::Regular)).color(ink);
    ui.horizontal_top(|ui| {
        ui.add(Label::new(small(moment.clock(), theme.ink[2])));
        let level = moment.level();
        let room = ui.available_width() - theme.space.chooser;
        ui.scope(|ui| {
            ui.set_width(room.max(theme.space.strip));
            ui.add(Label::new(small(moment.sentence(view.language), ink)).wrap());
        });
        ui.add(Label::new(small(level, theme.ink[2])).truncate());
    });
}

/// The key that opens the timeline, and beside it, while the way to the air is lost, the one that tries again at once.
pub(crate) fn keys(ui: &mut Ui, view: &mut View<'_>) {
    ui.horizontal(|ui| {
        let opener = ui.button(view.word(Action::Night.label())).on_hover_text(view.tip(Action::Night, ui.ctx()));
        if opener.clicked() {
            open(ui.ctx(), view.opened, Open::Night, Some(&opener));
        }
        let lost = |one: &DestinationNow| !matches!(one.air, AirState::Off | AirState::On { .. });
        if !view.snapshot.destinations.iter().any(lost) {
            return;
        }
        let retry = ui.button(view.word(Action::Retry.label())).on_hover_text(view.tip(Action::Retry, ui.ctx()));
        if retry.clicked() || Action::Retry.newly_pressed(ui.ctx()) {
            view.send(Command::Retry);
        }
    });
}
