use korero_dsp::bank::{Place, Stage};
use korero_dsp::effects::EFFECTS;
use korero_dsp::slot::Kind;

use super::*;
use crate::desk::channel::{Control, Insert, Section};
use crate::desk::{Strip, StripId, StripInput};
use crate::random_desk::{names, turn_one};

/// Numbers that are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

/// One edit of any kind: mostly a control that is turned, sometimes what stands where.
fn edit(desk: &mut Desk, dice: &mut Dice) {
    let names = names(desk);
    let name = &names[dice.below(names.len())];
    let id = (!desk.strips.is_empty()).then(|| desk.strips[dice.below(desk.strips.len())].id.clone());
    match (dice.below(20), id) {
        (0, _) if desk.strips.len() < 12 => {
            let at = dice.below(desk.strips.len() + 1);
            desk.strips.insert(at, Strip::new(format!("{}", dice.below(99)), StripInput::Mono(1)));
        }
        (1, Some(id)) => desk.strips.retain(|strip| strip.id != id),
        (2, Some(id)) => {
            let key = Some(desk.strips[dice.below(desk.strips.len())].id.clone());
            let strip = desk.strip_mut(&id).expect("it is there");
            (strip.name, strip.key, strip.input) = (dice.below(9).to_string(), key, StripInput::Stereo(3, 4));
        }
        (3, _) => name.set_title(desk, &dice.below(9).to_string()),
        (4, _) => {
            let channel = name.of_mut(desk).expect("it is there");
            if !channel.section(Section::Stage(Stage::Trim)).is_empty() {
                let insert = Insert::new(Kind(dice.below(EFFECTS.len()) as u8));
                channel.put(Place::ALL[dice.below(3)], (dice.below(4) > 0).then_some(insert));
            }
        }
        (5, Some(id)) => {
            let copied = desk.strips[dice.below(desk.strips.len())].channel.clone();
            desk.strip_mut(&id).expect("it is there").channel = copied;
        }
        (6, Some(_)) => desk.strips.reverse(),
        _ => turn_one(desk, std::slice::from_ref(name), (0, dice.below(999), dice.below(1_001) as f32 / 1_000.0)),
    }
}

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

#[test]
fn undoing_what_was_done_is_as_if_it_never_was_and_redoing_as_if_it_never_was_undone_over_10_000_edits() {
    let (mut desk, mut history, mut dice) = (Desk::for_inputs(8, |n| n.to_string()), History::default(), Dice(7));
    let first = desk.clone();
    let (mut seen, mut steps) = (Vec::new(), 0usize);
    for at in 0..10_000 {
        let before = desk.clone();
        edit(&mut desk, &mut dice);
        if history.edited(&before, &desk, Edit::Whole, seconds(at)).is_empty() {
            assert_eq!(before, desk);
            continue;
        }
        steps += 1;
        let after = desk.clone();
        history.undo(&mut desk).expect("one edit");
        assert_eq!(desk, before, "undo of edit {at}");
        history.redo(&mut desk).expect("one edit");
        assert_eq!(desk, after, "redo of edit {at}");
        if steps.is_multiple_of(250) {
            seen.push((steps, after));
        }
    }
    assert!(steps > 8_000 && seen.len() > 30, "{steps}");
    let last = desk.clone();
    for at in (1..=steps).rev() {
        assert!(seen.iter().all(|(when, then)| *when != at || *then == desk), "after {at} steps");
        assert!(history.undo(&mut desk).is_some());
    }
    assert_eq!((&desk, history.last_done()), (&first, None));
    while history.redo(&mut desk).is_some() {}
    assert_eq!((&desk, history.last_undone()), (&last, None));
}

fn turn(desk: &mut Desk, history: &mut History, id: &StripId, control: Control, value: f32, ms: u64) {
    let (before, address) = (desk.clone(), Address::strip(id, control));
    address.set(desk, value);
    history.edited(&before, desk, Edit::Turn(address), Duration::from_millis(ms));
}

#[test]
fn turns_of_one_control_that_follow_within_a_second_are_one_step() {
    let (mut desk, mut history) = (Desk::for_inputs(1, |n| n.to_string()), History::default());
    let (first, id) = (desk.clone(), desk.strips[0].id.clone());
    for (value, ms) in [(-1.0, 0), (-2.0, 900), (-3.0, 1_800)] {
        turn(&mut desk, &mut history, &id, Control::FADER, value, ms);
    }
    assert_eq!(history.last_done(), Some(&Edit::Turn(Address::strip(&id, Control::FADER))));
    let one = desk.clone();
    turn(&mut desk, &mut history, &id, Control::FADER, -4.0, 2_801);
    turn(&mut desk, &mut history, &id, Control::PAN, 0.5, 2_900);
    turn(&mut desk, &mut history, &id, Control::FADER, -5.0, 3_000);
    for _ in 0..2 {
        history.undo(&mut desk).expect("a step");
    }
    assert_eq!(desk, one, "controls turned at once are one step each");
    history.undo(&mut desk).expect("a step");
    assert_eq!((&desk, history.last_done()), (&first, None));
    history.redo(&mut desk).expect("a step");
    assert_eq!(desk, one);
}

#[test]
fn what_was_turned_and_turned_back_at_once_is_no_step() {
    let (mut desk, mut history) = (Desk::for_inputs(1, |n| n.to_string()), History::default());
    let id = desk.strips[0].id.clone();
    turn(&mut desk, &mut history, &id, Control::FADER, -1.0, 0);
    turn(&mut desk, &mut history, &id, Control::FADER, 0.0, 500);
    assert_eq!(history.last_done(), None);
}

#[test]
fn a_turn_after_one_that_was_turned_back_is_no_more_of_the_step_before() {
    let (mut desk, mut history) = (Desk::for_inputs(1, |n| n.to_string()), History::default());
    let id = desk.strips[0].id.clone();
    turn(&mut desk, &mut history, &id, Control::FADER, -1.0, 0);
    turn(&mut desk, &mut history, &id, Control::FADER, -2.0, 5_000);
    turn(&mut desk, &mut history, &id, Control::FADER, -1.0, 5_500);
    turn(&mut desk, &mut history, &id, Control::FADER, -3.0, 6_000);
    history.undo(&mut desk);
    assert_eq!(desk.strips[0].channel.level_db(), -1.0);
}

#[test]
fn a_new_edit_forgets_what_was_undone() {
    let (mut desk, mut history) = (Desk::for_inputs(1, |n| n.to_string()), History::default());
    let id = desk.strips[0].id.clone();
    turn(&mut desk, &mut history, &id, Control::FADER, -1.0, 0);
    history.undo(&mut desk);
    turn(&mut desk, &mut history, &id, Control::PAN, 1.0, 10);
    assert_eq!(history.last_undone(), None);
    assert_eq!(history.last_done(), Some(&Edit::Turn(Address::strip(&id, Control::PAN))));
}

#[test]
fn an_undo_leaves_alone_what_moved_since() {
    let (mut desk, mut history) = (Desk::for_inputs(1, |n| n.to_string()), History::default());
    let id = desk.strips[0].id.clone();
    turn(&mut desk, &mut history, &id, Control::PAN, 1.0, 0);
    desk.strips[0].channel.set(Control::FADER, -20.0);
    history.undo(&mut desk);
    assert_eq!((desk.strips[0].channel.pan(), desk.strips[0].channel.level_db()), (0.0, -20.0));
}

#[test]
fn the_oldest_edits_make_room_and_the_memory_has_an_end() {
    let (full, empty) = (Desk::for_inputs(32, |n| n.to_string()), Desk::default());
    let mut history = History::default();
    let (mut steps, mut before, mut after) = (0, &empty, &full);
    for at in 0..1_000 {
        history.edited(before, after, Edit::Whole, seconds(at));
        assert!(history.weight <= MAX_UNDO_VALUES);
        (before, after) = (after, before);
    }
    let mut desk = before.clone();
    while history.undo(&mut desk).is_some() {
        steps += 1;
    }
    assert!((100..1_000).contains(&steps), "{steps}");
}

#[test]
fn two_faders_moved_at_once_are_two_steps_and_the_one_touched_last_is_taken_back_first() {
    let (mut desk, mut history) = (Desk::for_inputs(2, |n| n.to_string()), History::default());
    let (first, ids) = (desk.clone(), [desk.strips[0].id.clone(), desk.strips[1].id.clone()]);
    for step in 1..=50_u64 {
        for (n, id) in ids.iter().enumerate() {
            turn(&mut desk, &mut history, id, Control::FADER, -(step as f32) - n as f32, step * 20 + n as u64);
        }
    }
    history.undo(&mut desk).expect("the second fader");
    assert_eq!((desk.strips[0].channel.level_db(), desk.strips[1].channel.level_db()), (-50.0, 0.0));
    history.undo(&mut desk).expect("the first");
    assert_eq!((&desk, history.last_done()), (&first, None));
    history.redo(&mut desk).expect("the first");
    history.redo(&mut desk).expect("the second");
    assert_eq!((desk.strips[0].channel.level_db(), desk.strips[1].channel.level_db()), (-50.0, -51.0));
}
