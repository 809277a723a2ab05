//! The window. It draws the latest [`Snapshot`], takes the meters at each picture and sends [`Command`]s; whatever
//! happens to it, the show goes on elsewhere.

mod action;
mod farewell;
mod fonts;
mod hand;
mod heap;
mod inputs;
mod keymap;
mod lateness;
mod lock;
mod meter_scale;
mod meters;
mod naming;
mod news;
mod opening;
mod palette;
mod panels;
mod playing;
mod reading;
mod scale;
mod shell;
mod theme;
mod view;
mod widgets;
mod words;

use std::sync::Arc;
use std::sync::mpsc::Sender;

use arc_swap::ArcSwap;
use korero_sentences::Language;

use crate::desk::taper;
use crate::engine::levels::Levels;
use crate::metering::Readings;
use crate::session::command::Command;
use crate::session::snapshot::Snapshot;

pub use opening::open;
pub use shell::Window;

/// How large the window is when it opens for the first time.
const FIRST_SIZE: egui::Vec2 = egui::vec2(1280.0, 800.0);
/// The least room that the panels need.
const LEAST_ROOM: egui::Vec2 = egui::vec2(840.0, 520.0);

/// All that the window knows of the show.
#[derive(Clone)]
pub struct Link {
    /// The latest state; put there by the control thread.
    pub snapshot: Arc<ArcSwap<Snapshot>>,
    /// Where wishes go.
    pub commands: Sender<Command>,
    /// The meters; the window is the reader of those of strips, mix and headphones.
    pub levels: Arc<Levels>,
    /// The latest of what is measured more closely.
    pub readings: Arc<ArcSwap<Readings>>,
    /// The language it opens in.
    pub language: Language,
}
