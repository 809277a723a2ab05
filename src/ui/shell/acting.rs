//! What the window does when it is asked: by the keyboard, by a key on the screen, or from the palette.

use egui::{Context, Event, Key};

use crate::desk::StripId;
use crate::desk::address::ChannelName;
use crate::limits::MAX_STRIPS;
use crate::looks::Looks;
use crate::session::command::{Command, SceneWish, SongWish};
use crate::session::guide::Step;
use crate::session::snapshot::{AirState, RecordingState, Snapshot};
use crate::ui::action::Action;
use crate::ui::inputs;
use crate::ui::palette::{Room, Wish};
use crate::ui::panels::{self, Open, air, guide, next, removed, scribble, strips};
use crate::ui::scale::Scale;
use crate::ui::theme::Mode;

use super::Window;

impl Window {
    /// A key that is held down presses what has the keyboard once, and nothing that gets the keyboard meanwhile.
    pub(super) fn press_once(&self, ctx: &Context) {
        if ctx.text_edit_focused() && !self.palette.is_open() {
            return;
        }
        let again = |event: &Event| {
            matches!(event, Event::Key { key: Key::Space | Key::Enter, pressed: true, repeat: true, .. })
        };
        ctx.input_mut(|i| i.events.retain(|event| !again(event)));
    }

    /// Hears the keyboard.
    pub(super) fn hear(&mut self, ctx: &Context, now: &Snapshot) {
        if self.opened != Some(Open::Keys) || self.looks.air_view {
            self.keys.give_up();
        }
        if !self.keys.listens() {
            self.shortcuts(ctx, now);
        } else if let Some(keymap) = self.keys.hear(ctx) {
            self.change_looks(ctx, |looks| looks.keys = keymap.written());
        }
    }

    fn shortcuts(&mut self, ctx: &Context, now: &Snapshot) {
        if let Some(waited) = self.after_typing.take() {
            self.act(ctx, now, waited);
        }
        let keys = |event: &Event| matches!(event, Event::Key { pressed: true, .. } | Event::Copy | Event::Paste(_));
        if !ctx.input(|i| i.events.iter().any(keys)) {
            return;
        }
        let typing = ctx.text_edit_focused();
        if typing {
            self.take_what_is_typed(ctx, now);
        }
        for action in Action::ALL {
            if !self.hears(action, typing, now) || !action.newly_pressed(ctx) {
                continue;
            }
            if typing && action.ends_typing() {
                // What is being typed is taken first, so the action waits for the next picture.
                leave_field(ctx);
                self.after_typing = Some(action);
                ctx.request_repaint();
            } else {
                self.act(ctx, now, action);
            }
        }
    }

    /// The keys on the screen hear theirs by themselves; what is being typed when those go down is taken before them.
    fn take_what_is_typed(&mut self, ctx: &Context, now: &Snapshot) {
        if Action::Live.goes_down(ctx) {
            leave_field(ctx);
        }
        if now.recording == RecordingState::Off && Action::Record.newly_pressed(ctx) {
            leave_field(ctx);
            self.after_typing = Some(Action::Record);
            ctx.request_repaint();
        }
    }

    /// Whether the keys of an action are for it now.
    fn hears(&self, action: Action, typing: bool, now: &Snapshot) -> bool {
        let may = match (self.lock.is_on(), self.palette.is_open()) {
            (true, _) => action.works_locked(),
            (false, true) => action == Action::Palette || action.works_locked(),
            (false, false) => true,
        };
        // What marks is for something else while there is nothing to be marked.
        let can = action != Action::Mark || now.recording != RecordingState::Off;
        may && can && !action.is_watched() && !(typing && action.is_of_typing())
    }

    /// Does it. What is done by a hold is done by the key on the screen that is held.
    pub(super) fn act(&mut self, ctx: &Context, now: &Snapshot, action: Action) {
        match action {
            Action::Record if now.recording == RecordingState::Off => self.send(Command::StartRecording),
            Action::Mark => self.send(Command::Mark(None)),
            Action::NextSong if next::in_time(ctx) => self.send(Command::Song(SongWish::Next)),
            Action::NextScene if next::in_time(ctx) => self.send(Command::Scene(SceneWish::Next)),
            Action::CopyLink => now.listen_url.iter().for_each(|url| air::copy_link(ctx, url.clone())),
            Action::LookAgain => self.send(Command::RefreshDevices),
            Action::ForgetClips => self.meters.forget_clips(),
            Action::AddStrip if now.desk.strips.len() < MAX_STRIPS => {
                self.send(Command::AddStrip(strips::next_input(&now.desk, &inputs::offered(now, false))));
            }
            Action::Undo => self.send(Command::Undo),
            Action::Redo => self.send(Command::Redo),
            Action::Copy | Action::Paste => self.clipboard(ctx, now, action),
            Action::HearRemoved => self.hear_removed(ctx, now),
            Action::Retry => self.send(Command::Retry),
            Action::Dismiss => {
                now.faults.first().into_iter().for_each(|fault| self.send(Command::DismissFault(fault.id)));
            }
            Action::Scenes => self.toggle(ctx, Open::Scenes),
            Action::Desk => self.toggle(ctx, Open::Channel(ChannelName::Desk)),
            Action::SetUp => self.toggle(ctx, Open::SetUp),
            // Nobody is led on air, and no view is taken away for that.
            Action::Guide if now.air != AirState::Off => {}
            Action::Guide => {
                self.change_looks(ctx, |looks| looks.air_view = false);
                self.send(Command::Guide(guide::shown(now).is_none().then(Step::default)));
            }
            Action::Takes => self.toggle(ctx, Open::Takes),
            Action::Destinations => self.toggle(ctx, Open::Destinations),
            Action::Night => self.toggle(ctx, Open::Night),
            Action::Surfaces => self.toggle(ctx, Open::Surfaces),
            Action::Keys => self.toggle(ctx, Open::Keys),
            Action::Palette if self.palette.is_open() => self.palette.close(ctx),
            Action::Palette => self.palette.open(ctx),
            Action::Lock => {
                self.palette.close(ctx);
                self.keys.give_up();
                self.lock.lock(ctx);
            }
            Action::AirView => self.change_looks(ctx, |looks| looks.air_view = !looks.air_view),
            Action::NextColours => {
                let at = Mode::ALL.iter().position(|mode| *mode == self.theme.mode).unwrap_or(0);
                self.change_looks(ctx, |looks| looks.colours = Some(Mode::ALL[(at + 1) % Mode::ALL.len()]));
            }
            Action::Still => self.change_looks(ctx, |looks| looks.still = !looks.still),
            Action::Larger => self.change_looks(ctx, |looks| step(looks, Scale::now(ctx, looks.scale).larger())),
            Action::Smaller => self.change_looks(ctx, |looks| step(looks, Scale::now(ctx, looks.scale).smaller())),
            Action::UsualSize => self.change_looks(ctx, |looks| step(looks, Some(100))),
            // What is held, what came too soon, and what has no room.
            Action::Record | Action::Live | Action::NextSong | Action::NextScene | Action::AddStrip => {}
        }
    }

    /// Tells the show when the window is locked and when it is no more: control surfaces go by it.
    pub(super) fn tell_lock(&mut self) {
        let locked = self.lock.is_on();
        if std::mem::replace(&mut self.lock_told, locked) != locked {
            self.send(Command::Lock(locked));
        }
    }

    /// Opens a panel below the strips, or closes it where it is seen.
    fn toggle(&mut self, ctx: &Context, panel: Open) {
        let seen = !self.looks.air_view;
        self.change_looks(ctx, |looks| looks.air_view = false);
        if seen && self.opened.as_ref() == Some(&panel) {
            panels::close(ctx, &mut self.opened);
        } else {
            panels::open(ctx, &mut self.opened, panel, None);
        }
    }

    fn clipboard(&self, ctx: &Context, now: &Snapshot, action: Action) {
        let Some(strip) = self.aimed_at(ctx, now) else { return };
        if action == Action::Paste {
            return self.send(Command::PasteStrip(strip));
        }
        // A paste only comes while the clipboard holds words.
        ctx.copy_text(now.desk.strip(&strip).map(|strip| strip.name.clone()).unwrap_or_default());
        self.send(Command::CopyStrip(strip));
    }

    /// The strip that copy and paste mean: whose name the keyboard holds, else whose panel is open, else the chosen one.
    fn aimed_at(&self, ctx: &Context, now: &Snapshot) -> Option<StripId> {
        let focused = ctx.memory(egui::Memory::focused);
        let held = now.desk.strips.iter().find(|strip| focused == Some(scribble::place(&strip.id)));
        let open = match &self.opened {
            Some(Open::Channel(ChannelName::Strip(id))) => Some(id),
            _ => None,
        };
        held.map(|strip| &strip.id).or(open).or_else(|| self.strips.chosen()).cloned()
    }

    /// What is taken away from the channel whose panel is open, else from the strip that copy and paste mean; or everything again.
    fn hear_removed(&self, ctx: &Context, now: &Snapshot) {
        let open = match &self.opened {
            Some(Open::Channel(name)) => Some(name.clone()),
            _ => self.aimed_at(ctx, now).map(ChannelName::Strip),
        };
        let slot = open.and_then(|name| removed::first(&now.desk, &name));
        if now.removed.is_some() || slot.is_some() {
            self.send(Command::HearRemoved(slot.filter(|_| now.removed.is_none())));
        }
    }

    /// Shows the palette while it is open and does what was chosen there, but for an action, which it gives.
    pub(super) fn chosen_in_palette(&mut self, ctx: &Context, now: &Snapshot) -> Option<Action> {
        match self.show_palette(ctx, now)? {
            Wish::Act(action) => return Some(action),
            Wish::Turn(address, value) => self.send(Command::Turn(address, value)),
            Wish::Recall(scene) => self.send(Command::Scene(SceneWish::Recall(scene))),
            Wish::Open(channel) => {
                self.change_looks(ctx, |looks| looks.air_view = false);
                panels::open(ctx, &mut self.opened, Open::Channel(channel), None);
            }
        }
        None
    }

    fn show_palette(&mut self, ctx: &Context, now: &Snapshot) -> Option<Wish> {
        let records = now.recording != RecordingState::Off;
        let is_held = |action| action == Action::Live || (action == Action::Record && records);
        let Self { palette, above, theme, language, .. } = self;
        let (theme, language) = (&*theme, *language);
        let airing = now.air != AirState::Off;
        let room = Room { theme, language, desk: &now.desk, scenes: &now.scenes, is_held: &is_held, airing };
        if !palette.is_open() {
            // Asked for again, it is tried again.
            above.palette.mend();
            return None;
        }
        let mut chosen = None;
        let shown = above.palette.run(|| chosen = palette.show(ctx, &room));
        if !shown && above.palette.over(ctx, theme, language) {
            palette.close(ctx);
        }
        chosen
    }
}

/// Another size, where there is one.
fn step(looks: &mut Looks, scale: Option<u16>) {
    looks.scale = scale.unwrap_or(looks.scale);
}

/// What is being typed is taken.
fn leave_field(ctx: &Context) {
    ctx.memory_mut(|memory| memory.focused().into_iter().for_each(|field| memory.surrender_focus(field)));
}
