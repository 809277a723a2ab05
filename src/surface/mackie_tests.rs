use proptest::prelude::*;

use super::midi::{FULL_BEND, Midi, bend};
use super::world_tests::*;
use crate::desk::address::Address;
use crate::desk::channel::{Control, LEVEL};
use crate::desk::taper::{from_way, to_way};
use crate::limits::MIDI_FEEDBACK;
use crate::session::command::Command;
use crate::session::surfaces::MidiKind;

/// Everything is told, and it is quiet since.
fn world(strips: usize) -> World {
    let mut world = World::new(device(MidiKind::Mackie), desk(strips));
    world.pass(ms(500));
    world.midi.clear();
    world
}

fn key(world: &mut World, note: u8) {
    world.play(&[0x90, note, 127]);
    world.play(&[0x90, note, 0]);
    world.pass(ms(20));
}

fn fader(at: u8, way: f32) -> [u8; 3] {
    Midi::Bend { channel: at + 1, value: bend(way) }.bytes()
}

/// The last that a part was told.
fn last(world: &World, begins: &[u8]) -> Option<Vec<u8>> {
    world.midi.iter().rev().find(|(_, bytes)| bytes.starts_with(begins)).map(|(_, bytes)| bytes.clone())
}

/// What stands in a cell of the display.
fn cell(world: &World, row: u8, at: u8) -> String {
    let head = [0xf0, 0, 0, 0x66, 0x14, 0x12, row * 56 + at * 7];
    let bytes = last(world, &head).unwrap_or_default();
    String::from_utf8(bytes[7.min(bytes.len())..bytes.len().saturating_sub(1)].to_vec()).expect("ASCII")
}

#[test]
fn a_surface_that_is_plugged_in_is_told_everything_at_a_rate_that_the_old_cable_carries() {
    let mut desk = desk(3);
    desk.strips[0].name = "Kōrero".into();
    desk.strips[2].name = "Guitar DI".into();
    desk.strips[1].channel.set(Control::FADER, -10.0);
    desk.strips[1].channel.set(Control::PAN, -0.3);
    let mut world = World::new(device(MidiKind::Mackie), desk);
    world.pass(ms(10));
    assert!(world.midi.len() <= 2 * MIDI_FEEDBACK);
    world.pass(ms(500));
    assert_eq!((cell(&world, 0, 0), cell(&world, 0, 3)), ("Korero ".into(), "Grp 1  ".into()));
    assert_eq!((cell(&world, 0, 1), cell(&world, 0, 2)), ("Strip2 ".into(), "GutrDI ".into()));
    assert_eq!((cell(&world, 1, 0), cell(&world, 1, 1)), ("C      ".into(), "L30    ".into()));
    assert_eq!(last(&world, &[0xe1]), Some(fader(1, 0.56).to_vec()));
    assert_eq!(last(&world, &[0xe8]), Some(fader(8, to_way(&LEVEL, 0.0)).to_vec()));
    assert_eq!(last(&world, &[0x90, 0x2a]), Some(vec![0x90, 0x2a, 127]), "the knobs turn pans");
    assert_eq!(last(&world, &[0xb0, 0x30]), Some(vec![0xb0, 0x30, 6]), "the lamp in the middle");
    let told = world.midi.len();
    world.pass(ms(1_000));
    assert_eq!(world.midi.len(), told, "and then it is quiet");
}

#[test]
fn a_fader_turns_its_channel_a_hand_is_not_fought_and_the_motor_holds_where_it_was_left() {
    let mut world = world(2);
    let address = world.strip(0, Control::FADER);
    world.play(&[0x90, 0x68, 127]);
    for step in 0..20_u8 {
        world.play(&fader(0, f32::from(step) / 20.0));
        world.pass(ms(10));
    }
    let way = f32::from(bend(0.95)) / f32::from(FULL_BEND);
    assert_eq!(world.value(&address), from_way(&LEVEL, way));
    assert_eq!(last(&world, &[0xe0]), None, "a held fader is not moved");
    assert!(cell(&world, 1, 0).starts_with("+7.9"), "{}", cell(&world, 1, 0));
    // While it is held somebody else moves it: the motor waits for the hand.
    world.hand(Command::Turn(address.clone(), -20.0));
    world.pass(ms(2_000));
    assert_eq!(last(&world, &[0xe0]), None);
    let begun = world.now;
    world.play(&[0x90, 0x68, 0]);
    world.pass(ms(20));
    assert_eq!(last(&world, &[0xe0]), Some(fader(0, 0.38).to_vec()));
    assert!(world.midi.last().unwrap().0 <= begun + ms(20));
    world.pass(ms(2_000));
    assert_eq!(cell(&world, 1, 0), "C      ", "the value is shown no more");
}

#[test]
fn a_motor_fader_that_is_moved_on_a_locked_stage_goes_back_to_where_the_desk_stands() {
    let mut world = world(2);
    world.hand(Command::Lock(true));
    let address = world.strip(0, Control::FADER);
    world.play(&fader(0, 0.1));
    world.pass(ms(3_000));
    assert_eq!(world.value(&address), 0.0);
    assert_eq!(last(&world, &[0xe0]), Some(fader(0, to_way(&LEVEL, 0.0)).to_vec()));
    world.hand(Command::Lock(false));
    world.play(&fader(0, 0.1));
    world.pass(ms(20));
    assert!(world.value(&address) < -20.0);
}

#[test]
fn a_change_by_anybody_is_on_the_surface_within_20_ms() {
    let mut world = world(8);
    let begun = world.now;
    for n in 0..8 {
        world.hand(Command::Turn(world.strip(n, Control::FADER), -5.0 - n as f32));
        world.hand(Command::Turn(world.strip(n, Control::MUTE), 1.0));
    }
    world.hand(Command::Turn(Address::MIX_FADER, -1.0));
    world.pass(ms(20));
    for n in 0..8_u8 {
        assert_eq!(last(&world, &[0xe0 + n]), Some(fader(n, to_way(&LEVEL, -5.0 - f32::from(n))).to_vec()));
        assert_eq!(last(&world, &[0x90, 0x10 + n]), Some(vec![0x90, 0x10 + n, 127]));
    }
    assert!(world.midi.iter().all(|(at, _)| *at <= begun + ms(20)));
    world.midi.clear();
    world.hand(Command::Undo);
    world.pass(ms(20));
    assert_eq!(last(&world, &[0xe8]), Some(fader(8, to_way(&LEVEL, 0.0)).to_vec()));
}

#[test]
fn keys_switch_and_their_lamps_tell_what_became_of_it() {
    let mut world = world(2);
    key(&mut world, 0x10);
    key(&mut world, 0x09);
    key(&mut world, 0x00);
    assert_eq!(world.value(&world.strip(0, Control::MUTE)), 1.0);
    assert_eq!(world.value(&world.strip(1, Control::SOLO)), 1.0);
    assert!(world.session.snapshot(world.now).record.inputs, "one choice for all inputs");
    for lit in [0x10, 0x09, 0x00, 0x01] {
        assert_eq!(last(&world, &[0x90, lit]), Some(vec![0x90, lit, 127]), "{lit:x}");
    }
    key(&mut world, 0x10);
    assert_eq!(last(&world, &[0x90, 0x10]), Some(vec![0x90, 0x10, 0]));
}

#[test]
fn knobs_turn_pans_and_the_sends_of_the_selected_channel_and_a_press_brings_them_back() {
    let mut world = world(2);
    world.play(&[0xb0, 0x11, 5]);
    world.pass(ms(20));
    assert!((world.value(&world.strip(1, Control::PAN)) - 0.1).abs() < 1e-5);
    world.play(&[0xb0, 0x11, 0x40 | 15]);
    world.pass(ms(20));
    assert!((world.value(&world.strip(1, Control::PAN)) + 0.2).abs() < 1e-5);
    key(&mut world, 0x21);
    assert_eq!(world.value(&world.strip(1, Control::PAN)), 0.0);
    key(&mut world, 0x18);
    key(&mut world, 0x29);
    assert_eq!(last(&world, &[0x90, 0x18]), Some(vec![0x90, 0x18, 127]));
    for _ in 0..20 {
        world.play(&[0xb0, 0x12, 3]);
        world.pass(ms(10));
    }
    let send = world.strip(0, Control::send(2));
    assert!((world.value(&send) - from_way(&LEVEL, 0.6)).abs() < 0.05, "{}", world.value(&send));
    assert_eq!(cell(&world, 1, 2).trim_end(), format!("{:+.1}", world.value(&send)));
    assert_eq!(cell(&world, 1, 0).trim_end(), "-oo");
}

#[test]
fn banks_go_over_strips_groups_returns_and_headphones_and_no_further() {
    let mut world = world(10);
    key(&mut world, 0x2f);
    assert_eq!(cell(&world, 0, 1).trim_end(), "Strp10");
    assert_eq!(cell(&world, 0, 2).trim_end(), "Grp 1");
    world.play(&fader(2, 0.56));
    world.pass(ms(20));
    assert!((world.session.desk().groups[0].channel.level_db() + 10.0).abs() < 0.01);
    for _ in 0..9 {
        key(&mut world, 0x2f);
    }
    assert_eq!((cell(&world, 0, 0).trim_end(), cell(&world, 0, 7).trim_end()), ("Grp 3", "cue4"));
    key(&mut world, 0x30);
    assert_eq!(cell(&world, 0, 0).trim_end(), "Grp 2");
    for _ in 0..30 {
        key(&mut world, 0x2e);
    }
    assert_eq!(cell(&world, 0, 1).trim_end(), "Strip2");
    world.play(&fader(0, 0.0));
    world.pass(ms(20));
    assert_eq!(world.value(&world.strip(0, Control::FADER)), f32::NEG_INFINITY);
}

#[test]
fn recording_starts_by_a_press_and_stops_by_a_hold_whose_lamp_says_when_to_let_go() {
    let mut world = world(1);
    key(&mut world, 0x5f);
    key(&mut world, 0x54);
    assert_eq!(world.asked, [Command::StartRecording, Command::Mark(None)]);
    assert_eq!(last(&world, &[0x90, 0x5f]), Some(vec![0x90, 0x5f, 127]));
    world.asked.clear();
    key(&mut world, 0x5d);
    assert_eq!(world.asked, [], "a touch stops nothing");
    world.play(&[0x90, 0x5d, 127]);
    world.pass(ms(900));
    assert_eq!(last(&world, &[0x90, 0x5d]), None);
    world.pass(ms(200));
    assert_eq!((last(&world, &[0x90, 0x5d]), &world.asked[..]), (Some(vec![0x90, 0x5d, 127]), &[][..]));
    world.play(&[0x80, 0x5d, 0]);
    world.pass(ms(20));
    assert_eq!(world.asked, [Command::StopRecording]);
    assert_eq!(last(&world, &[0x90, 0x5d]), Some(vec![0x90, 0x5d, 0]));
}

#[test]
fn a_surface_that_echoes_its_motors_with_fewer_bits_makes_no_loop() {
    for (late, mask) in [(0, 0x7f), (0, 0x70), (5, 0x70), (40, 0x7f)] {
        let mut world = world(8);
        let faders: Vec<_> = (0..8).map(|n| world.strip(n, Control::FADER)).collect();
        let mut waiting = std::collections::VecDeque::new();
        for step in 0..400_u32 {
            if step < 100 {
                for (n, fader) in faders.iter().enumerate() {
                    world.hand(Command::Turn(fader.clone(), -(step as f32) / 3.0 - n as f32));
                }
            }
            world.pass(ms(10));
            waiting.push_back(std::mem::take(&mut world.midi));
            if waiting.len() > late {
                for (_, bytes) in waiting.pop_front().into_iter().flatten().filter(|(_, bytes)| bytes[0] >> 4 == 0xe) {
                    world.play(&[bytes[0], bytes[1] & mask, bytes[2]]);
                }
            }
        }
        let moved = |(_, bytes): &(std::time::Duration, Vec<u8>)| bytes[0] >> 4 == 0xe;
        assert!(!waiting.iter().flatten().any(moved), "{late} {mask:x}: motors still move");
        if late <= 20 {
            assert_eq!(world.asked, [], "{late} {mask:x}");
        }
    }
}

#[test]
fn a_surface_that_was_plugged_in_again_is_told_everything_anew() {
    let mut world = world(2);
    world.rig.port_is(DEVICE, false);
    world.hand(Command::Turn(Address::MIX_FADER, -3.0));
    world.pass(ms(100));
    assert_eq!(world.midi, []);
    world.rig.port_is(DEVICE, true);
    world.pass(ms(300));
    assert_eq!(last(&world, &[0xe8]), Some(fader(8, to_way(&LEVEL, -3.0)).to_vec()));
    assert_eq!(cell(&world, 0, 1).trim_end(), "Strip2");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_bytes_come_nothing_panics_and_nothing_ends_within_a_second(
        messages in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..6), 1..80),
        keys in proptest::collection::vec((0_u8..0x78, any::<bool>()), 0..60),
    ) {
        let mut world = world(3);
        for bytes in messages {
            world.play(&bytes);
        }
        for (note, down) in keys {
            world.play(&[0x90, note, if down { 127 } else { 0 }]);
        }
        world.pass(ms(50));
        prop_assert!(!world.asked.iter().any(|command| matches!(command, Command::StopRecording | Command::LeaveAir | Command::Quit)));
        let counts = world.rig.counts().1;
        prop_assert!(counts.taken + counts.refused > 0);
    }
}
