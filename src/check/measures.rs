//! What a check measured, as plain data.

use std::time::Duration;

use serde::Serialize;

use crate::session::event::PathKind;

/// One kind of way to the server, and how it went.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Way {
    /// Which kind.
    pub path: PathKind,
    /// From the request to a connection that carries sound, ms; `None` when there was none.
    pub connected_ms: Option<f64>,
    /// There and back, ms.
    pub rtt_ms: Option<f64>,
}

/// What the way in use does to packets of sound.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Carried {
    /// What it carries, bit/s with every header; `None` when it carries all that was tried.
    pub limit: Option<f64>,
    /// The most that was tried, bit/s with every header.
    pub tried: f64,
    /// The fraction of packets that is lost while there is room for them, 0 to 1.
    pub loss: f64,
    /// How many are lost in a row, on average; 0 when none is.
    pub burst: f64,
    /// How many were lost.
    pub lost: u32,
    /// Between the soonest and the latest of ten packets, on average over the check, ms.
    pub jitter_ms: f64,
    /// How much later sound comes when more is sent than there is room for, ms: the queue of the path.
    pub queue_ms: f64,
    /// Whether it is a way by IPv6, whose headers are longer.
    pub ipv6: bool,
    /// How many packets all this is of.
    pub packets: u32,
}

/// Everything that a check measured.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Measures {
    /// Every kind of way that the server offers.
    pub ways: Vec<Way>,
    /// What the way that a show would take carries; `None` without one.
    pub carried: Option<Carried>,
}

impl Measures {
    /// The way that a show would take, the best first.
    #[must_use]
    pub fn best(&self) -> Option<Way> {
        let order = [PathKind::Direct, PathKind::Tcp, PathKind::Relayed];
        let connected = |path| self.ways.iter().find(|way| way.path == path && way.connected_ms.is_some());
        order.into_iter().find_map(connected).copied()
    }
}

/// In milliseconds, as statistics are told.
pub(super) fn ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e4).round() / 10.0
}
