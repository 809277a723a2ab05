//! The window is opened by what a person chose to draw it, or by the other one where that cannot.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use eframe::egui_wgpu::{WgpuConfiguration, WgpuSetup};
use eframe::{NativeOptions, wgpu};
use egui::ViewportBuilder;
use korero_sentences::key;

use crate::fault::Fault;
use crate::looks::Renderer;

use super::{FIRST_SIZE, Link, Window};

/// Names what draws the window, for who cannot open it to choose: `glow` or `wgpu`.
const CHOSEN_OUTSIDE: &str = "KORERO_RENDERER";

/// Why a window is no more.
enum Ended {
    /// The renderer says so; the other one may draw.
    Refused(Fault),
    /// It broke down, and nothing can be drawn in this process any more.
    Broken(Fault),
}

/// Opens the window on the calling thread, which must be the main one, and blocks until it is closed. Closing it asks
/// the session to quit and waits for its end, at most [`crate::limits::FAREWELL`].
///
/// # Errors
/// No display, or neither OpenGL nor what is newer.
pub fn open(link: &Link) -> Result<(), Fault> {
    let chosen = std::env::var(CHOSEN_OUTSIDE).ok().and_then(|name| Renderer::named(&name));
    let chosen = chosen.unwrap_or(link.snapshot.load().looks.renderer);
    // Only by trying is known what can draw here; a window that is refused in the middle of a show is opened anew, too.
    match run(link, chosen) {
        Ok(()) => Ok(()),
        Err(Ended::Refused(reason)) if !link.snapshot.load().ended => {
            run(link, chosen.other()).map_err(|ended| if let Ended::Broken(later) = ended { later } else { reason })
        }
        Err(Ended::Refused(reason) | Ended::Broken(reason)) => Err(reason),
    }
}

fn run(link: &Link, renderer: Renderer) -> Result<(), Ended> {
    let options = NativeOptions {
        viewport: viewport(link),
        renderer: match renderer {
            Renderer::Glow => eframe::Renderer::Glow,
            Renderer::Wgpu => eframe::Renderer::Wgpu,
        },
        wgpu_options: newer_than_opengl(),
        ..NativeOptions::default()
    };
    let link = link.clone();
    let creator: eframe::AppCreator<'_> =
        Box::new(move |cc| Ok(Box::new(Window::new(&cc.egui_ctx, link).drawn_by(renderer))));
    let fault = |reason: String| Fault::new(key::FAULT_WINDOW_OPEN).with("reason", reason);
    // Drivers of graphics are no reason for a show to end otherwise than in order.
    match catch_unwind(AssertUnwindSafe(|| eframe::run_native("korero", options, creator))) {
        Ok(done) => done.map_err(|error| Ended::Refused(fault(error.to_string()))),
        Err(panic) => Err(Ended::Broken(fault(words(&*panic)))),
    }
}

/// What a panic said.
fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}

fn viewport(link: &Link) -> ViewportBuilder {
    let icon = eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icon.png")).unwrap_or_default();
    let place = link.snapshot.load().looks.place;
    ViewportBuilder::default()
        .with_title(korero_sentences::say(link.language, key::WINDOW_NAME, &[]))
        .with_app_id("korero")
        .with_icon(icon)
        .with_inner_size(place.map_or(FIRST_SIZE, |place| egui::vec2(place.width, place.height)))
        .with_maximized(place.is_some_and(|place| place.maximised))
        .with_min_inner_size([960.0, 640.0])
}

/// Vulkan, Metal or Direct3D: for OpenGL there is `glow`.
fn newer_than_opengl() -> WgpuConfiguration {
    let mut options = WgpuConfiguration::default();
    if let WgpuSetup::CreateNew(new) = &mut options.wgpu_setup {
        new.instance_descriptor.backends = wgpu::Backends::PRIMARY;
    }
    options
}
