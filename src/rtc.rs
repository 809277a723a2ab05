//! Peer connections and the HTTP rules of WHIP: the only place that names `webrtc` (and `rtc`, its core).

mod answer;
mod clock;
mod detours;
mod fates;
mod http;
mod links;
mod listener;
mod names;
mod net;
mod onlooker;
mod peer;
mod reference_time;
mod reports;
mod resend;
mod ways;

pub use clock::SenderClock;
pub use fates::Fate;
pub use http::{SessionUrl, Trouble, WhipAnswer, WhipClient};
pub use links::{IceServer, ice_servers};
pub use listener::{Listener, Received};
pub use names::Names;
pub use peer::{Link, Peer, PeerSettings};
/// What `webrtc` could not do.
pub use webrtc::error::Error as PeerError;

pub use reports::{FarSide, FarSideNow};
pub use ways::{Path, to_bind, waits_for_tcp};
