//! Delay lines that bring lanes of different latency back together.
//!
//! A delay that changes is reached by one cross-fade of 20 ms between the old and the new place in the line, which
//! is heard as neither a click nor a gap. While no lane is held back nothing is remembered; the first fade after that waits
//! until what it fades to has been heard.

use std::ops::Range;

use crate::lanes::{GRID, LANES, LaneBlock, Lanes};
use crate::smooth::eased;

/// The length of the cross-fade in grid cells: 960 frames, 20 ms at 48 kHz.
pub const FADE_CELLS: u32 = 30;

/// A delay line for each of eight lanes.
#[derive(Debug)]
pub struct Align {
    ring: Box<[Lanes]>,
    head: usize,
    lanes: [Line; LANES],
    /// Whether a delay changes, or is about to.
    moving: bool,
    /// Frames of the ring beyond the longest delay of now.
    room: usize,
    /// The delay of now, where it is that of all lanes.
    common: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Debug, Default)]
struct Line {
    /// Frames that it has heard since it last had none to hold, as far as it matters.
    known: usize,
    wanted: usize,
    now: usize,
    next: usize,
    // Grid cells of the fade that are done; `FADE_CELLS` when no fade is under way.
    cells: u32,
}

impl Align {
    /// Lines that can hold sound back by up to `longest` frames; all begin with none. Allocates.
    #[must_use]
    pub fn new(longest: usize) -> Self {
        let frames = (longest + 1).next_power_of_two();
        Self {
            ring: vec![Lanes::SILENCE; frames].into(),
            head: 0,
            lanes: [Line { cells: FADE_CELLS, known: frames, ..Line::default() }; LANES],
            moving: false,
            room: frames,
            common: Some(0),
        }
    }

    /// The longest delay, in frames.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.ring.len() - 1
    }

    /// Holds `lane` back by `frames` (clamped to [`Align::longest`]) from the next grid frame on, after the fade that
    /// may still be under way. Audio thread.
    pub fn set(&mut self, lane: usize, frames: usize) {
        self.lanes[lane].wanted = frames.min(self.longest());
        self.moving = true;
    }

    /// Lets all delays arrive without a fade, as before the first frame of a show. Audio thread.
    pub fn settle(&mut self) {
        self.ring.fill(Lanes::SILENCE);
        let known = self.ring.len();
        for line in &mut self.lanes {
            (line.now, line.next, line.cells, line.known) = (line.wanted, line.wanted, FADE_CELLS, known);
        }
        self.look();
    }

    /// Whether no lane is held back, or about to be. Audio thread.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        !self.moving && self.common == Some(0)
    }

    /// Sees whether anything is to be done.
    fn look(&mut self) {
        self.moving = !self.lanes.iter().all(|line| line.cells == FADE_CELLS && line.now == line.wanted);
        let first = self.lanes[0].now;
        self.common = self.lanes.iter().all(|line| line.now == first).then_some(first);
        self.room = self.ring.len() - self.lanes.iter().fold(0, |longest, line| longest.max(line.now));
    }

    /// Forgets the sound of one lane and lets its delay arrive. Audio thread.
    pub fn reset_lane(&mut self, lane: usize) {
        for frame in &mut self.ring {
            frame.0[lane] = 0.0;
        }
        let line = &mut self.lanes[lane];
        (line.now, line.next, line.cells) = (line.wanted, line.wanted, FADE_CELLS);
        self.look();
    }

    /// Delays a block in place. Audio thread.
    pub fn process(&mut self, block: &mut LaneBlock<'_>) {
        if block.phase() == 0 && self.moving {
            self.lanes.iter_mut().for_each(Line::enter_cell);
            self.look();
        }
        let (phase, frames) = (block.phase(), block.frames_mut());
        if self.is_idle() {
            self.lanes.iter_mut().for_each(|line| line.known = 0);
            return;
        }
        let size = self.ring.len();
        self.lanes.iter_mut().for_each(|line| line.hear(frames.len(), size));
        if !self.moving && frames.len() <= self.room {
            self.hold(frames);
            return;
        }
        for (at, frame) in frames.iter_mut().enumerate() {
            self.ring[self.head] = *frame;
            for lane in 0..LANES {
                frame.0[lane] = self.read(lane, phase + at);
            }
            self.head = (self.head + 1) & (self.ring.len() - 1);
        }
    }

    /// A block while no delay changes, none of them so long that what comes in would overwrite what goes out.
    fn hold(&mut self, frames: &mut [Lanes]) {
        let count = frames.len();
        let [first, second] = parts(self.ring.len(), self.head, count);
        self.ring[first.clone()].copy_from_slice(&frames[..first.len()]);
        self.ring[second].copy_from_slice(&frames[first.len()..]);
        match self.common {
            Some(delay) => {
                let [first, second] = parts(self.ring.len(), self.place(delay), count);
                frames[..first.len()].copy_from_slice(&self.ring[first.clone()]);
                frames[first.len()..].copy_from_slice(&self.ring[second]);
            }
            None => self.hold_each(frames),
        }
        self.head = (self.head + count) & (self.ring.len() - 1);
    }

    fn hold_each(&self, frames: &mut [Lanes]) {
        for (lane, delay) in self.lanes.iter().map(|line| line.now).enumerate().filter(|(_, delay)| *delay > 0) {
            let [first, second] = parts(self.ring.len(), self.place(delay), frames.len());
            let (begin, end) = frames.split_at_mut(first.len());
            begin.iter_mut().zip(&self.ring[first]).for_each(|(frame, late)| frame.0[lane] = late.0[lane]);
            end.iter_mut().zip(&self.ring[second]).for_each(|(frame, late)| frame.0[lane] = late.0[lane]);
        }
    }

    fn place(&self, delay: usize) -> usize {
        self.head.wrapping_sub(delay) & (self.ring.len() - 1)
    }

    fn read(&self, lane: usize, phase: usize) -> f32 {
        let line = &self.lanes[lane];
        let old = self.ring[self.place(line.now)].0[lane];
        if line.cells == FADE_CELLS {
            return old;
        }
        let new = self.ring[self.place(line.next)].0[lane];
        let way = (line.cells as usize * GRID + phase) as f32 / (FADE_CELLS as usize * GRID) as f32;
        old + (new - old) * eased(way)
    }
}

/// The places of `count` frames from `begin` on: first to the end of a ring of that `size`, and then from its beginning.
fn parts(size: usize, begin: usize, count: usize) -> [Range<usize>; 2] {
    let first = count.min(size - begin);
    [begin..begin + first, 0..count - first]
}

impl Line {
    /// Counts what it hears; a lane that holds nothing back begins anew, whatever the others do.
    fn hear(&mut self, frames: usize, most: usize) {
        let idle = self.now == 0 && self.wanted == 0 && self.cells == FADE_CELLS;
        self.known = if idle { 0 } else { (self.known + frames).min(most) };
    }

    fn enter_cell(&mut self) {
        if self.cells < FADE_CELLS {
            self.cells += 1;
            if self.cells == FADE_CELLS {
                self.now = self.next;
            }
        }
        if self.cells == FADE_CELLS && self.now != self.wanted && self.wanted <= self.known {
            (self.next, self.cells) = (self.wanted, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Runs `frames` of `sound` through `align`, cut at the grid.
    fn run(align: &mut Align, start: u64, sound: &mut [Lanes]) {
        for (cell, frames) in sound.chunks_mut(GRID).enumerate() {
            align.process(&mut LaneBlock::new(start + (cell * GRID) as u64, frames));
        }
    }

    fn ramp(frames: usize, lane_delay: impl Fn(usize) -> usize) -> Vec<Lanes> {
        let sample = |lane: usize, n: usize| n.checked_sub(lane_delay(lane)).map_or(0.0, |n| (n + 1) as f32);
        (0..frames).map(|n| Lanes(std::array::from_fn(|lane| sample(lane, n)))).collect()
    }

    proptest! {
        #[test]
        fn lanes_of_different_latency_come_out_together(late in prop::array::uniform8(0_usize..300)) {
            let longest = 300;
            let mut align = Align::new(longest);
            for (lane, latency) in late.iter().enumerate() {
                align.set(lane, longest - latency);
            }
            align.settle();
            let mut sound = ramp(1_024, |lane| late[lane]);
            run(&mut align, 0, &mut sound);
            prop_assert_eq!(sound, ramp(1_024, |_| longest));
        }
    }

    #[test]
    fn a_moving_delay_fades_without_a_step_and_then_is_exact() {
        let mut align = Align::new(512);
        let turn = std::f32::consts::TAU * 100.0 / 48_000.0;
        let input: Vec<Lanes> = (0..4_800).map(|n| Lanes::splat((n as f32 * turn).sin())).collect();
        let mut sound = input.clone();
        run(&mut align, 0, &mut sound[..960]);
        align.set(3, 480);
        run(&mut align, 960, &mut sound[960..]);
        let steepest = sound.windows(2).map(|pair| (pair[1].0[3] - pair[0].0[3]).abs()).fold(0.0, f32::max);
        assert!(steepest < 1.5 * turn, "the steepest step is {steepest}");
        // The line remembers nothing until then, so the fade begins when what it fades to has been heard.
        for n in 960 + 480 + FADE_CELLS as usize * GRID..4_800 {
            assert_eq!(sound[n].0[3], input[n - 480].0[3]);
            assert_eq!(sound[n].0[2], input[n].0[2], "the other lanes stay where they are");
        }
    }

    #[test]
    fn when_a_delay_moves_does_not_depend_on_the_other_lanes() {
        let heard = |neighbour: usize| {
            let mut align = Align::new(512);
            align.set(1, neighbour);
            let mut sound: Vec<Lanes> = (0..4_800).map(|n| Lanes::splat((n as f32 * 0.013).sin())).collect();
            run(&mut align, 0, &mut sound[..1_920]);
            align.set(0, 480);
            run(&mut align, 1_920, &mut sound[1_920..]);
            sound.iter().map(|frame| frame.0[0].to_bits()).collect::<Vec<_>>()
        };
        assert!(heard(0) == heard(96));
    }
}
