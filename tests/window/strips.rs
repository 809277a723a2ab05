//! The strips beside each other: what they tell in small, the whole row in small, several that move together, and faders
//! that stand for a send.

use egui::{Modifiers, vec2};
use korero::desk::address::kind;
use korero::desk::channel::{Insert, Place, Section};
use korero::looks::{Layer, Looks};
use korero_dsp::bank::Stage;
use korero_dsp::param::ParamId;

use super::*;

fn band(names: &[&str]) -> Snapshot {
    let strips = names.iter().enumerate().map(|(n, name)| Strip::new(*name, StripInput::Mono(n as u8 + 1)));
    Snapshot { desk: Arc::new(Desk { strips: strips.collect(), ..Desk::default() }), ..Snapshot::default() }
}

fn many(count: u8) -> Bench {
    let names: Vec<String> = (1..=count).map(|n| format!("In {n}")).collect();
    Bench::new(band(&names.iter().map(String::as_str).collect::<Vec<_>>()))
}

fn address(bench: &Bench, strip: usize, control: Control) -> Address {
    Address::strip(&bench.snapshot.load().desk.strips[strip].id, control)
}

fn switch(stage: Stage) -> Control {
    Control::new(Section::Stage(stage), ParamId(0))
}

fn twice(bench: &mut Bench, label: &str) {
    let place = bench.window.get_by_label(label);
    place.click();
    place.click();
    bench.window.run_steps(6);
}

fn click_with(bench: &mut Bench, label: &str, modifiers: Modifiers) -> Vec<Command> {
    bench.window.get_by_label(label).click_modifiers(modifiers);
    bench.wishes()
}

/// How the window is to look the next evening.
fn kept(bench: &mut Bench) -> Looks {
    match bench.wishes().pop() {
        Some(Command::Look(looks)) => *looks,
        other => panic!("{other:?}"),
    }
}

/// Does what was asked for, as the session would, and gives it.
fn obey(bench: &mut Bench) -> Vec<Command> {
    let wishes = bench.wishes();
    let turns = wishes.iter().flat_map(|wish| match wish {
        Command::Turn(address, value) => vec![(address.clone(), *value)],
        Command::TurnTogether(turns) => turns.clone(),
        other => panic!("{other:?}"),
    });
    let turns: Vec<_> = turns.collect();
    bench.becomes(|now| {
        let desk = Arc::make_mut(&mut now.desk);
        turns.iter().for_each(|(address, value)| assert!(address.set(desk, *value)));
    });
    wishes
}

fn levels(bench: &Bench) -> Vec<f32> {
    bench.snapshot.load().desk.strips.iter().map(|strip| strip.channel.level_db()).collect()
}

fn wheel(bench: &Bench, lines: f32) {
    bench.window.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Line,
        delta: vec2(0.0, lines),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: Modifiers::NONE,
    });
}

#[test]
fn lamps_say_what_is_on_in_both_languages() {
    for (language, names) in [
        (
            Language::English,
            [
                "Reo: gate on",
                "Reo: EQ off",
                "Reo: de-esser off",
                "Reo: inserts: denoise, hall (off)",
                "Kitā: no inserts",
            ],
        ),
        (
            Language::Maori,
            [
                "Reo: kēti kua kā",
                "Reo: whārite kua weto",
                "Reo: whakangāwari s kua weto",
                "Reo: kuhunga: whakakore pīoro, whare nui (kua weto)",
                "Kitā: kāore he kuhunga",
            ],
        ),
    ] {
        let mut bench = Bench::in_language(band(&["Reo", "Kitā"]), language);
        bench.becomes(|now| {
            let channel = &mut Arc::make_mut(&mut now.desk).strips[0].channel;
            channel.set(switch(Stage::Gate), 1.0);
            channel.put(Place::PreEq, kind("denoise").map(Insert::new));
            channel.put(Place::PostDynamics, kind("hall").map(Insert::new));
            let hall = kind("hall").expect("it is there");
            let section = Section::Slot(Place::PostDynamics, hall);
            let on = korero_dsp::effects::EFFECTS[usize::from(hall.0)].params.iter().position(|param| param.id == "on");
            channel.set(Control::new(section, ParamId(on.expect("it has a switch") as u8)), 0.0);
        });
        for name in names {
            bench.window.get_by_label(name);
        }
    }
}

#[test]
fn a_double_click_on_a_lamp_or_the_equaliser_opens_the_panel_there_and_a_single_one_does_not() {
    for (label, shown) in [
        ("Reo: gate off", "Reo, gate, threshold"),
        ("Reo: EQ curve", "Reo, EQ, band 4, Q"),
        ("Reo: de-esser off", "Reo, de-esser, on"),
        ("Reo: no inserts", "Reo, insert 1, effect: None"),
    ] {
        let mut bench = Bench::new(band(&["Reo", "Kitā"]));
        bench.window.get_by_label(label).click();
        bench.window.run_steps(10);
        assert!(bench.window.query_by_label("Close Reo").is_none(), "{label}");
        twice(&mut bench, label);
        let panel = bench.window.get_by_label("Close Reo").rect().bottom();
        let there = bench.window.get_by_label(shown).rect();
        assert!(there.top() >= panel && there.bottom() <= 800.0, "{label}: {there:?}");
    }
}

#[test]
fn a_screen_reader_opens_the_panel_at_a_stage_by_one_press() {
    let mut bench = Bench::new(band(&["Reo", "Kitā"]));
    bench.window.get_by_label("Kitā: compressor off").click_accesskit();
    bench.window.run_steps(4);
    bench.window.get_by_label("Close Kitā");
}

#[test]
fn arrow_keys_go_from_the_name_of_a_strip_to_its_lamps_and_the_tab_key_leads_on_from_there() {
    use egui::Key::{ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Enter, Escape, Tab};
    let mut bench = Bench::new(band(&["Reo", "Kitā"]));
    bench.window.get_by_label("Kitā, strip 2").focus();
    bench.window.run_steps(2);
    for (key, label) in [
        (ArrowDown, "Kitā: gate off"),
        (ArrowDown, "Kitā: gate off"),
        (ArrowLeft, "Kitā: gate off"),
        (ArrowRight, "Kitā: EQ off"),
        (ArrowUp, "Kitā, strip 2"),
        (ArrowDown, "Kitā: gate off"),
        (ArrowRight, "Kitā: EQ off"),
        (ArrowRight, "Kitā: compressor off"),
        (ArrowRight, "Kitā: de-esser off"),
        (ArrowRight, "Kitā: no inserts"),
        (ArrowRight, "Kitā: no inserts"),
        (ArrowLeft, "Kitā: de-esser off"),
    ] {
        assert_eq!(bench.press(key), []);
        assert!(bench.window.get_by_label(label).is_focused(), "{label}");
    }
    bench.press(Enter);
    bench.window.run_steps(4);
    bench.window.get_by_label("Close Kitā");
    bench.press(Escape);
    bench.window.run_steps(2);
    assert!(bench.window.get_by_label("Kitā: de-esser off").is_focused(), "it goes back to where it was opened");
    bench.press(Tab);
    assert!(bench.window.get_by_label("Kitā: pan").is_focused());
}

#[test]
fn an_arrow_key_does_one_thing_however_soon_it_comes_after_the_keyboard() {
    use egui::Key::{ArrowDown, ArrowRight, ArrowUp};
    for pictures in 0..4 {
        for (from, key, to, asked) in [
            ("Reo, strip 1", ArrowRight, "Kitā, strip 2", false),
            ("Kitā, strip 2", ArrowDown, "Kitā: gate off", false),
            ("Kitā: fader", ArrowDown, "Kitā: fader", true),
            ("Kitā: pan", ArrowRight, "Kitā: pan", true),
        ] {
            let mut bench = Bench::new(band(&["Reo", "Kitā", "Pātere"]));
            bench.window.get_by_label(from).focus();
            bench.window.run_steps(pictures);
            assert_eq!(bench.press(key).len(), usize::from(asked), "{key:?} at {from} after {pictures}");
            assert!(bench.window.get_by_label(to).is_focused(), "{key:?} at {from} after {pictures} leads not to {to}");
        }
        let mut bench = Bench::new(band(&["Reo", "Kitā", "Pātere"]));
        bench.window.get_by_label("Kitā, strip 2").focus();
        bench.window.run_steps(2);
        for (key, to) in [(ArrowDown, "gate off"), (ArrowRight, "EQ off"), (ArrowRight, "compressor off")] {
            bench.window.key_press(key);
            bench.window.run_steps(1 + pictures);
            assert!(bench.window.get_by_label(&format!("Kitā: {to}")).is_focused(), "{key:?} after {pictures}: {to}");
        }
        bench.window.key_press(ArrowUp);
        bench.window.run_steps(1);
        assert!(bench.window.get_by_label("Kitā, strip 2").is_focused(), "back after {pictures}");
    }
}

#[test]
fn eight_strips_are_in_sight_with_everything_in_a_small_window() {
    let bench = many(8);
    let mix = bench.window.get_by_label("Mix: fader").rect().left();
    for label in
        ["In 8: fader", "In 8: pan", "In 8: trim", "In 8: EQ curve", "In 8: gate off", "In 8: solo in the headphones"]
    {
        let rect = bench.window.get_by_label(label).rect();
        assert!(rect.right() < mix && rect.bottom() < 800.0 && rect.left() > 0.0, "{label}: {rect:?}");
    }
    let width = |label: &str| bench.window.get_by_label(label).rect().width();
    assert!(width("In 8: fader") >= 28.0 && width("In 1, strip 1") > 64.0);
}

#[test]
fn gain_reduction_is_told_beside_the_meter_where_a_stage_takes_something_away() {
    let mut bench = Bench::new(band(&["Reo", "Kitā"]));
    assert!(bench.window.query_by_label("Reo: gain reduction").is_none());
    bench.becomes(|now| {
        Arc::make_mut(&mut now.desk).strips[0].channel.set(switch(Stage::Compressor), 1.0);
    });
    let bar = bench.window.get_by_label("Reo: gain reduction").rect();
    assert!(bar.left() > bench.window.get_by_label("Reo: level").rect().right());
    assert!(bench.window.query_by_label("Kitā: gain reduction").is_none());
}

#[test]
fn the_map_of_many_strips_goes_where_the_mouse_or_the_keyboard_says() {
    let mut bench = many(32);
    let mix = bench.window.get_by_label("Mix: fader").rect().left();
    let in_sight = |bench: &Bench, n: u8| {
        let rect = bench.window.get_by_label(&format!("In {n}, strip {n}")).rect();
        rect.left() >= 0.0 && rect.right() <= mix
    };
    let map = bench.window.get_by_label("Strips in sight");
    assert_eq!(map.value().as_deref(), Some("In 1 to In 9"));
    let rect = map.rect();
    assert!(in_sight(&bench, 1) && !in_sight(&bench, 32));
    // A press in the middle, then a drag to the end and back to the beginning.
    bench.window.drag_at(rect.center());
    bench.window.run_steps(4);
    assert!(in_sight(&bench, 20) && !in_sight(&bench, 1));
    bench.window.hover_at(rect.right_center());
    bench.window.run_steps(4);
    assert!(!in_sight(&bench, 20));
    bench.window.hover_at(rect.left_center());
    bench.window.drop_at(rect.left_center());
    bench.window.run_steps(4);
    assert!(in_sight(&bench, 1));
    bench.window.get_by_label("Strips in sight").focus();
    bench.window.run_steps(2);
    for _ in 0..5 {
        assert_eq!(bench.press(egui::Key::ArrowRight), []);
    }
    bench.window.run_steps(2);
    assert!(!in_sight(&bench, 5) && in_sight(&bench, 6));
    bench.press(egui::Key::End);
    bench.window.run_steps(2);
    assert!(bench.window.get_by_label("Cue 4: fader").rect().right() <= mix);
    bench.press(egui::Key::Home);
    bench.window.run_steps(2);
    assert!(in_sight(&bench, 1));
    bench.window.get_by_label("Strips in sight").increment_accesskit();
    bench.window.run_steps(4);
    assert!(!in_sight(&bench, 1) && in_sight(&bench, 2));
}

#[test]
fn narrow_strips_are_chosen_and_show_more_at_once() {
    let mut bench = many(20);
    let wide = bench.window.get_by_label("In 1, strip 1").rect().width();
    bench.window.get_by_label("Narrow strips, so that more of them are in sight").click();
    bench.window.run_steps(4);
    let narrow = |bench: &Bench| bench.window.get_by_label("In 1, strip 1").rect().width();
    assert_eq!((wide, narrow(&bench)), (76.0, 56.0));
    assert!(kept(&mut bench).narrow);
    for label in ["In 1: gate off", "In 1: EQ curve", "In 1: mute"] {
        bench.window.get_by_label(label);
    }
}

#[test]
fn a_wheel_over_a_fader_moves_it_and_elsewhere_scrolls_on_whatever_comes_under_the_pointer() {
    let mut bench = many(32);
    let fader = address(&bench, 1, Control::FADER);
    let first = |bench: &Bench| bench.window.get_by_label("In 1, strip 1").rect().left();
    let begin = first(&bench);
    bench.window.get_by_label("In 2: fader").hover();
    bench.window.run_steps(2);
    wheel(&bench, 1.0);
    assert_eq!(bench.wishes(), [Command::Turn(fader, 0.5)]);
    bench.window.run_steps(20);
    assert_eq!(first(&bench), begin, "what turns a fader scrolls nothing");
    // Over a meter, on which nothing can be turned; the faders that pass below are left alone.
    bench.window.get_by_label("In 2: level").hover();
    bench.window.run_steps(2);
    for _ in 0..30 {
        wheel(&bench, -1.0);
        assert_eq!(bench.wishes(), []);
    }
    assert!(first(&bench) < begin - 400.0, "{}", first(&bench));
}

#[test]
fn names_select_several_by_mouse_and_by_keyboard_and_escape_lets_them_go() {
    let mut bench = Bench::new(band(&["Reo", "Kitā", "Piana", "Pahū"]));
    assert_eq!(click_with(&mut bench, "Reo, strip 1", Modifiers::COMMAND), []);
    bench.window.get_by_label("Reo, strip 1, selected");
    assert_eq!(click_with(&mut bench, "Piana, strip 3", Modifiers::SHIFT), []);
    bench.window.get_by_label("Kitā, strip 2, selected");
    bench.window.get_by_label("3 strips move together: let them go (Esc)");
    assert!(bench.window.query_by_label("Close Reo").is_none(), "selecting opens nothing");
    bench.press(egui::Key::Escape);
    bench.window.get_by_label("Piana, strip 3").focus();
    bench.window.run_steps(2);
    bench.window.key_press_modifiers(Modifiers::SHIFT, egui::Key::ArrowRight);
    bench.window.run_steps(3);
    let last = bench.window.get_by_label("Pahū, strip 4, selected");
    assert!(last.is_focused());
    bench.window.get_by_label("Piana, strip 3, selected");
    bench.window.get_by_label("2 strips move together: let them go (Esc)").click();
    bench.window.run_steps(2);
    bench.window.get_by_label("Piana, strip 3");
}

#[test]
fn the_fader_mute_and_solo_of_one_of_several_are_those_of_all() {
    let mut bench = Bench::new(band(&["Reo", "Kitā", "Piana"]));
    bench.becomes(|now| {
        Arc::make_mut(&mut now.desk).strips[2].channel.set(Control::FADER, -6.0);
    });
    click_with(&mut bench, "Reo, strip 1", Modifiers::COMMAND);
    click_with(&mut bench, "Piana, strip 3", Modifiers::COMMAND);
    let [reo, kita, piana] = [0, 1, 2].map(|n| address(&bench, n, Control::FADER));
    bench.window.get_by_label("Reo: fader").focus();
    bench.window.run_steps(2);
    let together = Command::TurnTogether(vec![(reo, -0.5), (piana, -6.5)]);
    assert_eq!(bench.press(egui::Key::ArrowDown), [together]);
    bench.window.get_by_label("Kitā: fader").focus();
    bench.window.run_steps(2);
    assert_eq!(bench.press(egui::Key::ArrowDown), [Command::Turn(kita, -0.5)], "one that is not selected moves alone");
    for (label, control) in [("Piana: mute", Control::MUTE), ("Reo: solo in the headphones", Control::SOLO)] {
        bench.window.get_by_label(label).click();
        let [reo, piana] = [0, 2].map(|n| (address(&bench, n, control), 1.0));
        assert_eq!(bench.wishes(), [Command::TurnTogether(vec![reo, piana])]);
    }
}

/// Three strips at these levels, all selected.
fn together(levels: [f32; 3]) -> Bench {
    let mut bench = Bench::new(band(&["Reo", "Kitā", "Piana"]));
    bench.becomes(|now| {
        let strips = &mut Arc::make_mut(&mut now.desk).strips;
        strips.iter_mut().zip(levels).for_each(|(strip, db)| assert!(strip.channel.set(Control::FADER, db)));
    });
    click_with(&mut bench, "Reo, strip 1", Modifiers::COMMAND);
    click_with(&mut bench, "Piana, strip 3", Modifiers::SHIFT);
    bench
}

#[test]
fn several_faders_that_met_their_ends_stand_as_before_when_the_hand_comes_back() {
    let begin = [-5.0, 4.0, -40.0];
    let closed = f32::NEG_INFINITY;
    let mut bench = together(begin);
    for (to, seen) in [(10.0, [10.0, 10.0, -25.0]), (-5.0, begin), (-120.0, [closed, -51.0, closed]), (-5.0, begin)] {
        bench.window.get_by_label("Reo: fader").set_value_accesskit(to);
        obey(&mut bench);
        assert_eq!(levels(&bench), seen);
    }
}

#[test]
fn a_hand_that_rests_on_a_fader_still_holds_the_others() {
    let begin = [-5.0, 4.0, -40.0];
    let mut bench = together(begin);
    let at = bench.window.get_by_label("Reo: fader").rect().center();
    bench.window.drag_at(at);
    bench.window.run_steps(2);
    bench.window.hover_at(at - vec2(0.0, 50.0));
    obey(&mut bench);
    let there = levels(&bench);
    assert!(there[0] > 1.0 && there[0] < 10.0 && there[1] == 10.0, "{there:?}");
    bench.window.run_steps(60);
    bench.window.hover_at(at);
    obey(&mut bench);
    for (level, begin) in levels(&bench).into_iter().zip(begin) {
        assert!((level - begin).abs() < 0.01, "{:?}", levels(&bench));
    }
}

#[test]
fn faders_stand_for_a_send_until_one_key_takes_them_back() {
    for (language, [faders, send, level, fader, back]) in [
        (Language::English, ["Faders: Mix", "Send 2", "Reo: Send 2", "Reo: fader", "Back to the mix"]),
        (Language::Maori, ["Ngā kaha: Ranunga", "Tuku 2", "Reo: Tuku 2", "Reo: kaha", "Ki te ranunga"]),
    ] {
        let mut bench = Bench::in_language(band(&["Reo", "Kitā"]), language);
        let sent = address(&bench, 0, Control::send(1));
        bench.window.get_by_label(faders).click();
        bench.window.run_steps(3);
        bench.window.get_by_label(send).click();
        assert_eq!(kept(&mut bench).layer, Layer::Send(1));
        bench.window.run_steps(3);
        assert!(bench.window.query_by_label(fader).is_none());
        assert_eq!(bench.window.get_by_label(level).value().as_deref(), Some("−∞ dB"));
        bench.window.get_by_label(level).set_value_accesskit(-12.0);
        assert_eq!(obey(&mut bench), [Command::Turn(sent, -12.0)]);
        assert_eq!(bench.window.get_by_label(level).value().as_deref(), Some("−12.0 dB"));
        bench.window.get_by_label(back).click();
        bench.window.run_steps(3);
        assert_eq!(bench.window.get_by_label(fader).value().as_deref(), Some("0.0 dB"));
    }
}

#[test]
fn escape_takes_the_faders_back_to_the_mix_before_it_closes_a_panel() {
    let mut bench = Bench::new(band(&["Reo", "Kitā"]));
    bench.window.get_by_label("Faders: Mix").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Cue 3").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Reo, strip 1").click();
    bench.window.run_steps(3);
    let level = bench.window.get_by_label("Reo: Cue 3");
    assert_eq!(level.value(), bench.window.get_by_label("Reo, cue 3, level").value(), "the value is the same in both");
    bench.press(egui::Key::Escape);
    bench.window.get_by_label("Reo: fader");
    bench.window.get_by_label("Close Reo");
    bench.press(egui::Key::Escape);
    assert!(bench.window.query_by_label("Close Reo").is_none());
}

#[test]
fn the_next_evening_begins_with_strips_as_narrow_and_with_the_faders_that_were_left() {
    let looks = Arc::new(Looks { narrow: true, layer: Layer::Cue(2), ..Looks::default() });
    let mut bench = Bench::new(Snapshot { looks, ..band(&["Reo", "Kitā"]) });
    bench.window.get_by_label("Reo: Cue 3");
    assert_eq!(bench.window.get_by_label("Reo, strip 1").rect().width(), 56.0);
    assert_eq!(bench.wishes(), [], "what is kept already is not kept again");
    bench.press(egui::Key::Escape);
    bench.window.get_by_label("Reo: fader");
    bench.window.get_by_label("Narrow strips, so that more of them are in sight").click();
    assert_eq!(kept(&mut bench), Looks::default());
}

#[test]
fn a_send_is_called_after_the_return_that_it_feeds() {
    let mut bench = Bench::new(band(&["Reo"]));
    bench.becomes(|now| Arc::make_mut(&mut now.desk).returns[0].name = "Whare nui".into());
    bench.window.get_by_label("Faders: Mix").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Send 1 · Whare nui").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Faders: Send 1 · Whare nui");
}

#[test]
fn several_that_are_gone_are_selected_no_more() {
    let mut bench = Bench::new(band(&["Reo", "Kitā", "Piana"]));
    click_with(&mut bench, "Reo, strip 1", Modifiers::COMMAND);
    click_with(&mut bench, "Kitā, strip 2", Modifiers::SHIFT);
    bench.becomes(|now| drop(Arc::make_mut(&mut now.desk).strips.remove(1)));
    assert!(bench.window.query_by_label("2 strips move together: let them go (Esc)").is_none());
    let fader = address(&bench, 0, Control::FADER);
    bench.window.get_by_label("Reo: fader").set_value_accesskit(-3.0);
    assert_eq!(bench.wishes(), [Command::Turn(fader, -3.0)]);
}
