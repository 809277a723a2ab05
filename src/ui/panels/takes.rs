//! What was recorded: a list of takes, newest first, and beside it the one that is looked at.

use std::path::Path;

use egui::{Color32, Id, ScrollArea, Sense, Ui, UiBuilder, vec2};
use korero_sentences::key;

use crate::session::command::Command;
use crate::session::shelf::ShelfWish;
use crate::takes::list::{Row, State, Summary};
use crate::ui::reading;
use crate::ui::view::View;
use crate::ui::widgets::row::{self, ListRow};

use super::take::TakeView;
use super::{caption, head};

/// The share of the width that the list takes.
const LIST: f32 = 0.36;
/// A panel that was not seen for this long, in seconds, looks anew.
const AWAY: f64 = 0.5;

/// What the panel remembers from picture to picture.
#[derive(Default)]
pub(crate) struct TakesPanel {
    /// When it was shown last.
    seen: Option<f64>,
    take: TakeView,
}

impl TakesPanel {
    /// Shows the takes in the whole of `ui`.
    pub(crate) fn show(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        if self.seen.replace(view.now).is_none_or(|seen| view.now - seen > AWAY) {
            view.send(Command::Shelf(ShelfWish::Look));
        }
        let title = view.word(key::SHELF_PANEL);
        let Some(inner) = head::show(ui, view, (&title, None), folder) else { return };
        let (left, right) = inner.split_left_right_at_x(inner.left() + inner.width() * LIST);
        ui.scope_builder(UiBuilder::new().id_salt("list").max_rect(left), |ui| list(ui, view));
        let right = right.with_min_x(right.left() + view.theme.space.m);
        ui.scope_builder(UiBuilder::new().id_salt("take").max_rect(right), |ui| self.take.show(ui, view));
    }
}

/// Where takes go.
fn folder(ui: &mut Ui, view: &mut View<'_>) {
    caption(ui, view.theme, view.snapshot.record_folder.display().to_string());
}

fn list(ui: &mut Ui, view: &View<'_>) {
    let rows = match &view.snapshot.shelf.rows {
        None => return caption(ui, view.theme, view.word(key::SHELF_LOOKING)),
        Some(rows) if rows.is_empty() => return caption(ui, view.theme, view.word(key::SHELF_EMPTY)),
        Some(rows) => rows.clone(),
    };
    let height = view.theme.space.touch;
    ui.spacing_mut().item_spacing.y = view.theme.space.xs;
    ScrollArea::vertical().id_salt("takes").auto_shrink([false, false]).show_rows(
        ui,
        height,
        rows.len(),
        |ui, seen| {
            for n in seen {
                let row = Shown { n, row: &rows[n], all: &rows };
                ui.push_id(&rows[n].folder, |ui| row.show(ui, view));
            }
        },
    );
}

/// What a take is called: its title and who plays, or the name of its folder.
pub(super) fn called(row: &Row) -> String {
    let named = row.take.as_ref().map(|take| [take.title.as_str(), take.artist.as_str()]);
    let words: Vec<&str> = named.into_iter().flatten().filter(|word| !word.is_empty()).collect();
    if words.is_empty() { folder_name(&row.folder) } else { words.join(" – ") }
}

/// The last step of the way to a take.
pub(super) fn folder_name(folder: &Path) -> String {
    folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned()
}

/// One take in the list.
struct Shown<'a> {
    n: usize,
    row: &'a Row,
    all: &'a [Row],
}

impl Shown<'_> {
    fn show(&self, ui: &mut Ui, view: &View<'_>) {
        let theme = view.theme;
        let size = vec2(row::room(ui, theme), theme.space.touch);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let (name, facts, state) = (called(self.row), self.facts(view), self.state(view));
        let args =
            [("take", name.as_str().into()), ("facts", facts.as_str().into()), ("state", state.0.as_str().into())];
        let row = ListRow {
            id: place(&self.row.folder),
            spoken: &view.say(key::SHELF_ROW, &args),
            selected: view.snapshot.shelf.open.as_ref().is_some_and(|open| open.take.folder == self.row.folder),
            number: None,
            name: &name,
            state,
            facts: Some(facts),
        };
        let response = row.show(ui, theme, rect);
        if response.has_focus() {
            row::arrows(ui, (self.n, rect), row.id, |n| self.all.get(n).map(|row| place(&row.folder)));
        }
        if response.clicked() {
            view.send(Command::Shelf(ShelfWish::Open(Some(self.row.folder.clone()))));
        }
        response.on_hover_text(self.row.folder.display().to_string());
    }

    /// When, how long, how large.
    fn facts(&self, view: &View<'_>) -> String {
        let began = self.row.began().map_or_else(String::new, |at| {
            format!("{:04}-{:02}-{:02} {:02}:{:02}", at.year, at.month, at.day, at.hour, at.minute)
        });
        let length = self.row.take.as_ref().map_or_else(|_| String::new(), |take| reading::clock(take.length));
        let size = reading::bytes(self.row.bytes);
        view.say(key::SHELF_FACTS, &[("began", began.into()), ("length", length.into()), ("size", size.into())])
    }

    /// How it stands, in a word and its colour.
    fn state(&self, view: &View<'_>) -> (String, Color32) {
        let theme = view.theme;
        match &self.row.take {
            Err(_) => (view.word(key::SHELF_UNREADABLE), theme.over),
            Ok(Summary { state: State::Busy, .. }) => (view.word(key::SHELF_BUSY), theme.live),
            Ok(Summary { state: State::Interrupted, .. }) => (view.word(key::SHELF_INTERRUPTED), theme.caution),
            Ok(Summary { state: State::Recovered { lost }, .. }) => {
                let args = [("seconds", reading::seconds_up(*lost).into())];
                (view.say(key::SHELF_RECOVERED, &args), theme.caution)
            }
            Ok(Summary { gaps: 0, .. }) => (view.word(key::SHELF_WHOLE), theme.ink[2]),
            Ok(Summary { gaps, .. }) => (view.say(key::SHELF_GAPS, &[("count", (*gaps).into())]), theme.caution),
        }
    }
}

/// A take in the list, for the keyboard.
fn place(folder: &Path) -> Id {
    Id::unique(("take", folder))
}
