//! The ways across a chart, with the numbers that people expect on them.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

/// One way across a chart. Values beyond its ends are drawn at them.
#[derive(Clone)]
pub(crate) struct Axis {
    pub(crate) name: &'static str,
    pub(crate) low: f64,
    high: f64,
    /// Where a line and a number stand.
    ticks: Vec<f64>,
    /// Whether equal ways are equal ratios.
    ratios: bool,
}

/// The frequencies that people name.
pub(crate) fn hertz(name: &'static str) -> Axis {
    let ticks = vec![20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 20_000.0];
    Axis { name, low: 20.0, high: 20_000.0, ticks, ratios: true }
}

/// Equal steps from `low` to `high`.
pub(crate) fn steps(name: &'static str, low: f64, high: f64, step: f64) -> Axis {
    let count = ((high - low) / step).round() as u32;
    let ticks = (0..=count).map(|at| low + f64::from(at) * step).collect();
    Axis { name, low, high, ticks, ratios: false }
}

/// The place in pixels of a share of the way.
fn place(share: f64, (from, to): (i32, i32)) -> i32 {
    from + (share * f64::from(to - from)).round() as i32
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let [value, low, high] =
            [value.clamp(self.low, self.high), self.low, self.high].map(|v| if self.ratios { v.log10() } else { v });
        place((value - low) / (high - low), limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        // Asked again for the fine lines between, of which there are none.
        if hint.weight().allow_light_points() { Vec::new() } else { self.ticks.clone() }
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        let (value, thousand) = if self.ratios && *value >= 999.0 { (value / 1_000.0, "k") } else { (*value, "") };
        let text = format!("{:.2}", value.abs());
        let text = text.trim_end_matches('0').trim_end_matches('.');
        format!("{}{text}{thousand}", if value < 0.0 && text != "0" { "−" } else { "" })
    }
}

/// Named rows from above to below; row 0 reaches from 0 to 1.
#[derive(Clone)]
pub(crate) struct Rows {
    names: Vec<String>,
}

impl Rows {
    pub(crate) fn new(names: &[&str]) -> Self {
        Self { names: names.iter().map(|name| (*name).to_owned()).collect() }
    }

    pub(crate) fn count(&self) -> usize {
        self.names.len()
    }
}

impl Ranged for Rows {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (below, above): (i32, i32)) -> i32 {
        place(value / self.names.len() as f64, (above, below))
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() {
            return Vec::new();
        }
        (0..self.names.len()).map(|row| row as f64 + 0.5).collect()
    }

    fn range(&self) -> Range<f64> {
        0.0..self.names.len() as f64
    }
}

impl ValueFormatter<f64> for Rows {
    fn format_ext(&self, row: &f64) -> String {
        self.names.get(*row as usize).cloned().unwrap_or_default()
    }
}
