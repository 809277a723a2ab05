//! The strips side by side, and the place where a new one comes.

use egui::containers::scroll_area::ScrollBarVisibility;
use egui::{Align, Id, Layout, Rect, ScrollArea, Sense, Ui, UiBuilder, Vec2, vec2};
use korero_sentences::key;

use crate::desk::address::ChannelName;
use crate::desk::{Desk, StripId, StripInput};
use crate::limits::MAX_STRIPS;
use crate::looks::{Layer, Looks};
use crate::session::command::Command;
use crate::session::snapshot::{DeviceState, Snapshot};
use crate::ui::action::Action;
use crate::ui::inputs::{self, Feeds};
use crate::ui::theme::{Theme, Weight};
use crate::ui::view::View;
use crate::ui::widgets::key::KeyCap;
use crate::ui::widgets::wheel;

use super::minimap::Row;
use super::selection::Selection;
use super::thumbnail::Thumbnails;
use super::{buses, foot, strip};

/// Which strip was touched last, which move together, and how all of them are shown.
#[derive(Default)]
pub(crate) struct Strips {
    chosen: Option<StripId>,
    /// What the keyboard held at the last look.
    focused: Option<Id>,
    selection: Selection,
    layer: Layer,
    narrow: bool,
    thumbnails: Thumbnails,
    /// From where the row is to be seen in the next picture, px.
    go: Option<f32>,
}

impl Strips {
    /// As they were left.
    pub(crate) fn of(looks: &Looks) -> Self {
        Self { layer: looks.layer, narrow: looks.narrow, ..Self::default() }
    }

    /// What their faders stand for, and whether they are as narrow as they can be.
    pub(crate) fn worn(&self) -> (Layer, bool) {
        (self.layer, self.narrow)
    }

    /// Shows them all.
    pub(crate) fn show(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        let desk = view.snapshot.desk.clone();
        if desk.strips.is_empty() {
            nothing_yet(ui, view);
            return;
        }
        self.selection.settle(&desk);
        self.thumbnails.settle(&desk);
        let whole = ui.max_rect();
        let above = whole.bottom() - foot::height(view.theme) - view.theme.space.s;
        let row =
            ui.scope_builder(UiBuilder::new().max_rect(whole.with_max_y(above)), |ui| self.row(ui, view, &desk)).inner;
        let below = whole.with_min_y(whole.bottom() - foot::height(view.theme));
        self.go = ui
            .scope_builder(UiBuilder::new().max_rect(below), |ui| {
                let (layer, narrow) = (&mut self.layer, &mut self.narrow);
                foot::Foot { layer, narrow, selection: &mut self.selection }.show(ui, view, &row)
            })
            .inner;
    }

    /// Shows strips and buses side by side; gives where they stand, and what of that is in sight.
    fn row(&mut self, ui: &mut Ui, view: &mut View<'_>, desk: &Desk) -> Row {
        let narrowest = if self.narrow { view.theme.space.compact } else { view.theme.space.strip };
        let width = strip_width(view.theme, ui.available_width(), desk.strips.len()).min(narrowest);
        // There is nothing above or below: every wheel goes along the row. Where it is scrolled to is seen in the foot.
        ui.style_mut().always_scroll_the_only_direction = true;
        let mut area = ScrollArea::horizontal().auto_shrink([false, false]);
        area = area.scroll_bar_visibility(ScrollBarVisibility::AlwaysHidden);
        if let Some(go) = self.go.take() {
            area = area.horizontal_scroll_offset(go);
        }
        let output = area.show(ui, |ui| {
            let height = ui.available_height();
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = view.theme.space.xs;
                let mut shown = self.strips(ui, view, desk, vec2(width, height));
                if desk.strips.len() < MAX_STRIPS {
                    add_key(ui, view, desk);
                }
                shown.extend(buses::show(ui, view, height));
                (ui.min_rect().left(), shown)
            })
            .inner
        });
        wheel::follow(ui.ctx(), output.id, output.state.clamped_offset());
        let (left, shown) = output.inner;
        let chips = shown.into_iter().map(|(name, rect)| (name, rect.left() - left..rect.right() - left)).collect();
        let from = output.state.clamped_offset().x;
        Row { chips, width: output.content_size.x, sight: from..from + output.inner_rect.width() }
    }

    fn strips(&mut self, ui: &mut Ui, view: &mut View<'_>, desk: &Desk, size: Vec2) -> Vec<(ChannelName, Rect)> {
        let mut shown = Vec::new();
        let feeds = &Feeds::of(view.snapshot);
        for (n, strip) in desk.strips.iter().enumerate() {
            let chosen = self.chosen.as_ref() == Some(&strip.id);
            let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
            let layout = Layout::top_down(Align::Center);
            let builder = UiBuilder::new().id_salt(&strip.id).max_rect(rect).layout(layout);
            let (selection, thumbnails) = (&mut self.selection, &mut self.thumbnails);
            let mut manner = strip::Manner { selection, thumbnails, feeds, layer: self.layer, chosen };
            let mut ui = ui.new_child(builder);
            if !ui.is_rect_visible(rect) {
                // Out of sight it is still reached by the keyboard and by a screen reader.
                ui.set_opacity(0.0);
            }
            if strip::show(&mut ui, view, (n + 1, strip), &mut manner) {
                self.chosen = Some(strip.id.clone());
            }
            self.follow(&ui, rect);
            shown.push((ChannelName::Strip(strip.id.clone()), rect));
        }
        self.focused = ui.memory(egui::Memory::focused);
        shown
    }

    /// Lets go of what is selected, else of a layer that is not the mix; `false` when there was neither.
    pub(crate) fn let_go(&mut self) -> bool {
        let (several, away) = (self.selection.count() > 0, self.layer != Layer::Mix);
        if several {
            self.selection.clear();
        } else {
            self.layer = Layer::Mix;
        }
        several || away
    }
}

impl Strips {
    /// The strip that was touched last.
    pub(crate) fn chosen(&self) -> Option<&StripId> {
        self.chosen.as_ref()
    }

    /// The least height of the strips with the line below them: what is seen above an open panel.
    pub(crate) fn least_height(theme: &Theme) -> f32 {
        strip::short_height(theme) + theme.space.s + foot::height(theme)
    }

    /// Brings the strip in `rect` into view when the keyboard comes to it.
    fn follow(&self, ui: &Ui, rect: Rect) {
        let focused = ui.memory(egui::Memory::focused);
        let holder = focused.filter(|_| focused != self.focused).and_then(|id| ui.ctx().read_response(id));
        if holder.is_some_and(|holder| rect.contains(holder.rect.center())) {
            ui.scroll_to_rect(rect, None);
        }
    }
}

/// Strips are 84 px wide, or down to 64 where that spares scrolling.
fn strip_width(theme: &Theme, available: f32, strips: usize) -> f32 {
    let each = ((available - theme.space.hit) / strips as f32 - theme.space.xs).floor();
    if each < theme.space.compact { theme.space.strip } else { each.min(theme.space.strip) }
}

fn add_key(ui: &mut Ui, view: &View<'_>, desk: &Desk) {
    let theme = view.theme;
    let name = view.word(Action::AddStrip.label());
    let key =
        KeyCap { name: &name, word: "+", on: None, fill: theme.ember, size: vec2(theme.space.hit, theme.space.touch) };
    let response = key.show(ui, theme);
    let response = response.on_hover_text(view.tip(Action::AddStrip, ui.ctx()));
    if response.clicked() {
        view.send(Command::AddStrip(next_input(desk, &inputs::offered(view.snapshot, false))));
    }
}

/// The first of the offered inputs that no strip has yet; the first of all when every one is taken.
pub(crate) fn next_input(desk: &Desk, offered: &[u8]) -> StripInput {
    let taken = |input: u8| {
        desk.strips.iter().any(|strip| match strip.input {
            StripInput::Mono(one) => one == input,
            StripInput::Stereo(left, right) => left == input || right == input,
        })
    };
    StripInput::Mono(offered.iter().copied().find(|input| !taken(*input)).unwrap_or(1))
}

/// Inputs that may be chosen: those of the interface, or those the desk names.
pub(crate) fn inputs(snapshot: &Snapshot) -> u8 {
    let needed = snapshot.desk.inputs_needed().max(2);
    match &snapshot.device {
        DeviceState::Running { inputs, .. } => needed.max(*inputs),
        _ => needed,
    }
}

fn nothing_yet(ui: &mut Ui, view: &View<'_>) {
    let theme = view.theme;
    let DeviceState::Running { inputs, .. } = view.snapshot.device else {
        message(ui, theme, &view.word(key::WINDOW_EMPTY), &view.word(key::WINDOW_EMPTY_HINT));
        return;
    };
    message(ui, theme, &view.word(key::WINDOW_EMPTY), &view.word(key::WINDOW_EMPTY_READY));
    ui.vertical_centered(|ui| {
        ui.add_space(theme.space.l);
        if ui.button(view.say(key::WINDOW_STRIP_EACH, &[("inputs", inputs.into())])).clicked() {
            let named = |input: u8| inputs::one(view.language, &view.snapshot.device, input);
            let desk = view.snapshot.desk.as_ref().clone();
            let mut whole = Desk { strips: Desk::for_inputs(inputs, named).strips, ..desk };
            whole.strips.retain(|strip| !inputs::is_loopback(&view.snapshot.device, strip.input.highest()));
            view.send(Command::ReplaceDesk(Box::new(whole)));
        }
    });
}

fn message(ui: &mut Ui, theme: &Theme, first: &str, then: &str) {
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() / 3.0);
        let lead = egui::RichText::new(first).font(theme.font(theme.letters.lead, Weight::SemiBold));
        ui.label(lead.color(theme.ink[0]));
        let hint = egui::RichText::new(then).font(theme.font(theme.letters.body, Weight::Regular));
        ui.label(hint.color(theme.ink[1]));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::Strip;
    use crate::ui::theme::Mode;

    #[test]
    fn a_new_strip_takes_the_first_free_input() {
        let strips = vec![Strip::new("a", StripInput::Stereo(1, 2)), Strip::new("b", StripInput::Mono(4))];
        let desk = Desk { strips, ..Desk::default() };
        assert_eq!(next_input(&desk, &[1, 2, 3, 4, 5]), StripInput::Mono(3));
        assert_eq!(next_input(&desk, &[1, 2, 4, 5]), StripInput::Mono(5));
        assert_eq!(next_input(&Desk::default(), &[]), StripInput::Mono(1));
    }

    #[test]
    fn eight_strips_fit_beside_mix_and_air_in_a_small_window() {
        let theme = Theme::of(Mode::Dark, false);
        let room = 1280.0 - theme.space.mix - theme.space.air - 4.0 * theme.space.s;
        assert_eq!(strip_width(&theme, room, 8), theme.space.strip);
        let ten = strip_width(&theme, room, 10);
        assert!((theme.space.compact..theme.space.strip).contains(&ten) && (ten + theme.space.xs) * 10.0 < room);
        assert_eq!(strip_width(&theme, room, 32), theme.space.strip);
    }
}
