//! What the network hears of a hop: the cepstrum of its bands and how that changes, how alike each band is to itself one
//! pitch period earlier, the period, and how much the cepstra of the last 80 ms differ.

use std::f32::consts::LOG10_2;

use super::bands::{BANDS, Cosines};
use crate::units::log2_normal;

/// What the network hears.
pub(super) const FEATURES: usize = BANDS + 3 * SLOW + 2;
/// Cosines whose changes, and whose likeness to a period earlier, are told.
const SLOW: usize = 6;
/// Hops whose cepstra are compared.
const HOPS: usize = 8;
/// A band counts as no softer than 7 decades below the loudest below it, and 1.5 below the band before it.
const RANGE: f32 = 7.0;
const SLOPE: f32 = 1.5;
/// Softer in all bands together is silence, which the network shall not learn (of a full scale of 32,768).
const SILENCE: f32 = 0.04;
/// What was taken off the features for the training, about their means: of the cepstrum, the likeness, the period, the
/// difference.
const CEPSTRUM: [f32; 2] = [12.0, 4.0];
const LIKENESS: [f32; 2] = [1.3, 0.9];
const PERIOD: f32 = 300.0;
const DIFFERENCE: f32 = 2.1;

/// The cepstra of the last hops of one lane.
pub(super) struct Cepstra {
    last: [[f32; BANDS]; HOPS],
    /// How far each is from each.
    distances: [[f32; HOPS]; HOPS],
    newest: usize,
}

impl Cepstra {
    pub(super) const EMPTY: Self = Self { last: [[0.0; BANDS]; HOPS], distances: [[0.0; HOPS]; HOPS], newest: 0 };

    /// The features, or nothing in silence. `likeness` is that of each band to a period of `period` frames earlier, −1 to 1.
    #[inline(always)]
    pub(super) fn hear(
        &mut self,
        cosines: &Cosines,
        energies: &[f32; BANDS],
        likeness: &[f32; BANDS],
        period: usize,
    ) -> Option<[f32; FEATURES]> {
        if energies.iter().sum::<f32>() < SILENCE {
            return None;
        }
        let mut cepstrum = cosines.of(&loudness(energies));
        for (value, mean) in cepstrum.iter_mut().zip(CEPSTRUM) {
            *value -= mean;
        }
        self.keep(cepstrum);
        let mut features = [0.0; FEATURES];
        features[..BANDS].copy_from_slice(&cepstrum);
        let [now, before, long_before] = [0, 1, 2].map(|back| &self.last[(self.newest + HOPS - back) % HOPS]);
        let likeness = cosines.of(likeness);
        for n in 0..SLOW {
            features[n] = now[n] + before[n] + long_before[n];
            features[BANDS + n] = now[n] - long_before[n];
            features[BANDS + SLOW + n] = now[n] - 2.0 * before[n] + long_before[n];
            features[BANDS + 2 * SLOW + n] = likeness[n] - LIKENESS.get(n).unwrap_or(&0.0);
        }
        features[BANDS + 3 * SLOW] = 0.01 * (period as f32 - PERIOD);
        features[BANDS + 3 * SLOW + 1] = self.difference() - DIFFERENCE;
        Some(features)
    }

    #[inline(always)]
    fn keep(&mut self, cepstrum: [f32; BANDS]) {
        self.newest = (self.newest + 1) % HOPS;
        self.last[self.newest] = cepstrum;
        for (other, values) in self.last.iter().enumerate() {
            let squares = values.iter().zip(&cepstrum).map(|(a, b)| (a - b) * (a - b));
            let distance = squares.sum::<f32>();
            self.distances[self.newest][other] = distance;
            self.distances[other][self.newest] = distance;
        }
    }

    /// How far a cepstrum is from the one most like it, on average.
    #[inline(always)]
    fn difference(&self) -> f32 {
        let mut sum = 0.0;
        for (at, row) in self.distances.iter().enumerate() {
            let others = row.iter().enumerate().filter(|(other, _)| *other != at);
            sum += others.fold(f32::MAX, |least, (_, distance)| least.min(*distance));
        }
        sum / HOPS as f32
    }
}

/// The bands' levels in decades of energy, with what is masked raised to where it is masked.
#[inline(always)]
fn loudness(energies: &[f32; BANDS]) -> [f32; BANDS] {
    let mut levels = energies.map(|energy| log2_normal(0.01 + energy) * LOG10_2);
    let (mut loudest, mut before) = (-2.0_f32, -2.0_f32);
    for level in &mut levels {
        *level = level.max(loudest - RANGE).max(before - SLOPE);
        loudest = loudest.max(*level);
        before = (before - SLOPE).max(*level);
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_told_and_not_remembered() {
        let (cosines, mut cepstra) = (Cosines::new(), Cepstra::EMPTY);
        let mut energies = [0.0; BANDS];
        energies[3] = 0.039;
        assert!(cepstra.hear(&cosines, &energies, &[0.0; BANDS], 300).is_none());
        assert_eq!(cepstra.newest, 0);
        energies[3] = 0.041;
        assert!(cepstra.hear(&cosines, &energies, &[0.0; BANDS], 300).is_some());
    }

    #[test]
    fn a_sound_that_stays_differs_from_itself_by_nothing_after_eight_hops() {
        let (cosines, mut cepstra) = (Cosines::new(), Cepstra::EMPTY);
        let energies = std::array::from_fn(|band| 1e6 / (band + 1) as f32);
        let features = (0..HOPS).filter_map(|_| cepstra.hear(&cosines, &energies, &[1.0; BANDS], 400)).last().unwrap();
        assert_eq!(features[BANDS..BANDS + 2 * SLOW], [0.0; 2 * SLOW], "no change");
        assert_eq!(features[FEATURES - 2..], [1.0, -DIFFERENCE]);
    }
}
