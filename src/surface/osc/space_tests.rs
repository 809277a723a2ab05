use proptest::prelude::*;

use super::*;
use crate::desk::channel::Control;
use crate::desk::{Strip, StripInput};
use crate::random_desk::{fits, names, turned, turns};

fn desk_of(called: &[String]) -> Desk {
    let strips = called.iter().map(|name| Strip::new(name.clone(), StripInput::Mono(1))).collect();
    Desk { strips, ..Desk::default() }
}

#[test]
fn a_strip_is_found_by_its_name_its_number_and_its_id_and_its_controls_by_short_and_by_long_paths() {
    let desk = desk_of(&["Guitar DI".into(), "Kōrero".into(), "Guitar DI".into(), "7".into()]);
    let space = Space::of(&desk);
    let fader = |n: usize| Some(Spot::Param(Address::strip(&desk.strips[n].id, Control::FADER)));
    assert_eq!(space.find("/strip/guitar-di/fader"), fader(0));
    assert_eq!(space.find("/strip/guitar-di/fader/level"), fader(0));
    assert_eq!(space.find("/strip/korero/fader"), fader(1));
    assert_eq!(space.find("/strip/guitar-di-2/fader"), fader(2));
    assert_eq!(space.find("/strip/strip-7/fader"), fader(3));
    assert_eq!(space.find("/strip/4/fader"), fader(3));
    assert_eq!(space.find(&format!("/strip/{}/fader", desk.strips[1].id)), fader(1));
    let param = |text: &str| Some(Spot::Param(text.parse().expect("an address")));
    assert_eq!(space.find("/mix/fader"), param("mix.fader.level"));
    assert_eq!(space.find("/group1/mute"), param("group1.fader.mute"));
    assert_eq!(space.find("/mix/eq/band2/freq"), param("mix.eq.band2.freq"));
    assert_eq!(space.find("/desk/solo/mode"), param("desk.solo.mode"));
    assert_eq!(space.find("/show/air"), Some(Spot::Fact(Fact::Air)));
    for unknown in
        ["", "/", "mix/fader", "/mix", "/strip/5/fader", "/strip/0/fader", "/mix/pan", "/show/x", "/strip//name"]
    {
        assert_eq!(space.find(unknown), None, "{unknown}");
    }
}

proptest! {
    #[test]
    fn everything_that_can_be_turned_is_found_at_its_path_whatever_strips_are_called(
        called in proptest::collection::vec("[a-cA-C āō0-2/#*-]{0,5}|strip|strip-1|名", 1..6),
        fitted in fits(12),
    ) {
        let mut desk = desk_of(&called);
        // An id may be another strip's name.
        if let Some(id) = StripId::parse("ab") {
            desk.strips[0].id = id;
        }
        let all = names(&desk);
        let desk = turned(desk, &all, &fitted, &[]);
        let space = Space::of(&desk);
        for channel in names(&desk) {
            for control in channel.of(&desk).expect("it is there").controls() {
                let spot = Spot::Param(Address { channel: channel.clone(), control });
                for naming in [Naming::Names, Naming::Numbers, Naming::Ids] {
                    let path = space.path(&spot, naming).expect("a path");
                    prop_assert_eq!(space.find(&path), Some(spot.clone()), "{}", path);
                    prop_assert!(path.len() <= crate::limits::OSC_ADDRESS && path.is_ascii() && !path.contains([' ', '#', '*']));
                }
            }
        }
    }

    #[test]
    fn a_value_that_is_told_and_comes_back_changes_nothing(turned_by in turns(60)) {
        let desk = desk_of(&["a".into(), "b".into()]);
        let all = names(&desk);
        let desk = turned(desk, &all, &[], &turned_by);
        for channel in &all {
            let channel = channel.of(&desk).expect("it is there");
            for control in channel.controls() {
                let (spec, value) = (channel.role().spec(control).expect("a spec"), channel.value(control));
                for norm in [false, true] {
                    let told = to_wire(spec, value, norm);
                    let back = from_wire(spec, told, norm).expect("a number");
                    let again = to_wire(spec, back, norm);
                    prop_assert!(told.is_finite());
                    prop_assert!(same(&State::Number(told), &State::Number(again)), "{} {value}: {told} {again}", spec.id);
                }
                let exact = if value <= CLOSED_DB { spec.min } else { value };
                prop_assert_eq!(from_wire(spec, to_wire(spec, value, false), false), Some(exact));
            }
        }
    }
}
