//! Nothing that happens at the window disturbs sound: the real show, on air and recorded, with the real window in the same
//! process; beside it the same show without a window, for its bits.
//!
//! `everything_…` lets a monkey do whatever hands can do, and proves the time line: no frame is missing on air or in the take.
//! `what_changes_…` lets the same monkey do everything, and only the wishes that are meant to change the sound stay at the
//! window: that proves the bits. A window that stands still and panels that fail prove both. Each test has a short form, and
//! with `KORERO_PROVE=1` the length that the issue asks for.

#[path = "calm/desktop.rs"]
mod desktop;
#[path = "calm/failures.rs"]
#[cfg(debug_assertions)]
mod failures;
#[path = "publish/ingest.rs"]
#[expect(dead_code, reason = "its faults are for the tests of publishing")]
#[expect(clippy::unwrap_used, reason = "a test stops where something unexpected happens")]
mod ingest;
#[path = "calm/monkey.rs"]
mod monkey;
#[path = "calm/panics.rs"]
mod panics;
#[path = "calm/show.rs"]
mod show;
#[path = "calm/sound.rs"]
mod sound;

use std::sync::Arc;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use desktop::Desktop;
use monkey::Monkey;
use panics::Panics;
use show::{Show, keeps_the_sound, stays_on_air};

/// Clicks of the monkey in a second, and how long it plays in the short form and at full length.
const A_SECOND: u64 = 1_000;
/// So many different things it clicks at the least.
const MANY: usize = 100;
const SHORT: Duration = Duration::from_secs(3);
const FULL: Duration = Duration::from_secs(60);

fn at_full_length() -> bool {
    std::env::var_os("KORERO_PROVE").is_some()
}

/// Prints a figure for `docs/figures.md`.
#[expect(clippy::print_stdout, reason = "the prover reads it")]
fn figure(name: &str, value: impl std::fmt::Display) {
    println!("figure {name} = {value}");
}

/// A monkey at the window of that show; what it did is told.
fn let_loose(show: &Show, passes: fn(&korero::session::command::Command) -> bool, name: &str) {
    let panics = Panics::watched();
    let mut desktop = Desktop::open(show, passes);
    let mut monkey = Monkey::new(0x5EED);
    monkey.plays(&mut desktop, if at_full_length() { FULL } else { SHORT }, A_SECOND);
    monkey.lets_go(&mut desktop);
    desktop.is_at_hand(show);
    figure(&format!("{name}: what the monkey did"), monkey.done());
    assert!(monkey.names() >= MANY, "it played with {} things only", monkey.names());
    figure(&format!("{name}: pictures meanwhile, sizes of the window"), desktop.pictures_and_sizes());
    figure(&format!("{name}: wishes passed on, kept at the window"), desktop.wishes_told());
    assert_eq!(panics.all(), Vec::<String>::new(), "nothing in the window fails");
}

#[test]
fn everything_that_hands_can_do_leaves_the_time_line_of_air_and_take_without_a_gap() {
    let show = Show::on_air();
    let name = "monkey, all allowed";
    let_loose(&show, stays_on_air, name);
    show.end().is_without_a_gap(name);
}

#[test]
fn what_changes_no_sound_changes_no_bit_of_it_however_wildly_it_is_done() {
    let (show, alone) = (Show::on_air(), Show::alone());
    let name = "monkey, sound untouched";
    let_loose(&show, keeps_the_sound, name);
    let evening = show.end();
    evening.is_without_a_gap(name);
    evening.is_the_sound_of(&alone.end(), name);
}

#[test]
fn hearing_what_is_removed_changes_no_bit_of_what_goes_on_air_or_into_the_take() {
    let (show, alone) = (Show::on_air(), Show::alone());
    show.listens();
    let mut desktop = Desktop::open(&show, keeps_the_sound);
    let strip = desktop.find(|name| name == "Reo, strip 1").expect("the strip");
    desktop.click(&strip);
    desktop.pictures(4);
    let times = if at_full_length() { 100 } else { 10 };
    for _ in 0..times {
        for on in [true, false] {
            let key = desktop.find(|name| name == "Reo, insert 1, hear what is removed").expect("the key");
            desktop.press(&key);
            show.waits_for("the headphones", |now| now.removed.is_some() == on);
            desktop.pictures(3);
        }
    }
    let name = "hearing what is removed";
    figure(&format!("{name}: times"), times);
    let evening = show.end();
    evening.is_without_a_gap(name);
    evening.is_the_sound_of(&alone.end(), name);
}

/// Stands still in the middle of a picture, once.
struct Stuck(Arc<Mutex<Option<Duration>>>);

impl egui::Plugin for Stuck {
    fn debug_name(&self) -> &'static str {
        "stuck"
    }

    fn on_begin_pass(&mut self, _ui: &mut egui::Ui) {
        let Some(length) = self.0.lock().expect("nobody panics with it").take() else { return };
        let begun = Instant::now();
        while begun.elapsed() < length {
            thread::park_timeout(length.saturating_sub(begun.elapsed()));
        }
    }
}

#[test]
fn a_window_that_stands_still_disturbs_no_sound() {
    let (show, alone) = (Show::on_air(), Show::alone());
    let length = Duration::from_secs(if at_full_length() { 10 } else { 1 });
    let order = Arc::new(Mutex::new(None));
    let mut desktop = Desktop::open(&show, keeps_the_sound);
    desktop.window.ctx.add_plugin(Stuck(Arc::clone(&order)));
    desktop.pictures(30);
    *order.lock().expect("nobody panics with it") = Some(length);
    let begun = Instant::now();
    desktop.pictures(1);
    let stood = begun.elapsed();
    assert!(stood >= length, "{stood:?}");
    desktop.pictures(30);
    desktop.is_at_hand(&show);
    let name = "window that stood still";
    figure(&format!("{name}: for, s"), format!("{:.1}", stood.as_secs_f64()));
    let evening = show.end();
    evening.is_without_a_gap(name);
    evening.is_the_sound_of(&alone.end(), name);
}
