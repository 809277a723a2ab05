//! Delay lines that bring lanes of different latency back together.
//!
//! A delay that changes is reached by one cross-fade of 20 ms between the old and the new place in the line, which
//! is heard as neither a click nor a gap.

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
}

#[derive(Clone, Copy, PartialEq, Debug, Default)]
struct Line {
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
        // A whole block is written before any of it is read.
        let frames = (longest + GRID).next_power_of_two();
        Self {
            ring: vec![Lanes::SILENCE; frames].into(),
            head: 0,
            lanes: [Line { cells: FADE_CELLS, ..Line::default() }; LANES],
        }
    }

    /// The longest delay, in frames.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.ring.len() - GRID
    }

    /// Holds `lane` back by `frames` (clamped to [`Align::longest`]) from the next grid frame on, after the fade that
    /// may still be under way. Audio thread.
    pub fn set(&mut self, lane: usize, frames: usize) {
        self.lanes[lane].wanted = frames.min(self.longest());
    }

    /// Lets all delays arrive without a fade, as before the first frame of a show. Audio thread.
    pub fn settle(&mut self) {
        for line in &mut self.lanes {
            (line.now, line.next, line.cells) = (line.wanted, line.wanted, FADE_CELLS);
        }
    }

    /// Forgets the sound of one lane and lets its delay arrive. Audio thread.
    pub fn reset_lane(&mut self, lane: usize) {
        for frame in &mut self.ring {
            frame.0[lane] = 0.0;
        }
        let line = &mut self.lanes[lane];
        (line.now, line.next, line.cells) = (line.wanted, line.wanted, FADE_CELLS);
    }

    /// Delays a block in place. Audio thread.
    pub fn process(&mut self, block: &mut LaneBlock<'_>) {
        if block.phase() == 0 {
            self.lanes.iter_mut().for_each(Line::enter_cell);
        }
        let frames = block.len();
        self.write(block.frames());
        let first = self.lanes[0].now;
        if self.lanes.iter().all(|line| line.cells == FADE_CELLS && line.now == first) {
            if first > 0 {
                self.read_all(first, block.frames_mut());
            }
        } else {
            let phase = block.phase();
            for (at, frame) in block.frames_mut().iter_mut().enumerate() {
                for lane in 0..LANES {
                    frame.0[lane] = self.read(lane, at, phase);
                }
            }
        }
        self.head = (self.head + frames) & (self.ring.len() - 1);
    }

    /// Puts a block into the ring, from its head on.
    fn write(&mut self, block: &[Lanes]) {
        let (here, round) = block.split_at(block.len().min(self.ring.len() - self.head));
        self.ring[self.head..self.head + here.len()].copy_from_slice(here);
        self.ring[..round.len()].copy_from_slice(round);
    }

    /// The block that went in `delay` frames ago.
    fn read_all(&self, delay: usize, block: &mut [Lanes]) {
        let from = self.place(0, delay);
        let whole = block.len().min(self.ring.len() - from);
        let (here, round) = block.split_at_mut(whole);
        here.copy_from_slice(&self.ring[from..from + whole]);
        round.copy_from_slice(&self.ring[..round.len()]);
    }

    /// Where the sound lies that went in `delay` frames before the `at`-th frame of this block.
    fn place(&self, at: usize, delay: usize) -> usize {
        (self.head + at).wrapping_sub(delay) & (self.ring.len() - 1)
    }

    fn read(&self, lane: usize, at: usize, phase: usize) -> f32 {
        let line = &self.lanes[lane];
        let old = self.ring[self.place(at, line.now)].0[lane];
        if line.cells == FADE_CELLS {
            return old;
        }
        let new = self.ring[self.place(at, line.next)].0[lane];
        let way = (line.cells as usize * GRID + phase + at) as f32 / (FADE_CELLS as usize * GRID) as f32;
        old + (new - old) * eased(way)
    }
}

impl Line {
    fn enter_cell(&mut self) {
        if self.cells < FADE_CELLS {
            self.cells += 1;
            if self.cells == FADE_CELLS {
                self.now = self.next;
            }
        }
        if self.cells == FADE_CELLS && self.now != self.wanted {
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
        for n in 960 + FADE_CELLS as usize * GRID..4_800 {
            assert_eq!(sound[n].0[3], input[n - 480].0[3]);
            assert_eq!(sound[n].0[2], input[n].0[2], "the other lanes stay where they are");
        }
    }
}
