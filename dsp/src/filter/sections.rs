//! Many sections one after another on eight lanes, in one loop over the frames, so that their recurrences overlap.
//!
//! The state-variable filter in trapezoidal form (A. Simper, *Linear trapezoidal integrated SVF*), written so that only
//! three operations lie between what an integrator holds in one frame and in the next. Whatever
//! g > 0 and k > 0 do from frame to frame, what the integrators hold (the sum of their squares) never grows without
//! input, so it may be turned at any speed; and it keeps its precision at 20 Hz in `f32`.

use crate::dispatch::{Level, dispatched};
use crate::filter::matched::Section;
use crate::lanes::{GRID, LANES, LOUDEST, Lanes};
use crate::mask::Mask;
use crate::wide::Wide;

/// One section on eight lanes through one grid cell.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    /// g, k and the weights of input, band and low at the first frame of the cell.
    base: [Lanes; 5],
    /// What each grows by in a frame.
    step: [Lanes; 5],
    /// What it comes to for the kernel while nothing moves.
    still: Steady,
    /// The lanes on which it changes something in this cell.
    awake: Mask,
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

/// What a frame is multiplied by, with r = 2 / (1 + g (g + k)).
#[derive(Clone, Copy, PartialEq, Debug)]
struct Steady {
    /// What stays of the first integrator: r − 1.
    stays: Lanes,
    /// r g and r g².
    first: Lanes,
    second: Lanes,
    /// Of the input and both integrators, in the output.
    out: [Lanes; 3],
}

impl Slot {
    pub(crate) fn new() -> Self {
        let silence = Lanes::SILENCE;
        let mut slot = Self {
            base: parts(&Section::FLAT).map(Lanes::splat),
            step: [silence; 5],
            still: Steady { stays: silence, first: silence, second: silence, out: [silence; 3] },
            awake: Mask::default(),
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
        // It begins from silence, whatever it heard beside the others while it slept.
        if sleeps || !self.awake.has(lane) {
            self.forget(lane);
        }
        self.awake.set(lane, !sleeps);
    }

    /// Completes the changes of all lanes at the beginning of a cell.
    pub(crate) fn settle(&mut self) {
        self.any_awake = self.awake.any();
        self.moves = !self.step.iter().all(|step| step.all(0.0));
        self.still = steady(&self.base);
    }

    /// Whether it changes the sound of no lane.
    pub(crate) fn sleeps(&self) -> bool {
        !self.any_awake
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

dispatched! { wide fn one(frames: &mut [Lanes], phase: usize, slots: &mut [&mut Slot; 1], bounds: &mut Lanes) = run_kernel::<1>; }
dispatched! { wide fn two(frames: &mut [Lanes], phase: usize, slots: &mut [&mut Slot; 2], bounds: &mut Lanes) = run_kernel::<2>; }
dispatched! { wide fn three(frames: &mut [Lanes], phase: usize, slots: &mut [&mut Slot; 3], bounds: &mut Lanes) = run_kernel::<3>; }
dispatched! { wide fn four(frames: &mut [Lanes], phase: usize, slots: &mut [&mut Slot; 4], bounds: &mut Lanes) = run_kernel::<4>; }

#[inline(always)]
fn run_kernel<W: Wide, const N: usize>(
    frames: &mut [Lanes],
    phase: usize,
    slots: &mut [&mut Slot; N],
    bounds: &mut Lanes,
) {
    let mut awake = Mask::default();
    for slot in slots.iter() {
        awake = awake.or(&slot.awake);
    }
    let (none, within) = (W::splat(0.0), W::load(bounds));
    let mut states = [[none; 2]; N];
    for (state, slot) in states.iter_mut().zip(slots.iter()) {
        *state = [W::load(&slot.state.first), W::load(&slot.state.second)];
    }
    let (moves, all, awake_lanes) = (slots.iter().any(|slot| slot.moves), awake.all(), awake.wide::<W>());
    for (at, frame) in frames.iter_mut().enumerate() {
        let dry = W::load(frame);
        // What is no sound becomes silence; plus nought makes +0 of −0, so that sections that sleep change no bit either.
        let mut sound = dry.magnitude().at_most(within).and(dry).add(none);
        for (slot, state) in slots.iter().zip(&mut states) {
            if moves {
                sound = step(sound, &steady(&gone(slot, (phase + at) as i32 as f32)), state);
            } else {
                sound = step(sound, &slot.still, state);
            }
        }
        *frame = if all { sound.lanes() } else { awake_lanes.choose(sound, dry).lanes() };
    }
    for (slot, state) in slots.iter_mut().zip(states) {
        slot.state = State { first: state[0].lanes(), second: state[1].lanes() };
    }
    // What has been through a section is sound, however loud.
    *bounds = awake.choose(&Lanes::splat(f32::MAX), bounds);
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
    let mut weights = Steady { stays: *g, first: *g, second: *g, out: [*input, *band, *low] };
    for lane in 0..LANES {
        let g = g.0[lane];
        let rest = 2.0 / (1.0 + g * (g + k.0[lane]));
        let half = 0.5 * (band.0[lane] + g * low.0[lane]);
        weights.stays.0[lane] = rest - 1.0;
        weights.first.0[lane] = g * rest;
        weights.second.0[lane] = g * (g * rest);
        // Both integrators together give the band, half · (r first + r g (input − second)), and the low part.
        weights.out[0].0[lane] = input.0[lane] + half * (g * rest);
        weights.out[1].0[lane] = half * rest;
        weights.out[2].0[lane] = low.0[lane] - half * (g * rest);
    }
    weights
}

/// One frame through one section.
#[inline(always)]
fn step<W: Wide>(input: W, weights: &Steady, state: &mut [W; 2]) -> W {
    let [first, second] = *state;
    let (to_first, to_second) = (W::load(&weights.first), W::load(&weights.second));
    let high = input.sub(second);
    state[0] = W::load(&weights.stays).mul(first).add(to_first.mul(high));
    state[1] = second.add(to_first.mul(first)).add(to_second.mul(high));
    let [straight, band, low] = &weights.out;
    let parts = W::load(band).mul(first).add(W::load(low).mul(second));
    W::load(straight).mul(input).add(parts)
}
