//! The window itself: it lends each panel its place, hears the shortcuts, and asks before a show is ended.

use std::sync::Arc;
use std::time::Duration;

use egui::{Context, Event, Key, Rect, Ui, UiBuilder, ViewportCommand, pos2};
use korero_sentences::Language;

use crate::desk::StripId;
use crate::desk::address::ChannelName;
use crate::session::command::{Command, SceneWish, SetUpWish};
use crate::session::shelf::ShelfWish;
use crate::session::snapshot::{AirState, RecordingState, Snapshot};
use crate::session::surfaces::SurfaceWish;

use super::action::Action;
use super::farewell::{Farewell, Step};
use super::hand::Hand;
use super::meters::Meters;
use super::panels::guard::Guard;
use super::panels::{
    self, Open, air, channel, destinations, faults, mix, next, night, scenes, scribble, setup, strip, strips,
    surfaces, takes, target, top,
};
use super::theme::{Mode, Theme, corner};
use super::view::View;
use super::{Link, fonts};

/// The picture is drawn this often where drawing is cheap, and half as often where it is not (software rendering).
const REPAINT: Duration = Duration::from_millis(16);
const REPAINT_DEAR: Duration = Duration::from_millis(33);
/// A picture that took longer than this, in seconds, is dear.
const DEAR: f32 = 0.008;

/// The window: what it shows comes from the link, what it keeps is only how it looks.
pub struct Window {
    link: Link,
    theme: Theme,
    language: Language,
    hand: Hand,
    meters: Meters,
    strips: strips::Strips,
    channel: channel::ChannelPanel,
    scenes: scenes::ScenesPanel,
    setup: setup::SetUpPanel,
    takes: takes::TakesPanel,
    /// The panel that is open below the strips.
    opened: Option<Open>,
    /// The channel whose sound the session was asked to look at.
    looked_at: Option<ChannelName>,
    /// The control surfaces were open at the last look.
    saw_surfaces: bool,
    /// At the last look something was typed or a list was open: what Escape is for then.
    busy: bool,
    /// What the keyboard asked for while something was typed.
    after_typing: Option<Action>,
    guards: [Guard; 13],
    farewell: Farewell,
}

impl Window {
    /// A window onto the show at the other end of `link`, dressed for `ctx`.
    #[must_use]
    pub fn new(ctx: &Context, link: Link) -> Self {
        ctx.set_fonts(fonts::definitions());
        let mode = match ctx.system_theme() {
            Some(egui::Theme::Light) => Mode::Light,
            _ => Mode::Dark,
        };
        let window = Self {
            language: link.language,
            link,
            theme: Theme::of(mode, false),
            hand: Hand::default(),
            meters: Meters::default(),
            strips: strips::Strips::default(),
            channel: channel::ChannelPanel::default(),
            scenes: scenes::ScenesPanel::default(),
            setup: setup::SetUpPanel::default(),
            takes: takes::TakesPanel::default(),
            opened: None,
            looked_at: None,
            saw_surfaces: false,
            busy: false,
            after_typing: None,
            guards: Default::default(),
            farewell: Farewell::default(),
        };
        window.dress(ctx);
        window
    }

    fn dress(&self, ctx: &Context) {
        let egui_theme = if self.theme.mode == Mode::Light { egui::Theme::Light } else { egui::Theme::Dark };
        ctx.set_theme(egui_theme);
        ctx.set_style_of(egui_theme, self.theme.style());
    }

    fn look(&mut self, ctx: &Context, looks: &top::Looks) {
        if let Some(language) = looks.language {
            self.language = language;
            self.send(Command::Speak(language.tag().to_owned()));
        }
        if looks.mode.is_some() || looks.still.is_some() {
            let (mode, still) = (looks.mode.unwrap_or(self.theme.mode), looks.still.unwrap_or(self.theme.still));
            self.theme = Theme::of(mode, still);
            self.dress(ctx);
        }
    }

    fn shortcuts(&mut self, ctx: &Context, snapshot: &Snapshot) {
        let pressed = |action: Action| action.newly_pressed(ctx);
        if pressed(Action::LookAgain) {
            self.send(Command::RefreshDevices);
        }
        if pressed(Action::ForgetClips) {
            self.meters.forget_clips();
        }
        if pressed(Action::AddStrip) && snapshot.desk.strips.len() < crate::limits::MAX_STRIPS {
            self.send(Command::AddStrip(strips::next_input(&snapshot.desk, strips::inputs(snapshot))));
        }
        self.edits(ctx, snapshot);
        self.open_by_key(ctx);
        let next = Mode::ALL[(Mode::ALL.iter().position(|m| *m == self.theme.mode).unwrap_or(0) + 1) % Mode::ALL.len()];
        let looks = top::Looks {
            mode: pressed(Action::NextColours).then_some(next),
            still: pressed(Action::Still).then_some(!self.theme.still),
            language: None,
        };
        self.look(ctx, &looks);
    }

    /// Undo, redo, copy, paste and the next scene. While something is typed, the keys of undo and of the clipboard are for that.
    fn edits(&mut self, ctx: &Context, snapshot: &Snapshot) {
        if self.asked_for(ctx, Action::NextScene) && next::in_time(ctx) {
            self.send(Command::Scene(SceneWish::Next));
        }
        if ctx.text_edit_focused() {
            return;
        }
        // Held down they go on, as in every editor.
        let pressed = |action: Action| ctx.input_mut(|i| i.consume_shortcut(&action.shortcut()));
        // With Shift first: without it the keys are the same.
        if pressed(Action::Redo) {
            self.send(Command::Redo);
        }
        if pressed(Action::Undo) {
            self.send(Command::Undo);
        }
        let clipboard = |wanted: fn(&Event) -> bool| ctx.input(|i| i.events.iter().any(wanted));
        let Some(strip) = self.aimed_at(ctx, snapshot) else { return };
        if clipboard(|event| matches!(event, Event::Copy)) {
            // A paste only comes while the clipboard holds words.
            ctx.copy_text(snapshot.desk.strip(&strip).map(|strip| strip.name.clone()).unwrap_or_default());
            self.send(Command::CopyStrip(strip));
        } else if clipboard(|event| matches!(event, Event::Paste(_))) {
            self.send(Command::PasteStrip(strip));
        }
    }

    /// The strip that copy and paste mean: whose name the keyboard holds, else whose panel is open, else the chosen one.
    fn aimed_at(&self, ctx: &Context, snapshot: &Snapshot) -> Option<StripId> {
        let focused = ctx.memory(egui::Memory::focused);
        let held = snapshot.desk.strips.iter().find(|strip| focused == Some(scribble::place(&strip.id)));
        let open = match &self.opened {
            Some(Open::Channel(ChannelName::Strip(id))) => Some(id),
            _ => None,
        };
        held.map(|strip| &strip.id).or(open).or_else(|| self.strips.chosen()).cloned()
    }

    /// Whether the keys of an action were pressed. What is being typed is taken first, so the action waits for the next
    /// picture then.
    fn asked_for(&mut self, ctx: &Context, action: Action) -> bool {
        let waited = self.after_typing.take_if(|waiting| *waiting == action).is_some();
        let pressed = action.newly_pressed(ctx);
        if pressed && ctx.text_edit_focused() {
            ctx.memory_mut(|memory| memory.focused().into_iter().for_each(|field| memory.surrender_focus(field)));
            self.after_typing = Some(action);
            ctx.request_repaint();
            return false;
        }
        pressed || waited
    }

    fn open_by_key(&mut self, ctx: &Context) {
        for (action, panel) in [
            (Action::Scenes, Open::Scenes),
            (Action::SetUp, Open::SetUp),
            (Action::Takes, Open::Takes),
            (Action::Destinations, Open::Destinations),
            (Action::Night, Open::Night),
            (Action::Surfaces, Open::Surfaces),
        ] {
            if !self.asked_for(ctx, action) {
                continue;
            }
            if self.opened.as_ref() == Some(&panel) {
                panels::close(ctx, &mut self.opened);
            } else {
                panels::open(ctx, &mut self.opened, panel, None);
            }
        }
    }

    /// Asks for a closer look at the channel whose panel is open, and for the assistant to rest when nobody looks at it.
    fn follow_panel(&mut self, snapshot: &Snapshot) {
        let looks_at = match &self.opened {
            Some(Open::Channel(name)) => Some(name.clone()),
            _ => None,
        };
        if looks_at != self.looked_at {
            self.looked_at.clone_from(&looks_at);
            self.send(Command::LookAt(looks_at));
        }
        if snapshot.set_up.listening && self.opened != Some(Open::SetUp) {
            self.send(Command::SetUp(SetUpWish::Stop));
        }
        // Which devices there are is looked up when somebody wants to see it.
        let surfaces = self.opened == Some(Open::Surfaces);
        if surfaces && !std::mem::replace(&mut self.saw_surfaces, surfaces) {
            self.send(Command::Surface(SurfaceWish::Look));
        }
        self.saw_surfaces = surfaces;
        // What is heard can only be stopped where it is seen.
        if snapshot.shelf.heard.is_some() && self.opened != Some(Open::Takes) {
            self.send(Command::Shelf(ShelfWish::Silence));
        }
    }

    /// Closes the panel of a channel that is gone, and of any when Escape is for nothing else.
    fn close_panel(&mut self, ctx: &Context, snapshot: &Snapshot) {
        if matches!(&self.opened, Some(Open::Channel(name)) if name.of(&snapshot.desk).is_none()) {
            self.opened = None;
        }
        if self.opened.is_some() && !self.busy && ctx.input(|i| i.key_pressed(Key::Escape)) {
            panels::close(ctx, &mut self.opened);
        }
    }

    fn send(&self, command: Command) {
        // When the show has already ended nobody listens, and nothing is to be done.
        let _ = self.link.commands.send(command);
    }

    /// Every panel in its place, in the order of the Tab key: interface, strips, the open panel, mix, air, faults.
    fn panels(&mut self, ui: &mut Ui, snapshot: &Snapshot, now: f64) -> top::Looks {
        let Self { link, theme, language, hand, meters, strips, guards, channel, scenes, setup, takes, opened, .. } =
            self;
        let places = Places::of(ui.max_rect(), theme, opened.is_some());
        let (theme, language) = (&*theme, *language);
        let readings = &*link.readings.load();
        let commands = &link.commands;
        let mut view = View { theme, language, snapshot, hand, meters, readings, commands, opened, now };
        let mut looks = top::Looks::default();
        let [
            on_top,
            in_strips,
            in_channel,
            in_scenes,
            in_setup,
            in_takes,
            in_destinations,
            in_night,
            in_surfaces,
            in_mix,
            on_air,
            in_target,
            in_faults,
        ] = guards;
        ui.painter().rect_filled(places.top, corner(0.0), theme.surface[1]);
        ui.painter().rect_filled(places.side, corner(0.0), theme.surface[1]);
        let top = places.top.shrink2(egui::vec2(theme.space.l, theme.space.s));
        place(ui, "top", top, |ui| on_top.show(ui, theme, language, |ui| looks = top::show(ui, &mut view)));
        place(ui, "strips", places.strips, |ui| {
            in_strips.show(ui, theme, language, |ui| strips.show(ui, &mut view));
        });
        place(ui, "panel", places.panel, |ui| match view.opened.clone() {
            Some(Open::Channel(name)) => {
                in_channel.show(ui, theme, language, |ui| channel.show(ui, &mut view, &name));
            }
            Some(Open::Scenes) => in_scenes.show(ui, theme, language, |ui| scenes.show(ui, &mut view)),
            Some(Open::SetUp) => in_setup.show(ui, theme, language, |ui| setup.show(ui, &mut view)),
            Some(Open::Takes) => in_takes.show(ui, theme, language, |ui| takes.show(ui, &mut view)),
            Some(Open::Destinations) => {
                in_destinations.show(ui, theme, language, |ui| destinations::show(ui, &mut view));
            }
            Some(Open::Night) => in_night.show(ui, theme, language, |ui| night::show(ui, &mut view)),
            Some(Open::Surfaces) => in_surfaces.show(ui, theme, language, |ui| surfaces::show(ui, &mut view)),
            None => {}
        });
        place(ui, "mix", places.mix, |ui| in_mix.show(ui, theme, language, |ui| mix::show(ui, &mut view)));
        place(ui, "air", places.side.shrink(theme.space.l), |ui| {
            ui.spacing_mut().item_spacing.y = theme.space.m;
            on_air.show(ui, theme, language, |ui| air::show(ui, &mut view));
            in_target.show(ui, theme, language, |ui| target::show(ui, &mut view));
            in_faults.show(ui, theme, language, |ui| faults::show(ui, &view));
        });
        looks
    }

    /// Asks before a show is ended, and waits for its files to be finished.
    fn leave(&mut self, ctx: &Context, snapshot: &Snapshot, now: f64) {
        let busy = snapshot.air != AirState::Off || snapshot.recording != RecordingState::Off;
        let asked = ctx.input(|i| i.viewport().close_requested());
        let step = self.farewell.step(ctx, &self.theme, self.language, (asked, busy, snapshot.ended), now);
        match step {
            Step::Stay => {}
            Step::KeepOpen => ctx.send_viewport_cmd(ViewportCommand::CancelClose),
            Step::End => {
                self.send(Command::Quit);
                ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            }
            Step::Close => ctx.send_viewport_cmd(ViewportCommand::Close),
        }
    }
}

impl eframe::App for Window {
    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        let now = ctx.input(|i| i.time);
        let snapshot: Arc<Snapshot> = self.link.snapshot.load_full();
        self.hand.settle(&snapshot.desk, now);
        self.meters.look(&self.link.levels, &snapshot.desk, now);
        self.shortcuts(&ctx, &snapshot);
        self.close_panel(&ctx, &snapshot);
        ui.painter().rect_filled(ui.max_rect(), corner(0.0), self.theme.surface[0]);
        let looks = self.panels(ui, &snapshot, now);
        self.look(&ctx, &looks);
        self.follow_panel(&snapshot);
        self.leave(&ctx, &snapshot, now);
        self.busy = ctx.text_edit_focused() || ctx.any_popup_open();
        let dear = frame.info().cpu_usage.is_some_and(|seconds| seconds > DEAR);
        ctx.request_repaint_after(if dear { REPAINT_DEAR } else { REPAINT });
    }
}

/// Where the panels stand.
struct Places {
    top: Rect,
    strips: Rect,
    /// The open panel, under the strips.
    panel: Rect,
    mix: Rect,
    side: Rect,
}

impl Places {
    fn of(whole: Rect, theme: &Theme, open: bool) -> Self {
        let gap = theme.space.s;
        let under = whole.top() + theme.space.bar;
        let side = whole.right() - theme.space.air;
        let mix = side - gap - theme.space.mix;
        let left = Rect::from_min_max(pos2(whole.left() + gap, under + gap), pos2(mix - gap, whole.bottom() - gap));
        // With a scroll bar below them.
        let least = strip::short_height(theme) + gap * 2.0;
        let height = if open { channel::height(theme).min(left.height() - gap - least) } else { 0.0 };
        let between = left.bottom() - if open { height + gap } else { 0.0 };
        Self {
            top: Rect::from_min_max(whole.min, pos2(whole.right(), under)),
            strips: left.with_max_y(between),
            panel: left.with_min_y(left.bottom() - height),
            mix: Rect::from_min_max(pos2(mix, under + gap), pos2(side - gap, whole.bottom() - gap)),
            side: Rect::from_min_max(pos2(side, under), whole.max),
        }
    }
}

fn place(ui: &mut Ui, salt: &str, rect: Rect, add: impl FnOnce(&mut Ui)) {
    ui.scope_builder(UiBuilder::new().id_salt(salt).max_rect(rect), |ui| {
        ui.set_clip_rect(ui.clip_rect().intersect(rect.expand(2.0)));
        add(ui);
    });
}
