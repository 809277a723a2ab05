//! The MIDI messages that surfaces speak.

use crate::session::surfaces::MidiControl;

/// The highest value of seven bits.
pub(super) const FULL: u8 = 127;
/// The highest value of fourteen bits.
pub(super) const FULL_BEND: u16 = 0x3fff;

/// One message. Channels are counted from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Midi {
    /// A key went down, or up when its velocity is 0.
    Note { channel: u8, number: u8, velocity: u8 },
    /// A controller stands there, or moved by so much.
    Cc { channel: u8, number: u8, value: u8 },
    /// A pitch wheel, or a fader, stands there.
    Bend { channel: u8, value: u16 },
}

impl Midi {
    /// Reads a message; `None` when it is none of these.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let [status, first, second] = *bytes.first_chunk::<3>()?;
        if first > FULL || second > FULL {
            return None;
        }
        let channel = (status & 0x0f) + 1;
        match status & 0xf0 {
            0x80 => Some(Self::Note { channel, number: first, velocity: 0 }),
            0x90 => Some(Self::Note { channel, number: first, velocity: second }),
            0xb0 => Some(Self::Cc { channel, number: first, value: second }),
            0xe0 => Some(Self::Bend { channel, value: u16::from(first) | (u16::from(second) << 7) }),
            _ => None,
        }
    }

    /// The message in bytes. Values are taken within their range.
    pub(super) fn bytes(self) -> [u8; 3] {
        let status = |kind: u8, channel: u8| kind | (channel.wrapping_sub(1) & 0x0f);
        match self {
            Self::Note { channel, number, velocity } => [status(0x90, channel), number & FULL, velocity & FULL],
            Self::Cc { channel, number, value } => [status(0xb0, channel), number & FULL, value & FULL],
            Self::Bend { channel, value } => [status(0xe0, channel), (value & 0x7f) as u8, ((value >> 7) & 0x7f) as u8],
        }
    }

    /// The control that sent it.
    pub(super) fn control(self) -> MidiControl {
        match self {
            Self::Note { channel, number, .. } => MidiControl::Note(channel, number),
            Self::Cc { channel, number, .. } => MidiControl::Cc(channel, number),
            Self::Bend { channel, .. } => MidiControl::Bend(channel),
        }
    }

    /// Where the control stands, 0 to 1.
    pub(super) fn way(self) -> f32 {
        match self {
            Self::Note { velocity, .. } => f32::from(velocity) / f32::from(FULL),
            Self::Cc { value, .. } => f32::from(value) / f32::from(FULL),
            Self::Bend { value, .. } => f32::from(value) / f32::from(FULL_BEND),
        }
    }

    /// The message of a control that stands at `way`, 0 to 1.
    pub(super) fn at(control: MidiControl, way: f32) -> Self {
        let seven = (way.clamp(0.0, 1.0) * f32::from(FULL)).round() as u8;
        match control {
            MidiControl::Note(channel, number) => Self::Note { channel, number, velocity: seven },
            MidiControl::Cc(channel, number) => Self::Cc { channel, number, value: seven },
            MidiControl::Bend(channel) => Self::Bend { channel, value: bend(way) },
        }
    }
}

/// A way, 0 to 1, in fourteen bits.
pub(super) fn bend(way: f32) -> u16 {
    (way.clamp(0.0, 1.0) * f32::from(FULL_BEND)).round() as u16
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_are_a_message_or_none_and_a_message_comes_back_from_its_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..8)) {
            if let Some(midi) = Midi::read(&bytes) {
                prop_assert_eq!(Midi::read(&midi.bytes()), Some(midi));
                prop_assert_eq!(Midi::at(midi.control(), midi.way()), midi);
            }
        }
    }
}
