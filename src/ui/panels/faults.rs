//! Faults as quiet cards: what happened and what is safe, then what to do; put away with one key.

use egui::accesskit::Live;
use egui::{Frame, Label, Margin, Pos2, Rect, RichText, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo};
use korero_sentences::key;

use crate::session::command::Command;
use crate::session::snapshot::ShownFault;
use crate::ui::action::Action;
use crate::ui::theme::{Weight, corner};
use crate::ui::view::View;

/// Shows the cards, newest first, in what room is left, with sentences and remedies in letters of these sizes; the room is
/// theirs alone, so nothing near a fader moves.
pub(crate) fn show(ui: &mut Ui, view: &View<'_>, (sentence, remedy): (f32, f32)) {
    ScrollArea::vertical().auto_shrink([false, true]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = view.theme.space.s;
        for fault in &view.snapshot.faults {
            ui.push_id(fault.id, |ui| card(ui, view, fault, (sentence, remedy)));
        }
    });
}

fn card(ui: &mut Ui, view: &View<'_>, shown: &ShownFault, (sentence, remedy): (f32, f32)) {
    let theme = view.theme;
    let frame = Frame::new()
        .fill(theme.surface[2])
        .stroke(theme.hairline())
        .corner_radius(corner(theme.radius.m))
        .inner_margin(Margin::same(theme.space.m as i8));
    let shown_card = frame.show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = theme.space.xs;
        ui.set_width(ui.available_width());
        let text = |words: String, size, weight, ink| {
            Label::new(RichText::new(words).font(theme.font(size, weight)).color(ink)).wrap()
        };
        ui.add(text(shown.fault.sentence(view.language), sentence, Weight::Medium, theme.ink[0]));
        ui.add(text(shown.fault.remedy(view.language), remedy, Weight::Regular, theme.ink[1]));
        ui.horizontal(|ui| {
            let word = RichText::new(view.word(Action::Dismiss.label()));
            let dismiss = ui.button(word.font(theme.font(remedy, Weight::Medium)));
            if dismiss.on_hover_text(view.tip(Action::Dismiss, ui.ctx())).clicked() {
                view.send(Command::DismissFault(shown.id));
            }
            if shown.times > 1 {
                let times = view.say(key::WINDOW_TIMES, &[("times", shown.times.into())]);
                ui.label(RichText::new(times).color(theme.ink[2]));
            }
        });
    });
    let edge = shown_card.response.rect;
    tell(ui, view, shown, edge.min);
    let bar = Rect::from_min_size(edge.min, egui::vec2(theme.space.xs, edge.height()));
    ui.painter().rect_filled(bar.shrink2(egui::vec2(0.0, theme.space.s)), corner(theme.radius.s), theme.caution);
}

/// A screen reader tells both when they come, in one breath, so that the remedy never comes before what happened: whoever
/// plays has no hand free to look for it.
fn tell(ui: &Ui, view: &View<'_>, shown: &ShownFault, at: Pos2) {
    let both = || format!("{} {}", shown.fault.sentence(view.language), shown.fault.remedy(view.language));
    // As small as anything that is there can be.
    let place = Rect::from_min_size(at, Vec2::splat(1.0));
    let response = ui.interact(place, ui.scope_id().with("told"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, both()));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_live(Live::Polite));
}
