//! The panel of one channel: everything that can be set on it, in groups in the order of the sound.

use egui::style::ScrollAnimation;
use egui::{Align, Id, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, vec2};
use korero_sentences::key;

use crate::desk::address::ChannelName;
use crate::desk::channel::Section;
use crate::ui::theme::{Theme, corner};
use crate::ui::view::View;
use crate::ui::widgets::key::{KeyCap, fitting};
use crate::ui::widgets::wheel;

use super::plan::{self, Plan};
use super::taken::Taken;
use super::{compare, flow, group, head, preset};

/// How long the group that the panel was opened at is marked, in seconds.
const AIMED: f64 = 3.0;

/// What the panel remembers from picture to picture.
#[derive(Default)]
pub(crate) struct ChannelPanel {
    /// What the keyboard held at the last look.
    focused: Option<Id>,
    /// Where it was opened, and when, in seconds.
    aim: Option<(ChannelName, Section, f64)>,
    /// It has the whole height.
    large: bool,
    taken: Taken,
}

/// The height with which two rows of groups are seen at once.
pub(crate) fn height(theme: &Theme) -> f32 {
    head::height(theme) + plan::height(theme) * 2.0 + theme.space.s * 3.0
}

impl ChannelPanel {
    /// Shows the panel of that channel in the whole of `ui`.
    pub(crate) fn show(&mut self, ui: &mut Ui, view: &mut View<'_>, name: &ChannelName) {
        let strip = match name {
            ChannelName::Strip(id) => view.snapshot.desk.strip(id).cloned(),
            _ => None,
        };
        let title = view.name(name);
        // Presets stand in the head where they find room there, else above the groups.
        let mut outside = strip.clone();
        let shown = head::show(ui, view, (&title, strip.as_ref()), |ui, view| {
            self.size_key(ui, view, &title);
            compare::show(ui, view, name);
            if let Some(strip) = outside.take_if(|_| preset::least_width(ui, view) <= ui.available_width()) {
                preset::show(ui, view, &strip);
            }
        });
        self.taken.look(view, name);
        let Some(inner) = shown else { return };
        ui.scope_builder(UiBuilder::new().id_salt("groups").max_rect(inner), |ui| {
            let scroll = ScrollArea::vertical().id_salt(name.to_string()).auto_shrink([false, false]);
            let output = scroll.show(ui, |ui| {
                if let Some(strip) = &outside {
                    ui.horizontal(|ui| preset::show(ui, view, strip));
                }
                self.groups(ui, view, name);
            });
            wheel::follow(ui.ctx(), output.id, output.state.clamped_offset());
        });
    }

    /// Whether it has the whole height, and the strips are not seen.
    pub(crate) fn is_large(&self) -> bool {
        self.large
    }

    fn size_key(&mut self, ui: &mut Ui, view: &View<'_>, title: &str) {
        let theme = view.theme;
        ui.spacing_mut().item_spacing.x = theme.space.xs;
        let named = [("channel", title.into())];
        let name = view.say(key::FOCUS_LARGE, &named);
        let word = view.word(key::FOCUS_LARGE_KEY);
        let size = fitting(ui, theme, &word);
        let cap = KeyCap { name: &name, word: &word, on: Some(self.large), fill: theme.cool, size };
        if cap.show(ui, theme).on_hover_text(view.word(key::FOCUS_LARGE_TIP)).clicked() {
            self.large = !self.large;
        }
    }

    fn groups(&mut self, ui: &mut Ui, view: &mut View<'_>, name: &ChannelName) {
        let gap = view.theme.space.s;
        let width = ui.available_width();
        let groups = group::all(&view.snapshot.desk, name);
        let aim = super::take_aim(ui.ctx());
        if let Some(section) = aim {
            self.aim = Some((name.clone(), section, view.now));
        }
        let gaps = (gap, view.theme.space.xxxl);
        let (mut plans, mut sizes) = (Vec::with_capacity(groups.len()), Vec::with_capacity(groups.len()));
        for group in &groups {
            let before = flow::packed(&sizes, width, gaps).0.last().map_or(0.0, |place| place.right() + gap);
            let plan = Plan::of(ui, view, name, *group, (width, width - before, self.large));
            sizes.push(plan.size);
            plans.push(plan);
        }
        let (places, height) = flow::packed(&sizes, width, gaps);
        let (whole, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        for ((group, plan), place) in groups.iter().zip(&plans).zip(places) {
            let rect = place.translate(whole.min.to_vec2());
            let builder = UiBuilder::new().id_salt(format!("{group:?}")).max_rect(rect);
            ui.scope_builder(builder, |ui| group.show(ui, view, name, (plan, &self.taken)));
            let aimed = self.aim.as_ref().filter(|(channel, _, at)| channel == name && view.now - at < AIMED);
            if aimed.is_some_and(|(_, section, _)| group.is_for(*section)) {
                let edge = Stroke::new(view.theme.space.hair, view.theme.ember);
                ui.painter().rect_stroke(rect, corner(view.theme.radius.m), edge, StrokeKind::Inside);
                if aim.is_some() {
                    ui.scroll_to_rect_animation(rect, Some(Align::TOP), ScrollAnimation::none());
                }
            }
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
