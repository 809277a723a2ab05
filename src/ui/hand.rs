//! What the person is turning right now: shown at once, while the session's answer is on its way.

use crate::desk::address::{Address, ChannelName};
use crate::desk::channel::{Control, LEVEL, Role};
use crate::desk::{Desk, Strip};

/// How long a turned control waits for the session to agree, in seconds.
const PATIENCE: f64 = 1.0;

/// The controls whose last turn the snapshot does not show yet.
#[derive(Default)]
pub(crate) struct Hand {
    turned: Vec<Turned>,
}

struct Turned {
    address: Address,
    value: f32,
    at: f64,
}

impl Hand {
    /// Remembers a turn made at `now` seconds.
    pub(crate) fn turn(&mut self, address: &Address, value: f32, now: f64) {
        self.turned.retain(|turned| turned.address != *address);
        self.turned.push(Turned { address: address.clone(), value, at: now });
    }

    /// The value to show: the person's own until the desk agrees.
    pub(crate) fn value(&self, address: &Address, desk: &Desk) -> f32 {
        self.turned
            .iter()
            .find(|turned| turned.address == *address)
            .map(|turned| turned.value)
            .or_else(|| address.get(desk))
            .unwrap_or_else(|| address.spec().default)
    }

    /// The same of a strip of the desk.
    pub(crate) fn on_strip(&self, strip: &Strip, control: Control) -> f32 {
        let of_it = |address: &Address| {
            address.control == control && matches!(&address.channel, ChannelName::Strip(id) if *id == strip.id)
        };
        let turned = self.turned.iter().find(|turned| of_it(&turned.address)).map(|turned| turned.value);
        let default = || Role::Strip.spec(control).copied().unwrap_or(LEVEL).default;
        turned.or_else(|| strip.channel.get(control)).unwrap_or_else(default)
    }

    /// Forgets what the desk agrees with, and what it did not take in time.
    pub(crate) fn settle(&mut self, desk: &Desk, now: f64) {
        self.turned.retain(|turned| {
            let agreed = turned.address.get(desk).is_none_or(|value| value == turned.value);
            !agreed && now - turned.at < PATIENCE
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::StripInput;

    #[test]
    fn a_turn_is_shown_until_the_desk_agrees() {
        let mut desk = Desk::default();
        let mut hand = Hand::default();
        hand.turn(&Address::MIX_FADER, -7.5, 10.0);
        hand.settle(&desk, 10.1);
        assert_eq!(hand.value(&Address::MIX_FADER, &desk), -7.5);
        desk.mix.set(Control::FADER, -7.5);
        hand.settle(&desk, 10.2);
        desk.mix.set(Control::FADER, 3.0);
        assert_eq!(hand.value(&Address::MIX_FADER, &desk), 3.0);
    }

    #[test]
    fn a_strip_at_hand_tells_the_same_as_its_address() {
        let strips = ["Reo", "Bass"].map(|name| Strip::new(name.to_owned(), StripInput::Mono(1)));
        let mut desk = Desk { strips: strips.to_vec(), ..Desk::default() };
        desk.strips[0].channel.set(Control::FADER, -3.0);
        let mut hand = Hand::default();
        hand.turn(&Address::strip(&desk.strips[1].id, Control::PAN), 0.5, 1.0);
        for strip in &desk.strips {
            for control in [Control::FADER, Control::PAN, Control::MUTE, Control::TRIM] {
                let address = Address::strip(&strip.id, control);
                assert_eq!(hand.on_strip(strip, control), hand.value(&address, &desk), "{} {control:?}", strip.name);
            }
        }
    }

    #[test]
    fn a_turn_that_was_refused_is_not_shown_for_ever() {
        let desk = Desk::default();
        let mut hand = Hand::default();
        hand.turn(&Address::CUE_LEVEL, 2.0, 10.0);
        hand.settle(&desk, 11.5);
        assert_eq!(hand.value(&Address::CUE_LEVEL, &desk), desk.cues[0].level_db());
    }
}
