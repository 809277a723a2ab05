//! The night so far: what happened, newest first, with the time and how loud it was.

use egui::{Align2, Label, RichText, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, vec2};
use korero_sentences::key;

use crate::night::{Loud, Moment, What};
use crate::session::command::Command;
use crate::session::snapshot::{AirState, DestinationNow};
use crate::ui::action::Action;
use crate::ui::theme::Weight;
use crate::ui::view::View;
use crate::ui::widgets::figures;

use super::{Open, caption, head, open};

/// The most moments that are shown; the files have them all.
const SHOWN: usize = 200;
/// How many figures tell how loud it was.
const LEVELS: usize = 2;

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
            worth_showing(night).take(SHOWN).for_each(|moment| row(ui, view, moment));
        });
    });
}

/// Newest first. Of looks at a network with nothing between them, the latest is enough: an hour of them would hide the rest.
fn worth_showing(night: &[Moment]) -> impl Iterator<Item = &Moment> {
    let mut since = Vec::new();
    night.iter().rev().filter(move |moment| match &moment.what {
        What::Network { to, .. } if since.contains(to) => false,
        What::Network { to, .. } => {
            since.push(to.clone());
            true
        }
        _ => {
            since.clear();
            true
        }
    })
}

/// Whether our own ear heard anything else than the show.
fn ear_is_alarmed(word: &str) -> bool {
    let quiet = [key::EAR_OFF, key::EAR_NOWHERE, key::EAR_LISTENING, key::EAR_HEARD];
    !quiet.iter().any(|quiet| quiet.name() == word)
}

/// Time, what happened, how loud the mix was: columns that stand under each other.
fn row(ui: &mut Ui, view: &View<'_>, moment: &Moment) {
    let theme = view.theme;
    let ink = match moment.what {
        What::Trouble { .. }
        | What::Reconnecting { .. }
        | What::Refused { .. }
        | What::DeviceAway
        | What::Gap { .. } => theme.caution,
        What::Ear { ref word, .. } if ear_is_alarmed(word) => theme.caution,
        What::Network { .. } => theme.ink[2],
        _ => theme.ink[0],
    };
    let font = theme.font(theme.letters.small, Weight::Regular);
    let small = |text: String, ink| RichText::new(text).font(font.clone()).color(ink);
    ui.horizontal_top(|ui| {
        let line = theme.letters.small + theme.space.xs;
        let column = |ui: &mut Ui, width: f32, anchor: Align2, text: &str| {
            let (rect, response) = ui.allocate_exact_size(vec2(width, line), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
            figures::paint(ui.painter(), anchor.pos_in_rect(&rect), anchor, text, &font, theme.ink[2]);
        };
        column(ui, theme.space.compact, Align2::LEFT_CENTER, &moment.clock());
        let levels = moment.levels.as_ref().map(Loud::words);
        let room = ui.available_width() - LEVELS as f32 * (theme.space.strip + ui.spacing().item_spacing.x);
        ui.scope(|ui| {
            ui.set_width(room.max(theme.space.strip));
            ui.add(Label::new(small(moment.sentence(view.language), ink)).wrap());
        });
        for level in levels.iter().flatten() {
            column(ui, theme.space.strip, Align2::RIGHT_CENTER, level);
        }
    });
}

/// The key that opens the timeline, and beside it, while the way to the air is lost, the one that tries again at once.
pub(crate) fn keys(ui: &mut Ui, view: &mut View<'_>) {
    // Below each other where the words are long: a row that is too wide would push all below it out of the window.
    ui.horizontal_wrapped(|ui| {
        let opener = ui.button(view.word(Action::Night.label())).on_hover_text(view.tip(Action::Night, ui.ctx()));
        if opener.clicked() {
            open(ui.ctx(), view.opened, Open::Night, Some(&opener));
        }
        let lost = |one: &DestinationNow| !matches!(one.air, AirState::Off | AirState::On { .. });
        if !view.snapshot.destinations.iter().any(lost) {
            return;
        }
        let retry = ui.button(view.word(Action::Retry.label())).on_hover_text(view.tip(Action::Retry, ui.ctx()));
        if retry.clicked() {
            view.send(Command::Retry);
        }
    });
}
