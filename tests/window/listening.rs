//! What is measured, and the set-up assistant.

use korero::assistant::{Finding, Kind, Pair, Setup};
use korero::desk::address::ChannelName;
use korero::metering::Reading;
use korero::session::command::{Label, SetUpWish, Sight};
use korero::session::snapshot::SetUp;
use korero_dsp::loudness::Loudness;
use korero_dsp::spectrum::BANDS;

use super::*;

pub(super) fn reading(short_term: f32, correlation: f32) -> Reading {
    let loudness = Loudness {
        momentary: -17.5,
        short_term,
        integrated: -19.0,
        range: 6.25,
        momentary_max: -10.0,
        short_term_max: -12.0,
        true_peak: [-3.0; 2],
        true_peak_max: [-3.0, -0.5],
    };
    Reading { loudness, correlation, spectrum: [-40.0; BANDS] }
}

#[test]
fn strips_are_looked_at_while_they_are_seen_and_a_channel_while_its_panel_is_open() {
    let mut bench = Bench::new(Snapshot { device: running(2), ..show() });
    let sight = |channel, strips| [Command::LookAt(Sight { channel, strips })];
    assert_eq!(bench.every_wish(), sight(None, true));
    let reo = ChannelName::Strip(bench.snapshot.load().desk.strips[0].id.clone());
    bench.window.get_by_label("Reo, strip 1").click();
    assert_eq!(bench.every_wish(), sight(Some(reo), true));
    bench.window.get_by_label("Group 2: all controls").click();
    assert_eq!(bench.every_wish(), sight(Some(ChannelName::Group(1)), true));
    bench.window.get_by_label("Group 2: large").click();
    assert_eq!(bench.every_wish(), sight(Some(ChannelName::Group(1)), false));
    bench.window.key_press(egui::Key::Escape);
    assert_eq!(bench.every_wish(), sight(None, true));
    // What was heard last is no picture of what is heard now.
    bench.becomes(|now| now.device = DeviceState::None);
    assert_eq!(bench.every_wish(), sight(None, false));
}

#[test]
fn the_panel_of_the_mix_tells_its_loudness_its_peak_and_its_sides() {
    let mut bench = Bench::new(show());
    bench.readings.store(Arc::new(Readings { mix: Some(reading(-14.0, -0.25)), ..Readings::default() }));
    bench.window.get_by_label("Mix: all controls").click();
    bench.window.run_steps(3);
    for told in [
        "Mix, meters, momentary: −17.5 LUFS",
        "Mix, meters, short: −14.0 LUFS",
        "Mix, meters, integrated: −19.0 LUFS",
        "Mix, meters, range: 6.2 LU",
        "Mix, meters, true peak: −0.5 dBTP",
        "Mix, meters, correlation: −0.25",
        "2 LU louder than −16 LUFS.",
        "Mix, meters, spectrum",
    ] {
        bench.window.get_by_label(told);
    }
    bench.window.get_by_label("Begins anew with integrated loudness, range and true peak.").click();
    assert_eq!(bench.wishes(), [Command::ResetLoudness]);
    bench.readings.store(Arc::new(Readings { mix: Some(reading(-16.6, 1.0)), ..Readings::default() }));
    bench.window.run_steps(2);
    bench.window.get_by_label("As loud as listeners expect.");
}

#[test]
fn a_silent_channel_has_neither_sides_nor_a_range() {
    let mut bench = Bench::new(show());
    let mut silent = reading(f32::NEG_INFINITY, 1.0);
    (silent.loudness.momentary, silent.loudness.integrated) = (f32::NEG_INFINITY, f32::NEG_INFINITY);
    silent.loudness.range = 0.0;
    bench.readings.store(Arc::new(Readings { mix: Some(silent), ..Readings::default() }));
    bench.window.get_by_label("Mix: all controls").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Mix, meters, range: – LU");
    bench.window.get_by_label("Mix, meters, correlation: –");
}

#[test]
fn a_reading_of_another_channel_is_not_shown_for_the_open_one() {
    let mut bench = Bench::new(show());
    let ids: Vec<_> = bench.snapshot.load().desk.strips.iter().map(|strip| strip.id.clone()).collect();
    let watch = |bench: &Bench, at: usize| {
        let watched = Some((ChannelName::Strip(ids[at].clone()), reading(-20.0, 1.0)));
        bench.readings.store(Arc::new(Readings { watched, ..Readings::default() }));
    };
    bench.window.get_by_label("Reo, strip 1").click();
    watch(&bench, 1);
    bench.window.run_steps(3);
    bench.window.get_by_label("Reo, meters, short: – LUFS");
    watch(&bench, 0);
    bench.window.run_steps(2);
    bench.window.get_by_label("Reo, meters, short: −20.0 LUFS");
}

#[test]
fn an_effect_in_a_slot_that_takes_level_away_has_its_meter() {
    use korero::desk::address::kind;
    use korero::desk::channel::{Insert, Place};
    let mut snapshot = show();
    let strip = &mut Arc::make_mut(&mut snapshot.desk).strips[0];
    strip.channel.put(Place::PreEq, kind("compressor").map(Insert::new));
    strip.channel.put(Place::PostEq, kind("eq").map(Insert::new));
    let mut bench = Bench::new(snapshot);
    bench.window.get_by_label("Reo, strip 1").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Reo, insert 1, compressor, gain reduction");
    assert!(bench.window.query_by_label("Reo, insert 2, EQ, gain reduction").is_none());
}

#[test]
fn the_latency_of_the_mix_is_told_beside_the_interface() {
    let mut bench = Bench::new(show());
    bench.becomes(|now| (now.device, now.latency_frames) = (running(2), 72));
    bench.window.get_by_label("The mix comes 1.5 ms after its inputs");
    bench.becomes(|now| now.latency_frames = 552);
    let node = bench.window.get_by_label("The mix comes 11.5 ms after its inputs");
    assert_eq!(node.accesskit_node().live(), egui::accesskit::Live::Polite);
}

fn found(input: u8, kind: Kind, trim_db: f32) -> Finding {
    Finding { input, kind, now: input == 1, average_db: -30.0, peak_db: -14.0, trim_db }
}

/// A voice, a stereo pair with one side turned over, an input where nothing plays, and one that brings back the computer.
pub(super) fn setup(sum_peak_db: f32) -> SetUp {
    let pair = Pair { left: 3, correlation: -0.9, lag: 0, inverted: true };
    let findings = vec![
        found(1, Kind::Mono, 8.0),
        found(2, Kind::Silent, 0.0),
        found(3, Kind::Side(pair), 3.5),
        found(4, Kind::Side(pair), 3.5),
        found(5, Kind::Loopback, 0.0),
    ];
    SetUp { listening: true, heard: Some(Arc::new(Setup { findings, sum_peak_db })) }
}

fn assistant(sum_peak_db: f32) -> Bench {
    let mut bench = Bench::new(Snapshot { device: running(5), ..show() });
    bench.window.get_by_label("Set-up").click();
    bench.window.run_steps(3);
    bench.becomes(|now| now.set_up = setup(sum_peak_db));
    bench
}

#[test]
fn the_assistant_listens_when_asked_and_stops_when_its_panel_closes() {
    let mut bench = Bench::new(Snapshot { device: running(5), ..show() });
    bench.window.key_press(egui::Key::F7);
    bench.window.run_steps(3);
    bench.window.get_by_label("Press Listen, then play one instrument after the other, as loudly as in the show.");
    bench.window.get_by_label("Listen").click();
    assert_eq!(bench.wishes(), [Command::SetUp(SetUpWish::Listen)]);
    bench.becomes(|now| now.set_up = setup(-3.0));
    assert_eq!(bench.wishes(), []);
    bench.window.key_press(egui::Key::Escape);
    assert_eq!(bench.wishes().first(), Some(&Command::SetUp(SetUpWish::Stop)));
}

#[test]
fn what_each_input_is_stands_on_a_line_and_what_is_no_instrument_is_left_out() {
    let bench = assistant(-3.0);
    for told in [
        "Input 1: plays now",
        "Inputs 3-4: rests now",
        "one microphone or line",
        "a pair, one side inverted",
        "−30 dBFS on average, peaks at −14 dBFS; trim +8.0 dB",
        "Nothing was played into: 2",
        "These bring back what the computer plays and are left out: 5",
    ] {
        bench.window.get_by_label(told);
    }
    assert!(bench.window.query_by_label_contains("would clip").is_none());
}

#[test]
fn a_line_is_taken_over_under_the_name_that_was_typed_and_all_of_them_at_once() {
    let mut bench = assistant(-3.0);
    bench.window.get_by_label("Name of Inputs 3-4").focus();
    bench.window.run_steps(2);
    bench.window.get_by_label("Name of Inputs 3-4").type_text(" L");
    bench.window.run_steps(2);
    assert_eq!(bench.press(egui::Key::Enter), []);
    // The strip of an input that has one keeps its name.
    bench.window.get_by_label("Reo: Take over").click();
    let reo = Label { input: 1, name: "Reo".into() };
    assert_eq!(bench.wishes(), [Command::SetUp(SetUpWish::Accept(vec![reo.clone()]))]);
    bench.window.get_by_label("Take over all").click();
    let piano = Label { input: 3, name: "Piano L".into() };
    assert_eq!(bench.wishes(), [Command::SetUp(SetUpWish::Accept(vec![reo, piano]))]);
    bench.becomes(|now| {
        let heard = now.set_up.heard.clone().expect("it was heard");
        heard.lay_out(Arc::make_mut(&mut now.desk), 1, "Reo");
    });
    assert!(bench.window.get_by_label("Reo: On the desk").accesskit_node().is_disabled());
}

#[test]
fn a_name_that_is_typed_later_reaches_the_strip_and_does_not_come_back_after_listening_anew() {
    let mut bench = assistant(-3.0);
    let laid_out = |bench: &mut Bench, name: &str| {
        bench.becomes(|now| {
            let heard = now.set_up.heard.clone().expect("it was heard");
            heard.lay_out(Arc::make_mut(&mut now.desk), 1, name);
        });
    };
    let type_name = |bench: &mut Bench| {
        bench.window.get_by_label("Name of Input 1").focus();
        bench.window.run_steps(2);
        bench.window.get_by_label("Name of Input 1").type_text(" 2");
        bench.window.run_steps(2);
        bench.press(egui::Key::Enter);
    };
    laid_out(&mut bench, "Reo");
    type_name(&mut bench);
    bench.window.get_by_label("Reo 2: Take over").click();
    let label = Label { input: 1, name: "Reo 2".into() };
    assert_eq!(bench.wishes(), [Command::SetUp(SetUpWish::Accept(vec![label]))]);
    laid_out(&mut bench, "Reo 2");
    bench.window.get_by_label("Reo 2: On the desk");
    type_name(&mut bench);
    bench.window.get_by_label("Reo 2 2: Take over");
    bench.becomes(|now| now.set_up.listening = false);
    bench.window.get_by_label("Listen").click();
    assert_eq!(bench.wishes(), [Command::SetUp(SetUpWish::Listen)]);
    bench.window.get_by_label("Reo 2: On the desk");
}

#[test]
fn a_sum_that_would_clip_is_told_with_a_key_that_brings_the_mix_down() {
    let mut bench = assistant(3.4);
    bench.window.get_by_label("All together would clip the mix by 4 dB.");
    bench.window.get_by_label("Mix 4 dB down").click();
    assert_eq!(bench.wishes(), [Command::Turn(Address::MIX_FADER, -4.0)]);
    bench.becomes(|now| assert!(Arc::make_mut(&mut now.desk).mix.set(Control::FADER, -4.0)));
    assert!(bench.window.query_by_label_contains("would clip").is_none());
}
