//! What a Mackie Control shows, in bytes: motors, lamps, rings, and displays of seven letters for each channel.

use korero_dsp::param::{ParamSpec, Taper, Unit};

use crate::desk::Desk;
use crate::desk::address::{Address, ChannelName};
use crate::desk::taper::{FADER_FLOOR_DB, to_way};
use crate::surface::midi::{FULL, Midi};
use crate::surface::plain::plain;

/// One thing that it shows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Part {
    /// The motor of a fader, by its place.
    Fader(u8),
    /// The lamp of a key, by its note.
    Lamp(u8),
    /// The ring of a knob, by its place.
    Ring(u8),
    /// Seven letters of the display: row 0 or 1, and the place.
    Cell(u8, u8),
}

/// Letters of one channel on the display; the last one keeps it apart from the next.
const CELL: usize = 7;
/// Letters of one row.
const ROW: u8 = 56;
/// The maker, the device, and that letters follow.
const DISPLAY: [u8; 6] = [0xf0, 0x00, 0x00, 0x66, 0x14, 0x12];
const END: u8 = 0xf7;
/// A ring whose lamps are lit from the left to the value; without it, only the value is.
const WRAP: u8 = 0x20;
/// Lamps of a ring, but one.
const RING: f32 = 10.0;

/// Moves a motor.
pub(super) fn fader(at: u8, position: u16) -> [u8; 3] {
    Midi::Bend { channel: at + 1, value: position }.bytes()
}

/// Lights a lamp, or puts it out.
pub(super) fn lamp(note: u8, lit: bool) -> [u8; 3] {
    Midi::Note { channel: 1, number: note, velocity: if lit { FULL } else { 0 } }.bytes()
}

/// Lights the ring of a knob.
pub(super) fn knob(at: u8, ring: u8) -> [u8; 3] {
    Midi::Cc { channel: 1, number: 0x30 + at, value: ring }.bytes()
}

/// The ring of something that is turned: one lamp for a pan, as many as it is high for a level.
pub(super) fn ring(address: &Address, desk: &Desk) -> u8 {
    let spec = address.spec();
    let Some(value) = address.get(desk) else { return 0 };
    let lamp = 1 + (to_way(&spec, value) * RING).round() as u8;
    match spec.unit {
        Unit::Pan => lamp,
        _ if value == spec.min => 0,
        _ => WRAP | lamp,
    }
}

/// Writes into the display.
pub(super) fn cell(row: u8, at: u8, text: &str) -> Vec<u8> {
    let letters: String = text.chars().filter_map(plain).take(CELL).collect();
    let offset = row * ROW + at * CELL as u8;
    let mut bytes = DISPLAY.to_vec();
    bytes.push(offset);
    bytes.extend(format!("{letters:<CELL$}").bytes());
    bytes.push(END);
    bytes
}

/// The name of a channel in the letters of a display, one less than there is room for.
pub(super) fn called(channel: &ChannelName, desk: &Desk) -> String {
    let own = match channel {
        ChannelName::Strip(id) => desk.strip(id).map_or("", |strip| &strip.name),
        other => other.title(desk),
    };
    let own: String = own.trim().chars().filter_map(plain).collect();
    if own.trim().is_empty() { fitting(&short(channel)) } else { fitting(&own) }
}

/// A name that fits: without spaces, then without vowels from the right, so that what tells “Guitar 1” from “Guitar 2” stays.
fn fitting(name: &str) -> String {
    if name.len() < CELL {
        return name.to_owned();
    }
    let mut letters: Vec<char> = name.chars().filter(|letter| *letter != ' ').collect();
    while letters.len() >= CELL {
        let vowel = letters.iter().skip(1).rposition(|letter| "aeiou".contains(*letter));
        let Some(at) = vowel else { break };
        letters.remove(at + 1);
    }
    letters.into_iter().take(CELL - 1).collect()
}

/// What a channel without a name is called: words of the addresses, which are the same in every language.
fn short(channel: &ChannelName) -> String {
    match channel {
        ChannelName::Strip(id) => id.to_string(),
        ChannelName::Group(at) => format!("Grp {}", at + 1),
        ChannelName::Return(at) => format!("Ret {}", at + 1),
        other => other.to_string(),
    }
}

/// A value in the letters of a display.
pub(super) fn value(spec: &ParamSpec, value: f32) -> String {
    match spec.unit {
        Unit::Pan => match (value * 100.0).round() {
            0.0 => "C".to_owned(),
            left if left < 0.0 => format!("L{:.0}", -left),
            right => format!("R{right:.0}"),
        },
        _ if spec.taper == Taper::Fader && value < FADER_FLOOR_DB => "-oo".to_owned(),
        _ => format!("{value:+.1}"),
    }
}
