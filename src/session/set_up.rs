//! The set-up assistant: it listens when asked to, and what it found is taken over line by line or all at once.

use std::sync::Arc;

use super::command::{Label, SetUpWish};
use super::snapshot::DeviceState;
use super::{Deed, Session};
use crate::assistant::Setup;
use crate::desk::history::Edit;
use crate::desk::{Desk, Strip, StripInput};
use crate::limits::{MAX_NAME, MAX_STRIPS};
use crate::models;

impl Session {
    pub(super) fn set_up(&mut self, wish: SetUpWish) -> Vec<Deed> {
        match wish {
            SetUpWish::Listen if self.state.device == DeviceState::None => {
                self.tell_no_device();
                Vec::new()
            }
            SetUpWish::Listen => {
                (self.state.set_up.listening, self.state.set_up.heard) = (true, None);
                vec![Deed::Listen(true)]
            }
            SetUpWish::Stop if !self.state.set_up.listening => Vec::new(),
            SetUpWish::Stop => {
                self.state.set_up.listening = false;
                vec![Deed::Listen(false)]
            }
            SetUpWish::Accept(labels) => self.lay_out(&labels, false),
            SetUpWish::Only(labels) => self.lay_out(&labels, true),
        }
    }

    fn lay_out(&mut self, labels: &[Label], only: bool) -> Vec<Deed> {
        let Some(setup) = self.state.set_up.heard.clone() else { return Vec::new() };
        let mut desk = (*self.state.desk).clone();
        for label in labels {
            let name: String = label.name.trim().chars().take(MAX_NAME).collect();
            setup.lay_out(&mut desk, label.input, &name);
        }
        // Where nobody was heard at all, nothing is known of who will be.
        if only && setup.instruments().next().is_some() {
            let spare = |strip: &&Strip| is_bare(strip) && !setup.hears(strip.input);
            let spare: Vec<_> = desk.strips.iter().filter(spare).map(|strip| strip.id.clone()).collect();
            for id in spare {
                desk.remove_strip(&id);
            }
        }
        self.edited(desk, Edit::SetUp)
    }

    /// A strip for each input of the interface that runs, called by its number; none for what only brings back what the
    /// computer plays.
    pub(super) fn bare_strips(&self) -> Vec<Strip> {
        let DeviceState::Running { name, inputs, .. } = &self.state.device else { return Vec::new() };
        let count = (*inputs).min(u8::try_from(MAX_STRIPS).unwrap_or(u8::MAX));
        let mut strips = Desk::for_inputs(count, |input| input.to_string()).strips;
        strips.retain(|strip| !models::is_loopback(name, *inputs, strip.input.highest()));
        strips
    }

    /// What comes after the assistant was told to stop is late and left out.
    pub(super) fn heard(&mut self, setup: Arc<Setup>) {
        if self.state.set_up.listening {
            self.state.set_up.heard = Some(setup);
        }
    }
}

/// Whether a strip is as it was when the interface was first seen.
fn is_bare(strip: &Strip) -> bool {
    let StripInput::Mono(input) = strip.input else { return false };
    let Strip { id, hue, .. } = strip.clone();
    *strip == Strip { id, hue, ..Strip::new(input.to_string(), strip.input) }
}
