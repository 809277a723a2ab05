//! Designs that follow the analog filter up to the highest note instead of cramping at half the rate.
//!
//! A digital filter of second order sees the frequency f only through φ = sin²(π f / rate): its power response is a
//! ratio of two quadratics in φ. The analog response is a ratio of two quadratics in x = (f / f₀)². So the filter
//! follows its prototype as well as x can be had from φ by a fraction of first order, x ≈ φ / (c₀ − c₁ φ), which is
//! exact at 0 and at two frequencies of our choice. (The bilinear transform is the case c₀ = c₁, exact at one.) The
//! power response that comes out is positive everywhere, so poles and zeros always lie inside the unit circle, the gain
//! at 0 Hz is exact, and a cut is exactly what undoes the boost.
//!
//! The idea of matching magnitudes: M. Vicanek, *Matched Second Order Digital Filters* (2016); the map above and where
//! it is exact are our own, chosen by a search over 20 Hz–20 kHz. Prototypes: R. Bristow-Johnson, *Audio EQ Cookbook*.

use std::f64::consts::PI;

use crate::units::{exp2, log2, sin, tan};

/// What a filter does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Shape {
    /// Lifts or lowers what lies around the frequency.
    #[default]
    Bell,
    /// Lifts or lowers what lies below the frequency.
    LowShelf,
    /// Lifts or lowers what lies above the frequency.
    HighShelf,
    /// Takes out the frequency itself.
    Notch,
    /// Takes away what lies above the frequency.
    LowPass,
}

/// What a filter is set to.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Setting {
    /// What it does.
    pub shape: Shape,
    /// Where, in Hz.
    pub freq: f32,
    /// How much, in dB; notches and low-passes have none.
    pub gain: f32,
    /// How narrow.
    pub q: f32,
}

/// One filter of second order: m₀ + (m₁ s + m₂) / (s² + k s + 1), where s is i · tan(π f / rate) / g.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Section {
    /// The gain of the two integrators, > 0.
    pub g: f32,
    /// The damping, > 0.
    pub k: f32,
    /// Weight of the input.
    pub input: f32,
    /// Weight of the band-pass.
    pub band: f32,
    /// Weight of the low-pass.
    pub low: f32,
}

impl Section {
    /// Changes nothing.
    pub const FLAT: Self = Self { g: 1.0, k: 2.0, input: 1.0, band: 0.0, low: 0.0 };

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_flat(&self) -> bool {
        self.input == 1.0 && self.band == 0.0 && self.low == 0.0
    }

    /// The share `amount` of this filter's sound and the rest of the input.
    #[must_use]
    pub(crate) fn faded(self, amount: f32) -> Self {
        let input = 1.0 + (self.input - 1.0) * amount;
        Self { input, band: self.band * amount, low: self.low * amount, ..self }
    }

    /// Its power response at `freq` Hz.
    #[must_use]
    pub fn power(&self, freq: f64, rate: f64) -> f64 {
        let [g, k, input, band, low] = [self.g, self.k, self.input, self.band, self.low].map(f64::from);
        let s = tan(PI * (freq / rate).clamp(0.0, 0.499_999)) / g;
        let (real, imaginary) = (1.0 - s * s, k * s);
        let (up_real, up_imaginary) = (input * real + low, input * imaginary + band * s);
        (up_real * up_real + up_imaginary * up_imaginary) / (real * real + imaginary * imaginary)
    }

    fn from_ratio(scale: f64, up: [f64; 3], down: [f64; 3]) -> Self {
        let g = (down[0] / down[2]).sqrt();
        let k = down[1] / down[0] * g;
        let input = scale * up[2] / down[2];
        let low = scale * up[0] / down[0] - input;
        let band = scale * up[1] / down[0] * g - k * input;
        Self { g: g as f32, k: k as f32, input: input as f32, band: band as f32, low: low as f32 }
    }
}

/// The filter of that setting: one section, and a second one that is flat unless a steep shelf lies high.
#[must_use]
pub fn design(setting: &Setting, rate: f64) -> [Section; 2] {
    let plan = Plan::new(setting, rate);
    let q = f64::from(setting.q);
    match setting.shape {
        Shape::Bell => {
            // A boost and the cut that undoes it differ only in what is above and below the line.
            let a = plan.a;
            let map = plan.map_of_a_bell(q);
            let [wide, narrow] = [a / q, 1.0 / (a * q)].map(|damping| map.carry([1.0, damping, 1.0]));
            let (up, down) = if setting.gain < 0.0 { (narrow, wide) } else { (wide, narrow) };
            [Section::from_ratio(1.0, up, down), Section::FLAT]
        }
        Shape::LowShelf | Shape::HighShelf => plan.shelf(setting, q),
        Shape::Notch => {
            let map = plan.map(plan.turn, (1.06 * plan.turn).max(18_500.0 / GRID_RATE));
            let (up, down) = (map.carry([1.0, 0.0, 1.0]), map.carry([1.0, 1.0 / q, 1.0]));
            [Section::from_ratio(1.0, up, down), Section::FLAT]
        }
        Shape::LowPass => {
            let map = plan.map(plan.turn, (1.06 * plan.turn).max(20_000.0 / GRID_RATE));
            let (up, down) = (map.carry([1.0, 0.0, 0.0]), map.carry([1.0, 1.0 / q, 1.0]));
            [Section::from_ratio(1.0, up, down), Section::FLAT]
        }
    }
}

/// Where maps are exact was searched for at this rate; other rates scale.
const GRID_RATE: f64 = 48_000.0;

/// Turns of a wheel in one frame: f / rate. With the amplitude A of half the gain, of the boost in any case.
struct Plan {
    turn: f64,
    a: f64,
}

/// x ≈ φ / (c₀ − c₁ φ), as tan² t / (c₀ + d t²): d = c₀ − c₁.
#[derive(Clone, Copy)]
struct Map {
    c: f64,
    d: f64,
}

impl Plan {
    fn new(setting: &Setting, rate: f64) -> Self {
        /// 20 log₁₀ A = gain / 2.
        const OCTAVES_PER_HALF_DB: f32 = 0.083_048_2;
        let turn = (f64::from(setting.freq) / rate).clamp(1e-5, 0.46);
        Self { turn, a: f64::from(exp2(setting.gain.abs() * OCTAVES_PER_HALF_DB)) }
    }

    /// The map that is exact at the turns `first` and `second`.
    fn map(&self, first: f64, second: f64) -> Map {
        // Where both meet the map touches instead, but for a hair.
        let second = if (second / first - 1.0).abs() < 1e-4 { first * 1.0001 } else { second };
        let at = |turn: f64| {
            let sine = sin(PI * turn);
            let (phi, x) = (sine * sine, (turn / self.turn) * (turn / self.turn));
            (phi, phi / x)
        };
        let ((phi_1, r_1), (phi_2, r_2)) = (at(first), at(second));
        let slope = (r_1 - r_2) / (phi_2 - phi_1);
        let c = r_1 + slope * phi_1;
        Map { c, d: c - slope }
    }

    /// Wide curves are matched in the middle of the highest octaves, narrow ones at their own frequency.
    fn inner(&self, q: f64) -> f64 {
        let wide = (1.0 / (1.0 + 3.0 * q * q.sqrt())) as f32;
        between(self.turn, 9_000.0 / GRID_RATE, wide)
    }

    fn map_of_a_bell(&self, q: f64) -> Map {
        let inner = self.inner(q);
        self.map(inner, (1.06 * inner).max(18_500.0 / GRID_RATE))
    }

    /// A shelf has two corners, at f₀ / √A and f₀ · √A. When both are sharp and high no single map serves them; then
    /// each has its own, and a second section makes up for the difference.
    fn shelf(&self, setting: &Setting, q: f64) -> [Section; 2] {
        let (a, root) = (self.a, self.a.sqrt());
        let (near, far) = self.maps_of_a_shelf(q);
        let corner_near = near.carry([1.0, root / q, a]);
        let corner_far = far.carry([a, root / q, 1.0]);
        // The ratio of the two factors that the maps bring with them.
        let make_up = far.c / near.c;
        let (g_near, g_far) = ((near.c / near.d).sqrt(), (far.c / far.d).sqrt());
        let second = |up: f64, down: f64| {
            if up == down {
                return Section::FLAT;
            }
            Section::from_ratio(1.0, [1.0, 2.0 / up, 1.0 / (up * up)], [1.0, 2.0 / down, 1.0 / (down * down)])
        };
        let rising = setting.shape == Shape::HighShelf;
        let boost = setting.gain >= 0.0;
        let scale = if boost { a } else { 1.0 / a };
        if rising == boost {
            [Section::from_ratio(scale * make_up, corner_near, corner_far), second(g_far, g_near)]
        } else {
            [Section::from_ratio(scale / make_up, corner_far, corner_near), second(g_near, g_far)]
        }
    }

    fn maps_of_a_shelf(&self, q: f64) -> (Map, Map) {
        let inner = self.inner(q);
        let outer = (1.06 * inner).max(19_000.0 / GRID_RATE);
        let sharp = ((q - 1.0).clamp(0.0, 1.0) * ((self.turn * GRID_RATE - 1_000.0) / 1_500.0).clamp(0.0, 1.0)) as f32;
        if sharp == 0.0 {
            let map = self.map(inner, outer);
            return (map, map);
        }
        let root = self.a.sqrt();
        let (low, high) = (self.turn / root, self.turn * root);
        let middle = between(outer, (0.95 * high).min(19_500.0 / GRID_RATE), sharp);
        // Below 3 dB the two corners and so the two maps grow into one.
        let apart = (log2(self.a as f32) * (12.041_2 / 3.0)).min(1.0);
        let high = between(low, (0.97 * high).min(18_000.0 / GRID_RATE), apart);
        (self.map(between(inner, low, sharp), middle), self.map(between(inner, high, sharp), middle))
    }
}

/// On the way from `from` to `to`, in equal ratios.
fn between(from: f64, to: f64, way: f32) -> f64 {
    from * f64::from(exp2(way * log2((to / from) as f32)))
}

impl Map {
    /// Carries a₀ + a₁ s + a₂ s² over: the polynomial in i · tan(π f / rate) with the same power, all of whose roots are
    /// inside. Written without differences of what is nearly equal.
    fn carry(&self, [a0, a1, a2]: [f64; 3]) -> [f64; 3] {
        let Self { c, d } = *self;
        let beyond = a2 - a0 * d;
        let top = (beyond * beyond + a1 * a1 * d).sqrt();
        let middle = if beyond > 0.0 {
            a1 * (c * (1.0 + 2.0 * a0 * d / (top + beyond))).sqrt()
        } else {
            (c * (a1 * a1 + 2.0 * a0 * (top - beyond))).sqrt()
        };
        [a0 * c, middle, top]
    }
}
