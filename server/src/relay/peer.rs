//! One connection as the relay sees it: datagrams and packets in, steps out, no socket and no clock of its own.

use std::sync::Arc;
use std::time::Instant;

use super::way::Way;

/// A packet from a publisher.
#[derive(Clone, Debug)]
pub(crate) struct Packet {
    /// The stream that it is one of (SSRC): another one of the same publisher has numbers and times of its own.
    pub(crate) stream: u32,
    /// RTP sequence number, extended past 16 bits.
    pub(crate) seq: u64,
    /// RTP time as it stands in the packet.
    pub(crate) time: u32,
    /// The marker bit.
    pub(crate) marker: bool,
    /// When the sound was captured, on this machine's clock; never in the future.
    pub(crate) captured: Instant,
    /// One Opus packet; shared, never changed.
    pub(crate) payload: Arc<[u8]>,
}

/// What a connection wants next.
#[derive(Debug)]
pub(crate) enum Step {
    /// A datagram must be sent.
    Send(Way, Vec<u8>),
    /// The connection is up: ICE and DTLS are done.
    Connected,
    /// A packet of sound arrived.
    Sound(Packet),
    /// The far side misses these packets (the last 16 bits of their numbers).
    Missing(Vec<u16>),
    /// The connection is over; nothing more will come.
    Ended,
    /// Nothing to do before this moment.
    Wait(Instant),
}

/// One connection. After each call but `step`, `step` is called until it says `Wait` or `Ended`.
pub(crate) trait Peer: Send {
    /// Who both ends are after ICE was restarted.
    type Restart: Send;
    /// ICE begins anew; sound goes on by the old way until there is a new one.
    fn restart(&mut self, restart: Self::Restart);
    /// A datagram that was meant for this connection.
    fn receive(&mut self, now: Instant, from: Way, datagram: &[u8]);
    /// Time passed.
    fn tick(&mut self, now: Instant);
    /// Sends a packet of sound.
    fn write(&mut self, now: Instant, packet: Packet);
    /// Says goodbye.
    fn close(&mut self);
    /// What to do next.
    fn step(&mut self, now: Instant) -> Step;
}
