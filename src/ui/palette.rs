//! Everything that can be asked for, found by its words.

mod found;

use std::sync::Arc;

use egui::accesskit::Live;
use egui::style::ScrollAnimation;
use egui::{
    Align2, Context, Event, Id, Key, Label, Modal, Modifiers, Rect, RichText, Role, ScrollArea, Sense, TextEdit, Ui,
    WidgetInfo, pos2, vec2,
};
use korero_sentences::{Language, key, say};

use crate::desk::Desk;
use crate::desk::scene::Scenes;

use super::action::Action;
use super::theme::{Theme, Weight, corner};
use super::widgets::paint_within;

pub(crate) use found::Wish;
use found::{Found, found};

/// The most letters that are looked for.
const LONGEST: usize = 64;

/// The list while it is open.
#[derive(Default)]
pub(crate) struct Palette {
    open: bool,
    sought: String,
    /// What was found the last time that anything was looked for, and in what.
    found: Option<(Sought, Arc<[Found]>)>,
    /// Which of those that were found.
    at: usize,
    /// How the action is done that Enter does not do.
    how: Option<Action>,
    /// What the keyboard held before.
    before: Option<Id>,
}

/// What was looked for, and in what: while it is the same, the same is found.
struct Sought {
    words: String,
    language: Language,
    desk: Arc<Desk>,
    scenes: Arc<Scenes>,
}

/// What a palette needs to know.
pub(crate) struct Room<'a> {
    pub(crate) theme: &'a Theme,
    pub(crate) language: Language,
    /// Its channels can be asked for by their names.
    pub(crate) desk: &'a Arc<Desk>,
    /// They can be asked for as well.
    pub(crate) scenes: &'a Arc<Scenes>,
    /// Whether an action is one that is only done by a hold.
    pub(crate) is_held: &'a dyn Fn(Action) -> bool,
    /// The show is on air, or on its way there.
    pub(crate) airing: bool,
}

impl Palette {
    /// Whether it is open.
    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    /// Opens it with nothing looked for yet.
    pub(crate) fn open(&mut self, ctx: &Context) {
        *self = Self { open: true, before: ctx.memory(egui::Memory::focused), ..Self::default() };
    }

    /// Closes it; the keyboard goes back to where it was.
    pub(crate) fn close(&mut self, ctx: &Context) {
        (self.open, self.found) = (false, None);
        if let Some(before) = self.before.take() {
            ctx.memory_mut(|memory| memory.request_focus(before));
        }
    }

    /// Shows it while it is open; gives what was chosen.
    pub(crate) fn show(&mut self, ctx: &Context, room: &Room<'_>) -> Option<Wish> {
        if !self.open {
            return None;
        }
        let found = self.look(room);
        let moved = self.move_by_key(ctx, found.len());
        let entered = ctx.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter));
        let mut chosen = if entered { found.get(self.at) } else { None };
        let theme = room.theme;
        let modal = Modal::new(Id::unique("palette")).show(ctx, |ui| {
            let screen = ctx.content_rect();
            ui.set_width((theme.space.air * 2.0).min(screen.width() - theme.space.xxxl).max(0.0));
            ui.spacing_mut().item_spacing.y = theme.space.s;
            self.field(ui, room, &found);
            let height = (screen.height() * 0.6).min(theme.space.xxxl * 9.0);
            ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = theme.space.hair;
                for (n, one) in found.iter().enumerate() {
                    let selected = n == self.at;
                    if row(ui, room, one, (selected, selected && moved)) {
                        chosen = Some(one);
                    }
                }
                if found.is_empty() {
                    ui.label(say(room.language, key::HANDS_PALETTE_NONE, &[]));
                }
            });
            self.say_how(ui, room);
        });
        if modal.should_close() {
            self.close(ctx);
            return None;
        }
        match chosen?.wish.clone() {
            Wish::Act(action) if (room.is_held)(action) => {
                self.how = Some(action);
                None
            }
            wish => {
                self.close(ctx);
                Some(wish)
            }
        }
    }

    /// What fits the words in the field.
    fn look(&mut self, room: &Room<'_>) -> Arc<[Found]> {
        let sought = Sought {
            words: self.sought.clone(),
            language: room.language,
            desk: room.desk.clone(),
            scenes: room.scenes.clone(),
        };
        if let Some((_, known)) = self.found.as_ref().filter(|(before, _)| before.is(&sought)) {
            return known.clone();
        }
        let found: Arc<[Found]> = found(&sought.words, sought.language, &sought.desk, &sought.scenes).into();
        // While somebody else turns the desk, what was chosen stays chosen wherever it stands now.
        let same = self.found.as_ref().filter(|(before, _)| before.words == sought.words);
        if let Some(chosen) = same.and_then(|(_, known)| known.get(self.at)) {
            self.at = found.iter().position(|one| one.wish.is_about_the_same_as(&chosen.wish)).unwrap_or(0);
        }
        self.found = Some((sought, found.clone()));
        found
    }

    /// The field to look for something, which holds the keyboard all the time.
    fn field(&mut self, ui: &mut Ui, room: &Room<'_>, found: &[Found]) {
        let name = say(room.language, key::HANDS_PALETTE, &[]);
        let before = self.sought.clone();
        let field = TextEdit::singleline(&mut self.sought)
            .id(Id::unique("palette field"))
            .hint_text(say(room.language, key::HANDS_PALETTE_HINT, &[]))
            .char_limit(LONGEST)
            .font(room.theme.font(room.theme.letters.lead, Weight::Regular))
            .desired_width(f32::INFINITY);
        let response = ui.add(field).accessible_name(&name);
        if !response.has_focus() {
            response.request_focus();
        }
        if self.sought != before {
            (self.at, self.how) = (0, None);
        }
        // The keyboard stays in the field, so the chosen row is told.
        let chosen = found.get(self.at).map(|one| one.spoken(ui.ctx()));
        let told = ui.interact(
            Rect::from_min_size(response.rect.min, vec2(1.0, 1.0)),
            ui.scope_id().with("chosen"),
            Sense::hover(),
        );
        let chosen = chosen.unwrap_or_else(|| say(room.language, key::HANDS_PALETTE_NONE, &[]));
        told.widget_info(|| WidgetInfo::labeled(Role::Status, true, &chosen));
        ui.ctx().accesskit_node_builder(told.id, |node| node.set_live(Live::Polite));
    }

    /// `true` when an arrow key chose another row.
    fn move_by_key(&mut self, ctx: &Context, rows: usize) -> bool {
        let presses = |key| {
            ctx.input_mut(|i| {
                let before = i.events.len();
                i.events.retain(|event| !matches!(event, Event::Key { key: k, pressed: true, .. } if *k == key));
                before - i.events.len()
            })
        };
        let (up, down) = (presses(Key::ArrowUp), presses(Key::ArrowDown));
        let last = rows.saturating_sub(1);
        let at = (self.at + down).saturating_sub(up).min(last);
        let moved = at != self.at;
        self.at = at;
        if moved {
            self.how = None;
        }
        moved
    }

    fn say_how(&self, ui: &mut Ui, room: &Room<'_>) {
        let Some(action) = self.how else { return };
        let words = match action {
            // On air no hold stops it.
            Action::Record if room.airing => say(room.language, key::WINDOW_RECORD_KEPT_TIP, &[]),
            _ => say(room.language, key::HANDS_PALETTE_HOLD, &[("keys", action.keys(ui.ctx()).into())]),
        };
        let words = RichText::new(words);
        let words = words.font(room.theme.font(room.theme.letters.body, Weight::Medium)).color(room.theme.caution);
        let said = ui.add(Label::new(words).wrap());
        ui.ctx().accesskit_node_builder(said.id, |node| node.set_live(Live::Assertive));
    }
}

impl Sought {
    fn is(&self, other: &Self) -> bool {
        let same = self.words == other.words && self.language == other.language;
        same && Arc::ptr_eq(&self.desk, &other.desk) && Arc::ptr_eq(&self.scenes, &other.scenes)
    }
}

impl Found {
    /// The keys that do it, if it has some.
    fn keys(&self, ctx: &Context) -> Option<String> {
        match self.wish {
            Wish::Act(action) => Some(action.keys(ctx)),
            Wish::Turn(..) | Wish::Open(_) | Wish::Recall(_) => None,
        }
    }

    /// For screen readers: with its keys, or with what it belongs to.
    fn spoken(&self, ctx: &Context) -> String {
        match self.keys(ctx) {
            Some(more) => format!("{}, {more}", self.label),
            None if self.about.is_empty() => self.label.clone(),
            None => format!("{}, {}", self.label, self.about),
        }
    }
}

/// One thing with its keys; `true` when it was pressed. One that was just chosen by the arrow keys comes into view.
fn row(ui: &mut Ui, room: &Room<'_>, one: &Found, (selected, comes): (bool, bool)) -> bool {
    let theme = room.theme;
    let space = theme.space;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), space.touch), Sense::CLICK);
    let spoken = one.spoken(ui.ctx());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, &spoken));
    if comes {
        ui.scroll_to_rect_animation(rect, None, ScrollAnimation::none());
    }
    if !ui.is_rect_visible(rect) {
        return response.clicked();
    }
    let painter = ui.painter_at(rect);
    if selected || response.hovered() {
        painter.rect_filled(rect, corner(theme.radius.s), theme.surface[3]);
    }
    if selected {
        let bar = rect.with_max_x(rect.left() + space.xs);
        painter.rect_filled(bar, corner(space.hair * 2.0), theme.ember);
    }
    let inner = rect.shrink2(vec2(space.m, space.xs));
    let small = theme.font(theme.letters.tiny, Weight::Medium);
    let keys = one.keys(ui.ctx()).unwrap_or_default();
    let keys = painter.text(inner.right_center(), Align2::RIGHT_CENTER, keys, small.clone(), theme.ink[1]);
    let room_left = keys.left() - inner.left() - space.m;
    let font = theme.font(theme.letters.body, Weight::Medium);
    let at = if one.about.is_empty() {
        (inner.left_center(), Align2::LEFT_CENTER)
    } else {
        (inner.left_top(), Align2::LEFT_TOP)
    };
    paint_within(&painter, at, one.label.clone(), (font, theme.ink[0]), room_left);
    let at = (pos2(inner.left(), inner.bottom()), Align2::LEFT_BOTTOM);
    paint_within(&painter, at, one.about.clone(), (small, theme.ink[2]), room_left);
    response.clicked()
}
