//! The panel of one channel: everything that can be set on it, in groups in the order of the sound.

use egui::{Align2, Id, Rect, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2};
use korero_sentences::key;

use crate::desk::address::ChannelName;
use crate::ui::theme::{Theme, Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::key::KeyCap;

use super::plan::{self, Plan};
use super::{flow, group};

/// What the panel remembers from picture to picture.
#[derive(Default)]
pub(crate) struct ChannelPanel {
    /// What the keyboard held at the last look.
    focused: Option<Id>,
}

/// Set while the panel was opened by the keyboard and has not taken it yet.
pub(crate) fn entered() -> Id {
    Id::unique("the keyboard enters the channel panel")
}

/// The height with which two rows of groups are seen at once.
pub(crate) fn height(theme: &Theme) -> f32 {
    head_height(theme) + plan::height(theme) * 2.0 + theme.space.s * 3.0
}

fn head_height(theme: &Theme) -> f32 {
    theme.space.hit + theme.space.s * 2.0
}

impl ChannelPanel {
    /// Shows the panel of the open channel in the whole of `ui`.
    pub(crate) fn show(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        let Some(name) = view.opened.clone() else { return };
        let theme = view.theme;
        let whole = ui.max_rect();
        // It has its place from the picture after the one that opened it.
        if whole.height() < head_height(theme) {
            return;
        }
        ui.painter().rect_filled(whole, corner(theme.radius.m), theme.surface[1]);
        let (head, body) = whole.split_top_bottom_at_y(whole.top() + head_height(theme));
        header(ui, view, &name, head.shrink(theme.space.s));
        let inner = Rect::from_min_max(
            pos2(body.left() + theme.space.s, body.top()),
            body.max - vec2(theme.space.xs, theme.space.s),
        );
        ui.scope_builder(UiBuilder::new().id_salt("groups").max_rect(inner), |ui| {
            let scroll = ScrollArea::vertical().id_salt(name.to_string()).auto_shrink([false, false]);
            scroll.show(ui, |ui| self.groups(ui, view, &name));
        });
    }

    fn groups(&mut self, ui: &mut Ui, view: &mut View<'_>, name: &ChannelName) {
        let gap = view.theme.space.s;
        let width = ui.available_width();
        let groups = group::all(name.role());
        let plans: Vec<Plan> = groups.iter().map(|group| Plan::of(ui, view, name, *group, width)).collect();
        let sizes: Vec<_> = plans.iter().map(|plan| plan.size).collect();
        let (places, height) = flow::rows(&sizes, width, gap);
        let (whole, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        for ((group, plan), place) in groups.iter().zip(&plans).zip(places) {
            let rect = place.translate(whole.min.to_vec2());
            let builder = UiBuilder::new().id_salt(format!("{group:?}")).max_rect(rect);
            ui.scope_builder(builder, |ui| group.show(ui, view, name, plan));
        }
        self.follow(ui, whole);
    }

    /// Brings into view what the keyboard comes to.
    fn follow(&mut self, ui: &Ui, whole: Rect) {
        let focused = ui.memory(egui::Memory::focused);
        let holder = focused.filter(|_| focused != self.focused).and_then(|id| ui.ctx().read_response(id));
        if let Some(holder) = holder.filter(|holder| whole.contains(holder.rect.center())) {
            let around = ui.spacing().interact_size.y;
            ui.scroll_to_rect(holder.rect.expand(around), None);
        }
        self.focused = focused;
    }
}

/// The channel's name, and the key that closes the panel.
fn header(ui: &mut Ui, view: &mut View<'_>, name: &ChannelName, rect: Rect) {
    let theme = view.theme;
    let shown = view.name(name);
    let font = theme.font(theme.letters.body, Weight::SemiBold);
    let hue = match name {
        ChannelName::Strip(id) => view.snapshot.desk.strip(id).map(|strip| theme.hue(strip.hue)),
        _ => None,
    };
    let ink = if hue.is_some() { theme.onfill } else { theme.ink[0] };
    let galley = ui.painter().layout_no_wrap(shown.clone(), font, ink);
    let chip = Rect::from_min_size(rect.min, vec2(galley.size().x + theme.space.l, rect.height()));
    let room = rect.with_max_x(rect.right() - theme.space.strip - theme.space.s);
    let painter = ui.painter_at(room);
    painter.rect_filled(chip.intersect(room), corner(theme.radius.s), hue.unwrap_or(theme.surface[3]));
    let at = Align2::LEFT_CENTER.anchor_size(chip.left_center() + vec2(theme.space.s, 0.0), galley.size());
    painter.galley(at.min, galley, ink);
    let place = Rect::from_min_max(pos2(rect.right() - theme.space.strip, rect.top()), rect.max);
    let key = KeyCap {
        name: &view.say(key::PANEL_CLOSE, &[("channel", shown.into())]),
        word: &view.word(key::PANEL_CLOSE_KEY),
        on: None,
        fill: theme.ember,
        size: place.size(),
    };
    let response = ui.scope_builder(UiBuilder::new().id_salt("close").max_rect(place), |ui| key.show(ui, theme)).inner;
    if ui.data_mut(|data| data.remove_temp::<bool>(entered())).unwrap_or(false) {
        response.request_focus();
    }
    if response.on_hover_text(format!("{} (Esc)", key.name)).clicked() {
        super::close(ui.ctx(), view.opened);
    }
}
