//! How loud is it now? The level of a sine is read as its amplitude at every frame, without ripple and without waiting.
//!
//! A rectifier reads 0 twice in every period, so detectors smooth or hold, and are wrong by half a dB or late. Here two chains of
//! all-pass sections turn the phase of everything from 50 Hz to 23.95 kHz by a quarter against each other: sine and
//! cosine of one sound, whose squares add up to the square of the amplitude. The squares are within ±0.025 dB of it in
//! that band, and 0.16 dB at 41 Hz (the low E of a bass).
//!
//! Every section looks two frames back and never one, so the amplitude at every second frame costs half: one chain hears
//! nothing but even frames then, and the other one nothing but odd ones.
//!
//! The coefficients are those of an elliptic half-band filter of order 17, turned by a quarter of the rate (R. A. Valenzuela,
//! A. G. Constantinides, *Digital signal processing schemes for efficient interpolation and decimation*, IEE Proc. G 130(6), 1983).

use super::{Ticks, link};
use crate::dispatch::frame_by_frame;
use crate::lanes::{LANES, Lanes};
use crate::mask::Mask;

const SECTIONS: usize = 4;
/// Of the chain that hears the sound, and of the one that hears it a frame later.
const COEFFICIENTS: [[f32; SECTIONS]; 2] =
    [[0.129_909_22, 0.658_996_3, 0.912_639_56, 0.981_970_1], [0.407_029_24, 0.822_556, 0.958_68, 0.994_954_8]];

/// What the averaging detector forgets in one frame: 63 % in 10 ms at 48 kHz. And in the two frames from tick to tick.
const AVERAGE: f32 = 1.0 / 480.5;
const AVERAGE_OF_A_TICK: f32 = AVERAGE * (2.0 - AVERAGE);

/// The last input of each section of a chain, and the last output of the last one.
type Chain = [Lanes; SECTIONS + 1];

/// The two chains of each lane.
#[derive(Clone, Debug, Default)]
pub(in crate::effects) struct Envelope {
    /// The frame before the next tick.
    before: Lanes,
    chains: [Chain; 2],
    average: Lanes,
}

impl Envelope {
    /// Writes the square of the amplitude at each tick. A sample that is itself larger, as at the edge of a drum, counts at
    /// once; on the lanes of `averaged` a mean of 10 ms is read instead (of the sine's amplitude too: 3 dB above the root
    /// of the mean square). Both lanes of a pair in `linked` read the louder of the two.
    #[inline(always)]
    pub(in crate::effects) fn read(
        &mut self,
        ticks: &Ticks,
        heard: &[Lanes],
        averaged: &Mask,
        linked: &Mask,
        squares: &mut [Lanes],
    ) {
        self.measure(ticks, heard, squares, averaged);
        if linked.any() {
            let linked = *linked;
            for square in squares {
                frame_by_frame();
                *square = link(square, &linked);
            }
        }
    }

    #[inline(always)]
    fn measure(&mut self, ticks: &Ticks, heard: &[Lanes], squares: &mut [Lanes], averaged: &Mask) {
        if averaged.any() {
            self.measure_with::<true>(ticks, heard, squares, averaged);
        } else {
            self.measure_with::<false>(ticks, heard, squares, averaged);
        }
        averaged.keep(&mut self.average);
    }

    #[inline(always)]
    fn measure_with<const AVERAGED: bool>(
        &mut self,
        ticks: &Ticks,
        heard: &[Lanes],
        squares: &mut [Lanes],
        averaged: &Mask,
    ) {
        let (averaged, mut now) = (*averaged, self.clone());
        let (head, rest) = heard.split_at(ticks.first);
        if let [odd] = head {
            now.before = odd.clean();
        }
        let (pairs, tail) = rest.as_chunks::<2>();
        for ([even, odd], square) in pairs.iter().zip(&mut *squares) {
            frame_by_frame();
            *square = now.tick::<AVERAGED>(&even.clean(), &averaged);
            now.before = odd.clean();
        }
        if let ([even], Some(square)) = (tail, squares.get_mut(pairs.len())) {
            *square = now.tick::<AVERAGED>(&even.clean(), &averaged);
        }
        *self = now;
    }

    #[inline(always)]
    fn tick<const AVERAGED: bool>(&mut self, here: &Lanes, averaged: &Mask) -> Lanes {
        let before = self.before;
        let sine = chain(&mut self.chains[0], here, &COEFFICIENTS[0]);
        let cosine = chain(&mut self.chains[1], &before, &COEFFICIENTS[1]);
        let mut found = Lanes::SILENCE;
        for lane in 0..LANES {
            let sum = sine.0[lane] * sine.0[lane] + cosine.0[lane] * cosine.0[lane];
            let [own, last] = [here.0[lane] * here.0[lane], before.0[lane] * before.0[lane]];
            let larger = if own > last { own } else { last };
            found.0[lane] = if larger > sum { larger } else { sum };
            if AVERAGED {
                self.average.0[lane] += AVERAGE_OF_A_TICK * (sum - self.average.0[lane]);
                found.0[lane] = averaged.pick(lane, self.average.0[lane], found.0[lane]);
            }
        }
        found
    }

    /// Forgets what the lanes heard that are not `on`.
    #[inline(always)]
    pub(in crate::effects) fn keep(&mut self, on: &Mask) {
        on.keep(&mut self.before);
        self.chains.as_flattened_mut().iter_mut().for_each(|values| on.keep(values));
        on.keep(&mut self.average);
    }

    pub(in crate::effects) fn reset_lane(&mut self, lane: usize) {
        let mut others = Mask::ALL;
        others.set(lane, false);
        self.keep(&others);
    }
}

/// Four sections y = a (x + y₋₂) − x₋₂.
#[inline(always)]
fn chain(memory: &mut Chain, input: &Lanes, coefficients: &[f32; SECTIONS]) -> Lanes {
    let mut sound = *input;
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
