//! The place of our own ear on the stage: it listens while one publisher is on air and a person wants it to.

use std::thread;

use crate::ear::{self, Ear};
use crate::engine::{EngineHandle, TapSource};
use crate::fault::Fault;
use crate::limits::EAR_TAP;
use crate::publish::PublishState;
use crate::session::ear::{EarState, Verdict};

/// The ear of one publisher, when it is wanted.
#[derive(Default)]
pub(super) struct Hearing {
    wanted: bool,
    /// Where to listen to the show that is on its way; `None` where nobody knows.
    url: Option<String>,
    ear: Option<Ear>,
    /// It could not be started for this show; that was told.
    failed: bool,
    shown: EarState,
}

impl Hearing {
    /// One that is wanted, or not.
    pub(super) fn new(wanted: bool) -> Self {
        Self { wanted, ..Self::default() }
    }

    /// Whether a person wants it.
    pub(super) fn want(&mut self, on: bool) {
        self.wanted = on;
    }

    /// Another show begins, to be listened to there.
    pub(super) fn begin(&mut self, url: Option<String>) {
        (self.url, self.failed) = (url, false);
    }

    /// Follows the publisher, and tells what is heard when that changed, and what is wrong with it.
    pub(super) fn look(
        &mut self,
        engine: &mut EngineHandle,
        publisher: Option<PublishState>,
    ) -> (Option<EarState>, Option<Fault>) {
        let (state, mut fault) = self.follow(engine, publisher);
        if state == self.shown {
            return (None, fault);
        }
        let verdict = |state: &EarState| match state {
            EarState::Listens { verdict, .. } => *verdict,
            _ => Verdict::Listening,
        };
        if verdict(&state) != verdict(&self.shown) {
            fault = fault.or(ear::alarm(verdict(&state)));
        }
        self.shown = state.clone();
        (Some(state), fault)
    }

    fn follow(&mut self, engine: &mut EngineHandle, publisher: Option<PublishState>) -> (EarState, Option<Fault>) {
        let Some(publisher) = publisher.filter(|_| self.wanted && !self.failed) else {
            self.leave();
            return (EarState::Off, None);
        };
        let Some(url) = &self.url else { return (EarState::Nowhere, None) };
        let on_air = publisher == PublishState::OnAir;
        if self.ear.is_none() && on_air {
            let started = engine.open_tap(TapSource::Mix, EAR_TAP).and_then(|tap| Ear::start(url, tap));
            match started {
                Ok(ear) => self.ear = Some(ear),
                Err(fault) => {
                    self.failed = true;
                    return (EarState::Off, Some(fault));
                }
            }
        }
        let Some(ear) = &self.ear else { return (EarState::default(), None) };
        ear.on_air(on_air);
        (ear.state(), None)
    }

    /// Stops listening. The goodbye takes its time on a thread of its own; without one it is said here and now.
    pub(super) fn leave(&mut self) {
        if let Some(ear) = self.ear.take() {
            ear.leave();
            let _ = thread::Builder::new().name("korero-goodbye".to_owned()).spawn(move || drop(ear));
        }
    }

    /// Hands the ear over to whoever says the other goodbyes.
    pub(super) fn take(&mut self) -> Option<Ear> {
        self.ear.take()
    }
}
