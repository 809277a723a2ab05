//! From the far side's words to the encoder's orders: reads what is known of the path, decides, and tells.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::rtc::FarSide;

use super::board::Board;
use super::order::Order;
use super::rate::{Follow, Rate, Word};
use super::session::{now, random};

/// Steers one show.
pub(super) struct Steer {
    inner: Mutex<Inner>,
    order: Arc<Order>,
    board: Arc<Board>,
}

struct Inner {
    follow: Follow,
    /// Receiver reports of this connection that were read.
    reports: u64,
}

impl Steer {
    /// Begins at `ceiling` bit/s.
    pub(super) fn new(ceiling: u32, safest: bool, board: Arc<Board>) -> Self {
        let now = now();
        let mut follow = Follow::new(ceiling, safest, now);
        let rate = follow.look(now, 0.5);
        let order = Arc::new(Order::new(&rate));
        board.rate(rate);
        Self { inner: Mutex::new(Inner { follow, reports: 0 }), order, board }
    }

    /// What the encoder's thread follows.
    pub(super) fn order(&self) -> Arc<Order> {
        Arc::clone(&self.order)
    }

    /// Another connection is up; what the last one said is of another path.
    pub(super) fn connected(&self, far: &FarSide) {
        let mut inner = self.lock();
        inner.follow.reconnected(now());
        inner.reports = far.now().reports;
        let _of_before = far.take_fates();
    }

    /// Looks at what the far side said, `rtt` being a round trip that was measured since the last look.
    pub(super) fn look(&self, now: Instant, far: &FarSide, rtt: Option<Duration>) {
        let [chance, ..] = random();
        let rate = self.lock().look(now, far, rtt, f64::from(chance) / f64::from(u32::MAX));
        self.order.give(&rate);
        self.board.rate(rate);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn look(&mut self, now: Instant, far: &FarSide, rtt: Option<Duration>, chance: f64) -> Rate {
        let known = far.now();
        self.follow.by_ipv6(known.ipv6);
        self.follow.hear(now, &far.take_fates());
        let is_new = known.reports != self.reports;
        self.reports = known.reports;
        let report = known.lost.filter(|_| is_new).map(|lost| (lost, known.received));
        self.follow.told(now, Word { report, rtt });
        self.follow.look(now, chance)
    }
}
