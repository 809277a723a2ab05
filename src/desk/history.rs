//! Taking back edits of the desk, and doing them again.

use std::collections::VecDeque;
use std::time::Duration;

use super::Desk;
use super::address::Address;
use super::patch::Patch;
use crate::limits::{MAX_UNDO_VALUES, ONE_TURN};

/// One edit, both ways.
#[derive(Clone, Debug)]
struct Step {
    back: Patch,
    forth: Patch,
}

impl Step {
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
    /// What was turned last, and when: more of it soon after is the same step.
    turning: Option<(Address, Duration)>,
}

impl History {
    /// Keeps the edit that made `after` of `before` at `now` (monotonic), and gives what it changed; what was undone
    /// is forgotten. `turned` names the control when a person turned one: turns of the same one that follow within
    /// [`ONE_TURN`] are one step.
    pub fn edited(&mut self, before: &Desk, after: &Desk, turned: Option<&Address>, now: Duration) -> Patch {
        let forth = Patch::between(before, after);
        if forth.is_empty() {
            return forth;
        }
        self.forget_undone();
        let goes_on = matches!((&self.turning, turned), (Some((last, then)), Some(address))
            if last == address && now.saturating_sub(*then) <= ONE_TURN);
        self.turning = turned.map(|address| (address.clone(), now));
        match self.done.pop_back_if(|_| goes_on) {
            // Turned back to where it began, there is nothing to undo.
            Some(step) if step.back == forth => self.weight -= step.weight(),
            Some(step) => self.done.push_back(Step { forth: forth.clone(), ..step }),
            None => self.keep(Step { back: Patch::between(after, before), forth: forth.clone() }),
        }
        forth
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
        self.turning = None;
        step.back.apply(desk);
        let back = step.back.clone();
        self.undone.push(step);
        Some(back)
    }

    /// Does the edit again that was taken back last, and gives what that changed; `None` when there is none.
    pub fn redo(&mut self, desk: &mut Desk) -> Option<Patch> {
        let step = self.undone.pop()?;
        self.turning = None;
        step.forth.apply(desk);
        let forth = step.forth.clone();
        self.done.push_back(step);
        Some(forth)
    }

    /// Whether there is an edit to take back.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether there is an edit to do again.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    fn forget_undone(&mut self) {
        self.weight -= self.undone.drain(..).map(|step| step.weight()).sum::<usize>();
    }
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;
