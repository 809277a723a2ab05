//! What surfaces ask the session for: turns of which only the newest value counts, at a bounded rate, and actions.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use crate::desk::Desk;
use crate::desk::address::Address;
use crate::limits::{
    SURFACE_ACTS, SURFACE_ACTS_AT_ONCE, SURFACE_EVERY, SURFACE_PATIENCE, SURFACE_TURNED, SURFACE_TURNS,
};
use crate::session::command::Command;

/// What waits for the session, and what was asked for and is not on the desk yet.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    turned: HashMap<Address, Turned>,
    /// In the order that it came.
    waiting: VecDeque<Command>,
    /// When more may be asked for.
    next: Duration,
}

#[derive(Debug)]
struct Turned {
    value: f32,
    /// When it was asked for; `None` while it waits.
    asked: Option<Duration>,
}

impl Wishes {
    /// Turns something; a turn of it that still waits is forgotten, unless something else was asked for after it. `false` when
    /// too much is turned already.
    pub(super) fn turn(&mut self, address: Address, value: f32) -> bool {
        let value = address.spec().clamp(value);
        let mut since = self.waiting.iter_mut().rev().map_while(|command| match command {
            Command::Turn(of, value) => Some((of, value)),
            _ => None,
        });
        let known = self.turned.len() < SURFACE_TURNED || self.turned.contains_key(&address);
        if let Some((_, waiting)) = since.find(|(of, _)| **of == address) {
            *waiting = value;
        } else if known && self.waiting.len() < SURFACE_TURNED {
            self.waiting.push_back(Command::Turn(address.clone(), value));
        } else {
            return false;
        }
        self.turned.insert(address, Turned { value, asked: None });
        true
    }

    /// Asks for something else. `false` when too much waits already.
    pub(super) fn act(&mut self, command: Command) -> bool {
        let acts = self.waiting.iter().filter(|command| !matches!(command, Command::Turn(..))).count();
        let fits = acts < SURFACE_ACTS;
        if fits {
            self.waiting.push_back(command);
        }
        fits
    }

    /// The value as a hand on a surface knows it: what was turned until the desk agrees. `None` when it is not there.
    pub(super) fn value(&self, address: &Address, desk: &Desk) -> Option<f32> {
        let there = address.get(desk)?;
        Some(self.turned.get(address).map_or(there, |turned| turned.value))
    }

    /// What may be asked for at `now`.
    pub(super) fn take(&mut self, now: Duration) -> Vec<Command> {
        if now < self.next || self.waiting.is_empty() {
            return Vec::new();
        }
        self.next = now + SURFACE_EVERY;
        let (mut turns, mut acts) = (SURFACE_TURNS, SURFACE_ACTS_AT_ONCE);
        let mut commands = Vec::new();
        while let Some(command) = self.waiting.pop_front() {
            let left = if matches!(command, Command::Turn(..)) { &mut turns } else { &mut acts };
            if *left == 0 {
                self.waiting.push_front(command);
                break;
            }
            *left -= 1;
            self.was_asked(&command, now);
            commands.push(command);
        }
        commands
    }

    /// A turn is believed for a while from here on, unless a newer one waits.
    fn was_asked(&mut self, command: &Command, now: Duration) {
        if let Command::Turn(address, value) = command
            && let Some(turned) = self.turned.get_mut(address).filter(|turned| turned.value == *value)
        {
            turned.asked = Some(now);
        }
    }

    /// Forgets what the desk agrees with, and what it did not take in time.
    pub(super) fn settle(&mut self, desk: &Desk, now: Duration) {
        self.turned.retain(|address, turned| {
            let Some(asked) = turned.asked else { return true };
            let agreed = address.get(desk).is_none_or(|value| value == turned.value);
            !agreed && now.saturating_sub(asked) < SURFACE_PATIENCE
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::channel::Control;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn of_many_turns_of_one_control_the_newest_is_asked_for_at_a_bounded_rate() {
        let mut wishes = Wishes::default();
        let mut asked = Vec::new();
        for n in 0..1_000_u64 {
            assert!(wishes.turn(Address::MIX_FADER, -(n as f32) / 100.0));
            asked.extend(wishes.take(ms(n / 10)));
        }
        asked.extend(wishes.take(ms(200)));
        assert!((10..=11).contains(&asked.len()), "{}", asked.len());
        assert_eq!(asked.last(), Some(&Command::Turn(Address::MIX_FADER, -9.99)));
        assert_eq!(wishes.take(ms(300)), []);
    }

    #[test]
    fn a_turn_is_believed_until_the_desk_agrees_or_does_not_in_time() {
        let (mut wishes, mut desk) = (Wishes::default(), Desk::default());
        wishes.turn(Address::MIX_FADER, -7.5);
        wishes.settle(&desk, ms(5_000));
        assert_eq!(wishes.value(&Address::MIX_FADER, &desk), Some(-7.5), "it waits");
        wishes.take(ms(5_000));
        wishes.settle(&desk, ms(5_500));
        assert_eq!(wishes.value(&Address::MIX_FADER, &desk), Some(-7.5));
        wishes.settle(&desk, ms(6_001));
        assert_eq!(wishes.value(&Address::MIX_FADER, &desk), Some(0.0), "it was refused");
        wishes.turn(Address::MIX_FADER, -3.0);
        wishes.take(ms(7_000));
        desk.mix.set(Control::FADER, -3.0);
        wishes.settle(&desk, ms(7_001));
        assert!(wishes.turned.is_empty(), "the desk agrees");
    }

    #[test]
    fn what_was_asked_for_in_an_order_is_done_in_it_and_of_actions_only_so_many_at_once() {
        let (mut wishes, fader) = (Wishes::default(), Address::MIX_FADER);
        wishes.turn(fader.clone(), -1.0);
        wishes.turn(fader.clone(), -2.0);
        (0..3).for_each(|_| assert!(wishes.act(Command::Undo)));
        wishes.turn(fader.clone(), -3.0);
        let asked: Vec<_> = (0..4).flat_map(|n| wishes.take(ms(10 * n))).collect();
        let turn = |value| Command::Turn(fader.clone(), value);
        assert_eq!(asked, [turn(-2.0), Command::Undo, Command::Undo, Command::Undo, turn(-3.0)]);
        assert_eq!((0..20).filter(|_| wishes.act(Command::Redo)).count(), 20);
        assert_eq!(wishes.take(ms(100)).len(), SURFACE_ACTS_AT_ONCE);
        assert_eq!(wishes.take(ms(105)), []);
    }

    #[test]
    fn what_is_turned_and_asked_for_has_an_end() {
        let mut wishes = Wishes::default();
        let desk = Desk::for_inputs(32, |n| n.to_string());
        let all = desk.strips.iter().flat_map(|strip| {
            strip.channel.controls().map(|control| Address::strip(&strip.id, control)).collect::<Vec<_>>()
        });
        let taken = all.filter(|address| wishes.turn(address.clone(), 0.0)).count();
        assert_eq!(taken, SURFACE_TURNED);
        assert!(wishes.take(ms(0)).len() <= SURFACE_TURNS);
        assert_eq!((0..100).filter(|_| wishes.act(Command::Undo)).count(), SURFACE_ACTS);
    }
}
