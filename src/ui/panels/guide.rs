//! The guide through the first minute, in the place of the strips: one step at a time, with a sentence, what can be done, and
//! one key that always stands at the same place and goes on.

mod ahead;
mod interface;
mod level;
mod parts;
mod place;
mod play;
mod rail;
mod ready;
mod welcome;

use egui::{Align, Context, Id, Layout, Rect, ScrollArea, Ui, UiBuilder, vec2};
use korero_sentences::{Key, key};

use crate::session::command::Command;
use crate::session::guide::Step;
use crate::session::snapshot::{AirState, Snapshot};
use crate::ui::view::View;

use super::setup::SetUpPanel;
use super::top::Looks;
use parts::{cap, title, words};

/// What the guide remembers from picture to picture.
#[derive(Default)]
pub(crate) struct GuidePanel {
    /// The step that was shown last.
    entered: Option<Step>,
    /// The assistant was asked to listen in this visit.
    listened: bool,
    /// It was shown in the last picture, and is no more.
    left: bool,
}

impl GuidePanel {
    /// Shows a step in the whole of `ui`; gives what the person changed about the window.
    pub(crate) fn show(&mut self, ui: &mut Ui, view: &mut View<'_>, step: Step, setup: &mut SetUpPanel) -> Looks {
        let space = view.theme.space;
        self.enter(ui.ctx(), step);
        let inner = parts::ground(ui, view);
        let (top, rest) = inner.split_top_bottom_at_y(inner.top() + rail::height(view));
        let (body, foot) = rest.split_top_bottom_at_y(rest.bottom() - space.touch);
        rail::show(ui, view, step, top);
        let body = Rect::from_min_max(body.min + vec2(0.0, space.xl), body.max - vec2(0.0, space.l));
        let builder = UiBuilder::new().id_salt(("step of the guide", step.at())).max_rect(body);
        let looks = ui.scope_builder(builder, |ui| self.step(ui, view, step, setup)).inner;
        self.foot(ui, view, step, setup, foot);
        looks
    }

    /// A step that is come to begins anew; the keyboard goes to the key that leads on, unless it is somewhere already.
    fn enter(&mut self, ctx: &Context, step: Step) {
        if self.entered.replace(step) != Some(step) {
            self.listened = false;
            if ctx.memory(|memory| memory.focused().is_none()) {
                ctx.memory_mut(|memory| memory.request_focus(ahead::place()));
            }
        }
    }

    /// Where nobody is led, everything begins anew for the next time. The keyboard goes on at the `first` strip, unless it is
    /// somewhere already: what held it in the guide is only gone a picture later, and without it the next Tab would begin far away.
    pub(crate) fn leave(&mut self, ctx: &Context, first: Option<Id>) {
        let before = std::mem::take(self);
        self.left = before.entered.is_some();
        if before.left
            && let Some(first) = first
            && ctx.memory(|memory| memory.focused().is_none())
        {
            ctx.memory_mut(|memory| memory.request_focus(first));
        }
    }

    fn step(&mut self, ui: &mut Ui, view: &mut View<'_>, step: Step, setup: &mut SetUpPanel) -> Looks {
        let (name, lead) = sentences(step);
        ui.spacing_mut().item_spacing.y = view.theme.space.s;
        title(ui, view, view.word(name));
        words(ui, view, &view.word(lead), false);
        ui.add_space(view.theme.space.m);
        let mut looks = Looks::default();
        ScrollArea::vertical().id_salt("body of the step").auto_shrink([false, false]).show(ui, |ui| match step {
            Step::Welcome => looks = welcome::show(ui, view),
            Step::Interface => interface::show(ui, view),
            Step::Play => play::show(ui, view, setup, &mut self.listened),
            Step::Level => level::show(ui, view),
            Step::Place => place::show(ui, view),
            Step::Ready => ready::show(ui, view),
        });
        looks
    }

    /// Back and out at the left, on at the right.
    fn foot(&self, ui: &mut Ui, view: &mut View<'_>, step: Step, setup: &mut SetUpPanel, rect: Rect) {
        let ahead = ahead::of(view, step);
        let builder = UiBuilder::new().id_salt("foot").max_rect(rect).layout(Layout::left_to_right(Align::Center));
        let others = ui.scope_builder(builder, |ui| {
            ui.spacing_mut().item_spacing.x = view.theme.space.s;
            if let Some(before) = step.before()
                && cap(ui, view, key::GUIDE_BACK, None).clicked()
            {
                view.send(Command::Guide(Some(before)));
            }
            let leave = cap(ui, view, key::GUIDE_LEAVE, None).on_hover_text(view.word(key::GUIDE_LEAVE_TIP));
            if leave.clicked() {
                view.send(Command::Guide(None));
            }
        });
        // Where there is little room the key gives way: it covers none of the others.
        let free = others.response.rect.right() + view.theme.space.m;
        let key = rect.with_min_x((rect.right() - ahead::width(view)).max(free));
        if ahead.show(ui, view, key) {
            if ahead.takes {
                setup.take_only(view);
            }
            view.send(Command::Guide(step.next()));
        }
    }
}

/// What a step is called above what it says.
fn sentences(step: Step) -> (Key, Key) {
    match step {
        Step::Welcome => (key::GUIDE_WELCOME_TITLE, key::GUIDE_WELCOME_LEAD),
        Step::Interface => (key::GUIDE_INTERFACE_TITLE, key::GUIDE_INTERFACE_LEAD),
        Step::Play => (key::GUIDE_PLAY_TITLE, key::GUIDE_PLAY_LEAD),
        Step::Level => (key::GUIDE_LEVEL_TITLE, key::GUIDE_LEVEL_LEAD),
        Step::Place => (key::GUIDE_PLACE_TITLE, key::GUIDE_PLACE_LEAD),
        Step::Ready => (key::GUIDE_READY_TITLE, key::GUIDE_READY_LEAD),
    }
}

/// The step that is shown: none on air, where nobody needs it.
pub(crate) fn shown(now: &Snapshot) -> Option<Step> {
    now.guide.filter(|_| now.air == AirState::Off)
}

/// Names something of a step for egui.
fn id(of: &str) -> Id {
    Id::unique(("guide", of))
}
