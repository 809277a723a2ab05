//! The set-up assistant: it listens when asked to, and what it found is taken over line by line or all at once.

use std::sync::Arc;

use korero_sentences::key;

use super::command::SetUpWish;
use super::snapshot::DeviceState;
use super::{Deed, Session};
use crate::assistant::Setup;
use crate::desk::history::Edit;
use crate::fault::Fault;
use crate::limits::MAX_NAME;

impl Session {
    pub(super) fn set_up(&mut self, wish: SetUpWish) -> Vec<Deed> {
        match wish {
            SetUpWish::Listen if self.state.device == DeviceState::None => {
                self.tell(Fault::new(key::FAULT_SESSION_NO_DEVICE));
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
            SetUpWish::Accept(labels) => {
                let Some(setup) = self.state.set_up.heard.clone() else { return Vec::new() };
                let mut desk = (*self.state.desk).clone();
                for label in labels {
                    let name: String = label.name.trim().chars().take(MAX_NAME).collect();
                    setup.lay_out(&mut desk, label.input, &name);
                }
                self.edited(desk, Edit::SetUp)
            }
        }
    }

    /// What comes after the assistant was told to stop is late and left out.
    pub(super) fn heard(&mut self, setup: Arc<Setup>) {
        if self.state.set_up.listening {
            self.state.set_up.heard = Some(setup);
        }
    }
}
