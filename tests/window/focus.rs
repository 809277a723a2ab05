//! One channel looked at closely: bands that are dragged on their curve, its two settings, what its inserts cost, and the
//! panel with the whole height.

use egui::{Modifiers, Pos2, vec2};
use korero::desk::address::{ChannelName, kind};
use korero::desk::channel::{Insert, Place, Section};
use korero::desk::compare::Letter;
use korero_dsp::bank::Stage;
use korero_dsp::effects::eq;

use super::*;

const BAND: &str = "Reo, EQ, band 2: point on the curve";

fn open() -> Bench {
    let mut bench = Bench::new(show());
    bench.window.get_by_label("Reo, strip 1").click();
    bench.window.run_steps(4);
    bench.wishes();
    bench
}

fn knob(bench: &Bench, knob: eq::Knob) -> Address {
    strip_address(bench, Control::new(Section::Stage(Stage::Eq), eq::param(1, knob)))
}

/// Brings the curve into sight; gives where the second band stands.
fn there(bench: &mut Bench) -> Pos2 {
    bench.window.get_by_label(BAND).focus();
    bench.window.run_steps(20);
    bench.window.get_by_label(BAND).rect().center()
}

#[test]
fn a_band_is_dragged_to_a_frequency_and_a_gain_as_one_edit() {
    let mut bench = open();
    let at = there(&mut bench);
    let (freq, gain) = (knob(&bench, eq::Knob::Freq), knob(&bench, eq::Knob::Gain));
    bench.window.drag_at(at);
    bench.window.run_steps(2);
    bench.window.hover_at(at + vec2(40.0, -30.0));
    let wishes = bench.wishes();
    let Some(Command::TurnTogether(turns)) = wishes.last() else { panic!("{wishes:?}") };
    assert_eq!((&turns[0].0, &turns[1].0), (&freq, &gain));
    assert!(turns[0].1 > 450.0 && turns[1].1 > 3.0, "{turns:?}");
    // The handle is under the hand.
    let now = bench.window.get_by_label(BAND).rect().center();
    assert!((now - (at + vec2(40.0, -30.0))).length() < 2.0, "{now:?}");
}

#[test]
fn what_a_band_is_set_to_is_told_beside_the_curve_and_covers_none_of_it() {
    let mut bench = open();
    let at = there(&mut bench);
    let curve = bench.window.get_by_label("Reo, EQ, curve").rect();
    assert!(curve.contains(at));
    bench.window.hover_at(at);
    bench.window.run_steps(30);
    let told = bench.window.get_by_label_contains("Double-click: flat").rect();
    assert!(!told.intersects(curve), "{told:?} over {curve:?}");
}

#[test]
fn the_wheel_turns_the_q_of_a_band_and_a_double_click_makes_it_flat() {
    let mut bench = open();
    let gain = knob(&bench, eq::Knob::Gain);
    bench.becomes(|now| assert!(gain.set(Arc::make_mut(&mut now.desk), 6.0)));
    let at = there(&mut bench);
    bench.window.hover_at(at);
    bench.window.run_steps(10);
    bench.window.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Line,
        delta: vec2(0.0, 1.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: Modifiers::NONE,
    });
    let wishes = bench.wishes();
    let q = knob(&bench, eq::Knob::Q);
    assert!(matches!(&wishes[..], [Command::Turn(address, value)] if *address == q && *value > 1.0), "{wishes:?}");
    let place = bench.window.get_by_label(BAND);
    place.click();
    place.click();
    bench.window.run_steps(6);
    let wishes = bench.wishes();
    assert!(wishes.contains(&Command::Turn(gain, 0.0)), "{wishes:?}");
}

#[test]
fn a_band_is_turned_by_the_keyboard_and_by_a_screen_reader() {
    let mut bench = open();
    there(&mut bench);
    let turned = |wishes: Vec<Command>| match &wishes[..] {
        [Command::Turn(address, value)] => (address.clone(), *value),
        _ => panic!("{wishes:?}"),
    };
    let (address, freq) = turned(bench.press(egui::Key::ArrowRight));
    assert!(address == knob(&bench, eq::Knob::Freq) && freq > 400.0);
    let (address, gain) = turned(bench.press(egui::Key::ArrowDown));
    assert_eq!((address, gain), (knob(&bench, eq::Knob::Gain), -0.5));
    let (address, q) = turned(bench.press(egui::Key::Minus));
    assert!(address == knob(&bench, eq::Knob::Q) && q < 1.0);
    let told = bench.window.get_by_label(BAND).value().expect("a value");
    assert!(told.contains("Hz, −0.5 dB, Q "), "{told}");
    bench.window.get_by_label(BAND).set_value_accesskit(4.0);
    assert_eq!(turned(bench.wishes()), (knob(&bench, eq::Knob::Gain), 4.0));
}

#[test]
fn a_and_b_go_from_one_setting_to_the_other_by_one_key() {
    let mut bench = open();
    let name = ChannelName::Strip(bench.snapshot.load().desk.strips[0].id.clone());
    let go = |bench: &mut Bench, label: &str| {
        bench.window.get_by_label(label).click();
        bench.wishes()
    };
    assert_eq!(go(&mut bench, "Reo: setting A"), [], "it is lit already");
    assert_eq!(go(&mut bench, "Reo: setting B"), [Command::Compare(name.clone(), Letter::B)]);
    bench.becomes(|now| now.on_b = Arc::new([name.clone()].into()));
    assert_eq!(go(&mut bench, "Reo: setting B"), [], "it is lit already");
    assert_eq!(go(&mut bench, "Reo: setting A"), [Command::Compare(name, Letter::A)]);
}

#[test]
fn an_insert_says_how_late_it_makes_its_channel() {
    let mut bench = open();
    bench.becomes(|now| {
        let channel = &mut Arc::make_mut(&mut now.desk).strips[0].channel;
        channel.put(Place::PreEq, kind("denoise").map(Insert::new));
        channel.put(Place::PostEq, kind("hall").map(Insert::new));
    });
    bench.window.get_by_label("Reo, insert 2, 0.0 ms");
    let labels = bench.window.query_all(egui_kittest::kittest::by().recursive(true));
    let late = labels
        .filter_map(|node| node.accesskit_node().label())
        .find(|label| label.starts_with("Reo, insert 1, ") && label.ends_with(" ms"));
    let ms = late.as_deref().and_then(|label| label["Reo, insert 1, ".len()..label.len() - 3].parse::<f32>().ok());
    assert!(ms.is_some_and(|ms| ms >= 10.0), "{late:?}");
}

#[test]
fn a_channel_that_is_large_has_the_whole_height_until_it_is_closed() {
    let mut bench = open();
    let small = bench.window.get_by_label("Reo, EQ, curve").rect();
    let lately = "Reo, compressor, gain reduction of the last seconds";
    assert!(bench.window.query_by_label(lately).is_none());
    bench.window.get_by_label("Reo: large").click();
    bench.window.run_steps(4);
    bench.window.get_by_label(lately);
    assert!(bench.window.query_by_label("Piano: fader").is_none());
    bench.window.get_by_label(BAND).focus();
    bench.window.run_steps(20);
    let large = bench.window.get_by_label("Reo, EQ, curve").rect();
    assert!(large.width() > small.width() * 1.5 && large.height() > small.height() * 1.3, "{small:?} {large:?}");
    bench.press(egui::Key::Escape);
    bench.window.run_steps(2);
    bench.window.get_by_label("Piano: fader");
}
