//! What holds for every parameter and every surface.

use rosc::OscType;

use super::osc::space::{Naming, Space, Spot};
use super::world_tests::*;
use crate::desk::address::Address;
use crate::desk::channel::{Control, Insert, Place};
use crate::desk::taper::from_way;
use crate::desk::{Desk, file};
use crate::random_desk::names;
use crate::session::command::Command;
use crate::session::surfaces::{MidiControl, MidiKind, Reads, Surfaces, Target};

/// Everything that can be turned, an effect in every slot of a strip and of the mix among it.
fn full() -> (Desk, Vec<Address>) {
    let mut desk = desk(2);
    for (place, effect) in Place::ALL.into_iter().zip(["denoise", "echo", "hall"]) {
        let insert = crate::desk::address::kind(effect).map(Insert::new);
        desk.strips[0].channel.put(place, insert.clone());
        desk.mix.put(place, insert);
    }
    let mut all = Vec::new();
    for channel in names(&desk) {
        let controls = channel.of(&desk).expect("it is there").controls();
        all.extend(controls.map(|control| Address { channel: channel.clone(), control }));
    }
    (desk, all)
}

/// The value that is shown, that the engine was given and that the desk's file keeps.
fn is_everywhere(world: &World, address: &Address, value: f32) {
    assert_eq!(address.get(&world.show.desk), Some(value), "{address}: what is shown");
    let applied = world.applied.as_ref().expect("the engine was given a desk");
    assert_eq!(address.get(applied), Some(value), "{address}: the engine");
    let kept = file::parse(&file::render("", applied, "desk.toml").expect("text"), "desk.toml").expect("a desk");
    assert_eq!(address.get(&kept), Some(value), "{address}: the file");
}

#[test]
fn every_parameter_that_is_turned_by_osc_is_the_same_on_screen_in_the_engine_and_in_the_file() {
    let (desk, all) = full();
    let mut world = World::new(osc(), desk);
    let space = Space::of(world.session.desk());
    for (n, address) in all.iter().enumerate() {
        let path = space.path(&Spot::Param(address.clone()), Naming::Names).expect("a path");
        for way in [0.9, 0.1 + (n % 7) as f32 / 10.0] {
            world.say(7, &format!("/norm{path}"), vec![OscType::Float(way)]);
            world.pass(ms(10));
            assert_eq!(world.value(address), from_way(&address.spec(), way), "{address}");
        }
        is_everywhere(&world, address, world.value(address));
    }
    assert!(all.len() > 500, "{}", all.len());
}

#[test]
fn every_parameter_that_is_turned_by_a_bound_knob_is_the_same_everywhere() {
    let (desk, all) = full();
    for address in all {
        let chosen = bound(MidiControl::Bend(1), Reads::Absolute, Target::Turn(address.clone()));
        let mut world = World::new(chosen, desk.clone());
        // What it was told first is no echo any more.
        world.now += ms(1_000);
        world.turn();
        // From end to end it passes where the desk is; what is switched is switched by the way up.
        for bytes in [[0xe0, 0, 0], [0xe0, 0x7f, 0x7f], [0xe0, 0, 0], [0xe0, 0x7f, 0x5f]] {
            world.play(&bytes);
            world.pass(ms(10));
        }
        let spec = address.spec();
        let way = f32::from((0x5f_u16 << 7) | 0x7f) / f32::from(super::midi::FULL_BEND);
        let switched = spec.unit == korero_dsp::param::Unit::Switch;
        let value = if switched { address.get(&desk).expect("a value") } else { from_way(&spec, way) };
        is_everywhere(&world, &address, value);
    }
}

#[test]
fn every_fader_mute_and_solo_that_is_moved_by_mackie_control_is_the_same_everywhere() {
    let mut world = World::new(device(MidiKind::Mackie), desk(8));
    for n in 0..8_u8 {
        let way = f32::from(super::midi::bend(f32::from(n + 1) / 10.0)) / f32::from(super::midi::FULL_BEND);
        world.play(&super::midi::Midi::at(MidiControl::Bend(n + 1), way).bytes());
        world.play(&[0x90, 0x10 + n, 127]);
        world.play(&[0x90, 0x08 + n, 127]);
        world.pass(ms(20));
        let of = |control| world.strip(usize::from(n), control);
        is_everywhere(&world, &of(Control::FADER), from_way(&of(Control::FADER).spec(), way));
        is_everywhere(&world, &of(Control::MUTE), 1.0);
        is_everywhere(&world, &of(Control::SOLO), 1.0);
    }
}

#[test]
fn two_surfaces_and_a_mouse_at_once_settle_the_same_everywhere() {
    let chosen = Surfaces { osc: osc().osc, ..device(MidiKind::Mackie) };
    for last in 0..4 {
        let mut world = World::new(chosen.clone(), desk(1));
        let fader = world.strip(0, Control::FADER);
        world.say(7, "/subscribe", Vec::new());
        world.say(8, "/subscribe", Vec::new());
        world.pass(ms(1_000));
        for step in 0..100_u16 {
            world.say(7, "/strip/1/fader", vec![OscType::Float(-f32::from(step) / 2.0)]);
            world.say(8, "/strip/1/fader", vec![OscType::Float(-30.0 + f32::from(step) / 3.0)]);
            world.play(&super::midi::Midi::Bend { channel: 1, value: step * 100 }.bytes());
            world.hand(Command::Turn(fader.clone(), -f32::from(step) / 10.0));
            world.pass(ms(if step.is_multiple_of(3) { 10 } else { 0 }));
        }
        match last {
            0 => world.say(7, "/strip/1/fader", vec![OscType::Float(-17.0)]),
            1 => world.say(8, "/strip/1/fader", vec![OscType::Float(-18.0)]),
            2 => world.play(&[0xe0, 0, 0x40]),
            _ => world.hand(Command::Turn(fader.clone(), -3.25)),
        }
        world.pass(ms(2_000));
        let value = world.value(&fader);
        is_everywhere(&world, &fader, value);
        // What each of them was told last, or said itself after that, is what stands.
        for port in [7, 8] {
            let heard = world.told.iter().rev().find(|(_, to, m)| *to == port && m.addr == "/strip/strip-1/fader");
            let heard = heard.map(|(_, _, message)| message.args.clone());
            let said = (last == 0 && port == 7) || (last == 1 && port == 8);
            assert!(said || heard == Some(vec![OscType::Float(value)]), "{last} {port}: {heard:?} {value}");
        }
        let motor = world.midi.iter().rev().find(|(_, bytes)| bytes[0] == 0xe0).map(|(_, bytes)| bytes.clone());
        let stands = super::midi::bend(crate::desk::taper::to_way(&fader.spec(), value));
        assert_eq!(motor, Some(super::midi::Midi::Bend { channel: 1, value: stands }.bytes().to_vec()), "{last}");
    }
}

#[test]
fn what_a_surface_turned_is_taken_back_in_steps_like_those_of_a_mouse() {
    let mut world = World::new(osc(), desk(2));
    let before = world.session.desk().clone();
    for step in 0..100_u16 {
        world.say(7, "/strip/1/fader", vec![OscType::Float(-f32::from(step) / 10.0)]);
        world.say(7, "/strip/2/fader", vec![OscType::Float(-f32::from(step) / 5.0)]);
        world.pass(ms(10));
    }
    world.hand(Command::Undo);
    world.hand(Command::Undo);
    assert_eq!(*world.session.desk(), before, "two faders moved at once are two steps");
}
