//! Width of a stereo sound: the middle (what both sides share) stays, the side (in what they differ) is turned up or down.
//!
//! Below `monobelow` the side is taken away by a high-pass of first order, so that bass stays in the middle: first order,
//! because it is the only high-pass whose low part and high part add up to the sound again without a change of phase.

use std::f64::consts::PI;

use crate::dispatch::{Level, dispatched, frame_by_frame};
use crate::effect::{Effect, EffectSpec, Format};
use crate::lanes::{LANES, LaneBlock, Lanes};
use crate::param::{ParamId, ParamSpec, Taper, Unit};
use crate::smooth::{GLIDE_CELLS, Glide, Ramp};
use crate::units::tan;

/// How wide: 0 % is mono, 100 % as it came, 200 % twice the side.
pub const WIDTH: ParamId = ParamId(0);
/// Below this frequency the sound becomes mono, in Hz; off at the lowest value.
pub const MONO_BELOW: ParamId = ParamId(1);

/// What can be set.
pub const PARAMS: [ParamSpec; 2] = [
    ParamSpec { id: "width", unit: Unit::Percent, min: 0.0, max: 200.0, default: 100.0, taper: Taper::Linear },
    ParamSpec { id: "monobelow", unit: Unit::Hertz, min: 20.0, max: 500.0, default: 20.0, taper: Taper::Logarithmic },
];

/// The line of the registry.
pub const SPEC: EffectSpec =
    EffectSpec { id: "width", params: &PARAMS, pairs: true, build_at: |level| Box::new(Width::new(level)) };

/// Mid and side of each pair; bit-transparent at 100 % with `monobelow` off. A knob of either lane turns the pair.
#[derive(Debug)]
pub struct Width {
    level: Level,
    rate: f32,
    below: [f32; LANES],
    width: Glide,
    /// The low-pass share of the side's bass, g/(1+g) with g = tan(π f / rate); 0 when off.
    bass: Glide,
    state: Lanes,
}

impl Width {
    /// As it came on all pairs, for 48 kHz until it is prepared.
    #[must_use]
    pub fn new(level: Level) -> Self {
        Self {
            level,
            rate: 48_000.0,
            below: [PARAMS[1].default; LANES],
            width: Glide::new(1.0, GLIDE_CELLS),
            bass: Glide::new(0.0, GLIDE_CELLS),
            state: Lanes::SILENCE,
        }
    }

    fn tune(&mut self, lane: usize) {
        let share = share(self.below[lane], self.rate);
        self.bass.set(lane, share);
    }
}

fn share(below: f32, rate: f32) -> f32 {
    if below <= PARAMS[1].min {
        return 0.0;
    }
    let g = tan(PI * (f64::from(below) / f64::from(rate)).min(0.49));
    (g / (1.0 + g)) as f32
}

impl Effect for Width {
    fn prepare(&mut self, format: Format) {
        self.rate = format.rate;
        (0..LANES).for_each(|lane| self.tune(lane));
        self.reset();
    }

    fn reset_lane(&mut self, lane: usize) {
        self.width.settle_lane(lane);
        self.bass.settle_lane(lane);
        (self.state.0[lane & !1], self.state.0[lane | 1]) = (0.0, 0.0);
    }

    fn set(&mut self, lane: usize, param: ParamId, value: f32) {
        for lane in [lane & !1, lane | 1] {
            match param {
                WIDTH => self.width.set(lane, PARAMS[0].clamp(value) * 0.01),
                MONO_BELOW => {
                    self.below[lane] = PARAMS[1].clamp(value);
                    self.tune(lane);
                }
                _ => {}
            }
        }
    }

    fn process(&mut self, block: &mut LaneBlock<'_>, _keys: &LaneBlock<'_>) {
        let (width, bass) = (self.width.ramp(block), self.bass.ramp(block));
        if width.rests_at(1.0) && bass.rests_at(0.0) {
            self.state = Lanes::SILENCE;
            return;
        }
        run(self.level, block.frames_mut(), width, bass, &mut self.state);
        // Bass that is not taken away is not remembered either.
        for lane in (0..LANES).filter(|lane| bass.lane_rests_at(*lane, 0.0)) {
            self.state.0[lane] = 0.0;
        }
    }

    fn rests(&self) -> bool {
        let still = self.width.is_still() && self.bass.is_still();
        still && self.width.now().rests_at(1.0) && self.bass.now().rests_at(0.0)
    }
}

dispatched! { fn run(frames: &mut [Lanes], width: &Ramp, bass: &Ramp, state: &mut Lanes) = run_kernel; }

#[inline(always)]
fn run_kernel(frames: &mut [Lanes], width: &Ramp, bass: &Ramp, state: &mut Lanes) {
    let (still, mut knobs) = (width.rests() && bass.rests(), (width.at(0), bass.at(0)));
    let mut low = *state;
    for (at, frame) in frames.iter_mut().enumerate() {
        frame_by_frame();
        if !still {
            knobs = (width.at(at), bass.at(at));
        }
        step(frame, &knobs.0, &knobs.1, &mut low);
    }
    *state = low;
}

/// One frame. Each lane has the side as it is heard there: on the right it is that of the left turned round, to the bit.
#[inline(always)]
fn step(frame: &mut Lanes, width: &Lanes, bass: &Lanes, low: &mut Lanes) {
    let mut heard = *frame;
    // What is no number would go to both sides and stay in the filter.
    for lane in 0..LANES {
        heard.0[lane] = number(frame.0[lane]);
    }
    let (other, mut out) = (heard.of_partners(), *frame);
    for lane in 0..LANES {
        let (mine, other) = (0.5 * heard.0[lane], 0.5 * other.0[lane]);
        let (middle, side) = (mine + other, mine - other);
        let way = bass.0[lane] * (side - low.0[lane]);
        let bottom = low.0[lane] + way;
        low.0[lane] = bottom + way;
        // Only with the filter off is its low part nothing.
        let bottom = if bass.0[lane] == 0.0 { 0.0 } else { bottom };
        let untouched = (width.0[lane] == 1.0) & (bass.0[lane] == 0.0);
        let turned = middle + (side - bottom) * width.0[lane];
        out.0[lane] = if untouched { frame.0[lane] } else { turned };
    }
    *frame = out;
}

#[inline(always)]
fn number(sample: f32) -> f32 {
    if sample.abs() <= f32::MAX { sample } else { 0.0 }
}
