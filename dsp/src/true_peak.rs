//! True peaks: how high the sound goes between its samples, lane by lane, at eight places in each frame.
//!
//! ITU-R BS.1770-5, annex 2, asks for at least four places; there a tone of 0.45 of the rate is still read 0.55 dB too low,
//! with eight it is 0.14 dB. Three steps double the places each: only the first must be steep, since what the later ones
//! interpolate has an octave and two octaves of room above it. A lane that is quiet for sure costs nothing.

use crate::lanes::{GRID, LANES, Lanes};

/// The peak that is told with a frame belongs to the frame so many before it.
pub const DELAY: usize = 33;

/// The value half-way between two frames, from the 32 frames on either side, nearest first: within 0.021 dB up to 0.475 of the
/// rate (22.8 kHz at 48 kHz). Minimax design (Parks and McClellan, 1972) with one band from 0 to 0.475.
const HALVES: [f32; 32] = [
    0.636_296_3,
    -0.211_237_6,
    0.125_714_6,
    -0.088_703_9,
    0.067_872_6,
    -0.054_404_5,
    0.044_910_7,
    -0.037_810_8,
    0.032_269,
    -0.027_803_2,
    0.024_114_1,
    -0.021_009_3,
    0.018_355_9,
    -0.016_062_2,
    0.014_061_7,
    -0.012_304_4,
    0.010_752_5,
    -0.009_377_1,
    0.008_155_6,
    -0.007_068_3,
    0.006_102_5,
    -0.005_240_9,
    0.004_479,
    -0.003_802_6,
    0.003_203_8,
    -0.002_677_4,
    0.002_216_6,
    -0.001_814_5,
    0.001_465_5,
    -0.001_165_2,
    0.000_909_1,
    -0.001_577_3,
];
/// Quarters from the halves, the same way with a band to 0.25 of the doubled rate: within 0.028 dB.
const QUARTERS: [f32; 3] = [0.603_225_9, -0.127_743, 0.026_098_41];
/// Eighths from the quarters, with a band to 0.125 of that rate: within 0.011 dB.
const EIGHTHS: [f32; 2] = [0.569_668_94, -0.070_245_1];

/// No interpolated value is more than so many times the largest sample that it is made from: the sums of the magnitudes of
/// the three filters multiplied, 5.83, and some room for rounding.
const MOST: f32 = 6.0;
/// Frames computed together.
const WIDE: usize = 16;
/// Frames remembered of each lane: what the halves reach back, once more [`WIDE`] frames ago.
const PAST: usize = 2 * HALVES.len() + WIDE;
/// After so many silent frames all of them are, those that lie unused behind a short block too.
const ALL: usize = PAST + 3 * GRID;

const _: () = assert!(GRID.is_multiple_of(WIDE) && DELAY == HALVES.len() + 1);

/// The true peaks of eight lanes.
#[derive(Clone, Debug)]
pub struct TruePeak {
    lines: [Line; LANES],
}

/// One lane, in time.
#[derive(Clone, Debug)]
struct Line {
    sound: [f32; PAST + GRID],
    /// `halves[WIDE + n]` lies between the frames 32 and 31 before the n-th of the block.
    halves: [f32; WIDE + GRID],
    /// For so many frames more something loud is remembered.
    loud: usize,
    /// For so many frames there was nothing at all.
    silent: usize,
    /// Whether the halves before this block were left out.
    stale: bool,
}

impl Default for TruePeak {
    fn default() -> Self {
        Self::new()
    }
}

impl TruePeak {
    /// Silence behind all lanes.
    #[must_use]
    pub fn new() -> Self {
        let line = Line { sound: [0.0; PAST + GRID], halves: [0.0; WIDE + GRID], loud: 0, silent: 0, stale: false };
        Self { lines: std::array::from_fn(|_| line.clone()) }
    }

    /// Forgets one lane. Audio thread.
    pub fn reset_lane(&mut self, lane: usize) {
        let line = &mut self.lines[lane];
        line.sound.fill(0.0);
        line.halves.fill(0.0);
        (line.loud, line.silent, line.stale) = (0, 0, false);
    }

    /// Reads up to [`GRID`] finite frames; `peaks[n]` becomes the highest magnitude from an eighth of a frame before the
    /// frame [`DELAY`] before the n-th to three quarters behind it, or 0 where it is below `floor` for sure. Audio thread.
    #[inline(always)]
    pub(crate) fn read(&mut self, frames: &[Lanes], floor: f32, peaks: &mut [Lanes; GRID]) {
        let mut highest = Lanes::SILENCE;
        for frame in frames {
            for lane in 0..LANES {
                let magnitude = frame.0[lane].abs();
                highest.0[lane] = if magnitude > highest.0[lane] { magnitude } else { highest.0[lane] };
            }
        }
        for (lane, line) in self.lines.iter_mut().enumerate() {
            line.silent = if highest.0[lane] == 0.0 { line.silent + frames.len() } else { 0 };
            if line.silent > ALL {
                // Nothing is remembered but silence, and nothing comes.
                line.silent = ALL + 1;
                for peak in &mut peaks[..frames.len()] {
                    peak.0[lane] = 0.0;
                }
                continue;
            }
            for (frame, sample) in frames.iter().zip(&mut line.sound[PAST..]) {
                *sample = frame.0[lane];
            }
            if highest.0[lane] * MOST > floor {
                line.loud = PAST + GRID;
            }
            if line.loud > 0 {
                let found = line.peaks(frames.len());
                for (peak, found) in peaks[..frames.len()].iter_mut().zip(&found) {
                    peak.0[lane] = *found;
                }
            } else {
                for peak in &mut peaks[..frames.len()] {
                    peak.0[lane] = 0.0;
                }
            }
            line.pass(frames.len());
        }
    }
}

impl Line {
    #[inline(always)]
    fn peaks(&mut self, frames: usize) -> [f32; GRID] {
        let chunks = frames.div_ceil(WIDE);
        if self.stale {
            self.interpolate_halves(0);
        }
        for chunk in 1..=chunks {
            self.interpolate_halves(chunk * WIDE);
        }
        let mut peaks = [0.0; GRID];
        // The three-quarter place before each frame too, so one more than there are frames.
        let (mut quarters, mut threes) = ([0.0; GRID], [0.0; GRID + 1]);
        threes[0] = self.three_quarters_before();
        for at in (0..frames).step_by(WIDE) {
            self.interpolate_quarters(at, &mut quarters[at..at + WIDE], &mut threes[at + 1..at + 1 + WIDE]);
        }
        for at in (0..frames).step_by(WIDE) {
            self.highest(at, &quarters[at..at + WIDE], &threes[at..at + WIDE + 1], &mut peaks[at..at + WIDE]);
        }
        peaks
    }

    /// Fills `halves[to..to + WIDE]`.
    #[inline(always)]
    fn interpolate_halves(&mut self, to: usize) {
        const REACH: usize = HALVES.len();
        // The oldest sample of the first of these halves lies here; both sums together hide the latency of additions.
        let sound = &self.sound[to + PAST - WIDE - 2 * REACH + 1..to + PAST];
        let (mut even, mut odd) = ([0.0_f32; WIDE], [0.0_f32; WIDE]);
        for tap in (0..REACH).step_by(2) {
            let (before, after) = (&sound[REACH - 1 - tap..][..WIDE], &sound[REACH + tap..][..WIDE]);
            for n in 0..WIDE {
                even[n] += HALVES[tap] * (before[n] + after[n]);
            }
            let (before, after) = (&sound[REACH - 2 - tap..][..WIDE], &sound[REACH + 1 + tap..][..WIDE]);
            for n in 0..WIDE {
                odd[n] += HALVES[tap + 1] * (before[n] + after[n]);
            }
        }
        let halves = &mut self.halves[to..to + WIDE];
        for n in 0..WIDE {
            halves[n] = even[n] + odd[n];
        }
    }

    /// The places a quarter and three quarters behind the frames [`DELAY`] before those from `at` on.
    #[inline(always)]
    fn interpolate_quarters(&self, at: usize, quarters: &mut [f32], threes: &mut [f32]) {
        let sound = &self.sound[at + PAST - DELAY - 1..][..WIDE + 3];
        let halves = &self.halves[at + WIDE - 2..][..WIDE + 2];
        let (quarters, threes) = (&mut quarters[..WIDE], &mut threes[..WIDE]);
        for n in 0..WIDE {
            quarters[n] = QUARTERS[0] * (sound[n + 1] + halves[n + 1])
                + QUARTERS[1] * (halves[n] + sound[n + 2])
                + QUARTERS[2] * (sound[n] + halves[n + 2]);
            threes[n] = QUARTERS[0] * (halves[n + 1] + sound[n + 2])
                + QUARTERS[1] * (sound[n + 1] + halves[n + 2])
                + QUARTERS[2] * (halves[n] + sound[n + 3]);
        }
    }

    fn three_quarters_before(&self) -> f32 {
        let (sound, halves) = (&self.sound[PAST - DELAY - 1..][..3], &self.halves[WIDE - 3..][..3]);
        QUARTERS[0] * (halves[1] + sound[1])
            + QUARTERS[1] * (sound[0] + halves[2])
            + QUARTERS[2] * (halves[0] + sound[2])
    }

    /// The highest of the eight places of each frame.
    #[inline(always)]
    fn highest(&self, at: usize, quarters: &[f32], threes: &[f32], peaks: &mut [f32]) {
        let sound = &self.sound[at + PAST - DELAY..][..WIDE + 1];
        let halves = &self.halves[at + WIDE - 2..][..WIDE + 1];
        let (quarters, threes, peaks) = (&quarters[..WIDE], &threes[..WIDE + 1], &mut peaks[..WIDE]);
        let [near, far] = EIGHTHS;
        for n in 0..WIDE {
            let (whole, quarter, half, three) = (sound[n], quarters[n], halves[n + 1], threes[n + 1]);
            let places = [
                quarter,
                half,
                three,
                near * (threes[n] + whole) + far * (halves[n] + quarter),
                near * (whole + quarter) + far * (threes[n] + half),
                near * (quarter + half) + far * (whole + three),
                near * (half + three) + far * (quarter + sound[n + 1]),
            ];
            let mut peak = whole.abs();
            for place in places {
                // A comparison with NaN, which sums of huge numbers may give, is false.
                peak = if place.abs() > peak { place.abs() } else { peak };
            }
            peaks[n] = peak;
        }
    }

    /// Moves on by `frames`.
    #[inline(always)]
    fn pass(&mut self, frames: usize) {
        self.sound.copy_within(frames..frames + PAST, 0);
        self.halves.copy_within(frames..frames + WIDE, 0);
        self.stale = self.loud == 0;
        self.loud = self.loud.saturating_sub(frames);
    }
}
