//! The panels of the window. Each stands alone: one that fails says so and leaves the others at work.

pub(crate) mod air;
pub(crate) mod bands;
pub(crate) mod buses;
pub(crate) mod channel;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod control;
pub(crate) mod curve;
pub(crate) mod destinations;
pub(crate) mod ear;
pub(crate) mod export;
pub(crate) mod faults;
pub(crate) mod flow;
pub(crate) mod foot;
pub(crate) mod group;
pub(crate) mod guard;
pub(crate) mod guide;
pub(crate) mod head;
pub(crate) mod how;
pub(crate) mod hues;
pub(crate) mod keys;
pub(crate) mod lamps;
pub(crate) mod layer;
pub(crate) mod listen;
pub(crate) mod lock;
pub(crate) mod loudness;
pub(crate) mod minimap;
pub(crate) mod mix;
pub(crate) mod next;
pub(crate) mod night;
pub(crate) mod plan;
pub(crate) mod preset;
pub(crate) mod removed;
pub(crate) mod scene;
pub(crate) mod scenes;
pub(crate) mod scope;
pub(crate) mod scribble;
pub(crate) mod selection;
pub(crate) mod sends;
pub(crate) mod setup;
pub(crate) mod since;
pub(crate) mod status;
pub(crate) mod strip;
pub(crate) mod strips;
pub(crate) mod surfaces;
pub(crate) mod take;
pub(crate) mod taken;
pub(crate) mod takes;
pub(crate) mod target;
pub(crate) mod thumbnail;
pub(crate) mod top;
pub(crate) mod trail;
pub(crate) mod wave;
mod way;

use egui::{Context, Id, Label, Response, RichText, Ui};

use crate::desk::address::ChannelName;
use crate::desk::channel::Section;

use super::theme::{Theme, Weight};

/// A quiet word above something.
pub(crate) fn caption(ui: &mut Ui, theme: &Theme, text: impl Into<String>) {
    let text = RichText::new(text).font(theme.font(theme.letters.tiny, Weight::Medium)).color(theme.ink[2]);
    ui.add(Label::new(text).truncate());
}

/// A panel that opens below the strips.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Open {
    /// Everything of one channel.
    Channel(ChannelName),
    /// The scenes.
    Scenes,
    /// The set-up assistant.
    SetUp,
    /// What was recorded.
    Takes,
    /// Where the air goes.
    Destinations,
    /// What happened this night.
    Night,
    /// What holds the desk beside the window.
    Surfaces,
    /// Which keys do what.
    Keys,
}

/// Opens a panel, by a key on the screen or of the keyboard. Opened by the keyboard, the keyboard goes there.
pub(crate) fn open(ctx: &Context, opened: &mut Option<Open>, panel: Open, by: Option<&Response>) {
    let focused = by.is_none_or(Response::has_focus);
    let opener = by.map(|by| by.id).or_else(|| ctx.memory(egui::Memory::focused));
    ctx.data_mut(|data| {
        if focused {
            data.insert_temp(head::entered(), true);
        }
        data.insert_temp(opener_place(), opener);
    });
    *opened = Some(panel);
}

/// Opens the panel of a channel where one of its sections is.
pub(crate) fn open_at(ctx: &Context, opened: &mut Option<Open>, channel: ChannelName, at: Section, by: &Response) {
    ctx.data_mut(|data| data.insert_temp(aim_place(), Some(at)));
    open(ctx, opened, Open::Channel(channel), Some(by));
}

/// The section that the panel of a channel was opened at, once.
fn take_aim(ctx: &Context) -> Option<Section> {
    ctx.data_mut(|data| data.remove_temp::<Option<Section>>(aim_place())).flatten()
}

fn aim_place() -> Id {
    Id::unique("where the panel was opened")
}

/// Closes the panel that is open; the keyboard goes back to where it was opened.
pub(crate) fn close(ctx: &Context, opened: &mut Option<Open>) {
    *opened = None;
    let opener = ctx.data_mut(|data| data.remove_temp::<Option<Id>>(opener_place())).flatten();
    if let Some(opener) = opener {
        ctx.memory_mut(|memory| memory.request_focus(opener));
    }
}

/// What the open panel was opened by.
fn opener_place() -> Id {
    Id::unique("what opened the panel")
}
