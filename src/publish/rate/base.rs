//! The shortest delay of the last minute: what the way takes when nothing queues.

use std::collections::VecDeque;

/// The pieces of time that are forgotten at once, s, and how many of them there are.
const PIECE: f64 = 5.0;
const PIECES: usize = 12;

/// Remembers the least of each piece. Two clocks that differ by 100 ppm drift 6 ms apart meanwhile, which is no queue.
#[derive(Default)]
pub(super) struct Least {
    /// When each piece began, and its least.
    pieces: VecDeque<(f64, f64)>,
}

impl Least {
    /// Takes a delay (s) at a moment (s).
    pub(super) fn hear(&mut self, at: f64, delay: f64) {
        match self.pieces.back_mut() {
            Some((began, least)) if at < *began + PIECE => *least = least.min(delay),
            _ => {
                if self.pieces.len() == PIECES {
                    self.pieces.pop_front();
                }
                self.pieces.push_back((at, delay));
            }
        }
    }

    /// The least that is remembered.
    pub(super) fn now(&self) -> Option<f64> {
        self.pieces.iter().map(|(_, least)| *least).reduce(f64::min)
    }

    /// From now on `more` than the least counts as the least.
    pub(super) fn raise(&mut self, more: f64) {
        if let (Some(least), Some((began, _))) = (self.now(), self.pieces.back().copied()) {
            self.pieces.clear();
            self.pieces.push_back((began, least + more));
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
}
