//! What can be turned: one declaration feeds knobs, desk files, remotes and the law tests.

/// The place of a parameter in its effect's list.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ParamId(pub u8);

/// What a value is counted in, and so how it is shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Unit {
    /// Decibels.
    Decibels,
    /// Hertz.
    Hertz,
    /// Milliseconds.
    Milliseconds,
    /// A plain number without a unit.
    Number,
    /// 0 is off, 1 is on.
    Switch,
}

/// How a knob's way maps to values.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Taper {
    /// Equal ways are equal steps.
    Linear,
    /// Equal ways are equal ratios (frequencies, times).
    Logarithmic,
    /// A fader: most of the way lies around 0 dB, the end is −∞.
    Fader,
}

/// One parameter.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ParamSpec {
    /// Lower-case word; part of addresses and files, so never renamed.
    pub id: &'static str,
    /// What it is counted in.
    pub unit: Unit,
    /// The lowest value that may be set.
    pub min: f32,
    /// The highest value that may be set.
    pub max: f32,
    /// The value at rest.
    pub default: f32,
    /// How a knob maps to it.
    pub taper: Taper,
}

impl ParamSpec {
    /// The nearest value that may be set; NaN becomes the default.
    #[must_use]
    pub fn clamp(&self, value: f32) -> f32 {
        if value.is_nan() { self.default } else { value.clamp(self.min, self.max) }
    }
}
