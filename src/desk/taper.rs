//! How the way of a knob or fader (0 to 1) maps to its value: in the window and on every other surface.

use korero_dsp::param::{ParamSpec, Taper};

/// Below this level a fader is closed, dB. The last bit of its way leads from here to −∞.
pub const FADER_FLOOR_DB: f32 = -60.0;

/// Way and dB of a fader: equal ways from −10 dB up, where mixing happens, and closer and closer below.
const FADER: [(f32, f32); 6] =
    [(0.03, FADER_FLOOR_DB), (0.16, -40.0), (0.38, -20.0), (0.56, -10.0), (0.76, 0.0), (1.0, 10.0)];

/// Where on its way `value` stands, 0 to 1.
#[must_use]
pub fn to_way(spec: &ParamSpec, value: f32) -> f32 {
    let value = spec.clamp(value);
    let way = match spec.taper {
        Taper::Linear => (value - spec.min) / (spec.max - spec.min),
        Taper::Logarithmic => {
            let least = least(spec);
            if value < least { 0.0 } else { (value / least).ln() / (spec.max / least).ln() }
        }
        Taper::Fader => fader_way(value),
    };
    way.clamp(0.0, 1.0)
}

/// The value at a point of the way.
#[must_use]
pub fn from_way(spec: &ParamSpec, way: f32) -> f32 {
    let way = way.clamp(0.0, 1.0);
    let value = match spec.taper {
        Taper::Linear => spec.min + way * (spec.max - spec.min),
        Taper::Logarithmic if way == 0.0 => spec.min,
        Taper::Logarithmic => {
            let least = least(spec);
            least * (spec.max / least).powf(way)
        }
        Taper::Fader => fader_level(way),
    };
    spec.clamp(value)
}

/// The value that is so much further along the way, which may be less than nothing. A closed fader opens with the first step
/// up, however small that is.
#[must_use]
pub fn moved(spec: &ParamSpec, value: f32, by: f32) -> f32 {
    let way = to_way(spec, value) + by;
    let opens = spec.taper == Taper::Fader && by > 0.0;
    from_way(spec, if opens { way.max(FADER[0].0) } else { way })
}

/// Where equal ratios begin: a range that begins at 0 has no first ratio, so its way begins at a thousandth of its end.
#[must_use]
pub fn least(spec: &ParamSpec) -> f32 {
    if spec.min > 0.0 { spec.min } else { spec.max / 1_000.0 }
}

fn fader_way(db: f32) -> f32 {
    if db < FADER_FLOOR_DB {
        return 0.0;
    }
    along(db, |point| (point.1, point.0))
}

fn fader_level(way: f32) -> f32 {
    if way < FADER[0].0 {
        return f32::NEG_INFINITY;
    }
    along(way, |point| point)
}

fn along(x: f32, turned: impl Fn((f32, f32)) -> (f32, f32)) -> f32 {
    FADER
        .windows(2)
        .map(|pair| (turned(pair[0]), turned(pair[1])))
        .find(|(_, high)| x <= high.0)
        .map_or(turned(FADER[FADER.len() - 1]).1, |(low, high)| {
            low.1 + (high.1 - low.1) * (x - low.0) / (high.0 - low.0)
        })
}

#[cfg(test)]
mod tests {
    use korero_dsp::param::Unit;
    use proptest::prelude::*;

    use super::*;
    use crate::desk::channel::LEVEL;

    const HZ: ParamSpec =
        ParamSpec { id: "freq", unit: Unit::Hertz, min: 20.0, max: 400.0, default: 80.0, taper: Taper::Logarithmic };
    const FROM_ZERO: ParamSpec = ParamSpec { min: 0.0, ..HZ };
    const GAIN: ParamSpec =
        ParamSpec { id: "gain", unit: Unit::Decibels, min: -24.0, max: 24.0, default: 0.0, taper: Taper::Linear };

    #[test]
    fn the_ends_of_the_way_are_the_ends_of_the_range() {
        for spec in [HZ, FROM_ZERO, GAIN, LEVEL] {
            assert_eq!(from_way(&spec, 0.0), spec.min);
            assert_eq!(from_way(&spec, 1.0), spec.max);
        }
    }

    #[test]
    fn a_closed_fader_opens_by_the_smallest_step_and_closes_again() {
        let open = moved(&LEVEL, f32::NEG_INFINITY, 0.001);
        assert_eq!((open, moved(&LEVEL, open, -0.001)), (FADER_FLOOR_DB, f32::NEG_INFINITY));
        assert_eq!((moved(&LEVEL, 10.0, 0.5), moved(&GAIN, 0.0, 0.25)), (10.0, 12.0));
    }

    proptest! {
        #[test]
        fn a_value_comes_back_from_its_way(way in 0.03f32..=1.0) {
            for spec in [HZ, FROM_ZERO, GAIN, LEVEL] {
                prop_assert!((to_way(&spec, from_way(&spec, way)) - way).abs() < 1e-4);
            }
        }

        #[test]
        fn further_is_more(a in 0.0f32..=1.0, b in 0.0f32..=1.0) {
            for spec in [HZ, FROM_ZERO, GAIN, LEVEL] {
                prop_assert!((a <= b) == (from_way(&spec, a) <= from_way(&spec, b)) || from_way(&spec, a) == from_way(&spec, b));
            }
        }
    }
}
