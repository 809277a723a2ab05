//! The window as pictures, drawn by a software Vulkan device and compared point by point with those that are kept beside this
//! file. How they are taken anew is said in CONTRIBUTING.md.

use std::path::Path;

use eframe::egui_wgpu::{WgpuSetup, wgpu};
use egui::{Key, Modifiers};
use egui_kittest::{SnapshotError, SnapshotOptions, SnapshotResults, TestRenderer, wgpu as drawn};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use korero::desk::address::{ChannelName, SlotName, kind};
use korero::desk::channel::{Insert, Place};
use korero::looks::{Colours, Looks};
use korero::session::guide::Step;

use super::evening::{self, Evening};
use super::*;

/// How far a point may be from the kept one before it counts, and how many points of a picture may count. The distance is
/// dify's, squared in YIQ: two of 256 steps of brightness are 2.0, the smallest step between two surfaces of the theme is 20
/// and more. The device computes with the vectors that a processor has, so that edges of letters are rounded to the next step
/// here and there; a hairline that moves or a colour that is another one are hundreds of points.
const BUDGET: (f32, usize) = (2.5, 8);
/// How often a picture that was not drawn in time is drawn again.
const PATIENCE: usize = 10;
/// What all pictures together may weigh: each that is taken anew stays in the history.
const BYTES: u64 = 4 << 20;
/// From one picture to the next, s.
const PICTURE: f32 = 0.05;
/// Pictures until everything stands and the meters have something to show.
const SETTLED: usize = 24;

const LAPTOP: (u32, u32) = (1280, 800);
const SCREEN: (u32, u32) = (1920, 1080);

/// What the window shows.
#[derive(Clone, Copy, PartialEq, Debug)]
enum View {
    Desk,
    /// One channel with the whole height.
    Channel,
    Air,
    Guide(Step),
    /// A panel under the strips, by the keys that open it.
    Panel(&'static str, Modifiers, Key),
}

/// One picture.
#[derive(Clone, Copy, Debug)]
struct Shot {
    view: View,
    colours: Colours,
    /// Percent.
    scale: u16,
    language: Language,
    strips: usize,
    /// Points of the screen.
    size: (u32, u32),
}

const fn shot(view: View, colours: Colours, scale: u16, language: Language, strips: usize, size: (u32, u32)) -> Shot {
    Shot { view, colours, scale, language, strips, size }
}

const D: Colours = Colours::Dark;
const L: Colours = Colours::Light;
const C: Colours = Colours::Contrast;
const E: Language = Language::English;
const M: Language = Language::Maori;

/// The desk alone has every pair of colours, scale, language, strips and size; the other views have every one of them.
#[rustfmt::skip]
const SHOTS: [Shot; 23] = [
    shot(View::Desk, D, 100, E, 8, LAPTOP),
    shot(View::Desk, D, 150, M, 32, SCREEN),
    shot(View::Desk, L, 100, M, 32, LAPTOP),
    shot(View::Desk, L, 150, E, 8, SCREEN),
    shot(View::Desk, C, 150, M, 8, LAPTOP),
    shot(View::Desk, C, 100, E, 32, SCREEN),
    shot(View::Channel, D, 100, E, 8, SCREEN),
    shot(View::Channel, L, 150, M, 32, LAPTOP),
    shot(View::Channel, C, 100, M, 32, LAPTOP),
    shot(View::Air, D, 100, E, 32, LAPTOP),
    shot(View::Air, L, 150, M, 8, SCREEN),
    shot(View::Air, C, 150, E, 8, LAPTOP),
    shot(View::Guide(Step::Welcome), D, 100, M, 8, LAPTOP),
    shot(View::Guide(Step::Play), L, 100, E, 8, LAPTOP),
    shot(View::Guide(Step::Level), C, 150, M, 32, SCREEN),
    shot(View::Guide(Step::Place), D, 150, E, 8, LAPTOP),
    shot(View::Panel("takes", Modifiers::NONE, Key::F8), D, 100, E, 8, LAPTOP),
    shot(View::Panel("destinations", Modifiers::NONE, Key::F4), L, 150, M, 32, SCREEN),
    shot(View::Panel("night", Modifiers::NONE, Key::F3), C, 100, E, 8, LAPTOP),
    shot(View::Panel("surfaces", Modifiers::COMMAND, Key::E), D, 100, M, 32, LAPTOP),
    shot(View::Panel("keys", Modifiers::NONE, Key::F1), L, 100, E, 8, LAPTOP),
    shot(View::Panel("scenes", Modifiers::NONE, Key::F6), C, 150, M, 8, LAPTOP),
    shot(View::Panel("set-up", Modifiers::NONE, Key::F7), D, 100, E, 8, LAPTOP),
];

impl View {
    /// Its word in the name of a picture.
    fn word(self) -> String {
        match self {
            Self::Desk => "desk".into(),
            Self::Channel => "channel".into(),
            Self::Air => "air".into(),
            Self::Guide(step) => format!("guide-{step:?}").to_lowercase(),
            Self::Panel(name, ..) => name.into(),
        }
    }

    /// Which of the five kinds of views it is.
    fn kind(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Channel => "channel",
            Self::Air => "air",
            Self::Guide(_) => "guide",
            Self::Panel(..) => "panel",
        }
    }
}

impl Shot {
    fn name(self) -> String {
        let Self { view, colours, scale, language, strips, size: (width, height) } = self;
        let colours = format!("{colours:?}").to_lowercase();
        format!("{}-{colours}-{scale}-{}-{strips}-{width}x{height}", view.word(), language.tag())
    }

    /// What it stands for, one word for each axis; the view is the last.
    fn axes(self) -> [String; 6] {
        [
            format!("{:?}", self.colours),
            self.scale.to_string(),
            self.language.tag().to_owned(),
            self.strips.to_string(),
            format!("{:?}", self.size),
            self.view.kind().to_owned(),
        ]
    }

    fn snapshot(self) -> Snapshot {
        let evening = match self.view {
            View::Guide(step) => first::led(step),
            View::Channel => with_removed(evening::snapshot(self.strips)),
            View::Panel("takes", ..) => Snapshot { shelf: takes::shelf(), ..evening::snapshot(self.strips) },
            View::Panel("surfaces", ..) => {
                Snapshot { surfaces: surfaces::surfaces(), ..evening::snapshot(self.strips) }
            }
            View::Panel("set-up", ..) => Snapshot { set_up: listening::setup(3.0), ..evening::snapshot(self.strips) },
            _ => evening::snapshot(self.strips),
        };
        let looks = Looks {
            colours: Some(self.colours),
            still: true,
            scale: self.scale,
            air_view: self.view == View::Air,
            ..Looks::default()
        };
        Snapshot { looks: Arc::new(looks), ..evening }
    }

    /// Draws it, and compares it with the one that is kept.
    fn compare(self, results: &mut SnapshotResults) {
        let (mut evening, link) = Evening::begin(self.snapshot(), self.language);
        let size = egui::vec2(self.size.0 as f32, self.size.1 as f32);
        let options = SnapshotOptions::new().threshold(BUDGET.0).max_failed_pixels(BUDGET.1).output_path(folder());
        let mut window = Harness::builder()
            .with_size(size)
            .with_theme(if self.colours == L { egui::Theme::Light } else { egui::Theme::Dark })
            .with_step_dt(PICTURE)
            .renderer(by_software())
            .with_options(options)
            .build_eframe(|cc| Window::new(&cc.egui_ctx, link));
        // Everything became larger: the same screen has room for less.
        window.run_steps(2);
        window.set_size(size / window.ctx.zoom_factor());
        window.run_steps(2);
        self.open(&mut window);
        for _ in 0..SETTLED {
            evening.play(PICTURE);
            window.run_steps(1);
        }
        // egui_kittest waits ten seconds for a picture, which a busy machine may not give to it.
        let mut seen = window.try_snapshot(self.name());
        for _ in 0..PATIENCE {
            if matches!(seen, Err(SnapshotError::RenderError { .. })) {
                seen = window.try_snapshot(self.name());
            }
        }
        results.add(seen);
        if are_taken_anew() {
            squeeze(&folder().join(format!("{}.png", self.name())));
        }
    }

    /// Does what a person does to see it.
    fn open(self, window: &mut Harness<'_, Window>) {
        match self.view {
            View::Channel => {
                let strip = |key, args: &[_]| korero_sentences::say(self.language, key, args);
                let name = evening::PLAYERS[0].0;
                let scribble = strip(key::WINDOW_STRIP_NAME, &[("strip", name.into()), ("number", 1.into())]);
                window.get_by_label(&scribble).click();
                window.run_steps(4);
                window.get_by_label(&strip(key::FOCUS_LARGE, &[("channel", name.into())])).click();
                // The hand goes elsewhere, and nothing says what is under it.
                window.event(egui::Event::PointerGone);
            }
            View::Panel(_, modifiers, key) => window.key_press_modifiers(modifiers, key),
            View::Desk | View::Air | View::Guide(_) => {}
        }
        window.run_steps(4);
    }
}

/// The first strip has a denoiser, and what that takes away is heard.
fn with_removed(mut evening: Snapshot) -> Snapshot {
    let strip = &mut Arc::make_mut(&mut evening.desk).strips[0];
    strip.channel.put(Place::PreEq, kind("denoise").map(Insert::new));
    evening.removed = Some(SlotName { channel: ChannelName::Strip(strip.id.clone()), place: Place::PreEq });
    evening
}

/// Whether pictures that changed are taken anew, which egui_kittest is told in the same way.
fn are_taken_anew() -> bool {
    std::env::var_os("UPDATE_SNAPSHOTS").is_some()
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/window/snapshots")
}

/// Makes a picture that was taken anew as small as it can be, point for point the same.
fn squeeze(path: &Path) {
    let points = image::open(path).expect("it was taken").to_rgb8();
    let mut small = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut small, CompressionType::Best, FilterType::Adaptive);
    points.write_with_encoder(encoder).expect("it is a picture");
    std::fs::write(path, small).expect("it can be kept");
}

/// The one device whose pictures are the same on every machine: no graphics card, but Mesa's own.
fn by_software() -> impl TestRenderer {
    let mut setup = drawn::default_wgpu_setup();
    let WgpuSetup::CreateNew(new) = &mut setup else { panic!("nobody made a device yet") };
    new.instance_descriptor.backends = wgpu::Backends::VULKAN;
    new.native_adapter_selector = Some(Arc::new(|devices, _| {
        let ours = |device: &&wgpu::Adapter| device.get_info().name.starts_with("llvmpipe");
        Ok(devices.iter().find(ours).unwrap_or_else(|| panic!("{NO_DEVICE}")).clone())
    }));
    drawn::WgpuTestRenderer::from_setup(setup)
}

const NO_DEVICE: &str = "Pictures of the window are drawn by Mesa's software Vulkan (lavapipe), and it is not there: \
                         install mesa-vulkan-drivers and libvulkan1, or run `cargo xtask setup`.";

fn all_of(kind: &str) {
    let mut results = SnapshotResults::new();
    for shot in SHOTS.iter().filter(|shot| shot.view.kind() == kind) {
        shot.compare(&mut results);
    }
}

#[test]
fn the_desk_looks_as_it_is_kept() {
    all_of("desk");
}

#[test]
fn one_channel_looks_as_it_is_kept() {
    all_of("channel");
}

#[test]
fn the_air_view_looks_as_it_is_kept() {
    all_of("air");
}

#[test]
fn the_guide_looks_as_it_is_kept() {
    all_of("guide");
}

#[test]
fn the_panels_look_as_they_are_kept() {
    all_of("panel");
}

#[test]
fn every_two_things_that_a_window_can_be_are_seen_together_in_a_picture_and_no_picture_is_left_over() {
    let all = SHOTS.map(Shot::axes);
    for one in 0..6 {
        for other in (0..6).filter(|other| *other != one) {
            for (a, b) in all.iter().flat_map(|a| all.iter().map(move |b| (&a[one], &b[other]))) {
                // A guide that leads through a first evening has the strips of that evening.
                let unseen = ["guide"].contains(&a.as_str()) || ["guide"].contains(&b.as_str());
                assert!(unseen || all.iter().any(|shot| shot[one] == *a && shot[other] == *b), "{a} and {b}");
            }
        }
    }
    if are_taken_anew() {
        return;
    }
    let kept = std::fs::read_dir(folder()).expect("pictures");
    let mut kept: Vec<_> = kept.map(|file| file.expect("a file").file_name().into_string().expect("a name")).collect();
    let fresh = [".new.png", ".old.png", ".diff.png"];
    kept.retain(|name| !fresh.iter().any(|end| name.ends_with(end)));
    kept.sort();
    let mut meant = SHOTS.map(|shot| format!("{}.png", shot.name()));
    meant.sort();
    assert_eq!(kept, meant);
    let bytes: u64 = kept.iter().map(|name| folder().join(name).metadata().expect("a file").len()).sum();
    assert!(bytes <= BYTES, "{bytes}");
}
