//! How a take is made: what besides the mix and the inputs, in which form, and where its second copy goes. Behind one key,
//! for it is chosen once and then left alone.

use std::path::PathBuf;

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Id, PopupCloseBehavior, Ui};
use korero_sentences::{Key, key};

use crate::recording::{Layout, Recording, SampleForm, Second};
use crate::ui::view::View;
use crate::ui::widgets::field::Field;

use super::caption;

/// The longest folder that is taken, characters.
const MAX_PATH: usize = 1_024;

/// Shows the key; `true` when something was changed.
pub(super) fn show(ui: &mut Ui, view: &View<'_>, record: &mut Recording) -> bool {
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (response, inner) = MenuButton::new(view.word(key::HOW)).config(config).ui(ui, |ui| choices(ui, view, record));
    response.on_hover_text(view.word(key::HOW_TIP));
    inner.is_some_and(|inner| inner.inner)
}

fn choices(ui: &mut Ui, view: &View<'_>, record: &mut Recording) -> bool {
    ui.set_width(view.theme.space.chooser);
    let mut switch =
        |on: &mut bool, word: Key, tip: Key| ui.checkbox(on, view.word(word)).on_hover_text(view.word(tip)).changed();
    let mut changed = switch(&mut record.groups, key::HOW_GROUPS, key::HOW_GROUPS_TIP);
    changed |= switch(&mut record.cues, key::HOW_CUES, key::HOW_CUES_TIP);
    let mut float = record.form == SampleForm::Float32;
    if switch(&mut float, key::HOW_FLOAT, key::HOW_FLOAT_TIP) {
        record.form = if float { SampleForm::Float32 } else { SampleForm::Pcm24 };
        changed = true;
    }
    let mut apart = record.layout == Layout::FilePerTrack;
    if switch(&mut apart, key::HOW_APART, key::HOW_APART_TIP) {
        record.layout = if apart { Layout::FilePerTrack } else { Layout::Polywav };
        changed = true;
    }
    ui.separator();
    changed | second(ui, view, &mut record.second)
}

/// Whether there is a second place, what it is for, and where it is.
fn second(ui: &mut Ui, view: &View<'_>, second: &mut Second) -> bool {
    caption(ui, view.theme, view.word(key::HOW_SECOND));
    let words = [key::HOW_SECOND_NONE, key::HOW_SECOND_FAIL_OVER, key::HOW_SECOND_MIRROR].map(|word| view.word(word));
    let used = match second {
        Second::None => 0,
        Second::FailOver(_) => 1,
        Second::Mirror(_) => 2,
    };
    // What is chosen before there is a folder waits for one.
    let wanted = Id::unique("second place wanted");
    let used = ui.data(|data| data.get_temp(wanted)).unwrap_or(used);
    // One list in another would close it.
    let pressed = |(n, word): (usize, &String)| ui.radio(used == n, word.as_str()).clicked().then_some(n);
    let choice = words.iter().enumerate().filter_map(pressed).last();
    let folder = second.folder().map_or_else(PathBuf::new, ToOwned::to_owned);
    let typed = (choice.unwrap_or(used) > 0).then(|| place(ui, view, &folder)).flatten();
    let (used, folder) = (choice.unwrap_or(used), typed.clone().unwrap_or(folder));
    if choice.is_none() && typed.is_none() {
        return false;
    }
    ui.data_mut(|data| data.insert_temp(wanted, used));
    *second = match used {
        _ if folder.as_os_str().is_empty() => Second::None,
        1 => Second::FailOver(folder),
        2 => Second::Mirror(folder),
        _ => Second::None,
    };
    true
}

fn place(ui: &mut Ui, view: &View<'_>, folder: &std::path::Path) -> Option<PathBuf> {
    let field = Field {
        id: Id::unique("second folder"),
        name: &view.word(key::HOW_SECOND_FOLDER),
        text: &folder.display().to_string(),
        hint: &view.word(key::HOW_SECOND_FOLDER),
        width: ui.available_width(),
        secret: false,
        limit: MAX_PATH,
    };
    field.show(ui).1.map(|folder| folder.trim().into())
}
