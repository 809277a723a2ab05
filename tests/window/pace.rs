//! How often the window wants to be drawn.

use std::sync::Mutex;

use super::*;

/// When a window that was left alone wants its next picture.
fn until_next(bench: &mut Bench) -> Duration {
    let asked = Arc::new(Mutex::new(Duration::MAX));
    let heard = asked.clone();
    bench.window.run_steps(20);
    bench.window.ctx.set_request_repaint_callback(move |wish| *heard.lock().expect("it only keeps") = wish.delay);
    bench.window.run_steps(3);
    *asked.lock().expect("it only keeps")
}

#[test]
fn a_window_without_sound_is_drawn_seldom_and_with_sound_as_smoothly_as_meters_want_it() {
    let mut bench = Bench::new(show());
    assert!(until_next(&mut bench) >= Duration::from_millis(80));
    bench.becomes(|now| now.device = running(2));
    assert!(until_next(&mut bench) <= Duration::from_millis(20));
    bench.becomes(|now| now.device = DeviceState::None);
    // A show that waits for its interface has a clock that runs and a lamp that breathes.
    bench.becomes(|now| now.air = AirState::Reconnecting);
    assert!(until_next(&mut bench) <= Duration::from_millis(20));
}
