//! The guide through the first minute: at which step a person is. It says what to do next and does nothing by itself; each
//! step can be left out, done again and taken back.

use serde::{Deserialize, Serialize};

use super::{Deed, Session};

/// The steps from a fresh start to on air.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Welcome, and the language.
    #[default]
    Welcome,
    /// The interface and the headphones.
    Interface,
    /// Play, and each input gets its name and its trim.
    Play,
    /// As loud as listeners expect.
    Level,
    /// Where the show goes.
    Place,
    /// What the evening is called, and live.
    Ready,
}

impl Step {
    /// Every step in its order.
    pub const ALL: [Self; 6] = [Self::Welcome, Self::Interface, Self::Play, Self::Level, Self::Place, Self::Ready];

    /// Which one it is, from 0.
    #[must_use]
    pub fn at(self) -> usize {
        Self::ALL.iter().position(|step| *step == self).unwrap_or(0)
    }

    /// The step after it; `None` after the last.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::ALL.get(self.at() + 1).copied()
    }

    /// The step before it; `None` before the first.
    #[must_use]
    pub fn before(self) -> Option<Self> {
        self.at().checked_sub(1).map(|at| Self::ALL[at])
    }
}

impl Session {
    /// Shows a step, or no more of the guide; none to who is on air.
    pub(super) fn guide(&mut self, step: Option<Step>) -> Vec<Deed> {
        if self.state.guide == step || (step.is_some() && self.wants_air) {
            return Vec::new();
        }
        self.state.guide = step;
        vec![Deed::Remember]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use super::*;
    use crate::destination::Destination;
    use crate::session::command::Command;
    use crate::session::snapshot::{DestinationNow, DeviceState, Snapshot};

    fn session(destinations: Vec<DestinationNow>) -> Session {
        let device = DeviceState::Opening { id: "a".into() };
        let guide = Some(Step::Welcome);
        Session::new(Snapshot { destinations, device, guide, ..Snapshot::default() }, BTreeMap::new())
    }

    fn at(session: &Session) -> Option<Step> {
        session.snapshot(Duration::ZERO).guide
    }

    #[test]
    fn every_step_comes_after_the_one_before_it() {
        let mut all = vec![Step::default()];
        while let Some(next) = all[all.len() - 1].next() {
            assert_eq!(next.before(), all.last().copied());
            all.push(next);
        }
        assert_eq!((all.as_slice(), Step::default().before()), (Step::ALL.as_slice(), None));
    }

    #[test]
    fn where_a_person_is_in_the_guide_is_remembered_and_the_same_step_again_is_nothing_new() {
        let mut session = session(Vec::new());
        assert_eq!(session.command(Command::Guide(Some(Step::Play))), [Deed::Remember]);
        assert_eq!((session.command(Command::Guide(Some(Step::Play))), at(&session)), (vec![], Some(Step::Play)));
        assert_eq!((session.command(Command::Guide(None)), at(&session)), (vec![Deed::Remember], None));
    }

    #[test]
    fn a_show_that_goes_on_air_ends_the_guide_and_one_that_cannot_does_not() {
        let mut nowhere = session(Vec::new());
        nowhere.command(Command::GoOnAir);
        assert_eq!(at(&nowhere), Some(Step::Welcome));
        let what = Destination::to(1, "https://live.example/whip/hana", 256_000);
        let mut session = session(vec![DestinationNow { what, ..DestinationNow::default() }]);
        assert!(session.command(Command::GoOnAir).contains(&Deed::Remember));
        assert_eq!(at(&session), None);
        assert_eq!((session.command(Command::Guide(Some(Step::Play))), at(&session)), (vec![], None));
    }
}
