//! Holds the sound back while the gate has already heard it.

use crate::lanes::Lanes;

/// By how many frames: 1.0 ms at 48 kHz.
pub const LOOK_AHEAD: usize = 48;

/// Frames that the ring remembers.
const RING: usize = 64;

const _: () = assert!(LOOK_AHEAD < RING && RING.is_power_of_two());

/// The sound of the last millisecond.
#[derive(Debug)]
pub(super) struct Delay {
    ring: [Lanes; RING],
    head: usize,
}

impl Default for Delay {
    fn default() -> Self {
        Self { ring: [Lanes::SILENCE; RING], head: 0 }
    }
}

impl Delay {
    pub(super) fn process(&mut self, frames: &mut [Lanes]) {
        for frame in frames {
            self.ring[self.head] = *frame;
            *frame = self.ring[(self.head + RING - LOOK_AHEAD) % RING];
            self.head = (self.head + 1) % RING;
        }
    }

    pub(super) fn reset_lane(&mut self, lane: usize) {
        self.ring.iter_mut().for_each(|frame| frame.0[lane] = 0.0);
    }
}
