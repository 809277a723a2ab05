//! The check of the network before a show: of one destination at a time, off air only; what it advises is taken over when a
//! person says so.

use korero_sentences::key;

use super::cards::About;
use super::command::{CheckWish, DestinationEdit};
use super::event::CheckNews;
use super::snapshot::{CheckNow, CheckState};
use super::{Deed, Session};
use crate::check::{Doing, Progress};
use crate::destination::DestinationId;
use crate::fault::Fault;
use crate::session::event::PathKind;

impl Session {
    pub(super) fn check(&mut self, wish: CheckWish) -> Vec<Deed> {
        match wish {
            CheckWish::Begin(id) => self.begin_check(id),
            CheckWish::Stop => self.stop_check(),
            CheckWish::Take => self.take_advice(),
            CheckWish::PutAway => {
                let deeds = self.stop_check();
                self.state.check = None;
                deeds
            }
        }
    }

    fn begin_check(&mut self, id: DestinationId) -> Vec<Deed> {
        if self.wants_air {
            self.tell(Fault::new(key::FAULT_CHECK_ON_AIR));
            return Vec::new();
        }
        let Some(aim) = self.aim_of(id) else { return Vec::new() };
        let progress = Progress { doing: Doing::Connecting(PathKind::Direct), part: 0.0 };
        self.state.check = Some(CheckNow { id, state: CheckState::Running(progress) });
        vec![Deed::Check(Some(aim))]
    }

    /// Nothing goes on air beside a check: it would take its room.
    pub(super) fn stop_check(&mut self) -> Vec<Deed> {
        let runs = |now: &mut CheckNow| matches!(now.state, CheckState::Running(_));
        if self.state.check.take_if(runs).is_some() { vec![Deed::Check(None)] } else { Vec::new() }
    }

    fn take_advice(&mut self) -> Vec<Deed> {
        let Some(CheckNow { id, state: CheckState::Done(verdict) }) = self.state.check else { return Vec::new() };
        let Some(bitrate) = verdict.bitrate else { return Vec::new() };
        self.state.check = None;
        let mut deeds = self.edit_destination(id, DestinationEdit::Bitrate(bitrate));
        deeds.extend(self.edit_destination(id, DestinationEdit::Safest(verdict.safest)));
        deeds
    }

    /// What the destination is called that is being checked.
    #[must_use]
    pub fn checks(&self) -> Option<String> {
        let running = |check: &&CheckNow| matches!(check.state, CheckState::Running(_));
        self.state.check.as_ref().filter(running).and_then(|check| self.name_of(check.id))
    }

    /// What comes of a check that was stopped is late and left out.
    pub(super) fn check_is(&mut self, news: CheckNews) {
        let Some(CheckNow { id, state: state @ CheckState::Running(_) }) = &mut self.state.check else { return };
        match news {
            CheckNews::Progress(progress) => *state = CheckState::Running(progress),
            CheckNews::Done(verdict) => *state = CheckState::Done(verdict),
            CheckNews::Failed(fault) => {
                self.cards.tell(About::Place(*id), fault);
                self.state.check = None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use super::*;
    use crate::check::verdict::{Class, Verdict};
    use crate::destination::Destination;
    use crate::session::command::Command;
    use crate::session::event::Event;
    use crate::session::snapshot::{DestinationNow, DeviceState, Snapshot};

    const ONE: DestinationId = DestinationId(1);

    fn session() -> Session {
        let what = Destination::to(1, "https://live.example/whip/hana", 256_000);
        let destinations = vec![DestinationNow { what, ..DestinationNow::default() }];
        let device = DeviceState::Opening { id: "a".into() };
        Session::new(Snapshot { destinations, device, ..Snapshot::default() }, BTreeMap::new())
    }

    fn ask(session: &mut Session, wish: CheckWish) -> Vec<Deed> {
        session.command(Command::Check(wish))
    }

    fn hears(session: &mut Session, news: CheckNews) {
        assert_eq!(session.event(Event::Check(news), Duration::ZERO), []);
    }

    fn now(session: &Session) -> Option<CheckNow> {
        session.snapshot(Duration::ZERO).check
    }

    fn narrow() -> Verdict {
        Verdict { class: Class::Safest, bitrate: Some(96_000), safest: true, ..Verdict::no_server() }
    }

    #[test]
    fn what_a_check_advises_is_taken_over_when_a_person_says_so() {
        let mut session = session();
        assert!(matches!(&ask(&mut session, CheckWish::Begin(ONE))[..], [Deed::Check(Some(_))]));
        hears(&mut session, CheckNews::Progress(Progress { doing: Doing::Sending(64_000), part: 0.25 }));
        assert!(matches!(now(&session), Some(CheckNow { state: CheckState::Running(p), .. }) if p.part == 0.25));
        assert_eq!(ask(&mut session, CheckWish::Take), [], "nothing is known yet");
        assert_eq!(session.checks().as_deref(), Some("live.example"));
        hears(&mut session, CheckNews::Done(narrow()));
        assert_eq!(now(&session), Some(CheckNow { id: ONE, state: CheckState::Done(narrow()) }));
        assert_eq!(session.checks(), None);
        let before = session.snapshot(Duration::ZERO).destinations[0].what.bitrate;
        assert_eq!(before, 256_000, "a verdict alone changes nothing");
        assert!(ask(&mut session, CheckWish::Take).contains(&Deed::Remember));
        let what = session.snapshot(Duration::ZERO).destinations[0].what.clone();
        assert_eq!((what.bitrate, what.safest, now(&session)), (96_000, true, None));
    }

    #[test]
    fn nothing_is_checked_on_air_and_a_show_ends_a_check() {
        let mut session = session();
        ask(&mut session, CheckWish::Begin(ONE));
        let deeds = session.command(Command::GoOnAir);
        assert_eq!(deeds[0], Deed::Check(None), "{deeds:?}");
        assert_eq!(ask(&mut session, CheckWish::Begin(ONE)), []);
        let snapshot = session.snapshot(Duration::ZERO);
        assert_eq!((snapshot.faults[0].fault.code, snapshot.check), (key::FAULT_CHECK_ON_AIR, None));
        hears(&mut session, CheckNews::Done(narrow()));
        assert_eq!(now(&session), None, "it was stopped");
    }

    #[test]
    fn a_check_that_cannot_be_done_is_told_and_one_that_is_stopped_is_gone() {
        let mut session = session();
        ask(&mut session, CheckWish::Begin(ONE));
        hears(&mut session, CheckNews::Failed(Fault::new(key::FAULT_CHECK_NONE)));
        assert_eq!(session.snapshot(Duration::ZERO).faults[0].fault.code, key::FAULT_CHECK_NONE);
        ask(&mut session, CheckWish::Begin(ONE));
        assert_eq!(ask(&mut session, CheckWish::Stop), [Deed::Check(None)]);
        assert_eq!((now(&session), ask(&mut session, CheckWish::Stop)), (None, vec![]));
        assert_eq!(ask(&mut session, CheckWish::Begin(DestinationId(7))), [], "there is none");
    }
}
