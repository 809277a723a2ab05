//! Everything that can be asked for, found by its words.

use egui::accesskit::Live;
use egui::style::ScrollAnimation;
use egui::{
    Align2, Context, Event, Id, Key, Label, Modal, Modifiers, Rect, RichText, Role, ScrollArea, Sense, TextEdit, Ui,
    WidgetInfo, pos2, vec2,
};
use korero_sentences::{Language, key, say};

use super::action::Action;
use super::theme::{Theme, Weight, corner};
use super::widgets::paint_within;

/// The most letters that are looked for.
const LONGEST: usize = 64;

/// The list while it is open.
#[derive(Default)]
pub(crate) struct Palette {
    open: bool,
    sought: String,
    /// Which of those that were found.
    at: usize,
    /// How the action is done that Enter does not do.
    how: Option<Action>,
    /// What the keyboard held before.
    before: Option<Id>,
}

/// What a palette needs to know.
pub(crate) struct Room<'a> {
    pub(crate) theme: &'a Theme,
    pub(crate) language: Language,
    /// Whether an action is one that is only done by a hold.
    pub(crate) is_held: &'a dyn Fn(Action) -> bool,
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
        self.open = false;
        if let Some(before) = self.before.take() {
            ctx.memory_mut(|memory| memory.request_focus(before));
        }
    }

    /// Shows it while it is open; gives what was chosen.
    pub(crate) fn show(&mut self, ctx: &Context, room: &Room<'_>) -> Option<Action> {
        if !self.open {
            return None;
        }
        let found = found(&self.sought, room.language);
        let moved = self.move_by_key(ctx, found.len());
        let entered = ctx.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter));
        let mut chosen = if entered { found.get(self.at).copied() } else { None };
        let theme = room.theme;
        let modal = Modal::new(Id::unique("palette")).show(ctx, |ui| {
            let screen = ctx.content_rect();
            ui.set_width((theme.space.air * 2.0).min(screen.width() - theme.space.xxxl).max(0.0));
            ui.spacing_mut().item_spacing.y = theme.space.s;
            self.field(ui, room, &found);
            let height = (screen.height() * 0.6).min(theme.space.xxxl * 9.0);
            ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = theme.space.hair;
                for (n, action) in found.iter().enumerate() {
                    let selected = n == self.at;
                    if row(ui, room, *action, (selected, selected && moved)) {
                        chosen = Some(*action);
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
        let action = chosen?;
        if (room.is_held)(action) {
            self.how = Some(action);
            return None;
        }
        self.close(ctx);
        Some(action)
    }

    /// The field to look for something, which holds the keyboard all the time.
    fn field(&mut self, ui: &mut Ui, room: &Room<'_>, found: &[Action]) {
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
        let chosen = found.get(self.at).map(|action| spoken(ui.ctx(), room.language, *action));
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
        let args = [("keys", action.keys(ui.ctx()).into())];
        let words = RichText::new(say(room.language, key::HANDS_PALETTE_HOLD, &args));
        let words = words.font(room.theme.font(room.theme.letters.body, Weight::Medium)).color(room.theme.caution);
        let said = ui.add(Label::new(words).wrap());
        ui.ctx().accesskit_node_builder(said.id, |node| node.set_live(Live::Assertive));
    }
}

fn spoken(ctx: &Context, language: Language, action: Action) -> String {
    format!("{}, {}", say(language, action.label(), &[]), action.keys(ctx))
}

/// One action with its keys; `true` when it was pressed. One that was just chosen by the arrow keys comes into view.
fn row(ui: &mut Ui, room: &Room<'_>, action: Action, (selected, comes): (bool, bool)) -> bool {
    let theme = room.theme;
    let space = theme.space;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), space.touch), Sense::CLICK);
    let spoken = spoken(ui.ctx(), room.language, action);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, &spoken));
    if comes {
        ui.scroll_to_rect_animation(rect, None, ScrollAnimation::none());
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
    let keys =
        painter.text(inner.right_center(), Align2::RIGHT_CENTER, action.keys(ui.ctx()), small.clone(), theme.ink[1]);
    let room_left = keys.left() - inner.left() - space.m;
    let name = say(room.language, action.label(), &[]);
    let font = theme.font(theme.letters.body, Weight::Medium);
    paint_within(&painter, (inner.left_top(), Align2::LEFT_TOP), name, (font, theme.ink[0]), room_left);
    let tip = say(room.language, action.tooltip(), &[]);
    let at = pos2(inner.left(), inner.bottom());
    paint_within(&painter, (at, Align2::LEFT_BOTTOM), tip, (small, theme.ink[2]), room_left);
    response.clicked()
}

/// The actions whose words fit, the best first.
fn found(sought: &str, language: Language) -> Vec<Action> {
    let fit = |action: Action| {
        let [label, tip] = [action.label(), action.tooltip()].map(|sentence| plain(&say(language, sentence, &[])));
        fitness(&plain(sought), &label, &tip).map(|fit| (std::cmp::Reverse(fit), action))
    };
    let mut all: Vec<_> = Action::ALL.into_iter().filter(|action| *action != Action::Palette).filter_map(fit).collect();
    // Those that fit equally well stay in their order.
    all.sort_by_key(|(fit, _)| *fit);
    all.into_iter().map(|(_, action)| action).collect()
}

/// Small letters without macrons: what is typed on a keyboard without them is found all the same.
fn plain(text: &str) -> String {
    let bare = |c: char| match c {
        'ā' => 'a',
        'ē' => 'e',
        'ī' => 'i',
        'ō' => 'o',
        'ū' => 'u',
        c => c,
    };
    // A macron may also come as a sign of its own after its letter.
    text.to_lowercase().chars().filter(|c| *c != '\u{304}').map(bare).collect()
}

/// How well every word that is sought fits a label or, less, its tip; `None` when one does not.
fn fitness(sought: &str, label: &str, tip: &str) -> Option<u32> {
    sought.split_whitespace().map(|word| word_fitness(word, label, tip)).sum()
}

fn word_fitness(word: &str, label: &str, tip: &str) -> Option<u32> {
    let begins = |text: &str| text.split(|c: char| !c.is_alphanumeric()).any(|part| part.starts_with(word));
    match () {
        () if begins(label) => Some(8),
        () if label.contains(word) => Some(6),
        () if begins(tip) => Some(4),
        // One letter is in everything.
        () if word.chars().count() > 1 && in_order(word, label) => Some(2),
        () => None,
    }
}

/// Whether the letters of a word come one after the other in a text, whatever stands between them.
fn in_order(word: &str, text: &str) -> bool {
    let mut letters = text.chars();
    word.chars().all(|wanted| letters.any(|letter| letter == wanted))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_action_is_found_by_its_own_words_in_both_languages_with_or_without_macrons() {
        for language in Language::ALL {
            for action in Action::ALL.into_iter().filter(|action| *action != Action::Palette) {
                let label = say(language, action.label(), &[]);
                for sought in [label.clone(), label.to_uppercase(), plain(&label)] {
                    assert!(found(&sought, language).contains(&action), "{action:?} by {sought:?}");
                }
            }
        }
    }

    #[test]
    fn what_begins_with_the_word_comes_first_and_letters_may_be_left_out() {
        assert_eq!(found("mark", Language::English)[0], Action::Mark);
        assert_eq!(found("nxt scn", Language::English)[0], Action::NextScene);
        assert_eq!(found("zzz", Language::English), []);
        assert_eq!(found("", Language::English).len(), Action::ALL.len() - 1);
    }

    #[test]
    fn a_macron_that_was_not_typed_is_forgiven_and_one_of_two_signs_is_the_same() {
        assert_eq!(plain("Kōrero"), plain("korero"));
        assert_eq!(plain("ko\u{304}rero"), plain("KŌRERO"));
    }

    proptest! {
        #[test]
        fn more_words_never_find_more(sought in "[a-zāō ]{0,12}", more in "[a-zāō]{1,4}") {
            let few = found(&format!("{sought} {more}"), Language::Maori);
            let many = found(&sought, Language::Maori);
            prop_assert!(few.iter().all(|action| many.contains(action)));
        }
    }
}
