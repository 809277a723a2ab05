//! The shell of what stands in the way of a connection's packets, looks at them and lets all of them pass. Runs inside the
//! connection's driver.

use std::collections::VecDeque;
use std::time::Instant;

use rtc::interceptor::{Interceptor, StreamInfo, TaggedPacket};
use rtc::sansio::Protocol;
use rtc::shared::error::Error;

/// Looks at packets; what it gives back is sent besides.
pub(super) trait Look: Send + Sync {
    /// A stream of ours begins.
    fn begins(&mut self, _stream: &StreamInfo) {}
    /// This came from the far side.
    fn comes(&mut self, message: &TaggedPacket) -> Vec<TaggedPacket>;
    /// This leaves; what is sent besides follows it.
    fn leaves(&mut self, message: &TaggedPacket) -> Vec<TaggedPacket>;
    /// It is `now`, as it is now and then, and soon after [`Self::due`].
    fn turn(&mut self, _now: Instant) -> Vec<TaggedPacket> {
        Vec::new()
    }
    /// When it wants its next turn.
    fn due(&self) -> Option<Instant> {
        None
    }
}

/// One that looks, in its place among the others.
pub(super) struct Onlooker<L> {
    look: L,
    inbound: VecDeque<TaggedPacket>,
    outbound: VecDeque<TaggedPacket>,
}

impl<L: Look> Onlooker<L> {
    pub(super) fn new(look: L) -> Self {
        Self { look, inbound: VecDeque::new(), outbound: VecDeque::new() }
    }
}

impl<L: Look> Protocol<TaggedPacket, TaggedPacket, ()> for Onlooker<L> {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, message: TaggedPacket) -> Result<(), Error> {
        self.outbound.extend(self.look.comes(&message));
        self.inbound.push_back(message);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.inbound.pop_front()
    }

    fn handle_write(&mut self, message: TaggedPacket) -> Result<(), Error> {
        let besides = self.look.leaves(&message);
        self.outbound.push_back(message);
        self.outbound.extend(besides);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.outbound.pop_front()
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), Error> {
        self.outbound.extend(self.look.turn(now));
        Ok(())
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        self.look.due()
    }
}

impl<L: Look> Interceptor for Onlooker<L> {
    fn bind_local_stream(&mut self, stream: &StreamInfo) {
        self.look.begins(stream);
    }

    fn unbind_local_stream(&mut self, _stream: &StreamInfo) {}
    fn bind_remote_stream(&mut self, _stream: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _stream: &StreamInfo) {}
}
