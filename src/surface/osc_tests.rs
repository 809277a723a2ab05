use proptest::prelude::*;
use rosc::{OscBundle, OscMessage, OscPacket, OscTime, OscType, encoder};

use super::world_tests::*;
use crate::desk::address::Address;
use crate::desk::channel::Control;
use crate::limits::{OSC_FEEDBACK, OSC_LIFETIME, OSC_SUBSCRIBERS, SURFACE_EVERY, SURFACE_MESSAGES, SURFACE_TURNS};
use crate::session::act::Act;
use crate::session::command::Command;

fn float(value: f32) -> Vec<OscType> {
    vec![OscType::Float(value)]
}

fn text(words: &[&str]) -> Vec<OscType> {
    words.iter().map(|word| OscType::String((*word).into())).collect()
}

/// Told everything, and quiet since.
fn subscribed(world: &mut World, port: u16, words: &[&str]) {
    world.say(port, "/subscribe", text(words));
    world.pass(ms(3_000));
    world.say(port, "/subscribe", Vec::new());
    world.told.clear();
}

#[test]
fn a_value_is_set_in_its_own_unit_or_by_the_way_of_its_knob_and_asked_for_without_one() {
    let mut world = World::new(osc(), desk(2));
    let fader = world.strip(0, Control::FADER);
    world.say(7, "/strip/strip-1/fader", float(-12.5));
    world.pass(ms(20));
    assert_eq!(world.value(&fader), -12.5);
    world.say(7, "/norm/strip/1/fader", float(0.76));
    world.pass(ms(20));
    assert!(world.value(&fader).abs() < 1e-3, "{}", world.value(&fader));
    world.say(7, "/strip/1/fader", vec![OscType::Int(-200)]);
    world.say(7, "/strip/2/mute", vec![OscType::Bool(true)]);
    world.say(7, "/desk/solo/mode", text(&["afl"]));
    world.pass(ms(20));
    assert_eq!(world.value(&fader), f32::NEG_INFINITY);
    assert_eq!(world.value(&world.strip(1, Control::MUTE)), 1.0);
    assert_eq!(world.value(&Address::SOLO_MODE), 1.0);
    world.told.clear();
    for path in ["/strip/1/fader", "/norm/strip/1/fader", "/strip/2/mute", "/show/recording"] {
        world.say(9, path, Vec::new());
    }
    let told = world.numbers(9);
    let of = |path: &str| told.iter().find(|(told, _)| told == path).map(|(_, value)| *value);
    assert_eq!(of("/strip/1/fader"), Some(-120.0), "few programs know −∞");
    assert_eq!(
        (of("/norm/strip/1/fader"), of("/strip/2/mute"), of("/show/recording")),
        (Some(0.0), Some(1.0), Some(0.0))
    );
}

#[test]
fn what_is_wrong_with_a_message_is_told_to_its_sender_and_changes_nothing() {
    let mut world = World::new(osc(), desk(1));
    for (path, args, word) in [
        ("/strip/9/fader", float(0.0), "unknown"),
        ("/nonsense", float(0.0), "unknown"),
        ("/action/nonsense", Vec::new(), "unknown"),
        ("/strip/1/fader", text(&["loud"]), "value"),
        ("/strip/1/fader", float(f32::NAN), "value"),
        ("/strip/1/name", text(&["Reo"]), "read-only"),
        ("/show/air", float(2.0), "read-only"),
        ("/action/leave-air", Vec::new(), "hold"),
        ("/subscribe", text(&["everything"]), "value"),
    ] {
        world.told.clear();
        world.say(7, path, args);
        let refused: Vec<_> =
            world.told.iter().map(|(_, _, message)| (message.addr.as_str(), message.args.clone())).collect();
        assert_eq!(refused, [("/refused", text(&[path, word]))]);
    }
    assert_eq!(world.asked, []);
    assert_eq!(world.rig.counts().0.refused, 9);
}

#[test]
fn whoever_changes_something_subscribers_know_it_within_20_ms_by_the_names_that_they_chose() {
    let mut world = World::new(osc(), desk(3));
    subscribed(&mut world, 7, &["numbers", "norm"]);
    subscribed(&mut world, 8, &["/strip/*/fader", "/mix"]);
    world.say(7, "/subscribe", Vec::new());
    world.told.clear();
    let (fader, pan) = (world.strip(1, Control::FADER), world.strip(1, Control::PAN));
    let begun = world.now;
    world.hand(Command::Turn(fader, -10.0));
    world.hand(Command::Turn(pan, 1.0));
    world.pass(ms(20));
    assert!(world.told.iter().all(|(at, _, _)| *at <= begun + ms(20)));
    let told = world.told.clone();
    let of =
        |port: u16| told.iter().filter(|(_, to, _)| *to == port).map(|(_, _, m)| m.addr.clone()).collect::<Vec<_>>();
    assert_eq!(of(7), ["/norm/strip/2/fader", "/norm/strip/2/pan"]);
    assert_eq!(of(8), ["/strip/strip-2/fader"]);
    // Undo is told like any other change.
    world.told.clear();
    world.hand(Command::Undo);
    world.pass(ms(20));
    assert_eq!(world.numbers(7), [("/norm/strip/2/pan".to_owned(), 0.5)]);
    // So is another hue, a rename, and a strip that has another number.
    let id = world.session.desk().strips[0].id.clone();
    world.hand(Command::HueStrip(id.clone(), 9));
    world.pass(ms(20));
    assert!(world.told.iter().any(|(_, to, m)| *to == 7 && m.addr == "/strip/1/hue" && m.args == float(9.0)));
    world.hand(Command::RenameStrip(id.clone(), "Reo".into()));
    world.pass(ms(2_000));
    assert!(world.told.iter().any(|(_, to, m)| *to == 7 && m.addr == "/strip/1/name" && m.args == text(&["Reo"])));
    assert!(world.told.iter().any(|(_, to, m)| *to == 8 && m.addr == "/strip/reo/fader"));
    world.told.clear();
    world.hand(Command::RemoveStrip(id));
    world.pass(ms(2_000));
    let told = world.numbers(7);
    assert!(told.iter().any(|(path, way)| path == "/norm/strip/1/fader" && (way - 0.56).abs() < 1e-4), "{told:?}");
}

#[test]
fn a_subscription_ends_unless_it_is_renewed_and_there_are_only_so_many() {
    let mut world = World::new(osc(), desk(1));
    for port in 0..OSC_SUBSCRIBERS as u16 {
        world.say(100 + port, "/subscribe", text(&["/mix/fader"]));
    }
    world.told.clear();
    world.say(99, "/subscribe", Vec::new());
    assert_eq!(world.told[0].2.args, text(&["/subscribe", "full"]));
    world.pass(OSC_LIFETIME - ms(1_000));
    world.say(100, "/subscribe", Vec::new());
    world.pass(ms(2_000));
    assert_eq!(world.rig.counts().2, 1, "all others were not renewed");
    world.told.clear();
    world.hand(Command::Turn(Address::MIX_FADER, -3.0));
    world.pass(ms(20));
    assert_eq!(world.numbers(100), [("/mix/fader".to_owned(), -3.0)]);
    world.say(100, "/unsubscribe", Vec::new());
    assert_eq!(world.rig.counts().2, 0);
}

#[test]
fn feedback_comes_at_a_bounded_rate_and_the_newest_value_wins() {
    let mut world = World::new(osc(), desk(32));
    world.say(7, "/subscribe", Vec::new());
    let mut most = 0;
    for step in 0..200_u32 {
        world.hand(Command::Turn(Address::MIX_FADER, -(step as f32) / 10.0));
        world.told.clear();
        world.pass(SURFACE_EVERY);
        most = most.max(world.told.len());
    }
    assert_eq!(most, OSC_FEEDBACK);
    world.pass(ms(1_000));
    world.told.clear();
    for step in 0..100_u32 {
        world.hand(Command::Turn(Address::MIX_FADER, -(step as f32) / 5.0));
    }
    world.pass(ms(100));
    assert_eq!(world.numbers(7), [("/mix/fader".to_owned(), -19.8)]);
}

#[test]
fn who_asks_for_little_is_told_at_once_however_much_else_changes() {
    let mut world = World::new(osc(), desk(32));
    subscribed(&mut world, 7, &["/mix/fader", "/strip/strip-32/mute"]);
    let strips = (0..32).flat_map(|n| {
        let channel = &world.session.desk().strips[n];
        channel.channel.controls().map(|control| Address::strip(&channel.id, control)).collect::<Vec<_>>()
    });
    let others = strips.map(|address| (address.clone(), address.spec().max));
    let turns: Vec<_> = others.chain([(Address::MIX_FADER, -6.0)]).collect();
    assert!(turns.len() > 20 * OSC_FEEDBACK);
    world.hand(Command::TurnTogether(turns));
    world.pass(ms(20));
    let told = world.numbers(7);
    assert_eq!(told, [("/strip/strip-32/mute".to_owned(), 1.0), ("/mix/fader".to_owned(), -6.0)]);
    // A rename before it was told leaves nothing of the old name to be told.
    let id = world.session.desk().strips[31].id.clone();
    world.hand(Command::RenameStrip(id, "Reo".into()));
    world.hand(Command::Turn(world.strip(31, Control::MUTE), 0.0));
    world.pass(ms(1_000));
    let told = world.numbers(7);
    assert!(told.iter().all(|(path, _)| path == "/mix/fader"), "nobody asked for that name: {told:?}");
}

#[test]
fn a_switch_that_is_pressed_soon_after_somebody_else_switched_it_is_a_hand_and_no_echo() {
    let mut world = World::new(osc(), desk(1));
    subscribed(&mut world, 7, &["/strip/1"]);
    let mute = world.strip(0, Control::MUTE);
    for on in [1.0, 0.0] {
        world.hand(Command::Turn(mute.clone(), on));
        world.pass(ms(30));
    }
    // What it was told last comes back at once: an echo.
    world.say(7, "/strip/1/mute", float(1.0));
    assert_eq!(world.asked, [], "within the time of an echo");
    world.pass(ms(100));
    world.say(7, "/strip/1/mute", float(1.0));
    world.pass(ms(20));
    assert_eq!((world.value(&mute), world.asked.len()), (1.0, 1));
}

#[test]
fn a_hand_on_a_fader_is_not_fed_back_to_and_is_told_what_became_of_it() {
    let mut world = World::new(osc(), desk(1));
    subscribed(&mut world, 7, &["/strip/1"]);
    subscribed(&mut world, 8, &["/strip/1"]);
    for step in 0..50 {
        world.say(7, "/strip/1/fader", float(-(step as f32)));
        world.pass(ms(10));
    }
    let told = world.told.clone();
    assert!(told.iter().all(|(_, to, _)| *to == 8) && told.len() >= 25, "{}", told.len());
    // Further than it goes: it stands at its end, and the hand is told so once it rests.
    world.told.clear();
    world.say(7, "/strip/1/fader", float(40.0));
    world.pass(ms(1_000));
    assert_eq!(world.numbers(7), [("/strip/1/fader".to_owned(), 10.0)]);
}

#[test]
fn a_surface_that_sends_back_what_it_was_sent_makes_no_loop_even_late_and_during_a_fade() {
    for norm in [&["norm"][..], &[]] {
        for late in [0, 3, 20] {
            let mut world = World::new(osc(), desk(4));
            subscribed(&mut world, 7, norm);
            let faders: Vec<_> = (0..4).map(|n| world.strip(n, Control::FADER)).collect();
            let mut waiting = std::collections::VecDeque::new();
            for step in 0..300_u32 {
                if step < 100 {
                    for (n, fader) in faders.iter().enumerate() {
                        world.hand(Command::Turn(fader.clone(), -(step as f32) / 3.0 - n as f32));
                    }
                }
                world.pass(ms(10));
                if step.is_multiple_of(100) {
                    world.say(7, "/subscribe", Vec::new());
                }
                waiting.push_back(std::mem::take(&mut world.told));
                if waiting.len() > late {
                    for (_, _, message) in waiting.pop_front().into_iter().flatten() {
                        world.say(7, &message.addr, message.args);
                    }
                }
            }
            assert_eq!(world.asked, [], "{norm:?} {late}");
            assert!(waiting.iter().flatten().all(|(_, _, message)| message.addr == "/subscribed"), "it is quiet again");
        }
    }
}

#[test]
fn a_flood_is_bounded_counted_and_told_once_and_the_last_value_is_not_lost_with_it() {
    let mut world = World::new(osc(), desk(8));
    let mut sent = 0_u64;
    for step in 0..100_u64 {
        for n in 0..500_u64 {
            let message =
                OscMessage { addr: format!("/strip/{}/fader", n % 8 + 1), args: float(-((step * n) as f32 % 60.0)) };
            world.packet(7, &encoder::encode(&OscPacket::Message(message)).unwrap());
            sent += 1;
        }
        world.pass(SURFACE_EVERY);
    }
    let counts = world.rig.counts().0;
    assert_eq!(counts.taken + counts.refused, sent);
    assert!(counts.taken <= u64::from(2 * SURFACE_MESSAGES + 100), "{counts:?}");
    assert!(world.asked.len() <= 100 * SURFACE_TURNS);
    let faults: Vec<_> = world.rig.faults().into_iter().map(|fault| fault.code.name()).collect();
    assert_eq!(faults, ["fault-surface-flood"]);
    world.pass(ms(1_000));
    world.say(7, "/strip/3/fader", float(-7.25));
    world.pass(ms(20));
    assert_eq!(world.value(&world.strip(2, Control::FADER)), -7.25);
}

#[test]
fn a_show_is_left_by_a_press_and_a_release_after_a_second_and_a_scene_is_recalled_by_its_number() {
    let mut world = World::new(osc(), desk(1));
    world.say(7, "/action/record", float(1.0));
    world.say(7, "/action/record", float(0.0));
    world.say(7, "/action/mark", Vec::new());
    world.pass(SURFACE_EVERY);
    assert_eq!(world.asked, [Command::StartRecording, Command::Mark(None)]);
    world.asked.clear();
    world.say(7, "/action/stop-recording", float(1.0));
    world.pass(ms(1_200));
    assert_eq!(world.asked, []);
    world.say(7, "/action/stop-recording", float(0.0));
    assert_eq!(world.asked, [Command::StopRecording]);
    world.say(7, "/action/scene", vec![OscType::Int(1)]);
    assert_eq!(world.told.last().unwrap().2.args, text(&["/action/scene", "unknown"]));
}

/// What must never come of a stray packet.
fn ends_something(command: &Command) -> bool {
    matches!(command, Command::LeaveAir | Command::StopRecording | Command::GoOnAir | Command::Quit)
}

#[test]
fn no_single_packet_ends_a_show_whatever_is_in_it() {
    for act in Act::ALL {
        for args in [Vec::new(), float(1.0), float(0.0), vec![OscType::Bool(true)], vec![OscType::Inf], text(&["now"])]
        {
            let mut world = World::new(osc(), desk(1));
            let path = format!("/action/{}", act.id());
            // The same message as often as a bundle has room for.
            let one = OscPacket::Message(OscMessage { addr: path, args });
            let timetag = OscTime { seconds: 0, fractional: 1 };
            let bundle = OscPacket::Bundle(OscBundle { timetag, content: vec![one; 20] });
            world.packet(7, &encoder::encode(&bundle).unwrap());
            world.pass(ms(30_000));
            assert!(!world.asked.iter().any(ends_something), "{act:?}: {:?}", world.asked);
        }
    }
}

/// Paths that may be anything, most of them near to ones that are something.
fn paths() -> impl Strategy<Value = String> {
    let known = proptest::sample::select(vec![
        "/strip/1/fader",
        "/norm/strip/2/eq/band1/freq",
        "/strip/reo/name",
        "/mix/fader",
        "/subscribe",
        "/unsubscribe",
        "/action/mark",
        "/action/leave-air",
        "/action/scene",
        "/show/air",
        "/desk/solo/mode",
        "/strip/1/send1",
    ]);
    prop_oneof![known.prop_map(str::to_owned), "/[a-z0-9/*-]{0,24}", ".{0,12}"]
}

fn args() -> impl Strategy<Value = Vec<OscType>> {
    let one = prop_oneof![
        any::<f32>().prop_map(OscType::Float),
        any::<i32>().prop_map(OscType::Int),
        any::<f64>().prop_map(OscType::Double),
        "[a-z/]{0,8}".prop_map(OscType::String),
        any::<bool>().prop_map(OscType::Bool),
        Just(OscType::Nil),
    ];
    proptest::collection::vec(one, 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_comes_the_desk_stays_within_its_ranges_and_nothing_panics(
        messages in proptest::collection::vec((paths(), args(), 0_u16..4), 1..40),
        noise in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut world = World::new(osc(), desk(2));
        for (path, args, from) in messages {
            if !path.contains('\0') {
                world.say(from + 1, &path, args);
            }
        }
        world.packet(9, &noise);
        world.pass(ms(50));
        for strip in &world.session.desk().strips {
            for control in strip.channel.controls() {
                let spec = strip.channel.role().spec(control).expect("a spec");
                prop_assert_eq!(spec.clamp(strip.channel.value(control)), strip.channel.value(control));
            }
        }
    }
}
