//! The set-up assistant's place on the stage: while it listens, a tap of the inputs goes to it.

use std::sync::Arc;

use crate::assistant::{Assistant, Setup};
use crate::engine::{EngineHandle, TapReader, TapSource};
use crate::limits::{MAX_INPUTS, SETUP_TAP};
use crate::session::event::Event;
use crate::session::snapshot::DeviceState;

/// The assistant, while somebody wants it.
#[derive(Default)]
pub(super) struct Ear {
    wanted: bool,
    open: Option<Open>,
}

/// What it hears, and of which interface.
struct Open {
    device: (String, usize),
    assistant: Assistant,
    tap: TapReader,
    told: Option<Arc<Setup>>,
}

impl Ear {
    /// Begins anew with the next sound, or stops.
    pub(super) fn listen(&mut self, on: bool) {
        (self.wanted, self.open) = (on, None);
    }

    /// Hears what came since the last look, and tells what it is when that changed. Another interface is another set-up.
    pub(super) fn look(&mut self, engine: &mut EngineHandle, device: &DeviceState) -> Vec<Event> {
        let DeviceState::Running { id, name, inputs, .. } = device else { return Vec::new() };
        let channels = usize::from(*inputs).clamp(1, MAX_INPUTS);
        if !self.wanted {
            return Vec::new();
        }
        let device = (id.clone(), channels);
        if self.open.as_ref().is_none_or(|open| open.device != device) {
            match engine.open_tap(TapSource::Inputs { channels }, SETUP_TAP) {
                Ok(tap) => {
                    let assistant = Assistant::new(channels, name);
                    self.open = Some(Open { device, assistant, tap, told: None });
                }
                Err(fault) => {
                    self.wanted = false;
                    return vec![Event::Trouble(fault)];
                }
            }
        }
        self.open.as_mut().and_then(Open::hear).into_iter().collect()
    }
}

impl Open {
    fn hear(&mut self) -> Option<Event> {
        let mut sound = Vec::new();
        while self.tap.read(&mut sound).is_some() {
            self.assistant.feed(&sound);
        }
        let setup = self.assistant.setup();
        if self.told.as_ref().is_some_and(|told| **told == setup) {
            return None;
        }
        let setup = Arc::new(setup);
        self.told = Some(Arc::clone(&setup));
        Some(Event::Heard(setup))
    }
}
