//! What cannot be taken back takes two presses: not so soon after each other that a double-click is both, nor so late that
//! the first one is forgotten.

/// When the second press counts, in seconds after the first.
const SURE: std::ops::Range<f64> = 0.5..4.0;

/// What the next press does, and since when.
pub(crate) struct Doubt<T>(Option<(T, f64)>);

impl<T> Default for Doubt<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: PartialEq> Doubt<T> {
    /// Whether the next press does `deed`.
    pub(crate) fn asks(&self, deed: &T, now: f64) -> bool {
        self.since(deed, now).is_some()
    }

    /// A press for `deed`; `true` when it is the second one.
    pub(crate) fn press(&mut self, deed: T, now: f64) -> bool {
        let sure = self.since(&deed, now).is_some_and(|since| since >= SURE.start);
        self.0 = (!sure).then_some((deed, now));
        sure
    }

    fn since(&self, deed: &T, now: f64) -> Option<f64> {
        let begun = self.0.as_ref().filter(|(half, _)| half == deed);
        begun.map(|(_, begun)| now - begun).filter(|since| *since < SURE.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_second_press_in_good_time_for_the_same_thing_counts() {
        let mut doubt = Doubt::default();
        assert!(!doubt.press("a", 1.0) && doubt.asks(&"a", 1.1) && !doubt.asks(&"b", 1.1));
        assert!(!doubt.press("a", 1.2), "a double-click");
        assert!(!doubt.press("b", 2.0), "another thing");
        assert!(doubt.press("b", 3.0) && !doubt.asks(&"b", 3.0));
        assert!(!doubt.press("b", 4.0) && !doubt.asks(&"b", 8.1));
        assert!(!doubt.press("b", 8.2), "long forgotten");
    }
}
