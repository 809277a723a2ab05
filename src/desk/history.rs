//! Taking back edits of the desk, and doing them again.

use std::collections::VecDeque;
use std::time::Duration;

use super::address::{Address, ChannelName};
use super::channel::Place;
use super::compare::Letter;
use super::patch::Patch;
use super::preset::PresetId;
use super::scene::SceneId;
use super::{Desk, StripId};
use crate::limits::{MAX_TOLD, MAX_UNDO_VALUES, ONE_TURN, ONE_TURN_CONTROLS};

/// What a person did to the desk, so that it can be told by its name before it is taken back.
#[derive(Clone, PartialEq, Debug)]
pub enum Edit {
    /// Turned a control.
    Turn(Address),
    /// Turned several controls together: one of several strips, or several of one band of an equaliser.
    Turns(Vec<Address>),
    /// Put an effect into a slot of a channel, or took it out.
    Slot(ChannelName, Place),
    /// Added a strip.
    Add,
    /// Removed the strip of that name.
    Remove(String),
    /// Gave a strip another name.
    Rename(StripId),
    /// Let a strip wear another hue.
    Hue(StripId),
    /// Fed a strip from other inputs.
    Feed(StripId),
    /// Let gate and compressor of a strip listen to another strip, or to itself.
    Key(StripId),
    /// Set a strip as another one was.
    Paste(StripId),
    /// Went to that one of the two settings of a channel, from the other one.
    Compare(ChannelName, Letter),
    /// Set the chain of a strip as a preset says.
    Preset(StripId, PresetId),
    /// Recalled a scene.
    Recall {
        /// Which.
        scene: SceneId,
        /// The scene of the desk before.
        before: Option<SceneId>,
    },
    /// Took over what the set-up assistant found.
    SetUp,
    /// Took a whole desk.
    Whole,
}

/// One step as it is told.
#[derive(Clone, PartialEq, Debug)]
pub struct Told {
    /// What was done.
    pub edit: Edit,
    /// From where to where each of its controls was turned, in its unit; `None` of one that stands where it stood. Empty of
    /// every edit but turns.
    pub turned: Vec<Option<(f32, f32)>>,
}

/// The last steps, oldest first.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Trail {
    /// At most [`MAX_TOLD`] that are done, and as many that were taken back.
    pub steps: Vec<Told>,
    /// How many of them are done; the others were taken back, and the next of them would be done again first.
    pub done: usize,
    /// Steps before these, which can be taken back too.
    pub earlier: usize,
}

/// One edit, both ways.
#[derive(Clone, Debug)]
struct Step {
    edit: Edit,
    back: Patch,
    forth: Patch,
    /// As it is told, found once.
    turned: Vec<Option<(f32, f32)>>,
}

impl Step {
    fn of(edit: Edit, back: Patch, forth: Patch) -> Self {
        let turned = match &edit {
            Edit::Turn(address) => std::slice::from_ref(address),
            Edit::Turns(addresses) => addresses,
            _ => &[],
        };
        let turned = turned.iter().map(|address| back.value(address).zip(forth.value(address))).collect();
        Self { edit, back, forth, turned }
    }

    fn told(&self) -> Told {
        Told { edit: self.edit.clone(), turned: self.turned.clone() }
    }

    fn weight(&self) -> usize {
        self.back.weight() + self.forth.weight()
    }
}

/// Every edit of the desk, as far back as [`MAX_UNDO_VALUES`] lets it reach.
#[derive(Clone, Debug, Default)]
pub struct History {
    done: VecDeque<Step>,
    undone: Vec<Step>,
    weight: usize,
    /// When the last step was turned on: more of the same turn soon after is the same step.
    turned: Option<Duration>,
    /// The latest turns and when they were made, oldest first, with no other edit between them.
    turning: Vec<(Edit, Duration)>,
}

impl History {
    /// Keeps the edit that made `after` of `before` at `now` (monotonic), and gives what it changed; what was undone
    /// is forgotten. Turns of the same controls that follow each other within [`ONE_TURN`] are one step.
    pub fn edited(&mut self, before: &Desk, after: &Desk, edit: Edit, now: Duration) -> Patch {
        let forth = Patch::between(before, after);
        if forth.is_empty() {
            return forth;
        }
        self.forget_undone();
        self.take_up(&edit, now);
        let soon = self.turned.is_some_and(|then| now.saturating_sub(then) <= ONE_TURN);
        self.turned = matches!(edit, Edit::Turn(_) | Edit::Turns(_)).then_some(now);
        match self.done.pop_back_if(|last| soon && last.edit == edit) {
            Some(step) => self.turned_on(step, before, after),
            None => self.keep(Step::of(edit, Patch::between(after, before), forth.clone())),
        }
        if self.turned.is_none() {
            self.turning.clear();
        }
        forth
    }

    /// Hands on several controls at once, as on a surface with faders, make one step of each and not one of every touch: the
    /// step of this turn becomes the last one again. A turn touches nothing but its own control, so their order is free.
    fn take_up(&mut self, edit: &Edit, now: Duration) {
        self.turning.retain(|(_, then)| now.saturating_sub(*then) <= ONE_TURN);
        if !matches!(edit, Edit::Turn(_)) {
            self.turning.clear();
            return;
        }
        if let Some(at) = self.turning.iter().position(|(other, _)| other == edit) {
            let among = self.done.iter().rev().take(self.turning.len());
            let back = among.enumerate().find(|(_, step)| step.edit == *edit).map(|(back, _)| back);
            let step = back.and_then(|back| self.done.remove(self.done.len() - 1 - back));
            self.done.extend(step);
            self.turning.remove(at);
        }
        self.turning.push((edit.clone(), now));
        let over = self.turning.len().saturating_sub(ONE_TURN_CONTROLS);
        self.turning.drain(..over);
    }

    /// More of the same turn is one step from where it began: of several controls, those that only move now too.
    fn turned_on(&mut self, step: Step, before: &Desk, after: &Desk) {
        self.weight -= step.weight();
        let mut begun = before.clone();
        step.back.apply(&mut begun);
        let forth = Patch::between(&begun, after);
        if forth.is_empty() {
            // Turned back to where it began, there is nothing to undo, and what is turned next is no more of what stands
            // before this.
            self.turned = None;
        } else {
            self.keep(Step::of(step.edit, Patch::between(after, &begun), forth));
        }
    }

    /// The oldest edits make room; the last one always stays.
    fn keep(&mut self, step: Step) {
        self.weight += step.weight();
        self.done.push_back(step);
        while self.weight > MAX_UNDO_VALUES && self.done.len() > 1 {
            self.weight -= self.done.pop_front().map_or(0, |step| step.weight());
        }
    }

    /// Takes the last edit back and gives what that changed; `None` when there is none.
    pub fn undo(&mut self, desk: &mut Desk) -> Option<Patch> {
        let step = self.done.pop_back()?;
        self.turned = None;
        self.turning.clear();
        step.back.apply(desk);
        let back = step.back.clone();
        self.undone.push(step);
        Some(back)
    }

    /// Does the edit again that was taken back last, and gives what that changed; `None` when there is none.
    pub fn redo(&mut self, desk: &mut Desk) -> Option<Patch> {
        let step = self.undone.pop()?;
        self.turned = None;
        self.turning.clear();
        step.forth.apply(desk);
        let forth = step.forth.clone();
        self.done.push_back(step);
        Some(forth)
    }

    /// The edit that [`History::undo`] takes back.
    #[must_use]
    pub fn last_done(&self) -> Option<&Edit> {
        self.done.back().map(|step| &step.edit)
    }

    /// The edit that [`History::redo`] does again.
    #[must_use]
    pub fn last_undone(&self) -> Option<&Edit> {
        self.undone.last().map(|step| &step.edit)
    }

    /// The last steps, to be told. Control thread; allocates.
    #[must_use]
    pub fn trail(&self) -> Trail {
        let earlier = self.done.len().saturating_sub(MAX_TOLD);
        let back = self.undone.iter().rev().take(MAX_TOLD);
        let steps = self.done.iter().skip(earlier).chain(back).map(Step::told).collect();
        Trail { steps, done: self.done.len() - earlier, earlier }
    }

    fn forget_undone(&mut self) {
        self.weight -= self.undone.drain(..).map(|step| step.weight()).sum::<usize>();
    }
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;
