//! The three networks. Lengths of lines are primes, spread evenly in ratio, so that their echoes never fall together.

use fundsp::prelude::{AudioUnit, allnest_c, delay};

use super::Space;
use super::lines::Lines;
use crate::dispatch::Level;
use crate::lanes::LANES;
use crate::units::exp2;

/// Binary octaves in 60 dB: log₂ 1000.
const SIXTY_DB: f32 = 9.965_784;
/// 2π / ln 2: turns an angle of frequency into binary octaves of decay.
const TAU_OVER_LN_2: f32 = 9.064_72;

/// One reverb for one stereo sound.
pub(super) struct Network {
    rate: f32,
    /// All-passes on each side, so that no echo stands alone.
    diffuse: Option<Box<dyn AudioUnit>>,
    /// One behind the other.
    lines: Vec<Lines>,
}

impl Network {
    /// Builds it. Allocates.
    pub(super) fn new(space: Space, rate: f32, level: Level) -> Self {
        let (diffuse, lines) = match space {
            Space::Room => room(rate, level),
            Space::Plate => plate(rate, level),
            Space::Hall => hall(rate, level),
        };
        let diffuse = diffuse.map(|mut unit| {
            // fundsp forgets its sound when the rate changes, and counts in seconds until then.
            unit.set_sample_rate(f64::from(rate));
            unit.reset();
            unit
        });
        Self { rate, diffuse, lines }
    }

    /// At a grid frame: the time to −60 dB in ms, and where the walls begin to take the treble, in Hz.
    pub(super) fn aim(&mut self, decay: f32, damp: f32) {
        let lost = SIXTY_DB / (decay * 0.001 * self.rate);
        // Impulse-invariant one-pole: the sound before counts e^(−2π f / rate).
        let pole = exp2(-TAU_OVER_LN_2 * damp / self.rate);
        self.lines.iter_mut().for_each(|lines| lines.aim(lost, pole));
    }

    /// Lets all settings arrive.
    pub(super) fn arrive(&mut self) {
        self.lines.iter_mut().for_each(Lines::arrive);
    }

    /// Lets all settings arrive and forgets its sound, if there was any.
    pub(super) fn reset(&mut self, used: bool) {
        if used && let Some(diffuse) = &mut self.diffuse {
            diffuse.reset();
        }
        self.lines.iter_mut().for_each(|lines| lines.reset(used));
    }

    /// Sound in, reverb out.
    pub(super) fn process(&mut self, sound: &mut [[f32; 2]]) {
        if let Some(diffuse) = &mut self.diffuse {
            for frame in &mut *sound {
                let input = *frame;
                diffuse.tick(&input, frame);
            }
        }
        self.lines.iter_mut().for_each(|lines| lines.process(sound));
    }
}

/// The first half of the lines is heard on the left and the other on the right, so that the sides have little in common
/// (their lengths lie between each other's); every other line turned round, so that what is alike in all cancels.
fn pan(line: usize, lines: usize, level: f32) -> [f32; 2] {
    let gain = if line.is_multiple_of(2) { level } else { -level };
    if line < lines / 2 { [gain, 0.0] } else { [0.0, gain] }
}

type Parts = (Option<Box<dyn AudioUnit>>, Vec<Lines>);

/// Lines of 9 to 29 ms: walls 3 to 10 m away.
fn room(rate: f32, level: Level) -> Parts {
    let delays = lengths(4 * LANES, |at| scattered(at, 32), 0.009, 0.029, rate);
    let lines = Lines::new(level, &delays, &[], |line| pan(line, 32, 0.25));
    let diffuse = allnest_c(0.5, delay(seconds(113, rate))) | allnest_c(0.5, delay(seconds(127, rate)));
    (Some(Box::new(diffuse)), vec![lines])
}

/// Lines of 7 to 23 ms behind a chain of all-passes on each side, and an all-pass in each line: no echo stands alone.
fn plate(rate: f32, level: Level) -> Parts {
    let delays = lengths(4 * LANES, |at| scattered(at, 32), 0.007, 0.023, rate);
    let inner: Vec<usize> = delays.iter().map(|delay| prime(delay / 4)).collect();
    let lines = Lines::new(level, &delays, &inner, |line| pan(line, 32, 0.14));
    let chain = |a: usize, b: usize, c: usize, d: usize| {
        allnest_c(0.75, delay(seconds(a, rate)))
            >> allnest_c(0.75, delay(seconds(b, rate)))
            >> allnest_c(0.625, delay(seconds(c, rate)))
            >> allnest_c(0.625, delay(seconds(d, rate)))
    };
    (Some(Box::new(chain(139, 107, 379, 277) | chain(151, 101, 389, 263))), vec![lines])
}

/// Two networks behind each other, lines of 29 to 83 ms: the sound swells before it decays, as in a large room.
fn hall(rate: f32, level: Level) -> Parts {
    let delays = |first: u64| lengths(2 * LANES, move |at| scattered(2 * at + first, 32), 0.029, 0.083, rate);
    // What the first one gives is a quarter of every other line on each side.
    let between = |line: usize| if line.is_multiple_of(2) { [0.25, 0.0] } else { [0.0, 0.25] };
    let first = Lines::new(level, &delays(0), &[], between);
    let second = Lines::new(level, &delays(1), &[], |line| pan(line, 16, 0.35));
    (None, vec![first, second])
}

/// A place among `count` far from its neighbours' places: bits turned round.
fn scattered(at: u64, count: u64) -> u64 {
    at.reverse_bits() >> (64 - count.trailing_zeros())
}

/// So many lengths, in frames, at places among 32 between two times.
fn lengths(lines: usize, place: impl Fn(u64) -> u64, shortest: f64, longest: f64, rate: f32) -> Vec<usize> {
    let octaves = crate::units::log2((longest / shortest) as f32);
    let length = |at: u64| {
        let way = place(at) as f32 / 31.0;
        prime((shortest as f32 * exp2(octaves * way) * rate) as usize)
    };
    (0..lines as u64).map(length).collect()
}

/// The first prime from `from` on.
fn prime(from: usize) -> usize {
    let is_prime = |n: &usize| (2..).take_while(|d| d * d <= *n).all(|d| !n.is_multiple_of(d));
    (from.max(2)..).find(is_prime).unwrap_or(from)
}

fn seconds(frames: usize, rate: f32) -> f64 {
    frames as f64 / f64::from(rate)
}
