//! Which strips move together: a hand on the fader of one of them moves all by the same number of dB.

use std::collections::BTreeSet;

use egui::Modifiers;

use crate::desk::address::{Address, ChannelName};
use crate::desk::channel::Control;
use crate::desk::{Desk, Strip, StripId};
use crate::ui::taper::FADER_FLOOR_DB;
use crate::ui::view::View;

/// How long a hand that rests still holds what it moved, in seconds.
const HELD: f64 = 1.0;

/// The strips that were selected, and what a hand on one of them holds.
#[derive(Default)]
pub(crate) struct Selection {
    strips: BTreeSet<StripId>,
    /// Where a range begins.
    anchor: Option<StripId>,
    grip: Option<Grip>,
}

/// A hand on the fader of one of several strips.
struct Grip {
    held: Address,
    /// Where all of them stood when the hand came.
    began: Vec<(Address, f32)>,
    /// Where it has moved them.
    now: Vec<(Address, f32)>,
    /// When it moved last, in seconds.
    at: f64,
}

impl Selection {
    /// Whether that strip is selected.
    pub(crate) fn has(&self, strip: &StripId) -> bool {
        self.strips.contains(strip)
    }

    /// How many are.
    pub(crate) fn count(&self) -> usize {
        self.strips.len()
    }

    /// Lets all of them go.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Forgets strips that are gone.
    pub(crate) fn settle(&mut self, desk: &Desk) {
        self.strips.retain(|id| desk.strip(id).is_some());
    }

    /// A press on the name of a strip; `true` when it was about what is selected and about nothing else.
    pub(crate) fn press(&mut self, strips: &[Strip], id: &StripId, modifiers: Modifiers) -> bool {
        self.grip = None;
        if modifiers.shift {
            self.reach(strips, id);
            return true;
        }
        if !modifiers.command && !self.has(id) {
            self.strips.clear();
        }
        self.anchor = Some(id.clone());
        if modifiers.command && !self.strips.remove(id) {
            self.strips.insert(id.clone());
        }
        modifiers.command
    }

    /// Selects everything from where a range began, or from `from`, to the strip `to`.
    pub(crate) fn extend(&mut self, strips: &[Strip], from: &StripId, to: &StripId) {
        self.grip = None;
        if self.strips.is_empty() {
            self.anchor = Some(from.clone());
        }
        self.reach(strips, to);
    }

    fn reach(&mut self, strips: &[Strip], to: &StripId) {
        let place = |id: &StripId| strips.iter().position(|strip| strip.id == *id);
        let Some(end) = place(to) else { return };
        let begin = self.anchor.as_ref().and_then(place).unwrap_or(end);
        self.anchor = Some(strips[begin].id.clone());
        self.strips = strips[begin.min(end)..=begin.max(end)].iter().map(|strip| strip.id.clone()).collect();
    }

    fn carries(&self, strip: &StripId) -> bool {
        self.strips.len() > 1 && self.has(strip)
    }

    /// A control of every selected strip, from left to right.
    fn all(&self, view: &View<'_>, control: Control) -> Vec<Address> {
        let selected = view.snapshot.desk.strips.iter().filter(|strip| self.has(&strip.id));
        selected.map(|strip| Address::strip(&strip.id, control)).collect()
    }

    /// Switches the strip, and with it all when it is one of several.
    pub(crate) fn switch(&self, view: &mut View<'_>, strip: &StripId, control: Control, on: bool) {
        let value = f32::from(u8::from(on));
        if self.carries(strip) {
            let turns = self.all(view, control).into_iter().map(|address| (address, value));
            view.turn_together(turns.collect());
        } else {
            view.turn(Address::strip(strip, control), value);
        }
    }

    /// Moves a level of the strip to `value` dB, and with it that of all when it is one of several.
    pub(crate) fn slide(&mut self, view: &mut View<'_>, strip: &StripId, control: Control, value: f32) {
        let held = Address::strip(strip, control);
        let start = view.value(&held);
        // What is closed is no number of dB away from anything.
        if !self.carries(strip) || (start < FADER_FLOOR_DB && !self.holds(view, &held)) {
            view.turn(held, value);
            return;
        }
        if !self.holds(view, &held) {
            let began = self.all(view, control).into_iter().map(|address| (address.clone(), view.value(&address)));
            let began: Vec<_> = began.collect();
            self.grip = Some(Grip { held: held.clone(), now: began.clone(), began, at: view.now });
        }
        let Some(grip) = &mut self.grip else { return };
        grip.now = moved(&grip.began, &held, value);
        grip.at = view.now;
        view.turn_together(grip.now.clone());
    }

    /// The hand is still there.
    pub(crate) fn hold(&mut self, strip: &StripId, now: f64) {
        let name = ChannelName::Strip(strip.clone());
        if let Some(grip) = self.grip.as_mut().filter(|grip| grip.held.channel == name) {
            grip.at = now;
        }
    }

    /// Whether the hand that moves `held` is the one that moved it before, and nobody else moved anything meanwhile.
    fn holds(&self, view: &View<'_>, held: &Address) -> bool {
        let Some(grip) = &self.grip else { return false };
        let same = grip.now.len() == self.strips.len()
            && grip.now.iter().all(|(address, value)| view.value(address) == *value);
        grip.held == *held && view.now - grip.at <= HELD && same
    }
}

/// Where all go when the one that is held goes to `value` dB: each by as much, as far as its range lets it. What was closed
/// stays closed.
fn moved(began: &[(Address, f32)], held: &Address, value: f32) -> Vec<(Address, f32)> {
    let start = began.iter().find(|(address, _)| address == held).map_or(value, |(_, start)| *start);
    let by = value.max(FADER_FLOOR_DB) - start.max(FADER_FLOOR_DB);
    let to = |(address, start): &(Address, f32)| {
        let level = if address == held { value } else { start + by };
        let level = if level < FADER_FLOOR_DB { f32::NEG_INFINITY } else { level };
        (address.clone(), address.spec().clamp(level))
    };
    began.iter().map(to).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::desk::StripInput;

    fn strips(count: u8) -> Vec<Strip> {
        (1..=count).map(|n| Strip::new(n.to_string(), StripInput::Mono(n))).collect()
    }

    fn selected(selection: &Selection, strips: &[Strip]) -> Vec<usize> {
        (0..strips.len()).filter(|n| selection.has(&strips[*n].id)).collect()
    }

    #[test]
    fn shift_selects_a_range_and_control_one_more_or_one_less() {
        let strips = strips(6);
        let mut selection = Selection::default();
        let mut press = |n: usize, modifiers| selection.press(&strips, &strips[n].id, modifiers);
        assert!(!press(1, Modifiers::NONE) && press(3, Modifiers::SHIFT));
        assert!(press(5, Modifiers::COMMAND) && press(2, Modifiers::COMMAND));
        assert_eq!(selected(&selection, &strips), [1, 3, 5]);
        assert!(!selection.press(&strips, &strips[3].id, Modifiers::NONE));
        assert_eq!(selected(&selection, &strips), [1, 3, 5], "a press on one of them keeps them");
        assert!(!selection.press(&strips, &strips[0].id, Modifiers::NONE));
        assert_eq!(selected(&selection, &strips), Vec::<usize>::new());
    }

    #[test]
    fn the_keyboard_reaches_on_and_back_from_where_it_began() {
        let strips = strips(6);
        let mut selection = Selection::default();
        let ids: Vec<_> = strips.iter().map(|strip| strip.id.clone()).collect();
        selection.extend(&strips, &ids[2], &ids[3]);
        selection.extend(&strips, &ids[3], &ids[4]);
        assert_eq!(selected(&selection, &strips), [2, 3, 4]);
        for back in [3, 2, 1] {
            selection.extend(&strips, &ids[back + 1], &ids[back]);
        }
        assert_eq!(selected(&selection, &strips), [1, 2]);
    }

    proptest! {
        /// While a hand is there, it may go to both ends and back: all stand as far from each other as before.
        #[test]
        fn distances_are_kept_by_a_hand_that_comes_back(
            levels in prop::collection::vec(prop_oneof![Just(f32::NEG_INFINITY), -50.0f32..10.0], 1..8),
            held in -50.0f32..10.0,
            way in prop::collection::vec(prop_oneof![Just(f32::NEG_INFINITY), -60.0f32..10.0], 1..6),
        ) {
            let all = strips(levels.len() as u8 + 1);
            let address = |n: usize| Address::strip(&all[n].id, Control::FADER);
            let mut began = vec![(address(0), held)];
            began.extend(levels.iter().enumerate().map(|(n, level)| (address(n + 1), *level)));
            for to in &way {
                let there = moved(&began, &address(0), *to);
                let by = to.max(FADER_FLOOR_DB) - held;
                for ((_, from), (address, level)) in began.iter().zip(&there).skip(1) {
                    let spec = address.spec();
                    prop_assert!(*level <= spec.max && (level.is_finite() || *level == spec.min));
                    let exact = from + by;
                    prop_assert!(
                        *level == exact || (exact > spec.max && *level == spec.max)
                            || (exact < FADER_FLOOR_DB && *level == spec.min)
                    );
                }
            }
            let back = moved(&began, &address(0), held);
            for ((_, from), (_, level)) in began.iter().zip(&back) {
                prop_assert!(from == level || *from < FADER_FLOOR_DB);
            }
        }
    }
}
