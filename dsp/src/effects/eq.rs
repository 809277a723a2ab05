//! Equaliser: four bands that follow their analog prototypes up to 20 kHz ([`crate::filter::matched`]).

use std::f32::consts::FRAC_1_SQRT_2;

use crate::dispatch::Level;
use crate::effect::{Effect, EffectSpec, Format};
use crate::filter::bands::Bands;
use crate::filter::matched::{Section, Setting, Shape, design};
use crate::lanes::{LANES, LaneBlock};
use crate::param::{ParamId, ParamSpec, Taper, Unit};

/// How many bands.
pub const BANDS: usize = 4;
/// Whether it works.
pub const ON: ParamId = ParamId(0);
/// Frames from which on a turned parameter has arrived, in grid cells.
pub const TURN_CELLS: u32 = crate::filter::bands::TURN_CELLS;

/// What a band may be, in the order of the choice.
pub const SHAPES: [Shape; 4] = [Shape::Bell, Shape::LowShelf, Shape::HighShelf, Shape::Notch];
const SHAPE_WORDS: &[&str] = &["bell", "lowshelf", "highshelf", "notch"];

/// One parameter of a band.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Knob {
    /// Whether the band works.
    On,
    /// What it does, one of [`SHAPES`].
    Shape,
    /// Where, in Hz.
    Freq,
    /// How much, in dB.
    Gain,
    /// How narrow.
    Q,
}

impl Knob {
    const ALL: [Self; 5] = [Self::On, Self::Shape, Self::Freq, Self::Gain, Self::Q];
}

/// The parameter behind a knob of the `band`-th band from 0.
#[must_use]
pub const fn param(band: usize, knob: Knob) -> ParamId {
    ParamId((1 + Knob::ALL.len() * band + knob as usize) as u8)
}

/// What can be set.
pub const PARAMS: [ParamSpec; 1 + Knob::ALL.len() * BANDS] = {
    // Shelves at the ends, as on a desk; at a Q of √½ a shelf has no bump.
    let [a, b, c, d, e] =
        band(["band1.on", "band1.shape", "band1.freq", "band1.gain", "band1.q"], 1, 100.0, FRAC_1_SQRT_2);
    let [f, g, h, i, j] = band(["band2.on", "band2.shape", "band2.freq", "band2.gain", "band2.q"], 0, 400.0, 1.0);
    let [k, l, m, n, o] = band(["band3.on", "band3.shape", "band3.freq", "band3.gain", "band3.q"], 0, 3_000.0, 1.0);
    let [p, q, r, s, t] =
        band(["band4.on", "band4.shape", "band4.freq", "band4.gain", "band4.q"], 2, 10_000.0, FRAC_1_SQRT_2);
    [ParamSpec::switch("on", false), a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t]
};

const fn band(ids: [&'static str; 5], shape: usize, freq: f32, q: f32) -> [ParamSpec; 5] {
    [
        ParamSpec::switch(ids[0], true),
        ParamSpec::choice(ids[1], SHAPE_WORDS, shape),
        ParamSpec { id: ids[2], unit: Unit::Hertz, min: 20.0, max: 20_000.0, default: freq, taper: Taper::Logarithmic },
        ParamSpec { id: ids[3], unit: Unit::Decibels, min: -18.0, max: 18.0, default: 0.0, taper: Taper::Linear },
        ParamSpec { id: ids[4], unit: Unit::Number, min: 0.3, max: 10.0, default: q, taper: Taper::Logarithmic },
    ]
}

/// The line of the registry.
pub const SPEC: EffectSpec =
    EffectSpec { id: "eq", params: &PARAMS, pairs: false, build_at: |level| Box::new(Eq::new(level)) };

/// Four bands in one loop; bit-transparent on lanes where nothing is lifted or lowered.
#[derive(Debug)]
pub struct Eq {
    bands: Bands<BANDS>,
    on: [bool; LANES],
    band_on: [[bool; LANES]; BANDS],
}

impl Eq {
    /// Off on all lanes, for 48 kHz until it is prepared.
    #[must_use]
    pub fn new(level: Level) -> Self {
        let values = PARAMS.map(|param| param.default);
        let settings = std::array::from_fn(|band| setting(&values, band));
        Self { bands: Bands::new(level, settings), on: [false; LANES], band_on: [[true; LANES]; BANDS] }
    }

    fn hear(&mut self, band: usize, lane: usize) {
        self.bands.set_heard(band, lane, self.on[lane] && self.band_on[band][lane]);
    }
}

impl Effect for Eq {
    fn prepare(&mut self, format: Format) {
        self.bands.prepare(format.rate);
    }

    fn reset_lane(&mut self, lane: usize) {
        self.bands.reset_lane(lane);
    }

    fn set(&mut self, lane: usize, param: ParamId, value: f32) {
        let Some(spec) = PARAMS.get(usize::from(param.0)) else { return };
        let value = spec.clamp(value);
        if param == ON {
            self.on[lane] = value >= 0.5;
            (0..BANDS).for_each(|band| self.hear(band, lane));
            return;
        }
        let (band, knob) = ((usize::from(param.0) - 1) / Knob::ALL.len(), (usize::from(param.0) - 1) % Knob::ALL.len());
        match Knob::ALL[knob] {
            Knob::On => {
                self.band_on[band][lane] = value >= 0.5;
                self.hear(band, lane);
            }
            Knob::Shape => self.bands.set_shape(band, lane, SHAPES[value as usize]),
            Knob::Freq => self.bands.set_freq(band, lane, value),
            Knob::Gain => self.bands.set_gain(band, lane, value),
            Knob::Q => self.bands.set_q(band, lane, value),
        }
    }

    fn process(&mut self, block: &mut LaneBlock<'_>, _keys: &LaneBlock<'_>) {
        self.bands.process(block);
    }

    fn rests(&self) -> bool {
        self.bands.rest()
    }
}

/// What a band is set to by values in the order of [`PARAMS`].
fn setting(values: &[f32; PARAMS.len()], band: usize) -> Setting {
    let value = |knob| {
        let at = usize::from(param(band, knob).0);
        PARAMS[at].clamp(values[at])
    };
    Setting {
        shape: SHAPES[value(Knob::Shape) as usize],
        freq: value(Knob::Freq),
        gain: value(Knob::Gain),
        q: value(Knob::Q),
    }
}

/// The sections with which a band works, for values in the order of [`PARAMS`]; flat when the band is off.
#[must_use]
pub fn sections_of(values: &[f32; PARAMS.len()], band: usize, rate: f32) -> [Section; 2] {
    if values[usize::from(param(band, Knob::On).0)] >= 0.5 {
        design(&setting(values, band), f64::from(rate))
    } else {
        [Section::FLAT; 2]
    }
}

/// What the `band`-th band from 0 does to the level at `freq` Hz, in dB, computed from the coefficients that run.
/// For the window: `values` are in the order of [`PARAMS`]; whether the whole equaliser is on does not matter.
#[must_use]
pub fn band_db(values: &[f32; PARAMS.len()], band: usize, rate: f32, freq: f32) -> f32 {
    let sections = sections_of(values, band, rate);
    let power: f64 = sections.iter().map(|section| section.power(f64::from(freq), f64::from(rate))).product();
    crate::units::power_to_db(power as f32)
}

/// What all four bands together do to the level at `freq` Hz, in dB.
#[must_use]
pub fn response_db(values: &[f32; PARAMS.len()], rate: f32, freq: f32) -> f32 {
    (0..BANDS).map(|band| band_db(values, band, rate, freq)).sum()
}
