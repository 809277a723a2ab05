//! The panels of the window. Each stands alone: one that fails says so and leaves the others at work.

pub(crate) mod air;
pub(crate) mod buses;
pub(crate) mod channel;
pub(crate) mod control;
pub(crate) mod curve;
pub(crate) mod faults;
pub(crate) mod flow;
pub(crate) mod group;
pub(crate) mod guard;
pub(crate) mod mix;
pub(crate) mod plan;
pub(crate) mod scribble;
pub(crate) mod status;
pub(crate) mod strip;
pub(crate) mod strips;
pub(crate) mod target;
pub(crate) mod top;

use egui::{Context, Label, Response, RichText, Ui};

use crate::desk::address::ChannelName;

use super::theme::{Theme, Weight};
use super::view::View;

/// A quiet word above something.
pub(crate) fn caption(ui: &mut Ui, theme: &Theme, text: impl Into<String>) {
    let text = RichText::new(text).font(theme.font(theme.letters.tiny, Weight::Medium)).color(theme.ink[2]);
    ui.add(Label::new(text).truncate());
}

/// Opens the panel of a channel by its name. Opened by the keyboard, the keyboard goes there.
pub(crate) fn open(ui: &Ui, view: &mut View<'_>, name: ChannelName, by: &Response) {
    if by.has_focus() {
        ui.data_mut(|data| data.insert_temp(channel::entered(), true));
    }
    *view.opened = Some(name);
}

/// Closes the panel that is open; the keyboard goes back to the channel's name.
pub(crate) fn close(ctx: &Context, opened: &mut Option<ChannelName>) {
    let name = match opened.take() {
        Some(ChannelName::Strip(id)) => scribble::place(&id),
        Some(ChannelName::Desk) | None => return,
        Some(name) => buses::place(&name),
    };
    ctx.memory_mut(|memory| memory.request_focus(name));
}
