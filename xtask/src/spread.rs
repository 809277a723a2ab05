//! What several measurements of one thing say together.

use std::fmt;

/// The middle one, and the ends.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Spread {
    pub least: f64,
    pub median: f64,
    pub most: f64,
    pub of: usize,
}

impl Spread {
    pub(crate) fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let at = |at: usize| values.get(at).copied().unwrap_or(f64::NAN);
        let of = values.len();
        let median = f64::midpoint(at(of.saturating_sub(1) / 2), at(of / 2));
        Self { least: at(0), median, most: at(of.saturating_sub(1)), of }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Three digits that count, whatever the size.
        let digits = if self.median.abs() >= 100.0 { 0 } else { 2 };
        let Self { least, median, most, of } = self;
        write!(f, "{median:.digits$} (median of {of}; {least:.digits$} to {most:.digits$})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one_or_between_the_two_middle_ones() {
        assert_eq!(Spread::of([3.0, 1.0, 2.0].into_iter()).median, 2.0);
        assert_eq!(Spread::of([4.0, 1.0, 2.0, 3.0].into_iter()).median, 2.5);
        assert_eq!(Spread::of([5.0, 1.0].into_iter()).to_string(), "3.00 (median of 2; 1.00 to 5.00)");
    }
}
