//! One lane in time.

use super::{DELAY, Peaks};
use crate::lanes::{GRID, Lanes};

/// How far the first step reaches ahead of a frame, in frames: what is read of the sound's future is latency.
pub(super) const AHEAD: usize = 44;

// The value half-way between two frames is made of a near part, alike on both sides, and of a far part, which is smooth but
// for the sign that changes from frame to frame: there a straight line through a point every eight frames does for the taps.
// Both by least squares towards a sinc of 256 taps in a Kaiser window of 100 dB, all frequencies alike from 0.465 of the rate
// (22.3 kHz at 48 kHz) on; below, weighted until the largest error is least: 0.041 dB. No tone up to 21.8 kHz is read more
// than 0.054 dB too high by all steps.

/// From the nearest frames on either side outwards.
const NEAR: [f32; 16] = [
    0.635_260_3,
    -0.208_351_1,
    0.121_125_9,
    -0.082_381_2,
    0.060_111_9,
    -0.045_666_4,
    0.035_243_4,
    -0.027_141_4,
    0.020_613,
    -0.015_264_7,
    0.010_675,
    -0.006_496,
    0.003_636,
    -0.002_261_3,
    0.001_408_3,
    -0.002_738_5,
];
/// From 83 frames before the frame to 3 before it, for every eighth frame: the past costs no latency, and what is next to half
/// the rate adds up over long.
const PAST: [f32; 11] = [
    0.000_025_9,
    0.000_048_6,
    0.000_158_5,
    0.000_250_8,
    0.000_328_5,
    0.000_475_8,
    0.000_788_1,
    0.001_173_3,
    0.001_795_9,
    0.002_530_6,
    0.001_076,
];
/// From 5 frames after the frame to 37 after it, whose triangle ends [`AHEAD`].
const FUTURE: [f32; 5] = [-0.001_228_8, -0.002_643_6, -0.001_823_7, -0.001_078_3, -0.000_443];
/// Frames between these points, and what the first and the last of a triangle over two such stretches are apart.
const STRETCH: usize = 8;
const TRIANGLE: usize = 2 * STRETCH - 2;

/// What of the far part a peak is feared to gain: the past went out at the gain of its time, which may have been higher, and
/// the future goes on. By trial, at +12 dB: signs that alternate and turn round at random every 1 to 1,000 frames are held at
/// the ceiling; with 0.5 they come out 0.14 dB over it, and without it 1 dB. Sound of a converter has next to no far part.
const FEAR: f32 = 0.55;

/// Quarters from the halves: a minimax design (Parks and McClellan, 1972) with a band to 0.25 of the doubled rate, within
/// 0.028 dB.
const QUARTERS: [f32; 3] = [0.603_225_9, -0.127_743, 0.026_098_41];
/// Eighths from the quarters, with a band to 0.125 of that rate: within 0.011 dB.
const EIGHTHS: [f32; 2] = [0.569_668_94, -0.070_245_1];

/// A meter of 12 taps for each of four places, a sinc in a Hann window: its half, from the nearest frames outwards.
const SHORT_HALF: [f32; 6] = [0.625_773_6, -0.181_129_7, 0.080_138_9, -0.033_703_6, 0.010_359, -0.000_986];
/// Its quarter and its three quarters mirror each other: what the sums of the frames on either side give to both …
const SHORT_BOTH: [f32; 6] = [0.592_574_3, -0.132_457_6, 0.057_711_8, -0.024_316_9, 0.007_628, -0.000_899_6];
/// … and what the differences give to the one and take from the other.
const SHORT_EACH: [f32; 6] = [0.303_890_9, -0.029_000_9, 0.011_446_7, -0.005_790_9, 0.002_732, -0.000_732_1];
/// Such a meter reads a tone up to 0.11 dB too high, at 16 kHz: so much less is told, for a tone below a ceiling is below it.
const SHORT: f32 = 0.987_4;

/// Frames computed together.
const WIDE: usize = 16;
/// Triangles remembered for the oldest half, in whole chunks.
const TRIANGLES: usize = 9 * WIDE;
/// Frames remembered: what the oldest triangle reaches back.
pub(super) const HISTORY: usize = TRIANGLES + WIDE;

/// Frames by which windows move on until they move back.
const ROOM: usize = 4 * GRID;

const _: () = assert!(
    GRID.is_multiple_of(WIDE)
        && TRIANGLES >= STRETCH * (PAST.len() + FUTURE.len() - 1) + WIDE
        && TRIANGLE < WIDE
        && AHEAD >= NEAR.len()
);

#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Where the windows of all these begin that belong to this block: they move on with the sound, and back when the room ends.
    begin: usize,
    sound: [f32; HISTORY + GRID + ROOM],
    /// `triangles[TRIANGLES + n]` is made of the n-th frame of the block and the [`TRIANGLE`] before.
    triangles: [f32; TRIANGLES + GRID + ROOM],
    /// `halves[WIDE + n]` lies between the frame [`AHEAD`] before the n-th and the next, as do its fear and what the short
    /// meter reads at the three places between these frames.
    halves: [f32; WIDE + GRID + ROOM],
    fears: [f32; WIDE + GRID + ROOM],
    shorts: [f32; WIDE + GRID + ROOM],
    /// Whether all this was left out before this block.
    stale: bool,
}

impl Line {
    pub(super) fn new() -> Self {
        Self {
            begin: 0,
            sound: [0.0; HISTORY + GRID + ROOM],
            triangles: [0.0; TRIANGLES + GRID + ROOM],
            halves: [0.0; WIDE + GRID + ROOM],
            fears: [0.0; WIDE + GRID + ROOM],
            shorts: [0.0; WIDE + GRID + ROOM],
            stale: false,
        }
    }

    pub(super) fn reset(&mut self) {
        self.sound.fill(0.0);
        // The rest is made of it.
        self.stale = true;
    }

    #[inline(always)]
    pub(super) fn hear(&mut self, frames: &[Lanes], lane: usize) {
        for (frame, sample) in frames.iter().zip(&mut self.sound[self.begin + HISTORY..]) {
            *sample = frame.0[lane];
        }
    }

    /// Writes the peaks that belong to the frames just heard.
    #[inline(always)]
    pub(super) fn read(&mut self, frames: usize, lane: usize, peaks: &mut Peaks) {
        if self.stale {
            for chunk in 0..TRIANGLES / WIDE {
                self.add_triangles(chunk * WIDE);
            }
            self.interpolate_halves(0);
        }
        for at in (0..frames).step_by(WIDE) {
            self.add_triangles(TRIANGLES + at);
            self.interpolate_halves(WIDE + at);
        }
        // The three-quarter place before each frame too, so one more than there are frames.
        let (mut quarters, mut threes) = ([0.0; GRID], [0.0; GRID + 1]);
        threes[0] = self.three_quarters_before();
        for at in (0..frames).step_by(WIDE) {
            self.interpolate_quarters(at, &mut quarters[at..at + WIDE], &mut threes[at + 1..at + 1 + WIDE]);
        }
        let mut highest = [0.0; GRID];
        for at in (0..frames).step_by(WIDE) {
            self.highest(at, &quarters[at..at + WIDE], &threes[at..at + WIDE + 1], &mut highest[at..at + WIDE]);
        }
        let (fears, shorts) =
            (&self.fears[self.begin + WIDE - 1..][..frames], &self.shorts[self.begin + WIDE - 1..][..frames]);
        for (n, (fear, short)) in fears.iter().zip(shorts).enumerate() {
            // A comparison with NaN, which sums of huge numbers may give, is false.
            let long = highest[n];
            let feared = if long + fear > long { long + fear } else { long };
            peaks.found[n].0[lane] = if *short > long { *short } else { long };
            peaks.feared[n].0[lane] = if *short > feared { *short } else { feared };
        }
    }

    /// Fills `triangles[to..to + WIDE]`: the sound times a triangle whose sign changes from frame to frame, that is 8 times
    /// the frame in its middle and ever less of those on both sides. All of it from the sound itself: what moving sums
    /// would have to read again has only just been written, and processors are slow to hand that over.
    #[inline(always)]
    fn add_triangles(&mut self, to: usize) {
        const MIDDLE: usize = STRETCH - 1;
        let sound = &self.sound[self.begin + to + HISTORY - TRIANGLES - TRIANGLE..][..WIDE + TRIANGLE];
        let (mut plus, mut minus) = ([0.0_f32; WIDE], [0.0_f32; WIDE]);
        // Both sums together hide the latency of additions.
        for n in 0..WIDE {
            minus[n] = STRETCH as f32 * sound[n + MIDDLE];
        }
        for away in (1..STRETCH).step_by(2) {
            let (before, after) = (&sound[MIDDLE - away..][..WIDE], &sound[MIDDLE + away..][..WIDE]);
            for n in 0..WIDE {
                plus[n] += (STRETCH - away) as f32 * (before[n] + after[n]);
            }
        }
        for away in (2..STRETCH).step_by(2) {
            let (before, after) = (&sound[MIDDLE - away..][..WIDE], &sound[MIDDLE + away..][..WIDE]);
            for n in 0..WIDE {
                minus[n] += (STRETCH - away) as f32 * (before[n] + after[n]);
            }
        }
        for (n, triangle) in self.triangles[self.begin + to..][..WIDE].iter_mut().enumerate() {
            *triangle = plus[n] - minus[n];
        }
    }

    /// Fills `halves[to..to + WIDE]` and what goes with them.
    #[inline(always)]
    fn interpolate_halves(&mut self, to: usize) {
        let (mut past, mut future) = ([0.0_f32; WIDE], [0.0_f32; WIDE]);
        let triangles =
            &self.triangles[self.begin + to + TRIANGLES - WIDE - STRETCH * (PAST.len() + FUTURE.len() - 1)..];
        for (point, tap) in PAST.iter().enumerate() {
            let triangles = &triangles[STRETCH * point..][..WIDE];
            for n in 0..WIDE {
                past[n] += tap * triangles[n];
            }
        }
        for (point, tap) in FUTURE.iter().enumerate() {
            let triangles = &triangles[STRETCH * (PAST.len() + point)..][..WIDE];
            for n in 0..WIDE {
                future[n] += tap * triangles[n];
            }
        }
        let sound =
            &self.sound[self.begin + to + HISTORY - WIDE - AHEAD - NEAR.len() + 1..][..2 * NEAR.len() - 1 + WIDE];
        // Both sums together hide the latency of additions.
        let (mut even, mut odd) = ([0.0_f32; WIDE], [0.0_f32; WIDE]);
        for tap in (0..NEAR.len()).step_by(2) {
            let (before, after) = (&sound[NEAR.len() - 1 - tap..][..WIDE], &sound[NEAR.len() + tap..][..WIDE]);
            for n in 0..WIDE {
                even[n] += NEAR[tap] * (before[n] + after[n]);
            }
            let (before, after) = (&sound[NEAR.len() - 2 - tap..][..WIDE], &sound[NEAR.len() + 1 + tap..][..WIDE]);
            for n in 0..WIDE {
                odd[n] += NEAR[tap + 1] * (before[n] + after[n]);
            }
        }
        let (halves, fears) = (&mut self.halves[self.begin + to..][..WIDE], &mut self.fears[self.begin + to..][..WIDE]);
        for n in 0..WIDE {
            halves[n] = (even[n] + odd[n]) + (past[n] + future[n]);
            fears[n] = FEAR * (past[n].abs() + future[n].abs());
        }
        self.read_short(to);
    }

    /// Fills `shorts[to..to + WIDE]`.
    #[inline(always)]
    fn read_short(&mut self, to: usize) {
        const REACH: usize = SHORT_HALF.len();
        let sound = &self.sound[self.begin + to + HISTORY - WIDE - AHEAD - REACH + 1..][..2 * REACH - 1 + WIDE];
        let (mut half, mut both, mut each) = ([0.0_f32; WIDE], [0.0_f32; WIDE], [0.0_f32; WIDE]);
        for tap in 0..REACH {
            let (before, after) = (&sound[REACH - 1 - tap..][..WIDE], &sound[REACH + tap..][..WIDE]);
            for n in 0..WIDE {
                let sum = before[n] + after[n];
                half[n] += SHORT_HALF[tap] * sum;
                both[n] += SHORT_BOTH[tap] * sum;
                each[n] += SHORT_EACH[tap] * (before[n] - after[n]);
            }
        }
        let shorts = &mut self.shorts[self.begin + to..][..WIDE];
        for n in 0..WIDE {
            // The higher of |both + each| and |both − each|.
            let (half, quarter) = (half[n].abs(), both[n].abs() + each[n].abs());
            shorts[n] = SHORT * if half > quarter { half } else { quarter };
        }
    }

    /// The places a quarter and three quarters behind the frames [`DELAY`] before those from `at` on.
    #[inline(always)]
    fn interpolate_quarters(&self, at: usize, quarters: &mut [f32], threes: &mut [f32]) {
        let sound = &self.sound[self.begin + at + HISTORY - DELAY - 1..][..WIDE + 3];
        let halves = &self.halves[self.begin + at + WIDE - 2..][..WIDE + 2];
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
        let (sound, halves) =
            (&self.sound[self.begin + HISTORY - DELAY - 1..][..3], &self.halves[self.begin + WIDE - 3..][..3]);
        QUARTERS[0] * (halves[1] + sound[1])
            + QUARTERS[1] * (sound[0] + halves[2])
            + QUARTERS[2] * (halves[0] + sound[2])
    }

    /// The highest of the eight places of each frame.
    #[inline(always)]
    fn highest(&self, at: usize, quarters: &[f32], threes: &[f32], peaks: &mut [f32]) {
        let sound = &self.sound[self.begin + at + HISTORY - DELAY..][..WIDE + 1];
        let halves = &self.halves[self.begin + at + WIDE - 2..][..WIDE + 1];
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
                peak = if place.abs() > peak { place.abs() } else { peak };
            }
            peaks[n] = peak;
        }
    }

    /// Moves on by `frames`; unless they were `read`, all that is made of the sound is stale.
    #[inline(always)]
    pub(super) fn pass(&mut self, frames: usize, read: bool) {
        self.stale = !read;
        self.begin += frames;
        if self.begin > ROOM {
            self.sound.copy_within(self.begin..self.begin + HISTORY, 0);
            self.triangles.copy_within(self.begin..self.begin + TRIANGLES, 0);
            for made in [&mut self.halves, &mut self.fears, &mut self.shorts] {
                made.copy_within(self.begin..self.begin + WIDE, 0);
            }
            self.begin = 0;
        }
    }
}
