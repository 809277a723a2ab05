//! Far sides that mean no good, or change more than most.

use super::*;
use crate::limits::MAX_WAYS;

fn line(port: u16) -> Way {
    Way::tcp(([10, 0, 0, 1], port).into())
}

#[test]
fn a_listener_that_comes_by_one_connection_after_the_other_makes_its_session_grow_to_a_bound() {
    let mut world = World::new();
    let guest = world.join(Role::Listener);
    let come_and_go = |world: &mut World, ufrag: &str| {
        for port in 0..200 {
            world.knock_by(ufrag, line(port));
            world.relay.closed(line(port));
        }
    };
    come_and_go(&mut world, "u1");
    assert_eq!(world.wire.0, MAX_WAYS);
    // With a restart of ICE all those ways are forgotten, and it may begin from yet another one.
    world.relay.restart(guest.id, "anew".into(), Arc::default());
    come_and_go(&mut world, "anew");
    assert_eq!(world.wire.0, 2 * MAX_WAYS);
}

#[test]
fn an_address_stays_its_owners_while_the_owner_is_heard_there() {
    let mut world = World::new();
    let publisher = world.connected(Role::Publisher);
    let victim = world.connected(Role::Listener);
    let thief = world.connected(Role::Listener);
    let before = world.wire.0;
    world.knock(&thief, victim.from);
    world.knock(&thief, publisher.from);
    assert_eq!(world.wire.0, before, "the thief's session must not even learn of it");
    world.tell(&publisher, &[SOUND, 1]);
    assert_eq!(seqs(&victim).len(), 1);
    // It is free again when its owner has gone from there, though not from elsewhere.
    let elsewhere = Way::udp(([10, 0, 0, 7], 7).into());
    for _ in 0..7 {
        world.wait(Duration::from_secs(2));
        world.knock(&publisher, elsewhere);
        world.knock(&thief, thief.from);
    }
    world.knock(&thief, publisher.from);
    assert_eq!(world.relay.verified.get(&publisher.from), Some(&thief.id));
    assert!(!publisher.gone.is_raised());
}

#[test]
fn the_ways_of_a_session_that_is_over_are_hung_up() {
    let mut world = World::new();
    let guest = world.connected(Role::Listener);
    world.knock(&guest, line(5));
    world.relay.end(world.now, guest.id, &mut world.wire);
    assert!(world.wire.1.contains(&line(5)) && world.wire.1.contains(&guest.from));
}

#[test]
fn a_publisher_that_changes_its_stream_goes_on_under_the_listeners_numbers() {
    let mut world = World::new();
    let publisher = world.connected(Role::Publisher);
    let listener = world.connected(Role::Listener);
    (200..203).for_each(|n| world.tell(&publisher, &[SOUND, n]));
    (5..8).for_each(|n| world.tell(&publisher, &[OTHER_STREAM, n]));
    assert_eq!(seqs(&listener), [100, 101, 102, 103, 104, 105]);
    world.tell(&listener, &[MISSING, 0, 104]);
    let heard = listener.heard.lock().unwrap();
    assert_eq!((heard[6].seq, &heard[6].payload), (104, &heard[4].payload));
}
