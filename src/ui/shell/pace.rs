//! How often the window is drawn: as smoothly as meters want it while there is sound, seldom while nothing moves by itself.

use std::time::Duration;

use crate::session::snapshot::{AirState, DeviceState, Snapshot};

/// Where drawing is cheap.
const SMOOTH: Duration = Duration::from_millis(16);
/// Where it is not: software rendering.
const THRIFTY: Duration = Duration::from_millis(33);
/// While there is neither sound nor air. What a hand does is drawn at once all the same.
const STILL: Duration = Duration::from_millis(100);
/// A picture that took longer than this, in seconds, is dear.
const DEAR: f32 = 0.008;

/// The time until the next picture, when nobody asks for an earlier one. `took` is how long the last one took, in seconds, where
/// that is known.
pub(super) fn until_next(snapshot: &Snapshot, took: Option<f32>) -> Duration {
    let sounds = matches!(snapshot.device, DeviceState::Running { .. });
    match took {
        _ if !sounds && snapshot.air == AirState::Off => STILL,
        Some(seconds) if seconds > DEAR => THRIFTY,
        _ => SMOOTH,
    }
}
