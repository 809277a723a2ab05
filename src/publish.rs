//! The way to the air: a tap of the mix, encoded and sent, kept on air by itself whatever the network does.
//!
//! A target is one file and one line in [`TARGETS`]. There is WHIP (RFC 9725), which reaches our own server and every other
//! WHIP ingest, and Icecast 2, which radio stations have.

mod attempt;
mod board;
mod doubt;
mod encoder;
mod icecast;
mod ladder;
mod log;
mod order;
mod outbox;
mod packets;
mod pairs;
mod pump;
mod rate;
mod session;
mod steer;
mod steps;
mod threads;
mod told;
mod whip;

/// A day of bad networks, in the time that computing it takes: `scripted` stands for the network.
#[cfg(test)]
mod endurance_tests;
#[cfg(test)]
mod scripted_tests;

use std::sync::Arc;
use std::time::Duration;

use korero_sentences::key;

use crate::engine::tap::TapReader;
use crate::fault::Fault;
use crate::priority::Scheduling;
use crate::session::command::Aim;
use crate::session::event::PathKind;
use crate::show::Show;
use crate::timeline::{Epoch, Gap};

#[cfg(not(test))]
use crate::rtc::{Peer, WhipClient};
#[cfg(test)]
use scripted_tests::{Peer, WhipClient};

pub use log::{PacketLog, PacketTimes};
pub use packets::{Packetiser, SoundPacket, rtp_time, stale_frames};
pub use rate::{Rate, Setting, around_rtp, settings};
pub use steps::Steps;

/// What is to go on air, and where.
pub struct PublishRequest {
    /// Where to, with the key and the bit rate.
    pub aim: Aim,
    /// What the evening is called, for targets that show it.
    pub show: Show,
    /// The mix, 2 channels.
    pub tap: TapReader,
    /// Which moment frame 0 was; `None` before the engine's first frame, then the first sound that is read dates it.
    pub epoch: Option<Epoch>,
    /// Where each packet's times are noted; `None` when nobody wants to know.
    pub packet_log: Option<Arc<PacketLog>>,
}

/// How far the show is on its way.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum PublishState {
    /// Not confirmed yet.
    #[default]
    Connecting,
    /// The far side has confirmed that media arrives.
    OnAir,
    /// It was on air and is being brought back.
    Reconnecting,
    /// The far side refused the key or the address; asked again slowly, since a person must change something.
    Refused,
    /// Stopped.
    Ended,
}

/// The publisher at one moment.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct PublishStatus {
    /// How far the show is on its way.
    pub state: PublishState,
    /// Payload sent during the last two seconds, bit/s.
    pub bitrate: u32,
    /// Packets sent so far.
    pub packets: u64,
    /// Frames that did not go out while there was a connection: lost before the tap, or dropped as too old.
    pub frames_lost: u64,
    /// Of them, those that were dropped; what the interface lost is not among them.
    pub frames_dropped: u64,
    /// Round trip to the far side, from its last report.
    pub rtt: Option<Duration>,
    /// Fraction of packets that the far side missed between its last two reports, 0 to 1.
    pub far_lost: Option<f32>,
    /// What the encoder is set to and why; `None` before the publisher has begun.
    pub rate: Option<Rate>,
    /// The steps between packets on the wire.
    pub steps: Steps,
    /// How the encoder's thread is scheduled.
    pub scheduling: Scheduling,
    /// By which kind of way sound goes; `None` while there is no connection.
    pub path: Option<PathKind>,
    /// Events that nobody took in time.
    pub events_lost: u64,
}

/// What happened since the last look, oldest first.
#[derive(Clone, PartialEq, Debug)]
pub enum PublishEvent {
    /// Another state.
    State(PublishState),
    /// Sound goes by another kind of way than before.
    Path(PathKind),
    /// Something that a person should know of. The publisher goes on trying.
    Trouble(Fault),
    /// The encoder is set to something else, since the path carries less or more.
    Rate(Rate),
    /// Sound that is not on air; told while there is a connection.
    Gap(Gap),
}

/// A show on its way to the air. The control thread's end; it never waits, except in [`Self::stop`].
pub trait Publisher: Send {
    /// The state now.
    fn status(&self) -> PublishStatus;
    /// What happened since the last call, at most [`crate::limits::PUBLISH_EVENTS`].
    fn take_events(&mut self) -> Vec<PublishEvent>;
    /// Doubts the connection and asks the far side again at once: a person wants it, or the system has another network.
    fn retry(&self);
    /// Leaves the air: says goodbye to the far side (at most a second) and ends the threads.
    fn stop(self: Box<Self>);
}

/// A kind of place that a show can be sent to.
pub struct TargetSpec {
    /// Its name for machines; never changed.
    pub id: &'static str,
    /// Whether it takes this address.
    pub accepts: fn(&str) -> bool,
    /// Starts sending.
    pub start: fn(PublishRequest) -> Result<Box<dyn Publisher>, Fault>,
}

/// Every kind of target; the first that accepts an address gets it.
pub static TARGETS: &[TargetSpec] = &[
    TargetSpec { id: "whip", accepts: whip::accepts, start: whip::start },
    TargetSpec { id: "icecast", accepts: icecast::accepts, start: icecast::start },
];

/// Goes on air. Returns at once; whether it worked is told by [`Publisher::status`] and [`Publisher::take_events`].
///
/// # Errors
/// The address is of no known kind, the key cannot be sent, or a thread cannot be started. A server that is down is
/// no error: the publisher keeps trying.
pub fn start(request: PublishRequest) -> Result<Box<dyn Publisher>, Fault> {
    match TARGETS.iter().find(|target| (target.accepts)(&request.aim.url)) {
        Some(target) => (target.start)(request),
        None => Err(Fault::new(key::FAULT_PUBLISH_ADDRESS).with("url", request.aim.url)),
    }
}
