//! Whether two neighbouring inputs hear the same.

use super::BLOCK;

/// The longest delay between two microphones of a pair, frames: 1 ms, 34 cm of air.
const LAG: usize = 48;
const LAGS: usize = 2 * LAG + 1;
/// Frames of each block that are compared at every delay: a quarter is enough, and cheap.
const PIECE: usize = 1_024;
const FIRST: usize = (BLOCK - PIECE) / 2;
/// Softer blocks say nothing, dBFS.
const HEARD_DB: f32 = -60.0;
/// Blocks that must have been compared: half a second.
const ENOUGH: f64 = 5.0;
/// So alike are two sides at the least. Two players in one song are below 0.2, since their phases wander.
const ALIKE: f64 = 0.4;
/// Below that, two microphones far apart are still a pair when their levels rise and fall together: the spread of their
/// difference from block to block, dB, and how far apart they are on the whole, dB.
const SPREAD_DB: f64 = 2.5;
const APART_DB: f64 = 9.0;
/// What the correlation of one sign must be above that of the other before a polarity is told.
const CLEAR: f64 = 1.2;

/// What is known of two neighbours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Verdict {
    pub(super) correlation: f32,
    pub(super) lag: i32,
    pub(super) inverted: bool,
    /// Pairs that are surer go first.
    pub(super) sureness: f32,
}

/// An input and the next one.
#[derive(Clone, Debug)]
pub(super) struct Neighbours {
    /// The sum over the blocks of the correlation at each delay.
    alike: [f64; LAGS],
    compared: f64,
    /// Blocks, sum and sum of squares of the difference of levels, dB.
    levels: [f64; 3],
}

impl Default for Neighbours {
    fn default() -> Self {
        Self { alike: [0.0; LAGS], compared: 0.0, levels: [0.0; 3] }
    }
}

impl Neighbours {
    /// Takes one block of both, and their levels in dBFS.
    pub(super) fn hear(&mut self, left: &[f32], right: &[f32], levels: [f32; 2]) {
        if levels.iter().all(|level| *level < HEARD_DB) {
            return;
        }
        let apart = f64::from(levels[0].max(HEARD_DB) - levels[1].max(HEARD_DB));
        self.levels = [self.levels[0] + 1.0, self.levels[1] + apart, self.levels[2] + apart * apart];
        let left = &left[FIRST..FIRST + PIECE];
        let own = energy(left);
        let other = energy(&right[FIRST..FIRST + PIECE]);
        let least = f64::from(PIECE as u32) * 1e-6;
        if own < least || other < least {
            return;
        }
        let scale = 1.0 / (own * other).sqrt();
        for (at, alike) in self.alike.iter_mut().enumerate() {
            let right = &right[FIRST + at - LAG..][..PIECE];
            *alike += scale * f64::from(product(left, right));
        }
        self.compared += 1.0;
    }

    /// Whether they are a pair, and how.
    pub(super) fn verdict(&self) -> Option<Verdict> {
        if self.compared < ENOUGH {
            return None;
        }
        let strongest = |sign: f64| {
            let of = |at: &usize| sign * self.alike[*at] / self.compared;
            (0..LAGS).max_by(|a, b| of(a).total_cmp(&of(b))).map_or((0, 0.0), |at| (at, of(&at)))
        };
        let (same, turned) = (strongest(1.0), strongest(-1.0));
        let inverted = turned.1 > CLEAR * same.1;
        let (at, alike) = if inverted { turned } else { same };
        if alike < ALIKE && !self.go_together() {
            return None;
        }
        let correlation = if inverted { -alike } else { alike } as f32;
        Some(Verdict { correlation, lag: at as i32 - LAG as i32, inverted, sureness: alike as f32 })
    }

    fn go_together(&self) -> bool {
        let [blocks, sum, squares] = self.levels;
        let mean = sum / blocks;
        let spread = (squares / blocks - mean * mean).max(0.0).sqrt();
        spread <= SPREAD_DB && mean.abs() <= APART_DB
    }
}

fn energy(sound: &[f32]) -> f64 {
    f64::from(product(sound, sound))
}

/// The sum of products, in eight parts so that it can be computed side by side.
fn product(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    for (a, b) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum()
}
