//! The window. It draws the latest [`Snapshot`], takes the meters at each picture and sends [`Command`]s; whatever
//! happens to it, the show goes on elsewhere.

mod action;
mod farewell;
mod fonts;
mod hand;
mod inputs;
mod keymap;
mod lateness;
mod lock;
mod meter_scale;
mod meters;
mod naming;
mod news;
mod palette;
mod panels;
mod playing;
mod reading;
mod shell;
mod theme;
mod view;
mod widgets;
mod words;

use std::sync::Arc;
use std::sync::mpsc::Sender;

use arc_swap::ArcSwap;
use korero_sentences::{Language, key};

use crate::desk::taper;
use crate::engine::levels::Levels;
use crate::fault::Fault;
use crate::metering::Readings;
use crate::session::command::Command;
use crate::session::snapshot::Snapshot;

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

/// Opens the window on the calling thread, which must be the main one, and blocks until it is closed. Closing it asks
/// the session to quit and waits for its end, at most [`crate::limits::FAREWELL`].
///
/// # Errors
/// No display, or no OpenGL.
pub fn open(link: Link) -> Result<(), Fault> {
    let icon = eframe::icon_data::from_png_bytes(include_bytes!("../assets/icon.png")).unwrap_or_default();
    let place = link.snapshot.load().looks.place;
    let viewport = egui::ViewportBuilder::default()
        .with_title(korero_sentences::say(link.language, key::WINDOW_NAME, &[]))
        .with_app_id("korero")
        .with_icon(icon)
        .with_inner_size(place.map_or(FIRST_SIZE, |place| egui::vec2(place.width, place.height)))
        .with_maximized(place.is_some_and(|place| place.maximised))
        .with_min_inner_size([960.0, 640.0]);
    let options = eframe::NativeOptions { viewport, renderer: eframe::Renderer::Glow, ..Default::default() };
    eframe::run_native("korero", options, Box::new(|cc| Ok(Box::new(Window::new(&cc.egui_ctx, link)))))
        .map_err(|error| Fault::new(key::FAULT_WINDOW_OPEN).with("reason", error.to_string()))
}
