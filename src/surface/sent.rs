//! What was sent for one control lately, so that what comes back is known as an echo and makes no loop.

use std::collections::VecDeque;
use std::time::Duration;

use crate::limits::SURFACE_SENT;

/// The latest values that were sent for one control.
#[derive(Clone, Debug, Default)]
pub(super) struct Sent {
    values: VecDeque<(f32, Duration)>,
}

impl Sent {
    /// This was sent at `now`.
    pub(super) fn send(&mut self, value: f32, now: Duration) {
        self.values.push_back((value, now));
        if self.values.len() > SURFACE_SENT {
            self.values.pop_front();
        }
    }

    /// Whether `value`, which came at `now`, is what was sent `within` the time before, give or take `tolerance`.
    pub(super) fn echoes(&self, value: f32, tolerance: f32, (now, within): (Duration, Duration)) -> bool {
        let mut recent = self.values.iter().rev().take_while(|(_, at)| now.saturating_sub(*at) <= within);
        recent.any(|(sent, _)| *sent == value || (sent - value).abs() <= tolerance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_back_soon_is_an_echo_and_the_same_value_later_is_a_hand() {
        let mut sent = Sent::default();
        let ms = Duration::from_millis;
        (0..10_u64).for_each(|n| sent.send(n as f32, ms(n)));
        let within = ms(300);
        assert!(sent.echoes(3.0, 0.0, (ms(300), within)) && sent.echoes(3.4, 0.5, (ms(300), within)));
        assert!(!sent.echoes(3.0, 0.0, (ms(304), within)) && !sent.echoes(20.0, 0.5, (ms(10), within)));
        (0..1_000_u64).for_each(|n| sent.send(n as f32, ms(400)));
        assert_eq!(sent.values.len(), SURFACE_SENT);
    }
}
