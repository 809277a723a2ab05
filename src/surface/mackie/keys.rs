//! The keys of a Mackie Control, by the notes that they send and by which their lamps are lit.

use super::BANK;
use crate::session::act::Act;

/// The first of eight keys each.
pub(super) const ARM: u8 = 0x00;
pub(super) const SOLO: u8 = 0x08;
pub(super) const MUTE: u8 = 0x10;
pub(super) const SELECT: u8 = 0x18;
const KNOB: u8 = 0x20;
const SCENE: u8 = 0x36;
/// The first of nine: the mix has one too.
const TOUCH: u8 = 0x68;
/// Single keys.
pub(super) const SENDS: u8 = 0x29;
pub(super) const PAN: u8 = 0x2a;
const BANK_LEFT: u8 = 0x2e;
const BANK_RIGHT: u8 = 0x2f;
const CHANNEL_LEFT: u8 = 0x30;
const CHANNEL_RIGHT: u8 = 0x31;
const UNDO: u8 = 0x51;
const MARKER: u8 = 0x54;
const FORWARD: u8 = 0x5c;
pub(super) const STOP: u8 = 0x5d;
pub(super) const PLAY: u8 = 0x5e;
pub(super) const RECORD: u8 = 0x5f;

/// What a key is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Key {
    /// Whether every input is recorded dry: one choice for all.
    Arm,
    Solo(usize),
    Mute(usize),
    Select(usize),
    /// A knob that is pressed: back to its value at rest.
    Knob(usize),
    /// A hand on a fader, or gone.
    Touch(usize),
    /// F1 to F8: the first eight scenes.
    Scene(usize),
    /// That many channels to the right.
    Bank(isize),
    Pan,
    Sends,
    Stop,
    Act(Act),
}

impl Key {
    /// The key of a note; `None` for one that does nothing here.
    pub(super) fn of(note: u8) -> Option<Self> {
        let in_row = |first: u8, count: usize| note.checked_sub(first).map(usize::from).filter(|at| *at < count);
        let single = match note {
            SENDS => Some(Self::Sends),
            PAN => Some(Self::Pan),
            BANK_LEFT => Some(Self::Bank(-(BANK as isize))),
            BANK_RIGHT => Some(Self::Bank(BANK as isize)),
            CHANNEL_LEFT => Some(Self::Bank(-1)),
            CHANNEL_RIGHT => Some(Self::Bank(1)),
            UNDO => Some(Self::Act(Act::Undo)),
            MARKER => Some(Self::Act(Act::Mark)),
            FORWARD => Some(Self::Act(Act::NextScene)),
            STOP => Some(Self::Stop),
            RECORD => Some(Self::Act(Act::Record)),
            _ => None,
        };
        single
            .or_else(|| in_row(ARM, BANK).map(|_| Self::Arm))
            .or_else(|| in_row(SOLO, BANK).map(Self::Solo))
            .or_else(|| in_row(MUTE, BANK).map(Self::Mute))
            .or_else(|| in_row(SELECT, BANK).map(Self::Select))
            .or_else(|| in_row(KNOB, BANK).map(Self::Knob))
            .or_else(|| in_row(SCENE, BANK).map(Self::Scene))
            .or_else(|| in_row(TOUCH, BANK + 1).map(Self::Touch))
    }
}
