//! What a real window costs: until its first meter moves, while it is seen, and while it is behind another one.

use std::thread;
use std::time::{Duration, Instant};

use crate::harness::{Server, at_full_length, figure, resident_kib, wait_for, window_time};
use crate::screen::{METER, MOVES, Screen, window};

/// Until the first meter moves, s.
const FIRST_METER: f64 = 1.5;
/// Memory after an hour, MiB.
const MEMORY: u64 = 250;
/// Ticks of the processor that a clock may count for nothing, in a minute.
const NOTHING: Duration = Duration::from_millis(30);

/// The part of a core that the window's thread used meanwhile.
fn share(id: u32, length: Duration) -> (f64, Duration) {
    let (begun, before) = (Instant::now(), window_time(id));
    thread::park_timeout(length);
    let used = window_time(id) - before;
    (used.as_secs_f64() / begun.elapsed().as_secs_f64() * 100.0, used)
}

#[test]
fn a_window_shows_its_first_meter_soon_stays_small_and_costs_nothing_behind_another_one() {
    let server = Server::start();
    let screen = Screen::open();
    assert!(screen.points_of(METER) < MOVES);
    let begun = Instant::now();
    let app = window(&server, &screen);
    wait_for("the first meter", || (screen.points_of(METER) >= MOVES).then_some(()));
    let first = begun.elapsed().as_secs_f64();
    figure("from the start to the first meter that moves, s (at most 1.5)", format!("{first:.2}"));
    let length = Duration::from_secs(if at_full_length() { 3_600 } else { 5 });
    let (seen, _) = share(app.id(), length);
    figure("the window's thread while seen, drawn by software, % of a core", format!("{seen:.1}"));
    let memory = resident_kib(app.id()) / 1_024;
    figure(
        "memory after so many minutes, MiB (at most 250 after 60)",
        format!("{memory} after {}", length.as_secs() / 60),
    );
    let mut cover = screen.cover();
    wait_for("the other window", || (screen.points_of([0; 3]) > 1_000_000).then_some(()));
    thread::park_timeout(Duration::from_secs(2));
    let (covered, used) = share(app.id(), Duration::from_secs(if at_full_length() { 60 } else { 5 }));
    figure("the window's thread while covered, % of a core (0)", format!("{covered:.2}"));
    assert!(used <= NOTHING, "{used:?} while nobody saw it");
    cover.end();
    wait_for("the window again", || (screen.points_of(METER) >= MOVES).then_some(()));
    assert!(!at_full_length() || first <= FIRST_METER, "{first:.2} s");
    assert!(!at_full_length() || memory <= MEMORY, "{memory} MiB");
    app.interrupt();
}
