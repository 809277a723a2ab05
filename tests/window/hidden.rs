//! A window that nobody sees: minimised, or wholly behind another one.

use eframe::App;
use egui::{RawInput, ViewportCommand, ViewportEvent, ViewportId, ViewportInfo};

use super::*;

/// One look of a window that is minimised; gives what it asks of the system, and when it wants to be woken.
fn unseen(bench: &mut Bench, events: &[ViewportEvent]) -> (Vec<ViewportCommand>, bool) {
    let info = ViewportInfo {
        minimized: Some(true),
        occluded: Some(false),
        events: events.to_vec(),
        ..ViewportInfo::default()
    };
    let input = RawInput { viewports: std::iter::once((ViewportId::ROOT, info)).collect(), ..RawInput::default() };
    let ctx = bench.window.ctx.clone();
    let mut frame = eframe::Frame::_new_kittest();
    let woken = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let seen = woken.clone();
    ctx.set_request_repaint_callback(move |wish| {
        seen.store(wish.delay <= Duration::from_secs(1), std::sync::atomic::Ordering::Relaxed);
    });
    let mut output = ctx.run_logic(&input, |ctx| bench.window.state_mut().logic(ctx, &mut frame));
    let commands = output.viewport_commands.remove(&ViewportId::ROOT).unwrap_or_default();
    (commands, woken.load(std::sync::atomic::Ordering::Relaxed))
}

fn on_air(now: &mut Snapshot) {
    now.air = AirState::On { length: Duration::from_secs(60), bitrate: 256_000 };
}

#[test]
fn a_show_is_not_ended_by_closing_a_window_that_nobody_sees_and_the_question_is_asked_when_it_is_seen() {
    let mut bench = Bench::new(show());
    bench.becomes(on_air);
    let (commands, _) = unseen(&mut bench, &[ViewportEvent::Close]);
    assert!(commands.contains(&ViewportCommand::CancelClose), "{commands:?}");
    assert!(commands.contains(&ViewportCommand::Minimized(false)), "{commands:?}");
    bench.window.input_mut().viewports.entry(ViewportId::ROOT).or_default().minimized = Some(false);
    assert_eq!(bench.wishes(), []);
    bench.window.get_by_label("Stay").click();
    bench.window.run_steps(4);
    assert!(bench.window.query_by_label("Stay").is_none(), "it asks once");
}

#[test]
fn an_idle_window_that_nobody_sees_closes_without_a_word_and_an_ended_one_by_itself() {
    let mut bench = Bench::new(show());
    let (commands, looks_again) = unseen(&mut bench, &[ViewportEvent::Close]);
    assert!(commands.is_empty() && looks_again, "{commands:?}");
    bench.snapshot.store(Arc::new(Snapshot { ended: true, ..show() }));
    assert_eq!(unseen(&mut bench, &[]).0, [ViewportCommand::Close]);
}

#[test]
fn what_goes_wrong_while_nobody_sees_the_window_makes_it_want_to_be_seen_once() {
    let mut bench = Bench::new(show());
    let wants = |commands: &[ViewportCommand]| {
        commands.iter().any(|command| matches!(command, ViewportCommand::RequestUserAttention(_)))
    };
    let fault = |id| ShownFault { id, fault: Fault::new(key::FAULT_WINDOW_OPEN), times: 1 };
    bench.becomes(|now| now.faults = vec![fault(1)]);
    assert!(!wants(&unseen(&mut bench, &[]).0), "it was seen");
    bench.snapshot.store(Arc::new(Snapshot { faults: vec![fault(2), fault(1)], ..show() }));
    assert!(wants(&unseen(&mut bench, &[]).0));
    assert!(!wants(&unseen(&mut bench, &[]).0));
}
