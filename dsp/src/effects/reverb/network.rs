//! The three networks. Lengths of lines are primes, spread evenly in ratio, so that their echoes never fall together.

use std::sync::Arc;

use fundsp::prelude::{An, AudioUnit, U2, U8, U16, U32, allnest_c, delay, fdn, multijoin, multisplit, pass, stacki};

use super::Space;
use super::loop_filter::{LoopFilter, Settings};

/// The most lines that a network ends with.
const LINES: usize = 32;

/// One reverb for one stereo sound.
pub(super) struct Network {
    unit: Box<dyn AudioUnit>,
    lines: usize,
    /// Gains of each line to the left and to the right.
    pan: [[f32; 2]; LINES],
}

impl Network {
    /// Builds it. Allocates.
    pub(super) fn new(space: Space, rate: f32, settings: &Arc<Settings>) -> Self {
        let (mut unit, lines, level) = match space {
            Space::Room => (room(rate, settings), 32, 0.25),
            Space::Plate => (plate(rate, settings), 32, 0.14),
            Space::Hall => (hall(rate, settings), 16, 0.35),
        };
        // fundsp forgets its sound when the rate changes, and counts in seconds until then.
        unit.set_sample_rate(f64::from(rate));
        unit.reset();
        Self { unit, lines, pan: std::array::from_fn(|line| pan(line, lines, level)) }
    }

    /// Forgets its sound.
    pub(super) fn reset(&mut self) {
        self.unit.reset();
    }

    /// One frame in, one frame out.
    #[inline]
    pub(super) fn tick(&mut self, input: [f32; 2]) -> [f32; 2] {
        let mut out = [0.0; LINES];
        self.unit.tick(&input, &mut out[..self.lines]);
        let (mut left, mut right) = (0.0, 0.0);
        for (line, [to_left, to_right]) in out.iter().zip(&self.pan) {
            left += line * to_left;
            right += line * to_right;
        }
        [left, right]
    }
}

/// The first half of the lines is heard on the left and the other on the right, so that the sides have little in common
/// (their lengths lie between each other's); every other line turned round, so that what is alike in all cancels.
fn pan(line: usize, lines: usize, level: f32) -> [f32; 2] {
    let gain = if line.is_multiple_of(2) { level } else { -level };
    if line >= lines {
        [0.0, 0.0]
    } else if line < lines / 2 {
        [gain, 0.0]
    } else {
        [0.0, gain]
    }
}

/// Lines of 9 to 29 ms: walls 3 to 10 m away.
fn room(rate: f32, settings: &Arc<Settings>) -> Box<dyn AudioUnit> {
    let line = stacki::<U32, _, _>(|at| {
        let frames = length(scattered(at, 32), 32, 0.009, 0.029, rate);
        delay(seconds(frames, rate)) >> An(LoopFilter::new(settings, frames))
    });
    let diffuse = allnest_c(0.5, delay(seconds(113, rate))) | allnest_c(0.5, delay(seconds(127, rate)));
    Box::new(diffuse >> multisplit::<U2, U16>() >> fdn::<U32, _>(line))
}

/// Lines of 7 to 23 ms behind a chain of all-passes on each side, and an all-pass in each line: no echo stands alone.
fn plate(rate: f32, settings: &Arc<Settings>) -> Box<dyn AudioUnit> {
    let line = stacki::<U32, _, _>(|at| {
        let frames = length(scattered(at, 32), 32, 0.007, 0.023, rate);
        let inner = prime(frames / 4);
        // An all-pass holds the sound back by about its own delay.
        delay(seconds(frames, rate))
            >> allnest_c(0.6, delay(seconds(inner - 1, rate)))
            >> An(LoopFilter::new(settings, frames + inner))
    });
    let chain = |a: usize, b: usize, c: usize, d: usize| {
        allnest_c(0.75, delay(seconds(a, rate)))
            >> allnest_c(0.75, delay(seconds(b, rate)))
            >> allnest_c(0.625, delay(seconds(c, rate)))
            >> allnest_c(0.625, delay(seconds(d, rate)))
    };
    let diffuse = chain(139, 107, 379, 277) | chain(151, 101, 389, 263);
    Box::new(diffuse >> multisplit::<U2, U16>() >> fdn::<U32, _>(line))
}

/// Two networks behind each other, lines of 29 to 83 ms: the sound swells before it decays, as in a large room.
fn hall(rate: f32, settings: &Arc<Settings>) -> Box<dyn AudioUnit> {
    let lines = |first: u64| {
        stacki::<U16, _, _>(move |at| {
            let frames = length(scattered(2 * at + first, 32), 32, 0.029, 0.083, rate);
            delay(seconds(frames, rate)) >> An(LoopFilter::new(settings, frames))
        })
    };
    let between = multijoin::<U2, U8>() >> ((pass() * 2.0) | (pass() * 2.0)) >> multisplit::<U2, U8>();
    Box::new(multisplit::<U2, U8>() >> fdn::<U16, _>(lines(0)) >> between >> fdn::<U16, _>(lines(1)))
}

/// A place among `count` far from its neighbours' places: bits turned round.
fn scattered(at: u64, count: u64) -> u64 {
    at.reverse_bits() >> (64 - count.trailing_zeros())
}

/// The `at`-th of `count` lengths between two times, in frames.
fn length(at: u64, count: u64, shortest: f64, longest: f64, rate: f32) -> usize {
    let way = at as f32 / (count - 1) as f32;
    let octaves = crate::units::log2((longest / shortest) as f32) * way;
    prime((shortest as f32 * crate::units::exp2(octaves) * rate) as usize)
}

/// The first prime from `from` on.
fn prime(from: usize) -> usize {
    let is_prime = |n: &usize| (2..).take_while(|d| d * d <= *n).all(|d| !n.is_multiple_of(d));
    (from.max(2)..).find(is_prime).unwrap_or(from)
}

fn seconds(frames: usize, rate: f32) -> f64 {
    frames as f64 / f64::from(rate)
}
