//! Many sections one after another on eight lanes, in one loop over the frames, so that their recurrences overlap.
//!
//! The state-variable filter in trapezoidal form (A. Simper, *Linear trapezoidal integrated SVF*), written so that only
//! three operations lie between what an integrator holds in one frame and in the next. Whatever
//! g > 0 and k > 0 do from frame to frame, what the integrators hold (the sum of their squares) never grows without
//! input, so it may be turned at any speed; and it keeps its precision at 20 Hz in `f32`.

use crate::dispatch::{Level, dispatched};
use crate::filter::matched::Section;
use crate::lanes::{GRID, LANES, Lanes};

/// Louder than this (+120 dB of full scale) is no sound, and becomes silence before it can stay in a filter.
const LOUDEST: f32 = 1e6;

/// One section on eight lanes through one grid cell.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    /// g, k and the weights of input, band and low at the first frame of the cell.
    base: [Lanes; 5],
    /// What each grows by in a frame.
    step: [Lanes; 5],
    /// What it comes to for the kernel while nothing moves.
    still: Steady,
    /// 1 for lanes on which it changes something in this cell, else 0.
    awake: Lanes,
    any_awake: bool,
    moves: bool,
    state: State,
}

/// The two integrators of each lane.
#[derive(Clone, Copy, PartialEq, Debug)]
struct State {
    first: Lanes,
    second: Lanes,
}

/// What a frame is multiplied by.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Steady {
    /// r = 2 / (1 + g (g + k)), r g and r g².
    rest: [Lanes; 3],
    input: Lanes,
    band: Lanes,
    low: Lanes,
}

impl Slot {
    pub(crate) fn new() -> Self {
        let silence = Lanes::SILENCE;
        let mut slot = Self {
            base: parts(&Section::FLAT).map(Lanes::splat),
            step: [silence; 5],
            still: Steady { rest: [silence; 3], input: silence, band: silence, low: silence },
            awake: silence,
            any_awake: false,
            moves: false,
            state: State { first: silence, second: silence },
        };
        slot.settle();
        slot
    }

    /// Lets a lane go from one section to another within the cell that begins.
    pub(crate) fn glide(&mut self, lane: usize, from: &Section, to: &Section) {
        let (from_parts, to_parts) = (parts(from), parts(to));
        for (part, (from, to)) in from_parts.into_iter().zip(to_parts).enumerate() {
            self.base[part].0[lane] = from;
            self.step[part].0[lane] = (to - from) * (1.0 / GRID as f32);
        }
        let sleeps = from.is_flat() && to.is_flat();
        self.awake.0[lane] = if sleeps { 0.0 } else { 1.0 };
        if sleeps {
            self.forget(lane);
        }
    }

    /// Completes the changes of all lanes at the beginning of a cell.
    pub(crate) fn settle(&mut self) {
        self.any_awake = self.awake != Lanes::SILENCE;
        self.moves = self.step != [Lanes::SILENCE; 5];
        self.still = steady(&self.base);
    }

    /// At the end of a cell, before its lanes may wake: forgets what the lanes that slept have heard beside the others,
    /// so that they begin from silence, whatever the others did.
    pub(crate) fn hush_sleepers(&mut self) {
        if !self.any_awake {
            return;
        }
        for lane in 0..LANES {
            if self.awake.0[lane] == 0.0 {
                self.forget(lane);
            }
        }
    }

    pub(crate) fn forget(&mut self, lane: usize) {
        (self.state.first.0[lane], self.state.second.0[lane]) = (0.0, 0.0);
    }
}

fn parts(section: &Section) -> [f32; 5] {
    [section.g, section.k, section.input, section.band, section.low]
}

/// Runs those of `slots` that are awake over `frames`, of which the first has the place `phase` in its cell.
pub(crate) fn run(level: Level, frames: &mut [Lanes], phase: usize, slots: &mut [Slot]) {
    let mut bounds = Lanes::splat(LOUDEST);
    let mut rest = slots.iter_mut().filter(|slot| slot.any_awake);
    // As many at a time as have their states in the registers. The bits do not depend on it.
    if level == Level::BASELINE {
        loop {
            match [rest.next(), rest.next()] {
                [Some(a), Some(b)] => two(level, frames, phase, &mut [a, b], &mut bounds),
                [Some(a), None] => return one(level, frames, phase, &mut [a], &mut bounds),
                _ => return,
            }
        }
    }
    loop {
        match [rest.next(), rest.next(), rest.next(), rest.next()] {
            [Some(a), Some(b), Some(c), Some(d)] => four(level, frames, phase, &mut [a, b, c, d], &mut bounds),
            [Some(a), Some(b), Some(c), None] => return three(level, frames, phase, &mut [a, b, c], &mut bounds),
            [Some(a), Some(b), ..] => return two(level, frames, phase, &mut [a, b], &mut bounds),
            [Some(a), ..] => return one(level, frames, phase, &mut [a], &mut bounds),
            _ => return,
        }
    }
}

dispatched! { fn one(frames: &mut [Lanes], phase: usize, slots: &mut [&mut Slot; 1], bounds: &mut Lanes) = run_kernel; }
dispatched! { fn two(frames: &mut [Lanes], phase: usize, slots: &mut [&mut Slot; 2], bounds: &mut Lanes) = run_kernel; }
dispatched! { fn three(frames: &mut [Lanes], phase: usize, slots: &mut [&mut Slot; 3], bounds: &mut Lanes) = run_kernel; }
dispatched! { fn four(frames: &mut [Lanes], phase: usize, slots: &mut [&mut Slot; 4], bounds: &mut Lanes) = run_kernel; }

#[inline(always)]
fn run_kernel<const N: usize>(frames: &mut [Lanes], phase: usize, slots: &mut [&mut Slot; N], bounds: &mut Lanes) {
    // All bits set for the lanes on which any of them is awake: a choice by bits stays one instruction.
    let mut awake = [0_u32; LANES];
    for slot in slots.iter() {
        for (mask, awake) in awake.iter_mut().zip(&slot.awake.0) {
            *mask |= if *awake == 0.0 { 0 } else { u32::MAX };
        }
    }
    let mut states: [State; N] = std::array::from_fn(|at| slots[at].state);
    if slots.iter().any(|slot| slot.moves) {
        for (at, frame) in frames.iter_mut().enumerate() {
            let place = (phase + at) as f32;
            let mut sound = sane(frame, bounds);
            for (slot, state) in slots.iter().zip(&mut states) {
                sound = step(&sound, &steady(&gone(slot, place)), state);
            }
            *frame = choose(&awake, &sound, frame);
        }
    } else {
        let weights: [Steady; N] = std::array::from_fn(|at| slots[at].still);
        for frame in frames {
            let mut sound = sane(frame, bounds);
            for (weights, state) in weights.iter().zip(&mut states) {
                sound = step(&sound, weights, state);
            }
            *frame = choose(&awake, &sound, frame);
        }
    }
    for (slot, state) in slots.iter_mut().zip(states) {
        slot.state = state;
    }
    // What has been through a section is sound, however loud.
    for (bound, awake) in bounds.0.iter_mut().zip(awake) {
        *bound = if awake == 0 { *bound } else { f32::MAX };
    }
}

#[inline(always)]
fn gone(slot: &Slot, place: f32) -> [Lanes; 5] {
    let mut here = slot.base;
    for (here, step) in here.iter_mut().zip(&slot.step) {
        for lane in 0..LANES {
            here.0[lane] += step.0[lane] * place;
        }
    }
    here
}

#[inline(always)]
fn steady([g, k, input, band, low]: &[Lanes; 5]) -> Steady {
    let mut weights = Steady { rest: [*g; 3], input: *input, band: *band, low: *low };
    for lane in 0..LANES {
        let g = g.0[lane];
        let rest = 2.0 / (1.0 + g * (g + k.0[lane]));
        weights.rest[0].0[lane] = rest;
        weights.rest[1].0[lane] = g * rest;
        weights.rest[2].0[lane] = g * (g * rest);
        weights.band.0[lane] = 0.5 * (band.0[lane] + g * low.0[lane]);
    }
    weights
}

/// What is no sound becomes silence; plus nought makes +0 of −0, so that sections that sleep change no bit either.
#[inline(always)]
fn sane(frame: &Lanes, bounds: &Lanes) -> Lanes {
    let mut sound = *frame;
    for lane in 0..LANES {
        sound.0[lane] = if sound.0[lane].abs() <= bounds.0[lane] { sound.0[lane] + 0.0 } else { 0.0 };
    }
    sound
}

/// One frame through one section.
#[inline(always)]
fn step(input: &Lanes, weights: &Steady, state: &mut State) -> Lanes {
    let [mut high, mut band, mut out] = [*input; 3];
    let (first, second) = (state.first, state.second);
    for lane in 0..LANES {
        high.0[lane] = input.0[lane] - second.0[lane];
    }
    for lane in 0..LANES {
        band.0[lane] = weights.rest[0].0[lane] * first.0[lane] + weights.rest[1].0[lane] * high.0[lane];
    }
    for lane in 0..LANES {
        state.first.0[lane] = band.0[lane] - first.0[lane];
    }
    for lane in 0..LANES {
        state.second.0[lane] =
            (second.0[lane] + weights.rest[1].0[lane] * first.0[lane]) + weights.rest[2].0[lane] * high.0[lane];
    }
    for lane in 0..LANES {
        out.0[lane] = weights.input.0[lane] * input.0[lane]
            + (weights.band.0[lane] * band.0[lane] + weights.low.0[lane] * second.0[lane]);
    }
    out
}

/// `one` where the mask is set, else `other`, to the bit.
#[inline(always)]
fn choose(mask: &[u32; LANES], one: &Lanes, other: &Lanes) -> Lanes {
    let mut chosen = *one;
    for (lane, mask) in mask.iter().enumerate() {
        let bits = (one.0[lane].to_bits() & mask) | (other.0[lane].to_bits() & !mask);
        chosen.0[lane] = f32::from_bits(bits);
    }
    chosen
}
