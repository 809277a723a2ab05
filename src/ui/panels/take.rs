//! One take: its names, how it looks and sounds, what can be done with it, and what happened while it was recorded.

use egui::{Id, ProgressBar, RichText, ScrollArea, Ui, vec2};
use korero_sentences::{Key as Sentence, key};

use crate::limits::MAX_NAME;
use crate::session::command::Command;
use crate::session::shelf::{Done, OpenTake, Picture, ShelfWish, Task, Work};
use crate::takes;
use crate::ui::reading;
use crate::ui::theme::Weight;
use crate::ui::view::View;
use crate::ui::widgets::doubt::Doubt;
use crate::ui::widgets::field::Field;
use crate::ui::widgets::key::{KeyCap, fitting};

use super::export::Export;
use super::takes::folder_name;
use super::wave::Wave;
use super::{caption, wave};

/// What is remembered of the take that is looked at.
#[derive(Default)]
pub(crate) struct TakeView {
    wave: Wave,
    export: Export,
    /// The choices of an export are open.
    exporting: bool,
    bin: Doubt<std::path::PathBuf>,
}

impl TakeView {
    /// Shows the open take, or how to open one, and what was done last.
    pub(crate) fn show(&mut self, ui: &mut Ui, view: &View<'_>) {
        ScrollArea::vertical().id_salt("take").auto_shrink([false, false]).show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(view.theme.space.s, view.theme.space.s);
            if let Some(open) = view.snapshot.shelf.open.clone() {
                ui.push_id(open.take.id, |ui| self.open(ui, view, &open));
            } else {
                let none = view.snapshot.shelf.rows.as_ref().is_none_or(|rows| rows.is_empty());
                caption(ui, view.theme, view.word(if none { key::SHELF_BEGIN } else { key::SHELF_CHOOSE }));
                done(ui, view);
            }
        });
    }

    fn open(&mut self, ui: &mut Ui, view: &View<'_>, open: &OpenTake) {
        names(ui, view, open);
        self.wave.show(ui, view, open);
        ui.horizontal_wrapped(|ui| self.keys(ui, view, open));
        if self.exporting
            && let Some(plan) = self.export.show(ui, view, open)
        {
            view.send(Command::Shelf(ShelfWish::Export(open.take.folder.clone(), Box::new(plan))));
            self.exporting = false;
        }
        let folder = &open.take.folder;
        match &view.snapshot.shelf.work {
            Some(work) => works(ui, view, work),
            // What was done with another take says nothing of this one.
            None if view.snapshot.shelf.done.as_ref().is_some_and(|done| done.folder() == folder) => done(ui, view),
            None => {}
        }
        history(ui, view, open);
    }

    fn keys(&mut self, ui: &mut Ui, view: &View<'_>, open: &OpenTake) {
        let folder = &open.take.folder;
        let shelf = &view.snapshot.shelf;
        let there = !open.take.is_open() && !open.take.files.is_empty();
        let heard = shelf.heard.as_ref().is_some_and(|heard| heard.take == open.take.id);
        let word = if heard { key::SHELF_SILENCE } else { key::SHELF_PLAY };
        if key(ui, view, (word, key::SHELF_PLAY_TIP), Some(heard), there) {
            view.send(Command::Shelf(self.wave.toggle(view, open)));
        }
        let free = shelf.work.is_none() && there;
        if key(ui, view, (key::SHELF_EXPORT, key::SHELF_EXPORT_TIP), Some(self.exporting), free) {
            self.exporting = !self.exporting;
        }
        if key(ui, view, (key::SHELF_SEND, key::SHELF_SEND_TIP), None, free) {
            view.send(Command::Shelf(ShelfWish::Send(folder.clone())));
        }
        if key(ui, view, (key::SHELF_VERIFY, key::SHELF_VERIFY_TIP), None, free) {
            view.send(Command::Shelf(ShelfWish::Verify(folder.clone())));
        }
        if key(ui, view, (key::SHELF_REVEAL, key::SHELF_REVEAL_TIP), None, true) {
            view.send(Command::Shelf(ShelfWish::Reveal(folder.clone())));
        }
        let sure = self.bin.asks(folder, view.now);
        let word = if sure { key::SHELF_BIN_SURE } else { key::SHELF_BIN };
        if key(ui, view, (word, key::SHELF_BIN_TIP), None, free) && self.bin.press(folder.clone(), view.now) {
            view.send(Command::Shelf(ShelfWish::Bin(folder.clone())));
        }
    }
}

/// One key of a row.
pub(super) fn key(
    ui: &mut Ui,
    view: &View<'_>,
    (word, tip): (Sentence, Sentence),
    on: Option<bool>,
    can: bool,
) -> bool {
    let theme = view.theme;
    let word = view.word(word);
    let size = fitting(ui, theme, &word);
    if ui.layout().main_wrap && ui.available_size_before_wrap().x < size.x {
        ui.end_row();
    }
    let shown = ui.add_enabled_ui(can, |ui| {
        let cap = KeyCap { name: &word, word: &word, on, fill: theme.ember, size };
        cap.show(ui, theme).on_hover_text(view.word(tip)).on_disabled_hover_text(view.word(key::SHELF_NOT_NOW))
    });
    shown.inner.clicked()
}

/// The title and who plays, and how loud it is.
fn names(ui: &mut Ui, view: &View<'_>, open: &OpenTake) {
    let show = &open.take.show;
    let space = view.theme.space;
    let room = ui.available_width() - space.chooser + space.l;
    ui.horizontal(|ui| {
        let mut field = |salt: &str, named: Sentence, text: &str, share: f32| {
            let width = (room * share).max(space.strip);
            ui.vertical(|ui| {
                caption(ui, view.theme, view.word(named));
                let field = Field {
                    // The folder changes with the name; the keyboard stays where it is.
                    id: Id::unique((salt, open.take.id)),
                    name: &view.word(named),
                    text,
                    hint: "",
                    width,
                    secret: false,
                    limit: MAX_NAME,
                };
                let free = view.snapshot.shelf.work.is_none() && !open.take.is_open();
                ui.add_enabled_ui(free, |ui| field.show(ui).1).inner
            })
            .inner
        };
        let title = field("take title", key::SHELF_TITLE, &show.title, 0.6);
        let artist = field("take artist", key::SHELF_ARTIST, &show.artist, 0.4);
        if title.is_some() || artist.is_some() {
            view.send(Command::Shelf(ShelfWish::Rename { folder: open.take.folder.clone(), artist, title }));
        }
        ui.vertical(|ui| loudness(ui, view, open));
    });
}

fn loudness(ui: &mut Ui, view: &View<'_>, open: &OpenTake) {
    let Picture::Known(overview) = &open.picture else { return };
    let (Some(lufs), Some(peak)) = (overview.loudness_lufs, overview.true_peak_db) else { return };
    let args = [("lufs", reading::level(lufs).into()), ("peak", reading::level(peak).into())];
    let words = view.say(key::SHELF_LOUDNESS, &args);
    caption(ui, view.theme, view.word(key::SHELF_LOUD));
    let font = view.theme.font(view.theme.letters.body, Weight::Medium);
    ui.label(RichText::new(words).font(font).color(view.theme.ink[1]));
}

/// What is being done, and the key that breaks it off.
fn works(ui: &mut Ui, view: &View<'_>, work: &Work) {
    let words = match work.what {
        Task::Verify => view.word(key::SHELF_VERIFYING),
        Task::Export => view.say(key::SHELF_EXPORTING, &[("name", work.name.as_str().into())]),
        Task::Send => view.say(key::SHELF_SENDING, &[("percent", (work.share * 100.0).floor().into())]),
        Task::Bin => view.word(key::SHELF_BINNING),
    };
    caption(ui, view.theme, words.clone());
    if view.snapshot.shelf.open.as_ref().is_none_or(|open| open.take.folder != work.folder) {
        caption(ui, view.theme, folder_name(&work.folder));
    }
    ui.horizontal(|ui| {
        // The system moves it in one step, or says that it cannot.
        if work.what != Task::Bin {
            let width = ui.available_width() - view.theme.space.strip - view.theme.space.l;
            let bar = ProgressBar::new(work.share).desired_width(width).fill(view.theme.ember);
            ui.add(bar.desired_height(view.theme.space.s)).accessible_name(words);
            if key(ui, view, (key::SHELF_STOP, key::SHELF_STOP_TIP), None, true) {
                view.send(Command::Shelf(ShelfWish::Stop));
            }
        }
    });
}

/// What was done last.
fn done(ui: &mut Ui, view: &View<'_>) {
    let (words, told) = match &view.snapshot.shelf.done {
        None | Some(Done::Ended(_)) => return,
        Some(Done::Good(_)) => (view.word(key::SHELF_GOOD), &[][..]),
        Some(Done::Sent(_)) => (view.word(key::SHELF_SENT), &[][..]),
        Some(Done::Binned(folder)) => (view.say(key::SHELF_BINNED, &[("take", folder_name(folder).into())]), &[][..]),
        Some(Done::Exported { files, first, told, .. }) => {
            let folder = first.as_ref().and_then(|file| file.parent()).map(folder_name).unwrap_or_default();
            let args = [("files", (*files).into()), ("folder", folder.into())];
            (view.say(key::SHELF_EXPORTED, &args), told.as_slice())
        }
    };
    let font = view.theme.font(view.theme.letters.small, Weight::Medium);
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(words).font(font.clone()).color(view.theme.good));
        if let Some(Done::Exported { first: Some(first), .. }) = &view.snapshot.shelf.done
            && key(ui, view, (key::SHELF_REVEAL_FILES, key::SHELF_REVEAL_TIP), None, true)
        {
            view.send(Command::Shelf(ShelfWish::Reveal(first.clone())));
        }
    });
    for fault in told {
        ui.label(RichText::new(fault.sentence(view.language)).font(font.clone()).color(view.theme.caution));
    }
}

/// What happened while it was recorded.
fn history(ui: &mut Ui, view: &View<'_>, open: &OpenTake) {
    caption(ui, view.theme, view.word(key::SHELF_HISTORY));
    let first = open.take.first_frame();
    // Lines of text, not keys: they stand close.
    ui.spacing_mut().interact_size.y = 0.0;
    ui.spacing_mut().item_spacing.y = view.theme.space.xs;
    for moment in open.take.history() {
        let at = reading::clock(takes::seconds(moment.frame.since(first)));
        let (time, words) = (wave::figures(view, &at), moment.sentence(view.language));
        ui.horizontal(|ui| {
            ui.label(time);
            let font = view.theme.font(view.theme.letters.small, Weight::Regular);
            ui.add(egui::Label::new(RichText::new(words).font(font).color(view.theme.ink[1])).wrap());
        });
    }
}
