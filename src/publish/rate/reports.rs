//! The path by receiver reports and round trips alone, for servers without transport feedback.

use std::time::{Duration, Instant};

use super::base::Least;
use super::path::View;

/// How fast the usual deviation of round trips is followed.
const FOLLOW: f64 = 0.125;

#[derive(Default)]
pub(super) struct Reported {
    least: Least,
    queue: Option<f64>,
    deviation: f64,
    last_rtt: Option<f64>,
    loss: f64,
    delivered: Option<f64>,
    last: Option<(Instant, u32)>,
    heard: Option<Instant>,
}

impl Reported {
    /// See [`super::path::Path::report`].
    pub(super) fn report(&mut self, now: Instant, lost: f32, received: Option<u32>, packet_bits: f64) {
        self.loss = f64::from(lost);
        self.heard = Some(now);
        if let (Some(received), Some((at, before))) = (received, self.last) {
            let seconds = now.saturating_duration_since(at).as_secs_f64();
            let packets = received.wrapping_sub(before);
            // A count that runs back is of another stream, or counts resends against itself.
            let sensible = seconds > 0.2 && packets < u32::MAX / 2;
            self.delivered = sensible.then(|| f64::from(packets) * packet_bits / seconds);
        }
        self.last = received.map(|received| (now, received));
    }

    /// See [`super::path::Path::round_trip`]; `at` in s.
    pub(super) fn round_trip(&mut self, at: f64, rtt: Duration) {
        let rtt = rtt.as_secs_f64();
        self.least.hear(at, rtt);
        let queue = (rtt - self.least.now().unwrap_or(rtt)).max(0.0);
        self.queue = Some(queue);
        if let Some(before) = self.last_rtt.replace(rtt) {
            self.deviation += FOLLOW * ((rtt - before).abs().min(0.1) - self.deviation);
        }
    }

    pub(super) fn accept(&mut self, queue: f64) {
        self.least.raise(queue);
    }

    /// What is known, without the count of news.
    pub(super) fn view(&self) -> View {
        View {
            queue: self.queue,
            queue_just_now: self.queue,
            jitter: 2.0 * self.deviation,
            loss: self.loss,
            carried: self.delivered,
            known_to: self.heard,
            news: 0,
            by_packet: false,
        }
    }
}
