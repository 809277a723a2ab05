//! Two settings of a channel, A and B. The one that is lit is heard and edited; the other one rests until its key is pressed.

use std::collections::HashMap;

use egui::{Ui, vec2};
use korero_sentences::key;

use crate::desk::Desk;
use crate::desk::address::ChannelName;
use crate::desk::channel::{Channel, Role};
use crate::desk::preset::{Preset, PresetId, Title};
use crate::session::command::Command;
use crate::ui::view::View;
use crate::ui::widgets::key::KeyCap;

/// What stands on the two keys.
const LETTERS: [&str; 2] = ["A", "B"];

/// The two settings of every channel that was compared.
#[derive(Default)]
pub(crate) struct Compare {
    pairs: HashMap<ChannelName, Pair>,
}

struct Pair {
    /// What each was set to when it was left.
    settings: [Preset; 2],
    /// Which is lit.
    lit: usize,
}

impl Pair {
    fn of(channel: &Channel) -> Self {
        Self { settings: [kept(channel), kept(channel)], lit: 0 }
    }

    /// An undo may have gone back to the other one.
    fn settle(&mut self, channel: &Channel) {
        let other = 1 - self.lit;
        if self.settings[other].fits(channel) && !self.settings[self.lit].fits(channel) {
            self.lit = other;
        }
    }

    /// Leaves the lit one as it is now; gives what the channel is set to from now on.
    fn turn(&mut self, channel: &Channel) -> Preset {
        self.settings[self.lit] = kept(channel);
        self.lit = 1 - self.lit;
        self.settings[self.lit].clone()
    }
}

/// The chain of a channel; its gain, fader and sends are no part of a comparison.
fn kept(channel: &Channel) -> Preset {
    Preset::of(channel, PresetId::random(), Title::Own(String::new()), false)
}

impl Compare {
    /// Forgets channels that are gone.
    pub(crate) fn settle(&mut self, desk: &Desk) {
        self.pairs.retain(|name, _| name.of(desk).is_some());
    }

    /// Shows the two keys of a channel that has a chain.
    pub(crate) fn show(&mut self, ui: &mut Ui, view: &View<'_>, name: &ChannelName) {
        let chain = matches!(name.role(), Role::Strip | Role::Group | Role::Return | Role::Mix);
        let Some(channel) = name.of(&view.snapshot.desk).filter(|_| chain) else { return };
        if let Some(pair) = self.pairs.get_mut(name) {
            pair.settle(channel);
        }
        let lit = self.pairs.get(name).map_or(0, |pair| pair.lit);
        for (at, letter) in LETTERS.into_iter().enumerate() {
            let shown = view.name(name);
            let spoken = view.say(key::FOCUS_COMPARE, &[("channel", shown.into()), ("letter", letter.into())]);
            let size = vec2(view.theme.space.hit, view.theme.space.hit);
            let cap = KeyCap { name: &spoken, word: letter, on: Some(at == lit), fill: view.theme.ember, size };
            let response = cap.show(ui, view.theme).on_hover_text(view.word(key::FOCUS_COMPARE_TIP));
            if response.clicked() && at != lit {
                let pair = self.pairs.entry(name.clone()).or_insert_with(|| Pair::of(channel));
                view.send(Command::Compare(name.clone(), Box::new(pair.turn(channel))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::channel::Control;
    use crate::desk::{Strip, StripInput};

    #[test]
    fn the_settings_of_a_strip_that_is_gone_are_forgotten_and_no_others() {
        let strips = ["Reo", "Kitā"].map(|name| Strip::new(name, StripInput::Mono(1)));
        let mut desk = Desk { strips: strips.to_vec(), ..Desk::default() };
        let names = [ChannelName::Strip(desk.strips[0].id.clone()), ChannelName::Mix];
        let pairs = names.iter().map(|name| (name.clone(), Pair::of(name.of(&desk).expect("it is there"))));
        let mut compare = Compare { pairs: pairs.collect() };
        compare.settle(&desk);
        assert_eq!(compare.pairs.len(), 2);
        desk.strips.remove(0);
        compare.settle(&desk);
        assert_eq!(compare.pairs.keys().collect::<Vec<_>>(), [&ChannelName::Mix]);
    }

    #[test]
    fn each_setting_comes_back_as_it_was_left_and_the_fader_stays() {
        let mut channel = Channel::new(Role::Strip);
        let mut pair = Pair::of(&channel);
        pair.turn(&channel).apply(&mut channel);
        channel.set(Control::HIGHPASS_FREQ, 200.0);
        channel.set(Control::FADER, -9.0);
        pair.turn(&channel).apply(&mut channel);
        assert_eq!((channel.value(Control::HIGHPASS_FREQ), channel.level_db(), pair.lit), (80.0, -9.0, 0));
        pair.turn(&channel).apply(&mut channel);
        assert_eq!((channel.value(Control::HIGHPASS_FREQ), pair.lit), (200.0, 1));
        // Undo goes back to A.
        channel.set(Control::HIGHPASS_FREQ, 80.0);
        pair.settle(&channel);
        assert_eq!(pair.lit, 0);
    }
}
