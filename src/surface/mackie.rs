//! Mackie Control: eight motor faders and one for the mix, displays, keys with lamps, knobs with rings. Without port and
//! clock: bytes and times come in, bytes go out.

mod face;
mod keys;

use std::collections::HashMap;
use std::time::Duration;

use super::facts::{Fact, State};
use super::hold::Holds;
use super::midi::{Midi, bend};
use super::sent::Sent;
use super::wishes::Wishes;
use crate::desk::Desk;
use crate::desk::address::{Address, ChannelName};
use crate::desk::channel::{Control, LEVEL};
use crate::desk::taper::{from_way, moved, to_way};
use crate::limits::{CUES, GROUPS, MIDI_FEEDBACK, RETURNS, SENDS, SURFACE_ECHO, SURFACE_REST, SURFACE_SHOWN};
use crate::session::act::Act;
use crate::session::command::{Command, SceneWish};
use crate::session::snapshot::{RecordingState, Snapshot};
use face::Part;
use keys::Key;

/// Faders, displays and knobs in a bank.
pub(super) const BANK: usize = 8;
/// The fader of the mix, after those of the bank.
const MASTER: usize = BANK;
/// Hardware sends back what a fader was told with fewer bits than it was told with.
const COARSE: f32 = 16.0;
/// How far one tick of a knob turns it, as a part of its way.
const TICK: f32 = 0.01;

/// What the knobs turn.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Knobs {
    /// The pan of the channel below.
    #[default]
    Pan,
    /// Of the selected channel the four sends, then what the four headphone mixes hear of it.
    Sends,
}

/// One fader as the hand and the motor have it.
#[derive(Debug, Default)]
struct Fader {
    touched: bool,
    /// Whose fader the hand took.
    taken: Option<ChannelName>,
    /// When it was moved last, unless a hand let go of it since.
    moved: Option<Duration>,
    /// When it was moved last.
    shown: Option<Duration>,
    sent: Sent,
}

impl Fader {
    /// Whether a hand is on it: feedback must not move it then.
    fn is_held(&self, now: Duration) -> bool {
        self.touched || self.moved.is_some_and(|moved| now.saturating_sub(moved) < SURFACE_REST)
    }
}

/// One such surface.
#[derive(Debug, Default)]
pub(super) struct Mackie {
    /// The first channel that is on it.
    first: usize,
    selected: Option<ChannelName>,
    knobs: Knobs,
    faders: [Fader; BANK + 1],
    holds: Holds<()>,
    /// What each part of it was told last.
    told: HashMap<Part, Vec<u8>>,
}

impl Mackie {
    /// Takes a message that came at `now`. `false` when it is none that is known here, or asks for too much.
    pub(super) fn hear(&mut self, bytes: &[u8], now: Duration, show: &Snapshot, wishes: &mut Wishes) -> bool {
        match Midi::read(bytes) {
            Some(Midi::Bend { channel, value }) => self.fader(usize::from(channel) - 1, value, now, &show.desk, wishes),
            Some(Midi::Note { channel: 1, number, velocity }) => match Key::of(number) {
                Some(key) => self.key(key, velocity > 0, now, show, wishes),
                None => false,
            },
            Some(Midi::Cc { channel: 1, number: number @ 0x10..=0x17, value }) => {
                let ticks = i32::from(value & 0x3f) * if value & 0x40 == 0 { 1 } else { -1 };
                self.knob(usize::from(number - 0x10), ticks, &show.desk, wishes)
            }
            _ => false,
        }
    }

    /// The channel at a place of the bank; the place after the last is the mix. The banks have the strips, then the groups,
    /// the returns and the headphone mixes.
    fn channel(&self, at: usize, desk: &Desk) -> Option<ChannelName> {
        if at == MASTER {
            return Some(ChannelName::Mix);
        }
        let at = self.first + at;
        if let Some(strip) = desk.strips.get(at) {
            return Some(ChannelName::Strip(strip.id.clone()));
        }
        let mut buses = ChannelName::fixed().filter(|name| !matches!(name, ChannelName::Mix | ChannelName::Desk));
        buses.nth(at - desk.strips.len())
    }

    /// The first channel of the last bank.
    fn last_bank(desk: &Desk) -> usize {
        (desk.strips.len() + GROUPS + RETURNS + CUES).saturating_sub(BANK)
    }

    fn address(&self, at: usize, control: Control, desk: &Desk) -> Option<Address> {
        let channel = self.channel(at, desk)?;
        channel.of(desk)?.get(control)?;
        Some(Address { channel, control })
    }

    fn fader(&mut self, at: usize, position: u16, now: Duration, desk: &Desk, wishes: &mut Wishes) -> bool {
        if at > MASTER {
            return false;
        }
        let Some(address) = self.address(at, Control::FADER, desk) else { return true };
        let told = self.told.get(&Part::Fader(at as u8)).map(Vec::as_slice);
        let fader = &mut self.faders[at];
        // Another channel came under the hand; it stands elsewhere.
        if fader.touched && fader.taken.as_ref() != Some(&address.channel) {
            return true;
        }
        let echo = !fader.touched && fader.sent.echoes(f32::from(position), COARSE, (now, SURFACE_ECHO));
        if echo || told == Some(face::fader(at as u8, position).as_slice()) {
            return true;
        }
        (fader.moved, fader.shown, fader.sent) = (Some(now), Some(now), Sent::default());
        // The motor holds where it was told to be: it is told anew when the hand is gone.
        self.told.remove(&Part::Fader(at as u8));
        let stands = wishes.value(&address, desk).map(|value| bend(to_way(&LEVEL, value)));
        let way = f32::from(position) / f32::from(super::midi::FULL_BEND);
        stands == Some(position) || wishes.turn(address.clone(), from_way(&address.spec(), way))
    }

    /// What a knob turns.
    fn turned_by(&self, at: usize, desk: &Desk) -> Option<Address> {
        match self.knobs {
            Knobs::Pan => self.address(at, Control::PAN, desk),
            Knobs::Sends => {
                let channel = self.selected.clone()?;
                let control = if at < SENDS { Control::send(at as u8) } else { Control::cue((at - SENDS) as u8) };
                channel.of(desk)?.get(control)?;
                Some(Address { channel, control })
            }
        }
    }

    fn knob(&mut self, at: usize, ticks: i32, desk: &Desk, wishes: &mut Wishes) -> bool {
        let Some(address) = self.turned_by(at, desk) else { return true };
        let Some(stands) = wishes.value(&address, desk) else { return true };
        let value = moved(&address.spec(), stands, ticks as f32 * TICK);
        wishes.turn(address, value)
    }

    fn key(&mut self, key: Key, down: bool, now: Duration, show: &Snapshot, wishes: &mut Wishes) -> bool {
        match key {
            Key::Touch(at) => {
                let taken = self.channel(at, &show.desk).filter(|_| down);
                let fader = &mut self.faders[at];
                (fader.touched, fader.taken, fader.moved) = (down, taken, None);
                true
            }
            Key::Stop => !self.holds.key((), Act::StopRecording, down, now) || wishes.act(Act::StopRecording.command()),
            _ if !down => true,
            Key::Mute(at) => self.switch(at, Control::MUTE, &show.desk, wishes),
            Key::Solo(at) => self.switch(at, Control::SOLO, &show.desk, wishes),
            Key::Knob(at) => {
                let address = self.turned_by(at, &show.desk);
                address.is_none_or(|address| wishes.turn(address.clone(), address.spec().default))
            }
            Key::Select(at) => {
                let channel = self.channel(at, &show.desk);
                self.selected = if self.selected == channel { None } else { channel };
                true
            }
            Key::Arm => {
                let mut recording = show.record.clone();
                recording.inputs = !recording.inputs;
                wishes.act(Command::RecordWhat(Box::new(recording)))
            }
            Key::Scene(at) => {
                let scene = show.scenes.list.get(at).map(|scene| scene.id.clone());
                scene.is_none_or(|id| wishes.act(Command::Scene(SceneWish::Recall(id))))
            }
            Key::Bank(by) => self.bank(by, &show.desk),
            Key::Pan => self.turn_knobs(Knobs::Pan),
            Key::Sends => self.turn_knobs(Knobs::Sends),
            Key::Act(act) => wishes.act(act.command()),
        }
    }

    fn switch(&self, at: usize, control: Control, desk: &Desk, wishes: &mut Wishes) -> bool {
        let Some(address) = self.address(at, control, desk) else { return true };
        let stands = wishes.value(&address, desk).unwrap_or_default();
        wishes.turn(address, 1.0 - stands)
    }

    fn turn_knobs(&mut self, knobs: Knobs) -> bool {
        self.knobs = knobs;
        true
    }

    /// Goes that many channels to the right; the last bank is full if it can be.
    fn bank(&mut self, by: isize, desk: &Desk) -> bool {
        self.first = self.first.saturating_add_signed(by).min(Self::last_bank(desk));
        // Other channels are on the faders now; what was sent to their motors may still come back.
        self.faders.iter_mut().take(BANK).for_each(|fader| (fader.moved, fader.shown) = (None, None));
        true
    }

    /// What it is to be told at `now`, what matters most first, at most [`MIDI_FEEDBACK`] messages.
    pub(super) fn tick(&mut self, now: Duration, show: &Snapshot) -> Vec<Vec<u8>> {
        self.holds.forget_lost(now);
        self.first = self.first.min(Self::last_bank(&show.desk));
        let mut told = Vec::new();
        for (part, bytes) in self.face(now, show) {
            if told.len() >= MIDI_FEEDBACK {
                break;
            }
            if self.told.get(&part) == Some(&bytes) {
                continue;
            }
            if let (Part::Fader(at), Some(Midi::Bend { value, .. })) = (part, Midi::read(&bytes)) {
                self.faders[usize::from(at)].sent.send(f32::from(value), now);
            }
            self.told.insert(part, bytes.clone());
            told.push(bytes);
        }
        told
    }

    /// Everything that it shows, but for faders under a hand.
    fn face(&self, now: Duration, show: &Snapshot) -> Vec<(Part, Vec<u8>)> {
        let desk = &*show.desk;
        let mut face = Vec::new();
        for at in 0..=MASTER {
            let value = self.address(at, Control::FADER, desk).and_then(|address| address.get(desk));
            if !self.faders[at].is_held(now) {
                let position = value.map_or(0, |value| bend(to_way(&LEVEL, value)));
                face.push((Part::Fader(at as u8), face::fader(at as u8, position).to_vec()));
            }
        }
        for (key, lit) in self.lamps(now, show) {
            face.push((Part::Lamp(key), face::lamp(key, lit).to_vec()));
        }
        for at in 0..BANK {
            let turned = self.turned_by(at, desk);
            let ring = turned.as_ref().map_or(0, |address| face::ring(address, desk));
            face.push((Part::Ring(at as u8), face::knob(at as u8, ring).to_vec()));
            let (name, below) = self.words(at, now, desk);
            face.push((Part::Cell(0, at as u8), face::cell(0, at as u8, &name)));
            face.push((Part::Cell(1, at as u8), face::cell(1, at as u8, &below)));
        }
        face
    }

    /// The two lines of a display: the channel, and what its knob turns, or its fader while that is moved.
    fn words(&self, at: usize, now: Duration, desk: &Desk) -> (String, String) {
        let name = self.channel(at, desk).map_or_else(String::new, |channel| face::called(&channel, desk));
        let fader = &self.faders[at];
        let moves = fader.touched || fader.shown.is_some_and(|moved| now.saturating_sub(moved) < SURFACE_SHOWN);
        let shown = if moves { self.address(at, Control::FADER, desk) } else { self.turned_by(at, desk) };
        let below = shown.and_then(|address| Some(face::value(&address.spec(), address.get(desk)?)));
        (name, below.unwrap_or_default())
    }

    fn lamps(&self, now: Duration, show: &Snapshot) -> Vec<(u8, bool)> {
        let desk = &*show.desk;
        let on = |at, control| self.address(at, control, desk).and_then(|a| a.get(desk)).is_some_and(|v| v >= 0.5);
        let is = |fact: Fact| matches!(fact.of(show), State::Number(number) if number > 0.0);
        let mut lamps = Vec::new();
        for at in 0..BANK {
            let channel = self.channel(at, desk);
            let armed = show.record.inputs && matches!(channel, Some(ChannelName::Strip(_)));
            let selected = channel.is_some() && channel == self.selected;
            let place = at as u8;
            lamps.push((keys::MUTE + place, on(at, Control::MUTE)));
            lamps.push((keys::SOLO + place, on(at, Control::SOLO)));
            lamps.push((keys::ARM + place, armed));
            lamps.push((keys::SELECT + place, selected));
        }
        lamps.push((keys::RECORD, show.recording != RecordingState::Off));
        // Lit, letting go of it stops the recording.
        lamps.push((keys::STOP, self.holds.is_ready(Act::StopRecording, now)));
        lamps.push((keys::PLAY, is(Fact::Air)));
        lamps.push((keys::PAN, self.knobs == Knobs::Pan));
        lamps.push((keys::SENDS, self.knobs == Knobs::Sends));
        lamps
    }

    /// It is there again: nothing of what it was told is known to it.
    pub(super) fn forget(&mut self) {
        self.told.clear();
        self.faders = Default::default();
        self.holds.forget(|()| true);
    }
}

const _: () = assert!(SENDS + CUES == BANK);
