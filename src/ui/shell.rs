//! The window itself: it lends each panel its place, hears the shortcuts, and asks before a show is ended.

mod acting;
mod hidden;
mod looking;
mod pace;

use std::sync::Arc;

use egui::{Context, Key, Rect, Ui, UiBuilder, ViewportCommand, pos2};
use korero_sentences::Language;

use crate::looks::{Looks, Renderer};
use crate::session::command::{Command, SetUpWish, Sight};
use crate::session::guide::Step as Led;
use crate::session::shelf::ShelfWish;
use crate::session::snapshot::{AirState, DeviceState, RecordingState, Snapshot};
use crate::session::surfaces::SurfaceWish;

use super::action::Action;
use super::farewell::{Farewell, Step};
use super::hand::Hand;
use super::lock::Lock;
use super::meters::Meters;
use super::news::News;
use super::palette::Palette;
use super::panels::guard::Guard;
use super::panels::{
    self, Open, air, channel, destinations, faults, guide, keys, lock, mix, night, scenes, scribble, setup, strips,
    surfaces, takes, target, top,
};
use super::playing::{Playing, dressed, hold_still};
use super::theme::{Mode, Theme, corner};
use super::view::View;
use super::words::Words;
use super::{Link, fonts, heap};

/// The window: what it shows comes from the link, what it keeps is only how it looks.
pub struct Window {
    link: Link,
    theme: Theme,
    language: Language,
    words: Words,
    hand: Hand,
    meters: Meters,
    strips: strips::Strips,
    channel: channel::ChannelPanel,
    scenes: scenes::ScenesPanel,
    setup: setup::SetUpPanel,
    guide: guide::GuidePanel,
    takes: takes::TakesPanel,
    keys: keys::KeysPanel,
    playing: Playing,
    palette: Palette,
    lock: Lock,
    /// The show was told that the window is locked.
    lock_told: bool,
    news: News,
    /// How it looks, as it is kept for the next evening.
    looks: Looks,
    /// What draws it.
    drawn: Renderer,
    /// Where the window was to be opened, and where it was seen last.
    place: looking::Whereabouts,
    /// The panel that is open below the strips.
    opened: Option<Open>,
    /// The channel whose sound the session was asked to look at.
    looked_at: Sight,
    /// The control surfaces were open at the last look.
    saw_surfaces: bool,
    /// At the last look something was typed or a list was open: what Escape is for then.
    busy: bool,
    /// What the keyboard asked for while something was typed.
    after_typing: Option<Action>,
    guards: [Guard; 14],
    above: Above,
    farewell: Farewell,
    hidden: hidden::Hidden,
}

/// What catches a failure of what is no panel.
#[derive(Default)]
struct Above {
    palette: Guard,
    lock: lock::Guards,
    /// Everything together: a mistake outside of all panels.
    whole: Guard,
}

impl Window {
    /// A window onto the show at the other end of `link`, dressed for `ctx`.
    #[must_use]
    pub fn new(ctx: &Context, link: Link) -> Self {
        heap::keep();
        ctx.set_fonts(fonts::definitions());
        // Everything is made larger by our own keys, which are kept and bounded.
        ctx.options_mut(|options| {
            options.zoom_with_keyboard = false;
            // To look at every corner of what is kept as triangles costs more than the little that is out of sight.
            options.tessellation_options.coarse_tessellation_culling = false;
        });
        let now = link.snapshot.load_full();
        let looks = (*now.looks).clone();
        let mut window = Self {
            language: now.language.as_deref().map_or(link.language, Language::from_tag),
            link,
            theme: Theme::of(Mode::Dark, false),
            place: looking::Whereabouts::of(&looks),
            strips: strips::Strips::of(&looks),
            drawn: looks.renderer,
            looks,
            words: Words::default(),
            hand: Hand::default(),
            meters: Meters::default(),
            channel: channel::ChannelPanel::default(),
            scenes: scenes::ScenesPanel::default(),
            setup: setup::SetUpPanel::default(),
            guide: guide::GuidePanel::default(),
            takes: takes::TakesPanel::default(),
            keys: keys::KeysPanel::default(),
            playing: Playing::default(),
            palette: Palette::default(),
            lock: Lock::of(now.locked),
            lock_told: now.locked,
            news: News::default(),
            opened: None,
            looked_at: Sight::default(),
            saw_surfaces: false,
            busy: false,
            after_typing: None,
            guards: Default::default(),
            above: Above::default(),
            farewell: Farewell::default(),
            hidden: hidden::Hidden::default(),
        };
        window.dress(ctx);
        window
    }

    /// The same, drawn by that.
    #[must_use]
    pub(super) fn drawn_by(mut self, renderer: Renderer) -> Self {
        self.drawn = renderer;
        self
    }

    /// Asks for a closer look at what is seen, and at nothing else.
    fn see(&mut self, sight: Sight) {
        if sight != self.looked_at {
            self.looked_at.clone_from(&sight);
            self.send(Command::LookAt(sight));
        }
    }

    /// Asks for a closer look at the strips and the channel whose panel is open, and for the assistant to rest when nobody
    /// looks at it.
    fn follow_panel(&mut self, snapshot: &Snapshot) {
        let channel = match &self.opened {
            Some(Open::Channel(name)) => Some(name.clone()),
            _ => None,
        };
        let large = channel.is_some() && self.channel.is_large();
        let covered = large || self.looks.air_view || guide::shown(snapshot).is_some();
        // Without sound there is nothing to see, and what was seen last is not true any more.
        let sounds = matches!(snapshot.device, DeviceState::Running { .. });
        self.see(Sight { channel, strips: sounds && !covered });
        let listens_in_guide = guide::shown(snapshot) == Some(Led::Play);
        if snapshot.set_up.listening && self.opened != Some(Open::SetUp) && !listens_in_guide {
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
        // Nor is it forgotten where its lamp is not seen.
        if snapshot.removed.is_some() && self.looks.air_view {
            self.send(Command::HearRemoved(None));
        }
    }

    /// Closes the panel of a channel that is gone, and any when Escape is for nothing else: first it lets strips go. Without
    /// one it leaves the guide.
    fn close_panel(&mut self, ctx: &Context, snapshot: &Snapshot) {
        if matches!(&self.opened, Some(Open::Channel(name)) if name.of(&snapshot.desk).is_none()) {
            self.opened = None;
        }
        let mine = !self.busy && !self.looks.air_view && !self.palette.is_open();
        let escape = mine && ctx.input(|i| i.key_pressed(Key::Escape));
        let unseen = matches!(self.opened, Some(Open::Channel(_))) && self.channel.is_large();
        if !(escape && (unseen || !self.strips.let_go())) {
            return;
        }
        if self.opened.is_some() {
            panels::close(ctx, &mut self.opened);
        } else if guide::shown(snapshot).is_some() {
            self.send(Command::Guide(None));
        }
    }

    fn send(&self, command: Command) {
        // When the show has already ended nobody listens, and nothing is to be done.
        let _ = self.link.commands.send(command);
    }

    /// Every panel in its place, in the order of the Tab key: interface, strips, the open panel, mix, air, faults.
    fn panels(&mut self, ui: &mut Ui, snapshot: &Snapshot, now: f64) -> top::Looks {
        let locked = self.lock.is_on();
        let mut asked = None;
        let Self {
            link,
            theme,
            language,
            words,
            hand,
            meters,
            strips,
            guards,
            channel,
            scenes,
            setup,
            guide: led,
            takes,
            keys,
            opened,
            drawn,
            ..
        } = self;
        let places = Places::of(ui.max_rect(), theme, opened.as_ref(), channel.is_large());
        let (theme, language) = (&*theme, *language);
        let (readings, commands) = (&*link.readings.load(), &link.commands);
        let asked = &mut asked;
        let mut view = View { theme, language, words, snapshot, hand, meters, readings, commands, opened, asked, now };
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
            in_keys,
            in_mix,
            on_air,
            in_target,
            in_faults,
        ] = guards;
        grounds(ui, theme, &places);
        let top = places.top.shrink2(egui::vec2(theme.space.l, theme.space.s));
        if !locked {
            place(ui, "top", top, |ui| on_top.show(ui, theme, language, |ui| looks = top::show(ui, &mut view, *drawn)));
        }
        place(ui, "strips", places.strips, |ui| {
            in_strips.show(ui, theme, language, |ui| middle(ui, &mut view, (led, setup, strips), &mut looks));
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
            Some(Open::Keys) => in_keys.show(ui, theme, language, |ui| looks.keys = keys.show(ui, &mut view)),
            None => {}
        });
        place(ui, "mix", places.mix, |ui| in_mix.show(ui, theme, language, |ui| mix::show(ui, &mut view)));
        place(ui, "air", places.side.shrink(theme.space.l), |ui| side(ui, &mut view, on_air, in_target, in_faults));
        looks.asked = *view.asked;
        looks
    }

    /// Whether closing the window would end a show. A locked window is not closed by one press either.
    fn is_needed(&self, snapshot: &Snapshot) -> bool {
        runs(snapshot) || self.lock.is_on()
    }

    /// Asks before a show is ended, and waits for its files to be finished.
    fn leave(&mut self, ctx: &Context, snapshot: &Snapshot, now: f64) {
        let (runs, busy) = (runs(snapshot), self.is_needed(snapshot));
        let asked = ctx.input(|i| i.viewport().close_requested()) || self.hidden.was_to_close();
        let step = self.farewell.step(ctx, &self.theme, self.language, (asked, runs, busy, snapshot.ended), now);
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
    fn logic(&mut self, ctx: &Context, _: &mut eframe::Frame) {
        self.look_unseen(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        let now = ctx.input(|i| i.time);
        let snapshot: Arc<Snapshot> = self.link.snapshot.load_full();
        // The guard is out of the way of what it guards.
        let mut whole = std::mem::take(&mut self.above.whole);
        if !whole.run(|| self.picture(ui, &snapshot, now)) {
            whole.say(ui, &self.theme, self.language);
        }
        self.above.whole = whole;
        self.leave(&ctx, &snapshot, now);
        let open = ctx.any_popup_open() || self.palette.is_open() || self.farewell.asks();
        self.busy = ctx.text_edit_focused() || self.keys.listens() || open;
        ctx.request_repaint_after(pace::until_next(&snapshot, frame.info().cpu_usage));
    }
}

impl Window {
    /// Everything but leaving: what hands did, what is seen, and what comes of it.
    fn picture(&mut self, ui: &mut Ui, snapshot: &Snapshot, now: f64) {
        let ctx = ui.ctx().clone();
        self.words.turn_page();
        self.hand.settle(&snapshot.desk, now);
        self.meters.look(&self.link.levels, &snapshot.desk, now);
        self.fit(&ctx, now);
        self.lock.deafen(&ctx);
        self.press_once(&ctx);
        self.hear(&ctx, snapshot);
        self.close_panel(&ctx, snapshot);
        ui.painter().rect_filled(ui.max_rect(), corner(0.0), self.theme.surface[0]);
        let looks = self.draw(ui, snapshot, now);
        self.news.tell(ui, self.language, snapshot, self.lock.is_on());
        self.look(&ctx, &looks);
        self.keep_strips(&ctx);
        if let Some(action) = looks.asked {
            self.act(&ctx, snapshot, action);
        }
        self.tell_lock();
        self.follow_panel(snapshot);
    }

    /// The desk or the air view; above it the bar of the lock, or the palette.
    fn draw(&mut self, ui: &mut Ui, snapshot: &Snapshot, now: f64) -> top::Looks {
        let locked = self.lock.is_on();
        let whole = ui.max_rect();
        let mut looks = if self.looks.air_view {
            self.play(ui, snapshot, now)
        } else {
            let desk = UiBuilder::new().id_salt("desk").max_rect(whole);
            let drawn = ui.scope_builder(desk, |ui| {
                if locked {
                    hold_still(ui);
                }
                self.panels(ui, snapshot, now)
            });
            drawn.inner
        };
        if locked {
            self.lock_bar(ui, whole, snapshot, now);
        }
        looks.asked = looks.asked.or(self.chosen_in_palette(ui.ctx(), snapshot));
        looks
    }

    /// The air view.
    fn play(&mut self, ui: &mut Ui, snapshot: &Snapshot, now: f64) -> top::Looks {
        let locked = self.lock.is_on();
        let Self { link, theme, language, words, hand, meters, opened, playing, .. } = self;
        let readings = &*link.readings.load();
        let (theme, language, commands) = (&dressed(theme, ui.max_rect().size()), *language, &link.commands);
        let mut asked = None;
        let asked = &mut asked;
        let mut view = View { theme, language, words, snapshot, hand, meters, readings, commands, opened, asked, now };
        ui.set_style(theme.style());
        playing.show(ui, &mut view, locked);
        top::Looks { asked: *view.asked, ..top::Looks::default() }
    }

    fn lock_bar(&mut self, ui: &mut Ui, whole: Rect, snapshot: &Snapshot, now: f64) {
        // The bar of the desk is as large as the desk.
        let window = if self.looks.air_view { whole.size() } else { egui::Vec2::ZERO };
        let Self { link, theme, language, words, hand, meters, opened, lock, above, .. } = self;
        let readings = &*link.readings.load();
        let (theme, language, commands) = (&dressed(theme, window), *language, &link.commands);
        let asked = &mut None;
        let view = View { theme, language, words, snapshot, hand, meters, readings, commands, opened, asked, now };
        let bar = whole.with_max_y(whole.top() + theme.space.bar);
        place(ui, "lock", bar, |ui| lock::show(ui, &view, lock, &mut above.lock));
    }
}

/// Whether something is sent or recorded.
fn runs(snapshot: &Snapshot) -> bool {
    snapshot.air != AirState::Off || snapshot.recording != RecordingState::Off
}

/// The strips, or the guide while a person is led; what was changed there about the window goes to `looks`.
fn middle(
    ui: &mut Ui,
    view: &mut View<'_>,
    (led, setup, strips): (&mut guide::GuidePanel, &mut setup::SetUpPanel, &mut strips::Strips),
    looks: &mut top::Looks,
) {
    let Some(step) = guide::shown(view.snapshot) else {
        led.leave(ui.ctx(), view.snapshot.desk.strips.first().map(|strip| scribble::place(&strip.id)));
        return strips.show(ui, view);
    };
    let chosen = led.show(ui, view, step, setup);
    (looks.mode, looks.language) = (chosen.mode.or(looks.mode), chosen.language.or(looks.language));
}

/// The ground of what stands around the strips.
fn grounds(ui: &Ui, theme: &Theme, places: &Places) {
    ui.painter().rect_filled(places.top, corner(0.0), theme.surface[1]);
    ui.painter().rect_filled(places.side, corner(0.0), theme.surface[1]);
}

/// The air, where it goes, and what went wrong.
fn side(ui: &mut Ui, view: &mut View<'_>, on_air: &mut Guard, in_target: &mut Guard, in_faults: &mut Guard) {
    let (theme, language) = (view.theme, view.language);
    let small = (theme.letters.small, theme.letters.small);
    ui.spacing_mut().item_spacing.y = theme.space.m;
    on_air.show(ui, theme, language, |ui| air::show(ui, view));
    in_target.show(ui, theme, language, |ui| target::show(ui, view));
    in_faults.show(ui, theme, language, |ui| faults::show(ui, view, small));
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
    /// For a window of that size. A panel that is open leaves the strips their least height, or nothing where it is a
    /// channel's and `large`.
    fn of(whole: Rect, theme: &Theme, open: Option<&Open>, large: bool) -> Self {
        let gap = theme.space.s;
        let under = whole.top() + theme.space.bar;
        let side = whole.right() - theme.space.air;
        let mix = side - gap - theme.space.mix;
        let left = Rect::from_min_max(pos2(whole.left() + gap, under + gap), pos2(mix - gap, whole.bottom() - gap));
        let least = strips::Strips::least_height(theme);
        let height = match open {
            Some(Open::Channel(_)) if large => left.height(),
            Some(_) => channel::height(theme).min(left.height() - gap - least),
            None => 0.0,
        };
        let between = left.bottom() - if open.is_some() { height + gap } else { 0.0 };
        Self {
            top: Rect::from_min_max(whole.min, pos2(whole.right(), under)),
            strips: left.with_max_y(between),
            panel: left.with_min_y(left.bottom() - height),
            mix: Rect::from_min_max(pos2(mix, under + gap), pos2(side - gap, whole.bottom() - gap)),
            side: Rect::from_min_max(pos2(side, under), whole.max),
        }
    }
}

/// Shows something in its place, if it has one.
fn place(ui: &mut Ui, salt: &str, rect: Rect, add: impl FnOnce(&mut Ui)) {
    if !rect.is_positive() {
        return;
    }
    ui.scope_builder(UiBuilder::new().id_salt(salt).max_rect(rect), |ui| {
        ui.set_clip_rect(ui.clip_rect().intersect(rect.expand(2.0)));
        add(ui);
    });
}
