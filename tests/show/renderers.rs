//! What draws the window: what a person chose, or the other one where that cannot.

use std::fs;

use crate::harness::{Program, Server, wait_for};
use crate::screen::{METER, MOVES, Screen, dressed};

/// The software Vulkan device of Mesa, as it is seen in the memory of who draws by it.
const VULKAN: &str = "libvulkan_lvp";

/// Whether that window is drawn by Vulkan.
fn by_vulkan(app: &Program) -> bool {
    fs::read_to_string(format!("/proc/{}/maps", app.id())).expect("it runs").contains(VULKAN)
}

/// Opens a window with these settings and this environment, waits for its first meter, and tells whether Vulkan draws it.
fn drawn_by_vulkan(settings: &str, environment: &[(&str, &str)]) -> bool {
    let server = Server::start();
    let screen = Screen::open();
    let mut command = dressed(&server, &screen, settings);
    command.envs(environment.iter().copied());
    let mut app = Program::start("window", &mut command);
    wait_for("the first meter", || (screen.points_of(METER) >= MOVES).then_some(()));
    let vulkan = by_vulkan(&app);
    app.interrupt();
    assert!(app.wait().success());
    vulkan
}

#[test]
fn a_window_is_drawn_by_opengl_unless_something_newer_is_chosen() {
    assert!(!drawn_by_vulkan("", &[]));
    assert!(drawn_by_vulkan("[looks]\nrenderer = \"wgpu\"\n", &[]));
}

#[test]
fn a_window_whose_renderer_finds_no_device_is_drawn_by_the_other_one() {
    let nowhere = [("VK_DRIVER_FILES", "/nowhere"), ("VK_ICD_FILENAMES", "/nowhere")];
    assert!(!drawn_by_vulkan("[looks]\nrenderer = \"wgpu\"\n", &nowhere));
}

#[test]
fn who_cannot_open_the_window_any_more_chooses_from_outside() {
    assert!(!drawn_by_vulkan("[looks]\nrenderer = \"wgpu\"\n", &[("KORERO_RENDERER", "glow")]));
}
