//! High-pass: takes rumble, wind and footsteps away, 12 or 24 dB for each octave below its frequency.
//!
//! A state-variable filter in topology-preserving form, which may be swept while it sounds: V. Zavalishin, *The Art of
//! VA Filter Design*, chapter 4; A. Simper (Cytomic), *Linear trapezoidal integrated SVF*. Butterworth at both
//! slopes: one stage of damping √2, or two of 2 cos(π/8) and 2 cos(3π/8).

use std::f32::consts::SQRT_2;
use std::f64::consts::PI;

use crate::dispatch::{Level, dispatched, frame_by_frame};
use crate::effect::{Effect, EffectSpec, Format};
use crate::lanes::{LANES, LOUDEST, LaneBlock, Lanes};
use crate::mask::Mask;
use crate::param::{ParamId, ParamSpec, Taper, Unit};
use crate::presence::{Heard, Presence};
use crate::smooth::{GLIDE_CELLS, Glide, Ramp};
use crate::units::tan;

/// Whether it works.
pub const ON: ParamId = ParamId(0);
/// Where the sound is 3 dB down, in Hz.
pub const FREQ: ParamId = ParamId(1);
/// How steep, in dB for each octave.
pub const SLOPE: ParamId = ParamId(2);

/// The slopes of a filter that cuts, in dB for each octave.
pub(crate) const SLOPES: &[&str] = &["12", "24"];
/// The Q of a Butterworth filter's stages: of the only one at 12 dB, of the first and of the second at 24 dB.
pub(crate) const BUTTERWORTH_Q: [f32; 3] = [1.0 / SQRT_2, 0.541_196_1, 1.306_563];
/// The same as damping, 1 / Q.
const DAMPING: [f32; 3] = [SQRT_2, 1.847_759_1, 0.765_366_9];

/// What can be set.
pub const PARAMS: [ParamSpec; 3] = [
    ParamSpec::switch("on", false),
    ParamSpec { id: "freq", unit: Unit::Hertz, min: 20.0, max: 400.0, default: 80.0, taper: Taper::Logarithmic },
    ParamSpec::choice("slope", SLOPES, 0),
];

/// The line of the registry.
pub const SPEC: EffectSpec =
    EffectSpec { id: "highpass", params: &PARAMS, pairs: false, build_at: |level| Box::new(Highpass::new(level)) };

/// A sweep takes this many grid cells: 43 ms at 48 kHz.
const SWEEP_CELLS: u32 = 4 * GLIDE_CELLS;

/// A Butterworth high-pass of second or fourth order; bit-transparent when off.
#[derive(Debug)]
pub struct Highpass {
    level: Level,
    rate: f32,
    freq: [f32; LANES],
    /// The integrators' gain, tan(π f / rate), which glides instead of the frequency.
    tuning: Glide,
    /// The damping of the first stage, 1 / Q.
    damping: Glide,
    /// How much of the second stage is heard: 0 at 12 dB, 1 at 24 dB.
    steep: Presence,
    /// How much of the filtered sound is heard: 0 off, 1 on.
    mix: Presence,
    states: [State; 2],
    asleep: bool,
}

/// The two integrators of each lane.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
struct State {
    first: Lanes,
    second: Lanes,
}

impl Highpass {
    /// Off on all lanes, for 48 kHz until it is prepared.
    #[must_use]
    pub fn new(level: Level) -> Self {
        let (rate, freq) = (48_000.0, PARAMS[1].default);
        Self {
            level,
            rate,
            freq: [freq; LANES],
            tuning: Glide::new(tuning(freq, rate), SWEEP_CELLS),
            damping: Glide::new(DAMPING[0], SWEEP_CELLS),
            steep: Presence::new(Glide::new(0.0, SWEEP_CELLS)),
            mix: Presence::new(Glide::new(0.0, GLIDE_CELLS)),
            states: [State::default(); 2],
            asleep: true,
        }
    }
}

fn tuning(freq: f32, rate: f32) -> f32 {
    // Never at or above half the rate, where the tangent has its pole.
    let turn = (f64::from(freq) / f64::from(rate)).clamp(0.0, 0.49);
    tan(PI * turn) as f32
}

impl Effect for Highpass {
    fn prepare(&mut self, format: Format) {
        self.rate = format.rate;
        for lane in 0..LANES {
            self.tuning.set(lane, tuning(self.freq[lane], self.rate));
        }
        self.reset();
    }

    fn reset_lane(&mut self, lane: usize) {
        self.tuning.settle_lane(lane);
        self.damping.settle_lane(lane);
        self.steep.settle_lane(lane);
        self.mix.settle_lane(lane);
        self.states.iter_mut().for_each(|state| state.forget(lane));
    }

    fn set(&mut self, lane: usize, param: ParamId, value: f32) {
        match param {
            ON => self.mix.set(lane, if PARAMS[0].clamp(value) >= 0.5 { 1.0 } else { 0.0 }),
            FREQ => {
                self.freq[lane] = PARAMS[1].clamp(value);
                self.tuning.set(lane, tuning(self.freq[lane], self.rate));
            }
            SLOPE => {
                let steep = PARAMS[2].clamp(value) >= 0.5;
                self.damping.set(lane, DAMPING[usize::from(steep)]);
                self.steep.set(lane, if steep { 1.0 } else { 0.0 });
            }
            _ => {}
        }
    }

    fn process(&mut self, block: &mut LaneBlock<'_>, _keys: &LaneBlock<'_>) {
        let (tuning, damping) = (self.tuning.ramp(block), self.damping.ramp(block));
        let steep = self.steep.enter(block);
        let Some(mix) = self.mix.enter(block) else {
            if !self.asleep {
                (self.states, self.asleep) = ([State::default(); 2], true);
            }
            return;
        };
        self.asleep = false;
        let turns = Turns { tuning, damping, steep, mix };
        if steep.is_none() {
            run_gentle(self.level, block.frames_mut(), &turns, &mut self.states);
        } else {
            run_steep(self.level, block.frames_mut(), &turns, &mut self.states);
        }
    }

    fn rests(&self) -> bool {
        let still = self.tuning.is_still() && self.damping.is_still() && self.steep.is_still();
        self.asleep && self.mix.is_absent() && still
    }
}

/// All that glides, through one block.
struct Turns<'a> {
    tuning: &'a Ramp,
    damping: &'a Ramp,
    /// How much of the second stage is heard, if anywhere.
    steep: Option<Heard<'a>>,
    mix: Heard<'a>,
}

impl Turns<'_> {
    /// The weights of both stages.
    #[inline(always)]
    fn weights(&self, at: usize) -> [Weights; 2] {
        let tuning = self.tuning.at(at);
        [Weights::new(&tuning, &self.damping.at(at)), Weights::new(&tuning, &Lanes::splat(DAMPING[2]))]
    }
}

impl State {
    fn forget(&mut self, lane: usize) {
        (self.first.0[lane], self.second.0[lane]) = (0.0, 0.0);
    }

    #[inline(always)]
    fn keep(&mut self, lanes: &Mask) {
        lanes.keep(&mut self.first);
        lanes.keep(&mut self.second);
    }
}

dispatched! { fn run_gentle(frames: &mut [Lanes], turns: &Turns, states: &mut [State; 2]) = run_kernel::<false>; }
dispatched! { fn run_steep(frames: &mut [Lanes], turns: &Turns, states: &mut [State; 2]) = run_kernel::<true>; }

#[inline(always)]
fn run_kernel<const STEEP: bool>(frames: &mut [Lanes], turns: &Turns, states: &mut [State; 2]) {
    let still = turns.tuning.rests() && turns.damping.rests() && turns.mix.whole;
    match turns.steep {
        None if still && turns.mix.all => run_everywhere(frames, &turns.weights(0)[0], &mut states[0]),
        Some(steep) if still && steep.whole => run_still::<STEEP>(frames, turns, states, steep.on),
        None if still => run_still::<STEEP>(frames, turns, states, &Mask::default()),
        _ => run_moving::<STEEP>(frames, turns, states),
    }
    // A lane that is off begins from silence when it is switched on, whatever the others do; so does a second stage.
    if !turns.mix.all {
        states.iter_mut().for_each(|state| state.keep(turns.mix.on));
    }
    states[1].keep(turns.steep.map_or(&Mask::default(), |steep| steep.on));
}

/// One stage on all lanes, the usual case: the same bits as [`run_still`].
#[inline(always)]
fn run_everywhere(frames: &mut [Lanes], weights: &Weights, state: &mut State) {
    let mut now = *state;
    for frame in frames {
        frame_by_frame();
        *frame = step(&frame.clean(), weights, &mut now);
    }
    *state = now;
}

/// The same bits as [`run_moving`] while nothing moves.
#[inline(always)]
fn run_still<const STEEP: bool>(frames: &mut [Lanes], turns: &Turns, states: &mut [State; 2], steep: &Mask) {
    let ([mut first, mut second], weights) = (*states, turns.weights(0));
    for frame in frames {
        frame_by_frame();
        let mut high = step(&frame.clean(), &weights[0], &mut first);
        if STEEP {
            let steeper = step(&high, &weights[1], &mut second);
            high = steep.choose(&steeper, &high);
        }
        *frame = turns.mix.on.choose(&high, frame);
    }
    *states = [first, second];
}

#[inline(always)]
fn run_moving<const STEEP: bool>(frames: &mut [Lanes], turns: &Turns, states: &mut [State; 2]) {
    let [mut first, mut second] = *states;
    for (at, frame) in frames.iter_mut().enumerate() {
        let (weights, mix) = (turns.weights(at), turns.mix.share.at(at));
        let input = sane(frame, &mix);
        let mut high = step(&input, &weights[0], &mut first);
        if STEEP && let Some(steep) = turns.steep {
            let steeper = step(&high, &weights[1], &mut second);
            high = fade(&high, &steeper, &steep.share.at(at));
        }
        *frame = fade(&input, &high, &mix);
    }
    *states = [first, second];
}

/// What is no number or no sound is silence here: it would stay in the filter for ever. Lanes that are off keep it.
#[inline(always)]
fn sane(frame: &Lanes, mix: &Lanes) -> Lanes {
    let mut sound = *frame;
    for lane in 0..LANES {
        let kept = sound.0[lane].abs() <= LOUDEST || mix.0[lane] == 0.0;
        sound.0[lane] = if kept { sound.0[lane] } else { 0.0 };
    }
    sound
}

/// From one sound to the other. Chosen, not computed, at the ends, so that off is bit-transparent.
#[inline(always)]
fn fade(from: &Lanes, to: &Lanes, share: &Lanes) -> Lanes {
    let mut faded = *from;
    for lane in 0..LANES {
        let (from, to, share) = (from.0[lane], to.0[lane], share.0[lane]);
        let between = from + (to - from) * share;
        faded.0[lane] = if share == 0.0 {
            from
        } else if share == 1.0 {
            to
        } else {
            between
        };
    }
    faded
}

/// Simper's form, solved for what the integrators hold in the next frame and for the high part, with x = input − second:
/// only three operations lie between one frame and the next.
struct Weights {
    /// Of the first integrator, in itself and in the second.
    stays: Lanes,
    adds: Lanes,
    /// Of x, in the first and in the second integrator.
    to_first: Lanes,
    to_second: Lanes,
    /// Of x and of the first integrator, in the high part.
    high: [Lanes; 2],
}

impl Weights {
    #[inline(always)]
    fn new(tuning: &Lanes, damping: &Lanes) -> Self {
        let none = Lanes::SILENCE;
        let mut weights = Self { stays: none, adds: none, to_first: none, to_second: none, high: [none; 2] };
        for lane in 0..LANES {
            let (g, k) = (tuning.0[lane], damping.0[lane]);
            let straight = 1.0 / (1.0 + g * (g + k));
            let back = (g + k) * straight;
            let twice = 2.0 * g;
            weights.high[0].0[lane] = straight;
            weights.high[1].0[lane] = back;
            weights.to_first.0[lane] = twice * straight;
            weights.to_second.0[lane] = g * (twice * straight);
            weights.stays.0[lane] = 1.0 - twice * back;
            weights.adds.0[lane] = twice * (1.0 - g * back);
        }
        weights
    }
}

#[inline(always)]
fn step(frame: &Lanes, weights: &Weights, state: &mut State) -> Lanes {
    let mut high = *frame;
    for lane in 0..LANES {
        let (first, second) = (state.first.0[lane], state.second.0[lane]);
        let x = frame.0[lane] - second;
        state.first.0[lane] = weights.stays.0[lane] * first + weights.to_first.0[lane] * x;
        state.second.0[lane] = (second + weights.adds.0[lane] * first) + weights.to_second.0[lane] * x;
        high.0[lane] = weights.high[0].0[lane] * x - weights.high[1].0[lane] * first;
    }
    high
}
