//! Sounds of its own, for lining up a desk: a sine and pink noise.
//!
//! Levels are counted as AES17 counts them: a sine of full scale has 0 dB, and noise at the same level has its energy.
//! Pink noise is white noise through six poles and five zeros in turn, as J. O. Smith describes for slopes that lie
//! between whole orders (*Spectral Audio Signal Processing*, "Spectral Tilt Filters"); their places are fitted here to
//! −3.01 dB an octave: within 0.09 dB from 30 Hz to 18 kHz at 48 kHz.

use std::f64::consts::TAU;

use crate::lanes::{LANES, LaneBlock, Lanes};
use crate::smooth::{GLIDE_CELLS, Glide};
use crate::units::{db_to_gain, exp2, sin};

/// What sounds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sound {
    /// Nothing.
    Off,
    /// A sine.
    Sine,
    /// Noise with the same energy in each octave.
    Pink,
}

/// Lowest and highest frequency of the sine, in Hz.
pub const FREQUENCIES: [f32; 2] = [20.0, 20_000.0];
/// Lowest and highest level, in dB of full scale.
pub const LEVELS: [f32; 2] = [-80.0, 0.0];

/// Poles and zeros of the pink filter, in Hz; fitted for 48 kHz.
const POLES: [f32; 6] = [17.0, 53.85, 170.44, 966.22, 4_749.41, 9_893.31];
const ZEROS: [f32; 5] = [37.58, 81.72, 401.15, 2_300.62, 6_707.87];
/// 2π / ln 2.
const TAU_OVER_LN_2: f32 = 9.064_72;
/// Where the noise begins, each time.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// One generator. Level, frequency and kind glide without a click, the same bits for every size of callback.
#[derive(Clone, Debug)]
pub struct Generator {
    rate: f32,
    sound: Sound,
    level: f32,
    /// How loud the sine and the noise are.
    sine: Glide,
    pink: Glide,
    /// Turns in one frame, and turns so far.
    turn: Glide,
    place: f64,
    noise: Pink,
}

/// The noise before its level.
#[derive(Clone, Debug)]
struct Pink {
    dice: u64,
    poles: [f32; 6],
    zeros: [f32; 6],
    /// The last input of each section; the last entry is the last output of all.
    state: [f32; 7],
    /// Brings its energy to that of a sine of full scale.
    gain: f32,
}

impl Generator {
    /// Silent: off, 1 kHz, −20 dB.
    #[must_use]
    pub fn new(rate: f32) -> Self {
        Self {
            rate,
            sound: Sound::Off,
            level: -20.0,
            sine: Glide::new(0.0, GLIDE_CELLS),
            pink: Glide::new(0.0, GLIDE_CELLS),
            turn: Glide::new(1_000.0 / rate, GLIDE_CELLS),
            place: 0.0,
            noise: Pink::new(rate),
        }
    }

    /// Chooses what sounds. Audio thread.
    pub fn set_sound(&mut self, sound: Sound) {
        self.sound = sound;
        self.turn_up();
    }

    /// The level in dB, clamped; NaN changes nothing. Audio thread.
    pub fn set_level(&mut self, db: f32) {
        if !db.is_nan() {
            self.level = db.clamp(LEVELS[0], LEVELS[1]);
            self.turn_up();
        }
    }

    /// The frequency of the sine in Hz, clamped; NaN changes nothing. Audio thread.
    pub fn set_frequency(&mut self, hertz: f32) {
        if !hertz.is_nan() {
            self.turn.set(0, hertz.clamp(FREQUENCIES[0], FREQUENCIES[1]) / self.rate);
        }
    }

    fn turn_up(&mut self) {
        let gain = db_to_gain(self.level);
        self.sine.set(0, if self.sound == Sound::Sine { gain } else { 0.0 });
        self.pink.set(0, if self.sound == Sound::Pink { gain } else { 0.0 });
    }

    /// Whether it says nothing now and will not by itself.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.sound == Sound::Off && self.sine.is_still() && self.pink.is_still()
    }

    /// Writes its sound to all lanes of a block. Audio thread.
    pub fn process(&mut self, block: &mut LaneBlock<'_>) {
        let (sine, pink, turn) = (self.sine.ramp(block), self.pink.ramp(block), self.turn.ramp(block));
        let quiet = [&sine, &pink].map(|ramp| ramp.lane_rests_at(0, 0.0));
        for (at, frame) in block.frames_mut().iter_mut().enumerate() {
            let mut sample = 0.0;
            if !quiet[0] {
                sample += sin(self.place * TAU) as f32 * sine.at(at).0[0];
            }
            if !quiet[1] {
                sample += self.noise.next() * pink.at(at).0[0];
            }
            *frame = Lanes([sample; LANES]);
            let place = self.place + f64::from(turn.at(at).0[0]);
            self.place = if place >= 1.0 { place - 1.0 } else { place };
        }
        // Each sine begins at its zero and each noise at its beginning.
        if quiet[0] {
            self.place = 0.0;
        }
        if quiet[1] {
            self.noise.rewind();
        }
    }
}

impl Pink {
    fn new(rate: f32) -> Self {
        let place = |hertz: f32| exp2(-TAU_OVER_LN_2 * hertz / rate);
        let mut zeros = [0.0; 6];
        for (zero, hertz) in zeros.iter_mut().zip(ZEROS) {
            *zero = place(hertz);
        }
        let mut pink = Self { dice: SEED, poles: POLES.map(place), zeros, state: [0.0; 7], gain: 1.0 };
        // The energy of the response to one sample of 1, until the lowest pole (9 ms) is long over.
        let energy: f64 = (0..48_000)
            .map(|n| f64::from(pink.filter(if n == 0 { 1.0 } else { 0.0 })))
            .map(|response| response * response)
            .sum();
        // White noise between −1 and 1 has a mean square of 1/3, a sine of full scale 1/2.
        pink.gain = (0.5 / (energy / 3.0)).sqrt() as f32;
        pink.rewind();
        pink
    }

    fn rewind(&mut self) {
        (self.dice, self.state) = (SEED, [0.0; 7]);
    }

    /// The next sample, mean square ½.
    fn next(&mut self) -> f32 {
        // xorshift64*, S. Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled", 2016.
        self.dice ^= self.dice >> 12;
        self.dice ^= self.dice << 25;
        self.dice ^= self.dice >> 27;
        let bits = self.dice.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        let white = bits as u32 as i32 as f32 * (1.0 / 2_147_483_648.0);
        self.filter(white) * self.gain
    }

    fn filter(&mut self, input: f32) -> f32 {
        let mut sound = input;
        for section in 0..6 {
            // Zero, then pole: y = x − zero · x before + pole · y before, where y is the next section's x.
            let out = sound - self.zeros[section] * self.state[section] + self.poles[section] * self.state[section + 1];
            self.state[section] = sound;
            sound = out;
        }
        self.state[6] = sound;
        sound
    }
}
