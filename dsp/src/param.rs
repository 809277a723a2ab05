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
    /// A plain number without a unit (the Q of a filter).
    Number,
    /// A place between left (−1) and right (+1).
    Pan,
    /// Hundredths of a whole.
    Percent,
    /// How many decibels in make one decibel out.
    Ratio,
    /// 0 is off, 1 is on.
    Switch,
    /// One of these; the value is its place in the list, from 0. The words are part of files, so never renamed.
    Choice(&'static [&'static str]),
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
    /// Lower-case word, or two with a point between (`band2.freq`); part of addresses and files, so never renamed.
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
    /// Off or on.
    #[must_use]
    pub const fn switch(id: &'static str, default: bool) -> Self {
        let default = if default { 1.0 } else { 0.0 };
        Self { id, unit: Unit::Switch, min: 0.0, max: 1.0, default, taper: Taper::Linear }
    }

    /// One of `words`, at rest the `default`-th from 0.
    #[must_use]
    pub const fn choice(id: &'static str, words: &'static [&'static str], default: usize) -> Self {
        let max = (words.len() - 1) as f32;
        Self { id, unit: Unit::Choice(words), min: 0.0, max, default: default as f32, taper: Taper::Linear }
    }

    /// The nearest value that may be set; NaN becomes the default.
    #[must_use]
    pub fn clamp(&self, value: f32) -> f32 {
        if value.is_nan() {
            return self.default;
        }
        let value = value.clamp(self.min, self.max);
        // Half a step up: what lies between two choices is the nearer one.
        if matches!(self.unit, Unit::Choice(_) | Unit::Switch) { (value + 0.5).floor() } else { value }
    }
}
