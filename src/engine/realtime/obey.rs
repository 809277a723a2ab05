//! What commands do, on the audio thread.

use korero_dsp::LANES;
use korero_dsp::units::pan_mono;

use super::super::mail::{Command, MasterCommand};
use super::super::rack::Rack;
use super::super::removed::{Source, Whose};
use super::super::ways::WAYS;
use super::Engine;
use crate::limits::{CUES, RETURNS};

impl Engine {
    pub(super) fn obey(&mut self, command: Command) {
        match command {
            Command::Assign { lane, input } => self.rack(lane, |rack, lane| rack.assign(lane, usize::from(input))),
            Command::Release { lane } => self.rack(lane, Rack::release),
            Command::Turn { lane, stage, param, value } => {
                self.rack(lane, |rack, lane| rack.bank().set(lane, stage, param, value));
            }
            Command::Install { rack, place, kind, effect } => {
                if let Some(rack) = self.racks.get_mut(usize::from(rack)) {
                    let refused = rack.bank().slot(place).install(kind, effect).err();
                    self.give_back_effect(refused);
                }
            }
            Command::Remove { rack, place, kind } => {
                if let Some(rack) = self.racks.get_mut(usize::from(rack)) {
                    rack.bank().slot(place).remove(kind);
                }
            }
            Command::Choose { lane, place, kind } => {
                self.rack(lane, |rack, lane| rack.bank().slot(place).choose(lane, kind));
            }
            Command::TurnSlot { lane, place, kind, param, value } => {
                self.rack(lane, |rack, lane| rack.bank().slot(place).set(lane, kind, param, value));
            }
            Command::Phase { lane, place, kind, phase } => {
                self.rack(lane, |rack, lane| rack.bank().slot(place).set_phase(lane, kind, usize::from(phase)));
            }
            Command::Hold { lane, frames, late } => {
                self.rack(lane, |rack, lane| rack.bank().hold(lane, usize::from(frames), late));
            }
            Command::Listen { lane, to } => self.rack(lane, |rack, lane| rack.listen(lane, to)),
            Command::Fade { lane, gain } => self.rack(lane, |rack, lane| rack.fade(lane, gain)),
            Command::Way { lane, way, gain } => {
                self.rack(lane, |rack, lane| rack.way(lane, usize::from(way).min(WAYS - 1), gain));
            }
            Command::Master(command) => self.obey_master(command),
            Command::OpenTap(tap) => self.open_tap(tap),
            Command::PlayBack(playback) => self.play_back(playback),
            Command::HearRemoved(source) => self.hear_removed(source),
        }
    }

    /// What was listened to before glides away while this comes.
    fn hear_removed(&mut self, source: Option<Source>) {
        let before = self.removed.turn(source);
        for (source, gain) in [(before, 0.0), (source, 1.0)] {
            let Some(Source { whose, place }) = source else { continue };
            let pair = [[gain, 0.0], [0.0, gain]];
            match whose {
                Whose::One(lane) => {
                    let gains = pan_mono(0.0).map(|side| side * gain);
                    self.rack(lane, |rack, lane| rack.bank().give_removed(lane, place, gains));
                }
                Whose::Pair(left) => {
                    for (lane, gains) in (left..).zip(pair) {
                        self.rack(lane, |rack, lane| rack.bank().give_removed(lane, place, gains));
                    }
                }
                Whose::Mix => {
                    for (side, gains) in pair.into_iter().enumerate() {
                        self.master.bank().give_removed(side, place, gains);
                    }
                }
            }
        }
    }

    fn rack(&mut self, lane: u8, turn: impl FnOnce(&mut Rack, usize)) {
        let lane = usize::from(lane);
        if let Some(rack) = self.racks.get_mut(lane / LANES) {
            turn(rack, lane % LANES);
        }
    }

    fn obey_master(&mut self, command: MasterCommand) {
        match command {
            MasterCommand::Turn { stage, param, value } => {
                (0..2).for_each(|side| self.master.bank().set(side, stage, param, value));
            }
            MasterCommand::Install { place, kind, effect } => {
                let refused = self.master.bank().slot(place).install(kind, effect).err();
                self.give_back_effect(refused);
            }
            MasterCommand::Remove { place, kind } => self.master.bank().slot(place).remove(kind),
            MasterCommand::Choose { place, kind } => {
                (0..2).for_each(|side| self.master.bank().slot(place).choose(side, kind));
            }
            MasterCommand::TurnSlot { place, kind, param, value } => {
                (0..2).for_each(|side| self.master.bank().slot(place).set(side, kind, param, value));
            }
            MasterCommand::Level(gain) => self.master.set_level(gain),
            MasterCommand::CueLevel { cue, gain } => self.master.set_cue_level(usize::from(cue).min(CUES - 1), gain),
            MasterCommand::Limiter { param, value } => self.master.turn_limiter(param, value),
            MasterCommand::HoldDirect(frames) => self.master.hold_direct(usize::from(frames)),
            MasterCommand::Source { bus, send } => {
                for (at, feed) in self.feeds.iter_mut().enumerate() {
                    let gain = if at == usize::from(send) { 1.0 } else { 0.0 };
                    (0..2).for_each(|side| feed.set(2 * usize::from(bus).min(RETURNS - 1) + side, gain));
                }
            }
            MasterCommand::Phase { side, place, kind, phase } => {
                self.master.bank().slot(place).set_phase(usize::from(side).min(1), kind, usize::from(phase));
            }
            MasterCommand::Tone(tone) => {
                self.oscillator.set_sound(tone.sound);
                self.oscillator.set_frequency(tone.hertz);
                self.oscillator.set_level(tone.db);
                self.tone_to.set(0, if tone.to_mix { 1.0 } else { 0.0 });
                self.tone_to.set(1, if tone.to_mix { 0.0 } else { 1.0 });
            }
            MasterCommand::Latency(frames) => self.latency = u64::from(frames),
            MasterCommand::Talk { input, gain } => {
                self.talk_input = usize::from(input);
                self.talk.set(0, gain);
            }
        }
    }
}
