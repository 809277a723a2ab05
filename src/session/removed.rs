//! Hearing what a denoiser takes away, and nothing else: a way to listen, like solo, and no setting of the desk. One at a
//! time; nobody remembers it.

use korero_sentences::key;

use super::{Deed, Session};
use crate::desk::Desk;
use crate::desk::address::{ChannelName, SlotName};
use crate::desk::channel::Channel;
use crate::fault::Fault;

impl Session {
    /// Listens to what is taken away in that slot, or to everything again. A slot where nothing is taken away changes nothing.
    pub(super) fn hear_removed(&mut self, slot: Option<SlotName>) -> Vec<Deed> {
        let fits = slot.as_ref().is_none_or(|slot| slot.gives_removed(&self.state.desk));
        if !fits || slot == self.state.removed {
            return Vec::new();
        }
        if slot.is_some() && !self.has_phones() {
            self.tell(Fault::new(key::FAULT_SESSION_NO_PHONES));
            return Vec::new();
        }
        self.state.removed.clone_from(&slot);
        vec![Deed::HearRemoved(slot)]
    }

    /// It ends when nothing is taken away there any more, and when a solo goes on or out: whoever does that wants to hear
    /// something else.
    pub(super) fn removed_with(&mut self, desk: &Desk) -> Option<Deed> {
        let slot = self.state.removed.as_ref()?;
        if slot.gives_removed(desk) && soloed(desk).eq(soloed(&self.state.desk)) {
            return None;
        }
        self.state.removed = None;
        Some(Deed::HearRemoved(None))
    }
}

/// The channels that are soloed.
fn soloed(desk: &Desk) -> impl Iterator<Item = ChannelName> {
    let strips = desk.strips.iter().map(|strip| ChannelName::Strip(strip.id.clone()));
    strips.chain(ChannelName::fixed()).filter(|name| name.of(desk).is_some_and(Channel::solo))
}

#[cfg(test)]
#[path = "removed_tests.rs"]
mod tests;
