//! What a way takes when nothing queues: the shortest delay of the last minute, and no more than what clocks drift above the
//! one before, unless the way has become longer at one moment.

use std::collections::VecDeque;

/// The pieces of time that are forgotten at once, s, and how many of them there are.
const PIECE: f64 = 5.0;
const PIECES: usize = 12;
/// By how much two clocks may drift apart in a piece, s: 100 ppm.
const DRIFT: f64 = 100e-6 * PIECE;

/// Remembers the least of each piece. A delay that creeps up faster than clocks drift is a queue that hardly anything fills,
/// not a longer way; one that has jumped, and stayed there for the whole minute, is a longer way.
#[derive(Default)]
pub(super) struct Least {
    /// When each piece began, and its least.
    pieces: VecDeque<(f64, f64)>,
    least: Option<f64>,
}

impl Least {
    /// Takes a delay (s) at a moment (s).
    pub(super) fn hear(&mut self, at: f64, delay: f64) {
        match self.pieces.back_mut() {
            Some((began, least)) if at < *began + PIECE => *least = least.min(delay),
            _ => {
                self.rise();
                if self.pieces.len() == PIECES {
                    self.pieces.pop_front();
                }
                self.pieces.push_back((at, delay));
            }
        }
        self.least = Some(self.least.map_or(delay, |least| least.min(delay)));
    }

    /// A piece is over: what all that are remembered have in common may be more than before.
    fn rise(&mut self) {
        let Some(least) = self.least.filter(|_| self.pieces.len() == PIECES) else { return };
        let all = || self.pieces.iter().map(|(_, least)| *least);
        let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
        let rise = (low - least).max(0.0);
        let jumped = high - low <= DRIFT * PIECES as f64;
        self.least = Some(least + if jumped { rise } else { rise.min(DRIFT) });
    }

    /// The least that is believed.
    pub(super) fn now(&self) -> Option<f64> {
        self.least
    }

    /// From now on `more` than the least counts as the least.
    pub(super) fn raise(&mut self, more: f64) {
        if let (Some(least), Some((began, _))) = (self.least, self.pieces.back().copied()) {
            self.pieces.clear();
            self.pieces.push_back((began, least + more));
            self.least = Some(least + more);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_that_has_become_longer_is_known_after_a_minute() {
        let mut least = Least::default();
        assert_eq!(least.now(), None);
        (0..100).for_each(|second| least.hear(f64::from(second), 0.02));
        (100..150).for_each(|second| least.hear(f64::from(second), 0.08));
        assert_eq!(least.now(), Some(0.02));
        (150..170).for_each(|second| least.hear(f64::from(second), 0.08));
        assert_eq!(least.now(), Some(0.08));
        least.raise(0.5);
        assert_eq!(least.now(), Some(0.58));
        least.hear(171.0, 0.1);
        assert_eq!(least.now(), Some(0.1), "what is shorter after all is believed at once");
    }

    #[test]
    fn what_creeps_up_faster_than_clocks_drift_is_a_queue_and_slower_is_none() {
        let after_ten_minutes = |ppm: f64| {
            let mut least = Least::default();
            (0..6_000).for_each(|look| least.hear(f64::from(look) / 10.0, 0.02 + f64::from(look) / 10.0 * ppm * 1e-6));
            least.now().unwrap() - 0.02
        };
        assert!((0.0..=0.061).contains(&after_ten_minutes(600.0)), "{}", after_ten_minutes(600.0));
        assert!((0.048..0.06).contains(&after_ten_minutes(90.0)), "{}", after_ten_minutes(90.0));
    }
}
