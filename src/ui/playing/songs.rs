//! The song that is played, the next one as one big key, and the set list to be written down.

use egui::{
    Align, Align2, Id, Label, Layout, Rect, Response, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind, TextEdit,
    Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use korero_sentences::key;

use crate::limits::{MAX_MARKERS, MAX_NAME};
use crate::session::command::{Command, SongWish};
use crate::session::songs::Songs;
use crate::show::Show;
use crate::ui::action::Action;
use crate::ui::panels::next;
use crate::ui::reading;
use crate::ui::theme::{Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::key::{KeyCap, roomy};
use crate::ui::widgets::{paint_within, ring};

use super::facts::fitting;

/// The part of the air view about songs.
#[derive(Default)]
pub(super) struct SongsPart {
    /// The set list while it is written.
    draft: Option<String>,
    /// The keyboard has yet to go there.
    enters: bool,
}

impl SongsPart {
    /// Shows it in the whole of `ui`; of a `locked` window with the next song alone.
    pub(super) fn show(&mut self, ui: &mut Ui, view: &View<'_>, locked: bool) {
        // What is written waits while the window is locked.
        if let Some(draft) = self.draft.as_mut().filter(|_| !locked) {
            if let Some(taken) = write(ui, view, draft, std::mem::take(&mut self.enters)) {
                self.draft = None;
                taken.into_iter().for_each(|show| view.send(Command::NameShow(show)));
            }
            return;
        }
        let songs = view.snapshot.songs();
        let theme = view.theme;
        let whole = ui.max_rect();
        let tall = whole.height() >= theme.space.xxxl * 5.0;
        let touch = theme.space.touch;
        let keys = self.keys(ui, view, whole, locked) - theme.space.m;
        // Where there is little height, there is little width: the song has a row of its own below the small keys.
        let (whole, right) =
            if tall || locked { (whole, keys) } else { (whole.with_min_y(whole.top() + touch), whole.right()) };
        let height = if tall { theme.letters.lead + theme.letters.huge * 1.3 } else { touch };
        let (top, rest) = whole.split_top_bottom_at_y(whole.top() + height);
        let room = top.with_max_x(right);
        if songs.count == 0 {
            none(ui, view, whole.with_max_x(right));
            return;
        }
        now(ui, view, room, songs.now, tall);
        let rest = rest.with_min_y(rest.top() + theme.space.m);
        let key = rest.with_max_y(rest.bottom().min(rest.top() + theme.space.xxxl * 4.0));
        // A window may be lower than all that stands above it.
        if key.is_positive() {
            big_next(ui, view, key, &songs);
        }
        later(ui, view, rest.with_min_y(key.bottom() + theme.space.m), &songs.later);
    }

    /// The small keys at the right of the song; gives where they begin.
    fn keys(&mut self, ui: &mut Ui, view: &View<'_>, row: Rect, locked: bool) -> f32 {
        let theme = view.theme;
        if locked {
            return row.right();
        }
        let place = row.with_max_y(row.top() + theme.space.touch);
        let builder = UiBuilder::new().id_salt("keys").max_rect(place).layout(Layout::right_to_left(Align::Center));
        let used = ui.scope_builder(builder, |ui| {
            ui.spacing_mut().item_spacing.x = theme.space.s;
            let written = view.word(key::HANDS_SET_LIST);
            if small(ui, view, &written, &written).on_hover_text(view.word(key::HANDS_SET_LIST_TIP)).clicked() {
                self.draft = Some(view.snapshot.show.set_list.join("\n"));
                self.enters = true;
            }
            if view.recording() {
                let mark = view.word(Action::Mark.label());
                if small(ui, view, &mark, &mark).on_hover_text(view.tip(Action::Mark, ui.ctx())).clicked() {
                    view.send(Command::Mark(None));
                }
            }
            if !view.snapshot.show.set_list.is_empty() && view.snapshot.song > 0 {
                let (name, word) = (view.word(key::HANDS_SONG_BACK_TIP), view.word(key::HANDS_SONG_BACK));
                if small(ui, view, &name, &word).on_hover_text(&name).clicked() {
                    view.send(Command::Song(SongWish::Back));
                }
            }
            ui.min_rect().left()
        });
        used.inner
    }
}

fn small(ui: &mut Ui, view: &View<'_>, name: &str, word: &str) -> Response {
    let theme = view.theme;
    let size = roomy(ui, theme, word, theme.space.touch);
    KeyCap { name, word, on: None, fill: theme.ember, size }.show(ui, theme)
}

/// What to do where there are no songs.
fn none(ui: &mut Ui, view: &View<'_>, rect: Rect) {
    let theme = view.theme;
    ui.scope_builder(UiBuilder::new().id_salt("none").max_rect(rect), |ui| {
        let text = RichText::new(view.word(key::HANDS_NO_SONGS));
        ui.add(Label::new(text.font(theme.font(theme.letters.title, Weight::Medium)).color(theme.ink[1])).wrap());
    });
}

/// The song that is played.
fn now(ui: &Ui, view: &View<'_>, rect: Rect, song: Option<&str>, tall: bool) {
    let theme = view.theme;
    let name = song.map_or_else(|| view.word(key::HANDS_NO_SONG_YET), str::to_owned);
    let response = ui.interact(rect, ui.scope_id().with("now"), Sense::hover());
    let spoken = view.say(key::HANDS_SONG_NOW_NAMED, &[("song", name.as_str().into())]);
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &spoken));
    let ink = if song.is_some() { theme.ink[0] } else { theme.ink[2] };
    let letters = theme.letters;
    if tall {
        let small = theme.font(letters.lead, Weight::Medium);
        ui.painter().text(rect.left_top(), Align2::LEFT_TOP, view.word(key::HANDS_SONG_NOW), small, theme.ink[2]);
        let font = fitting(ui, &name, [letters.huge, letters.big, letters.title], rect.width(), view);
        paint_within(ui.painter(), (rect.left_bottom(), Align2::LEFT_BOTTOM), name, (font, ink), rect.width());
    } else {
        let font = fitting(ui, &spoken, [letters.title, letters.lead, letters.body], rect.width(), view);
        paint_within(ui.painter(), (rect.left_center(), Align2::LEFT_CENTER), spoken, (font, ink), rect.width());
    }
}

/// The next song as one big key.
fn big_next(ui: &mut Ui, view: &View<'_>, rect: Rect, songs: &Songs<'_>) {
    ui.scope_builder(UiBuilder::new().id_salt("next").max_rect(rect), |ui| {
        let next = songs.next;
        ui.add_enabled_ui(next.is_some(), |ui| {
            let (rect, response) = ui.allocate_exact_size(rect.size(), Sense::click());
            let spoken = match next {
                Some(song) => view.say(key::HANDS_NEXT_NAMED, &[("song", song.into())]),
                None => view.word(key::HANDS_LAST_SONG),
            };
            response.widget_info(|| WidgetInfo::labeled(Role::Button, next.is_some(), &spoken));
            paint_next(ui, view, rect, songs, &response);
            let response = response.on_hover_text(view.tip(Action::NextSong, ui.ctx()));
            if response.clicked() && next::in_time(ui.ctx()) {
                view.send(Command::Song(SongWish::Next));
            }
        });
    });
}

fn paint_next(ui: &Ui, view: &View<'_>, rect: Rect, songs: &Songs<'_>, response: &Response) {
    let theme = view.theme;
    let (space, letters) = (theme.space, theme.letters);
    let there = songs.next.is_some();
    let edge = match (there, response.hovered()) {
        (true, false) => theme.ember,
        (true, true) => theme.ink[0],
        (false, _) => theme.line,
    };
    let fill = if there { theme.surface[3] } else { theme.surface[1] };
    let stroke = Stroke::new(space.hair * 2.0, edge);
    ui.painter().rect(rect, corner(theme.radius.l), fill, stroke, StrokeKind::Inside);
    let inner = rect.shrink2(vec2(space.xl, space.m));
    let small = theme.font(letters.lead, Weight::Medium);
    let place = match view.snapshot.fade_left {
        Some(left) => view.say(key::SCENE_FADING, &[("seconds", reading::seconds(left).into())]),
        None => format!("{} / {}", songs.number_of_next().min(songs.count), songs.count),
    };
    let place = ui.painter().text(inner.right_top(), Align2::RIGHT_TOP, place, small.clone(), theme.ink[1]);
    let above = view.word(if there { key::HANDS_NEXT } else { key::HANDS_LAST_SONG });
    let room = place.left() - inner.left() - space.m;
    paint_within(ui.painter(), (inner.left_top(), Align2::LEFT_TOP), above, (small, theme.ink[1]), room);
    if let Some(song) = songs.next {
        let largest = if inner.height() >= letters.huge * 1.4 + letters.lead { letters.huge } else { letters.big };
        let font = fitting(ui, song, [largest, letters.big, letters.title], inner.width(), view);
        let middle = pos2(inner.left(), (inner.top() + letters.lead + inner.bottom()) / 2.0 + space.xs);
        paint_within(ui.painter(), (middle, Align2::LEFT_CENTER), song.to_owned(), (font, theme.ink[0]), inner.width());
    }
    if response.has_focus() {
        ring(ui.painter(), theme, rect, theme.radius.l);
    }
}

/// The songs after the next one, as many as have room.
fn later(ui: &mut Ui, view: &View<'_>, rect: Rect, songs: &[&str]) {
    let theme = view.theme;
    let line = theme.letters.title * 1.4;
    let shown = (rect.height() / line).max(0.0) as usize;
    for (n, song) in songs.iter().take(shown).enumerate() {
        let row = Rect::from_min_size(pos2(rect.left(), rect.top() + line * n as f32), vec2(rect.width(), line));
        let response = ui.interact(row, ui.scope_id().with(("later", n)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, *song));
        let font = theme.font(theme.letters.title, Weight::Regular);
        let at = (row.left_center() + vec2(theme.space.xl, 0.0), Align2::LEFT_CENTER);
        paint_within(ui.painter(), at, (*song).to_owned(), (font, theme.ink[2]), row.width() - theme.space.xl);
    }
}

/// A field with one song on each line. Gives what became of it: a set list that was taken, or none.
fn write(ui: &mut Ui, view: &View<'_>, draft: &mut String, enters: bool) -> Option<Option<Show>> {
    let theme = view.theme;
    let mut done = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = theme.space.s;
        let (keep, give_up) = (view.word(key::HANDS_SET_LIST_KEEP), view.word(key::HANDS_SET_LIST_LEAVE));
        if small(ui, view, &keep, &keep).clicked() {
            let songs = draft.lines().map(str::trim).filter(|song| !song.is_empty());
            let songs = songs.take(MAX_MARKERS).map(|song| song.chars().take(MAX_NAME).collect());
            done = Some(Some(Show { set_list: songs.collect(), ..view.snapshot.show.clone() }));
        }
        if small(ui, view, &give_up, &give_up).clicked() {
            done = Some(None);
        }
        let hint = RichText::new(view.word(key::HANDS_SET_LIST_HINT));
        ui.add(Label::new(hint.font(theme.font(theme.letters.body, Weight::Regular)).color(theme.ink[1])).wrap());
    });
    let rows = (ui.available_height() / (theme.letters.title * 1.4)).max(2.0) as usize;
    ScrollArea::vertical().id_salt("set list").auto_shrink([false, false]).show(ui, |ui| {
        let field = TextEdit::multiline(draft)
            .id(Id::unique("set list"))
            .font(theme.font(theme.letters.title, Weight::Regular))
            .char_limit(MAX_MARKERS * MAX_NAME)
            .desired_width(f32::INFINITY)
            .desired_rows(rows);
        let response = ui.add(field).accessible_name(view.word(key::HANDS_SET_LIST));
        if enters {
            response.request_focus();
        }
    });
    done
}
