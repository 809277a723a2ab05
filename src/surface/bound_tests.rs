use proptest::prelude::*;

use super::midi::Midi;
use super::world_tests::*;
use crate::desk::address::Address;
use crate::desk::channel::{Control, LEVEL};
use crate::desk::taper::{FADER_FLOOR_DB, from_way, to_way};
use crate::limits::SURFACE_EVERY;
use crate::session::act::Act;
use crate::session::command::Command;
use crate::session::surfaces::{MidiControl, Reads, Target};

const KNOB: MidiControl = MidiControl::Cc(1, 7);
const PEDAL: MidiControl = MidiControl::Cc(1, 64);
const PAD: MidiControl = MidiControl::Note(10, 36);

fn world(control: MidiControl, reads: Reads, target: Target) -> World {
    let mut world = World::new(bound(control, reads, target), desk(1));
    world.pass(ms(500));
    world.midi.clear();
    world
}

fn cc(world: &mut World, value: u8) {
    world.play(&[0xb0, 7, value]);
    world.pass(ms(20));
}

#[test]
fn a_knob_does_nothing_until_it_is_where_the_desk_is_and_then_turns_it() {
    let mut world = world(KNOB, Reads::Absolute, Target::Turn(Address::MIX_FADER));
    for value in [0, 20, 60, 90] {
        cc(&mut world, value);
        assert_eq!(world.asked, [], "{value}: the desk stands at 0 dB, further up");
    }
    cc(&mut world, 110);
    assert!((world.value(&Address::MIX_FADER) - from_way(&LEVEL, 110.0 / 127.0)).abs() < 1e-4, "it passed it");
    cc(&mut world, 40);
    let low = world.value(&Address::MIX_FADER);
    // Somebody else takes it away: the knob waits again.
    world.hand(Command::Turn(Address::MIX_FADER, 5.0));
    world.pass(ms(500));
    world.asked.clear();
    cc(&mut world, 39);
    cc(&mut world, 45);
    assert_eq!((world.asked.len(), world.value(&Address::MIX_FADER) > low), (0, true));
}

#[test]
fn steps_are_read_as_each_of_the_three_kinds_of_endless_knobs_sends_them() {
    for (reads, up, down) in [(Reads::TwosComplement, 2, 126), (Reads::SignBit, 2, 66), (Reads::Offset, 66, 62)] {
        let mut world = world(KNOB, reads, Target::Turn(Address::MIX_FADER));
        let way = |world: &World| to_way(&LEVEL, world.value(&Address::MIX_FADER));
        let begun = way(&world);
        cc(&mut world, up);
        assert!((way(&world) - begun - 2.0 / 127.0).abs() < 1e-4, "{reads:?}");
        cc(&mut world, down);
        cc(&mut world, down);
        assert!((way(&world) - begun + 2.0 / 127.0).abs() < 1e-4, "{reads:?}");
    }
}

#[test]
fn a_pad_switches_and_its_lamp_tells_what_became_of_it_also_when_it_is_struck_twice_in_a_row() {
    let mute = |world: &World| world.value(&world.strip(0, Control::MUTE));
    let desk = desk(1);
    let target = Target::Turn(Address::strip(&desk.strips[0].id, Control::MUTE));
    let mut world = World::new(bound(PAD, Reads::Absolute, target), desk);
    world.pass(ms(100));
    for (n, expected) in [(1, 1.0), (2, 0.0), (3, 1.0)] {
        world.midi.clear();
        world.play(&[0x99, 36, 100]);
        world.pass(ms(40));
        world.play(&[0x89, 36, 0]);
        world.pass(ms(80));
        assert_eq!(mute(&world), expected, "stroke {n}");
        let lamp = if expected == 1.0 { 127 } else { 0 };
        assert_eq!(world.midi.last().map(|(_, bytes)| bytes.clone()), Some(vec![0x99, 36, lamp]));
    }
}

#[test]
fn a_foot_switch_acts_once_for_each_press_and_ends_a_show_only_by_a_hold() {
    let mut world = world(PEDAL, Reads::Absolute, Target::Act(Act::NextScene));
    for value in [127, 127, 0, 0, 127, 90, 70, 0] {
        world.play(&[0xb0, 64, value]);
        world.pass(SURFACE_EVERY);
    }
    assert_eq!(world.asked.len(), 2);
    let mut world = self::world(PEDAL, Reads::Absolute, Target::Act(Act::LeaveAir));
    world.play(&[0xb0, 64, 127]);
    world.play(&[0xb0, 64, 0]);
    world.play(&[0xb0, 64, 127]);
    world.pass(ms(1_500));
    assert_eq!(world.asked, []);
    world.play(&[0xb0, 64, 0]);
    world.pass(SURFACE_EVERY);
    assert_eq!(world.asked, [Command::LeaveAir]);
}

#[test]
fn a_control_that_can_show_it_is_told_within_20_ms_and_one_that_echoes_makes_no_loop() {
    let mut world = world(KNOB, Reads::Absolute, Target::Turn(Address::MIX_FADER));
    for step in 0..300_u32 {
        if step < 100 {
            world.hand(Command::Turn(Address::MIX_FADER, -(step as f32) / 3.0));
        }
        let begun = world.now;
        world.pass(ms(10));
        let told = std::mem::take(&mut world.midi);
        assert!(told.iter().all(|(at, _)| *at <= begun + ms(20)) && told.len() <= 1);
        assert!(step <= 101 || told.is_empty());
        told.iter().for_each(|(_, bytes)| world.play(bytes));
    }
    assert_eq!(world.asked, []);
}

#[test]
fn while_a_binding_is_learned_a_control_is_told_and_does_nothing() {
    let mut world = world(PEDAL, Reads::Absolute, Target::Act(Act::NextScene));
    world.rig.learn(true);
    world.play(&[0xb0, 64, 127]);
    world.play(&[0xb0, 64, 0]);
    assert_eq!(world.rig.moved().map(|source| source.control), Some(PEDAL));
    assert_eq!((world.rig.moved(), &world.asked[..]), (None, &[][..]));
    world.rig.learn(false);
    world.play(&[0xb0, 64, 127]);
    assert_eq!(world.asked.len(), 1);
}

#[test]
fn a_control_that_was_moved_to_where_it_was_told_to_stand_does_not_take_over_from_where_it_was_before() {
    let mut world = world(KNOB, Reads::Absolute, Target::Turn(Address::MIX_FADER));
    for (value, level) in [(17, Some(-46.05)), (120, None), (15, None), (0, Some(0.0))] {
        level.into_iter().for_each(|level| world.hand(Command::Turn(Address::MIX_FADER, level)));
        world.pass(ms(400));
        world.play(&Midi::Cc { channel: 1, number: 7, value }.bytes());
        world.pass(ms(400));
    }
    assert_eq!(world.value(&Address::MIX_FADER), 0.0);
}

#[test]
fn a_control_that_was_moved_while_something_was_learned_does_not_take_over_from_where_it_was_before() {
    let mut world = world(KNOB, Reads::Absolute, Target::Turn(Address::MIX_FADER));
    let turn = |world: &mut World, value| world.play(&Midi::Cc { channel: 1, number: 7, value }.bytes());
    turn(&mut world, 6);
    world.rig.learn(true);
    turn(&mut world, 127);
    world.rig.learn(false);
    turn(&mut world, 126);
    world.pass(ms(400));
    assert_eq!(world.value(&Address::MIX_FADER), 0.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn a_value_never_jumps_further_than_the_hand_moved_the_control(
        ways in proptest::collection::vec((0_u8..=127, any::<bool>(), -60.0_f32..10.0), 1..60),
    ) {
        let mut world = world(KNOB, Reads::Absolute, Target::Turn(Address::MIX_FADER));
        // Below its floor a fader is closed, wherever the control stands.
        let way = |world: &World| {
            let floor = to_way(&LEVEL, FADER_FLOOR_DB);
            to_way(&LEVEL, world.value(&Address::MIX_FADER)).max(floor)
        };
        let mut from: Option<u8> = None;
        for (value, other, level) in ways {
            if other {
                world.hand(Command::Turn(Address::MIX_FADER, level));
                world.pass(ms(400));
            }
            let before = way(&world);
            world.play(&Midi::Cc { channel: 1, number: 7, value }.bytes());
            world.pass(ms(400));
            let after = way(&world);
            let moved = from.map_or(0.0, |from| f32::from(from.abs_diff(value)));
            prop_assert!((after - before).abs() <= (moved + 1.6) / 127.0, "{before} {after} {moved}");
            from = Some(value);
        }
    }
}
