//! How a far side is reached.

use std::net::SocketAddr;

/// What datagrams travel in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Carrier {
    /// Each by itself.
    Udp,
    /// Framed in a stream (RFC 4571), for networks that carry nothing else.
    Tcp,
}

/// An address and what carries datagrams to it: the same numbers may be two different far sides.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Way {
    pub(crate) carrier: Carrier,
    pub(crate) at: SocketAddr,
}

impl Way {
    pub(crate) fn udp(at: SocketAddr) -> Self {
        Self { carrier: Carrier::Udp, at }
    }

    pub(crate) fn tcp(at: SocketAddr) -> Self {
        Self { carrier: Carrier::Tcp, at }
    }
}
