//! The panel of a channel: everything on it has a name in both languages, is reached by the keyboard, and does what it says.

use std::collections::BTreeSet;

use egui_kittest::kittest::by;
use korero::desk::address::{ChannelName, kind};
use korero::desk::channel::{Insert, Place, Section};
use korero_sentences::{Key, say};

use super::*;

/// A strip, a stereo strip with two inserts, and all buses.
fn full() -> Snapshot {
    let mut snapshot = show();
    let desk = Arc::make_mut(&mut snapshot.desk);
    desk.strips[1].channel.put(Place::PreEq, kind("eq").map(Insert::new));
    desk.strips[1].channel.put(Place::PostDynamics, kind("hall").map(Insert::new));
    desk.mix.put(Place::PostEq, kind("limiter").map(Insert::new));
    snapshot
}

fn labels(bench: &Bench) -> Vec<String> {
    let all = bench.window.query_all(by().recursive(true));
    all.filter_map(|node| node.accesskit_node().label()).collect()
}

fn word(language: Language, prefix: &str, id: &str) -> String {
    let key = Key::named(&format!("{prefix}-{id}")).unwrap_or_else(|| panic!("{prefix}-{id}"));
    say(language, key, &[])
}

/// The name that a screen reader is to tell, put together from the sentences.
pub(super) fn expected(language: Language, channel: &str, address: &Address) -> String {
    let numbered = |key, at: usize| say(language, key, &[("number", (at + 1).into())]);
    let section = match address.control.section {
        Section::Send(at) => numbered(key::SECTION_SEND, at.into()),
        Section::Cue(at) => numbered(key::SECTION_CUE, at.into()),
        Section::Slot(place, kind) => {
            let effect = word(language, "effect", korero_dsp::effects::EFFECTS[usize::from(kind.0)].id);
            format!("{}, {effect}", numbered(key::SECTION_INSERT, place as usize))
        }
        Section::Stage(stage) => word(language, "effect", stage.spec().id),
        Section::Limiter => word(language, "effect", "limiter"),
        other => word(language, "section", &other.id()),
    };
    let id = address.spec().id;
    let control = match id.split_once('.') {
        Some((band, id)) => {
            let number: usize = band.trim_start_matches("band").parse().expect("a number");
            format!("{}, {}", numbered(key::SECTION_BAND, number - 1), word(language, "param", id))
        }
        None => word(language, "param", id),
    };
    format!("{channel}, {section}, {control}")
}

/// A chooser also tells what is chosen.
pub(super) fn tells(label: &str, name: &str) -> bool {
    label.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(": "))
}

pub(super) fn channels(desk: &Desk, language: Language) -> Vec<(ChannelName, String, String)> {
    let numbered = |key, at: u8| say(language, key, &[("number", (at + 1).into())]);
    let strip = |at: usize| {
        let args = [("strip", desk.strips[at].name.as_str().into()), ("number", (at + 1).into())];
        let name = ChannelName::Strip(desk.strips[at].id.clone());
        (name, desk.strips[at].name.clone(), say(language, key::WINDOW_STRIP_NAME, &args))
    };
    let opens = |name: ChannelName, shown: String| {
        let label = say(language, key::PANEL_OPEN, &[("channel", shown.as_str().into())]);
        (name, shown, label)
    };
    vec![
        strip(0),
        strip(1),
        opens(ChannelName::Group(3), numbered(key::CHANNEL_GROUP, 3)),
        opens(ChannelName::Return(0), numbered(key::CHANNEL_RETURN, 0)),
        opens(ChannelName::Cue(0), numbered(key::CHANNEL_CUE, 0)),
        opens(ChannelName::Mix, say(language, key::WINDOW_MIX, &[])),
        {
            let desk = say(language, key::CHANNEL_DESK, &[]);
            (ChannelName::Desk, desk.clone(), desk)
        },
    ]
}

/// What works on the two sides of a pair is not shown where there is one side.
pub(super) fn is_shown(desk: &Desk, name: &ChannelName, control: Control) -> bool {
    let mono = |name: &ChannelName| matches!(name, ChannelName::Strip(id) if desk.strip(id).is_some_and(|s| s.input.lanes() == 1));
    control.section != Section::Stage(korero_dsp::bank::Stage::Width) || !mono(name)
}

#[test]
fn every_control_of_every_kind_of_channel_has_its_name_in_both_languages() {
    for language in Language::ALL {
        let mut bench = Bench::in_language(full(), language);
        let desk = bench.snapshot.load().desk.clone();
        for (name, shown, opens) in channels(&desk, language) {
            bench.window.get_by_label(&opens).click();
            bench.window.run_steps(3);
            let labels = labels(&bench);
            for control in
                name.of(&desk).expect("it is there").controls().filter(|control| is_shown(&desk, &name, *control))
            {
                let name = expected(language, &shown, &Address { channel: name.clone(), control });
                let count = labels.iter().filter(|label| tells(label, &name)).count();
                assert_eq!(count, 1, "{name}");
            }
        }
    }
}

#[test]
fn the_keyboard_opens_a_channel_reaches_every_control_of_it_and_goes_back() {
    let mut bench = Bench::new(full());
    let desk = bench.snapshot.load().desk.clone();
    bench.window.get_by_label("Piano, strip 2").focus();
    bench.window.run_steps(2);
    assert_eq!(bench.press(egui::Key::Space), []);
    bench.window.run_steps(2);
    assert!(bench.window.get_by_label("Close Piano").is_focused());
    let name = ChannelName::Strip(desk.strips[1].id.clone());
    let controls: Vec<_> = name.of(&desk).expect("it is there").controls().collect();
    let mut visited = BTreeSet::new();
    for _ in 0..controls.len() + 24 {
        bench.window.key_press(egui::Key::Tab);
        bench.window.run_steps(2);
        let focused = bench.window.query_all(by().recursive(true)).find(egui_kittest::Node::is_focused);
        visited.extend(focused.and_then(|node| node.accesskit_node().label()));
    }
    for control in controls {
        let name = expected(Language::English, "Piano", &Address { channel: name.clone(), control });
        assert!(visited.iter().any(|label| tells(label, &name)), "{name} is not among {visited:?}");
    }
    bench.window.get_by_label("Piano, EQ, band 2, gain").focus();
    bench.window.run_steps(2);
    assert_eq!(bench.press(egui::Key::Escape), []);
    bench.window.run_steps(2);
    assert!(bench.window.query_by_label("Close Piano").is_none());
    assert!(bench.window.get_by_label("Piano, strip 2").is_focused());
}

#[test]
fn what_the_keyboard_comes_to_is_brought_into_sight() {
    let mut bench = Bench::new(full());
    bench.window.get_by_label("Reo, strip 1").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Reo, cue 4, level").focus();
    bench.window.run_steps(30);
    let panel = bench.window.get_by_label("Close Reo").rect().bottom();
    let knob = bench.window.get_by_label("Reo, cue 4, level").rect();
    assert!(knob.top() > panel && knob.bottom() < 800.0, "{knob:?}");
}

#[test]
fn strips_stay_in_sight_above_an_open_panel() {
    let mut bench = Bench::new(full());
    bench.window.get_by_label("Reo, strip 1").click();
    bench.window.run_steps(3);
    let panel = bench.window.get_by_label("Close Reo").rect().top();
    for name in ["Reo: fader", "Reo: mute", "Piano: solo in the headphones"] {
        assert!(bench.window.get_by_label(name).rect().bottom() < panel, "{name}");
    }
}

#[test]
fn a_knob_of_the_panel_turns_what_it_names() {
    let mut bench = Bench::new(full());
    bench.window.get_by_label("Reo, strip 1").click();
    bench.window.run_steps(3);
    let strip = bench.snapshot.load().desk.strips[0].id.clone();
    let address = |rest: &str| format!("strip.{strip}.{rest}").parse::<Address>().expect("an address");
    bench.window.get_by_label("Reo, low cut, slope: 12 dB/oct").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("24 dB/oct").click();
    assert_eq!(bench.wishes(), [Command::Turn(address("highpass.slope"), 1.0)]);
    bench.window.get_by_label("Reo, gate, on").focus();
    bench.window.run_steps(10);
    bench.window.get_by_label("Reo, gate, on").click();
    assert_eq!(bench.wishes(), [Command::Turn(address("gate.on"), 1.0)]);
    // An input delay begins at 0, and leaves it.
    bench.window.get_by_label("Reo, delay, time").focus();
    bench.window.run_steps(2);
    assert_eq!(bench.press(egui::Key::ArrowUp), [Command::Turn(address("delay.time"), 0.25)]);
    bench.window.get_by_label("Reo, compressor, threshold").focus();
    bench.window.run_steps(2);
    assert_eq!(bench.press(egui::Key::ArrowUp), [Command::Turn(address("compressor.threshold"), -19.5)]);
    bench.window.get_by_label("Reo, compressor, gain reduction");
    bench.window.get_by_label("Reo, EQ, curve");
}

#[test]
fn an_effect_is_put_into_a_slot_and_a_mono_strip_is_offered_none_for_pairs() {
    let mut bench = Bench::new(full());
    let name = |bench: &Bench, at: usize| ChannelName::Strip(bench.snapshot.load().desk.strips[at].id.clone());
    bench.window.get_by_label("Reo, strip 1").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Reo, insert 1, effect: None").click();
    bench.window.run_steps(3);
    assert!(bench.window.query_by_label("Hall").is_none());
    bench.window.get_by_label("Denoise").click();
    assert_eq!(bench.wishes(), [Command::PutEffect(name(&bench, 0), Place::PreEq, kind("denoise"))]);
    bench.window.get_by_label("Piano, strip 2").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Piano, insert 3, effect: Hall").focus();
    bench.window.run_steps(10);
    bench.window.get_by_label("Piano, insert 3, effect: Hall").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("None").click();
    assert_eq!(bench.wishes(), [Command::PutEffect(name(&bench, 1), Place::PostDynamics, None)]);
}

#[test]
fn escape_ends_typing_first_and_then_closes_the_panel() {
    let mut bench = Bench::new(full());
    bench.window.get_by_label("Group 1: all controls").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Group 1, trim, gain").focus();
    bench.window.run_steps(2);
    bench.window.key_press(egui::Key::Enter);
    bench.window.run_steps(3);
    bench.window.get_by_label("Group 1, trim, gain: type a value").type_text("9");
    bench.window.run_steps(2);
    assert_eq!(bench.press(egui::Key::Escape), []);
    bench.window.get_by_label("Close Group 1");
    assert_eq!(bench.press(egui::Key::Escape), []);
    assert!(bench.window.query_by_label("Close Group 1").is_none());
}

#[test]
fn a_panel_closes_when_its_strip_is_removed() {
    let mut bench = Bench::new(full());
    bench.window.get_by_label("Reo, strip 1").click();
    bench.window.run_steps(3);
    bench.becomes(|now| drop(Arc::make_mut(&mut now.desk).strips.remove(0)));
    assert!(bench.window.query_by_label("Close Reo").is_none());
}

#[test]
fn every_bus_has_its_fader_and_those_that_have_them_mute_and_solo() {
    let mut bench = Bench::new(full());
    for name in
        ["Group 4: fader", "Return 2: mute", "Group 1: solo in the headphones", "Cue 4: fader", "Return 1: level"]
    {
        bench.window.get_by_label(name);
    }
    assert!(bench.window.query_by_label("Cue 1: mute").is_none());
    bench.window.get_by_label("Return 2: mute").focus();
    bench.window.run_steps(20);
    assert_eq!(bench.press(egui::Key::Space), [Command::Turn("return2.fader.mute".parse().expect("an address"), 1.0)]);
}
