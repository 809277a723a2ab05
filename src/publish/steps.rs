//! The steps between packets on the wire: each is as long as the packet before, or longer by whole cells of 10 ms where a gap
//! was told.

use std::collections::VecDeque;

use serde::Serialize;

use crate::limits::PACKET_FRAMES;
use crate::timeline::{FrameIndex, Gap};

/// Told gaps that are remembered; a step can only be over one of the last few.
const REMEMBERED: usize = 64;
const CELL: u64 = PACKET_FRAMES as u64;

/// How the steps were, for the report.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Steps {
    /// One packet after another.
    pub even: u64,
    /// Longer by whole cells, over sound whose loss was told.
    pub over_gap: u64,
    /// Anything else: a mistake of ours.
    pub wrong: u64,
}

impl Steps {
    /// Counts those of another time on air too.
    pub fn add(&mut self, other: Self) {
        self.even += other.even;
        self.over_gap += other.over_gap;
        self.wrong += other.wrong;
    }
}

/// Counts them as packets leave.
#[derive(Default)]
pub(super) struct StepCounter {
    pub(super) steps: Steps,
    /// The last packet's first frame, and the one after its last.
    last: Option<(FrameIndex, FrameIndex)>,
    told: VecDeque<Gap>,
}

impl StepCounter {
    pub(super) fn gap(&mut self, gap: Gap) {
        if self.told.len() == REMEMBERED {
            self.told.pop_front();
        }
        self.told.push_back(gap);
    }

    /// Another connection: what was not sent in between was never promised.
    pub(super) fn begin(&mut self) {
        self.last = None;
    }

    pub(super) fn sent(&mut self, frame: FrameIndex, frames: u64) {
        let Some((last, end)) = self.last.replace((frame, frame.plus(frames))) else { return };
        let step = frame.since(last);
        let told = |from: FrameIndex| self.told.iter().any(|gap| gap.start < frame && gap.end() > from);
        if frame == end {
            self.steps.even += 1;
        } else if frame > end && step.is_multiple_of(CELL) && told(end) {
            self.steps.over_gap += 1;
        } else {
            self.steps.wrong += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::GapCause;

    fn count(frames: &[u64], gaps: &[(u64, u64)]) -> Steps {
        let mut counter = StepCounter::default();
        for (start, frames) in gaps {
            counter.gap(Gap { start: FrameIndex(*start), frames: *frames, cause: GapCause::Tap, exact: true });
        }
        frames.iter().for_each(|frame| counter.sent(FrameIndex(*frame), 480));
        counter.steps
    }

    #[test]
    fn a_step_over_told_sound_is_right_and_over_untold_sound_is_wrong() {
        assert_eq!(count(&[0, 480, 960], &[]), Steps { even: 2, over_gap: 0, wrong: 0 });
        assert_eq!(count(&[0, 480, 1_920], &[(1_000, 500)]), Steps { even: 1, over_gap: 1, wrong: 0 });
        assert_eq!(count(&[0, 480, 1_920], &[]), Steps { even: 1, over_gap: 0, wrong: 1 });
    }

    #[test]
    fn a_step_is_as_long_as_the_packet_before_it() {
        let mut counter = StepCounter::default();
        for (start, frames) in [(0, 480), (480, 960), (1_440, 960), (2_400, 480), (2_880, 960), (3_360, 480)] {
            counter.sent(FrameIndex(start), frames);
        }
        assert_eq!(counter.steps, Steps { even: 4, over_gap: 0, wrong: 1 });
    }

    #[test]
    fn a_step_back_on_the_spot_or_off_the_grid_is_wrong() {
        assert_eq!(count(&[480, 0], &[]).wrong, 1);
        assert_eq!(count(&[480, 480], &[]).wrong, 1);
        assert_eq!(count(&[0, 481], &[(480, 1)]).wrong, 1);
    }
}
