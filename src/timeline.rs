//! How sound is dated: frames of one engine's life, and what is missing of them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::limits::SAMPLE_RATE;

/// The number of a frame since the engine's start, at 48 kHz. It never stops, jumps back or restarts: sound
/// that was lost is skipped over and told as a [`Gap`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct FrameIndex(pub u64);

impl FrameIndex {
    /// The frame `frames` later.
    #[must_use]
    pub fn plus(self, frames: u64) -> Self {
        Self(self.0.saturating_add(frames))
    }

    /// Frames from `earlier` to here; zero when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// One engine's life: what its frame 0 was in the world's time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Epoch {
    /// Names this life of the engine.
    pub id: Uuid,
    /// UTC of frame 0, in nanoseconds since 1970.
    pub utc_ns_at_frame_0: u64,
}

impl Epoch {
    /// UTC of a frame in nanoseconds since 1970, by the nominal rate.
    #[must_use]
    pub fn utc_ns(&self, frame: FrameIndex) -> u64 {
        let ns = u128::from(frame.0) * 1_000_000_000 / u128::from(SAMPLE_RATE);
        self.utc_ns_at_frame_0.saturating_add(u64::try_from(ns).unwrap_or(u64::MAX))
    }

    /// The first frame that is not before a moment: what [`Self::utc_ns`] dated, by its date.
    #[must_use]
    pub fn frame(&self, utc_ns: u64) -> FrameIndex {
        let ns = u128::from(utc_ns.saturating_sub(self.utc_ns_at_frame_0));
        let frames = (ns * u128::from(SAMPLE_RATE)).div_ceil(1_000_000_000);
        FrameIndex(u64::try_from(frames).unwrap_or(u64::MAX))
    }
}

/// Why frames are missing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapCause {
    /// The interface lost them (an xrun); cpal does not count them, so the length is measured by the clock.
    Device,
    /// The interface was away or did not answer; measured by the clock.
    Away,
    /// A reader was too slow and its tap was full; counted to the frame.
    Tap,
}

/// Frames that are missing, told once.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Gap {
    /// The first missing frame.
    pub start: FrameIndex,
    /// How many are missing; never zero.
    pub frames: u64,
    /// Why.
    pub cause: GapCause,
    /// Whether the length was counted (`true`) or measured by the clock.
    pub exact: bool,
}

impl Gap {
    /// The first frame after the gap.
    #[must_use]
    pub fn end(&self) -> FrameIndex {
        self.start.plus(self.frames)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_frame_that_was_dated_is_found_by_its_date(frame in 0..1u64 << 40, utc_ns_at_frame_0 in 0..1u64 << 61) {
            let epoch = Epoch { id: Uuid::nil(), utc_ns_at_frame_0 };
            prop_assert_eq!(epoch.frame(epoch.utc_ns(FrameIndex(frame))), FrameIndex(frame));
        }
    }
}
