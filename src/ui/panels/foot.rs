//! The line below the strips: what their faders stand for, how wide they are, how many move together, and the whole row in
//! small when not all of it is in sight.

use egui::accesskit::Live;
use egui::{Align, Layout, Ui, UiBuilder};
use korero_sentences::key;

use crate::looks::Layer;
use crate::ui::theme::Theme;
use crate::ui::view::View;
use crate::ui::widgets::key::{KeyCap, fitting};

use super::minimap::{self, Row};
use super::selection::Selection;

/// The height of the line.
pub(crate) fn height(theme: &Theme) -> f32 {
    theme.space.hit
}

/// What the line changes.
pub(crate) struct Foot<'a> {
    pub(crate) layer: &'a mut Layer,
    /// Strips are as narrow as they can be.
    pub(crate) narrow: &'a mut bool,
    pub(crate) selection: &'a mut Selection,
}

impl Foot<'_> {
    /// Shows the line in the whole of `ui`; gives from where the row is to be seen, px, when the person went there.
    pub(crate) fn show(&mut self, ui: &mut Ui, view: &View<'_>, row: &Row) -> Option<f32> {
        let theme = view.theme;
        let whole = ui.max_rect();
        let layout = Layout::left_to_right(Align::Center);
        let left = ui.scope_builder(UiBuilder::new().id_salt("foot").max_rect(whole).layout(layout), |ui| {
            ui.spacing_mut().item_spacing.x = theme.space.s;
            self.layer.choose(ui, view, theme.space.strip + theme.space.xxxl);
            if *self.layer != Layer::Mix {
                let tip = view.word(key::STRIPS_TO_MIX_TIP);
                if cap(ui, view, (key::STRIPS_TO_MIX, &view.word(key::STRIPS_TO_MIX)), Some(true))
                    .on_hover_text(tip)
                    .clicked()
                {
                    *self.layer = Layer::Mix;
                }
            }
            let tip = view.word(key::STRIPS_NARROW_TIP);
            if cap(ui, view, (key::STRIPS_NARROW, &tip), Some(*self.narrow)).on_hover_text(&tip).clicked() {
                *self.narrow = !*self.narrow;
            }
            self.together(ui, view);
            ui.min_rect().right()
        });
        let map = whole.with_min_x((left.inner + theme.space.s).min(whole.right()));
        let room = row.overflows() && map.width() >= theme.space.strip;
        room.then(|| minimap::show(ui, view, map, row)).flatten()
    }

    /// Told by screen readers as soon as it changes.
    fn together(&mut self, ui: &mut Ui, view: &View<'_>) {
        if self.selection.count() < 2 {
            return;
        }
        let theme = view.theme;
        let count = [("count", self.selection.count().into())];
        let word = view.say(key::STRIPS_TOGETHER, &count);
        let name = view.say(key::STRIPS_TOGETHER_NAMED, &count);
        let size = fitting(ui, theme, &word);
        let response = KeyCap { name: &name, word: &word, on: None, fill: theme.ember, size }.show(ui, theme);
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_live(Live::Polite));
        if response.on_hover_text(&name).clicked() {
            self.selection.clear();
        }
    }
}

fn cap(ui: &mut Ui, view: &View<'_>, (word, name): (korero_sentences::Key, &str), on: Option<bool>) -> egui::Response {
    let theme = view.theme;
    let word = view.word(word);
    let size = fitting(ui, theme, &word);
    KeyCap { name, word: &word, on, fill: theme.cool, size }.show(ui, theme)
}
