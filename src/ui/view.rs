//! What a panel may see and do: the look, the latest snapshot, the meters, and a way to send commands.

use std::sync::mpsc::Sender;

use egui::Context;
use korero_sentences::{Args, Key, Language};

use crate::desk::Strip;
use crate::desk::address::{Address, ChannelName};
use crate::desk::channel::Control;
use crate::metering::{Reading, Readings};
use crate::session::command::Command;
use crate::session::snapshot::{AirState, RecordingState, Snapshot};

use super::action::Action;
use super::hand::Hand;
use super::meters::Meters;
use super::naming;
use super::panels::Open;
use super::theme::Theme;
use super::words::Words;

/// Lent to each panel for one picture.
pub(crate) struct View<'a> {
    pub(crate) theme: &'a Theme,
    pub(crate) language: Language,
    pub(crate) words: &'a Words,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) hand: &'a mut Hand,
    pub(crate) meters: &'a mut Meters,
    pub(crate) commands: &'a Sender<Command>,
    /// What was measured more closely.
    pub(crate) readings: &'a Readings,
    /// The panel that is open below the strips.
    pub(crate) opened: &'a mut Option<Open>,
    /// What a key on the screen asked the window for.
    pub(crate) asked: &'a mut Option<Action>,
    /// Seconds since the window opened.
    pub(crate) now: f64,
}

impl View<'_> {
    /// A sentence in the reader's language.
    pub(crate) fn say(&self, key: Key, args: &Args) -> String {
        self.words.say(self.language, key, args)
    }

    /// A sentence without places.
    pub(crate) fn word(&self, key: Key) -> String {
        self.words.say(self.language, key, &[])
    }

    /// Sends a wish. When the show has already ended nobody listens, and nothing is to be done.
    pub(crate) fn send(&self, command: Command) {
        let _ = self.commands.send(command);
    }

    /// Whether the panel of that channel is open.
    pub(crate) fn shows(&self, channel: &ChannelName) -> bool {
        matches!(&*self.opened, Some(Open::Channel(open)) if open == channel)
    }

    /// What was measured of a channel more closely: of the mix always, of another one while it is looked at.
    pub(crate) fn reading(&self, channel: &ChannelName) -> Option<Reading> {
        match (channel, &self.readings.watched) {
            (ChannelName::Mix, _) => self.readings.mix,
            (_, Some((watched, reading))) if watched == channel => Some(*reading),
            _ => None,
        }
    }

    /// What a channel is called.
    pub(crate) fn name(&self, channel: &ChannelName) -> String {
        naming::channel(self.language, &self.snapshot.desk, channel)
    }

    /// The value of a control as the person sees it.
    pub(crate) fn value(&self, address: &Address) -> f32 {
        self.hand.value(address, &self.snapshot.desk)
    }

    /// The same of a strip that is at hand, for what is asked many times in every picture.
    pub(crate) fn on_strip(&self, strip: &Strip, control: Control) -> f32 {
        self.hand.on_strip(strip, control)
    }

    /// Turns a control.
    pub(crate) fn turn(&mut self, address: Address, value: f32) {
        let value = address.spec().clamp(value);
        self.hand.turn(&address, value, self.now);
        self.send(Command::Turn(address, value));
    }

    /// Turns several controls together, as one edit; the values are within their ranges.
    pub(crate) fn turn_together(&mut self, turns: Vec<(Address, f32)>) {
        for (address, value) in &turns {
            self.hand.turn(address, *value, self.now);
        }
        self.send(Command::TurnTogether(turns));
    }

    /// What an action does, and its keys.
    pub(crate) fn tip(&self, action: Action, ctx: &Context) -> String {
        format!("{} ({})", self.word(action.tooltip()), action.keys(ctx))
    }

    /// Asks the window for something.
    pub(crate) fn ask(&mut self, action: Action) {
        *self.asked = Some(action);
    }

    /// On air, or being brought there or back.
    pub(crate) fn airing(&self) -> bool {
        self.snapshot.air != AirState::Off
    }

    /// A recording runs.
    pub(crate) fn recording(&self) -> bool {
        self.snapshot.recording != RecordingState::Off
    }
}
