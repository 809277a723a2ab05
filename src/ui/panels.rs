//! The panels of the window. Each stands alone: one that fails says so and leaves the others at work.

pub(crate) mod air;
pub(crate) mod faults;
pub(crate) mod guard;
pub(crate) mod mix;
pub(crate) mod scribble;
pub(crate) mod status;
pub(crate) mod strip;
pub(crate) mod strips;
pub(crate) mod target;
pub(crate) mod top;

use egui::{Label, RichText, Ui};

use super::theme::{Theme, Weight};

/// A quiet word above something.
pub(crate) fn caption(ui: &mut Ui, theme: &Theme, text: impl Into<String>) {
    let text = RichText::new(text).font(theme.font(theme.letters.tiny, Weight::Medium)).color(theme.ink[2]);
    ui.add(Label::new(text).truncate());
}
