//! What one picture of the desk costs: layout and tessellation, without a screen, while every strip is heard.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use eframe::App;
use korero::desk::StripId;
use korero::desk::address::kind;
use korero::desk::channel::{Insert, Place, Section};
use korero::engine::{Engine, EngineHandle};
use korero_dsp::bank::Stage;
use korero_dsp::effects::eq;
use korero_dsp::param::ParamId;

use super::*;

/// Frames of one callback, and inputs.
const CALLBACK: usize = 480;
const INPUTS: usize = 32;
/// From one picture to the next, s.
const PICTURE: f64 = 1.0 / 30.0;
/// Strips, the most that 95 of 100 pictures may take, ms, and the most of a core that all of them may take where that is
/// promised, %.
const MOST: [(u8, f64, Option<f64>); 2] = [(20, 4.0, Some(4.0)), (32, 6.0, None)];

fn at_full_length() -> bool {
    std::env::var_os("KORERO_PROVE").is_some()
}

/// Wakes every millisecond and tells how late the latest waking was, ms: what the machine itself did meanwhile.
fn while_watched<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut latest = 0.0_f64;
            while !done.load(Ordering::Relaxed) {
                let begun = Instant::now();
                thread::park_timeout(Duration::from_millis(1));
                latest = latest.max(begun.elapsed().as_secs_f64() * 1_000.0 - 1.0);
            }
            latest
        });
        let made = work();
        done.store(true, Ordering::Relaxed);
        (made, watch.join().expect("it only watches"))
    })
}

/// Strips with everything on: gate, equaliser, compressor and an insert.
fn busy(count: u8) -> Desk {
    let strip = |n: u8| {
        let on = |stage| Control::new(Section::Stage(stage), ParamId(0));
        let gain = Control::new(Section::Stage(Stage::Eq), eq::param(1, eq::Knob::Gain));
        let strip = Strip { hue: n % 12, ..Strip::new(format!("In {n}"), StripInput::Mono(n)) };
        let mut strip = strip.with(on(Stage::Gate), 1.0).with(on(Stage::Eq), 1.0).with(on(Stage::Compressor), 1.0);
        strip.channel.set(gain, f32::from(n % 12) - 6.0);
        strip.channel.put(Place::PostDynamics, kind("echo").map(Insert::new));
        strip
    };
    Desk { strips: (1..=count).map(strip).collect(), ..Desk::default() }
}

/// A window without a screen onto an engine that plays.
struct Desktop {
    ctx: egui::Context,
    window: Window,
    engine: Engine,
    readings: Arc<ArcSwap<Readings>>,
    strips: Vec<StripId>,
    sound: Vec<f32>,
    _handle: EngineHandle,
    _wishes: Receiver<Command>,
    now: f64,
}

impl Desktop {
    fn new(strips: u8) -> Self {
        let desk = busy(strips);
        let (mut engine, mut handle) = engine::new(uuid::Uuid::nil());
        handle.set_desk(&desk).expect("it fits");
        engine.begin(0);
        let (commands, wishes) = channel();
        let strips = desk.strips.iter().map(|strip| strip.id.clone()).collect();
        let readings = Arc::<ArcSwap<Readings>>::default();
        let snapshot = Snapshot { device: running(INPUTS as u8), desk: Arc::new(desk), ..show() };
        let link = Link {
            snapshot: Arc::new(ArcSwap::from_pointee(snapshot)),
            commands,
            levels: handle.levels(),
            readings: readings.clone(),
            language: Language::English,
        };
        let ctx = egui::Context::default();
        let window = Window::new(&ctx, link);
        let noise = |n: usize| ((n as u64 * 2_654_435_761 % 65_521) as f32 / 65_521.0 - 0.5) * 0.4;
        let sound = (0..CALLBACK * INPUTS).map(noise).collect();
        Self { ctx, window, engine, readings, strips, sound, _handle: handle, _wishes: wishes, now: 0.0 }
    }

    /// One picture; ms for its layout, and for its triangles.
    fn picture(&mut self) -> (f64, f64) {
        for _ in 0..(PICTURE * 48_000.0) as usize / CALLBACK {
            self.engine.process(&self.sound, INPUTS);
        }
        self.now += PICTURE;
        // What every strip is made of is never the same in two pictures.
        let level = |band: usize| -30.0 - 20.0 * ((band as f64 * 0.7 + self.now * 9.0).sin() as f32);
        let strips = self.strips.iter().map(|id| (id.clone(), std::array::from_fn(level))).collect();
        self.readings.store(Arc::new(Readings { strips: Arc::new(strips), ..Readings::default() }));
        let input = egui::RawInput {
            screen_rect: Some(egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1920.0, 1080.0))),
            time: Some(self.now),
            ..egui::RawInput::default()
        };
        let mut frame = eframe::Frame::_new_kittest();
        let begun = Instant::now();
        let mut output = self.ctx.run_ui(input, |ui| self.window.ui(ui, &mut frame));
        let laid_out = begun.elapsed();
        // There is no screen that would want them.
        output.textures_delta.clear();
        let triangles = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        let whole = begun.elapsed();
        assert!(!triangles.is_empty());
        (laid_out.as_secs_f64() * 1_000.0, (whole - laid_out).as_secs_f64() * 1_000.0)
    }
}

fn percentile(sorted: &[f64], part: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * part) as usize]
}

#[test]
#[expect(clippy::print_stdout, reason = "figures for the proof")]
fn a_picture_of_many_live_strips_is_cheap() {
    let pictures = if at_full_length() { 1_800 } else { 60 };
    for (strips, most, most_of_a_core) in MOST {
        let mut desktop = Desktop::new(strips);
        for _ in 0..30 {
            desktop.picture();
        }
        let (times, stall) = while_watched(|| (0..pictures).map(|_| desktop.picture()).collect::<Vec<_>>());
        let sorted = |of: fn(&(f64, f64)) -> f64| {
            let mut all: Vec<f64> = times.iter().map(of).collect();
            all.sort_by(f64::total_cmp);
            all
        };
        let (layout, triangles, whole) = (sorted(|t| t.0), sorted(|t| t.1), sorted(|t| t.0 + t.1));
        let p95 = percentile(&whole, 0.95);
        println!("figure {strips} live strips, picture p95, ms (at most {most}) = {p95:.2}");
        println!("figure {strips} live strips, picture p50, ms = {:.2}", percentile(&whole, 0.5));
        println!("figure {strips} live strips, layout p50, ms = {:.2}", percentile(&layout, 0.5));
        println!("figure {strips} live strips, tessellation p50, ms = {:.2}", percentile(&triangles, 0.5));
        let share = whole.iter().sum::<f64>() / (whole.len() as f64 * PICTURE * 1_000.0) * 100.0;
        let limit = most_of_a_core.map_or_else(String::new, |most| format!(" (at most {most})"));
        println!("figure {strips} live strips, share of a core at 30 pictures a second, %{limit} = {share:.1}");
        println!("figure {strips} live strips, longest stall of the machine meanwhile, ms = {stall:.1}");
        assert!(!at_full_length() || p95 <= most, "{strips} strips: {p95:.2} ms");
        assert!(
            !at_full_length() || most_of_a_core.is_none_or(|most| share <= most),
            "{strips} strips: {share:.1} % of a core"
        );
    }
}
