//! Which RTP time is which moment of the world: the map that sender reports carry (RFC 3550 §6.4.1).

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::limits::SAMPLE_RATE;

/// From 1900 (NTP) to 1970, in seconds (RFC 5905 §6).
const NTP_TO_UNIX: u64 = 2_208_988_800;
const SECOND: u128 = 1_000_000_000;

/// RTP time = a random offset + the frame index; UTC = the engine's epoch + the frame index at the nominal rate. Both
/// are exact, so a server that keeps one sender report and the epoch finds the frame index of every packet again.
///
/// May be used from any thread.
pub struct SenderClock {
    offset: u32,
    /// UTC of frame 0, ns since 1970; 0 until it is known.
    frame_0_ns: AtomicU64,
}

impl SenderClock {
    /// A clock with this RTP time for frame 0, which was at `frame_0_ns` (UTC, ns since 1970), or else
    /// is dated by the first sound (see [`Self::heard`]).
    #[must_use]
    pub fn new(offset: u32, frame_0_ns: Option<u64>) -> Self {
        Self { offset, frame_0_ns: AtomicU64::new(frame_0_ns.unwrap_or(0)) }
    }

    /// The RTP time of frame 0.
    #[must_use]
    pub fn offset(&self) -> u32 {
        self.offset
    }

    /// Sound up to the frame `end` has just been captured: dates a clock that has no date yet, and does nothing otherwise.
    pub fn heard(&self, end: u64) {
        if self.frame_0_ns.load(Ordering::Relaxed) == 0 {
            let frame_0 = utc_ns(SystemTime::now()).saturating_sub(frames_to_ns(end));
            self.frame_0_ns.store(frame_0, Ordering::Relaxed);
        }
    }

    /// NTP and RTP time of the moment `utc_ns` (ns since 1970). `None` while frame 0 has no date.
    #[must_use]
    pub fn report(&self, utc_ns: u64) -> Option<(u64, u32)> {
        let frame_0 = self.frame_0_ns.load(Ordering::Relaxed);
        let since = (frame_0 != 0).then(|| u128::from(utc_ns.saturating_sub(frame_0)))?;
        // To the nearest frame, which is what RTP time can say; the NTP time is that frame's own, not a fraction off.
        let frame = (since * u128::from(SAMPLE_RATE) + SECOND / 2) / SECOND;
        let moment = frame_0.saturating_add(frames_to_ns(frame as u64));
        Some((ntp(moment), self.offset.wrapping_add(frame as u32)))
    }
}

/// NTP time (32.32 fixed point since 1900) of `utc_ns`.
pub(super) fn ntp(utc_ns: u64) -> u64 {
    let (seconds, rest) = (utc_ns / SECOND as u64, u128::from(utc_ns) % SECOND);
    // Rounded up, so that the nanosecond comes back when it is computed the other way.
    let fraction = (rest << 32).div_ceil(SECOND) as u64;
    ((seconds + NTP_TO_UNIX) << 32) + fraction
}

/// Nanoseconds since 1970 of a wall-clock time; 0 for one before.
pub(super) fn utc_ns(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

fn frames_to_ns(frames: u64) -> u64 {
    u64::try_from(u128::from(frames) * SECOND / u128::from(SAMPLE_RATE)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BEGIN: u64 = 1_795_000_000_123_456_789;

    fn clock(offset: u32) -> SenderClock {
        SenderClock::new(offset, Some(BEGIN))
    }

    proptest! {
        #[test]
        fn a_report_and_the_epoch_give_back_the_frame_index(offset: u32, frames in 0..u64::from(u32::MAX)) {
            let (ntp_time, rtp) = clock(offset).report(BEGIN + frames_to_ns(frames)).unwrap();
            prop_assert_eq!(rtp.wrapping_sub(offset), frames as u32);
            let seconds = (ntp_time >> 32) - NTP_TO_UNIX;
            let ns = seconds * 1_000_000_000 + (((ntp_time & 0xffff_ffff) * 1_000_000_000) >> 32);
            let back = (u128::from(ns - BEGIN) * 48_000 + SECOND / 2) / SECOND;
            prop_assert_eq!(back as u64, frames);
        }

        #[test]
        fn ntp_time_keeps_the_nanosecond(ns in 0..2_000_000_000_000_000_000u64) {
            let time = ntp(ns);
            let back = ((time >> 32) - NTP_TO_UNIX) * 1_000_000_000 + (((time & 0xffff_ffff) * 1_000_000_000) >> 32);
            prop_assert_eq!(back, ns);
        }
    }

    #[test]
    fn without_an_epoch_the_first_sound_dates_the_clock() {
        let clock = SenderClock::new(7, None);
        assert_eq!(clock.report(BEGIN), None);
        let before = utc_ns(SystemTime::now());
        clock.heard(48_000);
        clock.heard(480_000);
        let (_, rtp) = clock.report(before).unwrap();
        assert!(rtp.wrapping_sub(7) <= 48_000 && rtp.wrapping_sub(7) > 47_000, "{rtp}");
    }
}
