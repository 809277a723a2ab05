//! How loud is it now? The level of a sine is read as its amplitude at every frame, without ripple and without waiting.
//!
//! A rectifier reads 0 twice in every period, so detectors smooth or hold, and are wrong by half a dB or late. Here two chains of
//! all-pass sections turn the phase of everything from 50 Hz to 23.95 kHz by a quarter against each other: sine and
//! cosine of one sound, whose squares add up to the square of the amplitude. The squares are within ±0.025 dB of it in
//! that band, and 0.16 dB at 41 Hz (the low E of a bass).
//!
//! The coefficients are those of an elliptic half-band filter of order 17, turned by a quarter of the rate (R. A. Valenzuela,
//! A. G. Constantinides, *Digital signal processing schemes for efficient interpolation and decimation*, IEE Proc. G 130(6), 1983).

use super::{LOUDEST, Mask, link, sound};
use crate::dispatch::frame_by_frame;
use crate::lanes::{GRID, LANES, Lanes};

const SECTIONS: usize = 4;
/// Of the chain that hears the sound, and of the one that hears it a frame later.
const COEFFICIENTS: [[f32; SECTIONS]; 2] =
    [[0.129_909_22, 0.658_996_3, 0.912_639_56, 0.981_970_1], [0.407_029_24, 0.822_556, 0.958_68, 0.994_954_8]];

/// What the averaging detector forgets in one frame: 63 % in 10 ms at 48 kHz.
const AVERAGE: f32 = 1.0 / 480.5;

/// The two chains of each lane.
#[derive(Clone, Debug, Default)]
pub(in crate::effects) struct Envelope {
    before: Lanes,
    // Every section looks two frames back and never one: even and odd frames have a memory each.
    chains: [[[Lanes; SECTIONS + 1]; 2]; 2],
    average: Lanes,
}

impl Envelope {
    /// Turns sound into the square of its amplitude. A sample that is itself larger, as at the edge of a drum, counts at
    /// once; on the lanes of `averaged` a mean of 10 ms is read instead (of the sine's amplitude too: 3 dB above the root
    /// of the mean square). Both lanes of a pair in `linked` read the louder of the two.
    #[inline(always)]
    pub(in crate::effects) fn read(&mut self, phase: usize, heard: &mut [Lanes], averaged: &Mask, linked: &Mask) {
        debug_assert!(phase + heard.len() <= GRID);
        match (averaged.any(), linked.any()) {
            (false, false) => self.read_with::<false, false>(phase, heard, averaged, linked),
            (false, true) => self.read_with::<false, true>(phase, heard, averaged, linked),
            (true, false) => self.read_with::<true, false>(phase, heard, averaged, linked),
            (true, true) => self.read_with::<true, true>(phase, heard, averaged, linked),
        }
        averaged.keep(&mut self.average);
    }

    #[inline(always)]
    fn read_with<const AVERAGED: bool, const LINK: bool>(
        &mut self,
        phase: usize,
        heard: &mut [Lanes],
        averaged: &Mask,
        linked: &Mask,
    ) {
        let (averaged, linked, mut before, mut average) = (*averaged, *linked, self.before, self.average);
        for (at, frame) in heard.iter_mut().enumerate() {
            frame_by_frame();
            let parity = (phase + at) & 1;
            let mut here = *frame;
            here.0.iter_mut().for_each(|sample| *sample = sound(*sample, LOUDEST));
            let sine = chain(&mut self.chains[0][parity], here, &COEFFICIENTS[0]);
            let cosine = chain(&mut self.chains[1][parity], before, &COEFFICIENTS[1]);
            before = here;
            let mut squares = Lanes::SILENCE;
            for lane in 0..LANES {
                let (square, sum) =
                    (here.0[lane] * here.0[lane], sine.0[lane] * sine.0[lane] + cosine.0[lane] * cosine.0[lane]);
                squares.0[lane] = if square > sum { square } else { sum };
                if AVERAGED {
                    average.0[lane] += AVERAGE * (sum - average.0[lane]);
                    squares.0[lane] = averaged.pick(lane, average.0[lane], squares.0[lane]);
                }
            }
            *frame = if LINK { link(&squares, &linked) } else { squares };
        }
        (self.before, self.average) = (before, average);
    }

    /// Forgets what the lanes heard that are not `on`.
    #[inline(always)]
    pub(in crate::effects) fn keep(&mut self, on: &Mask) {
        on.keep(&mut self.before);
        self.chains.as_flattened_mut().as_flattened_mut().iter_mut().for_each(|values| on.keep(values));
        on.keep(&mut self.average);
    }

    pub(in crate::effects) fn reset_lane(&mut self, lane: usize) {
        let mut others = Mask::ALL;
        others.set(lane, false);
        self.keep(&others);
    }
}

/// Four sections y = a (x + y₋₂) − x₋₂. `memory` holds the last input of each and the last output of the last.
#[inline(always)]
fn chain(memory: &mut [Lanes; SECTIONS + 1], input: Lanes, coefficients: &[f32; SECTIONS]) -> Lanes {
    let mut sound = input;
    for (section, coefficient) in coefficients.iter().enumerate() {
        let mut turned = Lanes::SILENCE;
        for lane in 0..LANES {
            turned.0[lane] = coefficient * (sound.0[lane] + memory[section + 1].0[lane]) - memory[section].0[lane];
        }
        memory[section] = sound;
        sound = turned;
    }
    memory[SECTIONS] = sound;
    sound
}
